"""Pages opened from the chat: whoever comes is who their platform says they are, and what they hand in counts as said in the chat."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import FormData
from docx import Document
from PIL import Image
from sqlmodel import col, select

from storage.tables.inspections import Inspection, Photo
from storage.tables.people import Person
from storage.tables.registers import Target
from tests.browser import Browser, Page
from tests.fakes.dingtalk import CORP
from tests.fakes.dingtalk_house import DingTalkHouse
from tests.fakes.wecom_house import WeComHouse
from tests.house import House, Phone

SMALL = "抽查 成品油零售 1户 红塔区"
PUBLIC = "https://assistant.example.cn"


def picture() -> bytes:
    octets = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(octets, "PNG")
    return octets.getvalue()


def upload(page: Page, name: str, octets: bytes) -> FormData:
    form = FormData(quote_fields=False)
    form.add_field("token", page.field("token"))
    form.add_field("once", page.field("once"))
    form.add_field("files", octets, filename=name)
    return form


def _drawn(bureau: House) -> None:
    bureau.draws(SMALL)


def _recording(bureau: House) -> tuple[str, str, int]:
    """A round whose only inspection is being recorded; tells the recorder, the firm and the inspection's number."""
    bureau.draws(SMALL)
    ((firm, (recorder, _)),) = bureau.accepts_all().items()
    recorder.says("待办").taps("开始录入").taps("现场检查")
    with bureau.reading() as session:
        found = session.exec(select(Inspection.id).join(Target, col(Target.id) == Inspection.target_id).where(Target.name == firm)).one()
    return recorder.account, firm, found


BEGINNINGS = {"recording": _recording, "drawn": _drawn}


@pytest.fixture
def recording(bureau: House) -> tuple[House, Phone, str, int]:
    """The house, the recorder, the firm and the inspection's number."""
    recorder, firm, number = bureau.told
    return bureau, bureau[recorder], firm, number


@pytest.fixture
def drawn(bureau: House) -> House:
    """The house after a draw."""
    return bureau


def test_an_inspector_reads_an_inspection_and_takes_the_notice_along(recording: tuple[House, Phone, str, int]) -> None:
    """The card links to the page; it shows the firm and gives the notice as it would be sent now."""
    house, recorder, firm, number = recording
    card = next(card for card in recorder.titled("检查任务") if card["fields"]["对象"] == firm)
    assert card["page"] == {"label": "在网页上看这项检查", "url": f"/simulator/as/{recorder.account}?next=/app/inspections/{number}"}

    browser = Browser(house)
    page = browser.opens_from(recorder.account, f"/app/inspections/{number}")
    assert firm in page.text
    assert "现场检查" in page.text
    notice = Document(BytesIO(browser.opens(f"/app/inspections/{number}/notice").octets))
    assert any(firm in paragraph.text for paragraph in notice.paragraphs) or any(
        firm in cell.text for table in notice.tables for row in table.rows for cell in row.cells
    )


def test_a_photo_handed_in_on_the_page_lies_in_the_record_once(recording: tuple[House, Phone, str, int]) -> None:
    """The same form sent twice is one photo, at the point that is being answered."""
    house, recorder, firm, number = recording
    browser = Browser(house)
    page = browser.opens_from(recorder.account, "/app/upload")
    assert firm in page.text
    for _ in range(2):
        assert "已交给助手" in browser.opens("/app/upload", upload(page, "现场.png", picture())).text
        house.settle()
    with house.reading() as session:
        photo = session.exec(select(Photo)).one()
    assert (photo.inspection_id, photo.position) == (number, 1)
    assert "照片已保存到第 1 项" in recorder.last["text"]
    shown = browser.opens(f"/app/inspections/{number}/photos/{photo.medium}")
    assert (shown.octets, shown.headers["Content-Type"]) == (picture(), "image/png")


def test_a_place_told_on_the_page_lies_in_the_record(recording: tuple[House, Phone, str, int]) -> None:
    """Where a chat knows no location, the question itself leads to the page."""
    house, recorder, firm, number = recording
    while "检查结果？" not in recorder.last["text"]:
        recorder.taps("正常")
    recorder.taps("未发现问题").taps("无意见")
    assert recorder.last["page"]["label"] == "在网页上登记位置"
    browser = Browser(house)
    page = browser.opens_from(recorder.account, "/app/place")
    assert firm in page.text
    assert browser.sends(page, point="nonsense", label="").status == 400
    browser.sends(page, point="24.352134,102.545211,18", label="大门口")
    with house.reading() as session:
        assert session.get_one(Inspection, number).place == "大门口（24.35213, 102.54521，误差约 18 米）"
    assert "提交" in recorder.last.labels


def test_a_duty_is_begun_on_the_page_and_goes_on_in_the_chat(drawn: House) -> None:
    """A button of the page is the button of the chat; what is done already says so."""
    ((firm, team),) = drawn.teams().items()
    browser = Browser(drawn)
    page = browser.opens_from(team[0].account, "/app")
    start = page.text.index(f"检查任务待确认：{firm}")
    subject = page.text[start:].partition('name="subject" value="')[2].partition('"')[0]
    browser.sends(page, subject=subject)
    assert f"已接受对“{firm}”的检查" in team[0].last["text"]
    assert browser.sends(page, subject=subject).status == 409


def test_a_clerk_hands_in_a_register_on_the_page(bureau: House) -> None:
    """An Excel file is imported as if it had been sent in the chat, and a broken one is refused there."""
    browser = Browser(bureau)
    page = browser.opens_from(bureau.officer.account, "/app/upload")
    browser.opens("/app/upload", upload(page, "名录.xlsx", b"broken"))
    bureau.settle()
    assert "名录.xlsx" in bureau.officer.last["text"]


