"""Write the record of an inspection (随机抽查情况记录表), 二(五): what was found, how it was looked at, and room for ink signatures."""

from datetime import date

from sqlmodel import Session

from handlers.acts import demanding, looking_online
from handlers.acts.notice_papers import inspector_facts, official_day
from handlers.documents.letters import PointFacts, RecordFacts, record
from handlers.rules.districts import full_address
from storage.queries import documents, people
from storage.queries import inspections as inspection_queries
from storage.tables.inspections import Inspection
from storage.tables.registers import Item, Target
from storage.tables.rounds import Round
from storage.vocabulary import Method, Outcome


def write_record(session: Session, inspection_id: int, _scope: str, _today: date) -> bytes:
    """随机抽查情况记录表, as far as it's filled in."""
    inspection = session.get_one(Inspection, inspection_id)
    round_ = session.get_one(Round, inspection.round_id)
    target, item = session.get_one(Target, inspection.target_id), session.get_one(Item, inspection.item_id)
    points = inspection_queries.points(session, inspection_id)
    return record(
        RecordFacts(
            bureau=people.bureau_name(session, round_.bureau_code),
            round_name=f"{item.name}（{round_.kind.label}）",
            round_number=round_.number,
            firm=target.name,
            code=target.code,
            address=full_address(target.district, target.address),
            legal_person=target.legal_person,
            legal_phone="",
            contact=target.contact,
            contact_phone=target.phone,
            item=item.name,
            inspected_on=official_day(inspection.completed_on) if inspection.completed_on else "",
            method=inspection.method.label if inspection.method else "",
            points=tuple(PointFacts(row.wording, row.state.label if row.state else "", row.note) for row in points),
            outcome="、".join(Outcome(word).label for word in inspection.outcomes),
            measures="；".join(part for part in (inspection.problem, inspection.measures) if part),
            opinion=inspection.opinion or "",
            inspectors=tuple(inspector_facts(session, row.person_id) for row in inspection_queries.team(session, inspection_id)),
            way=_way(session, inspection),
        )
    )


def _way(session: Session, inspection: Inspection) -> str:
    """Return how it was looked at: the place, the documents, or the address and the time."""
    photos = inspection_queries.photos(session, inspection.id or 0)
    if inspection.method is Method.DOCUMENT:
        rows = documents.of_inspection(session, inspection.id or 0)
        return "；".join(f"{row.position}. {row.name}：{demanding.told(session, row)}" for row in rows)
    if inspection.method is Method.ONLINE:
        return f"{inspection.web_address or ''}，{looking_online.in_words(inspection.looked_at)} 查看，截图 {len(photos)} 张"
    why = f"（到现场的理由：{inspection.why_on_site}）" if inspection.why_on_site and inspection.method is Method.ON_SITE else ""
    return f"{inspection.place or ''}，照片 {len(photos)} 张{why}" if inspection.method else ""
