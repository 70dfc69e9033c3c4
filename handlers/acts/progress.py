"""Say where a round stands, who is holding it, and what was done so far (进度), 二(五) 全过程留痕."""

from collections import Counter

from handlers.acts.clocks import clocks
from handlers.acts.duties import Duty, due_line, duties_in
from handlers.acts.finding import item_names, key, short
from handlers.context import BEIJING, Context
from handlers.rules.districts import short_name
from handlers.speech.cards import Button, Card
from handlers.speech.commands import ShowDraft, ShowProof, ShowPublication
from handlers.speech.oversight_commands import ShowPhotos
from handlers.speech.urging_commands import Urge
from storage.queries import follow_ups as follow_up_queries
from storage.queries import inspections as inspection_queries
from storage.queries import people, trace
from storage.queries import rounds as round_queries
from storage.tables.rounds import Round
from storage.vocabulary import AssignmentOrigin, AttemptState, Role, Stage

LAST_ACTS, MOST_WAITING, MOST_CHAINS = 6, 6, 4
OVER = (Stage.DRAFT, Stage.CLOSED, Stage.FINISHED, Stage.CANCELLED)
ACTS = {
    "round_drafted": "发起",
    "round_opened": "决定立即检查",
    "round_submitted": "提交审批",
    "round_sent_back": "退回",
    "round_withdrawn": "撤回",
    "round_cancelled": "取消",
    "frame_frozen": "冻结名单",
    "attempt_aborted": "中止摇号",
    "targets_drawn": "抽取并匹配",
    "teams_unfilled": "人员不足",
    "staff_granted": "补充人员",
    "review_passed": "审核通过",
    "review_sent_back": "审核退回",
    "round_completed": "任务完成",
    "round_closed": "公示完毕",
    "round_finished": "办结",
}


def summary(context: Context, round_: Round) -> str:
    """Return a round in one line."""
    return f"{item_names(context, round_)}，{round_.stage.label}"


def progress(context: Context, round_: Round) -> Card:
    """Return the progress card of one round."""
    inspections = inspection_queries.of_round(context.session, key(round_))
    fields = {
        "事项": item_names(context, round_),
        "性质": round_.kind.label,
        "区域": short_name(round_.district) if round_.district else "全市",
        "清单": round_.list_number or "未留版本",
        "指引": round_.guide_versions or "未留版本",
        "环节": round_.stage.label,
        "发起": f"{people.name_of(context.session, round_.initiator_id)} {round_.created_at.astimezone(BEIJING):%m-%d %H:%M}",
    }
    if inspections:
        counted = Counter(row.state.label for row in inspections)
        fields["检查"] = "、".join(f"{label} {count}" for label, count in counted.items())
    fields |= _in_whose_hands(context, duties_in(context, key(round_)))
    fields |= clocks(context, round_)
    fields |= _measures(context, round_)
    trail = _trail(context, round_)
    return Card(f"进度 {round_.number}", "\n".join(["留痕：", *trail[-LAST_ACTS:]]), fields, _buttons(context, round_))


def _in_whose_hands(context: Context, waiting: list[Duty]) -> dict[str, str]:
    """Return by holders what waits, the most urgent first, so that nobody's second duty hides the first."""
    held: dict[str, list[str]] = {}
    for duty in waiting[:MOST_WAITING]:
        names = "、".join(people.names(context.session, list(duty.holders)).values())
        held.setdefault(f"在{names}手里", []).append(f"{duty.title}，{due_line(context, duty)}")
    return {who: "；".join(what) for who, what in held.items()}


def _measures(context: Context, round_: Round) -> dict[str, str]:
    """Return what follows at each firm, as a chain: `责令改正（已办结）→立案查处（办理中）`."""
    chains: dict[str, list[str]] = {}
    for row, target in follow_up_queries.of_round(context.session, key(round_)):
        chains.setdefault(target.name, []).append(f"{row.measure.label}（{row.state.label}）")
    shown = {f"处置 {name}": "→".join(steps) for name, steps in list(chains.items())[:MOST_CHAINS]}
    more = len(chains) - len(shown)
    return shown | ({"其余处置": f"还有 {more} 户，发送“后续 名称”查看"} if more > 0 else {})


def _trail(context: Context, round_: Round) -> list[str]:
    """Return what was done, when and by whom, from the ledger: `11-23 09:00 冻结名单（白文斌）`."""
    subjects = [f"round:{round_.id}", *(f"attempt:{row.id}" for row in round_queries.attempts(context.session, key(round_)))]
    return [
        f"{entry.at.astimezone(BEIJING):%m-%d %H:%M} {_act(entry)}（{people.name_of(context.session, entry.actor)}）"
        for entry in trace.about(context.session, subjects)
        if entry.act in ACTS
    ]


def _act(entry: trace.Act) -> str:
    """Return what people call the act; people from elsewhere are marked with how they came, 二(五)."""
    origin = entry.facts.get("origin")
    return ACTS[entry.act] + (f"：{AssignmentOrigin(origin).label}" if origin else "")


def _buttons(context: Context, round_: Round) -> tuple[Button, ...]:
    """Offer what may come next for this person."""
    attempt = round_queries.last_attempt(context.session, key(round_))
    buttons = []
    is_own = round_queries.is_own(context.actor, round_) and context.actor.holds(Role.OFFICER, Role.CHIEF)
    if is_own and round_.stage is Stage.DRAFT:
        buttons.append(Button("看预览", ShowDraft(key(round_))))
    if is_own and round_.stage is Stage.PUBLISHING:
        buttons.append(Button(f"公示 {short(round_)}", ShowPublication(round_.number)))
    if is_own and inspection_queries.photos_of_round(context.session, key(round_)):
        buttons.append(Button("看照片", ShowPhotos(key(round_))))
    if not is_own and round_.stage not in OVER and context.actor.holds(Role.CHIEF, Role.LEADER, Role.LEGAL):
        buttons.append(Button(f"催办 {short(round_)}", Urge(round_.number)))
    if attempt is not None and attempt.state is AttemptState.DRAWN:
        buttons.append(Button("验证", ShowProof(round_.number)))
    return tuple(buttons)
