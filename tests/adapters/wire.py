"""WeCom's side of a callback for these tests: a second implementation of the scheme, from the published description."""

from __future__ import annotations

import base64
import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from pydantic import SecretStr

from config.messengers import WeComSettings

CORP = "wwgenjin00000001"
TOKEN = "genjinTok2026"
AES_KEY = "Z2Vuamluc2ltdWxhdG9ya2V5MDEyMzQ1Njc4OWFiY2Q"
KEY = b"genjinsimulatorkey0123456789abcd"
RANDOM = b"0123456789abcdef"


def settings(api_base: str = "http://127.0.0.1:1", *, window: int = 600) -> WeComSettings:
    return WeComSettings(
        corp_id=CORP,
        agent_id=1000007,
        secret=SecretStr("app-secret"),
        token=SecretStr(TOKEN),
        aes_key=SecretStr(AES_KEY),
        api_base=api_base,
        callback_window=window,
    )


def plain(message: bytes, receiver: bytes = CORP.encode(), *, length: int | None = None) -> bytes:
    """Before padding; `length` claims another length than the message has."""
    return RANDOM + struct.pack(">I", len(message) if length is None else length) + message + receiver


def padded(content: bytes) -> bytes:
    count = 32 - len(content) % 32
    return content + bytes([count]) * count


def encrypt(content: bytes) -> str:
    """AES-256-CBC and base64 of what is already padded."""
    encryptor = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(content) + encryptor.finalize()).decode()


def decrypt(encrypted: str) -> bytes:
    """Still padded."""
    decryptor = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).decryptor()
    return decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()


def sealed(message: bytes, receiver: bytes = CORP.encode()) -> str:
    return encrypt(padded(plain(message, receiver)))


def sign(encrypted: str, timestamp: str, nonce: str = "n0nce77", token: str = TOKEN) -> str:
    parts = sorted(part.encode() for part in (token, timestamp, nonce, encrypted))
    return hashlib.sha1(b"".join(parts)).hexdigest()


def envelope(encrypted: str) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[1000007]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    ).encode()


def query(encrypted: str, timestamp: str, nonce: str = "n0nce77") -> dict[str, str]:
    return {"msg_signature": sign(encrypted, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
