-- Checks that compare amounts: one row per scope and period.
with revenue as (
    select
        check_code,
        scope_type,
        scope_code,
        period_start,
        min(left_value) as left_value,
        {{ exact_sum('right_value') }} as right_value,
        {{ exact_sum('right_value') }} / nullif(min(left_value), 0) as measured_value,
        count(enterprise_id) as evidence_count,
        cast(null as bigint) as finding_count,
        min(left_record_id) as source_record_id,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('int_reconciliation_revenue') }}
    group by check_code, scope_type, scope_code, period_start
),

intensity as (
    select
        check_code,
        scope_type,
        scope_code,
        period_start,
        left_value,
        right_value,
        left_value / nullif(right_value, 0) as measured_value,
        peer_count as evidence_count,
        cast(null as bigint) as finding_count,
        source_record_id,
        batch_id,
        loaded_at
    from {{ ref('int_reconciliation_intensity') }}
),

-- Checks that compare records: the share of those that disagree. What still has time does not disagree.
item as (
    select * from {{ ref('int_reconciliation_land') }}
    union all
    select * from {{ ref('int_reconciliation_register') }}
),

counted as (
    select
        check_code,
        scope_type,
        scope_code,
        period_start,
        {{ exact_sum('coalesce(left_value, 0)') }} as left_value,
        {{ exact_sum('coalesce(right_value, 0)') }} as right_value,
        cast(count(*) filter (where finding not in ('agrees', 'pending')) as double) / count(*) as measured_value,
        count(*) as evidence_count,
        count(*) filter (where finding not in ('agrees', 'pending')) as finding_count,
        min(coalesce(left_record_id, right_record_id)) as source_record_id,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from item
    group by check_code, scope_type, scope_code, period_start
),

compared as (
    select * from revenue
    union all
    select * from intensity
    union all
    select * from counted
)

select
    compared.check_code,
    compared.scope_type,
    compared.scope_code,
    checks.period_type,
    compared.period_start,
    {{ published_double('compared.left_value', 8) }} as left_value,
    {{ published_double('compared.right_value', 8) }} as right_value,
    {{ rounded('compared.measured_value', 6) }} as measured_value,
    checks.low_limit,
    checks.high_limit,
    {{ rounded('compared.measured_value', 6) }} between checks.low_limit and checks.high_limit as is_within,
    compared.finding_count,
    compared.evidence_count,
    compared.source_record_id,
    compared.batch_id,
    compared.loaded_at
from compared
inner join {{ ref('reconciliation_check') }} as checks on compared.check_code = checks.check_code
