"""Put together who may be drawn and who may inspect (候选名单与检查人员名单), 二(五): for the preview and, word for word, for the freezing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from handlers.acts import batching, classing, excluding
from handlers.context import Context
from handlers.rules import classes, drawing, ratios
from handlers.rules.deadlines import deadline
from handlers.rules.districts import DISTRICTS, short_name
from handlers.rules.frozen_texts import (
    ANY_SPECIALTY,
    Candidate,
    Excluded,
    Frame,
    People,
    Staff,
    Stratum,
    fingerprint,
    frame_text,
    people_text,
)
from handlers.speech.numbers import read_request
from storage.queries import inspections as inspection_queries
from storage.queries import partners, registers
from storage.queries import rounds as round_queries
from storage.queries.people import bureaus_below
from storage.tables.people import Bureau, Person
from storage.tables.registers import Inspector, Item
from storage.tables.rounds import Loan, Round
from storage.vocabulary import RoundKind

TEAM_SIZE = 2  # at least two certified officers inspect, 行政处罚法 42
REST_DAYS = 5  # working days; whoever is away on one of the first ones isn't matched


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round would draw today: the strata, the candidates, who is left out and why, who may inspect."""

    strata: tuple[Stratum, ...]
    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    people: People
    specialties: tuple[str, ...]
    """What each team must know: the first item's specialty, and those of the others that differ."""
    inspect_by: date
    matrix_version: int = 0
    """The class matrix that was applied; 0 where the item has none."""
    batch_count: int = 1
    shared: tuple[str, ...] = ()
    """The numbers of the rounds whose teams go to a candidate anyway, one for each such candidate."""

    @property
    def asked_share(self) -> Fraction:
        """What share of all candidates the strata's ratios ask for, exact, before any rounding."""
        asked = sum((row.size * row.ratio for row in self.strata), Fraction())
        return asked / len(self.candidates) if self.candidates else asked

    @property
    def size(self) -> int:
        """How many targets the register has for this round, the excluded ones too."""
        return len(self.candidates) + len(self.excluded)

    @property
    def drawn_count(self) -> int:
        """How many will be drawn."""
        return sum(stratum.quota for stratum in self.strata)

    def texts(self, round_number: str, attempt: int) -> tuple[str, str]:
        """Return frame.txt and inspectors.txt for an attempt."""
        people = people_text(self.people)
        first, *also = self.specialties
        frame = Frame(round_number, attempt, first, fingerprint(people), self.strata, self.candidates, self.excluded, also=tuple(also))
        return frame_text(frame), people

    def reasons(self) -> Counter[str]:
        """Count the reasons for which targets are left out, without their details."""
        return Counter(row.reason.partition("（")[0].partition(" ")[0] for row in self.excluded)

    def why_none(self) -> str:
        """Say why nobody is left to draw from: `已停业 1 户、已迁出 1 户`."""
        counted = "、".join(f"{reason} {count} 户" for reason, count in self.reasons().items())
        return f"名录中的 {len(self.excluded)} 户全部被排除：{counted}" if counted else "名录中没有这一类对象"

    def shortages(self) -> list[tuple[str, str]]:
        """Return (district, sentence) where a team can't be formed whatever is drawn there."""
        found = []
        for district in sorted({row.district for row in self.candidates}):
            staff = [person for person in self.people.staff if district in person.districts]
            if len(staff) < self.people.team_size:
                found.append((district, f"{short_name(district)}只有 {len(staff)} 名可用检查人员（每组要 {self.people.team_size} 人）"))
                continue
            found += [
                (district, f"{short_name(district)}没有“{specialty}”专长的检查人员（每组要 1 人）")
                for specialty in self.specialties
                if not any(specialty in person.specialties for person in staff)
            ]
        return found


def districts_of(round_: Round) -> list[str]:
    """Return the counties in which the round draws."""
    return [round_.district] if round_.district else list(DISTRICTS)


def specialties_of(items: Sequence[Item]) -> tuple[str, ...]:
    """Return what a team must know for the items: the first one's specialty, then those that differ and ask for any."""
    first, *others = (item.specialty for item in items)
    return (first, *sorted({specialty for specialty in others if specialty not in (first, ANY_SPECIALTY)}))


def plan(context: Context, round_: Round, items: Sequence[Item]) -> Plan:
    """Return what the round would draw if it were frozen now; it inspects all the items at each door, classed as the first one says."""
    item = items[0]
    targets = registers.targets_of(context.session, item.target_category, districts_of(round_))
    version, matrix = classing.matrix_for(context, item.id or 0, round_.bureau_code)
    reasons, shared = excluding.exclusions(context, round_, items, targets, matrix)
    named = {row.code: classes.stratum(row.credit_class, row.risk_level, matrix) for row in targets}
    candidates = tuple(Candidate(row.code, named[row.code], 1, row.district) for row in targets if row.code not in reasons)
    excluded = tuple(Excluded(row.code, named[row.code], reasons[row.code]) for row in targets if row.code in reasons)
    strata = _strata(candidates, round_.request, matrix)
    batches = _batches(context, round_, strata, {row.district for row in candidates})
    inspect_by = batching.ends(context, batches)[-1]
    return Plan(
        strata,
        candidates,
        excluded,
        people(context, round_, inspect_by),
        specialties_of(items),
        inspect_by,
        version,
        batches,
        tuple(shared.values()),
    )


