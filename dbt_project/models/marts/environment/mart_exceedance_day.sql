select
    dim_date.date_day as business_date,
    count(*) filter (where fact.is_exceeding) as exceedance_count,
    count(fact.is_exceeding) as monitored_count,
    {{ safe_div('count(*) filter (where not fact.is_exceeding)', 'count(fact.is_exceeding)') }} as compliance_ratio
from {{ ref('dim_date') }} as dim_date
left join {{ ref('fct_pollution_day') }} as fact on dim_date.date_day = fact.business_date
where {{ add_days(as_of_date(), -59) }} <= dim_date.date_day and dim_date.date_day <= {{ as_of_date() }}
group by dim_date.date_day
