"""Understand what people type (听懂指令): the first word decides, and width, spaces and characters don't matter."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.rules.districts import find_district
from handlers.rules.holiday_notices import is_notice
from handlers.speech import commands as c
from handlers.speech.calendar_commands import ProposeNotice, ShowHolidays
from handlers.speech.class_commands import ShowClasses
from handlers.speech.collecting_commands import ConfirmBatch, ExportRecords, ListCollected, ListOwing, RegisterRecord, ShowBatch
from handlers.speech.deputy_commands import EndMandates, Entrust, WithdrawRequest
from handlers.speech.follow_up_commands import ShowChain
from handlers.speech.joint_commands import EnterDepartment, EnterPartnerItem, ShowJointPlan, ShowPartners
from handlers.speech.list_commands import CheckLaw, DraftItem, ListItemDrafts, ListVersions, PublishList, ShowDifferences, ShowRulebook
from handlers.speech.numbers import find_request
from handlers.speech.oversight_commands import ExportLedger, ShowConduct, ShowMonthly, ShowStatistics, ShowTrace
from handlers.speech.plan_commands import ShowOverlaps, ShowPlan
from handlers.speech.publication_commands import Announce, FindResult, RecordObjection
from handlers.speech.register_commands import CheckRegisters, ShowChanges
from handlers.speech.spot_check_commands import StartSpotCheck
from handlers.speech.template_commands import ShowTemplates
from handlers.speech.training_commands import ListTrainings
from handlers.speech.urging_commands import Urge
from handlers.speech.verbs import Command
from handlers.speech.wording import normalize

TIP = "线索"
TAKING_BACK = {"收回", "结束", "取消", "撤销"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A command as people type it: its word, other words for it, what follows, and an example."""

    word: str
    meaning: str
    example: str
    read: Callable[[str], Command | None]
    aliases: tuple[str, ...] = ()


def _alone(command: Command) -> Callable[[str], Command | None]:
    """The word stands alone; anything behind it means that something else was said."""
    return lambda rest: None if rest else command


def _with(make: Callable[[str], Command]) -> Callable[[str], Command | None]:
    """The rest of the line belongs to the command."""
    return make


def _start_round(rest: str) -> c.StartRound:
    """`成品油零售 5% 红塔区`, in any order, spaces or none."""
    request, rest = find_request(rest)
    district = ""
    for part in sorted(re.split(r"\s+", rest), key=len):
        if part and find_district(part) is not None:
            district, rest = part, rest.replace(part, " ", 1)
            break
    item = re.sub(r"\s+", " ", rest).strip()
    return c.StartRound(item or None, request or None, district or None)


def _start_special(rest: str) -> Command:
    """As for any round; the reason is asked afterwards."""
    return replace(_start_round(rest), special="")


def _start_sweep(rest: str) -> Command:
    """Nobody is left out, so that no ratio is asked; the reason is asked afterwards."""
    return replace(_start_round(rest), request="全部", special="", is_sweep=True)


def _start_cross(rest: str) -> Command:
    """As for any round; the reason is asked afterwards."""
    return replace(_start_round(rest), special="", is_cross=True)


def _joint(rest: str) -> Command:
    """`计划 2027`, `部门 …`, `事项 …`, else the round that is begun, as for any round."""
    first, _, further = rest.partition(" ")
    if first in ("部门", "事项"):
        return EnterDepartment(further.strip()) if first == "部门" else EnterPartnerItem(further.strip())
    if first == "计划":
        return ShowJointPlan(further.strip())
    return replace(_start_round(rest), is_joint=True) if rest else ShowPartners()


def _ask_recusal(rest: str) -> Command:
    """`3 亲属任职`."""
    number, _, reason = rest.partition(" ")
    return c.AskRecusalByNumber(number, reason.strip() or None)


def _ask_leave(rest: str) -> Command:
    """`11-25 11-30`, also with 到 or 至 between the two."""
    days, deputy = _deputy(rest)
    first, last = _days(days)
    return c.AskLeave(first, last, deputy)


def _entrust(rest: str) -> Command:
    """`李建国 到 12-31`, `李建国 12-01 12-31`, `收回`; a single day is the last one."""
    if rest in TAKING_BACK:
        return EndMandates()
    person, _, days = rest.removeprefix("给").strip().partition(" ")
    first, last = _days(days)
    return Entrust(person or None, last or first, first if last else None)


def _urge(rest: str) -> Command:
    """`3 请尽快公示`, `红塔区 年度计划请备案`."""
    whom, _, wording = rest.partition(" ")
    return Urge(whom, wording.strip() or None)


def _holidays(rest: str) -> Command:
    """`2027`, or the notice itself."""
    return ProposeNotice(rest) if re.search(r"\d日", rest) else ShowHolidays(rest)


