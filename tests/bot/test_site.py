"""The public site shows all that must be public, and nothing else, 二(八)."""

import hashlib
import re

import pytest

from storage import frames
from storage.queries import inspections
from storage.queries import rounds as round_queries
from storage.tables.registers import Target
from storage.vocabulary import Stage
from tests.house import House

PAGES = ("/public", "/public/items", "/public/rounds", "/public/results", "/public/withheld")


def _published(bureau: House, request: str) -> tuple[str, list[str]]:
    """Bring a small round to publication; returns its number and the firms."""
    number = bureau.draws(request)
    teams = bureau.accepts_all()
    for firm, team in teams.items():
        bureau.records(firm, team)
    bureau.chief.taps("通过")
    bureau.officer.taps("确认公示")
    return number, list(teams)


def test_before_the_inspections_are_done_only_fingerprint_and_commitment_are_public(bureau: House) -> None:
    """No firm is warned: number, time, fingerprint and commitment at once, the rest later."""
    number = bureau.draws("抽查 成品油零售 1户 红塔区")
    page = bureau.page(f"/public/rounds/{number}")

    with bureau.reading() as session:
        texts = round_queries.proof_texts(session, number)
    assert hashlib.sha256(texts[frames.FRAME].encode()).hexdigest() in page
    firms = list(bureau.teams())
    assert firms
    assert not any(firm in page for firm in firms)
    assert not any(line.split("\t")[2] in page for line in texts[frames.RESULT].splitlines()[1:])
    bureau.page(f"/public/rounds/{number}/seed.txt", 404)


def test_a_published_result_is_found_by_name_and_by_code_with_its_date(bureau: House) -> None:
    """一公开: anybody finds a result, and every classes' secret is kept."""
    number, (firm,) = _published(bureau, "抽查 成品油零售 1户 红塔区")

    found = bureau.page(f"/public/results?q={firm}")
    assert firm in found
    assert "公示 2026-11-23" in found
    key = re.search(r"/public/results/(\d+)", found)
    code = re.search(r"\b9[0-9A-Z]{17}\b", bureau.page(f"/public/results/{key[1] if key else 0}"))
    assert code is not None
    assert firm in bureau.page(f"/public/results?q={code[0]}")
    assert firm not in bureau.page("/public/results?q=没有这一户")
    page = bureau.page(f"/public/rounds/{number}")
    assert "甲层" in page
    assert not re.search(r"[ABCD]类|stratum", page)
    bureau.page(f"/public/rounds/{number}/frame.txt", 404)
    with bureau.reading() as session:
        texts = round_queries.proof_texts(session, number)
    assert bureau.page(f"/public/rounds/{number}/seed.txt") == texts[frames.SEED]
    for name in ("inspectors", "teams"):
        bureau.page(f"/public/rounds/{number}/{name}.txt", 404)


def test_no_page_names_a_person_or_loads_anything_from_elsewhere(bureau: House) -> None:
    """Inspectors, witnesses and contacts stay off the site; there is no script and no outside address."""
    number, firms = _published(bureau, "抽查 成品油零售 1户 红塔区")
    names = {row["name"] for row in bureau.get("/simulator/phones")}
    with bureau.reading() as session:
        (round_,) = round_queries.in_stage(session, Stage.CLOSED)
        target = session.get(Target, inspections.of_round(session, round_.id)[0].target_id)
    for path in (*PAGES, f"/public/rounds/{number}", f"/public/results?q={firms[0]}"):
        page = bureau.page(path)
        assert not [name for name in names if name in page], path
        assert target.phone not in page
        assert target.contact not in page
        assert "<script" not in page
        assert not re.search(r"(src|href)=\"https?:", page)


@pytest.mark.parametrize("path", ["/public/rounds/530400-2026-9999", "/public/results/999", "/public/items/none", "/public/nothing/here"])
def test_what_is_not_there_gets_a_kind_page(bureau: House, path: str) -> None:
    """A wrong address says so in Chinese and leads on."""
    assert "没有找到这个页面" in bureau.page(path, 404)


def test_a_search_text_is_shown_but_never_run(bureau: House) -> None:
    """Whatever is typed into the search box comes back as text; bad paging shows the first page."""
    page = bureau.page("/public/results?q=%3Cscript%3Ealert(1)%3C/script%3E&page=-7")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
