"""Hold what is drawn for DingTalk to its limits (钉钉排版): everything fits, nothing is lost, nothing is smuggled in."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messengers.dingtalk import cards
from bot.messengers.dingtalk.rendering import MARKDOWN_LIMIT, TEXT_LIMIT, parameter, render
from bot.messengers.dingtalk.settings import DingTalkSettings
from bot.messengers.dingtalk.spoken import TAPPED
from bot.messengers.dingtalk.tapped import BUTTON
from bot.messengers.dingtalk.wording import LINE, NOTHING, SEND, STAR, clipped, command_link, plain, size, split
from tests.bot.dingtalk_office import face
from tests.fakes.dingtalk_checks import check_card, check_message, check_redraw, check_session_message

SETTINGS = DingTalkSettings("id", "secret", card_template_id="t.schema", robot_code="robot")
letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=NOTHING + STAR + "\u2028\u2029\x85")
lines = st.text(st.one_of(letters, st.sampled_from("张李*_#>|`~[](){}<!-+1. ，。\n")), max_size=400)
words = st.text(letters, min_size=1, max_size=30).filter(lambda text: text.strip() == text)
labels = st.lists(
    st.text(st.sampled_from("同意退回接受确认修改取消AB 1"), min_size=1, max_size=24).filter(str.strip), max_size=14, unique=True
)


@st.composite
def faces(draw, *, is_settled):
    long = draw(st.integers(1, 12))
    return face(
        card=f"m{draw(st.integers(1, 10**9))}-{draw(st.integers(1, 99))}",
        kind="card",
        title=draw(st.one_of(st.just(""), words)),
        text=draw(lines) * long,
        fields=[list(pair) for pair in draw(st.lists(st.tuples(words, lines), max_size=8))],
        labels=draw(labels),
        note=draw(words) if draw(is_settled) else "",
    )


def bare(text):
    """Return a text without anything that only separates."""
    return re.sub(r"\s", "", text.replace(NOTHING, "").replace("*", STAR))


@given(lines, st.integers(4, 200))
def test_the_parts_of_a_text_are_the_text_and_each_fits(text, limit):
    pieces = split(text, limit)
    assert "".join(pieces) == text
    assert all(0 < size(piece) <= limit for piece in pieces)


@given(lines)
def test_a_text_in_markdown_reads_the_same_and_holds_no_link_of_its_own(text):
    drawn = plain(text)
    assert drawn.replace(NOTHING, "").replace(STAR, "*").replace(LINE, "\n") == text.replace(LINE, "\n")
    assert "](" not in drawn
    assert "*" not in drawn
    assert not re.search(r"(?m)^ {0,3}(#|>|\d+\.)", drawn)


def test_nobody_can_hide_a_command_in_a_text():
    drawn = plain(f"请看[同意]({SEND}%E5%90%8C%E6%84%8F)和<a href='dingtalk://x'>![x](y)")
    assert "](" not in drawn
    assert "dtmd:" not in drawn
    assert "dingtalk:" not in drawn


@settings(deadline=None)
@given(faces(is_settled=st.just(False)))
def test_messages_keep_their_limits_and_say_everything(shown):
    messages = render(shown)
    for message in messages:
        kind, values = message.for_robot()
        check_message({"robotCode": "r", "msgKey": kind, "msgParam": parameter(values)})
        check_session_message(message.for_session())
        assert size(message.text) <= (MARKDOWN_LIMIT if message.title else TEXT_LIMIT)
    said = bare("".join(message.text for message in messages))
    assert bare(shown["text"].strip()) in said
    assert all(bare(name) in said and bare(value) in said for name, value in shown["fields"])
    offered = {label for message in messages for label, _ in message.buttons}
    assert all(button["label"] in offered or bare(button["label"]) in said for button in shown["buttons"])
    assert messages or not any((shown["text"].strip(), shown["title"], shown["fields"], shown["buttons"]))


@settings(deadline=None)
@given(faces(is_settled=st.just(True)))
def test_a_settled_card_offers_nothing_any_more(shown):
    messages = render(shown)
    assert messages
    assert not any(message.buttons or SEND in message.text for message in messages)
    assert bare(shown["note"]) in bare("".join(message.text for message in messages))


@settings(deadline=None)
@given(faces(is_settled=st.just(False)))
def test_a_card_keeps_the_templates_limits_and_with_what_goes_ahead_says_everything(shown):
    body = cards.created(shown, "liu-ming", "track", SETTINGS)
    assert check_card(body, {}) == "liu-ming"
    values = body["cardData"]["cardParamMap"]
    said = bare("".join([*(words.text for words in cards.ahead(shown)), values["title"], *(values[name] for name in cards.TEXTS)]))
    assert bare(shown["text"].strip()) in said
    assert all(bare(name) in said and bare(value) in said for name, value in shown["fields"])
    private = body["privateData"]["liu-ming"]["cardParamMap"]
    assert all(button["label"] in private.values() or bare(button["label"]) in said for button in shown["buttons"])
    for words in cards.ahead(shown):
        kind, param = words.for_robot()
        check_message({"robotCode": "r", "msgKey": kind, "msgParam": parameter(param)})


@settings(deadline=None)
@given(faces(is_settled=st.just(True)))
def test_a_redrawn_card_has_no_button_left(shown):
    body = cards.redrawn(shown, "liu-ming", "track")
    check_redraw(body, {"track": None})
    private = body["privateData"]["liu-ming"]["cardParamMap"]
    assert all(private[name] == "" for name in cards.BUTTONS)
    assert body["cardData"]["cardParamMap"]["note"]


@given(labels, st.integers(1, 10**9), st.integers(1, 999))
def test_what_a_button_sends_comes_back_as_its_tap(found, message, number):
    for label in found:
        typed = unquote(command_link(label, f"m{message}-{number}").removeprefix(SEND))
        tapped = TAPPED.fullmatch(typed.strip())
        assert (tapped["label"].strip(), tapped["card"]) == (label.strip(), f"m{message}-{number}")


@given(words, st.integers(2, 40))
def test_a_headline_fits(text, longest):
    assert 0 < len(clipped(text, longest)) <= longest


def test_the_parameter_is_json_in_a_text():
    assert json.loads(parameter({"content": '“引号"\n'})) == {"content": '“引号"\n'}


def test_the_shipped_template_has_a_place_for_every_value_and_sends_each_buttons_label():
    shipped = json.loads((Path(__file__).parents[2] / "deploy" / "dingtalk-card.json").read_text("utf-8"))
    editor = json.loads(shipped["editorData"])
    variables = {variable["name"]: variable["private"] for variable in editor["variableList"]}
    sent = face(card="m1-1", title="审批", text="请审批", labels=["同意"])
    assert variables == dict.fromkeys(cards.public(sent), False) | dict.fromkeys(cards.private(sent), True)
    (root,) = editor["schema"]["componentsTree"]
    block = next(child for child in root["children"] if child["componentName"] == "ButtonBlock")
    assert [button["params"][0]["variable"] for button in block["props"]["buttons"]] == list(cards.BUTTONS)
    assert {button["params"][0]["name"] for button in block["props"]["buttons"]} == {BUTTON}
    known = variables.keys() | {expression["name"] for expression in editor["expList"]}
    assert set(re.findall(r'"variable": ?"(\w+)"', json.dumps(root))) <= known
