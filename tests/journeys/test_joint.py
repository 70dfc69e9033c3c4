"""Departments inspect together: one draw, one door, somebody of each in every team, each with its own finding and publication, 二(七)."""

import pytest

from tests.house import Card, House, Phone

MARKET = "玉溪市市场监督管理局"
OIL, QUALITY = "成品油零售经营企业监督检查", "成品油质量监督检查"
PEOPLE = "王芳 13900000001 YN2026001 2029-12-31\n赵强 13900000002 YN2026002 2028-06-30"
ITEM = (
    f"事项：{QUALITY}\n对象：成品油零售企业\n依据：《中华人民共和国产品质量法》第八条\n"
    "公开：2026-01-10 https://scjgj.yuxi.gov.cn/qd\n要点：油品质量检验报告；计量器具检定"
)
GUESTS = ("wang-fang", "zhao-qiang")


def _registered(bureau: House) -> None:
    """The legal section has registered a department, its people and its item; the people have bound their phones."""
    bureau.legal.says(f"联合 部门 {MARKET}").says(PEOPLE)
    bureau.legal.says(f"联合 事项 {MARKET}").says(ITEM)
    for account, mobile in zip(GUESTS, ("13900000001", "13900000002"), strict=True):
        bureau[account].says(f"绑定 {mobile}")
        bureau.admin.taps("同意")


BEGINNINGS = {"registered": _registered}


@pytest.fixture
def registered(bureau: House) -> House:
    """The house after the beginning."""
    return bureau


def draws_jointly(bureau: House, request: str = "联合 成品油零售 3户 红塔区") -> str:
    """From the message to the assignment cards; returns the round's number."""
    bureau.officer.says(request).taps(f"{MARKET}：{QUALITY}").taps("提交审批")
    bureau.leader.taps("同意")
    for witness in bureau.witnesses:
        witness.taps("参与摇号")
    return bureau.officer.titled("抽取结果")[-1]["title"].split()[-1]


def records_from(phone: Phone, start: Card, label: str, outcome: str) -> None:
    """Record one item from its first question."""
    phone.taps(label, start)
    while "检查结果？" not in phone.last["text"]:
        phone.taps("异常" if outcome != "未发现问题" and "1/" in phone.last["text"] else "正常")
    phone.taps(outcome)
    if outcome != "未发现问题":
        phone.taps("完成").says("检验报告过期").says("现场制作笔录")
    phone.taps("无意见")
    if "位置" in phone.last["text"]:
        phone.locates()
    phone.taps("提交")


def records_each_their_own(bureau: House, team: list[Phone], outcome: str) -> None:
    """Somebody of the bureau and somebody of the other department record their item; each confirms the other's."""
    guest = next(phone for phone in team if phone.account in GUESTS)
    own = next(phone for phone in team if phone.account not in GUESTS)
    for phone, found in ((own, "未发现问题"), (guest, outcome)):
        phone.says("录入")
        records_from(phone, phone.last, "现场检查", found)
    for phone in (own, guest):
        for card in [card for card in phone.titled("请确认检查记录") if "确认" in card.labels]:
            phone.taps("确认", card)


def test_a_joint_round_has_one_draw_and_somebody_of_each_department_in_every_team(registered: House) -> None:
    """The preview says who takes part; the proof of the match verifies; every team has people of both."""
    bureau = registered
    number = draws_jointly(bureau)
    preview = bureau.officer.titled("抽查预览")[-1]["fields"]
    assert preview["性质"] == "部门联合双随机抽查"
    assert preview["参加部门"] == f"{MARKET}：{QUALITY}"
    assert f"“{MARKET}执法”专长 2 人" in preview["检查人员"]
    teams = bureau.teams()
    assert len(teams) == 3
    for team in teams.values():
        accounts = {phone.account for phone in team}
        assert accounts & set(GUESTS)
        assert accounts - set(GUESTS)
    assert bureau.is_proven(number)
    assert "部门联合双随机抽查" in bureau.page(f"/public/rounds/{number}")


