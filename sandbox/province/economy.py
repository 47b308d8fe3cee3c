"""Main business revenue and what follows from it, by zone and by enterprise, month by month from 2017 to 2020.

Amounts are in 万元 (10,000 yuan), those of 2020 in the caliber of 2020. Constants and their sources: `calibration.py`.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from sandbox.province import calibration
from sandbox.province.enterprises import Enterprises
from sandbox.province.life import MERGED, Life
from sandbox.province.randomness import chance, stream
from sandbox.province.zones import Zone, all_zones

YEARS = (2017, 2018, 2019, 2020)
PER_YI = 10_000.0
_MONTHS = 12 * len(YEARS)


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
    """Final monthly revenue (万元) of the chosen zones (`zone_month`, zones x 48) and of all zones (`everyone`).

    `rows` are the places of the chosen zones among all; enterprises share their zone's revenue.
    """

    seed: int
    zone_month: np.ndarray
    everyone: np.ndarray
    rows: np.ndarray
    coverage: np.ndarray
    enterprises: Enterprises
    life: Life

    @cached_property
    def zone_of_month(self) -> np.ndarray:
        """Enterprises x 48: the zone (index) that an enterprise belongs to at the end of each month."""
        return np.column_stack([self.life.zone_on(day) for day in _month_ends()])

    @cached_property
    def enterprise_month(self) -> np.ndarray:
        """Enterprises x 48 months; per month, the members of a zone add up to its revenue times its coverage."""
        weight, zone = self._weights(), self.zone_of_month
        cell = zone * _MONTHS + np.arange(_MONTHS)
        total = np.bincount(cell.ravel(), weight.ravel(), minlength=self.zone_month.size).reshape(-1, _MONTHS)
        columns = np.arange(_MONTHS)
        return weight / total[zone, columns] * (self.zone_month * self.coverage[:, None])[zone, columns]

    def _weights(self) -> np.ndarray:
        """Enterprises x 48: relative sizes, zero after the end; a moved enterprise keeps its size in yuan."""
        rng = stream(self.seed, "enterprise_revenue", len(self.enterprises))
        home, life = self.life.home, self.life
        drift = rng.normal(0.0, 0.08, (len(home), len(YEARS))).cumsum(axis=1).repeat(12, axis=1)
        weight = self.enterprises.weight[:, None] * np.exp(drift + rng.normal(0.0, 0.10, (len(home), _MONTHS)))
        per_weight = (self.zone_month.sum(axis=1) * self.coverage) / np.bincount(home, self.enterprises.weight)
        for firm in life.movers:
            away = self.zone_of_month[firm] != home[firm]
            weight[firm, away] *= per_weight[home[firm]] / per_weight[life.moved_to[firm]]
        alive = np.column_stack([life.alive_on(day) for day in _month_ends()])
        for firm in life.ended:
            if life.ending[firm] == MERGED:
                weight[life.absorbed_by[firm], ~alive[firm]] += weight[firm, ~alive[firm]]
        return np.where(alive, weight, 0.0)

    def zone_figures(self, year: int, month: int, revenue_factor: np.ndarray | float = 1.0) -> Figures:
        """The chosen zones' figures for January..month; `revenue_factor` turns final values into first reports."""
        trait = {
            name: values[self.rows] for name, values in self._traits("zone", len(self.everyone), year, month).items()
        }
        final = year_to_date(self.everyone, year, month)
        added, profit = (values[self.rows] for values in self._ratios(final, year, month))
        return self._figures(self.zone_month, year, month, revenue_factor, trait, added, profit, spread=0.5)

    def enterprise_figures(self, year: int, month: int, revenue_factor: np.ndarray | float = 1.0) -> Figures:
        """The enterprises' figures for January..month."""
        trait = self._traits("enterprise", len(self.enterprises), year, month)
        added = 0.20 + 0.06 * trait["value_added"]
        profit = 0.035 + 0.062 * trait["profit"]
        return self._figures(self.enterprise_month, year, month, revenue_factor, trait, added, profit, spread=1.4)

    def _traits(self, who: str, count: int, year: int, month: int) -> dict[str, np.ndarray]:
        """Numbers in [0, 1.04) that make one zone or enterprise differ from another, and a little by month."""
        one = np.arange(count)
        return {
            name: chance(self.seed, f"{who}/{name}", one)
            + chance(self.seed, f"{who}/{name}/{year}-{month}", one) * 0.04
            for name in ("value_added", "profit", "tax", "exports", "power", "heads")
        }

    def _ratios(self, final: np.ndarray, year: int, month: int) -> tuple[np.ndarray, np.ndarray]:
        """Value added and profit per revenue of all zones, such that the province meets the published ratios."""
        trait = self._traits("zone", len(final), year, month)
        added, profit = 0.20 + 0.06 * trait["value_added"], 0.035 + 0.062 * trait["profit"]
        weight = final / final.sum()
        return (
            added * (calibration.VALUE_ADDED_RATIO / (added @ weight)),
            profit * (calibration.PROFIT_RATIO[year] / (profit @ weight)),
        )

    def _figures(
        self, by_month: np.ndarray, year: int, month: int, factor: np.ndarray | float,
        trait: dict[str, np.ndarray], added: np.ndarray, profit_ratio: np.ndarray, spread: float,
    ) -> Figures:  # fmt: skip
        now, before = year_to_date(by_month, year, month), year_to_date(by_month, year - 1, month)
        if year == calibration.CALIBER_CHANGE_YEAR:
            before = before * calibration.REBASE_FACTOR
        revenue = np.round(now * factor, 2)
        profit = np.round(revenue * profit_ratio, 2)
        low, high = calibration.TAX_RATIO
        known = (before > 0) & (year > YEARS[0])
        percent = np.round((revenue / np.where(known, before, 1.0) - 1.0) * 100.0, 2)
        return Figures(
            revenue=revenue,
            revenue_percent=np.where(known, percent, 0.0),
            value_added=np.round(revenue * added, 2),
            profit=profit,
            profit_and_tax=np.round(profit + revenue * (low + (high - low) * trait["tax"]), 2),
            exports=np.round(revenue * 0.12 * trait["exports"] ** 2, 2),
            electricity=np.round(
                revenue * calibration.ELECTRICITY_INTENSITY * np.exp(spread * (2.0 * trait["power"] - 1.0)), 2
            ),
            employees=np.round(
                now / month * 12 / PER_YI * calibration.EMPLOYEES_PER_YI * (0.7 + 0.6 * trait["heads"])
            ).astype(np.int64),
        )


