"""Write the notice that an inspected firm gets (检查通知书), 二(五)."""

from datetime import date

from sqlmodel import Session

from handlers.acts.calendar import calendar
from handlers.acts.demanding import materials
from handlers.acts.own_templates import template_of
from handlers.context import BEIJING
from handlers.documents.letters import InspectorFacts, NoticeFacts, notice
from handlers.rules.districts import full_address
from storage.queries import inspections, people, registers, tips
from storage.tables.inspections import Inspection
from storage.tables.registers import Item, Target
from storage.tables.rounds import Round
from storage.vocabulary import Certainty, PaperKind, RoundKind

FREQUENCY = {
    RoundKind.RANDOM: "本年度频次按信用风险分类控制",
    RoundKind.SPECIAL: "专项检查，本年度频次按信用风险分类控制",
    RoundKind.SWEEP: "过筛式检查，不计入年度频次",
    RoundKind.JOINT: "部门联合检查，几个部门只上一次门，本年度频次按信用风险分类控制",
    RoundKind.CROSS: "交叉检查，本年度频次按信用风险分类控制",
    RoundKind.TIP: "有因检查，不计入年度频次",
}


def write_notice(session: Session, inspection_id: int, _scope: str, today: date) -> bytes:
    """检查通知书, with the team as it is."""
    inspection = session.get_one(Inspection, inspection_id)
    round_ = session.get_one(Round, inspection.round_id)
    target = session.get_one(Target, inspection.target_id)
    items = [session.get_one(Item, row.item_id) for row in inspections.at_door(session, inspection)]
    team = [inspector_facts(session, row.person_id) for row in inspections.team(session, inspection_id)]
    since = round_.approved_at.astimezone(BEIJING).date() if round_.approved_at else today
    return notice(
        NoticeFacts(
            bureau=people.bureau_name(session, round_.bureau_code),
            number=f"{round_.number}-{inspection.position:03d}",
            firm=target.name,
            code=target.code,
            address=full_address(target.district, target.address),
            legal_basis=_basis(session, round_) or "；".join(dict.fromkeys(item.legal_basis for item in items)),
            round_number=round_.number,
            item="；".join(item.name for item in items),
            period=f"{official_day(since)}至{official_day(inspection.inspect_by)}{_tentative(session, inspection.inspect_by)}",
            method=(inspection.method or round_.method).label,
            frequency=FREQUENCY[round_.kind],
            materials=materials(session, inspection),
            inspectors=tuple(team),
            complaint_contact="12345 政务服务便民热线",
            contact=people.name_of(session, round_.initiator_id),
            issued_on=official_day(today),
        ),
        template_of(session, round_.bureau_code, PaperKind.NOTICE),
    )


def _tentative(session: Session, day: date) -> str:
    """Return 暂定 in brackets where the next holiday notice may still move the day."""
    return "（暂定）" if calendar(session).certainty(day) is Certainty.PROVISIONAL else ""


def _basis(session: Session, round_: Round) -> str:
    """Return the law behind a tip where it isn't the item's, 一(三)."""
    tip = tips.of_round(session, round_.id or 0) if round_.kind is RoundKind.TIP else None
    return tip.basis if tip else ""


def inspector_facts(session: Session, person_id: int) -> InspectorFacts:
    """Return a team member as the firm may know them."""
    inspector = registers.inspector_of(session, person_id)
    return InspectorFacts(people.name_of(session, person_id), inspector.certificate_no if inspector else "")


def official_day(day: date) -> str:
    """Return a day as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"
