"""The public site (一公开): what it must show, what it may never show; each test keeps one promise."""

import hashlib
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web.public import public_routes
from bot.web.public_ledger import ChainCheck
from handlers.rules.drawing import result_text
from handlers.rules.frozen_texts import Excluded
from handlers.rules.withholding import GROUNDS
from storage import ledger
from storage.database import Database
from storage.frames import FRAME, PEOPLE, RESULT, SEED, TEAMS
from storage.vocabulary import AttemptState, PublicationState, Stage
from tests.bot.public_town import CONTACT, NOW, OWNER, PHONE, SECRET, WITNESS, Town, item
from tests.house import ListedWorld

PAGES = ("", "/items", "/items/CG-01", "/rounds", "/results", "/withheld", "/nothing/here", "/results?q=%E5%8A%A0%E6%B2%B9")


@pytest.fixture
def town(empty_url):
    database = Database(empty_url)
    made = Town(database)
    yield made
    made.session.close()
    database.close()


async def test_before_the_inspections_are_done_only_fingerprint_and_commitment_are_public(town):
    """二(五): no firm is warned."""
    round_ = town.round(stage=Stage.INSPECTING)
    attempt, drawn = town.attempt(round_, "AAAA")
    for code in drawn.codes:
        town.firm(code)
    async with town.site() as read:
        page = await read("/rounds/530400-2026-0001")
        for name in (FRAME, SEED, RESULT):
            await read(f"/rounds/530400-2026-0001/{name}", 404)
    assert attempt.frame_fingerprint in page
    assert attempt.commitment in page
    assert "2026-11-23 09:30" in page
    assert attempt.seed not in page
    assert not [code for code in drawn.codes if code in page]
    assert "检查全部完成后公开" in page


@pytest.mark.parametrize("where", ["item", "bureau"])
async def test_where_a_draw_is_public_at_once_so_is_its_proof(town, where):
    """The bureau or the item may say so."""
    town.item.public_draw = where == "item"
    _, drawn = town.attempt(town.round(stage=Stage.INSPECTING), "AAAA")
    async with town.site(at_once=where == "bureau") as read:
        page = await read("/rounds/530400-2026-0001")
    assert all(code in page for code in drawn.codes)


async def test_with_one_class_the_texts_are_public_byte_for_byte(town):
    """What is downloaded has the fingerprint that was announced."""
    attempt, drawn = town.attempt(town.round(), "AAAA")
    async with town.site() as read:
        page = await read("/rounds/530400-2026-0001")
        texts = [await read(f"/rounds/530400-2026-0001/{name}") for name in (FRAME, SEED, RESULT)]
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert digests[:2] == [attempt.frame_fingerprint, attempt.seed]
    assert all(digest in page for digest in digests[:2])
    assert texts[2] == result_text(drawn)


async def test_with_several_classes_neither_list_nor_class_is_public(town):
    """A firm's class is an internal reference: the public gets seed, sizes, numbers and cut-offs under names that say nothing."""
    _, drawn = town.attempt(town.round(), "AAAABBCC")
    async with town.site() as read:
        page = await read("/rounds/530400-2026-0001")
        await read("/rounds/530400-2026-0001/frame.txt", 404)
        await read("/rounds/530400-2026-0001/result.txt", 404)
        assert SECRET in await read("/rounds/530400-2026-0001/seed.txt")
    assert all(code in page for code in drawn.codes)
    assert all(drawn.cutoff(name) in page for name in "ABC")
    assert re.findall("<strong>(.组)</strong>", page) == ["甲组", "乙组", "丙组"]
    assert not re.search(r"(?<![0-9A-Za-z&#])[ABCD](?![0-9A-Za-z])", re.sub("<[^>]*>|SHA-256", " ", page))


async def test_the_groups_stand_in_an_order_that_anybody_could_make(town):
    """The order follows the cut-offs, which are public; a hash of the class's name could be guessed and would give it away."""
    _, drawn = town.attempt(town.round(), "AAAABBCC")
    async with town.site() as read:
        page = await read("/rounds/530400-2026-0001")
    shown = re.findall("入围线 <code>(.{64})</code>", page)
    assert shown == sorted(drawn.cutoff(name) for name in "ABC")


