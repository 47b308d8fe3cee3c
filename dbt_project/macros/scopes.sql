{# The scopes that a leader looks at, one row each: scope_type. #}
{% macro scope_types() -%}
    select 'province' as scope_type
    union all
    select 'city' as scope_type
    union all
    select 'zone' as scope_type
{%- endmacro %}

{# The code of a zone's row in the scope `scope`: 360000, its prefecture or itself. `zone` is a relation with both. #}
{% macro scope_code(zone) -%}
    case scope.scope_type
        when 'province' then '360000'
        when 'city' then {{ zone }}.city_code
        else {{ zone }}.zone_id
    end
{%- endmacro %}

{#
    The zones in each scope that a leader looks at: the whole province, their prefecture and themselves. One row per zone
    and scope: scope_type, scope_code, scope_name, level_label, city_code, city_name, zone_id, zone_level. `facts` are
    relations with a zone_id: a zone that only they name counts for the province and has a row of its own.
#}
{% macro scoped_zones(facts) -%}
    select
        scope.scope_type,
        {{ scope_code('zone') }} as scope_code,
        case scope.scope_type
            when 'province' then '全省'
            when 'city' then zone.city_name
            else coalesce(zone.short_name, concat_ws(' ', '未登记开发区', zone.zone_id))
        end as scope_name,
        case scope.scope_type
            when 'province' then '省'
            when 'city' then '设区市'
            else coalesce(zone.level_label, '未登记')
        end as level_label,
        case when scope.scope_type = 'province' then '360000' else coalesce(zone.city_code, '360000') end as city_code,
        case when scope.scope_type = 'province' then '全省' else coalesce(zone.city_name, '未登记') end as city_name,
        zone.zone_id,
        zone.zone_level
    from (
        select
            coalesce(dim_zone.zone_id, named.zone_id) as zone_id,
            dim_zone.short_name,
            dim_zone.zone_level,
            dim_zone.level_label,
            dim_zone.city_code,
            dim_zone.city_name
        from (
            {%- for fact in facts %}
            select distinct zone_id
            from {{ fact }}
            where is_current and zone_id is not null
            {%- if not loop.last %}
            union
            {%- endif %}
            {%- endfor %}
        ) as named
        full outer join (
            select *
            from {{ ref('dim_zone') }}
            where is_current
        ) as dim_zone
            on named.zone_id = dim_zone.zone_id
    ) as zone
    cross join (
        {{ scope_types() }}
    ) as scope
    where scope.scope_type <> 'city' or zone.city_code is not null
{%- endmacro %}

{# The six columns that name a scope, of a relation made from scoped_zones: to select them and to group by them. #}
{% macro scope_columns(relation) -%}
    {{ relation }}.scope_type,
    {{ relation }}.scope_code,
    {{ relation }}.scope_name,
    {{ relation }}.level_label,
    {{ relation }}.city_code,
    {{ relation }}.city_name
{%- endmacro %}

{#
    Columns of `relation` (at most one row per zone), each summed over the zones of a scope under its own name: 0 where
    none of them has a row. Null where known.<flag> is false: a dataset without any row says nothing about anybody.
#}
{% macro sums_if_known(flag, relation, columns) -%}
    {%- for column in columns %}
    case when max(known.{{ flag }}) then coalesce(sum({{ relation }}.{{ column }}), 0) end as {{ column }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{#
    One row per scope with the word of each target's status (t05_label, ...) and the worst of them as status,
    status_label and status_color. 不适用 where the target is not measured for such a scope or binds none of its zones.
    `scoped` is a relation of scoped_zones.
#}
{% macro scope_statuses(scoped, targets) -%}
    select
        scope.scope_type,
        scope.scope_code,
        {%- for target in targets %}
        coalesce(
            max(case when scope.target_id = '{{ target }}' then status.status_label end),
            case
                when max(case when scope.target_id = '{{ target }}' and scope.is_bound then 1 else 0 end) = 1
                    then '暂无数据'
                else '不适用'
            end
        ) as {{ target | lower }}_label,
        {%- endfor %}
        coalesce(max_by(status.status, status.badness), 'no_data') as status,
        coalesce(max_by(status.status_label, status.badness), '暂无数据') as status_label,
        coalesce(max_by(status.status_color, status.badness), '#C9CED6') as status_color
    from (
        select
            scoped.scope_type,
            scoped.scope_code,
            target.target_id,
            max(
                case
                    when
                        (
                            scoped.scope_type = 'province'
                            or target.target_grain = 'zone'
                            or (target.target_grain = 'county' and scoped.scope_type = 'city')
                        )
                        and {{ in_zone_class('scoped.zone_level', 'target.zone_class') }}
                        then 1
                    else 0
                end
            ) = 1 as is_bound
        from {{ scoped }} as scoped
        inner join {{ ref('dim_target') }} as target
            on target.is_current and target.target_id in ('{{ targets | join("', '") }}')
        group by scoped.scope_type, scoped.scope_code, target.target_id
    ) as scope
    left join {{ ref('fct_target_attainment') }} as fact
        on
            fact.is_this_year
            and scope.target_id = fact.target_id
            and scope.scope_type = fact.scope_type
            and scope.scope_code = fact.scope_code
    left join {{ ref('dim_status') }} as status on fact.status = status.status
    group by scope.scope_type, scope.scope_code
{%- endmacro %}

{# The months of the as-of year: business_month, month_label, month_number, last_date, is_begun, until_date. #}
{% macro months_of_year() -%}
    select
        dim_date.date_day as business_month,
        dim_date.month_label,
        dim_date.month_number,
        last_day(dim_date.date_day) as last_date,
        dim_date.date_day <= {{ as_of_date() }} as is_begun,
        least(last_day(dim_date.date_day), {{ as_of_date() }}) as until_date
    from {{ ref('dim_date') }} as dim_date
    where dim_date.day_number = 1 and dim_date.year_number = year({{ as_of_date() }})
{%- endmacro %}

{# The share that is due by the end of a month when the opening share has to rise evenly to the whole by December. #}
{% macro rising_share(opening, whole, month_number) -%}
    {%- set share = safe_div(opening, whole) -%}
    {{ rounded(share ~ ' + (1 - ' ~ share ~ ') * ' ~ month_number ~ ' / 12.0', 6) }}
{%- endmacro %}

{# Yuan as 亿元, 4 decimals. #}
{% macro yi(expression) -%} {{ rounded('cast(' ~ expression ~ ' as double) / 100000000', 4) }} {%- endmacro %}
