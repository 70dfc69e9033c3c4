"""Keep the frozen texts of a draw (冻结的候选名单与摇号文件); a text that is there is never changed."""

from sqlmodel import Session, col, select

from storage.tables.rounds import FrozenText

FRAME, PEOPLE, SEED, RESULT, TEAMS = "frame.txt", "inspectors.txt", "seed.txt", "result.txt", "teams.txt"
PROOF = (FRAME, SEED, RESULT, PEOPLE, TEAMS)
AMENDMENTS = "amendments.txt"


def keep(session: Session, attempt_id: int, name: str, body: str) -> None:
    """Keep one text of an attempt."""
    session.add(FrozenText(attempt_id=attempt_id, name=name, body=body))


def amend(session: Session, attempt_id: int, line: str) -> None:
    """Add a line (a replacement, a person from elsewhere) to the attempt's amendments; the drawn teams stay as they are."""
    row = session.exec(select(FrozenText).where(FrozenText.attempt_id == attempt_id, FrozenText.name == AMENDMENTS)).first()
    if row is None:
        keep(session, attempt_id, AMENDMENTS, line + "\n")
        return
    row.body += line + "\n"
    session.add(row)


def read(session: Session, attempt_id: int) -> dict[str, str]:
    """Return all texts of an attempt by name."""
    rows = session.exec(select(FrozenText).where(col(FrozenText.attempt_id) == attempt_id))
    return {row.name: row.body for row in rows}


def bundle(texts: dict[str, str]) -> dict[str, str]:
    """Return the texts as the checker wants them: replacements stand behind the teams that were drawn."""
    teams = texts.get(TEAMS, "") + "".join(line + "\n" for line in texts.get(AMENDMENTS, "").splitlines() if line.startswith("replace\t"))
    return {name: body for name, body in texts.items() if name in PROOF} | {TEAMS: teams}
