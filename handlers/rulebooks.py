"""Show the rulebook (抽查工作细则), 二(四): its outline, or the paragraphs that hold a word; the city's first, then the county's own."""

import re

from handlers.context import BEIJING, Context
from handlers.errors import HandlerError
from handlers.speech.cards import Card, File, Question
from handlers.speech.list_commands import ShowRulebook
from storage.queries import guides, people, registers
from storage.tables.guides import Rulebook

HEADING = re.compile(r"(?:第[一二三四五六七八九十百]+[章节]|[一二三四五六七八九十]+、).{1,30}")
OUTLINE, SHOWN, LONGEST = 14, 6, 200


class NoRulebook(HandlerError):
    """还没有抽查工作细则。请法规科把 Word 文件（标题含“细则”）直接发给我。"""


class NotInRulebook(HandlerError):
    """细则里没有找到“{keyword}”。发送“细则”看目录，或换一个词。"""


def show_rulebook(command: ShowRulebook, context: Context) -> Card:
    """Show the rulebook of the city and of one's own county (细则 [关键字])."""
    reach = registers.upwards(context.session, context.actor.bureau_code)
    books = [rows[0] for code in reversed(reach) if (rows := guides.rulebooks(context.session, code))]
    if not books:
        raise NoRulebook
    keyword = command.keyword.strip()
    if keyword:
        return _search(context, books, keyword)
    for book in books[1:]:
        context.outbox.put(_outline(context, book), [context.actor.person_id])
    return _outline(context, books[0])


def _outline(context: Context, book: Rulebook) -> Card:
    """Return a rulebook's facts and headings, with the file as it was sent."""
    headings = [line for line in book.paragraphs if HEADING.fullmatch(line)][:OUTLINE]
    fields = {
        "制定": people.bureau_name(context.session, book.bureau_code),
        "版本": f"第 {book.version} 版，{book.made_at.astimezone(BEIJING):%Y-%m-%d} 起用",
    }
    text = "\n".join(headings) if headings else "\n".join(line[:LONGEST] for line in book.paragraphs[1:4])
    asked = Question(ShowRulebook(), "keyword")
    return Card(book.title, f"{text}\n要查哪一条？请输入关键字，如“监督人”。", fields, file=File(book.file_name, book.medium), asks=asked)


def _search(context: Context, books: list[Rulebook], keyword: str) -> Card:
    """Return the paragraphs that hold the word, under their headings."""
    found: dict[str, str] = {}
    for book in books:
        heading = book.title
        for place, line in enumerate(book.paragraphs, 1):
            heading = line if HEADING.fullmatch(line) else heading
            if keyword in line and line != heading:
                found[f"{heading}（{place}）" if heading in found else heading] = line
    if not found:
        raise NotInRulebook(keyword=keyword)
    shown = dict(list(found.items())[:SHOWN])
    more = f"，先列 {SHOWN} 处" if len(found) > SHOWN else ""
    names = "、".join(f"{people.bureau_name(context.session, book.bureau_code)}第 {book.version} 版" for book in books)
    return Card(f"细则 {keyword}", f"{names}，共 {len(found)} 处{more}。", shown)
