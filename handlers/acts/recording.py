"""Show one question of the record after the other (检查记录的追问), and the summary at its end."""

from handlers.acts import demanding, looking_online
from handlers.acts.finding import item_at, key, subject_of, target_of
from handlers.context import Context
from handlers.rules import recording
from handlers.rules.outcomes import EXCLUSIVE
from handlers.rules.recording import Draft
from handlers.speech.cards import Button, Card, Page, Question
from handlers.speech.commands import AnswerRecord, ChangeRecord, ConfirmRecord, DisputeRecord, RecordInspection, SubmitRecord
from storage.queries import inspections as inspection_queries
from storage.queries import people
from storage.tables.inspections import Inspection, PointFinding
from storage.tables.rounds import Round
from storage.vocabulary import Method, Outcome, PointState

DONE, SKIP, KEEP = "完成", "跳过", "无意见"
PROMPTS = {
    recording.WHY_ON_SITE: "这次检查原定不到现场，为什么要到现场？请写明理由（记入检查记录）：",
    recording.DOCUMENTS: "要求对方提供哪些材料？一行一份；一般的可点“通用材料”。",
    recording.DOCUMENTS_BY: "请对方在哪天以前提供？例如 12-01、5个工作日后；要在检查期限以前。",
    recording.ADDRESS: "查看的网址是什么？没有网址的写“小程序：名称”“APP：名称”或“店铺：名称”。",
    recording.LOOKED_AT: "什么时候查看的？可点“现在”，或填写如 今天 14:30。",
    recording.SCREENSHOT: "请发网页截图，至少一张；发完点“完成”。",
    recording.PROBLEM: "请描述发现的问题（文字，可同时发照片）：",
    recording.MEASURES: "请填写现场采取的处理措施：",
    recording.OPINION: "被检查人的意见？可点“无意见”，或输入原话。",
    recording.PLACE: "请发送位置；没有位置消息时在网页上登记，或点“跳过”并说明理由。",
}
CHOICES = {
    recording.OPINION: [KEEP],
    recording.PLACE: [SKIP],
    recording.DOCUMENTS: [demanding.USUAL],
    recording.DOCUMENTS_BY: [demanding.IN_A_WEEK],
    recording.LOOKED_AT: [looking_online.NOW],
    recording.SCREENSHOT: [DONE],
}
PAGES = {recording.PLACE: Page("在网页上登记位置", "place"), recording.SCREENSHOT: Page("在网页上传截图", "upload")}


def draft_of(context: Context, inspection: Inspection) -> Draft:
    """Return what has been said so far."""
    return Draft(
        inspection.method,
        [point.state for point in inspection_queries.points(context.session, key(inspection))],
        [Outcome(word) for word in inspection.outcomes],
        inspection.outcomes_closed,
        inspection.problem,
        inspection.measures,
        inspection.opinion,
        inspection.place,
        demanding.settled(context.session, inspection),
        inspection.documents_by is not None,
        inspection.web_address is not None,
        inspection.looked_at is not None,
        looking_online.has_screenshot(context, inspection),
        is_reason_due(context, inspection),
        inspection.why_on_site,
    )


def is_reason_due(context: Context, inspection: Inspection) -> bool:
    """Whether somebody goes there although the round, or its further item, is looked at from a desk (国办发〔2024〕54号)."""
    round_, item = context.session.get_one(Round, inspection.round_id), item_at(context, inspection)
    planned = round_.method if item.id == round_.item_id else item.method
    return inspection.method is Method.ON_SITE and planned is not Method.ON_SITE


def ask_step(context: Context, inspection: Inspection, step: str = "", remark: str = "") -> Card:
    """Return the question at `step`, or the first one without an answer; `remark` says what was just understood."""
    draft = draft_of(context, inspection)
    step = step or recording.next_step(draft)
    if step == recording.SUMMARY:
        return summary_card(context, inspection, remark)
    answer = AnswerRecord(key(inspection), step)
    prompt, labels, is_free = _wording(context, inspection, step, draft)
    buttons = tuple(Button(label, AnswerRecord(key(inspection), step, label)) for label in labels)
    before = recording.step_before(draft, step)
    back = RecordInspection(key(inspection), before) if before else None
    title = f"录入 {subject_of(context, inspection)}"
    text = f"{remark}\n{prompt}" if remark else prompt
    asks = Question(answer, "answer", is_free, back)
    return Card(title, text, {}, buttons, f"record:{inspection.id}", asks=asks, page=_page(step))


