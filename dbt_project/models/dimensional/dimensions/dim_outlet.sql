-- Business time: the limit of a permit holds from valid_from on; of two reports for one day the later one counts.
with latest as (
    select *
    from {{ ref('stg_smart_zone__outlet') }}
    qualify row_number() over (
        partition by outlet_id, pollutant_code, valid_from
        order by reported_at desc nulls last, {{ arrival(direction='desc') }}
    ) = 1
)

select
    {{ hash_key(['outlet_id', 'pollutant_code', 'valid_from']) }} as outlet_key,
    outlet_id,
    pollutant_code,
    outlet_name,
    case outlet_kind when '废水' then 'water' when '废气' then 'gas' end as medium,
    mn,
    permit_no,
    uscc,
    zone_id,
    limit_upper,
    limit_lower,
    standard_no,
    valid_from,
    coalesce(lead(valid_from) over (partition by outlet_id, pollutant_code order by valid_from), {{ far_future() }})
        as valid_to,
    valid_from <= {{ as_of_date() }}
    and coalesce(
        lead(valid_from) over (partition by outlet_id, pollutant_code order by valid_from), {{ far_future() }}
    ) > {{ as_of_date() }} as is_current,
    'smart_zone' as source_system,
    source_record_id,
    batch_id,
    loaded_at
from latest
