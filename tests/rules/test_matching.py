"""The second random draw (随机匹配) finds everybody's place, evenly, and leaves no choice to anybody, 二(五)."""

import hashlib
import json
import random
import runpy
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from handlers.rules import ceremony
from handlers.rules.drawing import draw_targets
from handlers.rules.frozen_texts import read_frame, read_people
from handlers.rules.matching import (
    Amendment,
    MalformedTeamsError,
    NotInTeamError,
    amended,
    explain_shortage,
    match_teams,
    pair_ticket,
    read_amendments,
    replacement,
    roster_of,
    teams_text,
)
from handlers.rules.matching_search import Roster
from handlers.rules.text_lines import UncleanFieldError

SHARED = Path(__file__).parents[3] / "shared"
REFERENCE = SHARED / "draw_reference.py"
VECTORS = SHARED / "vectors" / "draw.json"
STATION, SHOP = "91530402STATION001", "91530402SHOP000001"


def seed_number(n):
    return hashlib.sha256(b"fixed %d" % n).hexdigest()


def roster_number(n, largest=14):
    """Return a random but fixed instance: a few targets, people, districts, from plenty to hopeless."""
    dice = random.Random(n)
    targets = [f"t{k}" for k in range(dice.randint(1, largest))]
    ids = [f"i{k}" for k in range(dice.randint(1, largest))]
    districts, reach, skilled = dice.randint(1, 4), dice.choice([0.3, 0.6, 1]), dice.choice([0.3, 0.7])
    serves = {who: {d for d in range(districts) if dice.random() < reach} for who in ids}
    experts = {who for who in ids if dice.random() < skilled}
    lies_in = {code: dice.randrange(districts) for code in targets}
    eligible = {code: {who for who in ids if lies_in[code] in serves[who] and dice.random() > 0.05} for code in targets}
    most = {who: dice.randint(0, dice.choice([2, 4, 50])) for who in ids}
    return Roster(seed_number(n), targets, eligible, {code: eligible[code] & experts for code in targets}, most, dice.randint(1, 4))


def plain(eligible, experts, most=50, team_size=2):
    everybody = sorted(set().union(*eligible.values()))
    specialists = {code: set(who) & set(experts) for code, who in eligible.items()}
    return Roster(seed_number(1), list(eligible), eligible, specialists, dict.fromkeys(everybody, most), team_size)


def greatest_flow(roster, limits):
    """Count by brute force how many places can be filled at all: repeated shortest augmenting paths over all single moves."""
    room = {}
    for code in roster.targets:
        for slot, places in ((0, 1), (1, roster.team_size - 1)):
            room["source", (code, slot)] = places
            for who in roster.specialists[code] if slot == 0 else roster.eligible[code]:
                room[(code, slot), (code, who)] = 1
                room[(code, who), who] = 1
    room |= {(who, "sink"): limit for who, limit in limits.items()}
    ways = {}
    for one, other in room:
        ways.setdefault(one, set()).add(other)
        ways.setdefault(other, set()).add(one)
    flow = 0
    while path := shortest_path(ways, room):
        for step in pairwise(path):
            room[step] -= 1
            room[step[::-1]] = room.get(step[::-1], 0) + 1
        flow += 1
    return flow


def shortest_path(ways, room):
    came, waiting = {"source": None}, ["source"]
    for node in waiting:
        for onward in ways.get(node, ()):
            if onward not in came and room.get((node, onward), 0) > 0:
                came[onward] = node
                waiting.append(onward)
    if "sink" not in came:
        return None
    path = ["sink"]
    while came[path[-1]] is not None:
        path.append(came[path[-1]])
    return path[::-1]


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the independent reference lies outside the repository and isn't here")
def test_five_hundred_random_matches_give_the_bytes_of_the_reference():
    """Our fast search walks the very paths of the slow reference."""
    reference = SimpleNamespace(**runpy.run_path(str(REFERENCE)))
    for n in range(500):
        roster = roster_number(n, largest=14 if n % 10 else 40)
        slow = reference.Match(roster.seed, roster.targets, roster.eligible, roster.specialists, roster.most, roster.team_size)
        assert teams_text(match_teams(roster)) == reference.teams_text(slow.run()), n


