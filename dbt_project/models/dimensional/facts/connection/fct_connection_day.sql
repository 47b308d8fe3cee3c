{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='business_day',
    on_schema_change='fail',
) }}

-- Of several statements about one line and day the latest counts.
with latest as (
    select connection.*
    from {{ ref('stg_smart_zone__connection') }} as connection
    {% if is_incremental() %}
        where connection.business_date in (
            select touched.business_date
            from {{ ref('stg_smart_zone__connection') }} as touched
            where touched.batch_id in (
                select batch.batch_id
                from {{ source('raw', 'batch') }} as batch
                where batch.is_new
            )
        )
    {% endif %}
    qualify row_number() over (
        partition by connection.zone_id, connection.system_code, connection.business_date
        order by
            connection.known_from desc, connection.reported_at desc nulls last, {{ arrival('connection', 'desc') }}
    ) = 1
)

select
    zone_id,
    system_code,
    business_date,
    cast(business_date as varchar) as business_day,
    cast(heartbeat_count as bigint) as heartbeat_count,
    {{ safe_div('heartbeat_count', '288') }} as uptime_ratio,
    heartbeat_count > 0 as is_connected,
    heartbeat_count > 0 and coalesce(exchanged_row_count, 0) > 0 as is_flowing,
    last_heartbeat_at,
    cast(exchanged_row_count as bigint) as exchanged_row_count,
    cast(connected_enterprise_count as bigint) as connected_enterprise_count,
    cast(enterprise_count as bigint) as enterprise_count,
    reported_at,
    known_from,
    'smart_zone' as source_system,
    source_record_id,
    batch_id,
    loaded_at
from latest
