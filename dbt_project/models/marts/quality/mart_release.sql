-- A view: the gate fills audit.check_result after dbt. Without the database's name, so that the file can be renamed.
{{ config(materialized='view') }}

with release as (
    select
        release_id,
        as_of_date
    from {{ source('audit', 'release').include(database=false) }}
    qualify row_number() over (order by built_at desc nulls last, release_id desc nulls last) = 1
),

checks as (
    select count(*) filter (where not is_success) as warning_count
    from {{ source('audit', 'check_result').include(database=false) }}
),

batches as (
    select
        sum(received_count) as received_row_count,
        sum(loaded_count) as loaded_row_count,
        sum(quarantined_count) as quarantined_row_count,
        sum(repeat_count) as repeated_row_count
    from {{ source('audit', 'batch').include(database=false) }}
)

select
    release.release_id,
    release.as_of_date,
    concat_ws('', '数据截至 ', {{ day_label('release.as_of_date') }}) as as_of_label,
    concat_ws('', '版本 ', release.release_id) as release_label,
    case
        when checks.warning_count = 0 then '通过'
        else concat_ws('', '通过，待核 ', cast(checks.warning_count as varchar), ' 项')
    end as quality_label,
    cast(checks.warning_count as bigint) as warning_count,
    cast(coalesce(batches.received_row_count, 0) as bigint) as received_row_count,
    cast(coalesce(batches.loaded_row_count, 0) as bigint) as loaded_row_count,
    cast(coalesce(batches.quarantined_row_count, 0) as bigint) as quarantined_row_count,
    cast(coalesce(batches.repeated_row_count, 0) as bigint) as repeated_row_count
from release
cross join checks
cross join batches
