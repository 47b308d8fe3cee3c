select
    system,
    dataset,
    dataset_title,
    owner
from {{ ref('dataset') }}
