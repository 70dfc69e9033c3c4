"""Play the year of a bureau, January to December, on a clock that is moved (一年的故事): every chapter names the articles it shows."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.demo.phones import Message
from bot.demo.story import CHIEF, LEADER, OFFICER, WITNESSES, Act, Story
from handlers.rules.credit_codes import make

STARTS_AT = datetime.fromisoformat("2026-01-05T09:00:00+08:00")
LEGAL, ADMIN = "zhou-ting", "zhao-lei"
COUNTY_OFFICER, COUNTY_CHIEF = "feng-juan", "bai-wenbin"
GUEST, PARTNER = "wang-fang", "玉溪市市场监督管理局"
PARTNER_ITEM = """事项：成品油质量监督检查
对象：成品油零售企业
依据：《中华人民共和国产品质量法》第八条
公开：2026-01-10 https://scjgj.yuxi.example/qingdan/2026
要点：油品质量检验报告；计量器具检定"""
DISCLOSED_AT = "https://swj.yuxi.example/qingdan/2026"
NOTICE = """关于2027年部分节假日安排的通知（演示用，正式安排以国务院办公厅通知为准）
一、元旦：2027年1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月13日（周六）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。"""


@dataclass(slots=True)
class Year(Story):
    """The story of a year, in chapters."""

    def acts(self) -> list[tuple[str, tuple[str, ...], Act]]:
        """Return the chapters of the year, each beginning on its day."""
        return [(title, articles, partial(self.begin_on, day, act)) for day, title, articles, act in self.months()]

    async def begin_on(self, day: str, act: Act) -> None:
        """Move the clock to the day's morning, and play."""
        if day:
            await self.phones.move_clock(f"{day}T09:00:00+08:00")
            self.tell(f"  ⏰ {day} 09:00")
        await act()

    def months(self) -> list[tuple[str, str, tuple[str, ...], Act]]:
        """Return day, title, articles and act of every chapter; the first begins where the clock stands."""
        return [
            ("", "一月：县区编制年度计划，审批、合法性审查、备案", ("二(五)", "三(一)"), self.plan),
            ("2026-02-03", "二月：清单新增事项，逐项审查，公布新版本", ("二(一)", "三(一)"), self.extend_the_list),
            ("2026-03-02", "三月：分类监管，对守信者无事不扰", ("二(六)",), self.set_classes),
            ("2026-03-16", "三月：与市场监管局联合，联合抽查计划备案", ("二(七)", "三(一)"), self.plan_jointly),
            ("2026-04-07", "四月：发起抽查、审批、摇号、匹配", ("二(五)",), self.begin_a_round),
            ("", "四月：企业申请回避，顺位替补", ("二(五)",), self.recuse_for_a_firm),
            ("2026-04-08", "四月：两人检查、录入、审核", ("二(五)", "二(八)"), self.inspect_and_review),
            ("2026-04-20", "四月：公示检查结果", ("二(八)",), self.publish),
            ("2026-05-06", "五月：企业有异议，成立，更正公示", ("二(八)",), self.object),
            ("2026-06-02", "六月：投诉举报线索，立即检查，反馈来源", ("一(三)",), self.follow_a_tip),
            ("2026-06-15", "六月：无证无照经营的线索", ("一(三)",), self.meet_the_unlicensed),
            ("2026-07-06", "七月：针对普遍性问题的专项检查", ("一(四)",), self.inspect_specially),
            ("2026-09-01", "九月：严重风险，过筛式检查", ("一(四)",), self.sweep),
            ("2026-10-12", "十月：统计、留痕", ("三(四)", "二(五)"), self.look_back),
            ("2026-10-20", "十月：培训，阅读确认", ("三(三)",), self.train),
            ("2026-11-09", "十一月：载入下一年的节假日安排，期限重算", ("二(八)",), self.load_holidays),
            ("2026-11-16", "十一月：归集到省级平台，回执确认", ("二(三)", "二(九)"), self.report_to_the_province),
            ("2026-11-20", "十一月：网络监督，随机抽看已公示的结果", ("三(四)",), self.watch),
            ("2026-12-15", "十二月：逾期督办，核对摇号", ("二(八)", "二(五)"), self.close_the_year),
            ("2026-12-16", "十二月：部门联合抽查；进一次门、查多项事", ("二(七)", "二(五)"), self.inspect_together),
            ("", "十二月：履职记录，尽职照单免责", ("三(二)",), self.show_duty),
            ("2027-01-06", "次年一月：督查年报", ("三(四)",), self.report_the_year),
        ]

    async def plan(self) -> None:
        """元江 files its plan; the city sees who hasn't."""
        await self.talk(COUNTY_OFFICER, "计划 2026", "年度计划 2026")
        await self.press(COUNTY_OFFICER, "添加事项", "事项")
        await self.talk(COUNTY_OFFICER, "成品油零售经营", "抽取多少")
        await self.talk(COUNTY_OFFICER, "5%", "")
        await self.press(COUNTY_OFFICER, "上半年", "怎么检查")
        await self.press(COUNTY_OFFICER, "现场检查", "")
        await self.press(COUNTY_OFFICER, "不定向", "年度计划 2026")
        await self.press(COUNTY_OFFICER, "提交审批", "已提交")
        await self.press(COUNTY_CHIEF, "同意", "")
        await self.press(LEGAL, "同意", "")
        await self.hear(COUNTY_OFFICER, "备案号")
        card = await self.talk(CHIEF, "计划 2026", "年度计划 2026")
        self.expect("元江" not in card["fields"]["未备案的县区"], "元江县已经备案")

    async def extend_the_list(self) -> None:
        """A section drafts an item, 法规科 agrees, the new version is made public."""
        await self.talk(OFFICER, "清单 起草", "")
        await self.press(OFFICER, "新增事项", "")
        for answer in ("二手车交易市场经营管理检查", "二手车交易市场"):
            await self.talk(OFFICER, answer, "")
        await self.press(OFFICER, "一般检查事项", "")
        await self.talk(OFFICER, "《二手车流通管理办法》第十条", "")
        await self.talk(OFFICER, "是否备案；交易台账是否完整", "")
        await self.press(OFFICER, "现场检查", "")
        await self.talk(OFFICER, "10%", "")
        await self.talk(OFFICER, "汽车流通", "")
        await self.press(OFFICER, "提交审查", "")
        await self.press(LEGAL, "同意", "")
        await self.talk(LEGAL, "清单 公布", "")
        await self.talk(LEGAL, DISCLOSED_AT, "")
        await self.press(LEGAL, "今天", "已公布")
        page = await self.phones.page("/public/items")
        self.expect("二手车交易市场经营管理检查" in page, "新增的事项应当公开")

    async def set_classes(self) -> None:
        """More for those who break trust, less for those who keep it; approved before it holds."""
        await self.talk(OFFICER, "分类 成品油零售经营", "分类监管")
        await self.press(OFFICER, "调整", "怎样调整")
        await self.talk(OFFICER, "C类 10% 每年6次；D类 20% 不限次数；A类低风险 2%", "分类监管调整")
        await self.press(OFFICER, "提交审批", "已提交审批")
        await self.press(CHIEF, "同意", "")
        await self.hear(OFFICER, "第 1 版已批准")

    async def plan_jointly(self) -> None:
        """Another department is registered, with one of its people and an item; the joint plan is filed before the end of March."""
        self.names[GUEST] = "王芳"
        await self.talk(LEGAL, f"联合 部门 {PARTNER}", "请逐行写")
        await self.talk(LEGAL, "王芳 13900000001 YN2026001 2029-12-31", "已登记")
        await self.talk(LEGAL, f"联合 事项 {PARTNER}", "请逐行写明")
        await self.talk(LEGAL, PARTNER_ITEM, "已登记")
        await self.talk(GUEST, "绑定 13900000001", "管理员会核对")
        await self.press(ADMIN, "同意", "")
        await self.hear(GUEST, "绑定成功")
        await self.talk(OFFICER, "联合 计划 2026", "3 月 31 日前")
        await self.press(OFFICER, "添加联合事项", "哪个事项")
        await self.press(OFFICER, "成品油零售经营企业监督检查", "抽取多少")
        await self.talk(OFFICER, "5%", "什么时候")
        card = await self.press(OFFICER, "全年", "联合抽查计划 2026")
        self.expect(PARTNER in card["fields"]["成品油零售经营企业监督检查"], "计划应当写明与谁联合")
        await self.press(OFFICER, "提交审批", "已提交")
        await self.press(LEADER, "同意", "")
        await self.press(LEGAL, "同意", "")
        await self.hear(OFFICER, "备案号")

    async def inspect_together(self) -> None:
        """A joint round with somebody of each department in every team, and a round that looks at two items at each door."""
        await self.say(OFFICER, "联合 成品油零售经营 2户 红塔区")
        await self.hear(OFFICER, "和哪个部门一起查")
        card = await self.press(OFFICER, f"{PARTNER}：成品油质量监督检查", "抽查预览")
        self.expect(PARTNER in card["fields"]["参加部门"], "预览应当写明参加的部门")
        await self._draw_at_once(LEADER)
        card = await self.hear(GUEST, "检查任务")
        self.expect("各录各的结果" in card["text"], "联合检查应当各录各的结果")
        card = await self.talk(OFFICER, "抽查 预付卡实名登记、预付卡限额发行 2户 红塔区", "抽查预览")
        self.expect("；" in card["fields"]["事项"], "预览应当有两个事项")
        await self._draw_at_once(CHIEF)

    async def _draw_at_once(self, approver: str) -> None:
        """Submit, approve, witness and draw the round whose preview was just shown."""
        await self.press(OFFICER, "提交审批", "已提交")
        await self.press(approver, "同意", "")
        for witness in WITNESSES:
            await self.press(witness, "参与摇号", "已计入")
        await self.hear(OFFICER, "抽取结果")

    async def begin_a_round(self) -> None:
        """From the request to the assignment cards; the class matrix shows in the preview."""
        await self.say(OFFICER, "抽查 成品油零售经营 5% 红塔区")
        card = await self.hear(OFFICER, "抽查预览")
        self.expect("按第 1 版" in card["fields"]["分类监管"], "预览应当写明按第几版分类监管")
        self.number = card["title"].split()[-1]
        await self.tap(OFFICER, card, "提交审批")
        await self.approve()
        await self.draw()

    async def recuse_for_a_firm(self) -> None:
        """A firm wants somebody to step back; the next in the draw's order takes the place."""
        firm, team = next(iter(self.firms.items()))
        card = await self._assignment(team[0], firm)
        await self.tap(team[0], card, "申请回避")
        await self.press(team[0], "是企业要求回避", "要求谁回避")
        await self.press(team[0], self.names[team[1]], "企业的理由")
        await self.talk(team[0], "负责人称与该检查人员有亲属关系", "已记录")
        await self.press(CHIEF, "同意", "")
        note = await self.hear(team[0], "顺位替补")
        name = note["text"].split("：")[1].split("顺位替补")[0]
        self.firms[firm] = [team[0], next(person for person, found in self.names.items() if found == name)]

    async def inspect_and_review(self) -> None:
        """Two people inspect each firm; one firm has a problem, which forces a case."""
        await self.inspect()
        await self.review()

    async def object(self) -> None:
        """An objection is taken down, answered by somebody else, and leads to a correction by two people."""
        registrar = next(iter(self.firms.values()))[0]
        firm = list(self.firms)[1]
        await self.talk(OFFICER, f"异议 {int(self.number[-4:])}", "哪一户")
        await self.press(OFFICER, firm, "什么异议")
        await self.talk(OFFICER, "企业负责人当面提出：台账在总公司，附复印件", "已登记")
        await self.press(OFFICER, "成立", "请写明理由")
        await self.talk(OFFICER, "台账齐全，已电话告知企业", "")
        await self.press(OFFICER, "更正", "更正哪一项")
        await self.press(OFFICER, "检查结果", "更正公示")
        await self.press(OFFICER, "未发现问题", "")
        await self.talk(OFFICER, "复核证照和台账后确认齐全", "")
        await self.press(CHIEF, "同意", "")
        self.expect(registrar in self.names, "检查人员应当在册")
        page = await self.phones.page("/public/results")
        self.expect("违反商务部门" not in page, "更正后公示页不应再有原来的结果")

    async def follow_a_tip(self) -> None:
        """Reported, decided by another, inspected by two people by lot, and the source is told."""
        await self.talk(WITNESSES[0], "线索 群众反映加油站柴油掺水，车辆加油后熄火", "线索从哪里来")
        await self.press(WITNESSES[0], "投诉举报", "涉及哪一户")
        await self.talk(WITNESSES[0], next(iter(self.firms)), "已登记")
        await self.press(CHIEF, "立即检查", "")
        await self._inspect_all(1, "违反商务部门相关规定")
        await self.press(CHIEF, "通过", "")
        await self.press(OFFICER, "反馈来源", "")
        await self.talk(OFFICER, "6-3 电话告知举报人", "办理完毕")
        await self.press(OFFICER, "办结", "立案案号")
        await self.talk(OFFICER, "玉商罚立〔2026〕1号", "")

    async def meet_the_unlicensed(self) -> None:
        """Whoever is in no register is taken in by name and place, under a basis of its own."""
        await self.talk(WITNESSES[1], "线索 路边流动加油车夜间给货车加油", "线索从哪里来")
        await self.press(WITNESSES[1], "投诉举报", "涉及哪一户")
        await self.talk(WITNESSES[1], "老王流动加油点", "没有找到")
        await self.press(WITNESSES[1], "名录里没有，是无证无照", "在哪里")
        await self.talk(WITNESSES[1], "红塔区玉带路 12 号门口", "哪一类经营")
        await self.press(WITNESSES[1], "成品油零售经营企业监督检查", "已登记")
        await self.press(CHIEF, "立即检查", "")
        await self._inspect_all(1, "违反商务部门相关规定")
        await self.press(CHIEF, "通过", "")
        await self.press(OFFICER, "反馈来源", "")
        await self.talk(OFFICER, "6-16 当面告知举报人", "办理完毕")
        await self.press(OFFICER, "办结", "立案案号")
        await self.talk(OFFICER, "玉商罚立〔2026〕2号", "")

    async def inspect_specially(self) -> None:
        """A common problem has a draw of its own ratio, for a reason, approved by the leader."""
        await self.talk(OFFICER, "专项 成品油零售经营 3户 红塔区", "理由")
        await self.talk(OFFICER, "半年内投诉监测显示多家加油站计量异常", "抽查预览")
        await self.press(OFFICER, "提交审批", "已提交")
        await self.press(LEADER, "同意", "")
        await self._witness()
        await self._inspect_all(3, "未发现问题")
        await self.press(CHIEF, "通过", "")
        await self.press(OFFICER, "确认公示", "")

    async def sweep(self) -> None:
        """A severe risk: everybody is inspected, the people are found by lot."""
        await self.talk(OFFICER, "过筛 报废机动车", "严重风险")
        await self.talk(OFFICER, "多地发生拆解车间起火事故，须逐户排查", "抽查预览")
        await self.press(OFFICER, "提交审批", "已提交")
        await self.press(LEADER, "同意", "")
        await self._witness()

    async def look_back(self) -> None:
        """Figures of the quarters, and the whole story of one round."""
        await self.talk(LEADER, "统计 2026上半年", "统计 2026年上半年")
        await self.talk(LEADER, f"留痕 {int(self.number[-4:])}", "留痕 5304")

    async def train(self) -> None:
        """A lesson goes to those who inspect such firms; one has read it, the others are known."""
        await self.talk(LEGAL, "培训", "")
        await self.press(LEGAL, "新建培训", "")
        await self.talk(LEGAL, "成品油检查新规", "")
        await self.talk(LEGAL, "检查成品油零售企业先看批准证书，再看购销台账。", "")
        await self.talk(LEGAL, "成品油流通", "")
        await self.press(LEGAL, "5个工作日", "前完成")
        reader = next(iter(self.firms.values()))[0]
        await self.press(reader, "已阅读", "完成：已阅读")
        card = await self.talk(LEGAL, "培训", "培训")
        self.expect(any("已完成 1/" in told for told in card["fields"].values()), "应当看得到谁已经读了")

    async def load_holidays(self) -> None:
        """The notice is pasted as it is, shown festival by festival, and holds once another person has agreed."""
        await self.talk(ADMIN, NOTICE, "2027 年节假日安排 预览")
        await self.press(ADMIN, "提交确认", "已送")
        await self.press(LEGAL, "同意", "")
        await self.talk(ADMIN, "节假日 2027", "2027 年节假日")

    async def report_to_the_province(self) -> None:
        """What was published, and a permit that was granted, goes to the platform in batches and is confirmed by its receipt."""
        await self.talk(OFFICER, "归集 登记 行政许可", "哪一家")
        for answer, asked in (
            (f"玉溪某某拍卖有限公司 {make('91530402MA6K12345')}", "文书号"),
            ("玉商许〔2026〕5号", "文书名称"),
            ("从事拍卖业务许可", "哪一天"),
            ("11-13", "内容是什么"),
            ("从事拍卖业务", "已登记"),
        ):
            await self.talk(OFFICER, answer, asked)
        card = await self.talk(OFFICER, "归集", "归集")
        self.expect("逾期" in card["fields"]["检查结果"] or "晚了" in card["fields"]["检查结果"], "四月的结果早该归集")
        await self.press(OFFICER, "导出 检查结果", "归集批次 1")
        await self.press(OFFICER, "省级平台确认 1", "回执号")
        await self.talk(OFFICER, "云归〔2026〕88号", "归集批次 1")
        await self.talk(LEADER, "归集 欠报", "1 条没有确认")

    async def watch(self) -> None:
        """Published results are drawn by the same lot as the targets, and held against their records."""
        await self.talk(LEGAL, "网络监督 2条", "名单已冻结")
        await self.press(LEGAL, "抽取 1", "网络监督 1")
        await self.press(LEGAL, "核对 1", "第 1 条")
        await self.press(LEGAL, "没有问题 1", "第 2 条")
        await self.press(LEGAL, "有问题 2", "什么问题")
        await self.talk(LEGAL, "检查结果写得笼统，请书面说明依据", "全部核对完毕")
        await self.press(OFFICER, "答复催办 1", "哪一天能办好")
        await self.talk(OFFICER, "11-27 正在整理书面说明", "已答复")

    async def show_duty(self) -> None:
        """Each step of an inspector in a round with its entry in the ledger; anybody can hold a printed one against it."""
        inspector = next(iter(self.firms.values()))[0]
        await self.talk(LEADER, f"履职 {self.names[inspector]} {int(self.number[-4:])}", "履职")
        page = await self.phones.page("/public/ledger")
        self.expect("前后相连、没有改动" in page, "账本应当完整")

    async def report_the_year(self) -> None:
        """December's report came by itself on the first working day; the year's is asked for."""
        await self.phones.until(self._report, "每月第一个工作日应当送来督查月报")
        card = await self.talk(LEADER, "月报 2026", "督查年报 2026年")
        self.expect(card["fields"]["网络监督"] == "抽看 2 条，有问题 1 条", "年报应当写明网络监督")

    async def _report(self) -> Message | None:
        """Return the report of December."""
        return next((row for row in await self.phones.messages(LEADER) if row["title"] == "督查月报 2026年12月"), None)

    async def close_the_year(self) -> None:
        """What is overdue stands with the leader; the draw of April can still be recomputed."""
        card = await self.talk(LEADER, "逾期", "逾期")
        self.expect(bool(card["fields"]), "过筛的检查应当已经逾期")
        await self.verify()
        await self.talk(CHIEF, "统计 2026", "统计 2026年")

    async def talk(self, person: str, text: str, words: str) -> Message:
        """Let a person type, and wait for the answer with these words."""
        await self.phones.catch_up(person)
        await self.say(person, text)
        return await self.hear(person, words)

    async def press(self, person: str, label: str, words: str) -> Message:
        """Let a person tap the newest live button of this name, and wait for the answer with these words."""
        card = await self.phones.until(lambda: self._live(person, label), f"{self.names[person]}没有“{label}”可点")
        await self.phones.catch_up(person)
        await self.tap(person, card, label)
        return await self.hear(person, words)

    async def _live(self, person: str, label: str) -> Message | None:
        """Return the newest card on which this button is live."""
        newest = {row["card"]: row for row in await self.phones.messages(person) if row["card"]}
        live = [row for row in newest.values() if any(button["label"] == label and button["live"] for button in row["buttons"])]
        return max(live, key=lambda row: int(row["seq"])) if live else None

    async def _witness(self) -> None:
        """Both witnesses take part, and the result comes."""
        for witness in WITNESSES:
            await self.press(witness, "参与摇号", "已计入")
        await self.hear(OFFICER, "抽取结果")

    async def _inspect_all(self, firms: int, outcome: str) -> None:
        """Everybody with an unanswered assignment accepts; one of each team records, the other confirms."""
        teams = await self.phones.until(lambda: self._open_teams(firms), f"应当派出 {firms} 户的检查任务")
        for team in teams.values():
            accepted = []
            for person, card in team:
                await self.tap(person, card, "接受")
                accepted.append(await self.hear(person, "已接受"))
            await self.tap(team[0][0], accepted[0], "开始录入")
            await self._record([person for person, _ in team], has_problem=outcome != "未发现问题")

    async def _open_teams(self, firms: int) -> dict[str, list[tuple[str, Message]]] | None:
        """Return the unanswered assignment cards by firm; None while any is missing."""
        found: dict[str, list[tuple[str, Message]]] = {}
        for person in self.names:
            newest = {row["card"]: row for row in await self.phones.messages(person) if row["title"].startswith("检查任务")}
            for row in newest.values():
                if not row["note"]:
                    found.setdefault(row["fields"]["对象"], []).append((person, row))
        return found if len(found) == firms and all(len(team) == 2 for team in found.values()) else None
