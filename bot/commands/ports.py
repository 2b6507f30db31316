"""A port of this machine that is free and stays so until it is listened on."""

from __future__ import annotations

import os
import socket
from itertools import count

HOST = "127.0.0.1"
_FROM, _UNTIL = 20_000, 32_000  # systems give ports above these to connections, any of which could take it meanwhile
_STEP = 7919  # so far apart begin two processes one after the other: what one has found, the other does not come upon
_asked = count(os.getpid() * _STEP)


def free_port() -> int:
    """Of those that nobody listens on, another one each time; raises `OSError` where none is found."""
    for _ in range(200):
        port = _FROM + next(_asked) % (_UNTIL - _FROM)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise OSError("no free port was found")
