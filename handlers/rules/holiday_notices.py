"""Read the State Council's holiday notice as it is worded (国务院办公厅节假日安排), 民法典 203, 全国年节及纪念日放假办法."""

import csv
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import StringIO

from handlers.rules.deadlines import NOTICE_COLUMNS, NoticeFile

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
MAKE_UP = "调休上班"
BACK_TO_NORMAL = "（恢复正常）"
LONGEST_HOLIDAY = 15  # days; the longest so far had ten, 2020-01-24 to 2020-02-02
LONGEST_TEXT = 20_000  # characters; a notice has about a thousand
WEEKDAYS = "一二三四五六日"
SATURDAY = 5  # as date.weekday() counts

Known = Mapping[date, tuple[bool, str]]
"""What is loaded already: for each listed day whether people work, and the name of the festival."""

_NAME = "元旦|春节|清明节?|(?:五一)?(?:国际)?劳动节|端午节?|中秋节?|国庆节?"
_ORDINAL = r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、](?!\d))?"
_DAY = r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:\([^()]*\)|(?:周|星期)[一二三四五六日天])?"
_SPAN = f"{_DAY}(?:[至到]{_DAY})?"
_HEADING = re.compile(f"{_ORDINAL}((?:{_NAME})(?:[、和](?:{_NAME}))*)(?:假期)?:")
_TITLE = re.compile(f"(?:调整|延长)(?:\\d{{4}}年)?((?:{_NAME})(?:[、和](?:{_NAME}))*)")
_CLAUSE = re.compile(
    f"(?:其中,?)?(?P<days>{_SPAN}(?:[、和]{_SPAN})*)"
    "(?P<verb>放假调休|调休放假|放假|补休|调休|(?:正常|照常)?上班)"
    r"(?P<tail>(?:,?(?:共?\d{1,2}天|与周末连休|不调休))*)[,;]?"
)
_EXTENSION = re.compile(f"{_ORDINAL}延长(?:\\d{{4}}年)?(?P<name>{_NAME})假期至(?P<day>{_DAY})(?:,(?P<back>{_DAY})起(?:正常|照常)?上班)?")
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^()]*)\)|((?:周|星期)[一二三四五六日天]))?")
_WEEKDAY = re.compile("(?:周|星期)([一二三四五六日天])")
_YEAR = re.compile(f"(?<!\\d)(20\\d\\d)(?:年(?!\\d{{1,2}}月)|(?={_NAME}))")
_YEAR_OF_A_DAY = re.compile(f"(?=(?<!\\d)(20\\d\\d)年\\d{{1,2}}月\\d)(?:{_SPAN})(?:放假|调休|上班)")
_NUMBER = re.compile(r"国办发(?:明电)?[〔\[(【](\d{4})[〕\])】](\d{1,3})号")
_ABOVE = re.compile(f"通知(?:如下)?|{_NUMBER.pattern}")  # where the lines above the first sentence end
_SPEAKS_OF_DAYS = re.compile("放假|上班|补休|调休")


class _Unclear(ValueError):
    """A sentence that can't be taken as it stands; the message is what the sender reads."""


@dataclass(slots=True)
class _Draft:
    """What has been read so far."""

    year: int
    known: Known
    days: dict[date, bool] = field(default_factory=dict)
    names: dict[date, str] = field(default_factory=dict)
    festivals: dict[str, None] = field(default_factory=dict)

    def put(self, day: date, festivals: tuple[str, ...], *, works: bool) -> None:
        """Note a day. Raises _Unclear where it's both a holiday and a working day, or where nobody would have to be told to work."""
        if self.days.get(day, works) is not works:
            raise _Unclear(f"{day} 既写了放假又写了上班，请核对原文")
        if works and day.weekday() < SATURDAY and self.known.get(day, (True, ""))[0]:
            raise _Unclear(f"{day} 是{weekday(day)}，本来就上班，不会是调休上班的日子，请核对原文")
        self.days[day] = works
        self.names[day] = "、".join(festivals) + (MAKE_UP if works else "")
        self.festivals |= dict.fromkeys(festivals)


