"""Search who goes where, level by level, along chains of moves that tickets order (随机匹配的搜索), 二(五).

The search walks over two kinds of nodes: a slot (two per target: `2 * target` for the specialist, `2 * target + 1` for the others) and a
person (written `~person`, so below zero). A slot leads to its people by ascending pair ticket, or to the other slot of its team where the
person already sits there; a person leads to the slots they hold. A failed search closes all it reached until the next level.
"""

import hashlib
from bisect import insort
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Roster:
    """What is asked of the match: drawn targets in order, for each the eligible ids and the specialists among them, `most` per id.

    `also` has, for each further specialty that every team must cover, the eligible ids with it by target.
    """

    seed: str
    targets: Sequence[str]
    eligible: Mapping[str, Collection[str]]
    specialists: Mapping[str, Collection[str]]
    most: Mapping[str, int]
    team_size: int
    also: Sequence[Mapping[str, Collection[str]]] = ()


class Search:
    """One match in progress; after `run`, `seats` says who holds which slot and `missing` how many each slot still lacks."""

    def __init__(self, roster: Roster) -> None:
        """Number the people and put everybody eligible for a target into the order of pair tickets."""
        self.ids = sorted(roster.most)
        self._names = [who.encode() for who in self.ids]
        self._most = [roster.most[who] for who in self.ids]
        self._starts = [hashlib.sha256(f"{roster.seed}:match:{code}:".encode()) for code in roster.targets]
        self.seats: list[dict[int, int]] = [{} for _ in roster.targets]
        self.held: list[list[tuple[bytes, int]]] = [[] for _ in self.ids]
        self.missing = [1, roster.team_size - 1] * len(roster.targets)
        self.choices: list[list[int]] = []
        self.masks: list[int] = []
        self._order_choices(roster)
        self._closed_slots = bytearray(len(self.choices))
        self._closed_people = bytearray(len(self.ids))
        self._awake = 0
        self._rooms: list[int] = []

    def _order_choices(self, roster: Roster) -> None:
        numbers = {who: n for n, who in enumerate(self.ids)}
        for target, code in enumerate(roster.targets):
            tickets = {numbers[who]: self._ticket(target, numbers[who]) for who in roster.eligible[code]}
            order = sorted(tickets, key=tickets.__getitem__)
            experts = {numbers[who] for who in roster.specialists[code]}
            for choice in ([who for who in order if who in experts], order):
                self.choices.append(choice)
                self.masks.append(_mask(choice, len(self.ids)))

    def _ticket(self, target: int, who: int) -> bytes:
        started = self._starts[target].copy()
        started.update(self._names[who])
        return started.digest()

    def run(self) -> Self:
        """Fill the slots: everybody gets a first inspection before anybody gets a second, and so on."""
        for level in range(1, max(self._most, default=0) + 1):
            self._open_level(level)
            for slot in range(len(self.missing)):
                while self.missing[slot] and self._fill(slot):
                    self.missing[slot] -= 1
            if not self._may_go_on(level):
                break
        return self

    def _open_level(self, level: int) -> None:
        self._rooms = [min(level, most) for most in self._most]
        self._closed_slots = bytearray(len(self.choices))
        self._closed_people = bytearray(len(self.ids))
        self._awake = (1 << len(self.ids)) - 1

    def _may_go_on(self, level: int) -> bool:
        """Say whether a higher level can help: something is missing and somebody whom a failed search reached may take more."""
        return any(self.missing) and any(most > level for most, closed in zip(self._most, self._closed_people, strict=True) if closed)

    def _fill(self, slot: int) -> bool:
        """Give the slot one more person if any chain of moves allows it."""
        if self._closed_slots[slot]:
            return False
        awake, reached = self._awake, [slot]
        path = self._find_path(reached)
        if path is None:
            return False
        for node in reached:
            self._close(node, closed=0)
        self._awake = awake
        self._move_along(path)
        return True

    def _find_path(self, reached: list[int]) -> list[int] | None:
        """Search depth first from the one slot in `reached`, to which every further node is added; None where nobody has room."""
        path = list(reached)
        self._close(path[0], closed=1)
        trails = [self._leads(path[0])]
        while path:
            node = next(trails[-1], None)
            if node is None:
                path.pop()
                trails.pop()
                continue
            self._close(node, closed=1)
            reached.append(node)
            path.append(node)
            if node < 0 and len(self.held[~node]) < self._rooms[~node]:
                return path
            trails.append(self._leads(node))
        return None

    def _close(self, node: int, *, closed: int) -> None:
        if node >= 0:
            self._closed_slots[node] = closed
            return
        self._closed_people[~node] = closed
        self._awake &= ~(1 << ~node)

    def _leads(self, node: int) -> Iterator[int]:
        return self._from_slot(node) if node >= 0 else self._from_person(~node)

    def _from_slot(self, slot: int) -> Iterator[int]:
        """Yield the open nodes after a slot, by ascending pair ticket; asked lazily, because the search closes nodes meanwhile."""
        team, other, people = self.seats[slot >> 1], slot ^ 1, self._closed_people
        if not self.masks[slot] & self._awake:  # nobody new: only a swap within the team is left
            if not self._closed_slots[other] and self._swapper(slot) is not None:
                yield other
            return
        for who in self.choices[slot]:
            if who in team:
                if team[who] == other and not self._closed_slots[other]:
                    yield other
            elif not people[who]:
                yield ~who

    def _from_person(self, who: int) -> Iterator[int]:
        """Yield the open slots that a person holds, by ascending pair ticket."""
        for _, target in self.held[who]:
            slot = self.seats[target][who]
            if not self._closed_slots[slot]:
                yield slot

    def _swapper(self, slot: int) -> int | None:
        """Return who of the team's other slot comes first for this one."""
        team, mask = self.seats[slot >> 1], self.masks[slot]
        movers = [who for who, seat in team.items() if seat != slot and mask >> who & 1]
        if len(movers) < 2:  # nearly always: no order to look up
            return movers[0] if movers else None
        return next(who for who in self.choices[slot] if who in movers)

    def _move_along(self, path: list[int]) -> None:
        """Seat people as the path says: each slot takes the next node's person, each person leaves the slot that follows them."""
        leave: list[tuple[int, int]] = []
        join: list[tuple[int, int]] = []
        for node, following in zip(path, [*path[1:], None], strict=True):
            if node < 0:
                leave += [] if following is None else [(~node, following >> 1)]
            elif following is not None and following < 0:
                join.append((~following, node))
            else:
                swapper = self._swapper(node)
                assert swapper is not None  # noqa: S101 -- the search came this way through somebody
                leave.append((swapper, node >> 1))
                join.append((swapper, node))
        for who, target in leave:
            del self.seats[target][who]
            self.held[who] = [pair for pair in self.held[who] if pair[1] != target]
        for who, slot in join:
            self.seats[slot >> 1][who] = slot
            insort(self.held[who], (self._ticket(slot >> 1, who), slot >> 1))

    def reach(self, start: int) -> tuple[set[int], int]:
        """Return all slots that chains from `start` reach, and as a bit mask the people eligible for them: why it stays unfilled."""
        slots, people, waiting = {start}, 0, [start]
        while waiting:
            slot = waiting.pop()
            team = self.seats[slot >> 1]
            met = self.masks[slot] & ~people
            following = {seat for who in _members(met) for seat in self._held_slots(who) if who not in team}
            if self._swapper(slot) is not None:
                following.add(slot ^ 1)
            people |= met & ~_mask(team, len(self.ids))
            waiting += sorted(following - slots)
            slots |= following
        return slots, _union(self.masks[slot] for slot in slots)

    def _held_slots(self, who: int) -> list[int]:
        return [self.seats[target][who] for _, target in self.held[who]]


def _mask(people: Collection[int], count: int) -> int:
    bits = bytearray(count // 8 + 1)
    for who in people:
        bits[who >> 3] |= 1 << (who & 7)
    return int.from_bytes(bits, "little")


def _union(masks: Iterator[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _members(mask: int) -> list[int]:
    return [n for n, bit in enumerate(reversed(f"{mask:b}")) if bit == "1"]
