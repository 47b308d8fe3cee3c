"""The exchange of government services: its rows against the standard's tables, their course, and their ingestion."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from ingestion.batch import BatchRecord, ingest_files
from sandbox.interfaces.gov_tables import gov_tables
from sandbox.province.identifiers import is_valid_credit_code
from sandbox.province.model import Province, build_province
from sandbox.province.reform import approval_bureau_opened
from tests.contract.ingestion_setting import DECLARED, lake, quarantine
from tests.contract.sandbox_feed import Feed

FIRST, LAST = date(2018, 1, 1), date(2021, 1, 1)
STANDARD = Path(__file__).parents[1] / "fixtures" / "gov_service_fields.csv"
TABLES = {"accepted_case": "up_pro_accept", "case_event": "up_pro_process", "case_result": "up_pro_result"}
# What the exchange adds to the standard's tables: fields of the item, and the province's own.
ADDED = {"is_online", "limit_scene_num", "promise_day", "applyer_credit_code"}
PERSONAL = ("applyer_name", "applyer_page_code", "legal", "contact_name", "contact_mobile", "handle_user_name")
KEY = b"a key of some length"
Row = dict[str, object]


@pytest.fixture(scope="module")
def province() -> Province:
    return build_province("small", 7)


@pytest.fixture(scope="module")
def rows(province: Province) -> dict[str, list[Row]]:
    """Every row of the three years, as a clean exchange hands it over."""
    return {table.dataset: _rows(table.records(FIRST, LAST).columns) for table in gov_tables(province)}


@pytest.fixture(scope="module")
def feed() -> Feed:
    return Feed("none")


def _rows(columns: dict[str, list[object]]) -> list[Row]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _time(value: object) -> datetime:
    return datetime.fromisoformat(str(value))


def _last_of_case(accepted: list[Row]) -> dict[object, Row]:
    return {row["project_no"]: row for row in accepted}


@pytest.mark.parametrize("dataset", TABLES)
def test_rows_keep_the_standards_table(dataset: str, rows: dict[str, list[Row]]) -> None:
    listed = csv.DictReader(STANDARD.read_text("utf-8").splitlines())
    standard = {row["field"]: row for row in listed if row["table"] == TABLES[dataset]}
    for field, rule in standard.items():
        # The operation is written out, as the exchange's own description names it; the table has two characters for it.
        limit = 6 if field == "cd_operation" else int(rule["length"] or 19)
        if rule["required"] == "1":
            assert all(row[field] not in (None, "") for row in rows[dataset]), field
        assert all(len(str(row[field])) <= limit for row in rows[dataset] if row.get(field) is not None), field
    assert set(rows[dataset][0]) - set(standard) <= ADDED
    assert len({row["row_guid"] for row in rows[dataset] if row["cd_operation"] == "insert"}) == sum(
        row["cd_operation"] == "insert" for row in rows[dataset]
    )


def test_codes_have_the_standards_lengths_and_name_the_office(rows: dict[str, list[Row]]) -> None:
    for row in rows["accepted_case"]:
        catalog, task = str(row["catalog_code"]), str(row["task_code"])
        assert len(catalog) == 12 and catalog.isdigit()
        assert len(task) == 36 and task[:18] == row["org_code"] and task[18:30] == catalog
    assert all(is_valid_credit_code(code) for code in {str(row["org_code"]) for row in rows["accepted_case"]})


def test_a_case_is_inserted_then_updated_then_perhaps_deleted(rows: dict[str, list[Row]]) -> None:
    course: dict[object, list[Row]] = defaultdict(list)
    for row in rows["accepted_case"]:
        course[row["project_no"]].append(row)
    operations = Counter(tuple(row["cd_operation"] for row in one) for one in course.values())
    assert set(operations) == {("insert",), ("insert", "update"), ("insert", "delete")}
    assert min(operations.values()) >= 3
    for first, *later in course.values():
        assert _time(first["apply_date"]) <= _time(first["accept_date"]) <= _time(first["cd_time"])
        for row in later:
            changed = {name for name in row if row[name] != first[name]}
            assert changed <= {"cd_operation", "cd_time", "cd_batch", "promise_date"}
            assert ("promise_date" in changed) == (row["cd_operation"] == "update")
            assert row["cd_operation"] == "delete" or _time(row["promise_date"]) > _time(first["promise_date"])


def test_events_lead_from_acceptance_to_the_result(rows: dict[str, list[Row]]) -> None:
    accepted = _last_of_case(rows["accepted_case"])
    deleted = {case for case, row in accepted.items() if row["cd_operation"] == "delete"}
    results = _last_of_case(rows["case_result"])
    events: dict[object, list[Row]] = defaultdict(list)
    for row in rows["case_event"]:
        assert _time(row["event_start_time"]) <= _time(row["event_end_time"]) <= _time(row["cd_time"])
        events[row["project_no"]].append(row)
    assert deleted and not deleted & results.keys()
    assert set(events) <= set(accepted) and set(results) <= set(events)
    # What is not decided is of the last months of the span.
    assert all(
        _time(accepted[case]["accept_date"]) > datetime(2020, 10, 1)
        for case in accepted.keys() - deleted - results.keys()
    )
    for case, result in results.items():
        names = [row["event_name"] for row in sorted(events[case], key=lambda row: str(row["event_end_time"]))]
        assert names in (["1", "3"], ["1", "2", "3"], ["1", "4", "2", "3"])
        assert (
            (names == ["1", "3"]) == (accepted[case]["project_type"] == "1") == (accepted[case]["promise_date"] is None)
        )
        assert _time(accepted[case]["accept_date"]) < _time(result["result_date"])
        stopped = [row for row in events[case] if row["event_name"] == "4"]
        assert bool(stopped) == (accepted[case]["cd_operation"] == "update")


def test_a_rating_comes_as_an_update_and_few_cases_are_late(rows: dict[str, list[Row]]) -> None:
    accepted = _last_of_case(rows["accepted_case"])
    first = [row for row in rows["case_result"] if row["cd_operation"] == "insert"]
    rated = [row for row in rows["case_result"] if row["cd_operation"] == "update"]
    assert {row["satisfaction"] for row in first} == {""}
    assert {row["satisfaction"] for row in rated} == {"2", "3", "4", "5"}
    assert 0.5 < len(rated) / len(first) < 0.7
    promised = [row for row in first if accepted[row["project_no"]]["promise_date"]]
    late = [row for row in promised if _time(row["result_date"]) > _time(accepted[row["project_no"]]["promise_date"])]
    assert 0.01 < len(late) / len(promised) < 0.06
    assert {row["result_type"] for row in first} == {"1", "2", "3"}


def test_cases_agree_with_the_register_the_licences_and_the_reforms(
    province: Province, rows: dict[str, list[Row]]
) -> None:
    accepted, results = _last_of_case(rows["accepted_case"]), _last_of_case(rows["case_result"])
    decided = {
        (accepted[case]["applyer_credit_code"], accepted[case]["task_name"], str(row["result_date"])[:10]): row
        for case, row in results.items()
    }
    codes = province.enterprises.credit_code
    changes = [c for c in province.register.changes if c.item == "住所变更" and c.changed >= date(2018, 2, 1)]
    assert len(changes) > 10
    for change in changes:
        assert (codes[change.entity], "企业变更登记", change.changed.isoformat()) in decided
    permits = [
        v for v in province.licences if v.title == "排污许可证" and v.state == "1" and v.decided >= date(2018, 4, 1)
    ]
    assert permits
    for permit in permits:
        result = decided[codes[permit.entity], "排污许可证核发", permit.decided.isoformat()]
        assert result["result_cetr_no"] == permit.certificate_no
    assert {row["applyer_credit_code"] for row in accepted.values()} <= {"", *codes}
    opened = {zone.short_name: approval_bureau_opened(province.milestones, zone.zone_id) for zone in province.zones}
    bureaus = {str(row["org_name"]) for row in accepted.values() if "行政审批局" in str(row["org_name"])}
    assert bureaus == {f"{name}行政审批局" for name, day in opened.items() if day and day < date(2020, 12, 1)}
    for row in accepted.values():
        if "行政审批局" in str(row["org_name"]):
            day = opened[str(row["org_name"]).removesuffix("行政审批局")]
            assert day is not None and _time(row["accept_date"]).date() >= day


def test_people_apply_too_and_are_told_apart(rows: dict[str, list[Row]]) -> None:
    kinds = Counter(row["applyer_type"] for row in rows["accepted_case"])
    assert 0.02 < kinds["1"] / kinds.total() < 0.3
    for row in rows["accepted_case"]:
        person = row["applyer_type"] == "1"
        assert (row["applyer_page_type"] == "111") == person == (row["applyer_credit_code"] == "")
        assert not person or str(row["applyer_page_code"]).startswith("369999")
    online = [row for row in rows["accepted_case"] if row["apply_type"] == "2"]
    assert 0.5 < len(online) / len(rows["accepted_case"]) < 0.85
    assert {row["is_online"] for row in online} == {"1"}


def test_the_same_seed_gives_the_same_bytes(feed: Feed) -> None:
    asked = ("/gov_service/exchange/accepted_case", "2019-06-03", "2019-06-14")
    files = list(feed.files(*asked))
    assert next(name for name, _ in files) == "accepted_case_20190603.jsonl.gz"
    assert files == list(Feed("none").files(*asked))
    assert files != list(Feed("none", seed=8).files(*asked))


def test_days_add_up_to_the_whole(feed: Feed, rows: dict[str, list[Row]]) -> None:
    for dataset in TABLES:
        served = [
            json.loads(line)
            for _, body in feed.files(f"/gov_service/exchange/{dataset}", "2019-05-01", "2019-05-31")
            for line in gzip.decompress(body).splitlines()
        ]
        assert served == [row for row in rows[dataset] if str(row["cd_time"]).startswith("2019-05")]


def _ingested(feed: Feed, dataset: str, folder: Path, first: str, last: str) -> BatchRecord:
    paths = []
    for name, body in feed.files(f"/gov_service/exchange/{dataset}", first, last):
        paths.append(folder / name)
        paths[-1].write_bytes(body)
    home = folder / "home"
    return ingest_files(DECLARED[f"gov_service/{dataset}"], paths, home, date.fromisoformat(last), KEY)


@pytest.mark.parametrize("dataset", TABLES)
def test_served_rows_are_all_loaded_without_a_name(
    dataset: str, feed: Feed, rows: dict[str, list[Row]], tmp_path: Path
) -> None:
    record = _ingested(feed, dataset, tmp_path, "2019-03-01", "2019-05-31")
    assert record.received > 100 and record.loaded == record.received and record.quarantined == 0
    loaded = lake(tmp_path / "home", record)
    declared = DECLARED[f"gov_service/{dataset}"]
    required = [field.name for field in declared.lake_fields if field.required]
    assert loaded.select(pl.sum_horizontal(pl.col(required).null_count())).item() == 0
    assert loaded["operation"].is_in(["insert", "update", "delete"]).all()
    everything = set(loaded.select(pl.col(pl.String)).unpivot()["value"].drop_nulls())
    names = {str(row[field]) for row in rows[dataset] for field in PERSONAL if row.get(field)}
    credit_codes = set(loaded["uscc"].drop_nulls()) if dataset == "accepted_case" else set()
    assert len(names) > 50 and not (names - credit_codes) & everything


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"catalog_code": "0" * 13}, "codes_within_length"),
        ({"task_code": "0" * 37}, "codes_within_length"),
        ({"apply_date": "2019-12-30 10:00:00"}, "dates_in_order"),
        ({"promise_date": "2018-01-01 10:00:00"}, "dates_in_order"),
        ({"cd_operation": "upsert"}, "allowed_value"),
        ({"org_code": ""}, "required"),
    ],
)
def test_rows_that_break_the_standard_are_refused(
    change: Row, rule: str, rows: dict[str, list[Row]], tmp_path: Path
) -> None:
    good = [row for row in rows["accepted_case"] if str(row["cd_time"]).startswith("2019-05")][:5]
    path = tmp_path / "accepted_case_20190531.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in [*good, good[0] | {"row_guid": "other"} | change]), "utf-8")
    record = ingest_files(DECLARED["gov_service/accepted_case"], [path], tmp_path / "home", date(2019, 12, 31), KEY)
    assert (record.loaded, record.quarantined) == (5, 1)
    refused = quarantine(tmp_path / "home", record)
    assert refused["rule"].to_list() == [rule]
    assert not any(str(good[0][field]) in refused["raw"][0] for field in ("contact_name", "contact_mobile"))
