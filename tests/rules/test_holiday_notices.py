"""Hold the reading of the State Council's notices to their own wording, year by year, and to the calendars made from them by hand."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.deadlines import parse_notice_file
from handlers.rules.holiday_notices import FESTIVALS, Known, arrangement, is_notice, read_notice, to_csv, weekday
from handlers.rules.working_days import Calendar
from storage.calendars.shipped import known_until, shipped_days, shipped_specials

CALENDAR = Calendar(shipped_days(), known_until)
HEAD = "国务院办公厅关于{year}年\n部分节假日安排的通知\n国办发明电〔{before}〕{number}号\n各省、自治区、直辖市人民政府，国务院各部委、各直属机构：\n"
OPENING = "经国务院批准，现将{year}年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n"
CLOSING = (
    "\n节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置，"
    "确保人民群众祥和平安度过节日假期。\n国务院办公厅\n{before}年11月4日\n"
)
WORDED = {  # the sections of each notice as they were published
    2020: (16, """一、元旦：2020年1月1日放假，共1天。
二、春节：1月24日至30日放假调休，共7天。1月19日（星期日）、2月1日（星期六）上班。
三、清明节：4月4日至6日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月26日（星期日）、5月9日（星期六）上班。
五、端午节：6月25日至27日放假调休，共3天。6月28日（星期日）上班。
六、国庆节、中秋节：10月1日至8日放假调休，共8天。9月27日（星期日）、10月10日（星期六）上班。"""),
    2021: (27, """一、元旦：2021年1月1日至3日放假，共3天。
二、春节：2月11日至17日放假调休，共7天。2月7日（星期日）、2月20日（星期六）上班。
三、清明节：4月3日至5日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月25日（星期日）、5月8日（星期六）上班。
五、端午节：6月12日至14日放假，共3天。
六、中秋节：9月19日至21日放假调休，共3天。9月18日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月26日（星期日）、10月9日（星期六）上班。"""),
    2022: (11, """一、元旦：2022年1月1日至3日放假，共3天。
