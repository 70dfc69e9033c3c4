"""What is set is checked before anything runs, and no secret is ever told."""

from datetime import UTC, datetime, time
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import Settings, read_settings

CANARY = "canary-7f3a-must-never-be-seen"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of this machine, and no .env, has a say."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **values: str) -> str:
    """What the program says before it ends, with these variables set."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        read_settings()
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_without_any_setting_everything_has_a_default() -> None:
    """Only keys and platforms have to be filled in."""
    settings = read_settings()
    assert settings.address == "http://127.0.0.1:8080"
    assert settings.messengers == ()
    assert settings.remind_at == time(8, 30)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5%", Fraction(1, 20)),
        (" 5% ", Fraction(1, 20)),
        ("0.05", Fraction(1, 20)),
        ("1/20", Fraction(1, 20)),
        ("33.3%", Fraction(333, 1000)),
        ("100%", 1),
    ],
)
def test_a_ratio_is_exact(monkeypatch: pytest.MonkeyPatch, typed: str, meant: Fraction) -> None:
    """5% of 140 is 7, never 6.999…"""
    monkeypatch.setenv("GENERAL_RATIO_CAP", typed)
    assert read_settings().general_ratio_cap == meant


@pytest.mark.parametrize("typed", ["0%", "101%", "-5%", "五", "1/0", "%"])
def test_a_ratio_that_is_none_is_refused_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    """Nothing above everything, nothing below nothing."""
    sentence = told(monkeypatch, capsys, GENERAL_RATIO_CAP=typed)
    assert sentence.startswith("GENERAL_RATIO_CAP：")
    assert any(words in sentence for words in ("请填写比例", "要大于 0", "不能大于 1"))


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("PORT", "http", "PORT：要填整数"),
        ("PORT", "70000", "PORT：不能大于 65535"),
        ("CEREMONY_MINUTES", "0", "CEREMONY_MINUTES：不能小于 1"),
        ("TICK_SECONDS", "0", "TICK_SECONDS：要大于 0"),
        ("DRAW_PUBLIC", "never", "DRAW_PUBLIC：只能填"),
        ("SIMULATOR_IN_PRODUCTION", "maybe", "SIMULATOR_IN_PRODUCTION：要填 yes 或 no"),
        ("REMIND_AT", "早上", "REMIND_AT：要填时刻"),
        ("CLOCK_START", "soon", "CLOCK_START：要填日期和时刻"),
        ("MESSENGERS", "telegram", "MESSENGERS 不认识 telegram"),
    ],
)
def test_a_wrong_setting_is_told_in_chinese_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, typed: str, sentence: str
) -> None:
    """One line for each mistake, before anything runs."""
    assert sentence in told(monkeypatch, capsys, **{name: typed})


def test_every_mistake_is_told_at_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has to start the program once for each mistake."""
    assert len(told(monkeypatch, capsys, PORT="x", TICK_SECONDS="-1", PHOTO_LIMIT_MB="0").splitlines()) == 3


def test_the_simulator_stands_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside a real platform it would let anybody be anybody."""
    assert "SIMULATOR_IN_PRODUCTION" in told(monkeypatch, capsys, MESSENGERS="simulator,wecom", SIMULATOR_SECRET="s" * 16)


def test_the_simulator_beside_a_platform_has_to_be_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever means it says so in a setting of its own."""
    monkeypatch.setenv("MESSENGERS", "simulator, wecom")
    monkeypatch.setenv("SIMULATOR_SECRET", "s" * 16)
    monkeypatch.setenv("SIMULATOR_IN_PRODUCTION", "yes")
    assert read_settings().messengers == ("simulator", "wecom")


@pytest.mark.parametrize("secret", ["", "s" * 15])
def test_a_simulator_without_a_proper_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    """An empty secret would be everybody's."""
    assert "SIMULATOR_SECRET" in told(monkeypatch, capsys, MESSENGERS="simulator", SIMULATOR_SECRET=secret)


def test_no_secret_stands_in_what_settings_look_like() -> None:
    """Whatever is printed or logged of them, keys and the database's password are not in it."""
    secrets = {name: CANARY for name, field in Settings.model_fields.items() if field.annotation is SecretStr}
    settings = Settings(_env_file=None, database_url=f"postgresql+psycopg://bot:{CANARY}@db/bot", **secrets)
    assert len(secrets) > 5
    assert CANARY not in repr(settings)
    assert CANARY not in str(settings)


def test_no_secret_stands_in_an_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake beside a secret doesn't show the secret."""
    sentence = told(
        monkeypatch, capsys, SECRET_KEY=CANARY, WECOM_SECRET=CANARY, MESSENGERS=f"simulator,{'wecom'}", SIMULATOR_SECRET=CANARY, PORT="x"
    )
    assert CANARY not in sentence
    with pytest.raises(ValidationError) as fault:
        Settings(_env_file=None, secret_key=CANARY, messengers="simulator", simulator_secret=CANARY[:3])
    assert CANARY[:3] not in str(fault.value)
    assert CANARY not in repr(fault.value)


def test_the_environment_speaks_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A container overrides one line without another file; an empty one means the default."""
    (tmp_path / ".env").write_text("PORT=9000\nHOST=0.0.0.0\nCLOCK_START=\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "9001")
    settings = read_settings()
    assert (settings.port, settings.host, settings.clock_start) == (9001, "0.0.0.0", None)


def test_settings_do_not_change_while_the_program_runs() -> None:
    """What was read at the start holds to the end."""
    with pytest.raises(ValidationError):
        Settings(_env_file=None).port = 1


def test_an_instant_keeps_its_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration begins at the same instant everywhere."""
    monkeypatch.setenv("CLOCK_START", "2026-11-23T09:00:00+08:00")
    assert read_settings().clock_start == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_an_address_never_ends_in_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links are joined to it with one."""
    monkeypatch.setenv("PUBLIC_URL", "https://sjcc.example.gov.cn/")
    assert read_settings().address == "https://sjcc.example.gov.cn"
