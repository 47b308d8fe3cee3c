"""Discharge outlets of the key polluting units, with the limits that their permits set.

How often limits occur and how far concentrations lie below them follows what was measured at 398 real outlets.
"""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.identifiers import permit_numbers
from sandbox.province.randomness import stream
from sandbox.province.scale import Scale
from sandbox.province.zones import Zone, read_table

WATER, GAS = "废水", "废气"
# Factor sets of the devices; flow and oxygen have no limit.
PROFILES = {
    "water_3": ("w00000", "w01001", "w01018"),
    "water_4": ("w00000", "w01001", "w01018", "w21003"),
    "water_6": ("w00000", "w01001", "w01018", "w21003", "w21011", "w21001"),
    "gas_5": ("a00000", "a34013", "a21026", "a21002", "a19001"),
}
UNREGULATED = frozenset(("w00000", "a00000", "a19001"))


@dataclass(frozen=True)
class FactorModel:
    """How one pollutant behaves: permitted limits, median as a share of the limit, share that ever exceeds it."""

    limits: tuple[float, ...]
    limit_weights: tuple[float, ...]
    median_ratio: float
    exceeding_share: float


FACTORS = {
    "w01001": FactorModel((9.0,), (1.0,), 0.82, 0.0),
    "w01018": FactorModel((50.0, 500.0, 200.0, 100.0), (70, 27, 14, 12), 0.44, 0.196),
    "w21003": FactorModel((5.0, 45.0, 25.0, 15.0), (69, 22, 12, 8), 0.08, 0.072),
    "w21011": FactorModel((0.5, 8.0, 1.0), (60, 16, 8), 0.21, 0.07),
    "w21001": FactorModel((15.0, 70.0, 20.0), (60, 16, 8), 0.56, 0.09),
    "a34013": FactorModel((20.0, 30.0, 50.0, 10.0), (109, 72, 30, 20), 0.265, 0.087),
    "a21026": FactorModel((50.0, 200.0, 100.0, 300.0, 400.0, 35.0), (87, 51, 30, 12, 10, 18), 0.225, 0.073),
    "a21002": FactorModel((100.0, 400.0, 300.0, 200.0, 50.0), (94, 22, 24, 40, 22), 0.355, 0.109),
}
_WORKS_LIMITS = {"w01001": 9.0, "w01018": 50.0, "w21003": 5.0, "w21011": 0.5, "w21001": 15.0}
_TIGHTER = date(2019, 7, 1)


@dataclass(frozen=True)
class Outlets:
    """Parallel columns, one entry per outlet and device; `enterprise` indexes the enterprises."""

    outlet_id: list[str]
    name: list[str]
    kind: list[str]
    mn: list[str]
    permit_no: list[str]
    enterprise: np.ndarray
    city_code: list[str]
    zone_id: list[str]
    profile: list[str]
    standard: list[str]
    recorded_at: list[datetime]
    reference_oxygen: np.ndarray
    flow: np.ndarray

    def __len__(self) -> int:
        return len(self.outlet_id)


@dataclass(frozen=True)
class Limit:
    """One version of the limit of one outlet and pollutant (mg/L, mg/m3; pH without a unit)."""

    outlet: int
    factor: str
    upper: float
    lower: float | None
    valid_from: date
    recorded_at: datetime


def build_outlets(seed: int, scale: Scale, zones: list[Zone], enterprises: Enterprises) -> Outlets:
    """The outlets of one size; a polluter may have several."""
    rng = stream(seed, "outlets", scale.name)
    owner, is_water = _owners(rng, scale.outlet_count, enterprises)
    count = len(owner)
    industry = [enterprises.industry[i] for i in owner]
    zone = [zones[enterprises.zone[i]] for i in owner]
    serial = _serials(owner, is_water)
    draw = rng.random((count, 4))
    kinds = [WATER if water else GAS for water in is_water]
    return Outlets(
        outlet_id=[
            f"{z.zone_id}{'W' if water else 'Q'}{i:05d}"
            for i, (z, water) in enumerate(zip(zone, is_water, strict=True), 1)
        ],
        name=[f"{enterprises.name[e]}{kind}排放口{n}" for e, kind, n in zip(owner, kinds, serial, strict=True)],
        kind=kinds,
        mn=[
            f"{z.city_code}{'32' if water else '31'}{(i * 2_654_435_761 + seed) % 2**40:010X}{i:06X}"
            for i, (z, water) in enumerate(zip(zone, is_water, strict=True), 1)
        ],
        permit_no=permit_numbers([enterprises.credit_code[i] for i in owner]),
        enterprise=owner,
        city_code=[z.city_code for z in zone],
        zone_id=[z.zone_id for z in zone],
        profile=[_profile(code, water, x) for code, water, x in zip(industry, is_water, draw[:, 0], strict=True)],
        standard=[_standard(code, water, x) for code, water, x in zip(industry, is_water, draw[:, 1], strict=True)],
        recorded_at=[datetime(2017, 12, 1 + i % 26, 9 + i % 8, i % 60, 17) for i in range(count)],
        reference_oxygen=np.where(draw[:, 2] < 0.5, 6.0, np.where(draw[:, 2] < 0.85, 9.0, 3.5)),
        flow=np.where(is_water, 3.0, 14.0) * np.exp(rng.normal(0.0, 0.8, count)),
    )


