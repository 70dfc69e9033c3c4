"""Start a round and bring it to approval (发起抽查), 二(五): preview, change, submit, cancel, and say where it stands."""

from dataclasses import replace
from fractions import Fraction

from handlers.acts import approving, framing, joint, listing, plan_reminders, plan_starting, together
from handlers.acts.finding import find_round, item_names, items_of, key, short
from handlers.acts.previewing import preview, staff_buttons
from handlers.acts.progress import progress, summary
from handlers.acts.stages import advance
from handlers.context import Context
from handlers.errors import (
    BadDistrict,
    BadRequest,
    CannotStaff,
    ClassesAboveCap,
    DistrictOfOthers,
    HandlerError,
    ItemOfOtherSection,
    ItemRetired,
    NoCandidates,
    NoItem,
    NothingFound,
    RatioAboveCap,
)
from handlers.rules.districts import CITY, DISTRICTS, find_district, short_name
from handlers.rules.ratios import Count, Ratio, is_within, percent_text, quota_within
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.commands import (
    CancelRound,
    ChangeRound,
    LeaveDialogue,
    ShowDraft,
    ShowProgress,
    StartRound,
    SubmitRound,
)
from handlers.speech.numbers import read_request
from storage.queries import approvals as approval_queries
from storage.queries import people, registers
from storage.queries import rounds as round_queries
from storage.tables.registers import Item
from storage.tables.rounds import Round
from storage.vocabulary import Role, RoundKind, Stage, Subject

WHOLE = "全部"
LEAST_REASON = 6  # characters


class CrossByCity(HandlerError):
    """交叉检查由市局组织，县区不能自己发起。可以发送“抽查 事项”发起本县区的双随机抽查。"""


def start_round(command: StartRound, context: Context) -> Card:
    """Ask for what is missing, one part at a time, then keep the draft and show its preview."""
    if command.is_cross and context.actor.bureau_code != CITY:
        raise CrossByCity
    items = _choose_items(command, context)
    if isinstance(items, Card):
        return items
    if command.is_joint and not joint.is_joint(context, items):
        return joint.ask_partner(context, command, items)
    if command.request is None:
        return _ask_request(command, context, items)
    request = _read_request(command, context, items, command.request)
    if command.special is not None and len(command.special.strip()) < LEAST_REASON:
        return _ask_reason(command)
    round_ = _draft(command, context, items, request)
    plan = framing.plan(context, round_, items)
    _check_candidates(context, round_, items, plan)
    names = item_names(context, round_)
    facts = {"number": round_.number, "item": names, "request": request, "area": _area(round_), "kind": round_.kind}
    context.ledger.write("round_drafted", f"round:{round_.id}", **facts, plan=plan_starting.line_of(context, round_))
    return preview(context, round_, items, plan)


def show_draft(command: ShowDraft, context: Context) -> Card:
    """Show the preview again, as things stand now."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    items = items_of(context, round_)
    return preview(context, round_, items, framing.plan(context, round_, items))


def change_round(command: ChangeRound, context: Context) -> Card:
    """Ask anew how many and where, keeping the number of the round (修改)."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    advance(round_, Stage.DRAFT, {Stage.DRAFT}, "修改")
    items = items_of(context, round_)
    context.outbox.settle(f"round:{round_.id}:draft", f"{context.moment} 正在修改")
    if round_.kind is RoundKind.SWEEP:
        return _ask_reason(StartRound(together.numbers(items), WHOLE, short_name(round_.district), round_.id, is_sweep=True))
    special = None if round_.kind is RoundKind.RANDOM else round_.reason
    is_cross, is_joint = round_.kind is RoundKind.CROSS or None, round_.kind is RoundKind.JOINT or None
    special = None if is_joint else special
    again = StartRound(
        together.numbers(items), None, short_name(round_.district), round_.id, special, is_cross=is_cross, is_joint=is_joint
    )
    return _ask_request(again, context, items)


