with target as (
    select current_target.target_value
    from (
        {{ targets_of_this_year() }}
    ) as current_target
    where current_target.target_id = 'T11a'
),

known as (
    select count(*) as platform_count
    from {{ ref('fct_innovation_platform') }}
),

months as (
    {{ months_of_year() }}
)

select
    months.business_month,
    months.month_label,
    case
        when months.business_month <= {{ as_of_date() }} and max(known.platform_count) > 0
            then cast(count(platform.platform_id) as bigint)
    end as new_national_count,
    cast(max(target.target_value) as bigint) as target_count,
    {{ rounded('max(target.target_value) * max(months.month_number) / 12.0', 4) }} as pace_count
from months
cross join target
cross join known
left join {{ ref('fct_innovation_platform') }} as platform
    on
        platform.is_national
        and platform.is_standing
        and months.last_date >= platform.approved_date
        and year(months.business_month) = year(platform.approved_date)
group by months.business_month, months.month_label
