"""Run every measurement and print each as a ratio to its limit or peer: python -m tests.benchmarks [--quick]."""

import sys

from tests.benchmarks import bench_acts, bench_draw, bench_platforms, bench_webhook


def main(words: list[str]) -> int:
    """Print all rows; 1 where one misses its limit."""
    quick = "--quick" in words
    rows = [*bench_webhook.measure(quick), *bench_platforms.measure(quick), *bench_acts.measure(quick)]
    for row in rows:
        print(row)  # noqa: T201 - for a terminal
    if not quick:
        bench_draw.main()
    return 1 if any(row.ratio < 1 for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
