"""Every number of fact.fct_target_attainment is what the lake says by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.oracle import deliveries
from tests.oracle.attainment import attainment, functions
from tests.oracle.compare import NUMBERS, beside, count_numbers, released, sentences
from tests.oracle.conftest import Built
from tests.oracle.lake import Lake
from tests.oracle.nights import SILENT, SILENT_ON
from tests.oracle.plan import plans_in_view
from tests.oracle.pollution import judged_days
from tests.oracle.scopes import county_code_on
from tests.proofs import Proof

PROJECT = {"ingestion", "expectations", "warehouse", "orchestration", "sandbox", "dbt"}
DAY_AFTER = date(2020, 1, 20)


def _late_zone(lake: Lake) -> bool:
    """On the last day of 2019 a zone has not reported December."""
    on_the_day = Lake(lake.home, date(2019, 12, 31)).latest("smart_zone/zone_indicator", "zone_id", "business_month")
    december = on_the_day.filter(pl.col("business_month") == date(2019, 12, 1))
    return 0 < december.height < on_the_day["zone_id"].n_unique()


def _restated_month(lake: Lake) -> bool:
    """A month of the plan's year was stated twice, with different values."""
    stated = lake.rows("smart_zone/zone_indicator").filter(pl.col("business_month").dt.year() == 2019)
    values = stated.group_by("zone_id", "business_month").agg(pl.col("main_business_revenue_ytd_yuan").n_unique())
    return bool((values["main_business_revenue_ytd_yuan"] > 1).sum() >= 5)


def _later_report_of_an_older_day(lake: Lake) -> bool:
    """A report was loaded after a younger one of the same zone and month, and is not the last word."""
    of_zone = lake.rows("smart_zone/zone_indicator").filter(
        pl.col("zone_id") == deliveries.RESTATED_ZONE, pl.col("business_month") == date(2019, 12, 1)
    )
    stated = of_zone["main_business_revenue_ytd_yuan"].to_list()
    is_older = of_zone["reported_at"][-1] < of_zone["reported_at"].max()
    return is_older and deliveries.RESTATED_YUAN in stated and stated[-1] != deliveries.RESTATED_YUAN


def _moved_enterprise(lake: Lake) -> bool:
    """An enterprise that is listed without an outlet is in one zone before its move and in another after it."""
    versions = lake.rows("smart_zone/enterprise").filter(pl.col("enterprise_id") == deliveries.MOVER)
    return versions.filter("is_key_polluter")["zone_id"].n_unique() == 2


def _renamed_region(lake: Lake) -> bool:
    """A block of the plan stands under a code that its county does not have any more."""
    codes = lake.latest("smart_zone/reform_milestone", "milestone_id")["scope_code"]
    is_renamed = county_code_on(deliveries.RENAMED, lake.as_of) == deliveries.NEW_NAME
    return is_renamed and deliveries.RENAMED in codes and deliveries.NEW_NAME in codes


def _withdrawn_deal(lake: Lake) -> bool:
    """The trading exchange modified a message about a deal, and deleted one."""
    return {"1", "2", "3"} <= set(lake.rows("trading/farmland_balance_deal")["operation"])


def _late_end_without_a_day(lake: Lake) -> bool:
    """A case was disposed of by a report of December that came in January and states no day."""
    last = lake.latest("smart_zone/zombie_case", "case_id").filter(pl.col("case_state") == "已处置")
    undated = last.filter(pl.col("disposed_date").is_null())
    return bool((undated["reported_at"].dt.year() < undated["known_from"].dt.year()).any())


def _new_zone(lake: Lake) -> bool:
    """A zone, the only one of its class, is on record since November."""
    zones = lake.latest("smart_zone/zone", "zone_id").filter(pl.col("park_kind") == "2")
    return zones["zone_id"].to_list() == [deliveries.NEW_ZONE] and zones["known_from"][0] > date(2019, 6, 30)


def _stricter_limit(lake: Lake) -> bool:
    """An outlet has a second limit, and days beyond a limit were judged."""
    return (
        judged_days(lake)["is_exceeding"].any()
        and lake.rows("smart_zone/outlet")
        .group_by("outlet_id", "pollutant_code")
        .agg(pl.col("valid_from").n_unique())["valid_from"]
        .max()
        == 2
    )


