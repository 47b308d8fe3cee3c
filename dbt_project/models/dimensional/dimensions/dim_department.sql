select
    department_code,
    department_name,
    department_level
from {{ ref('department') }}
