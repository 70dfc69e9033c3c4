"""Lay out the three registers as Excel sheets (一单两库的列), 二(一), 二(二)."""

from handlers.documents import cells
from handlers.documents.columns import Column, Sheet
from handlers.rules import credit_codes
from handlers.rules.districts import SHORT_NAMES
from storage.vocabulary import CreditClass, ItemKind, Labelled, Method, RiskLevel, TargetKind, TargetStatus

MOST_TARGETS = 20  # inspections at one time that a person may have where the register says nothing else


def _labels(words: type[Labelled]) -> tuple[str, ...]:
    """Return the labels of a vocabulary."""
    return tuple(word.label for word in words)


def code_cell(text: str) -> str:
    """Return a credit code or a register number of 13 or 15 digits; raises ValueError where its check digit is wrong."""
    code = credit_codes.canonical(text)
    if credit_codes.is_legacy(code):
        return code
    fault = credit_codes.fault(code)
    if fault:
        raise ValueError(fault.rstrip("。"))
    return code


DAY_HINT = "日期格式 2026-12-31"

ITEMS = Sheet(
    "抽查事项清单",
    (
        Column("编号", "number", True, "清单内不能重复", "SW-017", parse=cells.short(40)),
        Column("事项名称", "name", True, "对外公开的事项名称", "成品油零售经营企业监督检查", parse=cells.short(100), width=36),
        Column("责任科室", "section", hint="市局科室名称; 留空为导入人所在科室", example="市场秩序和流通科", width=20),
        Column("检查对象类别", "target_category", True, "与检查对象名录库的“检查对象类别”一致", "成品油零售企业", width=22),
        Column("事项类别", "kind", True, "一般检查事项受比例上限约束", "一般检查事项", _labels(ItemKind), cells.word_of(ItemKind)),
        Column(
            "检查依据", "legal_basis", hint="法律法规规章名称和条款; 没有依据的事项不能抽查", example="《拍卖管理办法》第四条", width=40
        ),
        Column(
            "检查内容",
            "content",
            hint="检查要点, 用；分隔, 录入时逐项作答",
            example="证照是否有效；台账是否完整",
            parse=cells.points,
            empty=(),
            width=50,
        ),
        Column("检查方式", "method", True, "主要检查方式", "现场检查", _labels(Method), cells.word_of(Method)),
        Column("比例上限", "ratio_cap", hint="留空按一般检查事项的统一上限", example="5%", parse=cells.percentage, width=10),
        Column("所需专长", "specialty", True, "与检查人员的“业务专长”一致", "成品油流通"),
        Column(
            "名单即时公开", "public_draw", False, "是：抽取名单随即公开; 留空为否", "否", ("是", "否"), cells.yes_or_no("是", "否"), False
        ),
        Column(
            "公开日期",
            "disclosed_on",
            hint=f"清单对外公开的日期, {DAY_HINT}; 未公开的事项不能抽查",
            example="2026-03-20",
            parse=cells.day,
            empty=None,
        ),
        Column("公开地址", "disclosed_at", hint="清单公开的网址", example="https://swj.example/qingdan", width=32),
        Column(
            "依据核对日期",
            "law_checked_on",
            hint=f"最近一次核对依据现行有效的日期, {DAY_HINT}",
            example="2026-03-10",
            parse=cells.day,
            empty=None,
        ),
    ),
    key=("number", "name"),
)

GUIDES = Sheet(
    "工作指引",
    (
        Column("事项编号", "number", True, "与抽查事项清单的编号一致", "SW-017", parse=cells.short(40)),
        Column("事项名称", "name", hint="便于核对, 以编号为准", example="成品油零售经营企业监督检查", width=36),
        Column(
            "检查内容",
            "content",
            hint="检查哪些方面; 内容、方法、要求都留空的事项不导入",
            example="经营资质、购销台账、计量和质量",
            width=40,
        ),
        Column("检查方法", "method", hint="怎样检查", example="查阅证照和台账, 现场查看, 询问", width=40),
        Column("检查依据", "basis", hint="法律法规规章名称和条款", example="《成品油市场管理办法》第三十条", width=40),
        Column("工作要求", "requirements", hint="人员、程序、留痕等要求", example="两人以上, 出示证件, 逐项记录", width=40),
        Column(
            "检查要点",
            "points",
            hint="用；分隔, 录入时逐项作答; 县局只填增加的要点",
            example="证照是否有效；台账是否完整",
            parse=cells.points,
            empty=(),
            width=50,
        ),
    ),
    key=("number",),
)

