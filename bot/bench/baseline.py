"""What the trade starts with: a minimal bot on wechatpy and Flask that stores one row and answers.

Served by waitress with eight threads over SQLite as Python opens it. Run as a process of its own:
`python -m bot.bench.baseline FILE` prints its address; Flask and waitress come with the tests.
"""

from __future__ import annotations

import importlib.util
import logging
import sqlite3
import sys
import threading
from importlib import import_module
from typing import Any

from bot.bench.load import APP, PATH

THREADS = 8
CONNECTIONS = 1000


def installed() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("flask", "waitress"))


def application(path: str) -> Any:
    """The bot as its tutorial has it: `WeChatCrypto`, `parse_message`, `create_reply`."""
    flask, enterprise = import_module("flask"), import_module("wechatpy.enterprise")
    crypto_of = import_module("wechatpy.enterprise.crypto").WeChatCrypto
    app, crypto, mine = flask.Flask(__name__), crypto_of(APP.token, APP.aes_key, APP.corp_id), threading.local()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, sender TEXT, text TEXT)")

    @app.post(PATH)  # type: ignore[untyped-decorator]
    def take() -> str:
        query = flask.request.args
        signed, stamp, nonce = query["msg_signature"], query["timestamp"], query["nonce"]
        message = enterprise.parse_message(crypto.decrypt_message(flask.request.data, signed, stamp, nonce))
        if not hasattr(mine, "database"):
            mine.database = sqlite3.connect(path, timeout=30)
        with mine.database:
            mine.database.execute("INSERT INTO note (sender, text) VALUES (?, ?)", (message.source, message.content))
        reply = enterprise.create_reply(f"已记录：{message.content}", message).render()
        return str(crypto.encrypt_message(reply, nonce, stamp))

    return app


def serve(path: str) -> None:
    """Serve on a port of the system's choice, which is printed, until the process is ended."""
    logging.getLogger("waitress").setLevel(logging.ERROR)  # it tells of every request that waits
    waiter = import_module("waitress").create_server(
        application(path), host="127.0.0.1", port=0, threads=THREADS, connection_limit=CONNECTIONS
    )
    sys.stdout.write(f"baseline listens on http://127.0.0.1:{waiter.effective_port}\n")
    sys.stdout.flush()
    waiter.run()


if __name__ == "__main__":
    serve(sys.argv[1])
