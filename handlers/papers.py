"""Write the papers that go with a card (检查通知书、抽取结果、台账、名录、摇号证据), at the moment they are sent."""

import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO
from zoneinfo import ZoneInfo

from sqlmodel import Session

from handlers.acts import conduct_papers, counting, monthly_report
from handlers.acts.announcing import facts_of
from handlers.acts.records import record_of
from handlers.acts.referring import referral_letter
from handlers.acts.register_health import write_health
from handlers.acts.registering import REGISTERS
from handlers.acts.tracing import story_of
from handlers.documents.charts import Chart, draw
from handlers.documents.columns import Column, Sheet
from handlers.documents.letters import InspectorFacts, NoticeFacts, announcement, notice
from handlers.documents.sheets import write_rows
from handlers.proofs import bundle
from handlers.rules.districts import CITY, full_address, short_name
from handlers.rules.public_record import FIELDS
from handlers.speech.deeds import deed, facts_line
from storage import frames
from storage.queries import follow_ups, guides, people, registers, tips
from storage.queries import inspections as inspection_queries
from storage.queries import publications as publication_queries
from storage.tables.inspections import Inspection
from storage.tables.lists import ListVersion
from storage.tables.people import Person
from storage.tables.registers import Inspector, Item, Target
from storage.tables.rounds import Round
from storage.vocabulary import Outcome, PublicationState, RoundKind

BEIJING = ZoneInfo("Asia/Shanghai")
FREQUENCY = {
    RoundKind.RANDOM: "本年度频次按信用风险分类控制",
    RoundKind.SPECIAL: "专项检查，本年度频次按信用风险分类控制",
    RoundKind.SWEEP: "过筛式检查，不计入年度频次",
    RoundKind.CROSS: "交叉检查，本年度频次按信用风险分类控制",
    RoundKind.TIP: "有因检查，不计入年度频次",
}
MATERIALS = ("营业执照及相关许可证件", "与检查事项有关的台账、合同和凭证", "经办人员身份证明或授权委托书")


def write_paper(session: Session, kind: str, about: int, scope: str, today: date) -> bytes:
    """Return the bytes of a paper as things stand now; raises KeyError for an unknown kind."""
    return WRITERS[kind](session, about, scope, today)


def _notice(session: Session, inspection_id: int, _scope: str, today: date) -> bytes:
    """检查通知书, with the team as it is."""
    inspection = session.get_one(Inspection, inspection_id)
    round_ = session.get_one(Round, inspection.round_id)
    item, target = session.get_one(Item, round_.item_id), session.get_one(Target, inspection.target_id)
    team = [_inspector(session, row.person_id) for row in inspection_queries.team(session, inspection_id)]
    since = round_.approved_at.astimezone(BEIJING).date() if round_.approved_at else today
    return notice(
        NoticeFacts(
            bureau=people.bureau_name(session, round_.bureau_code),
            number=f"{round_.number}-{inspection.position:03d}",
            firm=target.name,
            code=target.code,
            address=full_address(target.district, target.address),
            legal_basis=_basis(session, round_) or item.legal_basis,
            round_number=round_.number,
            item=item.name,
            period=f"{_day(since)}至{_day(inspection.inspect_by)}",
            method=round_.method.label,
            frequency=FREQUENCY[round_.kind],
            materials=MATERIALS,
            inspectors=tuple(team),
            complaint_contact="12345 政务服务便民热线",
            contact=people.name_of(session, round_.initiator_id),
            issued_on=_day(today),
        )
    )


def _basis(session: Session, round_: Round) -> str:
    """Return the law behind a tip where it isn't the item's, 一(三)."""
    tip = tips.of_round(session, round_.id or 0) if round_.kind is RoundKind.TIP else None
    return tip.basis if tip else ""


def _inspector(session: Session, person_id: int) -> InspectorFacts:
    """Return a team member as the firm may know them."""
    inspector = registers.inspector_of(session, person_id)
    return InspectorFacts(people.name_of(session, person_id), inspector.certificate_no if inspector else "")