def _deputy(rest: str) -> tuple[str, str | None]:
    """Take 代理 李四, or 由李四代理, out of what was said."""
    found = re.search(r"(?:由\s*(?P<before>\S+?)\s*代理|代理人?[:：\s]*(?P<behind>\S+))", rest)
    return (rest.replace(found[0], " "), found["before"] or found["behind"]) if found else (rest, None)


def _days(rest: str) -> tuple[str | None, str | None]:
    """Return the two days that were said, None for what is missing; 到 and 至 may stand between them."""
    parts = [part for part in re.split(r"\s+|到|至|~|—", rest) if part]
    return parts[0] if parts else None, parts[1] if len(parts) > 1 else None


LISTS: dict[str, Callable[[str], Command]] = {
    "起草": lambda rest: DraftItem("add", rest) if rest else DraftItem(),
    "草稿": lambda _: ListItemDrafts(),
    "公布": lambda _: PublishList(),
    "采用": lambda _: PublishList(),
    "版本": ListVersions,
    "差异": ShowDifferences,
    "核对": CheckLaw,
}


def _items(rest: str) -> Command:
    """`清单 差异 红塔区`: what is done with the list; anything else is looked for in it."""
    word, _, more = rest.partition(" ")
    return LISTS[word](more.strip()) if word in LISTS else c.FindItems(rest)


def _trace(rest: str) -> Command:
    """`3`, `杨丽 11月`, `留痕 导出 2026上半年`."""
    word, _, more = rest.partition(" ")
    return ExportLedger(" ".join(more.split())) if word == "导出" else ShowTrace(" ".join(rest.split()))


def _collected(rest: str) -> Command | None:
    """`归集`, `归集 导出 检查结果`, `归集 登记 行政许可`, `归集 批次 3`, `归集 回执 3 云归〔2026〕88号`, `归集 欠报`."""
    word, _, more = rest.partition(" ")
    number, _, proof = more.strip().partition(" ")
    if word in ("批次", "回执") and number.isdecimal():
        return ShowBatch(int(number)) if word == "批次" else ConfirmBatch(int(number), proof=" ".join(proof.split()) or None)
    readers: dict[str, Callable[[str], Command]] = {
        "": lambda _: ListCollected(),
        "欠报": ListOwing,
        "导出": ExportRecords,
        "登记": RegisterRecord,
    }
    return readers[word](" ".join(more.split())) if word in readers else None


def _plans(rest: str) -> Command:
    """`重叠 2027 红塔区`; anything else is the year of the plan that is asked for."""
    word, _, more = rest.partition(" ")
    return ShowOverlaps(" ".join(more.split())) if word == "重叠" else ShowPlan(rest)


def _registers(rest: str) -> Command:
    """`名录 体检`; anything else is whose changes are asked for."""
    return CheckRegisters() if rest == "体检" else ShowChanges(rest)


