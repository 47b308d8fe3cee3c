"""Which days a night fetches."""

from datetime import date
from pathlib import Path

from ingestion.batch import Window
from ingestion.declaration import load_declarations
from orchestration.night import Night, windows_to_fetch
from orchestration.settings import Settings
from warehouse import release

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
