"""Say the monthly report (督查月报), 三(四): as a card, as a picture, as Word and Excel, and to whom it goes by itself."""

from datetime import date, timedelta

from sqlmodel import Session

from handlers.acts.monthly import Asked, Figures, figures
from handlers.context import Context
from handlers.documents.charts import Chart, draw, has_font
from handlers.documents.reports import Report, Table, excel, word
from handlers.rules.districts import CITY, DISTRICTS, short_name
from handlers.rules.fairness import STRIKING
from handlers.rules.periods import Period
from handlers.speech.cards import Button, Card, Paper
from handlers.speech.oversight_commands import ShowMonthly
from storage.queries import people, reminders
from storage.vocabulary import Role

PUSHED_WITHIN = 3  # working days of a month: the first one, or, after an outage, one of the next two
FORMS = {"excel": ("monthly_excel", "xlsx"), "word": ("monthly_word", "docx")}


def card(session: Session, asked: Asked) -> Card:
    """Return the report as a card with its picture; Excel and Word are a tap away."""
    name = f"{_called(asked)} {asked.period.name}"
    whose = people.section_name(session, asked.section_id) or people.bureau_name(session, asked.bureau_code)
    fields = {"范围": whose} | summary(figures(session, asked))
    name_of_period = asked.period.name
    buttons = (Button("Excel", ShowMonthly(name_of_period, "excel")), Button("Word", ShowMonthly(name_of_period, "word")))
    text = f"数字截至 {asked.today}。" + ("" if has_font() else "服务器没有中文字体，没有附图。")
    return Card(name, text, fields, buttons, file=paper(asked, "monthly_chart", "png") if has_font() else None)


def paper(asked: Asked, kind: str, ending: str) -> Paper:
    """Return the report as a file that is written when it's sent."""
    scope = f"{asked.bureau_code}:{asked.period.first}:{asked.period.last}:{asked.period.name}"
    return Paper(f"{_called(asked)}-{asked.period.name}.{ending}", kind, asked.section_id or 0, scope)


def _called(asked: Asked) -> str:
    """Return what the report is called: a whole year's is the yearly one."""
    is_year = (asked.period.first.month, asked.period.last.month) == (1, 12)
    return "督查年报" if is_year else "督查月报"


def summary(found: Figures) -> dict[str, str]:
    """Return the report's lines."""
    planned, whole = found.planned, found.whole
    closed, still_open, overdue = found.follow_ups
    inspected, known = (sum(row[place] for row in found.coverage.values()) for place in (0, 1))
    pending = [row for row in found.late if row.done_on is None]
    return {
        "计划备案": _filing(found),
        "计划进度": f"{planned.line_count} 项，已完成 {planned.done_count}，已发起 {planned.begun_count}，到期未完成 {planned.missed_count}",
        "抽查任务": f"{found.rounds_count} 个，抽取 {whole.drawn} 户，已检查 {whole.done} 户（{share(whole.done, whole.drawn)}）",
        "发现问题": f"{whole.problems} 户（问题率 {share(whole.problems, whole.done)}）",
        "公示": f"已公示 {whole.published} 户，按期 {share(whole.published - whole.late, whole.published)}，待公示 {whole.waiting} 户",
        "信息归集": "应归集 {} 条，按期确认 {} 条，逾期未确认 {} 条".format(*found.collected),
        "网络监督": "抽看 {} 条，有问题 {} 条".format(*found.spot_checked),
        "后续处置": f"办理中 {still_open}（逾期 {overdue}），已办结 {closed}",
        "逾期": f"至今未办 {len(pending)} 项，办了但晚了 {len(found.late) - len(pending)} 项",
        "对象覆盖": f"本年检查过 {inspected} 户，占在营 {known} 户的 {share(inspected, known)}",
        "抽取公平": _fair_targets(found),
        "派组公平": _fair_loads(found),
    }


def _filing(found: Figures) -> str:
    """How many counties have filed, who was late, who hasn't."""
    planned = found.planned
    total = len(planned.filed) + len(planned.missing)
    told = f"{len(planned.filed)}/{total} 个县区"
    told += f"，迟报：{'、'.join(map(short_name, planned.late))}" if planned.late else ""
    return told + (f"，未备案：{'、'.join(map(short_name, planned.missing))}" if planned.missing else "")


def _fair_targets(found: Figures) -> str:
    """How far what was drawn in the counties lies from the average of chance."""
    if not found.inclusion:
        return "本期没有抽取"
    code, row = max(found.inclusion.items(), key=lambda pair: abs(pair[1].deviation))
    verdict = "偏差异常，请核对证据" if abs(row.deviation) > STRIKING else "在随机波动范围内"
    return f"偏差最大的{short_name(code)}实抽 {row.drawn}、期望 {row.expected:.1f}（{row.deviation:+.1f} 个标准差），{verdict}"


def _fair_loads(found: Figures) -> str:
    """How evenly the places were given to the inspectors."""
    if not found.loads:
        return "本期没有匹配"
    most = max(found.loads.items(), key=lambda pair: pair[1][1])
    idle = sum(not real for _, real in found.loads.values())
    return f"{len(found.loads)} 人可匹配，最多的{most[0].partition('（')[0]} {most[1][1]} 次（期望 {most[1][0]:.1f}），未轮到 {idle} 人"


def share(part: int, whole: int) -> str:
    """Return `12.5%`, a dash where there is nothing to divide by."""
    return f"{100 * part / whole:.1f}".removesuffix(".0") + "%" if whole else "—"


