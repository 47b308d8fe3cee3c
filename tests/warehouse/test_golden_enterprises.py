"""Golden end states of enterprises: the register, a move, land, cases; of a county that is renamed; of lines."""

from tests.warehouse.candidate import province_values, rows_of
from tests.warehouse.conftest import Nights


def test_the_registration_of_an_enterprise_ends_its_period(nights: Nights) -> None:
    """Platform record from March 2018, registration from June 2018, revoked on the second day: three periods."""
    query = """select registration_state, cast(valid_from as varchar), cast(valid_to as varchar), is_current
        from dim.dim_enterprise where enterprise_id = 'E1' order by valid_from"""
    assert rows_of(nights.second, query) == [
        (None, "2018-03-01", "2018-06-01", False),
        ("在营", "2018-06-01", "2019-06-30", False),
        ("吊销", "2019-06-30", "9999-12-31", True),
    ]


def test_an_enterprise_that_moves_leaves_its_history(nights: Nights) -> None:
    """E2 is in zone 1 to 29 June 2019 and in zone 2 from the day after: what it did before stays with zone 1.

    Its year 2018 and its cases accepted in June count for zone 1, its case of September for zone 2. Its registration
    changed on the 28th, which the register told after the move; it won an award in April and was certified in 2018.
    """
    periods = """select zone_id, cast(valid_from as varchar), cast(valid_to as varchar) from {}
        where enterprise_id = 'E2' order by valid_from"""
    for table in ("dim.dim_enterprise", "dim.bridge_enterprise_zone"):
        assert rows_of(nights.first, periods.format(table)) == [("1", "2018-03-01", "9999-12-31")]
        assert rows_of(nights.third, periods.format(table)) == [
            ("1", "2018-03-01", "2019-06-30"),
            ("2", "2019-06-30", "9999-12-31"),
        ]
    cases = "select case_number, zone_id from fact.fct_approval_case where enterprise_id = 'E2' order by 1"
    assert rows_of(nights.third, cases) == [("K1", "1"), ("K4", "2"), ("K5", "1")]
    year = "select business_year, zone_id from fact.fct_land_efficiency where enterprise_id = 'E2'"
    assert rows_of(nights.third, year) == [(2018, "1")]
    for zone, rows in {
        "zone_id": "fact.fct_credit_event where record_id = 'CH1'",
        "winner_zone_id": "fact.fct_tender_award where data_key = 'KA1' and is_current",
        "fact.zone_id": "fact.fct_high_tech_certificate as fact where certificate_no = 'H2' and is_current",
    }.items():
        assert rows_of(nights.third, f"select {zone} from {rows}") == [("1",)], rows


def test_new_months_go_to_the_new_zone(nights: Nights) -> None:
    """What the enterprises of a zone report together, in million: May 5 + 10 for zone 1, June 6.5 there and 12 in zone 2.

    The backfill restates E2's May to 11; it stays in zone 1.
    """
    query = """select scope_code, cast(period_start as varchar), cast(right_value / 1e6 as double)
        from fact.fct_reconciliation where check_code = 'zone_enterprise_revenue' and period_start >= '2019-01-01'
        and right_value is not null order by 2, 1"""
    june = [("1", "2019-06-01", 6.5), ("2", "2019-06-01", 12.0)]
    assert rows_of(nights.first, query) == [("1", "2019-05-01", 15.0)]
    assert rows_of(nights.second, query) == [("1", "2019-05-01", 15.0), *june]
    assert rows_of(nights.third, query) == [("1", "2019-05-01", 16.0), *june]


def test_an_enterprise_that_nothing_places_is_listed(nights: Nights) -> None:
    """E5 names a zone that is not on record."""
    query = "select enterprise_id, reason from mart.mart_unresolved_enterprise"
    assert rows_of(nights.third, query) == [("E5", "miss")]


def test_who_is_registered_in_a_zone_and_not_on_the_platform(nights: Nights) -> None:
    """Two of the extract lie in zone 1; one of them is E2, of the other the platform knows nothing."""
    query = """select uscc, zone_id, enterprise_id from fact.fct_registered_enterprise order by 1"""
    unknown = "91360106MA35P8WN7R"
    assert rows_of(nights.third, query) == [("91360000158263759R", "1", "E2"), (unknown, "1", None)]
    found = "select item_id, finding from mart.mart_reconciliation_evidence where check_code = 'extract_platform'"
    assert rows_of(nights.third, f"{found} and is_finding") == [(unknown, "not_on_platform")]


