"""Checks of targets and of the evaluation: what is shown for the province is what the zones have."""

from __future__ import annotations

from expectations.check import Check, Measure

_PLANNING = "省发改委"


def checks() -> list[Check]:
    """All checks of target attainment and of the evaluation."""
    return [
        Check(
            "fact",
            "province_adds_up",
            "fact.fct_target_attainment",
            "block",
            _PLANNING,
            "A sum or a count of zones that differs between the province and its zones is wrong in one of them",
            _province_adds_up(),
        ),
        Check(
            "mart",
            "scopes_complete",
            "mart.mart_target_by_scope",
            "block",
            _PLANNING,
            "A target that is lost on the way to its page, or has no label, is not pressed on",
            _scopes_complete(),
        ),
        Check(
            "fact",
            "evaluation_sound",
            "fact.fct_zone_evaluation",
            "block",
            _PLANNING,
            "A ranking decides on rewards and talks: points lie between 20 and 100, weights add up, lists keep their size",
            _evaluation_sound(),
        ),
    ]


def _counted(name: str, faults: str) -> Measure:
    """A query whose rows (what, row_count) are faults; none expected."""
    return Measure(f"""
with faults as ({faults})
select '{name}' as check_name, coalesce(sum(row_count), 0) = 0 as is_success,
       cast(coalesce(sum(row_count), 0) as bigint) as unexpected_count,
       coalesce(string_agg(row_count || ' ' || what, '; ' order by what) filter (where row_count > 0), 'all sound')
           as observed
from faults""")


def _province_adds_up() -> Measure:
    return _counted(
        "province_adds_up",
        """
    select 'targets whose zones do not add up to the province' as what, count(*) as row_count
    from (
        select p.plan_year, t.target_id, p.actual_value, p.actual_numerator, p.is_share_of_zones,
               sum(z.actual_value) as zone_sum, count(*) filter (where z.status = 'met') as met_count
        from dim.dim_target as t
        join fact.fct_target_attainment as p
            on p.target_id = t.target_id and p.defining_year = t.plan_year and p.scope_type = 'province'
        join fact.fct_target_attainment as z
            on z.target_id = p.target_id and z.plan_year = p.plan_year and z.scope_type = 'zone'
        where t.roll_up in ('sum', 'share_of_zones')
        group by all
    )
    where case when is_share_of_zones then actual_numerator is distinct from met_count
               else abs(actual_value - zone_sum) > 0.000001 * greatest(1, abs(zone_sum)) end
    union all
    select 'shares of zones outside 0 to 1', count(*)
    from fact.fct_target_attainment where is_share_of_zones and actual_value not between 0 and 1
    union all
    select 'pages of evidence without a batch', count(*)
    from fact.fct_target_attainment where evidence_count > 0 and batch_id is null""",
    )


def _scopes_complete() -> Measure:
    return _counted(
        "scopes_complete",
        """
    select 'rows lost or doubled' as what, abs((select count(*) from mart.mart_target_by_scope)
               - (select count(*) from fact.fct_target_attainment)) as row_count
    union all
    select 'targets of the plan lost or doubled', abs((select count(*) from mart.mart_target_status)
               - (select count(*) from fact.fct_target_attainment where is_shown and scope_type = 'province'))
    union all
    select 'work items of the plan lost or doubled', abs((select count(*) from mart.mart_work_items)
               - (select count(*) from dim.dim_work_item
                  where plan_year = (select max(defining_year) from fact.fct_target_attainment where is_shown)))
    union all
    select 'lights of the night that are not kept', count(*)
    from fact.fct_target_attainment as f
    left join fact.fct_target_light as l
        on l.as_of_date = f.as_of_date and l.plan_year = f.plan_year and l.target_id = f.target_id
        and l.scope_type = f.scope_type and l.scope_code = f.scope_code and l.status = f.status
    where f.scope_type in ('province', 'city') and l.target_id is null
    union all
    select 'rows without a label', count(*)
    from mart.mart_target_by_scope
    where coalesce(scope_name, '') = '' or status_label is null or actual_label is null or target_label is null
        or gap_label is null or pace_label is null or forecast_label is null""",
    )


def _evaluation_sound() -> Measure:
    return _counted(
        "evaluation_sound",
        """
    select 'scores outside 20 to 100' as what, count(*) as row_count
    from fact.fct_zone_evaluation_score where score not between 20 and 100
    union all
    select 'blocks whose weights do not add up to 100', count(*)
    from (
        select sum(effective_weight) as weight, count(score) as score_count
        from fact.fct_zone_evaluation_score group by period_code, zone_id, block_code
    )
    where score_count > 0 and abs(weight - 100) > 0.0001
    union all
    select 'zones praised and summoned at once', count(*) from fact.fct_zone_evaluation where is_top and is_last
    union all
    select 'ranked with too little known', count(*)
    from fact.fct_zone_evaluation
    where rank_number is not null and least(coverage_ratio, period_coverage_ratio) < min_coverage_ratio
    union all
    select 'final before all are ranked or the period is closed', count(*)
    from fact.fct_zone_evaluation cross join raw.load_context
    where is_final and rank_number is null and closing_date >= as_of_date
    union all
    select 'places won that are not the difference of comparable ranks', count(*)
    from fact.fct_zone_evaluation
    where rank_gain is distinct from previous_comparable_rank_number - comparable_rank_number
    union all
    select 'places on the last lists beyond their size', count(*)
    from (
        select count(*) as place_count, level_group from fact.fct_zone_evaluation where is_last
        group by period_code, level_group
    )
    where place_count > case level_group when 'national' then 2 else 5 end""",
    )
