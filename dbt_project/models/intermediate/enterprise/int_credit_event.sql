with abnormal as (
    {{ dated_versions(
        ref('stg_credit__abnormal_list'),
        ['listing_id'],
        ['uscc', 'listed_date', 'listing_reason', 'listing_authority', 'removed_date', 'removal_reason']
    ) }}
),

serious as (
    {{ dated_versions(
        ref('stg_credit__serious_violation'),
        ['violation_id'],
        ['uscc', 'listed_date', 'listing_reason', 'listing_authority', 'removed_date', 'removal_reason',
         'removal_authority']
    ) }}
),

penalty as (
    {{ dated_versions(
        ref('stg_credit__penalty'),
        ['decision_no'],
        ['uscc', 'violation_kind', 'violation_facts', 'penalty_kind', 'penalty_content', 'fine_yuan',
         'confiscated_yuan', 'revoked_licence', 'decided_date', 'disclosed_until_date', 'remark']
    ) }}
),

licence as (
    {{ dated_versions(
        ref('stg_credit__licence'),
        ['decision_no'],
        ['uscc', 'certificate_name', 'certificate_no', 'licence_content', 'decided_date', 'valid_from_date',
         'valid_until_date', 'licence_state']
    ) }}
),

change as (
    {{ dated_versions(
        ref('stg_credit__registration_change'),
        ['change_id'],
        ['uscc', 'change_item', 'changed_date']
    ) }}
)

{{ credit_events('abnormal_listing', 'abnormal', 'listing_id', 'listed_date', 'removed_date', 'listing_reason',
    'removal_reason', 'listing_authority') }}
union all
{{ credit_events('abnormal_removal', 'abnormal', 'listing_id', 'removed_date', 'null', 'removal_reason',
    'listing_reason', 'listing_authority', only='removed_date is not null') }}
union all
{{ credit_events('serious_listing', 'serious', 'violation_id', 'listed_date', 'removed_date', 'listing_reason',
    'removal_reason', 'listing_authority') }}
union all
{{ credit_events('serious_removal', 'serious', 'violation_id', 'removed_date', 'null', 'removal_reason',
    'listing_reason', 'removal_authority', only='removed_date is not null') }}
union all
{{ credit_events('penalty', 'penalty', 'decision_no', 'decided_date', 'disclosed_until_date', 'violation_kind',
    'penalty_content', 'penalising_authority', 'fine_yuan', 'confiscated_yuan') }}
union all
{{ credit_events('licence', 'licence', 'decision_no', 'decided_date',
    'valid_until_date', 'certificate_name',
    'licence_content', 'licensing_authority') }}
union all
{{ credit_events('registration_change', 'change', 'change_id', 'changed_date', 'null', 'change_item', 'null',
    'registration_authority') }}
