"""Projects, land, innovation and funds as the smart-zone platform serves them: against their declarations and each other."""

import json
import re
from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from ingestion.batch import BatchRecord, ingest_files
from ingestion.declaration import RestJson, load_declarations
from sandbox.interfaces.tables.projects import STAGES
from sandbox.interfaces.trading_tables import trading_tables
from sandbox.province.identifiers import is_valid_credit_code
from sandbox.province.land import DISAGREEMENTS, MU_PER_HECTARE
from sandbox.province.model import Province, build_province
from sandbox.province.scale import FIRST_DAY
from tests.contract.sandbox_feed import Feed

DATASETS = [
    "project", "project_problem", "investor_lead", "land_parcel", "high_tech_certificate", "technology_contract",
    "zombie_case", "fund_investment", "fund_allocation",
]  # fmt: skip
DECLARED = load_declarations()
LAST_DAY = date(2020, 12, 31)
# Parts of the life of a project in the order in which they come; what ends or stops it stands outside.
LIFE = [
    "reserve_date",
    "negotiation_date",
    "signed_date",
    "registered_date",
    "start_date",
    "production_date",
    "operation_date",
]


@cache
def feed(dirt: str) -> Feed:
    return Feed(dirt)


@cache
def rows(dataset: str, dirt: str = "none") -> list[dict]:
    interface = DECLARED[f"smart_zone/{dataset}"].interface
    assert isinstance(interface, RestJson)
    return feed(dirt).pages(interface.path, "2017-01-01", "2020-12-31")


def histories(dataset: str) -> dict[str, list[dict]]:
    """The versions of each record in the order in which they were recorded."""
    key = DECLARED[f"smart_zone/{dataset}"].field(DECLARED[f"smart_zone/{dataset}"].key[0]).source
    found = defaultdict(list)
    for row in rows(dataset):
        found[row[key]].append(row)
    return found


def latest(dataset: str) -> list[dict]:
    return [versions[-1] for versions in histories(dataset).values()]


@pytest.fixture(scope="module")
def province() -> Province:
    return build_province("small", 7)


def ingested(dataset: str, dirt: str, folder: Path) -> BatchRecord:
    """The batch that ingestion makes of everything served."""
    page = {"code": 0, "message": "ok", "data": {"rows": rows(dataset, dirt), "next_cursor": None}}
    page["data"]["total"] = len(page["data"]["rows"])
    file = folder / "page-00001.json"
    file.write_bytes(json.dumps(page, ensure_ascii=False).encode())
    return ingest_files(DECLARED[f"smart_zone/{dataset}"], [file], folder / "home", LAST_DAY, hash_key=b"k" * 32)


@pytest.mark.parametrize("dataset", DATASETS)
def test_clean_rows_pass_ingestion_without_a_loss(dataset: str, tmp_path: Path) -> None:
    record = ingested(dataset, "none", tmp_path)
    assert (record.quarantined, record.repeats) == (0, 0)
    assert record.loaded == len(rows(dataset)) > 5
    lake = pl.read_parquet(tmp_path / "home" / record.lake_file, hive_partitioning=False)
    assert lake["extra"].null_count() == len(lake)
    declared = DECLARED[f"smart_zone/{dataset}"]
    assert set(rows(dataset)[0]) == set(declared.sources)
    # Nothing is declared that never holds a value.
    assert [name for name in declared.lake_schema() if name != "extra" and lake[name].null_count() == len(lake)] == []


@pytest.mark.parametrize("dataset", DATASETS)
def test_rows_that_dirt_made_unusable_and_no_others_are_refused(dataset: str, tmp_path: Path) -> None:
    record = ingested(dataset, "heavy", tmp_path)
    planted = feed("heavy").defects("smart_zone", dataset, "2017-01-01", "2020-12-31")
    by_outcome = defaultdict(set)
    for one in planted:
        by_outcome[one["outcome"]].add(one["record"])
    refused = set()
    if record.quarantine_file is not None:
        refused = set(pl.read_parquet(tmp_path / "home" / record.quarantine_file)["record_number"].to_list())
    assert refused == by_outcome["quarantined"]
    assert record.repeats == len(by_outcome["repeat"])


