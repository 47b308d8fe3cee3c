"""The enterprises of the zones: the same credit code and name in every system of the province."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.province.calibration import ABOVE_SCALE_SHARE, STEADY_SHARE
from sandbox.province.identifiers import credit_codes, organisation_bodies, organisation_codes
from sandbox.province.randomness import chance, stream
from sandbox.province.region_history import retired_counties
from sandbox.province.scale import FIRST_DAY, LAST_DAY, Scale
from sandbox.province.zones import Zone, read_table

_FIRST = "华恒鑫瑞金盛德泰宏嘉昌中博凯裕信远天正兴亿海万力科润伟洪康众达联云晨安聚同广三顺旭百东赣银新荣永优创诚"
_SECOND = "源达辉胜丰隆泰捷通盛业和成发森鑫宇锋阳川康杰尔特邦信美利华腾龙洋晖祥景浩峰诺凯雅维科兴正基星飞泽瑞"
_THIRD = "大天宝吉立明文元昊合"
_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "科技有限公司", "实业有限公司")
_EPOCH = np.datetime64("1970-01-01T00:00:00", "s")
ROADS = ("工业大道", "创新大道", "兴业路", "科技路", "园区一路", "迎宾大道", "发展大道", "金山路", "纬三路", "经四路")


@dataclass(frozen=True)
class Enterprises:
    """Parallel columns, one entry per enterprise; `zone` is an index into the chosen zones, times are datetime64[s]."""

    enterprise_id: list[str]
    credit_code: list[str]
    name: list[str]
    address: list[str]
    industry: list[str]
    section: list[str]
    authority: list[str]
    zone: np.ndarray
    industry_index: np.ndarray
    weight: np.ndarray
    established: list[date]
    capital: np.ndarray
    connected_at: np.ndarray
    recorded_at: np.ndarray
    above_scale: np.ndarray
    steady: np.ndarray

    def __len__(self) -> int:
        return len(self.enterprise_id)


def build_enterprises(seed: int, scale: Scale, zones: list[Zone]) -> Enterprises:
    """All enterprises of one size; a zone holds about as many as its rank deserves, and at least one."""
    rng = stream(seed, "enterprises", scale.name)
    industries = read_table("industries.csv")
    zone = _zone_of_each(scale, zones)
    count = len(zone)
    kind = _industry_of_each(rng, zone, zones, industries)
    established = _established(rng, count)
    authority = [
        _authority(zones[z], day.year, draw) for z, day, draw in zip(zone, established, rng.random(count), strict=True)
    ]
    modern = np.array([day >= date(2015, 10, 1) for day in established])
    bodies = organisation_bodies(np.arange(count), modern, offset=int(rng.integers(1, 70_000_000)))
    weight = rng.lognormal(0.0, 1.3, count)
    connected = _connected(rng, zone, weight, established)
    return Enterprises(
        enterprise_id=[f"{zones[z].zone_id}{i:06d}" for i, z in enumerate(zone.tolist(), 1)],
        credit_code=credit_codes(authority, organisation_codes(bodies)),
        name=_names(rng, zone, zones, kind, industries),
        address=_addresses(rng, zone, zones),
        industry=[industries[k]["code"] for k in kind],
        section=[industries[k]["section"] for k in kind],
        authority=authority,
        zone=zone,
        industry_index=kind,
        weight=weight,
        established=established,
        capital=_capital(rng, weight),
        connected_at=connected,
        recorded_at=np.maximum(connected, _first_records(count)),
        above_scale=weight > np.quantile(weight, 1.0 - ABOVE_SCALE_SHARE),
        steady=chance(seed, "high_tech", np.arange(count)) < STEADY_SHARE,
    )


def _zone_of_each(scale: Scale, zones: list[Zone]) -> np.ndarray:
    share = np.array([1.0 / (zone.revenue_rank + 12.0) for zone in zones])
    ideal = share / share.sum() * scale.enterprise_count
    whole = np.maximum(1, np.floor(ideal)).astype(np.int64)
    missing = scale.enterprise_count - int(whole.sum())
    whole[: abs(missing)] += np.sign(missing)
    whole[0] += scale.enterprise_count - int(whole.sum())
    return np.repeat(np.arange(len(zones)), whole)


def _industry_of_each(
    rng: np.random.Generator, zone: np.ndarray, zones: list[Zone], industries: list[dict[str, str]]
) -> np.ndarray:
    weights = np.array([float(row["weight"]) for row in industries])
    works = next(i for i, row in enumerate(industries) if row["code"] == "4620")
    kind = rng.choice(len(industries), size=len(zone), p=weights / weights.sum())
    leading = rng.random(len(zone)) < 0.35
    for index, one in enumerate(zones):
        own = [i for i, row in enumerate(industries) if row["leading_industry"] == one.leading_industry]
        here = np.flatnonzero((zone == index) & leading)
        if own:
            kind[here] = np.array(own)[rng.integers(0, len(own), len(here))]
        # Every zone has its own sewage works.
        kind[np.flatnonzero(zone == index)[0]] = works
    return kind


def _established(rng: np.random.Generator, count: int) -> list[date]:
    start, end = date(1996, 1, 1).toordinal(), date(2017, 10, 31).toordinal()
    drawn = start + np.floor((end - start) * rng.beta(2.2, 1.1, count)).astype(np.int64)
    return [date.fromordinal(day) for day in drawn.tolist()]


def _authority(zone: Zone, year: int, draw: float) -> str:
    """The registering authority: the zone's own registry where it has one, else county, prefecture or province."""
    if draw > 0.97:
        return "360000"
    if draw > 0.92 or not (zone.registry_code or zone.county_code):
        return zone.city_code
    if zone.registry_code and (draw < 0.8 or not zone.county_code):
        return zone.registry_code
    old, changed = retired_counties().get(zone.county_code, ("", 0))
    return old if year < changed else zone.county_code


