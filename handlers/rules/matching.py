"""Match inspectors to the drawn targets, and find the replacement after a recusal (随机匹配、回避替补), 二(五)."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from handlers.rules.covering import lacking, lost, search_further
from handlers.rules.frozen_texts import Frame, People
from handlers.rules.matching_search import Roster, Search
from handlers.rules.text_lines import FrozenTextError, check_clean, lines_text

TEAMS_HEADER = "double-random-teams-v1"
SPECIALIST_SLOT = 0
OTHERS_SLOT = 1
FURTHER_SLOT = 2  # and onwards: one for each further specialty


class NotInTeamError(FrozenTextError):
    """{who!r} 不在对象 {code!r} 的检查组里, 无从替补。"""


class MalformedTeamsError(FrozenTextError):
    """匹配结果里的这一行不合格式: {line!r}。"""


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why slots stay unfilled: these slots (code, 0 or 1) altogether can be served by these people only, and `missing` places are left."""

    slots: tuple[tuple[str, int], ...]
    people: tuple[str, ...]
    missing: int
    further: int | None = None
    """Which further specialty lacks somebody, counted from 0; None where the teams themselves aren't full."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The teams in the order of the draw (specialist first, others by pair ticket), everybody's load, the largest load as `level`.

    `unfilled` has (code, slot, how many are missing), `shortages` the explanation, one per group that shares people. Whoever came for a
    further specialty stands behind the others, and in `further` with their slot.
    """

    teams: Mapping[str, tuple[str, ...]]
    loads: Mapping[str, int]
    level: int
    unfilled: tuple[tuple[str, int, int], ...]
    shortages: tuple[Shortage, ...]
    further: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def slot_of(self, code: str, who: str) -> int:
        """Return the slot that somebody holds in a team. Raises NotInTeamError."""
        team = self.teams.get(code, ())
        if who not in team:
            raise NotInTeamError(who=who, code=code)
        if (code, who) in self.further:
            return self.further[code, who]
        has_specialist = all(row[:2] != (code, SPECIALIST_SLOT) for row in self.unfilled)
        return SPECIALIST_SLOT if has_specialist and team[0] == who else OTHERS_SLOT


@dataclass(frozen=True, slots=True)
class Amendment:
    """One replacement after a recusal (回避后的替补): a line of its own in teams.txt."""

    code: str
    old: str
    new: str
    reason: str


def roster_of(frame: Frame, people: People, codes: Sequence[str], seed: str) -> Roster:
    """Return who may go where: who serves the target's district and isn't recused from it; `codes` in the order of the draw."""
    districts = {row.code: row.district for row in frame.candidates}
    # The text writes a list with commas, and so nobody's district and no district at all are both the empty field.
    serving: dict[str, list[str]] = {}
    for row in people.staff:
        for district in row.districts or ("",):
            serving.setdefault(district, []).append(row.id)
    experts = {row.id for row in people.staff if frame.specialty in (row.specialties or ("",))}
    eligible = {code: frozenset(who for who in serving.get(districts[code], ()) if (who, code) not in people.recusals) for code in codes}
    most = {row.id: row.most for row in people.staff}
    further = [{row.id for row in people.staff if specialty in row.specialties} for specialty in frame.also]
    also = tuple({code: eligible[code] & able for code in codes} for able in further)
    return Roster(seed, codes, eligible, {code: eligible[code] & experts for code in codes}, most, people.team_size, also)


def match_teams(roster: Roster) -> Matched:
    """Return the teams: everybody's place filled whenever that is possible at all, and loads as even as possible."""
    search = Search(roster).run()
    teams = {}
    for target, code in enumerate(roster.targets):
        seats = search.seats[target]
        by_ticket = [who for who in search.choices[2 * target + 1] if who in seats]
        teams[code] = tuple(search.ids[who] for who in sorted(by_ticket, key=seats.__getitem__))
    loads = {who: len(held) for who, held in zip(search.ids, search.held, strict=True)}
    unfilled = tuple((roster.targets[slot >> 1], slot & 1, count) for slot, count in enumerate(search.missing) if count)
    matched = Matched(teams, loads, max(loads.values(), default=0), unfilled, _shortages(search, roster.targets))
    for place in range(len(roster.also)):
        matched = _with_further(matched, roster, place)
    return matched


def _with_further(matched: Matched, roster: Roster, place: int) -> Matched:
    """Give one more person to every team that lacks the further specialty at `place`."""
    codes = lacking(roster.targets, matched.teams, roster.also[place])
    search = search_further(roster, codes, matched.loads, roster.also[place])
    teams, loads, further, unfilled = dict(matched.teams), dict(matched.loads), dict(matched.further), list(matched.unfilled)
    for target, code in enumerate(codes):
        for who in search.seats[target]:
            teams[code] = (*teams[code], search.ids[who])
            loads[search.ids[who]] += 1
            further[code, search.ids[who]] = FURTHER_SLOT + place
        if search.missing[2 * target]:
            unfilled.append((code, FURTHER_SLOT + place, 1))
    shortages = tuple(replace(row, further=place) for row in _shortages(search, codes))
    return Matched(teams, loads, max(loads.values(), default=0), tuple(unfilled), (*matched.shortages, *shortages), further)