def submit_round(command: SubmitRound, context: Context) -> Card:
    """Send the draft to whoever approves it: the chief, or the leader where the chief started it."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    items = items_of(context, round_)
    for item in items:
        listing.may_draw(item)
    advance(round_, Stage.AWAITING_APPROVAL, {Stage.DRAFT}, "提交审批")
    plan = framing.plan(context, round_, items)
    _check_candidates(context, round_, items, plan)
    if shortages := plan.shortages():
        raise CannotStaff(*staff_buttons(round_, shortages[0][0]), shortages="；".join(sentence for _, sentence in shortages))
    round_.initiator_id = context.actor.person_id
    context.session.add(round_)
    context.outbox.settle(f"round:{round_.id}:draft", f"{context.actor.name} {context.moment} 已提交审批")
    request = approving.Request(
        Subject.ROUND,
        key(round_),
        round_.bureau_code,
        f"抽查任务待审批 {round_.number}",
        _approvers(context, round_),
        {"发起人": context.actor.name} | dict(preview(context, round_, items, plan).fields),
        key(round_),
    )
    approval = approving.ask(context, request)
    context.ledger.write("round_submitted", f"round:{round_.id}", number=round_.number)
    names = people.names(context.session, approval_queries.addressees(context.session, key(approval)))
    return say(f"任务 {round_.number} 已提交，等待{'、'.join(names.values())}审批。发送“进度 {short(round_)}”可随时查看。")


def cancel_round(command: CancelRound, context: Context) -> Card:
    """Give up a round that nobody has drawn yet (取消)."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    advance(round_, Stage.CANCELLED, {Stage.DRAFT, Stage.AWAITING_APPROVAL}, "取消")
    context.session.add(round_)
    for approval in approval_queries.pending_of_round(context.session, key(round_)):
        approving.withdraw(context, approval, f"{context.actor.name} {context.moment} 已取消任务")
    context.outbox.settle(f"round:{round_.id}:draft", f"{context.actor.name} {context.moment} 已取消")
    context.ledger.write("round_cancelled", f"round:{round_.id}", number=round_.number)
    return say(f"任务 {round_.number} 已取消，编号保留备查。需要时可重新发送“抽查”。")


def send_back(round_id: int, reason: str, context: Context) -> None:
    """Give a round back to its initiator with the approver's reason (退回)."""
    round_ = round_queries.locked_round(context.session, round_id)
    advance(round_, Stage.DRAFT, {Stage.AWAITING_APPROVAL}, "退回")
    context.session.add(round_)
    context.ledger.write("round_sent_back", f"round:{round_.id}", number=round_.number, reason=reason)
    buttons = (Button("修改", ChangeRound(round_id)), Button("重新提交", SubmitRound(round_id)), Button("取消任务", CancelRound(round_id)))
    fields = {"退回人": context.actor.name, "理由": reason}
    card = Card(f"任务 {round_.number} 被退回", "请修改后重新提交。", fields, buttons, f"round:{round_.id}:draft")
    context.outbox.put(card, [round_.initiator_id])


def withdrawn(round_id: int, context: Context) -> tuple[Button, ...]:
    """Give a round back to its initiator, who has thought better of it (撤回)."""
    round_ = round_queries.locked_round(context.session, round_id)
    advance(round_, Stage.DRAFT, {Stage.AWAITING_APPROVAL}, "撤回")
    context.session.add(round_)
    context.ledger.write("round_withdrawn", f"round:{round_.id}", number=round_.number)
    return Button("修改", ChangeRound(round_id)), Button("重新提交", SubmitRound(round_id)), Button("取消任务", CancelRound(round_id))


def show_progress(command: ShowProgress, context: Context) -> Card:
    """Say where a round stands, who is holding it and what is due next; without a number, all rounds within reach."""
    if command.number:
        return progress(context, find_round(context, command.number))
    rounds = round_queries.visible(context.session, context.actor)
    if not rounds:
        raise NothingFound(keyword="您", what="任务")
    running = [round_ for round_ in rounds if round_.stage not in (Stage.CLOSED, Stage.FINISHED, Stage.CANCELLED)]
    shown = (running or rounds)[:8]
    buttons = tuple(Button(f"进度 {short(round_)}", ShowProgress(round_.number)) for round_ in shown)
    return Card(
        "任务进度", f"进行中 {len(running)} 个，共 {len(rounds)} 个。", {row.number: summary(context, row) for row in shown}, buttons
    )


def _choose_items(command: StartRound, context: Context) -> list[Item] | Card:
    """Return the items that are meant, several where they are separated by `、`, or the question which one."""
    words = together.split_items(command.item or "")
    found: list[Item] = []
    for place, said in enumerate(words):
        item = _choose_item(command, context, words, place)
        if isinstance(item, Card):
            return item
        words[place] = item.number if len(words) > 1 else said
        found += [item] if item not in found else []
    together.check(found)
    return found


