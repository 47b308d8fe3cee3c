select
    mn,
    system_type,
    measured_at,
    pollutant_code,
    avg_value,
    min_value,
    max_value,
    converted_avg_value,
    accumulated,
    flag,
    cast(measured_at as date) as measured_date,
    load_date as known_from,
    source_file,
    {{ lineage_columns() }}
from {{ source('raw', 'monitoring__hourly_report') }}
where
    load_date <= {{ as_of_date() }}
    and measured_at < {{ add_days(as_of_date(), 1) }}