def is_notice(text: str) -> bool:
    """Tell whether a text that nobody asked for is a holiday notice: it says so, and names days off."""
    plain = _plain(text[:LONGEST_TEXT])
    says_so = re.search("节假日安排|假期安排|放假安排|放假调休日期", plain) or len(set(_HEADING.findall(plain))) > 1
    return bool(says_so and "放假" in plain and re.search(_DAY, plain))


def read_notice(text: str, known: Known, years: Collection[int]) -> NoticeFile:
    """Read a notice in its own wording, whole or the change of one holiday; faults come back as Chinese sentences.

    `years` may be loaded. A notice with errors has no days. What a change no longer lists goes by Monday-Friday again.
    """
    plain = _plain(text)
    if len(plain) > LONGEST_TEXT:
        return _refused("文字太长，不像一份节假日安排的通知。请只发通知的正文。")
    try:
        draft = _Draft(_year(plain, years), known)
    except _Unclear as fault:
        return _refused(str(fault))
    errors = [fault for festivals, part in _parts(plain) for fault in _read_part(draft, festivals, part)]
    if not draft.days and not errors:
        errors = ["没有读到放假或上班的日期。请发通知的原文，例如：元旦：1月1日（周五）至3日（周日）放假，共3天。"]
    errors = errors or _lacking(draft)
    if errors:
        return NoticeFile({}, {}, (), tuple(errors))
    _drop(draft)
    number = _NUMBER.search(plain)
    label = f"国办发明电〔{number[1]}〕{number[2]}号" if number else f"{draft.year}年节假日安排（未写文号）"
    return NoticeFile(dict(sorted(draft.days.items())), draft.names, (label,), ())


def year_of(day: date, name: str) -> int:
    """Return the year whose notice lists a day: the days off before 元旦 belong to the year that begins."""
    return day.year + 1 if day.month == 12 and "元旦" in name else day.year


def to_csv(notice: NoticeFile) -> str:
    """Return a notice in the form of a calendar file, one line a day."""
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(NOTICE_COLUMNS)
    for day, works in sorted(notice.days.items()):
        writer.writerow([day.isoformat(), "yes" if works else "no", notice.names.get(day, ""), "、".join(notice.notices)])
    return lines.getvalue()


def weekday(day: date) -> str:
    """Return the day of the week as people say it: `周四`."""
    return f"周{WEEKDAYS[day.weekday()]}"


def arrangement(notice: NoticeFile) -> dict[str, str]:
    """Return each festival with its days in words: `1月1日（周四）至1月3日（周六）放假，共3天；1月4日（周日）上班`."""
    groups: dict[str, list[tuple[date, bool]]] = {}
    for day, works in sorted(notice.days.items()):
        groups.setdefault(re.sub("调休(?:上班)?$", "", notice.names[day]) or "其他", []).append((day, works))
    return {name: _in_words(days, ended=name.endswith(BACK_TO_NORMAL)) for name, days in groups.items()}


def _in_words(days: list[tuple[date, bool]], *, ended: bool) -> str:
    """Return the days of one festival in words: what runs on is one span, make-up workdays stand behind."""
    if ended:
        return "、".join(f"{_said(day)}{'照常上班' if works else '照常休息'}" for day, works in days)
    off = [day for day, works in days if not works]
    on = "、".join(_said(day) for day, works in days if works)
    spans: list[list[date]] = []
    for day in off:
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    parts = [f"{_said(span[0])}{f'至{_said(span[-1])}' if len(span) > 1 else ''}放假，共{len(span)}天" for span in spans]
    return "；".join([*parts, *([f"{on}上班"] if on else [])])


def _said(day: date) -> str:
    """Return a day as a notice writes it: `1月4日（周日）`."""
    return f"{day.month}月{day.day}日（{weekday(day)}）"


