"""Keep photos and files under the hash of their bytes (照片与附件): written whole or not at all, never overwritten."""

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

LENGTH = 64  # of a SHA-256 in hex


@dataclass(frozen=True, slots=True)
class Media:
    """The folder of all photos and files."""

    folder: Path

    def keep(self, octets: bytes) -> str:
        """Store the bytes and return their SHA-256 (lower-case hex); what is there already stays."""
        digest = hashlib.sha256(octets).hexdigest()
        place = self.path(digest)
        with contextlib.suppress(FileNotFoundError):
            os.utime(place)  # what comes again is as young as what is new
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

    def untouched(self, before: float) -> set[str]:
        """Return what was last kept before an instant (Unix seconds)."""
        if not self.folder.is_dir():
            return set()
        return {
            entry.name
            for shelf in os.scandir(self.folder)
            if shelf.is_dir()
            for entry in os.scandir(shelf)
            if len(entry.name) == LENGTH and entry.stat().st_mtime < before
        }

    def drop(self, digest: str, before: float) -> None:
        """Delete a file that was last kept before an instant; one that came again meanwhile stays, one that is gone already is no fault."""
        place = self.path(digest)
        aside = place.with_suffix(".leaving")
        with contextlib.suppress(FileNotFoundError):
            place.rename(aside)
        with contextlib.suppress(FileNotFoundError):
            if aside.stat().st_mtime < before:
                aside.unlink()
            else:
                aside.replace(place)

    def path(self, digest: str) -> Path:
        """Return where the bytes with this hash lie; anything but a hash is refused."""
        if len(digest) != LENGTH or not set(digest) <= set("0123456789abcdef"):
            raise FileNotFoundError(digest)
        return self.folder / digest[:2] / digest
