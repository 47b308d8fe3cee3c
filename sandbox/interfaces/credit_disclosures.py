"""The members of the credit register's ZIP that publish decisions and reports: penalties, licences, annual reports.

Penalties and licences stand in the fields of the national "double publicity" of administrative decisions (双公示).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from sandbox.interfaces.records import Columns, CreditTable, Records, Roles, rows_of, stated, stated_day
from sandbox.province.agencies import organ_code
from sandbox.province.credit_licences import Licence
from sandbox.province.credit_penalties import Penalty
from sandbox.province.credit_reports import FIGURES
from sandbox.province.model import Province

# What the register exports in the place of a figure that the enterprise keeps to itself; it is not zero.
_NOT_DISCLOSED = ""
_LEGAL_PERSON = "法人及非法人组织"
_SOURCE = ("江西省公共信用信息平台", organ_code("360000", "江西省公共信用信息平台"))
# The other identifiers of a counterpart, which entities with a credit code leave empty.
_OTHER_NUMBERS = ("GSZC", "ZZJG", "SWDJ", "SYDW", "SHZZ")


def disclosure_tables(province: Province, extract: type[Any]) -> list[CreditTable]:
    """The three members; `extract` serves lists of versions."""
    rows = _Rows(province)
    penalty = Roles(
        key=("CF_WSH",), required=("CF_WSH", "CF_XDR_MC", "CF_XDR_SHXYM", "CF_JDRQ"), codes=("CF_XDR_SHXYM",),
        names=("CF_XDR_MC",), numbers=("CF_NR_FK", "CF_NR_WFFF"), amounts=("CF_NR_FK",),
        dates=("CF_JDRQ", "CF_GSJZQ"), open_dates=("CF_YXQ",), times=("last_modified",),
    )  # fmt: skip
    licence = Roles(
        key=("XK_WSH",), required=("XK_WSH", "XK_XDR_MC", "XK_XDR_SHXYM", "XK_JDRQ"), codes=("XK_XDR_SHXYM",),
        names=("XK_XDR_MC",), dates=("XK_JDRQ", "XK_YXQZ"), open_dates=("XK_YXQZI",), times=("last_modified",),
    )  # fmt: skip
    report = Roles(
        key=("annual_id",), required=("annual_id", "annual_year", "uni_social_crd_cd"), codes=("uni_social_crd_cd",),
        names=("comp_nm",), dates=("annual_date",), times=("last_modified",), numbers=FIGURES, amounts=("asset_zmt",),
    )  # fmt: skip
    return [
        CreditTable("penalty", extract(lambda: province.penalties, rows.penalties).records, penalty),
        CreditTable("licence", extract(lambda: province.licences, rows.licences).records, licence),
        CreditTable("annual_report", rows.annual_reports, report),
    ]


@dataclass(frozen=True)
class _Rows:
    province: Province

    def _counterpart(self, prefix: str, versions: Sequence[Penalty] | Sequence[Licence]) -> Columns:
        """Who the decision is about; the representative and identity numbers are personal data."""
        firms = self.province.enterprises
        representative = self.province.representatives
        blank: list[object] = [""] * len(versions)
        return {
            f"{prefix}_XDR_MC": [firms.name[v.entity] for v in versions],
            f"{prefix}_XDR_LB": [_LEGAL_PERSON] * len(versions),
            f"{prefix}_XDR_SHXYM": [firms.credit_code[v.entity] for v in versions],
            **{f"{prefix}_XDR_{number}": list(blank) for number in _OTHER_NUMBERS},
            f"{prefix}_FRDB": [representative[v.entity] for v in versions],
            f"{prefix}_FR_ZJLX": ["身份证"] * len(versions),
            f"{prefix}_FR_ZJHM": [_identity_number(firms.credit_code[v.entity], v.entity) for v in versions],
        }

    def penalties(self, versions: Sequence[Penalty]) -> Columns:
        """penalty.csv; amounts in 10,000 yuan with six decimals."""
        return {
            **self._counterpart("CF", versions),
            # Only a natural person is told by an identity document.
            "CF_XDR_ZJLX": [""] * len(versions),
            "CF_XDR_ZJHM": [""] * len(versions),
            "CF_WSH": [v.number for v in versions],
            "CF_WFXW": [v.violation for v in versions],
            "CF_SY": [v.facts for v in versions],
            "CF_YJ": [v.basis for v in versions],
            "CF_CFLB": ["罚款"] * len(versions),
            "CF_NR": [f"处以罚款人民币{v.fine:.4f}万元" for v in versions],
            "CF_NR_FK": [f"{v.fine:.6f}" for v in versions],
            "CF_NR_WFFF": ["0.000000"] * len(versions),
            "CF_NR_ZKDX": [""] * len(versions),
            "CF_JDRQ": [v.decided.isoformat() for v in versions],
            "CF_YXQ": [""] * len(versions),
            "CF_GSJZQ": [v.disclosed_until.isoformat() for v in versions],
            "CF_CFJG": [v.office for v in versions],
            "CF_CFJGDM": [v.office_code for v in versions],
            "CF_SJLY": [_SOURCE[0]] * len(versions),
            "CF_SJLYDM": [_SOURCE[1]] * len(versions),
            "BZ": [v.remark for v in versions],
        }

    def licences(self, versions: Sequence[Licence]) -> Columns:
        """licence.csv."""
        return {
            **self._counterpart("XK", versions),
            "XK_XKWS": [f"准予{v.title}决定书" for v in versions],
            "XK_WSH": [v.number for v in versions],
            "XK_XKLB": [v.kind for v in versions],
            "XK_XKZS": [v.title for v in versions],
            "XK_XKBH": [v.certificate_no for v in versions],
            "XK_NR": [v.content for v in versions],
            "XK_JDRQ": [v.decided.isoformat() for v in versions],
            "XK_YXQZ": [v.valid_from.isoformat() for v in versions],
            "XK_YXQZI": [stated_day(v.valid_to) for v in versions],
            "XK_XKJG": [v.office for v in versions],
            "XK_XKJGDM": [v.office_code for v in versions],
            "XK_ZT": [v.state for v in versions],
            "XK_LYDW": [_SOURCE[0]] * len(versions),
            "XK_LYDWDM": [_SOURCE[1]] * len(versions),
            "BZ": [""] * len(versions),
        }

    def annual_reports(self, first: date, end: date, is_full: bool) -> Records:
        """annual_report.csv; a row's key is its place among all versions."""
        versions = self.province.annual_reports.versions
        rows = versions.rows(first, end, is_full)
        return Records(rows_of(self._reports, rows), versions.recorded_at[rows], rows.astype(np.int64))

    @cached_property
    def _reports(self) -> Columns:
        """Every version of every report; amounts in 10,000 yuan, each with its flag of disclosure."""
        reports, firms = self.province.annual_reports, self.province.enterprises
        firm, year = reports.firm.tolist(), reports.year.tolist()
        columns: Columns = {
            "annual_id": [f"NB{y}{f:08d}" for f, y in zip(firm, year, strict=True)],
            "annual_year": year,
            "main_identi_id": [self.province.register.registration_id[f] for f in firm],
            "uni_social_crd_cd": [firms.credit_code[f] for f in firm],
            "comp_nm": [firms.name[f] for f in firm],
            "opt_stat": ["开业"] * len(firm),
            "annual_date": np.datetime_as_string(reports.filed_on.astype("datetime64[D]")).tolist(),
        }
        for place, name in enumerate(FIGURES):
            form = "{:.0f}" if name == "employee_num" else "{:.2f}"
            public = reports.is_public[:, place].tolist()
            columns[name] = [
                form.format(value) if shown else _NOT_DISCLOSED
                for value, shown in zip(reports.figures[:, place].tolist(), public, strict=True)
            ]
            columns[f"pub_{name}"] = ["是" if shown else "否" for shown in public]
        return {**columns, "last_modified": stated(reports.versions.recorded_at)}


def _identity_number(code: str, entity: int) -> str:
    """18 characters in the form of an identity number; the birthday is impossible, so it belongs to nobody."""
    return f"{code[2:8]}19000000{entity % 10_000:04d}"
