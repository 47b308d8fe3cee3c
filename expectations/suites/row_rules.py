"""Hand-written rules about the rows of single datasets: what a declaration of types and ranges cannot say.

In the predicates `r` is the row and `b` its batch (raw.batch). Most of them warn: the row itself is well formed, and
only its owner can tell whether it is true.
"""

from __future__ import annotations

from expectations.measure import RowRule

# Jiangxi lies within these degrees; a swapped or mistyped coordinate leaves the box.
_OUTSIDE_PROVINCE = "r.longitude not between 113.5 and 118.6 or r.latitude not between 24.4 and 30.2"

ROW_RULES: dict[str, tuple[RowRule, ...]] = {
    "smart_zone/zone": (
        RowRule(
            "place_in_province",
            "warn",
            "The map of zones is drawn from these coordinates and codes",
            (
                ("outside the province by coordinates", _OUTSIDE_PROVINCE),
                ("with a city code outside 36", "r.city_code not like '36%'"),
            ),
        ),
    ),
    "smart_zone/zone_indicator": (
        RowRule(
            "month_has_begun",
            "block",
            "A month that has not begun when it is reported is a wrong month, and it would move the province's total",
            (("for a month after the load window", "r.business_month > b.window_until"),),
        ),
        RowRule(
            "revenue_published",
            "warn",
            "Zones that do not publish their revenue are missing from the province's total",
            (("without main business revenue", "r.main_business_revenue_ytd_yuan is null"),),
            max_share=0.2,
        ),
        RowRule(
            "growth_plausible",
            "warn",
            "A growth beyond five times the year before is as a rule a wrong unit or a percent read as a ratio",
            (("with growth beyond 5", "abs(r.main_business_revenue_yoy_ratio) > 5"),),
        ),
    ),
    "smart_zone/enterprise_indicator": (
        RowRule(
            "month_has_begun",
            "block",
            "A month that has not begun when it is reported is a wrong month",
            (("for a month after the load window", "r.business_month > b.window_until"),),
        ),
        RowRule(
            "revenue_unit_plausible",
            "warn",
            "No enterprise of the province earns 5,000 亿元 a year; such a value was reported in 元 instead of 万元",
            (("above 5,000 亿元", "abs(r.main_business_revenue_ytd_yuan) > 500000000000"),),
        ),
    ),
    "smart_zone/innovation_platform": (
        RowRule(
            "dates_in_order",
            "warn",
            "A platform counts from its approval to its end; dates out of order make it count at a wrong time or never",
            (
                ("revoked before their approval", "r.revoked_date < r.approved_date"),
                ("approved after they were recorded", "r.approved_date > cast(r.reported_at as date)"),
            ),
        ),
    ),
    "smart_zone/outlet": (
        RowRule(
            "limits_in_order",
            "warn",
            "Exceedance is judged against the outlet's own limits",
            (
                ("with the lower limit above the upper", "r.limit_lower > r.limit_upper"),
                ("with an upper limit of zero", "r.limit_upper = 0"),
            ),
        ),
    ),
    "monitoring/hourly_report": (
        RowRule(
            "measured_before_window_end",
            "block",
            "A value measured after the end of the loaded days comes from a wrong device clock or a wrong file",
            (("measured after the load window", "r.measured_at >= b.window_until + interval 1 day"),),
        ),
        RowRule(
            "measured_within_window",
            "warn",
            "Late packets are normal in small numbers; many mean that a network or a device was cut off",
            (("measured before the load window", "r.measured_at < b.window_since"),),
            max_share=0.01,
        ),
        RowRule(
            "mean_between_extremes",
            "warn",
            "The mean of an hour lies between its least and its greatest value, else the device computes wrongly",
            (("with the mean outside least and greatest", "r.avg_value not between r.min_value and r.max_value"),),
            max_share=0.01,
        ),
        RowRule(
            "flag_normal",
            "warn",
            "Hours with a flag other than N do not count as measured (HJ 212-2017); too many leave days empty",
            (("flagged other than N", "r.flag <> 'N'"),),
            max_share=0.25,
        ),
        RowRule(
            "pollutant_code_known",
            "warn",
            "A factor outside the form of HJ 212-2017 (a or w and five digits) has no limit and no name",
            (("with a code of another form", "not regexp_full_match(r.pollutant_code, '[aw][0-9]{5}')"),),
        ),
    ),
    "credit/registration": (
        RowRule(
            "capital_unit_plausible",
            "warn",
            "No entity of the province has a capital above 1,000 亿元; such a value was entered in 元 instead of 万元",
            (("with capital above 1,000 亿元", "r.registered_capital_yuan > 100000000000"),),
        ),
        RowRule(
            "dates_in_order",
            "warn",
            "An entity cannot be recorded before it was founded; sentinel dates show up here",
            (("founded after they were recorded", "r.established_date > cast(r.reported_at as date)"),),
        ),
    ),
    "credit/abnormal_list": (
        RowRule(
            "dates_in_order",
            "warn",
            "A listing ends after it begins",
            (("removed before they were listed", "r.removed_date < r.listed_date"),),
        ),
    ),
    "trading/award": (
        RowRule(
            "amount_plausible",
            "warn",
            "An award above 1,000 亿元 was published with the wrong price unit",
            (("above 1,000 亿元", "r.award_amount_yuan > 100000000000"),),
        ),
    ),
    "trading/land_deal": (
        RowRule(
            "price_per_mu_plausible",
            "warn",
            "Land above 1 亿元 a mu was published with the wrong unit of price or area",
            (("above 1 亿元 a mu", "r.deal_price_yuan > 100000000 * r.land_area_mu"),),
        ),
    ),
    "trading/project": (
        RowRule(
            "dates_in_order",
            "warn",
            "A project is recorded by the exchange after it was set up",
            (("recorded before they were set up", "r.created_at > r.reported_at"),),
        ),
    ),
}
