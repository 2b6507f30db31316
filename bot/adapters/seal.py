"""Is this callback from the messenger, and what does it say (WeCom's protocol reference 1.2 to 1.4, DingTalk's 3.1).

WeCom and DingTalk seal alike; they count time in other units. The order is the protection: the signature first, in
constant time; then the age; only then is anything decrypted. AES-CBC is wechatpy's `WeChatCipher`, in this file alone;
padding (1 to 32, block 32), length and receiver are checked here, because wechatpy checks them loosely or not at all.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Protocol, cast

from pydantic import SecretStr

from bot.adapters.callbacks import BadCallback

_BLOCK = 32
_HEAD = 20  # 16 random bytes and the length of the message


class _Cipher(Protocol):
    def encrypt(self, plaintext: bytes) -> bytes: ...

    def decrypt(self, ciphertext: bytes) -> bytes: ...


class Keys(Protocol):
    """What a callback is sealed with: the settings of WeCom's app, or those of its robot, whose `corp_id` is empty, or
    those of DingTalk's app, whose Client ID stands there. The window is in seconds."""

    @property
    def token(self) -> SecretStr: ...
    @property
    def aes_key(self) -> SecretStr: ...
    @property
    def corp_id(self) -> str: ...
    @property
    def callback_window(self) -> int: ...


class CallbackCrypto:
    """Opens what a messenger sends to one app or robot, and seals as it does. What is wrong raises `BadCallback`.
    `per_second` is in what parts of a second its timestamps count."""

    def __init__(self, settings: Keys, per_second: int = 1) -> None:
        self._token = settings.token.get_secret_value().encode()
        self._receiver = settings.corp_id.encode()
        self._window, self._per_second = settings.callback_window, per_second
        # 43 letters carry 258 bits: the two surplus ones need not be zero.
        self._cipher = _cipher(base64.b64decode(settings.aes_key.get_secret_value() + "="))

    def open(self, *, signature: str, timestamp: str, nonce: str, encrypted: str, now: datetime) -> bytes:
        """The message inside, once signature, age, padding, length and receiver are right."""
        if not hmac.compare_digest(self.signature(timestamp, nonce, encrypted), _bytes(signature)):
            raise BadCallback("signature")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
            raise BadCallback("timestamp")
        if abs(int(timestamp) / self._per_second - now.timestamp()) > self._window:
            raise BadCallback("age")
        return self._unwrap(_unpad(self._decrypt(encrypted)))

    def seal(self, plain: bytes) -> str:
        """What `open` reads again: as the messenger seals what it sends."""
        body = secrets.token_bytes(16) + len(plain).to_bytes(4, "big") + plain + self._receiver
        pad = _BLOCK - len(body) % _BLOCK
        return base64.b64encode(self._cipher.encrypt(body + bytes([pad]) * pad)).decode()

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> bytes:
        """Lower-case hex SHA-1 over the four parts, sorted as bytes."""
        parts = sorted((self._token, _bytes(timestamp), _bytes(nonce), _bytes(encrypted)))
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest().encode()

    def _decrypt(self, encrypted: str) -> bytes:
        try:
            ciphertext = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError):
            raise BadCallback("base64") from None
        return _plain(self._cipher, ciphertext)

    def _unwrap(self, plain: bytes) -> bytes:
        if len(plain) < _HEAD:
            raise BadCallback("too short")
        end = _HEAD + int.from_bytes(plain[16:_HEAD], "big")
        if end > len(plain):
            raise BadCallback("length of message")
        if not hmac.compare_digest(plain[end:], self._receiver):
            raise BadCallback("receiver")
        return plain[_HEAD:end]


def decrypted(key: bytes, ciphertext: bytes) -> bytes:
    """A file under a key of its own, in the same cipher; raises `BadCallback`."""
    return _unpad(_plain(_cipher(key), ciphertext))


def _plain(cipher: _Cipher, ciphertext: bytes) -> bytes:
    if not ciphertext or len(ciphertext) % 16:
        raise BadCallback("length of ciphertext")
    return cipher.decrypt(ciphertext)


def _unpad(padded: bytes) -> bytes:
    pad = padded[-1]
    if not 1 <= pad <= _BLOCK or padded[-pad:] != bytes([pad]) * pad:
        raise BadCallback("padding")
    return padded[:-pad]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _cipher(key: bytes) -> _Cipher:
    return cast("_Cipher", _wechatpy().WeChatCipher(key))


@cache
def _wechatpy() -> ModuleType:
    """wechatpy's file of ciphers, which stands by itself. Imported by its name it would come with all of wechatpy, its
    clients and requests: a hundred modules, for which every start would wait and which nothing uses."""
    package = find_spec("wechatpy")
    if package is None or not package.submodule_search_locations:
        raise ImportError("wechatpy is not installed")
    file = Path(package.submodule_search_locations[0], "crypto", "cryptography.py")
    ciphers = spec_from_file_location("wechatpy_ciphers", file)
    if ciphers is None or ciphers.loader is None:
        raise ImportError(f"{file} cannot be read")
    module = module_from_spec(ciphers)
    ciphers.loader.exec_module(module)
    return module
