{#
    Cumulative share of the year at each month of the year before the as-of year, over the zones that published both
    that month and December within one caliber: month_number (1 to 12), year_share. Twelfths where no zone did.
#}
{% macro last_year_shares() -%}
    select
        months.month_number,
        coalesce(
            cast(sum(pairs.month_yuan) as double) / nullif(cast(sum(pairs.year_yuan) as double), 0),
            cast(months.month_number as double) / 12
        ) as year_share
    from (
        select dim_date.month_number
        from {{ ref('dim_date') }} as dim_date
        where dim_date.year_number = year({{ as_of_date() }}) and dim_date.day_number = 1
    ) as months
    left join (
        select
            at_month.month_number,
            at_month.reported_value as month_yuan,
            at_end.reported_value as year_yuan
        from {{ ref('fct_zone_indicator_month') }} as at_month
        inner join {{ ref('fct_zone_indicator_month') }} as at_end
            on
                at_month.zone_id = at_end.zone_id
                and at_month.indicator_code = at_end.indicator_code
                and at_month.business_year = at_end.business_year
                and at_month.caliber = at_end.caliber
        where
            at_month.indicator_code = 'main_business_revenue'
            and at_month.business_year = year({{ as_of_date() }}) - 1
            and at_month.is_current
            and at_month.is_published
            and at_end.month_number = 12
            and at_end.is_current
            and at_end.is_published
    ) as pairs on months.month_number = pairs.month_number
    group by months.month_number
{%- endmacro %}
