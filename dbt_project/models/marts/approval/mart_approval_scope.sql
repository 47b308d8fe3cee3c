with case_zone as (
    select distinct
        zone_id,
        true as is_current
    from {{ ref('fct_approval_case') }}
),

scoped as (
    {{ scoped_zones(['case_zone']) }}
    union all
    -- Cases of natural persons belong to no zone; they count for the province.
    select
        'province' as scope_type,
        '360000' as scope_code,
        '全省' as scope_name,
        '省' as level_label,
        '360000' as city_code,
        '全省' as city_name,
        '-' as zone_id,
        cast(null as varchar) as zone_level
),

by_zone as (
    select
        coalesce(zone_id, '-') as zone_id,
        count(*) as accepted_count,
        count(*) filter (where is_decided) as decided_count,
        count(*) filter (where not is_decided) as open_count,
        count(*) filter (where is_overdue) as overdue_count,
        count(*) filter (where not is_decided and is_overdue) as open_overdue_count,
        count(*) filter (where is_online_item) as online_count,
        count(is_online_item) as online_known_count,
        sum(working_day_count) filter (where is_decided and promise_day_count > 0) as working_days,
        sum(promise_day_count) filter (where is_decided and promise_day_count > 0) as promise_days,
        count(*) filter (where is_decided and promise_day_count > 0) as promised_count,
        sum(satisfaction_score) as satisfaction_sum,
        count(satisfaction_score) as rated_count,
        count(*) filter (where satisfaction_score >= 4) as content_count
    from {{ ref('fct_approval_case') }}
    where year(accepted_at) = year({{ as_of_date() }})
    group by coalesce(zone_id, '-')
)

select
    {{ scope_columns('scoped') }},
    cast(sum(by_zone.accepted_count) as bigint) as accepted_count,
    cast(sum(by_zone.decided_count) as bigint) as decided_count,
    cast(sum(by_zone.open_count) as bigint) as open_count,
    cast(sum(by_zone.overdue_count) as bigint) as overdue_count,
    cast(sum(by_zone.open_overdue_count) as bigint) as open_overdue_count,
    {{ rounded('1 - ' ~ safe_div('sum(by_zone.overdue_count)', 'sum(by_zone.accepted_count)'), 6) }} as on_time_ratio,
    {{ safe_div('sum(by_zone.online_count)', 'sum(by_zone.online_known_count)') }} as online_ratio,
    {{ safe_div('sum(by_zone.working_days)', 'sum(by_zone.promised_count)') }} as working_day_mean,
    {{ safe_div('sum(by_zone.promise_days)', 'sum(by_zone.promised_count)') }} as promise_day_mean,
    {{ safe_div('sum(by_zone.satisfaction_sum)', 'sum(by_zone.rated_count)') }} as satisfaction_mean,
    {{ safe_div('sum(by_zone.content_count)', 'sum(by_zone.rated_count)') }} as content_ratio
from scoped
inner join by_zone on scoped.zone_id = by_zone.zone_id
group by {{ scope_columns('scoped') }}
