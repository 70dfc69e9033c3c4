"""The record of an inspection: nothing is preset, two people answer for it, and a problem forces what must follow, 二(五), 二(八)."""

from io import BytesIO

import pytest
from PIL import Image

from tests.house import House, Phone

SMALL = "抽查 成品油零售 1户 红塔区"


Begun = tuple[str, Phone, Phone]


def _begun(bureau: House) -> list[str]:
    """Draw one firm and let its inspectors accept; tells firm, recorder and partner."""
    bureau.draws(SMALL)
    ((firm, team),) = bureau.accepts_all().items()
    return [firm, *(phone.account for phone in team)]


BEGINNINGS = {"begun": _begun}


@pytest.fixture
def begun(bureau: House) -> Begun:
    """The firm, the recorder and the partner."""
    firm, recorder, partner = bureau.told
    return firm, bureau[recorder], bureau[partner]


def _answer_points(recorder: Phone, first: str) -> None:
    """Answer all points: the first one as given, the others 正常."""
    recorder.says("录入").taps("现场检查")
    while "检查结果？" not in recorder.last["text"]:
        recorder.taps(first if "1/" in recorder.last["text"] else "正常")


def test_clean_is_refused_while_a_point_is_abnormal(begun: Begun) -> None:
    """未发现问题 is impossible beside an 异常, and what was entered stays."""
    _, recorder, _ = begun
    _answer_points(recorder, "异常")
    recorder.taps("未发现问题")
    assert "异常" in recorder.last
    recorder.taps("发现问题经责令已改正").taps("完成")
    assert "描述发现的问题" in recorder.last["text"]


def test_the_record_survives_a_restart_and_days_in_between(bureau: House, begun: Begun) -> None:
    """`录入` goes on where it stopped."""
    firm, recorder, _ = begun
    recorder.says("录入").taps("现场检查").taps("正常")
    assert "2/" in recorder.last["text"]
    bureau.restart()
    bureau.clock("2026-11-26T15:00:00+08:00")
    recorder.says("录入 1")
    assert "2/" in recorder.last["text"]
    assert firm in recorder.last["title"]


def test_only_the_partner_confirms_and_an_objection_makes_a_new_version(bureau: House, begun: Begun) -> None:
    """Two inspectors answer for a record; a card of an older version is refused."""
    _, recorder, partner = begun
    _answer_points(recorder, "正常")
    recorder.taps("未发现问题").taps("无意见").taps("跳过")
    assert "跳过位置的理由" in recorder.last
    recorder.says("手机没有信号").taps("提交")
    old = partner.card_with("确认")
    recorder.taps("确认", old)
    assert "不是发给您的" in recorder.last
    partner.taps("有异议").says("第二项应为不适用")
    recorder.taps("修改").taps("第 2 项").taps("不适用").taps("提交")
    partner.taps("确认", old)
    assert "处理过" in partner.last or "最新" in partner.last
    partner.taps("确认")
    assert "已确认" in partner.last
    assert "不适用" in bureau.chief.card_with("通过").whole or bureau.acts[-1] == "approval_asked"


def test_what_must_be_filed_cannot_be_closed_by_an_order_to_correct(bureau: House, begun: Begun) -> None:
    """二(八): 应列尽列, 不得用责令改正、行政指导代替; a case number closes it."""
    firm, recorder, partner = begun
    bureau.records(firm, [recorder, partner], "违反商务部门相关规定")
    officer = bureau.officer
    officer.taps("办结").says("已责令改正，口头教育")
    assert "不得用责令改正" in officer.last
    officer.says("玉商立〔2026〕3号")
    assert "已办结" in officer.last
    assert "follow_up_closed" in bureau.acts


def test_whoever_reviews_sees_the_photos(bureau: House, begun: Begun) -> None:
    """The review card says how many there are, and 进度 sends each with its firm, its point and who took it."""
    firm, recorder, partner = begun
    octets = BytesIO()
    Image.new("RGB", (8, 8)).save(octets, "PNG")
    bureau.records(firm, [recorder, partner], "发现问题待后续处理", picture=octets.getvalue())
    assert bureau.chief.card_with("通过")["fields"]["照片"].startswith("1 张")
    bureau.chief.says("进度 1").taps("看照片")
    picture = next(card for card in bureau.chief.messages if card["file"] and card["file"]["name"].endswith(".png"))
    assert firm in picture
    assert "第 1 项" in picture
    assert bureau.fetch(picture["file"]["url"]) == octets.getvalue()


def test_a_review_sent_back_reaches_the_recorder_with_its_reason(bureau: House, begun: Begun) -> None:
    """退回 of the review reopens the records, and the round goes on from there."""
    firm, recorder, partner = begun
    bureau.records(firm, [recorder, partner])
    bureau.chief.taps("退回").says("请补充现场照片")
    assert "请补充现场照片" in recorder.last
    recorder.taps("提交")
    partner.taps("确认")
    bureau.chief.taps("通过")
    assert "公示期限" in bureau.officer.titled("公示")[-1].whole