@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared vectors lie outside the repository and aren't here")
def test_the_shared_vectors_give_the_same_teams():
    """Product and independent reference agree on every teams.txt, from the frozen texts on."""
    for case in json.loads(VECTORS.read_text(encoding="utf-8")):
        if "teams" in case:
            frame, people = read_frame(case["frame"]), read_people(case["inspectors"])
            seed = ceremony.seed(case["seed_text"])
            roster = roster_of(frame, people, draw_targets(frame, seed).codes, seed)
            assert teams_text(match_teams(roster)) == case["teams"]


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_as_many_places_are_filled_as_is_possible_at_all(start):
    """A full assignment is found whenever one exists, and the largest load is the smallest possible (checked by maximum flow)."""
    for n in range(start, start + 50):
        roster = roster_number(n, largest=8)
        matched = match_teams(roster)
        filled = sum(matched.loads.values())
        assert filled == greatest_flow(roster, roster.most)
        if not matched.unfilled and matched.level:
            below = {who: min(most, matched.level - 1) for who, most in roster.most.items()}
            assert greatest_flow(roster, below) < filled


def test_every_team_keeps_the_rules():
    """Only eligible people, all different, a specialist first, nobody above their limit; what lacks is named."""
    for n in range(300):
        roster = roster_number(n)
        matched = match_teams(roster)
        lacking = Counter({(code, slot): count for code, slot, count in matched.unfilled})
        for code, team in matched.teams.items():
            assert len(set(team)) == len(team) == roster.team_size - lacking[code, 0] - lacking[code, 1]
            assert set(team) <= roster.eligible[code]
            assert lacking[code, 0] or team[0] in roster.specialists[code]
            others = team[1 - lacking[code, 0] :]
            assert list(others) == sorted(others, key=lambda who, code=code: pair_ticket(roster.seed, code, who))
        assert Counter(who for team in matched.teams.values() for who in team) == Counter(matched.loads)
        assert all(load <= roster.most[who] for who, load in matched.loads.items())


def test_all_pairs_of_inspectors_come_together_evenly():
    """Alike in all respects, all 66 pairs of 12 people are equally likely: chi-square over 4,000 fixed seeds under the 0.1 % bound."""
    ids, rounds = [f"i{n:02d}" for n in range(12)], 4000
    pairs: Counter[frozenset[str]] = Counter()
    for n in range(rounds):
        roster = Roster(seed_number(n), [STATION], {STATION: ids}, {STATION: ids}, dict.fromkeys(ids, 1), 2)
        pairs[frozenset(match_teams(roster).teams[STATION])] += 1
    assert len(pairs) == 66
    assert sum((seen - rounds / 66) ** 2 / (rounds / 66) for seen in pairs.values()) < 107.3  # 65 degrees of freedom


def test_too_few_specialists_are_explained_by_slots_and_people():
    """The shortage says how many checks need the specialty, who has it, and what may be done, 二(五)."""
    codes = [f"加油站{n}" for n in range(3)]
    roster = plain({code: {"专家", "甲", "乙", "丙"} for code in codes}, {"专家"}, most=2)
    matched = match_teams(roster)
    (shortage,) = matched.shortages
    assert matched.unfilled == ((codes[2], 0, 1),)
    assert (shortage.people, shortage.missing) == (("专家",), 1)
    assert set(shortage.slots) == {(code, 0) for code in codes}
    told = explain_shortage(shortage, roster, "成品油", dict.fromkeys(codes, "江川区"))
    assert told == "江川区 3 次检查需要成品油专长，只有 1 人（上限 2 次）可派，缺 1 人次。可借调相邻区域人员，或直接委派。"


def test_a_team_of_two_with_one_person_is_explained():
    """One person can't be two; the explanation names the one there is."""
    roster = plain({STATION: {"甲"}}, {"甲"})
    matched = match_teams(roster)
    (shortage,) = matched.shortages
    assert matched.teams == {STATION: ("甲",)}
    assert (shortage.people, shortage.missing) == (("甲",), 1)
    assert "只有 1 人" in explain_shortage(shortage, roster, "成品油", {STATION: "江川区"})


