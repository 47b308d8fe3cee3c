"""The environment's facts over a dirty sandbox against what it says is true, built night by night and at once."""

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from ingestion.batch import BatchRecord, Window, ingest, windows
from ingestion.connectors.source import Source
from ingestion.declaration import load_declarations
from tests.contract.sandbox_feed import SECRET
from tests.contract.test_truth_against_ingestion import served
from tests.warehouse.candidate import rows_of, run_dbt
from warehouse import candidate

FIRST, LAST = date(2019, 6, 30), date(2019, 7, 9)
# The first night knows the days up to here, but for one whose hours come late.
CUT, LATE = date(2019, 7, 6), date(2019, 7, 4)
PAGES = ("zone", "enterprise", "outlet", "green_park", "chemical_site", "treatment_facility")
FILES = ("hourly_report", "daily_report", "device_status")
FACTS = (
    "fct_pollution_day",
    "fct_exceedance_hour",
    "fct_exceedance_episode",
    "fct_device_day",
    "fct_monitoring_suspect",
    "fct_emission_month",
)
# How a planted defect shows; the others leave the values and the device as they were.
SUSPECT_OF = {
    "negative_value": "negative_value",
    "zero_value": "zero_value",
    "flag_missing": "missing_flag",
    "key_typo": "missing_value",
    "wrong_st": "wrong_system_type",
    "sampletime_differs": "sample_time",
    "duplicate_key": "ambiguous_value",
    "short_mn": "unregistered_device",
}
CHANGES_AN_HOUR = {"negative_value", "zero_value", "flag_missing", "key_typo", "short_mn", "stuck_value"}

Hour = tuple[str, str, datetime]
Day = tuple[str, str, date]


@dataclass(frozen=True)
class Built:
    """The warehouse after two nights and built at once, and the truth about its days."""

    by_night: Path
    at_once: Path
    exceedances: list[dict[str, Any]]
    sent: set[tuple[str, datetime]]
    defects: dict[tuple[str, datetime], set[str]] = field(default_factory=dict)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return rows_of(self.by_night, sql)


def _land(home: Path, url: str) -> list[BatchRecord]:
    declared, records = load_declarations(), []
    history = Window(None, FIRST - timedelta(days=1))
    for system, names in (("smart_zone", PAGES), ("monitoring", FILES)):
        source = Source(system, f"{url}/{system}", "sandbox", SECRET)
        for name in names:
            dataset = declared[f"{system}/{name}"]
            spans = [history, Window(FIRST, LAST)] if system == "smart_zone" else windows(dataset, FIRST, LAST)
            records += [ingest(dataset, source, home, span, hash_key=b"k" * 32) for span in spans]
    return sorted(records, key=lambda record: (record.load_date, record.batch_id))


def _build(path: Path, target: Path) -> None:
    wanted = [f"+{name}" for name in (*FACTS, "int_attainment_environment")]
    # Tests that ask a table which is not built here are none of this build's.
    own = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
    statuses = run_dbt(path, target, "build", "--select", *wanted, *own)
    assert set(statuses.values()) <= {"success", "pass"}, statuses


def _register(path: Path, home: Path, records: Iterable[BatchRecord], as_of: date, new: frozenset[str]) -> None:
    chosen = candidate.Candidate(path, "r1", as_of, tuple(records), new, True)
    with candidate.connect(path) as con:
        candidate.register(con, home, load_declarations(), chosen, "test")


