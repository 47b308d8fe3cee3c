with months as (
    select
        date_day as business_month,
        month_label,
        month_number,
        year_number,
        last_day(date_day) as last_date
    from {{ ref('dim_date') }}
    where day_number = 1 and year_number in (year({{ as_of_date() }}) - 1, year({{ as_of_date() }}))
),

known as (
    select min(signed_date) as first_date
    from {{ ref('fct_technology_contract') }}
    where is_current
),

monthly as (
    select
        {{ month_start('signed_date') }} as business_month,
        count(*) as contract_count,
        sum(contract_amount_yuan) as amount_yuan,
        sum(technology_amount_yuan) as technology_yuan,
        count(*) filter (where is_online_market) as online_count,
        sum(contract_amount_yuan) filter (where is_online_market) as online_yuan
    from {{ ref('fct_technology_contract') }}
    where is_standing
    group by {{ month_start('signed_date') }}
),

filled as (
    select
        months.business_month,
        months.month_label,
        months.year_number,
        coalesce(monthly.contract_count, 0) as contract_count,
        coalesce(monthly.amount_yuan, 0) as amount_yuan,
        coalesce(monthly.technology_yuan, 0) as technology_yuan,
        coalesce(monthly.online_count, 0) as online_count,
        coalesce(monthly.online_yuan, 0) as online_yuan,
        coalesce(months.last_date >= known.first_date and months.business_month <= {{ as_of_date() }}, false)
            as is_known
    from months
    cross join known
    left join monthly on months.business_month = monthly.business_month
)

select
    business_month,
    month_label,
    year_number = year({{ as_of_date() }}) as is_this_year,
    case when is_known then cast(contract_count as bigint) end as contract_count,
    case when is_known then {{ yi('amount_yuan') }} end as contract_amount_yi,
    case when is_known then {{ yi('technology_yuan') }} end as technology_amount_yi,
    case when is_known then cast(online_count as bigint) end as online_count,
    case when is_known then {{ yi('online_yuan') }} end as online_amount_yi,
    case when is_known then {{ safe_div('online_yuan', 'amount_yuan') }} end as online_ratio,
    case
        when is_known
            then {{ yi('sum(online_yuan) over (partition by year_number order by business_month)') }}
    end as online_ytd_yi,
    case
        when is_known then {{ yi('sum(amount_yuan) over (partition by year_number order by business_month)') }}
    end as contract_ytd_yi
from filled
