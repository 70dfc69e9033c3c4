"""A city for the tests of the public site: firms, rounds, frozen lists and results, written row by row."""

import hashlib
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from fractions import Fraction

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import Session

from bot.web.pages import static_routes
from bot.web.public import public_routes
from bot.web.public_ledger import ChainCheck
from handlers.rules.ceremony import commitment, seed, seed_text
from handlers.rules.drawing import draw_targets, result_text, strata_of
from handlers.rules.frozen_texts import Candidate, Frame, fingerprint, frame_text, read_frame
from handlers.rules.public_record import Result, public_record
from storage.frames import FRAME, PEOPLE, RESULT, SEED, TEAMS
from storage.tables.inspections import Inspection
from storage.tables.people import Bureau, Person
from storage.tables.publications import Publication
from storage.tables.registers import GuidePoint, Item, Target
from storage.tables.rounds import Attempt, FrozenText, Round
from storage.vocabulary import (
    AttemptState,
    Certainty,
    CreditClass,
    InspectionState,
    ItemKind,
    Method,
    PublicationState,
    RiskLevel,
    Stage,
    TargetKind,
    TargetStatus,
)
from tests.house import ListedWorld

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 09:30 in Beijing
SECRET = hashlib.sha256(b"a constant secret").hexdigest()
PHONE, CONTACT, OWNER, WITNESS = "13908770001", "欧阳联络", "诸葛老板", "司马见证"


class Town:
    """A city's public record, written row by row."""

    def __init__(self, database):
        self.database, self.session = database, Session(database.engine, expire_on_commit=False)
        self._add(Bureau(code="530400", name="玉溪市商务局", short_name="玉溪市"))
        self.person = self._add(Person(name=WITNESS, mobile="13908770002", bureau_code="530400"))
        self.item = self._add(item("CG-01", "成品油零售经营检查"))
        self._add(GuidePoint(item_id=self.item.id, position=1, wording="经营批准证书是否在有效期内"))
        self.session.commit()

    def _add(self, row):
        self.session.add(row)
        self.session.flush()
        return row

    def firm(self, code, name="", credit="A"):
        """Enter a firm in the register, with everything that must stay inside."""
        facts = {"legal_person": OWNER, "contact": CONTACT, "phone": PHONE, "address": "玉溪市红塔区某路 1 号"}
        kinds = {
            "kind": TargetKind.MARKET_ENTITY,
            "risk_level": RiskLevel.HIGH,
            "credit_class": CreditClass(credit),
            "status": TargetStatus.ACTIVE,
        }
        place = {"bureau_code": "530400", "category": "成品油零售企业", "district": "530402"}
        return self._add(Target(code=code, name=name or f"玉溪第{code[-2:]}加油站", updated_at=NOW, **facts, **kinds, **place))

    def round(self, number="530400-2026-0001", stage=Stage.CLOSED):
        """Start a round."""
        row = {"number": number, "bureau_code": "530400", "item_id": self.item.id, "request": "50%", "initiator_id": self.person.id}
        done = {"completed_on": date(2026, 11, 23), "publish_by": date(2026, 12, 21), "publish_certainty": Certainty.FIRM}
        return self._add(
            Round(**row, method=Method.ON_SITE, stage=stage, created_at=NOW, **(done if stage in (Stage.PUBLISHING, Stage.CLOSED) else {}))
        )

    def attempt(self, round_, classes, excluded=(), number=1, state=AttemptState.DRAWN):
        """Freeze firms of these classes and draw half of each; returns the attempt and the drawn codes."""
        candidates = tuple(Candidate(f"91530400MA6K0000{n:02d}", name, 1, "530402") for n, name in enumerate(classes, 10))
        ratios = dict.fromkeys(classes, Fraction(1, 2))
        text = frame_text(Frame(round_.number, number, "成品油", "-", strata_of(candidates, ratios), candidates, tuple(excluded)))
        said = seed_text(fingerprint(text), SECRET, [("w1", "阳光普照")])
        drawn = draw_targets(read_frame(text), seed(said))
        is_drawn = state is AttemptState.DRAWN
        proof = {
            "frame_fingerprint": fingerprint(text),
            "people_fingerprint": "-",
            "commitment": commitment(SECRET),
            "sealed_secret": "封存",
        }
        times = {"frozen_at": NOW, "ends_at": NOW, "drawn_at": NOW if is_drawn else None, "seed": seed(said) if is_drawn else ""}
        row = self._add(Attempt(round_id=round_.id, number=number, state=state, **proof, **times))
        texts = {FRAME: text, PEOPLE: "检查人员名单\n"} | ({SEED: said, RESULT: result_text(drawn), TEAMS: "检查组\n"} if is_drawn else {})
        for name, body in texts.items():
            self._add(FrozenText(attempt_id=row.id, name=name, body=body))
        return row, drawn

    def inspects(self, round_, drawn, names=None):
        """Inspect and publish every drawn firm, in the drawn order; returns the publications."""
        rows = []
        for position, place in enumerate(drawn.places, 1):
            target = self.firm(place.code, (names or {}).get(place.code, ""), place.stratum)
            facts = {"round_id": round_.id, "target_id": target.id, "item_id": round_.item_id, "position": position}
            facts |= {"stratum": place.stratum, "ticket": place.ticket}
            done = {
                "state": InspectionState.PASSED,
                "inspect_by": date(2026, 12, 1),
                "completed_on": date(2026, 11, 20),
                "problem": "内部问题描述",
            }
            inspection = self._add(Inspection(**facts, **done))
            record = public_record(
                Result(
                    target.name, target.code, round_.number, self.item.name, date(2026, 11, 20), "未发现问题", "玉溪市商务局", "现场检查"
                )
            )
            state = {"state": PublicationState.PUBLISHED, "publish_by": date(2026, 12, 18), "certainty": Certainty.FIRM}
            rows.append(self._add(Publication(inspection_id=inspection.id, published_at=NOW, record=record, **state)))
        return rows

    @asynccontextmanager
    async def site(self, at_once=False):
        """Open the site to a reader: `await read(path, status)`."""
        self.session.commit()
        application = web.Application()
        application.add_routes([*public_routes(self.database, ChainCheck(ListedWorld()), at_once), *static_routes()])
        async with TestClient(TestServer(application)) as client:

            async def read(path, status=200):
                answer = await client.get(path if path.startswith("/static") else f"/public{path}")
                assert answer.status == status, path
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
                return await answer.text()

            yield read


def item(number, name, **facts):
    usual = {"legal_basis": "《成品油流通管理办法》", "disclosed_on": date(2026, 1, 15), "disclosed_at": "https://example.gov.cn/清单"}
    kinds = {"kind": ItemKind.GENERAL, "method": Method.ON_SITE, "ratio_cap": "5%"}
    return Item(
        bureau_code="530400", number=number, name=name, target_category="成品油零售企业", specialty="成品油", **(usual | kinds | facts)
    )
