select
    mn,
    system_type,
    measured_date,
    pollutant_code,
    avg_value,
    min_value,
    max_value,
    converted_avg_value,
    accumulated,
    flag,
    sent_at,
    packet_repairs,
    load_date as known_from,
    {{ lineage_columns() }}
from {{ source('raw', 'monitoring__daily_report') }}
where
    load_date <= {{ as_of_date() }}
    and measured_date <= {{ as_of_date() }}
