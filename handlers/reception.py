"""Understand what somebody said or tapped, in the light of what they're being asked (听懂来意), and hand it to the table of rules."""

from dataclasses import dataclass, replace
from typing import Any

from handlers.acts.answering import LOCATION, PHOTO
from handlers.acts.demanding import FILE
from handlers.context import Context
from handlers.errors import (
    AlreadySettled,
    FileTooLarge,
    NotAChoice,
    NothingToLeave,
    NotYourCard,
    PhotoTooLarge,
    PhotoWithoutPlace,
    UnknownCard,
    UnknownWord,
    WrongKind,
)
from handlers.guidance import phrase_button
from handlers.router import BY_COMMAND, dispatch, may
from handlers.rules.recording import DOCUMENT
from handlers.speech import grammar
from handlers.speech.cards import Button, Card, Question, question
from handlers.speech.commands import AnswerRecord, Contribute, GoBack, ImportFile, LeaveDialogue, RecordInspection, RecordTip
from handlers.speech.verbs import Command, from_words
from handlers.speech.wording import nearest, normalize
from storage.queries import cards as card_queries
from storage.queries import inspections as inspection_queries
from storage.queries import rounds as round_queries
from storage.tables.conversation import OpenQuestion, ShownCard
from storage.vocabulary import CardState

MEGABYTE = 1024 * 1024
MOST_LIVE = 5
MOST_SEARCHED = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """The open question, and the labels of its card."""

    question: Question
    card: ShownCard | None

    @property
    def choices(self) -> list[str]:
        """What the buttons say."""
        return [] if self.card is None else [button["label"] for button in self.card.body["buttons"]]

    def chosen(self, said: str) -> Command | None:
        """Return the command of the button that was named, by its label or its number."""
        if self.card is None:
            return None
        for number, button in enumerate(self.card.body["buttons"], 1):
            if said in (button["label"], str(number)):
                return from_words(button["command"])
        return None


def receive(heard: dict[str, Any], context: Context) -> Card:
    """Carry out what was said: find the command, dispatch it, and close the question that it answers."""
    asked = _open_question(context)
    command = _command(heard, context, asked)
    if isinstance(command, GoBack):
        command = _back(asked)
    if isinstance(command, LeaveDialogue):
        return dispatch(command, context)
    answers = asked is not None and _answers(command, asked)
    card = dispatch(command, context)
    if answers and asked is not None:
        _close(context, asked, heard)
        if card.asks is None:
            context.forget_question()
    return card


def _command(heard: dict[str, Any], context: Context, asked: Asked | None) -> Command:
    """Return the command that a message means."""
    match heard["heard"]:
        case "command":
            return from_words(heard["command"])
        case "tap":
            return _tapped(heard, context)
        case "photo":
            return _photographed(heard, context, asked)
        case "file":
            return _sent_file(heard, asked)
        case "location":
            return _located(heard, asked)
        case "text":
            return _said(str(heard.get("text", "")), context, asked)
        case other:
            raise WrongKind(needed="文字、照片、文件或位置", got=f"暂不支持的消息（{other}）", advice="发送“帮助”看看能做什么。")


def _tapped(heard: dict[str, Any], context: Context) -> Command:
    """Return the command behind a button; a card of somebody else's, or one acted on, changes nothing and says so."""
    card = context.live_card(str(heard.get("card", "")))
    if card is None:
        raise UnknownCard
    if card.person_id != context.actor.person_id:
        raise NotYourCard
    command = next((from_words(button["command"]) for button in card.body["buttons"] if button["label"] == heard.get("button")), None)
    if command is None:
        raise UnknownCard
    if card.state is not CardState.LIVE:
        raise AlreadySettled(note=card.note)
    return command


def _said(text: str, context: Context, asked: Asked | None) -> Command:
    """Return the command that a text means: an answer, a command word, a button's label, or a witness's words."""
    said = normalize(text)
    if asked is not None:
        answer = _answer(text, said, asked)
        if answer is not None:
            return answer
    command = _in_own_words(grammar.read(said), text)
    if command is not None and not (asked is None and isinstance(command, GoBack | LeaveDialogue)):
        return command
    labelled = _labelled(said, context) or command
    if labelled is not None:
        return labelled
    if asked is not None:
        raise NotAChoice(choices="、".join(asked.choices))
    seat = round_queries.open_seat_of(context.session, context.actor.person_id)
    if seat is not None and said:
        return Contribute(seat.attempt_id, text)
    raise _unknown(text, said, context)


def _in_own_words(command: Command | None, text: str) -> Command | None:
    """Return the command with a tip's words as they were typed, not as they were made alike for comparing."""
    typed = text.partition(grammar.TIP)[2].strip()
    return replace(command, wording=typed) if isinstance(command, RecordTip) and command.wording and typed else command


def _answer(text: str, said: str, asked: Asked) -> Command | None:
    """Return the answer to the open question; inside a free text only a bare command word is a command."""
    word = grammar.read_word(said)
    if isinstance(word, GoBack | LeaveDialogue):
        return word
    chosen = asked.chosen(said)
    if chosen is not None:
        return chosen
    if not asked.question.is_free or word is not None:
        return word
    whole = grammar.read(said)
    if type(whole) is type(asked.question.command):  # the same thing said anew, whole
        return whole
    return replace(asked.question.command, **{asked.question.field: text.strip()})


