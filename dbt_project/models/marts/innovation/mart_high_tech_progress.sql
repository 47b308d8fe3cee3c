with months as (
    {{ months_of_year() }}
),

target as (
    select current_target.target_value
    from (
        {{ targets_of_this_year() }}
    ) as current_target
    where current_target.target_id = 'T10'
),

certificate as (
    select
        uscc,
        issued_date,
        valid_to
    from {{ ref('fct_high_tech_certificate') }}
    where is_current
),

counted as (
    select
        months.business_month,
        count(distinct certificate.uscc) filter (
            where certificate.issued_date <= months.until_date and certificate.valid_to > months.until_date
        ) as valid_count,
        count(distinct certificate.uscc) filter (where certificate.issued_date <= months.until_date) as certified_count,
        count(distinct certificate.uscc) filter (
            where certificate.issued_date <= {{ add_months('months.last_date', -12) }}
            and certificate.valid_to > {{ add_months('months.last_date', -12) }}
        ) as last_year_count,
        count(distinct certificate.uscc) filter (
            where certificate.issued_date <= {{ last_year_end() }} and certificate.valid_to > {{ last_year_end() }}
        ) as year_start_count,
        count(certificate.uscc) filter (
            where certificate.issued_date >= months.business_month and certificate.issued_date <= months.until_date
        ) as issued_count,
        count(certificate.uscc) filter (
            where certificate.valid_to >= months.business_month and certificate.valid_to <= months.last_date
        ) as ended_count,
        count(certificate.uscc) as record_count
    from months
    left join certificate on months.last_date >= certificate.issued_date
    group by months.business_month
)

select
    months.business_month,
    months.month_label,
    case when months.is_begun and counted.record_count > 0 then cast(counted.valid_count as bigint) end as valid_count,
    case when months.is_begun and counted.record_count > 0 then cast(counted.certified_count as bigint) end
        as certified_count,
    case when counted.record_count > 0 then cast(counted.last_year_count as bigint) end as last_year_count,
    case when months.is_begun and counted.record_count > 0 then cast(counted.issued_count as bigint) end
        as issued_count,
    case when counted.record_count > 0 then cast(counted.ended_count as bigint) end as ended_count,
    cast(target.target_value as bigint) as target_count,
    case
        when counted.record_count > 0
            then {{ rounded('
                counted.year_start_count
                + (target.target_value - counted.year_start_count) * months.month_number / 12.0
            ', 4) }}
    end as pace_count
from months
cross join target
inner join counted on months.business_month = counted.business_month