二、春节：1月31日至2月6日放假调休，共7天。1月29日（星期六）、1月30日（星期日）上班。
三、清明节：4月3日至5日放假调休，共3天。4月2日（星期六）上班。
四、劳动节：4月30日至5月4日放假调休，共5天。4月24日（星期日）、5月7日（星期六）上班。
五、端午节：6月3日至5日放假，共3天。
六、中秋节：9月10日至12日放假，共3天。
七、国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。"""),
    2023: (16, """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。"""),
    2024: (7, """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。"""),
    2025: (12, """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。"""),
    2026: (7, """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"""),
}  # fmt: skip
PRINCIPLES = (  # what stood before the sections of 2025: days that aren't the year's own
    "根据2024年11月修订的《全国年节及纪念日放假办法》，自2025年1月1日起，全体公民放假的假日增加2天。"
    "除个别特殊情形外，国庆节自10月1日起放假调休7天，元旦、清明节、端午节、中秋节分别放假调休或连休3天（如逢周三则只在当日放假）。\n"
)
LONGER_SPRING = (
    "国务院办公厅关于延长2020年春节假期的通知\n国办发明电〔2020〕1号\n经国务院批准，现将延长2020年春节假期有关事项通知如下：\n"
    "一、延长2020年春节假期至2月2日（农历正月初九，星期日），2月3日（星期一）起正常上班。\n"
    "二、各地大专院校、中小学、幼儿园推迟开学，具体时间由教育部门另行通知。\n"
)
LONGER_MAY = (
    "国务院办公厅关于调整2019年劳动节假期安排的通知\n国办发明电〔2019〕3号\n经国务院批准，现将调整2019年劳动节假期安排通知如下。\n"
    "2019年5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。\n"
)


def notice(year: int, body: str | None = None) -> str:
    """A whole notice, from the title to the date."""
    number, sections = WORDED[year]
    facts = {"year": year, "before": year - 1, "number": number}
    return HEAD.format(**facts) + OPENING.format(**facts) + (body or sections) + CLOSING.format(**facts)


def special(year: int) -> Known:
    """What the shipped calendars say of a year."""
    return {day: row for day, row in shipped_specials().items() if day.year == year}


@pytest.mark.parametrize("year", sorted(set(WORDED) - {2020}))
def test_every_notice_gives_the_calendar_that_was_made_from_it(year: int) -> None:
    """民法典 203: each day of the year is a working day or not exactly as in the calendar that is shipped."""
    read = read_notice(notice(year), {}, [year])
    assert read.errors == ()
    assert read.notices == (f"国办发明电〔{year - 1}〕{WORDED[year][0]}号",)
    ours, days = Calendar(read.days, known_until), [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    assert [day for day in days if ours.is_working(day) is not CALENDAR.is_working(day)] == []


def test_days_off_before_new_year_belong_to_the_new_year() -> None:
    """31 December 2022 was off by the notice for 2023."""
    assert read_notice(notice(2023), {}, [2023]).days[date(2022, 12, 31)] is False


def test_a_longer_holiday_keeps_what_was_loaded_and_takes_the_make_up_days_in_it() -> None:
    """In 2020 the spring festival went on to 2 February, the make-up Saturday before it included."""
    first = read_notice(notice(2020), {}, [2020])
    known = {day: (works, first.names[day]) for day, works in first.days.items()}
    longer = read_notice(LONGER_SPRING, known, [2020])
    assert longer.errors == ()
    assert longer.notices == ("国办发明电〔2020〕1号",)
    days = {**first.days, **longer.days}
    assert {day: works for day, (works, _) in special(2020).items()} == days


def test_a_changed_holiday_takes_the_place_of_the_old_one() -> None:
    """In 2019 labour day became four days; what a change no longer lists goes by Monday-Friday again."""
    known = {date(2019, 10, 1): (False, "国庆节"), date(2019, 5, 1): (False, "劳动节"), date(2019, 5, 11): (True, "劳动节调休上班")}
    read = read_notice(LONGER_MAY, known, [2019])
    assert read.errors == ()
    assert read.days == {
        date(2019, 4, 28): True, date(2019, 5, 1): False, date(2019, 5, 2): False, date(2019, 5, 3): False, date(2019, 5, 4): False,
        date(2019, 5, 5): True, date(2019, 5, 11): False,
    }  # fmt: skip
    assert arrangement(read)["劳动节（恢复正常）"] == "5月11日（周六）照常休息"


def test_a_change_needs_nothing_but_its_title_and_its_days() -> None:
    """Whoever leaves the opening out, and the full stop with it, is understood all the same."""
    brief = re.sub("经国务院批准.*?。\n", "", LONGER_MAY)
    known = {date(2019, 10, 1): (False, "国庆节")}
    assert brief != LONGER_MAY
    assert read_notice(brief, known, [2019]) == read_notice(LONGER_MAY, known, [2019])


def test_the_principles_before_the_sections_are_no_days() -> None:
    """The notice for 2025 names days of the law before its own."""
    text = notice(2025).replace("现将2025年", PRINCIPLES + "按照上述原则，现将2025年")
    assert read_notice(text, {}, [2025]) == read_notice(notice(2025), {}, [2025])


@given(st.sampled_from(sorted(set(WORDED) - {2020})), st.sampled_from([" ", "\n", "\u3000", "\t", "\u200b"]), st.integers(1, 40))
def test_copying_does_no_harm(year: int, blank: str, every: int) -> None:
    """Blanks that copying puts anywhere, and half or full width, change nothing."""
    text = notice(year)
    torn = blank.join(text[start : start + every] for start in range(0, len(text), every))
    narrow = torn.translate(str.maketrans("（），：０１", "(),:01"))
    assert read_notice(narrow, {}, [year]) == read_notice(text, {}, [year])


@given(st.sampled_from(sorted(WORDED)), st.data())
def test_a_wrong_weekday_is_always_found(year: int, data: st.DataObject) -> None:
    """Whoever changes one weekday, or the year of a notice that names them, is told so."""
    text = notice(year)
    places = list(re.finditer("(周|星期)([一二三四五六日])(?=）)", text))
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from("一二三四五六日".replace(place[2], "")))
    read = read_notice(text[: place.start(2)] + other + text[place.end(2) :], {}, [year])
    assert read.days == {}
    assert "星期不对" in read.errors[0]


@given(st.dates(date(2027, 1, 1), date(2027, 12, 20)), st.integers(1, 12), st.sets(st.integers(1, 12)))
def test_any_holiday_is_read_back_as_it_was_said(start: date, length: int, offsets: set[int]) -> None:
    """Every span of days off with its make-up weekends comes out day for day, and so does the file that is kept of it."""
    off = [start + timedelta(days=number) for number in range(length)]
    on = [day for offset in sorted(offsets) for day in [off[-1] + timedelta(days=offset)] if day.weekday() > 4 and day.year == 2027]
    said = f"{start.month}月{start.day}日（{weekday(start)}）至{off[-1].month}月{off[-1].day}日放假调休，共{length}天。"
    said += "、".join(f"{day.month}月{day.day}日（{weekday(day)}）" for day in on) + ("上班。" if on else "")
    known: Known = {date(2027, 10, 1): (False, "元旦")} if date(2027, 10, 1) in off else {date(2027, 10, 1): (False, "无关")}
    read = read_notice(f"2027年节假日安排 中秋节：{said}", known, [2027])
    assert read.errors == ()
    assert read.days == {**dict.fromkeys(off, False), **dict.fromkeys(on, True)}
    again = parse_notice_file(to_csv(read))
    assert (again.days, again.names, again.notices, again.errors) == (read.days, read.names, read.notices, ())


SPRING = WORDED[2026][1].splitlines()[1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (notice(2025), "这是 2025 年的安排，现在能载入的是 2026、2027 年的"),
        (notice(2026).replace("2026年", ""), "没有写是哪一年"),
        (notice(2026).replace("现将2026年", "现将2027年"), "几个年份（2026、2027）"),
        (notice(2026).replace("2026年", "2027年"), "星期不对，2027-01-01 是周五"),
        (notice(2026).replace("1月1日（周四）", "2024年1月1日"), "不是 2026 年的日期，年份对不上"),
        (notice(2026).replace("2月28日", "2月30日"), "这一天不存在"),
        (notice(2026).replace("共9天", "共8天"), "是 9 天，写的却是 8 天"),
        (notice(2026).replace("5月9日（周六）上班", "5月8日（周五）上班"), "本来就上班"),
        (notice(2026).replace("9月20日（周日）", "10月4日（周日）"), "既写了放假又写了上班"),
        (notice(2026).replace("至6日（周一）放假", "至3日（周五）放假"), "止日在起日之前"),
        (notice(2026).replace("1月1日（周四）至3日（周六）放假调休", "1月1日（周四）等三日放假调休"), "没有读懂"),
        (notice(2026).replace(SPRING, ""), "里没有春节的放假日期"),
        ("2026年节假日安排：元旦：1月1日（周四）放假，共1天。", "要发完整的通知"),
        ("2026年放假安排：5月1日放假，共1天。", "没有写是哪个节日"),
        ("2026年节假日安排的通知，请各单位遵照执行。", "没有读到放假或上班的日期"),
        ("2026年" + "节假日" * 10_000, "文字太长"),
        (LONGER_SPRING.replace("2020", "2026"), "星期不对"),
        (re.sub("（.*?）", "", LONGER_SPRING.replace("2020", "2026")), "没有载入过"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_nothing_is_taken(text: str, told: str) -> None:
    """Another year's notice, a wrong weekday, a day that doesn't exist, a number that doesn't fit: none of it becomes a day off."""
    read = read_notice(text, {}, [2026, 2027])
    assert read.days == {}
    assert any(told in error for error in read.errors), read.errors


