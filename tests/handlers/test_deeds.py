"""Every act that the ledger may hold has its Chinese words."""

from handlers.speech.deeds import DEEDS, deed, facts_line
from tests.test_glossary import acts


def test_every_act_has_its_words_and_no_words_are_left_over() -> None:
    """What is written into the ledger can be read by those who supervise."""
    written = {act for _, act in acts() if "*" not in act} | {"approval_approved", "approval_sent_back"}
    assert written == set(DEEDS)
    assert len(set(DEEDS.values())) == len(DEEDS)


def test_facts_are_one_line_and_an_unknown_act_keeps_its_name() -> None:
    """Empty facts say nothing."""
    assert facts_line({"reason": "亲属任职", "people": ["甲", "乙"], "note": "", "new_fact": 3}) == "理由 亲属任职；人员 甲、乙；new_fact 3"
    assert deed("something_new_done") == "something_new_done"
