"""The members of the credit register's ZIP: registrations, their changes and the two lists of offenders."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from sandbox.interfaces.credit_disclosures import disclosure_tables
from sandbox.interfaces.records import Columns, CreditTable, Records, Roles, rows_of, stated, stated_day
from sandbox.province.credit import Registration, RegistrationChange, authority_name
from sandbox.province.credit_listings import THREE_YEARS, Listing, SeriousViolation
from sandbox.province.model import Province
from sandbox.province.region_history import name_on
from sandbox.province.versions import Identified, Versions, versions_of
from sandbox.province.zones import region_names

_Version = TypeVar("_Version", bound=Identified)


@dataclass(frozen=True)
class Extract(Generic[_Version]):
    """Serves versions as rows: `versions()` is called when the first day is asked for, and `columns` spells all of them.

    A version is in every full extract from its day on, so it is spelled once.
    """

    versions: Callable[[], Sequence[_Version]]
    columns: Callable[[Sequence[_Version]], Columns]

    @cached_property
    def _known(self) -> tuple[Columns, Versions]:
        listed = self.versions()
        times = versions_of(listed)
        return {**self.columns(listed), "last_modified": stated(times.recorded_at)}, times

    def records(self, first: date, end: date, is_full: bool) -> Records:
        """What `CreditTable.records` promises; a row's key is its place among all versions."""
        columns, times = self._known
        rows = times.rows(first, end, is_full)
        return Records(rows_of(columns, rows), times.recorded_at[rows], rows.astype(np.int64))


def credit_tables(province: Province) -> list[CreditTable]:
    """Every member of the nightly ZIP, in its order."""
    rows = _Rows(province)
    registration = Roles(
        key=("main_identi_id",), required=("main_identi_id", "uni_social_crd_cd", "comp_nm"),
        codes=("uni_social_crd_cd",), names=("comp_nm", "addr"), capitals=("reg_capt",),
        dates=("est_dt", "appr_dt"), times=("last_modified",), regions=("domdi_strict",),
    )  # fmt: skip
    change = Roles(
        key=("chan_id",), required=("chan_id", "uni_social_crd_cd", "chan_project"), codes=("uni_social_crd_cd",),
        names=("comp_nm",), dates=("chan_dt",), times=("last_modified",),
    )  # fmt: skip
    abnormal = Roles(
        key=("busexclist",), required=("busexclist", "uni_social_crd_cd", "inclu_dt", "inclu_reason"),
        codes=("uni_social_crd_cd",), names=("comp_nm",), dates=("inclu_dt",), open_dates=("remove_dt",),
        times=("last_modified",),
    )  # fmt: skip
    serious = Roles(
        key=("ill_comp_id",), required=("ill_comp_id", "uni_social_crd_cd", "abn_tm", "serill_rea"),
        codes=("uni_social_crd_cd",), names=("comp_name",), dates=("abn_tm",), open_dates=("rem_dt",),
        times=("last_modified",),
    )  # fmt: skip
    lists = [
        ("registration", Extract(lambda: province.register.registrations, rows.registrations).records, registration),
        ("registration_change", Extract(lambda: province.register.changes, rows.changes).records, change),
        ("abnormal_list", Extract(lambda: province.listings, rows.listings).records, abnormal),
        ("serious_violation", Extract(lambda: province.serious_violations, rows.violations).records, serious),
    ]
    return [*(CreditTable(*one) for one in lists), *disclosure_tables(province, Extract)]


@dataclass(frozen=True)
class _Rows:
    """Spells versions under the column names that market regulators use."""

    province: Province

    def _who(self, entities: list[int], name: str = "comp_nm") -> Columns:
        firms = self.province.enterprises
        return {
            "uni_social_crd_cd": [firms.credit_code[e] for e in entities],
            name: [firms.name[e] for e in entities],
        }

    def registrations(self, versions: Sequence[Registration]) -> Columns:
        """registration.csv; capital in 10,000 yuan."""
        register, firms = self.province.register, self.province.enterprises
        entity = [version.entity for version in versions]
        return {
            "main_identi_id": [register.registration_id[e] for e in entity],
            **self._who(entity),
            "comp_type": ["股份有限公司" if "股份" in firms.name[e] else "有限责任公司" for e in entity],
            "reg_org": [version.authority for version in versions],
            "reg_state": [version.state for version in versions],
            "legal_repre": [version.representative for version in versions],
            "addr": [version.address for version in versions],
            "indv_code": [firms.section[e] + firms.industry[e] for e in entity],
            "reg_capt": [f"{version.capital:.2f}" for version in versions],
            "capt_kind": ["人民币"] * len(versions),
            "est_dt": [firms.established[e].isoformat() for e in entity],
            "appr_dt": [version.approved.isoformat() for version in versions],
            "domdi_strict": [version.region for version in versions],
        }

    def changes(self, versions: Sequence[RegistrationChange]) -> Columns:
        """registration_change.csv; a change of the representative names natural persons."""
        register = self.province.register
        entity = [version.entity for version in versions]
        return {
            "chan_id": [version.change_id for version in versions],
            "main_identi_id": [register.registration_id[e] for e in entity],
            **self._who(entity),
            "chan_project": [version.item for version in versions],
            "chan_bef_text": [version.before for version in versions],
            "chan_aft_text": [version.after for version in versions],
            "chan_dt": [version.changed.isoformat() for version in versions],
            "reg_org": [version.authority for version in versions],
        }

    def listings(self, versions: Sequence[Listing]) -> Columns:
        """abnormal_list.csv."""
        return {
            "busexclist": [version.listing_id for version in versions],
            **self._who([version.entity for version in versions]),
            "inclu_dt": [version.listed.isoformat() for version in versions],
            "inclu_reason": [version.reason for version in versions],
            "decorg_cn": self._offices([(version.entity, version.listed) for version in versions]),
            "remove_dt": [stated_day(version.removed) for version in versions],
            "remexcpres_cn": [version.removal_reason for version in versions],
            "redecorg_cn": self._offices([(version.entity, version.removed) for version in versions]),
        }

    def violations(self, versions: Sequence[SeriousViolation]) -> Columns:
        """serious_violation.csv."""
        place = [self._place(version.entity, version.listed) for version in versions]
        return {
            "ill_comp_id": [version.violation_id for version in versions],
            **self._who([version.entity for version in versions], "comp_name"),
            "abn_tm": [version.listed.isoformat() for version in versions],
            "serill_rea": [THREE_YEARS] * len(versions),
            "decorg_org": self._offices([(version.entity, version.listed) for version in versions]),
            "rem_dt": [stated_day(version.removed) for version in versions],
            "rem_excpres_rea": ["已履行相关义务，依法移出" if version.removed else "" for version in versions],
            "recorg_ogr": self._offices([(version.entity, version.removed) for version in versions]),
            "dsc_city": [city for city, _ in place],
            "dsc_adm_region": [county for _, county in place],
        }

    def _offices(self, decisions: list[tuple[int, date | None]]) -> list[object]:
        """The office that decided about each entity on a day; none where nothing was decided."""
        return ["" if day is None else self._office(entity, day) for entity, day in decisions]

    def _office(self, entity: int, day: date) -> str:
        return authority_name(self.province.zones[self.province.life.zone_of(entity, day)], day)

    def _place(self, entity: int, day: date) -> tuple[str, str]:
        """(prefecture, county) of an entity's zone."""
        zone = self.province.zones[self.province.life.zone_of(entity, day)]
        if not zone.county_code:
            return zone.city_name, ""
        return zone.city_name, name_on(region_names()[zone.county_code], zone.county_code, day)
