"""Draw targets and match inspectors (随机抽取、随机匹配), 二(五): let the witnesses speak, then draw from the frozen texts alone."""

from handlers.acts import approving
from handlers.acts.finding import key
from handlers.acts.freezing import draw_next, seat_subject, settle_seats
from handlers.acts.setting_out import set_out, tell_result, tell_shortages
from handlers.acts.stages import advance
from handlers.context import BEIJING, Context
from handlers.errors import AlreadyContributed, CeremonyOver, TooShort
from handlers.rules import ceremony, drawing, matching
from handlers.rules.frozen_texts import fingerprint, read_frame, read_people
from handlers.speech.cards import Card, Question, say
from handlers.speech.commands import AskRedraw, Contribute, GoBack, RunDraw
from storage import frames
from storage.queries import rounds as round_queries
from storage.tables.rounds import Round
from storage.vocabulary import AttemptState, Stage, Subject


def contribute(command: Contribute, context: Context) -> Card:
    """Take a witness's words into the seed (参与摇号); when all have spoken, the draw runs."""
    attempt = round_queries.locked_attempt(context.session, command.attempt_id)
    round_ = context.session.get_one(Round, attempt.round_id)
    if attempt.state is not AttemptState.FROZEN:
        raise CeremonyOver(number=round_.number, state=attempt.state.label)
    seats = round_queries.seats(context.session, command.attempt_id)
    seat = next(row for row in seats if row.person_id == context.actor.person_id)
    if seat.position is not None:
        raise AlreadyContributed
    seat.position = 1 + sum(row.position is not None for row in seats)
    seat.words = ceremony.clean_contribution(command.words) or f"参与摇号 {context.now.astimezone(BEIJING).isoformat()}"
    seat.given_at = context.now
    context.session.add(seat)
    context.outbox.settle(seat_subject(attempt, seat.person_id), f"{context.actor.name} {context.moment} 已参与摇号")
    context.ledger.write("contribution_given", f"attempt:{attempt.id}", words=seat.words, position=seat.position)
    waiting = sum(row.position is None for row in seats)
    if not waiting:
        draw_next(context, attempt)
    rest = f"还在等 {waiting} 位监督人。" if waiting else "监督人已全部参与，马上开始抽取。"
    return say(f"已计入任务 {round_.number} 的摇号种子：“{seat.words}”。{rest}")


def ask_redraw(command: AskRedraw, context: Context) -> Card:
    """Ask for a further attempt while nothing is drawn yet; it needs a reason and a second person."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    advance(round_, Stage.CEREMONY, {Stage.CEREMONY}, "重新摇号")
    if command.reason is None:
        ask = Question(command, "reason", back=GoBack())
        return Card(text=f"请说明任务 {round_.number} 为什么要重新组织摇号：", asks=ask)
    if len(command.reason.strip()) < 2:
        raise TooShort(what="理由", least=2)
    approvers = approving.approvers_again(context, round_)
    title = f"重新摇号待审批 {round_.number}"
    fields = {"情况": "本次尝试还没有抽取；同意后重新冻结，原尝试和理由一并公开。"}
    request = approving.Request(
        Subject.REDRAW,
        key(round_),
        round_.bureau_code,
        title,
        approvers,
        fields,
        key(round_),
        command.reason.strip(),
        barred=frozenset({round_.initiator_id}),
    )
    approving.ask(context, request)
    return say(f"任务 {round_.number} 重新摇号的申请已提交审批。")


def run_draw(command: RunDraw, context: Context) -> Card:
    """Draw and match from the frozen texts alone, once; whoever asks again gets what was drawn."""
    attempt = round_queries.locked_attempt(context.session, command.attempt_id)
    if attempt.state is not AttemptState.FROZEN:
        return say("这次摇号已经完成。")
    round_ = round_queries.locked_round(context.session, attempt.round_id)
    texts = frames.read(context.session, command.attempt_id)
    frame, staff = read_frame(texts[frames.FRAME]), read_people(texts[frames.PEOPLE])
    said = [(f"w{row.person_id}", row.words or "") for row in round_queries.contributions(context.session, command.attempt_id)]
    seed_text = ceremony.seed_text(attempt.frame_fingerprint, context.around.seal.open(attempt.sealed_secret), said)
    seed = ceremony.seed(seed_text)
    drawn = drawing.draw_targets(frame, seed)
    roster = matching.roster_of(frame, staff, drawn.codes, seed)
    matched = matching.match_teams(roster)
    for name, body in (
        (frames.SEED, seed_text),
        (frames.RESULT, drawing.result_text(drawn)),
        (frames.TEAMS, matching.teams_text(matched)),
    ):
        frames.keep(context.session, command.attempt_id, name, body)
    attempt.state, attempt.seed, attempt.drawn_at = AttemptState.DRAWN, seed, context.now
    advance(round_, Stage.INSPECTING, {Stage.CEREMONY}, "抽取")
    context.session.add_all([attempt, round_])
    settle_seats(context, attempt, f"{context.moment} 已抽取")
    context.ledger.write(
        "targets_drawn",
        f"attempt:{attempt.id}",
        number=round_.number,
        attempt=attempt.number,
        seed=seed,
        drawn=list(drawn.codes),
        result=fingerprint(drawing.result_text(drawn)),
        teams=fingerprint(matching.teams_text(matched)),
    )
    joined = set_out(context, round_, drawn, matched)
    tell_result(context, round_, attempt, drawn, joined)
    tell_shortages(context, round_, frame, roster, matched)
    return say(f"任务 {round_.number} 已抽取。")