def _next_night(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        for schema in ("raw", "audit", "staging", "intermediate", "seed"):
            con.execute(f"drop schema {schema} cascade")


def _truth(url: str, what: str, **asked: str) -> list[dict[str, Any]]:
    window = {"from": FIRST.isoformat(), "to": LAST.isoformat()}
    answer = httpx.get(f"{url}/truth/{what}", params={**window, **asked}, auth=("sandbox", SECRET), timeout=None)
    found: list[dict[str, Any]] = answer.raise_for_status().json()[what]
    return found


def _device_and_hour(packet: str) -> tuple[str, datetime]:
    device, at = re.search(r"MN=(\w+);", packet), re.search(r"DataTime=(\d{14})", packet)
    assert device and at
    return device[1], datetime.strptime(at[1], "%Y%m%d%H%M%S")


def _planted(path: Path, url: str) -> dict[tuple[str, datetime], set[str]]:
    """Kinds of defects by device and hour, of packets that reached the lake."""
    sql = "select distinct source_file, record_number, mn, measured_at from raw.monitoring__hourly_report"
    place = {(file, record): (mn, at) for file, record, mn, at in rows_of(path, sql)}
    found: dict[tuple[str, datetime], set[str]] = {}
    for one in _truth(url, "defects", system="monitoring", dataset="hourly_report"):
        if (one["file"], one["record"]) in place:
            mn, at = place[one["file"], one["record"]]
            found.setdefault((one["clean"] if one["kind"] == "short_mn" else mn, at), set()).add(one["kind"])
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Ten days of the small province with the usual dirt; the limits of some outlets fall on 1 July."""
    home = tmp_path_factory.mktemp("environment")
    by_night, at_once, working = home / "nights.duckdb", home / "once.duckdb", home / "candidate.duckdb"
    with served("usual") as url:
        records = _land(home, url)
        ids = frozenset(record.batch_id for record in records)
        early = [
            record
            for record in records
            if record.load_date <= CUT and (record.dataset, record.load_date) != ("hourly_report", LATE)
        ]
        first = frozenset(record.batch_id for record in early)
        # One name for all three: dbt parses the project once for a database.
        _register(working, home, early, CUT, first)
        _build(working, home / "target")
        _next_night(working)
        _register(working, home, records, LAST, ids - first)
        _build(working, home / "target")
        shutil.move(working, by_night)
        _register(working, home, records, LAST, ids)
        _build(working, home / "target")
        shutil.move(working, at_once)
        sent = {
            _device_and_hour(row["packet"]) for row in _truth(url, "rows", system="monitoring", dataset="hourly_report")
        }
        yield Built(by_night, at_once, _truth(url, "exceedances"), sent, _planted(by_night, url))


def test_two_nights_give_what_one_build_gives(built: Built) -> None:
    """A day whose hours came late, its neighbours, its month and the runs over it are all computed again."""
    with duckdb.connect() as con:
        con.execute(f"attach '{built.by_night}' as nights (read_only); attach '{built.at_once}' as once (read_only)")
        for fact in FACTS:
            sql = "from {}.fact.{}"
            nights, once = sql.format("nights", fact), sql.format("once", fact)
            found = con.execute(f"({nights} except all {once}) union all ({once} except all {nights})").fetchall()
            assert found == [], fact
            assert con.execute(f"select count(*) {once}").fetchone() != (0,), fact


def test_every_true_exceeding_hour_is_found_and_none_is_invented(built: Built) -> None:
    """All hours that were sent; where the two differ, a planted defect changed the hour on its way."""
    true: set[Hour] = set()
    for one in built.exceedances:
        midnight = datetime.fromisoformat(one["date"])
        hours = [midnight + timedelta(hours=hour) for hour in one["hours"]]
        true |= {(one["mn"], one["pollutant_code"], at) for at in hours if (one["mn"], at) in built.sent}
    found: set[Hour] = set(built.query("select mn, pollutant_code, measured_at from fact.fct_exceedance_hour"))  # type: ignore[arg-type]
    unexplained = [
        (mn, code, at) for mn, code, at in true ^ found if not built.defects.get((mn, at), set()) & CHANGES_AN_HOUR
    ]
    assert unexplained == []
    assert len(true & found) > 100 and len(true ^ found) < 0.02 * len(true)


def test_every_true_exceeding_day_is_found_and_none_is_invented(built: Built) -> None:
    """Exactly, for devices whose 24 hours came unharmed; else a day may only differ within a tenth of the limit."""
    true: dict[Day, dict[str, Any]] = {
        (one["mn"], one["pollutant_code"], date.fromisoformat(one["date"])): one
        for one in built.exceedances
        if one["is_day_exceeding"]
    }
    sql = """select mn, pollutant_code, business_date, is_exceeding, avg_value, coalesce(limit_upper, 0),
        received_hour_count from fact.fct_pollution_day where is_exceeding is not null"""
    judged = {(mn, code, day): more for mn, code, day, *more in built.query(sql)}
    harmed = {(mn, at.date()) for (mn, at), kinds in built.defects.items() if kinds & CHANGES_AN_HOUR}
    exact, close = 0, 0
    for key, (is_exceeding, mean, limit, received) in judged.items():
        if received == 24 and (key[0], key[2]) not in harmed:
            assert is_exceeding == (key in true), key
            exact += is_exceeding
        elif is_exceeding != (key in true):
            assert abs(mean - limit) < 0.1 * limit, key
            close += 1
    assert exact >= 4 and close <= 1
    assert len(judged) > 600
    not_judged = {key for key in true if key not in judged}
    invalid = "select mn, pollutant_code, business_date from fact.fct_pollution_day where not is_valid_day"
    assert not_judged <= set(built.query(invalid))


def test_episodes_are_the_runs_of_the_hours(built: Built) -> None:
    """Hours one after the other, followed over midnight and over the two nights."""
    hours = sorted(built.query("select mn, pollutant_code, measured_at from fact.fct_exceedance_hour"))
    runs: list[list[Any]] = []
    for mn, code, at in hours:
        if runs and runs[-1][:2] == [mn, code] and runs[-1][3] == at:
            runs[-1][3] = at + timedelta(hours=1)
        else:
            runs.append([mn, code, at, at + timedelta(hours=1)])
    found = built.query("select mn, pollutant_code, started_at, ended_at from fact.fct_exceedance_episode")
    assert sorted(found) == [tuple(run) for run in runs]
    assert any(ended.date() > started.date() for _, _, started, ended in found)


def test_what_was_planted_is_suspect_and_nothing_else(built: Built) -> None:
    """By device, day and rule; a short identifier is a device of its own."""
    planted = {
        (mn if kind != "short_mn" else None, at.date(), SUSPECT_OF[kind])
        for (mn, at), kinds in built.defects.items()
        for kind in kinds & SUSPECT_OF.keys()
    }
    sql = f"""select case when rule_code = 'unregistered_device' then null else mn end, business_date, rule_code
        from fact.fct_monitoring_suspect
        where rule_code in ({", ".join(f"'{rule}'" for rule in SUSPECT_OF.values())})
        and (outlet_id is not null or rule_code = 'unregistered_device')"""
    assert set(built.query(sql)) == planted
    assert len(planted) > 15


def test_devices_send_what_was_not_lost(built: Built) -> None:
    """Every registered device every day; the hours of the best factor are those that were sent in its own name."""
    short = {key for key, kinds in built.defects.items() if "short_mn" in kinds}
    sql = "select mn, business_date, received_hour_count from fact.fct_device_day where is_registered"
    found = {(mn, day): count for mn, day, count in built.query(sql)}
    sent: dict[tuple[str, date], int] = {}
    for mn, at in built.sent - short:
        sent[mn, at.date()] = sent.get((mn, at.date()), 0) + 1
    assert found == sent
    assert len(found) == 20 * 10


def test_masses_add_up(built: Built) -> None:
    """The months are the sums of the days, and the own reports of the devices hardly differ from the hours."""
    (month,) = built.query("select sum(cast(mass_kg as decimal(24, 6))) from fact.fct_emission_month")
    (day,) = built.query("select sum(cast(mass_kg as decimal(24, 6))) from fact.fct_pollution_day")
    assert month == day
    sql = "select count(*), count(*) filter (where report_difference_ratio > 0.1) from fact.fct_pollution_day"
    assert built.query(f"{sql} where reported_avg_value is not null and is_valid_day")[0][1] == 0
