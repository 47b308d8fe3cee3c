"""Every kind of dirt, alone and together: it stands in the served bytes where the truth says, and nothing else differs."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import sandbox.app
from sandbox.dirt import HEAVY, LEVELS, NONE, OUTCOMES, USUAL, Dirt
from sandbox.interfaces.credit_tables import credit_tables
from sandbox.interfaces.gov_tables import gov_tables
from sandbox.interfaces.records import Roles
from sandbox.interfaces.tables import all_tables
from sandbox.interfaces.trading_tables import trading_tables
from sandbox.province.identifiers import is_valid_credit_code
from sandbox.province.model import build_province
from tests.contract.sandbox_feed import Answer, Feed, Row

pytestmark = pytest.mark.slow

# Master data are recorded from 2017-12 on; the files hold a full extract of the register and the changes around it.
YEARS, WAVES, FILES = ("2017-01-01", "2018-12-31"), ("2018-01-01", "2018-06-05"), ("2019-05-25", "2019-06-10")
# Kind -> the roles that it can strike; column_shift needs cells.
ROLES = {
    "not_published": ("numbers",), "missing_kind": ("numbers",), "html_in_value": ("numbers",),
    "thousands_separator": ("numbers",), "lower_case_code": ("codes", "loose_codes"), "full_width_code": ("codes",),
    "capital_text": ("capitals",), "sentinel_date": ("open_dates",), "date_spelling": ("dates", "open_dates"),
    "half_width_brackets": ("names",), "odd_spaces": ("names",), "standard_spelling": ("standards",),
    "stale_region_code": ("regions",), "pseudo_region_code": ("regions",), "region_name_mismatch": ("region_names",),
    "duplicate_row": ("key",), "wrong_check_digit": ("codes",), "missing_required": ("required",),
    "text_in_number": ("numbers",), "wrong_unit": ("amounts",), "month_instead_of_ytd": ("cumulative",),
    "yearless_time": ("times",), "truncated_name": ("names",), "mojibake": ("names",), "column_shift": ("key",),
}  # fmt: skip
OF_PACKETS = {
    "wrong_crc", "wrong_length", "lower_case_crc", "trailing_semicolon", "double_star", "glued_packets", "split_packet",
    "packet_2005", "duplicate_key", "epoch_qn", "single_ampersand", "oversize", "key_typo", "wrong_st", "flag_missing",
    "negative_value", "stuck_value", "zero_value", "sampletime_differs", "short_mn", "empty_mn", "bad_factor_code",
    "duplicate_packet", "missing_separator", "heartbeat",
}  # fmt: skip
# What devices do is no defect of a row.
OF_DEVICES = {"flag_episode", "missing_hour"}


class Dataset(NamedTuple):
    system: str
    name: str
    path: str
    roles: Roles
    # A table whose parts get dirty each for itself.
    has_parts: bool = False

    @property
    def window(self) -> tuple[str, str]:
        return FILES if self.system != "smart_zone" else WAVES if self.has_parts else YEARS


@cache
def datasets() -> list[Dataset]:
    """Every dataset of rows with the fields that dirt can strike."""
    province = build_province("small", 7)
    found = [
        Dataset("smart_zone", spec.dataset, spec.path, spec.roles, len(spec.sources) > 1)
        for spec in all_tables(province)
    ]
    found += [Dataset("credit", table.dataset, "/exchange/credit", table.roles) for table in credit_tables(province)]
    found += [
        Dataset("trading", table.dataset, f"/exchange/trading/{table.dataset}", table.roles)
        for table in trading_tables(province)
    ]
    return found + [
        Dataset("gov_service", table.dataset, f"/exchange/{table.dataset}", table.roles)
        for table in gov_tables(province)
    ]


@pytest.fixture(scope="module", autouse=True)
def one_province() -> Iterator[None]:
    """Every sandbox of these tests tells of the same province, so it is built once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox.app, "build_province", cache(build_province))
        yield


def only(**rates: float) -> Feed:
    return Feed(dataclasses.replace(NONE, **rates))


def holds(dataset: Dataset, kind: str) -> bool:
    if kind == "column_shift":
        return dataset.system == "credit"
    return any(getattr(dataset.roles, role) for role in ROLES[kind])


def explained(feed: Feed, dataset: Dataset) -> list[dict]:
    """The defects of one dataset, after a proof that they stand where they are said to and that nothing else differs."""
    defects = feed.defects(dataset.system, dataset.name, *dataset.window)
    assert len({one["id"] for one in defects}) == len(defects)
    answers = feed.served(dataset.system, dataset.name, dataset.path, *dataset.window)
    places: dict[tuple[str | None, int], list[dict]] = {}
    for one in defects:
        places.setdefault((one["file"], one["record"]), []).append(one)
    mended: list[Row] = []
    for answer in answers:
        mended += list(_mended(dataset, answer, places))
    assert not places, "defects at places where nothing is served"
    clean = feed.clean(dataset.system, dataset.name, *dataset.window)
    assert list(map(_known, mended)) == list(map(_known, clean))
    return defects


def _mended(dataset: Dataset, answer: Answer, places: dict[tuple[str | None, int], list[dict]]) -> Iterator[Row]:
    """The clean records of an answer, by undoing the defects at each place."""
    for number, row in enumerate(answer.records, 1):
        own = places.pop((answer.file, number), [])
        for one in own:
            loose = one["field"] in dataset.roles.loose_codes
            assert one["outcome"] == ("kept" if loose and one["kind"] == "lower_case_code" else OUTCOMES[one["kind"]])
            if one["field"] is not None:
                assert (row.get(one["field"]) or None) == (one["served"] or None) != one["clean"], one
                row = {**row, one["field"]: one["clean"]}
        if own and own[0]["extra"]:
            assert len(own) == 1
            if own[0]["kind"] == "duplicate_row":
                assert row == answer.records[number - 2]
        else:
            yield row