def _shortages(search: Search, targets: Sequence[str]) -> tuple[Shortage, ...]:
    """Put together the unfilled slots whose failed searches met."""
    groups: list[tuple[set[int], int]] = []
    covered: set[int] = set()
    for start in (slot for slot, count in enumerate(search.missing) if count and slot not in covered):
        slots, people = search.reach(start)
        meeting = [group for group in groups if group[0] & slots]
        groups = [group for group in groups if group not in meeting]
        for other_slots, other_people in meeting:
            slots, people = slots | other_slots, people | other_people
        groups.append((slots, people))
        covered |= slots
    return tuple(
        Shortage(
            tuple((targets[slot >> 1], slot & 1) for slot in sorted(slots)),
            tuple(who for number, who in enumerate(search.ids) if people >> number & 1),
            sum(search.missing[slot] for slot in slots),
        )
        for slots, people in groups
    )


def explain_shortage(shortage: Shortage, roster: Roster, specialty: str, districts: Mapping[str, str]) -> str:
    """Say in Chinese why people are lacking and what may be done, 二(五); `specialty` is the one that the shortage is about.

    `districts` has the name of each target's district.
    """
    where = "、".join(sorted({districts[code] for code, _ in shortage.slots}))
    experts = sum(slot == SPECIALIST_SLOT for _, slot in shortage.slots)
    others = (len(shortage.slots) - experts) * (roster.team_size - 1)
    asked = [f"{experts} 次检查需要{specialty}专长"] * bool(experts) + [f"{others} 人次需要同行人员"] * bool(others)
    limits = sorted({roster.most[who] for who in shortage.people})
    limit = f"（上限 {'或'.join(map(str, limits))} 次）" if limits else ""
    advice = "可借调相邻区域人员，或直接委派。"
    return f"{where} {'，'.join(asked)}，只有 {len(shortage.people)} 人{limit}可派，缺 {shortage.missing} 人次。{advice}"


def pair_ticket(seed: str, code: str, who: str) -> str:
    """Return SHA-256(seed:match:code:inspector), the ticket of one person for one target, 64 hex digits."""
    return hashlib.sha256(f"{seed}:match:{code}:{who}".encode()).hexdigest()


def replacement(roster: Roster, matched: Matched, amendments: Sequence[Amendment], leaving: tuple[str, str]) -> str | None:
    """Return who takes the place of `leaving` (code, inspector id) after the amendments made so far; None where nobody is left.

    Smallest pair ticket among the eligible below their `most` and at or below the level reached, else below their `most`; whoever left
    this team before doesn't come back, and what only the leaving person covered, the next one covers too. Raises NotInTeamError.
    """
    code, old = leaving
    teams, loads = amended(matched, amendments)
    if old not in teams.get(code, ()):
        raise NotInTeamError(who=old, code=code)
    left = {row.old for row in amendments if row.code == code}
    able = roster.specialists if _slot_after(matched, amendments, leaving) == SPECIALIST_SLOT else roster.eligible
    wanted = lost(roster, teams[code], old, code)
    free = [
        who
        for who in able[code]
        if who not in teams[code] and who not in left and loads[who] < roster.most[who] and all(who in able for able in wanted)
    ]
    even = [who for who in free if loads[who] <= matched.level]
    return _first(roster.seed, code, even or free)


def _first(seed: str, code: str, people: Collection[str]) -> str | None:
    return min(people, key=lambda who: pair_ticket(seed, code, who), default=None)


def _slot_after(matched: Matched, amendments: Sequence[Amendment], seat: tuple[str, str]) -> int:
    """Follow the replacements back to whom the draw had put into this place."""
    code, who = seat
    for row in reversed(amendments):
        if (row.code, row.new) == (code, who):
            who = row.old
    return matched.slot_of(code, who)


def amended(matched: Matched, amendments: Sequence[Amendment]) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    """Return the teams and loads after the replacements; the new person stands where the old one stood. Raises NotInTeamError."""
    teams, loads = dict(matched.teams), dict(matched.loads)
    for row in amendments:
        if row.old not in teams.get(row.code, ()):
            raise NotInTeamError(who=row.old, code=row.code)
        teams[row.code] = tuple(row.new if who == row.old else who for who in teams[row.code])
        loads[row.old] -= 1
        loads[row.new] = loads.get(row.new, 0) + 1
    return teams, loads


def teams_text(matched: Matched, amendments: Sequence[Amendment] = ()) -> str:
    """Return teams.txt, with one `replace` line per amendment at its end. Raises UncleanFieldError."""
    rows: list[tuple[object, ...]] = [(TEAMS_HEADER,), *((code, *team) for code, team in matched.teams.items())]
    rows += [("unfilled", *row) for row in matched.unfilled]
    for row in amendments:
        check_clean((row.code, row.old, row.new, row.reason))
        rows.append(("replace", row.code, row.old, row.new, row.reason))
    return lines_text(rows)


def read_amendments(text: str) -> tuple[str, tuple[Amendment, ...]]:
    """Split teams.txt into what the draw made and the replacements after it. Raises MalformedTeamsError."""
    *lines, rest = text.split("\n")
    if rest:
        raise MalformedTeamsError(line=rest)
    count = next((n for n, line in enumerate(reversed(lines)) if not line.startswith("replace\t")), len(lines))
    drawn, replaced = lines[: len(lines) - count], lines[len(lines) - count :]
    return lines_text([line] for line in drawn), tuple(_amendment(line) for line in replaced)


def _amendment(line: str) -> Amendment:
    fields = line.split("\t")[1:]
    if len(fields) != 4:
        raise MalformedTeamsError(line=line)
    check_clean(fields)
    return Amendment(*fields)
