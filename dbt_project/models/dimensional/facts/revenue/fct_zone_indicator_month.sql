{{ config(post_hook=[
    "{{ create_as_known('fct_zone_indicator_as_known', this, ['zone_id']) }}",
    "{{ create_revenue_as_known(this) }}"
]) }}
{{ indicator_month_fact(
    ref('stg_smart_zone__zone_indicator'),
    'zone_id',
    indicators={
        'main_business_revenue': 'main_business_revenue_ytd_yuan',
        'industrial_value_added': 'industrial_value_added_ytd_yuan',
        'profit': 'profit_ytd_yuan',
        'profit_and_tax': 'profit_and_tax_ytd_yuan',
        'export_delivery': 'export_delivery_ytd_yuan',
        'industrial_electricity': 'industrial_electricity_ytd_kwh',
        'employee_count': 'employee_count'
    },
    stated_growth={'main_business_revenue': 'main_business_revenue_yoy_ratio'}
) }}
