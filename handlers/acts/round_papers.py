"""Write what belongs to a round (检查通知书、抽取结果、检查台账、摇号证据、全过程留痕、公告), as things stand when it's sent."""

import zipfile
from datetime import date
from io import BytesIO

from sqlmodel import Session

from handlers.documents.columns import Column, Sheet
from handlers.documents.sheets import as_excel
from handlers.rules.districts import short_name
from storage import frames
from storage.queries import follow_ups, people
from storage.queries import inspections as inspection_queries
from storage.queries import publications as publication_queries
from storage.tables.registers import Item, Target
from storage.vocabulary import Outcome

COMMON = (
    Column("序号", "position"),
    Column("对象", "name", width=36),
    Column("统一社会信用代码", "code", width=24),
    Column("县区", "district"),
)
DRAWN = (*COMMON, Column("分类", "stratum"), Column("检查人员", "team", width=20), Column("号码", "ticket", width=70))
ROUND = (
    *COMMON,
    Column("事项", "item", width=28),
    Column("检查人员", "team", width=20),
    Column("状态", "state"),
    Column("完成日期", "completed"),
    Column("检查结果", "outcome", width=30),
    Column("问题", "problem", width=40),
    Column("后续处置", "measures", width=40),
    Column("公示", "publication"),
)


def write_drawn(session: Session, round_id: int, _scope: str, _today: date) -> bytes:
    """The list of drawn targets in their order."""
    rows = []
    for inspection in inspection_queries.drawn(session, round_id):
        target = session.get_one(Target, inspection.target_id)
        team = [row.person_id for row in inspection_queries.team(session, inspection.id or 0)]
        rows.append(
            {
                "position": str(inspection.position),
                "name": target.name,
                "code": target.code,
                "district": short_name(target.district),
                "stratum": inspection.stratum,
                "ticket": inspection.ticket,
                "team": "、".join(people.names(session, team).values()),
            }
        )
    return as_excel(Sheet("抽取结果", DRAWN), rows)


def write_round(session: Session, round_id: int, _scope: str, _today: date) -> bytes:
    """The round's register of inspections (检查台账)."""
    rows = []
    for inspection in inspection_queries.of_round(session, round_id):
        target = session.get_one(Target, inspection.target_id)
        publication = publication_queries.of_inspection(session, inspection.id or 0)
        measures = follow_ups.of_inspection(session, inspection.id or 0)
        team = [row.person_id for row in inspection_queries.team(session, inspection.id or 0)]
        rows.append(
            {
                "position": str(inspection.position),
                "name": target.name,
                "code": target.code,
                "district": short_name(target.district),
                "item": session.get_one(Item, inspection.item_id).name,
                "team": "、".join(people.names(session, team).values()),
                "state": inspection.state.label,
                "completed": inspection.completed_on.isoformat() if inspection.completed_on else "",
                "outcome": "、".join(Outcome(word).label for word in inspection.outcomes),
                "problem": inspection.problem or "",
                "measures": "；".join(
                    f"{row.measure.label}（{row.state.label}{' ' + row.receipt if row.receipt else ''}）" for row in measures
                ),
                "publication": publication.state.label if publication else "",
            }
        )
    return as_excel(Sheet("检查台账", ROUND), rows)


def write_proof(session: Session, attempt_id: int, _scope: str, _today: date) -> bytes:
    """The five texts of a draw, and the replacements since, as one archive."""
    texts = frames.read(session, attempt_id)
    octets = BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (*frames.PROOF, frames.AMENDMENTS):
            if name in texts:
                archive.writestr(zipfile.ZipInfo(name), texts[name].encode("utf-8"))
        archive.writestr(zipfile.ZipInfo("with-amendments/teams.txt"), frames.bundle(texts)[frames.TEAMS].encode("utf-8"))
    return octets.getvalue()
