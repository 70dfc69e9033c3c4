"""How hard a class is supervised follows its credit and its risk, and changes only with approval, 二(五), 二(六)."""

from tests.house import House

CHANGE = "C类 30% 每年6次；D类 全部；A类低风险 1%"


def test_a_matrix_changes_with_approval_and_the_next_draw_follows_it(bureau: House) -> None:
    """守信者无事不扰、失信者利剑高悬: before and after are shown, the chief approves, the preview says which version it went by."""
    officer = bureau.officer
    before = officer.says("抽查 成品油零售 10% 红塔区").last["fields"]
    officer.taps("取消")
    assert "分类监管" not in before

    officer.says("分类 成品油零售经营").taps("调整").says("C类")
    assert "没有写调整成什么" in officer.last["text"]
    officer.says(CHANGE)
    assert officer.last["fields"]["C类"] == "按一般规则 → 比例 30%，每年 6 次"
    officer.taps("提交审批")
    assert bureau.chief.card_with("同意")["fields"]["调整"].startswith("A类低风险：")
    bureau.chief.taps("同意")
    assert "第 1 版已批准" in officer.last["text"]

    fields = officer.says("抽查 成品油零售 10% 红塔区").last["fields"]
    assert fields["分类监管"].startswith("按第 1 版：A类低风险 比例 1%")
    assert "C类中风险" in fields["候选"]
    quotas = dict(part.split(" ") for part in fields["抽取"].partition("；")[2].rstrip("）").split("、"))
    sizes = dict(part.split(" ") for part in fields["候选"].partition("（")[2].rstrip("）").split("、"))
    for name, size in sizes.items():
        asked = {"C": 30, "D": 100}.get(name[0], 1 if name == "A类低风险" else 10)
        assert int(quotas[name]) == -(-int(size) * asked // 100), name

    officer.taps("提交审批")
    bureau.chief.taps("同意")
    for witness in bureau.witnesses:
        witness.taps("参与摇号")
    assert "验证通过" in officer.says("验证 2").last or "结果一致" in officer.last
    frozen = next(entry for entry in bureau.ledger() if entry["act"] == "frame_frozen")
    assert frozen["facts"]["matrix"] == 1


def test_what_is_not_approved_changes_nothing(bureau: House) -> None:
    """Who proposed it hears the reason; a second proposal waits for the first."""
    bureau.officer.says("分类 成品油零售经营").taps("调整").says("D类 全部").taps("提交审批")
    bureau.officer.says("分类 成品油零售经营").taps("调整").says("C类 20%").taps("提交审批")
    assert "已有一份" in bureau.officer.last["text"]
    bureau.chief.taps("退回").says("请先说明依据")
    assert "没有批准：请先说明依据" in bureau.officer.last["text"]
    assert "分类监管" not in bureau.officer.says("抽查 成品油零售 10% 红塔区").last["fields"]


def test_all_classes_together_keep_to_the_cap_of_a_general_item(bureau: House) -> None:
    """More for the strict is paid for by less for the lenient; a general item's cap is never passed."""
    bureau.officer.says("分类 成品油零售经营").taps("调整").says("A类 全部；B类 全部").taps("提交审批")
    bureau.chief.taps("同意")
    assert "各类的比例合计是" in bureau.officer.says("抽查 成品油零售 5% 红塔区").last["text"]


def test_nobody_changes_the_matrix_of_another_section(bureau: House) -> None:
    """The item's own section answers for it; others read."""
    assert "调整" not in bureau.leader.says("分类 成品油零售经营").last.labels
