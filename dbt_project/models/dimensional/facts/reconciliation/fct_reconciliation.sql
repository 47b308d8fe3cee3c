with enterprise as (
    select
        enterprise_id,
        coalesce(zone_id, platform_zone_id) as zone_id
    from {{ ref('bridge_enterprise_zone') }}
    where is_current
)

select
    {{ hash_key(['compared.check_code', 'compared.scope_type', 'compared.scope_code', 'compared.period_start']) }}
        as reconciliation_key,
    compared.check_code,
    compared.scope_type,
    compared.scope_code,
    case compared.scope_type when 'enterprise' then enterprise.zone_id else compared.scope_code end as zone_id,
    compared.period_type,
    compared.period_start,
    compared.left_value,
    compared.right_value,
    {{ published_double('(compared.left_value - compared.right_value)', 8) }} as difference_value,
    compared.measured_value,
    compared.low_limit,
    compared.high_limit,
    compared.is_within,
    cast(
        coalesce(compared.finding_count, case when compared.is_within then 0 when not compared.is_within then 1 end)
        as bigint
    ) as finding_count,
    cast(compared.evidence_count as bigint) as evidence_count,
    row_number() over (
        partition by compared.check_code, compared.scope_type, compared.scope_code
        order by compared.period_start desc nulls last
    ) = 1 as is_latest,
    compared.period_start as business_date,
    case compared.check_code
        when 'land_deal_parcel' then 'trading'
        when 'extract_platform' then 'credit'
        else 'smart_zone'
    end as source_system,
    compared.source_record_id,
    compared.batch_id,
    compared.loaded_at
from {{ ref('int_reconciliation') }} as compared
left join enterprise on compared.scope_type = 'enterprise' and compared.scope_code = enterprise.enterprise_id