def _choose_item(command: StartRound, context: Context, words: list[str], place: int) -> Item | Card:
    """Return the item that is meant by one of the words, or the question which one; the other words stay as they are."""
    said = words[place]
    reach = registers.upwards(context.session, context.actor.bureau_code)
    reach += joint.reach(context) if command.is_joint and place else []
    found = registers.items(context.session, reach, said)
    named = [item for item in found if all(part in item.name for part in said.split())]
    found = named or found
    exact = [item for item in found if said in (item.number, item.name)]
    if said and not found:
        _refuse_retired(context, reach, said)
        raise NoItem(text=said)
    if len(exact or found) == 1:
        return _may_start((exact or found)[0], context)
    mine = [item for item in found if together.is_mine(context, item) and not listing.missing(item)] or found
    rest = words[:place], words[place + 1 :]
    buttons = tuple(
        Button(item.name, replace(command, item=together.SEPARATOR.join([*rest[0], item.number, *rest[1]]))) for item in mine[:8]
    )
    text = f"“{said}”对应 {len(found)} 个事项，请选一个：" if said else "要抽查哪个事项？请点选，或输入事项名称。"
    ask = Question(command, "item", is_free=len(words) == 1, back=LeaveDialogue())
    return Card("发起抽查", text, {}, buttons, asks=ask)


def _refuse_retired(context: Context, reach: list[str], said: str) -> None:
    """Say of an item that was retired when it was. Raises ItemRetired."""
    retired = registers.retired_item(context.session, reach, said)
    if retired is not None:
        raise ItemRetired(item=retired.name, on=retired.retired_on)


def _may_start(item: Item, context: Context) -> Item:
    """Return the item where the actor's section answers for it and it is public."""
    if not together.is_mine(context, item):
        raise ItemOfOtherSection(item=item.name, section=people.section_name(context.session, item.section_id))
    listing.may_draw(item)
    return item


def _ask_request(command: StartRound, context: Context, items: list[Item]) -> Card:
    """Ask how many are to be drawn."""
    cap, numbers = framing.cap_of(context, items, _kind(command)), together.numbers(items)
    offered = [text for text in ("5%", "10%", "20%", "30%", WHOLE) if _is_allowed(text, cap)]
    named = f"“{items[0].name}”是{items[0].kind.label}" if len(items) == 1 else f"{len(items)} 个事项一次检查"
    text = f"{named}，" + (f"比例上限 {percent_text(cap)}。" if cap is not None else "比例不设上限。")
    buttons = tuple(Button(text, replace(command, item=numbers, request=text)) for text in offered)
    prompt = text + "抽取多少？请填写比例（如 5%）、户数（如 20户）。"
    ask = Question(
        replace(command, item=numbers, request=None), "request", back=StartRound(special=command.special, is_cross=command.is_cross, is_joint=command.is_joint)
    )
    return Card("发起抽查", prompt, {}, buttons, asks=ask)


def _ask_reason(command: StartRound) -> Card:
    """Ask why a special inspection is held, or what severe risk makes everybody be inspected, 一(四)."""
    if command.is_sweep:
        prompt = "请写明严重风险：是什么风险，依据是什么监测或研判，为什么要逐户查。批准后全部检查，只随机匹配检查人员。"
        return Card(text=prompt, asks=Question(command, "special", back=LeaveDialogue()))
    if command.is_cross:
        prompt = "请写明交叉检查的理由：督查什么，为什么由外县区的人员检查。批准后按摇号匹配，谁也不检查自己的县区。"
        return Card(text=prompt, asks=Question(command, "special", back=replace(command, request=None)))
    prompt = "请写明专项检查的理由：发现了什么普遍性问题或突出风险，依据是什么监测或研判。"
    return Card(text=prompt, asks=Question(command, "special", back=replace(command, request=None)))


def _kind(command: StartRound) -> RoundKind:
    """Return what kind of round is being started."""
    if command.is_sweep:
        return RoundKind.SWEEP
    if command.is_cross:
        return RoundKind.CROSS
    if command.is_joint:
        return RoundKind.JOINT
    return RoundKind.RANDOM if command.special is None else RoundKind.SPECIAL


def _is_allowed(text: str, cap: Fraction | None) -> bool:
    """Whether an offered ratio keeps to the cap."""
    asked = read_request(text)
    return isinstance(asked, Ratio) and is_within(asked, 0, cap)


