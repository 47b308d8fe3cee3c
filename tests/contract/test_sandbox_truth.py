"""What the sandbox says is true: guarded, the same in every process, of one mind with what is declared and served."""

import gzip
from functools import cache

import pytest
from typer.testing import CliRunner

from ingestion.declaration import Dataset as Declared
from ingestion.declaration import load_declarations
from orchestration.cli import app
from sandbox.app import create_app
from sandbox.dirt import LEVELS
from sandbox.interfaces.records import Roles
from sandbox.province.model import build_province
from tests.contract.sandbox_feed import SECRET, Feed
from tests.contract.test_sandbox_dirt import Dataset, datasets

BASIC = ("sandbox", SECRET)
NUMERIC = {"money", "decimal", "number", "integer"}
WITHHELD = {"-", "未公布", "N/A", "*", "--"}


@pytest.fixture(scope="module")
def feed() -> Feed:
    return Feed("heavy")


@cache
def declarations() -> dict[str, Declared]:
    return load_declarations()


def declared(dataset: Dataset) -> Declared:
    return declarations()[f"{dataset.system}/{dataset.name}"]


ADDRESSES = [
    "defects?system=smart_zone&dataset=zone&from=2019-01-01&to=2019-01-31",
    "rows?system=smart_zone&dataset=zone&from=2019-01-01&to=2019-01-31",
    "zone_revenue",
    "exceedances?from=2019-01-01&to=2019-01-02",
    "counts?as_of=2019-12-31",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_truth_needs_the_secret(feed: Feed, address: str) -> None:
    for credentials in (None, ("sandbox", "wrong"), ("root", SECRET)):
        assert feed.client.get(f"/truth/{address}", auth=credentials).status_code == 401


@pytest.mark.parametrize(
    "address",
    [
        "defects", "defects?system=smart_zone&dataset=zone&from=2019-01-01", "counts", "counts?as_of=soon",
        "defects?system=smart_zone&dataset=nothing&from=2019-01-01&to=2019-01-31", "zone_revenue?until=2019-01-01",
        "defects?system=nobody&dataset=zone&from=2019-01-01&to=2019-01-31",
        "rows?system=credit&dataset=zone&from=2019-01-01&to=2019-01-31",
        "defects?system=monitoring&dataset=zone&from=2019-01-01&to=2019-01-31",
        "rows?system=smart_zone&dataset=zone&from=2019-02-01&to=2019-01-31",
    ],
)  # fmt: skip
def test_absurd_questions_are_refused(feed: Feed, address: str) -> None:
    answer = feed.client.get(f"/truth/{address}", auth=BASIC)
    assert answer.status_code == 400 and len(answer.json()["message"]) > 10


def test_no_manifest_and_no_page_speaks_of_the_truth(feed: Feed) -> None:
    listed = feed.client.get(
        "/credit/exchange/credit/manifest.json", params={"from": "2019-05-01", "to": "2019-05-31"}, auth=BASIC
    )
    rows = feed.pages("/api/v1/enterprises", "2017-01-01", "2018-12-31")
    assert not {"defects", "truth", "clean"} & (set(listed.json()["files"][0]) | set(rows[0]))


def test_the_last_word_on_revenue_is_the_economys_own(feed: Feed) -> None:
    province = build_province("small", 7)
    truth = {(row["zone_id"], row["month"]): row for row in feed.truth("zone_revenue", as_of="2019-12-31")}
    assert len(truth) == 8 * 24
    for month in (3, 6, 11):
        final = province.economy.zone_figures(2019, month).revenue
        for zone, value in zip(province.zones, final.tolist(), strict=True):
            row = truth[zone.zone_id, f"2019-{month:02d}"]
            assert row["revenue_ytd_yuan"] == pytest.approx(value * 10_000)
            assert row["reported_at"] < "2020-01-01"
    assert len(feed.truth("zone_revenue")) == 8 * 36


def test_counts_grow_with_time(feed: Feed) -> None:
    early, late = (feed.truth("counts", as_of=day) for day in ("2018-06-30", "2020-06-30"))
    assert early["known"]["zone"] == late["known"]["zone"] == 8
    assert 190 < early["known"]["enterprise"] <= late["known"]["enterprise"] <= 200
    assert 0 < early["innovation_platforms"]["国家级"] < late["innovation_platforms"]["国家级"]
    assert early["known"]["innovation_platform"] < late["known"]["innovation_platform"]
    assert 0 < early["high_tech_enterprises"] < late["high_tech_enterprises"] <= late["high_tech_certificates"]
    assert sum(late["projects"].values()) == late["known"]["project"] > early["known"]["project"]
    assert sum(late["zombie_cases"].values()) == late["known"]["zombie_case"]


def test_exceedances_are_told_for_the_days_asked(feed: Feed) -> None:
    found = feed.truth("exceedances", **{"from": "2019-03-01", "to": "2019-04-15"})
    assert found and all("2019-03-01" <= one["date"] <= "2019-04-15" for one in found)
    assert all(one["hours"] or one["is_day_exceeding"] for one in found)


def test_packets_are_told_clean_with_their_place(feed: Feed) -> None:
    window = ("monitoring", "daily_report", "2019-06-03", "2019-06-03")
    served = {name: gzip.decompress(body) for name, body in feed.files("/monitoring/hj212/daily", *window[2:])}
    clean, defects = feed.clean(*window), feed.defects(*window)
    assert {one["file"] for one in clean} == set(served)
    spoiled = {one["file"] for one in defects}
    for name, content in served.items():
        own = [one["packet"] for one in clean if one["file"] == name]
        assert (content.decode().split("\r\n")[:-1] == own) == (name not in spoiled)


def test_every_served_dataset_is_declared() -> None:
    served = {f"{dataset.system}/{dataset.name}" for dataset in datasets()}
    fetched = {
        name for name, one in declarations().items() if one.interface.kind != "by_hand" and one.system != "monitoring"
    }
    assert served == fetched


@pytest.mark.parametrize("dataset", datasets(), ids=lambda one: f"{one.system}.{one.name}")
def test_dirt_strikes_only_what_the_declaration_can_judge(dataset: Dataset) -> None:
    """The outcome of a defect follows from the declared type of its field, so both must be of one mind."""
    one, roles = declared(dataset), dataset.roles
    fields = {field.source: field for field in one.fields}
    struck = {name for role in vars(roles).values() if isinstance(role, tuple) for name in role}
    assert struck <= fields.keys(), struck - fields.keys()
    kinds = {name: field.type for name, field in fields.items()}
    expected = _types(roles)
    wrong = {name: (kinds[name], role) for name, role, types in expected if kinds[name] not in types}
    assert not wrong
    assert all(fields[name].required for name in roles.required)
    assert {name for name in (*roles.numbers, *roles.capitals) if fields[name].required} <= set(roles.required)
    assert not {name for name in struck if fields[name].sensitivity is not None}
    if any(not fields[name].required for name in roles.numbers):
        assert set(one.missing or ()) >= WITHHELD
    if roles.amounts:
        assert one.rules, "a wrong unit needs a rule that catches it"


def _types(roles: Roles) -> list[tuple[str, str, set[str]]]:
    """(field, role, types that give the role's kinds of dirt their outcome)."""
    wanted: list[tuple[str, tuple[str, ...], set[str]]] = [
        ("codes", roles.codes, {"uscc"}), ("loose_codes", roles.loose_codes, {"text"}),
        ("numbers", roles.numbers, NUMERIC), ("amounts", roles.amounts, NUMERIC),
        ("capitals", roles.capitals, {"capital_text", "money"}), ("open_dates", roles.open_dates, {"date"}),
        ("dates", roles.dates, {"date"}), ("times", roles.times, {"timestamp"}), ("names", roles.names, {"name"}),
        ("standards", roles.standards, {"standard_no"}), ("regions", roles.regions, {"region_code", "text"}),
        ("region_names", roles.region_names, {"name", "text"}),
    ]  # fmt: skip
    return [(name, role, types) for role, names, types in wanted for name in names]


@pytest.mark.parametrize("level", list(LEVELS))
def test_the_command_line_serves_every_level(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}
    monkeypatch.setattr("sandbox.app.serve", lambda **options: asked.update(options))
    command = ["sandbox", "serve", "--size", "small", "--dirt", level]
    assert CliRunner().invoke(app, command, env={"ZONEHOUSE_SANDBOX_SECRET": SECRET}).exit_code == 0
    assert asked["dirt"] == level


def test_a_level_of_dirt_that_nobody_knows_is_refused() -> None:
    assert CliRunner().invoke(app, ["sandbox", "serve", "--dirt", "filthy"]).exit_code == 2
    with pytest.raises(ValueError, match="heavy"):
        create_app("small", 7, "filthy", SECRET)
