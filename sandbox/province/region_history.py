"""How counties changed their codes and names, and what a feed calls one on a given day.

Within the span of the sandbox 余江 became a district in 2018 (only the year is published; the day is the first of July),
上饶县 became 广信区 in October 2019, 湾里区 went to 新建区 and 龙南 became a city in June 2020 (days are the first of the
month). The earlier changes matter to registering authorities, which live on in credit codes.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class RegionChange:
    """One county that got another code or name on a day."""

    effective: date
    old_code: str
    old_name: str
    new_code: str
    new_name: str


@cache
def region_changes() -> tuple[RegionChange, ...]:
    """Every change in order of time."""
    text = files("sandbox.province").joinpath("region_changes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    changes = [
        RegionChange(
            date.fromisoformat(row["effective"]), row["old_code"], row["old_name"], row["new_code"], row["new_name"]
        )
        for row in rows
    ]
    return tuple(sorted(changes, key=lambda change: change.effective))


def changes_between(first: date, last: date) -> list[RegionChange]:
    """The changes of code that take effect from `first` to `last`."""
    return [c for c in region_changes() if first <= c.effective <= last and c.old_code != c.new_code]


@cache
def _changes_of(code: str) -> tuple[RegionChange, ...]:
    return tuple(c for c in region_changes() if code in (c.old_code, c.new_code) and c.old_code != c.new_code)


def code_on(code: str, day: date) -> str:
    """The code that a county of the list of 2019-04 has on a day."""
    for change in _changes_of(code):
        if code == change.old_code and change.effective <= day:
            return change.new_code
        # What was there before 新建区 took in 湾里区 is 新建区 all the same: only a code that came into being goes back.
        if code == change.new_code and day < change.effective and change.effective.year < 2019:
            return change.old_code
    return code


def name_on(name: str, code: str, day: date) -> str:
    """The name that goes with `code_on(code, day)`; `name` is the name of 2019-04."""
    current = code_on(code, day)
    for change in _changes_of(code):
        if current == change.new_code != code:
            return change.new_name
        if current == change.old_code != code:
            return change.old_name
    return name


def retired_counties() -> dict[str, tuple[str, int]]:
    """New code -> (old code, year of change) of the changes up to 2018: old codes that registrations still show."""
    found = region_changes()
    return {
        c.new_code: (c.old_code, c.effective.year)
        for c in found
        if c.old_code != c.new_code and c.effective.year < 2019
    }
