"""Where people are missing, the bot says which and what can be done, 二(五): neighbours by lot, or an appointment, each approved and marked."""

from storage.queries import registers
from storage.queries.people import bureaus_below
from tests.house import House, Phone


def _at_home(bureau: House, county: str) -> list[Phone]:
    """The inspectors of a county."""
    accounts = {row["name"]: row["person"] for row in bureau.get("/simulator/phones")}
    with bureau.reading() as session:
        return [bureau[accounts[person.name]] for _, person in registers.inspectors(session, bureaus_below(session, county))]


def _all_on_leave(bureau: House, county: str) -> None:
    """Nobody of the county can be matched until the end of the year."""
    for phone in _at_home(bureau, county):
        phone.says("请假 今天 12-31")


def _draws_without_people(bureau: House) -> Phone:
    """The teams could be formed when the round was submitted; when it's drawn, everybody is on leave. Returns the officer."""
    officer = bureau["cao-lin"].says("抽查 成品油零售 1户").taps("提交审批")
    _all_on_leave(bureau, "530481")
    bureau["duan-shaohua"].taps("同意")
    for witness in bureau.witnesses:
        witness.taps("参与摇号")
    return officer


def test_an_appointment_names_the_person_and_is_marked_for_ever(bureau: House) -> None:
    """直接委派 needs a person, a reason and somebody else's approval; trace and public page say so."""
    _all_on_leave(bureau, "530428")
    officer = bureau["feng-juan"].says("抽查 成品油零售 1户")
    assert "只有 0 名可用检查人员" in officer.last
    for number in ("YX02001", "YX02002"):
        officer.taps("直接委派").says(number).says("本县人员全部外出培训")
        asked = bureau["bai-wenbin"].card_with("同意")
        assert "单独标明" in asked
        bureau["bai-wenbin"].taps("同意")
    officer.taps("提交审批")
    bureau["bai-wenbin"].taps("同意")
    for witness in bureau.witnesses:
        witness.taps("参与摇号")
    assert "补充人员：直接委派（白文斌）" in officer.says("进度 1").last
    ((_, team),) = bureau.teams().items()
    assert len(team) == 2
    page = bureau.page("/public/rounds/530428-2026-0001")
    assert "直接委派 2 人次" in page
    assert "杨丽" not in page


def test_a_county_with_one_neighbour_is_told_so(bureau: House) -> None:
    """元江 touches 新平 alone: whoever borrows knows where people will come from."""
    _all_on_leave(bureau, "530428")
    officer = bureau["feng-juan"].says("抽查 成品油零售 1户").taps("借调相邻区域")
    assert "元江县只与新平县相邻，借调的人员都来自新平县" in officer.last


def test_places_that_the_draw_leaves_empty_are_filled_by_neighbours(bureau: House) -> None:
    """The drawn firms stand; the message says what is missing, and borrowed people get the places by their tickets."""
    officer = _draws_without_people(bureau)
    assert "1 次检查需要成品油流通专长，只有 0 人可派，缺 1 人次" in officer.last
    assert not bureau.teams()
    officer.taps("借调相邻区域").says("本县人员全部外出培训")
    assert not bureau.teams()
    bureau["duan-shaohua"].taps("同意")
    assert "已借调补充 2 人" in officer.last
    ((firm, team),) = bureau.teams().items()
    assert len(team) == 2
    assert firm in officer.titled("抽取结果")[-1]
    assert "相邻区域随机匹配 2 人次" in bureau.page("/public/rounds/530481-2026-0001")


def test_people_who_are_refused_do_not_come(bureau: House) -> None:
    """The officer hears why, and may ask again with another reason."""
    officer = _draws_without_people(bureau)
    officer.taps("借调相邻区域").says("人手不够")
    bureau["duan-shaohua"].taps("退回").says("请先说明本县人员去向")
    assert "请先说明本县人员去向" in officer.last
    assert not bureau.teams()
    officer.taps("直接委派").says("YX02001").says("本县人员全部外出培训")
    assert "单独标明" in bureau["duan-shaohua"].card_with("同意")
