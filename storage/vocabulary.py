"""Name every word that the database remembers (入库用词): the Chinese labels stand beside the words."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A word of the database with the label that people read."""

    label: str

    def __new__(cls, word: str, label: str = "") -> Self:
        """Make the member from the stored word and its Chinese label."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.label = label or word
        return member


class Role(Labelled):
    """What a person may do (角色)."""

    LEADER = "leader", "局领导"
    LEGAL = "legal", "法规科"
    CHIEF = "chief", "科长"
    OFFICER = "officer", "经办人"
    INSPECTOR = "inspector", "检查人员"
    WITNESS = "witness", "监督人"
    ADMIN = "admin", "管理员"
    GUEST = "guest", "联合检查人员"


class ItemKind(Labelled):
    """一般 or 重点检查事项, 二(五)."""

    GENERAL = "general", "一般检查事项"
    KEY = "key", "重点检查事项"


class TargetKind(Labelled):
    """What may be inspected (检查对象类型), 二(二)."""

    MARKET_ENTITY = "market_entity", "市场主体"
    ORGANIZATION = "organization", "其他组织"
    PRODUCT = "product", "产品"
    PROJECT = "project", "项目"
    ACT = "act", "行为"


class TargetStatus(Labelled):
    """Whether a target is in business (登记状态)."""

    ACTIVE = "active", "存续"
    CLOSED = "closed", "停业"
    CANCELLED = "cancelled", "注销"
    REVOKED = "revoked", "吊销"
    MOVED_OUT = "moved_out", "迁出"
    UNREGISTERED = "unregistered", "无证无照"


class RiskLevel(Labelled):
    """风险等级."""

    LOW = "low", "低"
    MEDIUM = "medium", "中"
    HIGH = "high", "高"


class CreditClass(Labelled):
    """信用风险分类, 二(六)."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class Method(Labelled):
    """检查方式, 二(五)."""

    ON_SITE = "on_site", "现场检查"
    DOCUMENT = "document", "书面检查"
    ONLINE = "online", "网络检查"


class DocumentState(Labelled):
    """What became of a document that a firm was asked for (书面检查)."""

    DEMANDED = "demanded", "还没有收到"
    RECEIVED = "received", "已收到"
    NOT_PROVIDED = "not_provided", "未提供"


class PaperKind(Labelled):
    """The papers whose template a bureau may edit (文书模板), 二(五)."""

    NOTICE = "notice", "检查通知书"
    APPROVAL = "approval", "检查审批表"


class Certainty(Labelled):
    """Whether a date stands on a published holiday notice (暂定 where it doesn't)."""

    FIRM = "firm", "确定"
    PROVISIONAL = "provisional", "暂定"


class Stage(Labelled):
    """Where a round stands (抽查任务的环节)."""

    DRAFT = "draft", "待提交"
    AWAITING_APPROVAL = "awaiting_approval", "待审批"
    CEREMONY = "ceremony", "摇号见证中"
    INSPECTING = "inspecting", "检查中"
    REVIEWING = "reviewing", "待审核"
    PUBLISHING = "publishing", "待公示"
    CLOSED = "closed", "已公示"
    FINISHED = "finished", "已办结"
    CANCELLED = "cancelled", "已取消"


class AttemptState(Labelled):
    """Where one attempt of a draw stands; every attempt stays on record."""

    FROZEN = "frozen", "已冻结"
    DRAWN = "drawn", "已抽取"
    ABORTED = "aborted", "已中止"


class AssignmentState(Labelled):
    """What became of one inspector's place in a team."""

    WAITING = "waiting", "待派发"  # a later batch
    OFFERED = "offered", "待确认"
    ACCEPTED = "accepted", "已接受"
    RECUSAL_ASKED = "recusal_asked", "申请回避中"
    RECUSED = "recused", "已回避"


class RoundKind(Labelled):
    """How the targets of a round were found, 一(三), 一(四), 二(五), and that its inspectors come from elsewhere, 三(四)."""

    RANDOM = "random", "双随机抽查"
    SPECIAL = "special", "专项检查"
    SWEEP = "sweep", "过筛式检查"
    CROSS = "cross", "交叉检查"
    JOINT = "joint", "部门联合双随机抽查"
    TIP = "tip", "有因检查"


