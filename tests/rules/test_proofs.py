"""A proof (核验) agrees with an honest draw only, and says in words what doesn't, 二(五)."""

import json
from pathlib import Path

import pytest

from handlers.rules import ceremony
from handlers.rules.drawing import draw_targets
from handlers.rules.frozen_texts import read_frame
from handlers.rules.proofs import explain, verify
from tests.golden.rewrite import bundles

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "draw.json"
BUNDLES = bundles()
WITH_TEAMS, WITH_AMENDMENTS = BUNDLES["两人一组"], BUNDLES["两人一组有替补"]
PUBLIC = ("frame.txt", "seed.txt", "result.txt")


def mutations(text):
    """Yield the text with one line dropped, doubled, swapped with the next, or one character of it changed."""
    lines = text.split("\n")[:-1]
    for n, line in enumerate(lines):
        yield lines[:n] + lines[n + 1 :]
        yield [*lines[: n + 1], *lines[n:]]
        yield [*lines[:n], *lines[n + 1 : n + 2], line, *lines[n + 2 :]]
        for at in {0, len(line) // 3, len(line) - 1}:
            yield [*lines[:n], line[:at] + ("0" if line[at] != "0" else "1") + line[at + 1 :], *lines[n + 1 :]]


@pytest.mark.parametrize("name", BUNDLES)
def test_an_honest_draw_verifies(name):
    """Every golden bundle agrees, each check with a Chinese sentence."""
    verdict = verify(BUNDLES[name])
    assert verdict.ok
    assert verdict.first_failure is None
    assert all(check.sentence.endswith("。") for check in verdict.checks)


@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared vectors lie outside the repository and aren't here")
def test_the_shared_vectors_verify():
    """What the independent reference made agrees as well."""
    names = {"frame.txt": "frame", "seed.txt": "seed_text", "result.txt": "result", "inspectors.txt": "inspectors", "teams.txt": "teams"}
    for case in json.loads(VECTORS.read_text(encoding="utf-8")):
        assert verify({name: case[key] for name, key in names.items() if key in case}).ok, case["name"]


@pytest.mark.parametrize("name", sorted(WITH_TEAMS))
def test_changing_any_line_of_any_text_is_found(name):
    """Row 57: whatever is dropped, doubled, moved or altered after the freeze, the proof fails and says where."""
    tried = 0
    for lines in mutations(WITH_TEAMS[name]):
        changed = "".join(line + "\n" for line in lines)
        if changed != WITH_TEAMS[name]:
            verdict = verify({**WITH_TEAMS, name: changed})
            assert not verdict.ok, changed
            assert verdict.first_failure.sentence.endswith("。")
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("name", PUBLIC)
def test_changing_any_single_character_of_what_is_published_is_found(name):
    """Not one character can differ."""
    text = BUNDLES["空的一层"][name]
    public = {key: BUNDLES["空的一层"][key] for key in PUBLIC}
    for at, character in enumerate(text):
        changed = text[:at] + ("甲" if character != "甲" else "乙") + text[at + 1 :]
        assert not verify({**public, name: changed}).ok, at


def test_a_replacement_that_somebody_chose_is_found():
    """Row 52: only the next ticket may replace; another person, a doubled or a misplaced line fails."""
    text = WITH_AMENDMENTS["teams.txt"]
    last = text.splitlines()[-1].split("\t")
    for number in range(20):
        who = f"5304{number:03d}"
        if who != last[3]:
            chosen = text.replace("\t".join(last[:4]), "\t".join([*last[:3], who]))
            verdict = verify({**WITH_AMENDMENTS, "teams.txt": chosen})
            assert not verdict.ok
            assert "顺位" in verdict.first_failure.sentence
    assert not verify({**WITH_AMENDMENTS, "teams.txt": text + "\t".join(last) + "\n"}).ok
    assert "回避后由" in verify(WITH_AMENDMENTS).checks[-1].sentence


def test_another_frame_with_the_same_seed_is_found():
    """Row 57: a directory changed between freeze and draw doesn't pass."""
    verdict = verify({**WITH_TEAMS, "frame.txt": WITH_TEAMS["frame.txt"].replace("已注销", "已吊销")})
    assert verdict.first_failure.name == "种子与名单"
    assert "另一份名单" in verdict.first_failure.sentence


def test_missing_texts_are_named_and_the_match_is_optional():
    """Firms get three texts; lacking one of them is said, lacking inspectors is no blame, teams alone can't be checked."""
    public = {name: WITH_TEAMS[name] for name in PUBLIC}
    assert verify(public).ok
    assert "未核对匹配" in verify(public).checks[-1].sentence
    assert not verify({**public, "teams.txt": WITH_TEAMS["teams.txt"]}).ok
    assert verify({**public, "inspectors.txt": WITH_TEAMS["inspectors.txt"]}).ok
    for name in PUBLIC:
        rest = {key: text for key, text in public.items() if key != name}
        assert name in verify(rest).first_failure.sentence


def test_the_proof_shows_whether_an_outside_source_was_used():
    """Operator and last witness together could steer; the proof says whether chance came from outside."""
    told = {name: next(check.sentence for check in verify(texts).checks if check.name == "外部随机") for name, texts in BUNDLES.items()}
    assert "福利彩票双色球" in told["公共随机源"]
    assert "没有用公共随机源" in told["两人一组"]


def test_a_firm_is_told_why_it_was_drawn_or_not():
    """Ticket against cut-off, the reason of an exclusion, or that the code isn't in the list at all."""
    texts = BUNDLES["四类信用各有比例"]
    frame = read_frame(texts["frame.txt"])
    drawn = draw_targets(frame, ceremony.seed(texts["seed.txt"]))
    for order in drawn.orders.values():
        for place in order:
            told = explain(place.code, frame, drawn)
            assert told.is_drawn == (place.code in drawn.codes) == (told.ticket <= told.cutoff)
            assert ("所以抽中" in told.sentence) == told.is_drawn
            assert place.ticket in told.sentence
    assert "已注销" in explain("91530402OUT0000001", frame, drawn).sentence
    assert "不在" in explain("没有的代码", frame, drawn).sentence


def test_a_stratum_of_which_nobody_is_drawn_has_no_cut_off():
    """A ratio of zero is explained without inventing a cut-off."""
    texts = BUNDLES["一层百分之五"]
    frame = read_frame(texts["frame.txt"].replace("1/20\t2", "0/1\t0"))
    told = explain(frame.candidates[0].code, frame, draw_targets(frame, ceremony.seed(texts["seed.txt"])))
    assert (told.is_drawn, told.cutoff) == (False, None)
    assert "抽 0 户" in told.sentence
