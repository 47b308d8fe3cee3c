"""The warehouse gate over a candidate typed by the contracts of the dbt models: good passes, each fault is found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from expectations import gate
from expectations.check import CheckResult
from expectations.suites import fact, mart
from tests.warehouse.checked_candidate import AS_OF, Candidate, Place, failing, of

CHECKS = [*fact.checks(AS_OF), *mart.checks(AS_OF)]
ZONES = ("z1", "z2", "z3")
CITIES = tuple(f"36{number:02}00" for number in range(1, 12))


def add_dimensions(candidate: Candidate) -> None:
    for city in CITIES:
        candidate.add("dim.dim_region", region_code=city, region_level="city")
    for zone in ZONES:
        period = {"valid_from": date(2018, 1, 1), "valid_to": date(9999, 12, 31)}
        candidate.add("dim.dim_zone", zone_id=zone, city_code="360100", zone_level="national", **period)
        candidate.add("dim.dim_enterprise", enterprise_id=f"e-{zone}", zone_id=zone, **period)
    for number in range(38):
        candidate.add("dim.dim_target", plan_year=2019, target_id=f"T{number:02}", work_item=number, is_current=True)
        candidate.add("dim.dim_work_item", plan_year=2019, work_item=number)
    candidate.add("dim.dim_work_plan", plan_year=2019)
    candidate.add("dim.dim_pollutant", pollutant_code="w01018")
    candidate.add("dim.dim_outlet", outlet_id="o1", pollutant_code="w01018", mn="m1", valid_to=date(9999, 12, 31))


def add_facts(candidate: Candidate) -> None:
    months = [date(2018, month, 1) for month in range(1, 13)] + [date(2019, month, 1) for month in range(1, 13)]
    for entity, table, key, share in (
        ("", "fact.fct_zone_indicator_month", "zone_id", 1.0),
        ("e-", "fact.fct_enterprise_indicator_month", "enterprise_id", 0.8),
    ):
        for zone in ZONES:
            for month in months:
                candidate.add(
                    table,
                    **{key: f"{entity}{zone}"},
                    indicator_code="main_business_revenue",
                    business_month=month,
                    business_year=month.year,
                    month_number=month.month,
                    reported_value=int(share * month.month * 10**10),
                    is_negative_month=False,
                    known_from=date(month.year, month.month, 28),
                    known_to=date(9999, 12, 31),
                )
    candidate.add("fact.fct_innovation_platform", platform_id="p1", zone_id="z1", approved_date=date(2019, 6, 1))
    for day in range(1, 32):
        candidate.add(
            "fact.fct_pollution_day",
            mn="m1",
            outlet_id="o1",
            zone_id="z1",
            pollutant_code="w01018",
            business_date=date(2019, 12, day),
            expected_hour_count=24,
            is_exceeding=False,
            exceedance_multiple=None,
        )
    for number in range(38):
        unknown = {"status": "no_data", "evidence_count": 0, "batch_id": None}
        unknown |= dict.fromkeys(("actual_value", "gap_value", "pace_ratio", "forecast_value"))
        candidate.add(
            "fact.fct_target_attainment",
            target_id=f"T{number:02}",
            scope_type="province",
            scope_code="360000",
            defining_year=2019,
            is_this_year=True,
            **(unknown if number > 2 else {}),
        )


def add_marts(candidate: Candidate) -> None:
    months = [date(year, month, 1) for year in (2018, 2019) for month in range(1, 13)]
    candidate.add("mart.mart_release", release_id="r1")
    for number in range(38):
        candidate.add("mart.mart_target_status", target_id=f"T{number:02}")
        candidate.add("mart.mart_target_by_scope", target_id=f"T{number:02}")
    for number in range(22):
        candidate.add("mart.mart_work_items", work_item=number)
    for city in CITIES:
        candidate.add("mart.mart_city_map", city_code=city, feature="{}")
    for zone in ZONES:
        candidate.add("mart.mart_zone_map", zone_id=zone, feature="{}")
        candidate.add("mart.mart_zone_ranking", zone_id=zone, business_month=date(2019, 12, 1), revenue_ytd_yi=1200.0)
        for month in months:
            candidate.add("mart.mart_zone_month", zone_id=zone, business_month=month)
    candidate.add("mart.mart_revenue_headline", target_id="T00")
    for month in months:
        candidate.add("mart.mart_revenue_trend", business_month=month)
    for month in months[12:]:
        candidate.add("mart.mart_innovation_progress", business_month=month, new_national_count=month.month)
    candidate.add("mart.mart_innovation_platform", platform_id="p1")
    candidate.add("mart.mart_exceedance", city_code="360100", pollutant_code="w01018")
    for number in range(60):
        candidate.con.execute(
            "insert into mart.mart_exceedance_day select date '2019-12-31' - ?::integer, 0, 10, 1.0", [number]
        )
    candidate.add("mart.mart_work_item_lights")
    candidate.add("mart.mart_data_quality", quarantined_row_count=0, repeated_row_count=0)
    candidate.add("mart.mart_data_quality_owner", quarantined_row_count=0, repeated_row_count=0)


# What breaks each check, applied one after another to the same candidate.
FAULTS: dict[Place, str] = {
    **{
        (f"fact.{table}", "key_values"): f"insert into fact.{table} select * replace (null as {column}) "
        f"from fact.{table} limit 1"
        for table, column in (
            ("fct_zone_indicator_month", "zone_id"),
            ("fct_enterprise_indicator_month", "enterprise_id"),
            ("fct_innovation_platform", "platform_id"),
            ("fct_pollution_day", "mn"),
            ("fct_target_attainment", "scope_code"),
        )
    },
    **{
        (
            f"fact.{table}",
            "key_unique",
        ): f"insert into fact.{table} (select * from fact.{table} where {key} is not null limit 1)"
        for table, key in (
            ("fct_zone_indicator_month", "zone_id"),
            ("fct_enterprise_indicator_month", "enterprise_id"),
            ("fct_innovation_platform", "platform_id"),
            ("fct_pollution_day", "mn"),
            ("fct_target_attainment", "scope_code"),
        )
    },
    **{
        (f"fact.{table}", "lineage_values"): f"insert into fact.{table} select * replace ('lost' as batch_id) "
        f"from fact.{table} limit 1"
        for table in fact.FACTS
    },
    **{
        (
            f"fact.{table}",
            "no_future_dates",
        ): f"insert into fact.{table} select * replace (date '2020-01-01' as {column}) from fact.{table} limit 1"
        for table, column in (
            ("fct_zone_indicator_month", "known_from"),
            ("fct_enterprise_indicator_month", "business_month"),
            ("fct_innovation_platform", "known_from"),
            ("fct_pollution_day", "business_date"),
            ("fct_target_attainment", "as_of_date"),
        )
    },
    **{
        (f"fact.{table}", f"{column}_{how}"): f"insert into fact.{table} select * replace ('unknown' as {column}) "
        f"from fact.{table} limit 5"
        for table, column in (
            ("fct_zone_indicator_month", "zone_id"),
            ("fct_enterprise_indicator_month", "enterprise_id"),
            ("fct_innovation_platform", "zone_id"),
            ("fct_pollution_day", "pollutant_code"),
            ("fct_pollution_day", "zone_id"),
            ("fct_target_attainment", "target_id"),
        )
        for how in ("resolved", "mostly_resolved")
    },
    **{
        (f"fact.{table}", check): f"update fact.{table} set {change}"
        for table in ("fct_zone_indicator_month", "fct_enterprise_indicator_month")
        for check, change in (
            ("known_in_order", "known_to = date '2017-01-01' where month_number = 1"),
            ("month_within_year", "is_negative_month = true where month_number in (2, 3)"),
            ("revenue_not_negative", "reported_value = -1 where business_month = date '2019-06-01'"),
        )
    },
    ("fact.fct_zone_indicator_month", "ytd_does_not_fall"): "select 1",  # by the negative June
    ("fact.fct_zone_indicator_month", "enterprises_add_up"): "update fact.fct_enterprise_indicator_month "
    "set reported_value = 1 where enterprise_id = 'e-z1'",
    ("fact.fct_zone_indicator_month", "all_zones_reported"): "delete from fact.fct_zone_indicator_month "
    "where business_month > date '2019-09-01' and zone_id in ('z2', 'z3')",
    ("fact.fct_zone_indicator_month", "half_of_zones_reported"): "select 1",  # by the two missing of three
    ("fact.fct_zone_indicator_month", "month_not_overdue"): "delete from fact.fct_zone_indicator_month "
    "where business_month > date '2019-10-01'",
    ("fact.fct_innovation_platform", "dates_in_order"): "update fact.fct_innovation_platform "
    "set revoked_date = date '2018-01-01'",
    **{
        ("fact.fct_pollution_day", check): f"update fact.fct_pollution_day set {change}"
        for check, change in (
            ("hours_plausible", "received_hour_count = 25"),
            ("amounts_not_negative", "flow_m3 = -1"),
            ("days_valid", "is_valid_day = false"),
            ("exceeding_on_valid_days", "is_exceeding = true"),
            ("exceedance_plausible", "exceedance_multiple = 101"),
            ("mean_between_extremes", "avg_value = 7"),
            ("outlet_known", "outlet_id = null"),
        )
    },
    ("fact.fct_target_attainment", "status_known"): "update fact.fct_target_attainment set status = 'green' "
    "where target_id = 'T01'",
    ("fact.fct_target_attainment", "no_data_without_number"): "update fact.fct_target_attainment set actual_value = 1 "
    "where target_id = 'T10'",
    (
        "fact.fct_target_attainment",
        "targets_complete",
    ): "delete from fact.fct_target_attainment where target_id = 'T11'",
    ("dim.dim_zone", "periods_in_order"): "insert into dim.dim_zone select * from dim.dim_zone limit 1",
    ("dim.dim_zone", "city_resolved"): "update dim.dim_zone set city_code = '110100' where zone_id = 'z3'",
    ("dim.dim_enterprise", "periods_in_order"): "update dim.dim_enterprise set valid_to = valid_from",
    (
        "dim.dim_outlet",
        "periods_in_order",
    ): "insert into dim.dim_outlet select * replace (date '2020-06-01' as valid_from, "
    "false as is_current) from dim.dim_outlet",
    ("dim.dim_target", "plans_complete"): "delete from dim.dim_work_item where work_item = 37",
    **{
        (f"mart.{table}", "labels_present"): f"update mart.{table} set {found.labels[0]} = null"
        for table, found in mart.MARTS.items()
    },
    **{
        (f"mart.{table}", "key_unique"): f"insert into mart.{table} select * from mart.{table} limit 1"
        for table in mart.MARTS
    },
    **{
        (f"mart.{table}", "row_count"): "select 1"  # by the doubled row
        for table, found in mart.MARTS.items()
        if found.row_count is not None
    },
    **{
        (f"mart.{table}", "status_known"): f"update mart.{table} set status = 'green'"
        for table, found in mart.MARTS.items()
        if found.has_status
    },
    **{
        (f"mart.{table}", "feature_is_json"): f"update mart.{table} set feature = 'POINT (1 2)'"
        for table in ("mart_city_map", "mart_zone_map")
    },
    ("mart.mart_target_status", "no_data_without_number"): "insert into mart.mart_target_status "
    "select * replace ('no_data' as status) from mart.mart_target_status limit 1",
    ("mart.mart_exceedance", "compliance_plausible"): "update mart.mart_exceedance set compliance_ratio = 1.5",
    ("mart.mart_exceedance_day", "compliance_plausible"): "update mart.mart_exceedance_day set compliance_ratio = -0.5",
    ("mart.mart_data_quality", "row_counts_add_up"): "update mart.mart_data_quality set loaded_row_count = 7",
    ("mart.mart_release", "release_matches_load"): "update mart.mart_release set release_id = 'r0'",
    ("mart.mart_innovation_progress", "count_never_falls"): "update mart.mart_innovation_progress "
    "set new_national_count = 0 where business_month = date '2019-12-01'",
}


@pytest.fixture(scope="module")
def good_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Candidate(tmp_path_factory.mktemp("good") / "candidate.duckdb")
    add_dimensions(made)
    add_facts(made)
    add_marts(made)
    with made.closed():
        return made.path


@pytest.fixture
def candidate(good_file: Path, tmp_path: Path) -> Candidate:
    return Candidate(tmp_path / "candidate.duckdb", good_file.read_bytes())


def found_of(candidate: Candidate, target: str, *names: str) -> dict[str, CheckResult]:
    """Results of the named checks (all without names) of one table, by name."""
    return {name: one for (_, name), one in candidate.check(of(CHECKS, target, *names)).items()}


def test_a_good_candidate_passes_every_check(good_file: Path, tmp_path: Path) -> None:
    # The checks of single subjects have tests of their own, here and below.
    results = gate.check_warehouse(good_file, AS_OF, docs=tmp_path / "docs")
    own = [one for one in results if (one.target, one.check_name) in FAULTS]
    assert [gate.sentence(one) for one in own if not one.is_success] == []
    assert gate.verdict(own).passed
    assert (tmp_path / "docs" / "warehouse" / "index.html").is_file()


def test_every_check_finds_its_fault(candidate: Candidate) -> None:
    assert {(one.target, one.name) for one in CHECKS} == set(FAULTS), "every check needs a fault in this test"
    candidate.run(*FAULTS.values())
    found = candidate.check(CHECKS)
    assert [gate.sentence(one) for one in found.values() if one.is_success] == []
    assert not any("could not be measured" in one.observed for one in found.values())


def test_names_are_unique() -> None:
    places = [(one.suite, one.target, one.name) for one in CHECKS]
    assert len(places) == len(set(places))


def test_days_of_released_batches_are_not_checked_again(candidate: Candidate) -> None:
    candidate.run("update raw.batch set is_new = false", "update fact.fct_pollution_day set received_hour_count = 25")
    assert found_of(candidate, "fact.fct_pollution_day")["hours_plausible"].observed == "no rows to check"


def test_a_new_limit_makes_its_days_new(candidate: Candidate) -> None:
    candidate.run(
        "update raw.batch set is_new = false",
        "insert into raw.batch values ('limits', true)",
        "update dim.dim_outlet set batch_id = 'limits', valid_from = date '2019-12-30'",
    )
    found = found_of(candidate, "fact.fct_pollution_day", "hours_plausible")["hours_plausible"]
    assert found.observed == "2 rows, none unexpected"


@pytest.mark.parametrize(("december", "holds"), [(10.95, True), (10.94, False)])
def test_a_small_fall_of_the_cumulative_value_is_borne(candidate: Candidate, december: float, holds: bool) -> None:
    candidate.run(
        f"update fact.fct_zone_indicator_month set reported_value = {december} * 1e10 "
        "where zone_id = 'z1' and business_month = date '2019-12-01'"
    )
    found = found_of(candidate, "fact.fct_zone_indicator_month", "ytd_does_not_fall")["ytd_does_not_fall"]
    assert found.is_success is holds
    assert holds or "for example zone z1 in 2019-12" in found.observed


def test_a_january_below_december_is_no_fall(candidate: Candidate) -> None:
    found = found_of(candidate, "fact.fct_zone_indicator_month", "ytd_does_not_fall")["ytd_does_not_fall"]
    assert found.observed == "72 zone months, falls beyond 0.5%: 0"


def test_one_silent_zone_of_three_warns_and_two_block(candidate: Candidate) -> None:
    names = ("all_zones_reported", "half_of_zones_reported", "month_not_overdue")
    latest = "delete from fact.fct_zone_indicator_month where business_month = date '2019-12-01' and zone_id"
    candidate.run(f"{latest} = 'z3'")
    found = found_of(candidate, "fact.fct_zone_indicator_month", *names)
    assert [found[name].is_success for name in names] == [False, True, True]
    assert found["all_zones_reported"].observed == "2 of 3 zones reported 2019-12, missing for example zone z3"
    candidate.run(f"{latest} = 'z2'")
    found = found_of(candidate, "fact.fct_zone_indicator_month", *names)
    assert [found[name].is_success for name in names] == [False, False, True]
    assert found["half_of_zones_reported"].severity == "block"


def test_a_zone_in_preparation_does_not_report(candidate: Candidate) -> None:
    candidate.run("update dim.dim_zone set zone_level = 'preparing' where zone_id = 'z3'")
    candidate.run("delete from fact.fct_zone_indicator_month where zone_id = 'z3'")
    found = found_of(candidate, "fact.fct_zone_indicator_month", "all_zones_reported")["all_zones_reported"]
    assert found.observed == "2 of 2 zones reported 2019-12"


@pytest.mark.parametrize(("share", "holds"), [(0.49, False), (0.5, True), (1.0, True), (1.01, False)])
def test_enterprises_stand_for_a_plausible_part_of_their_zone(candidate: Candidate, share: float, holds: bool) -> None:
    candidate.run(
        f"update fact.fct_enterprise_indicator_month set reported_value = {share} * 12e10 "
        "where enterprise_id = 'e-z2' and business_month = date '2019-12-01'"
    )
    found = found_of(candidate, "fact.fct_zone_indicator_month", "enterprises_add_up")["enterprises_add_up"]
    assert found.is_success is holds
    assert holds or f"zone z2 at {100 * share:.1f} %" in found.observed


def test_a_native_check_says_what_it_saw(candidate: Candidate) -> None:
    candidate.run("delete from mart.mart_city_map where city_code = '360700'")
    candidate.run("update mart.mart_city_map set status = 'green' where city_code = '360500'")
    found = found_of(candidate, "mart.mart_city_map")
    assert found["row_count"].observed == "10 seen, 11 expected"
    assert (found["status_known"].unexpected_count, found["status_known"].observed) == (
        1,
        "1 of 10 values unexpected: green",
    )
    assert found["key_unique"].is_success


def test_a_missing_table_is_a_failure_of_its_checks_only(candidate: Candidate) -> None:
    candidate.run("drop table mart.mart_release")
    unmeasured = failing(candidate.check(CHECKS))
    assert {target for target, _ in unmeasured} == {"mart.mart_release"}
    assert all("could not be measured" in observed for observed in unmeasured.values())


def test_a_year_without_a_plan_has_no_target(candidate: Candidate) -> None:
    """From 1 January until the next plan the months of the year have no count to reach."""
    candidate.run("update mart.mart_innovation_progress set target_count = null, pace_count = null")
    found = found_of(candidate, "mart.mart_innovation_progress")
    assert [name for name, one in found.items() if not one.is_success] == []
