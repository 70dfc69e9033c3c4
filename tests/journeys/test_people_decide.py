"""Nobody decides alone: approval, ceremony, recusal, review and withholding each have a second person, 二(五), 二(八)."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from storage import frames
from storage.queries import rounds as round_queries
from storage.tables.people import Person
from tests.house import House

REFERENCE = Path(__file__).parents[3] / "shared" / "draw_reference.py"
SMALL = "抽查 成品油零售 1户 红塔区"


def _texts(bureau: House, number: str) -> dict[str, str]:
    """The texts of the round's newest attempt."""
    with bureau.reading() as session:
        return round_queries.proof_texts(session, number)


def test_what_a_chief_starts_the_leader_approves(bureau: House) -> None:
    """Nobody approves what they submitted themselves."""
    bureau.chief.says(SMALL).taps("提交审批")
    assert not [card for card in bureau.chief.shown if "同意" in card.labels]
    bureau.leader.taps("同意")
    assert "名单已冻结" in bureau.chief.last["title"]


def test_of_two_who_decide_at_the_same_instant_one_decides_and_the_other_is_told(bureau: House) -> None:
    """What the chief starts goes to both leaders; the decision is one, and whoever was later hears whose it was."""
    bureau.chief.says(SMALL).taps("提交审批")
    leaders = [bureau.leader, bureau["yang-xiaohong"]]
    tap = {phone.account: {"card": phone.card_with("同意")["card"], "button": "同意"} for phone in leaders}
    bureau.post_together([{"id": f"same-{account}", "person": account, "tap": told} for account, told in tap.items()])
    (decided,) = [entry for entry in bureau.ledger() if entry["act"] == "approval_approved"]
    assert bureau.acts.count("frame_frozen") == 1
    told = [phone.last for phone in leaders]
    assert [("没有重复执行" in card) for card in told].count(True) == 1
    with bureau.reading() as session:
        name = session.get_one(Person, decided["actor"]).name
    assert name in next(card for card in told if "没有重复执行" in card)


def test_a_round_sent_back_can_be_changed_and_submitted_again(bureau: House) -> None:
    """退回 asks for the reason and gives it to the initiator, who keeps the number."""
    bureau.officer.says(SMALL).taps("提交审批")
    bureau.chief.taps("退回").says("户数太少，请抽两户")
    assert "户数太少" in bureau.officer.last
    bureau.officer.taps("修改").says("2户").taps("提交审批")
    assert bureau.chief.card_with("同意")["fields"]["抽取"].startswith("2 户")


def test_the_announced_fingerprint_is_that_of_the_frozen_list(bureau: House) -> None:
    """Whoever got the fingerprint before the draw can check the list after it."""
    number = bureau.draws(SMALL)
    texts = _texts(bureau, number)
    told = bureau.chief.titled("名单已冻结")[0]["fields"]["名单指纹"]
    assert hashlib.sha256(texts[frames.FRAME].encode()).hexdigest() == told
    assert hashlib.sha256(texts[frames.SEED].encode()).hexdigest() == bureau.officer.titled("抽取结果")[0]["fields"]["种子"]


def test_with_one_witness_the_draw_runs_when_the_time_is_over(bureau: House) -> None:
    """Any words of a witness count; nobody can hold the draw up by keeping silent."""
    bureau.officer.says(SMALL).taps("提交审批")
    bureau.chief.taps("同意")
    bureau.witnesses[0].says("今天天气很好")
    assert "今天天气很好" in bureau.witnesses[0].last
    assert "targets_drawn" not in bureau.acts
    bureau.clock("2026-11-23T09:11:00+08:00")
    assert bureau.acts.count("targets_drawn") == 1
    bureau.witnesses[1].taps("参与摇号", bureau.witnesses[1].titled("邀请见证摇号")[-1])
    assert "处理过" in bureau.witnesses[1].last


