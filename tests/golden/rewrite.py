"""Write the golden draws anew, on purpose only (重写样例抽取): `python -m tests.golden.rewrite`.

draws.json holds whole bundles (all five texts) of our own cases. A difference in a test means that drawn targets or teams changed for
fixed seeds, which must never happen by accident: then old proofs no longer verify. Rewrite only together with a new version of the format.
"""

import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from handlers.rules import ceremony, drawing, frozen_texts, matching
from handlers.rules.frozen_texts import Candidate, Excluded, Frame, People, Staff

GOLDEN = Path(__file__).with_name("draws.json")
DISTRICTS = ("红塔区", "江川区", "澄江市")


@dataclass(frozen=True)
class Case:
    """One draw of the golden set; everything else follows from its name by hashing."""

    name: str
    strata: tuple[tuple[str, int, Fraction], ...]
    staff: int = 0
    team_size: int = 2
    most: int = 50
    weights: tuple[int, ...] = (1,)
    beacon: ceremony.Beacon | None = None
    amendments: int = 0
    also: tuple[str, ...] = ()


CASES = (
    Case("一层百分之五", (("A", 40, Fraction(5, 100)),)),
    Case("四类信用各有比例", (("A", 50, Fraction(1, 100)), ("B", 30, Fraction(1, 20)), ("C", 12, Fraction(1, 5)), ("D", 3, Fraction(1)))),
    Case("权重一二五", (("全部", 30, Fraction(1, 3)),), weights=(1, 2, 5)),
    Case("两人一组", (("A", 24, Fraction(1, 4)), ("D", 2, Fraction(1))), staff=12),
    Case("两人一组有替补", (("红塔区/A", 18, Fraction(1, 3)),), staff=14, amendments=2),
    Case("三人一组上限两次", (("A", 12, Fraction(1, 2)),), staff=9, team_size=3, most=2),
    Case("两项事项两种专长", (("A", 18, Fraction(1, 2)),), staff=16, amendments=3, also=("预付卡",)),
    Case("第二种专长人手不够", (("A", 12, Fraction(1)),), staff=9, most=3, also=("家政", "预付卡")),
    Case("空的一层", (("A", 0, Fraction(1, 10)), ("B", 5, Fraction(1, 100))), staff=6),
    Case(
        "公共随机源", (("A", 20, Fraction(1, 10)),), staff=8, beacon=ceremony.Beacon("福利彩票双色球", "2026061", "03 08 11 19 27 30 + 05")
    ),
)


def dice(*what: object) -> int:
    """Return a number that only `what` decides."""
    return int.from_bytes(hashlib.sha256(repr(what).encode()).digest()[:8], "big")


def people_of(case: Case) -> People:
    """Return the inspectors of a case."""
    staff = []
    for n in range(case.staff):
        districts = tuple(sorted({DISTRICTS[dice(case.name, "区", n, k) % 3] for k in range(2)}))
        specialties = ("成品油", "预付卡")[: dice(case.name, "专长", n) % 3]
        staff.append(Staff(f"5304{n:03d}", districts, specialties, case.most))
    return People(case.team_size, tuple(staff), frozenset({("5304001", "91530402GOLD000001")} if case.staff else ()))


def bundle(case: Case) -> dict[str, str]:
    """Return the texts of a case by file name."""
    codes = iter(range(10_000))
    candidates = [
        Candidate(f"91530402GOLD{n:06d}", stratum, case.weights[n % len(case.weights)], DISTRICTS[dice(case.name, n) % 3])
        for stratum, size, _ in case.strata
        for n in (next(codes) for _ in range(size))
    ]
    ratios = {name: ratio for name, _, ratio in case.strata}
    texts = {"inspectors.txt": frozen_texts.people_text(people_of(case))} if case.staff else {}
    frozen_people = frozen_texts.fingerprint(texts["inspectors.txt"]) if case.staff else frozen_texts.NO_INSPECTORS
    excluded = (Excluded("91530402OUT0000001", case.strata[0][0], "已注销"),)
    strata = drawing.strata_of(candidates, ratios)
    frame = Frame("530400-2026-0007", 1, "成品油", frozen_people, strata, tuple(candidates), excluded, case.also)
    texts["frame.txt"] = frozen_texts.frame_text(frame)
    secret = hashlib.sha256(case.name.encode()).hexdigest()
    said = [("w-法规科", "玉溪 2026"), ("w-纪检", "一二三四五🎲")]
    texts["seed.txt"] = ceremony.seed_text(frozen_texts.fingerprint(texts["frame.txt"]), secret, said, case.beacon)
    seed = ceremony.seed(texts["seed.txt"])
    drawn = drawing.draw_targets(frame, seed)
    texts["result.txt"] = drawing.result_text(drawn)
    if case.staff:
        texts["teams.txt"] = teams_of(case, matching.roster_of(frame, people_of(case), drawn.codes, seed))
    return texts


def teams_of(case: Case, roster: matching.Roster) -> str:
    """Return teams.txt, with the first person of the first teams recused as often as the case says."""
    matched = matching.match_teams(roster)
    amendments: list[matching.Amendment] = []
    for code in roster.targets[: case.amendments]:
        old = matched.teams[code][0]
        new = matching.replacement(roster, matched, amendments, (code, old))
        if new is not None:
            amendments.append(matching.Amendment(code, old, new, "亲属在该企业任职"))
    return matching.teams_text(matched, amendments)


def bundles() -> dict[str, dict[str, str]]:
    """Return all golden bundles by the name of their case."""
    return {case.name: bundle(case) for case in CASES}


def main() -> None:
    """Write draws.json."""
    GOLDEN.write_text(json.dumps(bundles(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
