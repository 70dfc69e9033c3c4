"""Freeze who may be drawn and who may inspect (冻结名单、邀请见证), 二(五), before anybody can know the seed."""

from datetime import timedelta

from handlers.acts import approving, framing, guiding, listing
from handlers.acts.finding import item_names, items_of, key
from handlers.acts.stages import advance
from handlers.context import BEIJING, Context
from handlers.errors import NoCandidates, NoDraw, NoWitness
from handlers.rules import ceremony
from handlers.rules.frozen_texts import fingerprint
from handlers.speech.cards import Button, Card
from handlers.speech.commands import Contribute, RunDraw
from handlers.speech.verbs import to_json
from storage import frames
from storage.queries import approvals as approval_queries
from storage.queries import people
from storage.queries import rounds as round_queries
from storage.tables.rounds import Attempt, Contribution, Round
from storage.vocabulary import AttemptState, Role, Stage, Subject


def freeze(round_id: int, context: Context, reason: str = "") -> None:
    """Freeze who may be drawn and who may inspect, announce fingerprint and commitment, invite the witnesses."""
    round_ = round_queries.locked_round(context.session, round_id)
    advance(round_, Stage.CEREMONY, {Stage.AWAITING_APPROVAL, Stage.CEREMONY}, "冻结名单")
    if round_queries.last_attempt(context.session, round_id) is None:  # a redraw goes on, whatever became of the item since
        for item in items_of(context, round_):
            listing.may_draw(item)
    for item in items_of(context, round_):
        guiding.settle(context.session, round_, item)
    plan = framing.plan(context, round_, items_of(context, round_))
    if not plan.candidates:
        raise NoCandidates(item=item_names(context, round_), area="本次范围内", reasons=f"名录在提交后有变化；{plan.why_none()}")
    round_.approver_id, round_.approved_at, round_.inspect_by = context.actor.person_id, context.now, plan.inspect_by
    round_.batch_count = plan.batch_count
    context.session.add(round_)
    attempt = _new_attempt(context, round_, plan, reason)
    witnesses = people.holders_upwards(context.session, Role.WITNESS, round_.bureau_code)
    if not witnesses:
        raise NoWitness
    context.session.add_all([Contribution(attempt_id=key(attempt), person_id=person_id) for person_id in witnesses])
    _announce(context, round_, attempt, plan, witnesses)


def redraw(round_id: int, reason: str, context: Context) -> None:
    """Abort the attempt, publish its secret, and freeze anew under the next number; the old attempt stays on record."""
    attempt = round_queries.last_attempt(context.session, round_id)
    if attempt is None or attempt.state is not AttemptState.FROZEN:
        raise NoDraw(number="")
    attempt.state, attempt.reason = AttemptState.ABORTED, reason
    context.session.add(attempt)
    settle_seats(context, attempt, f"{context.moment} 本次尝试已中止：{reason}")
    context.ledger.write("attempt_aborted", f"attempt:{attempt.id}", reason=reason, secret=context.around.seal.open(attempt.sealed_secret))
    freeze(round_id, context, reason)


def close_ceremony(attempt: Attempt, context: Context) -> None:
    """When the time is over: draw if a witness has spoken, else ask the approver."""
    if round_queries.contributions(context.session, key(attempt)):
        draw_next(context, attempt)
        return
    round_ = context.session.get_one(Round, attempt.round_id)
    if approval_queries.pending_about(context.session, Subject.REDRAW, key(round_)) is not None:
        return
    settle_seats(context, attempt, f"{context.moment} 见证时间已过")
    request = approving.Request(
        Subject.REDRAW,
        key(round_),
        round_.bureau_code,
        f"无人参与摇号见证 {round_.number}",
        approving.approvers_again(context, round_),
        {"情况": "见证时间已过，没有监督人参与，没有抽取。", "同意": "重新冻结名单、重新邀请监督人，本次尝试留存备查。"},
        key(round_),
        "无人参与见证",
        barred=frozenset({round_.initiator_id}),
    )
    approving.ask(context, request)


