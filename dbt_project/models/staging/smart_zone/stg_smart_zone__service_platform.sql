select
    platform_id,
    platform_name,
    zone_id,
    uscc,
    has_rd,
    has_testing,
    has_transfer,
    has_incubation,
    has_training,
    has_information,
    has_financing,
    investment_yuan,
    opened_date,
    closed_date,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__service_platform')) }} as received
