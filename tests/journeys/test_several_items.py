"""Several items are inspected at one door by one team: one notice, a record and an outcome for each of them (进一次门、查多项事), 二(五)."""

from collections.abc import Sequence
from io import BytesIO

import docx
from sqlalchemy import Connection

from storage.tables.registers import Item
from tests.browser import Browser
from tests.house import Card, House, Phone

REAL_NAME, LIMIT = "预付卡实名登记检查", "预付卡限额发行检查"
BOTH = "抽查 预付卡实名登记、预付卡限额发行 2户 红塔区"
MARKETS, SUPERVISED = "二手车交易市场联合检查", "二手车交易市场监督检查"


def knows(bureau: House, item: str, specialty: str) -> None:
    """Let an item ask for another specialty than it does in the sample list."""

    def change(connection: Connection) -> None:
        table = Item.__table__
        connection.execute(table.update().where(table.c.name == item).values(specialty=specialty))

    bureau.app.database.run(change).result()


def records_one(phone: Phone, start: Card, label: str, outcome: str = "未发现问题") -> None:
    """Record one item from the card that leads there; the place is asked only where nobody has given it yet."""
    phone.taps(label, start).taps("现场检查")
    while "检查结果？" not in phone.last["text"]:
        phone.taps("异常" if outcome != "未发现问题" and "1/" in phone.last["text"] else "正常")
    phone.taps(outcome)
    if outcome != "未发现问题":
        phone.taps("完成").says("购卡人登记不全").says("现场制作笔录")
    phone.taps("无意见")
    if "位置" in phone.last["text"]:
        phone.locates()
    phone.taps("提交")


def records_both(team: Sequence[Phone], outcomes: tuple[str, str]) -> None:
    """One inspector records both items one after the other, the other confirms both."""
    recorder, partner = team
    records_one(recorder, recorder.card_with("开始录入"), "开始录入", outcomes[0])
    assert "这一户还有 1 个事项没有录入" in recorder.last["text"]
    records_one(recorder, recorder.last, f"录入 {LIMIT}", outcomes[1])
    for card in [card for card in partner.titled("请确认检查记录") if "确认" in card.labels]:
        partner.taps("确认", card)


def test_a_round_of_two_items_is_one_draw_one_visit_and_two_results(bureau: House) -> None:
    """The team goes once with one notice; each item has its own record and outcome, and the public reads each by itself."""
    number = bureau.draws(BOTH)
    preview = bureau.officer.titled("抽查预览")[-1]
    assert preview["fields"]["事项"] == f"{REAL_NAME}；{LIMIT}"
    teams = bureau.accepts_all()
    firm, team = next(iter(teams.items()))
    card = team[0].titled(firm)[-1]
    assert card["fields"]["事项"] == f"{REAL_NAME}；{LIMIT}"
    assert "进一次门查 2 个事项" in card["text"]
    notice = "\n".join(cell.text for table in docx.Document(BytesIO(bureau.fetch(card["file"]["url"]))).tables for cell in table._cells)
    assert REAL_NAME in notice
    assert LIMIT in notice
    page = Browser(bureau).opens_from(team[0].account, card["page"]["url"].partition("next=")[2])
    assert "同一次检查的其他事项" in page.text
    assert f"{LIMIT}</a>（待检查）" in page.text
    for place, members in enumerate(teams.values()):
        records_both(members, ("未发现问题", "未发现问题" if place else "违反商务部门相关规定"))

    review = bureau.chief.card_with("通过")
    assert review["fields"]["检查"] == "2 户，全部由两名检查人员确认"
    assert f"{firm}（{LIMIT}）" in review["fields"]
    assert f"{firm}（{REAL_NAME}）" not in review["fields"]
    bureau.chief.taps("通过")
    assert bureau.officer.card_with("确认公示")["fields"]["待公示"] == "4 条结果（2 户，共 4 条）"
    bureau.officer.taps("确认公示")
    code = card["fields"]["信用代码"]
    assert "未发现问题" in bureau.page(f"/public/results/{number}-{code}")
    assert "违反商务部门相关规定" in bureau.page(f"/public/results/{number}-{code}-SW-002")
    assert f"{REAL_NAME}；{LIMIT}" in bureau.page(f"/public/rounds/{number}")
    assert "本年度检查 1 次" in bureau.officer.says(f"对象 {code}").last["text"]
    assert bureau.officer.says(f"后续 {firm}").last["fields"]
    figures = bureau.chief.says("统计 2026").last.whole
    assert "抽取：2 户" in figures
    assert "发现问题：1 户" in figures
    assert bureau.is_proven(number)


def test_what_cannot_be_looked_at_together_is_refused_with_its_reason(bureau: House) -> None:
    """Other targets, too many items, or a ratio above the strictest cap: a sentence, and nothing is drafted."""
    bureau.officer.says("抽查 预付卡实名登记、二手车交易市场监督 5%")
    assert "不是同一类对象" in bureau.officer.last["text"]
    bureau.officer.says(f"抽查 {MARKETS}、{SUPERVISED} 50%")
    assert "上限 10%" in bureau.officer.last["text"].replace("是 ", " ")
    bureau.officer.says("抽查 预付卡实名登记、没有这个事项 5%")
    assert "没有这个事项" in bureau.officer.last["text"]
    assert "round_drafted" not in bureau.acts


def test_an_item_is_added_to_a_draft_with_two_taps(bureau: House) -> None:
    """The preview offers what else is inspected at the same targets; once all are there it offers nothing more."""
    bureau.officer.says("抽查 二手车交易市场监督检查 10%").taps("加查事项")
    assert bureau.officer.last.labels == [MARKETS]
    bureau.officer.taps(MARKETS)
    preview = bureau.officer.last
    assert preview["fields"]["事项"] == f"{SUPERVISED}；{MARKETS}"
    assert "各事项中最低的上限 10%" in preview["fields"]["比例核对"]
    assert "加查事项" not in preview.labels
    assert "item_added" in bureau.acts


