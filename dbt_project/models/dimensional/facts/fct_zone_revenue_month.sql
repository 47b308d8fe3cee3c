with reported as (
    {{ dated_versions(
        ref('stg_smart_zone__zone_indicator'),
        ['zone_id', 'business_month'],
        ['main_business_revenue_ytd_yuan', 'caliber']
    ) }}
),

versions as (
    select
        {{ hash_key(['zone_id', 'business_month', 'version_number']) }} as version_key,
        zone_id,
        business_month,
        cast(year(business_month) as bigint) as business_year,
        cast(month(business_month) as bigint) as month_number,
        caliber,
        version_number,
        main_business_revenue_ytd_yuan as revenue_ytd_yuan,
        reported_at,
        known_from,
        known_to,
        is_current,
        source_record_id,
        batch_id,
        loaded_at
    from reported
),

previous as (
    {{ previous_ytd('versions', 'zone_id') }}
)

select
    versions.version_key,
    versions.zone_id,
    versions.business_month,
    versions.business_year,
    versions.month_number,
    versions.caliber,
    cast(versions.version_number as bigint) as version_number,
    versions.revenue_ytd_yuan,
    cast(versions.revenue_ytd_yuan - coalesce(previous.previous_ytd_yuan, 0) as decimal(24, 2)) as revenue_month_yuan,
    case
        when versions.revenue_ytd_yuan is not null
            then versions.month_number - coalesce(cast(month(previous.previous_month) as bigint), 0)
    end as months_spanned,
    coalesce(versions.revenue_ytd_yuan < previous.previous_ytd_yuan, false)
    or coalesce(previous.previous_month is null and versions.revenue_ytd_yuan < 0, false) as is_negative_month,
    versions.revenue_ytd_yuan is not null as is_published,
    versions.reported_at,
    versions.known_from,
    versions.known_to,
    versions.is_current,
    'smart_zone' as source_system,
    versions.source_record_id,
    versions.batch_id,
    versions.loaded_at
from versions
left join previous on versions.version_key = previous.version_key