async def test_results_stand_by_code_so_that_the_drawn_order_tells_no_class(town):
    """The drawn order goes class by class; neither the order nor the address of a result repeats it."""
    round_ = town.round()
    _, drawn = town.attempt(round_, "CCCCBBBBAA")
    rows = town.inspects(round_, drawn)
    async with town.site() as read:
        pages = [await read("/rounds/530400-2026-0001"), await read("/results")]
    for page in pages:
        keys = re.findall(r'href="/public/results/([^"?]+)"', page)
        assert keys == [f"530400-2026-0001-{code}" for code in sorted(drawn.codes)]
    assert sorted(drawn.codes) != [row.record["统一社会信用代码"] for row in rows]


async def test_a_list_whose_excluded_firms_have_other_classes_stays_closed(town):
    """The lines of the excluded name their class, too."""
    excluded = [Excluded("91530400MA6K000099", "D", "已停业")]
    town.attempt(town.round(), "AAAA", excluded)
    async with town.site() as read:
        await read("/rounds/530400-2026-0001/frame.txt", 404)
        assert "91530400MA6K000099" not in await read("/rounds/530400-2026-0001")


async def test_a_list_that_names_another_running_round_stays_closed_until_that_is_done(town):
    """Whoever was left out because of an inspection that still runs must not be warned of it."""
    other = town.round("530400-2026-0002", Stage.INSPECTING)
    town.attempt(town.round(), "AAAA", [Excluded("91530400MA6K000099", "A", f"另有未完成的检查（{other.number}）")])
    async with town.site() as read:
        await read("/rounds/530400-2026-0001/frame.txt", 404)
        other.stage = Stage.CLOSED
        town.session.add(other)
        town.session.commit()
        await read("/rounds/530400-2026-0001/frame.txt")


async def test_inspectors_and_teams_are_never_public(town):
    """Nobody learns from the site who inspects."""
    town.attempt(town.round(), "AAAA")
    async with town.site(at_once=True) as read:
        for name in (PEOPLE, TEAMS, "amendments.txt"):
            await read(f"/rounds/530400-2026-0001/{name}", 404)


async def test_an_aborted_attempt_stays_visible_with_reason_and_secret_but_without_names(town):
    """Repeating until it's liked is impossible unseen."""
    round_ = town.round(stage=Stage.INSPECTING)
    first, _ = town.attempt(round_, "AAAA", state=AttemptState.ABORTED)
    first.reason = f"监督人{WITNESS}({PHONE})未到场"
    town.attempt(round_, "AAAA", number=2)
    act = ledger.Entry("attempt_aborted", NOW, town.person.id, f"attempt:{first.id}", "", {"secret": SECRET, "reason": "未到场"})
    ledger.append(town.session.connection(), [act])
    async with town.site() as read:
        page = await read("/rounds/530400-2026-0001")
    assert "第 1 次（共 2 次）" in page
    assert SECRET in page
    assert "未到场" in page
    assert WITNESS not in page
    assert PHONE not in page


async def test_the_example_on_the_page_really_gives_the_drawn_number(town):
    """Anybody who types the line from the page gets the number from the page."""
    town.attempt(town.round(), "AAAABB")
    async with town.site() as read:
        page = await read("/rounds/530400-2026-0001")
    typed, told = re.search(r"printf '%s' '([^']+)' \| sha256sum.*?<code>(.{64})</code>", page, re.DOTALL).groups()
    assert hashlib.sha256(typed.encode()).hexdigest() == told


async def test_a_published_result_shows_exactly_its_record_and_its_date(town):
    """二(八): the allow-list, nothing of the rest."""
    round_ = town.round()
    _, drawn = town.attempt(round_, "AA")
    (row,) = town.inspects(round_, drawn)
    async with town.site() as read:
        page = await read(f"/results/530400-2026-0001-{drawn.codes[0]}")
    assert re.findall("<dt>(.*?)</dt>", page) == [*row.record, "公示日期", "归集期限", "公示期限"]
    assert all(said in page for said in row.record.values())
    assert "内部问题描述" not in page


