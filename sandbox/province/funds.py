"""Money for the zones: what funds invest in projects (T04), and what provincial departments allocate and pay (T18a)."""

from dataclasses import dataclass

import numpy as np

from sandbox.province.lives import NEVER, ordinal
from sandbox.province.projects import ENDED, INDUSTRIAL, OPERATED, PACKAGE, PPP, REGISTERED, Projects
from sandbox.province.randomness import chance, stream
from sandbox.province.zones import Zone, all_zones

# --- Funds (made up; names after the kinds that the plan lists) ---
FUNDS = (
    ("JJ360001", "江西省发展升级引导基金", "引导基金"), ("JJ360002", "江西省工业创业投资引导基金", "引导基金"),
    ("JJ360003", "江西省战略性新兴产业投资基金", "产业基金"), ("JJ360004", "江西省电子信息产业基金", "产业基金"),
    ("JJ360005", "江西省中医药产业基金", "产业基金"), ("JJ360006", "江西省政府和社会资本合作基金", "PPP基金"),
    ("JJ360007", "江西省开发区基础设施专项基金", "PPP基金"),
)  # fmt: skip
_PPP_FUND = 5
# Columns of the matrix of days.
AGREED, PAID, PAID_IN_FULL, EXITED = range(4)
_FUNDED_SHARE, _PPP_FUNDED_SHARE = 0.05, 0.45
# Limits of an investment in 万元.
_LEAST_INVESTED, _MOST_INVESTED = 120.0, 60_000.0

# --- Departments, what their money is for, the work item of the plan it serves, weight ---
ALLOCATIONS = (
    ("省财政厅", "开发区创新发展专项资金", 9, 14), ("省发改委", "产业集群基础设施补助", 2, 12),
    ("省工信厅", "工业转型升级专项资金", 6, 16), ("省工信厅", "智慧开发区平台建设补助", 20, 7),
    ("省科技厅", "高新技术企业培育奖补", 10, 14), ("省科技厅", "创新平台建设补助", 11, 10),
    ("省商务厅", "招大引强奖励资金", 1, 8), ("省自然资源厅", "节约集约用地奖励", 19, 6),
    ("省生态环境厅", "园区污水处理设施补助", 21, 13),
)  # fmt: skip
ALLOCATED, FIRST_PAYMENT, LAST_PAYMENT, WITHDRAWN = range(4)
# Allocations of a year to all zones and their total in 亿 (chosen).
_YEARS = {2017: (420, 17.0), 2018: (520, 22.5), 2019: (640, 29.0), 2020: (700, 33.0)}
_LEAST_ALLOCATED, _MOST_ALLOCATED = 12.0, 6_000.0


@dataclass(frozen=True)
class Investments:
    """Parallel columns, one entry per investment of a fund in a project; `amount` in 万元 as agreed."""

    seed: int
    number: np.ndarray
    investment_id: list[str]
    fund: np.ndarray
    project: np.ndarray
    is_equity: np.ndarray
    amount: np.ndarray
    first_share: np.ndarray
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.investment_id)


@dataclass(frozen=True)
class Allocations:
    """Parallel columns, one entry per allocation; `item` indexes ALLOCATIONS, `amount` is in 万元 as allocated."""

    seed: int
    number: np.ndarray
    allocation_id: list[str]
    document_no: list[str]
    zone: np.ndarray
    item: np.ndarray
    year: np.ndarray
    amount: np.ndarray
    first_share: np.ndarray
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.allocation_id)


