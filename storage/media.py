"""Keep photos and files under the hash of their bytes (照片与附件): written whole or not at all, never overwritten."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Media:
    """The folder of all photos and files."""

    folder: Path

    def keep(self, octets: bytes) -> str:
        """Store the bytes and return their SHA-256 (lower-case hex); what is there already stays."""
        digest = hashlib.sha256(octets).hexdigest()
        place = self.path(digest)
        if place.exists():
            return digest
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(place)
        return digest

    def read(self, digest: str) -> bytes:
        """Return the bytes; raises FileNotFoundError."""
        return self.path(digest).read_bytes()

    def path(self, digest: str) -> Path:
        """Return where the bytes with this hash lie; anything but a hash is refused."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise FileNotFoundError(digest)
        return self.folder / digest[:2] / digest
