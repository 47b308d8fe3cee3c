"""The batch gate over a small raw schema: everything passes on good batches, and every check can fail."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from expectations import gate
from expectations.check import CheckResult
from expectations.suites import batch
from ingestion.declaration import Dataset, load_declarations
from tests.warehouse.checked_candidate import AS_OF, CheckedFile, failing, file_of, of
from warehouse.raw_tables import RAW_TABLES, Table

DECLARATIONS = load_declarations()
CHECKS = batch.checks(DECLARATIONS)

VALUES: dict[str, Any] = {
    "VARCHAR": "x",
    "DECIMAL(24,2)": 1,
    "DECIMAL(24,6)": 1,
    "DOUBLE": 1.0,
    "BIGINT": 1,
    "DATE": date(2019, 12, 1),
    "TIMESTAMP": datetime(2019, 12, 31, 5),
    "BOOLEAN": True,
}
GOOD: dict[str, dict[str, Any]] = {
    "smart_zone/zone": {"longitude": 115.9, "latitude": 28.7, "city_code": "360100"},
    "monitoring/hourly_report": {"pollutant_code": "w01018"},
}
# The row that each hand-written rule must find.
BAD: dict[tuple[str, str], dict[str, Any]] = {
    ("smart_zone/zone", "place_in_province"): {"longitude": 28.7, "latitude": 54.0},
    ("smart_zone/zone_indicator", "month_has_begun"): {"business_month": date(2020, 1, 1)},
    ("smart_zone/zone_indicator", "revenue_published"): {"main_business_revenue_ytd_yuan": None},
    ("smart_zone/zone_indicator", "growth_plausible"): {"main_business_revenue_yoy_ratio": 12.0},
    ("smart_zone/enterprise_indicator", "month_has_begun"): {"business_month": date(2020, 1, 1)},
    ("smart_zone/enterprise_indicator", "revenue_unit_plausible"): {"main_business_revenue_ytd_yuan": 6 * 10**11},
    ("smart_zone/innovation_platform", "dates_in_order"): {"revoked_date": date(2018, 1, 1)},
    ("smart_zone/outlet", "limits_in_order"): {"limit_lower": 9.0, "limit_upper": 6.0},
    ("monitoring/hourly_report", "measured_before_window_end"): {"measured_at": datetime(2020, 1, 1)},
    ("monitoring/hourly_report", "measured_within_window"): {"measured_at": datetime(2019, 12, 30, 23)},
    ("monitoring/hourly_report", "mean_between_extremes"): {"avg_value": 5.0},
    ("monitoring/hourly_report", "flag_normal"): {"flag": "D"},
    ("monitoring/hourly_report", "pollutant_code_known"): {"pollutant_code": "011"},
    ("credit/registration", "capital_unit_plausible"): {"registered_capital_yuan": 2 * 10**11},
    ("credit/registration", "dates_in_order"): {"established_date": date(2099, 12, 31)},
    ("credit/abnormal_list", "dates_in_order"): {"removed_date": date(2019, 11, 30)},
    ("trading/award", "amount_plausible"): {"award_amount_yuan": 2 * 10**11},
    ("trading/land_deal", "price_per_mu_plausible"): {"deal_price_yuan": 2 * 10**8},
    ("trading/project", "dates_in_order"): {"created_at": datetime(2019, 12, 31, 6)},
}


def bad_rows() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(dataset, check, change of a good row) for every rule about rows, derived ones included."""
    for dataset in DECLARATIONS.values():
        yield dataset.id, "key_values", {dataset.key[-1]: None}
        for field in dataset.lake_fields:
            if field.required and field.name not in dataset.key:
                yield dataset.id, "required_values", {field.name: None}
            if field.allowed:
                yield dataset.id, "allowed_values", {field.name: "~"}
            if field.min is not None:
                yield dataset.id, "value_ranges", {field.name: field.min - 1}
        if dataset.reported_at:
            yield dataset.id, "reported_before_window_end", {dataset.reported_at: datetime(2020, 1, 1)}
    for (target, check), change in BAD.items():
        yield target, check, change


