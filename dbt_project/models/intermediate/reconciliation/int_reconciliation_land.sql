-- Messages about one deal share their key; a delete names nothing but that key.
with message as (
    select
        deal.*,
        row_number() over (
            partition by deal.data_key
            order by
                deal.known_from desc, deal.reported_at desc nulls last, {{ arrival('deal', 'desc') }}
        ) as place,
        row_number() over (
            partition by deal.data_key, case when deal.operation = '3' then 1 else 0 end
            order by
                deal.known_from desc, deal.reported_at desc nulls last, {{ arrival('deal', 'desc') }}
        ) as kind_place
    from {{ ref('stg_trading__land_deal') }} as deal
),

withdrawn as (
    select data_key
    from message
    where place = 1 and operation = '3'
),

deal as (
    select
        message.deal_land_code,
        message.land_code,
        message.grantee_name,
        -- Typed by hand: lower case and full-width commas occur.
        replace(upper(message.grantee_code), '，', ',') as grantee_code,
        cast(message.land_area_mu as double) as land_area_mu,
        cast(message.published_at as date) as published_date,
        withdrawn.data_key is not null as is_withdrawn,
        message.source_record_id,
        message.batch_id,
        message.loaded_at
    from message
    left join withdrawn on message.data_key = withdrawn.data_key
    where message.operation <> '3' and message.kind_place = 1
    qualify row_number() over (
        partition by message.deal_land_code order by message.reported_at desc nulls last, message.data_key desc
    ) = 1
),

-- Joint grantees stand in one field.
part as (
    select
        placed.deal_land_code,
        placed.published_date,
        replace(split_part(placed.grantee_code, ',', placed.place), ' ', '') as uscc
    from (
        select
            deal.*,
            {{ each_number(1, "length(deal.grantee_code) - length(replace(deal.grantee_code, ',', '')) + 1") }} as place
        from deal
    ) as placed
),

enterprise as (
    {{ enterprise_on_day('part', 'uscc', 'published_date') }}
),

-- Deals without a grantee on the platform concern no zone.
grantee as (
    select
        part.deal_land_code,
        min(enterprise.uscc) as uscc,
        min(enterprise.enterprise_id) as enterprise_id,
        min(enterprise.zone_id) as zone_id
    from part
    inner join enterprise on part.uscc = enterprise.uscc and part.published_date = enterprise.event_date
    group by part.deal_land_code
),

parcel_version as (
    {{ dated_versions(
        ref('stg_smart_zone__land_parcel'),
        ['parcel_id'],
        ['contract_no', 'land_code', 'zone_id', 'uscc', 'tenure', 'land_area_mu', 'contract_date']
    ) }}
),

-- Who has held the parcel since: after a merger another one holds it, rightly.
holder as (
    select distinct
        parcel_id,
        uscc
    from parcel_version
),

parcel as (
    select
        current_version.*,
        cast(current_version.land_area_mu as double) as area_mu
    from parcel_version as current_version
    where current_version.is_current and current_version.tenure = '出让'
),

linked as (
    select
        parcel.parcel_id,
        parcel.contract_no,
        parcel.uscc,
        parcel.enterprise_name,
        parcel.zone_id,
        parcel.area_mu,
        parcel.contract_date,
        parcel.source_record_id,
        parcel.batch_id,
        parcel.loaded_at,
        of_deal.deal_land_code,
        coalesce(of_deal.is_code_wrong, false) as is_code_wrong
    from parcel
    left join {{ ref('int_deal_parcel') }} as of_deal on parcel.parcel_id = of_deal.parcel_id
),

held as (
    select
        linked.parcel_id,
        linked.deal_land_code,
        bool_or(strpos(deal.grantee_code, holder.uscc) > 0) as is_grantee
    from linked
    inner join deal on linked.deal_land_code = deal.deal_land_code
    inner join holder on linked.parcel_id = holder.parcel_id
    group by linked.parcel_id, linked.deal_land_code
),