def test_each_department_records_and_publishes_its_own_finding(registered: House) -> None:
    """A guest doesn't record the bureau's item, nor the bureau a guest's; each publishes its own, under its own name."""
    bureau = registered
    number = draws_jointly(bureau, "联合 成品油零售 1户 红塔区")
    ((firm, team),) = bureau.accepts_all().items()
    code = team[0].titled("检查任务")[-1]["fields"]["信用代码"]
    guest = next(phone for phone in team if phone.account in GUESTS)
    guest.taps("开始录入")
    assert f"“{OIL}”由发起部门的检查人员录入" in guest.last["text"]
    assert [card for card in [guest.says("待办").last] if QUALITY in card and OIL not in card]
    records_each_their_own(bureau, team, "违反其他部门相关规定")
    bureau.chief.taps("通过")

    mine = bureau.officer.card_with("确认公示")
    assert mine["fields"]["待公示"] == "1 户（共 1 户）"
    theirs = guest.card_with("确认公示")
    assert MARKET in theirs["title"]
    assert firm in theirs["fields"]
    bureau.officer.taps("确认公示")
    assert "round_closed" not in bureau.acts
    page = bureau.page(f"/public/results/{number}-{code}")
    assert "玉溪市商务局" in page
    assert f"任务 {number} 的“{MARKET}”检查结果待公示" in guest.says("待办").last
    guest.taps("确认公示", theirs)
    page = bureau.page(f"/public/results/{number}-{code}-LH01-1")
    assert MARKET in page
    assert "违反其他部门相关规定" in page
    assert bureau.acts[-1] == "round_closed"
    assert "follow_up_opened" not in bureau.acts


def test_a_guest_sees_that_round_alone(registered: House) -> None:
    """Neither registers nor other rounds, neither tips nor plans: only what they take part in."""
    bureau = registered
    bureau.draws("抽查 预付卡实名登记 1户 红塔区")
    number = draws_jointly(bureau, "联合 成品油零售 1户 红塔区")
    ((_, team),) = [row for row in bureau.accepts_all().items() if any(phone.account in GUESTS for phone in row[1])]
    guest = next(phone for phone in team if phone.account in GUESTS)
    other = next(bureau[account] for account in GUESTS if account != guest.account)
    assert number in guest.says("进度").last
    assert "0001" not in guest.last
    assert "没有" in other.says("进度").last["text"]
    for said in ("对象 加油站", "人员 红塔区", "抽查 成品油零售 5%", "统计", "计划", "线索 某加油站掺假", "导出 1", "留痕 1", "联合", "逾期", "清单"):
        guest.says(said)
        assert "的权限，您目前是联合检查人员" in guest.last["text"], said
        assert not guest.last["fields"], said
    assert "对象" not in {*guest.says("帮助").last["fields"]}


def test_what_is_wrong_with_a_department_or_its_item_is_said(registered: House) -> None:
    """Each line and each part by itself; nobody of the bureau becomes a guest, and who is left out loses access."""
    bureau = registered
    legal = bureau.legal
    for words, told in (
        ("王芳 139", "第 1 行：应有姓名、手机号、执法证号、有效期四项"),
        ("王芳 139 YN1 2029-12-31", "第 1 行：“139”不是 11 位手机号"),
        ("王芳 13900000001 YN1 明年", "“明年”不是日期"),
        ("王芳 13900000001 YN1 2020-01-01", "已于 2020-01-01 到期"),
        ("王芳 13900000001 YN1 2029-12-31\n李芳 13900000001 YN2 2029-12-31", "写了两次"),
    ):
        legal.says(f"联合 部门 {MARKET}").says(words)
        assert told in legal.last["text"], words
    legal.says("取消").says("联合 部门 局")
    assert "不像部门全称" in legal.last["text"]
    for words, told in (
        ("事项：检查", "没有写对象、依据、公开"),
        (ITEM.replace("2026-01-10", "去年"), "“公开”一行要有日期和网址"),
        (ITEM.replace("成品油零售企业", "火星企业"), "没有“火星企业”这一类检查对象"),
    ):
        legal.says(f"联合 事项 {MARKET}").says(words)
        assert told in legal.last["text"], words
    legal.says("取消").says("联合 事项 玉溪市没有的局")
    assert "没有" in legal.last["text"]
    assert "需要法规科的权限" in bureau.officer.says(f"联合 部门 {MARKET}").last["text"]

    legal.says(f"联合 部门 {MARKET}").says(PEOPLE.splitlines()[0])
    assert "1 人不在新名单里，不再参加" in legal.last["text"]
    assert "绑定" in bureau["zhao-qiang"].says("待办").last["text"]


