"""Say what is stale, incomplete or contradictory in the directories (名录体检), 二(二): in numbers on the card, row by row in the Excel."""

from collections import Counter

from handlers.acts.register_health import findings
from handlers.context import Context
from handlers.speech.cards import Button, Card, Paper, say
from handlers.speech.commands import ExplainImport
from handlers.speech.register_commands import CheckRegisters
from storage.vocabulary import Role

EXAMPLES = 2


def check_registers(command: CheckRegisters, context: Context) -> Card:
    """Look over what the actor's bureau keeps and sees; what is found is mended by importing the row again."""
    found = list(findings(context.session, context.actor.bureau_code, context.today))
    if not found:
        return say("名录体检：没有发现过时、不完整或矛盾的内容。")
    groups = Counter((directory, row.kind) for directory, row in found)
    fields = {}
    for (directory, kind), count in groups.items():
        some = [f"{row.name}：{row.sentence}" for place, row in found if (place, row.kind) == (directory, kind)][:EXAMPLES]
        fields[f"{directory} {kind}"] = f"{count} 处，如 {'；'.join(some)}"
    rows = len({(directory, row.key) for directory, row in found})
    text = f"{rows} 条记录有 {len(found)} 处要核对，附件逐条列出。请在名录文件里改好再导入；本单位只能改本单位的。"
    buttons = (Button("导入", ExplainImport()),) if context.actor.holds(Role.OFFICER, Role.LEGAL, Role.ADMIN) else ()
    file = Paper(f"名录体检-{context.today}.xlsx", "health", 0, context.actor.bureau_code)
    return Card("名录体检", text, fields, buttons, file=file)
