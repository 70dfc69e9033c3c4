"""Write the letter with which a measure is handed over (移送函、抄告函), 二(八)."""

from datetime import date

from sqlmodel import Session

from handlers.context import BEIJING
from handlers.documents.letters import ReferralFacts, referral
from handlers.rules.districts import full_address
from handlers.rules.referrals import BASIS, REFERRED
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.tables.inspections import Inspection
from storage.tables.publications import FollowUp
from storage.tables.registers import Item, Target
from storage.tables.rounds import Round
from storage.vocabulary import Outcome, PointState


def referral_letter(session: Session, follow_up_id: int, _scope: str, today: date) -> bytes:
    """移送函, 抄告函: what was found, and why the authority is asked to act."""
    row = session.get_one(FollowUp, follow_up_id)
    inspection = session.get_one(Inspection, row.inspection_id)
    round_, target = session.get_one(Round, inspection.round_id), session.get_one(Target, inspection.target_id)
    found = inspection_queries.points(session, inspection.id or 0)
    points = [f"{point.wording}：{point.note}".rstrip("：") for point in found if point.state is PointState.ABNORMAL]
    verb, sent_at = REFERRED[row.measure][0], row.sent_at
    return referral(
        ReferralFacts(
            bureau=people.bureau_name(session, row.bureau_code),
            title=f"{verb}函",
            number=f"{round_.number}-{inspection.position:03d}-{row.id}",
            verb=verb,
            authority=row.authority,
            basis=BASIS[row.measure],
            firm=target.name,
            code=target.code,
            address=full_address(target.district, target.address),
            round_number=round_.number,
            item=session.get_one(Item, inspection.item_id).name,
            inspected_on=_day(inspection.completed_on or today),
            outcome="、".join(Outcome(word).label for word in inspection.outcomes),
            problem=inspection.problem or "见检查记录",
            points=tuple(points) or ("无",),
            measure=row.measure.label,
            reason=row.reason or "见检查结果",
            contact=people.name_of(session, row.sent_by),
            issued_on=_day(sent_at.astimezone(BEIJING).date() if sent_at else today),
        )
    )


def _day(day: date) -> str:
    """Return a day as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"
