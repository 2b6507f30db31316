"""The messengers' side of the callback's seal, the same for WeCom and DingTalk: signature and AES-256-CBC envelope.

Written from the published description alone and shared with nobody, so that two implementations meet on the wire:
plain = 16 random bytes, length as big-endian uint32, message, receiver id; PKCS#7 to 32 bytes (not AES's 16), IV =
the key's first 16 bytes, base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
KEY_LENGTH = 43
HEAD = 20  # random prefix and length


class BadSeal(Exception):
    """A ciphertext that does not open. No detail: padding errors must tell an attacker nothing."""


def signature(token: str, timestamp: str, nonce: str, ciphertext: str) -> str:
    """SHA-1 in lower-case hex over the four strings, sorted as bytes and joined."""
    parts = sorted(part.encode() for part in (token, timestamp, nonce, ciphertext))
    return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()


class Seal:
    """Closes and opens messages with one EncodingAESKey: 43 characters, whose surplus bits need not be zero."""

    def __init__(self, encoding_aes_key: str) -> None:
        if len(encoding_aes_key) != KEY_LENGTH:
            raise ValueError("an EncodingAESKey has 43 characters")
        key = base64.b64decode(encoding_aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def close(self, message: str, receiver: str, *, prefix: bytes, spoil_padding: bool = False) -> str:
        """The ciphertext as base64. `prefix` are the 16 random bytes; a spoiled padding claims no length at all."""
        body = message.encode()
        plain = prefix + struct.pack(">I", len(body)) + body + receiver.encode()
        count = BLOCK - len(plain) % BLOCK
        padding = bytes([count]) * count
        if spoil_padding:
            padding = padding[:-1] + b"\x00"
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(plain + padding) + encryptor.finalize()).decode()

    def open(self, ciphertext: str, receiver: str) -> str:
        """The message inside; raises `BadSeal`, whatever is wrong."""
        try:
            raw = base64.b64decode(ciphertext, validate=True)
            decryptor = self._cipher.decryptor()
            return _unpack(decryptor.update(raw) + decryptor.finalize(), receiver)
        except (binascii.Error, ValueError):  # ValueError covers bad lengths and bad UTF-8
            raise BadSeal from None


def _unpack(padded: bytes, receiver: str) -> str:
    count = padded[-1] if padded else 0
    plain = padded[:-count] if 1 <= count <= BLOCK else b""
    if padded[len(plain) :] != bytes([count]) * count or len(plain) < HEAD:
        raise BadSeal
    (length,) = struct.unpack(">I", plain[16:HEAD])
    if HEAD + length > len(plain) or plain[HEAD + length :] != receiver.encode():
        raise BadSeal
    return plain[HEAD : HEAD + length].decode()
