"""The trading exchange: its messages against the data dictionary and a real message, their links, and their ingestion."""

import csv
import re
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ingestion.batch import BatchRecord, ingest_files
from sandbox.dirt import NONE
from sandbox.interfaces.records import TradingTable
from sandbox.interfaces.trading import build_trading
from sandbox.interfaces.trading_tables import trading_tables
from sandbox.province.identifiers import is_valid_credit_code
from sandbox.province.model import Province, build_province
from sandbox.province.trading import DATA_NO, DATASETS, Exchange, Message
from tests.contract.ingestion_setting import DECLARED, lake

FIXTURES = Path(__file__).parents[1] / "fixtures"
FIRST = date(2018, 1, 1)
DAYS = [FIRST + timedelta(days=offset) for offset in range(1096)]
PERSONAL = {"contact_name", "contact_phone", "recorded_by", "reported_by", "published_by", "examined_by", "project_lead",
            "project_lead_id"}  # fmt: skip


@pytest.fixture(scope="module")
def province() -> Province:
    return build_province("small", 7)


@pytest.fixture(scope="module")
def inserted(province: Province) -> dict[str, list[tuple[Message, dict[str, str]]]]:
    """Every insert of the three years of an exchange that takes nothing back."""
    exchange = Exchange(7, province.scale, province.zones, province.enterprises, province.life, 0.0, 0.0)
    return {
        dataset: [(message, dict(message.fields)) for day in DAYS for message in exchange.messages(dataset, day)]
        for dataset in DATASETS
    }


def dictionary(data_no: str) -> list[dict[str, str]]:
    """The dictionary's fields of one entity."""
    text = (FIXTURES / "trading_fields.csv").read_text(encoding="utf-8")
    return [row for row in csv.DictReader(text.splitlines()) if row["data_no"] == data_no]


@pytest.mark.parametrize("dataset", [name for name in DATASETS if name != "farmland_balance_deal"])
def test_messages_keep_the_data_dictionary(
    dataset: str, inserted: dict[str, list[tuple[Message, dict[str, str]]]]
) -> None:
    fields = dictionary(DATA_NO[dataset])
    common = {"PLATFORM_CODE", "PUB_SERVICE_PLAT_CODE", "DATA_TIMESTAMP", "TRADE_PLAT", "PUB_SERVICE_PLAT"}
    assert len(inserted[dataset]) > 500
    for _, message in inserted[dataset]:
        assert set(message) - common <= {field["field"] for field in fields} | {"REGION_CODE"}
        assert common <= set(message)
        for field in fields:
            value = message.get(field["field"], "")
            assert value or field["is_required"] != "Y", field["field"]
            if field["max_length"]:
                assert len(value) <= int(field["max_length"]), field["field"]
            if value and field["date_format"]:
                form = {"yyyyMMdd": "%Y%m%d", "yyyyMMddHHmmss": "%Y%m%d%H%M%S"}[field["date_format"]]
                assert datetime.strptime(value, form).strftime(form) == value
            if value and field["number"]:
                digits, decimals = map(int, field["number"][1:].split("."))
                whole, _, rest = value.partition(".")
                assert (whole + rest).isdigit() and len(whole) <= digits - min(decimals, 4) and len(rest) <= decimals


def test_an_insert_looks_like_a_real_one(province: Province) -> None:
    real = ET.fromstring((FIXTURES / "ingestion" / "project_insert.xml").read_text(encoding="utf-8-sig"))
    table = trading_tables(province)[0]
    built = next(content for day in DAYS[420:440] for _, content in served(table, day) if b"CONTEXT" in content)
    own = next(des for des in ET.fromstring(built).iter("DES") if des.findtext("TITLE/DATA_TYPE") == "1")
    assert [tag.tag for tag in own.find("TITLE") or []] == [tag.tag for tag in real.find("TITLE") or []]
    required = {tag.tag for tag in real.find("CONTEXT") or []} - {"CONTRIBUTION_SCALE"}
    assert required <= {tag.tag for tag in own.find("CONTEXT") or []}
    for path in ("CONTEXT/PROJECT_CODE", "CONTEXT/INVEST_PROJECT_CODE", "CONTEXT/CREATE_TIME", "TITLE/DATA_KEY",
                 "CONTEXT/TRADE_PLAT", "CONTEXT/PLATFORM_CODE"):  # fmt: skip
        assert len(own.findtext(path, "")) == len(real.findtext(path, "")), path