def draw_next(context: Context, attempt: Attempt) -> None:
    """Let the assistant draw in a transaction of its own; the key makes it happen once."""
    context.follow_with(f"draw:{attempt.id}", to_json(RunDraw(key(attempt))))


def prolong(round_id: int, context: Context) -> None:
    """Leave the attempt as it is, open to the witnesses for as long again."""
    attempt = round_queries.last_attempt(context.session, round_id)
    if attempt is None or attempt.state is not AttemptState.FROZEN:
        return
    attempt.ends_at = context.now + timedelta(minutes=context.policy.ceremony_minutes)
    context.session.add(attempt)
    context.ledger.write("ceremony_prolonged", f"attempt:{attempt.id}", until=attempt.ends_at.isoformat())
    round_ = context.session.get_one(Round, round_id)
    waiting = [seat.person_id for seat in round_queries.seats(context.session, key(attempt)) if seat.position is None]
    for person_id in waiting:
        button = (Button("参与摇号", Contribute(key(attempt))),)
        context.outbox.put(
            Card(f"再次邀请见证摇号 {round_.number}", "见证时间已延长。", {}, button, seat_subject(attempt, person_id)), [person_id]
        )


def settle_seats(context: Context, attempt: Attempt, note: str) -> None:
    """Close the invitations that nobody has answered."""
    for seat in round_queries.seats(context.session, key(attempt)):
        context.outbox.settle(seat_subject(attempt, seat.person_id), note)


def seat_subject(attempt: Attempt, person_id: int) -> str:
    """Return what a witness's invitation is about: each is settled by itself."""
    return f"attempt:{attempt.id}:seat:{person_id}"


def _new_attempt(context: Context, round_: Round, plan: framing.Plan, reason: str) -> Attempt:
    """Keep the frozen texts and the sealed secret of a further attempt."""
    number = 1 + len(round_queries.attempts(context.session, key(round_)))
    frame, staff = plan.texts(round_.number, number)
    secret = context.around.new_secret()
    attempt = Attempt(
        round_id=key(round_),
        number=number,
        state=AttemptState.FROZEN,
        frame_fingerprint=fingerprint(frame),
        people_fingerprint=fingerprint(staff),
        commitment=ceremony.commitment(secret),
        sealed_secret=context.around.seal.close(secret),
        reason=reason,
        frozen_at=context.now,
        ends_at=context.now + timedelta(minutes=context.policy.ceremony_minutes),
    )
    context.session.add(attempt)
    context.session.flush()
    frames.keep(context.session, key(attempt), frames.FRAME, frame)
    frames.keep(context.session, key(attempt), frames.PEOPLE, staff)
    context.ledger.write(
        "frame_frozen",
        f"attempt:{attempt.id}",
        number=round_.number,
        attempt=number,
        frame=attempt.frame_fingerprint,
        inspectors=attempt.people_fingerprint,
        commitment=attempt.commitment,
        **({"matrix": plan.matrix_version} if plan.matrix_version else {}),
    )
    return attempt


def _announce(context: Context, round_: Round, attempt: Attempt, plan: framing.Plan, witnesses: list[int]) -> None:
    """Tell initiator, approver and witnesses what was frozen, and invite the witnesses."""
    fields = {
        "任务": f"{round_.number}（第 {attempt.number} 次）",
        "候选": f"{len(plan.candidates)} 户，抽 {plan.drawn_count} 户",
        "名单指纹": attempt.frame_fingerprint,
        "密钥承诺": attempt.commitment,
        "见证截止": attempt.ends_at.astimezone(BEIJING).strftime("%m-%d %H:%M"),
    }
    title = f"名单已冻结 {round_.number}"
    others = [person_id for person_id in (round_.initiator_id, round_.approver_id) if person_id and person_id not in witnesses]
    context.outbox.put(Card(title, "监督人参与摇号后自动抽取。", fields), others)
    invitation = "点“参与摇号”，或发送任意一句话，都会计入种子。谁也不能提前知道结果。"
    button = (Button("参与摇号", Contribute(key(attempt))),)
    for person_id in witnesses:
        context.outbox.put(Card(f"邀请见证摇号 {round_.number}", invitation, fields, button, seat_subject(attempt, person_id)), [person_id])
