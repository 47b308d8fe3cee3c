"""Zones, enterprises, outlets, innovation platforms and indicators: as the real platform states them, and loaded whole."""

import csv
import json
import re
from calendar import monthrange
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from ingestion.batch import ingest_files
from ingestion.declaration import RestJson
from sandbox.interfaces.tables import master
from sandbox.province.identifiers import is_valid_credit_code
from sandbox.province.model import build_province
from sandbox.province.zones import read_table
from tests.contract.ingestion_setting import DECLARED, lake
from tests.contract.sandbox_feed import Feed

Row = dict[str, object]
DATASETS = ["zone", "enterprise", "outlet", "innovation_platform", "zone_indicator", "enterprise_indicator"]
# Columns of the platform's own tables and views: t_park_info, t_company_info, VIEW_PARK_INDICATOR, VIEW_COMP_INDICATOR.
REAL_COLUMNS = {
    "zone": {"park_id", "park_name", "park_kind", "area_id", "area_name", "space_id", "space_name"},
    "enterprise": {"company_id", "company_name", "park_id", "standard_size"},
    "zone_indicator": {"year_caliber", "zyywsr_value", "zyywsr_percent", "gyzjz_value", "lr_value", "ls_value",
                       "ckjhz_value", "cyry_value", "gyydl_value"},
    "enterprise_indicator": {"year_caliber", "zyywsr_value", "ls_value", "gyydl_value"},
}  # fmt: skip
# Numbers that the real platform gave to its zones.
REAL_IDS = {
    "2610": "上饶",
    "1251": "泰和",
    "1226": "丰城",
    "1273": "萍乡",
    "1113": "上高",
    "1230": "万载",
    "1047": "奉新",
}
PARK_KINDS, SIZES = {"0", "1", "2", "9"}, {"0", "1", "2"}
LIMIT_STANDARDS = {"GB 18918-2002", "GB 8978-1996", "GB 13223-2011", "GB 13271-2014", "GB 16297-1996", "GB 14554-93",
                   "GB/T 31962-2015"}  # fmt: skip


@cache
def served(dataset: str) -> list[Row]:
    """Everything that a clean platform of the small province serves."""
    interface = DECLARED[f"smart_zone/{dataset}"].interface
    assert isinstance(interface, RestJson)
    return _feed().pages(interface.path, "2017-01-01", "2020-12-31")


@cache
def _feed() -> Feed:
    return Feed("none")


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_clean_row_is_loaded_under_the_platforms_own_names(dataset: str, tmp_path: Path) -> None:
    rows, declared = served(dataset), DECLARED[f"smart_zone/{dataset}"]
    assert set(rows[0]) == set(declared.sources) >= REAL_COLUMNS.get(dataset, set())
    path = tmp_path / "page-00001.json"
    path.write_text(json.dumps({"data": {"rows": rows}}), "utf-8")
    record = ingest_files(declared, [path], tmp_path / "home", date(2020, 12, 31))
    assert (record.loaded, record.quarantined, record.repeats) == (len(rows), 0, 0) and len(rows) >= 8
    loaded = lake(tmp_path / "home", record)
    assert [field.name for field in declared.lake_fields if loaded[field.name].null_count() == len(loaded)] == []


def test_zones_bear_the_numbers_and_codes_of_the_real_platform() -> None:
    columns = master.zones(build_province("medium", 7)).columns
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    names = {str(row["park_id"]): str(row["park_name"]) for row in rows}
    assert all(place in names[number] for number, place in REAL_IDS.items())
    assert {row["park_kind"] for row in rows} <= PARK_KINDS
    assert len({row["park_id"] for row in rows if row["park_kind"] == "1"}) == 18
    codes = {row["code"] for row in read_table("regions.csv")}
    changed = {code for row in read_table("region_changes.csv") for code in (row["old_code"], row["new_code"])}
    for row in rows:
        assert re.fullmatch(r"36(0[1-9]|1[01])00", str(row["area_id"])) and row["area_id"] in codes
        # A county's code, or the platform's own pseudo-code of a zone.
        assert row["space_id"] in codes | changed | {""} or re.fullmatch(r"36\d\d9\d|3612\d\d", str(row["space_id"]))
        # 3612 is no prefecture: platforms gave it to 赣江新区.
        assert str(row["space_id"])[:4] in ("", str(row["area_id"])[:4], "3612")


def test_enterprises_and_platforms_name_what_exists() -> None:
    zones = {row["park_id"] for row in served("zone")}
    industries = {row["code"] for row in read_table("industries.csv")}
    codes = {row["credit_code"] for row in served("enterprise")}
    for row in served("enterprise"):
        assert is_valid_credit_code(str(row["credit_code"])) and row["park_id"] in zones
        assert row["standard_size"] in SIZES and {row["is_high_tech"], row["is_key_polluter"]} <= {"0", "1"}
        assert row["industry_code"] in industries
    for row in served("innovation_platform"):
        assert row["platform_level"] in ("国家级", "省级", "市级") and row["park_id"] in zones
        assert row["credit_code"] in codes | {""}
        assert row["revoked_date"] == "" or str(row["approved_date"]) < str(row["revoked_date"])


def test_outlets_have_permits_of_their_enterprises_and_limits_of_real_standards() -> None:
    table = Path("ingestion/decoders/hj212_factors.csv").read_text("utf-8")
    factors = {row["code"] for row in csv.DictReader(table.splitlines())}
    firms = {row["credit_code"] for row in served("enterprise")}
    for row in served("outlet"):
        assert re.fullmatch(r"[0-9A-Z]{18}\d{3}[A-Z]", str(row["permit_no"]))
        assert str(row["permit_no"])[:18] == row["credit_code"] in firms
        assert re.fullmatch(r"[0-9A-F]{24}", str(row["mn"])) and row["factor_code"] in factors
        assert row["standard_no"] in LIMIT_STANDARDS
        assert row["limit_lower"] is None or float(str(row["limit_lower"])) < float(str(row["limit_upper"]))


@pytest.mark.parametrize(("dataset", "who"), [("zone_indicator", "park_id"), ("enterprise_indicator", "company_id")])
def test_indicators_are_sums_since_january_told_after_their_month(dataset: str, who: str) -> None:
    last: dict[tuple[object, str], float] = {}
    for row in served(dataset):
        month = str(row["stat_month"])
        year, number = int(month[:4]), int(month[5:])
        assert str(row["report_time"])[:10] >= f"{month}-{monthrange(year, number)[1]}"
        assert row["year_caliber"] == ("2020" if year == 2020 else "2018")
        assert all(
            isinstance(value, (int, float)) and round(value, 2) == value
            for name, value in row.items()
            if name.endswith(("_value", "_percent"))
        )
        last[row[who], month] = float(str(row["zyywsr_value"]))
    # A moved enterprise or one that took another over keeps its sum; who ended is not told of again.
    for (one, month), (other, following) in pairwise(sorted(last, key=str)):
        if one == other and month[:4] == following[:4]:
            assert last[one, month] < last[other, following], (one, month)
