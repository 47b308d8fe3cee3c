"""A warehouse as of a past day, built from the lake of a later one, against the release that was published on that day."""

import json
from datetime import date
from pathlib import Path

import pytest

from ingestion.batch import ingest_files
from ingestion.declaration import load_declarations
from orchestration import jobs
from orchestration.as_of import build
from orchestration.settings import Settings
from tests.e2e.conftest import NIGHT, command, content_of, copy_of, run
from warehouse import console
from warehouse.as_of import AsOfError

LATER = (date(2020, 1, 1), date(2020, 1, 3))
# December of one zone in 万元, stated anew by hand: the first two were written before the night of the 31st and came later.
RESTATED = {
    date(2020, 1, 1): (9_000_000, "2019-12-31 20:30:00"),
    date(2020, 1, 2): (9_100_000, "2019-12-31 21:00:00"),
    date(2020, 1, 3): (9_200_000, "2020-01-03 10:00:00"),
}


def _restate(home: Path, folder: Path) -> str:
    """Deliver the three corrections of December; returns the zone they are about."""
    dataset = load_declarations()["smart_zone/zone_indicator"]
    zone = str(console.query(home, "select max(zone_id) from fact.fct_zone_indicator_month").rows[0][0])
    for day, (amount, written) in RESTATED.items():
        row = {field.source: "-" for field in dataset.fields}
        row |= {"park_id": zone, "year_caliber": "2018", "stat_month": "2019-12", "report_time": written}
        file = folder / f"{day}.json"
        file.write_text(json.dumps([{**row, "zyywsr_value": str(amount)}], ensure_ascii=False), "utf-8")
        assert ingest_files(dataset, [file], home, day).loaded == 1
    return zone


@pytest.fixture(scope="module")
def later(province: str, undisturbed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same state three nights later, with December of one zone restated on each of the three days."""
    folder = tmp_path_factory.mktemp("later")
    home = copy_of(undisturbed, folder / "home")
    zone = _restate(home, folder)
    outcome = run(home, province, *LATER)
    assert outcome.exit_code == jobs.ExitCode.PUBLISHED, outcome.sentences
    known = f"""select cast(reported_value / 10000 as int), known_from from fact.fct_zone_indicator_month
        where zone_id = '{zone}' and indicator_code = 'main_business_revenue' and business_month = date '2019-12-01'
        order by version_number"""
    assert console.query(home, known).rows[-3:] == [(amount, day) for day, (amount, _) in RESTATED.items()]
    return home


def _marts(path: Path) -> dict[str, list[tuple]]:
    """Every mart with its rows."""
    return {table: rows for table, rows in content_of(path).items() if table.startswith("mart.")}


def test_a_past_day_is_shown_again_after_three_restatements(later: Path, tmp_path: Path) -> None:
    """What the dashboards showed on 31 December 2019 comes back from the lake of January 2020, mart by mart."""
    published = later / "releases" / f"r{NIGHT:%Y%m%d}-01" / "warehouse.duckdb"
    built = build(Settings(home=later, _env_file=None), NIGHT, tmp_path / "then.duckdb")
    assert built.base_release.startswith("r20200103")
    shown, shown_again = _marts(published), _marts(tmp_path / "then.duckdb")
    assert shown.keys() == shown_again.keys()
    differing = [table for table in shown if shown[table] != shown_again[table]]
    assert differing == []
    now = _marts(later / "current" / "warehouse.duckdb")
    assert now["mart.mart_revenue_trend"] != shown["mart.mart_revenue_trend"]


def test_the_command_builds_a_file_that_is_no_release(later: Path, province: str, tmp_path: Path) -> None:
    """A day between; what it leaves is one read-only file that `zonehouse sql --file` reads."""
    before = sorted(path.name for path in (later / "releases").iterdir())
    into = tmp_path / "second.duckdb"
    answer, problem = command(later, province, "as-of", "2020-01-02", "--into", str(into)).communicate()
    assert "as of 2020-01-02" in answer, problem
    assert [path.name for path in tmp_path.iterdir()] == ["second.duckdb"]
    assert sorted(path.name for path in (later / "releases").iterdir()) == before
    label = "select as_of_label, release_label from mart.mart_release"
    shown, problem = command(later, province, "sql", "--file", str(into), "--format", "csv", label).communicate()
    assert shown.splitlines()[1:] == ["数据截至 2020年1月2日,版本 asof-20200102"], problem
    late = "select count(*) from fact.fct_zone_indicator_month where known_from > date '2020-01-02'"
    assert console.query_file(into, late).rows == [(0,)]
    days = "select max(business_date) <= date '2020-01-02' from fact.fct_pollution_day"
    assert console.query_file(into, days).rows == [(True,)]


def test_what_cannot_be_built_is_said_in_one_sentence(later: Path, tmp_path: Path) -> None:
    settings = Settings(home=later, _env_file=None)
    taken = tmp_path / "taken.duckdb"
    taken.write_text("mine")
    with pytest.raises(AsOfError, match=r"taken\.duckdb exists"):
        build(settings, NIGHT, taken)
    with pytest.raises(AsOfError, match="lies among the releases"):
        build(settings, NIGHT, later / "releases" / "r20191231-01" / "then.duckdb")
    with pytest.raises(AsOfError, match="ends on 2020-01-03; nothing is known of 2020-04-01 yet"):
        build(settings, date(2020, 4, 1), tmp_path / "future.duckdb")
    with pytest.raises(AsOfError, match=r"The folder .* does not exist"):
        build(settings, NIGHT, tmp_path / "nowhere" / "then.duckdb")
    with pytest.raises(AsOfError, match="There is no release yet"):
        build(Settings(home=tmp_path / "empty", _env_file=None), NIGHT, tmp_path / "then.duckdb")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["taken.duckdb"]