def _drawn(session: Session, round_id: int, _scope: str, _today: date) -> bytes:
    """The list of drawn targets in their order."""
    rows = []
    for inspection in inspection_queries.of_round(session, round_id):
        target = session.get_one(Target, inspection.target_id)
        team = [row.person_id for row in inspection_queries.team(session, inspection.id or 0)]
        rows.append(
            {
                "position": str(inspection.position),
                "name": target.name,
                "code": target.code,
                "district": short_name(target.district),
                "stratum": inspection.stratum,
                "ticket": inspection.ticket,
                "team": "、".join(people.names(session, team).values()),
            }
        )
    return _sheet("抽取结果", DRAWN, rows)


def _round(session: Session, round_id: int, _scope: str, _today: date) -> bytes:
    """The round's register of inspections (检查台账)."""
    rows = []
    for inspection in inspection_queries.of_round(session, round_id):
        target = session.get_one(Target, inspection.target_id)
        publication = publication_queries.of_inspection(session, inspection.id or 0)
        measures = follow_ups.of_inspection(session, inspection.id or 0)
        team = [row.person_id for row in inspection_queries.team(session, inspection.id or 0)]
        rows.append(
            {
                "position": str(inspection.position),
                "name": target.name,
                "code": target.code,
                "district": short_name(target.district),
                "team": "、".join(people.names(session, team).values()),
                "state": inspection.state.label,
                "completed": inspection.completed_on.isoformat() if inspection.completed_on else "",
                "outcome": "、".join(Outcome(word).label for word in inspection.outcomes),
                "problem": inspection.problem or "",
                "measures": "；".join(
                    f"{row.measure.label}（{row.state.label}{' ' + row.receipt if row.receipt else ''}）" for row in measures
                ),
                "publication": publication.state.label if publication else "",
            }
        )
    return _sheet("检查台账", ROUND, rows)


def _register(session: Session, _about: int, scope: str, _today: date) -> bytes:
    """A register as its own template would hold it, so that it can be changed and imported again."""
    name, _, bureau = scope.partition(":")
    register = REGISTERS[name]
    octets = BytesIO()
    write_rows(register.sheet, _register_rows(session, name, bureau), octets)
    return octets.getvalue()


def _list(session: Session, version_id: int, _scope: str, _today: date) -> bytes:
    """A version of the item list as it was made public."""
    octets = BytesIO()
    write_rows(REGISTERS["items"].sheet, session.get_one(ListVersion, version_id).rows, octets)
    return octets.getvalue()


def _register_rows(session: Session, name: str, bureau: str) -> Iterable[dict[str, object]]:
    """Yield the rows of a register by field."""
    if name == "targets":
        for target in registers.targets_in(session, None if bureau == CITY else bureau):
            yield {**target.model_dump(), "district": short_name(target.district)}
    elif name == "guides":
        yield from _guide_rows(session, bureau)
    elif name == "items":
        for item in registers.items(session, registers.upwards(session, bureau)):
            points = tuple(point.wording for point in registers.guide(session, item.id or 0))
            section = people.section_name(session, item.section_id)
            yield {**item.model_dump(), "section": section, "content": "；".join(points)}
    else:
        for row, person in registers.inspectors(session, people.bureaus_below(session, bureau)):
            yield _inspector_row(session, row, person)


def _guide_rows(session: Session, bureau: str) -> Iterable[dict[str, object]]:
    """Yield a bureau's own guides by field; items without one come with the points of the list, to be filled in."""
    for item in registers.items(session, registers.upwards(session, bureau)):
        guide = next(iter(guides.versions(session, bureau, item.number)), None)
        if guide is not None:
            yield {**guide.model_dump(), "number": item.number, "name": item.name, "points": "；".join(guide.points)}
        elif bureau == CITY:
            points = "；".join(point.wording for point in registers.guide(session, item.id or 0))
            yield {"number": item.number, "name": item.name, "basis": item.legal_basis, "points": points}


def _inspector_row(session: Session, row: Inspector, person: Person) -> dict[str, object]:
    """Return one line of the inspector directory."""
    names = tuple(short_name(code) for code in row.districts)
    section = people.section_name(session, person.section_id)
    state = "有效" if row.is_valid else "失效"
    return {**row.model_dump(), "is_valid": state, "name": person.name, "mobile": person.mobile, "section": section, "districts": names}


