-- Of several records for one kind of map of an industry the issued one counts, then the one planned first.
with latest as (
    select *
    from {{ ref('fct_industry_map') }}
    where is_current and is_expected
    qualify row_number() over (
        partition by industry, map_kind
        order by is_issued desc nulls last, planned_date asc nulls last, map_id asc nulls last
    ) = 1
),

known as (
    select count(*) as map_count
    from {{ ref('fct_industry_map') }}
)

select
    expected.industry,
    expected.map_kind,
    expected.industry_order,
    expected.kind_order,
    latest.map_id,
    latest.planned_date,
    latest.issued_date,
    latest.document_no,
    case when known.map_count > 0 then coalesce(latest.is_issued, false) end as is_issued,
    case
        when latest.is_issued then '已发布'
        when latest.is_overdue then '逾期未发布'
        when latest.map_id is not null then '编制中'
        when known.map_count = 0 then '暂无数据'
        else '未列入计划'
    end as state_label,
    case
        when latest.is_issued then greatest({{ days_between('latest.planned_date', 'latest.issued_date') }}, 0)
        when latest.is_overdue then {{ days_between('latest.planned_date', as_of_date()) }}
    end as late_day_count,
    cast(case when latest.is_issued then 1 when known.map_count > 0 then 0 end as bigint) as issued_count,
    cast(1 as bigint) as map_count
from {{ ref('dim_four_map') }} as expected
cross join known
left join latest on expected.industry = latest.industry and expected.map_kind = latest.map_kind