def test_the_chain_from_the_project_to_the_award(
    province: Province, inserted: dict[str, list[tuple[Message, dict[str, str]]]]
) -> None:
    projects = {fields["PROJECT_CODE"]: message for message, fields in inserted["project"]}
    tenders = {fields["TENDER_PROJECT_CODE"]: (message, fields) for message, fields in inserted["tender"]}
    sections = {fields["BID_SECTION_CODE"]: (message, fields) for message, fields in inserted["section"]}
    assert len(projects) == len(inserted["project"]) and len(sections) == len(inserted["section"])
    for message, fields in inserted["tender"]:
        project = projects[fields["PROJECT_CODE"]]
        assert re.fullmatch(rf"{fields['PROJECT_CODE']}\d{{3}}", fields["TENDER_PROJECT_CODE"])
        assert project.recorded_at < message.recorded_at
        assert fields["TENDERER_NAME"] == dict(project.fields)["LEGAL_PERSON"]
        assert is_valid_credit_code(fields["TENDERER_CODE"]) and is_valid_credit_code(fields["TENDER_AGENCY_CODE"])
    for message, fields in inserted["section"]:
        tender, _ = tenders[fields["TENDER_PROJECT_CODE"]]
        assert re.fullmatch(rf"{fields['TENDER_PROJECT_CODE']}\d{{3}}", fields["BID_SECTION_CODE"])
        assert tender.recorded_at < message.recorded_at and fields["BID_ECTION_NUM"] in "12"
    firms = dict(zip(province.enterprises.credit_code, province.enterprises.name, strict=True))
    awarded = set()
    for message, fields in inserted["award"]:
        section, plan = sections[fields["BID_SECTION_CODE"]]
        assert fields["TENDER_PROJECT_CODE"] == plan["TENDER_PROJECT_CODE"]
        # A tender is open for 20 days at least.
        assert message.recorded_at - section.recorded_at > timedelta(days=20)
        assert firms[fields["WIN_BIDDER_CODE"]] == fields["WIN_BIDDER_NAME"]
        firm = province.enterprises.credit_code.index(fields["WIN_BIDDER_CODE"])
        assert province.life.alive_on(message.recorded_at.date())[firm]
        assert (fields["PRICE_FORM_CODE"] == "2") == (fields["BID_AMOUNT"] == "")
        if fields["BID_AMOUNT"]:
            assert 0.87 < yuan(fields, "BID_AMOUNT") / yuan(plan, "CONTRACT_RECKON_PRICE") < 1.0
        awarded.add(fields["BID_SECTION_CODE"])
    assert len(awarded) == len(inserted["award"]) < len(sections)
    assert Counter(len(code) for code in projects) == {17: len(projects)}


def yuan(fields: dict[str, str], name: str) -> float:
    """An amount in yuan by its unit."""
    return float(fields[name]) * (10_000 if fields["PRICE_UNIT"] == "1" else 1)


def test_land_notices_lead_to_deals(inserted: dict[str, list[tuple[Message, dict[str, str]]]]) -> None:
    notices = {fields["ANNOUNCEMENT_GUID"]: (message, fields) for message, fields in inserted["land_notice"]}
    assert len(notices) == len(inserted["land_notice"])
    sold = set()
    for message, fields in inserted["land_deal"]:
        key = fields["DEAL_ANNOUNCEMENT_GUID"]
        if message.recorded_at.date() > FIRST + timedelta(days=60):
            notice, offer = notices[key]
            closed = datetime.strptime(offer["LISTING_DEADLINE"], "%Y%m%d%H%M%S")
            assert notice.recorded_at < closed < message.recorded_at
            assert fields["LAND_CODE"] in offer["ANNOUNCEMENT_CONNECT"] and offer["FIELD_NUM"] == "1"
        sold.add(key)
    assert len(sold) == len(inserted["land_deal"])
    before = date(2020, 10, 31)
    failed = [key for key, (message, _) in notices.items() if message.recorded_at.date() < before and key not in sold]
    assert 0.02 < len(failed) / len(notices) < 0.09


