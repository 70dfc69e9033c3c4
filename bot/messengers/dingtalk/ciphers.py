"""Open and seal the letters of DingTalk's event subscription (事件订阅加解密): AES-256-CBC, padded to 32 bytes."""

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
    """The letter doesn't come from DingTalk, isn't meant for this app, or is damaged; which of them is nobody's business."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What comes along with an encrypted letter."""

    signature: str
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class EventCipher:
    """The keys of the event subscription; `owner` is the app's key, or the organisation's id for old registrations."""

    token: str
    key: bytes
    owner: str

    @classmethod
    def of(cls, token: str, aes_key: str, owner: str) -> Self:
        """Return the cipher; an `aes_key` that isn't 43 letters and digits raises ValueError."""
        if _KEY.fullmatch(aes_key) is None:
            raise ValueError("DINGTALK_EVENT_AES_KEY 应为 43 个字母或数字")
        return cls(token, base64.b64decode(aes_key + "="), owner)

    def open(self, seal: Seal, sealed: str) -> str:
        """Return the letter's text, or raise NotGenuine."""
        expected = self.signature(seal.timestamp, seal.nonce, sealed)
        if not hmac.compare_digest(expected.encode(), seal.signature.encode("utf-8", "surrogateescape")):
            raise NotGenuine("signature")
        try:
            framed = unpadded(self._crypt(base64.b64decode(sealed, validate=True), is_sealing=False))
            length = int.from_bytes(framed[SALT : SALT + 4], "big")
            text, owner = framed[SALT + 4 : SALT + 4 + length], framed[SALT + 4 + length :]
            if len(text) != length or not hmac.compare_digest(owner, self.owner.encode()):
                raise NotGenuine("owner_key")
            return text.decode()
        except (binascii.Error, ValueError):
            raise NotGenuine("decrypt") from None

    def seal(self, text: str, timestamp: str, nonce: str, salt: bytes) -> dict[str, str]:
        """Return the answer for DingTalk; `salt` is 16 unforeseeable bytes."""
        framed = salt + len(text.encode()).to_bytes(4, "big") + text.encode() + self.owner.encode()
        sealed = base64.b64encode(self.seal_bytes(framed)).decode()
        return {"msg_signature": self.signature(timestamp, nonce, sealed), "timeStamp": timestamp, "nonce": nonce, "encrypt": sealed}

    def seal_bytes(self, octets: bytes) -> bytes:
        """Return the bytes padded and encrypted, without any frame."""
        return self._crypt(padded(octets), is_sealing=True)

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        """Return the signature as lower-case hex."""
        words = "".join(sorted([self.token, timestamp, nonce, sealed]))
        return hashlib.sha1(words.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()

    def _crypt(self, octets: bytes, *, is_sealing: bool) -> bytes:
        """Run the cipher; the vector is the first half of the key, as the platform wants it."""
        cipher = Cipher(AES(self.key), CBC(self.key[:16]))
        machine = cipher.encryptor() if is_sealing else cipher.decryptor()
        return machine.update(octets) + machine.finalize()


def padded(octets: bytes) -> bytes:
    """Return the bytes filled up to whole blocks of 32."""
    count = BLOCK - len(octets) % BLOCK
    return octets + bytes([count]) * count


def unpadded(octets: bytes) -> bytes:
    """Return the bytes without what fills up the last block; anything odd raises ValueError."""
    count = octets[-1] if octets else 0
    if not 1 <= count <= BLOCK or octets[-count:] != bytes([count]) * count:
        raise ValueError("padding")
    return octets[:-count]
