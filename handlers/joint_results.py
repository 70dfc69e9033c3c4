"""Let each department publish what it found on a joint inspection (各部门公示各自的结果), 二(七), 二(八)."""

from handlers.acts.finding import Row, key
from handlers.acts.publishers import rows_of
from handlers.acts.publishing import publication_card, publish_rows
from handlers.context import Context
from handlers.errors import NothingToPublish
from handlers.speech.cards import Card, say
from handlers.speech.joint_commands import PublishOwn, ShowOwnResults
from storage.queries import publications as publication_queries
from storage.queries import rounds as round_queries
from storage.tables.people import Bureau
from storage.tables.rounds import Round
from storage.vocabulary import PublicationState, Stage


def show_own_results(command: ShowOwnResults, context: Context) -> Card:
    """Show what the actor's department is to publish of a round."""
    round_ = context.session.get_one(Round, command.round_id)
    _waiting(context, round_)
    return publication_card(context, round_, _department(context))


def publish_own(command: PublishOwn, context: Context) -> Card:
    """Publish what was shown; the other departments publish theirs."""
    round_ = round_queries.locked_round(context.session, command.round_id)
    rows, department = _waiting(context, round_), _department(context)
    note = f"{context.actor.name} {context.moment} 已公示 {len(rows)} 条结果"
    context.outbox.settle(f"round:{round_.id}:publication:{department.code}", note)
    publish_rows(context, round_, rows)
    address = f"{context.policy.address}/public/rounds/{round_.number}"
    return say(f"{department.name}在任务 {round_.number} 的 {len(rows)} 条检查结果已公示：{address}")


def _waiting(context: Context, round_: Round) -> list[Row]:
    """Return what the actor's department hasn't published yet. Raises NothingToPublish."""
    rows = rows_of(context, publication_queries.with_targets(context.session, key(round_)), _department(context))
    waiting = [row for row in rows if row[0].state is PublicationState.DUE]
    if not waiting or round_.stage is not Stage.PUBLISHING:
        stage = "本部门的结果已经公示" if rows and not waiting else round_.stage.label
        raise NothingToPublish(number=round_.number, stage=stage, short=str(int(round_.number.rsplit("-", 1)[1])))
    return waiting


def _department(context: Context) -> Bureau:
    """Return the department to which the actor belongs."""
    return context.session.get_one(Bureau, context.actor.bureau_code)
