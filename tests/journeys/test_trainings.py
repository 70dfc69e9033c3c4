"""Inspectors are trained: something to read, a quiz, who hasn't done it is reminded, 三(三)."""

from io import BytesIO

from handlers.documents.quiz_sheet import QUIZ
from handlers.documents.sheets import write_rows
from tests.house import House, Phone

WORDS = "11 月起检查成品油零售企业先看批准证书，再看购销台账。"
QUESTIONS = [
    {"question": "现场检查至少几人？", "A": "1 人", "B": "2 人", "answer": "B"},
    {"question": "检查前要出示什么？", "A": "执法证件", "B": "名片", "answer": "A"},
]


def _excel(rows: list[dict[str, str]]) -> bytes:
    octets = BytesIO()
    write_rows(QUIZ, rows, octets)
    return octets.getvalue()


def _trained(house: House, words: str = "培训") -> list[Phone]:
    """Whose phone has got the lesson."""
    return [house[account] for account in house.inspectors if house[account].titled(words)]


def test_a_notice_is_read_and_who_has_not_is_known_and_reminded(bureau: House) -> None:
    """Sent by specialty with a deadline; read confirmations come in; the others are reminded, and their chief after the last day."""
    legal = bureau.legal.says("培训").taps("新建培训").says("成品油检查新规").says(WORDS)
    legal.says("成品油流通").taps("5个工作日")
    assert "2026-11-30 前完成" in legal.last["text"]
    first, *others = _trained(bureau, "成品油检查新规")
    assert len(others) > 5
    assert WORDS in first.last
    first.taps("已阅读")
    assert "完成：已阅读" in first.last["text"]
    legal.says("培训")
    assert f"已完成 1/{1 + len(others)} 人" in legal.last
    legal.taps(next(label for label in legal.last.labels if label.startswith("查看")))
    assert legal.last["fields"]["没有阅读"].startswith(f"{len(others)} 人")
    bureau.clock("2026-11-30T08:31:00+08:00")
    assert "培训待完成：成品油检查新规" in others[0].titled("今日提醒")[-1]
    assert not first.titled("今日提醒")


def test_a_quiz_from_excel_is_passed_with_four_of_five(bureau: House) -> None:
    """A wrong row comes back with its reason; whoever fails tries again, and the last one's end is told to whoever sent it."""
    officer = bureau.officer
    officer.sends_file("检查纪律.xlsx", _excel([*QUESTIONS, {"question": "空的？", "A": "是", "B": "否", "answer": "D"}]))
    assert "收下 2 题" in officer.last
    assert officer.last["file"]["name"] == "培训测验-有误的行.xlsx"
    officer.taps("选择对象").says("二手车流通鉴定")
    assert "没有检查人员" in officer.last["text"]
    officer.says("元江县").taps("10个工作日")
    phones = _trained(bureau, "检查纪律")
    for phone in phones:
        phone.taps("已阅读，开始测验").taps("A. 1 人").taps("A. 执法证件")
        assert "没有达到八成" in phone.last["text"]
        phone.taps("重新作答").taps("B. 2 人").taps("A. 执法证件")
        assert "答对 2 题，共 2 题，合格" in phone.last["text"]
        phone.says("培训")
        assert "没有等您完成的培训" in phone.last["text"]
    assert "全部完成" in officer.last["text"]
    assert bureau.acts.count("quiz_failed") == len(phones)


def test_a_training_goes_out_once(bureau: House) -> None:
    """An old card's button sends nothing again, and somebody to whom nothing was sent has nothing to do."""
    legal = bureau.legal.says("培训").taps("新建培训").says("纪律").says(WORDS)
    card = legal.last
    legal.taps("全体检查人员").taps("20个工作日").taps("全体检查人员", card)
    assert bureau.acts.count("training_sent") == 1
    assert "没有等您完成的培训" in bureau.chief.says("培训").last["text"]


def test_the_register_shows_who_is_trained(bureau: House) -> None:
    """Beside each inspector: how many trainings of the year are done, how many are open."""
    bureau.legal.says("培训").taps("新建培训").says("纪律").says(WORDS).taps("全体检查人员").taps("20个工作日")
    phone = _trained(bureau, "纪律")[0]
    phone.taps("已阅读")
    name = next(row["name"] for row in bureau.get("/simulator/phones") if row["person"] == phone.account)
    assert "本年培训完成 1、未完成 0" in bureau.legal.says(f"人员 {name}").last
