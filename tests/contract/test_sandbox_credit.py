"""The credit register: fields as regulators name them, records that agree with the life of the enterprises, ingestion."""

import csv
import io
import zipfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ingestion.batch import ingest_files
from sandbox.dirt import NONE
from sandbox.interfaces.credit import build_credit
from sandbox.interfaces.credit_tables import credit_tables
from sandbox.province.credit_listings import FALSE_STATEMENT, NO_REPORT
from sandbox.province.exceedances import Episode
from sandbox.province.identifiers import is_valid_credit_code
from sandbox.province.model import Province, build_province
from sandbox.province.outlets import PROFILES
from tests.contract.ingestion_setting import DECLARED, lake

FIXTURES = Path(__file__).parents[1] / "fixtures"
MEMBERS = (
    "registration", "registration_change", "abnormal_list", "serious_violation", "penalty", "licence", "annual_report",
)  # fmt: skip
FULL = date(2020, 12, 1)
PERSONAL = {"legal_representative", "representative_id_no", "counterpart_id_no"}
Row = dict[str, str]


@pytest.fixture(scope="module")
def province() -> Province:
    return build_province("medium", 7)


@pytest.fixture(scope="module")
def small() -> Province:
    return build_province("small", 7)


def archive(province: Province, day: date) -> bytes:
    """The bytes of a day's ZIP."""
    return build_credit(credit_tables(province), province.seed, NONE, day, {})[0].content


def rows_of(content: bytes, member: str) -> list[Row]:
    text = zipfile.ZipFile(io.BytesIO(content)).read(f"{member}.csv").decode("gb18030")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def full(province: Province) -> dict[str, list[Row]]:
    """The full extract of the register at the end of 2020."""
    content = archive(province, FULL)
    return {member: rows_of(content, member) for member in MEMBERS}


@pytest.mark.parametrize("member", [name for name in MEMBERS if name != "registration_change"])
def test_columns_are_named_as_regulators_name_them(member: str, full: dict[str, list[Row]]) -> None:
    known = csv.DictReader((FIXTURES / "credit_fields.csv").read_text(encoding="utf-8").splitlines())
    fields = {row["field"] for row in known if row["dataset"] == member}
    # The register's own: keys that its tables share, and the main business revenue's flag, whose name is cut off there.
    own = {"last_modified", "main_identi_id", "pub_main_busi_income"}
    assert set(full[member][0]) - own <= fields
    assert len(set(full[member][0]) & fields) >= 9


def test_codes_agree_and_keys_are_unique(full: dict[str, list[Row]], province: Province) -> None:
    names = dict(zip(province.enterprises.credit_code, province.enterprises.name, strict=True))
    columns = {"penalty": ("CF_XDR_SHXYM", "CF_XDR_MC", "CF_WSH"), "licence": ("XK_XDR_SHXYM", "XK_XDR_MC", "XK_WSH"),
               "serious_violation": ("uni_social_crd_cd", "comp_name", "ill_comp_id")}  # fmt: skip
    keys = {"registration": "main_identi_id", "registration_change": "chan_id", "abnormal_list": "busexclist",
            "annual_report": "annual_id"}  # fmt: skip
    for member, rows in full.items():
        code, name, key = columns.get(member) or ("uni_social_crd_cd", "comp_nm", keys[member])
        assert all(names[row[code]] == row[name] for row in rows)
        assert len({row[key] for row in rows}) == len(rows) > 20
    offices = {row["CF_CFJGDM"] for row in full["penalty"]} | {row["XK_XKJGDM"] for row in full["licence"]}
    assert len(offices) > 50 and all(code.startswith("11") and is_valid_credit_code(code) for code in offices)


