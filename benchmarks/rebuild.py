"""The warehouse of two years: built anew from the lake, and one night on top of it, as whole processes.

    .venv/bin/python -m benchmarks.rebuild [--size medium] [--from 2018-01-01] [--home FOLDER]

The backfill of the two years is measured too: one run over all their days. The rebuild is `zonehouse as-of`, which runs
every model from nothing over all batches and both gates. With `--home` the state is kept in that folder, and a folder
that holds a release already is not filled again; the night is measured on a copy. Peak memory is that of the process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.night import NIGHT, measured
from orchestration import sandbox_process

LAST = "2019-12-30"


def main() -> None:
    """Measure the three commands and print one line each."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", default="medium", choices=["small", "medium", "large"])
    options.add_argument("--from", dest="first", default="2018-01-01")
    options.add_argument("--home", type=Path)
    chosen = options.parse_args()
    with sandbox_process.running(chosen.size, 2019) as url, tempfile.TemporaryDirectory() as work:
        home = chosen.home or Path(work) / "home"
        environment = {**os.environ, "ZONEHOUSE_HOME": str(home), "ZONEHOUSE_SANDBOX_URL": url}
        print(f"{'':12}{'wall s':>10}{'CPU s':>10}{'peak GB':>10}")
        if not (home / "current").exists():
            home.mkdir(parents=True, exist_ok=True)
            _print("backfill", measured(["backfill", "--from", chosen.first, "--to", LAST], environment))
        into = str(Path(work) / "rebuilt.duckdb")
        _print("rebuild", measured(["as-of", LAST, "--into", into], environment))
        copy = Path(work) / "copy"
        shutil.copytree(home, copy, symlinks=True)
        _print("one night", measured(NIGHT, {**environment, "ZONEHOUSE_HOME": str(copy)}))
        rows = sum(pq.read_metadata(path).num_rows for path in (copy / "lake").rglob("*.parquet"))
        print(f"{rows:,} rows in the lake; the warehouse has {_size(copy / 'current' / 'warehouse.duckdb')}")


def _print(name: str, figures: tuple[float, float, float]) -> None:
    print(f"{name:12}" + "".join(f"{figure:>10.2f}" for figure in figures), flush=True)


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.0f} MB"


if __name__ == "__main__":
    main()
