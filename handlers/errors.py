"""Say what can go wrong (出错提示): the docstring of each error is the Chinese sentence that the user reads.

HandlerError ─┬─ Refused (who may not) ── NotAllowed, OutOfScope, OwnSubmission, NotYourCard, AlreadySettled, …
              ├─ NotUnderstood (what was typed)
              └─ everything that the rules or the state of things forbid
"""

from handlers.speech.cards import Button


class HandlerError(Exception):
    """操作没有成功。"""

    def __init__(self, *buttons: Button, **facts: object) -> None:
        """Fill the sentence with facts; the buttons offer what is allowed instead."""
        super().__init__((self.__doc__ or "").format(**facts))
        self.buttons = buttons


class Refused(HandlerError):
    """您不能进行这个操作。"""


class NotAllowed(Refused):
    """“{what}”需要{roles}的权限，您目前是{own}。如需办理，请联系有权限的同事。"""


class OutOfScope(Refused):
    """没有找到，或者不在您的管理范围内。请核对任务号，发送“进度”查看您能看到的任务。"""


class OwnSubmission(Refused):
    """不能审批自己提交的事项，请由另一位有权限的人员办理。"""


class NotAddressee(Refused):
    """这一项不由您审批，没有执行。待您审批的事项请发送“审批”查看。"""


class NotYourCard(Refused):
    """这张卡片不是发给您的，没有执行。请发送“待办”查看您自己的事项。"""


class NotYourInspection(Refused):
    """您不在这次检查的检查组里，没有执行。请发送“待办”查看您的检查任务。"""


class AlreadySettled(Refused):
    """这张卡片已经处理过（{note}），没有重复执行。发送“待办”查看还有什么要办。"""


class AlreadyDecided(Refused):
    """这一项已由{who}于{when}{decision}，没有重复执行。"""


class CardChanged(Refused):
    """内容在这张卡片发出之后又有修改，请按最新的卡片操作。"""


class UnknownCard(Refused):
    """找不到这张卡片，没有执行。发送“待办”查看要办的事项。"""


class Stranger(HandlerError):
    """您好，我是双随机助手。您的账号还没有绑定，请发送：绑定 手机号（例如：绑定 13800000000）。"""


class UnknownWord(HandlerError):
    """没有听懂“{text}”。{hint}"""


class NotAChoice(HandlerError):
    """请从这些选项里选一个：{choices}。也可以发送“返回”退一步，“取消”退出。"""


class NothingToLeave(HandlerError):
    """当前没有正在进行的填写。发送“待办”查看要办的事项。"""


class WrongKind(HandlerError):
    """这里需要{needed}，收到的是{got}。{advice}"""


class PhotoWithoutPlace(HandlerError):
    """收到照片，但不知道放到哪次检查里。请先发送“录入 任务号”，再发照片。"""


class PhotoTooLarge(HandlerError):
    """照片太大（{size} MB，上限 {limit} MB），没有保存。请压缩或重新拍摄后再发，已填写的内容都在。"""


class FileTooLarge(HandlerError):
    """文件太大（{size} MB，上限 20 MB），没有保存。请拆分后再发，或请管理员用命令行导入。"""


class NotAPhoto(HandlerError):
    """“{name}”不是能识别的照片（支持 JPG、PNG、WebP），没有保存。请重新拍照发送，已填写的内容都在。"""


class NotASheet(HandlerError):
    """“{name}”没有导入：{reason}"""


class NoRound(HandlerError):
    """没有找到任务“{number}”。请发送“进度”查看您能看到的任务号。"""


class SeveralRounds(HandlerError):
    """任务号“{number}”对应多个任务：{numbers}。请发送完整的任务号。"""


class NoItem(HandlerError):
    """清单里没有找到“{text}”。发送“清单”查看全部事项，或换一个关键字。"""


class ItemOfOtherSection(Refused):
    """“{item}”由{section}负责，您所在的科室不能发起。请联系{section}。"""


class ItemNotDisclosed(HandlerError):
    """“{item}”还没有向社会公开（缺{missing}），不能抽查。请由责任科室起草补上，法规科审查、公布后再发起。"""


