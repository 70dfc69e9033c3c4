"""Say how a quiz went (培训测验), 三(三)."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

PASSED_FROM = Fraction(80, 100)  # the bureau's own mark; the regulation gives none


def right_count(quiz: Sequence[dict[str, Any]], answers: Sequence[str]) -> int:
    """Return how many of the answers (letters, in the order of the questions) are right."""
    return sum(question["answer"] == answer for question, answer in zip(quiz, answers, strict=False))


def is_passed(quiz: Sequence[dict[str, Any]], right: int) -> bool:
    """Whether so many right answers are enough: four of five; without questions reading is enough."""
    return not quiz or Fraction(right, len(quiz)) >= PASSED_FROM
