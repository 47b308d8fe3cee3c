"""The zone of an enterprise by what speaks for it: its record, its credit code and its addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import seed


def enterprises_on(lake: Lake, day: date) -> pl.DataFrame:
    """Records of the platform as they stood on a day, with the registered address of that day and zone_by_evidence."""
    records = lake.stood_on(day, "smart_zone/enterprise", "enterprise_id")
    register = lake.stood_on(day, "credit/registration", "uscc").select("uscc", registered_address="address")
    found = records.join(register, on="uscc", how="left")
    names = _names(lake)
    decided = [_zone_of(row, names) for row in found.iter_rows(named=True)]
    return found.with_columns(pl.Series("zone_by_evidence", decided, pl.String))


def _names(lake: Lake) -> Mapping[str, Mapping[str, Any]]:
    """For each zone on record its registry code and the patterns of its names."""
    on_record = lake.latest("smart_zone/zone", "zone_id").select("zone_id", "zone_name")
    listed = on_record.join(seed("zone_registry"), on="zone_name").iter_rows(named=True)
    patterns: dict[str, list[str]] = {}
    for row in seed("zone_alias").iter_rows(named=True):
        patterns.setdefault(row["zone_name"], []).append(row["pattern"])
    found = {row["zone_id"]: (row["authority_code"], patterns.get(row["zone_name"], [])) for row in listed}
    return {
        zone: {"authority": found.get(zone, (None, []))[0], "patterns": found.get(zone, (None, []))[1]}
        for zone in on_record["zone_id"]
    }


def _zone_of(row: Mapping[str, Any], names: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The zone with most points; none for a tie and without evidence."""
    points = {kind: int(count) for kind, count in seed("zone_evidence").select("evidence_kind", "points").rows()}
    votes: Counter[str] = Counter()
    if row["zone_id"] in names:
        votes[row["zone_id"]] += points["platform"]
    for zone, name in names.items():
        if name["authority"] and name["authority"] == row["uscc"][2:8]:
            votes[zone] += points["registry"]
    for kind, text in (("address", row["address"]), ("registered_address", row["registered_address"])):
        matching = _matching(text, names)
        if len(matching) == 1:
            votes[matching[0]] += points[kind]
    best = votes.most_common(2)
    is_tie = len(best) == 2 and best[0][1] == best[1][1]
    return best[0][0] if best and not is_tie else None


def _matching(text: str | None, names: Mapping[str, Mapping[str, Any]]) -> list[str]:
    plain = re.sub(r"\s", "", text or "").replace("（", "(").replace("）", ")")
    return [zone for zone, name in names.items() if any(re.search(pattern, plain) for pattern in name["patterns"])]
