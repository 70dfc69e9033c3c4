"""Check a draw from its texts with nothing but this file (独立核验程序), 二(五).

    python3 verify_draw.py 目录 [事先公布的名单指纹 [事先公布的承诺值]]

The folder holds frame.txt, seed.txt and result.txt; where inspectors.txt and teams.txt lie beside them, the match is recomputed too.
Exit code 0: everything agrees. 1: something differs, and the last line names the first such thing. Python 3.10 or later, no packages.
It shares no line with the program that draws, so that an error in one can't hide in the other.
"""
# ruff: noqa: INP001 -- firms download this file by itself; it belongs to no package

import hashlib
import re
import sys
import unicodedata
from pathlib import Path

Node = tuple[str, ...]
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
WHOLE = re.compile("(0|[1-9][0-9]{0,8})")
SHARE = re.compile("(0|[1-9][0-9]{0,17})/([1-9][0-9]{0,17})")


class Differs(Exception):
    """Something doesn't agree; the text says what, in Chinese."""


def demand(holds: object, otherwise: str) -> None:
    """Stop with the sentence unless the condition holds."""
    if not holds:
        raise Differs(otherwise)


def digest(text: str) -> str:
    """Return the SHA-256 of the text in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def tell(sentence: str) -> None:
    """Print one line."""
    sys.stdout.write(sentence + "\n")


def load(folder: Path, name: str) -> str | None:
    """Return a file's text with its line ends untouched, None where there is no such file."""
    if not (folder / name).is_file():
        return None
    try:
        text = (folder / name).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise Differs(f"{name} 不是 UTF-8 文本。") from None
    demand(text.endswith("\n"), f"{name} 最后一行没有换行符, 文件不完整。")
    return text


def table(name: str, text: str, layout: dict[str, int]) -> dict[str, list[list[str]]]:
    """Split a text into rows by their first field; kinds must come in the order of `layout`, each with that many fields."""
    demand(not FORBIDDEN.search(text) and unicodedata.is_normalized("NFC", text), f"{name} 里有不允许的字符。")
    kinds = list(layout)
    rows: dict[str, list[list[str]]] = {kind: [] for kind in kinds}
    stage = 0
    for count, line in enumerate(text[:-1].split("\n"), 1):
        kind, *fields = line.split("\t")
        demand(kind in rows and len(fields) == layout[kind], f"{name} 第 {count} 行不合格式: {line}")
        demand(kinds.index(kind) >= stage, f"{name} 第 {count} 行的位置不对: {line}")
        stage = kinds.index(kind)
        rows[kind].append(fields)
    demand(rows[kinds[0]] == [[]] and text.startswith(kinds[0] + "\n"), f"{name} 的第一行应是 {kinds[0]}。")
    return rows


def whole(field: str, least: int = 0) -> int:
    """Return a whole number of at least `least`."""
    demand(WHOLE.fullmatch(field) and int(field) >= least, f"“{field}”不是合格的整数。")
    return int(field)


def ascending(keys: list[str], what: str) -> None:
    """Demand that keys are filled, sorted and never repeated."""
    demand(all(keys), f"{what}里有空的编码。")
    demand(keys == sorted(set(keys)), f"{what}没有排序, 或有重复。")


