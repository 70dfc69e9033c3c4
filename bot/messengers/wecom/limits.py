"""Hold how much a template card may carry (卡片限制): the app's table, and the smaller one of the AI bot."""

from dataclasses import dataclass

TEXT = 2048  # bytes of a text or Markdown message of the app
BOT_MARKDOWN = 20480  # bytes of the bot's Markdown
KEY = 1024  # bytes of a button's key
OPTION_ID = 128  # bytes of a choice's id


@dataclass(frozen=True, slots=True)
class Limits:
    """Lengths in characters, lists in entries; path/90236 for the app, path/101032 for the bot."""

    title: int
    title_desc: int
    sub_title: int
    value: int
    option: int
    selection: int
    message: int
    keyname: int = 5
    facts: int = 6
    button: int = 10
    buttons: int = 6
    options: int = 20
    selects: int = 3
    selections: int = 10
    is_markdown_only: bool = False


APP = Limits(title=36, title_desc=44, sub_title=160, value=30, option=17, selection=16, message=TEXT)
BOT = Limits(title=26, title_desc=30, sub_title=112, value=26, option=11, selection=10, message=BOT_MARKDOWN, is_markdown_only=True)
