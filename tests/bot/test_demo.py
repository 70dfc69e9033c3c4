"""The demonstration plays to its end, and says so when a step goes otherwise."""

import socket
from pathlib import Path

import pytest

from bot.demo import show as showing
from bot.demo.phones import StoryBroken
from bot.demo.story import Story


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_the_whole_story_plays_as_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`make demo ARGS=--once` ends with 0 after preview, draw, recusal, records, publication and escalation."""
    assert await showing.show(tmp_path / "demo", _free_port(), once=True) == 0
    told = capsys.readouterr().out
    for words in ("名单已冻结", "顺位替补", "后续处置 立案查处", "已公示", "今日提醒 12-10", "督办", "结果一致", "/simulator", "/public"):
        assert words in told


async def test_a_step_that_goes_otherwise_ends_the_demonstration_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A story that breaks is never called a success."""

    async def broken(story: Story) -> None:
        story.expect(False, "这一步与预期不符")

    monkeypatch.setattr(Story, "preview", broken)
    assert await showing.show(tmp_path / "demo", _free_port(), once=True) == 1
    assert "这一步与预期不符" in capsys.readouterr().err


def test_a_broken_expectation_names_itself() -> None:
    """The reason that is printed is the sentence of the step."""
    with pytest.raises(StoryBroken, match="应当"):
        Story(None, print).expect(False, "这里应当一致")  # type: ignore[arg-type]