by_deal as (
    select
        linked.deal_land_code,
        count(*) as parcel_count,
        {{ exact_sum('linked.area_mu') }} as area_mu,
        bool_or(linked.is_code_wrong) as is_code_wrong,
        bool_and(held.is_grantee) as is_grantee,
        min(linked.contract_no) as contract_no,
        min(linked.zone_id) as zone_id,
        min(linked.uscc) as uscc,
        min(linked.enterprise_name) as enterprise_name,
        min(linked.source_record_id) as source_record_id,
        max(linked.batch_id) as batch_id,
        max(linked.loaded_at) as loaded_at
    from linked
    inner join held on linked.parcel_id = held.parcel_id and linked.deal_land_code = held.deal_land_code
    group by linked.deal_land_code
),

rule as (
    select
        tolerance_ratio,
        grace_days
    from {{ ref('reconciliation_check') }}
    where check_code = 'land_deal_parcel'
),

compared as (
    select
        deal.deal_land_code as item_id,
        deal.land_code as item_name,
        coalesce(by_deal.uscc, grantee.uscc) as uscc,
        grantee.enterprise_id,
        coalesce(by_deal.zone_id, grantee.zone_id) as zone_id,
        deal.published_date,
        deal.land_area_mu as left_value,
        by_deal.area_mu as right_value,
        concat_ws(' ', deal.deal_land_code, deal.grantee_name) as left_text,
        case
            when by_deal.deal_land_code is not null then concat_ws(' ', by_deal.contract_no, by_deal.enterprise_name)
        end as right_text,
        case
            when deal.is_withdrawn then 'withdrawn'
            when
                by_deal.deal_land_code is null
                and {{ add_days('deal.published_date', 'rule.grace_days') }} >= {{ as_of_date() }}
                then 'pending'
            when by_deal.deal_land_code is null then 'missing'
            when by_deal.is_code_wrong then 'code'
            when not by_deal.is_grantee then 'holder'
            when abs(by_deal.area_mu - deal.land_area_mu) <= rule.tolerance_ratio * deal.land_area_mu then 'agrees'
            when abs(by_deal.area_mu * 15 - deal.land_area_mu) <= rule.tolerance_ratio * deal.land_area_mu then 'unit'
            when
                abs(by_deal.area_mu - deal.land_area_mu * 15) <= rule.tolerance_ratio * deal.land_area_mu * 15
                then 'unit'
            else 'area'
        end as finding,
        deal.source_record_id as left_record_id,
        by_deal.source_record_id as right_record_id,
        greatest(deal.batch_id, coalesce(by_deal.batch_id, deal.batch_id)) as batch_id,
        greatest(deal.loaded_at, coalesce(by_deal.loaded_at, deal.loaded_at)) as loaded_at
    from deal
    cross join rule
    left join by_deal on deal.deal_land_code = by_deal.deal_land_code
    left join grantee on deal.deal_land_code = grantee.deal_land_code
    where
        (by_deal.deal_land_code is not null or grantee.deal_land_code is not null)
        and (not deal.is_withdrawn or by_deal.deal_land_code is not null)
),

-- A granted parcel with a contract from the time of the exchange's deals that names none of them.
first_deal as (
    select min(published_date) as published_date
    from deal
),

unmatched as (
    select
        linked.parcel_id as item_id,
        linked.contract_no as item_name,
        linked.uscc,
        cast(null as varchar) as enterprise_id,
        linked.zone_id,
        linked.contract_date as published_date,
        cast(null as double) as left_value,
        linked.area_mu as right_value,
        cast(null as varchar) as left_text,
        concat_ws(' ', linked.contract_no, linked.enterprise_name) as right_text,
        'no_deal' as finding,
        cast(null as varchar) as left_record_id,
        linked.source_record_id as right_record_id,
        linked.batch_id,
        linked.loaded_at
    from linked
    cross join first_deal
    cross join rule
    where
        linked.deal_land_code is null
        and linked.contract_date > {{ add_days('first_deal.published_date', 'rule.grace_days') }}
)

select
    'land_deal_parcel' as check_code,
    'zone' as scope_type,
    item.zone_id as scope_code,
    make_date(cast(year(item.published_date) as int), 1, 1) as period_start,
    item.item_id,
    item.item_name,
    item.uscc,
    item.enterprise_id,
    item.left_value,
    item.right_value,
    item.left_text,
    item.right_text,
    item.finding,
    item.left_record_id,
    item.right_record_id,
    item.batch_id,
    item.loaded_at
from (
    select compared.*
    from compared
    union all
    select unmatched.*
    from unmatched
) as item
