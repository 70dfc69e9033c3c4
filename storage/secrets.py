"""Seal the secret of a draw until it may be known (摇号密钥的封存), so that a copy of the database doesn't give it away."""

import base64
import hashlib

from cryptography.fernet import Fernet


class Seal:
    """Seals and opens short texts with a key derived from the bureau's own key (AES-128-CBC with HMAC-SHA256, Fernet)."""

    def __init__(self, key: str) -> None:
        """Take the bureau's key, any text of at least 16 characters."""
        if len(key) < 16:
            raise ValueError("SECRET_KEY 至少要 16 个字符")
        derived = hashlib.sha256(b"double-random-seal-v1\n" + key.encode("utf-8")).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def close(self, secret: str) -> str:
        """Return the sealed text."""
        return self._fernet.encrypt(secret.encode("utf-8")).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return the secret; raises InvalidToken where the key is another one."""
        return self._fernet.decrypt(sealed.encode("ascii")).decode("utf-8")
