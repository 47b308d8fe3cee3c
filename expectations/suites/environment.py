"""Checks of the environment: hours, days, devices, episodes, mass, treatment works, green titles and chemical sites.

fct_pollution_day has its own checks in `fact`. Rows of past days passed this gate in an earlier night: of the facts by
day only the days that the night brought are looked at again.
"""

from __future__ import annotations

from dataclasses import replace

from expectations.check import Check
from expectations.measure import Pairs, RowRule, agreement
from expectations.suites.sound_rows import SoundRows, sound_rows

_OWNER = "省生态环境厅"
_NOT_TO_COME = ("after the as-of date", "r.business_date > c.as_of_date")
_BY_DAY: dict[str, SoundRows] = {
    "fct_device_day": SoundRows(
        _OWNER,
        (),
        (
            _NOT_TO_COME,
            (
                "with more values valid than received or received than expected",
                "r.valid_value_count > r.received_value_count or r.received_value_count > r.expected_value_count",
            ),
            (
                "with a rate outside 0 to 1",
                "r.transmission_ratio not between 0 and 1 or r.valid_ratio not between 0 and 1",
            ),
            ("online without an hour", "r.is_online <> (r.received_hour_count > 0)"),
            ("registered without an outlet", "r.is_registered and r.outlet_id is null"),
        ),
        doubtful=(
            RowRule(
                "devices_online",
                "warn",
                "A silent device judges nobody; more than a tenth of them and the line of a whole place is down",
                (("that are silent", "r.is_registered and not r.is_online"),),
                0.1,
            ),
        ),
    ),
    "fct_monitoring_suspect": SoundRows(
        _OWNER,
        (),
        (
            _NOT_TO_COME,
            (
                "with a rule that is not on the list",
                "r.rule_code not in (select rule_code from dim.dim_monitoring_rule)",
            ),
            ("with more hours than a day has", "r.hour_count not between 0 and 24"),
        ),
    ),
    "fct_exceedance_hour": SoundRows(
        _OWNER,
        (),
        (
            _NOT_TO_COME,
            (
                "within the limit",
                "coalesce(r.hour_value <= r.limit_upper, true) and coalesce(r.hour_value >= r.limit_lower, true)",
            ),
            ("with a multiple not above zero", "r.exceedance_multiple <= 0"),
        ),
    ),
}
_FACTS: dict[str, SoundRows] = {
    "fct_exceedance_episode": SoundRows(
        _OWNER,
        (),
        (
            (
                "whose hours do not fill their time",
                "r.hour_count <> date_diff('hour', r.started_at, r.ended_at)",
            ),
            ("with more days outside the limit than they touch", "r.exceeding_day_count > r.day_count"),
            ("with a multiple not above zero", "r.worst_multiple <= 0"),
        ),
    ),
    "fct_emission_month": SoundRows(
        _OWNER,
        (),
        (
            ("with negative mass", "r.mass_kg < 0"),
            ("with more valid hours than their days have", "r.valid_hour_count > r.expected_hour_count"),
        ),
    ),
    "fct_treatment_facility": SoundRows(
        _OWNER,
        (),
        (
            ("in operation and not built", "r.is_operating and not r.is_built"),
            ("in operation without the day of it", "r.is_operating and r.operating_date is null"),
        ),
    ),
    "fct_green_park": SoundRows(_OWNER, (), (("accepted and not standing", "r.is_accepted and not r.is_standing"),)),
    "fct_chemical_site": SoundRows(
        _OWNER,
        (),
        (
            (
                "both closed and open, or neither",
                "r.is_to_close <> (r.is_closed or r.is_open) or r.is_closed and r.is_open",
            ),
            ("overdue and closed", "r.is_overdue and not r.is_open"),
        ),
    ),
}

_MONTH = "(select date_trunc('month', as_of_date) from raw.load_context)"
_DAY = "(select as_of_date from raw.load_context)"
_ZONES = "select zone_id from dim.dim_zone where is_current"
_REPORTED = "(select count(*) from fact.{}) > 0"
_EXTREME = f"""select count(*) from fact.fct_pollution_day as p
    where p.business_date > {_DAY} - 60 and (p.max_value > p.limit_upper or p.min_value < p.limit_lower)"""

_AGREEMENTS: tuple[tuple[str, str, str, str, Pairs], ...] = (
    (
        "fact",
        "fct_exceedance_episode",
        "hours_complete",
        "An exceedance is published against a named enterprise: every hour of it is in exactly one episode",
        (
            (
                "hours outside the limit",
                "select coalesce(sum(hour_count), 0) from fact.fct_exceedance_episode",
                "select count(*) from fact.fct_exceedance_hour",
            ),
            (
                "days of 60 with such an hour",
                "select count(*) from (select distinct mn, pollutant_code, business_date from fact.fct_exceedance_hour"
                f" where business_date > {_DAY} - 60)",
                _EXTREME,
            ),
        ),
    ),
    (
        "fact",
        "fct_emission_month",
        "mass_complete",
        "A month is the sum of its days; a difference means that a day was computed again and its month was not",
        (
            (
                "mass of the month, kg",
                f"select sum(mass_kg) from fact.fct_emission_month where business_month = {_MONTH}",
                f"select sum(mass_kg) from fact.fct_pollution_day where business_date >= {_MONTH}",
            ),
        ),
    ),
    (
        "mart",
        "mart_exceedance_zone_day",
        "agrees_with_facts",
        "A leader presses on what this table shows; a difference means that a day was lost or doubled on the way",
        (
            (
                "days outside the limit",
                "select sum(exceedance_count) from mart.mart_exceedance_zone_day",
                "select count(*) filter (where is_exceeding) from fact.fct_pollution_day where is_exceeding is not null"
                f" and zone_id is not null and business_date > {_DAY} - 60 having count(*) > 0",
            ),
        ),
    ),
    (
        "mart",
        "mart_zone_environment",
        "agrees_with_facts",
        "The page of a zone and the targets say the same",
        (
            (
                "judged days of the year (T21a)",
                "select sum(year_judged_count) from mart.mart_zone_environment",
                "select sum(actual_denominator) from fact.fct_target_attainment"
                f" where target_id = 'T21a' and is_this_year and scope_type = 'zone' and scope_code in ({_ZONES})",
            ),
            (
                "chemical sites that stand",
                "select sum(open_chemical_count) from mart.mart_zone_environment",
                f"select count(*) from fact.fct_chemical_site where is_open and zone_id in ({_ZONES}) having "
                + _REPORTED.format("fct_chemical_site"),
            ),
            (
                "green titles",
                "select sum(green_title_count) from mart.mart_zone_environment",
                f"select count(*) from fact.fct_green_park where is_standing and zone_id in ({_ZONES}) having "
                + _REPORTED.format("fct_green_park"),
            ),
        ),
    ),
)


def checks() -> list[Check]:
    """All checks of the subject."""
    return [
        *(
            check
            for table, rows in _BY_DAY.items()
            for check in sound_rows(f"fact.{table}", replace(rows, relation=_fresh_days(table)))
        ),
        *(check for table, rows in _FACTS.items() for check in sound_rows(f"fact.{table}", rows)),
        *(
            Check(suite, name, f"{suite}.{table}", "block", _OWNER, reason, agreement(name, pairs))
            for suite, table, name, reason, pairs in _AGREEMENTS
        ),
    ]


def _fresh_days(table: str) -> str:
    fresh = "select batch_id from raw.batch where is_new"
    days = f"select distinct business_date from fact.{table} where batch_id in ({fresh})"
    return f"(select * from fact.{table} where business_date in ({days}))"
