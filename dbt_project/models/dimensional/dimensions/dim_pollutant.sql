select
    pollutant_code,
    pollutant_name,
    medium,
    legacy_code,
    unit,
    mass_unit,
    is_flow,
    is_concentration,
    is_signed,
    least_possible_value,
    greatest_possible_value
from {{ ref('pollutant') }}
