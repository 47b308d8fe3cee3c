"""Time and memory of the first load and of one night, as whole processes over a sandbox province.

    .venv/bin/python -m benchmarks.night [--size medium] [--runs 3]

Prints the least, the median and the greatest of each figure. Peak memory is that of the pipeline's process alone.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from orchestration import sandbox_process

ZONEHOUSE = str(Path(sys.executable).parent / "zonehouse")
FIRST_LOAD = ["backfill", "--from", "2019-11-01", "--to", "2019-12-30"]
NIGHT = ["nightly", "--date", "2019-12-31"]


def measured(arguments: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory in GB of one command; SystemExit when it fails."""
    begun = time.monotonic()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_DUP2, 1, 2)]
    pid = os.posix_spawn(ZONEHOUSE, [ZONEHOUSE, *arguments], environment, file_actions=quiet)
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"zonehouse {' '.join(arguments)} ended with exit code {os.waitstatus_to_exitcode(status)}.")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6


def main() -> None:
    """Measure both and print one line each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", default="medium", choices=["small", "medium", "large"])
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    figures: dict[str, list[tuple[float, float, float]]] = {"first load": [], "one night": []}
    with sandbox_process.running(chosen.size, 2019) as url:
        for _ in range(chosen.runs):
            with tempfile.TemporaryDirectory() as home:
                environment = {**os.environ, "ZONEHOUSE_HOME": home, "ZONEHOUSE_SANDBOX_URL": url}
                figures["first load"].append(measured(FIRST_LOAD, environment))
                figures["one night"].append(measured(NIGHT, environment))
    print(f"{'':12}{'wall s':>24}{'cpu s':>24}{'peak GB':>24}")
    for name, runs in figures.items():
        columns = zip(*runs, strict=True)
        print(f"{name:12}" + "".join(f"{_three(column):>24}" for column in columns))


def _three(values: tuple[float, ...]) -> str:
    return " / ".join(f"{value:.2f}" for value in (min(values), statistics.median(values), max(values)))


if __name__ == "__main__":
    main()
