{# The evaluated amounts, growths and rates of zones, one row each, from int_evaluation_value's row per zone and period. #}
{% macro evaluation_rates(relation) -%}
    {%- for code, expression in {
        'revenue': 'main_business_revenue',
        'revenue_growth': 'revenue_growth',
        'value_added': 'industrial_value_added',
        'value_added_growth': 'value_added_growth',
        'export_delivery': 'export_delivery',
        'export_growth': 'export_growth',
        'profit_and_tax_per_mu': 'profit_and_tax / nullif(cast(area_mu as double), 0)',
        'profit_per_revenue': 'profit / nullif(main_business_revenue, 0)',
        'revenue_per_person': 'main_business_revenue / nullif(employee_count, 0)',
        'revenue_per_mu': 'main_business_revenue / nullif(cast(area_mu as double), 0)',
        'electricity_per_value_added': 'industrial_electricity / nullif(industrial_value_added, 0)'
    }.items() %}
    select
        period_code,
        zone_id,
        '{{ code }}' as indicator_code,
        {{ expression }} as indicator_value,
        cast(null as bigint) as covered_day_count,
        batch_id,
        loaded_at
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
