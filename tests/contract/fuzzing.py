"""Mutated inputs through the whole of ingestion behind the network: none may crash it, get lost or grow its memory.

    python -m tests.contract.fuzzing --count 1000000 [--seed 1]

Each input ends as loaded, quarantined, repeated, or refused with its file. The first that does not is written to a
file, with its seed, and the run fails.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ingestion.decoders import decode
from ingestion.errors import BadFile
from ingestion.landing import LandedFile
from ingestion.loading import Load, Window, write_batch
from tests.contract.fuzz_inputs import RECORD_KINDS, Delivery, whole_file
from tests.contract.ingestion_setting import DAY

RECORDS_PER_FILE = 1_000
WHOLE_FILES = 0.02
MOST_MEMORY_GB = 0.5
_KEY = b"0" * 64


class Failure(AssertionError):
    """An input that did not end as it has to."""


@dataclass
class Summary:
    """What became of the inputs of a run."""

    outcomes: Counter[str] = field(default_factory=Counter)
    inputs: int = 0
    slowest: float = 0.0


def run(count: int, seed: int, folder: Path, saved_in: Path) -> Summary:
    """Fuzz with `count` inputs; raises Failure with the first that breaks a promise, its bytes kept in `saved_in`."""
    summary = Summary()
    number = 0
    while summary.inputs < count:
        rng = random.Random(f"{seed} {number}")
        # As many inputs in files of one as the share says, which makes most of the files.
        is_whole = rng.random() < WHOLE_FILES * RECORDS_PER_FILE / (1 + WHOLE_FILES * RECORDS_PER_FILE)
        if is_whole:
            delivery = whole_file(rng)
        else:
            delivery = RECORD_KINDS[number % len(RECORD_KINDS)](rng, min(RECORDS_PER_FILE, count - summary.inputs))
        begun = time.perf_counter()
        try:
            summary.outcomes.update(_outcome(delivery, folder))
        except Exception as error:
            saved = saved_in / f"fuzz_{seed}_{number}_{delivery.name}"
            saved.write_bytes(delivery.content)
            what = f"seed {seed}, file {number} ({delivery.dataset.id}, saved as {saved})"
            raise Failure(f"{what}: {type(error).__name__}: {error}") from error
        summary.slowest = max(summary.slowest, time.perf_counter() - begun)
        summary.inputs += delivery.records
        number += 1
    return summary


def _outcome(delivery: Delivery, folder: Path) -> Counter[str]:
    """Ingest one delivery and hold its record against what was written."""
    home = folder / "home"
    home.mkdir(parents=True)
    path = home / delivery.name
    path.write_bytes(delivery.content)
    dataset = delivery.dataset
    member = getattr(dataset.format, "member", None)
    file = LandedFile(delivery.name, path, "0" * 64, len(delivery.content), business_date=DAY, member=member)
    load = Load(dataset, home, f"20191231-x-y-{'0' * 12}", Window(DAY, DAY), "by_hand", _KEY)
    try:
        record = write_batch(load, [file], decode(dataset, [file]))
    except BadFile as refusal:
        if not str(refusal).startswith(dataset.id) or len(str(refusal)) > 2_000:
            raise Failure(f"a refusal that does not say enough: {refusal}") from refusal
        if [p for area in ("lake", "quarantine") for p in (home / area).rglob("*") if p.is_file()]:
            raise Failure("a refused file left rows behind") from refusal
        return Counter(refused=delivery.records)
    finally:
        files = {p.relative_to(home).parts[0]: p for p in home.rglob("*.parquet")}
        written = {area: pl.read_parquet(p, hive_partitioning=False).height for area, p in files.items()}
        shutil.rmtree(home)
    accounted = record.loaded + record.quarantined + record.repeats
    if record.received != accounted or written != {
        k: v for k, v in (("lake", record.loaded), ("quarantine", record.quarantined)) if v or k == "lake"
    }:
        raise Failure(f"received {record.received}, accounted for {accounted}, written {written}")
    if delivery.exactly is not None and record.received != delivery.exactly:
        raise Failure(f"the file holds {delivery.exactly} records and {record.received} were received")
    # A packet counts with each of its factors, a torn CSV row can become two.
    return Counter(loaded=record.loaded, quarantined=record.quarantined, repeated=record.repeats)


def main() -> None:
    """Run from the command line; exit code 1 when an input breaks a promise or the memory grows too far."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    begun, shared = time.perf_counter(), Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        try:
            summary = run(chosen.count, chosen.seed, Path(folder), Path(tempfile.gettempdir()))
        except Failure as failure:
            sys.exit(str(failure))
    memory = _peak_memory()
    rows = ", ".join(f"{count:,} {name}" for name, count in sorted(summary.outcomes.items()))
    print(
        f"{summary.inputs:,} inputs in {time.perf_counter() - begun:.0f} s: {rows} rows; "
        f"slowest file {summary.slowest:.2f} s, peak memory {memory:.2f} GB"
    )
    if memory > MOST_MEMORY_GB:
        sys.exit(f"the peak memory is above {MOST_MEMORY_GB} GB")


def _peak_memory() -> float:
    """GB of this program; ru_maxrss would also count what its parent held when it was started."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1e6


if __name__ == "__main__":
    main()
