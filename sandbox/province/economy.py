"""Main business revenue and what follows from it, by zone and by enterprise, month by month from 2017 to 2020.

Amounts are in 万元 (10,000 yuan). The final values of all zones together meet the published province totals:
11,005.83 亿 in the first half and about 27,050 亿 in the whole of 2018, 12,183.45 and 29,860 亿 in 2019, and
32,400 亿 in 2020.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.randomness import chance, stream
from sandbox.province.zones import Zone, all_zones

YEARS = (2017, 2018, 2019, 2020)
PER_YI = 10_000.0
# (whole year, first half) in 亿; 2017 serves only the growth rates of 2018.
_TOTALS = {
    2017: (24_520.0, 9_960.0),
    2018: (27_050.0, 11_005.83),
    2019: (29_860.0, 12_183.45),
    2020: (32_400.0, 12_870.0),
}
_XIAOLAN_2018 = 1_051.10
_FIRST_HALF = np.array([0.145, 0.125, 0.172, 0.176, 0.184, 0.198])
_SECOND_HALF = np.array([0.155, 0.158, 0.166, 0.168, 0.174, 0.179])
# Rank curve revenue = 1000 * ((rank + b) / (4.5 + b)) ** -s: four zones above 1,000 亿 and seventeen above 500 亿.
_CURVE_SHIFT = 19.92
_CURVE_POWER = float(np.log(2.0) / np.log((17.5 + _CURVE_SHIFT) / (4.5 + _CURVE_SHIFT)))


@dataclass(frozen=True)
class Figures:
    """Year-to-date figures of one month, one entry per zone or enterprise (万元; 万千瓦时; persons)."""

    revenue: np.ndarray
    revenue_percent: np.ndarray
    value_added: np.ndarray
    profit: np.ndarray
    profit_and_tax: np.ndarray
    exports: np.ndarray
    electricity: np.ndarray
    employees: np.ndarray


@dataclass(frozen=True)
class Economy:
    """Final monthly revenue (万元): `zone_month` is zones x 48 months; enterprises share their zone's revenue."""

    seed: int
    zone_month: np.ndarray
    coverage: np.ndarray
    enterprises: Enterprises

    @cached_property
    def enterprise_month(self) -> np.ndarray:
        """Enterprises x 48 months; per zone and month they add up to the zone's revenue times its coverage."""
        rng = stream(self.seed, "enterprise_revenue", len(self.enterprises))
        zone = self.enterprises.zone
        drift = rng.normal(0.0, 0.08, (len(zone), len(YEARS))).cumsum(axis=1).repeat(12, axis=1)
        weight = self.enterprises.weight[:, None] * np.exp(drift + rng.normal(0.0, 0.10, (len(zone), 12 * len(YEARS))))
        # Enterprises are sorted by zone, so each zone is one slice.
        starts = np.searchsorted(zone, np.arange(len(self.coverage)))
        total = np.add.reduceat(weight, starts, axis=0)
        return weight / total[zone] * (self.zone_month * self.coverage[:, None])[zone]

    def zone_figures(self, year: int, month: int, revenue_factor: np.ndarray | float = 1.0) -> Figures:
        """The zones' figures for January..month; `revenue_factor` turns final values into first reports."""
        return self._figures("zone", self.zone_month, year, month, revenue_factor)

    def enterprise_figures(self, year: int, month: int, revenue_factor: np.ndarray | float = 1.0) -> Figures:
        """The enterprises' figures for January..month."""
        return self._figures("enterprise", self.enterprise_month, year, month, revenue_factor)

    def _figures(self, who: str, by_month: np.ndarray, year: int, month: int, factor: np.ndarray | float) -> Figures:
        now, before = _year_to_date(by_month, year, month), _year_to_date(by_month, year - 1, month)
        revenue = np.round(now * factor, 2)
        one = np.arange(len(by_month))
        trait = {
            name: chance(self.seed, f"{who}/{name}", one)
            + chance(self.seed, f"{who}/{name}/{year}-{month}", one) * 0.04
            for name in ("value_added", "profit", "tax", "exports", "power", "heads")
        }
        profit = np.round(revenue * (0.035 + 0.062 * trait["profit"]), 2)
        spread = 0.5 if who == "zone" else 1.4
        return Figures(
            revenue=revenue,
            revenue_percent=np.round((revenue / before - 1.0) * 100.0, 2) if year > YEARS[0] else np.zeros_like(now),
            value_added=np.round(revenue * (0.20 + 0.06 * trait["value_added"]), 2),
            profit=profit,
            profit_and_tax=np.round(profit + revenue * (0.02 + 0.04 * trait["tax"]), 2),
            exports=np.round(revenue * 0.12 * trait["exports"] ** 2, 2),
            electricity=np.round(revenue * 0.023 * np.exp(spread * (2.0 * trait["power"] - 1.0)), 2),
            employees=np.round(now / month * 12 / PER_YI * 74 * (0.7 + 0.6 * trait["heads"])).astype(np.int64),
        )


