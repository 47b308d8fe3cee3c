select
    catalog_code,
    max_by(task_name, accepted_at) as task_name,
    cast(count(*) as bigint) as accepted_count,
    cast(count(*) filter (where is_decided) as bigint) as decided_count,
    cast(count(*) filter (where is_overdue) as bigint) as overdue_count,
    {{ safe_div('count(*) filter (where is_overdue)', 'count(*)') }} as overdue_ratio,
    {{ rounded('avg(cast(working_day_count as double)) filter (where is_decided)', 2) }} as working_day_mean,
    {{ rounded('avg(cast(promise_day_count as double)) filter (where is_decided)', 2) }} as promise_day_mean,
    {{ safe_div('count(*) filter (where stop_count > 0)', 'count(*)') }} as stopped_ratio,
    {{ safe_div('count(*) filter (where is_online_item)', 'count(is_online_item)') }} as online_ratio,
    {{ rounded('avg(cast(satisfaction_score as double))', 2) }} as satisfaction_mean
from {{ ref('fct_approval_case') }}
where year(accepted_at) = year({{ as_of_date() }})
group by catalog_code
