"""Public offices: what they are called on a day, and their credit codes (11 for an administrative organ)."""

import hashlib
from datetime import date
from functools import cache

from sandbox.province.identifiers import credit_codes, organisation_codes
from sandbox.province.region_history import code_on, name_on
from sandbox.province.zones import region_names

# The reform of the departments: the new names hold from 2019.
_REFORMED = date(2019, 1, 1)
_FORMER = {"生态环境局": "环境保护局", "应急管理局": "安全生产监督管理局", "自然资源局": "国土资源局"}


def office_name(place_code: str, department: str, day: date) -> str:
    """The name of a department of a place, e.g. 南昌县生态环境局."""
    called = _FORMER.get(department, department) if day < _REFORMED else department
    return name_on(region_names()[place_code], place_code, day) + called


def office_code(place_code: str, department: str, day: date) -> str:
    """Its credit code; it changes with the code of the place."""
    return organ_code(code_on(place_code, day), department)


@cache
def organ_code(authority: str, name: str) -> str:
    """The credit code of an administrative organ: one for each authority (six digits) and name."""
    digest = int.from_bytes(hashlib.sha256(f"{authority}{name}".encode()).digest()[:6], "big")
    return credit_codes([authority], organisation_codes([f"0{digest % 10_000_000:07d}"]), "11")[0]