def _read_request(command: StartRound, context: Context, items: list[Item], typed: str) -> str:
    """Return the request in its canonical form, or refuse what is impossible or above the cap."""
    asked = read_request(typed)
    if isinstance(asked, str):
        raise BadRequest(reason=asked)
    cap = framing.cap_of(context, items, _kind(command))
    if isinstance(asked, Ratio) and not is_within(asked, 0, cap):
        raise RatioAboveCap(item=together.names(items), cap=_percent(cap), ratio=str(asked))
    return str(asked)


def _draft(command: StartRound, context: Context, items: list[Item], request: str) -> Round:
    """Return the draft: a new one with the bureau's next number, or the one that is being changed."""
    item = items[0]
    district = _district(command.district, context)
    if command.round_id is not None:
        round_ = round_queries.locked_round(context.session, command.round_id)
        advance(round_, Stage.DRAFT, {Stage.DRAFT}, "修改")
        round_.request, round_.district, round_.reason = request, district, (command.special or "").strip()
        round_.item_id = key(item)
        context.session.add(round_)
        together.keep_further(context, round_, items)
        return round_
    line = plan_starting.line_to_start(context, command.plan_line_id) if command.plan_line_id is not None else None
    year = context.today.year
    serial = round_queries.next_serial(context.session, context.actor.bureau_code, year)
    round_ = Round(
        number=f"{context.actor.bureau_code}-{year}-{serial:04d}",
        bureau_code=context.actor.bureau_code,
        section_id=context.actor.section_id,
        item_id=key(item),
        list_number=listing.number_in_force(context.session, item),
        kind=_kind(command),
        reason=(command.special or "").strip(),
        district=district,
        request=request,
        method=item.method,
        stage=Stage.DRAFT,
        initiator_id=context.actor.person_id,
        created_at=context.now,
    )
    if line is not None:
        plan_starting.link(round_, line)
        plan_reminders.settle_offer(context, key(line), f"{context.actor.name} {context.moment} 已发起任务 {round_.number}")
    context.session.add(round_)
    context.session.flush()
    together.keep_further(context, round_, items)
    return round_


def _district(typed: str | None, context: Context) -> str:
    """Return the county in which to draw, empty for the whole city; a county's bureau draws at home."""
    own = context.actor.bureau_code
    wanted = None if typed in (None, "", WHOLE, "全市") else find_district(typed or "")
    if typed not in (None, "", WHOLE, "全市") and wanted is None and typed != own:
        raise BadDistrict(text=typed, examples="红塔区、澄江市、峨山县")
    if own == CITY:
        return wanted or ""
    if wanted not in (None, own):
        raise DistrictOfOthers(district=short_name(wanted or ""), own=short_name(own))
    return own if own in DISTRICTS else ""


def _check_candidates(context: Context, round_: Round, items: list[Item], plan: framing.Plan) -> None:
    """Refuse a round without candidates, or a number of targets above the cap."""
    named = together.names(items)
    if not plan.candidates:
        raise NoCandidates(item=named, area=_area(round_), reasons=plan.why_none())
    asked, cap, size = read_request(round_.request), framing.cap_of(context, items, round_.kind), len(plan.candidates)
    if isinstance(asked, Count) and asked.number > size:
        raise BadRequest(reason=f"{_area(round_)}符合条件的只有 {size} 户，不够抽 {asked.number} 户。")
    if plan.matrix_version and cap is not None and plan.asked_share > cap:
        raise ClassesAboveCap(item=named, cap=_percent(cap), share=percent_text(plan.asked_share.limit_denominator(1000)))
    if isinstance(asked, Count) and not is_within(asked, size, cap):
        raise RatioAboveCap(
            item=named, cap=f"{_percent(cap)}（{size} 户中最多 {quota_within(size, cap or Fraction(1))} 户）", ratio=str(asked)
        )


def _percent(cap: Fraction | None) -> str:
    """Return a cap as people read it."""
    return "不设" if cap is None else percent_text(cap)


def _area(round_: Round) -> str:
    """Return where the round draws, in words."""
    return short_name(round_.district) if round_.district else "全市"


def _approvers(context: Context, round_: Round) -> list[int]:
    """Return who approves: the chief; the leader in charge where a chief started the round, for every special, sweeping and cross inspection."""
    but = frozenset({context.actor.person_id})
    if context.actor.holds(Role.CHIEF) or round_.kind is not RoundKind.RANDOM:
        return people.holders_upwards(context.session, Role.LEADER, round_.bureau_code, but)
    return people.chiefs_for(context.session, round_.bureau_code, round_.section_id, but)
