"""Several items are inspected at one door by one team: one notice, one record for each item, one outcome for each, 二(五)."""

from tests.house import House


def test_try(bureau: House) -> None:
    bureau.officer.says("抽查 预付卡实名登记、预付卡限额发行 2户 红塔区")
    print(bureau.officer.last.whole, bureau.officer.last.labels)
    bureau.officer.taps("提交审批")
    print(bureau.officer.last.whole)
    bureau.chief.taps("同意")
    for witness in bureau.witnesses:
        witness.taps("参与摇号")
    print(bureau.officer.titled("抽取结果")[-1].whole)
    teams = bureau.accepts_all()
    for firm, team in teams.items():
        print(firm, len(team), team[0].titled("检查任务")[-1].whole)
    print(team[0].says("待办").last.whole, team[0].last.labels)
    assert 0