def test_two_rounds_that_meet_at_a_target_become_one_inspection(bureau: House) -> None:
    """The second round says so before and after the draw; the first one's team looks at both, each result goes to its own round."""
    first = bureau.draws("抽查 二手车交易市场联合检查 50%")
    teams = bureau.accepts_all()
    bureau.officer.says("专项 二手车交易市场监督检查 全部").says("投诉集中反映不核验车辆来源")
    preview = bureau.officer.last
    assert f"户已在任务 {first} 中待检查" in preview["fields"]["合并检查"]
    bureau.officer.taps("提交审批")
    bureau.leader.taps("同意")
    for witness in bureau.witnesses:
        witness.taps("参与摇号")
    result = bureau.officer.titled("抽取结果")[-1]
    second = result["title"].split()[-1]
    firms = [name.removeprefix("合并检查 ") for name in result["fields"] if name.startswith("合并检查")]
    assert len(firms) == int(preview["fields"]["合并检查"].split()[0])
    firm = firms[0]
    assert f"并入任务 {first} 的检查" in result["fields"][f"合并检查 {firm}"]
    recorder, partner = teams[firm]
    assert any(f"又被任务 {second} 抽中" in message["text"] for message in recorder.messages)
    assert not [team for team in bureau.teams() if team in firms]
    assert bureau.is_proven(second)

    recorder.says("待办")
    start = next(card for card in reversed(recorder.shown) if "开始录入" in card.labels and firm in card["text"])
    records_one(recorder, start, "开始录入")
    records_one(recorder, recorder.last, f"录入 {SUPERVISED}")
    for card in [card for card in partner.titled("请确认检查记录") if "确认" in card.labels]:
        partner.taps("确认", card)
    code = next(card for card in recorder.titled("检查任务") if card["fields"]["对象"] == firm)["fields"]["信用代码"]
    card = bureau.officer.says(f"对象 {code}").last
    assert "本年度检查 1 次" in card["text"]
    assert "未发现问题" in card["fields"][f"检查 {first}"]
    assert "未发现问题" in card["fields"][f"检查 {second}"]
    assert "inspections_joined" in bureau.acts


def test_a_team_that_lacks_a_specialty_gets_it_from_the_second_draw(bureau: House) -> None:
    """Whoever has it and was drawn for the same door by the second round comes along and gets a card."""
    knows(bureau, SUPERVISED, "拍卖")
    bureau.draws("抽查 二手车交易市场联合检查 50%")
    teams = bureau.accepts_all()
    told = joined(bureau)
    assert told
    grown = bureau.teams()
    for firm, said in told.items():
        names = said.split("由")[1].split("进一次门")[0].split("、")
        assert len(names) == len(teams[firm]) + len(grown.get(firm, []))
    assert any(firm in grown for firm in told)


def test_where_nobody_knows_an_item_both_rounds_go_by_themselves(bureau: House) -> None:
    """Which specialty is missing is said, and each round keeps its own team."""
    bureau.draws("抽查 二手车交易市场联合检查 50%")
    bureau.accepts_all()
    told = joined(bureau, then="蚕桑")
    assert told
    assert all("都没有“蚕桑”专长的人员，没有并成一次，分别检查" in said for said in told.values())
    assert set(told) <= set(bureau.teams())


def joined(bureau: House, then: str = "") -> dict[str, str]:
    """Draw everybody for the second item, which asks for another specialty `then`; returns what is said of each shared door."""
    bureau.officer.says("专项 二手车交易市场监督检查 全部").says("投诉集中反映不核验车辆来源").taps("提交审批")
    bureau.leader.taps("同意")
    if then:
        knows(bureau, SUPERVISED, then)
    for witness in bureau.witnesses:
        witness.taps("参与摇号")
    fields = bureau.officer.titled("抽取结果")[-1]["fields"]
    return {name.removeprefix("合并检查 "): said for name, said in fields.items() if name.startswith("合并检查")}


def test_a_team_covers_the_specialties_of_all_items_and_a_replacement_does_too(bureau: House) -> None:
    """The match knows what each item asks for, and the proof of it verifies, before and after somebody stepped back."""
    knows(bureau, LIMIT, "成品油流通")
    number = bureau.draws(BOTH)
    preview = bureau.officer.titled("抽查预览")[-1]
    assert "“单用途预付卡”专长" in preview["fields"]["检查人员"]
    assert "“成品油流通”专长" in preview["fields"]["检查人员"]
    names = {row["person"]: row["name"] for row in bureau.get("/simulator/phones")}

    def known_to(team: Sequence[Phone]) -> str:
        return "".join(bureau.officer.says(f"人员 {names[phone.account]}").last.whole for phone in team)

    for firm, team in bureau.teams().items():
        known = known_to(team)
        assert "单用途预付卡" in known, firm
        assert "成品油流通" in known, firm
    assert bureau.is_proven(number)
    firm, team = next(iter(bureau.teams().items()))
    team[-1].taps("申请回避", next(card for card in team[-1].titled("检查任务") if card["fields"]["对象"] == firm)).says("亲属在该企业任职")
    bureau.chief.taps("同意")
    again = bureau.teams()[firm]
    assert [phone.account for phone in again] != [phone.account for phone in team]
    known = known_to(again)
    assert "单用途预付卡" in known
    assert "成品油流通" in known
    assert bureau.is_proven(number)