def write_chart(session: Session, section_id: int, scope: str, today: date) -> bytes:
    """Return the report's rates as a picture."""
    asked = _asked(section_id, scope, today)
    found = figures(session, asked)
    planned, whole = found.planned, found.whole
    inspected, known = (sum(row[place] for row in found.coverage.values()) for place in (0, 1))
    rates = (
        ("计划备案", len(planned.filed), len(planned.filed) + len(planned.missing)),
        ("计划完成", planned.done_count, planned.line_count),
        ("检查完成", whole.done, whole.drawn),
        ("按期公示", whole.published - whole.late, whole.published),
        ("发现问题", whole.problems, whole.done),
        ("对象覆盖", inspected, known),
    )
    rows = tuple((f"{name} {part}/{total}", (round(100 * part / total) if total else 0,)) for name, part, total in rates)
    subtitle = f"{people.bureau_name(session, asked.bureau_code)}，截至 {today}"
    return draw(Chart(f"{_called(asked)} {asked.period.name}", subtitle, ("百分比",), rows))


def write_word(session: Session, section_id: int, scope: str, today: date) -> bytes:
    """Return the whole report as Word."""
    return word(_report(session, _asked(section_id, scope, today)))


def write_excel(session: Session, section_id: int, scope: str, today: date) -> bytes:
    """Return the whole report as Excel."""
    return excel(_report(session, _asked(section_id, scope, today)))


def _asked(section_id: int, scope: str, today: date) -> Asked:
    """Return whose report a paper is."""
    bureau, first, last, name = scope.split(":")
    return Asked(bureau, section_id or None, Period(name, date.fromisoformat(first), date.fromisoformat(last)), today)


def _report(session: Session, asked: Asked) -> Report:
    """Return every figure with its table."""
    found = figures(session, asked)
    tables = (
        Table("总表", ("项目", "情况"), tuple(summary(found).items())),
        Table("分县区", ("县区", "抽取", "已检查", "发现问题", "已公示", "超期公示", "待公示"), tuple(_by_county(found))),
        Table("对象覆盖", ("县区", "本年检查过", "在营对象", "覆盖率"), tuple(_covered(found))),
        Table("抽取公平", ("县区", "候选", "期望抽中", "实际抽中", "偏差（标准差）"), tuple(_included(found))),
        Table(
            "派组公平", ("检查人员", "期望次数", "实际次数"), tuple((who, f"{row[0]:.2f}", str(row[1])) for who, row in found.loads.items())
        ),
        Table("逾期", ("事项", "任务", "经办", "期限", "办理", "晚（工作日）"), tuple(_late(session, found))),
    )
    explained = "期望按随机抽取计算：对象按各类抽取比例，人员按同县区机会均等（不计负荷均衡）；偏差超过 3 个标准差的应核对抽取证据。"
    title = f"“双随机、一公开”{_called(asked)} {asked.period.name}"
    return Report(title, (f"{people.bureau_name(session, asked.bureau_code)}，截至 {asked.today}。",), tables, explained)


def _by_county(found: Figures) -> list[tuple[str, ...]]:
    """One line a county."""
    return [
        (short_name(code), *map(str, (row.drawn, row.done, row.problems, row.published, row.late, row.waiting)))
        for code, row in found.tallies.items()
    ]


def _covered(found: Figures) -> list[tuple[str, ...]]:
    """One line a county."""
    return [(short_name(code), str(done), str(known), share(done, known)) for code, (done, known) in found.coverage.items()]


def _included(found: Figures) -> list[tuple[str, ...]]:
    """One line a county."""
    return [
        (short_name(code), str(row.candidates), f"{row.expected:.2f}", str(row.drawn), f"{row.deviation:+.2f}")
        for code, row in found.inclusion.items()
    ]


def _late(session: Session, found: Figures) -> list[tuple[str, ...]]:
    """One line for each thing that was late."""
    return [
        (
            row.title,
            row.round_number,
            "、".join(people.names(session, list(row.holders)).values()),
            row.due_by.isoformat(),
            row.done_on.isoformat() if row.done_on else "至今未办",
            str(row.days),
        )
        for row in found.late
    ]


def push(context: Context) -> None:
    """Send last month's report on the first working day: to every leader their bureau's, to the city's legal section and chiefs."""
    eve = context.today.replace(day=1) - timedelta(days=1)
    if context.calendar.count_working_days(eve, context.today) > PUSHED_WITHIN:
        return
    period = Period(f"{eve.year}年{eve.month}月", eve.replace(day=1), eve)
    for (bureau, section), told in _readers(context).items():
        new = [person for person in told if reminders.note_once(context.session, f"monthly:{eve:%Y-%m}", "sent", person, context.now)]
        if new:
            context.outbox.put(card(context.session, Asked(bureau, section, period, context.today)), new)
            context.ledger.write("monthly_report_sent", f"bureau:{bureau}", period=period.name, people=[str(person) for person in new])


def _readers(context: Context) -> dict[tuple[str, int | None], list[int]]:
    """Return who gets whose report: leaders and the legal section the bureau's, a city section's chief the section's."""
    found: dict[tuple[str, int | None], list[int]] = {}
    for bureau in (CITY, *DISTRICTS):
        found[bureau, None] = people.holders(context.session, Role.LEADER, bureau)
    found[CITY, None] += people.holders(context.session, Role.LEGAL, CITY)
    for person in people.holders(context.session, Role.CHIEF, CITY):
        if person not in found[CITY, None]:
            found.setdefault((CITY, people.actor_by_id(context.session, person).section_id), []).append(person)
    return {whose: list(dict.fromkeys(told)) for whose, told in found.items() if told}
