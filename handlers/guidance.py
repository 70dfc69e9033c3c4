"""Help people along (帮助、返回、取消): only what this person may do, with an example each."""

from handlers.context import Context
from handlers.errors import NothingToLeave
from handlers.speech.cards import Button, Card, Question, question, say
from handlers.speech.commands import GoBack, Help, LeaveDialogue, ListDuties
from handlers.speech.grammar import PHRASES, Phrase
from handlers.speech.verbs import Command
from storage.tables.conversation import OpenQuestion, ShownCard

FIRST = 10


def explain(command: Help, context: Context, allowed: set[type[Command]]) -> Card:
    """List what the actor may do, as buttons; with a topic, explain that one."""
    mine = [phrase for phrase in PHRASES if type(phrase.read("")) in allowed]
    about = next((phrase for phrase in mine if command.topic in (phrase.word, *phrase.aliases)), None)
    if about is not None:
        button = phrase_button(about)
        return Card(f"帮助 {about.word}", f"{about.meaning}。\n例如：{about.example}", {}, (button,) if button else ())
    roles = "、".join(sorted(role.label for role in context.actor.roles))
    text = f"{context.actor.name}（{roles}），您可以：" if roles else f"{context.actor.name}，您还没有角色，请联系管理员。"
    buttons = tuple(button for phrase in mine[: FIRST * 2] if (button := phrase_button(phrase)))
    return Card("双随机助手", text, {phrase.word: f"{phrase.meaning}，如：{phrase.example}" for phrase in mine}, buttons[:FIRST])


def phrase_button(phrase: Phrase) -> Button | None:
    """Return a button that says the word."""
    command = phrase.read("")
    return Button(phrase.word, command) if command is not None else None


def go_back(command: GoBack, context: Context) -> Card:
    """There was no step to go back to."""
    raise NothingToLeave


def leave_dialogue(command: LeaveDialogue, context: Context) -> Card:
    """Close what is being asked (取消、退出); what was entered so far stays, and one tap goes on."""
    row = context.session.get(OpenQuestion, context.actor.person_id)
    if row is None:
        raise NothingToLeave
    asked: Question = question(row.body)
    if row.card_id and (card := context.session.get(ShownCard, row.card_id)) is not None:
        context.outbox.settle_card(card, f"{context.moment} 已退出，可继续")
    context.session.delete(row)
    return say("已退出，填过的内容都保留。", Button("继续", asked.command), Button("待办", ListDuties()))
