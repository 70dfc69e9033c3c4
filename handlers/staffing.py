"""Find people where a team can't be formed (借调相邻区域、直接委派), 二(五): with a reason, an approver, and a mark for ever."""

from handlers.acts import approving, assigning, framing
from handlers.acts.finding import items_at, items_of, key, target_of
from handlers.acts.lots import seed_of
from handlers.acts.previewing import preview
from handlers.context import Context
from handlers.errors import HandlerError, NothingFound, TooShort, WrongStage
from handlers.rules.districts import neighbors, short_name
from handlers.rules.matching import FURTHER_SLOT, OTHERS_SLOT, SPECIALIST_SLOT, pair_ticket
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import AskStaff, GoBack
from storage import frames
from storage.queries import inspections as inspection_queries
from storage.queries import people, registers
from storage.queries import rounds as round_queries
from storage.queries.people import Actor
from storage.tables.inspections import Inspection
from storage.tables.people import Person
from storage.tables.registers import Inspector
from storage.tables.rounds import Loan, Round
from storage.vocabulary import AssignmentOrigin, InspectionState, Role, RoundKind, Stage, Subject


class NobodyNearby(HandlerError):
    """{district}的相邻区域（{neighbors}）没有可借调的“{specialty}”人员。可以改用直接委派。"""


def ask_staff(command: AskStaff, context: Context) -> Card:
    """Ask who (for an appointment) and why, then put it to the approver; borrowed people are matched by lot afterwards."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    if round_.stage not in (Stage.DRAFT, Stage.INSPECTING):
        raise WrongStage(number=round_.number, stage=round_.stage.label, action="补充人员", short=round_.number)
    origin = AssignmentOrigin(command.origin)
    staff = _available(context, round_, command.district, origin)
    if origin is AssignmentOrigin.APPOINTMENT and command.person is None:
        return _ask_person(command, staff)
    if command.reason is None:
        asked = f"{_from_where(command.district, origin)}请说明{_kind(origin)}人员到{short_name(command.district)}的理由："
        return Card(text=asked, asks=Question(command, "reason", back=GoBack()))
    if len(command.reason.strip()) < 2:
        raise TooShort(what="理由", least=2)
    chosen = [row for row, person in staff if command.person in (None, row.staff_number, person.name)]
    if not chosen:
        raise NothingFound(keyword=command.person, what="可以委派的持证人员")
    fields = {
        "任务": round_.number,
        "区域": short_name(command.district),
        "方式": origin.label,
        "人员": "、".join(people.name_of(context.session, row.person_id) for row in chosen),
        "说明": "相邻区域人员按摇号顺序随机匹配" if origin is AssignmentOrigin.NEIGHBOR else "委派的人员在全过程留痕和公示统计中单独标明",
    }
    loans = [Loan(round_id=key(round_), person_id=row.person_id, district=command.district, origin=origin, reason="") for row in chosen]
    request = approving.Request(
        Subject.STAFFING,
        key(round_),
        round_.bureau_code,
        f"{_kind(origin)}人员待审批 {round_.number}",
        _approvers(context, round_),
        fields | {"工号": "、".join(row.staff_number for row in chosen), "县区代码": loans[0].district, "来源": origin.value},
        key(round_),
        command.reason.strip(),
    )
    approving.ask(context, request)
    context.ledger.write("staff_asked", f"round:{round_.id}", origin=origin, district=command.district, people=fields["人员"])
    return say(f"{_kind(origin)}人员的申请已提交审批，同意后会通知您。")


def grant(round_id: int, fields: dict[str, str], reason: str, context: Context) -> None:
    """Let the people serve the round in the district; where the draw is over, fill the vacant places by its own order."""
    round_ = round_queries.locked_round(context.session, round_id)
    origin, district = AssignmentOrigin(fields["来源"]), fields["县区代码"]
    known = {loan.person_id for loan in round_queries.loans(context.session, round_id)}
    for staff_number in fields["工号"].split("、"):
        person_id = registers.person_by_staff_number(context.session, staff_number)
        if person_id not in known:
            context.session.add(Loan(round_id=round_id, person_id=person_id, district=district, origin=origin, reason=reason))
    context.session.flush()
    context.ledger.write("staff_granted", f"round:{round_.id}", origin=origin, district=district, people=fields["工号"], reason=reason)
    if round_.stage is Stage.DRAFT:
        items = items_of(context, round_)
        context.outbox.settle(f"round:{round_.id}:draft", f"{context.moment} 人员已补充，请看新的预览")
        context.outbox.put(preview(context, round_, items, framing.plan(context, round_, items)), [round_.initiator_id])
        return
    filled = _fill(context, round_, origin, district)
    context.outbox.settle(f"round:{round_.id}:staff", f"{context.moment} 已补充 {filled} 人")
    context.outbox.put(say(f"任务 {round_.number} 已{_kind(origin)}补充 {filled} 人，检查任务已发出。"), [round_.initiator_id])


def refuse(round_id: int, reason: str, context: Context) -> None:
    """Tell the initiator that the people were not granted, and why."""
    round_ = context.session.get_one(Round, round_id)
    context.outbox.put(say(f"任务 {round_.number} 的人员补充申请被退回：{reason}。"), [round_.initiator_id])
    context.ledger.write("staff_refused", f"round:{round_.id}", reason=reason)


def _fill(context: Context, round_: Round, origin: AssignmentOrigin, district: str) -> int:
    """Give vacant places to the people from elsewhere, smallest pair ticket first; returns how many were filled."""
    seed = seed_of(context, round_)
    attempt = round_queries.last_attempt(context.session, key(round_))
    lent = [loan.person_id for loan in round_queries.loans(context.session, key(round_)) if loan.district == district]
    staff = [row for person_id in lent if (row := registers.inspector_of(context.session, person_id)) is not None]
    filled = 0
    for inspection in inspection_queries.drawn(context.session, key(round_)):
        target = target_of(context, inspection.target_id)
        if target.district != district or inspection.state is not InspectionState.OPEN or inspection.joined_to_id is not None:
            continue
        specialties = framing.specialties_of(items_at(context, inspection))
        for slot in _vacant(context, inspection, specialties):
            able = [row for row in staff if slot == OTHERS_SLOT or specialties[max(slot - 1, 0)] in row.specialties]
            row = _next(context, inspection, able, seed, target.code)
            if row is not None:
                _place(context, round_, inspection, row, (slot, origin))
                if attempt is not None:
                    frames.amend(
                        context.session, key(attempt), f"{origin}\t{target.code}\t{slot}\t{row.staff_number}\t{short_name(district)}"
                    )
                filled += 1
    return filled


def _place(context: Context, round_: Round, inspection: Inspection, row: Inspector, how: tuple[int, AssignmentOrigin]) -> None:
    """Give one vacant place and tell the new member."""
    assignment = assigning.assign(context, inspection, row.person_id, how[0], how[1])
    context.session.flush()
    context.ledger.write("place_filled", f"inspection:{inspection.id}", person=row.staff_number, origin=how[1])
    assigning.offer(context, round_, inspection, assignment)


def _vacant(context: Context, inspection: Inspection, specialties: tuple[str, ...]) -> list[int]:
    """Return the slots that nobody holds: 0 wants the first specialty, 1 is anybody's, from 2 on each a further one that nobody has."""
    team = inspection_queries.team(context.session, key(inspection))
    known = {word for row in team if (found := registers.inspector_of(context.session, row.person_id)) for word in found.specialties}
    slots = [] if any(row.slot == SPECIALIST_SLOT for row in team) else [SPECIALIST_SLOT]
    others = framing.TEAM_SIZE - sum(row.slot < FURTHER_SLOT for row in team) - len(slots)
    further = [slot for slot, specialty in enumerate(specialties[1:], FURTHER_SLOT) if specialty not in known]
    return [*slots, *[OTHERS_SLOT] * others, *further]