@pytest.mark.parametrize("factor", [10_000, 1 / 10_000])
@pytest.mark.parametrize(
    ("dataset", "field"),
    [
        ("project", "planned_investment_yuan"), ("land_parcel", "land_area_mu"),
        ("technology_contract", "contract_amount_yuan"), ("fund_investment", "agreed_amount_yuan"),
        ("fund_allocation", "allocated_amount_yuan"),
    ],
)  # fmt: skip
def test_a_slip_of_the_unit_breaks_a_declared_rule_in_every_row(
    dataset: str, field: str, factor: float, tmp_path: Path
) -> None:
    record = ingested(dataset, "none", tmp_path)
    declared = DECLARED[f"smart_zone/{dataset}"]
    typed = (
        pl.read_parquet(tmp_path / "home" / record.lake_file)
        .select(list(declared.rule_schema))
        .cast(declared.rule_schema)
    )
    rule = next(rule for rule in declared.rules if rule.name.endswith("_range"))
    assert not typed.select(rule.expression).to_series().any()
    assert typed.with_columns(pl.col(field) * factor).select(rule.expression).to_series().all()


def test_what_rows_refer_to_exists(province: Province) -> None:
    zones = {zone.zone_id for zone in province.zones}
    firms = set(province.enterprises.credit_code)
    known = {row["project_id"] for row in rows("project")}
    for dataset in DATASETS:
        for row in rows(dataset):
            assert row["park_id"] in zones
            code = row.get("credit_code") or row.get("seller_code")
            if code:
                assert code in firms and is_valid_credit_code(code)
            assert not row.get("project_id") or row["project_id"] in known, row


def test_a_project_lives_its_life_in_order() -> None:
    seen = set()
    for versions in histories("project").values():
        spent = 0.0
        for before, row in zip([None, *versions], versions, strict=False):
            days = [row[name] for name in LIFE if row[name]]
            assert days == sorted(days) and days[0] <= row["updated_at"][:10]
            assert max(days) <= row["updated_at"][:10]
            assert row["invested_amount"] >= spent
            spent = row["invested_amount"]
            if before is not None:
                assert all(row[name] == before[name] for name in LIFE if before[name]), "a date of the past stays"
                assert before["updated_at"] < row["updated_at"]
            if row["project_stage"] != "终止":
                reached = [name for name in LIFE if row[name]][-1]
                assert row["project_stage"] == STAGES[(0, 1, 2, 3, 4, 7, 8)[LIFE.index(reached)]]
            assert bool(row["credit_code"]) == (
                bool(row["registered_date"]) and row["project_kind"] != "产业集群项目包"
            )
            assert bool(row["project_state"]) == bool(row["signed_date"])
            assert not row["invested_amount"] or row["start_date"]
            seen.add((row["project_stage"], row["project_state"]))
    assert {stage for stage, _ in seen} == set(STAGES)
    assert {state for _, state in seen} == {"", "投产", "停产半停产", "在建", "停建", "待建", "拟退出"}


def test_the_code_of_an_investment_project_has_its_form() -> None:
    codes = {row["project_id"]: row["invest_project_code"] for row in rows("project") if row["invest_project_code"]}
    assert all(
        re.fullmatch(r"20(1[5-9]|20|21)-36\d{4}-\d{2}-03-\d{6}", code) and len(code) == 24 for code in codes.values()
    )
    assert len(set(codes.values())) == len(codes)


def test_only_packages_have_no_investor() -> None:
    for row in latest("project"):
        assert (row["project_kind"] == "产业集群项目包") == (row["investor_name"] == "")
        assert (row["investor_region"] == "") == (row["investor_name"] == "")
        assert row["project_kind"] != "产业集群项目包" or row["is_leading"] == "1"


def test_a_problem_is_graded_rises_and_is_closed() -> None:
    order = ["区级", "县级", "市级", "省级"]
    signed = {row["project_id"]: row["signed_date"] for row in latest("project")}
    raised = 0
    for number, versions in histories("project_problem").items():
        levels = [order.index(row["problem_level"]) for row in versions]
        assert levels == sorted(levels)
        raised += levels[-1] > levels[0]
        last = versions[-1]
        assert signed[last["project_id"]] <= last["opened_date"]
        assert (last["problem_state"] == "已办结") == bool(last["closed_date"]) == bool(last["result_text"])
        assert number == f"WT{last['opened_date'][:4]}{last['project_id'].removeprefix('XM')}"
    assert 5 < raised < len(histories("project_problem")) / 3
    assert {row["problem_level"] for row in latest("project_problem")} == set(order)


