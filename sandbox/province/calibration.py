"""Every constant that makes the synthetic province resemble the published one, with its source.

A figure marked "published" is one that the provincial authorities gave out for all development zones of Jiangxi; it is
met to within 1 % (`tests/unit/test_sandbox_calibration.py`, table in docs/sandbox.md). A figure marked "derived" follows
from published ones by the rule stated. A figure marked "chosen" is ours: plausible, and nothing was found to hold it
against. How pollutants behave at the outlets stands beside their model in `outlets.py`, how many innovation platforms
are approved in `innovation.py`.
"""

from datetime import date

# --- Revenue of all zones, 亿 yuan: year -> (whole year, first half) ------------------------------------------------
# 2019 first half: published, 12,183.45 (+10.7 %). 2018 first half: derived, 12,183.45 / 1.107.
# 2019 whole: published as "a little under 3 trillion" (2020 was the first year above it); 29,860 is chosen below it.
# 2020 whole: published, 32,400, in the caliber of 2020. 2018 whole, 2020 first half and all of 2017: chosen so that
# the growth and the share of the first half stay near those of 2019. 2017 only serves the growth rates of 2018.
REVENUE_YI = {
    2017: (24_520.0, 9_960.0),
    2018: (27_050.0, 11_005.83),
    2019: (29_860.0, 12_183.45),
    2020: (32_400.0, 12_870.0),
}
# Published for one zone: 小蓝, whole year 2018.
XIAOLAN_2018_YI = 1_051.10
# Published: zones above 1,000 亿 and above 500 亿. A rank curve goes through both points and meets the total.
ZONES_ABOVE = {2019: (4, 17), 2020: (5, 20)}
# Share of each month in its half of the year; chosen: short January and February, strong ends of quarters.
FIRST_HALF = (0.145, 0.125, 0.172, 0.176, 0.184, 0.198)
SECOND_HALF = (0.155, 0.158, 0.166, 0.168, 0.174, 0.179)
# Part of a zone's revenue that its enterprises on the platform report; chosen.
COVERAGE = (0.64, 0.90)

# --- Caliber -----------------------------------------------------------------------------------------------------------
# In 2020 主营业务收入 became 营业收入 and the data were cleaned. Operating revenue is wider by other business (about
# +1.5 %), the clean-up took out what stood in two zones or outside of any (about -3 %): derived from two published
# facts, that 2020 was the first year above 3 trillion and that 上饶经开区, 1,051 亿 in the old caliber of 2017, passed
# 1,000 亿 "for the first time" in 2020. An old value times the factor is the value in the new caliber.
CALIBER_CHANGE_YEAR = 2020
REBASE_FACTOR = 0.985


def caliber_of(year: int) -> str:
    """The version of the revenue indicator's definition that reports about a year follow."""
    return "2020" if year >= CALIBER_CHANGE_YEAR else "2018"


# --- What follows from revenue -----------------------------------------------------------------------------------------
# Value added: published values of 2014 and 2017 are 0.231 and 0.234 of revenue.
VALUE_ADDED_RATIO = 0.23
# Profit: published 0.066 for 2017 and 2,265.40 亿 (+15.4 %) for 2020, so 1,963.09 亿 for 2019; 2018 chosen between.
PROFIT_RATIO = {2017: 0.066, 2018: 0.066, 2019: 1_963.09 / 29_860.0, 2020: 2_265.40 / 32_400.0}
# Tax 0.02 to 0.06 of revenue (published for single zones).
TAX_RATIO = (0.02, 0.06)
# 万千瓦时 per 万元: about 70 TWh in 2019 for all zones; chosen below the industrial consumption of the whole province.
ELECTRICITY_INTENSITY = 0.023
# Persons per 亿 of yearly revenue; chosen near the 74 that 上饶's zones had in 2016 (217,520 workers).
EMPLOYEES_PER_YI = 74.0
# Shares of registered capital follow the quantiles of 106,175 real registrations (50 万元 at 25 %, 500 at 75 %).
ABOVE_SCALE_SHARE = 0.45  # published for one zone (吉水: 139 of 312)
STEADY_SHARE = 0.16  # chosen: enterprises that neither move nor end, whatever they hold

# --- When figures arrive -----------------------------------------------------------------------------------------------
RESTATED_SHARE = 0.12  # chosen: zones and enterprises that correct a month on the 13th to 17th of the next
LATE_SHARE = 0.03  # chosen: zones that report a month late
LATEST_DAYS = 6  # chosen: by so many days at most

# --- The life of enterprises: shares of all enterprises per year; chosen ----------------------------------------------------
MOVES_PER_YEAR = 0.006
MERGERS_PER_YEAR = 0.002
DEREGISTERED_PER_YEAR = 0.008
REVOKED_PER_YEAR = 0.003

# --- The credit register: chosen, near the shares of the national publicity system --------------------------------------
CHANGES_PER_YEAR = 0.25
REPORT_MISSED_SHARE = 0.018  # annual reports not filed by the end of June
UNREACHABLE_PER_YEAR = 0.010  # listings because nobody was met at the registered address
FALSE_STATEMENT_SHARE = 0.004  # annual reports found false
OLD_LISTINGS_SHARE = 0.012  # enterprises listed from 2015 to 2017 and not removed since
EXCEEDANCE_PENALISED_SHARE = 0.30  # exceedance episodes that end in a fine
# Fine for a discharge above the limit: 10 to 100 万元 (水污染防治法 art. 83, 大气污染防治法 art. 99).
POLLUTION_FINE = (10.0, 100.0)
NOT_DISCLOSED_SHARE = 0.55  # figures of an annual report that the enterprise keeps to itself

# --- Public resource trading -----------------------------------------------------------------------------------------------
TENDERED_SHARE = 0.85  # projects that come to a tender; chosen
SECTIONS_SHARE = (0.80, 0.15, 0.05)  # tenders with one, two, three sections; chosen
AWARDED_SHARE = 0.92  # sections that are awarded; chosen
RATE_SHARE = 0.04  # awards stated as a rate instead of an amount
LAND_FAILED_SHARE = 0.05  # land notices without a deal; chosen
# The provincial market for farmland quotas; it opened within the three-year plan of 2018 to 2020 (day chosen).
FARMLAND_MARKET_OPENED = date(2018, 7, 2)
FARMLAND_YUAN_PER_MU = (60_000.0, 180_000.0)  # chosen