def test_nobody_else_gets_in(recording: tuple[House, Phone, str, int]) -> None:
    """No session, a forged one, somebody else's inspection, a form of another session: each gets a sentence and nothing else."""
    house, recorder, firm, number = recording
    stranger = Browser(house)
    assert stranger.goes("/app").status == 303
    stranger.cookies["app"] = "WzE5OTk5OTk5OTksICJzaW11bGF0b3IiLCAibGl1LW1pbmciLCAieCJd.00"
    assert stranger.goes("/app").status == 303
    assert stranger.goes("/app/upload", {"token": "x"}).status == 401

    page = Browser(house).opens_from(recorder.account, "/app/place")
    other = Browser(house)
    outsider = next(name for name in house.inspectors if not any(firm in card for card in house[name].titled("检查任务")))
    unseen = other.opens_from(outsider, f"/app/inspections/{number}")
    assert (unseen.status, firm in unseen.text) == (404, False)
    assert other.opens("/app/place", {"token": page.field("token"), "once": "1", "label": "别处"}).status == 403


def test_who_has_left_is_out_at_once(recording: tuple[House, Phone, str, int]) -> None:
    """A session is only as good as the person's account at this moment."""
    house, recorder, _, number = recording
    browser = Browser(house)
    assert browser.opens_from(recorder.account, "/app").status == 200
    name = recorder.account

    def leave(connection: object) -> None:
        connection.execute(Person.__table__.update().where(Person.name == _name_of(house, name)).values(is_active=False))  # type: ignore[attr-defined]

    house.app.database.run(leave, "test").result()
    assert "没有绑定" in browser.opens("/app").text
    assert browser.opens(f"/app/inspections/{number}").status == 403


def _name_of(house: House, account: str) -> str:
    return next(row["name"] for row in house.get("/simulator/phones") if row["person"] == account)


def test_a_login_leads_to_our_pages_alone(bureau: House) -> None:
    """Wherever a link wants to lead, a login ends at a page of ours."""
    for target in ("https://evil.example", "//evil.example", "/public", "/app\\..\\x", "/application", ""):
        assert Browser(bureau).opens_from(bureau.chief.account, target).at == "/app"


@pytest.fixture
def abroad(engine: str, database_url: str, tmp_path: Path) -> Iterator[Callable[[type], House]]:
    """A house on a real platform's fake, with a public address."""
    opened: list[House] = []

    def open_house(kind: type, **options: object) -> House:
        opened.append(kind(tmp_path, database_url, {"public_url": PUBLIC, **options}).__enter__())
        return opened[-1]

    yield open_house
    for house in opened:
        house.__exit__()


def test_wecom_says_who_opens_a_page(abroad: Callable[..., House]) -> None:
    """OAuth2: a code serves once, and only in the browser that asked for it."""
    house = abroad(WeComHouse)
    browser = Browser(house, "wecom")
    away = browser.goes(browser.goes("/app/upload").headers["Location"])
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    assert asked["redirect_uri"] == [f"{PUBLIC}/app/login/wecom"]
    house.fake.login_codes["c1"] = "liu-ming"
    back = f"/app/login/wecom?code=c1&state={asked['state'][0]}"
    assert Browser(house, "wecom").goes(back).status == 403
    page = browser.opens(back)
    assert (page.status, page.at) == (200, "/app/upload")
    assert browser.goes(back).status == 403
    house.fake.login_codes["c2"] = "an outsider"
    assert "没有认出" in browser.opens(f"/app/login/wecom?code=c2&state={asked['state'][0]}").text


def test_a_wecom_card_leads_to_its_page(abroad: Callable[..., House]) -> None:
    """The assignment card carries the address of the login and of the page after it."""
    house = abroad(WeComHouse)
    house.draws(SMALL)
    card = next(shown for shown in house.fake.shown if "检查任务" in str(shown.body.get("main_title", "")))
    link = next(fact for fact in card.body["horizontal_content_list"] if fact.get("type") == 1)
    assert (link["keyname"], link["value"]) == ("网页", "在网页上看这项检查")
    assert link["url"].startswith(f"{PUBLIC}/app/login/wecom?next=/app/inspections/")


def test_dingtalk_says_who_opens_a_page(abroad: Callable[..., House]) -> None:
    """免登: the page asks the client for a code, which serves once."""
    house = abroad(DingTalkHouse, dingtalk_corp_id=CORP)
    browser = Browser(house, "dingtalk")
    page = browser.opens("/app/place")
    assert f'data-corp="{CORP}"' in page.text
    assert "https://g.alicdn.com" in page.headers["Content-Security-Policy"]
    state = page.text.partition('data-state="')[2].partition('"')[0]
    house.fake.codes["abc"] = "liu-ming"
    assert browser.opens(f"/app/login/dingtalk?code=abc&state={state}").at == "/app/place"
    assert browser.opens(f"/app/login/dingtalk?code=abc&state={state}").status == 403


def test_a_dingtalk_card_leads_to_its_page(abroad: Callable[..., House]) -> None:
    """The assignment has a link to its page."""
    house = abroad(DingTalkHouse, dingtalk_corp_id=CORP)
    house.draws(SMALL)
    said = str(list(house.fake.phones.values()))
    assert f"[在网页上看这项检查]({PUBLIC}/app/login/dingtalk?next=/app/inspections/" in said
