"""Which days a night fetches."""

from datetime import date, datetime, timedelta
from pathlib import Path

from ingestion.batch import Window
from ingestion.declaration import load_declarations
from ingestion.records import BatchRecord, write_record
from orchestration.night import Night, windows_to_fetch
from orchestration.settings import Settings
from warehouse import release
from warehouse.candidate import Candidate, manifest_of

DATASETS = load_declarations()
PROJECT, HOURLY = DATASETS["trading/project"], DATASETS["monitoring/hourly_report"]


def night_after(home: Path, *batches: tuple[str, str, str | None]) -> Night:
    """A night whose last release holds batches of (dataset, load date, cursor after it)."""
    content = {
        "as_of_date": "2019-12-31",
        "tables": {},
        "batches": [
            {"batch_id": f"b{i}", "dataset": dataset, "load_date": day, "cursor_after": cursor}
            for i, (dataset, day, cursor) in enumerate(batches)
        ],
    }
    database = home / "candidate.duckdb"
    database.write_text("")
    release.publish(home, "r20191231-01", database, content)
    return Night(Settings(home=home, _env_file=None))


def test_the_first_load_takes_the_history_as_one_batch_unless_the_dataset_says_no(tmp_path: Path) -> None:
    night = Night(Settings(home=tmp_path, _env_file=None))
    first, last = date(2019, 12, 30), date(2019, 12, 31)
    assert windows_to_fetch(night, PROJECT, first, last) == [Window(None, date(2019, 12, 29)), Window(first, last)]
    assert windows_to_fetch(night, HOURLY, first, last) == [Window(first, first), Window(last, last)]


def test_a_missed_night_is_made_up_for(tmp_path: Path) -> None:
    night = night_after(tmp_path, ("trading/project", "2019-12-28", "2019-12-29T00:00:00"))
    day = date(2019, 12, 31)
    assert windows_to_fetch(night, PROJECT, day, day) == [Window(date(2019, 12, 29), day)]


def test_a_date_that_is_run_again_is_fetched_again(tmp_path: Path) -> None:
    loaded = [("trading/project", day, f"{day}T00:00:00") for day in ("2019-12-30", "2019-12-31")]
    day = date(2019, 12, 31)
    assert windows_to_fetch(night_after(tmp_path, *loaded), PROJECT, day, day) == [Window(day, day)]


def test_a_file_delivered_by_hand_does_not_stand_for_days_that_were_not_fetched(tmp_path: Path) -> None:
    fetched = ("trading/project", "2019-12-28", "2019-12-29T00:00:00")
    night = night_after(tmp_path, fetched, ("trading/project", "2019-12-30", None))
    day = date(2019, 12, 31)
    assert windows_to_fetch(night, PROJECT, day, day) == [Window(date(2019, 12, 29), day)]


def test_a_failed_night_moves_no_watermark_and_a_rollback_takes_it_back(tmp_path: Path) -> None:
    day = date(2019, 12, 31)
    published = night_after(tmp_path, ("trading/project", "2019-12-29", "2019-12-30T00:00:00"))
    asked = [Window(date(2019, 12, 30), day)]
    assert windows_to_fetch(published, PROJECT, day, day) == asked
    landed = a_batch("trading", "project", date(2019, 12, 30))
    write_record(tmp_path, landed)
    assert windows_to_fetch(Night(published.settings), PROJECT, day, day) == asked, "landed and never published"
    next_one = Candidate(tmp_path / "x", "r20191230-01", landed.load_date, (landed,), frozenset(), True)
    content = manifest_of(next_one, "code", [], {})
    assert content["watermarks"] == {"trading/project": "2019-12-31T00:00:00"}
    database = tmp_path / "candidate.duckdb"
    database.write_text("")
    release.publish(tmp_path, "r20191231-02", database, content)
    assert windows_to_fetch(Night(published.settings), PROJECT, day, day) == [Window(day, day)]
    release.rollback(tmp_path, "r20191231-01")
    assert windows_to_fetch(Night(published.settings), PROJECT, day, day) == asked


def test_each_dataset_has_a_watermark_of_its_own(tmp_path: Path) -> None:
    night = night_after(
        tmp_path,
        ("trading/project", "2019-12-28", "2019-12-29T00:00:00"),
        ("trading/award", "2019-12-30", "2019-12-31T00:00:00"),
        ("trading/award", "2019-12-29", "2019-12-30T00:00:00"),
    )
    assert night.watermarks == {"trading/project": date(2019, 12, 29), "trading/award": date(2019, 12, 31)}
    day = date(2019, 12, 31)
    assert windows_to_fetch(night, DATASETS["trading/land_deal"], day, day) == [
        Window(None, date(2019, 12, 30)),
        Window(day, day),
    ]


def a_batch(system: str, dataset: str, day: date) -> BatchRecord:
    """The record of a day that was fetched."""
    return BatchRecord(
        batch_id=f"{day:%Y%m%d}-{system}-{dataset}-0",
        system=system,
        dataset=dataset,
        load_date=day,
        window_since=day,
        window_until=day,
        kind="changes",
        received=0,
        loaded=0,
        quarantined=0,
        repeats=0,
        files=[],
        lake_file="",
        lake_sha256="",
        quarantine_file=None,
        cursor_before=f"{day}T00:00:00",
        cursor_after=f"{day + timedelta(days=1)}T00:00:00",
        new_fields=[],
        fetched_at=datetime(2020, 1, 1),
    )
