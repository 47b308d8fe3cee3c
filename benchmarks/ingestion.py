"""Rows per second of the row decoders, from received bytes to lake and quarantine, beside bare parsers and dlt.

    .venv/bin/python -m benchmarks.ingestion [--runs 3] [--scale 1] [--only json csv] [--gigabyte]

Each case runs in a process of its own over the same files: `ours` decodes, checks, quarantines, finds repeats and writes
zstd Parquet; `bare` only parses (JSON: msgspec structs to Polars; CSV: Polars; XML: lxml.iterparse without reading a
field); dlt loads a smaller sample into DuckDB, once from dictionaries and once from Arrow tables. Times begin after the
imports. `--gigabyte` takes files of 1 GB, which shows whether memory is bounded.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.deliveries import DATASETS, WRITERS

ROWS = {"json": 1_000_000, "jsonl": 1_000_000, "csv": 1_000_000, "xml": 200_000}
GIGABYTE = {"jsonl": 4_800_000, "csv": 5_200_000, "xml": 1_250_000}
SAMPLE = 20_000
DAY = date(2019, 12, 31)


def _ours(kind: str, files: list[Path], folder: Path) -> Callable[[], int]:
    from ingestion.declaration import load_declarations
    from ingestion.decoders import decode
    from ingestion.landing import LandedFile, file_digest
    from ingestion.loading import Load, Window, write_batch

    dataset = load_declarations()[DATASETS[kind]]
    landed = [LandedFile(p.name, p, file_digest(p), p.stat().st_size, business_date=DAY) for p in files]
    load = Load(dataset, folder / "home", f"20191231-x-{'0' * 12}", Window(DAY, DAY), "changes", b"0" * 64)
    return lambda: write_batch(load, landed, decode(dataset, landed)).received


def _bare(kind: str, files: list[Path], folder: Path) -> Callable[[], int]:
    return {"json": _bare_json, "jsonl": _bare_lines, "csv": _bare_csv, "xml": _bare_xml}[kind](files)


def _row_struct() -> Any:
    import msgspec

    number = float | str | None
    texts = [(name, str) for name in ("company_id", "credit_code", "year_caliber", "stat_month", "report_time")]
    return msgspec.defstruct("Row", [*texts, *((n, number) for n in ("zyywsr_value", "ls_value", "gyydl_value"))])


def _frame(rows: list[Any]) -> Any:
    import polars as pl

    names = rows[0].__struct_fields__
    return pl.DataFrame({name: pl.Series([getattr(row, name) for row in rows], strict=False) for name in names})


def _bare_json(files: list[Path]) -> Callable[[], int]:
    import msgspec

    row = _row_struct()
    data = msgspec.defstruct("Data", [("rows", list[row])])
    decoder = msgspec.json.Decoder(msgspec.defstruct("Page", [("data", data)]))
    return lambda: sum(_frame(decoder.decode(path.read_bytes()).data.rows).height for path in files)


def _bare_lines(files: list[Path]) -> Callable[[], int]:
    import msgspec

    decoder = msgspec.json.Decoder(_row_struct())

    def parse() -> int:
        count = 0
        for path in files:
            with path.open("rb") as stream:
                while lines := stream.readlines(4 << 20):
                    count += _frame(decoder.decode_lines(b"".join(lines))).height
        return count

    return parse


def _bare_csv(files: list[Path]) -> Callable[[], int]:
    import polars as pl

    return lambda: sum(pl.read_csv(path, encoding="gb18030", infer_schema=False).height for path in files)


def _bare_xml(files: list[Path]) -> Callable[[], int]:
    from lxml import etree

    def parse() -> int:
        count = 0
        for path in files:
            options = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}
            for _, element in etree.iterparse(str(path), events=("end",), tag="DES", **options):
                count += 1
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        return count

    return parse


def _dictionaries(kind: str, path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a file as the usual libraries give them."""
    import msgspec
    from lxml import etree

    if kind == "json":
        yield from msgspec.json.decode(path.read_bytes())["data"]["rows"]
    elif kind == "jsonl":
        yield from (msgspec.json.decode(line) for line in path.open("rb"))
    elif kind == "csv":
        with path.open(encoding="gb18030", newline="") as stream:
            yield from csv.DictReader(stream)
    else:
        for _, element in etree.iterparse(str(path), events=("end",), tag="DES", resolve_entities=False):
            yield {child.tag: child.text for part in element for child in part}
            element.clear()