def _batches(context: Context, round_: Round, strata: tuple[Stratum, ...], districts: set[str]) -> int:
    """Return in how many batches a round goes: one, unless everybody is inspected and the people are too few for that at once."""
    drawn = sum(row.quota for row in strata)
    if not drawn or any(row.quota < row.size for row in strata):
        return 1
    staff = people(context, round_, batching.ends(context, 1)[0]).staff
    return batching.batch_count(drawn, sum(not districts.isdisjoint(person.districts) for person in staff), TEAM_SIZE)


def cap_of(context: Context, items: Sequence[Item], kind: RoundKind) -> Fraction | None:
    """Return the cap of a round's ratio: the lowest of its items'; none for key items, special inspections and sweeps, 一(四), 二(五)."""
    caps = [cap for item in items if (cap := _item_cap(context, item)) is not None]
    return None if kind in (RoundKind.SPECIAL, RoundKind.SWEEP) else min(caps, default=None)


def _item_cap(context: Context, item: Item) -> Fraction | None:
    """Return the cap of one item: its own, or the bureau's, 二(五); what another department caps is that department's matter."""
    if context.session.get_one(Bureau, item.bureau_code).is_partner:
        return None
    own = read_request(item.ratio_cap) if item.ratio_cap else None
    return ratios.cap_of(item.kind, own.part if isinstance(own, ratios.Ratio) else None, context.policy.general_ratio_cap)


def _strata(candidates: tuple[Candidate, ...], request: str, matrix: classes.Matrix) -> tuple[Stratum, ...]:
    """Return one stratum per class that occurs, each with its ratio or its share of the asked number, 二(六)."""
    asked = read_request(request)
    sizes = Counter(row.stratum for row in candidates)
    if isinstance(asked, ratios.Count):
        shares = classes.share(min(asked.number, len(candidates)), dict(sizes), matrix)
        return drawing.strata_of(candidates, {name: Fraction(shares[name], size) for name, size in sizes.items()})
    if isinstance(asked, ratios.Ratio):
        return drawing.strata_of(candidates, classes.ratios(sizes, asked.part, matrix))
    raise ValueError(asked)


def people(context: Context, round_: Round, inspect_by: date) -> People:
    """Return who may be matched: certificate valid until the last day, not away in the first days; borrowed and appointed people too."""
    first_days, _ = deadline(context.today, REST_DAYS, context.calendar)
    away = registers.away(context.session, context.today, first_days)
    bureaus = bureaus_below(context.session, round_.bureau_code)
    bureaus |= {row.code for row in partners.of_round(context.session, _round_id(round_))}
    staff = {
        row.staff_number: Staff(row.staff_number, districts, row.specialties, row.most)
        for row, person in registers.inspectors(context.session, bureaus)
        if may_inspect(row, inspect_by) and person.id not in away and (districts := _serving(round_, row, person))
    }
    for loan in round_queries.loans(context.session, _round_id(round_)):
        staff |= _loaned(context, loan, staff)
    known = inspection_queries.past_recusals(context.session)
    recusals = frozenset(pair for pair in known if pair[0] in staff)
    return People(TEAM_SIZE, tuple(sorted(staff.values(), key=lambda row: row.id)), recusals)


def _serving(round_: Round, row: Inspector, person: Person) -> tuple[str, ...]:
    """Return where somebody may be matched: at home, or, for a cross inspection, everywhere but at home, 三(四)."""
    if round_.kind is not RoundKind.CROSS:
        return row.districts
    return tuple(code for code in DISTRICTS if code not in row.districts and code != person.bureau_code)


def may_inspect(inspector: Inspector, day: date) -> bool:
    """Whether the person holds a certificate that is valid on the day (国办发〔2024〕54号)."""
    return bool(inspector.is_valid and inspector.certificate_no and inspector.certificate_until and inspector.certificate_until >= day)


def _loaned(context: Context, loan: Loan, staff: dict[str, Staff]) -> dict[str, Staff]:
    """Return the entry of somebody who serves the round in a district that isn't their own."""
    row = registers.inspector_of(context.session, loan.person_id)
    person = context.session.get(Person, loan.person_id)
    if row is None or person is None:
        return {}
    own = staff[row.staff_number].districts if row.staff_number in staff else ()
    districts = tuple(sorted({*own, loan.district}))
    return {row.staff_number: Staff(row.staff_number, districts, row.specialties, row.most)}


def _round_id(round_: Round) -> int:
    """Return the round's identifier."""
    if round_.id is None:
        raise RuntimeError("the round isn't flushed yet")
    return round_.id
