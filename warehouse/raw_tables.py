"""The tables that a candidate gets before its models are built, other than the views of the lake: what dbt knows of them
and what `candidate` creates are these definitions."""

from __future__ import annotations

from typing import NamedTuple


class Table(NamedTuple):
    """A description and the DuckDB type of each column, in order."""

    description: str
    columns: dict[str, str]

    def ddl(self, name: str, *, if_absent: bool = False) -> str:
        """The statement that creates the table empty, in place of an old one unless `if_absent`."""
        columns = ", ".join(f'"{column}" {kind}' for column, kind in self.columns.items())
        return f"create {'table if not exists' if if_absent else 'or replace table'} {name} ({columns})"


_BATCH = {
    "batch_id": "VARCHAR",
    "system": "VARCHAR",
    "dataset": "VARCHAR",
    "load_date": "DATE",
    "window_since": "DATE",
    "window_until": "DATE",
    "kind": "VARCHAR",
    "received_count": "BIGINT",
    "loaded_count": "BIGINT",
    "quarantined_count": "BIGINT",
    "repeat_count": "BIGINT",
    "new_fields": "VARCHAR",
    "owner": "VARCHAR",
}

QUARANTINE = Table(
    "Rejected rows without their text, one row per rejected record and rule; replayed_in names the batch that took it up.",
    {
        "row_id": "VARCHAR",
        "batch_id": "VARCHAR",
        "system": "VARCHAR",
        "dataset": "VARCHAR",
        "load_date": "DATE",
        "source_file": "VARCHAR",
        "source_file_sha256": "VARCHAR",
        "record_number": "BIGINT",
        "rule": "VARCHAR",
        "reason": "VARCHAR",
        "field": "VARCHAR",
        "owner": "VARCHAR",
        "replayed_in": "VARCHAR",
    },
)

RAW_TABLES: dict[str, Table] = {
    "batch": Table("Every accepted batch, one row each.", _BATCH | {"is_new": "BOOLEAN"}),
    "load_context": Table("What this candidate is, one row.", {"release_id": "VARCHAR", "as_of_date": "DATE"}),
    "quarantine": QUARANTINE,
}

AUDIT_TABLES: dict[str, Table] = {
    "release": Table(
        "The releases, one row each; the youngest is this one.",
        {"release_id": "VARCHAR", "as_of_date": "DATE", "built_at": "TIMESTAMP", "code_version": "VARCHAR"},
    ),
    "batch": Table("Every batch behind the release, one row each.", _BATCH),
    "source_file": Table(
        "Every received file, one row each.",
        {
            "batch_id": "VARCHAR",
            "system": "VARCHAR",
            "dataset": "VARCHAR",
            "load_date": "DATE",
            "file_name": "VARCHAR",
            "sha256": "VARCHAR",
            "size_bytes": "BIGINT",
            "row_count": "BIGINT",
        },
    ),
    "quarantine": QUARANTINE,
    "check_result": Table(
        "Result of every check of the gate, one row each; filled after the gate.",
        {
            "suite": "VARCHAR",
            "check_name": "VARCHAR",
            "target": "VARCHAR",
            "severity": "VARCHAR",
            "owner": "VARCHAR",
            "reason": "VARCHAR",
            "is_success": "BOOLEAN",
            "is_waived": "BOOLEAN",
            "unexpected_count": "BIGINT",
            "observed": "VARCHAR",
        },
    ),
}
