"""Say in Chinese what an entry of the ledger says was done (留痕用语)."""

from collections.abc import Mapping
from typing import Any

DEEDS = {
    "access_ended": "停用账号",
    "account_bound": "绑定账号",
    "approval_approved": "同意",
    "approval_asked": "提请审批",
    "approval_sent_back": "退回",
    "approval_superseded": "审批作废",
    "assignment_accepted": "接受检查任务",
    "assignment_accepted_in_silence": "到期未答复，视为接受",
    "attempt_aborted": "中止摇号",
    "binding_asked": "申请绑定",
    "binding_refused": "绑定未同意",
    "ceremony_prolonged": "延长见证时间",
    "contribution_given": "参与摇号",
    "deadline_moved": "期限变动",
    "deadlines_recomputed": "重新计算期限",
    "digest_sent": "发送每日提醒",
    "follow_up_closed": "办结后续处置",
    "follow_up_opened": "开出后续处置",
    "frame_frozen": "冻结名单",
    "inspection_begun": "开始录入",
    "inspector_replaced": "顺位替补",
    "leave_ended": "销假",
    "leave_registered": "请假",
    "message_set_aside": "消息搁置",
    "notice_applied": "放假安排生效",
    "notice_loaded": "载入放假安排",
    "people_enrolled": "登记单位和人员",
    "photo_kept": "保存照片",
    "place_filled": "补充检查人员",
    "publication_withheld": "不予公示",
    "recusal_approved": "同意回避",
    "recusal_asked": "申请回避",
    "recusal_refused": "未同意回避",
    "record_confirmed": "确认检查记录",
    "record_disputed": "对检查记录有异议",
    "record_submitted": "提交检查记录",
    "refused": "拒绝越权操作",
    "register_imported": "导入名录",
    "result_published": "公示检查结果",
    "review_passed": "审核通过",
    "review_sent_back": "审核退回",
    "round_cancelled": "取消任务",
    "round_closed": "公示完毕",
    "round_completed": "任务完成",
    "round_drafted": "发起任务",
    "round_finished": "办结",
    "round_opened": "决定立即检查",
    "round_sent_back": "退回任务",
    "round_submitted": "提交审批",
    "staff_asked": "申请补充人员",
    "staff_granted": "同意补充人员",
    "staff_refused": "未同意补充人员",
    "targets_drawn": "抽取并匹配",
    "teams_unfilled": "检查组人员不足",
    "plan_line_entered": "填写计划事项",
    "plan_line_dropped": "删除计划事项",
    "plan_submitted": "计划提交审批",
    "plan_sent_back": "计划被退回",
    "plan_filed": "计划备案",
    "tip_accepted": "线索决定检查",
    "tip_answered": "反馈线索来源",
    "tip_declined": "线索不予检查",
    "tip_recorded": "登记线索",
    "withholding_refused": "未同意不予公示",
    "withholding_requested": "申请不予公示",
}
NAMES = {
    "about": "关于",
    "answer": "答复",
    "area": "区域",
    "attempt": "第几次",
    "commitment": "密钥承诺",
    "drawn": "抽中",
    "due_by": "期限",
    "frame": "名单指纹",
    "inspection": "检查编号",
    "inspectors": "人员指纹",
    "item": "事项",
    "kind": "性质",
    "measure": "处置",
    "new": "换上",
    "note": "说明",
    "number": "编号",
    "old": "换下",
    "origin": "来源",
    "outcomes": "结果",
    "people": "人员",
    "person": "人员编号",
    "position": "次序",
    "reason": "理由",
    "receipt": "文号",
    "record": "公示内容",
    "request": "抽取",
    "result": "结果指纹",
    "seed": "种子",
    "target": "对象",
    "teams": "检查组指纹",
    "version": "第几版",
    "words": "寄语",
}


def deed(act: str) -> str:
    """Return what was done; an act that a later version will write keeps its own name."""
    return DEEDS.get(act, act)


def facts_line(facts: Mapping[str, Any]) -> str:
    """Return the facts as people and supervisors read them: `理由 亲属任职；编号 530400-2026-0003`."""
    return "；".join(f"{NAMES.get(name, name)} {_plain(value)}" for name, value in facts.items() if value not in ("", None, []))


def _plain(value: Any) -> str:
    """Return one fact as text."""
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
