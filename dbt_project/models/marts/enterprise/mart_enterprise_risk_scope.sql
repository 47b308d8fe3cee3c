with scoped as (
    {{ scoped_zones([ref('bridge_enterprise_zone')]) }}
),

event as (
    select
        enterprise_id,
        bool_or(event_kind = 'abnormal_listing' and is_open) as is_abnormal,
        bool_or(event_kind = 'serious_listing' and is_open) as is_serious,
        bool_or(event_kind = 'penalty' and event_date > {{ add_months(as_of_date(), -12) }}) as is_fined,
        sum(fine_yuan) filter (where event_kind = 'penalty' and event_date > {{ add_months(as_of_date(), -12) }})
            as fine_yuan
    from {{ ref('fct_credit_event') }}
    where is_current and is_negative and enterprise_id is not null and event_date <= {{ as_of_date() }}
    group by enterprise_id
),

-- What a source without any row would say stays empty.
known as (
    select
        (select count(*) from {{ ref('fct_credit_event') }}) > 0 as has_events,
        (select bool_or(is_registered) from {{ ref('dim_enterprise') }}) as has_register
),

enterprise as (
    select
        coalesce(bridge.zone_id, bridge.platform_zone_id) as zone_id,
        bridge.zone_id is null as is_unresolved,
        dim_enterprise.is_in_operation,
        dim_enterprise.is_registered,
        coalesce(dim_enterprise.registration_state in ('吊销', '注销', '迁出'), false) as is_ended,
        coalesce(event.is_abnormal, false) as is_abnormal,
        coalesce(event.is_serious, false) as is_serious,
        coalesce(event.is_fined, false) as is_fined,
        event.fine_yuan
    from {{ ref('dim_enterprise') }} as dim_enterprise
    inner join {{ ref('bridge_enterprise_zone') }} as bridge
        on dim_enterprise.enterprise_id = bridge.enterprise_id and bridge.is_current
    left join event on dim_enterprise.enterprise_id = event.enterprise_id
    where dim_enterprise.is_current
)

select
    {{ scope_columns('scoped') }},
    cast(count(*) filter (where enterprise.is_in_operation) as bigint) as operating_count,
    cast(count(*) filter (where enterprise.is_unresolved) as bigint) as unresolved_count,
    cast(
        case
            when max(known.has_register)
                then count(*) filter (where enterprise.is_in_operation and enterprise.is_ended)
        end as bigint
    ) as ended_on_platform_count,
    cast(
        case
            when max(known.has_register)
                then count(*) filter (where enterprise.is_in_operation and not enterprise.is_registered)
        end as bigint
    ) as unknown_count,
    cast(case when max(known.has_events) then count(*) filter (where enterprise.is_abnormal) end as bigint)
        as abnormal_count,
    cast(case when max(known.has_events) then count(*) filter (where enterprise.is_serious) end as bigint)
        as serious_count,
    cast(case when max(known.has_events) then count(*) filter (where enterprise.is_fined) end as bigint)
        as fined_count,
    {{ safe_div(
        'case when max(known.has_events) then count(*) filter (where enterprise.is_fined) end',
        'count(*) filter (where enterprise.is_in_operation)'
    ) }} as fined_ratio,
    cast(case when max(known.has_events) then coalesce(sum(enterprise.fine_yuan), 0) end as double) as fine_yuan
from scoped
cross join known
left join enterprise on scoped.zone_id = enterprise.zone_id
group by {{ scope_columns('scoped') }}
