with outlet_name as (
    {{ outlet_names() }}
),

enterprise_name as (
    {{ enterprise_names() }}
)

select
    episode.episode_key,
    row_number() over (
        order by
            episode.worst_multiple desc nulls last,
            episode.hour_count desc nulls last,
            episode.started_at asc nulls last,
            episode.mn asc nulls last,
            episode.pollutant_code asc
    ) as rank_number,
    episode.outlet_id,
    coalesce(outlet_name.outlet_name, episode.outlet_id) as outlet_name,
    episode.uscc,
    coalesce(enterprise_name.enterprise_name, episode.uscc) as enterprise_name,
    episode.zone_id,
    coalesce(zone.short_name, episode.zone_id) as zone_name,
    zone.city_code,
    zone.city_name,
    episode.pollutant_code,
    coalesce(pollutant.pollutant_name, episode.pollutant_code) as pollutant_name,
    pollutant.unit,
    episode.first_date,
    episode.last_date,
    {{ hour_label('episode.started_at') }} as started_label,
    {{ hour_label('episode.ended_at') }} as ended_label,
    episode.hour_count,
    episode.day_count,
    episode.exceeding_day_count,
    episode.limit_upper,
    episode.limit_lower,
    episode.worst_value,
    episode.worst_multiple,
    episode.standard_no,
    case when episode.is_open then '持续中' else '已结束' end as state_label
from {{ ref('fct_exceedance_episode') }} as episode
left join outlet_name on episode.outlet_id = outlet_name.outlet_id
left join enterprise_name on episode.uscc = enterprise_name.uscc
left join {{ ref('dim_pollutant') }} as pollutant on episode.pollutant_code = pollutant.pollutant_code
left join {{ ref('dim_zone') }} as zone on episode.zone_id = zone.zone_id and zone.is_current
where episode.last_date > {{ last_year_end() }}
