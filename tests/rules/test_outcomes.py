"""Hold the outcomes to 二(八): what must be listed or prosecuted isn't settled by 责令改正."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import outcomes
from storage.vocabulary import Measure, Outcome, PointState

OUTCOMES = st.sampled_from(Outcome)
POINTS = st.lists(st.sampled_from([*PointState, None]), max_size=6)
SETTLED = st.lists(st.sampled_from([PointState.NORMAL, PointState.NOT_APPLICABLE]), max_size=6)
NORMAL, ABNORMAL, OPEN = PointState.NORMAL, PointState.ABNORMAL, None


def test_every_outcome_and_every_measure_has_its_rule():
    """A new word in the vocabulary can't be forgotten here."""
    assert set(outcomes.FORCED) == set(Outcome)
    assert set(outcomes.DUE_DAYS) == set(Measure)
    assert all(outcomes.due_days(measure) >= 1 for measure in Measure)


@pytest.mark.parametrize(
    ("found", "forced"),
    [
        ([Outcome.CLEAN], ()),
        ([Outcome.UNREACHABLE], (Measure.ABNORMAL_LIST,)),
        ([Outcome.NOT_PUBLISHED, Outcome.FALSE_PUBLICATION], (Measure.ABNORMAL_LIST,)),
        ([Outcome.COMMERCE_VIOLATION], (Measure.CASE_OPENED,)),
        ([Outcome.OTHER_VIOLATION], (Measure.NOTIFY_OTHER,)),
        ([Outcome.NOT_COOPERATING], (Measure.PUBLISH_NON_COOPERATION,)),
        ([Outcome.CORRECTED, Outcome.UNREACHABLE], (Measure.ORDER_CORRECTION, Measure.ABNORMAL_LIST)),
        ([Outcome.CLOSED_DOWN], (Measure.DIRECTORY_CHANGE,)),
    ],
)
def test_an_outcome_forces_its_measures(found, forced):
    """二(八): 应列尽列, and every problem has somebody who goes on with it."""
    assert outcomes.forced_measures(found) == forced


def test_a_sole_trader_is_marked_where_a_company_is_listed():
    """个体工商户 have no 经营异常名录: their registrar marks 经营异常状态."""
    assert outcomes.forced_measures([Outcome.UNREACHABLE], "92530402MA6K0A1B0X") == (Measure.ABNORMAL_STATUS,)
    assert outcomes.forced_measures([Outcome.UNREACHABLE], "91530402MA6K0A1BXF") == (Measure.ABNORMAL_LIST,)


@given(st.sets(OUTCOMES))
def test_a_problem_is_never_without_a_measure(found):
    """Each problem forces something, in one order, nothing twice, and more outcomes never force less."""
    forced = outcomes.forced_measures(found)
    assert bool(forced) == any(outcome is not Outcome.CLEAN for outcome in found)
    assert list(forced) == sorted(set(forced), key=list(Measure).index)
    assert all(set(outcomes.forced_measures([outcome])) <= set(forced) for outcome in found)


@pytest.mark.parametrize("measure", sorted(set(Measure) - {Measure.ORDER_CORRECTION, Measure.DIRECTORY_CHANGE}))
@pytest.mark.parametrize("proof", ["", "  ", "责令改正", "已下达责令改正通知书〔2026〕3号", "行政指导1次", "口头告知", "已办"])
def test_no_listing_case_or_transfer_closes_by_an_order_to_correct(measure, proof):
    """二(八): 不得用责令改正、行政指导代替."""
    assert not outcomes.may_close_with(measure, proof, proof)
    assert outcomes.missing_proof(measure, proof, proof).endswith("。")


def test_a_transfer_closes_with_the_receipt_and_a_case_with_its_number():
    """The proof of each measure is its own: a receipt opens no case, a case number is no receipt."""
    assert outcomes.may_close_with(Measure.ABNORMAL_LIST, receipt="玉市监回〔2026〕12号")
    assert outcomes.may_close_with(Measure.JUDICIAL_REFERRAL, receipt="公安回执 0031")
    assert outcomes.may_close_with(Measure.CASE_OPENED, case_no="玉商立〔2026〕2号")
    assert not outcomes.may_close_with(Measure.CASE_OPENED, receipt="玉市监回〔2026〕12号")
    assert not outcomes.may_close_with(Measure.ABNORMAL_LIST, case_no="玉商立〔2026〕2号")


def test_an_order_to_correct_closes_with_evidence_and_a_register_change_by_itself():
    """责令改正 needs its evidence; a change of the register is its own proof."""
    assert not outcomes.may_close_with(Measure.ORDER_CORRECTION)
    assert outcomes.may_close_with(Measure.ORDER_CORRECTION, receipt="责令改正通知书〔2026〕3号，已复查")
    assert outcomes.may_close_with(Measure.DIRECTORY_CHANGE)


@given(POINTS)
def test_clean_is_impossible_while_a_point_is_abnormal_or_open(points):
    """Nothing is 未发现问题 until somebody has said so for each point."""
    refused = outcomes.contradiction([Outcome.CLEAN], points)
    assert (refused is not None) == (ABNORMAL in points or OPEN in points)


@given(SETTLED.filter(bool), st.sampled_from(sorted(outcomes.PROBLEMS - outcomes.WITHOUT_POINTS)))
def test_a_problem_without_an_abnormal_point_is_asked_about(points, outcome):
    """A problem that no point shows was forgotten somewhere."""
    assert "？" in outcomes.contradiction([outcome], points)
    assert outcomes.contradiction([outcome], [*points, ABNORMAL]) is None


@given(POINTS)
def test_who_cannot_be_reached_or_refuses_needs_no_points(points):
    """Behind a locked door nobody can look at the points."""
    assert outcomes.contradiction([Outcome.UNREACHABLE], points) is None
    assert outcomes.contradiction([Outcome.NOT_COOPERATING], points) is None


@given(st.sampled_from(sorted(outcomes.EXCLUSIVE)), OUTCOMES, POINTS)
def test_an_exclusive_outcome_stands_alone(alone, other, points):
    """未发现问题 can't stand beside a problem."""
    if alone != other:
        assert "同时" in outcomes.contradiction([alone, other], points)


@given(st.sampled_from([Outcome.NO_ACTIVITY, Outcome.CLOSED_DOWN]), POINTS)
def test_a_firm_that_does_no_business_has_no_abnormal_point(outcome, points):
    """An abnormal point of a business that isn't carried on is a contradiction."""
    assert (outcomes.contradiction([outcome], points) is not None) == (ABNORMAL in points)


def test_no_outcome_at_all_is_asked_for():
    """There is no preset outcome, ever."""
    assert outcomes.contradiction([], [NORMAL]) == "还没有选择检查结果。请选择一项。"


@given(st.sets(OUTCOMES), POINTS)
def test_the_answer_does_not_depend_on_the_order(found, points):
    """Outcomes tapped in another order give the same answer."""
    assert outcomes.contradiction(sorted(found), points) == outcomes.contradiction(sorted(found, reverse=True), points)


@given(OUTCOMES)
def test_each_outcome_is_either_a_problem_or_stands_alone(outcome):
    """The two kinds don't overlap."""
    assert outcomes.is_problem(outcome) != outcomes.is_exclusive(outcome)
