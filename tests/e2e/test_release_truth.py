"""A published release of the dirty sandbox against what its province says is true."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from ingestion.declaration import load_declarations
from tests.e2e.conftest import BACKFILL, NIGHT
from tests.warehouse.test_environment_truth import CHANGES_AN_HOUR
from warehouse import console

# Days that are answered as they were known then: around the restatements of the middle of a month, loaded as history
# and by night.
KNOWN_ON = [date(2018, 7, 12), date(2018, 7, 18), date(2019, 6, 14), date(2019, 12, 24), NIGHT]
# Where the things that the platform keeps records of are; investor leads only serve the shares of conversion.
KEPT_IN = {
    "zone": "dim.dim_zone",
    "enterprise": "dim.dim_enterprise",
    "outlet": "dim.dim_outlet",
    "innovation_platform": "fact.fct_innovation_platform",
    "high_tech_certificate": "fact.fct_high_tech_certificate",
    "technology_contract": "fact.fct_technology_contract",
    "project": "fact.fct_project",
    "project_problem": "fact.fct_project_problem",
    "service_platform": "fact.fct_service_platform",
    "themed_park": "fact.fct_themed_park",
    "cluster_plan": "fact.fct_cluster_plan",
    "industry_map": "fact.fct_industry_map",
    "reform_milestone": "fact.fct_reform_milestone",
    "land_parcel": "fact.fct_land_parcel",
    "zombie_case": "fact.fct_zombie_case",
    "green_park": "fact.fct_green_park",
    "chemical_site": "fact.fct_chemical_site",
    "treatment_facility": "fact.fct_treatment_facility",
}

Truth = Callable[..., Any]
Released = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def truth(control: httpx.Client) -> Truth:
    """Ask the province: `truth("counts", as_of=day)`."""

    def ask(what: str, **asked: object) -> Any:
        answer = control.get(f"/truth/{what}", params={name: str(value) for name, value in asked.items()}, timeout=None)
        return answer.raise_for_status().json()[what]

    return ask


@pytest.fixture(scope="module")
def released(undisturbed: Path) -> Released:
    """Rows of the current release."""
    return lambda sql: console.query(undisturbed, sql).rows


def differences(found: Mapping[Any, Any], true: Mapping[Any, Any]) -> list[str]:
    """One sentence for each key on which the release and the truth are not of one mind."""
    keys = sorted(found.keys() | true.keys())
    return [f"{key} is {found.get(key)} instead of {true.get(key)}" for key in keys if found.get(key) != true.get(key)]


def revenue(truth: Truth, day: date) -> dict[tuple[str, str], tuple[str, int]]:
    """Caliber and whole yuan since January by zone and month, as last reported by the end of a day."""
    rows = truth("zone_revenue", as_of=day)
    return {(row["zone_id"], row["month"]): (row["caliber"], round(row["revenue_ytd_yuan"])) for row in rows}


@pytest.mark.parametrize("day", KNOWN_ON, ids=str)
def test_the_revenue_of_every_zone_and_month_is_true_to_the_yuan(released: Released, truth: Truth, day: date) -> None:
    """Also that of past days; no dirt excuses a difference, because the good row follows a failed one."""
    true = revenue(truth, day)
    sql = f"select zone_id, business_month, caliber, revenue_ytd_yuan from fact.fct_revenue_as_known('{day}')"
    found = {(zone, f"{month:%Y-%m}"): (caliber, yuan and round(yuan)) for zone, month, caliber, yuan in released(sql)}
    assert differences(found, true) == []
    assert len(true) >= 8 * ((day.year - 2018) * 12 + day.month - 1)


def test_the_current_versions_add_up_to_the_true_revenue_of_the_province(released: Released, truth: Truth) -> None:
    """By month; the target of the year shows the latest month."""
    true: Counter[str] = Counter()
    for (_, month), (_, yuan) in revenue(truth, NIGHT).items():
        true[month] += yuan
    sql = """select strftime(business_month, '%Y-%m'), sum(reported_value) from fact.fct_zone_indicator_month
             where indicator_code = 'main_business_revenue' and is_current group by all"""
    found = {month: round(value) for month, value in released(sql)}
    assert differences(found, true) == []
    [(target,)] = released("select actual_value from mart.mart_target_status where target_id = 'T00'")
    assert round(target) == true[f"{NIGHT:%Y-%m}"], f"T00 shows {target}"
    trend: dict[str, float] = dict(
        released("select strftime(business_month, '%Y-%m'), actual_ytd_yi from mart.mart_revenue_trend")
    )
    assert differences(trend, {month: round(yuan / 1e8, 4) for month, yuan in true.items()}) == []


def test_everything_on_record_is_there_once(released: Released, truth: Truth) -> None:
    known = truth("counts", as_of=NIGHT)["known"]
    declared = load_declarations()
    found = {
        name: released(f"select count(distinct ({', '.join(declared[f'smart_zone/{name}'].key)})) from {table}")[0][0]
        for name, table in KEPT_IN.items()
    }
    flows: dict[str, int] = dict(
        released("select source_kind, count(distinct record_id) from fact.fct_fund_flow group by all")
    )
    found |= {f"fund_{kind}": count for kind, count in flows.items()}
    assert differences(found, {name: count for name, count in known.items() if name != "investor_lead"}) == []


def test_platforms_certificates_projects_and_cases_are_as_many_as_are_true(released: Released, truth: Truth) -> None:
    """Those that stand on the day, by level, stage and state."""
    true = truth("counts", as_of=NIGHT)
    current = "where is_current group by all"
    platforms = (
        f"select platform_level, count(*) filter (where is_standing) from fact.fct_innovation_platform {current}"
    )
    assert differences(dict(released(platforms)), true["innovation_platforms"]) == []
    certificates = "select count(*), count(distinct uscc) from fact.fct_high_tech_certificate where is_valid"
    assert released(certificates) == [(true["high_tech_certificates"], true["high_tech_enterprises"])]
    projects = "select project_stage, count(*) from fact.fct_project group by all"
    assert differences(dict(released(projects)), true["projects"]) == []
    cases = f"select case_state, count(*) from fact.fct_zombie_case {current}"
    assert differences(dict(released(cases)), true["zombie_cases"]) == []
    enterprises = "select actual_value from mart.mart_target_status where target_id = 'T10'"
    assert released(enterprises) == [(true["high_tech_enterprises"],)]


def latest(truth: Truth, dataset: str, key: str) -> list[dict[str, Any]]:
    """The last version of every record of the platform by the night."""
    rows = truth("rows", system="smart_zone", dataset=dataset, **{"from": "2017-01-01", "to": NIGHT})
    return list({row[key]: row for row in rows}.values())


def test_projects_by_kind_stage_and_zone_and_new_platforms_are_true(released: Released, truth: Truth) -> None:
    """Counted from the clean rows themselves."""
    projects = Counter(
        (row["project_kind"], row["project_stage"], row["park_id"]) for row in latest(truth, "project", "project_id")
    )
    sql = "select project_kind, project_stage, zone_id, count(*) from fact.fct_project group by all"
    assert differences({(kind, stage, zone): count for kind, stage, zone, count in released(sql)}, projects) == []
    new = [
        row
        for row in latest(truth, "innovation_platform", "platform_id")
        if row["platform_level"] == "国家级" and row["approved_date"][:4] == f"{NIGHT:%Y}" and not row["revoked_date"]
    ]
    assert released("select actual_value from mart.mart_target_status where target_id = 'T11a'") == [(len(new),)]
    assert new and len(projects) > 100


def harmed_hours(truth: Truth, home: Path) -> set[tuple[str, datetime]]:
    """Devices and hours whose packet a planted defect changed in a way that no receiver can undo."""
    lake = f"{home}/lake/monitoring/hourly_report/**/*.parquet"
    with duckdb.connect() as con:
        sql = f"select distinct source_file, record_number, mn, measured_at from read_parquet('{lake}')"
        place = {(file, record): (mn, at) for file, record, mn, at in con.execute(sql).fetchall()}
    span = {"from": BACKFILL[0], "to": NIGHT}
    harmed = set()
    for one in truth("defects", system="monitoring", dataset="hourly_report", **span):
        if one["kind"] in CHANGES_AN_HOUR and (one["file"], one["record"]) in place:
            mn, at = place[one["file"], one["record"]]
            harmed.add((one["clean"] if one["kind"] == "short_mn" else mn, at))
    return harmed


def test_every_true_exceedance_is_found_and_none_is_invented(
    released: Released, truth: Truth, undisturbed: Path
) -> None:
    """Hours that were sent unharmed, and days all of whose hours were."""
    span = {"from": BACKFILL[0], "to": NIGHT}
    packets = truth("rows", system="monitoring", dataset="hourly_report", **span)
    parts = [re.search(r"MN=(\w+);.*DataTime=(\d{10})", row["packet"]) for row in packets]
    sent = {(part[1], datetime.strptime(part[2], "%Y%m%d%H")) for part in parts if part}
    harmed = harmed_hours(truth, undisturbed)
    true_hours, true_days = set(), set()
    for one in truth("exceedances", **span):
        day, factor = datetime.fromisoformat(one["date"]), (one["mn"], one["pollutant_code"])
        true_hours |= {(*factor, day + timedelta(hours=hour)) for hour in one["hours"]}
        if one["is_day_exceeding"]:
            true_days.add((*factor, day.date()))
    whole = {(mn, day) for (mn, day), count in Counter((mn, at.date()) for mn, at in sent).items() if count == 24}
    whole -= {(mn, at.date()) for mn, at in harmed}

    hours = set(released("select mn, pollutant_code, measured_at from fact.fct_exceedance_hour"))
    wrong = [one for one in true_hours ^ hours if (one[0], one[2]) in sent - harmed]
    assert wrong == [], f"{len(wrong)} hours are missing or invented, {wrong[:3]} among them"
    days = set(released("select mn, pollutant_code, business_date from fact.fct_pollution_day where is_exceeding"))
    off = [one for one in true_days ^ days if (one[0], one[2]) in whole]
    assert off == [], f"{len(off)} days are missing or invented, {off[:3]} among them"
    invented = [one for one in hours if (one[0], one[2]) not in sent]
    assert invented == [], f"hours that nobody sent: {invented[:3]}"
    assert len(true_hours & hours) > 100 and len(true_days & days) >= 5
    assert len(harmed) < 0.01 * len(sent) and len(whole) > 0.7 * len({(mn, at.date()) for mn, at in sent})
