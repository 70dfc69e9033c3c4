"""Write what stands in the ledger (全过程留痕), 二(五), 三(二): who did what, through which messenger, what they saw and what they answered."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlmodel import Session

from handlers.acts.counting import instants
from handlers.acts.tracing import story_of, story_with
from handlers.context import BEIJING
from handlers.documents.columns import Column, Sheet
from handlers.documents.reports import Report, Table, word
from handlers.documents.sheets import as_excel
from handlers.speech.deeds import deed, facts_line
from storage import ledger
from storage.queries import people, trace
from storage.queries.trace import Act, Heard
from storage.tables.registers import Target

CLEARED = "（已按保存期限清理）"
LONGEST = 2000  # characters of an answer in a cell
SHEET = Sheet(
    "全过程留痕",
    (
        Column("账本序号", "seq"),
        Column("时间", "at", width=20),
        Column("办理人", "who"),
        Column("事项", "deed", width=20),
        Column("对象编号", "subject", width=16),
        Column("内容", "facts", width=60),
        Column("平台", "messenger"),
        Column("看到的卡片", "shown", width=36),
        Column("回答", "answer", width=36),
        Column("经由消息", "through", width=30),
        Column("哈希", "hash", width=68),
    ),
)


def write_trace(session: Session, round_id: int, scope: str, _today: date) -> bytes:
    """A round's whole story with the hash of every entry, for supervisors; `scope` is its period where one was asked for."""
    return as_excel(SHEET, _rows(session, _within(story_of(session, round_id), scope)))


def write_trace_of_person(session: Session, person_id: int, scope: str, _today: date) -> bytes:
    """What one person did; `scope` is the period."""
    return as_excel(SHEET, _rows(session, trace.done_by(session, [person_id], *_period(scope))))


def write_trace_of_target(session: Session, target_id: int, scope: str, _today: date) -> bytes:
    """What was done with one target in the rounds that `scope` names behind the period."""
    days, _, rounds = scope.partition(" ")
    found = story_with(session, session.get_one(Target, target_id), {int(number) for number in rounds.split(",") if number})
    return as_excel(SHEET, _rows(session, _within(found, days)))


def write_ledger(session: Session, _about: int, scope: str, _today: date) -> bytes:
    """Every entry of a period, for the justice bureau that supervises (行政执法监督条例)."""
    return as_excel(SHEET, _rows(session, list(trace.between(session, *_period(scope)))))


def write_cover(session: Session, count: int, scope: str, today: date) -> bytes:
    """The cover of such an export: how many entries, from which to which, and the ledger's head; `scope` is period, address and purpose."""
    days, address, purpose = scope.split(" ", 2)
    first, _, last = days.partition(":")
    entries, head = ledger.head(session)
    table = Table("移交内容", ("项目", "内容"), (
        ("期间", f"{first} 至 {last}"),
        ("条数", f"{count} 条"),
        ("用途", purpose),
        ("账本现有", f"{entries} 条"),
        ("末条哈希", head),
    ))  # fmt: skip
    closing = "每一行的账本序号和哈希都可以在公示网站“核对账本”里核对；扫码即核对末条。"
    check = f"{address}/public/ledger?number={entries}&hash={head}"
    return word(Report("行政执法全过程记录移交清单", (f"移交日期：{today}",), (table,), closing, check))


def _period(scope: str) -> tuple[Any, Any]:
    """Return the instants of `2026-01-01:2026-06-30`."""
    first, _, last = scope.partition(":")
    return instants(date.fromisoformat(first), date.fromisoformat(last))


def _within(acts: list[Act], scope: str) -> list[Act]:
    """Return the acts of the period, all where none is named."""
    if not scope:
        return acts
    since, until = _period(scope)
    return [act for act in acts if since <= act.at < until]


def _rows(session: Session, acts: list[Act]) -> Iterator[dict[str, str]]:
    """Yield one line for each act, with the message behind it and the card that the person saw."""
    heard = trace.heard(session, acts)
    faces = trace.faces(session, {row.body["card"] for row in heard.values() if row.body.get("card")})
    names = people.names(session, sorted({act.actor for act in acts if act.actor}))
    for act in acts:
        behind = heard.get(act.through)
        yield {
            "seq": str(act.seq),
            "at": act.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "who": names.get(act.actor or 0, people.ASSISTANT.name),
            "deed": deed(act.act),
            "subject": act.subject,
            "facts": facts_line(act.facts),
            "messenger": trace.PLATFORMS.get(behind.messenger, behind.messenger) if behind else "",
            "shown": _before_them(session, faces, act, behind),
            "answer": _answer(behind),
            "through": act.through,
            "hash": act.hash,
        }


def _before_them(session: Session, faces: dict[str, dict[str, Any]], act: Act, behind: Heard | None) -> str:
    """Return the card that was tapped, or else the last message before an act; a card whose words were cleared says so."""
    if behind is None or not behind.body:
        return CLEARED if behind is not None else ""
    card = behind.body.get("card")
    return (_shown(faces.get(card)) or CLEARED) if card else _shown(trace.last_told(session, act))


def _shown(body: dict[str, Any] | None) -> str:
    """Return what the person had before their eyes: title, words and fields of the card that they tapped, or of the last message."""
    if not body:
        return ""
    fields = body.get("fields") or []
    told = _filled((body.get("title"), body.get("text"), *(f"{name}：{value}" for name, value in fields)))
    return "；".join(told)[:LONGEST]


def _filled(words: Iterable[str | None]) -> list[str]:
    """Return the words that there are."""
    return [word for word in words if word]


def _answer(behind: Heard | None) -> str:
    """Return what the person tapped, typed or sent."""
    if behind is None or not behind.messenger or "heard" not in behind.body:
        return CLEARED if behind is not None and not behind.body else ""
    attached = behind.body.get("attached") or {}
    return "；".join(_filled((behind.body.get("button"), behind.body.get("text"), behind.body.get("place"), attached.get("name"))))[
        :LONGEST
    ]
