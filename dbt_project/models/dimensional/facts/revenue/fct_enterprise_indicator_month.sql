{{ config(post_hook="{{ create_as_known('fct_enterprise_indicator_as_known', this, ['enterprise_id', 'uscc']) }}") }}
{{ indicator_month_fact(
    ref('stg_smart_zone__enterprise_indicator'),
    'enterprise_id',
    carried=['uscc'],
    indicators={
        'main_business_revenue': 'main_business_revenue_ytd_yuan',
        'profit_and_tax': 'profit_and_tax_ytd_yuan',
        'industrial_electricity': 'industrial_electricity_ytd_kwh'
    }
) }}
