"""Say what a 公示公告 says, 二(八): only what is public already, by code and never in the drawn order, which would give the classes away."""

from datetime import date

from sqlmodel import Session

from handlers.context import BEIJING
from handlers.documents.letters import AnnouncedResult, AnnouncementFacts
from handlers.rules.deadlines import date_text
from handlers.rules.public_record import CODE, COMPLETED, OUTCOMES, TARGET
from storage.queries import people
from storage.queries import public as public_queries
from storage.tables.publications import Publication
from storage.tables.rounds import Round


def facts_of(session: Session, round_id: int, address: str, today: date) -> AnnouncementFacts:
    """Return what the announcement says: nothing that isn't public already."""
    round_ = session.get_one(Round, round_id)
    bureau = people.bureau_name(session, round_.bureau_code)
    items = [row.name for row in public_queries.items_of(session, round_)]
    item = "、".join(items)
    published = public_queries.results_of_round(session, round_id)
    rows = tuple(_line(session, row, f"{about.name}：" if len(items) > 1 else "") for row, about in published)
    return AnnouncementFacts(
        bureau=bureau,
        item=item,
        round_number=round_.number,
        opening=_opening(session, round_, bureau, item, len({row.code for row in rows})),
        rows=rows,
        notes=tuple(_notes(session, round_, bureau, address)),
        issued_on=_day(today),
    )


def _opening(session: Session, round_: Round, bureau: str, item: str, count: int) -> str:
    """Return the sentence before the table."""
    attempt = public_queries.drawn_attempt(session, round_.id or 0)
    drawn = f"于{_day(attempt.drawn_at.astimezone(BEIJING).date())}" if attempt and attempt.drawn_at else ""
    total = public_queries.drawn_count(session, round_.id or 0)
    done = f"，检查于{_day(round_.completed_on)}全部完成" if round_.completed_on else ""
    part = f"其中 {count} 户的" if count < total else ""
    return (
        f"按照“双随机、一公开”监管要求，{bureau}{drawn}随机抽取检查对象 {total} 户，随机匹配执法检查人员，"
        f"开展“{item}”{round_.kind.label}{done}。现将{part}检查结果公示如下："
    )


def _line(session: Session, row: Publication, about: str) -> AnnouncedResult:
    """Return one result in its published words, `about` which item where there are several."""
    made = public_queries.revisions(session, row.id or 0)
    remark = "；".join(f"{one.decided_at.astimezone(BEIJING):%Y-%m-%d} {one.kind.label}{one.part}" for one in made if one.decided_at)
    said = row.record.get
    return AnnouncedResult(said(TARGET, ""), said(CODE, ""), said(COMPLETED, ""), about + said(OUTCOMES, ""), remark)


def _notes(session: Session, round_: Round, bureau: str, address: str) -> list[str]:
    """Return the sentences behind the table: what isn't in it and why, how to check, how to object."""
    notes = [f"另有 {count} 户依法不予公示：{ground}。" for _, _, ground, count in public_queries.withheld(session, round_.id or 0)]
    if waiting := public_queries.waiting_count(session, round_.id or 0):
        due = (
            f"，最迟 {date_text(round_.publish_by, round_.publish_certainty)} 公示"
            if round_.publish_by and round_.publish_certainty
            else ""
        )
        notes.append(f"其余 {waiting} 户的检查结果尚未公示{due}。")
    if withdrawn := public_queries.withdrawn_count(session, round_.id or 0):
        notes.append(f"另有 {withdrawn} 户的公示因有误已经撤下。")
    notes.append(f"抽取过程、证据和核对方法见：{address}/public/rounds/{round_.number}")
    notes.append(f"检查结果只说明检查当日所见。对公示内容有异议的，可以凭证明材料向{bureau}提出。联系电话：＿＿＿＿＿＿＿＿")
    return notes


def _day(day: date) -> str:
    """Return a day as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"
