"""Every fault of the sandbox against every dataset that it can strike: waited out, or refused whole in one sentence.

The nights of `test_faults.py` show what a fault does to a release; here one batch is fetched by the real connector from
the real sandbox for each pair, which takes a fraction of a second.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from pydantic import SecretStr

from ingestion.batch import BatchRecord, Window, ingest
from ingestion.connectors.calls import Retries
from ingestion.connectors.source import Source
from ingestion.declaration import Dataset, RestJson, load_declarations
from ingestion.decoders.unpacking import unpack
from ingestion.errors import BadFile, IngestionError, SourceRefused, SourceUnavailable
from ingestion.landing import LandedFile
from orchestration.settings import Settings
from sandbox.faults import FORMS, KINDS

FETCHED = {key: found for key, found in load_declarations().items() if found.interface.kind != "by_hand"}
LAST = date(2019, 12, 31)
QUICK = Retries(attempts=3, wait_initial=0.005, wait_max=0.01, timeout=600)
PAGES = 4
HASH_KEY = b"a key for tests only" * 3


@dataclass(frozen=True)
class Ends:
    """A way for a batch to end: like the undisturbed one, or with an error of a type whose text holds some words."""

    error: type[IngestionError] | None = None
    words: str = ""


AS_EVER = Ends()
STRUCK: list[tuple[str, dict[str, Any], Ends]] = [
    ("slow", {"seconds": 0.02, "times": 2}, AS_EVER),
    ("http_429", {"seconds": 0.1, "times": 2}, AS_EVER),
    ("http_429", {"seconds": 0.1}, Ends(SourceUnavailable, "answered 429 to GET .* three times; nothing was loaded")),
    ("http_500", {"times": 2}, AS_EVER),
    ("http_500", {}, Ends(SourceUnavailable, "answered 500 to GET .* three times; nothing was loaded")),
    ("dropped_connection", {"times": 2}, AS_EVER),
    ("dropped_connection", {}, Ends(SourceUnavailable, "broke off its answer to GET .* three times; nothing was")),
    ("stale_token", {"uses": 1, "times": 2}, AS_EVER),
    ("stale_token", {"uses": 0}, Ends(SourceRefused, "answered 401 to GET .*; check the user and the secret")),
    ("repeated_cursor", {"times": 1}, AS_EVER),
    ("repeated_cursor", {}, Ends(BadFile, "names the cursor .* again, .* 3 readings; nothing was loaded")),
    ("changing_page", {"times": 2, "rows": 1}, AS_EVER),
    (
        "changing_page",
        {"rows": 1},
        Ends(BadFile, r"page 2 announces [\d,]+ rows in all and the pages before it [\d,]+,"),
    ),
    ("wrong_digest", {}, Ends(BadFile, "does not have the digest that the manifest announces; nothing was loaded")),
    ("half_file", {}, Ends(BadFile, r"has [\d,]+ bytes and the manifest announces [\d,]+; nothing was loaded")),
    ("half_file_announced", {}, Ends(BadFile, "cannot be unpacked|is not a whole ZIP file|is not well-formed XML")),
    ("wrong_encoding", {}, Ends(BadFile, r"is UTF-8 and not gb18030|is not UTF-8|Invalid bytes|not utf-8")),
    ("zip_bomb", {}, Ends(BadFile, "as zip bombs do|which only a zip bomb does|is not JSON with rows")),
    ("outside_member", {}, Ends(BadFile, "holds a member that names a place outside of it")),
    ("entity_bomb", {}, Ends(BadFile, "holds a document type declaration")),
    ("external_entity", {}, Ends(BadFile, "holds a document type declaration")),
]
PAIRS = [
    pytest.param(key, kind, more, ends, id=f"{kind}{'' if more.get('times') is None else ' that ends'}-{key}")
    for kind, more, ends in STRUCK
    for key in FETCHED
    if FORMS[FETCHED[key].system] in KINDS[kind]
]


def test_the_matrix_is_complete() -> None:
    assert {kind for kind, _, _ in STRUCK} == KINDS.keys() - {"truncate", "clock_skew"}
    assert {FETCHED[key].system for key in FETCHED} == FORMS.keys()


@dataclass
class Loaded:
    """A dataset with the batch that an undisturbed platform gives, in a home of its own."""

    dataset: Dataset
    home: Path
    window: Window
    record: BatchRecord
    is_ascii: bool = False

    def __post_init__(self) -> None:
        self.is_ascii = all(text.isascii() for text in self.texts())

    def state(self) -> dict[str, int]:
        """Every file that readers or the next night may see, with its time of change."""
        areas = [self.home / area for area in ("lake", "batches", "quarantine")]
        return {str(p): p.stat().st_mtime_ns for area in areas for p in area.rglob("*") if p.is_file()}

    def texts(self) -> Iterator[bytes]:
        """The unpacked bytes of every landed file of the batch."""
        folder = next(self.home.glob(f"landing/*/*/{self.record.batch_id}"))
        member = getattr(self.dataset.format, "member", None)
        for file in self.record.files:
            landed = LandedFile(file.name, folder / file.name, file.sha256, file.size, member=member)
            with unpack(self.dataset, landed, ("",)) as unpacked:
                yield unpacked.read_all()


@dataclass
class Troubled:
    """A sandbox to trouble: its datasets as an undisturbed night loads them, and its faults."""

    sources: dict[str, Source]
    folder: Path
    control: httpx.Client
    loaded: dict[str, Loaded] = field(default_factory=dict)

    def fetch(self, dataset: Dataset, home: Path, window: Window) -> BatchRecord:
        return ingest(dataset, self.sources[dataset.system], home, window, QUICK, HASH_KEY)

    def undisturbed(self, key: str) -> Loaded:
        """The dataset in a window with some rows, on four pages where it has pages; loaded once."""
        if key not in self.loaded:
            dataset, home = FETCHED[key], self.folder / key
            fewest = 2 * PAGES if isinstance(dataset.interface, RestJson) else 2
            for window in _windows(dataset):
                record = self.fetch(dataset, home / f"{window.until}", window)
                if record.received >= fewest:
                    break
            assert record.received >= fewest, f"{key} serves {record.received} rows only"
            if isinstance(dataset.interface, RestJson):
                paged = dataset.interface.model_copy(update={"page_size": math.ceil(record.received / PAGES)})
                dataset = dataset.model_copy(update={"interface": paged})
                record = self.fetch(dataset, home / "paged", window)
            self.loaded[key] = Loaded(dataset, home / ("paged" if dataset is not FETCHED[key] else f"{window.until}"),
                                      window, record)  # fmt: skip
        return self.loaded[key]


def _windows(dataset: Dataset) -> Iterator[Window]:
    """Windows to try, from short to long."""
    if isinstance(dataset.interface, RestJson):
        yield from (Window(None, date(2018, month, 28)) for month in (1, 6, 12))
        yield Window(None, LAST)
    elif dataset.system == "credit":
        # The first of a month brings everything.
        yield Window(date(2019, 12, 1), date(2019, 12, 1))
    else:
        yield from (Window(LAST - timedelta(days=days), LAST) for days in (0, 6, 29, 364))


@pytest.fixture(scope="module")
def troubled(province: str, control: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Troubled:
    settings = Settings(sandbox_url=SecretStr(province), _env_file=None)
    sources = {system: settings.source(system) for system in FORMS}
    return Troubled(sources, tmp_path_factory.mktemp("by_dataset"), control)


@pytest.mark.parametrize(("key", "kind", "more", "ends"), PAIRS)
def test_a_fault_is_waited_out_or_refused_whole(
    troubled: Troubled, fault: Callable[..., None], key: str, kind: str, more: dict[str, Any], ends: Ends
) -> None:
    good = troubled.undisturbed(key)
    # What has landed would be linked and not fetched again.
    shutil.rmtree(good.home / "landing", ignore_errors=True)
    before = good.state()
    fault(good.dataset.system, good.dataset.dataset, kind, **more)
    if ends.error is None:
        assert troubled.fetch(good.dataset, good.home, good.window) == good.record, "the same bytes, the same batch"
        assert troubled.control.get("/_control/faults").json() == {"faults": []}, "the fault must have struck"
    elif kind == "wrong_encoding" and good.is_ascii:
        assert troubled.fetch(good.dataset, good.home, good.window) == good.record, "there is nothing to spoil"
    else:
        with pytest.raises(ends.error, match=ends.words) as refusal:
            troubled.fetch(good.dataset, good.home, good.window)
        is_one_clear_sentence(str(refusal.value), key)
    assert good.state() == before, "what was loaded stays as it was"
    assert not list(good.home.rglob(".tmp-*"))
    assert not list(good.home.parent.rglob("outside.csv"))


def is_one_clear_sentence(text: str, key: str) -> None:
    assert text.startswith(f"{key}: ")
    assert text.endswith(".") and ". " not in text and "\n" not in text
    assert ";" in text, "what to do follows what is wrong"
    assert len(text) < 400


@pytest.mark.parametrize("key", FETCHED)
def test_a_cut_delivery_is_counted_as_it_came(
    troubled: Troubled, fault: Callable[..., None], tmp_path: Path, key: str
) -> None:
    """Nothing is wrong with its rows; that they are too few is for the gate to say."""
    good = troubled.undisturbed(key)
    fault(good.dataset.system, good.dataset.dataset, "truncate", times=1, ratio=0.1)
    cut = troubled.fetch(good.dataset, tmp_path, good.window)
    # One row of each file always stays.
    single_rows = good.record.received == len(good.record.files)
    assert 0 < cut.received < good.record.received + single_rows
    assert cut.received == cut.loaded + cut.quarantined + cut.repeats


@pytest.mark.parametrize("key", FETCHED)
def test_a_clock_that_is_ahead_puts_no_row_into_the_future(
    troubled: Troubled, fault: Callable[..., None], tmp_path: Path, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    good = troubled.undisturbed(key)
    clock = timedelta(days=10)
    fault(good.dataset.system, good.dataset.dataset, "clock_skew", seconds=clock.total_seconds())
    late = troubled.fetch(good.dataset, tmp_path, good.window)
    assert (late.received, late.repeats) == (good.record.received, good.record.repeats)
    assert "14,400 minutes ahead of ours" in caplog.text
    end = datetime.combine(good.window.until + timedelta(days=1), time.min)
    stated = good.dataset.reported_at or next(f.name for f in good.dataset.fields if f.not_after_load)
    kept, before = (pl.read_parquet(home / r.lake_file, hive_partitioning=False)
                    for home, r in ((tmp_path, late), (good.home, good.record)))  # fmt: skip
    assert (kept[stated] < end).all()
    # A file tells nothing of the days after its own, whatever window it was fetched in.
    next_day = (pl.coalesce("file_date", pl.lit(good.window.until)) + timedelta(days=1)).cast(pl.Datetime)
    assert kept.height == before.filter(pl.col(stated) + clock < next_day).height
