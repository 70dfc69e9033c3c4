"""Ask what waits in the boxes, and let a message be worked on again (收件箱、发件箱)."""

from sqlmodel import Session, col, func, select

from storage.tables.conversation import Inbox, Outbox
from storage.vocabulary import MessageState, SendState

FAILED = (SendState.DEAD, SendState.UNKNOWN)


def unsent(session: Session, failed: bool) -> list[Outbox]:
    """Return the messages that haven't arrived: those that failed, or all that wait as well."""
    states = FAILED if failed else (*FAILED, SendState.READY, SendState.LEASED)
    return list(session.exec(select(Outbox).where(col(Outbox.state).in_(states)).order_by(col(Outbox.id))))


def retry(session: Session, message_id: int) -> bool:
    """Put a message that was set aside back into the inbox; False where there is none."""
    row = session.get(Inbox, message_id)
    if row is None or row.state is not MessageState.DEAD:
        return False
    row.state, row.fault = MessageState.PENDING, ""
    session.add(row)
    session.flush()
    return True


def waiting(session: Session) -> dict[str, int]:
    """Return how many messages wait in each box."""
    pending = session.exec(select(func.count()).select_from(Inbox).where(Inbox.state == MessageState.PENDING)).one()
    unsent_count = session.exec(
        select(func.count()).select_from(Outbox).where(col(Outbox.state).in_([SendState.READY, SendState.LEASED]))
    ).one()
    return {"inbox": pending, "outbox": unsent_count}
