"""What differs between two releases: rows of every table and sums of every number in facts and marts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from warehouse import console, release


@dataclass(frozen=True)
class Change:
    """One measure of one table that is not the same in both releases; None where the table does not exist."""

    table: str
    measure: str
    older: float | int | None
    newer: float | int | None


def compare(home: Path, older: str, newer: str) -> list[Change]:
    """Differences from the older to the newer release. Raises ReleaseError when one of them does not exist."""
    before, after = _measures(home, older), _measures(home, newer)
    return [
        Change(key[0], key[1], before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _measures(home: Path, release_id: str) -> dict[tuple[str, str], float | int]:
    release.manifest(home, release_id)
    columns = console.query(
        home,
        """select table_schema, table_name, list(column_name order by ordinal_position)
             filter (data_type in ('DOUBLE', 'BIGINT') or data_type like 'DECIMAL%')
           from information_schema.columns where table_schema in ('dim', 'fact', 'mart') group by all order by all""",
        release_id,
    ).rows
    measures: dict[tuple[str, str], float | int] = {}
    for schema, table, numeric in columns:
        sums = "".join(f', round(sum("{name}"), 2) as "sum of {name}"' for name in numeric or [])
        answer = console.query(home, f'select count(*) as rows{sums} from "{schema}"."{table}"', release_id)
        for name, value in zip(answer.columns, answer.rows[0], strict=True):
            measures[f"{schema}.{table}", name] = value
    return measures
