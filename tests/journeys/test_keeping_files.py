"""Photos and files go once nothing refers to them any more, 个人信息保护法 19, 47; what a record or the ledger names never does."""

import hashlib
import os
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlmodel import Session, select

from storage import ledger
from storage.queries import media_references
from storage.tables.conversation import Medium, Outbox
from storage.vocabulary import SendState
from tests.house import Card, House
from tests.journeys.test_registers_changes import _firms

KEPT_ON = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
LATER = "2027-06-01T08:30:00+08:00"


def _picture(shade: int) -> bytes:
    octets = BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(octets, "PNG")
    return octets.getvalue()


def _inspected(bureau: House) -> str:
    """One firm with a photo in its record; beside it all that no record takes in. Returns the firm."""
    bureau.draws("抽查 成品油零售 1户 红塔区")
    ((firm, team),) = bureau.accepts_all().items()
    team[0].photographs(_picture(1))  # before there's a record: nobody asked for it
    bureau.records(firm, team, picture=_picture(2))
    bureau.officer.sends_file("坏的.xlsx", b"broken")
    bureau.officer.says("导出 1")
    bureau.officer.sends_file("有错.xlsx", _firms("错站", district="没有这个区"))  # handed back with what is wrong
    return firm


BEGINNINGS = {"bureau": _inspected}


def _grows_old(bureau: House, *young: str) -> None:
    """Every file was last kept half a year ago, but for the young ones."""
    for place in _files(bureau):
        at = datetime.fromisoformat(LATER) if place.name in young else KEPT_ON
        os.utime(place, (at.timestamp(), at.timestamp()))


def _files(bureau: House) -> list[Path]:
    return [place for place in (bureau.folder / "media").rglob("*") if place.is_file()]


def _is_there(bureau: House, octets: bytes) -> bool:
    return octets in [place.read_bytes() for place in _files(bureau)]


def _medium(card: Card) -> str:
    return str(card["file"]["url"]).split("/")[-2]


def test_after_half_a_year_only_what_something_refers_to_is_left(bureau: House) -> None:
    """The photo of the record stays and is still shown; exports, what was handed back, the broken file and the photo of nobody go, and the ledger says so."""
    handed_back = _medium(bureau.officer.last)
    _grows_old(bureau)
    before = len(_files(bureau))
    bureau.clock(LATER)
    assert _is_there(bureau, _picture(2))
    assert not _is_there(bureau, _picture(1))
    assert not _is_there(bureau, b"broken")
    assert handed_back not in [place.name for place in _files(bureau)]
    (said,) = [entry["facts"] for entry in bureau.ledger() if entry["act"] == "files_cleared"]
    assert said["count"] >= 3
    assert len(_files(bureau)) < before
    with bureau.reading() as session:
        assert list(ledger.faults(session)) == []
        assert {row.sha256 for row in session.exec(select(Medium))} <= media_references.referred(session)
    assert "清理到期而无人引用的附件" in str(bureau.rows_of(bureau.legal.says("留痕 导出 2027年6月").says("市司法局年度监督检查").last))


def test_a_file_whose_answer_is_awaited_stays(bureau: House) -> None:
    """A register that was previewed can still be confirmed: its card is live. Once it's imported the ledger names it for ever."""
    octets = _firms("甲站")
    bureau.officer.sends_file("名单.xlsx", octets)
    waiting = hashlib.sha256(octets).hexdigest()
    _grows_old(bureau)
    bureau.clock(LATER)
    assert waiting in [place.name for place in _files(bureau)]
    bureau.officer.taps("确认导入")
    assert waiting in str([entry["facts"] for entry in bureau.ledger() if entry["act"] == "register_imported"])
    _grows_old(bureau)
    bureau.clock("2027-12-31T08:30:00+08:00")
    assert waiting in [place.name for place in _files(bureau)]


def test_what_came_again_lately_stays_and_less_than_half_a_year_is_too_early(bureau: House) -> None:
    """The same bytes again begin anew, even where nothing refers to them."""
    handed_back = _medium(bureau.officer.last)
    _grows_old(bureau, handed_back)
    bureau.clock("2027-05-20T08:30:00+08:00")
    assert "files_cleared" not in bureau.acts
    bureau.clock(LATER)
    assert handed_back in [place.name for place in _files(bureau)]
    assert not _is_there(bureau, b"broken")


def test_what_waits_to_be_sent_takes_its_file_along(bureau: House) -> None:
    """A message that hasn't arrived, or may not have, keeps what goes with it."""
    handed_back = _medium(bureau.officer.last)
    with Session(bureau.app.database.engine) as session:
        for row in session.exec(select(Outbox)):
            row.state = SendState.UNKNOWN if handed_back in str(row.body) else row.state
        session.commit()
    _grows_old(bureau)
    bureau.clock(LATER)
    assert handed_back in [place.name for place in _files(bureau)]
    assert not _is_there(bureau, b"broken")
