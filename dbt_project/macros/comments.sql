{# Every table and column of a release says what it is: "Chinese label：description" as its comment, for auditors and for
   SQL Lab. One statement a table: the adapter's own asks for the columns of each table first, and knows no label. The
   quotes are doubled here, because a macro call for each of 2,400 columns costs more than the comments. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
  {% if config.persist_relation_docs() %}
    {% set script -%}
    comment on {{ relation.type }} {{ relation }} is '{{ model.config.meta.label_zh }}：{{ model.description | replace("'", "''") }}';
    {% for name, column in model.columns.items() -%}
    comment on column {{ relation }}.{{ name }} is '{{ column.meta.label_zh }}：{{ column.description | replace("'", "''") }}';
    {% endfor %}
    {%- endset %}
    {% do adapter.execute(script) %}
  {% endif %}
{%- endmacro %}
