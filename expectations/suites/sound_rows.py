"""Checks that the rows of a table can be traced, contradict nothing and find their zone: one scan a table.

In the predicates `r` is the row, `c` the context of the load (raw.load_context) and `b` the row's batch (raw.batch).
"""

from __future__ import annotations

from dataclasses import dataclass

from expectations.check import Check
from expectations.measure import Parts, RowRule, row_checks

KNOWN_IN_TIME = ("known before or after their time", "r.known_to < r.known_from or r.known_from > c.as_of_date")
SNAPSHOT_IN_TIME = ("known before or after their time", "r.known_from > c.as_of_date")
"""What cannot be in a table that keeps every version of a row, and in one that keeps the latest only."""

_ZONE_RESOLVED = RowRule(
    "zone_resolved",
    "warn",
    "What belongs to no known zone counts for the province only; ask its owner for the zone",
    (("of a zone that is not known", "r.zone_id is not null and z.id is null"),),
)


@dataclass(frozen=True)
class SoundRows:
    """What cannot be in one table (`impossible`) and what is only worth a look (`doubtful`); `keys` are its grain."""

    owner: str
    keys: tuple[str, ...]
    impossible: Parts
    has_zone: bool = True
    doubtful: tuple[RowRule, ...] = ()
    reason: str = "A row that cannot be traced, or that contradicts itself, makes every count it is in doubtful"


def sound_rows(target: str, rows: SoundRows, relation: str = "") -> list[Check]:
    """The checks of `target`, over `relation` (SQL that follows FROM) where not all of its rows are looked at."""
    zone = "r.zone_id" if rows.has_zone else "null"
    source = (
        f"{relation or target} as r cross join raw.load_context as c left join raw.batch as b on r.batch_id = b.batch_id"
        f" left join (select distinct zone_id as id from dim.dim_zone) as z on {zone} = z.id"
    )
    lost: Parts = (
        ("without a source record", "r.source_record_id is null or r.loaded_at is null"),
        ("from a batch that is not on record", "b.batch_id is null"),
    )
    if rows.keys:
        lost = (("without their key", " or ".join(f"r.{key} is null" for key in rows.keys)), *lost)
    rules = [RowRule("rows_sound", "block", rows.reason, (*lost, *rows.impossible))]
    rules += [_ZONE_RESOLVED] if rows.has_zone else []
    return row_checks("fact", target, rows.owner, source, [*rules, *rows.doubtful], "r.source_record_id")
