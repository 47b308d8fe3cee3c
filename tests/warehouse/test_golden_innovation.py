"""Golden end states of innovation and of clusters: platforms, certificates, contracts, maps, plans, parks."""

from tests.warehouse.candidate import province_values, rows_of
from tests.warehouse.conftest import Nights


def test_platforms_of_the_year(nights: Nights) -> None:
    """Two new national platforms; the second night knows that one was revoked that day."""
    query = "select actual_label, gap_label from mart.mart_target_status where target_id = 'T11a'"
    assert rows_of(nights.first, query) == [("2 个", "差 18 个")]
    assert rows_of(nights.second, query) == [("1 个", "差 19 个")]


def test_certificates_end(nights: Nights) -> None:
    """Three; H2 is revoked on the second day; H1 ran out on 14 August, and the backfill brings H4: two again."""
    query = """select certificate_no, state_label, days_left_count from mart.mart_high_tech_enterprise
        where certificate_no <> 'H3' order by 1"""
    assert province_values(nights.first, "T10") == [(3, None)]
    assert province_values(nights.second, "T10") == [(2, None)]
    assert province_values(nights.third, "T10") == [(2, None)]
    # From 30 June to 15 August, the first day without it.
    assert rows_of(nights.second, query) == [("H1", "180天内到期", 46), ("H2", "已撤销", None)]
    assert [row[:2] for row in rows_of(nights.third, query)] == [("H1", "已过期"), ("H2", "已撤销"), ("H4", "有效")]


def test_contracts_of_the_online_market(nights: Nights) -> None:
    """3 + 5 million; X2 is cancelled and X3 of May comes late: 3 + 1; X1 was 2.5 only."""
    values = [province_values(night, "T11b")[0][0] for night in (nights.first, nights.second, nights.third)]
    assert values == [8_000_000, 4_000_000, 3_500_000]
    late = "select cast(signed_date as varchar), cast(known_from as varchar) from fact.fct_technology_contract"
    assert rows_of(nights.second, f"{late} where contract_no = 'X3'") == [("2019-05-30", "2019-06-30")]


def test_what_gathers_an_industry(nights: Nights) -> None:
    """Maps of 20 (T05), zones with a plan (T06), whole platforms (T07), the national zone's parks and big plan.

    Night 2 brings a map, S2's seventh function, the start of the second park and the plan of 100 billion; in July S1
    closes. The backfilled park lies in zone 4, which T08a does not bind.
    """
    targets = ("T05", "T06", "T07", "T08a", "T09a")
    assert province_values(nights.first, *targets) == [(1, 20), (1, 4), (1, None), (0, 1), (0, 1)]
    assert province_values(nights.second, *targets) == [(2, 20), (1, 4), (2, None), (1, 1), (1, 1)]
    assert province_values(nights.third, *targets) == [(2, 20), (1, 4), (1, None), (1, 1), (1, 1)]
    query = "select themed_park_id from fact.fct_themed_park where is_built order by 1"
    assert rows_of(nights.third, query) == [("TP1",), ("TP2",), ("TP3",)]