def build_investments(projects: Projects) -> Investments:
    """What the funds invest: in some registered projects, most often in those of public-private partnership."""
    seed = projects.seed
    share = np.where(projects.kind == PPP, _PPP_FUNDED_SHARE, _FUNDED_SHARE)
    funded = chance(seed, "fund/has", projects.number) < share
    project = np.flatnonzero(funded & (projects.kind != PACKAGE) & (projects.days[:, REGISTERED] < NEVER))
    key = projects.number[project]
    draw = {n: chance(seed, f"fund/{n}", key) for n in ("who", "part", "agreed", "paid", "rest", "equity", "exit")}
    industrial = projects.kind[project] == INDUSTRIAL
    fund = np.where(industrial, (draw["who"] * _PPP_FUND).astype(np.int64), _PPP_FUND + (draw["who"] > 0.6))
    amount = np.clip(projects.planned[project] * (0.04 + 0.16 * draw["part"]), _LEAST_INVESTED, _MOST_INVESTED)
    agreed = projects.days[project, REGISTERED] + 15 + (120 * draw["agreed"]).astype(np.int64)
    paid = agreed + 5 + (40 * draw["paid"]).astype(np.int64)
    rest = paid + 60 + (300 * draw["rest"]).astype(np.int64)
    ended, operated = projects.days[project, ENDED], projects.days[project, OPERATED]
    exited = np.where(ended < NEVER, np.maximum(ended, paid) + 30, operated + 200 + 500 * draw["exit"])
    exited = np.where((ended < NEVER) | (draw["exit"] < 0.3) & (operated < NEVER), exited, NEVER).astype(np.int64)
    return Investments(
        seed=seed,
        number=key,
        investment_id=[f"TZ{number}" for number in key.tolist()],
        fund=fund,
        project=project,
        is_equity=draw["equity"] < 0.7,
        amount=np.round(amount, -1),
        first_share=np.round(0.3 + 0.4 * draw["part"], 1),
        days=np.column_stack([agreed, paid, np.where(rest < exited, rest, NEVER), exited]),
    )


def build_allocations(seed: int, zones: list[Zone]) -> Allocations:
    """The provincial money of the chosen zones; the year's total of all zones is the one stated above."""
    everyone = all_zones()
    index = {zone.zone_id: i for i, zone in enumerate(zones)}
    own = np.array([index.get(zone.zone_id, -1) for zone in everyone])
    columns = zip(*(_drafts(seed, year, everyone) for year in _YEARS), strict=True)
    place, item, amount, allocated = (np.concatenate(column) for column in columns)
    counts = [count for count, _ in _YEARS.values()]
    year = np.repeat(list(_YEARS), counts)
    number = year * 10_000 + np.concatenate([np.arange(1, count + 1) for count in counts])
    here = own[place] >= 0
    place, item, amount, allocated, year, number = (
        part[here] for part in (place, item, amount, allocated, year, number)
    )
    draw = {n: chance(seed, f"allocation/{n}", number) for n in ("first", "last", "share", "end")}
    first = allocated + 10 + (60 * draw["first"]).astype(np.int64)
    last = first + 30 + (150 * draw["last"]).astype(np.int64)
    # Some money stays unpaid at the end of its year, a little is taken back.
    unpaid, withdrawn = draw["end"] < 0.08, draw["end"] > 0.985
    return Allocations(
        seed=seed,
        number=number,
        allocation_id=[f"ZJ{n}" for n in number.tolist()],
        document_no=[
            f"赣财{'建教社预'[i % 4]}指〔{y}〕{n % 10_000 % 90 + 1}号"
            for i, y, n in zip(item.tolist(), year.tolist(), number.tolist(), strict=True)
        ],
        zone=own[place],
        item=item,
        year=year,
        amount=amount,
        first_share=np.round(0.4 + 0.3 * draw["share"], 1),
        days=np.column_stack(
            [
                allocated,
                np.where(withdrawn, NEVER, first),
                np.where(unpaid | withdrawn, NEVER, last),
                np.where(withdrawn, last, NEVER),
            ]
        ),
    )


def _drafts(seed: int, year: int, everyone: list[Zone]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(zone, item, amount, day of allocation) of a year's allocations, by day."""
    count, total = _YEARS[year]
    rng = stream(seed, "allocations", year)
    weight = np.array([(2.0 if zone.park_kind == "1" else 1.0) / (zone.revenue_rank + 25.0) for zone in everyone])
    place = rng.choice(len(everyone), count, p=weight / weight.sum())
    weight = np.array([item[3] for item in ALLOCATIONS], dtype=np.float64)
    item = rng.choice(len(ALLOCATIONS), count, p=weight / weight.sum())
    amount = np.exp(rng.normal(0.0, 0.9, count))
    for _ in range(6):
        amount = np.clip(amount * (total * 10_000.0 / amount.sum()), _LEAST_ALLOCATED, _MOST_ALLOCATED)
    return place, item, np.round(amount), ordinal(year, 2, 20) + np.sort(rng.integers(0, 250, count))
