"""Register the departments with which inspections are held jointly (联合部门、部门事项), 二(七): people as guests, items with basis and disclosure."""

from handlers.acts import departments
from handlers.acts.finding import key
from handlers.context import Context
from handlers.errors import HandlerError, NothingFound
from handlers.rules import partners as reading
from handlers.rules.text_lines import single_field
from handlers.speech.cards import Button, Card, Question, say
from handlers.speech.joint_commands import EnterDepartment, EnterPartnerItem, ShowJointPlan, ShowPartners
from storage.queries import partners, people, registers
from storage.tables.people import Bureau
from storage.vocabulary import Role

LEAST, LONGEST = 4, 40  # characters of a department's name


class BadDepartment(HandlerError):
    """“{name}”不像部门全称。请写全称，如“玉溪市市场监督管理局”。"""


class BadPeople(HandlerError):
    """{reason}"""


class BadPartnerItem(HandlerError):
    """{reason}"""


class NoSuchCategory(HandlerError):
    """名录里没有“{category}”这一类检查对象，联合检查要和本单位的事项查同一类。现有的有：{known}。"""


def show_partners(_: ShowPartners, context: Context) -> Card:
    """Show which departments take part, with what and whom."""
    fields = {row.name: _in_words(context, row) for row in partners.departments(context.session)}
    text = "联合检查由发起部门一次抽取，每个检查组至少有参加部门各一人，各部门录各自的结果、公示各自的结果。"
    if context.actor.holds(Role.OFFICER, Role.CHIEF):
        text += "发起请发送“联合 事项 比例”，如“联合 成品油零售 5% 红塔区”。"
    if not fields:
        text += "还没有登记参加的部门，请法规科登记。"
    keeps = (Button("登记部门", EnterDepartment()), Button("登记部门事项", EnterPartnerItem())) if context.actor.holds(Role.LEGAL) else ()
    return Card("部门联合", text, fields, (*keeps, Button("联合计划", ShowJointPlan())))


def _in_words(context: Context, department: Bureau) -> str:
    """Return a department's people and items."""
    staff = [person.name for _, person in partners.people_of(context.session, department.code)]
    items = [f"{row.name}（{row.target_category}）" for row in partners.items(context.session) if row.bureau_code == department.code]
    return f"{len(staff)} 人（联络人{staff[0]}）；" * bool(staff) + ("、".join(items) or "还没有登记事项")


def enter_department(command: EnterDepartment, context: Context) -> Card:
    """Ask for the name and the people, then keep both; given again, the people are replaced and whoever is no longer there loses access."""
    name = single_field(command.name).strip()
    if not name:
        return Card("联合部门", "哪个部门？请写全称：", asks=Question(EnterDepartment(), "name", back=ShowPartners()))
    if not LEAST <= len(name) <= LONGEST or any(letter.isdigit() for letter in name):
        raise BadDepartment(name=name[:LONGEST])
    if command.people is None:
        text = f"请逐行写{name}参加联合检查的执法人员。{reading.PEOPLE_FORM}："
        return Card(f"联合部门 {name}", text, asks=Question(EnterDepartment(name), "people", back=EnterDepartment()))
    guests = reading.read_guests(command.people, context.today)
    if isinstance(guests, str):
        raise BadPeople(reason=guests)
    department, gone_count = departments.keep_department(context, name, guests)
    gone = f"{gone_count} 人不在新名单里，不再参加。" if gone_count else ""
    admins = [person for person in people.all_holders(context.session, Role.ADMIN) if person != context.actor.person_id]
    names = "、".join(guest.name for guest in guests)
    context.outbox.put(say(f"{context.actor.name}登记了联合检查部门“{name}”的人员：{names}。他们绑定后只看得到参加的检查。"), admins)
    text = f"已登记{name} {len(guests)} 人，联络人{guests[0].name}。{gone}请他们发送“绑定 手机号”；绑定后只看得到自己参加的检查。"
    return say(text, Button("登记部门事项", EnterPartnerItem(department.name)))


def enter_partner_item(command: EnterPartnerItem, context: Context) -> Card:
    """Ask which department and what it looks at, then keep the item; without law and disclosure it can't be drawn, 二(一)."""
    known = partners.departments(context.session)
    department = partners.of_name(context.session, single_field(command.department).strip())
    if department is None:
        if not known or command.department:
            raise NothingFound(Button("登记部门", EnterDepartment()), keyword=command.department or "您", what="联合检查部门")
        buttons = tuple(Button(row.name, EnterPartnerItem(row.name)) for row in known[:8])
        return Card("联合事项", "哪个部门的事项？", {}, buttons)
    if command.wording is None:
        asked = Question(EnterPartnerItem(department.name), "wording", back=ShowPartners())
        return Card(f"联合事项 {department.name}", reading.ITEM_FORM, asks=asked)
    said = reading.read_item(command.wording)
    if isinstance(said, str):
        raise BadPartnerItem(reason=said)
    categories = registers.words_in_use(context.session, "target_category")
    if said.category not in categories:
        raise NoSuchCategory(category=said.category, known="、".join(categories[:10]))
    item = departments.keep_item(context, department, said)
    points = len(registers.guide(context.session, key(item)))
    return say(f"已登记{department.name}的事项“{item.name}”（{item.number}），检查{item.target_category}，{points} 个要点。")
