"""Show what will be public and by when (公示卡片), 二(八), and close a round when all of it is."""

from handlers.acts.finding import Row, item_names, key
from handlers.acts.publishers import rows_of
from handlers.acts.records import record_of
from handlers.context import Context
from handlers.rules.deadlines import date_text
from handlers.rules.public_record import CODE, COMPLETED, FIELDS, ITEM, OUTCOMES, TARGET
from handlers.speech.cards import Button, Card, Paper
from handlers.speech.commands import AskWithholding, Publish
from handlers.speech.joint_commands import PublishOwn
from handlers.speech.publication_commands import PublishSome
from storage.queries import publications as publication_queries
from storage.tables.people import Bureau
from storage.tables.publications import Publication
from storage.tables.rounds import Round
from storage.vocabulary import ObjectionState, PublicationState, RevisionState, Stage

SHOWN = 10


def publication_card(context: Context, round_: Round, department: Bureau | None = None) -> Card:
    """Return the card of the bureau's own results, or of a department's: every record as the public will read it, and both deadlines."""
    rows = rows_of(context, publication_queries.with_targets(context.session, key(round_)), department)
    waiting = [row for row in rows if row[0].state is PublicationState.DUE]
    fields = {"事项": item_names(context, round_), "待公示": _counted(waiting, rows)}
    fields |= preview(context, round_, waiting)
    if waiting:
        earliest = min((row[0] for row in waiting), key=lambda row: row.publish_by)
        fields["归集期限"] = date_text(earliest.publish_by, earliest.certainty)
    if round_.publish_by and round_.publish_certainty:
        fields["公示期限"] = date_text(round_.publish_by, round_.publish_certainty)
    text = f"公开的只有：{'、'.join(FIELDS)}。个人信息、问题细节不公开。请逐户核对："
    if department is not None:
        button = (Button("确认公示", PublishOwn(key(round_))),) if waiting else ()
        subject = f"round:{round_.id}:publication:{department.code}"
        return Card(f"公示 {round_.number}（{department.name}）", text, fields, button, subject)
    some = (Button("部分公示", PublishSome(key(round_))),) if len(waiting) > 1 else ()
    buttons = (Button("确认公示", Publish(key(round_))), *some, Button("申请不予公示", AskWithholding(key(round_))))
    paper = Paper(f"待公示内容-{round_.number}.xlsx", "preview", key(round_)) if len(waiting) > SHOWN else None
    return Card(f"公示 {round_.number}", text, fields, buttons if waiting else (), f"round:{round_.id}:publication", paper)


def preview(context: Context, round_: Round, rows: list[Row]) -> dict[str, str]:
    """Return the first records as the public will read them, with what whoever confirms must know."""
    fields: dict[str, str] = {}
    for publication, inspection, target in rows[:SHOWN]:
        record = record_of(context.session, round_, inspection, context.today)
        shown = "，".join((record[CODE], f"{record[COMPLETED]} 完成检查", record[OUTCOMES]))
        fields[_unique(record[TARGET], record[ITEM], fields)] = shown + _remark(
            context, publication, is_masked=record[TARGET] != target.name
        )
    if len(rows) > SHOWN:
        fields["其余"] = f"{len(rows) - SHOWN} 户见附件"
    return fields


def _counted(waiting: list[Row], rows: list[Row]) -> str:
    """Say how many results wait of how many firms."""
    firms = len({target.code for _, _, target in rows})
    if firms == len(rows):
        return f"{len(waiting)} 户（共 {len(rows)} 户）"
    return f"{len(waiting)} 条结果（{firms} 户，共 {len(rows)} 条）"


def _unique(firm: str, item: str, fields: dict[str, str]) -> str:
    """Return the firm's name, with the item where the firm is there already."""
    return firm if firm not in fields else f"{firm}（{item}）"


def _remark(context: Context, publication: Publication, *, is_masked: bool) -> str:
    """Return what whoever confirms must know of a result."""
    remarks = ["已隐去个人信息"] if is_masked else []
    if any(row.state is ObjectionState.OPEN for row in publication_queries.objections(context.session, key(publication))):
        remarks.append("有异议待答复")
    if publication_queries.revisions(context.session, key(publication), RevisionState.ASKED):
        remarks.append("更正待审批")
    return f"（{'，'.join(remarks)}）" if remarks else ""


def publish_rows(context: Context, round_: Round, rows: list[Row]) -> None:
    """Make results public in the words that were shown, and close the round with the last of them."""
    for row, inspection, _ in rows:
        row.state, row.published_at, row.published_by = PublicationState.PUBLISHED, context.now, context.actor.person_id
        row.record = record_of(context.session, round_, inspection, context.today)
        context.session.add(row)
        context.ledger.write("result_published", f"publication:{row.id}", inspection=row.inspection_id, record=list(row.record.values()))
    close_if_done(context, round_)


def close_if_done(context: Context, round_: Round) -> None:
    """Close the round once no result waits any more; a closed one stays so."""
    done = (PublicationState.PUBLISHED, PublicationState.WITHHELD, PublicationState.WITHDRAWN)
    context.session.flush()
    if round_.stage is Stage.PUBLISHING and all(row.state in done for row in publication_queries.of_round(context.session, key(round_))):
        round_.stage = Stage.CLOSED
        context.session.add(round_)
        context.ledger.write("round_closed", f"round:{round_.id}", number=round_.number)
