"""Write and read the texts that are frozen before anybody knows the seed (冻结名单), 二(五).

UTF-8, one TAB between fields, one LF after every line, strings in NFC, sorted by UTF-8 bytes (which for Python's strings is their natural
order). What is written here can be read back; what can't be read is refused in Chinese. A frame is of version 1; one whose teams must cover
further specialties (several items at one door, several departments) is of version 2, which differs by its `also` lines alone.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction

from handlers.rules.text_lines import (
    FrozenTextError,
    Lines,
    UncleanFieldError,
    check_at_least,
    check_clean,
    check_filled,
    check_fingerprint,
    check_sorted,
    lines_text,
    number,
)

FRAME_HEADER = "double-random-frame-v1"
SEVERAL_HEADER = "double-random-frame-v2"  # a frame with `also` lines: its teams cover further specialties
PEOPLE_HEADER = "double-random-inspectors-v1"
NO_INSPECTORS = "-"  # stands for the fingerprint of inspectors.txt where a round has none
ANY_SPECIALTY = "不限"  # the specialty of an item that asks for none; everybody in inspectors.txt then has it

_RATIO = re.compile(r"(0|[1-9][0-9]{0,17})/([1-9][0-9]{0,17})")


class MiscountedError(FrozenTextError):
    """分层 {name!r} 的户数、比例、名额与名单对不上: 名单 {counted} 户, 写明 {size} 户, 比例 {ratio}, 名额 {quota}。"""


class UnknownStratumError(FrozenTextError):
    """对象 {code!r} 属于没有列出的分层 {name!r}。"""


class CandidateExcludedError(FrozenTextError):
    """对象 {code!r} 既在候选名单里, 又在排除名单里。"""


class SpecialtyTwiceError(FrozenTextError):
    """专长 {name!r} 写了两次。"""


class NothingFurtherError(FrozenTextError):
    """第 2 版的名单没有一行 also; 只有一项专长要求的名单用第 1 版。"""


class BadRatioError(FrozenTextError):
    """比例 {ratio!r} 不是 p/q 形式的分数。"""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum (分层) of a frame: `quota` of `size` targets are drawn, `ratio` rounded up."""

    name: str
    size: int
    ratio: Fraction
    quota: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """One target that may be drawn (候选对象); `weight` is the count of its numbers, at least 1."""

    code: str
    stratum: str
    weight: int
    district: str


@dataclass(frozen=True, slots=True)
class Excluded:
    """One target that may not be drawn (排除对象), and why."""

    code: str
    stratum: str
    reason: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frozen list of candidates (冻结的候选名单) of one attempt of one round."""

    round_number: str
    attempt: int
    specialty: str
    inspectors_fingerprint: str
    strata: tuple[Stratum, ...]
    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...] = ()
    also: tuple[str, ...] = ()
    """Further specialties that every team must cover, one `also` line each."""


@dataclass(frozen=True, slots=True)
class Staff:
    """One inspector (执法检查人员) who may be sent on the planned days; `most` = inspections in this round."""

    id: str
    districts: tuple[str, ...]
    specialties: tuple[str, ...]
    most: int


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who may be matched (检查人员名单), with the recusals (回避) as pairs (inspector id, target code)."""

    team_size: int
    staff: tuple[Staff, ...]
    recusals: frozenset[tuple[str, str]] = frozenset()


