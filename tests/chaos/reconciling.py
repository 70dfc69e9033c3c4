"""Judge a run from its evidence alone: what was lost, what happened twice, what was forbidden and happened all the same."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.chaos.delivering import Intent
from tests.chaos.evidence import Evidence, Row

LOST, DOUBLED, FORBIDDEN, BROKEN = "LOST", "DOUBLED", "FORBIDDEN", "BROKEN"
ONCE = {  # acts that happen at most once on a subject, whoever does them
    "targets_drawn",
    "assignment_accepted",
    "result_published",
    "record_confirmed",
    "round_completed",
    "round_closed",
    "inspection_begun",
    "attempt_aborted",
}
DECISIONS = {"approval_approved", "approval_sent_back", "approval_superseded"}
CARDS_ONCE = ("检查任务", "抽查任务待审批", "邀请见证摇号", "抽取结果", "检查结果待审核", "名单已冻结")


@dataclass(frozen=True)
class Finding:
    """One thing that must not be."""

    kind: str
    sentence: str


def judge(evidence: Evidence) -> list[Finding]:
    """Return everything that must not be, in the order of the checks."""
    return [finding for check in CHECKS for finding in check(evidence)]


def every_acknowledged_message_has_its_effect_once(evidence: Evidence) -> Iterator[Finding]:
    """What was answered with 200 is in the inbox once, worked on, and answered."""
    stored = defaultdict(list)
    for row in evidence["inbox"]:
        stored[(row["messenger"], row["key"])].append(row)
    answered = {row["key"].rpartition("-")[0] for row in evidence["outbox"]}
    for entry in evidence.journal:
        rows = stored[("simulator", entry.id)]
        if not entry.is_acknowledged:
            yield Finding(LOST, f"{entry.id} was never acknowledged: {dict(entry.answers)}")
        elif not rows:
            yield Finding(LOST, f"{entry.id} was acknowledged and isn't in the inbox")
        elif len(rows) > 1:
            yield Finding(DOUBLED, f"{entry.id} is in the inbox {len(rows)} times")
        elif f"m{rows[0]['id']}" not in answered:
            yield Finding(LOST, f"{entry.id} was acknowledged and has no answer")
    known = {entry.id for entry in evidence.journal}
    for row in evidence["inbox"]:
        if row["messenger"] == "simulator" and row["key"] not in known:
            yield Finding(DOUBLED, f"{row['key']} is in the inbox, and nobody sent it under this name")


def nothing_waits_and_nothing_was_set_aside(evidence: Evidence) -> Iterator[Finding]:
    """After the drain every box is empty, and no message met a defect."""
    for row in evidence["inbox"]:
        if row["state"] != "done":
            yield Finding(LOST, f"inbox {row['id']} ({row['key']}) is {row['state']}: {row['fault']}")
    for row in evidence["outbox"]:
        if row["state"] != "sent":
            yield Finding(LOST, f"outbox {row['id']} ({row['key']}) is {row['state']}")


def every_outgoing_message_arrived_once(evidence: Evidence) -> Iterator[Finding]:
    """Each key of the outbox is on the phones once, and nothing else is."""
    wanted = {row["key"] for row in evidence["outbox"]}
    shown = Counter(row["key"] for row in evidence.shown)
    for key in sorted(wanted - shown.keys()):
        yield Finding(LOST, f"{key} is in the outbox and on no phone")
    for key in sorted(shown.keys() - wanted):
        yield Finding(FORBIDDEN, f"{key} is on a phone and was never in the outbox")
    for key, count in shown.items():
        if count > 1:
            yield Finding(DOUBLED, f"{key} is on the phones {count} times")


def keys_of_a_message_have_no_gap(evidence: Evidence) -> Iterator[Finding]:
    """What one message brings about is numbered 1, 2, 3 …: a gap is a message that was lost."""
    numbers = defaultdict(list)
    for row in evidence["outbox"]:
        prefix, _, number = row["key"].rpartition("-")
        numbers[prefix].append(int(number))
    for prefix, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield Finding(LOST, f"the messages of {prefix} are {sorted(found)}")


def everybody_reads_in_order(evidence: Evidence) -> Iterator[Finding]:
    """On SQLite, which has one writer, the messages of a person are shown in the order of the outbox."""
    if evidence.engine != "sqlite":
        return
    place = {row["key"]: row["id"] for row in evidence["outbox"]}
    last: dict[str, int] = {}
    for row in evidence.shown:
        here = place.get(row["key"], 0)
        if 0 < here < last.get(row["person"], 0):
            yield Finding(BROKEN, f"{row['person']} read {row['key']} too late")
        last[row["person"]] = max(here, last.get(row["person"], 0))


def nobody_gets_a_card_twice(evidence: Evidence) -> Iterator[Finding]:
    """The same card under two keys would be two invitations to do the same thing."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for row in evidence.shown:
        body = row["body"]
        if not body.get("note") and body.get("title", "").startswith(CARDS_ONCE):
            seen[(row["person"], body["title"], str(body["fields"]))] += 1
    for (person, title, _), count in seen.items():
        if count > 1:
            yield Finding(DOUBLED, f"{person} got the card “{title}” {count} times")