def test_a_shortage_is_a_proof_that_more_is_impossible():
    """The people named are all who may serve the slots named, and they can't fill them (Hall's condition)."""
    for n in range(300):
        roster = roster_number(n)
        matched = match_teams(roster)
        assert sum(row.missing for row in matched.shortages) == sum(count for _, _, count in matched.unfilled)
        named = [slot for row in matched.shortages for slot in row.slots]
        assert len(named) == len(set(named))
        for row in matched.shortages:
            wanted = {code: [slot for c, slot in row.slots if c == code] for code, _ in row.slots}
            may = set().union(*((roster.specialists if slot == 0 else roster.eligible)[code] for code, slot in row.slots))
            assert set(row.people) == may
            part = Roster(
                roster.seed,
                list(wanted),
                {code: roster.eligible[code] if 1 in slots else set() for code, slots in wanted.items()},
                {code: roster.specialists[code] if 0 in slots else set() for code, slots in wanted.items()},
                roster.most,
                roster.team_size,
            )
            places = sum(1 if slot == 0 else roster.team_size - 1 for _, slot in row.slots)
            assert places - greatest_flow(part, roster.most) == row.missing


def test_a_recused_inspector_is_replaced_by_the_next_ticket_of_those_less_burdened():
    """Row 52: nobody chooses the replacement; tickets do, among those at or below the level reached."""
    for n in range(200):
        roster = roster_number(n)
        matched = match_teams(roster)
        for code, team in matched.teams.items():
            for place, old in enumerate(team):
                new = replacement(roster, matched, (), (code, old))
                pool = roster.specialists if place == 0 and matched.slot_of(code, old) == 0 else roster.eligible
                free = [who for who in pool[code] if who not in team and matched.loads[who] < roster.most[who]]
                assert new == min(free, key=lambda who, code=code: pair_ticket(roster.seed, code, who), default=None)


def test_replacements_after_each_other_respect_level_and_who_left():
    """Whoever left a team doesn't come back, and somebody pushed above the level is passed over while others are free."""
    ids = {"甲", "乙", "丙", "丁", "戊"}
    roster = plain({STATION: ids, SHOP: ids}, ids)
    matched = match_teams(roster)
    assert matched.level == 1
    spare = (ids - set(matched.loads) | {who for who, load in matched.loads.items() if not load}).pop()
    first = matched.teams[STATION][0]
    made = [Amendment(STATION, first, replacement(roster, matched, [], (STATION, first)), "亲属")]
    while (new := replacement(roster, matched, made, (STATION, made[-1].new))) is not None:
        assert new not in {row.old for row in made}
        made.append(Amendment(STATION, made[-1].new, new, "亲属"))
    assert len({row.new for row in made}) == len(made) == 3
    assert spare in {row.new for row in made}
    teams, loads = amended(matched, made)
    assert teams[STATION][0] == made[-1].new
    assert teams[STATION][1] == matched.teams[STATION][1]
    assert sum(loads.values()) == 4


def test_somebody_above_the_level_is_taken_only_when_nobody_else_is_free():
    """Even loads come before small tickets; a full place comes before even loads."""
    places = [f"店{n}" for n in range(4)]
    roster = plain({code: {"甲", "乙", "丙", "丁"} for code in places}, {"甲", "乙", "丙", "丁"}, team_size=1)
    matched = match_teams(roster)
    assert set(matched.loads.values()) == {1}
    made = []
    for code in places[:2]:
        (old,) = matched.teams[code]
        made.append(Amendment(code, old, replacement(roster, matched, made, (code, old)), "亲属"))
    _, loads = amended(matched, made)
    burdened = {who for who, load in loads.items() if load > matched.level}
    (old,) = matched.teams[places[2]]
    even = {who for who in matched.loads if who not in burdened and who != old}
    chosen = replacement(roster, matched, made, (places[2], old))
    assert chosen == min(even, key=lambda who: pair_ticket(roster.seed, places[2], who))


