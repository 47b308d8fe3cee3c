"""Checks of the revenue forecast and of growth: bands around their forecast, a gap that adds up, growth within a caliber."""

from __future__ import annotations

from expectations.check import Check, Measure
from expectations.measure import RowRule, row_checks
from expectations.suites.cuts import LOST_ZONE

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
        Check("mart", "agrees_with_facts", mart, "block", _OWNER, LOST_ZONE, _growth_agrees()),
    ]


_GAP_REASON = "Leaders press on the zones that make the gap: what the zones lack together is what the province lacks"


def _gap_adds_up() -> Measure:
    return Measure("""
with gap as (
    select coalesce(sum(contribution_yuan) filter (where scope_type = 'zone'), 0) as zones,
           coalesce(sum(target_yuan - coalesce(forecast_yuan, 0)) filter (where scope_type = 'province'), 0) as province
    from fact.fct_revenue_forecast
)
select 'gap_adds_up' as check_name, abs(zones - province) < 1 as is_success, cast(null as bigint) as unexpected_count,
       'zones ' || zones || ' yuan, province ' || province || ' yuan, less than 1 apart expected' as observed
from gap""")


def _growth_agrees() -> Measure:
    return Measure("""
with shown as (
    select scope_type, coalesce(sum(reported_value), 0) as total from mart.mart_indicator_growth
    where indicator_code = 'main_business_revenue' and scope_type in ('province', 'zone')
    group by scope_type
), held as (
    select coalesce(sum(cast(reported_value as double)), 0) / 1e8 as total from fact.fct_zone_indicator_month
    where indicator_code = 'main_business_revenue' and is_current
      and business_year >= (select year(as_of_date) - 1 from raw.load_context)
), compared as (
    select scopes.scope_type, coalesce(shown.total, 0) as shown, held.total as held
    from (values ('province'), ('zone')) as scopes(scope_type)
    left join shown on shown.scope_type = scopes.scope_type
    cross join held
)
select 'agrees_with_facts' as check_name, count(*) filter (where abs(shown - held) > 0.5) = 0 as is_success,
       count(*) filter (where abs(shown - held) > 0.5) as unexpected_count,
       string_agg(scope_type || ' ' || round(shown, 2), ', ' order by scope_type) || ' 亿元 shown, '
           || round(max(held), 2) || ' held' as observed
from compared""")
