"""Take in tips on business without licence or registration (无证无照经营), 一(三): a tip with a basis of its own, no draw."""

from handlers.acts.finding import key
from handlers.acts.tipping import Told, register
from handlers.context import Context
from handlers.errors import DistrictOfOthers, HandlerError
from handlers.rules.districts import CITY, SHORT_NAMES, short_name
from handlers.rules.text_lines import single_field
from handlers.speech.cards import Button, Card, Question
from handlers.speech.commands import GoBack
from handlers.speech.tip_commands import ReportUnlicensed
from storage.queries import registers
from storage.tables.registers import Item, Target
from storage.vocabulary import CreditClass, RiskLevel, TargetKind, TargetStatus, TipSource

BASIS = "《无证无照经营查处办法》（国务院令第684号）"
CATEGORY = "无证无照经营"


class PlaceWithoutCounty(HandlerError):
    """“{place}”没有写明在哪个县（市、区）。请写县区和地址，如“红塔区玉带路 12 号门口”。"""


def report_unlicensed(command: ReportUnlicensed, context: Context) -> Card:
    """Ask where it is and which item comes closest, then put the tip before whoever decides."""
    if command.place is None:
        prompt = f"“{command.name}”在哪里？请写县区和地址，如“红塔区玉带路 12 号门口”。"
        return Card(text=prompt, asks=Question(command, "place", back=GoBack()))
    district = _district(command.place, context)
    item = _item(command, context)
    if isinstance(item, Card):
        return item
    target = _target(command, context, district)
    return register(context, Told(TipSource(command.source), single_field(command.wording).strip(), BASIS), target, item)


def _district(place: str, context: Context) -> str:
    """Return the county that the place names; a county's bureau looks at home."""
    found = [code for code, name in SHORT_NAMES.items() if code != CITY and (name in place or name[:-1] in place)]
    if len(found) != 1:
        raise PlaceWithoutCounty(place=place)
    own = context.actor.bureau_code
    if own not in (CITY, found[0]):
        raise DistrictOfOthers(district=short_name(found[0]), own=short_name(own))
    return found[0]


def _item(command: ReportUnlicensed, context: Context) -> Item | Card:
    """Return the item whose points and people come closest to what is done there, or the question which one."""
    reach = registers.upwards(context.session, context.actor.bureau_code)
    items = [row for row in registers.items(context.session, reach) if row.legal_basis]
    chosen = [row for row in items if command.item in (row.number, row.name)]
    if len(chosen) == 1:
        return chosen[0]
    known = (command.wording, command.source, command.name, command.place)
    buttons = tuple(Button(row.name, ReportUnlicensed(*known, row.number)) for row in items)
    asked = Question(ReportUnlicensed(*known), "item", is_free=False, back=ReportUnlicensed(*known[:3]))
    return Card("登记线索", "从事哪一类经营？检查要点和检查人员按这个事项定。", {"对象": command.name}, buttons, asks=asked)


def _target(command: ReportUnlicensed, context: Context, district: str) -> Target:
    """Keep who was reported, apart from the register of those who may be drawn."""
    serial = 1 + registers.count_in(context.session, CATEGORY)
    target = Target(
        bureau_code=district,
        code=f"无证无照-{district}-{serial:05d}",
        name=single_field(command.name).strip()[:60],
        kind=TargetKind.ACT,
        category=CATEGORY,
        district=district,
        address=single_field(command.place or "").strip(),
        risk_level=RiskLevel.HIGH,
        credit_class=CreditClass.C,
        status=TargetStatus.UNREGISTERED,
        updated_at=context.now,
    )
    context.session.add(target)
    context.session.flush()
    context.ledger.write("target_added", f"target:{key(target)}", code=target.code, name=target.name)
    return target
