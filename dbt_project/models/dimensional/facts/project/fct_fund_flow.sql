with investment as (
    {{ dated_versions(
        ref('stg_smart_zone__fund_investment'),
        ['investment_id'],
        ['fund_id', 'fund_name', 'fund_kind', 'project_id', 'uscc', 'zone_id', 'instrument', 'agreed_amount_yuan',
         'paid_to_date_yuan', 'agreed_date', 'last_paid_date', 'exited_date']
    ) }}
),

allocation as (
    {{ dated_versions(
        ref('stg_smart_zone__fund_allocation'),
        ['allocation_id'],
        ['document_no', 'department_name', 'fund_name', 'work_item', 'zone_id', 'budget_year',
         'allocated_amount_yuan', 'paid_to_date_yuan', 'allocated_date', 'last_paid_date', 'withdrawn_date',
         'allocation_state']
    ) }}
),

versions as (
    select
        'investment' as source_kind,
        investment_id as record_id,
        fund_name,
        fund_kind as fund_kind_label,
        cast(null as varchar) as department_name,
        project_id,
        uscc,
        zone_id,
        cast(year(agreed_date) as bigint) as budget_year,
        cast(null as bigint) as work_item,
        agreed_amount_yuan as committed_yuan,
        agreed_date as committed_date,
        paid_to_date_yuan as paid_yuan,
        last_paid_date as paid_date,
        case when exited_date is not null then coalesce(paid_to_date_yuan, 0) else 0 end as returned_yuan,
        exited_date as returned_date,
        version_number,
        reported_at,
        known_from,
        source_record_id,
        batch_id,
        loaded_at
    from investment
    union all
    select
        'allocation' as source_kind,
        allocation_id as record_id,
        fund_name,
        '省级资金' as fund_kind_label,
        department_name,
        cast(null as varchar) as project_id,
        cast(null as varchar) as uscc,
        zone_id,
        budget_year,
        work_item,
        allocated_amount_yuan as committed_yuan,
        allocated_date as committed_date,
        paid_to_date_yuan as paid_yuan,
        last_paid_date as paid_date,
        -- What is taken back is the allocation, paid or not.
        case when withdrawn_date is not null or allocation_state = '已收回' then allocated_amount_yuan else 0 end
            as returned_yuan,
        withdrawn_date as returned_date,
        version_number,
        reported_at,
        known_from,
        source_record_id,
        batch_id,
        loaded_at
    from allocation
),

steps as (
    {{ fund_steps('versions', 'committed', 'version.committed_yuan', 'version.committed_date') }}
    union all
    {{ fund_steps('versions', 'paid', 'version.paid_yuan', 'version.paid_date') }}
    union all
    {{ fund_steps('versions', 'returned', 'version.returned_yuan', 'version.returned_date') }}
)

select
    {{ hash_key(['versions.source_kind', 'versions.record_id', 'steps.flow_type', 'versions.version_number']) }}
        as flow_key,
    steps.flow_type,
    versions.source_kind,
    versions.record_id,
    versions.fund_name,
    versions.fund_kind_label,
    versions.department_name,
    versions.project_id,
    versions.uscc,
    versions.zone_id,
    versions.budget_year,
    versions.work_item,
    steps.flow_date,
    steps.amount_yuan,
    cast(versions.version_number as bigint) as version_number,
    versions.reported_at,
    versions.known_from,
    steps.flow_date as business_date,
    'smart_zone' as source_system,
    versions.source_record_id,
    versions.batch_id,
    versions.loaded_at
from steps
inner join versions
    on
        steps.source_kind = versions.source_kind
        and steps.record_id = versions.record_id
        and steps.version_number = versions.version_number
where steps.amount_yuan <> 0
