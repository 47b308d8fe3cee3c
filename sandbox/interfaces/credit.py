"""The credit register: a nightly ZIP of GB18030 CSV files, changes only, but everything on the first of a month."""

import csv
import hashlib
import io
import zipfile
from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from typing import TypeVar

import numpy as np

from sandbox.dirt import Columns, Dirt, Spoiler, half_width_brackets, with_repeats
from sandbox.interfaces.files import BuiltFile, Member, shortened
from sandbox.province.credit import Listing, Registration
from sandbox.province.model import Province

_Version = TypeVar("_Version", Registration, Listing)
_STATED = "%Y-%m-%d %H:%M:%S"


def build_credit(province: Province, dirt: Dirt, day: date, keep: dict[str, float]) -> list[BuiltFile]:
    """The one ZIP of the day."""
    kind = "full" if day.day == 1 else "changes"
    start, end = datetime.combine(day, time()), datetime.combine(day + timedelta(days=1), time())
    register = province.register
    since = None if kind == "full" else start
    chosen = _between(register.registrations, since, end)
    listed = _between(register.listings, since, end)
    if kind == "full":
        chosen = sorted({v.entity: v for v in chosen}.values(), key=lambda v: v.entity)
        listed = sorted({v.listing_id: v for v in listed}.values(), key=lambda v: v.listing_id)
    tables = {
        "registration": _registration_rows(province, dirt, chosen),
        "abnormal_list": _listing_rows(province, dirt, listed),
    }
    return [_archive(day, kind, {name: _cut(rows, keep.get(name)) for name, rows in tables.items()})]


def _between(versions: list[_Version], since: datetime | None, before: datetime) -> list[_Version]:
    """The versions recorded in [since, before) of a list that is in order of time."""
    first = 0 if since is None else bisect_left(versions, since, key=lambda v: v.recorded_at)
    return versions[first : bisect_left(versions, before, key=lambda v: v.recorded_at)]


def _cut(rows: list[list[str]], keep: float | None) -> list[list[str]]:
    return rows[:1] + shortened(rows[1:], keep)


def _registration_rows(province: Province, dirt: Dirt, versions: list[Registration]) -> list[list[str]]:
    """Header and rows of registration.csv."""
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
        "last_modified": [version.recorded_at.strftime(_STATED) for version in versions],
    }
    keys = np.array([v.entity * 4096 + v.recorded_at.toordinal() % 4096 for v in versions], dtype=np.int64)
    spoiler = Spoiler(province.seed, "credit/registration", keys)
    spoiler.change(columns, "comp_nm", "half_width_brackets", dirt.half_width_brackets, half_width_brackets)
    return _spoiled(spoiler, columns, dirt, required="comp_nm", number="reg_capt")


def _listing_rows(province: Province, dirt: Dirt, versions: list[Listing]) -> list[list[str]]:
    """Header and rows of abnormal_list.csv."""
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
        "last_modified": [version.recorded_at.strftime(_STATED) for version in versions],
    }
    keys = np.array([int(v.listing_id[2:]) * 2 + (v.removed is not None) for v in versions], dtype=np.int64)
    spoiler = Spoiler(province.seed, "credit/abnormal_list", keys)
    for row in spoiler.struck("sentinel_date", dirt.sentinel_date):
        if not columns["remove_dt"][row]:
            columns["remove_dt"][row] = "9999-12-31"
    return _spoiled(spoiler, columns, dirt, required="inclu_reason", number=None)


def _spoiled(spoiler: Spoiler, columns: Columns, dirt: Dirt, required: str, number: str | None) -> list[list[str]]:
    spoiler.spell_codes(columns, "uni_social_crd_cd", dirt)
    spoiler.break_codes(columns, "uni_social_crd_cd", dirt)
    spoiler.change(columns, required, "missing_required", dirt.missing_required, lambda _: "")
    if number:
        spoiler.change(columns, number, "text_in_number", dirt.text_in_number, lambda value: f"{value}万元整")
    shifted = set(spoiler.struck("column_shift", dirt.column_shift))
    repeats = spoiler.struck("duplicate_row", dirt.duplicate_row)
    rows = [list(map(str, row)) for row in zip(*columns.values(), strict=True)]
    for row in shifted:
        # An empty cell slipped in after the third column: everything behind it stands one column too far right.
        rows[row] = [*rows[row][:3], "", *rows[row][3:-1]]
    order, _ = with_repeats({"row": list(range(len(rows)))}, np.arange(len(rows)), repeats)
    return [list(columns)] + [rows[int(str(i))] for i in order["row"]]


def _archive(day: date, kind: str, tables: dict[str, list[list[str]]]) -> BuiltFile:
    """The ZIP with its members in order; its bytes depend on nothing but their content."""
    whole = io.BytesIO()
    members = []
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, rows in tables.items():
            text = io.StringIO()
            csv.writer(text, lineterminator="\r\n").writerows(rows)
            content = text.getvalue().encode("gb18030")
            info = zipfile.ZipInfo(f"{name}.csv", (day.year, day.month, day.day, 23, 0, 0))
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, content)
            members.append(Member(f"{name}.csv", len(rows) - 1, hashlib.sha256(content).hexdigest(), kind))
    total = sum(member.rows for member in members)
    return BuiltFile.of(f"credit_{day:%Y%m%d}.zip", day, whole.getvalue(), total, kind, tuple(members))
