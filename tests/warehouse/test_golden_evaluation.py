"""Golden end states of the zones' evaluation: what is too little known is not ranked, and what is not closed not final."""

from tests.warehouse.candidate import rows_of
from tests.warehouse.conftest import Nights


def test_a_period_of_which_too_little_is_known_ranks_nobody(nights: Nights) -> None:
    """Of 2017 only certificates are known: 40 of 100 within innovation, which bears 20 of 100. Zones 1 and 2 alone
    would be above one half of the first half of 2019, all four zones together are not."""
    query = """select distinct period_code, stage_label, is_covered, is_final, rank_number, cast(closing_date as varchar)
        from mart.mart_zone_evaluation order by period_code"""
    assert rows_of(nights.second, query) == [
        ("2017", "数据不全", False, False, None, "2018-02-28"),
        ("2017H1", "数据不全", False, False, None, "2017-08-31"),
        ("2018", "数据不全", False, False, None, "2019-02-28"),
        ("2018H1", "数据不全", False, False, None, "2018-08-31"),
        ("2019H1", "数据不全", False, False, None, "2019-08-31"),
    ]
    coverage = """select zone_id, coverage_ratio, period_coverage_ratio, indicator_count, list_label
        from mart.mart_zone_evaluation where period_code = '{}' order by zone_id"""
    unranked = "数据不全，不排名"
    assert rows_of(nights.second, coverage.format("2017H1")) == [
        (zone, 0.08, 0.08, 1, unranked) for zone in ("1", "2", "3", "4")
    ]
    assert rows_of(nights.second, coverage.format("2019H1")) == [
        ("1", 0.5975, 0.40375, 12, unranked),
        ("2", 0.5175, 0.40375, 10, unranked),
        ("3", 0.25, 0.40375, 6, unranked),
        ("4", 0.25, 0.40375, 6, unranked),
    ]
