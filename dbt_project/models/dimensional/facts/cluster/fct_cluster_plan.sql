with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__cluster_plan'),
        ['plan_id'],
        ['plan_name', 'zone_id', 'plan_kind', 'cluster_industry', 'first_year', 'last_year', 'planned_revenue_yuan',
         'drafted_date', 'issued_date', 'document_no']
    ) }}
)

select
    plan_id,
    plan_name,
    zone_id,
    plan_kind,
    plan_kind = '创新型产业集群规划' as is_innovative,
    cluster_industry,
    cast(first_year as bigint) as first_year,
    cast(last_year as bigint) as last_year,
    cast(planned_revenue_yuan as decimal(24, 2)) as planned_revenue_yuan,
    drafted_date,
    issued_date,
    document_no,
    is_current
    and coalesce(issued_date <= {{ as_of_date() }}, false)
    and last_year >= year({{ as_of_date() }}) as is_in_force,
    {{ version_and_lineage('smart_zone', 'coalesce(issued_date, drafted_date)') }}
from versions
