"""Administrative penalties: fines for discharges above the limit and for false statements in annual reports."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sandbox.province.agencies import office_code, office_name
from sandbox.province.calibration import EXCEEDANCE_PENALISED_SHARE, POLLUTION_FINE
from sandbox.province.credit_listings import FALSE_STATEMENT, Listing
from sandbox.province.exceedances import Episode
from sandbox.province.filing import office_time
from sandbox.province.life import Life
from sandbox.province.outlets import GAS, Outlets
from sandbox.province.randomness import stream
from sandbox.province.scale import LAST_DAY
from sandbox.province.versions import in_time
from sandbox.province.workdays import next_workday
from sandbox.province.zones import Zone

_FACTOR_NAMES = {
    "w01001": "pH值", "w01018": "化学需氧量", "w21003": "氨氮", "w21011": "总磷", "w21001": "总氮",
    "a34013": "烟尘", "a21026": "二氧化硫", "a21002": "氮氧化物",
}  # fmt: skip
_WATER_LAW = "《中华人民共和国水污染防治法》第八十三条第二项"
_AIR_LAW = "《中华人民共和国大气污染防治法》第九十九条第二项"
_REGISTRATION_LAW = "《企业信息公示暂行条例》第十七条、《中华人民共和国公司登记管理条例》第七十五条"


@dataclass(frozen=True)
class Penalty:
    """One version of a penalty; amounts in 万元. `cause` is an Episode or the number of a listing."""

    number: str
    entity: int
    violation: str
    facts: str
    basis: str
    fine: float
    decided: date
    disclosed_until: date
    office: str
    office_code: str
    remark: str
    cause: Episode | str
    recorded_at: datetime

    @property
    def identity(self) -> str:
        return self.number


def build_penalties(
    seed: int, zones: list[Zone], life: Life, outlets: Outlets, episodes: list[Episode], listings: list[Listing]
) -> list[Penalty]:
    """Every version by time of record; a cause is followed by at most one penalty."""
    first = [
        *_for_exceedances(seed, zones, life, outlets, episodes),
        *_for_false_statements(seed, zones, life, listings),
    ]
    versions = []
    for penalty in first:
        versions.append(penalty)
        repaired = next_workday(penalty.decided + timedelta(days=100 + penalty.entity % 90))
        # After three months an enterprise may ask to have its credit repaired: the disclosure ends early.
        if penalty.entity % 4 == 0 and repaired <= LAST_DAY:
            at = office_time(repaired, penalty.entity * 13)
            versions.append(replace(penalty, disclosed_until=repaired, remark="信用修复", recorded_at=at))
    return in_time(versions)


def _for_exceedances(
    seed: int, zones: list[Zone], life: Life, outlets: Outlets, episodes: list[Episode]
) -> list[Penalty]:
    rng = stream(seed, "penalties/exceedance", len(outlets))
    draws = rng.random((len(episodes), 4)).tolist()
    low, high = POLLUTION_FINE
    found = []
    for serial, (episode, draw) in enumerate(zip(episodes, draws, strict=True), 1):
        decided = next_workday(episode.first_day + timedelta(days=episode.days + 25 + int(draw[1] * 80)))
        if draw[0] >= EXCEEDANCE_PENALISED_SHARE or decided > LAST_DAY:
            continue
        entity = int(outlets.enterprise[episode.outlet])
        place = zones[life.home[entity]].place_code
        medium = "大气污染物" if outlets.kind[episode.outlet] == GAS else "水污染物"
        last = episode.first_day + timedelta(days=episode.days - 1)
        found.append(Penalty(
            number=f"赣{place[2:6]}环罚〔{decided.year}〕{serial}号",
            entity=entity,
            violation=f"超过{medium}排放标准排放{medium}",
            facts=f"{outlets.name[episode.outlet]}在{episode.first_day:%Y-%m-%d}至{last:%Y-%m-%d}期间"
                  f"{_FACTOR_NAMES[episode.factor]}排放浓度超过许可限值",
            basis=_AIR_LAW if medium.startswith("大气") else _WATER_LAW,
            fine=round(low + (high - low) * draw[2] ** 3 + (episode.days - 1) * 2.0, 4),
            decided=decided,
            disclosed_until=decided.replace(year=decided.year + 1, day=min(decided.day, 28)),
            office=office_name(place, "生态环境局", decided),
            office_code=office_code(place, "生态环境局", decided),
            remark="",
            cause=episode,
            recorded_at=office_time(next_workday(decided + timedelta(days=1 + int(draw[3] * 6))), serial * 17),
        ))  # fmt: skip
    return [penalty for penalty in found if penalty.recorded_at.date() <= LAST_DAY]


def _for_false_statements(seed: int, zones: list[Zone], life: Life, listings: list[Listing]) -> list[Penalty]:
    rng = stream(seed, "penalties/statement", len(zones))
    found = []
    for serial, listing in enumerate((one for one in listings if one.removed is None), 1):
        if listing.reason != FALSE_STATEMENT:
            continue
        draw = int(rng.integers(0, 1_000_000))
        decided = next_workday(listing.listed + timedelta(days=12 + draw % 50))
        if decided > LAST_DAY - timedelta(days=7):
            continue
        place = zones[life.zone_of(listing.entity, decided)].place_code
        found.append(Penalty(
            number=f"赣{place[2:6]}市监罚〔{decided.year}〕{serial}号",
            entity=listing.entity,
            violation="公示企业信息隐瞒真实情况、弄虚作假",
            facts=f"{listing.year}年度报告中营业总收入等信息与实际不符",
            basis=_REGISTRATION_LAW,
            fine=round(1.0 + draw % 900 / 100, 2),
            decided=decided,
            disclosed_until=decided.replace(year=decided.year + 1, day=min(decided.day, 28)),
            office=office_name(place, "市场监督管理局", decided),
            office_code=office_code(place, "市场监督管理局", decided),
            remark="",
            cause=listing.listing_id,
            recorded_at=office_time(next_workday(decided + timedelta(days=1 + draw % 6)), draw),
        ))  # fmt: skip
    return found
