select
    indicator_code,
    caliber,
    indicator_name,
    valid_from_month,
    {{ month_label('valid_from_month') }} as valid_from_label,
    case when valid_to_month < {{ far_future() }} and valid_to_month <> date '9999-12-01' then valid_to_month end
        as valid_to_month,
    row_number() over (partition by indicator_code order by valid_from_month) > 1 as is_break,
    definition
from {{ ref('dim_indicator') }}
