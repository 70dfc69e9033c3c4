"""Name what is brought together for the provincial platform (信息归集), 二(三), 二(九)."""

from storage.vocabulary import Labelled


class RecordKind(Labelled):
    """What the regulation wants brought together, 二(九)."""

    RESULT = "result", "检查结果"
    PERMIT = "permit", "行政许可"
    PENALTY = "penalty", "行政处罚"
    SERIOUS = "serious", "严重违法失信名单"


class RecordState(Labelled):
    """How far a record is on its way to the platform."""

    DUE = "due", "待上报"
    EXPORTED = "exported", "已导出，待回执"
    CONFIRMED = "confirmed", "已确认"
    RETURNED = "returned", "被平台退回"
    VOID = "void", "已撤下，不再上报"


class Channel(Labelled):
    """Where it must be seen, 二(三)."""

    PROVINCE = "province", "省级平台"
    SYSTEM = "system", "专业系统"
    WEBSITE = "website", "部门网站"
