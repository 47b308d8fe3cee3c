"""Messages of the public resource trading exchange: `<DES>` with CONTEXT (fields) and TITLE (key, entity, operation).

A file holds many messages under `<MESSAGES>` or is a single `<DES>`. A delete (DATA_TYPE 3) has no CONTEXT: only its
key and operation count, and it is dated to the end of its file's day when it names no time of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from ingestion.declaration import Dataset, XmlMessages
from ingestion.decoders.chunk import Chunk, extra_json, refused_frame
from ingestion.decoders.drift import like_personal, require_fields
from ingestion.decoders.unpacking import unpack
from ingestion.decoders.xml_documents import message_parts
from ingestion.decoders.xml_flat import DELETE, ENVELOPE, Messages
from ingestion.landing import LandedFile
from ingestion.rules import EXTRA, FILE, MASK, PARTIAL, RECORD


def decode_xml(dataset: Dataset, files: Sequence[LandedFile]) -> Iterator[Chunk]:
    """Chunks of all files; BadFile when one is not well-formed UTF-8 XML of such messages."""
    carried = _Carried(dataset)
    for index, file in enumerate(files):
        done = 0
        with unpack(dataset, file, (".xml",)) as unpacked:
            for part in message_parts(unpacked):
                carried.check(part)
                yield _chunk(dataset, file, index, done, part.table)
                done += part.table.height


class _Carried:
    """Which fields the messages of a batch carry, deletes apart."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.known = {*dataset.sources, *ENVELOPE}
        self.names: set[str] = set()
        self.messages = 0

    def check(self, part: Messages) -> None:
        """Raise BadFile when a declared field is gone."""
        self.names |= part.carried
        self.messages += part.changes
        if part.changes:
            require_fields(self.dataset, self.names, self.names - self.known, self.messages, omits_empty=True)


def _chunk(dataset: Dataset, file: LandedFile, index: int, done: int, table: pl.DataFrame) -> Chunk:
    form = dataset.format
    assert isinstance(form, XmlMessages)
    missing = dict.fromkeys(n for n in (*dataset.sources, *ENVELOPE) if n not in table.columns)
    table = table.with_columns(
        pl.int_range(done + 1, pl.len() + done + 1, dtype=pl.Int64).alias(RECORD),
        pl.lit(index, dtype=pl.UInt32).alias(FILE),
        *(pl.lit(None, dtype=pl.String).alias(n) for n in missing),
    )
    table = table.with_columns((pl.col("DATA_TYPE") == DELETE).fill_null(False).alias(PARTIAL))
    is_ours = pl.col("DATA_EN").eq_missing(pl.lit(form.entity)) & pl.col("DATA_NO").eq_missing(pl.lit(form.data_no))
    others = [_other(dataset, form, row) for row in table.filter(~is_ours).iter_rows(named=True)]
    rows = _dated(dataset, file, table.filter(is_ours) if others else table)
    known = {*dataset.sources, *ENVELOPE, FILE, RECORD, PARTIAL}
    unknown = [n for n in rows.columns if n not in known and rows[n].null_count() < rows.height]
    rows = rows.with_columns(extra_json(dataset, rows, unknown)).select(FILE, RECORD, PARTIAL, EXTRA, *dataset.sources)
    return Chunk(rows, refused_frame(others), {index: table.height}, frozenset(unknown))


def _dated(dataset: Dataset, file: LandedFile, rows: pl.DataFrame) -> pl.DataFrame:
    """Deletes without a time of their own at the end of their file's day."""
    if not dataset.reported_at or not file.business_date:
        return rows
    source = dataset.field(dataset.reported_at).source
    undated = pl.col(PARTIAL) & pl.col(source).is_null()
    end = pl.lit(f"{file.business_date:%Y%m%d}235959")
    return rows.with_columns(pl.when(undated).then(end).otherwise(source).alias(source))


def _other(dataset: Dataset, form: XmlMessages, row: dict[str, object]) -> dict[str, object]:
    fields = {k: v for k, v in row.items() if v is not None and k not in (FILE, RECORD, PARTIAL)}
    found = f"{row['DATA_EN']} ({row['DATA_NO']})"
    hidden = like_personal(dataset, list(fields))
    return {
        FILE: row[FILE],
        RECORD: row[RECORD],
        "rule": "other_message",
        "reason": f"The message is {found} and not {form.entity} ({form.data_no}); deliver it to its own dataset.",
        "field": None,
        "value": found,
        "raw": "; ".join(f"{k}={MASK if k in hidden else v}" for k, v in fields.items()),
    }
