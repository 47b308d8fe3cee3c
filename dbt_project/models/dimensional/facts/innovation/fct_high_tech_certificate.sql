with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__high_tech_certificate'),
        ['certificate_no'],
        ['uscc', 'enterprise_name', 'zone_id', 'issued_date', 'valid_until', 'renewed_certificate_no',
         'certificate_state', 'revoked_date', 'revoked_reason']
    ) }}
),

-- A certificate that is marked as revoked without a day of it ends when we learned of it.
dated as (
    select
        versions.*,
        least(
            {{ add_days('versions.valid_until', 1) }},
            coalesce(
                versions.revoked_date,
                case when versions.certificate_state = '已撤销' then versions.known_from else {{ far_future() }} end
            )
        ) as valid_to
    from versions
),

enterprise as (
    {{ enterprise_on_day('versions', 'uscc', 'issued_date') }}
)

select
    dated.certificate_no,
    dated.uscc,
    enterprise.enterprise_id,
    dated.enterprise_name,
    -- Where the evidence does not decide, the certificate's own zone stands.
    coalesce(enterprise.decided_zone_id, dated.zone_id) as zone_id,
    dated.zone_id as reported_zone_id,
    dated.issued_date,
    dated.valid_until,
    dated.renewed_certificate_no,
    dated.certificate_state,
    dated.revoked_date,
    dated.revoked_reason,
    dated.valid_to,
    dated.is_current and dated.issued_date <= {{ as_of_date() }} as is_certified,
    dated.is_current
    and dated.issued_date <= {{ as_of_date() }}
    and dated.valid_to > {{ as_of_date() }} as is_valid,
    cast(dated.version_number as bigint) as version_number,
    dated.reported_at,
    dated.known_from,
    dated.known_to,
    dated.is_current,
    dated.issued_date as business_date,
    'smart_zone' as source_system,
    dated.source_record_id,
    dated.batch_id,
    dated.loaded_at
from dated
left join enterprise on dated.uscc = enterprise.uscc and dated.issued_date = enterprise.event_date
