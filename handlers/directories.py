"""Look things up in the two directories (检查对象、执法检查人员), 二(二), within one's own county or, in the city, everywhere."""

from handlers.acts.finding import key
from handlers.acts.framing import may_inspect
from handlers.context import Context
from handlers.errors import NothingFound
from handlers.rules.districts import DISTRICTS, find_district, full_address, short_name
from handlers.rules.masking import mask_phone
from handlers.speech.cards import Button, Card
from handlers.speech.commands import FindInspectors, FindTargets
from handlers.speech.wording import normalize
from storage.queries import inspections as inspection_queries
from storage.queries import people, registers, trainings
from storage.tables.people import Person
from storage.tables.registers import Inspector, Target
from storage.vocabulary import Outcome, Role

SHOWN = 8


def find_targets(command: FindTargets, context: Context) -> Card:
    """Find targets by name, code, address or licence; one alone is shown with its labels and its history."""
    keyword = normalize(command.keyword)
    districts = _districts(context)
    found = registers.find_targets(context.session, keyword, districts, SHOWN + 1) if keyword else []
    if not found:
        raise NothingFound(keyword=command.keyword or "（空）", what="检查对象")
    if len(found) == 1:
        return _target(context, found[0])
    fields = {
        target.name: f"{short_name(target.district)}，{target.category}，{target.credit_class}类，{target.status.label}"
        for target in found[:SHOWN]
    }
    buttons = tuple(Button(target.name, FindTargets(target.code)) for target in found[:4])
    text = f"找到 {len(found)} 户。" if len(found) <= SHOWN else f"找到 {SHOWN} 户以上，可加关键字缩小范围。"
    return Card("检查对象", text, fields, buttons)


def find_inspectors(command: FindInspectors, context: Context) -> Card:
    """Find inspectors by name, number, county or specialty, with what they carry at present."""
    keyword = normalize(command.keyword)
    district = find_district(keyword) if keyword else None
    rows = [
        (row, person)
        for row, person in registers.inspectors(context.session, people.bureaus_below(context.session, context.actor.bureau_code))
        if _matches(row, person, keyword, district)
    ]
    if not rows:
        raise NothingFound(keyword=command.keyword, what="检查人员")
    away = registers.away(context.session, context.today, context.today)
    fields = {f"{person.name} {row.staff_number}": _inspector(context, row, person, away) for row, person in rows[:SHOWN]}
    ready = sum(may_inspect(row, context.today) and person.id not in away for row, person in rows)
    more = f"，先列 {SHOWN} 人" if len(rows) > SHOWN else ""
    return Card("执法检查人员", f"共 {len(rows)} 人，今天可参加匹配 {ready} 人{more}。", fields)


def _districts(context: Context) -> list[str]:
    """Return the counties whose targets the actor may see."""
    own = context.actor.bureau_code
    return [own] if own in DISTRICTS else list(DISTRICTS)


def _target(context: Context, target: Target) -> Card:
    """Return one target with labels and history; the phone in full only to those who inspect."""
    rows = inspection_queries.of_target(context.session, key(target))
    phone = target.phone if context.actor.holds(Role.INSPECTOR) else mask_phone(target.phone)
    fields = {
        "信用代码": target.code,
        "类别": f"{target.kind.label}，{target.category}",
        "地址": full_address(target.district, target.address),
        "联系人": f"{target.contact} {phone}".strip() or "未登记",
        "许可": f"{target.license_no} 至 {target.license_until or '未登记'}" if target.license_no else "未登记",
        "分类": f"风险{target.risk_level.label}，信用 {target.credit_class} 类（内部参考，不公开）",
        "状态": target.status.label,
    }
    for inspection, round_ in rows[:5]:
        outcomes = "、".join(Outcome(word).label for word in inspection.outcomes) or inspection.state.label
        fields[f"检查 {round_.number}"] = f"{inspection.completed_on or '未完成'} {outcomes}"
    year = inspection_queries.yearly_counts(context.session, [target.code], context.today.year)[target.code]
    return Card(target.name, f"本年度检查 {year} 次，历史检查 {len(rows)} 次。", fields)


def _matches(row: Inspector, person: Person, keyword: str, district: str | None) -> bool:
    """Whether an inspector is meant by the keyword."""
    if not keyword:
        return True
    if district is not None:
        return district in row.districts
    return keyword in person.name or keyword == row.staff_number or any(keyword in specialty for specialty in row.specialties)


def _inspector(context: Context, row: Inspector, person: Person, away: set[int]) -> str:
    """Return one inspector in a line: certificate, specialties, counties, load."""
    if not row.certificate_no:
        ready = "辅助人员，不参加匹配"
    elif not may_inspect(row, context.today):
        ready = "执法证无效"
    else:
        ready = "请假中" if person.id in away else "可匹配"
    counties = "全市" if len(row.districts) == len(DISTRICTS) else "、".join(map(short_name, row.districts))
    load = len(inspection_queries.open_for(context.session, row.person_id))
    done, left = trainings.done_in(context.session, [row.person_id], context.today.year).get(row.person_id, (0, 0))
    trained = f"；本年培训完成 {done}、未完成 {left}" if done + left else ""
    return f"{'、'.join(row.specialties)}；{counties}；在办 {load} 户；{ready}{trained}"
