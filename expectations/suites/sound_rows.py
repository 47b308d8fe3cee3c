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

ZONE_OF_ITS_DAY = ("in another zone than their enterprise on that day", "r.zone_id <> r.zone_then")
"""What cannot be among the rows of `with_zone_then`."""


def with_zone_then(table: str, enterprise: str = "enterprise_id", only: str = "true") -> str:
    """The rows of a fact with zone_then: where the evidence places their enterprise on their business_date; null where it
    decides on no zone, where the enterprise was reported later, and but for the rows that `only` (SQL) names.
    """
    return (
        "(select fact.*, place.zone_id as zone_then"
        f" from {table} as fact left join dim.bridge_enterprise_zone as place"
        f" on fact.{enterprise} = place.enterprise_id and {only}"
        " and fact.business_date >= place.valid_from and fact.business_date < place.valid_to)"
    )


_ZONE_RESOLVED = RowRule(
    "zone_resolved",
    "warn",
    "What belongs to no known zone counts for the province only; ask its owner for the zone",
    (("of a zone that is not known", "r.zone_id is not null and z.id is null"),),
)


@dataclass(frozen=True)
class SoundRows:
    """What cannot be in one table (`impossible`) and what is only worth a look (`doubtful`); `keys` are its grain.

    `relation` is what follows FROM where not all of its rows are looked at, or with more columns.
    """

    owner: str
    keys: tuple[str, ...]
    impossible: Parts
    has_zone: bool = True
    relation: str = ""
    doubtful: tuple[RowRule, ...] = ()
    reason: str = "A row that cannot be traced, or that contradicts itself, makes every count it is in doubtful"


def sound_rows(target: str, rows: SoundRows) -> list[Check]:
    """The checks of `target`."""
    zone = "r.zone_id" if rows.has_zone else "null"
    source = (
        f"{rows.relation or target} as r cross join raw.load_context as c left join raw.batch as b on r.batch_id = b.batch_id"
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
