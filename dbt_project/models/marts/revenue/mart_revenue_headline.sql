with newest as (
    select *
    from {{ ref('fct_indicator_to_date') }}
    where indicator_code = 'main_business_revenue' and scope_type = 'province' and is_newest
)

select
    target.target_id,
    newest.business_month,
    case when newest.business_month is null then '暂无数据' else {{ month_label('newest.business_month') }} end
        as month_label,
    {{ yi('newest.reported_value') }} as revenue_ytd_yi,
    {{ yi('newest.carried_value') }} as carried_yi,
    coalesce(newest.zone_count, 0) as zone_count,
    coalesce(newest.reported_zone_count, 0) as reported_zone_count,
    case when newest.business_month is null then '暂无数据' else {{ coverage_label('newest') }} end as coverage_label,
    newest.growth_ratio,
    case when newest.business_month is null then '暂无数据' else {{ growth_label('newest') }} end as growth_label,
    coalesce(newest.comparable_zone_count, 0) as comparable_zone_count,
    {{ yi('newest.last_year_value') }} as last_year_ytd_yi,
    case
        when newest.last_year_value is null then '暂无数据'
        else concat_ws(' ', {{ format_number(yi('newest.last_year_value'), 1) }}, '亿元')
    end as last_year_label,
    {{ yi('pace.needed_yuan') }} as needed_yi,
    case
        when pace.needed_yuan is null then '暂无数据'
        else concat_ws(' ', {{ format_number(yi('pace.needed_yuan'), 1) }}, '亿元')
    end as needed_label
from {{ ref('dim_target') }} as target
left join newest on true
left join {{ ref('fct_revenue_pace') }} as pace on newest.business_month = pace.business_month
where target.target_id = 'T00'