def read_frame(text: str) -> dict[str, list[list[str]]]:
    """Return the rows of frame.txt after counting everything that can be counted."""
    second = text.startswith("double-random-frame-v2\n")
    header = "double-random-frame-v2" if second else "double-random-frame-v1"
    layout = {header: 0, "round": 1, "attempt": 1, "specialty": 1}
    layout |= ({"also": 1} if second else {}) | {"inspectors": 1, "stratum": 4, "c": 4, "x": 3}
    rows = table("frame.txt", text, layout)
    ascending([row[0] for row in rows.get("also", [])], "还要求的专长")
    demand(rows.get("also") or not second, "第 2 版的 frame.txt 没有一行 also。")
    demand(not second or rows["specialty"][0] not in rows["also"], "同一项专长写了两次。")
    for kind in ("round", "attempt", "specialty", "inspectors"):
        demand(len(rows[kind]) == 1, f"frame.txt 应有一行 {kind}。")
    demand(rows["round"][0][0], "frame.txt 没有写抽查任务编号。")
    whole(rows["attempt"][0][0], 1)
    ascending([row[0] for row in rows["stratum"]], "分层")
    ascending([row[0] for row in rows["c"]], "候选名单")
    ascending([row[0] for row in rows["x"]], "排除名单")
    demand(not {row[0] for row in rows["c"]} & {row[0] for row in rows["x"]}, "有对象既是候选又被排除。")
    sizes: dict[str, int] = {}
    for _, name, weight, _ in rows["c"]:
        whole(weight, 1)
        sizes[name] = sizes.get(name, 0) + 1
    for name, size, share, quota in rows["stratum"]:
        ratio = SHARE.fullmatch(share)
        demand(ratio, f"分层“{name}”的比例“{share}”不合格式。")
        up, down = map(int, share.split("/"))
        counted = sizes.pop(name, 0)
        demand(whole(size) == counted, f"分层“{name}”写的是 {size} 户, 名单里有 {counted} 户。")
        due = min(counted, (counted * up + down - 1) // down)
        demand(whole(quota) == due, f"分层“{name}”按 {share} 应抽 {due} 户, 写的是 {quota} 户。")
    demand(not sizes, f"名单里有没列出的分层: {'、'.join(sizes)}。")
    return rows


def check_seed(text: str, frame: str) -> str:
    """Return the seed after checking that it belongs to this frame and that the secret is the promised one."""
    layout = {"double-random-seed-v1": 0, "frame": 1, "commitment": 1, "secret": 1, "witness": 2, "beacon": 3}
    rows = table("seed.txt", text, layout)
    for kind in ("frame", "commitment", "secret"):
        demand(len(rows[kind]) == 1, f"seed.txt 应有一行 {kind}。")
    demand(len(rows["beacon"]) <= 1, "seed.txt 只能有一个公共随机源。")
    demand(rows["frame"][0][0] == digest(frame), "seed.txt 是给另一份名单用的, 或 frame.txt 在冻结后被改过。")
    secret = rows["secret"][0][0]
    demand(re.fullmatch("[0-9a-f]{64}", secret), "seed.txt 的秘密数不是 64 位十六进制。")
    sealed = digest("double-random-secret-v1\n" + secret + "\n")
    demand(rows["commitment"][0][0] == sealed, "seed.txt 的秘密数与承诺值不符。")
    return digest(text)


def draw(rows: dict[str, list[list[str]]], seed: str) -> list[list[str]]:
    """Return the rows that result.txt must have."""
    tickets: dict[str, list[tuple[str, str]]] = {row[0]: [] for row in rows["stratum"]}
    for code, name, weight, _ in rows["c"]:
        best = min(digest(f"{seed}:{code}:{number + 1}") for number in range(int(weight)))
        tickets[name].append((best, code))
    drawn = []
    for name, _, _, quota in rows["stratum"]:
        winners = sorted(tickets[name])[: int(quota)]
        drawn += [[name, str(place + 1), code, best] for place, (best, code) in enumerate(winners)]
    return drawn


def same(name: str, expected: str, found: str) -> None:
    """Demand equal texts; name the first line that differs."""
    due, stands = expected.split("\n"), found.split("\n")
    for count in range(max(len(due), len(stands))):
        left = due[count] if count < len(due) else "（没有这一行）"
        right = stands[count] if count < len(stands) else "（没有这一行）"
        demand(left == right, f"{name} 第 {count + 1} 行不一致。\n  重新计算: {left}\n  文件里是: {right}")


class Pairing:
    """The second random draw: who inspects what."""

    def __init__(self, seed: str, codes: list[str], frame: dict[str, list[list[str]]], people: dict[str, list[list[str]]]) -> None:
        """Find for every drawn target who may go there, in the order of tickets."""
        self.seed, self.codes = seed, codes
        self.width = whole(people["team"][0][0], 1)
        self.limit = {row[0]: whole(row[3]) for row in people["i"]}
        wanted = frame["specialty"][0][0]
        self.skilled = {row[0] for row in people["i"] if wanted in row[2].split(",")}
        district = {row[0]: row[3] for row in frame["c"]}
        barred = {(row[0], row[1]) for row in people["r"]}
        covers = {row[0]: set(row[1].split(",")) for row in people["i"]}
        self.queue: dict[str, list[str]] = {}
        for code in codes:
            may_go = [who for who in covers if district[code] in covers[who] and (who, code) not in barred]
            self.queue[code] = sorted(may_go, key=lambda who: self.ticket(code, who))
        self.seat: dict[str, dict[str, str]] = {code: {} for code in codes}
        self.jobs: dict[str, set[str]] = {who: set() for who in covers}
        self.open = {(code, post): (1 if post == "0" else self.width - 1) for code in codes for post in "01"}
        self.also = [{row[0] for row in people["i"] if name in row[2].split(",")} for (name,) in frame.get("also", [])]

    def ticket(self, code: str, who: str) -> str:
        """Return the ticket of a person for a target."""
        return digest(f"{self.seed}:match:{code}:{who}")

    def onward(self, node: Node) -> list[tuple[Node, str]]:
        """Return where a search may go from a post or a person, each with the person who would move."""
        if len(node) == 1:
            held = sorted(self.jobs[node[0]], key=lambda code: self.ticket(code, node[0]))
            return [((code, self.seat[code][node[0]]), node[0]) for code in held]
        code, post = node
        ways: list[tuple[Node, str]] = []
        for who in self.queue[code]:
            sits = self.seat[code].get(who)
            if sits != post and (post == "1" or who in self.skilled):
                ways.append(((who,) if sits is None else (code, sits), who))
        return ways

    def attempt(self, start: Node, level: int, closed: set[Node]) -> bool:
        """Try to put one more person on a post, moving others along where that helps."""
        if start in closed:
            return False
        met = {start}
        route: list[tuple[Node, str]] = [(start, "")]
        pending = [iter(self.onward(start))]
        while route:
            step = next((way for way in pending[-1] if way[0] not in met and way[0] not in closed), None)
            if step is None:
                route.pop()
                pending.pop()
                continue
            node = step[0]
            met.add(node)
            route.append(step)
            if len(node) == 1 and len(self.jobs[node[0]]) < min(level, self.limit[node[0]]):
                self.shift(route)
                return True
            pending.append(iter(self.onward(node)))
        closed |= met
        return False

    def shift(self, route: list[tuple[Node, str]]) -> None:
        """Carry out the moves of a successful search."""
        out = [(mover, node[0]) for node, mover in route[1:] if len(node) == 2]
        into = [(route[step + 1][1], node) for step, (node, _) in enumerate(route[:-1]) if len(node) == 2]
        for who, code in out:
            self.jobs[who].discard(code)
            del self.seat[code][who]
        for who, (code, post) in into:
            self.jobs[who].add(code)
            self.seat[code][who] = post

    def run(self) -> str:
        """Make the teams, then add whoever is missing for further specialties; return the text that teams.txt must begin with."""
        self.fill()
        self.later: list[tuple[str, list[str]]] = [(code, []) for code in self.codes]
        vacant = []
        for number, skilled in enumerate(self.also):
            vacant += self.extend(str(number + 2), skilled)
        self.level = max(map(len, self.jobs.values()), default=0)
        lines = ["double-random-teams-v1"]
        for code, added in self.later:
            first = [who for who in self.seat[code] if self.seat[code][who] in ("0", "1")]
            lines.append("\t".join([code, *sorted(first, key=lambda who: (self.seat[code][who], self.ticket(code, who))), *added]))
        lines += [f"unfilled\t{code}\t{post}\t{lacking}" for (code, post), lacking in self.open.items() if lacking]
        lines += [f"unfilled\t{code}\t{post}\t1" for code, post in vacant]
        return "".join(line + "\n" for line in lines)

    def extend(self, post: str, skilled: set[str]) -> list[tuple[str, str]]:
        """Send one person more to every target whose team has nobody with a further skill; return where nobody could be sent."""
        bare = [code for code in self.codes if not skilled & set(self.seat[code])]
        part = Pairing.__new__(Pairing)
        part.seed, part.codes, part.width = self.seed, bare, 1
        part.limit = {who: most - len(self.jobs[who]) for who, most in self.limit.items()}
        part.skilled = skilled
        part.queue = {code: [who for who in self.queue[code] if who in skilled] for code in bare}
        part.seat = {code: {} for code in bare}
        part.jobs = {who: set() for who in self.jobs}
        part.open = {(code, "0"): 1 for code in bare}
        part.fill()
        for code, added in self.later:
            for who in part.seat.get(code, {}):
                self.seat[code][who] = post
                self.jobs[who].add(code)
                added.append(who)
        return [(code, post) for (code, _), lacking in part.open.items() if lacking]

    def fill(self) -> None:
        """Fill all posts as far as possible, level by level."""
        for level in range(1, max(self.limit.values(), default=0) + 1):
            closed: set[Node] = set()
            for post, lacking in self.open.items():
                while lacking and self.attempt(post, level, closed):
                    lacking -= 1  # noqa: PLW2901 -- counts down to what stays open
                self.open[post] = lacking
            if not any(self.open.values()):
                break

    def replace(self, line: str, gone: set[tuple[str, str]]) -> None:
        """Check one replacement after a recusal and carry it out."""
        fields = line.split("\t")
        demand(len(fields) == 5, f"teams.txt 的替补行不合格式: {line}")
        _, code, old, new, _ = fields
        demand(old in self.seat.get(code, {}), f"teams.txt: {old} 不在 {code} 的检查组里。")
        post = self.seat[code][old]
        rest = set(self.seat[code]) - {old}
        wanted = [skilled for skilled in self.also if old in skilled and not skilled & rest]
        free = [
            who
            for who in self.queue[code]
            if who not in self.seat[code]
            and (code, who) not in gone
            and (post != "0" or who in self.skilled)
            and all(who in skilled for skilled in wanted)
            and len(self.jobs[who]) < self.limit[who]
        ]
        even = [who for who in free if len(self.jobs[who]) <= self.level]
        due = next(iter(even or free), None)
        demand(new == due, f"teams.txt: {code} 的 {old} 回避后应由 {due or '（无人）'} 替补, 写的是 {new}。")
        gone.add((code, old))
        del self.seat[code][old]
        self.jobs[old].discard(code)
        self.seat[code][new] = post
        self.jobs[new].add(code)


def check_people(text: str, frame: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Return the rows of inspectors.txt after checking that they are the frozen ones."""
    people = table("inspectors.txt", text, {"double-random-inspectors-v1": 0, "team": 1, "i": 4, "r": 2})
    demand(frame["inspectors"] == [[digest(text)]], "inspectors.txt 与冻结时的指纹不符。")
    demand(len(people["team"]) == 1, "inspectors.txt 应有一行 team。")
    ascending([row[0] for row in people["i"]], "检查人员名单")
    for row in people["i"]:
        for field in filter(None, row[1:3]):
            ascending(field.split(","), f"检查人员 {row[0]} 的工作区域或业务专长")
    demand(
        people["r"] == sorted(people["r"]) and len(people["r"]) == len({tuple(row) for row in people["r"]}), "回避名单没有排序, 或有重复。"
    )
    return people


def check_teams(found: str, pairing: Pairing) -> None:
    """Recompute the match and every replacement after it."""
    lines = found[:-1].split("\n")
    later = 0
    while later < len(lines) and lines[len(lines) - 1 - later].startswith("replace\t"):
        later += 1
    split = len(lines) - later
    same("teams.txt", pairing.run(), "".join(line + "\n" for line in lines[:split]))
    gone: set[tuple[str, str]] = set()
    for line in lines[split:]:
        pairing.replace(line, gone)
    tell(f"[一致] 人员匹配: {len(pairing.codes)} 个检查组和 {later} 次替补都能重新算出。")


def verify(folder: Path, announced: list[str]) -> None:
    """Check everything in the folder; raise Differs at the first thing that doesn't agree."""
    texts = {name: load(folder, name) for name in ("frame.txt", "seed.txt", "result.txt", "inspectors.txt", "teams.txt")}
    frame, seed_file, result = texts["frame.txt"], texts["seed.txt"], texts["result.txt"]
    if frame is None or seed_file is None or result is None:
        raise Differs("目录里要有 frame.txt、seed.txt、result.txt 三个文件。")
    rows = read_frame(frame)
    tell(f"[一致] 候选名单: {len(rows['c'])} 户候选, {len(rows['x'])} 户排除。名单指纹 {digest(frame)}")
    demand(not announced or announced[0] == digest(frame), "名单指纹与您给出的、事先公布的指纹不符。")
    seed = check_seed(seed_file, frame)
    sealed = seed_file.split("\n")[2].split("\t")[1]
    tell(f"[一致] 秘密数与承诺值相符。承诺值 {sealed}")
    demand(len(announced) < 2 or announced[1] == sealed, "承诺值与您给出的、事先公布的承诺值不符。")
    tell(f"       种子 {seed}")
    drawn = draw(rows, seed)
    same("result.txt", "".join("\t".join(row) + "\n" for row in [["double-random-result-v1"], *drawn]), result)
    tell(f"[一致] 抽取结果: 抽中的 {len(drawn)} 户及顺序都能重新算出。")
    inspectors, teams = texts["inspectors.txt"], texts["teams.txt"]
    if inspectors is None:
        demand(teams is None, "有 teams.txt 而没有 inspectors.txt, 无法核对匹配。")
        return
    people = check_people(inspectors, rows)
    tell(f"[一致] 检查人员名单: {len(people['i'])} 人, 与冻结时的指纹相符。")
    if teams is not None:
        check_teams(teams, Pairing(seed, [row[2] for row in drawn], rows, people))


def main(arguments: list[str]) -> int:
    """Run from the command line; return the exit code."""
    if not 1 <= len(arguments) <= 3:
        tell("用法: python3 verify_draw.py 目录 [事先公布的名单指纹 [事先公布的承诺值]]")
        return 1
    try:
        verify(Path(arguments[0]), arguments[1:])
    except Differs as difference:
        tell(f"[不一致] {difference}")
        return 1
    tell("全部一致: 这次抽取没有被改动。" + ("" if len(arguments) > 2 else "请再把上面的名单指纹和承诺值与事先公布的核对。"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
