"""Tell the whole story of a round: who did what, when, and through which messenger (留痕), 二(五), 三(二)."""

from handlers.acts.finding import find_round, key, short
from handlers.acts.tracing import story_of
from handlers.context import BEIJING, Context
from handlers.errors import NoRound
from handlers.speech.cards import Card, Paper
from handlers.speech.deeds import deed
from handlers.speech.oversight_commands import ShowTrace
from storage.queries import people

SHOWN = 12


def show_trace(command: ShowTrace, context: Context) -> Card:
    """Show the last acts in chat; all of them, with their hashes, go along as a sheet."""
    if not command.number:
        raise NoRound(number="（没有填写任务号）")
    round_ = find_round(context, command.number)
    acts = story_of(context.session, key(round_))
    names = people.names(context.session, [act.actor for act in acts if act.actor])
    lines = [
        f"{act.at.astimezone(BEIJING):%m-%d %H:%M} {deed(act.act)}（{names.get(act.actor or 0, people.ASSISTANT.name)}）" for act in acts
    ]
    ahead = f"共 {len(acts)} 条" + (f"，先列最近 {SHOWN} 条" if len(acts) > SHOWN else "") + "，全部见附件。"
    fields = {"环节": round_.stage.label, "末条哈希": acts[-1].hash} if acts else {}
    paper = Paper(f"留痕-{round_.number}.xlsx", "trace", key(round_))
    return Card(
        f"留痕 {round_.number}",
        "\n".join([ahead, *lines[-SHOWN:]]),
        fields | {"核验": f"账本完整性由管理员用 ledger verify 核验；证据发送“验证 {short(round_)}”"},
        file=paper,
    )
