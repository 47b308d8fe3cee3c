"""Zombie enterprises and zombie projects (僵尸企业、僵尸项目): who is named, what is done about it, and when it is done.

The stock at the start of a year shall fall by a third within it. Enterprises that were deregistered or revoked make up a
part of the disposals, on the days that the register knows; the others are merged, reorganised or brought back to work.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.life import DEREGISTERED, MERGED, REVOKED, Life
from sandbox.province.lives import NEVER, ordinal
from sandbox.province.projects import ENDED, RESUMED, STALLED, Projects
from sandbox.province.randomness import chance
from sandbox.province.zones import Zone

ENTERPRISE, PROJECT = "僵尸企业", "僵尸项目"
# Columns of the matrix of days.
NAMED, PLANNED, DISPOSED = range(3)
MEASURES = {DEREGISTERED: "关停注销", REVOKED: "破产清算", MERGED: "兼并重组", "project": "收回土地", "": "盘活重组"}
# Share of light enterprises that are named, and how many of the stock of 2018-01-01 remain at the end of each year.
_NAMED_SHARE = 0.085
_REMAINING = (0.62, 0.44, 0.36)
# Named before 2018, and in each year since.
_STOCK_SHARE = 0.90
# Part of the enterprises that end, by whatever way, that were named before.
_ENDED_SHARE = 0.35
_PROJECT_SHARE = 0.14
_EPOCH = ordinal(1970)


@dataclass(frozen=True)
class Zombies:
    """Parallel columns, one entry per case; `firm` indexes the enterprises, `project` the projects (-1: none)."""

    seed: int
    number: np.ndarray
    case_id: list[str]
    zone: np.ndarray
    firm: np.ndarray
    project: np.ndarray
    measure: list[str]
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.case_id)


def build_zombies(seed: int, zones: list[Zone], enterprises: Enterprises, life: Life, projects: Projects) -> Zombies:
    """Every case of the chosen zones named up to 2020."""
    firm, reason, of_firms = _enterprise_cases(seed, enterprises, life)
    project, of_projects = _project_cases(seed, projects)
    zone = np.concatenate([enterprises.zone[firm], projects.zone[project]])
    number = np.concatenate([100_000 + firm, projects.number[project]])
    days = np.concatenate([of_firms, of_projects])
    return Zombies(
        seed=seed,
        number=number,
        case_id=[f"JS{zones[z].zone_id}{n:09d}" for z, n in zip(zone.tolist(), number.tolist(), strict=True)],
        zone=zone,
        firm=np.concatenate([firm, projects.firm[project]]),
        project=np.concatenate([np.full(len(firm), -1), project]),
        measure=[MEASURES[why] for why in reason] + [MEASURES["project"]] * len(project),
        days=days,
    )


def _enterprise_cases(seed: int, enterprises: Enterprises, life: Life) -> tuple[np.ndarray, list[str], np.ndarray]:
    """(enterprise, why it is disposed of, days) of the cases of enterprises."""
    one = np.arange(len(enterprises))
    light = enterprises.weight < np.quantile(enterprises.weight, 0.4)
    ends = np.array([bool(ending) for ending in life.ending])
    stays = light & ~enterprises.steady & ~ends & np.isnat(life.moved_on)
    # The sewage works of a zone, its first enterprise, is no zombie.
    stays &= np.r_[False, enterprises.zone[1:] == enterprises.zone[:-1]]
    early = enterprises.recorded_at < np.datetime64("2018-01-01")
    draw = chance(seed, "zombie/enterprise", one)
    firm = np.flatnonzero(early & np.where(ends, draw < _ENDED_SHARE, stays & (draw < _NAMED_SHARE)))
    old = chance(seed, "zombie/old", one)[firm] < _STOCK_SHARE
    when = chance(seed, "zombie/named", one)[firm]
    ended = np.where(np.isnat(life.ended_on[firm]), NEVER, life.ended_on[firm].astype(np.int64) + _EPOCH)
    since_2018 = ordinal(2018, 1, 20) + (when * 900).astype(np.int64)
    before = ordinal(2016, 3, 1) + (when * 620).astype(np.int64)
    # Who ends cannot be named afterwards.
    named = np.where(old | (since_2018 + 60 > ended), before, since_2018)
    disposed = np.where(ended < NEVER, ended, _disposal(chance(seed, "zombie/disposed", one)[firm], named))
    return firm, [life.ending[f] for f in firm.tolist()], _days(seed, 100_000 + firm, named, disposed)


def _disposal(draw: np.ndarray, named: np.ndarray) -> np.ndarray:
    """The day of disposal so that the stock falls as `_REMAINING` says; a few cases stay open."""
    bounds = (1.0, *_REMAINING)
    day = np.full(len(draw), NEVER)
    for year, (above, below) in enumerate(pairwise(bounds), 2018):
        falls = (draw <= above) & (draw > below)
        # Most cases are settled before the yearly report.
        part = np.clip((above - draw) / (above - below), 0.0, 1.0) ** 0.8
        day = np.where(falls, ordinal(year, 1, 25) + (part * 325).astype(np.int64), day)
    return np.where(day < named + 40, named + 40 + (draw * 400).astype(np.int64), day)


def _project_cases(seed: int, projects: Projects) -> tuple[np.ndarray, np.ndarray]:
    """(project, days) of projects that stalled for half a year and were not resumed; some are withdrawn."""
    days = projects.days
    stuck = (days[:, STALLED] < NEVER) & (days[:, RESUMED] == NEVER)
    draw = chance(seed, "zombie/project", projects.number)
    project = np.flatnonzero(stuck & (draw < _PROJECT_SHARE))
    named = days[project, STALLED] + 180
    return project, _days(seed, projects.number[project], named, days[project, ENDED])


def _days(seed: int, number: np.ndarray, named: np.ndarray, disposed: np.ndarray) -> np.ndarray:
    planned = named + 5 + (30 * chance(seed, "zombie/planned", number)).astype(np.int64)
    return np.column_stack([named, np.minimum(planned, disposed), disposed])