def fingerprint(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes as 64 lower-case hex digits (指纹)."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def frame_text(frame: Frame) -> str:
    """Return frame.txt; rows may come in any order, ratios are written in lowest terms. Raises FrozenTextError."""
    ordered = replace(
        frame,
        strata=tuple(sorted(frame.strata, key=lambda row: row.name)),
        candidates=tuple(sorted(frame.candidates, key=lambda row: row.code)),
        excluded=tuple(sorted(frame.excluded, key=lambda row: row.code)),
        also=tuple(sorted(frame.also)),
    )
    _check_frame(ordered)
    header = SEVERAL_HEADER if frame.also else FRAME_HEADER
    rows: list[tuple[object, ...]] = [(header,), ("round", frame.round_number), ("attempt", frame.attempt)]
    rows += [("specialty", frame.specialty), *(("also", row) for row in ordered.also), ("inspectors", frame.inspectors_fingerprint)]
    rows += [("stratum", row.name, row.size, f"{row.ratio.numerator}/{row.ratio.denominator}", row.quota) for row in ordered.strata]
    rows += [("c", row.code, row.stratum, row.weight, row.district) for row in ordered.candidates]
    rows += [("x", row.code, row.stratum, row.reason) for row in ordered.excluded]
    return lines_text(rows)


def read_frame(text: str) -> Frame:
    """Return the frame of frame.txt, strictly as `frame_text` writes it but for ratios: `5/100` is read too. Raises FrozenTextError."""
    has_several = text.startswith(SEVERAL_HEADER + "\n")
    reader = Lines(text, SEVERAL_HEADER if has_several else FRAME_HEADER)
    round_number, attempt = reader.only("round", 1)[0], number(reader.only("attempt", 1)[0], "次数")
    specialty = reader.only("specialty", 1)[0]
    also = tuple(fields[0] for fields in reader.all("also", 1)) if has_several else ()
    frame = Frame(
        round_number,
        attempt,
        specialty,
        reader.only("inspectors", 1)[0],
        tuple(
            Stratum(name, number(size, "户数"), _ratio(ratio), number(quota, "名额"))
            for name, size, ratio, quota in reader.all("stratum", 4)
        ),
        tuple(Candidate(code, stratum, number(weight, "权重"), district) for code, stratum, weight, district in reader.all("c", 4)),
        tuple(Excluded(code, stratum, reason) for code, stratum, reason in reader.all("x", 3)),
        also,
    )
    reader.end()
    if has_several and not also:
        raise NothingFurtherError
    _check_frame(frame)
    return frame


def people_text(people: People) -> str:
    """Return inspectors.txt; people and their lists may come in any order. Raises FrozenTextError."""
    by_id = sorted(people.staff, key=lambda row: row.id)
    staff = tuple(replace(row, districts=tuple(sorted(row.districts)), specialties=tuple(sorted(row.specialties))) for row in by_id)
    ordered = replace(people, staff=staff)
    _check_people(ordered)
    rows: list[tuple[object, ...]] = [(PEOPLE_HEADER,), ("team", people.team_size)]
    rows += [("i", row.id, ",".join(row.districts), ",".join(row.specialties), row.most) for row in ordered.staff]
    rows += [("r", who, code) for who, code in sorted(people.recusals)]
    return lines_text(rows)


def read_people(text: str) -> People:
    """Return the people that inspectors.txt says. Raises FrozenTextError."""
    reader = Lines(text, PEOPLE_HEADER)
    team_size = number(reader.only("team", 1)[0], "每组人数")
    staff = tuple(
        Staff(who, _listed(districts), _listed(specialties), number(most, "上限"))
        for who, districts, specialties, most in reader.all("i", 4)
    )
    recusals = [(who, code) for who, code in reader.all("r", 2)]
    reader.end()
    check_sorted(recusals, "回避名单")
    people = People(team_size, staff, frozenset(recusals))
    _check_people(people)
    return people


def _ratio(field: str) -> Fraction:
    parts = _RATIO.fullmatch(field)
    if parts is None:
        raise BadRatioError(ratio=field)
    return Fraction(int(parts[1]), int(parts[2]))


def _listed(field: str) -> tuple[str, ...]:
    return tuple(field.split(",")) if field else ()


def _check_frame(frame: Frame) -> None:
    check_clean([frame.round_number, frame.specialty, frame.inspectors_fingerprint, *(row.name for row in frame.strata)])
    for row in frame.candidates:
        check_clean((row.code, row.stratum, row.district))
        check_at_least(1, row.weight, "权重")
    for left_out in frame.excluded:
        check_clean((left_out.code, left_out.stratum, left_out.reason))
    _check_head(frame)
    check_sorted([row.name for row in frame.strata], "分层")
    check_sorted([row.code for row in frame.candidates], "候选名单")
    check_sorted([row.code for row in frame.excluded], "排除名单")
    _check_also(frame)
    _check_strata(frame)
    for code in [*(row.code for row in frame.candidates), *(row.code for row in frame.excluded)]:
        check_filled(code, "对象代码")
    for code in {row.code for row in frame.candidates} & {row.code for row in frame.excluded}:
        raise CandidateExcludedError(code=code)


def _check_head(frame: Frame) -> None:
    check_at_least(1, frame.attempt, "次数")
    check_filled(frame.round_number, "抽查任务编号")
    if frame.inspectors_fingerprint != NO_INSPECTORS:
        check_fingerprint(frame.inspectors_fingerprint)
        check_filled(frame.specialty, f"事项要求的专长（没有要求时写“{ANY_SPECIALTY}”）")


def _check_also(frame: Frame) -> None:
    """See that further specialties are named once each, the first one not again."""
    check_clean(frame.also)
    check_sorted(frame.also, "还要求的专长")
    for specialty in frame.also:
        check_filled(specialty, "还要求的专长")
        if specialty == frame.specialty:
            raise SpecialtyTwiceError(name=specialty)


def _check_strata(frame: Frame) -> None:
    """Count every stratum, and see that everybody is in one."""
    counted = Counter(row.stratum for row in frame.candidates)
    for row in frame.strata:
        check_filled(row.name, "分层名称")
        size = counted.pop(row.name, 0)
        if size != row.size or not _is_rounded_up(row):
            raise MiscountedError(name=row.name, counted=size, size=row.size, ratio=row.ratio, quota=row.quota)
    if counted:
        stray = next(row for row in frame.candidates if row.stratum in counted)
        raise UnknownStratumError(code=stray.code, name=stray.stratum)


def _is_rounded_up(stratum: Stratum) -> bool:
    """Say whether the quota is the least whole number that reaches size times ratio, or everybody."""
    if stratum.ratio >= 1:
        return stratum.quota == stratum.size
    return stratum.ratio >= 0 and 0 <= stratum.quota - stratum.size * stratum.ratio < 1


def _check_people(people: People) -> None:
    check_at_least(1, people.team_size, "每组人数")
    check_sorted([row.id for row in people.staff], "检查人员名单")
    for row in people.staff:
        check_filled(row.id, "检查人员编号")
        check_clean((row.id,))
        check_at_least(0, row.most, "上限")
        _check_listed(row.districts, "工作区域")
        _check_listed(row.specialties, "业务专长")
    for who, code in people.recusals:
        check_clean((who, code))


def _check_listed(fields: tuple[str, ...], name: str) -> None:
    """Check a list that is written with commas between its fields."""
    check_sorted(fields, name)
    check_clean(fields)
    for field in fields:
        check_filled(field, name)
        if "," in field:
            raise UncleanFieldError(field=field)
