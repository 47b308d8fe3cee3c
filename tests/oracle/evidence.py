"""The zone of an enterprise by what speaks for it: its record, its credit code and its addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import seed


class Signs(NamedTuple):
    """What points to a zone: the registry code inside credit codes, and the patterns of its names in addresses."""

    registry: str | None
    names: list[str]


def enterprises_on(lake: Lake, day: date) -> pl.DataFrame:
    """Records of the platform as they stood on a day, with the registered address of that day and zone_by_evidence."""
    records = lake.stood_on(day, "smart_zone/enterprise", "enterprise_id")
    register = lake.stood_on(day, "credit/registration", "uscc").select("uscc", registered_address="address")
    found = records.join(register, on="uscc", how="left")
    points = {kind: int(count) for kind, count in seed("zone_evidence").select("evidence_kind", "points").rows()}
    signs = _signs(lake, day)
    decided = [_zone_of(row, signs, points) for row in found.iter_rows(named=True)]
    return found.with_columns(pl.Series("zone_by_evidence", decided, pl.String))


def _signs(lake: Lake, day: date) -> dict[str, Signs]:
    """The signs of each zone on record, by the name that it had on the day."""
    registries = dict(seed("zone_registry").select("zone_name", "authority_code").rows())
    patterns = dict(seed("zone_alias").group_by("zone_name").agg("pattern").rows())
    on_record = lake.stood_on(day, "smart_zone/zone", "zone_id").select("zone_id", "zone_name").rows()
    return {zone: Signs(registries.get(name), patterns.get(name, [])) for zone, name in on_record}


def _zone_of(row: Mapping[str, Any], signs: Mapping[str, Signs], points: Mapping[str, int]) -> str | None:
    """The zone with most points; none for a tie and without evidence."""
    votes: Counter[str] = Counter()
    if row["zone_id"] in signs:
        votes[row["zone_id"]] += points["platform"]
    for zone, sign in signs.items():
        if sign.registry and sign.registry == row["uscc"][2:8]:
            votes[zone] += points["registry"]
    for kind in ("address", "registered_address"):
        matching = _matching(row[kind], signs)
        if len(matching) == 1:
            votes[matching[0]] += points[kind]
    best = votes.most_common(2)
    is_tie = len(best) == 2 and best[0][1] == best[1][1]
    return best[0][0] if best and not is_tie else None


def _matching(text: str | None, signs: Mapping[str, Signs]) -> list[str]:
    """The zones whose names an address holds, without blanks and with half-width brackets."""
    plain = re.sub(r"\s", "", text or "").replace("（", "(").replace("）", ")")
    return [zone for zone, sign in signs.items() if any(re.search(pattern, plain) for pattern in sign.names)]
