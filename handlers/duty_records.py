"""Show who did their duty, step by step, and what was not done in time (履职、问责清单), 三(二)."""

from handlers.acts import conduct, conduct_papers
from handlers.acts.finding import find_round, key, short
from handlers.context import Context
from handlers.errors import HandlerError
from handlers.speech.cards import Button, Card, Paper
from handlers.speech.numbers import read_round_number
from handlers.speech.oversight_commands import ShowConduct
from storage.queries import people
from storage.queries import rounds as round_queries
from storage.tables.people import Person
from storage.tables.rounds import Round
from storage.vocabulary import Role

SHOWN, BUTTONS = 10, 8
ALL_SEEN = (Role.OFFICER, Role.CHIEF, Role.LEGAL, Role.LEADER)


class NobodyInspected(HandlerError):
    """您看得到的任务里没有“{name}”的检查记录。请发送“履职 姓名 任务号”，如“履职 杨丽 3”。"""


def show_conduct(command: ShowConduct, context: Context) -> Card:
    """One person in a round, everybody in a round, one person's rounds, or, without words, what was not done in time."""
    words = command.words.split()
    numbers = [word for word in words if not isinstance(read_round_number(word), str)]
    names = [word for word in words if word not in numbers and word not in ("未按时", "逾期", "问责")]
    rounds = [find_round(context, numbers[0])] if numbers else round_queries.visible(context.session, context.actor)
    if not numbers and not names:
        return _late(context)
    served = [(person, round_id) for person, round_id in conduct_papers.people_of(context.session, rounds) if _may_see(context, person)]
    if names:
        served = [pair for pair in served if pair[0].name == names[0]]
    if not served:
        raise NobodyInspected(name=names[0] if names else numbers[0])
    if numbers and names:
        return _record(context, rounds[0], served[0][0])
    if numbers:
        return _round(context, rounds[0], [person for person, _ in served])
    by_id = {key(row): row for row in rounds}
    return _person(context, served[0][0], [by_id[round_id] for _, round_id in served])


def _may_see(context: Context, person: Person) -> bool:
    """Somebody who only inspects sees their own record."""
    return context.actor.holds(*ALL_SEEN) or person.id == context.actor.person_id


def _record(context: Context, round_: Round, person: Person) -> Card:
    """Every step of one person in one round, each with the entry that proves it."""
    places = conduct.places_of(context.session, round_, person.id or 0, context.calendar, context.today)
    late = sum(len(place.late) for place in places)
    lines = [line for place in places[:SHOWN] for line in (f"【{place.target.name}】", *map(_line, place.steps))]
    fields = {"人员": person.name, "任务": f"{round_.number}（{round_.stage.label}）", "结论": _verdict(late), "核验": conduct_papers.CHECK}
    paper = Paper(f"履职记录-{person.name}-{round_.number}.docx", "conduct", key(round_), f"{person.id} {context.policy.address}")
    return Card(f"履职 {person.name} {short(round_)}", "\n".join(lines), fields, file=paper)


def _line(step: conduct.Step) -> str:
    """One step as a line."""
    return f"{step.name}：{step.told}" + ("【未按时】" if step.is_late else "") + (f"（账本 {step.entry}）" if step.entry else "")


def _round(context: Context, round_: Round, served: list[Person]) -> Card:
    """Everybody in a round with what came too late, and a button to each one's record."""
    fields, buttons = {}, []
    for person in served:
        places = conduct.places_of(context.session, round_, person.id or 0, context.calendar, context.today)
        late = sum(len(place.late) for place in places)
        fields[person.name] = f"{len(places)} 户，{_verdict(late)}"
        buttons.append(Button(f"履职 {person.name} {short(round_)}", ShowConduct(f"{person.name} {round_.number}")))
    paper = Paper(f"履职记录-{round_.number}.docx", "conduct", key(round_), f" {context.policy.address}")
    return Card(f"履职 任务 {round_.number}", "逐人逐环节的记录见附件，点人名看一个人。", fields, tuple(buttons[:BUTTONS]), file=paper)


def _person(context: Context, person: Person, rounds: list[Round]) -> Card:
    """One person's rounds."""
    fields = {}
    for round_ in rounds[:SHOWN]:
        places = conduct.places_of(context.session, round_, person.id or 0, context.calendar, context.today)
        fields[round_.number] = f"{len(places)} 户，{_verdict(sum(len(place.late) for place in places))}"
    buttons = tuple(Button(f"履职 {person.name} {short(row)}", ShowConduct(f"{person.name} {row.number}")) for row in rounds[:BUTTONS])
    return Card(f"履职 {person.name}", f"参加过 {len(rounds)} 个任务。", fields, buttons)


def _late(context: Context) -> Card:
    """What was not done in time this year, by whom, and how often they were reminded."""
    rows = conduct_papers.late_of(context.session, context.actor, context.calendar, context.today)
    how = "看一个人：“履职 姓名 任务号”；看一个任务：“履职 任务号”。"
    if not rows:
        return Card(text=f"{context.today.year} 年没有未按时办理的事项。{how}")
    fields: dict[str, str] = {}
    for row in rows[:SHOWN]:
        names = "、".join(people.names(context.session, list(row.holders)).values())
        done = f"{row.done_on} 办理" if row.done_on else "至今未办"
        told = f"提醒 {len(row.reminders)} 次" if row.reminders else "没有发出过提醒"
        name = f"{row.title}（{row.round_number.removeprefix(context.actor.bureau_code + '-') or row.due_by.year}）"
        fields[name] = f"{names}，期限 {context.day_text(row.due_by)}，{done}，晚 {row.days} 个工作日，{told}"
    more = f"，先列最久的 {SHOWN} 项" if len(rows) > SHOWN else ""
    paper = Paper(f"未按时办理清单-{context.today}.xlsx", "late", context.actor.person_id)
    return Card(f"未按时办理 {context.today.year}", f"共 {len(rows)} 项{more}，提醒的时间和收件人见附件。{how}", fields, file=paper)


def _verdict(late: int) -> str:
    """Say whether every step came in time."""
    return f"{late} 项未按时" if late else "各环节都按时"