def _plain(text: str) -> str:
    """Return the text in half width and without any blanks, which copying leaves everywhere."""
    return re.sub(r"[\s\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", text))


def _refused(sentence: str) -> NoticeFile:
    """Return a notice of which nothing is taken."""
    return NoticeFile({}, {}, (), (sentence,))


def _year(plain: str, years: Collection[int]) -> int:
    """Return the year that the notice is about. Raises _Unclear where it has none, several, or one that isn't to be loaded."""
    found = {int(year) for year in _YEAR.findall(plain) or _YEAR_OF_A_DAY.findall(plain)}
    if not found:
        raise _Unclear("没有写是哪一年的安排。请连同标题一起发，例如：国务院办公厅关于 2027 年部分节假日安排的通知……")
    if len(found) > 1:
        raise _Unclear(f"通知里出现了几个年份（{'、'.join(map(str, sorted(found)))}），不能确定是哪一年的安排。请只发一年的通知。")
    (year,) = found
    if year not in years:
        allowed = "、".join(map(str, sorted(years)))
        raise _Unclear(f"这是 {year} 年的安排，现在能载入的是 {allowed} 年的。请核对年份。")
    return year


def _parts(plain: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the festivals of each section with its text; a change of one holiday has no sections, and names it in its title."""
    headings = list(_HEADING.finditer(plain))
    ends = [*(heading.start() for heading in headings[1:]), len(plain)]
    for heading, end in zip(headings, ends, strict=False):
        yield _festivals(heading[1]), plain[heading.end() : end]
    if not headings:
        title = _TITLE.search(plain)
        yield _festivals(title[1]) if title else (), _ABOVE.sub("。", plain)


def _festivals(words: str) -> tuple[str, ...]:
    """Return the festivals by their usual names."""
    return tuple(dict.fromkeys(next(name for name in FESTIVALS if name[:2] in word) for word in re.findall(_NAME, words)))


def _read_part(draft: _Draft, festivals: tuple[str, ...], part: str) -> Iterator[str]:
    """Read the sentences of one section; yields what can't be taken."""
    for sentence in re.split("[。;!]", part):
        try:
            _read_sentence(draft, festivals, sentence.rpartition(":")[2])
        except _Unclear as fault:
            yield f"{'、'.join(festivals)}：{fault}" if festivals else str(fault)


def _read_sentence(draft: _Draft, festivals: tuple[str, ...], sentence: str) -> None:
    """Note the days of one sentence; what speaks of no days is passed over. Raises _Unclear."""
    extension = _EXTENSION.fullmatch(sentence)
    if extension is not None:
        _extend(draft, extension)
        return
    if not re.search(_DAY, sentence) or not _SPEAKS_OF_DAYS.search(sentence):
        return
    place, clauses = 0, []
    while place < len(sentence):
        clause = _CLAUSE.match(sentence, place)
        if clause is None:
            raise _Unclear(
                f"没有读懂“{sentence}”。请改成通知的写法，例如：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"
            )
        clauses.append(clause)
        place = clause.end()
    if not festivals:
        raise _Unclear(f"“{sentence}”没有写是哪个节日。请在前面写上，例如：元旦：1月1日放假，共1天。")
    for clause in clauses:
        _read_clause(draft, festivals, clause)


def _read_clause(draft: _Draft, festivals: tuple[str, ...], clause: re.Match[str]) -> None:
    """Note the days of `1月1日至3日放假调休，共3天` or `1月4日上班`, and hold them to the number of days. Raises _Unclear."""
    days: list[date] = []
    for span in re.findall(_SPAN, clause["days"]):
        days += _span(draft.year, span, days[-1] if days else None)
    said = re.search(r"(\d+)天", clause["tail"])
    if said and int(said[1]) != len(days):
        raise _Unclear(f"“{clause['days']}”是 {len(days)} 天，写的却是 {said[1]} 天，请核对原文")
    for day in days:
        draft.put(day, festivals, works=clause["verb"].endswith("上班"))


def _span(year: int, words: str, before: date | None) -> list[date]:
    """Return the days of `1月1日（周四）至3日（周六）`, or of one day. Raises _Unclear."""
    first, *last = _DATE.finditer(words)
    start = _date(year, first, before)
    if not last:
        return [start]
    end = _date(year, last[0], start)
    length = (end - start).days + 1
    if not 1 <= length <= LONGEST_HOLIDAY:
        raise _Unclear(f"“{words}”是 {length} 天，不像一次假期，请核对原文" if length > 0 else f"“{words}”的止日在起日之前，请核对原文")
    return [start + timedelta(days=number) for number in range(length)]


def _date(year: int, words: re.Match[str], before: date | None) -> date:
    """Return one day; its month, where it has none, is that of the day before it. Raises _Unclear."""
    if words[2] is None and before is None:
        raise _Unclear(f"“{words[0]}”没有写月份")
    month = int(words[2]) if words[2] else before.month if before else 0
    in_year = int(words[1]) if words[1] else before.year if before and before.year != year and month == before.month else year
    if in_year != year and (in_year, month) != (year - 1, 12):
        raise _Unclear(f"“{words[0]}”不是 {year} 年的日期，年份对不上")
    try:
        day = date(in_year, month, int(words[3]))
    except ValueError:
        raise _Unclear(f"“{words[0]}”这一天不存在") from None
    said = _WEEKDAY.search(words[4] or words[5] or "")
    if said and WEEKDAYS.index(said[1].replace("天", "日")) != day.weekday():
        raise _Unclear(f"“{words[0]}”的星期不对，{day} 是{weekday(day)}，请核对年份和日期")
    return day


def _extend(draft: _Draft, words: re.Match[str]) -> None:
    """Prolong a holiday that is loaded already, as in January 2020. Raises _Unclear."""
    (festival,) = _festivals(words["name"])
    (last,) = _span(draft.year, words["day"], None)
    loaded = {day: works for day, (works, name) in draft.known.items() if festival in name and year_of(day, name) == draft.year}
    ends = max((day for day, works in loaded.items() if not works), default=None)
    if ends is None or not 1 <= (last - ends).days <= LONGEST_HOLIDAY:
        raise _Unclear(f"要延长的{draft.year}年{festival}假期没有载入过，或者没有变长，请核对原文")
    for number in range((last - ends).days):
        draft.put(ends + timedelta(days=number + 1), (festival,), works=False)
    for day, works in loaded.items():
        if day not in draft.days:
            draft.days[day], draft.names[day] = works, festival + (MAKE_UP if works else "")
    if words["back"] and _span(draft.year, words["back"], None)[0] <= last:
        raise _Unclear("恢复上班的日期不在假期之后，请核对原文")


def _lacking(draft: _Draft) -> list[str]:
    """Say which holidays a year's first notice leaves out; a change of a year that is loaded may be about one of them."""
    is_change = date(draft.year, 10, 1) in draft.known
    off = {festival for day, works in draft.days.items() if not works for festival in _festivals(draft.names[day])}
    missing = [festival for festival in FESTIVALS if festival not in off]
    if missing and not is_change:
        return [f"{draft.year} 年的安排还没有载入过，要发完整的通知；这一份里没有{'、'.join(missing)}的放假日期。"]
    if not is_change and draft.days.get(date(draft.year, 10, 1)) is not False:
        return [f"{draft.year} 年 10 月 1 日没有写放假，请核对原文。"]
    return []


def _drop(draft: _Draft) -> None:
    """Let what was listed for these festivals, and isn't any more, go by Monday-Friday again."""
    for day, (works, name) in draft.known.items():
        usual = day.weekday() < SATURDAY
        is_theirs = year_of(day, name) == draft.year and not set(_festivals(name)).isdisjoint(draft.festivals)
        if is_theirs and day not in draft.days and works is not usual:
            draft.days[day], draft.names[day] = usual, "、".join(_festivals(name)) + BACK_TO_NORMAL