def _page(step: str) -> Page | None:
    """Return the page that helps with a question."""
    return Page("在网页上传材料", "upload") if step.startswith(recording.DOCUMENT) else PAGES.get(step)


def _wording(context: Context, inspection: Inspection, step: str, draft: Draft) -> tuple[str, list[str], bool]:
    """Return prompt, buttons and whether free words are an answer."""
    if step == recording.METHOD:
        return "检查方式？", [method.label for method in Method], False
    if step.startswith(recording.DOCUMENT):
        return *demanding.prompt(context, inspection, step), True
    if step.startswith(recording.POINT):
        points = inspection_queries.points(context.session, key(inspection))
        point = points[int(step.removeprefix(recording.POINT)) - 1]
        prompt = f"{point.position}/{len(points)} {point.wording}\n可随时发照片或文字说明。{_noted(point)}"
        return prompt, [state.label for state in PointState], True
    if step == recording.OUTCOME:
        return "检查结果？", [outcome.label for outcome in Outcome], False
    if step == recording.MORE:
        chosen = "、".join(outcome.label for outcome in draft.outcomes)
        more = [outcome.label for outcome in Outcome if outcome not in draft.outcomes and outcome not in EXCLUSIVE]
        return f"已选：{chosen}。还有其他结果吗？没有请点“完成”。", [DONE, *more], False
    return PROMPTS[step], CHOICES.get(step, []), True


def _noted(point: PointFinding) -> str:
    """Return what was already said at a point."""
    said = [part for part in (point.state.label if point.state else "", point.note) if part]
    return f"（已填：{'，'.join(said)}）" if said else ""


def facts(context: Context, inspection: Inspection) -> dict[str, str]:
    """Return the record as facts, for the summary and for whoever has to confirm or review it."""
    target = target_of(context, inspection.target_id)
    photos = inspection_queries.photos(context.session, key(inspection))
    points = inspection_queries.points(context.session, key(inspection))
    found = {
        "对象": target.name,
        "事项": item_at(context, inspection).name,
        "检查方式": inspection.method.label if inspection.method else "",
        "到现场的理由": inspection.why_on_site or "" if is_reason_due(context, inspection) else "",
        **_of_method(context, inspection),
        **{f"{point.position}. {point.wording}": _point(point) for point in points},
        "检查结果": "、".join(Outcome(word).label for word in inspection.outcomes),
        "问题描述": inspection.problem or "",
        "处理措施": inspection.measures or "",
        "被检查人意见": inspection.opinion or "",
        "位置": inspection.place or "" if inspection.method is Method.ON_SITE else "",
        "照片": f"{len(photos)} 张" if photos else "",
    }
    return {name: value for name, value in found.items() if value}


def _of_method(context: Context, inspection: Inspection) -> dict[str, str]:
    """Return what only this way of inspecting knows."""
    if inspection.method is Method.DOCUMENT:
        return demanding.facts(context, inspection)
    return looking_online.facts(inspection) if inspection.method is Method.ONLINE else {}


def _point(point: PointFinding) -> str:
    """Return what was found at a point, in words."""
    return (point.state.label if point.state else "未检查") + (f"：{point.note}" if point.note else "")


def summary_card(context: Context, inspection: Inspection, remark: str = "") -> Card:
    """Return the summary for the recorder: submit it or change an answer."""
    gaps = recording.missing(draft_of(context, inspection))
    submit = (Button("提交", SubmitRecord(key(inspection), inspection.version)),)
    change = (Button("修改", ChangeRecord(key(inspection))),)
    text = "请核对，提交后由搭档确认。" if not gaps else f"还不能提交：{'；'.join(gaps)}。"
    sent_back = f"\n退回理由：{inspection.send_back_reason}" if inspection.send_back_reason else ""
    head = f"{remark}\n{text}" if remark else text
    buttons = change if gaps else submit + change
    return Card(
        f"检查记录 {subject_of(context, inspection)}", head + sent_back, facts(context, inspection), buttons, f"record:{inspection.id}"
    )


def confirm_card(context: Context, inspection: Inspection) -> Card:
    """Return the summary for the partner: confirm it or object."""
    recorder = people.name_of(context.session, inspection.recorder_id)
    buttons = (
        Button("确认", ConfirmRecord(key(inspection), inspection.version)),
        Button("有异议", DisputeRecord(key(inspection), inspection.version)),
    )
    text = f"{recorder}已提交检查记录，请您核对。两名检查人员确认后才算完成。"
    return Card(f"请确认检查记录 {subject_of(context, inspection)}", text, facts(context, inspection), buttons, f"record:{inspection.id}")