def test_a_lead_turns_into_its_project_and_its_contact_stays_behind(tmp_path: Path) -> None:
    projects = {row["project_id"]: row for row in rows("project")}
    for row in latest("investor_lead"):
        assert re.fullmatch(r"1\d{10}", row["contact_phone"]) and row["contact_name"] and "@" in row["contact_email"]
        assert (row["lead_state"] == "转入储备") == bool(row["project_id"])
        if row["project_id"]:
            project = projects[row["project_id"]]
            assert project["reserve_date"] == row["converted_date"] and project["investor_name"] == row["investor_name"]
    record = ingested("investor_lead", "none", tmp_path)
    lake = pl.read_parquet(tmp_path / "home" / record.lake_file, hive_partitioning=False)
    served = rows("investor_lead")
    secrets = {row[name] for row in served for name in ("contact_name", "contact_phone", "contact_email")}
    assert not [
        name for name in lake.columns if lake.schema[name] == pl.String and lake[name].is_in(list(secrets)).any()
    ]
    assert lake["contact_phone_hash"].n_unique() == len({row["contact_phone"] for row in served})


def deals(province: Province) -> dict[str, dict[str, str]]:
    """The fields of every land deal that the trading exchange ever inserted, by the code of the deal."""
    (table,) = [one for one in trading_tables(province) if one.dataset == "land_deal"]
    days = [FIRST_DAY + timedelta(days=i) for i in range((LAST_DAY - FIRST_DAY).days + 1)]
    inserted = [message for day in days for message in table.messages(day) if message.operation == "1"]
    fields = [dict(message.fields) for message in inserted]
    return {one["DEAL_LAND_CODE"]: one for one in fields}


def test_parcels_are_the_deals_of_the_exchange_but_for_what_was_planted(province: Province) -> None:
    sold = deals(province)
    own = province.parcels
    said = dict(zip(own.parcel_id, own.disagreement, strict=True))
    cities = {zone.zone_id: zone.city_code[:4] for zone in province.zones}
    matched, wrong = set(), defaultdict(int)
    for row in (versions[0] for versions in histories("land_parcel").values()):
        deal = sold.get(row["contract_no"])
        if deal is None:
            assert row["contract_date"] < "2018" or row["tenure"] == "租赁" or said[row["parcel_id"]] == "code"
            wrong["code"] += said[row["parcel_id"]] == "code"
            continue
        matched.add(row["contract_no"])
        codes = deal["LENDING_CODE"].split(",")
        mu = float(deal["LAND_AREA"]) * MU_PER_HECTARE / len(codes)
        kind = said[row["parcel_id"]]
        assert (kind in ("area", "unit")) == (abs(row["land_area"] / mu - 1) > 0.02)
        assert (kind == "holder") == (row["credit_code"] not in codes)
        assert cities[row["park_id"]] == deal["REGION_CODE"][:4]
        assert row["land_code"] == deal["LAND_CODE"] and row["land_usage"] == deal["LAND_USAGE"]
        wrong[kind] += 1
    assert wrong[""] > 0.9 * sum(wrong.values())
    assert {kind for kind in wrong if kind} == set(DISAGREEMENTS) - {"missing"}
    recorded = {code for code, deal in sold.items() if deal["PUBLISHING_TIME"] < "20201001"}
    assert 0 < len(recorded - matched) < 0.05 * len(recorded)


