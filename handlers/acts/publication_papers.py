"""Write what goes with a publication (待公示内容、公示公告), 二(八)."""

from datetime import date

from sqlmodel import Session

from handlers.acts.announcing import facts_of
from handlers.acts.records import record_of
from handlers.documents.columns import Column, Sheet
from handlers.documents.letters import announcement
from handlers.documents.sheets import as_excel
from handlers.rules.public_record import FIELDS
from storage.queries import partners, publications
from storage.tables.rounds import Round
from storage.vocabulary import PublicationState


def write_preview(session: Session, round_id: int, _scope: str, today: date) -> bytes:
    """All records of a round that wait, as the public will read them."""
    round_ = session.get_one(Round, round_id)
    found = [row for row in publications.with_targets(session, round_id) if partners.department_of(session, row[1]) is None]
    rows = [record_of(session, round_, inspection, today) for row, inspection, _ in found if row.state is PublicationState.DUE]
    return as_excel(Sheet("待公示内容", tuple(Column(name, name, width=24) for name in FIELDS)), rows)


def write_announcement(session: Session, round_id: int, scope: str, today: date) -> bytes:
    """公示公告 of a round, as far as its results are public; `scope` is the address of the public site."""
    return announcement(facts_of(session, round_id, scope, today))
