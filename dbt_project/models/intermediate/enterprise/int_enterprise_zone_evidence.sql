with registry as (
    select distinct
        authority_code,
        zone_id
    from {{ ref('dim_zone') }}
    where is_current and authority_code is not null
),

known_zone as (
    select distinct zone_id
    from {{ ref('dim_zone') }}
),

evidence as (
    select
        period.period_key,
        'platform' as evidence_kind,
        known_zone.zone_id,
        1 as zone_count
    from {{ ref('int_enterprise_period') }} as period
    inner join known_zone on period.platform_zone_id = known_zone.zone_id
    union all
    select
        period.period_key,
        'registry' as evidence_kind,
        registry.zone_id,
        1 as zone_count
    from {{ ref('int_enterprise_period') }} as period
    inner join registry on substr(period.uscc, 3, 6) = registry.authority_code
    union all
    select
        period.period_key,
        'address' as evidence_kind,
        matched.zone_id,
        matched.zone_count
    from {{ ref('int_enterprise_period') }} as period
    inner join {{ ref('int_zone_address') }} as matched on period.address = matched.address
    union all
    select
        period.period_key,
        'registered_address' as evidence_kind,
        matched.zone_id,
        matched.zone_count
    from {{ ref('int_enterprise_period') }} as period
    inner join {{ ref('int_zone_address') }} as matched on period.registered_address = matched.address
)

select
    evidence.period_key,
    evidence.evidence_kind,
    evidence.zone_id,
    evidence.zone_count > 1 as is_ambiguous,
    case when evidence.zone_count > 1 then 0 else zone_evidence.points end as points,
    zone_evidence.evidence_label
from evidence
inner join {{ ref('zone_evidence') }} as zone_evidence on evidence.evidence_kind = zone_evidence.evidence_kind
