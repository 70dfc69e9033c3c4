"""Lay out a quiz as an Excel sheet (培训测验的列), 三(三)."""

from dataclasses import replace
from typing import Any

from handlers.documents import cells
from handlers.documents.columns import Column, Reading, Row, RowError, Sheet
from handlers.documents.sheets import read_rows

LETTERS = "ABCD"


def _letter(text: str) -> str:
    """Return the letter of the right answer; raises ValueError with the sentence for the sender."""
    letter = text.strip().upper()
    if letter not in LETTERS or len(letter) != 1:
        raise ValueError(f"“{text}”不是答案, 请写 A、B、C 或 D")
    return letter


QUIZ = Sheet(
    "培训测验",
    (
        Column("题目", "question", True, "一行一题", "两名以上检查人员才能开展现场检查吗？", parse=cells.short(200), width=50),
        Column("选项A", "A", True, example="是", parse=cells.short(60), width=24),
        Column("选项B", "B", True, example="否", parse=cells.short(60), width=24),
        Column("选项C", "C", parse=cells.short(60), width=24),
        Column("选项D", "D", parse=cells.short(60), width=24),
        Column("正确答案", "answer", True, "A、B、C 或 D", "A", parse=_letter),
    ),
    ("question",),
)


def read_quiz(content: bytes) -> tuple[Reading[Row], list[dict[str, Any]]]:
    """Return what was read, and the questions of the right rows with their options; raises UnreadableSheet where it's no quiz."""
    reading = read_rows(QUIZ, content)
    wrong = {error.number for error in reading.errors}
    questions, faults = [], list(reading.errors)
    for row in reading.rows:
        options = {letter: str(row.values[letter]) for letter in LETTERS if row.number not in wrong and row.values.get(letter)}
        if row.number in wrong:
            continue
        if row.values["answer"] not in options:
            faults.append(RowError(row.number, "正确答案", f"选项 {row.values['answer']} 是空的"))
            continue
        questions.append({"question": str(row.values["question"]), "options": options, "answer": str(row.values["answer"])})
    return replace(reading, errors=tuple(faults)), questions
