-- How a zone may be spelled in an address: the patterns of its alias list and its own names.
with zone as (
    select distinct
        dim_zone.zone_id,
        dim_zone.short_name,
        {{ plain_name('dim_zone.zone_name') }} as zone_name,
        dim_zone.is_in_registry
    from {{ ref('dim_zone') }} as dim_zone
    where dim_zone.is_current
),

alias as (
    select
        zone.zone_id,
        zone_alias.anchor,
        zone_alias.pattern
    from {{ ref('zone_alias') }} as zone_alias
    inner join {{ ref('zone_registry') }} as zone_registry on zone_alias.zone_name = zone_registry.zone_name
    inner join zone on zone_registry.short_name = zone.short_name and zone.is_in_registry
    union
    select
        zone.zone_id,
        zone.zone_name as anchor,
        cast(null as varchar) as pattern
    from zone
    union
    select
        zone.zone_id,
        zone.short_name as anchor,
        cast(null as varchar) as pattern
    from zone
),

spelled as (
    select
        period.address,
        {{ plain_name('period.address') }} as plain_address
    from {{ ref('int_enterprise_period') }} as period
    where period.address is not null
    union
    select
        period.registered_address as address,
        {{ plain_name('period.registered_address') }} as plain_address
    from {{ ref('int_enterprise_period') }} as period
    where period.registered_address is not null
    union
    select
        extract.address,
        {{ plain_name('extract.address') }} as plain_address
    from {{ ref('stg_credit__registration_extract') }} as extract
    where extract.address is not null
),

-- The anchor is plain text and sorts out nearly all pairs before a pattern has to be tried.
candidate as (
    select
        spelled.address,
        spelled.plain_address,
        alias.zone_id,
        alias.pattern
    from spelled
    inner join alias on strpos(spelled.plain_address, alias.anchor) > 0
)

select
    address,
    zone_id,
    count(*) over (partition by address) as zone_count
from (
    select distinct
        candidate.address,
        candidate.zone_id
    from candidate
    where
        case
            when candidate.pattern is null then true
            else {{ matches_pattern('candidate.plain_address', 'candidate.pattern') }}
        end
) as matched
