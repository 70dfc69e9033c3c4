"""Let anybody check a draw (验证), 二(五): what was announced, what was drawn, and how to recompute it oneself."""

from handlers.acts.finding import find_round, key
from handlers.context import Context
from handlers.errors import NoDraw, NotDrawn
from handlers.rules.proofs import verify
from handlers.speech.cards import Card, Paper
from handlers.speech.commands import ShowProof
from storage import frames
from storage.queries import rounds as round_queries
from storage.tables.rounds import Attempt, Round
from storage.vocabulary import AttemptState, Role, RoundKind, Stage

HOLD_ALL = (Role.WITNESS, Role.LEGAL, Role.LEADER)


def show_proof(command: ShowProof, context: Context) -> Card:
    """Recompute the draw before the person's eyes and hand over the texts they may see."""
    round_ = find_round(context, command.number)
    attempts = round_queries.attempts(context.session, key(round_))
    if round_.kind is RoundKind.TIP:
        raise NotDrawn(number=round_.number)
    if not attempts:
        raise NoDraw(number=round_.number)
    attempt = attempts[-1]
    fields = {
        "任务": f"{round_.number}（第 {attempt.number} 次，共 {len(attempts)} 次）",
        "状态": attempt.state.label,
        "名单指纹": attempt.frame_fingerprint,
        "密钥承诺": attempt.commitment,
    }
    if attempt.state is not AttemptState.DRAWN:
        return Card(f"验证 {round_.number}", "还没有抽取。指纹和承诺已经公布，抽取后可以核对。", fields)
    texts = frames.read(context.session, key(attempt))
    verdict = verify(frames.bundle(texts))
    fields["种子"] = attempt.seed
    fields |= {check.name: ("✓ " if check.ok else "✗ ") + check.sentence for check in verdict.checks}
    fields["自行核对"] = f"{context.policy.address}/public/rounds/{round_.number}"
    head = "已从冻结的名单和种子重新计算一遍，结果一致。" if verdict.ok else "重新计算的结果不一致，请立即联系法规科！"
    paper = Paper(f"摇号证据-{round_.number}.zip", "proof", key(attempt)) if _holds_all(context, round_, attempt) else None
    return Card(f"验证 {round_.number}", head, fields, file=paper)


def _holds_all(context: Context, round_: Round, attempt: Attempt) -> bool:
    """Whether the person holds the whole proof from the moment of the draw: initiator, approver, witnesses, legal; the section too when done."""
    seats = {seat.person_id for seat in round_queries.seats(context.session, key(attempt))}
    named = {round_.initiator_id, round_.approver_id, *seats}
    done = round_.stage in (Stage.PUBLISHING, Stage.CLOSED) and context.actor.holds(Role.CHIEF, Role.OFFICER)
    return context.actor.person_id in named or context.actor.holds(*HOLD_ALL) or done