def test_farmland_quotas_are_traded_between_counties(inserted: dict[str, list[tuple[Message, dict[str, str]]]]) -> None:
    deals = [fields for _, fields in inserted["farmland_balance_deal"]]
    assert inserted["farmland_balance_deal"][0][0].recorded_at.date() >= date(2018, 7, 2)
    assert len({deal["QUOTA_DEAL_CODE"] for deal in deals}) == len(deals) > 80
    for deal in deals:
        assert deal["REGION_CODE"] != deal["ASSIGNEE_REGION_CODE"]
        assert is_valid_credit_code(deal["TRANSFEROR_CODE"]) and is_valid_credit_code(deal["ASSIGNEE_CODE"])
        assert 60_000 <= yuan(deal, "DEAL_PRICE") / (float(deal["QUOTA_AREA"]) * 15) <= 180_000


def test_keys_and_deal_codes_have_their_form(inserted: dict[str, list[tuple[Message, dict[str, str]]]]) -> None:
    form = re.compile(r"[A-Z]\d{2}-[0-9A-Z]{18}-\d{8}-\d{6}-[0-9A-Z]")
    keys = [message.data_key for rows in inserted.values() for message, _ in rows]
    assert len(set(keys)) == len(keys) and all(re.fullmatch(r"9136\d{18}", key) for key in keys)
    for dataset, rows in inserted.items():
        assert all(message.data_key[4:].startswith(DATA_NO[dataset]) for message, _ in rows)
        assert all(form.fullmatch(fields.get("UNIFIED_DEAL_CODE", "A01-" + "0" * 18 + "-00000000-000000-0"))
                   for _, fields in rows)  # fmt: skip


def test_regions_are_coded_as_of_the_day(inserted: dict[str, list[tuple[Message, dict[str, str]]]]) -> None:
    """上饶县 became 广信区 in October 2019, 龙南 a city in June 2020, 湾里区 went to 新建区, 余江 became a district in 2018."""
    for old, new, day in (
        ("361121", "361104", date(2019, 10, 1)), ("360727", "360783", date(2020, 6, 1)),
        ("360105", "360112", date(2020, 6, 1)), ("360622", "360603", date(2018, 7, 1)),
    ):  # fmt: skip
        for rows in inserted.values():
            for message, fields in rows:
                stated = {value for name, value in fields.items() if name in ("REGION_CODE", "LAND_DISTRICT",
                          "ASSIGNEE_REGION_CODE", "TENDERER_REGION_CODE", "BIDDER_REGION_CODE")}  # fmt: skip
                assert (old if message.recorded_at.date() >= day else new if new != "360112" else "-") not in stated


def test_only_what_was_inserted_is_changed_and_withdrawn(province: Province) -> None:
    for dataset in DATASETS:
        open_keys: set[str] = set()
        kinds: Counter[str] = Counter()
        for day in DAYS[:400]:
            for message in province.exchange.messages(dataset, day):
                kinds[message.operation] += 1
                assert (message.operation == "1") == (message.data_key not in open_keys)
                assert (message.operation == "3") == (not message.fields)
                open_keys.add(message.data_key)
        assert kinds["1"] > kinds["2"] > 0 or dataset == "farmland_balance_deal"


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_served_message_is_loaded(dataset: str, province: Province, tmp_path: Path) -> None:
    table = next(one for one in trading_tables(province) if one.dataset == dataset)
    record = ingested(dataset, [file for day in DAYS[540:600] for file in served(table, day)], tmp_path)
    assert (record.received, record.quarantined, record.repeats) == (record.loaded, 0, 0)
    assert record.loaded > (5 if dataset == "farmland_balance_deal" else 30)
    rows = lake(tmp_path / "home", record)
    assert not PERSONAL & set(rows.columns)
    assert rows["extra"].drop_nulls().is_empty(), "a served field is not declared"
    inserted = rows.filter(pl.col("operation") != "3")
    never = {name for name in inserted.columns if inserted[name].is_null().all()} - {"extra", "other_price"}
    assert not never, "a declared field is never served"


def served(table: TradingTable, day: date) -> list[tuple[str, bytes]]:
    """(name, bytes) of the day's file."""
    return [(file.name, file.content) for file in build_trading(table, 7, NONE, day, {})]


def ingested(dataset: str, files: list[tuple[str, bytes]], folder: Path) -> BatchRecord:
    """Deliver files to ingestion as if by hand."""
    paths = []
    for name, content in files:
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return ingest_files(DECLARED[f"trading/{dataset}"], paths, folder / "home", DAYS[600])
