"""Recompute a whole draw from its texts and say in plain words what agrees (核验摇号结果), 二(五)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handlers.rules import ceremony, drawing, frozen_texts, matching
from handlers.rules.drawing import Drawn
from handlers.rules.frozen_texts import NO_INSPECTORS, Frame, People, fingerprint
from handlers.rules.text_lines import FrozenTextError

FRAME, SEED, RESULT, INSPECTORS, TEAMS = "frame.txt", "seed.txt", "result.txt", "inspectors.txt", "teams.txt"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was recomputed (核验项目), and in a Chinese sentence what came out."""

    name: str
    ok: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks of a bundle (核验结论), in the order in which they build on each other; after a failure what rests on it is left out."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return all(check.ok for check in self.checks)

    @property
    def first_failure(self) -> Check | None:
        """The first thing that doesn't agree."""
        return next((check for check in self.checks if not check.ok), None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one target was drawn or not (为什么抽中或没抽中); ticket, place and cut-off are None where the target had no ticket."""

    code: str
    is_drawn: bool
    ticket: str | None
    place: int | None
    cutoff: str | None
    sentence: str


def verify(texts: Mapping[str, str]) -> Verdict:
    """Recompute everything from frame.txt, seed.txt and result.txt, and where given inspectors.txt and teams.txt.

    `texts`: file name to its whole text, decoded as UTF-8 without touching line ends. Never raises for what the texts say.
    The reason in a `replace` line is free text, which only the ledger guards.
    """
    return Verdict(tuple(_checks(texts)))


def explain(code: str, frame: Frame, drawn: Drawn) -> Explanation:
    """Say why a target was drawn or not: its ticket against the cut-off of its stratum, or why it wasn't a candidate."""
    for order in drawn.orders.values():
        for place in order:
            if place.code == code:
                return _explain_place(place, drawn)
    reason = next((row.reason for row in frame.excluded if row.code == code), None)
    if reason is not None:
        return Explanation(code, False, None, None, None, f"{code} 冻结名单时已排除, 没有参加抽取。原因: {reason}。")
    return Explanation(code, False, None, None, None, f"{code} 不在这次冻结的名单里, 没有参加抽取。")


def _explain_place(place: drawing.Place, drawn: Drawn) -> Explanation:
    quota, size, cutoff = drawn.quotas[place.stratum], len(drawn.orders[place.stratum]), drawn.cutoff(place.stratum)
    is_drawn = place.place <= quota
    told = f"{place.code} 的号码是 {place.ticket}, 在“{place.stratum}”{size} 户里从小到大排第 {place.place} 位; 这一层抽 {quota} 户"
    if cutoff is None:
        sentence = f"{told}, 所以没有抽中。"
    elif is_drawn:
        sentence = f"{told}, 入围线是 {cutoff}, 号码没有超过入围线, 所以抽中。"
    else:
        sentence = f"{told}, 入围线是 {cutoff}, 号码大于入围线, 所以没有抽中。"
    return Explanation(place.code, is_drawn, place.ticket, place.place, cutoff, sentence)


def _checks(texts: Mapping[str, str]) -> Iterator[Check]:
    missing = [name for name in (FRAME, SEED, RESULT) if name not in texts]
    yield Check("文件齐全", not missing, f"缺少 {'、'.join(missing)}。" if missing else "名单、种子、结果三份文件都在。")
    if missing:
        return
    step = "候选名单"
    try:
        frame = frozen_texts.read_frame(texts[FRAME])
        yield _frame_check(frame, texts[FRAME])
        step = "种子"
        opening = ceremony.read_seed(texts[SEED])
        yield from _seed_checks(opening, texts[FRAME])
        step = "抽取结果"
        drawn = drawing.draw_targets(frame, ceremony.seed(texts[SEED]))
        yield _same(step, drawing.result_text(drawn), texts[RESULT], f"按种子重新计算, 抽中的 {len(drawn.codes)} 户及顺序完全一致。")
        step = "人员匹配"
        yield from _people_checks(texts, frame, drawn)
    except FrozenTextError as fault:
        yield Check(step, False, str(fault))


def _frame_check(frame: Frame, text: str) -> Check:
    counts = f"{len(frame.candidates)} 户候选, {len(frame.excluded)} 户排除, 应抽 {sum(row.quota for row in frame.strata)} 户"
    advice = "请与事先公布的名单指纹核对"
    return Check("候选名单", True, f"第 {frame.attempt} 次抽取, {counts}, 户数、比例、名额相符。{advice}: {fingerprint(text)}。")


def _seed_checks(opening: ceremony.Opening, frame: str) -> Iterator[Check]:
    belongs = opening.frame_fingerprint == fingerprint(frame)
    yield Check("种子与名单", belongs, "种子用的就是这份名单。" if belongs else "种子是给另一份名单用的, 或名单在冻结后被改过。")
    yield Check("承诺值", True, f"公开的秘密数与承诺值相符。请与事先公布的承诺值核对: {opening.commitment}。")
    if opening.beacon:
        outside = f"用了公共随机源 {opening.beacon.source} 第 {opening.beacon.round} 期: {opening.beacon.value}。请到该来源核对。"
    else:
        outside = "没有用公共随机源; 外部随机只来自见证人。"
    yield Check("外部随机", True, f"{len(opening.contributions)} 位见证人报了内容, {outside}")


def _people_checks(texts: Mapping[str, str], frame: Frame, drawn: Drawn) -> Iterator[Check]:
    """Check inspectors and teams, which firms don't get: their absence is told, not blamed."""
    if INSPECTORS not in texts:
        alone = TEAMS in texts
        yield Check(
            "检查人员", not alone, "有匹配结果而没有检查人员名单, 无法核对。" if alone else "没有提供检查人员名单（不公开）, 未核对匹配。"
        )
        return
    people = frozen_texts.read_people(texts[INSPECTORS])
    frozen = frame.inspectors_fingerprint == fingerprint(texts[INSPECTORS])
    told = "这次抽取冻结时没有检查人员名单。" if frame.inspectors_fingerprint == NO_INSPECTORS else "检查人员名单与冻结时的指纹不符。"
    yield Check("检查人员", frozen, f"{len(people.staff)} 名检查人员, 名单与冻结时的指纹相符。" if frozen else told)
    if not frozen or TEAMS not in texts:
        return
    yield from _team_checks(texts, frame, people, drawn)


def _team_checks(texts: Mapping[str, str], frame: Frame, people: People, drawn: Drawn) -> Iterator[Check]:
    roster = matching.roster_of(frame, people, drawn.codes, ceremony.seed(texts[SEED]))
    matched = matching.match_teams(roster)
    given, amendments = matching.read_amendments(texts[TEAMS])
    lacking = sum(count for _, _, count in matched.unfilled)
    told = f"重新匹配 {len(matched.teams)} 个检查组, 结果完全一致" + (f", 其中缺 {lacking} 人次。" if lacking else "。")
    yield _same("人员匹配", matching.teams_text(matched), given, told)
    for n, row in enumerate(amendments):
        expected = matching.replacement(roster, matched, amendments[:n], (row.code, row.old))
        whom = f"应由 {expected} 顺位替补, 写的却是 {row.new}" if expected else f"已无人可替补, 却写了 {row.new}"
        right = f"{row.code} 的 {row.old} 回避后由 {row.new} 替补, 正是号码顺位的下一人。"
        yield Check(f"第 {n + 1} 次替补", row.new == expected, right if row.new == expected else f"{row.code} 的 {row.old} 回避后{whom}。")
        if row.new != expected:
            return


def _same(name: str, expected: str, given: str, told: str) -> Check:
    """Compare a recomputed text with the given one, and name the first line that differs."""
    if expected == given:
        return Check(name, True, told)
    ours, theirs = expected.split("\n"), given.split("\n")
    line = next((n for n, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), min(len(ours), len(theirs)))
    should, stands = (f"“{rows[line]}”" if line < len(rows) else "没有这一行" for rows in (ours, theirs))
    return Check(name, False, f"第 {line + 1} 行不一致: 重新计算是{should}, 文件里是{stands}。")
