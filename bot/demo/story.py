"""Play one round from the first message to the public result and the overdue escalation (示例流程)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from bot.demo.articles import Chapter
from bot.demo.phones import Message, Phones, StoryBroken

Act = Callable[[], Awaitable[None]]
OFFICER, CHIEF, LEADER = "chen-jing", "liu-ming", "wang-zhiqiang"
WITNESSES = ("sun-hui", "ma-jun")


@dataclass(slots=True)
class Story:
    """The story's thread: who plays, what was drawn, and the transcript as it goes."""

    phones: Phones
    tell: Callable[[str], None]
    names: dict[str, str] = field(default_factory=dict)
    number: str = ""
    firms: dict[str, list[str]] = field(default_factory=dict)
    chapters: list[Chapter] = field(default_factory=list)

    async def play(self) -> None:
        """Play all acts in order; raises StoryBroken."""
        self.names = {row["person"]: row["name"] for row in await self.phones.list_phones()}
        aloud = self.tell
        for title, articles, act in self.acts():
            aloud(f"\n── {title}（{'、'.join(articles)}）──")
            self.chapters.append(Chapter(title, articles))
            self.tell = _both(aloud, self.chapters[-1].lines.append)
            await act()
        self.tell = aloud

    def acts(self) -> list[tuple[str, tuple[str, ...], Act]]:
        """Return the acts with their titles and the articles that they show."""
        return [
            ("一、预览：超过上限被拒绝，改为 5%", ("二(五)",), self.preview),
            ("二、审批、冻结名单", ("二(五)",), self.approve),
            ("三、摇号见证、抽取、匹配", ("二(五)",), self.draw),
            ("四、回避与顺位替补", ("二(五)",), self.recuse),
            ("五、接受任务、两人检查、录入", ("二(五)",), self.inspect),
            ("六、审核", ("二(八)",), self.review),
            ("七、公示", ("二(八)",), self.publish),
            ("八、到期提醒与逾期督办", ("二(八)", "三(四)"), self.remind),
            ("九、验证", ("二(五)",), self.verify),
        ]

    async def preview(self) -> None:
        """Ask for too much, then for what is allowed."""
        await self.say(OFFICER, "抽查 成品油零售 50% 红塔区")
        await self.hear(OFFICER, "比例上限")
        await self.say(OFFICER, "抽查 成品油零售 ５％ 红塔区")
        card = await self.hear(OFFICER, "抽查预览")
        self.number = card["title"].split()[-1]
        self.expect("可以组队" in card["fields"]["检查人员"], "检查人员应当可以组队")
        await self.tap(OFFICER, card, "提交审批")
        await self.hear(OFFICER, "已提交")

    async def approve(self) -> None:
        """The chief agrees; the candidate list is frozen."""
        card = await self.hear(CHIEF, "抽查任务待审批")
        await self.tap(CHIEF, card, "同意")
        frozen = await self.hear(CHIEF, "名单已冻结")
        self.expect(len(frozen["fields"]["名单指纹"]) == 64, "应当公布名单指纹")
        await self.tap(CHIEF, card, "同意")
        await self.hear(CHIEF, "没有重复执行")

    async def draw(self) -> None:
        """One witness taps, the other types; then the draw runs by itself."""
        first, second = WITNESSES
        await self.tap(first, await self.hear(first, "邀请见证摇号"), "参与摇号")
        await self.hear(first, "已计入")
        await self.hear(second, "邀请见证摇号")
        await self.say(second, "风调雨顺，公平公正 2026")
        await self.hear(second, "已计入")
        card = await self.hear(OFFICER, "抽取结果")
        self.expect(card["file"] is not None, "抽取结果应当附名单")
        await self._collect_teams(int(card["fields"]["抽取"].split()[0]))

    async def recuse(self) -> None:
        """One inspector steps back; the next in the draw's own order takes the place."""
        firm, (first, second) = next(iter(self.firms.items()))
        card = await self._assignment(first, firm)
        await self.tap(first, card, "申请回避")
        await self.hear(first, "理由")
        await self.say(first, "亲属在该企业任职")
        await self.hear(first, "已提交")
        await self.tap(CHIEF, await self.hear(CHIEF, "回避申请待审批"), "同意")
        await self.hear(first, "已同意")
        note = await self.hear(second, "顺位替补")
        name = note["text"].split("：")[1].split("顺位替补")[0]
        replacement = next(person for person, found in self.names.items() if found == name)
        self.firms[firm] = [replacement, second]
        self.expect(replacement != first, "替补应当是另一个人")

    async def inspect(self) -> None:
        """Each firm is inspected by two: one records, the other confirms; one firm has a problem, with a photo."""
        for place, (firm, team) in enumerate(self.firms.items()):
            accepted = []
            for person in team:
                await self.tap(person, await self._assignment(person, firm), "接受")
                accepted.append(await self.hear(person, "已接受"))
            await self.tap(team[0], accepted[0], "开始录入")
            await self._record(team, has_problem=place == 1)
        card = await self.hear(OFFICER, "后续处置 立案查处")
        await self.tap(OFFICER, card, "办结")
        await self.hear(OFFICER, "立案案号")
        await self.say(OFFICER, "已责令改正")
        await self.hear(OFFICER, "不得用责令改正")
        await self.say(OFFICER, "取消")
        await self.hear(OFFICER, "已退出")

    async def review(self) -> None:
        """The chief passes the records."""
        card = await self.hear(CHIEF, "检查结果待审核")
        await self.tap(CHIEF, card, "通过")
        await self.hear(CHIEF, "公示期限从今天起算")

    async def publish(self) -> None:
        """The officer publishes; the public page shows it."""
        card = await self.hear(OFFICER, f"公示 {self.number}")
        await self.tap(OFFICER, card, "确认公示")
        await self.hear(OFFICER, "已公示")
        page = await self.phones.page(f"/public/rounds/{self.number}")
        for firm in self.firms:
            self.expect(firm in page, f"公示页应当有{firm}")
        self.tell(f"  公示页 /public/rounds/{self.number} 已列出 {len(self.firms)} 户")

    async def remind(self) -> None:
        """The follow-up stays open: reminders come, then it's overdue and goes up."""
        for instant, person, wanted in (
            ("2026-12-02T08:30:00+08:00", OFFICER, "今日提醒 12-02"),
            ("2026-12-08T08:30:00+08:00", CHIEF, "今日提醒 12-08"),
            ("2026-12-10T08:30:00+08:00", LEADER, "今日提醒 12-10"),
        ):
            await self.phones.move_clock(instant)
            self.tell(f"  ⏰ 时钟拨到 {instant[:16].replace('T', ' ')}")
            card = await self.hear(person, wanted)
            self.expect(any("立案查处" in name for name in card["fields"]), "提醒应当列出立案查处")
        self.expect(any(name.startswith("督办") for name in card["fields"]), "局领导收到的应当是督办")

    async def verify(self) -> None:
        """Anybody within reach can recompute the draw."""
        await self.say(OFFICER, f"验证 {int(self.number[-4:])}")
        card = await self.hear(OFFICER, f"验证 {self.number}")
        self.expect("结果一致" in card["text"], "重新计算应当一致")

    async def say(self, person: str, text: str) -> None:
        """Let a person type, and print it."""
        self.tell(f"  【{self.names[person]}】{text}")
        await self.phones.say(person, text)

    async def tap(self, person: str, card: Message, label: str) -> None:
        """Let a person tap, and print it."""
        self.tell(f"  【{self.names[person]}】〔{label}〕")
        await self.phones.tap(person, card, label)

    async def hear(self, person: str, words: str) -> Message:
        """Wait for a message with these words, and print it."""
        message = await self.phones.hear(person, lambda row: words in f"{row['title']}{row['text']}" and not row["note"], words)
        self.tell(_transcribed(self.names[person], message))
        return message

    def expect(self, holds: bool, sentence: str) -> None:
        """Break the story where something differs."""
        if not holds:
            raise StoryBroken(sentence)

    async def _collect_teams(self, count: int) -> None:
        """Learn from the assignment cards who inspects what, once all of them have come."""
        teams = await self.phones.until(lambda: self._teams(count), f"应当有 {count} 户，每户两名检查人员")
        for firm, members in teams.items():
            self.firms[firm] = [person for person, _ in members]
            for person, card in members:
                self.tell(f"  派发：{firm} ← {self.names[person]}，搭档{card['fields']['搭档']}，附{card['file']['name']}")

    async def _teams(self, count: int) -> dict[str, list[tuple[str, Message]]] | None:
        """Return each firm's team with its cards; None while any card is missing."""
        found: dict[str, list[tuple[str, Message]]] = {}
        for person in self.names:
            for message in await self.phones.messages(person):
                if message["title"].startswith("检查任务"):
                    found.setdefault(message["fields"]["对象"], []).append((person, message))
        return found if len(found) == count and all(len(team) == 2 for team in found.values()) else None

    async def _assignment(self, person: str, firm: str) -> Message:
        """Return a person's live assignment card for a firm."""

        async def look() -> Message | None:
            for message in reversed(await self.phones.messages(person)):
                if message["title"].startswith("检查任务") and not message["note"] and message["fields"]["对象"] == firm:
                    return message
            return None

        return await self.phones.until(look, f"{person} 没有{firm}的检查任务")

    async def _record(self, team: list[str], *, has_problem: bool) -> None:
        """Record an inspection question by question, submit it, and let the partner confirm."""
        recorder, partner = team
        card = await self.hear(recorder, "检查方式")
        await self.tap(recorder, card, "现场检查")
        is_first = True
        while "检查结果" not in (card := await self._next_question(recorder))["text"]:
            if has_problem and is_first:
                await self.phones.send_photo(recorder, "现场.png", _photo())
                await self.hear(recorder, "照片已保存")
            await self.tap(recorder, card, "异常" if has_problem and is_first else "正常")
            is_first = False
        await self._finish(recorder, card, has_problem)
        card = await self.hear(recorder, "检查记录")
        await self.tap(recorder, card, "提交")
        await self.tap(partner, await self.hear(partner, "请确认检查记录"), "确认")
        await self.hear(partner, "已确认")

    async def _next_question(self, recorder: str) -> Message:
        """Wait for the next question of the record."""
        card = await self.phones.hear(recorder, lambda row: row["title"].startswith("录入") and not row["note"], "录入")
        self.tell(_transcribed(self.names[recorder], card))
        return card

    async def _finish(self, recorder: str, card: Message, has_problem: bool) -> None:
        """Answer what comes after the points."""
        if has_problem:
            await self.tap(recorder, card, "违反商务部门相关规定")
            await self.tap(recorder, await self.hear(recorder, "还有其他结果吗"), "完成")
            await self.hear(recorder, "描述发现的问题")
            await self.say(recorder, "购销台账缺少三个月的记录")
            await self.hear(recorder, "处理措施")
            await self.say(recorder, "现场制作笔录，要求限期提供台账")
        else:
            await self.tap(recorder, card, "未发现问题")
        await self.tap(recorder, await self.hear(recorder, "被检查人的意见"), "无意见")
        await self.hear(recorder, "请发送位置")
        self.tell(f"  【{self.names[recorder]}】〔位置〕玉溪市红塔区")
        await self.phones.locate(recorder, 24.35, 102.54, "玉溪市红塔区")


def _transcribed(name: str, message: Message) -> str:
    """Return a message as the transcript shows it."""
    lines = [f"    → {name}：{message['title']}" if message["title"] else f"    → {name}："]
    if message["text"]:
        lines[0] += ("　" if message["title"] else "") + message["text"].replace("\n", "\n        ")
    lines += [f"        {field}：{value}" for field, value in list(message["fields"].items())[:6]]
    if message["buttons"]:
        lines.append("        " + " ".join(f"[{button['label']}]" for button in message["buttons"][:6]))
    return "\n".join(lines)


def _photo() -> bytes:
    """Return a small picture, as a phone would send it."""
    octets = BytesIO()
    Image.new("RGB", (640, 480), (120, 150, 180)).save(octets, "PNG")
    return octets.getvalue()


def _both(first: Callable[[str], None], second: Callable[[str], None]) -> Callable[[str], None]:
    """Return what tells both."""

    def tell(line: str) -> None:
        first(line)
        second(line)

    return tell
