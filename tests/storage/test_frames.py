"""What was frozen for a draw stays as it was; what came later stands behind it."""

from sqlalchemy import Connection, text
from sqlmodel import Session

from storage import frames
from storage.database import Database

FREE = {"sqlite": "PRAGMA defer_foreign_keys=ON", "postgresql": "ALTER TABLE frozentext DISABLE TRIGGER ALL"}


def test_texts_are_kept_to_the_byte_and_amendments_only_grow(database: Database) -> None:
    """A fingerprint is computed over bytes: no blank, no line end may change."""
    body = "# 冻结\r\n甲\t乙 \n\n"

    def work(connection: Connection) -> dict[str, str]:
        connection.execute(text(FREE[connection.dialect.name]))  # no round is needed to keep a text
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            frames.keep(session, 1, frames.FRAME, body)
            frames.amend(session, 1, "replace\t甲")
            frames.amend(session, 1, "replace\t乙")
            session.flush()
            found = frames.read(session, 1)
            session.rollback()
        return found

    assert database.run(work).result() == {frames.FRAME: body, frames.AMENDMENTS: "replace\t甲\nreplace\t乙\n"}
