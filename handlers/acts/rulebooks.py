"""Keep versions of the rulebook (抽查工作细则), 二(四): the city's by 法规科, a county's own by the county."""

from handlers.context import Context
from handlers.errors import Refused
from handlers.rules.districts import CITY
from handlers.speech.cards import Button, Card
from handlers.speech.list_commands import ShowRulebook
from storage.queries import guides, lists
from storage.tables.guides import Rulebook
from storage.vocabulary import Role

LONGEST_TITLE = 80


class NotYourRulebook(Refused):
    """全市统一的细则由法规科制定，您不能导入。县局可以导入本级的补充细则。"""


def keep(context: Context, file_name: str, medium: str, paragraphs: list[str]) -> Card:
    """Keep the paragraphs as the bureau's next rulebook; the same text again changes nothing. Raises NotYourRulebook."""
    bureau = context.actor.bureau_code
    if bureau == CITY and not context.actor.holds(Role.LEGAL):
        raise NotYourRulebook
    lists.hold(context.session, bureau)
    last = next(iter(guides.rulebooks(context.session, bureau)), None)
    if last is not None and last.paragraphs == paragraphs:
        return Card(text=f"与现行的第 {last.version} 版相同，没有变化。")
    version = last.version + 1 if last else 1
    title = next((line for line in paragraphs[:3] if "细则" in line), file_name.rpartition(".")[0])[:LONGEST_TITLE]
    book = Rulebook(
        bureau_code=bureau,
        version=version,
        title=title,
        paragraphs=paragraphs,
        file_name=file_name,
        medium=medium,
        made_by=context.actor.person_id,
        made_at=context.now,
    )
    context.session.add(book)
    context.session.flush()
    context.ledger.write("rulebook_kept", f"rulebook:{book.id}", version=version, file=file_name, medium=medium)
    text = f"《{title}》第 {version} 版已起用，共 {len(paragraphs)} 段。已经开展的任务仍按开展时的版本。"
    return Card(text=text, buttons=(Button("细则", ShowRulebook()),))
