"""The short chaos: killed at random and at every named place, the server loses nothing; and the judge sees what he must see."""

import asyncio
import copy
import json
from collections import Counter
from collections.abc import Callable

import pytest

from tests.chaos.delivering import Delivered, Intent
from tests.chaos.evidence import Evidence, Row
from tests.chaos.people import INTRUDER
from tests.chaos.reconciling import judge
from tests.chaos.running import CRASH_POINTS, Options, Outcome, run
from tests.engines import Originals

Doctor = Callable[[Evidence], None]


@pytest.fixture(scope="module")
def outcome(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One run on SQLite that all tests look at."""
    options = Options(seed=7, kills=3, latest=3, is_warm=True)
    return asyncio.run(run(options, originals, tmp_path_factory.mktemp("chaos")))


def test_nothing_is_lost_doubled_or_forbidden(outcome: Outcome) -> None:
    """faults.md 2.3, 4: killed at three random moments and once at every crash point, everything reconciles."""
    assert outcome.findings == []
    assert len(outcome.crashed) == len(CRASH_POINTS)


def test_the_run_was_no_walk_in_an_empty_house(outcome: Outcome) -> None:
    """A run in which nothing happens would prove nothing."""
    counts = outcome.counts
    assert counts["tries"] > counts["copies"] > counts["messages"] > 50
    assert counts["draws"] >= 1
    assert counts["decisions"] >= 1
    assert counts["refused"] >= 5


def lose_a_message(evidence: Evidence) -> None:
    key = evidence.journal[3].id
    evidence.tables["inbox"] = [row for row in evidence["inbox"] if row["key"] != key]


def leave_a_message_unacknowledged(evidence: Evidence) -> None:
    evidence.journal.append(Delivered("liu-ming-9999", "liu-ming", Intent.EFFECT, 1, Counter({500: 3})))


def store_a_message_twice(evidence: Evidence) -> None:
    evidence.tables["inbox"].append(evidence["inbox"][0] | {"id": 99_999, "messenger": "simulator", "key": evidence.journal[0].id})


def invent_a_message(evidence: Evidence) -> None:
    evidence.tables["inbox"].append(evidence["inbox"][0] | {"messenger": "simulator", "key": "nobody-sent-this"})


def forget_an_answer(evidence: Evidence) -> None:
    key = f"m{next(row['id'] for row in evidence['inbox'] if row['key'] == evidence.journal[0].id)}-"
    evidence.tables["outbox"] = [row for row in evidence["outbox"] if not row["key"].startswith(key)]


def leave_a_message_undone(evidence: Evidence) -> None:
    evidence["inbox"][-1]["state"] = "pending"


def set_a_message_aside(evidence: Evidence) -> None:
    evidence["inbox"][-1]["state"] = "dead"


def leave_a_lease(evidence: Evidence) -> None:
    evidence["outbox"][-1]["state"] = "leased"


def swallow_what_was_sent(evidence: Evidence) -> None:
    evidence.shown.pop()


def show_it_twice(evidence: Evidence) -> None:
    evidence.shown.append(evidence.shown[-1])


def show_what_was_never_committed(evidence: Evidence) -> None:
    evidence.shown.append(evidence.shown[-1] | {"key": "m99999-1"})


def leave_a_gap(evidence: Evidence) -> None:
    row = next(row for row in evidence["outbox"] if row["key"].endswith("-2"))
    first = row["key"].removesuffix("2") + "1"
    evidence.tables["outbox"] = [row for row in evidence["outbox"] if row["key"] != first]


def show_in_disorder(evidence: Evidence) -> None:
    evidence.shown.reverse()


def invite_twice(evidence: Evidence) -> None:
    invitation = next(row for row in evidence.shown if row["body"]["title"].startswith("邀请见证摇号"))
    evidence.shown.append(invitation | {"key": "another"})


def break_the_ledger(evidence: Evidence) -> None:
    evidence.ledger_holds = False


def entry(evidence: Evidence, act: str) -> Row:
    return next(row for row in evidence["ledger"] if json.loads(row["body"])["act"] == act)


def draw_twice(evidence: Evidence) -> None:
    evidence["ledger"].append(entry(evidence, "targets_drawn"))


def draw_in_silence(evidence: Evidence) -> None:
    evidence["ledger"].remove(entry(evidence, "targets_drawn"))


def forget_to_draw(evidence: Evidence) -> None:
    drawn = next(row for row in evidence["attempts"] if row["state"] == "drawn")
    drawn["state"] = "frozen"
    evidence.tables["ledger"] = [row for row in evidence["ledger"] if "targets_drawn" not in row["body"]]


def draw_a_round_again(evidence: Evidence) -> None:
    drawn = next(row for row in evidence["attempts"] if row["state"] == "drawn")
    evidence["attempts"].append(drawn | {"id": 99_999})


def decide_twice(evidence: Evidence) -> None:
    again = entry(evidence, "approval_approved")
    other = json.loads(again["body"]) | {"act": "approval_sent_back", "through": "simulator:another"}
    evidence["ledger"].append({"seq": 0, "body": json.dumps(other)})


def forget_a_decision(evidence: Evidence) -> None:
    evidence["ledger"].remove(entry(evidence, "approval_approved"))


def send_no_card(evidence: Evidence) -> None:
    evidence["addressees"].append({"approval_id": 99_999, "person_id": 1})


def skip_a_number(evidence: Evidence) -> None:
    evidence["rounds"].pop(0)


def let_the_intruder_in(evidence: Evidence) -> None:
    row = next(row for row in evidence["ledger"] if f"simulator:{INTRUDER}" in row["body"])
    row["body"] = row["body"].replace('"refused"', '"approval_approved"')


def forget_a_refusal(evidence: Evidence) -> None:
    evidence.tables["ledger"] = [row for row in evidence["ledger"] if f'simulator:{INTRUDER}-1"' not in row["body"]]


def listen_to_a_stranger(evidence: Evidence) -> None:
    stranger = next(each for each in evidence.journal if each.intent is Intent.STRANGER)
    told = {"act": "round_drafted", "subject": "round:9", "through": f"simulator:{stranger.id}", "actor": None}
    evidence["ledger"].append({"seq": 0, "body": json.dumps(told)})


def believe_a_forgery(evidence: Evidence) -> None:
    evidence.forged_accepted = 1


def tell_a_secret(evidence: Evidence) -> None:
    evidence.leaks = ["SECRET_KEY"]


def corrupt_the_file(evidence: Evidence) -> None:
    evidence.integrity = ["row 7 missing from index"]


DOCTORS: dict[Doctor, str] = {
    lose_a_message: "LOST",
    leave_a_message_unacknowledged: "LOST",
    store_a_message_twice: "DOUBLED",
    invent_a_message: "DOUBLED",
    forget_an_answer: "LOST",
    leave_a_message_undone: "LOST",
    set_a_message_aside: "LOST",
    leave_a_lease: "LOST",
    swallow_what_was_sent: "LOST",
    show_it_twice: "DOUBLED",
    show_what_was_never_committed: "FORBIDDEN",
    leave_a_gap: "LOST",
    show_in_disorder: "BROKEN",
    invite_twice: "DOUBLED",
    break_the_ledger: "BROKEN",
    draw_twice: "DOUBLED",
    draw_in_silence: "LOST",
    forget_to_draw: "LOST",
    draw_a_round_again: "DOUBLED",
    decide_twice: "DOUBLED",
    forget_a_decision: "LOST",
    send_no_card: "LOST",
    skip_a_number: "BROKEN",
    let_the_intruder_in: "FORBIDDEN",
    forget_a_refusal: "LOST",
    listen_to_a_stranger: "FORBIDDEN",
    believe_a_forgery: "FORBIDDEN",
    tell_a_secret: "FORBIDDEN",
    corrupt_the_file: "BROKEN",
}


@pytest.mark.parametrize("doctor", DOCTORS, ids=lambda doctor: doctor.__name__)
def test_the_judge_has_teeth(outcome: Outcome, doctor: Doctor) -> None:
    """A judge who never finds anything would call every run clean."""
    evidence = copy.deepcopy(outcome.evidence)
    doctor(evidence)
    assert DOCTORS[doctor] in {finding.kind for finding in judge(evidence)}
