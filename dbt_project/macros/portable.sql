{# One spelling for what DuckDB and Spark write differently. #}

{% macro hash_key(columns) -%}
    md5(concat_ws('|'{% for column in columns %}, coalesce(cast({{ column }} as varchar), '~'){% endfor %}))
{%- endmacro %}

{#
    A number below 10^26 as a double of so many decimals. Ties are decided by the decimal text, away from zero: round() of a
    double looks at the binary value in DuckDB (1.005 becomes 1.0) and at the text in Spark (1.01).
#}
{% macro rounded(expression, digits) -%}
    cast(round(cast({{ expression }} as decimal(38, 12)), {{ digits }}) as double)
{%- endmacro %}

{# The quotient as a double rounded to 6 digits; null where the divisor is zero or null. #}
{% macro safe_div(dividend, divisor) -%}
    {{ rounded('cast(' ~ dividend ~ ' as double) / nullif(cast(' ~ divisor ~ ' as double), 0)', 6) }}
{%- endmacro %}

{# Sum of doubles below 10^26, the same in whatever order they come. #}
{% macro exact_sum(expression) -%} cast(sum(cast({{ expression }} as decimal(38, 12))) as double) {%- endmacro %}

{# Mean of doubles, the same in whatever order they come. #}
{% macro exact_mean(expression) -%} {{ exact_sum(expression) }} / nullif(count({{ expression }}), 0) {%- endmacro %}

{# A number as it is published: so many decimals, two from a million on, for a double holds no more than sixteen digits. #}
{% macro published_double(expression, digits=6) -%}
    case
        when abs({{ expression }}) >= 1000000 then {{ rounded(expression, 2) }}
        else {{ rounded(expression, digits) }}
    end
{%- endmacro %}

{% macro month_start(date_expression) -%}
    cast(date_trunc('month', {{ date_expression }}) as date)
{%- endmacro %}

{% macro add_months(date_expression, months) -%} {{ adapter.dispatch('add_months')(date_expression, months) }} {%- endmacro %}
{% macro default__add_months(date_expression, months) -%}
    cast({{ date_expression }} + interval ({{ months }}) month as date)
{%- endmacro %}
{% macro spark__add_months(date_expression, months) -%} add_months({{ date_expression }}, {{ months }}) {%- endmacro %}

{% macro add_days(date_expression, days) -%} {{ adapter.dispatch('add_days')(date_expression, days) }} {%- endmacro %}
{% macro default__add_days(date_expression, days) -%}
    cast({{ date_expression }} + interval ({{ days }}) day as date)
{%- endmacro %}
{% macro spark__add_days(date_expression, days) -%} date_add({{ date_expression }}, {{ days }}) {%- endmacro %}

{# Whole days from first_day to last_day; negative when they are in the other order. #}
{% macro days_between(first_day, last_day) -%}
    {{ adapter.dispatch('days_between')(first_day, last_day) }}
{%- endmacro %}
{% macro default__days_between(first_day, last_day) -%} cast({{ last_day }} - {{ first_day }} as bigint) {%- endmacro %}
{% macro spark__days_between(first_day, last_day) -%}
    cast(datediff({{ last_day }}, {{ first_day }}) as bigint)
{%- endmacro %}

{# A select list entry that gives one row per day from first_day to last_day, both inclusive. #}
{% macro each_day(first_day, last_day) -%} {{ adapter.dispatch('each_day')(first_day, last_day) }} {%- endmacro %}
{% macro default__each_day(first_day, last_day) -%}
    cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day)) as date)
{%- endmacro %}
{% macro spark__each_day(first_day, last_day) -%}
    explode(sequence({{ first_day }}, {{ last_day }}, interval 1 day))
{%- endmacro %}

{# A select list entry that gives one row per whole number from first_number to last_number, both inclusive. #}
{% macro each_number(first_number, last_number) -%}
    {{ adapter.dispatch('each_number')(first_number, last_number) }}
{%- endmacro %}
{% macro default__each_number(first_number, last_number) -%}
    unnest(generate_series({{ first_number }}, {{ last_number }}))
{%- endmacro %}
{% macro spark__each_number(first_number, last_number) -%}
    explode(sequence({{ first_number }}, {{ last_number }}))
{%- endmacro %}

{# ISO: Monday 1 to Sunday 7. #}
{% macro day_of_week(date_expression) -%} {{ adapter.dispatch('day_of_week')(date_expression) }} {%- endmacro %}
{% macro default__day_of_week(date_expression) -%} isodow({{ date_expression }}) {%- endmacro %}
{% macro spark__day_of_week(date_expression) -%} (weekday({{ date_expression }}) + 1) {%- endmacro %}

{# A number as text with thousands separators; digits is 0 or 1. #}
{% macro format_number(expression, digits) -%}
    {{ adapter.dispatch('format_number')(rounded(expression, digits), digits) }}
{%- endmacro %}
{% macro default__format_number(expression, digits) -%}
    format('{:,.{{ digits }}f}', {{ expression }})
{%- endmacro %}
{% macro spark__format_number(expression, digits) -%} format_number({{ expression }}, {{ digits }}) {%- endmacro %}

{# A name for comparison: no blanks (plain, no-break, ideographic), half-width brackets. #}
{% macro plain_name(expression) -%}
    replace(replace(replace(replace(replace({{ expression }}, ' ', ''), chr(160), ''), '　', ''), '（', '('), '）', ')')
{%- endmacro %}