def the_ledger_holds(evidence: Evidence) -> Iterator[Finding]:
    """`python -m bot ledger verify` says so, and no act stands in it twice."""
    if not evidence.ledger_holds:
        yield Finding(BROKEN, f"ledger verify: {evidence.ledger_words.strip()}")
    for (act, subject), count in Counter((act["act"], act["subject"]) for act in evidence.acts if act["act"] in ONCE).items():
        if count > 1:
            yield Finding(DOUBLED, f"{act} of {subject} stands in the ledger {count} times")
    for (through, act, subject), count in Counter((act["through"], act["act"], act["subject"]) for act in evidence.acts).items():
        if count > 1 and through != "cli":
            yield Finding(DOUBLED, f"{act} of {subject} was done {count} times by {through}")


def there_is_one_draw_for_each_attempt(evidence: Evidence) -> Iterator[Finding]:
    """Every drawn attempt has its act, every act its attempt; where all witnesses have spoken, it is drawn."""
    drawn = Counter(act["subject"] for act in evidence.acts if act["act"] == "targets_drawn")
    for row in evidence["attempts"]:
        subject = f"attempt:{row['id']}"
        seats = [seat["position"] for seat in evidence["seats"] if seat["attempt_id"] == row["id"]]
        if row["state"] == "drawn" and drawn[subject] != 1:
            yield Finding(LOST if not drawn[subject] else DOUBLED, f"{subject} is drawn, {drawn[subject]} times in the ledger")
        if row["state"] == "frozen" and drawn[subject]:
            yield Finding(BROKEN, f"{subject} is drawn in the ledger alone")
        if row["state"] == "frozen" and seats and all(position is not None for position in seats):
            yield Finding(LOST, f"{subject}: every witness has spoken, and nothing is drawn")
        given = [position for position in seats if position is not None]
        if sorted(given) != list(range(1, len(given) + 1)):
            yield Finding(DOUBLED, f"{subject} has the places {sorted(given)}")
    for round_id, count in Counter(row["round_id"] for row in evidence["attempts"] if row["state"] == "drawn").items():
        if count > 1:
            yield Finding(DOUBLED, f"round {round_id} is drawn {count} times")


def there_is_one_decision_for_each_approval(evidence: Evidence) -> Iterator[Finding]:
    """Whoever taps first decides; what was decided is in the table and in the ledger, once in each."""
    decided: defaultdict[str, list[str]] = defaultdict(list)
    for act in evidence.acts:
        if act["act"] in DECISIONS:
            decided[act["subject"]].append(act["act"].removeprefix("approval_"))
    for row in evidence["approvals"]:
        expected = [] if row["state"] == "pending" else [row["state"]]
        found = decided[f"approval:{row['id']}"]
        if len(found) > 1:
            yield Finding(DOUBLED, f"approval {row['id']} was decided {found}")
        elif found != expected:
            yield Finding(LOST, f"approval {row['id']} is {row['state']}, in the ledger {found}")