def _known(row: Row) -> Row:
    """CSV has no null and XML leaves an absent field out."""
    return {name: value for name, value in row.items() if value}


@pytest.mark.parametrize("kind", ROLES)
def test_a_kind_alone_stands_where_the_truth_says(kind: str) -> None:
    feed = only(**{kind: 0.5})
    found = Counter()
    for dataset in datasets():
        if holds(dataset, kind):
            defects = explained(feed, dataset)
            assert {one["kind"] for one in defects} <= {kind}
            found[dataset.system] += len(defects)
    assert sum(found.values()) > 0, found
    if kind in ("duplicate_row", "missing_required", "odd_spaces", "truncated_name"):
        assert all(found[dataset.system] for dataset in datasets()), found


@pytest.mark.parametrize("level", ["usual", "heavy"])
def test_no_difference_between_clean_and_dirty_is_left_unexplained(level: str) -> None:
    feed = Feed(level)
    for dataset in datasets():
        explained(feed, dataset)


def test_clean_is_clean() -> None:
    feed = Feed("none")
    for dataset in datasets():
        assert explained(feed, dataset) == []
        for row in feed.clean(dataset.system, dataset.name, *dataset.window):
            codes = [row[name] for name in dataset.roles.codes]
            assert all(code is None or code == "" or is_valid_credit_code(code) for code in codes), row
            assert all(row.get(name) for name in dataset.roles.key), (dataset.name, row)


def test_a_good_row_follows_every_failed_one_on_the_same_day() -> None:
    feed = Feed("heavy")
    for dataset in datasets():
        defects = feed.defects(dataset.system, dataset.name, *dataset.window)
        for answer in feed.served(dataset.system, dataset.name, dataset.path, *dataset.window):
            extra = {one["record"]: one for one in defects if one["extra"] and one["file"] == answer.file}
            good: dict[tuple[str | None, ...], int] = {}
            for number, row in enumerate(answer.records, 1):
                if number not in extra:
                    good[tuple(row.get(name) for name in dataset.roles.key)] = number
            for number, one in extra.items():
                if one["kind"] in ("duplicate_row", "column_shift"):
                    continue
                row = {**answer.records[number - 1], one["field"]: one["clean"]}
                assert good[tuple(row.get(name) for name in dataset.roles.key)] > number, one


def test_unusable_rows_keep_their_distance() -> None:
    """A batch of more than 20 rows never has 5 % that must be quarantined: a gate would stop it."""
    feed = only(missing_required=1.0, text_in_number=1.0, mojibake=1.0)
    for dataset in datasets():
        if dataset.has_parts:
            continue
        bad = Counter(one["file"] for one in feed.defects(dataset.system, dataset.name, *dataset.window))
        for answer in feed.served(dataset.system, dataset.name, dataset.path, *dataset.window):
            assert bad[answer.file] <= max(1, len(answer.records) * 0.05), dataset.name


def test_the_final_revenue_of_a_zone_survives_any_dirt() -> None:
    clean, heavy = Feed("none"), Feed(dataclasses.replace(HEAVY, not_published=0.3, wrong_unit=0.3))
    truth = {(one["zone_id"], one["month"]): one["revenue_ytd_yuan"] for one in clean.truth("zone_revenue")}
    last = {}
    for row in heavy.pages("/api/v1/zone_indicators", "2018-01-01", "2020-12-31"):
        if row["park_id"] and row["stat_month"]:
            last[row["park_id"], row["stat_month"]] = row["zyywsr_value"]
    number = {key: float(str(value).split(">")[-2].split("<")[0] if "<" in str(value) else str(value).replace(",", ""))
              for key, value in last.items()}  # fmt: skip
    assert {key: round(value * 10_000, 2) for key, value in number.items()} == truth


def test_every_kind_has_a_rate_at_each_level_and_an_outcome() -> None:
    kinds = {field.name for field in dataclasses.fields(Dirt)}
    assert kinds == {*ROLES, *OF_PACKETS, *OF_DEVICES}
    assert set(OUTCOMES) == kinds - OF_DEVICES
    assert set(LEVELS) == {"none", "usual", "heavy"}
    assert all(rate == 0.0 for rate in dataclasses.astuple(NONE))
    for kind in kinds:
        assert 0.0 < getattr(USUAL, kind) <= getattr(HEAVY, kind) <= 0.6, kind
    with pytest.raises(ValueError, match="mojibake"):
        Dirt(mojibake=1.5)


def test_heavy_plants_every_kind_within_sixty_days() -> None:
    feed = Feed("heavy")
    found = Counter()
    for dataset in datasets():
        first = "2017-01-01" if dataset.system == "smart_zone" else "2019-05-01"
        found.update(one["kind"] for one in feed.defects(dataset.system, dataset.name, first, "2019-06-30"))
    assert set(found) == set(ROLES), set(ROLES) - set(found)


def test_the_page_tells_every_rate_and_outcome() -> None:
    page = Path("docs/sandbox.md").read_text(encoding="utf-8")
    told = {row[0]: row[2:] for row in (line.strip("| ").split(" | ") for line in page.splitlines()) if len(row) == 5}
    for kind, outcome in OUTCOMES.items():
        rates = [f"{getattr(level, kind) * 100:.3f}".rstrip("0").rstrip(".") for level in (USUAL, HEAVY)]
        assert told[kind] == [*rates, outcome], kind
