select
    zone.zone_id,
    zone.zone_name,
    zone.city_code,
    zone.city_name,
    fact.business_month,
    {{ month_label('fact.business_month') }} as month_label,
    -- What covers several months is no month.
    {{ yi('case when fact.months_spanned = 1 then fact.month_value end') }} as revenue_month_yi,
    fact.months_spanned,
    {{ yi('fact.reported_value') }} as revenue_ytd_yi
from {{ ref('fct_zone_indicator_month') }} as fact
inner join {{ ref('dim_zone') }} as zone on fact.zone_id = zone.zone_id and zone.is_current
where
    fact.indicator_code = 'main_business_revenue'
    and fact.is_current
    and fact.business_year >= year({{ as_of_date() }}) - 1