def _labelled(said: str, context: Context) -> Command | None:
    """Return the command of the one live card that has a button with this label; of several, ask which."""
    cards = [
        (card, button)
        for card in card_queries.live_of(context.session, context.actor.person_id, MOST_SEARCHED)
        for button in card.body["buttons"]
        if button["label"] == said
    ]
    cards = cards or _numbered(said, context)
    commands = {str(button["command"]): from_words(button["command"]) for _, button in cards}
    if len(commands) == 1:
        return next(iter(commands.values()))
    if commands:
        titles = "；".join(dict.fromkeys(card.body["title"] for card, _ in cards[:MOST_LIVE]))
        raise NotAChoice(choices=f"{titles}（有多张卡片可以“{said}”，请在卡片上点）")
    return None


def _numbered(said: str, context: Context) -> list[tuple[ShownCard, dict[str, Any]]]:
    """Return the newest live card's button with this number: numbered answers work on every messenger."""
    newest = card_queries.live_of(context.session, context.actor.person_id, 1)
    if not newest or not said.isdecimal() or not 1 <= int(said) <= len(newest[0].body["buttons"]):
        return []
    return [(newest[0], newest[0].body["buttons"][int(said) - 1])]


def _photographed(heard: dict[str, Any], context: Context, asked: Asked | None) -> Command:
    """A photo belongs to the question being answered, else to the one record that the person has begun."""
    attached = heard["attached"]
    if not attached["medium"]:
        limit = context.policy.photo_limit // MEGABYTE
        raise PhotoTooLarge(size=f"{attached['size'] / MEGABYTE:.1f}", limit=limit)
    answer = PHOTO + attached["medium"]
    if asked is not None and isinstance(asked.question.command, AnswerRecord):
        return replace(asked.question.command, answer=answer)
    if asked is not None and asked.question.is_free:
        raise WrongKind(needed="文字", got="照片", advice="请用文字回复；检查照片请先发送“录入”再发。")
    begun = [
        row
        for row in inspection_queries.open_for(context.session, context.actor.person_id)
        if row.recorder_id == context.actor.person_id and row.id is not None
    ]
    if len(begun) != 1:
        raise PhotoWithoutPlace
    return AnswerRecord(begun[0].id or 0, "summary", answer)


def _sent_file(heard: dict[str, Any], asked: Asked | None) -> Command:
    """A file is a document that is being waited for, else a register to import."""
    attached = heard["attached"]
    if not attached["medium"]:
        raise FileTooLarge(size=f"{attached['size'] / MEGABYTE:.1f}")
    answering = asked.question.command if asked is not None else None
    if isinstance(answering, AnswerRecord) and answering.step.startswith(DOCUMENT):
        return replace(answering, answer=f"{FILE}{attached['medium']}:{attached['name']}")
    return ImportFile(attached["medium"], attached["name"])


def _located(heard: dict[str, Any], asked: Asked | None) -> Command:
    """A location belongs to the record that is being written."""
    if asked is None or not isinstance(asked.question.command, AnswerRecord):
        raise WrongKind(needed="文字", got="位置", advice="位置用于检查记录，请先发送“录入”。")
    return replace(asked.question.command, answer=LOCATION + str(heard.get("place", "")))


def _back(asked: Asked | None) -> Command:
    """Return where 返回 leads from the open question."""
    if asked is None:
        raise NothingToLeave
    return asked.question.back if asked.question.back is not None and not isinstance(asked.question.back, GoBack) else LeaveDialogue()


def _answers(command: Command, asked: Asked) -> bool:
    """Whether a command belongs to the dialogue of the open question."""
    kind = type(asked.question.command)
    if isinstance(command, AnswerRecord | RecordInspection):
        return kind is AnswerRecord
    return isinstance(command, kind)


def _close(context: Context, asked: Asked, heard: dict[str, Any]) -> None:
    """Take the live buttons from the question's card, and show the answer on it."""
    if asked.card is None or asked.card.subject.startswith("record:"):
        return
    said = str(heard.get("text") or heard.get("button") or "").strip()
    if said:
        context.outbox.settle_card(asked.card, f"已答：{said[:40]}")


def _open_question(context: Context) -> Asked | None:
    """Return what the actor is being asked just now."""
    row = context.session.get(OpenQuestion, context.actor.person_id)
    if row is None:
        return None
    return Asked(question(row.body), context.live_card(row.card_id) if row.card_id else None)


def _unknown(text: str, said: str, context: Context) -> UnknownWord:
    """Offer the closest commands that this person may give, never a bare error."""
    allowed = [phrase for phrase in grammar.PHRASES if (command := phrase.read("")) is not None and may(BY_COMMAND[type(command)], context)]
    first = said.partition(" ")[0]
    near = nearest(first, [phrase.word for phrase in allowed])
    offered = [phrase for phrase in allowed if phrase.word in near] or [phrase for phrase in allowed if phrase.word in ("帮助", "待办")]
    buttons = [button for phrase in offered if (button := phrase_button(phrase)) is not None]
    hint = "你是不是想：" if near else "发送“帮助”看看能做什么："
    return UnknownWord(*(Button(button.label, button.command) for button in buttons), text=text.strip()[:30], hint=hint)
