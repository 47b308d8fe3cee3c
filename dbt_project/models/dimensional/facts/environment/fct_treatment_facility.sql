with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__treatment_facility'),
        ['facility_id'],
        ['facility_name', 'facility_kind', 'zone_id', 'uscc', 'design_sewage_m3_per_day', 'design_waste_t_per_year',
         'standard_no', 'started_date', 'built_date', 'operating_date']
    ) }}
)

select
    facility_id,
    facility_name,
    facility_kind,
    facility_kind = '污水处理厂' as is_sewage_works,
    zone_id,
    uscc,
    cast(design_sewage_m3_per_day as decimal(24, 6)) as design_sewage_m3_per_day,
    cast(design_waste_t_per_year as decimal(24, 6)) as design_waste_t_per_year,
    standard_no,
    started_date,
    built_date,
    operating_date,
    is_current
    and coalesce(built_date <= {{ as_of_date() }}, false) as is_built,
    is_current
    and coalesce(operating_date <= {{ as_of_date() }}, false) as is_operating,
    {{ version_and_lineage('smart_zone', 'coalesce(operating_date, built_date, started_date)') }}
from versions
