with months as (
    {{ months_of_year() }}
),

accepted as (
    select
        {{ month_start('cast(accepted_at as date)') }} as business_month,
        count(*) as accepted_count,
        count(*) filter (where is_overdue) as overdue_count,
        count(*) filter (where is_applied_online) as online_count,
        avg(cast(working_day_count as double)) filter (where is_decided and promise_day_count > 0) as working_day_mean,
        avg(cast(promise_day_count as double)) filter (where is_decided and promise_day_count > 0) as promise_day_mean,
        avg(cast(satisfaction_score as double)) as satisfaction_mean
    from {{ ref('fct_approval_case') }}
    group by {{ month_start('cast(accepted_at as date)') }}
),

decided as (
    select
        {{ month_start('cast(decided_at as date)') }} as business_month,
        count(*) as decided_count
    from {{ ref('fct_approval_case') }}
    where is_decided
    group by {{ month_start('cast(decided_at as date)') }}
),

known as (
    select count(*) > 0 as has_cases
    from {{ ref('fct_approval_case') }}
)

select
    months.business_month,
    months.month_label,
    cast(case when known.has_cases then coalesce(accepted.accepted_count, 0) end as bigint) as accepted_count,
    cast(case when known.has_cases then coalesce(decided.decided_count, 0) end as bigint) as decided_count,
    cast(case when known.has_cases then coalesce(accepted.overdue_count, 0) end as bigint) as overdue_count,
    {{ safe_div('accepted.online_count', 'accepted.accepted_count') }} as applied_online_ratio,
    {{ rounded('accepted.working_day_mean', 2) }} as working_day_mean,
    {{ rounded('accepted.promise_day_mean', 2) }} as promise_day_mean,
    {{ rounded('accepted.satisfaction_mean', 2) }} as satisfaction_mean
from months
cross join known
left join accepted on months.business_month = accepted.business_month
left join decided on months.business_month = decided.business_month
where months.is_begun