def test_events_of_the_register_open_and_close(nights: Nights) -> None:
    """AB1 ends on the second day, PE1's fine was lower, SV1 of the 27th was reported late."""
    query = """select event_kind, record_id, is_open, cast(fine_yuan as int), cast(known_from as varchar)
        from fact.fct_credit_event where is_negative and is_current order by 2"""
    assert rows_of(nights.first, query) == [
        ("abnormal_listing", "AB1", True, None, "2019-05-02"),
        ("abnormal_listing", "AB2", True, None, "2019-06-21"),
        ("penalty", "PE1", True, 50_000, "2019-04-11"),
    ]
    assert rows_of(nights.second, query) == [
        ("abnormal_listing", "AB1", False, None, "2019-06-30"),
        ("abnormal_listing", "AB2", True, None, "2019-06-21"),
        ("penalty", "PE1", True, 30_000, "2019-06-30"),
        ("serious_listing", "SV1", True, None, "2019-06-30"),
    ]
    risk = "select enterprise_id, risk_label, risk_reason from mart.mart_enterprise_credit_risk order by 1"
    assert rows_of(nights.second, risk) == [
        ("E1", "高", "已吊销仍在平台、严重违法失信"),
        ("E3", "中", "信用登记查无、近一年受罚"),
        ("E4", "中", "经营异常、信用登记查无"),
        ("E5", "中", "信用登记查无"),
    ]


def test_the_register_of_a_past_day_is_kept(nights: Nights) -> None:
    """What was known on 29 June is what that night published: PE1's first fine, AB1 without its end."""
    said = "event_kind, record_id, event_date, end_date, cast(fine_yuan as int) from fact.fct_credit_event"
    known = f"select {said} where known_from <= '2019-06-29' and known_to > '2019-06-29' order by 1, 2"
    published = rows_of(nights.first, f"select {said} where is_current order by 1, 2")
    assert len(published) == 4
    assert rows_of(nights.third, known) == published


def test_cases_and_their_working_days(nights: Nights) -> None:
    """K2 from Monday 24 June, 3 days promised: 4 by Saturday; less the 2 stopped ones, which came late; 6 when it ended.

    K3 is taken back. K5 of the backfill took 3 days where 2 were promised.
    """
    query = "select case_number, working_day_count, is_overdue, case_state from fact.fct_approval_case order by 1"
    k1 = ("K1", 4, False, "办结")
    assert rows_of(nights.first, query) == [k1, ("K2", 4, True, "办理中"), ("K3", 6, False, "受理")]
    assert rows_of(nights.second, query) == [k1, ("K2", 2, False, "办理中")]
    assert rows_of(nights.third, query) == [
        k1,
        ("K2", 6, True, "办结"),
        ("K4", 2, False, "受理"),
        ("K5", 3, True, "办结"),
    ]
    scope = (
        "select accepted_count, decided_count, on_time_ratio from mart.mart_approval_scope where scope_code = '360000'"
    )
    assert rows_of(nights.third, scope) == [(4, 3, 0.5)]


def test_land_efficiency_follows_a_disclosure(nights: Nights) -> None:
    """2018, per mu: tax 100, 50, (90), 10 thousand and revenue 2, 1, 1, 0.2 million for E1 to E4.

    E2: 20 + 80 x 40 / 90 = 20 + 80 x 0.8 / 1.8 = 55.5556. E3 is not judged on revenue alone; once its tax is known it has
    (45 x 91.1111 + 20 x 55.5556) / 65 = 80.1709, and of four places 1, 2, 3, 4 the classes are A, B, C, D.
    """
    query = "select enterprise_id, score, efficiency_class, exemption_code from fact.fct_land_efficiency order by 1"
    assert rows_of(nights.second, query) == [
        ("E1", 100.0, "B", None),
        ("E2", 55.5556, "B", None),
        ("E3", 55.5556, None, "low_coverage"),
        ("E4", 20.0, "D", None),
    ]
    assert rows_of(nights.third, query) == [
        ("E1", 100.0, "A", None),
        ("E2", 55.5556, "C", None),
        ("E3", 80.1709, "B", None),
        ("E4", 20.0, "D", None),
    ]