class TipSource(Labelled):
    """Where a tip comes from (线索来源), 一(三)."""

    COMPLAINT = "complaint", "投诉举报"
    REFERRAL = "referral", "转办交办"
    MONITORING = "monitoring", "数据监测"


class TipState(Labelled):
    """Where a tip stands."""

    WAITING = "waiting", "待决定"
    INSPECTING = "inspecting", "检查中"
    INSPECTED = "inspected", "待反馈"
    ANSWERED = "answered", "已反馈"
    DECLINED = "declined", "不予检查"


class AssignmentOrigin(Labelled):
    """How an inspector came into a team, 二(五)."""

    DRAWN = "drawn", "随机匹配"
    REPLACEMENT = "replacement", "顺位替补"
    LOT = "lot", "抽签选派"
    NEIGHBOR = "neighbor", "相邻区域随机匹配"
    APPOINTMENT = "appointment", "直接委派"


class InspectionState(Labelled):
    """Where one inspection stands."""

    OPEN = "open", "待检查"
    RECORDED = "recorded", "待搭档确认"
    CONFIRMED = "confirmed", "已确认"
    SENT_BACK = "sent_back", "已退回修改"
    PASSED = "passed", "审核通过"


class PointState(Labelled):
    """What was found at one point of the guide (检查情况); there is no default."""

    NORMAL = "normal", "正常"
    ABNORMAL = "abnormal", "异常"
    NOT_APPLICABLE = "not_applicable", "不适用"


class Outcome(Labelled):
    """检查结果: the standard texts shown to the public."""

    CLEAN = "clean", "未发现问题"
    NOT_PUBLISHED = "not_published", "未按规定公示应当公示的信息"
    FALSE_PUBLICATION = "false_publication", "公示信息隐瞒真实情况弄虚作假"
    UNREACHABLE = "unreachable", "通过登记的住所（经营场所）无法联系"
    CORRECTED = "corrected", "发现问题经责令已改正"
    PENDING = "pending", "发现问题待后续处理"
    COMMERCE_VIOLATION = "commerce_violation", "违反商务部门相关规定"
    OTHER_VIOLATION = "other_violation", "违反其他部门相关规定"
    NOT_COOPERATING = "not_cooperating", "不配合检查情节严重"
    NO_ACTIVITY = "no_activity", "未发现开展本次抽查涉及的经营活动"
    CLOSED_DOWN = "closed_down", "已关闭停业或正在组织清算"


class Measure(Labelled):
    """后续处置, 二(八)."""

    ORDER_CORRECTION = "order_correction", "责令改正"
    ABNORMAL_LIST = "abnormal_list", "抄告登记机关列入经营异常名录"
    ABNORMAL_STATUS = "abnormal_status", "抄告登记机关标记经营异常状态"
    PUBLISH_NON_COOPERATION = "publish_non_cooperation", "通过公示系统公示不配合情形"
    SERIOUS_VIOLATION_LIST = "serious_violation_list", "移交列入严重违法失信名单"
    CASE_OPENED = "case_opened", "立案查处"
    NOTIFY_OTHER = "notify_other", "抄告其他部门"
    JUDICIAL_REFERRAL = "judicial_referral", "移送司法机关"
    DIRECTORY_CHANGE = "directory_change", "变更名录库"


class FollowUpState(Labelled):
    """Where a follow-up stands."""

    PROPOSED = "proposed", "待审批"
    REFUSED = "refused", "未批准"
    OPEN = "open", "办理中"
    SENT = "sent", "已移送，待受理"
    ACCEPTED = "accepted", "已受理，待结果"
    CLOSED = "closed", "已办结"
    VOID = "void", "不再需要"


class ReinspectionState(Labelled):
    """Where the record of a re-inspection (复查) stands."""

    RECORDED = "recorded", "待搭档确认"
    CONFIRMED = "confirmed", "已确认"
    DISPUTED = "disputed", "搭档有异议"


class PublicationState(Labelled):
    """Where the publication of one inspection stands."""

    DUE = "due", "待公示"
    WITHHOLDING_ASKED = "withholding_asked", "申请不予公示中"
    PUBLISHED = "published", "已公示"
    WITHHELD = "withheld", "不予公示"
    WITHDRAWN = "withdrawn", "已撤下"


