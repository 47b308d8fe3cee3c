"""Golden end states of the environment: hours, days, masses, devices, and what is to be green or closed."""

from tests.warehouse.candidate import province_values, rows_of
from tests.warehouse.conftest import Nights
from tests.warehouse.province.pollution import GAS, UNREGISTERED, WATER


def test_late_hours_and_a_new_limit_change_their_days(nights: Nights) -> None:
    """18 hours of gas were too few to judge; with six late hours they count. From 29 June the limit is 90."""
    query = """select pollutant_code, business_day, valid_hour_count, avg_value, day_flag, is_valid_day, limit_upper,
        exceedance_multiple, is_exceeding
        from fact.fct_pollution_day where pollutant_code in ('a21026', 'w01018') and business_day > '2019-06-27'
        order by 1, 2"""
    assert rows_of(nights.first, query) == [
        ("a21026", "2019-06-28", 18, 95.0, "N", False, 100.0, None, None),
        ("a21026", "2019-06-29", 24, 95.0, "N", True, 100.0, None, False),
        ("w01018", "2019-06-28", 24, 40.0, "N", True, 50.0, None, False),
    ]
    assert rows_of(nights.second, query) == [
        ("a21026", "2019-06-28", 24, 101.25, "N", True, 100.0, 0.0125, True),
        ("a21026", "2019-06-29", 24, 95.0, "N", True, 90.0, 0.055556, True),
        ("w01018", "2019-06-28", 23, 40.0, "D", True, 50.0, None, False),
        ("w01018", "2019-06-30", 24, 60.0, "N", True, 50.0, 0.2, True),
    ]


def test_exceedances_by_city(nights: Nights) -> None:
    """The last 30 days of the second night, by prefecture and pollutant."""
    query = """select city_name, pollutant_name, monitored_outlet_day_count, exceedance_count, worst_multiple,
        worst_outlet_name, compliance_ratio from mart.mart_exceedance order by 1 desc"""
    assert rows_of(nights.second, query) == [
        ("赣州市", "二氧化硫", 2, 2, 0.055556, "O2总排口", 0.0),
        ("南昌市", "化学需氧量", 3, 1, 0.2, "O1总排口", 0.666667),
    ]


def test_episodes_begin_and_end_with_what_is_known(nights: Nights) -> None:
    """Gas exceeds from 28 June 18:00 (120 over 100) to the end of the 29th (95 over the fallen 90): 30 hours.

    The water of the 30th (60 over 50) is no excess once the limit is 70 from that day on; 84 on 30 September is, and so
    is the 75 of the 18th, which the backfill brought. The hour of the wrong clock counts when its day has come.
    """
    query = """select mn, cast(started_at as varchar), hour_count, is_open, worst_multiple
        from fact.fct_exceedance_episode order by started_at"""
    assert rows_of(nights.first, query) == []
    gas = (GAS, "2019-06-28 18:00:00", 30, False, 0.2)
    assert rows_of(nights.second, query) == [gas, (WATER, "2019-06-30 00:00:00", 24, True, 0.2)]
    assert rows_of(nights.third, query) == [
        (WATER, "2019-06-18 00:00:00", 24, False, 0.5),
        gas,
        (GAS, "2019-07-10 05:00:00", 1, False, 0.055556),
        (WATER, "2019-09-30 00:00:00", 24, False, 0.2),
    ]


def test_a_correction_takes_the_last_mass_out_of_a_month(nights: Nights) -> None:
    """24 hours of 0.5 kg in April; the third night marks them as maintenance, and no mass of April is left."""
    query = "select mass_kg from fact.fct_emission_month where business_month = '2019-04-01'"
    assert rows_of(nights.second, query) == [(12.0,)]
    assert rows_of(nights.third, query) == []


def test_suspects_of_the_backfilled_day(nights: Nights) -> None:
    """An unknown device sends, the known one of the gas does not, the works stand still while the water is measured.

    The device's own day of the 28th (20 against 40) differs since the second night; the 41 before did not.
    """
    query = """select rule_code, mn from fact.fct_monitoring_suspect where business_day in ('2019-06-18', '2019-06-28')
        order by 1, 2"""
    assert rows_of(nights.first, query) == []
    assert rows_of(nights.second, query) == [("report_differs", WATER)]
    assert rows_of(nights.third, query) == [
        ("device_silent", GAS),
        ("facility_off", WATER),
        ("report_differs", WATER),
        ("unregistered_device", UNREGISTERED),
    ]


def test_titles_and_sites(nights: Nights) -> None:
    """Titles: 2, one revoked, still 1. Open sites: 2, one closed, and a third that the backfill names."""
    assert province_values(nights.first, "T21c", "T21d") == [(2, None), (2, None)]
    assert province_values(nights.second, "T21c", "T21d") == [(1, None), (1, None)]
    assert province_values(nights.third, "T21c", "T21d") == [(1, None), (2, None)]


def test_works_cover_a_zone_once_they_run(nights: Nights) -> None:
    """Zone 4's works run from 15 August."""
    query = "select zone_id from mart.mart_treatment_coverage where is_sewage_covered order by 1"
    assert rows_of(nights.second, query) == [("1",)]
    assert rows_of(nights.third, query) == [("1",), ("4",)]
