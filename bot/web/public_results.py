"""Choose what the public reads of a result (公示内容、更正说明), 二(八): the record as published, and what became of it."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.web.public_proofs import day
from handlers.rules.deadlines import date_text
from handlers.rules.masking import mask_text
from storage.queries import public as queries
from storage.tables.publications import Publication
from storage.tables.registers import Item
from storage.tables.rounds import Round


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A published result; `key` is its address, made of what is public and not of the order of drawing."""

    key: str
    name: str
    code: str
    outcome: str
    item: str
    round_number: str
    completed_on: str
    published_on: str


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """What was corrected or withdrawn, when and why; the wrong words themselves aren't said again."""

    made_on: str
    kind: str
    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """A published record with exactly its fields; without any where the result was taken down."""

    record: dict[str, str]
    round_number: str
    published_on: str
    consolidate_by: str
    publish_by: str
    revisions: tuple[RevisionLine, ...] = ()


def result_keyed(session: Session, key: str) -> ResultView | None:
    """Return the published record at this address: `round number-code`, with `-item number` for a further item of the round."""
    parts = key.split("-", 3)
    found = queries.round_numbered(session, "-".join(parts[:3])) if len(parts) == 4 else None
    if found is None:
        return None
    round_, _, _ = found
    code, _, number = parts[3].partition("-")
    published = _of_item(queries.results_of_round(session, round_.id or 0, code), round_, number)
    row = published or _of_item(queries.withdrawn_results(session, round_.id or 0, code), round_, number)
    if row is None:
        return None
    due = date_text(round_.publish_by, round_.publish_certainty) if round_.publish_by and round_.publish_certainty else ""
    return ResultView(
        dict(row.record) if published else {},
        round_.number,
        day(row.published_at),
        date_text(row.publish_by, row.certainty),
        due,
        _revision_lines(session, row),
    )


def _of_item(rows: list[tuple[Publication, Item]], round_: Round, number: str) -> Publication | None:
    """Return the result of the item with this number, of the round's first item where none is given."""
    return next((row for row, item in rows if (item.number if number else item.id) == (number or round_.item_id)), None)


def result_lines(session: Session, keyword: str, part: queries.Slice) -> tuple[ResultLine, ...]:
    """Return a part of the results that the keyword finds."""
    return tuple(result_line(*row) for row in queries.results(session, keyword, part))


def result_line(row: Publication, round_: Round, item: Item) -> ResultLine:
    """Return a published result as it stands in a list."""
    said = row.record.get
    further = "" if item.id == round_.item_id else f"-{item.number}"
    return ResultLine(
        f"{round_.number}-{said('统一社会信用代码', '')}{further}",
        said("检查对象", ""),
        said("统一社会信用代码", ""),
        said("检查结果", ""),
        said("抽查事项", ""),
        round_.number,
        said("检查完成日期", ""),
        day(row.published_at),
    )


def _revision_lines(session: Session, row: Publication) -> tuple[RevisionLine, ...]:
    """Return what became of a record after its publication, without anybody's name or number."""
    made = queries.revisions(session, row.id or 0)
    names = [*queries.names_of_people(session), *queries.names_at_target(session, row.id or 0)] if made else []
    return tuple(RevisionLine(day(one.decided_at), one.kind.label, one.part, mask_text(one.reason, names)) for one in made)