def test_parcels_hold_their_area_and_come_back_once(province: Province) -> None:
    ended = {
        code for code, ending in zip(province.enterprises.credit_code, province.life.ending, strict=True) if ending
    }
    for versions in histories("land_parcel").values():
        assert len({row["land_area"] for row in versions}) == 1
        last = versions[-1]
        assert (last["parcel_state"] == "已收回") == bool(last["returned_date"])
        assert last["until_date"] > (last["returned_date"] or "2020-12-31")
        years = int(last["until_date"][:4]) - int(last["contract_date"][:4])
        # Commerce is granted for 40 years, other uses here for 50.
        assert last["tenure"] == "租赁" or abs(years - (40 if last["land_usage"] == "商服用地" else 50)) <= 1
    assert [row for row in latest("land_parcel") if row["credit_code"] in ended and row["returned_date"]]
    assert [one for one in histories("land_parcel").values() if len({row["credit_code"] for row in one}) == 2]


def test_certificates_agree_with_the_mark_of_the_enterprise(province: Province) -> None:
    marked = {
        code for code, is_so in zip(province.enterprises.credit_code, province.high_tech.tolist(), strict=True) if is_so
    }
    day = "2019-12-31"
    valid = [
        row["credit_code"] for row in latest("high_tech_certificate")
        if row["issued_date"] <= day <= row["valid_to"] and not "" < row["revoked_date"] <= day
    ]  # fmt: skip
    assert len(set(valid)) == len(valid), "one valid certificate each"
    assert set(valid) <= marked and len(valid) > 0.85 * len(marked)
    held = {row["credit_code"] for row in latest("high_tech_certificate")}
    assert marked <= held and len(held - marked) <= 0.2 * len(marked)
    numbers = {row["certificate_no"]: row for row in latest("high_tech_certificate")}
    renewals = [(row, numbers[row["renewed_no"]]) for row in numbers.values() if row["renewed_no"]]
    assert renewals and all(
        old["credit_code"] == new["credit_code"] and int(new["issued_date"][:4]) == int(old["issued_date"][:4]) + 3
        for new, old in renewals
    )


def test_a_zombie_case_names_what_is_stuck(province: Province) -> None:
    projects = {row["project_id"]: row for row in latest("project")}
    parcels = defaultdict(float)
    for row in latest("land_parcel"):
        parcels[row["credit_code"]] += row["land_area"]
    for row in latest("zombie_case"):
        assert (row["subject_type"] == "僵尸项目") == bool(row["project_id"])
        assert (row["case_state"] == "已处置") == bool(row["disposed_date"])
        if row["project_id"]:
            assert projects[row["project_id"]]["project_state"] in ("停建", "拟退出")
            assert row["credit_code"] == projects[row["project_id"]]["credit_code"]
        else:
            assert 0 <= row["idle_land_area"] <= parcels[row["credit_code"]] + 0.01
    assert {row["subject_type"] for row in latest("zombie_case")} == {"僵尸企业", "僵尸项目"}


def test_money_is_paid_up_to_what_was_agreed() -> None:
    for dataset, most in (("fund_investment", "agreed_amount"), ("fund_allocation", "allocated_amount")):
        full = 0
        for versions in histories(dataset).values():
            paid = [row["paid_amount"] for row in versions]
            assert paid == sorted(paid) and paid[-1] <= versions[-1][most]
            assert all(bool(row["paid_amount"]) == bool(row["paid_date"]) for row in versions)
            full += paid[-1] == versions[-1][most]
        assert 0.5 < full / len(histories(dataset)) < 1
    assert {row["work_item"] for row in rows("fund_allocation")} >= {1, 2, 6, 10, 11, 19, 20, 21}


def test_contracts_are_known_from_their_registration_on() -> None:
    for versions in histories("technology_contract").values():
        first = versions[0]
        assert first["signed_date"] < first["registered_date"] <= first["updated_at"][:10]
        assert all(row["technology_amount"] <= row["contract_amount"] for row in versions)
        assert re.fullmatch(r"20\d{2}3601\d{8}", first["contract_no"])
    assert {row["contract_state"] for row in latest("technology_contract")} == {"已登记", "已变更", "已撤销"}


def test_another_seed_gives_another_province() -> None:
    other = Feed("none", seed=8)
    for dataset in DATASETS:
        interface = DECLARED[f"smart_zone/{dataset}"].interface
        assert isinstance(interface, RestJson)
        assert other.pages(interface.path, "2019-01-01", "2019-12-31") != feed("none").pages(
            interface.path, "2019-01-01", "2019-12-31"
        )
