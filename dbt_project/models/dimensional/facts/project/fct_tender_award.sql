with award as (
    {{ dated_versions(
        ref('stg_trading__award'),
        ['data_key'],
        ["operation = '3'", 'tender_project_code', 'bid_section_code', 'region_code', 'notice_name', 'winner_name',
         'winner_uscc', 'price_form', 'award_amount_yuan', 'published_at']
    ) }}
),

section_now as (
    {{ latest_message(ref('stg_trading__section'), 'bid_section_code') }}
),

tender_now as (
    {{ latest_message(ref('stg_trading__tender'), 'tender_project_code') }}
),

project_now as (
    {{ latest_message(ref('stg_trading__project'), 'project_code') }}
),

winner as (
    {{ enterprise_on_day('award', 'winner_uscc', 'cast(published_at as date)') }}
),

-- Who invites the tenders, on the day of the award.
invited as (
    select distinct
        tender_now.tender_project_code,
        tender_now.tenderer_uscc,
        cast(award.published_at as date) as published_date
    from award
    inner join tender_now on award.tender_project_code = tender_now.tender_project_code
),

tenderer as (
    {{ enterprise_on_day('invited', 'tenderer_uscc', 'published_date') }}
),

-- The committee of a zone bears the zone's name, also one that it had before.
committee as (
    select
        {{ plain_name("concat_ws('', zone_name, '管理委员会')") }} as committee_name,
        max(zone_id) as zone_id
    from {{ ref('dim_zone') }}
    group by {{ plain_name("concat_ws('', zone_name, '管理委员会')") }}
    having count(distinct zone_id) = 1
)

select
    award.data_key,
    award.bid_section_code,
    section_now.section_name,
    award.tender_project_code,
    tender_now.tender_name,
    tender_now.tender_type,
    case tender_now.tender_mode when '1' then '公开招标' when '2' then '邀请招标' end as tender_mode_label,
    tender_now.is_required_by_law,
    tender_now.project_code,
    project_now.project_name,
    project_now.invest_project_code,
    tender_now.tenderer_name,
    tender_now.tenderer_uscc,
    coalesce(tenderer.zone_id, committee.zone_id) as zone_id,
    case
        when tenderer.zone_id is not null then 'tenderer'
        when committee.zone_id is not null then 'committee'
    end as zone_rule,
    award.region_code,
    award.notice_name,
    award.winner_name,
    award.winner_uscc,
    winner.enterprise_id as winner_enterprise_id,
    winner.zone_id as winner_zone_id,
    case award.price_form when '1' then '金额' when '2' then '费率' when '3' then '单价' else '其他' end
        as price_form_label,
    -- Only a price that is an amount can be added up.
    cast(case when award.price_form = '1' then award.award_amount_yuan end as decimal(24, 2)) as award_amount_yuan,
    cast(section_now.estimated_price_yuan as decimal(24, 2)) as estimated_price_yuan,
    case
        when award.price_form = '1'
            then {{ safe_div(
                'section_now.estimated_price_yuan - award.award_amount_yuan', 'section_now.estimated_price_yuan'
            ) }}
    end as saving_ratio,
    award.published_at,
    section_now.bid_section_code is not null and tender_now.tender_project_code is not null
    and project_now.project_code is not null as is_chain_complete,
    award.is_current and coalesce(cast(award.published_at as date) <= {{ as_of_date() }}, false) as is_standing,
    cast(award.version_number as bigint) as version_number,
    award.reported_at,
    award.known_from,
    award.known_to,
    award.is_current,
    cast(award.published_at as date) as business_date,
    'trading' as source_system,
    award.source_record_id,
    award.batch_id,
    award.loaded_at
from award
left join section_now on award.bid_section_code = section_now.bid_section_code
left join tender_now on award.tender_project_code = tender_now.tender_project_code
left join project_now on tender_now.project_code = project_now.project_code
left join tenderer
    on tender_now.tenderer_uscc = tenderer.uscc and cast(award.published_at as date) = tenderer.event_date
left join winner on award.winner_uscc = winner.uscc and cast(award.published_at as date) = winner.event_date
left join committee on {{ plain_name('tender_now.tenderer_name') }} = committee.committee_name
-- A withdrawn notice ends with its last version: none is current.
where award.operation <> '3'
