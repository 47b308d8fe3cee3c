with candidate as (
    select
        evidence.period_key,
        evidence.zone_id,
        sum(evidence.points) as points,
        count(*) filter (where evidence.points > 0) as evidence_count,
        concat_ws(
            '',
            coalesce(zone.short_name, evidence.zone_id),
            '（',
            {{ joined_text(
                "concat_ws('', evidence.evidence_label, case when evidence.is_ambiguous then '：多区' end)",
                '、',
                'evidence.evidence_kind'
            ) }},
            '）'
        ) as candidate_label
    from {{ ref('int_enterprise_zone_evidence') }} as evidence
    left join {{ ref('dim_zone') }} as zone on evidence.zone_id = zone.zone_id and zone.is_current
    group by evidence.period_key, evidence.zone_id, zone.short_name
),

ranked as (
    select
        period_key,
        zone_id,
        points,
        evidence_count,
        candidate_label,
        row_number() over (partition by period_key order by points desc nulls last, zone_id asc) as place
    from candidate
),

-- A zone is decided when it has more points than any other.
decided as (
    select
        period_key,
        max(zone_id) filter (where place = 1) as zone_id,
        max(points) filter (where place = 1) as points,
        max(evidence_count) filter (where place = 1) as evidence_count,
        sum(points) as all_points,
        sum(evidence_count) as all_count,
        case
            when max(points) = 0 then 'ambiguous'
            when max(points) = max(points) filter (where place = 2) then 'tie'
            else 'resolved'
        end as decision,
        {{ joined_text('candidate_label', '；', 'place') }} as candidates
    from ranked
    group by period_key
),

-- What each kind of evidence says, where it says one thing.
said as (
    select
        period_key,
        max(zone_id) filter (where evidence_kind = 'registry') as registry_zone_id,
        max(zone_id) filter (where evidence_kind = 'address' and not is_ambiguous) as address_zone_id,
        max(zone_id) filter (where evidence_kind = 'registered_address' and not is_ambiguous)
            as registered_address_zone_id,
        bool_or(is_ambiguous) as is_address_ambiguous
    from {{ ref('int_enterprise_zone_evidence') }}
    group by period_key
)

select
    period.period_key as enterprise_zone_key,
    period.enterprise_id,
    period.uscc,
    period.enterprise_name,
    case when decided.decision = 'resolved' then decided.zone_id end as zone_id,
    coalesce(decided.decision, 'miss') as decision,
    case
        when decided.decision is null or decided.decision <> 'resolved' then 'none'
        when decided.evidence_count >= 2 and decided.evidence_count = decided.all_count then 'high'
        when decided.evidence_count >= 2 or decided.all_count = 1 then 'medium'
        else 'low'
    end as confidence,
    case when decided.decision = 'resolved' then {{ safe_div('decided.points', 'decided.all_points') }} end
        as confidence_ratio,
    cast(case when decided.decision = 'resolved' then decided.evidence_count else 0 end as bigint) as agreeing_count,
    cast(
        coalesce(decided.all_count, 0) - case when decided.decision = 'resolved' then decided.evidence_count else 0 end
        as bigint
    ) as disagreeing_count,
    period.platform_zone_id,
    said.registry_zone_id,
    said.address_zone_id,
    said.registered_address_zone_id,
    coalesce(said.is_address_ambiguous, false) as is_address_ambiguous,
    decided.candidates,
    period.address,
    period.registered_address,
    cast(row_number() over (partition by period.enterprise_id order by period.valid_from) as bigint) as period_number,
    period.valid_from,
    period.valid_to,
    period.valid_to = {{ far_future() }} as is_current,
    'smart_zone' as source_system,
    period.source_record_id,
    period.batch_id,
    period.loaded_at
from {{ ref('int_enterprise_period') }} as period
left join decided on period.period_key = decided.period_key
left join said on period.period_key = said.period_key
