"""Hold a row for a change (加锁), as it is now and not as this transaction may have read it before somebody else's commit."""

from typing import Any, TypeVar

from sqlmodel import Session, SQLModel

Kind = TypeVar("Kind", bound=SQLModel)


def locked(session: Session, kind: type[Kind], key: Any) -> Kind:
    """Return the row with this key, locked until the transaction ends; raises NoResultFound.

    Without `populate_existing` a row that the session already knows keeps its old values, although the lock has waited for new ones.
    """
    session.flush()
    return session.get_one(kind, key, with_for_update=True, populate_existing=True)