@pytest.mark.parametrize(
    ("typed", "is_found"), [("加油", True), ("91530400ma6k000010 ", True), ("91530400MA6K0000", False), ("%", False), (PHONE, False)]
)
async def test_a_result_is_found_by_part_of_its_name_or_by_its_whole_code(town, typed, is_found):
    """Only what was published can be searched."""
    round_ = town.round()
    _, drawn = town.attempt(round_, "A")
    town.inspects(round_, drawn, {drawn.codes[0]: f"玉溪{PHONE}加油站"})
    async with town.site() as read:
        page = await read(f"/results?q={typed.replace('%', '%25')}")
    assert (f"530400-2026-0001-{drawn.codes[0]}" in page) is is_found


@pytest.mark.parametrize(("page", "first"), [("1", 10), ("2", 30), ("3", 10), ("0", 10), ("-1", 10), ("x", 10), ("9" * 30, 10), ("", 10)])
async def test_twenty_results_a_page_and_nonsense_shows_the_first(town, page, first):
    """Paging never fails."""
    round_ = town.round()
    _, drawn = town.attempt(round_, "A" * 50)
    rows = town.inspects(round_, drawn)
    codes = sorted(row.record["统一社会信用代码"] for row in rows)
    async with town.site() as read:
        shown = re.findall(r'<span class="number">(9\w+)</span>', await read(f"/results?page={page}"))
    assert shown == codes[first - 10 : first + 10]


async def test_a_withheld_result_shows_its_legal_ground_and_nothing_else(town):
    """二(八): 不公开为例外, and the exception is told."""
    round_ = town.round()
    _, drawn = town.attempt(round_, "AA")
    (row,) = town.inspects(round_, drawn, {drawn.codes[0]: "保密单位"})
    row.state, row.ground, row.published_at = PublicationState.WITHHELD, GROUNDS["商业秘密"], None
    async with town.site() as read:
        pages = [await read("/rounds/530400-2026-0001"), await read("/withheld")]
        pages += [await read("/results"), await read(f"/results/530400-2026-0001-{drawn.codes[0]}", 404)]
    assert all(GROUNDS["商业秘密"] in page for page in pages[:2])
    assert "1 户不予公示" in pages[0]
    assert not [page for page in pages if "保密单位" in page]


@pytest.mark.parametrize("state", [PublicationState.DUE, PublicationState.WITHHOLDING_ASKED])
async def test_what_is_not_yet_decided_is_only_counted(town, state):
    """A result appears with its publication, never before."""
    round_ = town.round(stage=Stage.PUBLISHING)
    _, drawn = town.attempt(round_, "AA")
    (row,) = town.inspects(round_, drawn, {drawn.codes[0]: "未公示单位"})
    row.state, row.published_at = state, None
    async with town.site() as read:
        pages = [await read("/rounds/530400-2026-0001"), await read("/results?q=%E6%9C%AA%E5%85%AC%E7%A4%BA"), await read("")]
    assert "另有 1 户的结果还没有公示，最迟 2026-12-21 公示" in pages[0]
    assert not [page for page in pages if "未公示单位" in page]


async def test_only_disclosed_items_are_listed(town):
    """二(一): an item without basis or disclosure isn't on the list and has no page."""
    town.session.add_all([item("X-1", "没有依据", legal_basis=""), item("X-2", "没有公开", disclosed_on=None)])
    async with town.site() as read:
        page = await read("/items")
        assert "经营批准证书是否在有效期内" in await read("/items/CG-01")
        await read("/items/X-1", 404)
        await read("/items/X-2", 404)
    assert "成品油零售经营检查" in page
    assert "没有依据" not in page
    assert "没有公开</a>" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/rounds/530400-2026-9999",
        "/rounds/530400-2026-9999/seed.txt",
        "/items/none",
        "/results/1",
        "/results/530400-2026-0001-x",
        "/x/y",
        "/rounds/%00",
    ],
)
async def test_what_is_not_there_gets_a_friendly_page(town, path):
    """In Chinese, with the way back."""
    town.attempt(town.round(), "AA")
    async with town.site() as read:
        page = await read(path, 404)
    assert "没有找到这个页面" in page
    assert 'href="/public"' in page