def test_registrations_follow_the_life_of_the_enterprises(full: dict[str, list[Row]], province: Province) -> None:
    life, zones = province.life, province.zones
    index = {code: firm for firm, code in enumerate(province.enterprises.credit_code)}
    state = {index[row["uni_social_crd_cd"]]: row for row in full["registration"]}
    changes: dict[int, set[str]] = {}
    for row in full["registration_change"]:
        changes.setdefault(index[row["uni_social_crd_cd"]], set()).add(row["chan_project"])
    alive = life.alive_on(FULL)
    for firm, row in state.items():
        ending = life.ending[firm] if not alive[firm] else ""
        assert row["reg_state"] == {"": "在营", "revoked": "吊销"}.get(ending, "注销")
        assert ("登记状态变更" in changes.get(firm, set())) == bool(ending)
        if life.moved_on[firm] <= np.datetime64(FULL):
            zone = zones[life.moved_to[firm]]
            assert (
                row["addr"].partition("号")[0] == life.new_address[firm].partition("号")[0]
                and "住所变更" in changes[firm]
            )
            assert zone.city_name in row["addr"]
        if ending == "merged":
            assert "吸收合并" in changes[int(life.absorbed_by[firm])]
    assert Counter(life.ending[firm] for firm in life.ended)["merged"] == 30


def test_regions_are_those_of_the_day(province: Province) -> None:
    def regions(day: date) -> set[str]:
        """The codes of the entities in business; those that ended keep the code of their last day."""
        rows = rows_of(archive(province, day), "registration")
        return {row["domdi_strict"][:6] for row in rows if row["reg_state"] == "在营"}

    for old, new, changed in (
        ("361121", "361104", date(2019, 10, 1)), ("360727", "360783", date(2020, 6, 1)),
        ("360622", "360603", date(2018, 7, 1)),
    ):  # fmt: skip
        before = regions((changed - timedelta(days=1)).replace(day=1))
        after = regions((changed + timedelta(days=31)).replace(day=1))
        assert old in before and new not in before and new in after and old not in after


def test_a_listing_has_its_cause_and_a_serious_violation_its_three_years(province: Province) -> None:
    reports = province.annual_reports
    filed: dict[tuple[int, int], date] = {}
    for firm, year, day in zip(reports.firm.tolist(), reports.year.tolist(), reports.filed_on.tolist(), strict=True):
        filed.setdefault((firm, year), day)
    reasons: Counter[str] = Counter()
    for listing in province.listings:
        reasons[listing.reason] += 1
        assert listing.removed is None or listing.removed > listing.listed
        if listing.reason == NO_REPORT and listing.year is not None:
            late = filed.get((listing.entity, listing.year))
            assert late is None or late > listing.listed
            if listing.removed and "补报" in listing.removal_reason:
                assert late is not None and late <= listing.removed
        if listing.reason == FALSE_STATEMENT:
            assert filed[listing.entity, listing.year or 0] < listing.listed
    assert len(reasons) == 3 and min(reasons.values()) > 20
    latest = {listing.listing_id: listing for listing in province.listings}
    assert len(province.serious_violations) > 20
    for violation in province.serious_violations:
        cause = latest[violation.listing_id]
        assert cause.entity == violation.entity and (violation.listed - cause.listed).days > 3 * 365
        assert cause.removed is None or cause.removed > violation.listed
    revoked = [firm for firm in province.life.ended if province.life.ending[firm] == "revoked"]
    listed = {listing.entity: listing.listed for listing in reversed(province.listings)}
    assert revoked and all(listed[firm] < province.life.ended_on[firm].astype(date) for firm in revoked)


def test_a_fine_follows_an_exceedance_or_a_false_statement(province: Province) -> None:
    tightest: dict[tuple[int, str], float] = {}
    for limit in province.limits:
        tightest[limit.outlet, limit.factor] = limit.upper
    listings = {listing.listing_id: listing for listing in province.listings}
    kinds: Counter[str] = Counter()
    for penalty in province.penalties[:60]:
        cause = penalty.cause
        kinds[type(cause).__name__] += 1
        if isinstance(cause, Episode):
            assert int(province.outlets.enterprise[cause.outlet]) == penalty.entity
            assert cause.first_day + timedelta(days=cause.days) < penalty.decided
            assert 10 <= penalty.fine <= 120
            group = next(values for values in province.pollution.day(cause.first_day) if cause.outlet in values.device)
            column = PROFILES[group.profile].index(cause.factor)
            mean = group.converted[group.device.tolist().index(cause.outlet), :, column].mean()
            assert mean > tightest[cause.outlet, cause.factor]
        else:
            assert listings[cause].entity == penalty.entity and listings[cause].listed < penalty.decided
    assert kinds["Episode"] > 20
    assert any(isinstance(penalty.cause, str) for penalty in province.penalties)


