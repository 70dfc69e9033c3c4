"""Open and seal the encrypted letters (回调加解密) that both platforms write alike: AES-256-CBC, padded to 32 bytes, signed with SHA-1."""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32
SALT = 16
_KEY = re.compile(r"[A-Za-z0-9]{43}", re.ASCII)


class NotGenuine(Exception):
    """The letter doesn't come from the platform, isn't meant for us, or is damaged; the caller never learns which."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What comes along with an encrypted letter."""

    signature: str
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted letter with its signature."""

    encrypt: str
    signature: str


@dataclass(frozen=True, slots=True)
class LetterCipher:
    """The keys of one callback; `receive_id` says whom its letters are for.

    For an app of WeCom that's the corp id, for its AI bot nothing; for DingTalk the app's key, or the organisation's id for old registrations.
    """

    token: str
    key: bytes
    receive_id: str

    @classmethod
    def of(cls, token: str, aes_key: str, receive_id: str) -> Self:
        """Return the cipher; an `aes_key` that isn't 43 letters and digits, or an empty token, raises ValueError."""
        if _KEY.fullmatch(aes_key) is None:
            raise ValueError("回调的 AES Key（EncodingAESKey）应为 43 个字母或数字")
        if not token:
            raise ValueError("回调的 Token 不能为空")
        return cls(token, base64.b64decode(aes_key + "="), receive_id)

    def open(self, seal: Seal, sealed: str) -> str:
        """Return the letter's text, or raise NotGenuine."""
        expected = self.signature(seal.timestamp, seal.nonce, sealed)
        if not hmac.compare_digest(expected.encode(), seal.signature.encode("utf-8", "surrogateescape")):
            raise NotGenuine("signature")
        try:
            framed = unsealed(base64.b64decode(sealed, validate=True), self.key)
            length = int.from_bytes(framed[SALT : SALT + 4], "big")
            text, owner = framed[SALT + 4 : SALT + 4 + length], framed[SALT + 4 + length :]
            if len(framed) < SALT + 4 or len(text) != length:
                raise NotGenuine("decrypt")
            if not hmac.compare_digest(owner, self.receive_id.encode()):
                raise NotGenuine("receive_id")
            return text.decode()
        except (binascii.Error, ValueError):
            raise NotGenuine("decrypt") from None

    def seal(self, text: str, timestamp: str, nonce: str, salt: bytes) -> Sealed:
        """Return an encrypted letter; `salt` is 16 unforeseeable bytes."""
        framed = salt + len(text.encode()).to_bytes(4, "big") + text.encode() + self.receive_id.encode()
        encrypt = base64.b64encode(sealed_bytes(framed, self.key)).decode()
        return Sealed(encrypt, self.signature(timestamp, nonce, encrypt))

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        """Return the signature as lower-case hex."""
        words = "".join(sorted([self.token, timestamp, nonce, sealed]))
        return hashlib.sha1(words.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


def sealed_bytes(octets: bytes, key: bytes) -> bytes:
    """Return the bytes padded and encrypted; the vector is the first half of the key, as the platforms want it."""
    count = BLOCK - len(octets) % BLOCK
    encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
    return encryptor.update(octets + bytes([count]) * count) + encryptor.finalize()


def unsealed(octets: bytes, key: bytes) -> bytes:
    """Return the bytes decrypted and without their padding; anything odd raises ValueError."""
    decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
    padded = decryptor.update(octets) + decryptor.finalize()
    count = padded[-1] if padded else 0
    if not 1 <= count <= BLOCK or padded[-count:] != bytes([count]) * count:
        raise ValueError("padding")
    return padded[:-count]
