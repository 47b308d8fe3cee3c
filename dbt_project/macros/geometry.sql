{# GeoJSON polygon of a rectangle from its north-west corner, sizes in degrees. #}
{% macro tile_polygon(west, north, width, height) -%}
    concat_ws(
        '',
        '{"type":"Polygon","coordinates":[[',
        {%- for right, down in [(0, 0), (width, 0), (width, height), (0, height), (0, 0)] %}
        '[', cast(cast({{ west }} + {{ right }} as decimal(9, 4)) as varchar), ',',
        cast(cast({{ north }} - {{ down }} as decimal(9, 4)) as varchar), ']'{% if not loop.last %}, ',',{% else %},{% endif %}
        {%- endfor %}
        ']]}'
    )
{%- endmacro %}
