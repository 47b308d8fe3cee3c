with months as (
    {{ months_of_year() }}
),

stock as (
    select
        months.business_month,
        months.month_label,
        months.month_number,
        months.is_begun,
        count(*) filter (
            where zombie.named_date <= months.until_date
            and coalesce(zombie.disposed_date > months.until_date, true)
        ) as open_count,
        count(*) filter (where {{ month_start('zombie.named_date') }} = months.business_month) as named_count,
        count(*) filter (where {{ month_start('zombie.disposed_date') }} = months.business_month) as disposed_count,
        count(*) filter (where zombie.is_in_opening_stock) as opening_count,
        count(*) filter (
            where zombie.is_in_opening_stock and coalesce(zombie.disposed_date > months.until_date, true)
        ) as opening_left_count,
        count(zombie.case_id) as known_count
    from months
    left join {{ ref('fct_zombie_case') }} as zombie on zombie.is_current
    group by months.business_month, months.month_label, months.month_number, months.is_begun
)

select
    stock.business_month,
    stock.month_label,
    cast(case when stock.is_begun and stock.known_count > 0 then stock.open_count end as bigint) as open_count,
    cast(case when stock.is_begun and stock.known_count > 0 then stock.named_count end as bigint) as named_count,
    cast(case when stock.is_begun and stock.known_count > 0 then stock.disposed_count end as bigint) as disposed_count,
    cast(case when stock.is_begun and stock.known_count > 0 then stock.opening_left_count end as bigint)
        as opening_left_count,
    -- The stock of the start of the year, falling by the target until its end.
    case
        when stock.known_count > 0
            then {{ rounded('stock.opening_count * (1 - target.target_value * stock.month_number / 12.0)', 2) }}
    end as pace_count
from stock
cross join (
    {{ targets_of_this_year() }}
) as target
where target.target_id = 'T19b'