def _proof(session: Session, attempt_id: int, _scope: str, _today: date) -> bytes:
    """The five texts of a draw, and the replacements since, as one archive."""
    texts = frames.read(session, attempt_id)
    octets = BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (*frames.PROOF, frames.AMENDMENTS):
            if name in texts:
                archive.writestr(zipfile.ZipInfo(name), texts[name].encode("utf-8"))
        archive.writestr(zipfile.ZipInfo("with-amendments/teams.txt"), bundle(texts)[frames.TEAMS].encode("utf-8"))
    return octets.getvalue()


def _trace(session: Session, round_id: int, _scope: str, _today: date) -> bytes:
    """A round's whole story with the hash of every entry, for supervisors."""
    rows = [
        {
            "seq": str(act.seq),
            "at": act.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "who": people.name_of(session, act.actor),
            "deed": deed(act.act),
            "subject": act.subject,
            "facts": facts_line(act.facts),
            "through": act.through,
            "hash": act.hash,
        }
        for act in story_of(session, round_id)
    ]
    return _sheet("全过程留痕", TRACE, rows)


def _chart(session: Session, section_id: int, scope: str, _today: date) -> bytes:
    """The figures of a period by county, as a picture."""
    bureau, first, last, name = scope.split(":")
    which = counting.within_bureau(session, bureau, section_id or None, date.fromisoformat(first), date.fromisoformat(last))
    rows = tuple((short_name(code), (row.drawn, row.done, row.problems)) for code, row in counting.tallies(session, which).items())
    return draw(Chart(f"双随机抽查 {name}", f"{people.bureau_name(session, bureau)}，按检查对象所在县区（户）", SERIES, rows))


def _preview(session: Session, round_id: int, _scope: str, today: date) -> bytes:
    """All records of a round that wait, as the public will read them."""
    round_ = session.get_one(Round, round_id)
    found = publication_queries.with_targets(session, round_id)
    rows = [record_of(session, round_, inspection, today) for row, inspection, _ in found if row.state is PublicationState.DUE]
    return _sheet("待公示内容", tuple(Column(name, name, width=24) for name in FIELDS), rows)


def _announcement(session: Session, round_id: int, scope: str, today: date) -> bytes:
    """公示公告 of a round, as far as its results are public; `scope` is the address of the public site."""
    return announcement(facts_of(session, round_id, scope, today))


def _sheet(title: str, columns: tuple[Column, ...], rows: list[dict[str, str]]) -> bytes:
    """Return rows of texts as an Excel file."""
    octets = BytesIO()
    write_rows(Sheet(title, columns), rows, octets)
    return octets.getvalue()


def _day(day: date) -> str:
    """Return a day as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"


COMMON = (
    Column("序号", "position"),
    Column("对象", "name", width=36),
    Column("统一社会信用代码", "code", width=24),
    Column("县区", "district"),
)
DRAWN = (*COMMON, Column("分类", "stratum"), Column("检查人员", "team", width=20), Column("号码", "ticket", width=70))
ROUND = (
    *COMMON,
    Column("检查人员", "team", width=20),
    Column("状态", "state"),
    Column("完成日期", "completed"),
    Column("检查结果", "outcome", width=30),
    Column("问题", "problem", width=40),
    Column("后续处置", "measures", width=40),
    Column("公示", "publication"),
)
TRACE = (
    Column("账本序号", "seq"),
    Column("时间", "at", width=20),
    Column("办理人", "who"),
    Column("事项", "deed", width=20),
    Column("对象编号", "subject", width=16),
    Column("内容", "facts", width=60),
    Column("经由消息", "through", width=30),
    Column("哈希", "hash", width=68),
)
SERIES = ("抽取", "已检查", "发现问题")
WRITERS: dict[str, Callable[[Session, int, str, date], bytes]] = {
    "notice": _notice,
    "referral": referral_letter,
    "drawn": _drawn,
    "round": _round,
    "register": _register,
    "list": _list,
    "health": write_health,
    "proof": _proof,
    "chart": _chart,
    "trace": _trace,
    "preview": _preview,
    "announcement": _announcement,
    "conduct": conduct_papers.write_conduct,
    "late": conduct_papers.write_late,
    "monthly_chart": monthly_report.write_chart,
    "monthly_excel": monthly_report.write_excel,
    "monthly_word": monthly_report.write_word,
}
