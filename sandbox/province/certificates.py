"""Certificates of high-tech enterprises (高新技术企业证书): valid for three years, issued twice a year, renewed or not.

Enterprises that the platform marks as high-tech hold a certificate at some time from 2018 to 2020; all but a few hold a
valid one at the end of 2019. None of them moves, ends or is a zombie. Some others held one that ran out or was revoked
before the end of 2018.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.life import Life
from sandbox.province.lives import NEVER, ordinal
from sandbox.province.randomness import chance
from sandbox.province.scale import Scale
from sandbox.province.zombies import Zombies

# Columns of the matrix of days.
ISSUED, REVOKED = range(2)
# The two batches of a year (chosen: late summer and December).
_BATCHES = ((8, 13), (12, 3))
# Year in which the certificate that counts at the end of 2019 was issued; 2020: the first one; 2016, 2015: ran out.
_CYCLE = {2017: 0.27, 2018: 0.30, 2019: 0.386, 2020: 0.03, 2016: 0.008, 2015: 0.006}
# Part of the certificates that renew one of three years before, and of those of 2017 that are renewed in 2020.
_RENEWS = {2017: 0.30, 2018: 0.40, 2019: 0.47}
_RENEWED_2020 = 0.95
_REVOKED_SHARE = 0.008
# Certificates of enterprises that are not marked as high-tech any more, in parts of all enterprises.
_FORMER_SHARE = 0.012
_REASONS = (
    "存在重大安全、重大质量事故或严重环境违法行为",
    "未按期报告与认定条件有关的重大变化",
    "在申请认定过程中存在严重弄虚作假行为",
)


@dataclass(frozen=True)
class Certificates:
    """Parallel columns, one entry per certificate; `firm` indexes the enterprises, `until` is the last valid day (an
    ordinal), `renews` the number of the certificate before it or ""."""

    seed: int
    number: np.ndarray
    certificate_no: list[str]
    firm: np.ndarray
    until: np.ndarray
    renews: list[str]
    reason: list[str]
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.certificate_no)

    def valid_on(self, day: date) -> np.ndarray:
        """Which certificates stand at the end of a day."""
        end = day.toordinal()
        return (self.days[:, ISSUED] <= end) & (self.until >= end) & (self.days[:, REVOKED] > end)


def high_tech(seed: int, scale: Scale, enterprises: Enterprises, life: Life, zombies: Zombies) -> np.ndarray:
    """Which enterprises the platform marks as high-tech."""
    one = np.arange(len(enterprises))
    troubled = ~np.isnat(life.moved_on) | ~np.isnat(life.ended_on)
    troubled[zombies.firm[zombies.project < 0]] = True
    # Steady ones, which have the least chances, come first.
    order = np.lexsort((chance(seed, "high_tech", one), troubled))
    marked = np.zeros(len(enterprises), dtype=bool)
    marked[order[: scale.high_tech_count]] = True
    return marked


def build_certificates(seed: int, marked: np.ndarray) -> Certificates:
    """Every certificate issued from 2014 to 2020; `marked` are the high-tech enterprises."""
    one = np.arange(len(marked))
    firms, years, before = _issues(seed, marked, one)
    batch = (chance(seed, "certificate/batch", firms * 10 + years % 10) < 0.6).astype(np.int64)
    issued = np.array(
        [ordinal(year, *_BATCHES[second]) for year, second in zip(years.tolist(), batch.tolist(), strict=True)]
    )
    order = np.lexsort((firms, issued))
    firms, years, before, issued = firms[order], years[order], before[order], issued[order]
    serial = _serials(years)
    numbers = [f"GR{year}36{s:06d}" for year, s in zip(years.tolist(), serial.tolist(), strict=True)]
    of_firm = dict(zip(zip(firms.tolist(), years.tolist(), strict=True), numbers, strict=True))
    key = firms * 100 + years % 100
    until = issued + np.array([_three_years(day) for day in issued.tolist()])
    revoked = (chance(seed, "certificate/revoked", key) < _REVOKED_SHARE) & (years > 2015)
    day = issued + 60 + (chance(seed, "certificate/when", key) * 900).astype(np.int64)
    return Certificates(
        seed=seed,
        number=key,
        certificate_no=numbers,
        firm=firms,
        until=until,
        renews=[
            of_firm.get((firm, year - 3), "") if renews else ""
            for firm, year, renews in zip(firms.tolist(), years.tolist(), before.tolist(), strict=True)
        ],
        reason=[_REASONS[int(k) % 3] for k in key.tolist()],
        days=np.column_stack([issued, np.where(revoked & (day < until), day, NEVER)]),
    )


def _issues(seed: int, marked: np.ndarray, one: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(enterprise, year, whether it renews) of every certificate."""
    years = np.array(list(_CYCLE))
    bounds = np.cumsum(list(_CYCLE.values()))
    cycle = years[np.minimum(np.searchsorted(bounds, chance(seed, "certificate/cycle", one), "right"), len(years) - 1)]
    renews = chance(seed, "certificate/renews", one)
    former = ~marked & (chance(seed, "certificate/former", one) < _FORMER_SHARE)
    parts = [(one[former], np.where(renews[former] < 0.5, 2015, 2014), np.zeros(former.sum(), dtype=bool))]
    for year in _CYCLE:
        mine = marked & (cycle == year)
        again = mine & (renews < _RENEWS.get(year, 0.0))
        parts.append((one[mine], np.full(mine.sum(), year), again[mine]))
        parts.append((one[again], np.full(again.sum(), year - 3), np.zeros(again.sum(), dtype=bool)))
    follows = marked & (cycle == 2017) & (chance(seed, "certificate/2020", one) < _RENEWED_2020)
    parts.append((one[follows], np.full(follows.sum(), 2020), np.ones(follows.sum(), dtype=bool)))
    firms, issued, before = (np.concatenate(column) for column in zip(*parts, strict=True))
    return firms, issued, before


def _serials(years: np.ndarray) -> np.ndarray:
    """Serial numbers within each year, in order; every third number went to an enterprise outside of the zones."""
    serial = np.zeros(len(years), dtype=np.int64)
    for year in np.unique(years).tolist():
        mine = years == year
        serial[mine] = 1 + (np.arange(mine.sum()) * 5) // 3
    return serial


def _three_years(issued: int) -> int:
    """Days from the day of issue to the last day of the third year."""
    day = date.fromordinal(issued)
    return day.replace(year=day.year + 3).toordinal() - 1 - issued
