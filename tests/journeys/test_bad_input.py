"""Whatever people type or tap, they hear what is wrong and what to do, and nothing that was entered is lost."""

import struct
import zlib

import pytest

from bot.demo.organization import PEOPLE
from tests.house import House

PNG = b"\x89PNG\r\n\x1a\n"


def _png() -> bytes:
    """A picture of one pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\x00\x00\x00\x00")), (b"IEND", b"")]
    return PNG + b"".join(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks)


def test_a_stranger_hears_how_to_bind_and_nothing_else(bureau: House) -> None:
    """Somebody unknown gets exactly one answer; an administrator confirms the number."""
    stranger = bureau["stranger"]
    stranger.says("抽查 成品油零售 5%")
    assert len(stranger.messages) == 1
    assert "绑定 手机号" in stranger.last

    mobile = next(person.mobile for person in PEOPLE if person.account == "chen-jing")
    stranger.says(f"绑定 {mobile}")
    assert "管理员会核对" in stranger.last
    bureau.admin.taps("同意")
    assert "绑定成功" in bureau.officer.last


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("帮组", "你是不是想"),
        ("抽查 成品油零售 0%", "抽不到"),
        ("抽查 成品油零售 120%", "超过了 100%"),
        ("抽查 成品油零售 5.5户", "整数"),
        ("抽查 成品油零售 50%", "比例上限 30%"),
        ("抽查 成品油零售 900户", "不够抽"),
        ("抽查 外星飞船 5%", "清单里没有找到"),
        ("抽查 报废机动车回收拆解 1户 元江县", "在元江县没有可抽取的检查对象（名录中没有这一类对象）"),
        ("抽查 洗染 5%", "负责"),
        ("进度 99", "没有找到任务"),
        ("请假 2-30 3-1", "没有2月30日"),
        ("公示 99", "没有找到任务"),
        ("导出 天气", "没有听懂要导出什么"),
        ("返回", "没有正在进行的填写"),
    ],
)
def test_a_wrong_word_gets_a_clear_sentence(bureau: House, typed: str, told: str) -> None:
    """Every refusal says why, and what would be allowed."""
    bureau.officer.says(typed)
    assert told in bureau.officer.last


def test_what_is_missing_is_asked_one_at_a_time_and_can_be_taken_back(bureau: House) -> None:
    """`抽查` alone asks for the item, then for how many; 返回 goes one step back and 取消 loses nothing."""
    officer = bureau.officer
    officer.says("抽查")
    assert "哪个事项" in officer.last
    officer.says("成品油零售")
    assert "抽取多少" in officer.last
    officer.says("很多")
    assert "比例" in officer.last
    officer.says("返回")
    assert "哪个事项" in officer.last
    officer.says("成品油零售").says("取消")
    assert "都保留" in officer.last
    officer.taps("继续").says("２户")
    assert "抽查预览" in officer.last["title"]


@pytest.mark.parametrize(
    "typed", ["/抽查　成品油零售　百分之一　红塔区", "@双随机助手 抽查 紅塔區 成品油零售 1%", "抽查成品油零售1%红塔区"]
)
def test_width_order_blanks_and_old_characters_do_not_matter(bureau: House, typed: str) -> None:
    """People type as they like."""
    card = bureau.officer.says(typed).last
    assert card["fields"]["区域"] == "红塔区"
    assert "1%" in card["fields"]["抽取"]


def test_a_second_tap_and_a_tap_by_somebody_else_change_nothing(bureau: House) -> None:
    """A card that was acted on says who did what; a forwarded card is nobody else's."""
    bureau.officer.says("抽查 成品油零售 1户 红塔区").taps("提交审批")
    card = bureau.chief.card_with("同意")
    bureau["tang-hao"].taps("同意", card)
    assert "不是发给您的" in bureau["tang-hao"].last
    bureau.chief.taps("同意", card).taps("退回", card)

    assert "已经处理过" in bureau.chief.last
    assert bureau.chief.titled("抽查任务待审批")[0].labels == []
    assert bureau.acts.count("approval_approved") == 1
    assert bureau.acts.count("refused") == 2


def test_a_wrong_file_says_what_to_send_instead(bureau: House) -> None:
    """A broken or foreign file imports nothing and says how to mend it."""
    for name, octets in (("名录.xlsx", b"broken"), ("名录.txt", "名称,代码".encode()), ("空.xlsx", b"")):
        bureau.officer.sends_file(name, octets)
        assert name in bureau.officer.last
        assert "没有导入" in bureau.officer.last


def test_answers_of_the_wrong_kind_keep_the_record(bureau: House) -> None:
    """Words, photos and places that don't fit the question are refused kindly; the answers so far stay."""
    bureau.draws("抽查 成品油零售 1户 红塔区")
    ((_, team),) = bureau.accepts_all().items()
    recorder = team[0]
    recorder.says("录入").says("随便看看")
    assert "现场检查" in recorder.last
    recorder.says("1").says("正常")
    recorder.photographs(b"not a photo at all")
    assert "不是能识别的照片" in recorder.last
    recorder.photographs(b"\x00" * (11 * 1024 * 1024))
    assert "照片太大" in recorder.last
    recorder.photographs(_png())
    assert "照片已保存到第 2 项" in recorder.last
    recorder.says("台账放在二楼")
    assert "已记入第 2 项说明" in recorder.last
    assert "录入" in recorder.last["title"]
    assert "2/" in recorder.last["text"]
