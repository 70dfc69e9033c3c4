"""Kill the server while ten people talk to it, and show that nothing was lost or doubled (`make chaos`)."""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.chaos.mutants import MUTANTS
from tests.chaos.running import Options, Outcome, run
from tests.engines import ENGINES, Originals

LABELS = {
    "messages": "消息 messages",
    "copies": "投递份数 copies",
    "tries": "投递次数 tries",
    "outgoing": "发出 outgoing",
    "acts": "留痕 ledger entries",
    "rounds": "任务 rounds",
    "draws": "抽取 draws",
    "decisions": "审批决定 decisions",
    "accepted": "接受 accepted",
    "records": "检查记录 records",
    "published": "公示 published",
    "refused": "拒绝 refused",
}


def main() -> int:
    """Run as asked; 0 where nothing was lost, doubled, forbidden or broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="what people do and when the server is killed")
    parser.add_argument("--kills", type=int, default=30, help="how often it is killed at a random moment")
    parser.add_argument("--engine", choices=ENGINES, default="sqlite", help="postgresql needs TEST_POSTGRES")
    parser.add_argument("--seconds", type=float, default=0.0, help="go on killing at least so long")
    parser.add_argument("--warm", action="store_true", help="fork the server from one with everything imported")
    parser.add_argument("--mutant", default="", choices=["", *MUTANTS], help="a server with a known fault, which must be found")
    parser.add_argument("--teeth", action="store_true", help="run every mutant; fails where one isn't found")
    asked = parser.parse_args()
    options = Options(asked.seed, asked.kills, asked.seconds, asked.engine, is_warm=asked.warm, mutant=asked.mutant)
    if asked.teeth:
        return 1 if [mutant for mutant in MUTANTS if not bite(replace(options, mutant=mutant, is_warm=True))] else 0
    return 1 if play(options).findings else 0


def play(options: Options) -> Outcome:
    """Run once in a folder that is thrown away, and report."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        originals = Originals(Path(folder))
        try:
            outcome = asyncio.run(run(options, originals, Path(folder) / "run"))
        finally:
            originals.drop()
    report(options, outcome)
    return outcome


def bite(options: Options) -> bool:
    """Run a mutant, and return whether it was found."""
    found = sorted({finding.kind for finding in play(options).findings})
    sys.stdout.write(f"变异 mutant {options.mutant}: {'、'.join(found) or '没有发现 NOT FOUND'}\n\n")
    return bool(found)


def report(options: Options, outcome: Outcome) -> None:
    """Print what was done, and everything that must not be."""
    lines = [
        f"混沌测试 chaos: {options.engine}, seed {options.seed}, 用时 {outcome.took:.0f} s",
        f"  强制终止 SIGKILL {outcome.kills} 次；崩溃点 crash points {len(outcome.crashed)}/{len(options.points)}：{'、'.join(outcome.crashed)}",
        f"  清空信箱 drained in {outcome.drained_in:.1f} s",
        *(f"  {LABELS[name]}: {count}" for name, count in outcome.counts.items()),
    ]
    lines += [f"  ✗ {finding.kind} {finding.sentence}" for finding in outcome.findings[:40]]
    kinds = {kind: sum(finding.kind == kind for finding in outcome.findings) for kind in ("LOST", "DOUBLED", "FORBIDDEN", "BROKEN")}
    lines.append("结论 verdict: " + ("一致 nothing lost, nothing doubled" if not outcome.findings else f"不一致 {kinds}"))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
