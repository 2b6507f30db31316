"""A port of this machine that is free and stays so until it is listened on."""

from __future__ import annotations

import random
import socket

HOST = "127.0.0.1"
_FROM, _UNTIL = 20_000, 32_000  # systems give ports above these to connections, any of which could take it meanwhile


def free_port() -> int:
    """Of those that nobody listens on; raises `OSError` where none is found."""
    for port in random.sample(range(_FROM, _UNTIL), 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise OSError("no free port was found")