def test_without_a_partner_nothing_is_joint(bureau: House) -> None:
    """Whoever asks for it hears who registers departments, and that a plain round is always possible."""
    bureau.officer.says("联合 拍卖 5%")
    assert "没有别的部门登记过检查“拍卖企业”的事项" in bureau.officer.last["text"]
    assert "round_drafted" not in bureau.acts


def test_the_joint_plan_is_compiled_approved_reviewed_filed_and_carried_out(registered: House) -> None:
    """The leader approves, the legal section reviews, the departments get it, and a line's round begins with one tap."""
    bureau = registered
    bureau.officer.says("联合 计划 2026").taps("添加联合事项").taps(OIL).says("5%").taps("全年")
    card = bureau.officer.last
    assert card["fields"][OIL] == f"与{MARKET}：{QUALITY}联合，抽 5%，1 月至 12 月"
    assert "2026 年 3 月 31 日前" in card["text"]
    bureau.officer.taps("提交审批")
    assert OIL in bureau.leader.card_with("同意")["fields"]
    bureau.leader.taps("同意")
    bureau.legal.taps("退回").says("请写明牵头科室")
    assert "请写明牵头科室" in bureau.officer.last["fields"]["理由"]
    bureau.officer.taps("修改联合计划").taps("提交审批")
    bureau.leader.taps("同意")
    bureau.legal.taps("同意")
    assert "已通过合法性审查并备案" in bureau.officer.last["text"]
    assert OIL in bureau["wang-fang"].titled("联合抽查计划 2026")[-1]["fields"]
    assert not bureau["zhao-qiang"].titled("联合抽查计划 2026")
    bureau.officer.says("联合 计划 2026")
    assert "添加联合事项" not in bureau.officer.last.labels
    bureau.officer.taps(f"发起 {OIL}")
    assert bureau.officer.last["fields"]["参加部门"] == f"{MARKET}：{QUALITY}"


def test_who_has_not_filed_is_reminded_before_the_end_of_march(registered: House) -> None:
    """Whoever inspects what another department inspects too owes a joint plan; with the filing it is off the list."""
    bureau = registered
    bureau.clock("2027-03-01T08:30:00+08:00")
    assert "市场秩序和流通科 2027 年联合抽查计划待备案" in bureau.officer.says("待办").last
    bureau.officer.says("联合 计划 2027").taps("添加联合事项").taps(OIL).says("5%").taps("三季度").taps("提交审批")
    bureau.leader.taps("同意")
    bureau.legal.taps("同意")
    assert "联合抽查计划待备案" not in bureau.officer.says("待办").last


def test_a_joint_plan_that_meets_another_plan_is_shown(registered: House) -> None:
    """避免重复多头布置: the same targets in the same months, whoever planned it."""
    bureau = registered
    bureau.officer.says("联合 计划 2026").taps("添加联合事项").taps(OIL).says("5%").taps("全年").taps("提交审批")
    bureau.leader.taps("同意")
    bureau.legal.taps("同意")
    bureau.officer.says("计划 2026").taps("添加事项").says(OIL).says("5%").taps("全年").taps("现场检查").taps("不定向")
    bureau.officer.says("计划 重叠 2026")
    assert "1 处重叠" in bureau.officer.last["text"]