PHRASES = (
    Phrase("帮助", "我能做什么", "帮助 抽查", _with(c.Help), ("help", "菜单", "?")),
    Phrase("待办", "等我办理的事项", "待办", _alone(c.ListDuties()), ("我的", "我的任务", "我的待办", "待办事项")),
    Phrase("抽查", "发起一次双随机抽查", "抽查 成品油零售 5% 红塔区", _start_round),
    Phrase("专项", "针对普遍性问题的专项检查", "专项 成品油零售 40% 红塔区", _start_special, ("专项检查",)),
    Phrase("过筛", "针对严重风险的全面检查，逐户查", "过筛 成品油零售 红塔区", _start_sweep, ("过筛式检查",)),
    Phrase("交叉", "交叉检查：检查人员都来自外县区", "交叉 成品油零售 5%", _start_cross, ("交叉检查",)),
    Phrase("联合", "部门联合抽查：部门、事项、计划、发起", "联合 成品油零售 5% 红塔区", _joint, ("部门联合", "联合抽查")),
    Phrase("审批", "等我审批的事项", "审批", _alone(c.ListApprovals()), ("待审批",)),
    Phrase("撤回", "撤回自己提交、还没有审批的事项", "撤回", _alone(WithdrawRequest())),
    Phrase("催办", "催办任务、县区或科室，要求答复期限", "催办 3 请尽快公示", _urge),
    Phrase("进度", "任务进行到哪一步、在谁手里", "进度 3", _with(c.ShowProgress)),
    Phrase("留痕", "谁在什么时候做了什么：任务、企业、人员", "留痕 3", _trace, ("全过程留痕",)),
    Phrase("履职", "谁按时办了、谁没有按时", "履职 杨丽 3", lambda rest: ShowConduct(" ".join(rest.split())), ("问责",)),
    Phrase("录入", "录入检查情况", "录入 3", _with(c.RecordNext)),
    Phrase("公示", "公示检查结果", "公示 3", _with(c.ShowPublication)),
    Phrase("公告", "出公示公告（Word）", "公告 3", _with(Announce), ("公示公告",)),
    Phrase("更正", "更正或撤下已公示的结果", "更正 3", _with(FindResult), ("撤下",)),
    Phrase("异议", "登记企业对检查结果的异议", "异议 3", _with(RecordObjection)),
    Phrase("处置", "后续处置的办理和办结", "处置", _with(c.ListFollowUps), ("后续处置",)),
    Phrase("后续", "一户的全部处置、复查和移送", "后续 加油站", _with(ShowChain), ("处置链",)),
    Phrase("逾期", "已逾期和快到期的事项", "逾期", _alone(c.ListOverdue()), ("超期",)),
    Phrase(TIP, "登记违法违规线索，立即检查", "线索 某加油站涉嫌掺杂掺假", lambda rest: c.RecordTip(rest or None)),
    Phrase("计划", "年度抽查计划和备案情况；重叠", "计划 2027", _plans, ("备案",)),
    Phrase("培训", "学习、测验和完成情况", "培训", _alone(ListTrainings())),
    Phrase("分类", "各类对象的比例、频次、权重", "分类 成品油零售", _with(ShowClasses), ("分类监管",)),
    Phrase("清单", "查抽查事项；起草、公布、版本、差异、核对", "清单 成品油", _items),
    Phrase("指引", "事项的检查要点和依据", "指引 拍卖", _with(c.ShowGuide)),
    Phrase("细则", "抽查工作细则", "细则 公示", _with(ShowRulebook), ("工作细则",)),
    Phrase("对象", "查检查对象", "对象 加油站", _with(c.FindTargets)),
    Phrase("人员", "查执法检查人员", "人员 红塔区", _with(c.FindInspectors)),
    Phrase("名录", "一个对象或人员的历次变更；体检", "名录 玉溪测试加油站", _registers),
    Phrase("统计", "抽查情况的数字和图表", "统计 2026上半年", _with(ShowStatistics)),
    Phrase(
        "网络监督",
        "从已公示的结果里随机抽取核对",
        "网络监督 红塔区 5条",
        lambda rest: StartSpotCheck(" ".join(rest.split())),
        ("网上抽看",),
    ),
    Phrase("归集", "上报到省级平台的信息：登记、导出、回执、欠报", "归集 导出 检查结果", _collected, ("信息归集",)),
    Phrase("月报", "督查月报：计划、逾期、公示、覆盖、公平", "月报 2026年10月", _with(ShowMonthly), ("督查月报", "年报")),
    Phrase("验证", "核对摇号是否公正", "验证 3", _with(c.ShowProof)),
    Phrase("回避", "申请回避", "回避 3 亲属任职", _ask_recusal),
    Phrase("请假", "请假期间不参加匹配，不收提醒，审批由代理人办", "请假 11-25 11-30 代理 李建国", _ask_leave),
    Phrase("节假日", "放假和调休上班的日期；载入新的安排", "节假日 2027", _holidays, ("放假安排", "日历", "假期")),
    Phrase("销假", "提前结束请假", "销假", _alone(c.EndLeave())),
    Phrase("委托", "委托同事代为审批，到期自动收回", "委托 李建国 到 12-31", _entrust),
    Phrase("导入", "导入名录（发送 Excel 文件）", "导入 检查对象", _with(c.ExplainImport)),
    Phrase("导出", "导出任务或名录", "导出 3", _with(c.Export)),
    Phrase("模板", "检查通知书、审批表的 Word 模板", "模板 检查通知书", _with(ShowTemplates), ("文书模板",)),
    Phrase("绑定", "绑定手机号", "绑定 13800000000", _with(c.Bind)),
    Phrase("返回", "退回上一步", "返回", _alone(c.GoBack()), ("上一步",)),
    Phrase("取消", "退出正在进行的填写", "取消", _alone(c.LeaveDialogue()), ("退出",)),
)
BY_WORD = {word: phrase for phrase in PHRASES for word in (phrase.word, *phrase.aliases)}
LONGEST_FIRST = sorted(BY_WORD, key=len, reverse=True)


def read(typed: str) -> Command | None:
    """Return the command that was typed, or None where no command word begins it."""
    text = normalize(typed)
    first, _, rest = text.partition(" ")
    phrase = BY_WORD.get(first.lower())
    if phrase is not None:
        return phrase.read(rest.strip())
    for word in LONGEST_FIRST:
        if text.startswith(word):
            return BY_WORD[word].read(text[len(word) :].strip())
    return ProposeNotice(text) if is_notice(text) else None


def read_word(typed: str) -> Command | None:
    """Return the command where nothing but its word was typed: inside a text, more than that is part of the text."""
    phrase = BY_WORD.get(normalize(typed).strip())
    return phrase.read("") if phrase is not None else None
