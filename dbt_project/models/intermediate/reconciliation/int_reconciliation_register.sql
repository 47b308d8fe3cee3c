with register as (
    {{ registered_states() }}
),

enterprise as (
    {{ enterprise_of_code() }}
),

valid_certificate as (
    select
        uscc,
        min(enterprise_name) as enterprise_name,
        min(zone_id) as zone_id,
        min(certificate_no) as certificate_no,
        min(source_record_id) as source_record_id,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_high_tech_certificate') }}
    where is_valid
    group by uscc
),

in_operation as (
    select
        dim_enterprise.enterprise_id,
        dim_enterprise.uscc,
        dim_enterprise.enterprise_name,
        dim_enterprise.is_high_tech,
        coalesce(bridge.zone_id, dim_enterprise.zone_id) as zone_id,
        dim_enterprise.source_record_id,
        dim_enterprise.batch_id,
        dim_enterprise.loaded_at
    from {{ ref('dim_enterprise') }} as dim_enterprise
    left join {{ ref('bridge_enterprise_zone') }} as bridge
        on dim_enterprise.enterprise_id = bridge.enterprise_id and bridge.is_current
    where dim_enterprise.is_current and dim_enterprise.is_in_operation
),

has_register as (
    select count(*) as row_count
    from register
),

has_certificate as (
    select count(*) as row_count
    from valid_certificate
),

-- A register without any row, or no certificates at all, say nothing about anybody.
item as (
    select
        'certificate_credit' as check_code,
        certificate.zone_id,
        certificate.uscc as item_id,
        certificate.enterprise_name as item_name,
        certificate.uscc,
        enterprise.enterprise_id,
        concat_ws(' ', '有效证书', certificate.certificate_no) as left_text,
        register.registration_state as right_text,
        case when register.uscc is null then 'unknown' else register.register_finding end as problem,
        register.known_from as since_date,
        certificate.source_record_id,
        certificate.batch_id,
        certificate.loaded_at
    from valid_certificate as certificate
    cross join has_register
    left join register on certificate.uscc = register.uscc
    left join enterprise on certificate.uscc = enterprise.uscc
    where has_register.row_count > 0
    union all
    select
        'high_tech_mark' as check_code,
        in_operation.zone_id,
        in_operation.enterprise_id as item_id,
        in_operation.enterprise_name as item_name,
        in_operation.uscc,
        in_operation.enterprise_id,
        '高新企业标识' as left_text,
        certificate.certificate_no as right_text,
        case when certificate.uscc is null then 'no_certificate' end as problem,
        cast(null as date) as since_date,
        in_operation.source_record_id,
        in_operation.batch_id,
        in_operation.loaded_at
    from in_operation
    cross join has_certificate
    left join valid_certificate as certificate on in_operation.uscc = certificate.uscc
    where in_operation.is_high_tech and has_certificate.row_count > 0
    union all
    select
        'platform_credit' as check_code,
        in_operation.zone_id,
        in_operation.enterprise_id as item_id,
        in_operation.enterprise_name as item_name,
        in_operation.uscc,
        in_operation.enterprise_id,
        '平台在营' as left_text,
        register.registration_state as right_text,
        case when register.uscc is null then 'unknown' else register.register_finding end as problem,
        register.known_from as since_date,
        in_operation.source_record_id,
        in_operation.batch_id,
        in_operation.loaded_at
    from in_operation
    cross join has_register
    left join register on in_operation.uscc = register.uscc
    where has_register.row_count > 0
    union all
    select
        'extract_platform' as check_code,
        registered.zone_id,
        registered.uscc as item_id,
        registered.enterprise_name as item_name,
        registered.uscc,
        registered.enterprise_id,
        registered.address as left_text,
        registered.enterprise_id as right_text,
        case when not registered.is_on_platform then 'not_on_platform' end as problem,
        registered.established_date as since_date,
        registered.source_record_id,
        registered.batch_id,
        registered.loaded_at
    from {{ ref('fct_registered_enterprise') }} as registered
    where registered.is_current and registered.zone_id is not null
)

select
    item.check_code,
    'zone' as scope_type,
    item.zone_id as scope_code,
    {{ as_of_date() }} as period_start,
    item.item_id,
    item.item_name,
    item.uscc,
    item.enterprise_id,
    cast(1 as double) as left_value,
    cast(case when item.problem is null then 1 else 0 end as double) as right_value,
    item.left_text,
    item.right_text,
    case
        when item.problem is null then 'agrees'
        when {{ add_days('item.since_date', 'checks.grace_days') }} >= {{ as_of_date() }} then 'pending'
        else item.problem
    end as finding,
    item.source_record_id as left_record_id,
    case when coalesce(item.problem, '') not in ('unknown', 'not_on_platform') then item.uscc end as right_record_id,
    item.batch_id,
    item.loaded_at
from item
inner join {{ ref('reconciliation_check') }} as checks on item.check_code = checks.check_code