def every_open_duty_has_its_card(evidence: Evidence) -> Iterator[Finding]:
    """Whoever is to decide or to inspect has the card for it on their phone."""
    cards = {(row["subject"], row["person_id"]): row["id"] for row in evidence["cards"]}
    shown = {row["key"] for row in evidence.shown}
    duties = [(f"approval:{row['approval_id']}", row["person_id"]) for row in evidence["addressees"]]
    duties += [(f"assignment:{row['id']}", row["person_id"]) for row in evidence["assignments"]]
    for subject, person_id in duties:
        if cards.get((subject, person_id)) not in shown:
            yield Finding(LOST, f"person {person_id} has no card for {subject}")


def rounds_are_numbered_without_a_gap(evidence: Evidence) -> Iterator[Finding]:
    """530400-2026-0001, -0002 …: none twice, none left out, and the counter knows the last."""
    numbers: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for row in evidence["rounds"]:
        bureau, year, serial = row["number"].split("-")
        numbers[(bureau, int(year))].append(int(serial))
    for (bureau, year), found in numbers.items():
        last = next((row["last"] for row in evidence["serials"] if (row["bureau_code"], row["year"]) == (bureau, year)), None)
        if sorted(found) != list(range(1, len(found) + 1)) or last != len(found):
            yield Finding(BROKEN, f"{bureau} has the rounds {sorted(found)}, and counted to {last}")


def the_intruder_is_refused_every_time(evidence: Evidence) -> Iterator[Finding]:
    """Each of the intruder's messages stands in the ledger as refused, once, and as nothing else."""
    mine: defaultdict[str, list[Row]] = defaultdict(list)
    for act in evidence.acts:
        mine[act["through"]].append(act)
    for entry in evidence.journal:
        acts = [act["act"] for act in mine[f"simulator:{entry.id}"]]
        if entry.intent is Intent.REFUSAL and acts != ["refused"]:
            kind = LOST if not acts else DOUBLED if set(acts) == {"refused"} else FORBIDDEN
            yield Finding(kind, f"{entry.id} should be refused once, the ledger says {acts}")
        if entry.intent is Intent.STRANGER and acts:
            yield Finding(FORBIDDEN, f"a stranger's {entry.id} did {acts}")
    attempts = sum(entry.intent is Intent.REFUSAL for entry in evidence.journal)
    refused = sum(act["act"] == "refused" and act["actor"] == evidence.intruder for act in evidence.acts)
    if refused != attempts:
        yield Finding(FORBIDDEN, f"{attempts} attempts of the intruder, {refused} refusals in the ledger")


def nothing_forged_and_nothing_secret_got_through(evidence: Evidence) -> Iterator[Finding]:
    """A wrong signature is 401, a fault is answered without a traceback, and no secret stands in the log."""
    if evidence.forged_accepted:
        yield Finding(FORBIDDEN, f"{evidence.forged_accepted} forged messages were not turned away")
    yield from (Finding(BROKEN, f"a strange answer: {words}") for words in evidence.strange_answers)
    yield from (Finding(FORBIDDEN, f"{name} stands in the log") for name in evidence.leaks)
    yield from (Finding(BROKEN, words) for words in (*evidence.integrity, *evidence.incidents))


CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    every_acknowledged_message_has_its_effect_once,
    nothing_waits_and_nothing_was_set_aside,
    every_outgoing_message_arrived_once,
    keys_of_a_message_have_no_gap,
    everybody_reads_in_order,
    nobody_gets_a_card_twice,
    the_ledger_holds,
    there_is_one_draw_for_each_attempt,
    there_is_one_decision_for_each_approval,
    every_open_duty_has_its_card,
    rounds_are_numbered_without_a_gap,
    the_intruder_is_refused_every_time,
    nothing_forged_and_nothing_secret_got_through,
)
