"""Checks that compare rows with each other: unique keys, periods, completeness, one total against another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from expectations.check import Check, Measure, Severity
from expectations.measure import text

_ENGINEERS = "数据工程组"

YTD_FALL = 0.005
"""A cumulative value may fall by half a percent of the month before: small corrections are normal in the statistics."""

ENTERPRISE_SHARE = (0.5, 1.0)
"""Enterprises on the platform stand for a part of their zone, usually 60 to 90 %: outside of this band someone is
missing or counted twice."""

_REVENUE = "indicator_code = 'main_business_revenue'"
ZONE_REVENUE = f"(select *, reported_value as revenue_ytd_yuan from fact.fct_zone_indicator_month where {_REVENUE})"
ENTERPRISE_REVENUE = (
    f"(select *, reported_value as revenue_ytd_yuan from fact.fct_enterprise_indicator_month where {_REVENUE})"
)


def key_unique(suite: str, target: str, owner: str, relation: str, keys: Sequence[str]) -> Check:
    """Unique grain. Hashes are grouped first (8 bytes a row), so a year of pollution days stays in little memory."""
    listed = ", ".join(keys)
    query = f"""
with suspects as (
    select {listed} from {relation} as r
    where hash({listed}) in (select hash({listed}) from {relation} as s group by all having count(*) > 1)
), doubled as (
    select concat_ws('|', {listed}) as example, count(*) - 1 as copies
    from suspects group by {listed} having count(*) > 1
)
select 'key_unique' as check_name, count(*) = 0 as is_success, coalesce(sum(copies), 0) as unexpected_count,
       case when count(*) = 0 then 'no key occurs twice'
            else coalesce(sum(copies), 0) || ' rows too many for {listed} (for example ' || min(example) || ')'
       end as observed
from doubled"""
    reason = "A row that occurs twice is counted twice in every sum"
    return Check(suite, "key_unique", target, "block", owner, reason, Measure(query))


def dimension_checks(suite: str) -> Iterator[Check]:
    """One current version per member, periods without overlap, and the dimensions that the plan fixes."""
    for table, keys, owner in (
        ("dim_zone", ("zone_id",), "省工信厅"),
        ("dim_enterprise", ("enterprise_id",), "省工信厅"),
        ("dim_outlet", ("outlet_id", "pollutant_code"), "省生态环境厅"),
    ):
        yield _periods(suite, table, keys, owner)
    yield _plans_complete(suite)
    yield _zones_placed(suite)


def _periods(suite: str, table: str, keys: tuple[str, ...], owner: str) -> Check:
    listed = ", ".join(keys)
    query = f"""
with ordered as (
    select concat_ws('|', {listed}) as member, valid_from, valid_to,
           lead(valid_from) over (partition by {listed} order by valid_from) as next_from,
           count(*) filter (where is_current) over (partition by {listed}) as current_count
    from dim.{table}
), judged as (
    select member, count(*) filter (where valid_to <= valid_from) as empty_count,
           count(*) filter (where valid_to > next_from) as overlap_count, max(current_count) as current_count
    from ordered group by member
)
select 'periods_in_order' as check_name,
       coalesce(bool_and(empty_count + overlap_count = 0 and current_count <= 1), true) as is_success,
       count(*) filter (where empty_count + overlap_count > 0 or current_count > 1) as unexpected_count,
       count(*) || ' members, ' || coalesce(sum(overlap_count), 0) || ' overlaps, ' || coalesce(sum(empty_count), 0)
           || ' empty periods, ' || count(*) filter (where current_count > 1) || ' with several current versions'
           || coalesce(' (for example ' || min(member) filter (
                  where empty_count + overlap_count > 0 or current_count > 1) || ')', '') as observed
from judged"""
    reason = "A member with two versions on one day doubles the facts that join it"
    return Check(suite, "periods_in_order", f"dim.{table}", "block", owner, reason, Measure(query))


def _plans_complete(suite: str) -> Check:
    query = """
