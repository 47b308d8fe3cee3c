"""Golden end states of projects, their problems and money, and of the trading exchange."""

from tests.warehouse.candidate import province_values, rows_of
from tests.warehouse.conftest import Nights


def test_conversion_of_the_year(nights: Nights) -> None:
    """T03a signed of reserved, T03b leading of signed, T03c started of signed, T03d problems closed.

    J1 is signed on night 1; J2 and the start of J1 (late) come on night 2, with the end of Q1. The backfill brings J7,
    signed and leading, and Q3, closed in January. J2, lost in August, was reserved and signed all the same.
    """
    targets = ("T03a", "T03b", "T03c", "T03d")
    assert province_values(nights.first, *targets) == [(1, 3), (1, 1), (0, 1), (0, 2)]
    assert province_values(nights.second, *targets) == [(2, 3), (1, 2), (1, 2), (1, 2)]
    assert province_values(nights.third, *targets) == [(3, 4), (2, 3), (1, 3), (2, 3)]


def test_large_projects_and_packages(nights: Nights) -> None:
    """J1 of 6 billion counts for the national zone; J3 of 2.5 was signed last year. One package is less than three.

    Zone 3 is a provincial zone from the second night on.
    """
    targets = ("T01a", "T01b", "T02a", "T02b")
    assert province_values(nights.first, *targets) == [(1, 1), (0, 2), (0, 4), (1, 4)]
    assert province_values(nights.third, *targets) == [(1, 1), (0, 3), (0, 4), (1, 4)]


def test_the_funnel(nights: Nights) -> None:
    """Of this year's three projects two are signed and one of them is being built; J3 stands still since 20 June."""
    query = """select step_label, reached_count, standing_count, step_ratio from mart.mart_project_funnel
        where scope_type = 'province' and cohort_label = '2019' order by step_order"""
    assert rows_of(nights.second, query) == [("储备", 3, 1, None), ("签约", 2, 1, 0.666667), ("开工", 1, 1, 0.5)]
    stalled = "select project_id, stalled_day_count from mart.mart_stalled_project"
    assert rows_of(nights.first, stalled) == []
    assert rows_of(nights.second, stalled) == [("J3", 10)]
    assert rows_of(nights.third, stalled) == [("J3", 103)]


def test_a_problem_is_open_until_it_is_closed(nights: Nights) -> None:
    """Q1 was two weeks late on night 1; Q2 is overdue from August on."""
    query = "select problem_no, is_overdue, open_day_count from mart.mart_open_problem order by 1"
    assert rows_of(nights.first, query) == [("Q1", True, 59), ("Q2", False, 28)]
    assert rows_of(nights.second, query) == [("Q2", False, 29)]
    assert rows_of(nights.third, query) == [("Q2", True, 122)]


def test_money_flows_on_its_day(nights: Nights) -> None:
    """T04: paid by funds this year, in million: 40; 60; and 10 of January by the backfill. T18a: 80, less A2's 30."""
    values = [province_values(night, "T04", "T18a") for night in (nights.first, nights.second, nights.third)]
    assert [[amount / 1e6 for amount, _ in night if amount is not None] for night in values] == [
        [40, 80],
        [60, 80],
        [70, 50],
    ]
    query = """select flow_type, cast(flow_date as varchar), cast(amount_yuan / 1e6 as int), cast(known_from as varchar)
        from fact.fct_fund_flow where record_id like 'A%' and flow_type <> 'committed' order by 2"""
    # What was paid on 27 June was reported before the second day: late.
    assert rows_of(nights.third, query) == [
        ("paid", "2019-06-27", 20, "2019-06-30"),
        ("returned", "2019-09-01", 30, "2019-09-02"),
    ]


def test_an_award_is_changed_and_another_withdrawn(nights: Nights) -> None:
    """9, then 8 of the 10 million that were estimated: a tenth and a fifth are saved. The committee's zone is zone 1."""
    query = """select data_key, zone_id, cast(award_amount_yuan as int), saving_ratio, is_chain_complete
        from fact.fct_tender_award where is_standing order by 1"""
    assert rows_of(nights.first, query) == [
        ("KA1", "1", 9_000_000, 0.1, True),
        ("KA2", None, 7_000_000, None, False),
    ]
    assert rows_of(nights.second, query) == [("KA1", "1", 8_000_000, 0.2, True)]


def test_deals_in_land(nights: Nights) -> None:
    """G1 costs more, G2 is withdrawn; G3 comes in August and G4 of June with the backfill."""
    query = """select month_label, land_deal_count, land_area_mu, land_price_wan_per_mu from mart.mart_trading_month
        where land_deal_count > 0 order by business_month"""
    assert rows_of(nights.first, query) == [("2019年3月", 1, 100.0, 20.0), ("2019年4月", 1, 50.0, 18.0)]
    assert rows_of(nights.second, query) == [("2019年3月", 1, 100.0, 22.0)]
    assert rows_of(nights.third, query) == [
        ("2019年3月", 1, 100.0, 22.0),
        ("2019年6月", 1, 10.0, 25.0),
        ("2019年8月", 1, 40.0, 25.0),
    ]


def test_land_on_offer(nights: Nights) -> None:
    """G1 came of the notice N1. N2's listing is over on 11 September, without a deal."""
    query = "select announcement_guid, outcome, deal_land_code from fact.fct_land_notice where is_standing order by 1"
    assert rows_of(nights.first, query) == [("N1", "sold", "G1")]
    assert rows_of(nights.third, query) == [("N1", "sold", "G1"), ("N2", "no_deal", None)]
    month = "select land_notice_count, land_no_deal_count from mart.mart_trading_month where month_label = '2019年8月'"
    assert rows_of(nights.third, month) == [(1, 1)]


def test_leads_become_projects(nights: Nights) -> None:
    """L1 is followed until the platform says in July that J4 came of it in March."""
    query = "select lead_id, is_open, is_converted, is_project_known from fact.fct_investor_lead where is_current"
    assert rows_of(nights.first, query) == [("L1", True, False, False)]
    assert rows_of(nights.third, query) == [("L1", False, True, True)]


def test_land_lies_where_its_parcel_lies(nights: Nights) -> None:
    """G1 has no parcel: zone 2 of E3. G3 of E3 lies in zone 1. G4 is E2's by three quarters of its parcels, E3's by one."""
    query = """select deal_land_code, enterprise_id, zone_id, zone_rule, share_rule, cast(land_area_mu as double),
        cast(deal_price_yuan as int) from fact.fct_land_deal where is_standing order by 1, grantee_number"""
    assert rows_of(nights.third, query) == [
        ("G1", "E3", "2", "grantee", "whole", 100.0, 22_000_000),
        ("G3", "E3", "1", "parcel", "whole", 40.0, 10_000_000),
        ("G4", "E2", "1", "parcel", "area", 7.5, 1_875_000),
        ("G4", "E3", "1", "parcel", "area", 2.5, 625_000),
    ]


def test_quotas_of_farmland(nights: Nights) -> None:
    """T18b: 200 + 100 mu; B2 is 150; B1 is withdrawn."""
    values = [province_values(night, "T18b")[0][0] for night in (nights.first, nights.second, nights.third)]
    assert values == [300, 350, 150]