def _owners(rng: np.random.Generator, count: int, enterprises: Enterprises) -> tuple[np.ndarray, np.ndarray]:
    """Index of the polluter and whether the outlet is for water, one entry per outlet, sorted by polluter."""
    industries = read_table("industries.csv")
    parts = []
    for medium, share in (("water_weight", 0.45), ("gas_weight", 0.55)):
        wanted = round(count * share)
        dirty = np.array([float(row[medium]) for row in industries])[enterprises.industry_index]
        weight = dirty * np.sqrt(enterprises.weight)
        able = int((weight > 0).sum())
        distinct = min(wanted, able)
        chosen = rng.choice(len(weight), distinct, replace=False, p=weight / weight.sum())
        more = rng.choice(chosen, wanted - distinct) if wanted > distinct else chosen[:0]
        parts.append(np.sort(np.concatenate([chosen, more])))
    owner = np.concatenate(parts)
    is_water = np.arange(len(owner)) < len(parts[0])
    order = np.lexsort((~is_water, owner))
    return owner[order], is_water[order]


def _serials(owner: np.ndarray, is_water: np.ndarray) -> list[str]:
    seen: dict[tuple[int, bool], int] = {}
    texts = []
    for key in zip(owner.tolist(), is_water.tolist(), strict=True):
        seen[key] = seen.get(key, 0) + 1
        texts.append(f"{'DW' if key[1] else 'DA'}{seen[key]:03d}")
    return texts


def _profile(industry: str, is_water: bool, draw: float) -> str:
    if not is_water:
        return "gas_5"
    if industry == "4620" or draw < 0.55:
        return "water_6"
    return "water_4" if draw < 0.88 else "water_3"


def _standard(industry: str, is_water: bool, draw: float) -> str:
    """The standard that the permit cites."""
    if industry == "4620":
        return "GB 18918-2002"
    if is_water:
        return "GB 8978-1996" if draw < 0.7 else "GB/T 31962-2015"
    if industry in ("4411", "4412", "4417"):
        return "GB 13223-2011"
    return "GB 16297-1996" if draw < 0.6 else "GB 13271-2014" if draw < 0.9 else "GB 14554-93"


def outlet_limits(seed: int, outlets: Outlets, enterprises: Enterprises) -> list[Limit]:
    """Every limit version by outlet and pollutant: one from before 2018, for a few a tighter one from 2019-07."""
    rng = stream(seed, "limits", len(outlets))
    limits = []
    for index, profile in enumerate(outlets.profile):
        tightened = rng.random() < 0.05
        works = enterprises.industry[outlets.enterprise[index]] == "4620"
        since = date(2015 + index % 3, 1 + index % 12, 1)
        for factor in PROFILES[profile]:
            if factor in UNREGULATED:
                continue
            model = FACTORS[factor]
            weights = np.array(model.limit_weights)
            upper = float(rng.choice(model.limits, p=weights / weights.sum()))
            upper = _WORKS_LIMITS[factor] if works else upper
            lower = 6.0 if factor == "w01001" else None
            limits.append(Limit(index, factor, upper, lower, since, outlets.recorded_at[index]))
            if tightened and factor != "w01001":
                at = datetime(2019, 6, 3 + index % 25, 15, index % 60, 9)
                limits.append(Limit(index, factor, upper / 2, lower, _TIGHTER, at))
    return limits
