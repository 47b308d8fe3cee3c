"""The packets of the sandbox against the decoder: every planted defect ends as the truth says, and nothing else is hit."""

from __future__ import annotations

import dataclasses
import gzip
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from ingestion.batch import BatchRecord, ingest_files
from sandbox.dirt import HEAVY, NONE, Defect, Dirt
from sandbox.interfaces.monitoring import PACKET_FOLDERS, build_packets, packet_defects
from sandbox.interfaces.packet_dirt import OF_FRAMES, OF_HOURS, OF_MEANS, STUCK
from sandbox.province.model import Province, build_province
from tests.contract.ingestion_setting import DECLARED, lake, quarantine

DAYS = [date(2019, 6, 1) + timedelta(days=n) for n in range(4)]
DATASETS = list(PACKET_FOLDERS.values())
KINDS = [*OF_FRAMES, *OF_MEANS, *OF_HOURS, STUCK]
# What devices do is no dirt of the transmission: it stays on in the clean days that dirty ones are compared with.
DEVICES = {"flag_episode": 0.3, "missing_hour": 0.02}
PLACE = ["source_file", "record_number"]


@cache
def province() -> Province:
    return build_province("small", 7)


class Loaded(NamedTuple):
    """What became of the packets of DAYS."""

    record: BatchRecord
    rows: pl.DataFrame
    refused: pl.DataFrame
    defects: list[Defect]


def loaded(home: Path, dirt: Dirt, dataset: str) -> Loaded:
    folder = home / "delivered"
    folder.mkdir(parents=True)
    paths, defects = [], []
    for day in DAYS:
        for file in build_packets(province(), dirt, dataset, day, {}):
            paths.append(folder / Path(file.name).name)
            paths[-1].write_bytes(file.content)
        defects += packet_defects(province(), dirt, dataset, day)
    record = ingest_files(DECLARED[f"monitoring/{dataset}"], paths, home, DAYS[-1])
    refused = quarantine(home, record) if record.quarantine_file else pl.DataFrame(schema=dict.fromkeys(PLACE))
    return Loaded(record, lake(home, record), refused, defects)


def places(frame: pl.DataFrame) -> set[tuple[str, int]]:
    return set(frame.select(PLACE).iter_rows())


def place(defect: Defect) -> tuple[str, int]:
    assert defect.file is not None
    return Path(defect.file).name, defect.record


def values_by_key(dataset: str, rows: pl.DataFrame) -> pl.DataFrame:
    declared = DECLARED[f"monitoring/{dataset}"]
    names = [f.name for f in declared.fields if f.name not in ("packet_repairs", "sent_at", "sampled_at")]
    return rows.select(names).sort(declared.key)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_defect_ends_as_the_truth_says(tmp_path: Path, dataset: str) -> None:
    dirty = loaded(tmp_path, dataclasses.replace(HEAVY, **DEVICES), dataset)
    taken, refused = places(dirty.rows), places(dirty.refused)
    repairs = dict(zip(dirty.rows.select(PLACE).iter_rows(), dirty.rows["packet_repairs"].to_list(), strict=True))
    for defect in dirty.defects:
        at = place(defect)
        if defect.outcome == "quarantined":
            assert at in refused, defect
        elif defect.outcome == "repeat":
            assert at not in taken | refused, defect
        else:
            assert at in taken and at not in refused, defect
    named = [d for d in dirty.defects if d.outcome == "repaired" and d.kind != "duplicate_key"]
    assert named and all(d.kind in (repairs[place(d)] or "").split(",") for d in named)
    assert refused == {place(d) for d in dirty.defects if d.outcome == "quarantined"}
    record = dirty.record
    assert record.received == record.loaded + record.quarantined + record.repeats
    assert record.quarantined < 0.05 * record.received


@pytest.mark.parametrize("dataset", DATASETS)
def test_nothing_is_lost_and_only_kept_defects_change_values(tmp_path: Path, dataset: str) -> None:
    clean = loaded(tmp_path / "clean", dataclasses.replace(NONE, **DEVICES), dataset)
    assert (clean.record.quarantined, clean.record.repeats, clean.defects) == (0, 0, [])
    assert clean.rows["packet_repairs"].null_count() == clean.rows.height
    harmless = [kind for kind in KINDS if kind not in KEPT]
    rates = {kind: getattr(HEAVY, kind) for kind in harmless}
    dirty = loaded(tmp_path / "dirty", dataclasses.replace(NONE, **DEVICES, **rates), dataset)
    assert {d.kind for d in dirty.defects} <= set(harmless) and dirty.defects
    assert values_by_key(dataset, dirty.rows).equals(values_by_key(dataset, clean.rows))


KEPT = {
    "key_typo", "wrong_st", "flag_missing", "negative_value", "stuck_value", "zero_value", "sampletime_differs", "short_mn",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_planted_where_it_is_announced(kind: str) -> None:
    """Alone in an hour's or a day's packets, the kind is in the bytes at the announced places and nowhere else."""
    for dataset in DATASETS if kind in OF_FRAMES else DATASETS[:1] if kind in (*OF_HOURS, STUCK) else DATASETS[:2]:
        rates = {kind: 0.5 if dataset != "hourly_report" else 0.03}
        defects = packet_defects(province(), dataclasses.replace(NONE, **rates), dataset, DAYS[0])
        assert defects and {d.kind for d in defects} == {kind}
        own = packets(dataclasses.replace(NONE, **rates), dataset)
        sound = {text for lines in packets(NONE, dataset).values() for text in lines}
        odd = {(name, n) for name, lines in own.items() for n, text in enumerate(lines, 1) if text not in sound}
        announced = {(d.file, d.record) for d in defects}
        if kind in ("duplicate_packet", "glued_packets"):
            assert not odd
        elif kind == "split_packet":
            assert announced < odd and len(odd) == 2 * len(announced)
        else:
            assert odd == announced


def packets(dirt: Dirt, dataset: str) -> dict[str, list[bytes]]:
    """The packets of every file of one day, glued ones cut apart."""
    found = {}
    for file in build_packets(province(), dirt, dataset, DAYS[0], {}):
        lines = gzip.decompress(file.content).replace(b"##", b"\r\n##").split(b"\r\n")
        found[file.name] = [line for line in lines if line]
        assert len(found[file.name]) == file.rows
    return found


def test_the_same_seed_and_day_give_the_same_bytes_and_defects() -> None:
    again = build_province("small", 7)
    other = build_province("small", 8)
    for dataset in DATASETS:
        first = [file.sha256 for file in build_packets(province(), HEAVY, dataset, DAYS[1], {})]
        assert first == [file.sha256 for file in build_packets(again, HEAVY, dataset, DAYS[1], {})]
        assert first != [file.sha256 for file in build_packets(other, HEAVY, dataset, DAYS[1], {})]
        assert packet_defects(province(), HEAVY, dataset, DAYS[1]) == packet_defects(again, HEAVY, dataset, DAYS[1])