def _month_ends() -> list[date]:
    return [date(year, month, monthrange(year, month)[1]) for year in YEARS for month in range(1, 13)]


def year_to_date(by_month: np.ndarray, year: int, month: int) -> np.ndarray:
    """Sums of January..month; ones before the first year."""
    start = (year - YEARS[0]) * 12
    if start < 0:
        return np.ones(len(by_month))
    return by_month[:, start : start + month].sum(axis=1)


def build_economy(seed: int, zones: list[Zone], enterprises: Enterprises, life: Life) -> Economy:
    """The economy of the chosen zones; their amounts do not depend on which others were chosen."""
    everyone = all_zones()
    annual = _annual_revenue(seed, everyone)
    monthly = np.concatenate([_monthly(seed, annual[year], year) for year in YEARS], axis=1) * PER_YI
    rows = np.array([zone.revenue_rank - 1 for zone in zones])
    low, high = calibration.COVERAGE
    coverage = low + (high - low) * stream(seed, "coverage").random(len(everyone))
    return Economy(seed, monthly[rows], monthly, rows, coverage[rows], enterprises, life)


def rank_curve(rank: np.ndarray, above_1000: int, above_500: int, total: float) -> np.ndarray:
    """亿 by rank: 1000 * ((rank + b) / (n + b)) ** -s through both published counts, with the b that meets the total."""

    def curve(shift: float) -> np.ndarray:
        first, second = above_1000 + 0.5 + shift, above_500 + 0.5 + shift
        power = np.log(2.0) / np.log(second / first)
        return 1000.0 * ((rank + shift) / first) ** -power

    low, high = 0.0, 1000.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if curve(middle).sum() > total else (low, middle)
    return curve(low) * (total / curve(low).sum())


def _annual_revenue(seed: int, zones: list[Zone]) -> dict[int, np.ndarray]:
    """亿 per zone and year: rank curves in 2019 and 2020, the years before by each zone's own growth."""
    rank = np.array([zone.revenue_rank for zone in zones], dtype=np.float64)
    totals = {year: whole for year, (whole, _) in calibration.REVENUE_YI.items()}
    annual = {year: rank_curve(rank, *counts, totals[year]) for year, counts in calibration.ZONES_ABOVE.items()}
    rng = stream(seed, "growth")
    growth = {year: np.clip(rng.normal(0.10, 0.045, len(zones)), -0.03, 0.24) for year in (2018, 2019)}
    past = annual[2019] / (1.0 + growth[2019])
    xiaolan = np.array(["小蓝" in zone.name for zone in zones])
    past[~xiaolan] *= (totals[2018] - calibration.XIAOLAN_2018_YI) / past[~xiaolan].sum()
    annual[2018] = np.where(xiaolan, calibration.XIAOLAN_2018_YI, past)
    earlier = annual[2018] / (1 + growth[2018])
    annual[2017] = earlier * (totals[2017] / earlier.sum())
    annual[2020] = _scattered(annual[2020], rng)
    return annual


def _scattered(annual: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Zones off their rank's curve, but on the same side of 1,000 and 500 亿, with the same total."""
    value = annual * np.exp(np.clip(rng.normal(0.0, 0.04, len(annual)), -0.10, 0.10))
    for mark in (1000.0, 500.0):
        value = np.where(annual > mark, np.maximum(value, mark * 1.005), value)
        value = np.where(annual < mark, np.minimum(value, mark * 0.99), value)
    small = annual < 400.0
    value[small] *= (annual.sum() - value[~small].sum()) / value[small].sum()
    return value


def _monthly(seed: int, annual: np.ndarray, year: int) -> np.ndarray:
    """Zones x 12 months in 亿; the province's first half and whole year come out exactly."""
    rng = stream(seed, "season", year)
    whole, first_half = calibration.REVENUE_YI[year]
    tilt = stream(seed, "season").normal(0.0, 0.010, len(annual)) + rng.normal(0.0, 0.003, len(annual))
    tilt -= (tilt * annual).sum() / annual.sum()
    half = annual * (first_half / whole + tilt)
    parts = []
    for amount, months in ((half, calibration.FIRST_HALF), (annual - half, calibration.SECOND_HALF)):
        share = np.array(months) * np.exp(rng.normal(0.0, 0.03, (len(annual), 6)))
        parts.append(amount[:, None] * share / share.sum(axis=1, keepdims=True))
    return np.concatenate(parts, axis=1)
