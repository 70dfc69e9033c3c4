import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.bench_webhook import *


async def main():
    folder=Path(tempfile.mkdtemp())
    premises = prepare(Originals(folder), "sqlite", folder / "run")
    bp = replace(premises, folder=premises.folder.parent, port=free_port())
    ours, bare = Server(premises, module=sys.argv[1]), Server(bp, module="tests.benchmarks.bare")
    ours.start(); bare.start(); await ours.is_up(); await bare.is_up()
    for i in range(4):
        a,b=await _pair(premises,bp,3000)
        print(f"{a.rate:.0f} {b.rate:.0f} {a.rate/b.rate:.2f} p99 {a.centile(99)*1000:.0f} ms; bare p99 {b.centile(99)*1000:.0f}")
    await asyncio.sleep(2)
    print("idle", (await _idle(premises,200)).median*1000)
    await ours.stop(); await bare.kill()
    print(premises.log.read_text()[:9000])
from tests.benchmarks.bench_webhook import _idle, _pair

asyncio.run(main())