def _year_to_date(by_month: np.ndarray, year: int, month: int) -> np.ndarray:
    start = (year - YEARS[0]) * 12
    if start < 0:
        return np.ones(len(by_month))
    return by_month[:, start : start + month].sum(axis=1)


def build_economy(seed: int, zones: list[Zone], enterprises: Enterprises) -> Economy:
    """The economy of the chosen zones; their amounts do not depend on which others were chosen."""
    everyone = all_zones()
    annual = _annual_revenue(seed, everyone)
    monthly = np.concatenate([_monthly(seed, annual[year], year) for year in YEARS], axis=1) * PER_YI
    rows = [zone.revenue_rank - 1 for zone in zones]
    coverage = 0.64 + 0.26 * stream(seed, "coverage").random(len(everyone))
    return Economy(seed, monthly[rows], coverage[rows], enterprises)


def _annual_revenue(seed: int, zones: list[Zone]) -> dict[int, np.ndarray]:
    """亿 per zone and year: the rank curve in 2019, the neighbours by each zone's own growth."""
    rank = np.array([zone.revenue_rank for zone in zones], dtype=np.float64)
    curve = 1000.0 * ((rank + _CURVE_SHIFT) / (4.5 + _CURVE_SHIFT)) ** -_CURVE_POWER
    annual = {2019: curve * (_TOTALS[2019][0] / curve.sum())}
    rng = stream(seed, "growth")
    growth = {year: np.clip(rng.normal(0.10, 0.045, len(zones)), -0.03, 0.24) for year in (2018, 2019, 2020)}
    past = annual[2019] / (1.0 + growth[2019])
    xiaolan = np.array(["小蓝" in zone.name for zone in zones])
    past[~xiaolan] *= (_TOTALS[2018][0] - _XIAOLAN_2018) / past[~xiaolan].sum()
    annual[2018] = np.where(xiaolan, _XIAOLAN_2018, past)
    for year, neighbour in ((2017, annual[2018] / (1 + growth[2018])), (2020, annual[2019] * (1 + growth[2020]))):
        annual[year] = neighbour * (_TOTALS[year][0] / neighbour.sum())
    return annual


def _monthly(seed: int, annual: np.ndarray, year: int) -> np.ndarray:
    """Zones x 12 months in 亿; the province's first half and whole year come out exactly."""
    rng = stream(seed, "season", year)
    whole, first_half = _TOTALS[year]
    tilt = stream(seed, "season").normal(0.0, 0.010, len(annual)) + rng.normal(0.0, 0.003, len(annual))
    tilt -= (tilt * annual).sum() / annual.sum()
    half = annual * (first_half / whole + tilt)
    parts = []
    for amount, shape in ((half, _FIRST_HALF), (annual - half, _SECOND_HALF)):
        share = shape * np.exp(rng.normal(0.0, 0.03, (len(annual), 6)))
        parts.append(amount[:, None] * share / share.sum(axis=1, keepdims=True))
    return np.concatenate(parts, axis=1)
