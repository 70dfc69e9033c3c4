import cProfile
import os
import pstats
import sys

from bot.cli import main
from bot.intake import Intake

mode=os.environ.get("ZZ","")
async def none(self): return 0
Intake._work_once=none
pr=cProfile.Profile()
import bot.server as s

orig=s.serve
def serve(app):
    pr.enable()
    try: orig(app)
    finally:
        pr.disable(); pstats.Stats(pr,stream=sys.stdout).sort_stats("tottime").print_stats(45); sys.stdout.flush()
if Path:=os.path.exists("/tmp/zzprof"): s.serve=serve
main()