TARGETS = Sheet(
    "检查对象名录库",
    (
        Column("统一社会信用代码", "code", hint="18 位; 尚未换照的可只填注册号", example="91530402MA6K0A1BXF", parse=code_cell, width=24),
        Column("注册号", "legacy_number", hint="老执照的 13 或 15 位注册号", parse=cells.short(40), width=20),
        Column("名称", "name", True, "与营业执照一致", "玉溪某某加油站有限公司", parse=cells.short(200), width=40),
        Column("对象类型", "kind", True, "企业和个体工商户填“市场主体”", "市场主体", _labels(TargetKind), cells.word_of(TargetKind)),
        Column("检查对象类别", "category", True, "与抽查事项清单的“检查对象类别”一致", "成品油零售企业", width=22),
        Column("所在县区", "district", True, "县区名称或 6 位区划代码", "红塔区", tuple(SHORT_NAMES.values()), cells.district),
        Column("地址", "address", True, "实际经营地址, 检查人员按此上门", "红塔区某某路 1 号", width=44),
        Column("法定代表人", "legal_person", hint="个体工商户填经营者"),
        Column("联系人", "contact", hint="检查时的联系人"),
        Column("联系电话", "phone", hint="手机号或带区号的座机", example="0877-2012345", parse=cells.phone),
        Column("许可证号", "license_no", hint="需要许可的行业填写", width=20),
        Column(
            "许可有效期至", "license_until", hint=f"{DAY_HINT}, 没有期限填“长期”", example="2027-06-30", parse=cells.last_day, empty=None
        ),
        Column("风险等级", "risk_level", True, "高、中、低", "中", _labels(RiskLevel), cells.word_of(RiskLevel)),
        Column(
            "信用等级", "credit_class", True, "信用风险分类 A 至 D, 仅供内部使用", "A", _labels(CreditClass), cells.word_of(CreditClass)
        ),
        Column("登记状态", "status", False, "留空为存续", "存续", _labels(TargetStatus), cells.word_of(TargetStatus), TargetStatus.ACTIVE),
    ),
    key=("code", "legacy_number"),
)

INSPECTORS = Sheet(
    "执法检查人员名录库",
    (
        Column("工号", "staff_number", True, "全市范围内不能重复", "YX0101", parse=cells.short(40)),
        Column("姓名", "name", True, "与执法证一致", "王某某", parse=cells.short(40)),
        Column("手机号", "mobile", True, "用于绑定聊天账号", "13900000000", parse=cells.mobile),
        Column("科室", "section", hint="所在科室", example="市场秩序和流通科", width=20),
        Column("执法证号", "certificate_no", hint="留空表示只能协助, 不能实施检查", example="25300001", parse=cells.short(40)),
        Column(
            "执法证有效期至",
            "certificate_until",
            hint=f"有执法证号的必填, {DAY_HINT}",
            example="2028-12-31",
            parse=cells.last_day,
            empty=None,
        ),
        Column(
            "业务专长",
            "specialties",
            True,
            "用、分隔, 与事项清单的“所需专长”一致",
            "成品油流通、汽车流通",
            parse=cells.parts,
            empty=(),
            width=36,
        ),
        Column(
            "工作区域", "districts", True, "县区名称用、分隔; 全部县区填“全市”", "红塔区、江川区", parse=cells.districts, empty=(), width=30
        ),
        Column(
            "单次任务上限",
            "most",
            hint=f"一次任务最多检查的户数, 留空为 {MOST_TARGETS}",
            example="20",
            parse=cells.count,
            empty=MOST_TARGETS,
        ),
        Column(
            "状态", "is_valid", False, "失效的人员不参加匹配; 留空为有效", "有效", ("有效", "失效"), cells.yes_or_no("有效", "失效"), True
        ),
    ),
    key=("staff_number", "mobile", "certificate_no"),
)
