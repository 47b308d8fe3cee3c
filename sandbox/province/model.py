"""The whole province of one size and seed, built once."""

from dataclasses import dataclass

from sandbox.province.credit import CreditRegister, build_register
from sandbox.province.economy import Economy, build_economy
from sandbox.province.enterprises import Enterprises, build_enterprises
from sandbox.province.innovation import PlatformVersion, platform_versions
from sandbox.province.life import Life, build_life
from sandbox.province.outlets import Limit, Outlets, build_outlets, outlet_limits
from sandbox.province.pollution import Pollution, build_pollution
from sandbox.province.scale import SCALES, Scale
from sandbox.province.zones import Zone, ZoneVersion, chosen_zones, zone_versions


@dataclass(frozen=True)
class Province:
    """Everything that the interfaces tell of; equal for equal seed and size."""

    seed: int
    scale: Scale
    zones: list[Zone]
    zone_versions: list[ZoneVersion]
    enterprises: Enterprises
    life: Life
    economy: Economy
    platforms: list[PlatformVersion]
    outlets: Outlets
    limits: list[Limit]
    pollution: Pollution
    register: CreditRegister


def build_province(size: str, seed: int) -> Province:
    """The province of a size named in SCALES."""
    scale = SCALES[size]
    zones = chosen_zones(scale)
    enterprises = build_enterprises(seed, scale, zones)
    outlets = build_outlets(seed, scale, zones, enterprises)
    limits = outlet_limits(seed, outlets, enterprises)
    platforms = platform_versions(seed, zones, enterprises)
    life = build_life(seed, zones, enterprises, _settled(outlets, platforms, enterprises))
    return Province(
        seed=seed,
        scale=scale,
        zones=zones,
        zone_versions=zone_versions(zones),
        enterprises=enterprises,
        life=life,
        economy=build_economy(seed, zones, enterprises, life),
        platforms=platforms,
        outlets=outlets,
        limits=limits,
        pollution=build_pollution(seed, outlets, limits),
        register=build_register(seed, zones, enterprises),
    )


def _settled(outlets: Outlets, platforms: list[PlatformVersion], enterprises: Enterprises) -> set[int]:
    """Enterprises that hold a discharge permit or carry an innovation platform."""
    index = {code: i for i, code in enumerate(enterprises.credit_code)}
    return set(outlets.enterprise.tolist()) | {index[p.credit_code] for p in platforms if p.credit_code}
