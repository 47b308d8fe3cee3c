"""The members of the credit register's ZIP: clean rows and the roles of their fields."""

from bisect import bisect_left
from datetime import date, datetime, time
from functools import partial
from typing import TypeVar

import numpy as np

from sandbox.interfaces.records import Columns, CreditTable, Records, Roles, seconds, stated
from sandbox.province.credit import Listing, Registration
from sandbox.province.model import Province

_Version = TypeVar("_Version", Registration, Listing)


def credit_tables(province: Province) -> list[CreditTable]:
    """Every member of the nightly ZIP, in its order."""
    registration = Roles(
        key=("main_identi_id",), required=("main_identi_id", "uni_social_crd_cd", "comp_nm"),
        codes=("uni_social_crd_cd",), names=("comp_nm", "addr"), numbers=("reg_capt",),
        dates=("est_dt", "appr_dt"), times=("last_modified",),
    )  # fmt: skip
    abnormal = Roles(
        key=("busexclist",), required=("busexclist", "uni_social_crd_cd", "inclu_dt", "inclu_reason"),
        codes=("uni_social_crd_cd",), names=("comp_nm",), dates=("inclu_dt",), open_dates=("remove_dt",),
        times=("last_modified",),
    )  # fmt: skip
    return [
        CreditTable("registration", partial(registrations, province), registration),
        CreditTable("abnormal_list", partial(listings, province), abnormal),
    ]


def _recorded(versions: list[_Version], first: date, end: date, is_full: bool) -> list[_Version]:
    """The versions recorded on first <= day < end, or all before `end`, of a list that is in order of time."""
    since, before = (datetime.combine(day, time()) for day in (first, end))
    start = 0 if is_full else bisect_left(versions, since, key=lambda v: v.recorded_at)
    return versions[start : bisect_left(versions, before, key=lambda v: v.recorded_at)]


def registrations(province: Province, first: date, end: date, is_full: bool) -> Records:
    """registration.csv; a full extract is in order of the entities."""
    versions = _recorded(province.register.registrations, first, end, is_full)
    if is_full:
        versions = sorted({v.entity: v for v in versions}.values(), key=lambda v: v.entity)
    register, firms = province.register, province.enterprises
    entity = [version.entity for version in versions]
    columns: Columns = {
        "main_identi_id": [register.registration_id[e] for e in entity],
        "uni_social_crd_cd": [firms.credit_code[e] for e in entity],
        "comp_nm": [firms.name[e] for e in entity],
        "comp_type": ["股份有限公司" if "股份" in firms.name[e] else "有限责任公司" for e in entity],
        "reg_org": [register.authority_name[e] for e in entity],
        "reg_state": [version.state for version in versions],
        "legal_repre": [version.representative for version in versions],
        "addr": [version.address for version in versions],
        "indv_code": [firms.section[e] + firms.industry[e] for e in entity],
        "reg_capt": [f"{version.capital:.2f}" for version in versions],
        "capt_kind": ["人民币" for _ in versions],
        "est_dt": [firms.established[e].isoformat() for e in entity],
        "appr_dt": [version.approved.isoformat() for version in versions],
        "domdi_strict": [register.region[e] for e in entity],
        "last_modified": stated([version.recorded_at for version in versions]),
    }
    keys = np.array([v.entity * 4096 + v.recorded_at.toordinal() % 4096 for v in versions], dtype=np.int64)
    return Records(columns, seconds([v.recorded_at for v in versions]), keys)


def listings(province: Province, first: date, end: date, is_full: bool) -> Records:
    """abnormal_list.csv; a full extract is in order of the listings."""
    versions = _recorded(province.register.listings, first, end, is_full)
    if is_full:
        versions = sorted({v.listing_id: v for v in versions}.values(), key=lambda v: v.listing_id)
    register, firms = province.register, province.enterprises
    entity = [version.entity for version in versions]
    columns: Columns = {
        "busexclist": [version.listing_id for version in versions],
        "uni_social_crd_cd": [firms.credit_code[e] for e in entity],
        "comp_nm": [firms.name[e] for e in entity],
        "inclu_dt": [version.listed.isoformat() for version in versions],
        "inclu_reason": [version.reason for version in versions],
        "decorg_cn": [register.authority_name[e] for e in entity],
        "remove_dt": [version.removed.isoformat() if version.removed else "" for version in versions],
        "remexcpres_cn": ["依法补报年度报告并公示" if version.removed else "" for version in versions],
        "last_modified": stated([version.recorded_at for version in versions]),
    }
    keys = np.array([int(v.listing_id[2:]) * 2 + (v.removed is not None) for v in versions], dtype=np.int64)
    return Records(columns, seconds([v.recorded_at for v in versions]), keys)