def _silent_feed(lake: Lake) -> bool:
    """Nobody has stated anything about the lines of the zones for more than a week."""
    on_the_day = Lake(lake.home, SILENT_ON).rows(SILENT)
    return SILENT_ON - on_the_day["business_date"].max() > timedelta(days=7)


def _upgraded_zone(lake: Lake) -> bool:
    """A zone became a national one after the plan."""
    kinds = lake.rows("smart_zone/zone").filter(pl.col("zone_id") == deliveries.UPGRADED_ZONE)["park_kind"]
    return kinds.to_list() == ["0", "1"]


def _ended_county(lake: Lake) -> bool:
    """A block of the plan stands under the code of a county that ended after the plan."""
    codes = lake.latest("smart_zone/reform_milestone", "milestone_id")["scope_code"]
    return county_code_on(deliveries.ENDED, lake.as_of) != deliveries.ENDED and deliveries.ENDED in codes


HARD: tuple[Callable[[Lake], bool], ...] = (
    _late_zone,
    _restated_month,
    _later_report_of_an_older_day,
    _moved_enterprise,
    _renamed_region,
    _withdrawn_deal,
    _late_end_without_a_day,
    _new_zone,
    _stricter_limit,
    _silent_feed,
)
"""What is hard to count; without it the release and the oracle could agree on little."""
HARD_IN_JUNE = (_upgraded_zone, _ended_county)


@pytest.mark.proof
def test_every_number_of_a_release_is_what_the_lake_says(built: Built, proof: Proof) -> None:
    """All targets at all scopes for both plans in view."""
    last = Lake(built.home, max(built.releases))
    assert [occurs.__doc__ for occurs in (*HARD, *(HARD_IN_JUNE if proof.is_long else ())) if not occurs(last)] == []
    wrong, numbers, rows = [], 0, 0
    for day, release in built.releases.items():
        both = beside(attainment(Lake(built.home, day)), released(release))
        wrong += [f"{day}: {sentence}" for sentence in sentences(both)]
        numbers, rows = numbers + count_numbers(both), rows + both.height
    assert wrong == [], f"{len(wrong)} of {rows} rows differ from the lake:\n" + "\n".join(wrong[:40])
    proof.counted(f"{numbers:,} numbers in {rows:,} rows of {len(built.releases)} days are what the lake says")


def test_the_oracle_shares_no_code_with_what_it_judges() -> None:
    """Only what makes the releases knows the project; what counts knows Polars and the lake."""
    makers = {"nights.py", "deliveries.py", "conftest.py", "test_oracle.py"}
    for file in Path(__file__).parent.glob("*.py"):
        lines = [line for line in file.read_text("utf-8").splitlines() if line.startswith(("import ", "from "))]
        roots = {line.split()[1].partition(".")[0] for line in lines}
        assert file.name in makers or roots.isdisjoint(PROJECT), f"{file.name} imports {roots & PROJECT}"


def test_the_oracle_knows_every_target_of_every_plan() -> None:
    for plan in plans_in_view(DAY_AFTER):
        assert set(plan.targets["target_id"]) == set(functions())
    assert [plan.year for plan in plans_in_view(DAY_AFTER)] == [2019, 2020]


Both = tuple[pl.DataFrame, pl.DataFrame]


@pytest.fixture(scope="module")
def last_day(built: Built) -> Both:
    """What the lake says on the last day, and what was released."""
    day, release = list(built.releases.items())[-1]
    return attainment(Lake(built.home, day)), released(release)


@pytest.mark.parametrize("column", [*NUMBERS.values(), "status"])
def test_a_wrong_number_would_be_found(last_day: Both, column: str) -> None:
    """The first number of a column is wrong by a hundredth of a percent, or a status is another."""
    own, published = last_day
    name = f"released_{column}"
    stated = pl.col(name).is_not_null() if column == "status" else (pl.col(name) != 0)
    place = published.with_row_index().filter(stated)["index"][0]
    spoiled = pl.lit("at random") if column == "status" else pl.col(name) * 1.0001
    changed = published.with_columns(pl.when(pl.int_range(pl.len()) == place).then(spoiled).otherwise(name).alias(name))
    assert len(sentences(beside(own, changed))) == len(sentences(beside(own, published))) + 1


def test_a_missing_row_would_be_found(last_day: Both) -> None:
    own, published = last_day
    known = len(sentences(beside(own, published)))
    assert len(sentences(beside(own, published[1:]))) == known + 1
    assert len(sentences(beside(own[1:], published))) == known + 1
