"""The whole province of one size and seed, built once."""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from sandbox.province.certificates import Certificates, build_certificates, high_tech
from sandbox.province.clusters import (
    ClusterPlan,
    IndustryMap,
    ServicePlatform,
    ThemedPark,
    cluster_plans,
    industry_maps,
    service_platforms,
    themed_parks,
)
from sandbox.province.connections import Connections
from sandbox.province.credit import CreditRegister, build_register
from sandbox.province.credit_licences import Licence, build_licences
from sandbox.province.credit_listings import Listing, SeriousViolation, build_listings, serious_violations
from sandbox.province.credit_penalties import Penalty, build_penalties
from sandbox.province.credit_reports import AnnualReports, build_reports
from sandbox.province.economy import Economy, build_economy
from sandbox.province.enterprises import Enterprises, build_enterprises
from sandbox.province.exceedances import episodes
from sandbox.province.funds import Allocations, Investments, build_allocations, build_investments
from sandbox.province.government_service import Cases, build_cases
from sandbox.province.green import (
    ChemicalSite,
    GreenPark,
    TreatmentFacility,
    chemical_sites,
    green_parks,
    treatment_facilities,
)
from sandbox.province.innovation import PlatformVersion, platform_versions
from sandbox.province.investors import Investor, Leads, build_leads, project_investors, project_names
from sandbox.province.land import Parcels, build_parcels, land_deals
from sandbox.province.life import Life, build_life
from sandbox.province.outlets import Limit, Outlets, build_outlets, outlet_limits
from sandbox.province.pollution import Pollution, build_pollution
from sandbox.province.project_problems import Problems, build_problems
from sandbox.province.projects import Projects, build_projects
from sandbox.province.reform import Milestone, milestones
from sandbox.province.scale import SCALES, Scale
from sandbox.province.service_anchors import anchors
from sandbox.province.technology import Contracts, build_contracts
from sandbox.province.trading import Exchange
from sandbox.province.zombies import Zombies, build_zombies
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

    @cached_property
    def register(self) -> CreditRegister:
        """Registrations and their changes."""
        return build_register(self.seed, self.zones, self.enterprises, self.life)

    @cached_property
    def representatives(self) -> list[str]:
        """The first legal representative of each enterprise (a made-up natural person)."""
        first = {version.entity: version.representative for version in reversed(self.register.registrations)}
        return [first[entity] for entity in range(len(self.enterprises))]

    @cached_property
    def annual_reports(self) -> AnnualReports:
        """Annual reports of the enterprises, by time of record."""
        return build_reports(self.seed, self.enterprises, self.economy, self.life)

    @cached_property
    def listings(self) -> list[Listing]:
        """Versions of the listings as operating abnormally, by time of record."""
        return build_listings(self.seed, self.enterprises, self.life, self.annual_reports)

    @cached_property
    def serious_violations(self) -> list[SeriousViolation]:
        """Versions of the list of seriously unlawful enterprises, by time of record."""
        return serious_violations(self.listings, self.life)

    @cached_property
    def penalties(self) -> list[Penalty]:
        """Versions of the administrative penalties, by time of record."""
        found = episodes(self.pollution)
        return build_penalties(self.seed, self.zones, self.life, self.outlets, found, self.listings)

    @cached_property
    def licences(self) -> list[Licence]:
        """Versions of the administrative licences, by time of record."""
        return build_licences(self.seed, self.zones, self.enterprises, self.life, self.outlets)

    @cached_property
    def service_platforms(self) -> list[ServicePlatform]:
        """Versions of the zones' service platforms, by time of record."""
        return service_platforms(self.seed, self.zones, self.enterprises)

    @cached_property
    def themed_parks(self) -> list[ThemedPark]:
        """Versions of the themed parks, by time of record."""
        return themed_parks(self.seed, self.zones)

    @cached_property
    def cluster_plans(self) -> list[ClusterPlan]:
        """Versions of the zones' cluster plans, by time of record."""
        return cluster_plans(self.seed, self.zones)

    @cached_property
    def industry_maps(self) -> list[IndustryMap]:
        """Versions of the maps of the leading industries, by time of record."""
        return industry_maps(self.seed)

    @cached_property
    def milestones(self) -> list[Milestone]:
        """Versions of the reform milestones, by time of record."""
        return milestones(self.seed, self.zones)

    @cached_property
    def green_parks(self) -> list[GreenPark]:
        """Versions of the zones' green titles, by time of record."""
        return green_parks(self.seed, self.zones)

    @cached_property
    def chemical_sites(self) -> list[ChemicalSite]:
        """Versions of the chemical sites, by time of record."""
        return chemical_sites(self.seed, self.zones, self.enterprises)

    @cached_property
    def treatment_facilities(self) -> list[TreatmentFacility]:
        """Versions of the treatment facilities, by time of record."""
        return treatment_facilities(self.seed, self.zones, self.enterprises)

    @cached_property
    def cases(self) -> Cases:
        """Cases of government service, in order of acceptance."""
        found = anchors(self.register, self.licences, self.projects)
        return build_cases(self.seed, self.enterprises, self.life, found)

    @cached_property
    def connections(self) -> Connections:
        """The zones' lines to the systems of the province."""
        return Connections(self.seed, self.zones, self.zone_versions, self.enterprises, self.life)

    @cached_property
    def projects(self) -> Projects:
        """Investment projects of the zones."""
        return build_projects(self.seed, self.zones, self.enterprises)

    @cached_property
    def project_investors(self) -> list[Investor | None]:
        """The investor of each project; none for a package."""
        return project_investors(self.projects, self.enterprises)

    @cached_property
    def project_names(self) -> list[str]:
        """The name of each project."""
        return project_names(self.zones, self.projects, self.enterprises, self.project_investors)

    @cached_property
    def problems(self) -> Problems:
        """What blocks the projects."""
        return build_problems(self.zones, self.projects)

    @cached_property
    def leads(self) -> Leads:
        """Leads to investors, whether a project came of them or not."""
        return build_leads(self.zones, self.projects, self.project_investors)

    @cached_property
    def zombies(self) -> Zombies:
        """Cases of zombie enterprises and projects."""
        return build_zombies(self.seed, self.zones, self.enterprises, self.life, self.projects)

    @cached_property
    def exchange(self) -> Exchange:
        """The trading exchange."""
        return Exchange(self.seed, self.scale, self.zones, self.enterprises, self.life)

    @cached_property
    def parcels(self) -> Parcels:
        """Land by enterprise; the deals of the trading exchange are among it."""
        deals = land_deals(partial(self.exchange.messages, "land_deal"), self.enterprises)
        revenue = self.economy.enterprise_month[:, 12:24].sum(axis=1)
        return build_parcels(self.seed, self.zones, self.enterprises, self.life, revenue, deals)

    @cached_property
    def certificates(self) -> Certificates:
        """Certificates of high-tech enterprises."""
        return build_certificates(self.seed, self.high_tech)

    @cached_property
    def high_tech(self) -> np.ndarray:
        """Which enterprises are high-tech."""
        return high_tech(self.seed, self.scale, self.enterprises, self.life, self.zombies)

    @cached_property
    def contracts(self) -> Contracts:
        """Technology contracts."""
        return build_contracts(self.seed, self.zones, self.enterprises)

    @cached_property
    def fund_investments(self) -> Investments:
        """What funds invest in projects."""
        return build_investments(self.projects)

    @cached_property
    def fund_allocations(self) -> Allocations:
        """Provincial money for the zones."""
        return build_allocations(self.seed, self.zones)


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
    )


def _settled(outlets: Outlets, platforms: list[PlatformVersion], enterprises: Enterprises) -> set[int]:
    """Enterprises that hold a discharge permit or carry an innovation platform."""
    index = {code: i for i, code in enumerate(enterprises.credit_code)}
    return set(outlets.enterprise.tolist()) | {index[p.credit_code] for p in platforms if p.credit_code}
