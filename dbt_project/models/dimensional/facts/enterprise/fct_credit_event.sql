with enterprise as (
    {{ enterprise_on_day(ref('int_credit_event'), 'uscc', 'event_date') }}
)

select
    {{ hash_key(['event.event_kind', 'event.record_id', 'event.version_number']) }} as event_key,
    event.event_kind,
    kind.event_label,
    kind.is_negative,
    event.record_id,
    event.uscc,
    enterprise.enterprise_id,
    event.enterprise_name,
    enterprise.zone_id,
    event.event_date,
    event.end_date,
    event.is_current and event.event_date <= {{ as_of_date() }} and coalesce(event.end_date > {{ as_of_date() }}, true)
    and event.event_kind in ('abnormal_listing', 'serious_listing', 'penalty', 'licence') as is_open,
    event.event_title,
    event.event_detail,
    event.authority,
    event.fine_yuan,
    event.confiscated_yuan,
    {{ version_and_lineage('credit', 'event.event_date') }}
from {{ ref('int_credit_event') }} as event
inner join {{ ref('credit_event_kind') }} as kind on event.event_kind = kind.event_kind
left join enterprise on event.uscc = enterprise.uscc and event.event_date = enterprise.event_date