@functools.cache
def empty_raw() -> bytes:
    """The schema raw as the warehouse registers it, without a row."""
    lake = (Table("", dataset.lake_schema()).ddl(table_of(dataset)) for dataset in DECLARATIONS.values())
    return file_of("create schema raw", *lake, RAW_TABLES["batch"].ddl("raw.batch"))


def table_of(dataset: Dataset) -> str:
    return f"raw.{dataset.system}__{dataset.dataset}"


class Raw(CheckedFile):
    """Batches and their rows."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, empty_raw())
        self.rows = 0

    def add_batch(
        self,
        dataset: Dataset,
        received: int = 1,
        *,
        day: date = AS_OF,
        since: date | None = None,
        quarantined: int = 0,
        repeats: int = 0,
        lost: int = 0,
        kind: str = "changes",
        new_fields: str | None = None,
        is_new: bool = True,
    ) -> None:
        loaded = received - quarantined - repeats - lost
        values = [f"{day:%Y%m%d}-{dataset.id}", dataset.system, dataset.dataset, day, since or day, day, kind]
        counts = [received, loaded, quarantined, repeats, new_fields, dataset.owner, is_new]
        self.insert("raw.batch", dict(zip(RAW_TABLES["batch"].columns, values + counts, strict=True)))

    def add_row(self, dataset: Dataset, day: date = AS_OF, **change: Any) -> None:
        self.rows += 1
        row = {name: VALUES[kind] for name, kind in dataset.lake_schema().items()}
        row |= {field.name: max(1, field.min) for field in dataset.lake_fields if field.min is not None}
        row |= {key: f"{key}-{self.rows}" for key in dataset.key if dataset.lake_schema()[key] == "VARCHAR"}
        row |= {field.name: field.allowed[0] for field in dataset.lake_fields if field.allowed}
        row |= {"source_record_id": f"record-{self.rows}", "batch_id": f"{day:%Y%m%d}-{dataset.id}", "load_date": day}
        if "measured_at" in row:
            row["measured_at"] = datetime.combine(day, time(5))
        row |= GOOD.get(dataset.id, {}) | change
        self.insert(table_of(dataset), row)


@pytest.fixture
def raw(tmp_path: Path) -> Raw:
    return Raw(tmp_path / "candidate.duckdb")


@pytest.fixture
def check(raw: Raw) -> Callable[[str, str], CheckResult]:
    """Run the named check of one dataset alone."""

    def run(target: str, name: str) -> CheckResult:
        return raw.check(of(CHECKS, target, name))[target, name]

    return run


def test_good_batches_pass_every_check(raw: Raw, tmp_path: Path) -> None:
    for dataset in DECLARATIONS.values():
        for day in (date(2019, 12, 30), AS_OF):
            raw.add_batch(dataset, day=day, is_new=day == AS_OF)
            raw.add_row(dataset, day)
    with raw.closed() as path:
        results = gate.check_batches(path, AS_OF, docs=tmp_path / "docs")
    assert {(one.target, one.check_name) for one in results} == {(one.target, one.name) for one in CHECKS}
    assert [gate.sentence(one) for one in results if not one.is_success] == []
    assert gate.verdict(results).passed
    pages = [page.read_text("utf-8") for page in (tmp_path / "docs" / "batches").rglob("*.html")]
    assert not [page for page in pages if re.search(r"<(script|link|img)[^>]+https?://", page)]
    assert any("expected_volume" in page and "monitoring.hourly_report" in page for page in pages)
    # Nothing holds the file any more: the same process may write to it.
    raw.run("create table raw.after_gate as select 1 as one")


def test_every_rule_about_rows_finds_its_bad_row(raw: Raw) -> None:
    expected = set()
    for dataset in DECLARATIONS.values():
        raw.add_batch(dataset)
    for target, check_name, change in bad_rows():
        copies = 5 if check_name in ("revenue_published", "flag_normal") else 1
        for _ in range(copies):
            raw.add_row(DECLARATIONS[target], **change)
        expected.add((target, check_name))
    counted = {"row_counts_add_up", "quarantined_share_bearable", "quarantined_share_low"}
    counted |= {"expected_volume", "fields_declared"}
    rules = [one for one in CHECKS if one.name not in counted]
    assert {(one.target, one.name) for one in rules} == expected, "every rule needs a bad row in this test"
    found = raw.check(rules)
    assert [gate.sentence(one) for one in found.values() if one.is_success] == []
    key = found["smart_zone/zone", "key_values"]
    assert key.unexpected_count == 1
    assert "1 without zone_id (for example record-" in key.observed


def test_rows_of_released_batches_are_not_checked_again(raw: Raw, check: Callable[..., CheckResult]) -> None:
    zone = DECLARATIONS["smart_zone/zone"]
    raw.add_batch(zone, is_new=False)
    raw.add_row(zone, zone_name=None)
    assert check(zone.id, "required_values").observed == "no rows to check"


def test_a_delete_message_needs_only_its_key(raw: Raw, check: Callable[..., CheckResult]) -> None:
    award = DECLARATIONS["trading/award"]
    raw.add_batch(award)
    raw.add_row(award, operation="3", winner_name=None, reported_at=None)
    assert check(award.id, "required_values").is_success
    raw.add_row(award, operation="2", winner_name=None)
    result = check(award.id, "required_values")
    assert (result.is_success, result.unexpected_count) == (False, 1)
    assert "1 without winner_name" in result.observed


def test_a_share_of_odd_rows_is_borne(raw: Raw, check: Callable[..., CheckResult]) -> None:
    indicator = DECLARATIONS["smart_zone/zone_indicator"]
    raw.add_batch(indicator)
    for number in range(10):
        raw.add_row(indicator, main_business_revenue_ytd_yuan=None if number < 2 else 1)
    assert check(indicator.id, "revenue_published").is_success
    raw.add_row(indicator, main_business_revenue_ytd_yuan=None)
    result = check(indicator.id, "revenue_published")
    assert not result.is_success
    assert "of 11 rows: 3 without main business revenue; at most 20% expected" in result.observed


@pytest.mark.parametrize(
    ("batch_counts", "failing_names"),
    [
        ({"received": 1000, "quarantined": 10, "repeats": 5}, set()),
        ({"received": 1000, "quarantined": 11}, {"quarantined_share_low"}),
        ({"received": 100, "quarantined": 20}, {"quarantined_share_low"}),
        ({"received": 400, "quarantined": 21}, {"quarantined_share_low", "quarantined_share_bearable"}),
        ({"received": 100, "lost": 1}, {"row_counts_add_up"}),
        ({"received": 0}, set()),
    ],
)
def test_counts_of_a_batch(raw: Raw, batch_counts: dict[str, Any], failing_names: set[str]) -> None:
    outlet = DECLARATIONS["smart_zone/outlet"]
    raw.add_batch(outlet, **batch_counts)
    names = ("row_counts_add_up", "quarantined_share_bearable", "quarantined_share_low")
    found = raw.check(of(CHECKS, outlet.id, *names))
    assert {name for _, name in failing(found)} == failing_names


def test_a_tenth_of_the_usual_rows_a_day_blocks(raw: Raw, check: Callable[..., CheckResult]) -> None:
    hourly = DECLARATIONS["monitoring/hourly_report"]
    raw.add_batch(hourly, 1900 * 30, since=date(2019, 11, 1), day=date(2019, 11, 30), is_new=False)
    raw.add_batch(hourly, 1900, day=date(2019, 12, 1), is_new=False)
    raw.add_batch(hourly, 1000, day=AS_OF)
    assert check(hourly.id, "expected_volume").observed == "new batches: 1, the lowest has 52.6 % of the usual volume"
    raw.run(f"update raw.batch set received_count = 190 where load_date = date '{AS_OF}'")
    result = check(hourly.id, "expected_volume")
    assert (result.is_success, result.unexpected_count, result.severity) == (False, 1, "block")
    assert result.observed == (
        "the batch of 2019-12-31 has 190 rows where 1900 are usual on earlier days of the same kind "
        "(10.0 %, at least 50% is expected)"
    )


def test_an_empty_day_is_far_below_the_usual_volume(raw: Raw, check: Callable[..., CheckResult]) -> None:
    hourly = DECLARATIONS["monitoring/hourly_report"]
    raw.add_batch(hourly, 1900, day=date(2019, 12, 27), is_new=False)
    raw.add_batch(hourly, 1900, day=date(2019, 12, 30), is_new=False)
    raw.add_batch(hourly, 0)
    assert not check(hourly.id, "expected_volume").is_success


def test_the_first_batch_has_no_history_and_says_so(raw: Raw, check: Callable[..., CheckResult]) -> None:
    hourly = DECLARATIONS["monitoring/hourly_report"]
    raw.add_batch(hourly, 1)
    result = check(hourly.id, "expected_volume")
    assert result.is_success
    assert result.observed == "there is no earlier batch to compare with"


def test_new_batches_of_a_backfill_are_history_for_the_next_one(raw: Raw, check: Callable[..., CheckResult]) -> None:
    hourly = DECLARATIONS["monitoring/hourly_report"]
    raw.add_batch(hourly, 1900, day=date(2019, 12, 27))
    raw.add_batch(hourly, 1900, day=date(2019, 12, 30))
    raw.add_batch(hourly, 100, day=AS_OF)
    result = check(hourly.id, "expected_volume")
    assert not result.is_success
    assert "the batch of 2019-12-31" in result.observed


def test_only_the_last_days_of_the_same_weekday_count_as_usual(raw: Raw, check: Callable[..., CheckResult]) -> None:
    hourly = DECLARATIONS["monitoring/hourly_report"]
    for weeks in range(1, 21):
        usual = 1000 if weeks <= 6 else 10000
        raw.add_batch(hourly, usual, day=AS_OF - timedelta(weeks=weeks), is_new=False)
        raw.add_batch(hourly, 10000, day=AS_OF - timedelta(weeks=weeks, days=-1), is_new=False)
    raw.add_batch(hourly, 900)
    assert check(hourly.id, "expected_volume").observed == "new batches: 1, the lowest has 90.0 % of the usual volume"


def test_days_that_were_missed_are_expected_together(raw: Raw, check: Callable[..., CheckResult]) -> None:
    hourly = DECLARATIONS["monitoring/hourly_report"]
    for day in range(1, 29):
        raw.add_batch(hourly, 1000, day=date(2019, 12, day), is_new=False)
    raw.add_batch(hourly, 1000, since=date(2019, 12, 29))
    result = check(hourly.id, "expected_volume")
    assert "has 1000 rows where 3000 are usual" in result.observed
    assert not result.is_success


@pytest.mark.parametrize(("received", "passes"), [(1080, True), (108, False)])
def test_a_wave_of_reports_is_expected_of_the_days_that_were_missed(
    raw: Raw, check: Callable[..., CheckResult], received: int, passes: bool
) -> None:
    reports = DECLARATIONS["smart_zone/zone_indicator"]
    for ago in range(1, 185):
        day = AS_OF - timedelta(days=ago)
        is_end = (day + timedelta(days=1)).day == 1
        raw.add_batch(reports, 1080 if is_end else 2, day=day, is_new=False)
    raw.run("delete from raw.batch where load_date > date '2019-12-28'")
    raw.add_batch(reports, received, since=date(2019, 12, 29))
    assert check(reports.id, "expected_volume").is_success is passes


def test_a_field_is_reported_when_it_is_new(raw: Raw, check: Callable[..., CheckResult]) -> None:
    outlet = DECLARATIONS["smart_zone/outlet"]
    raw.add_batch(outlet, 10, day=date(2019, 12, 29), new_fields="colour", is_new=False)
    raw.add_batch(outlet, 10, day=date(2019, 12, 30), new_fields="colour")
    assert check(outlet.id, "fields_declared").observed == "no new field"
    raw.add_batch(outlet, 10, new_fields="colour, shape, size")
    result = check(outlet.id, "fields_declared")
    assert (result.is_success, result.severity, result.unexpected_count) == (False, "warn", 2)
    assert result.observed == "new fields: shape, size"
    assert gate.verdict([result]).passed


def test_a_full_extract_is_compared_with_the_last_full_one(raw: Raw, check: Callable[..., CheckResult]) -> None:
    registration = DECLARATIONS["credit/registration"]
    raw.add_batch(registration, 5000, day=date(2019, 10, 1), kind="full", is_new=False)
    raw.add_batch(registration, 9000, since=date(2019, 11, 1), day=date(2019, 11, 29), kind="full", is_new=False)
    raw.add_batch(registration, 20, day=date(2019, 11, 30), is_new=False)
    assert check(registration.id, "expected_volume").observed == "no new batch with a volume to compare"
    raw.add_batch(registration, 30, day=date(2019, 12, 2))
    assert check(registration.id, "expected_volume").is_success, "changes are not compared with full extracts"
    raw.add_batch(registration, 2400, day=date(2020, 1, 1), kind="full")
    result = check(registration.id, "expected_volume")
    assert not result.is_success
    assert "has 2400 rows where 9000 are usual in earlier deliveries of the same kind" in result.observed


def test_a_batch_with_several_full_extracts_counts_as_their_mean(raw: Raw, check: Callable[..., CheckResult]) -> None:
    registration = DECLARATIONS["credit/registration"]
    raw.add_batch(registration, 24000, since=date(2019, 10, 15), day=date(2019, 12, 31), kind="full", is_new=False)
    raw.add_batch(registration, 12000, day=date(2020, 1, 1), kind="full")
    assert (
        check(registration.id, "expected_volume").observed
        == "new batches: 1, the lowest has 100.0 % of the usual volume"
    )


def test_the_first_load_of_everything_is_no_measure_of_a_day(raw: Raw, check: Callable[..., CheckResult]) -> None:
    for target, kind in (("monitoring/hourly_report", "changes"), ("credit/registration", "full")):
        dataset = DECLARATIONS[target]
        raw.add_batch(dataset, 900000, day=date(2019, 12, 30), kind=kind, is_new=False)
        raw.run(f"update raw.batch set window_since = null where dataset = '{dataset.dataset}'")
        raw.add_batch(dataset, 1000, day=date(2020, 1, 1), kind=kind)
        assert check(target, "expected_volume").observed == "there is no earlier batch to compare with"


def test_a_few_odd_rows_delivered_by_hand_do_not_stop_the_night(raw: Raw, check: Callable[..., CheckResult]) -> None:
    hourly = DECLARATIONS["monitoring/hourly_report"]
    raw.add_batch(hourly, 1000, day=date(2019, 12, 30), is_new=False)
    raw.add_batch(hourly, 1000, day=date(2019, 12, 31))
    raw.add_batch(hourly, 30, day=date(2020, 1, 1), kind="by_hand", quarantined=30)
    assert check(hourly.id, "expected_volume").is_success
    assert check(hourly.id, "quarantined_share_bearable").is_success
    assert not check(hourly.id, "quarantined_share_low").is_success, "it is shown all the same"


def test_a_source_without_its_table_is_a_failure_and_not_a_pass(raw: Raw, check: Callable[..., CheckResult]) -> None:
    raw.run("drop table raw.smart_zone__zone")
    result = check("smart_zone/zone", "key_values")
    assert not result.is_success
    assert "could not be measured" in result.observed
    assert "smart_zone__zone" in result.observed


def test_a_waived_failure_does_not_stop_the_gate(raw: Raw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outlet = DECLARATIONS["smart_zone/outlet"]
    monkeypatch.setattr(batch, "checks", lambda _: of(CHECKS, outlet.id))
    raw.add_batch(outlet, 100, lost=1)
    waivers = tmp_path / "waivers.yml"
    waivers.write_text(
        "- {suite: batch, check: row_counts_add_up, target: smart_zone/outlet, who: me, why: known, until: 2020-01-31}"
    )
    with raw.closed() as path:
        verdict = gate.verdict(gate.check_batches(path, AS_OF, waivers=waivers))
    assert verdict.passed
    assert [(one.check_name, one.is_waived) for one in verdict.warnings] == [("row_counts_add_up", True)]
