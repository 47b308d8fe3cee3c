"""Annual reports of the enterprises: filed from January to June of the next year, late, never, or falsely.

The figures are those that the enterprise gives to the platform over the year; a report that was found false is filed
again with the true ones.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.province.calibration import FALSE_STATEMENT_SHARE, NOT_DISCLOSED_SHARE, REPORT_MISSED_SHARE
from sandbox.province.economy import YEARS, Economy, year_to_date
from sandbox.province.enterprises import Enterprises
from sandbox.province.life import REVOKED, Life
from sandbox.province.randomness import chance
from sandbox.province.scale import LAST_DAY
from sandbox.province.versions import Versions

REPORT_YEARS = YEARS[:-1]
# The figures of a report in 万元 (persons for the last), in the order of the form.
FIGURES = (
    "asset_zmt", "debt_amt", "owner_equity_toatal", "opt_income_total", "main_busi_income", "profit_total", "net_profit",
    "tax_total", "employee_num",
)  # fmt: skip
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class AnnualReports:
    """Parallel columns, one entry per version of a report, by time of record.

    `figures` has one column for each of FIGURES, `is_public` says which of them the enterprise discloses. `late` and
    `false` hold (firm, year) -> the day on which a missing report was filed after all (None: never), or a false one was
    corrected.
    """

    versions: Versions
    firm: np.ndarray
    year: np.ndarray
    filed_on: np.ndarray
    figures: np.ndarray
    is_public: np.ndarray
    late: dict[tuple[int, int], date | None]
    false: dict[tuple[int, int], date]


def deadline(year: int) -> date:
    """The last day to file the report about a year."""
    return date(year + 1, 6, 30)


def build_reports(seed: int, enterprises: Enterprises, economy: Economy, life: Life) -> AnnualReports:
    """The reports about 2017, 2018 and 2019."""
    late: dict[tuple[int, int], date | None] = {}
    false: dict[tuple[int, int], date] = {}
    parts = [_Year(seed, enterprises, economy, life, year).parts(late, false) for year in REPORT_YEARS]
    firm, year, filed, figures, at = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((firm, at))
    firm, year, filed, figures, at = (values[order] for values in (firm, year, filed, figures, at))
    # Assets, debt and equity are one table of the form: an enterprise discloses all of them or none.
    keys = firm[:, None] * 16 + np.maximum(np.arange(len(FIGURES)), 2)
    return AnnualReports(
        versions=Versions(at, firm * 10_000 + year),
        firm=firm,
        year=year,
        filed_on=filed,
        figures=figures,
        is_public=chance(seed, "report/disclosed", keys) >= NOT_DISCLOSED_SHARE,
        late=late,
        false=false,
    )


_Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class _Year:
    seed: int
    enterprises: Enterprises
    economy: Economy
    life: Life
    year: int

    def parts(self, late: dict[tuple[int, int], date | None], false: dict[tuple[int, int], date]) -> _Part:
        """(firm, year, day of filing, figures, time of record) of the versions about one year; fills `late` and `false`."""
        ended = self.life.alive_from.astype("datetime64[D]")
        missed, late_day = self._missed(), self._late_days()
        comes_late = (self._draw("files_late") < 0.65) & (late_day < ended) & (late_day <= np.datetime64(LAST_DAY))
        for one in np.flatnonzero(missed).tolist():
            late[one, self.year] = late_day[one].astype(date) if comes_late[one] else None
        filed = np.where(missed, late_day, self._in_time())
        there = (filed < ended) & self._existed() & ~(missed & ~comes_late)
        figures = self._figures()
        wrong = there & ~missed & (self._draw("false") < FALSE_STATEMENT_SHARE)
        again = np.datetime64(date(self.year + 1, 9, 1)) + np.floor(self._draw("corrected") * 75).astype("int64") * _DAY
        wrong &= again < ended
        for one in np.flatnonzero(wrong).tolist():
            false[one, self.year] = again[one].astype(date)
        stated = figures.copy()
        # What is false is the turnover and all that hangs on it.
        stated[wrong, 3:8] = np.round(stated[wrong, 3:8] * 0.45, 2)
        first, second = np.flatnonzero(there), np.flatnonzero(wrong)
        firm = np.concatenate([first, second])
        days = np.concatenate([filed[first], again[second]])
        seconds = (9 * 3600 + np.floor(self._draw("filed_at")[firm] * 30_000)).astype("timedelta64[s]")
        return (
            firm,
            np.full(len(firm), self.year),
            days,
            np.concatenate([stated[first], figures[second]]),
            days.astype("datetime64[s]") + seconds,
        )

    def _draw(self, label: str) -> np.ndarray:
        return chance(self.seed, f"report/{label}/{self.year}", np.arange(len(self.enterprises)))

    def _existed(self) -> np.ndarray:
        end = date(self.year, 12, 31)
        return np.array([born <= end for born in self.enterprises.established]) & self.life.alive_on(end)

    def _in_time(self) -> np.ndarray:
        """From 10 January to 30 June, most of them near the end."""
        first = np.datetime64(date(self.year + 1, 1, 10))
        return first + np.floor(171 * np.sqrt(self._draw("filed"))).astype("int64") * _DAY

    def _late_days(self) -> np.ndarray:
        first = np.datetime64(deadline(self.year)) + 20 * _DAY
        return first + np.floor(self._draw("late") * 180).astype("int64") * _DAY

    def _missed(self) -> np.ndarray:
        """Who did not file in time: a few, and those that are revoked within the next year."""
        limit = np.datetime64(deadline(self.year))
        ended = self.life.alive_from.astype("datetime64[D]")
        revoked = np.array([kind == REVOKED for kind in self.life.ending])
        silent = revoked & (ended > limit) & (ended <= limit + 400 * _DAY)
        few = self._draw("missed") < REPORT_MISSED_SHARE
        return (few | silent) & self._existed() & (ended > limit + 15 * _DAY)

    def _figures(self) -> np.ndarray:
        """Firms x FIGURES from the year's revenue; assets, debt and equity add up."""
        revenue = np.round(year_to_date(self.economy.enterprise_month, self.year, 12), 2)
        own = {name: self._draw(name) for name in ("asset", "debt", "other", "profit", "tax")}
        asset = np.round(revenue * (0.5 + own["asset"]), 2)
        debt = np.round(asset * (0.25 + 0.5 * own["debt"]), 2)
        profit = np.round(revenue * (0.02 + 0.09 * own["profit"]), 2)
        employees = self.economy.enterprise_figures(self.year, 12).employees
        return np.column_stack([
            asset, debt, np.round(asset - debt, 2), np.round(revenue * (1.0 + 0.03 * own["other"]), 2), revenue, profit,
            np.round(profit * 0.8, 2), np.round(revenue * (0.02 + 0.03 * own["tax"]), 2), employees,
        ])  # fmt: skip