class ItemRetired(HandlerError):
    """“{item}”已于 {on} 从清单中停用，不能再发起抽查。已经开展的任务不受影响。"""


class BadRequest(HandlerError):
    """{reason}请填写比例（如 5%、百分之五）、户数（如 20户）或“全部”。"""


class ClassesAboveCap(HandlerError):
    """“{item}”是一般检查事项，比例上限 {cap}；按分类监管各类的比例合计是 {share}，超过了。请降低本次比例，或先用“分类”调整。"""


class RatioAboveCap(HandlerError):
    """“{item}”是一般检查事项，比例上限 {cap}，您填的是 {ratio}。可改为 {cap} 以内，或先调整年度计划。"""


class BadDistrict(HandlerError):
    """没有认出区域“{text}”。请填写县（市、区）名称，如：{examples}；或填“全部”。"""


class DistrictOfOthers(Refused):
    """{district}不在您的管辖范围内，您可以抽查：{own}。"""


class NoCandidates(HandlerError):
    """“{item}”在{area}没有可抽取的检查对象（{reasons}）。请核对名录或更换区域。"""


class CannotStaff(HandlerError):
    """人员不足，还不能提交：{shortages}。可以借调相邻区域人员，或直接委派（都需要审批）。"""


class NobodyToDecide(HandlerError):
    """没有可以审批的人（需要{roles}，且不能是提交人本人）。请联系管理员配置人员。"""


class NoWitness(HandlerError):
    """还没有监督人，不能摇号。请联系管理员配置监督人。"""


class WrongStage(HandlerError):
    """任务 {number} 现在是“{stage}”，不能{action}。发送“进度 {short}”查看下一步。"""


class CeremonyOver(HandlerError):
    """任务 {number} 的摇号见证已经结束（{state}），您的参与没有计入。"""


class AlreadyContributed(HandlerError):
    """您已经参与过本次摇号，种子已定，不能更改。结果出来后会通知您。"""


class AlreadyAnswered(HandlerError):
    """这项检查任务您已经{state}。发送“待办”查看要办的事项。"""


class NoOpenInspection(HandlerError):
    """{which}没有待您录入的检查。发送“待办”查看要办的事项。"""


class NotCertified(Refused):
    """您的执法证{fault}，不能实施检查。请联系法规科更新名录库。"""


class TooShort(HandlerError):
    """请把{what}写具体一些（至少 {least} 个字）。"""


class RecordIncomplete(HandlerError):
    """还不能提交：{missing}。"""


class Contradiction(HandlerError):
    """{reason}"""


class NotRecorded(HandlerError):
    """这次检查的记录现在是“{state}”，不能{action}。"""


class OwnRecord(Refused):
    """记录由您本人录入，需要搭档确认，不能自己确认。"""


class NothingToPublish(HandlerError):
    """任务 {number} 没有待公示的结果（{stage}）。发送“进度 {short}”查看。"""


class NoGround(HandlerError):
    """不予公示必须有法定理由。可选：{grounds}。"""


class ProofMissing(HandlerError):
    """{reason}"""


class NoSuchFollowUp(HandlerError):
    """没有找到这项后续处置，或者已经办结。发送“处置”查看。"""


class BadDates(HandlerError):
    """{reason}请填写起止日期，例如：请假 11-25 11-30。"""


class NotOnLeave(HandlerError):
    """您没有登记中的请假。"""


class BadMobile(HandlerError):
    """“{mobile}”不是有效的手机号。请发送：绑定 11位手机号。"""


class NotDrawn(HandlerError):
    """任务 {number} 是线索引起的有因检查，不经抽取，没有可以验证的内容。检查人员的抽签次序见留痕。"""


class NoDraw(HandlerError):
    """任务 {number} 还没有抽取，没有可以验证的内容。"""


class NothingFound(HandlerError):
    """没有找到与“{keyword}”有关的{what}。请换一个关键字。"""


class NoPlaceLeft(HandlerError):
    """没有符合条件的替补人员。{advice}"""