@given(
    st.text(max_size=300) | st.sampled_from(sorted(WORDED)).flatmap(lambda year: st.integers(0, 400).map(lambda end: notice(year)[:end]))
)
def test_no_text_is_taken_by_half(text: str) -> None:
    """Whatever was cut off or made up: a whole year or nothing, and a sentence about it."""
    read = read_notice(text, {}, range(2020, 2028))
    assert bool(read.days) is not bool(read.errors)
    assert not read.days or {name for name in FESTIVALS if any(name in said for said in read.names.values())} == set(FESTIVALS)


def test_a_notice_is_told_from_other_words() -> None:
    """What is pasted without a word is taken for a notice only where it says so itself."""
    assert all(is_notice(notice(year)) for year in WORDED)
    assert is_notice(LONGER_MAY)
    assert not is_notice("某加油站称5月1日放假，实际照常营业")
    assert not is_notice("请假 5月1日")


def test_the_preview_reads_like_the_notice() -> None:
    """Each festival is one line, its make-up workdays behind it."""
    assert arrangement(read_notice(notice(2026), {}, [2026])) | {} == {
        "元旦": "1月1日（周四）至1月3日（周六）放假，共3天；1月4日（周日）上班",
        "春节": "2月15日（周日）至2月23日（周一）放假，共9天；2月14日（周六）、2月28日（周六）上班",
        "清明节": "4月4日（周六）至4月6日（周一）放假，共3天",
        "劳动节": "5月1日（周五）至5月5日（周二）放假，共5天；5月9日（周六）上班",
        "端午节": "6月19日（周五）至6月21日（周日）放假，共3天",
        "国庆节": "10月1日（周四）至10月7日（周三）放假，共7天；9月20日（周日）、10月10日（周六）上班",
        "中秋节": "9月25日（周五）至9月27日（周日）放假，共3天",
    }
