"""Make the seed from a sealed secret and what the witnesses say (摇号见证), 二(五).

The program announces the commitment together with the frame's fingerprint before anybody speaks; so neither it nor a witness steers the seed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.rules.frozen_texts import fingerprint
from handlers.rules.text_lines import FrozenTextError, Lines, check_clean, check_fingerprint, lines_text, single_field

SEED_HEADER = "double-random-seed-v1"
_SEAL = "double-random-secret-v1"
LONGEST_CONTRIBUTION = 200  # characters; more adds no chance and makes the proof hard to read


class BrokenCommitmentError(FrozenTextError):
    """公开的秘密数与事先公布的承诺值不一致。"""


@dataclass(frozen=True, slots=True)
class Beacon:
    """A public source of chance named at freeze time (公共随机源): its name, the round or draw number, the value."""

    source: str
    round: str
    value: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What seed.txt says; contributions are pairs (witness id, text) in the order received."""

    frame_fingerprint: str
    commitment: str
    secret: str
    contributions: tuple[tuple[str, str], ...]
    beacon: Beacon | None


def commitment(secret_hex: str) -> str:
    """Return what is announced of a 32-byte secret, written as 64 hex digits (承诺值). Raises BadFingerprintError."""
    check_fingerprint(secret_hex)
    return hashlib.sha256(f"{_SEAL}\n{secret_hex}\n".encode()).hexdigest()


def clean_contribution(typed: str) -> str:
    """Turn whatever a witness typed into one valid field: NFC, controls and line ends as spaces, trimmed, at most 200 characters."""
    return single_field(typed).strip()[:LONGEST_CONTRIBUTION].rstrip()


def seed_text(frame_fingerprint: str, secret_hex: str, contributions: Sequence[tuple[str, str]], beacon: Beacon | None = None) -> str:
    """Return seed.txt; contributions are pairs (witness id, text) in the order received.

    Raises UncleanFieldError for a field with TAB, CR, LF or not in NFC, BadFingerprintError.
    """
    check_fingerprint(frame_fingerprint)
    rows = [
        (SEED_HEADER,),
        ("frame", frame_fingerprint),
        ("commitment", commitment(secret_hex)),
        ("secret", secret_hex),
        *(("witness", who, text) for who, text in contributions),
        *([("beacon", beacon.source, beacon.round, beacon.value)] if beacon else []),
    ]
    for row in rows:
        check_clean(row)
    return lines_text(rows)


def read_seed(text: str) -> Opening:
    """Return what seed.txt says, strictly as `seed_text` writes it. Raises FrozenTextError, BrokenCommitmentError among them."""
    reader = Lines(text, SEED_HEADER)
    opening = Opening(
        reader.only("frame", 1)[0],
        reader.only("commitment", 1)[0],
        reader.only("secret", 1)[0],
        tuple((who, said) for who, said in reader.all("witness", 2)),
        next((Beacon(*fields) for fields in reader.all("beacon", 3)), None),
    )
    reader.end()
    check_clean([*(field for pair in opening.contributions for field in pair)])
    if opening.beacon:
        check_clean((opening.beacon.source, opening.beacon.round, opening.beacon.value))
    check_fingerprint(opening.frame_fingerprint)
    if opening.commitment != commitment(opening.secret):
        raise BrokenCommitmentError
    return opening


def seed(text: str) -> str:
    """Return the seed (种子): the SHA-256 of seed.txt, 64 hex digits."""
    return fingerprint(text)
