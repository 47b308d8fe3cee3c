with versions as (
    {{ dated_versions(
        ref('stg_credit__registration'),
        ['uscc'],
        ['registration_state', 'enterprise_type', 'registered_capital_yuan', 'capital_currency', 'established_date',
         'region_code', 'registration_authority']
    ) }}
),

register as (
    select
        uscc,
        registration_state,
        enterprise_type,
        case when coalesce(capital_currency, '人民币') = '人民币' then registered_capital_yuan end
            as registered_capital_yuan,
        established_date,
        region_code,
        known_from,
        known_to
    from versions
    where known_from < known_to
)

-- The time before the register first reported a code is a period of its own, so that the periods of a code have no gap.
select
    register.uscc,
    cast(null as varchar) as registration_state,
    cast(null as varchar) as enterprise_type,
    cast(null as decimal(24, 2)) as registered_capital_yuan,
    cast(null as date) as established_date,
    cast(null as varchar) as region_code,
    date '1900-01-01' as known_from,
    min(register.known_from) as known_to,
    false as is_registered
from register
group by register.uscc
union all
select
    register.*,
    true as is_registered
from register