def test_only_a_member_of_the_team_can_be_replaced():
    """A replacement for somebody who isn't there is refused in Chinese."""
    roster = plain({STATION: {"甲", "乙", "丙"}}, {"甲", "乙", "丙"})
    matched = match_teams(roster)
    outsider = ({"甲", "乙", "丙"} - set(matched.teams[STATION])).pop()
    for leaving in ((STATION, outsider), (SHOP, outsider)):
        with pytest.raises(NotInTeamError, match="不在对象"):
            replacement(roster, matched, (), leaving)


def test_amendments_stand_at_the_end_of_the_teams_and_read_back():
    """Every replacement is a line of its own, after what the draw made."""
    roster = plain({STATION: {"甲", "乙", "丙"}}, {"甲", "乙", "丙"})
    matched = match_teams(roster)
    amendment = Amendment(STATION, "甲", "丙", "亲属在该企业任职")
    text = teams_text(matched, [amendment])
    assert text == teams_text(matched) + f"replace\t{STATION}\t甲\t丙\t亲属在该企业任职\n"
    assert read_amendments(text) == (teams_text(matched), (amendment,))
    assert read_amendments(teams_text(matched)) == (teams_text(matched), ())
    with pytest.raises(UncleanFieldError):
        teams_text(matched, [Amendment(STATION, "甲", "丙", "一行\n两行")])
    for broken in (text + "x", text + "replace\t少一项\n"):
        with pytest.raises(MalformedTeamsError):
            read_amendments(broken)


def test_nobody_to_match_and_nothing_to_match_end_quietly():
    """A district without people gives empty teams with an explanation, a draw without targets gives none."""
    assert match_teams(Roster(seed_number(1), [], {}, {}, {}, 2)).teams == {}
    matched = match_teams(Roster(seed_number(1), [STATION], {STATION: ()}, {STATION: ()}, {}, 2))
    assert teams_text(matched) == f"double-random-teams-v1\n{STATION}\nunfilled\t{STATION}\t0\t1\nunfilled\t{STATION}\t1\t1\n"
    assert [row.people for row in matched.shortages] == [(), ()]


def several(n):
    """Return a random instance whose teams must cover two further specialties."""
    roster, dice = roster_number(n), random.Random(-n)
    skilled = [{who for who in roster.most if dice.random() < 0.4} for _ in range(2)]
    return replace(roster, also=tuple({code: roster.eligible[code] & able for code in roster.targets} for able in skilled))


def test_every_team_covers_every_specialty_or_it_is_said_which_is_missing():
    """Nobody goes to a door for an item that nobody in the team knows, unless the unfilled place says so; nobody goes beyond their most."""
    for n in range(300):
        roster = several(n)
        matched = match_teams(roster)
        said = {(code, slot) for code, slot, _ in matched.unfilled}
        for code, team in matched.teams.items():
            assert len(set(team)) == len(team)
            for place, able in enumerate(roster.also):
                assert any(who in able[code] for who in team) != ((code, 2 + place) in said), (n, code)
        assert all(load <= roster.most[who] for who, load in matched.loads.items()), n
        assert sum(row.missing for row in matched.shortages) == sum(count for _, _, count in matched.unfilled), n


def test_further_specialties_leave_the_teams_of_the_first_as_they_are():
    """What is matched for one item is the beginning of what is matched for several."""
    for n in range(100):
        roster = several(n)
        first, all_of_them = match_teams(replace(roster, also=())), match_teams(roster)
        assert all(all_of_them.teams[code][: len(team)] == team for code, team in first.teams.items()), n


def test_who_alone_knew_an_item_is_replaced_by_somebody_who_knows_it_too():
    """A recusal never leaves a door with an item that nobody in the team knows any more."""
    eligible = {STATION: {"a", "b", "c", "d"}}
    roster = replace(plain(eligible, {"a", "b", "c", "d"}), also=({STATION: {"c"}},))
    assert replacement(roster, match_teams(roster), (), (STATION, "c")) is None
    for n in range(100):
        roster = several(n)
        matched = match_teams(roster)
        for code, team in matched.teams.items():
            for leaving in team:
                if new := replacement(roster, matched, (), (code, leaving)):
                    rest = {*team, new} - {leaving}
                    assert all(rest & able[code] or not set(team) & able[code] for able in roster.also), (n, code, leaving)
