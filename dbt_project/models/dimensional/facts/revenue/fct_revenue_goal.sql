with last_year as (
    select
        to_date.zone_id,
        target.plan_year as business_year,
        target.target_value as province_yuan,
        to_date.value_month as last_year_month,
        to_date.caliber as last_year_caliber,
        to_date.reported_value as last_year_yuan,
        to_date.source_record_id,
        to_date.batch_id,
        to_date.loaded_at
    from {{ ref('fct_zone_indicator_to_date') }} as to_date
    inner join {{ ref('int_plan_target') }} as target
        on to_date.business_year = target.plan_year - 1 and target.target_id = 'T00'
    where
        to_date.indicator_code = 'main_business_revenue'
        and to_date.is_latest
        and to_date.reported_value is not null
)

select
    last_year.zone_id,
    last_year.business_year,
    last_year.last_year_month,
    last_year.last_year_caliber,
    last_year.last_year_yuan,
    cast(
        {{ rounded('
            last_year.province_yuan * cast(last_year.last_year_yuan as double)
            / nullif(cast(sum(last_year.last_year_yuan) over (partition by last_year.business_year) as double), 0)
        ', 2) }} as decimal(24, 2)
    ) as target_yuan,
    {{ as_of_date() }} as business_date,
    'warehouse' as source_system,
    last_year.source_record_id,
    last_year.batch_id,
    last_year.loaded_at
from last_year
