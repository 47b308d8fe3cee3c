"""Releases of a province on the days of the oracle, each upon the last."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestration import sandbox_process
from tests.oracle import nights
from tests.oracle.deliveries import deliver

SEED = 282
"""Zones that are late on 30 June and 31 December, three enterprises that move, and no zone whose county is renamed."""


class Built(NamedTuple):
    """The state folder and the release of each day."""

    home: Path
    releases: dict[date, Path]


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The nine days in the long form of the proof, else three."""
    days = nights.DAYS if request.config.getoption("--prove") else nights.FEW
    home, since, releases = tmp_path_factory.mktemp("oracle"), None, {}
    with sandbox_process.running("small", SEED) as province:
        for day in days:
            records = nights.land(home, province, since, day)
            records += deliver(home, since, day, nights.HASH_KEY)
            releases[day] = nights.publish(home, records, day)
            since = day + timedelta(days=1)
    return Built(home, releases)