class RevisionKind(Labelled):
    """What is to become of a result, 企业信息公示暂行条例 12."""

    CORRECTION = "correction", "更正"
    WITHDRAWAL = "withdrawal", "撤下"


class RevisionState(Labelled):
    """Where a correction or withdrawal stands."""

    ASKED = "asked", "待审批"
    MADE = "made", "已生效"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"


class ObjectionState(Labelled):
    """Where a firm's objection (异议) stands."""

    OPEN = "open", "待答复"
    UPHELD = "upheld", "成立，待更正"
    SETTLED = "settled", "成立，已处理"
    DISMISSED = "dismissed", "不成立"


class Subject(Labelled):
    """What an approval is about."""

    ROUND = "round", "抽查任务"
    RECUSAL = "recusal", "回避"
    REVIEW = "review", "检查结果审核"
    WITHHOLDING = "withholding", "不予公示"
    STAFFING = "staffing", "人员补充"
    REDRAW = "redraw", "重新摇号"
    CALENDAR = "calendar", "节假日安排"
    BINDING = "binding", "账号绑定"
    TIP = "tip", "线索"
    PLAN = "plan", "年度计划"
    PLAN_REVIEW = "plan_review", "计划合法性审查"
    JOINT_PLAN = "joint_plan", "联合抽查计划"
    JOINT_PLAN_REVIEW = "joint_plan_review", "联合抽查计划合法性审查"
    PLAN_CHANGE = "plan_change", "计划调整"
    PLAN_CHANGE_REVIEW = "plan_change_review", "计划调整合法性审查"
    REVISION = "revision", "公示更正"
    FOLLOW_UP = "follow_up", "后续处置"
    CLASSES = "classes", "分类监管"
    ITEM_REVIEW = "item_review", "清单合法性审查"


class MatrixState(Labelled):
    """Where a version of a class matrix stands, 二(六)."""

    PROPOSED = "proposed", "待审批"
    IN_FORCE = "in_force", "现行"
    PAST = "past", "已被替换"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"


class DraftKind(Labelled):
    """What a draft does to an item of the list, 二(一)."""

    ADD = "add", "新增"
    CHANGE = "change", "修改"
    RETIRE = "retire", "停用"


class DraftState(Labelled):
    """Where a draft of the item list stands."""

    OPEN = "open", "起草中"
    IN_REVIEW = "in_review", "待合法性审查"
    SENT_BACK = "sent_back", "已退回"
    AGREED = "agreed", "待公布"
    PUBLISHED = "published", "已公布"
    DROPPED = "dropped", "已撤销"


class ChangeKind(Labelled):
    """What became of a row of a directory, 二(二)."""

    ADDED = "added", "新增"
    CHANGED = "changed", "变更"
    GONE = "gone", "消失"  # not in the file any more; only said in previews, never carried out
    MERGED = "merged", "合并"


class PlanState(Labelled):
    """Where a yearly plan stands, 二(五)."""

    COMPILING = "compiling", "编制中"
    AWAITING_APPROVAL = "awaiting_approval", "待审批"
    AWAITING_REVIEW = "awaiting_review", "待合法性审查"
    FILED = "filed", "已备案"


class PlanChangeState(Labelled):
    """Where a change of a filed plan stands, 二(五)."""

    ASKED = "asked", "审批中"
    MADE = "made", "已生效"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"


class ApprovalState(Labelled):
    """What became of an approval."""

    PENDING = "pending", "待审批"
    APPROVED = "approved", "已同意"
    SENT_BACK = "sent_back", "已退回"
    SUPERSEDED = "superseded", "已失效"
    WITHDRAWN = "withdrawn", "已撤回"


class MessageState(Labelled):
    """Where an incoming message stands."""

    PENDING = "pending", "待处理"
    DONE = "done", "已处理"
    DEAD = "dead", "处理失败"


class SendState(Labelled):
    """Where an outgoing message stands."""

    READY = "ready", "待发送"
    LEASED = "leased", "发送中"
    SENT = "sent", "已发送"
    UNKNOWN = "unknown", "结果不明"
    DEAD = "dead", "发送失败"


class CardState(Labelled):
    """Whether a card still has live buttons."""

    LIVE = "live", "有效"
    SETTLED = "settled", "已处理"