def _next(context: Context, inspection: Inspection, staff: list[Inspector], seed: str, code: str) -> Inspector | None:
    """Return who has the smallest pair ticket among those who never left this team."""
    known = {row.person_id for row in inspection_queries.all_assignments(context.session, key(inspection))}
    able = [row for row in staff if row.person_id not in known]
    return min(able, key=lambda row: pair_ticket(seed, code, row.staff_number), default=None)


def _available(context: Context, round_: Round, district: str, origin: AssignmentOrigin) -> list[tuple[Inspector, Person]]:
    """Return the certified people of the neighboring counties with the specialty, or, for an appointment, of the whole city."""
    bureaus = (
        frozenset(neighbors(district))
        if origin is AssignmentOrigin.NEIGHBOR
        else frozenset(people.bureaus_below(context.session, "530400"))
    )
    due, specialties = round_.inspect_by or context.today, framing.specialties_of(items_of(context, round_))
    found = [
        (row, person)
        for row, person in registers.inspectors(context.session, bureaus)
        if framing.may_inspect(row, due)
        and (district not in row.districts or (origin is AssignmentOrigin.APPOINTMENT and round_.kind is not RoundKind.CROSS))
    ]
    experts = [pair for pair in found if not set(specialties).isdisjoint(pair[0].specialties)]
    if not experts:
        raise NobodyNearby(
            district=short_name(district), neighbors="、".join(map(short_name, neighbors(district))), specialty="、".join(specialties)
        )
    return experts


def _ask_person(command: AskStaff, staff: list[tuple[Inspector, Person]]) -> Card:
    """Ask who is to be appointed."""
    buttons = tuple(
        Button(f"{person.name} {row.staff_number}", AskStaff(command.round_id, command.origin, command.district, row.staff_number))
        for row, person in staff[:8]
    )
    return Card("直接委派", "委派谁？请点选，或输入姓名、工号。", {}, buttons, asks=Question(command, "person", back=GoBack()))


def _from_where(district: str, origin: AssignmentOrigin) -> str:
    """Say from which counties people may be borrowed; where there is only one, say so plainly."""
    if origin is AssignmentOrigin.APPOINTMENT:
        return ""
    nearby = "、".join(map(short_name, neighbors(district)))
    if len(neighbors(district)) == 1:
        return f"{short_name(district)}只与{nearby}相邻，借调的人员都来自{nearby}。"
    return f"可借调{nearby}的人员。"


def _kind(origin: AssignmentOrigin) -> str:
    """Return what people call it."""
    return "借调" if origin is AssignmentOrigin.NEIGHBOR else "直接委派"


def _approvers(context: Context, round_: Round) -> list[int]:
    """Return who decides: the chief, or the leader where a chief asks; people from elsewhere are the leader's matter in a county."""
    but = frozenset({context.actor.person_id})
    if _is_chief(context.actor):
        return people.holders_upwards(context.session, Role.LEADER, round_.bureau_code, but)
    return people.chiefs_for(context.session, round_.bureau_code, round_.section_id, but)


def _is_chief(actor: Actor) -> bool:
    """Whether the actor is a chief."""
    return actor.holds(Role.CHIEF)