def test_land_and_dead_enterprises(nights: Nights) -> None:
    """80 mu, 40 of them idle since the second night; 20 are given back in September.

    Of 3 dead enterprises at the start of the year one is gone, beside one that is named since; the backfill makes it 1 of 4:
    the stock is what it was.
    """
    query = "select held_area_mu, idle_area_mu, idle_ratio from mart.mart_land_scope where scope_code = '360000'"
    assert rows_of(nights.first, query) == [(80.0, 0.0, 0.0)]
    assert rows_of(nights.second, query) == [(80.0, 40.0, 0.5)]
    assert rows_of(nights.third, query) == [(60.0, 40.0, 0.666667)]
    shares = [province_values(night, "T19b")[0] for night in (nights.first, nights.second, nights.third)]
    assert shares == [(-1, 3), (0, 3), (0, 4)]
    disposed = "select beside_label from mart.mart_target_by_scope where target_id = 'T19b' and is_shown"
    labels = [rows_of(night, disposed) for night in (nights.first, nights.second, nights.third)]
    assert labels == [[(f"年初存量已处置 {share}",)] for share in ("0 / 3", "1 / 3", "1 / 4")]


def test_a_county_keeps_what_it_has_when_it_is_renamed(nights: Nights) -> None:
    """361121 上饶县 is 361104 广信区 from 1 October: its block, the one reported under the new code, and its site."""
    county = """select county_code, county_name, block_count, merged_count, unmerged_count from mart.mart_reform_county
        where block_count > 0"""
    site = "select county_name from mart.mart_chemical_site where site_id = 'C1'"
    current = "select region_code, region_name from dim.dim_region where is_current and region_code like '3611%' and {}"
    assert rows_of(nights.second, county) == [("361121", "上饶县", 1, 0, 1)]
    assert rows_of(nights.third, county) == [("361104", "广信区", 2, 1, 1)]
    assert rows_of(nights.second, site) == [("上饶县",)]
    assert rows_of(nights.third, site) == [("广信区",)]
    either = current.format("region_name in ('上饶县', '广信区')")
    assert rows_of(nights.second, either) == [("361121", "上饶县")]
    assert rows_of(nights.third, either) == [("361104", "广信区")]
    counties = """select scope_code from fact.fct_target_attainment where target_id = 'T13' and scope_type = 'county'
        and scope_code like '3611%'"""
    assert rows_of(nights.second, counties) == [("361121",)]
    assert rows_of(nights.third, counties) == [("361104",)]


def test_reforms(nights: Nights) -> None:
    """T12a of 4 zones: 1, and zone 4 by the backfill. T13: one block left. T16: the second bureau comes on night 2."""
    targets = ("T12a", "T13", "T16", "T17")
    assert province_values(nights.first, *targets) == [(1, 4), (1, None), (0, 1), (0, None)]
    assert province_values(nights.second, *targets) == [(1, 4), (1, None), (1, 1), (0, None)]
    assert province_values(nights.third, *targets) == [(2, 4), (1, None), (1, 1), (0, None)]


def test_lines_late_and_corrected(nights: Nights) -> None:
    """The 28th is corrected to half a day, zone 2's 27th comes late, zone 4's 18th with the backfill."""
    query = """select business_day, zone_id, uptime_ratio from fact.fct_connection_day
        where system_code = 'smart_zone' and business_day < '2019-06-29' order by 1, 2"""
    assert rows_of(nights.first, query) == [("2019-06-28", "1", 1.0)]
    second = [("2019-06-27", "2", 1.0), ("2019-06-28", "1", 0.5)]
    assert rows_of(nights.second, query) == second
    assert rows_of(nights.third, query) == [("2019-06-18", "4", 0.25), *second]
    # Zones with a beat in the last seven stated days, of four.
    lines = [province_values(night, "T20a")[0] for night in (nights.first, nights.second, nights.third)]
    assert lines == [(1, 4), (2, 4), (1, 4)]
