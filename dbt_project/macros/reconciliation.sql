{# State of a credit code in the register: null while in business, else the finding (seed reconciliation_finding). #}
{% macro register_finding(state) -%}
    case {{ state }}
        when '吊销' then 'revoked'
        when '注销' then 'deregistered'
        when '迁出' then 'moved_out'
    end
{%- endmacro %}

{# What the credit register says of each code on the as-of date, and since when; one row per code. #}
{% macro registered_states() -%}
    select
        uscc,
        {{ register_finding('registration_state') }} as register_finding,
        registration_state,
        known_from
    from {{ ref('int_registration_version') }}
    where known_to = {{ far_future() }} and is_registered
{%- endmacro %}
