select
    industry_code,
    industry_level,
    industry_name,
    section_code,
    division_code,
    group_code,
    parent_code
from {{ ref('industry') }}
