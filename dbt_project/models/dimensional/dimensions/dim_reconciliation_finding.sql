select
    finding,
    finding_label
from {{ ref('reconciliation_finding') }}