def test_without_any_witness_nothing_is_drawn_and_the_first_attempt_stays_on_record(bureau: House) -> None:
    """The approver is asked; a further attempt has its own number, and the old secret becomes public."""
    bureau.officer.says(SMALL).taps("提交审批")
    bureau.chief.taps("同意")
    bureau.clock("2026-11-23T09:11:00+08:00")
    assert "targets_drawn" not in bureau.acts
    bureau.chief.taps("同意")
    for witness in bureau.witnesses:
        witness.taps("参与摇号")
    assert bureau.acts.count("targets_drawn") == 1
    page = bureau.page("/public/rounds/530400-2026-0001")
    aborted = next(entry for entry in bureau.ledger() if entry["act"] == "attempt_aborted")
    assert aborted["facts"]["secret"] in page
    assert "已中止" in page
    assert "已抽取" in page
    frozen = [entry["facts"]["frame"] for entry in bureau.ledger() if entry["act"] == "frame_frozen"]
    assert len(frozen) == 2
    assert all(fingerprint in page for fingerprint in frozen)


@pytest.mark.skipif(not REFERENCE.exists(), reason="the independent reference isn't here")
def test_after_a_recusal_the_proof_still_verifies_with_an_independent_program(bureau: House, tmp_path: Path) -> None:
    """二(五): the replacement is the next in the draw, and the drawn teams stay as they were."""
    number = bureau.draws(SMALL)
    ((firm, team),) = bureau.teams().items()
    team[0].taps("申请回避").says("亲属在该企业任职")
    bureau.chief.taps("同意")
    after = bureau.teams()[firm]
    assert team[0].account not in {phone.account for phone in after}
    assert len(after) == 2
    assert bureau.acts[-1] == "inspector_replaced"
    for name in frames.PROOF:
        (tmp_path / name).write_bytes(_texts(bureau, number)[name].encode())
    checked = subprocess.run([sys.executable, str(REFERENCE), "verify", str(tmp_path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_a_refused_recusal_leaves_the_inspector_in_the_team(bureau: House) -> None:
    """行政处罚法 43: the head decides, and until then the inspection isn't stopped."""
    bureau.draws(SMALL)
    ((firm, team),) = bureau.teams().items()
    team[1].taps("申请回避").says("与负责人认识")
    bureau.chief.taps("退回").says("一般相识不构成回避")
    assert "没有同意" in "".join(card.whole for card in team[1].messages[-2:])
    assert team[1].account in {phone.account for phone in bureau.teams()[firm]}


def test_results_are_withheld_only_on_a_legal_ground_that_the_legal_section_accepts(bureau: House) -> None:
    """二(八): 公开为常态、不公开为例外; the fact and the ground stay public."""
    bureau.draws(SMALL)
    ((firm, team),) = bureau.accepts_all().items()
    bureau.records(firm, team)
    bureau.chief.taps("通过")
    bureau.officer.taps("申请不予公示").says("领导要求")
    assert "商业秘密" in bureau.officer.last
    bureau.officer.taps("商业秘密").says("涉及客户名单")
    bureau.legal.taps("退回").says("客户名单不在公示内容里")
    assert "请按期公示" in "".join(card.whole for card in bureau.officer.messages[-2:])
    bureau.officer.taps("申请不予公示").taps("商业秘密").says("涉及未公开的价格条款")
    bureau.legal.taps("同意")
    assert firm not in bureau.page("/public/results")
    assert "政府信息公开条例" in bureau.page("/public/withheld")
    assert bureau.acts[-1] == "round_closed"


def test_a_county_draws_at_home_and_sees_nothing_of_another_county(bureau: House) -> None:
    """A county's officer reaches neither another county's firms nor its rounds, whatever number is typed."""
    home, other = bureau["zhang-rui"], bureau["liang-yan"]
    home.says("抽查 成品油零售 1户 江川区")
    assert "不在您的管辖范围内" in home.last
    home.says("抽查 成品油零售 1户").taps("提交审批")
    bureau["pu-guohua"].taps("同意")
    for typed in ("进度 1", "进度 530402-2026-0001", "验证 530402-2026-0001", "导出 530402-2026-0001"):
        other.says(typed)
        assert "没有找到任务" in other.last
