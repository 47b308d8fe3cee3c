"""What the sandbox planted: every defect with its place and with what a right ingestion does about it."""

import hashlib
from typing import NamedTuple

import msgspec

QUARANTINED, REPAIRED, REPEAT, KEPT = "quarantined", "repaired", "repeat", "kept"

# Kind -> what becomes of the row: quarantined with a reason, loaded with the value repaired (or null), counted as an exact
# repeat, or kept as served for the warehouse to flag.
OUTCOMES: dict[str, str] = {
    **dict.fromkeys((
        "not_published", "missing_kind", "html_in_value", "thousands_separator", "lower_case_code", "full_width_code",
        "capital_text", "sentinel_date", "date_spelling", "half_width_brackets", "odd_spaces", "standard_spelling",
        "lower_case_crc", "trailing_semicolon", "double_star", "glued_packets", "split_packet", "packet_2005",
        "duplicate_key", "epoch_qn", "single_ampersand", "missing_separator", "oversize",
    ), REPAIRED),
    **dict.fromkeys((
        "wrong_check_digit", "missing_required", "text_in_number", "wrong_unit", "yearless_time", "truncated_name",
        "mojibake", "column_shift", "wrong_crc", "wrong_length", "empty_mn", "bad_factor_code", "heartbeat",
    ), QUARANTINED),
    **dict.fromkeys((
        "stale_region_code", "pseudo_region_code", "region_name_mismatch", "month_instead_of_ytd",
        "key_typo", "wrong_st", "flag_missing", "negative_value", "stuck_value", "zero_value", "sampletime_differs",
        "short_mn",
    ), KEPT),
    **dict.fromkeys(("duplicate_row", "duplicate_packet"), REPEAT),
}  # fmt: skip


class Defect(msgspec.Struct, frozen=True):
    """One planted defect.

    `file` is the name in the manifest (None for pages); `record` counts from 1 within the file (a member of an archive
    counts for itself), for pages within the whole answer of the window. `clean` and `served` are the value before and after;
    `field` and both are None where the whole record is at fault. `extra` says that a clean feed has no such record: it is a
    repeat, or a failed version of the good record that follows.
    """

    id: str
    kind: str
    system: str
    dataset: str
    file: str | None
    record: int
    field: str | None
    clean: str | None
    served: str | None
    outcome: str
    extra: bool = False


class Strike(NamedTuple):
    """One defect of a list of rows: the row's position as served (from 0), the key of the row it struck, and the change.

    `extra` as in `Defect`.
    """

    row: int
    key: int
    kind: str
    field: str | None
    clean: str | None
    served: str | None
    outcome: str
    extra: bool = False


def defect(strike: Strike, system: str, dataset: str, file: str | None, first: int = 0) -> Defect:
    """The strike as a defect of a feed; `first` is the position of the answer's first row among the rows struck."""
    name = "\x1f".join((system, dataset, file or "", strike.kind, strike.field or "", str(strike.key)))
    return Defect(
        id=hashlib.blake2b(name.encode(), digest_size=8).hexdigest(),
        kind=strike.kind,
        system=system,
        dataset=dataset,
        file=file,
        record=strike.row - first + 1,
        field=strike.field,
        clean=strike.clean,
        served=strike.served,
        outcome=strike.outcome,
        extra=strike.extra,
    )
