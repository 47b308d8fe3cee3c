with judged as (
    select
        fact.zone_id,
        fact.is_exceeding,
        fact.batch_id,
        fact.loaded_at
    from {{ ref('fct_pollution_day') }} as fact
    where
        fact.is_exceeding is not null
        and fact.business_date > {{ last_year_end() }}
        and fact.business_date <= {{ as_of_date() }}
),

scoped as (
    select
        'province' as scope_type,
        '360000' as scope_code,
        judged.*
    from judged
    union all
    select
        'zone' as scope_type,
        judged.zone_id as scope_code,
        judged.*
    from judged
    where judged.zone_id is not null
)

select
    'T21a' as target_id,
    scope_type,
    scope_code,
    cast(count(*) filter (where not is_exceeding) as double) as actual_numerator,
    cast(count(*) as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(1 as double) as needed_share,
    cast(null as double) as forecast_value,
    count(*) as evidence_count,
    max(batch_id) as batch_id,
    max(loaded_at) as loaded_at
from scoped
group by scope_type, scope_code
