select
    mn,
    sub_device,
    command,
    measured_at,
    running_hours,
    cast(state as bigint) as device_state,
    sent_at,
    packet_repairs,
    cast(measured_at as date) as measured_date,
    load_date as known_from,
    {{ lineage_columns() }}
from {{ source('raw', 'monitoring__device_status') }}
where
    load_date <= {{ as_of_date() }}
    and measured_at < {{ add_days(as_of_date(), 1) }}
