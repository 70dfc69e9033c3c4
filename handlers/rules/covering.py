"""Complete the teams so that every specialty of a round with several items is covered (进一次门、查多项事的补配), 二(五).

The teams are matched first, as for one item. Then, for one further specialty after the other, the targets whose team has nobody with it get
one more person, matched in the same way by the same tickets; what somebody holds already counts against the most that they may take.
"""

from collections.abc import Collection, Mapping, Sequence

from handlers.rules.matching_search import Roster, Search


def lacking(targets: Sequence[str], teams: Mapping[str, Sequence[str]], able: Mapping[str, Collection[str]]) -> list[str]:
    """Return the targets whose team has nobody who is able, in the order of the draw."""
    return [code for code in targets if not any(who in able[code] for who in teams[code])]


def search_further(roster: Roster, codes: Sequence[str], loads: Mapping[str, int], able: Mapping[str, Collection[str]]) -> Search:
    """Return the search for one able person more for each of the targets that lack one."""
    rooms = {who: most - loads[who] for who, most in roster.most.items()}
    people = {code: able[code] for code in codes}
    return Search(Roster(roster.seed, codes, people, people, rooms, 1)).run()


def lost(roster: Roster, team: Sequence[str], leaving: str, code: str) -> list[Collection[str]]:
    """Return who is able to what nobody in the team would cover any more once somebody left: whoever comes must be in each of them."""
    rest = [who for who in team if who != leaving]
    return [able[code] for able in roster.also if leaving in able[code] and not any(who in able[code] for who in rest)]