def _connected(rng: np.random.Generator, zone: np.ndarray, weight: np.ndarray, established: list[date]) -> np.ndarray:
    """When each enterprise joined the platform: most in 2017, a few small ones on a later day."""
    count = len(zone)
    start, first, last = date(2017, 4, 1).toordinal(), FIRST_DAY.toordinal(), LAST_DAY.toordinal()
    day = rng.integers(start, date(2017, 11, 30).toordinal(), count)
    day = np.maximum(day, [born.toordinal() + 25 for born in established])
    late = (rng.random(count) < 0.06) & (weight < np.median(weight))
    day = np.where(late, rng.integers(first + 20, last - 60, count), day)
    second = rng.integers(8 * 3600, 18 * 3600, count)
    return _EPOCH + ((day - date(1970, 1, 1).toordinal()) * 86_400 + second).astype("timedelta64[s]")


def _first_records(count: int) -> np.ndarray:
    """When the platform recorded each enterprise at the earliest: working hours of December 2017."""
    one = np.arange(count)
    second = (one % 28) * 86_400 + (8 + one % 9) * 3600 + (one % 60) * 60 + one % 59
    return np.datetime64("2017-12-01T00:00:00", "s") + second.astype("timedelta64[s]")


def _capital(rng: np.random.Generator, weight: np.ndarray) -> np.ndarray:
    """Registered capital in 10,000 yuan, round numbers as firms choose them."""
    steps = np.array([50, 100, 200, 300, 500, 800, 1000, 1500, 2000, 3000, 5000, 8000, 10000, 20000, 50000])
    wanted = 900 * weight**0.8 * rng.lognormal(0, 0.7, len(weight))
    return steps[np.clip(np.searchsorted(steps, wanted), 0, len(steps) - 1)].astype(np.float64)


def _names(
    rng: np.random.Generator, zone: np.ndarray, zones: list[Zone], kind: np.ndarray, industries: list[dict[str, str]]
) -> list[str]:
    """Distinct registered names: place, fancy name, line of business, legal form; a few with the place in brackets."""
    seen: set[str] = set()
    names = []
    draws = rng.integers(0, 1_000_000, (len(zone), 6)).tolist()
    for z, k, draw in zip(zone.tolist(), kind.tolist(), draws, strict=True):
        place = _place(zones[z], draw[0] % 100)
        fancy = _FIRST[draw[1] % len(_FIRST)] + _SECOND[draw[2] % len(_SECOND)]
        word, form = industries[k]["name_word"], _FORMS[draw[3] % len(_FORMS)]
        city = zones[z].city_name.removesuffix("市")
        name = f"{place}{fancy}{word}{form}" if draw[4] % 50 else f"{fancy}（{city}）{word}{form}"
        extra = draw[5]
        while name in seen:
            name = f"{place}{fancy}{_THIRD[extra % len(_THIRD)]}{_SECOND[extra // 10 % len(_SECOND)]}{word}{form}"
            extra += 7
        seen.add(name)
        names.append(name)
    return names


def _place(zone: Zone, draw: int) -> str:
    if draw < 45:
        return "江西"
    city = zone.city_name.removesuffix("市")
    return city if draw < 75 else f"{city}市"


def _addresses(rng: np.random.Generator, zone: np.ndarray, zones: list[Zone]) -> list[str]:
    """Addresses in the several spellings that registers really hold for one zone."""
    draws = rng.integers(0, 1_000_000, (len(zone), 3)).tolist()
    spelled = []
    for z, (form, road, number) in zip(zone.tolist(), draws, strict=True):
        one = zones[z]
        body = f"{ROADS[road % len(ROADS)]}{number % 998 + 1}号"
        heads = (
            f"江西省{one.city_name}{one.name.removeprefix('江西')}",
            f"{one.name}",
            f"江西省{one.city_name}{one.short_name}",
            f"{one.city_name}{one.short_name}",
            f"{one.short_name}",
        )
        spelled.append(heads[form % len(heads)] + body)
    return spelled
