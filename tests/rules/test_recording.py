"""Each way of inspecting has its own questions, and none of them can be left out, 二(五)."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.recording import ADDRESS, DOCUMENT, LOOKED_AT, PLACE, SCREENSHOT, SUMMARY, Draft, is_answered, missing, next_step, steps
from storage.vocabulary import Method, Outcome, PointState

SAID = st.sampled_from((None, "说明"))
DRAFTS = st.builds(
    Draft,
    method=st.sampled_from((None, *Method)),
    points=st.lists(st.sampled_from((None, *PointState)), max_size=3),
    outcomes=st.lists(st.sampled_from(Outcome), max_size=2),
    outcomes_closed=st.booleans(),
    problem=SAID,
    measures=SAID,
    opinion=SAID,
    place=SAID,
    documents=st.lists(st.booleans(), max_size=4),
    has_documents_by=st.booleans(),
    has_address=st.booleans(),
    has_looked_at=st.booleans(),
    has_screenshot=st.booleans(),
)


@given(DRAFTS)
def test_a_record_in_writing_waits_for_every_document(draft: Draft) -> None:
    """Neither received nor explained: then it can't be handed in, and without a list neither."""
    if draft.method is Method.DOCUMENT and not (draft.documents and all(draft.documents)):
        assert missing(draft)


@given(DRAFTS)
def test_only_online_asks_where_and_when_and_only_on_site_asks_for_the_place(draft: Draft) -> None:
    """Nobody is asked what their way of inspecting can't know."""
    asked = steps(draft)
    for step in (ADDRESS, LOOKED_AT, SCREENSHOT):
        assert (step in asked) == (draft.method is Method.ONLINE)
    assert any(step.startswith(DOCUMENT) for step in asked) == (draft.method is Method.DOCUMENT and bool(draft.documents))
    assert (PLACE in asked) == (draft.method not in (Method.DOCUMENT, Method.ONLINE))


@given(DRAFTS)
def test_the_next_question_is_the_first_open_one(draft: Draft) -> None:
    """The dialogue ends only where nothing is left to answer."""
    step = next_step(draft)
    assert step == SUMMARY or not is_answered(draft, step)
    assert all(is_answered(draft, before) for before in steps(draft)[: steps(draft).index(step)])