with faults as (
    select 'plan of ' || p.plan_year || ' without targets' as what
    from dim.dim_work_plan as p where p.plan_year not in (select plan_year from dim.dim_target)
    union all
    select t.target_id || ' of ' || t.plan_year || ' without its work item'
    from dim.dim_target as t left join dim.dim_work_item as w
        on w.plan_year = t.plan_year and w.work_item = t.work_item
    where w.work_item is null
    union all
    select 'no plan' where (select count(*) from dim.dim_work_plan) = 0
)
select 'plans_complete' as check_name, count(*) = 0 as is_success, count(*) as unexpected_count,
       coalesce(string_agg(what, '; ' order by what), (select count(*) from dim.dim_target) || ' targets') as observed
from faults"""
    reason = (
        "A plan is its targets and the work items that they belong to; a seed that is missing hides what was promised"
    )
    return Check(suite, "plans_complete", "dim.dim_target", "block", _ENGINEERS, reason, Measure(query))


def _zones_placed(suite: str) -> Check:
    query = """
select 'city_resolved' as check_name, count(*) filter (where r.region_code is null) = 0 as is_success,
       count(*) filter (where r.region_code is null) as unexpected_count,
       count(*) || ' zones, without a city of the list: '
           || coalesce(string_agg(z.zone_id, ', ' order by z.zone_id) filter (where r.region_code is null), 'none')
           as observed
from dim.dim_zone as z
left join (select distinct region_code from dim.dim_region where region_level = 'city') as r
    on z.city_code = r.region_code
where z.is_current"""
    reason = "Leaders of a city see the zones of their city only; a zone without one is seen by nobody there"
    return Check(suite, "city_resolved", "dim.dim_zone", "warn", "省工信厅", reason, Measure(query))


def revenue_checks(suite: str, owner: str, as_of: date) -> Iterator[Check]:
    """Cumulative values do not fall, zones report, and enterprises add up to a plausible part of their zone."""
    zones = "fact.fct_zone_indicator_month"
    yield Check(suite, "ytd_does_not_fall", zones, "warn", owner, _FALL_REASON, _ytd_does_not_fall())
    reported = _zones_reported(as_of)
    rules: tuple[tuple[str, Severity, str], ...] = (
        ("all_zones_reported", "warn", "A zone that has not reported is missing from the province's total"),
        (
            "half_of_zones_reported",
            "block",
            "With less than half of the zones the month says nothing about the province",
        ),
        ("month_not_overdue", "warn", "A month is reported on its last day; an older latest month means a silent feed"),
    )
    for check_name, severity, reason in rules:
        yield Check(suite, check_name, zones, severity, owner, reason, reported)
    yield Check(suite, "enterprises_add_up", zones, "warn", owner, _SHARE_REASON, _enterprises_add_up())


_FALL_REASON = "Values are cumulative since January; a fall beyond small corrections is a wrong month or unit"


def _ytd_does_not_fall() -> Measure:
    return Measure(f"""
with steps as (
    select zone_id, business_month, revenue_ytd_yuan,
           lag(revenue_ytd_yuan) over (partition by zone_id, business_year, caliber order by business_month) as before
    from {ZONE_REVENUE} where is_current and is_published
), falls as (
    select *, revenue_ytd_yuan < before * (1 - {YTD_FALL}) as is_fall from steps
)
select 'ytd_does_not_fall' as check_name, count(*) filter (where is_fall) = 0 as is_success,
       count(*) filter (where is_fall) as unexpected_count,
       count(*) || ' zone months, falls beyond {YTD_FALL:.1%}: ' || count(*) filter (where is_fall)
           || coalesce(' (for example zone ' || min(zone_id || ' in ' || strftime(business_month, '%Y-%m'))
                       filter (where is_fall) || ')', '') as observed
from falls""")


def _zones_reported(as_of: date) -> Measure:
    return Measure(f"""
