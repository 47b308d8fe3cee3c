"""HJ 212 packets: how fast the sandbox makes them and ingestion loads them, beside a bare parser and dlt.

    .venv/bin/python -m benchmarks.hj212 [--size large] [--days 1] [--runs 3] [--gigabyte]

A measured value is one row: device, factor and hour, with up to seven numbers. Every contender is a process of its own
and starts from the same gzip files:

- sandbox: builds the files of a day and packs them;
- zonehouse: the whole way of a batch from files to the Parquet of the lake, with frames, check sums, repairs, types,
  quarantine and repeats;
- bare: splits the text of the packets in plain Python into dicts, and checks nothing;
- dlt: a dlt resource that yields the dicts of the bare parser into DuckDB, over a sample of the files.

Prints the median of the runs: wall and CPU seconds, values for each of them, peak memory. `--gigabyte` adds one file of
1 GB of packets, for its memory.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

FIRST_DAY = date(2019, 12, 1)
GIGABYTE = 1_000_000_000
DLT_SHARE = 12
"""One file in so many goes to dlt."""

Contender = Callable[[list[Path], Path], int]


def sandbox(folder: Path, size: str, days: int) -> int:
    """Write the hourly files of some days into `folder`; returns how many measured values they hold."""
    from sandbox.dirt import USUAL
    from sandbox.interfaces.monitoring import build_packets
    from sandbox.province.model import build_province

    province = build_province(size, 7)
    _begin()
    values = 0
    for number in range(days):
        for file in build_packets(province, USUAL, "hourly_report", FIRST_DAY + timedelta(days=number), {}):
            (folder / Path(file.name).name).write_bytes(file.content)
    _end()
    for path in sorted(folder.iterdir()):
        values += sum(1 for _ in bare_rows([path]))
    return values


def zonehouse(paths: list[Path], work: Path) -> int:
    """Load the files as one batch; returns the rows received."""
    from ingestion.batch import ingest_files
    from ingestion.declaration import load_declarations

    dataset = load_declarations()["monitoring/hourly_report"]
    _begin()
    record = ingest_files(dataset, paths, work / "home", date(2020, 12, 31))
    _end()
    return record.received


def bare(paths: list[Path], work: Path) -> int:
    """Count the dicts of the bare parser."""
    _begin()
    count = sum(1 for _ in bare_rows(paths))
    _end()
    return count


def bare_rows(paths: list[Path]) -> Iterator[dict[str, str]]:
    """One dict per packet and factor, from what looks like a packet."""
    for path in paths:
        with gzip.open(path, "rt", encoding="latin-1") as stream:
            for line in stream:
                head, _, body = line.strip()[6:-4].partition("CP=&&")
                fixed = dict(pair.split("=", 1) for pair in head.split(";") if "=" in pair)
                time_text, *factors = body.rstrip("&").split(";")
                for factor in factors:
                    row = {"MN": fixed.get("MN", ""), "DataTime": time_text.partition("=")[2]}
                    for pair in factor.split(","):
                        key, _, value = pair.partition("=")
                        row["factor"], _, name = key.partition("-")
                        row[name] = value
                    yield row


def dlt(paths: list[Path], work: Path) -> int:
    """Load a sample of the files with dlt into DuckDB."""
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL", "DLT_DATA_DIR": str(work)}
    import dlt as tool

    count = 0

    def counted() -> Iterator[dict[str, str]]:
        nonlocal count
        for row in bare_rows(paths[::DLT_SHARE]):
            count += 1
            yield row

    pipeline = tool.pipeline(
        "packets",
        destination=tool.destinations.duckdb(str(work / "dlt.duckdb")),
        dataset_name="monitoring",
        pipelines_dir=str(work / "pipelines"),
    )
    _begin()
    pipeline.run(tool.resource(counted, name="hourly_report"), write_disposition="append")
    _end()
    return count


CONTENDERS: dict[str, Contender] = {"zonehouse": zonehouse, "bare": bare, "dlt": dlt}
_marks: list[tuple[float, float]] = []


def _begin() -> None:
    _marks[:] = [(time.perf_counter(), time.process_time())]


def _end() -> None:
    _marks.append((time.perf_counter(), time.process_time()))


def one_gigabyte(source: Path, target: Path) -> None:
    """One gzip file of a gigabyte of packets: the files of a day again and again, with other days in their times."""
    size, days = 0, 0
    texts = [gzip.decompress(path.read_bytes()) for path in sorted(source.iterdir())]
    stamp = f"{FIRST_DAY:%Y%m%d}".encode()
    with gzip.open(target, "wb", compresslevel=1) as stream:
        while size < GIGABYTE:
            other = f"{FIRST_DAY - timedelta(days=days):%Y%m%d}".encode()
            for text in texts:
                size += stream.write(_redated(text, stamp, other) if days else text)
            days += 1


def _redated(text: bytes, stamp: bytes, other: bytes) -> bytes:
    """The packets of a text with another day in DataTime and the check sum that belongs to it."""
    from ingestion.identifiers import hj212_crcs

    lines = [line for line in text.replace(b"=" + stamp, b"=" + other).split(b"\r\n") if line.startswith(b"##")]
    segments = [line[6:-4] for line in lines]
    sums = hj212_crcs(segments).tolist()
    return b"".join(b"##%04d%s%04X\r\n" % (len(s), s, crc) for s, crc in zip(segments, sums, strict=True))


def _run(arguments: list[str]) -> dict[str, float]:
    """Run one contender as a process; its figures."""
    command = [sys.executable, "-m", "benchmarks.hj212", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _child(name: str, folder: Path, size: str, days: int) -> None:
    with tempfile.TemporaryDirectory() as work:
        contender = CONTENDERS.get(name)
        values = contender(sorted(folder.iterdir()), Path(work)) if contender else sandbox(folder, size, days)
    (wall_from, cpu_from), (wall_to, cpu_to) = _marks
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"values": values, "wall": wall_to - wall_from, "cpu": cpu_to - cpu_from, "peak": peak}))


def _line(name: str, runs: list[dict[str, float]]) -> str:
    values, wall, cpu, peak = (statistics.median(run[key] for run in runs) for key in ("values", "wall", "cpu", "peak"))
    return f"{name:22}{values:>12,.0f}{wall:>9.2f}{cpu:>9.2f}{values / wall:>14,.0f}{values / cpu:>14,.0f}{peak:>9.2f}"


def main() -> None:
    """Measure all contenders and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", default="large", choices=["small", "medium", "large"])
    options.add_argument("--days", type=int, default=1)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--gigabyte", action="store_true")
    options.add_argument("--contender", help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.contender:
        return _child(chosen.contender, chosen.folder, chosen.size, chosen.days)
    print(f"{'':22}{'values':>12}{'wall s':>9}{'CPU s':>9}{'values/s':>14}{'per CPU s':>14}{'peak GB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "files"
        place.mkdir()
        common = ["--folder", str(place), "--size", chosen.size, "--days", str(chosen.days)]
        for name in ("sandbox", *CONTENDERS):
            runs = [_run(["--contender", name, *common]) for _ in range(chosen.runs)]
            print(_line(name if name != "dlt" else f"dlt (1/{DLT_SHARE} of files)", runs), flush=True)
        if chosen.gigabyte:
            big = Path(folder) / "big"
            big.mkdir()
            one_gigabyte(place, big / "packets.gz")
            print(_line("zonehouse, one file", [_run(["--contender", "zonehouse", "--folder", str(big)])]))


if __name__ == "__main__":
    main()
