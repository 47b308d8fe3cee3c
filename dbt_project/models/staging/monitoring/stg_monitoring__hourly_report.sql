-- A device whose clock is some seconds off still reports the hour that it means.
select
    mn,
    system_type,
    cast(date_trunc('hour', measured_at) as timestamp) as measured_at,
    measured_at as stated_at,
    pollutant_code,
    avg_value,
    min_value,
    max_value,
    converted_avg_value,
    accumulated,
    flag,
    sampled_at,
    sent_at,
    packet_repairs,
    cast(measured_at as date) as measured_date,
    load_date as known_from,
    {{ lineage_columns() }}
from {{ source('raw', 'monitoring__hourly_report') }}
where
    load_date <= {{ as_of_date() }}
    and measured_at < {{ add_days(as_of_date(), 1) }}