with latest as (
    select max(business_month) as business_month
    from {ZONE_REVENUE} where is_current and is_published
), reporters as (
    select f.zone_id from {ZONE_REVENUE} as f
    where f.is_current and f.is_published and f.business_month = (select business_month from latest)
), zones as (
    select distinct z.zone_id, z.zone_id in (select zone_id from reporters) as has_reported, l.business_month
    from dim.dim_zone as z cross join latest as l
    where z.is_current and z.zone_level <> 'preparing'
), counted as (
    select count(*) as zone_count, count(*) filter (where has_reported) as reported_count,
           any_value(business_month) as business_month,
           array_to_string((list(zone_id order by zone_id) filter (where not has_reported))[1:5], ', ') as missing,
           -- The last month that had ended before the as-of date.
           cast(date_trunc('month', date {text(as_of.isoformat())}) - interval 1 month as date) as due_month
    from zones
), said as (
    select *, reported_count || ' of ' || zone_count || ' zones reported '
              || coalesce(strftime(business_month, '%Y-%m'), 'any month')
              || coalesce(', missing for example zone ' || nullif(missing, ''), '') as reported
    from counted
)
select 'all_zones_reported' as check_name, zone_count > 0 and reported_count = zone_count as is_success,
       zone_count - reported_count as unexpected_count, reported as observed from said
union all
select 'half_of_zones_reported', zone_count > 0 and reported_count * 2 >= zone_count,
       zone_count - reported_count, reported || ', at least half expected' from said
union all
select 'month_not_overdue', coalesce(business_month >= due_month, false), cast(null as bigint),
       'latest month ' || coalesce(strftime(business_month, '%Y-%m'), 'none') || ', at least '
           || strftime(due_month, '%Y-%m') || ' expected' from said""")


_SHARE_REASON = (
    "Two reports of the same money check each other: a zone far from its enterprises is wrong in one of them"
)


def _enterprises_add_up() -> Measure:
    low, high = ENTERPRISE_SHARE
    return Measure(f"""
with latest as (
    select least(
        (select max(business_month) from {ZONE_REVENUE} where is_current and is_published),
        (select max(business_month) from {ENTERPRISE_REVENUE} where is_current and is_published)
    ) as business_month
), enterprises as (
    select e.zone_id, sum(f.revenue_ytd_yuan) as revenue
    from {ENTERPRISE_REVENUE} as f
    join dim.dim_enterprise as e on e.enterprise_id = f.enterprise_id and e.is_current
    where f.is_current and f.business_month = (select business_month from latest)
    group by e.zone_id
), shares as (
    select z.zone_id, cast(e.revenue as double) / nullif(cast(z.revenue_ytd_yuan as double), 0) as share
    from {ZONE_REVENUE} as z join enterprises as e on e.zone_id = z.zone_id
    where z.is_current and z.business_month = (select business_month from latest)
), odd as (
    select *, share < {low} or share > {high} as is_odd from shares where share is not null
)
select 'enterprises_add_up' as check_name, count(*) filter (where is_odd) = 0 as is_success,
       count(*) filter (where is_odd) as unexpected_count,
       count(*) || ' zones compared, outside {low:.0%} to {high:.0%}: ' || coalesce(
           array_to_string((list('zone ' || zone_id || ' at ' || round(100 * share, 1) || ' %' order by zone_id)
                            filter (where is_odd))[1:5], ', '), 'none') as observed
from odd""")


def targets_complete(suite: str, owner: str, as_of: date) -> Check:
    """Every target that the as-of year is measured by has its row for the province, computed for the as-of date."""
    query = f"""
with rows as (
    select t.target_id, count(f.target_id) as row_count,
           count(*) filter (where f.as_of_date is distinct from date {text(as_of.isoformat())}) as other_day_count
    from dim.dim_target as t
    left join fact.fct_target_attainment as f
        on f.target_id = t.target_id and f.defining_year = t.plan_year and f.is_this_year and f.scope_type = 'province'
    where t.is_current
    group by t.target_id
)
select 'targets_complete' as check_name,
       count(*) > 0 and count(*) filter (where row_count <> 1 or other_day_count > 0) = 0 as is_success,
       count(*) filter (where row_count <> 1 or other_day_count > 0) as unexpected_count,
       count(*) || ' targets, without one row for the province on {as_of.isoformat()}: ' || coalesce(
           string_agg(target_id, ', ' order by target_id) filter (where row_count <> 1 or other_day_count > 0), 'none')
           as observed
from rows"""
    reason = "Leaders follow every target; one that is missing looks like one that needs no attention"
    return Check(suite, "targets_complete", "fact.fct_target_attainment", "block", owner, reason, Measure(query))
