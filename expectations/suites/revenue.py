"""Checks of revenue: one number of the province wherever it stands, growth within a caliber, a forecast that adds up."""

from __future__ import annotations

from expectations.check import Check, Measure
from expectations.measure import Pairs, RowRule, agreement, row_checks
from expectations.suites.cuts import shown

_OWNER = "省发改委"

GROWTH = (-0.6, 1.5)
"""A zone that loses more than three fifths of a year's revenue, or makes two and a half times as much, has moved, merged or
mistaken a unit: its owner should say which. From March on; single months at the turn of the year swing further."""


def checks() -> list[Check]:
    """All checks of the subject."""
    low, high = GROWTH
    forecast = RowRule(
        "rows_sound",
        "block",
        "A forecast outside its own band, or from a month that is still to come, was computed wrongly",
        (
            ("without their scope", "r.scope_type is null or r.scope_code is null"),
            ("outside their band", "r.forecast_yuan < r.low_yuan or r.forecast_yuan > r.high_yuan"),
            ("from a month to come", "r.base_month > r.as_of_date"),
        ),
    )
    growth = (
        RowRule(
            "growth_within_caliber",
            "block",
            "Across a change of the definition growth says nothing; it is compared only where both values mean the same",
            (
                ("with growth of no comparable zone", "r.growth_ratio is not null and r.comparable_zone_count = 0"),
                ("with more comparable than reporting zones", "r.comparable_zone_count > r.zone_count"),
            ),
        ),
        RowRule(
            "growth_plausible",
            "warn",
            "A zone whose revenue falls or jumps this far has moved, merged or mistaken a unit; ask it which",
            (
                (
                    f"of revenue beyond {low:+.0%} to {high:+.0%}",
                    "r.scope_type = 'zone' and r.indicator_code = 'main_business_revenue' and month(r.business_month) > 2 "
                    f"and (r.growth_ratio < {low} or r.growth_ratio > {high})",
                ),
            ),
        ),
    )
    key = "concat_ws(' ', r.scope_type, r.scope_code, r.indicator_code, strftime(r.business_month, '%Y-%m'))"
    source, mart = "fact.fct_revenue_forecast", "mart.mart_indicator_growth"
    return [
        *row_checks("fact", source, _OWNER, f"{source} as r", [forecast], "concat_ws(' ', r.scope_type, r.scope_code)"),
        Check("fact", "gap_adds_up", source, "block", _OWNER, _GAP_REASON, _gap_adds_up()),
        *row_checks("mart", mart, _OWNER, f"{mart} as r", growth, key),
        Check(
            "mart",
            "one_revenue",
            "mart.mart_revenue_headline",
            "block",
            _OWNER,
            _ONE_REASON,
            agreement("one_revenue", _one_revenue()),
        ),
    ]


_GAP_REASON = "Leaders press on the zones that make the gap: what the zones lack together is what the province lacks"


def _gap_adds_up() -> Measure:
    return Measure("""
with gap as (
    select plan_year, coalesce(sum(contribution_yuan) filter (where scope_type = 'zone'), 0) as zones,
           coalesce(sum(gap_yuan) filter (where scope_type = 'province'), 0) as province
    from fact.fct_revenue_forecast
    group by plan_year
)
select 'gap_adds_up' as check_name, coalesce(max(abs(zones - province)), 0) < 1 as is_success,
       cast(null as bigint) as unexpected_count,
       coalesce(string_agg(plan_year || ': zones ' || zones || ' yuan, province ' || province || ' yuan', '; '
                           order by plan_year), 'no forecast') || ', less than 1 apart expected' as observed
from gap""")


_ONE_REASON = (
    "A leader who sees two revenues of the province trusts none, and a zone that is late is no zone without revenue"
)


def _one_revenue() -> Pairs:
    """What each mart says of the province's revenue, against the zones' latest values of that year up to that month.

    What is shown of the plan stands at the headline's month, the lists of zones at the newest one that is stated.
    """
    headline = "select business_month from mart.mart_revenue_headline"
    newest = "select max(business_month) from mart.mart_zone_ranking"
    trend = "select max(business_month) from mart.mart_revenue_trend where actual_ytd_yi is not null"
    growth = (
        "from mart.mart_indicator_growth"
        f" where indicator_code = 'main_business_revenue' and business_month = ({newest})"
    )
    outlook = f"mart.mart_revenue_outlook where business_year = year(({headline}))"
    goal = "fact.fct_target_attainment where target_id = 'T00' and scope_type = 'province' and is_shown"
    return [
        ("headline", "select revenue_ytd_yi from mart.mart_revenue_headline", _held(headline)),
        ("target", f"select actual_value / 1e8 from {goal}", _held(headline)),
        ("forecast", f"{shown('mart_revenue_forecast', 'ytd_yi')} and is_shown", _held(headline)),
        ("outlook", f"select max(actual_ytd_yi) from {outlook}", _held(headline)),
        ("trend", f"select actual_ytd_yi from mart.mart_revenue_trend where business_month = ({trend})", _held(trend)),
        ("ranking", "select sum(revenue_ytd_yi) from mart.mart_zone_ranking", _held(newest)),
        ("city map", "select sum(revenue_ytd_yi) from mart.mart_city_map", _held(newest)),
        ("zone map", "select sum(revenue_ytd_yi) from mart.mart_zone_map", _held(newest)),
        ("growth", f"select sum(reported_value) {growth} and scope_type = 'province'", _held(newest)),
        ("growth by zone", f"select sum(reported_value) {growth} and scope_type = 'zone'", _held(newest)),
    ]


def _held(month: str) -> str:
    return f"""
select sum(cast(value as double)) / 1e8 from (
    select max_by(reported_value, business_month) as value from fact.fct_zone_indicator_month
    where indicator_code = 'main_business_revenue' and is_current and is_published
      and business_month <= ({month}) and business_year = year(({month}))
    group by zone_id
)"""