def _dlt(kind: str, files: list[Path], folder: Path, as_arrow: bool) -> Callable[[], int]:
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["DLT_DATA_DIR"] = str(folder / "dlt")
    import dlt
    import polars as pl

    def load() -> int:
        place = dlt.destinations.duckdb(str(folder / "dlt.duckdb"))
        pipeline = dlt.pipeline(
            "bench", destination=place, dataset_name="lake", pipelines_dir=str(folder / "pipelines")
        )
        rows: Any = [row for path in files for row in _dictionaries(kind, path)]
        given = pl.DataFrame(rows, infer_schema_length=None, strict=False).to_arrow() if as_arrow else rows
        pipeline.run(given, table_name="rows", loader_file_format="parquet" if as_arrow else None)
        return len(rows)

    return load


WAYS: dict[str, Callable[[str, list[Path], Path], Callable[[], int]]] = {
    "ours": _ours,
    "bare": _bare,
    "dlt, dictionaries": lambda kind, files, folder: _dlt(kind, files, folder, as_arrow=False),
    "dlt, Arrow": lambda kind, files, folder: _dlt(kind, files, folder, as_arrow=True),
}


def measure(kind: str, way: str, source: Path, rows: int) -> None:
    """The child's part: run one case and print its figures as one line of JSON."""
    files = sorted(source.iterdir())
    with tempfile.TemporaryDirectory() as folder:
        case = WAYS[way](kind, files, Path(folder))
        wall, cpu = time.perf_counter(), time.process_time()
        count = case()
        figures = {"rows": count, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        figures["memory"] = _peak_memory()
    if count != rows:
        raise SystemExit(f"{kind}, {way}: {count:,} of {rows:,} rows")
    print(json.dumps(figures))


def _peak_memory() -> float:
    """GB of this program; ru_maxrss would also count what its parent held when it was started."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1e6


def _child(kind: str, way: str, source: Path, rows: int) -> dict[str, float]:
    """Figures of one case in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.ingestion", "--case", kind, way, str(source), str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    if done.returncode:
        raise SystemExit(f"{kind}, {way} failed:\n{done.stdout}{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def compare(kinds: list[str], counts: dict[str, int], runs: int, with_dlt: bool) -> None:
    """Measure every case `runs` times in turn and print the medians."""
    print(f"{'':8}{'':20}{'rows':>11}{'wall s':>9}{'cpu s':>9}{'rows/s':>11}{'rows/cpu s':>12}{'peak GB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            whole, sample = Path(folder) / kind, Path(folder) / f"{kind}_sample"
            for place, rows in ((whole, counts[kind]), (sample, SAMPLE)):
                place.mkdir()
                WRITERS[kind](place, rows)
            ways = [way for way in WAYS if with_dlt or not way.startswith("dlt")]
            found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
            for run in range(runs):
                for way in ways:
                    is_dlt = way.startswith("dlt")
                    if not is_dlt or run == 0:
                        source, rows = (sample, SAMPLE) if is_dlt else (whole, counts[kind])
                        found[way].append(_child(kind, way, source, rows))
            for way, results in found.items():
                _print(kind, way, results)


def _print(kind: str, way: str, results: list[dict[str, float]]) -> None:
    rows = int(results[0]["rows"])
    wall, cpu = (statistics.median(figures[key] for figures in results) for key in ("wall", "cpu"))
    memory = max(figures["memory"] for figures in results)
    print(f"{kind:8}{way:20}{rows:>11,}{wall:>9.2f}{cpu:>9.2f}{rows / wall:>11,.0f}{rows / cpu:>12,.0f}{memory:>9.2f}")


def main() -> None:
    """Measure from the command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--scale", type=float, default=1.0, help="share of the usual number of rows")
    options.add_argument("--only", nargs="+", choices=list(ROWS), default=list(ROWS))
    options.add_argument("--gigabyte", action="store_true", help="files of 1 GB, without dlt")
    options.add_argument("--case", nargs=4, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.case:
        kind, way, source, rows = chosen.case
        measure(kind, way, Path(source), int(rows))
        return
    counts = GIGABYTE if chosen.gigabyte else {kind: int(rows * chosen.scale) for kind, rows in ROWS.items()}
    kinds = [kind for kind in chosen.only if kind in counts]
    compare(kinds, counts, 1 if chosen.gigabyte else chosen.runs, with_dlt=not chosen.gigabyte)


if __name__ == "__main__":
    main()
