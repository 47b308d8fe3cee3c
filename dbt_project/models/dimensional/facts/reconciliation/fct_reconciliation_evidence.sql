-- Amounts of enterprises stand behind the latest month of each zone and behind every month outside of its limits.
with shown as (
    select
        check_code,
        scope_type,
        scope_code,
        period_start
    from {{ ref('fct_reconciliation') }}
    where is_latest or not coalesce(is_within, false)
),

intensity as (
    select
        intensity.check_code,
        intensity.scope_type,
        intensity.scope_code,
        intensity.period_start,
        intensity.scope_code as item_id,
        cast(null as varchar) as item_name,
        intensity.uscc,
        intensity.enterprise_id,
        intensity.revenue_yuan as left_value,
        intensity.other_value as right_value,
        concat_ws('', '单位值 ', cast(intensity.left_value as varchar)) as left_text,
        concat_ws(
            '', '中位数 ', cast(intensity.right_value as varchar), '（', cast(intensity.peer_count as varchar), ' 家）'
        ) as right_text,
        case when compared.is_within then 'within' else 'outside' end as finding,
        intensity.source_record_id as left_record_id,
        intensity.source_record_id as right_record_id,
        intensity.batch_id,
        intensity.loaded_at
    from {{ ref('int_reconciliation_intensity') }} as intensity
    inner join {{ ref('fct_reconciliation') }} as compared
        on
            intensity.check_code = compared.check_code
            and intensity.scope_type = compared.scope_type
            and intensity.scope_code = compared.scope_code
            and intensity.period_start = compared.period_start
    where not coalesce(compared.is_within, false)
),

revenue as (
    select revenue.*
    from {{ ref('int_reconciliation_revenue') }} as revenue
    inner join shown
        on
            revenue.check_code = shown.check_code
            and revenue.scope_type = shown.scope_type
            and revenue.scope_code = shown.scope_code
            and revenue.period_start = shown.period_start
    where revenue.enterprise_id is not null
),

item as (
    select * from revenue
    union all
    select * from intensity
    union all
    select * from {{ ref('int_reconciliation_land') }}
    union all
    select * from {{ ref('int_reconciliation_register') }}
)

select
    {{ hash_key(['check_code', 'scope_code', 'period_start', 'item_id']) }} as evidence_key,
    check_code,
    scope_type,
    scope_code,
    period_start,
    item_id,
    item_name,
    uscc,
    enterprise_id,
    left_value,
    right_value,
    left_text,
    right_text,
    finding,
    finding not in ('agrees', 'pending', 'counted', 'within') as is_finding,
    left_record_id,
    right_record_id,
    period_start as business_date,
    case check_code
        when 'land_deal_parcel' then 'trading'
        when 'extract_platform' then 'credit'
        else 'smart_zone'
    end as source_system,
    coalesce(left_record_id, right_record_id) as source_record_id,
    batch_id,
    loaded_at
from item
