"""Episodes in which an outlet exceeds its limit, as the pollution model has them."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sandbox.province.outlets import PROFILES
from sandbox.province.pollution import Pollution
from sandbox.province.scale import FIRST_DAY, LAST_DAY


@dataclass(frozen=True)
class Episode:
    """One outlet (index) and pollutant above the limit from `first_day` for `days` days."""

    outlet: int
    factor: str
    first_day: date
    days: int


def episodes(pollution: Pollution) -> list[Episode]:
    """Every episode that begins within the span of the sandbox, by day, outlet and pollutant."""
    span = (LAST_DAY - FIRST_DAY).days + 1
    found = []
    for group in pollution.groups:
        days = [FIRST_DAY + timedelta(days=offset) for offset in range(-1, span)]
        inside = np.stack([pollution._in_episode(group, day) for day in days])
        starts = np.argwhere(inside[1:] & ~inside[:-1])
        for day, device, column in starts.tolist():
            after = inside[day + 1 :, device, column]
            length = int(np.argmin(after)) if not after.all() else len(after)
            first = FIRST_DAY + timedelta(days=day)
            found.append(Episode(int(group.device[device]), PROFILES[group.profile][column], first, length))
    return sorted(found, key=lambda e: (e.first_day, e.outlet, e.factor))
