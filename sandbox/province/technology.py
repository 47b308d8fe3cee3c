"""Technology contracts of the zones' enterprises (技术合同) that the provincial office registered, by year and market."""

from dataclasses import dataclass

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.investors import investor_pool
from sandbox.province.lives import NEVER, ordinal
from sandbox.province.projects import weighty_firms
from sandbox.province.randomness import chance, stream
from sandbox.province.zones import Zone, all_zones

KINDS = ("技术开发", "技术转让", "技术咨询", "技术服务")
_KIND_WEIGHTS = np.array([0.42, 0.08, 0.10, 0.40])
# Columns of the matrix of days.
SIGNED, REGISTERED, AMENDED, CANCELLED = range(4)
# Contracts of all zones in a year and their total in 亿 (chosen: somewhat below what the whole province registers).
_YEARS = {2017: (1_350, 58.0), 2018: (1_600, 74.0), 2019: (1_950, 96.0), 2020: (2_400, 148.0)}
# Limits in 万元: a slip by 10,000 leaves them, which the declaration's rule makes use of.
_LEAST, _MOST = 1.2, 3_800.0
# Part that is closed on the provincial online market (江西省网上常设技术市场); it grows.
_ONLINE = {2017: 0.16, 2018: 0.22, 2019: 0.31, 2020: 0.40}
_SUBJECTS = ("工艺优化", "新材料制备", "自动化产线", "检测系统", "节能改造", "废水处理", "信息化平台", "新产品试制")


@dataclass(frozen=True)
class Contracts:
    """Parallel columns, one entry per contract; `seller` indexes the enterprises, amounts are in 万元 as signed;
    `factor` is what an amendment makes of them."""

    seed: int
    number: np.ndarray
    contract_no: list[str]
    name: list[str]
    kind: np.ndarray
    zone: np.ndarray
    seller: np.ndarray
    buyer: list[str]
    buyer_region: list[str]
    amount: np.ndarray
    technology_share: np.ndarray
    factor: np.ndarray
    is_online: np.ndarray
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.contract_no)


def build_contracts(seed: int, zones: list[Zone], enterprises: Enterprises) -> Contracts:
    """The contracts of the chosen zones."""
    everyone = all_zones()
    index = {zone.zone_id: i for i, zone in enumerate(zones)}
    own = np.array([index.get(zone.zone_id, -1) for zone in everyone])
    place, number, amount, signed = (np.concatenate(part) for part in zip(*_drafts(seed, everyone), strict=True))
    here = own[place] >= 0
    zone, number, amount, signed = own[place[here]], number[here], amount[here], signed[here]
    draw = {
        name: chance(seed, f"contract/{name}", number) for name in ("firm", "kind", "buyer", "share", "online", "end")
    }
    seller = weighty_firms(enterprises, zone, draw["firm"])
    year = number // 100_000
    kind = np.searchsorted(np.cumsum(_KIND_WEIGHTS), draw["kind"], "right").clip(0, len(KINDS) - 1)
    pool = investor_pool(seed)
    buyers = [pool[int(d * len(pool))] for d in draw["buyer"].tolist()]
    online = np.array([_ONLINE[y] for y in year.tolist()])
    return Contracts(
        seed=seed,
        number=number,
        contract_no=[f"{n // 100_000}3601{n % 100_000:08d}" for n in number.tolist()],
        name=[
            f"{enterprises.name[f].removesuffix('有限公司')}{_SUBJECTS[n % len(_SUBJECTS)]}{KINDS[k]}合同"
            for f, n, k in zip(seller.tolist(), number.tolist(), kind.tolist(), strict=True)
        ],
        kind=kind,
        zone=zone,
        seller=seller,
        buyer=[buyer.name for buyer in buyers],
        buyer_region=[buyer.origin for buyer in buyers],
        amount=amount,
        technology_share=0.55 + 0.45 * draw["share"],
        factor=np.where(draw["end"] < 0.02, 0.7, 1.15),
        is_online=draw["online"] < online,
        days=_days(seed, number, signed, draw["end"]),
    )


def _drafts(seed: int, everyone: list[Zone]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """(zone, number, amount, day of signature) of the contracts of all zones, year by year; they meet the total."""
    weight = np.array([(2.5 if zone.park_kind == "1" else 1.0) / (zone.revenue_rank + 8.0) for zone in everyone])
    parts = []
    for year, (count, total) in _YEARS.items():
        rng = stream(seed, "contracts", year)
        place = rng.choice(len(everyone), count, p=weight / weight.sum())
        amount = np.exp(rng.normal(0.0, 1.25, count))
        for _ in range(6):
            amount = np.clip(amount * (total * 10_000.0 / amount.sum()), _LEAST, _MOST)
        signed = ordinal(year, 1, 4) + np.sort(rng.integers(0, 340, count))
        parts.append((place, year * 100_000 + np.arange(1, count + 1), np.round(amount, 2), signed))
    return parts


def _days(seed: int, number: np.ndarray, signed: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Registered within weeks; a few contracts are amended or cancelled later."""
    registered = signed + 3 + (22 * chance(seed, "contract/registered", number)).astype(np.int64)
    later = registered + 40 + (200 * chance(seed, "contract/later", number)).astype(np.int64)
    amended, cancelled = end < 0.04, end > 0.985
    return np.column_stack([signed, registered, np.where(amended, later, NEVER), np.where(cancelled, later, NEVER)])