def test_what_is_not_disclosed_is_empty_and_what_is_agrees_with_the_platform(
    full: dict[str, list[Row]], province: Province
) -> None:
    index = {code: firm for firm, code in enumerate(province.enterprises.credit_code)}
    final = province.economy.enterprise_figures(2018, 12).revenue
    shown = hidden = 0
    for row in full["annual_report"]:
        for name in row:
            if name.startswith("pub_"):
                assert (row[name] == "否") == (row[name.removeprefix("pub_")] == "")
                shown, hidden = shown + (row[name] == "是"), hidden + (row[name] == "否")
        if row["asset_zmt"]:
            parts = float(row["debt_amt"]) + float(row["owner_equity_toatal"])
            assert float(row["asset_zmt"]) == pytest.approx(parts, abs=0.011)
        if row["annual_year"] == "2018" and row["main_busi_income"]:
            assert float(row["main_busi_income"]) == pytest.approx(final[index[row["uni_social_crd_cd"]]], abs=0.02)
    assert 0.4 < hidden / (shown + hidden) < 0.7


def test_permits_of_outlets_are_licences(full: dict[str, list[Row]], province: Province) -> None:
    numbers = {row["XK_XKBH"] for row in full["licence"] if row["XK_XKZS"] == "排污许可证"}
    assert numbers == set(province.outlets.permit_no)
    void = {row["XK_XDR_SHXYM"] for row in full["licence"] if row["XK_ZT"] == "2"}
    ended = {province.enterprises.credit_code[firm] for firm in (*province.life.ended, *province.life.movers)}
    assert void and void <= ended
    assert any(row["XK_YXQZI"] == "" for row in full["licence"])


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("day", [FULL, date(2019, 7, 8)], ids=["full", "changes"])
def test_every_served_row_is_loaded(member: str, day: date, small: Province, tmp_path: Path) -> None:
    content = archive(small, day)
    expected = rows_of(content, member)
    path = tmp_path / f"credit_{day:%Y%m%d}.zip"
    path.write_bytes(content)
    home = tmp_path / "home"
    record = ingest_files(DECLARED[f"credit/{member}"], [path], home, day, hash_key=b"k" * 32)
    assert (record.received, record.loaded, record.quarantined) == (len(expected), len(expected), 0)
    if not expected:
        return
    rows = lake(home, record)
    assert not PERSONAL & set(rows.columns) and rows["extra"].drop_nulls().is_empty()
    text = rows.select(pl.all().cast(pl.String)).write_csv()
    people = {row[name] for row in expected for name in ("legal_repre", "CF_FRDB", "XK_FRDB") if name in row}
    people |= {row["chan_aft_text"] for row in expected if row.get("chan_project") == "法定代表人变更"}
    # A two-character name may well stand inside an enterprise's name; a three-character one does not.
    assert not [person for person in people if len(person) > 2 and person in text]
    if member == "penalty":
        assert rows["fine_yuan"].cast(pl.Float64).to_list() == pytest.approx(
            [float(row["CF_NR_FK"]) * 10_000 for row in expected], abs=0.01
        )


def test_dates_that_mean_no_end_and_no_beginning_are_empty(small: Province, tmp_path: Path) -> None:
    """Real registers write 2099-12-31, 2099-01-31 or 9999-9-9 for a licence without an end, and a dash for no beginning."""
    rows = rows_of(archive(small, FULL), "licence")[:4]
    for row, end in zip(rows, ("2099-12-31", "2099-01-31", "9999-9-9", "9999-12-31"), strict=True):
        row["XK_YXQZI"], row["XK_YXQZ"] = end, "—"
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "credit_20201201.zip"
    with zipfile.ZipFile(path, "w") as whole:
        whole.writestr("licence.csv", text.getvalue().encode("gb18030"))
    record = ingest_files(DECLARED["credit/licence"], [path], tmp_path / "home", FULL)
    assert (record.loaded, record.quarantined) == (4, 0)
    loaded = lake(tmp_path / "home", record)
    assert loaded["valid_until_date"].is_null().all() and loaded["valid_from_date"].is_null().all()
