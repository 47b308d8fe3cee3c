with months as (
    {{ months_of_year() }}
),

sites as (
    select
        surveyed_date,
        planned_closure_date,
        case when is_closed then closed_date end as closed_date
    from {{ ref('fct_chemical_site') }}
    where is_to_close
)

select
    months.business_month,
    months.month_label,
    count(sites.surveyed_date) as site_count,
    case
        when months.is_begun
            then count(*) filter (
                where sites.surveyed_date is not null and coalesce(sites.closed_date > months.until_date, true)
            )
    end as open_count,
    case when months.is_begun then count(*) filter (where sites.closed_date <= months.until_date) end as closed_count,
    count(*) filter (where sites.planned_closure_date > months.last_date) as planned_open_count
from months
left join sites on months.last_date >= sites.surveyed_date
group by months.business_month, months.month_label, months.is_begun
