with accepted as (
    {{ latest_row(ref('stg_gov_service__accepted_case'), 'case_number') }}
),

event as (
    {{ latest_row(ref('stg_gov_service__case_event'), 'row_guid') }}
),

result as (
    {{ latest_row(ref('stg_gov_service__case_result'), 'case_number') }}
),

-- What was done in a case; during special procedures (4) the clock stands still.
done as (
    select
        event.case_number,
        count(*) filter (where event.event_type = '4') as stop_count,
        coalesce(
            sum(ended.workday_number - started.workday_number) filter (where event.event_type = '4'), 0
        ) as stopped_day_count,
        max(case when event.event_type = '2' then 1 else 0 end) = 1 as is_examined,
        count(*) as event_count,
        max(event.batch_id) as batch_id,
        max(event.loaded_at) as loaded_at
    from event
    left join {{ ref('dim_date') }} as started on cast(event.started_at as date) = started.date_day
    left join {{ ref('dim_date') }} as ended on cast(event.ended_at as date) = ended.date_day
    group by event.case_number
),

applicant as (
    {{ enterprise_on_day('accepted', 'uscc', 'cast(accepted_at as date)') }}
),

timed as (
    select
        accepted.*,
        applicant.enterprise_id,
        applicant.zone_id,
        result.decided_at,
        result.result_type,
        result.certificate_name,
        cast(result.satisfaction as bigint) as satisfaction_score,
        coalesce(result.is_delivered, false) as is_delivered,
        coalesce(done.is_examined, false) as is_examined,
        coalesce(done.stop_count, 0) as stop_count,
        coalesce(done.stopped_day_count, 0) as stopped_day_count,
        coalesce(done.event_count, 0) as event_count,
        last_day.workday_number - first_day.workday_number as elapsed_day_count,
        greatest(
            accepted.batch_id,
            coalesce(done.batch_id, accepted.batch_id),
            coalesce(result.batch_id, accepted.batch_id)
        ) as latest_batch_id,
        greatest(
            accepted.loaded_at,
            coalesce(done.loaded_at, accepted.loaded_at),
            coalesce(result.loaded_at, accepted.loaded_at)
        ) as latest_loaded_at
    from accepted
    left join result on accepted.case_number = result.case_number
    left join done on accepted.case_number = done.case_number
    left join applicant
        on accepted.uscc = applicant.uscc and cast(accepted.accepted_at as date) = applicant.event_date
    left join {{ ref('dim_date') }} as first_day on cast(accepted.accepted_at as date) = first_day.date_day
    left join {{ ref('dim_date') }} as last_day
        on coalesce(cast(result.decided_at as date), {{ as_of_date() }}) = last_day.date_day
)

select
    case_number,
    catalog_code,
    task_code,
    task_name,
    case handling_type when '1' then '即办件' when '2' then '承诺件' end as handling_label,
    case apply_type when '1' then '窗口' when '2' then '网上' end as apply_label,
    apply_type = '2' as is_applied_online,
    is_online as is_online_item,
    cast(visit_count as bigint) as visit_count,
    case applicant_type when '1' then '自然人' when '2' then '法人' end as applicant_label,
    uscc,
    enterprise_id,
    zone_id,
    office_code,
    office_name,
    applied_at,
    accepted_at,
    promised_at,
    decided_at,
    cast(promise_working_day_count as bigint) as promise_day_count,
    cast(elapsed_day_count as bigint) as elapsed_day_count,
    cast(stopped_day_count as bigint) as stopped_day_count,
    cast(stop_count as bigint) as stop_count,
    cast(elapsed_day_count - stopped_day_count as bigint) as working_day_count,
    decided_at is not null as is_decided,
    case when decided_at is not null then '办结' when is_examined then '办理中' else '受理' end as case_state,
    -- In working days without the stops; where no promise in days is known, by the time that was promised.
    coalesce(
        elapsed_day_count - stopped_day_count > promise_working_day_count,
        decided_at > promised_at,
        false
    ) as is_overdue,
    case result_type when '1' then '准予' when '2' then '不予' when '3' then '申请人撤回' end as result_label,
    certificate_name,
    satisfaction_score,
    is_delivered,
    cast(event_count as bigint) as event_count,
    reported_at,
    known_from,
    cast(accepted_at as date) as business_date,
    'gov_service' as source_system,
    source_record_id,
    latest_batch_id as batch_id,
    latest_loaded_at as loaded_at
from timed