async def test_a_round_whose_list_was_never_frozen_is_not_public(town):
    """A draft is nobody's business yet."""
    town.round(stage=Stage.DRAFT)
    async with town.site() as read:
        assert "530400-2026-0001" not in await read("/rounds")
        await read("/rounds/530400-2026-0001", 404)


async def test_what_somebody_typed_is_shown_as_text_and_never_runs(town):
    """Every page is escaped: names from registers as well as what is searched for."""
    round_ = town.round()
    attack = "<script>alert(1)</script>"
    first, drawn = town.attempt(round_, "AA")
    town.inspects(round_, drawn, {drawn.codes[0]: f"加油站{attack}"})
    first.state, first.reason = AttemptState.ABORTED, attack
    town.item.name = town.item.disclosed_at = attack
    async with town.site() as read:
        for path in (*PAGES, "/rounds/530400-2026-0001", f"/results/530400-2026-0001-{drawn.codes[0]}", f"/results?q={attack}{'x' * 500}"):
            page = await read(path, 404 if "nothing" in path else 200)
            assert "<script" not in page, path
            assert "x" * 61 not in page


async def test_no_page_has_a_script_an_inline_style_or_an_address_elsewhere(town):
    """The pages need nothing but themselves, and work with scripts switched off."""
    round_ = town.round()
    _, drawn = town.attempt(round_, "AABB")
    town.inspects(round_, drawn)
    async with town.site() as read:
        for path in (*PAGES, "/rounds/530400-2026-0001", f"/results/530400-2026-0001-{drawn.codes[0]}"):
            page = await read(path, 404 if "nothing" in path else 200)
            assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page), path
            assert not re.search(r'(?:href|src|action)="(?!/|#)', page), path
            assert '<html lang="zh-CN">' in page
        assert not re.search(r"url\(|@import|http", await read("/static/public.css"))


async def test_no_page_names_a_person_or_a_phone_number(town):
    """Contacts, owners, inspectors and witnesses stay inside, 个人信息保护法 25."""
    round_ = town.round()
    _, drawn = town.attempt(round_, "AABB")
    town.inspects(round_, drawn)
    async with town.site(at_once=True) as read:
        for path in (*PAGES, "/rounds/530400-2026-0001", f"/results/530400-2026-0001-{drawn.codes[0]}"):
            page = await read(path, 404 if "nothing" in path else 200)
            assert not [secret for secret in (PHONE, CONTACT, OWNER, WITNESS, "13908770002", "1 号") if secret in page], path


async def test_every_page_can_be_read_aloud(town):
    """One main heading, landmarks, captions, and a label for what is typed."""
    round_ = town.round()
    _, drawn = town.attempt(round_, "AABB")
    town.inspects(round_, drawn)
    async with town.site() as read:
        for path in (*PAGES, "/rounds/530400-2026-0001", f"/results/530400-2026-0001-{drawn.codes[0]}"):
            page = await read(path, 404 if "nothing" in path else 200)
            assert [page.count(f"<{tag}") for tag in ("h1", "header", "main", "footer")] in ([1, 1, 1, 1], [1, 2, 1, 1]), path
            assert page.count("<table") == page.count("<caption"), path
            assert page.count("<input") == page.count("<label"), path
            assert len(re.findall("<title>(.+)</title>", page)) == 1


async def test_an_empty_installation_has_a_home_page_too(empty_url):
    """Nothing is drawn on the first day."""
    database = Database(empty_url)
    application = web.Application()
    application.add_routes(public_routes(database, ChainCheck(ListedWorld()), False))
    async with TestClient(TestServer(application)) as client:
        for path in ("", "/items", "/rounds", "/results", "/withheld"):
            assert (await client.get(f"/public{path}")).status == 200
    database.close()
