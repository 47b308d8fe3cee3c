with months as (
    {{ months_of_year() }}
),

kind as (
    select distinct
        source_kind,
        fund_kind_label
    from {{ ref('fct_fund_flow') }}
)

select
    months.business_month,
    months.month_label,
    kind.source_kind,
    kind.fund_kind_label,
    {{ yi("sum(case when flow.flow_type = 'committed' then flow.amount_yuan else 0 end)") }} as committed_yi,
    {{ yi("sum(case when flow.flow_type = 'paid' then flow.amount_yuan else 0 end)") }} as paid_yi,
    {{ yi("sum(case when flow.flow_type = 'returned' then flow.amount_yuan else 0 end)") }} as returned_yi,
    cast(count(distinct flow.record_id) as bigint) as record_count
from months
cross join kind
left join {{ ref('fct_fund_flow') }} as flow
    on
        kind.source_kind = flow.source_kind
        and kind.fund_kind_label = flow.fund_kind_label
        and months.business_month = {{ month_start('flow.flow_date') }}
where months.is_begun
group by months.business_month, months.month_label, kind.source_kind, kind.fund_kind_label
