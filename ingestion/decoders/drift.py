"""What a source changes about its fields: a field that is gone stops the batch, because its rows would lose a value.

A row that lacks a value is the row's fault and goes to quarantine; a field that no row carries is a changed interface,
and loading it would silently empty a column of the warehouse. New fields are kept as JSON by the decoders.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from ingestion.declaration import Dataset, Field
from ingestion.errors import ChangedInterface

_ALIKE = 0.6
_ENOUGH = 20
"""Rows that can lack a field by chance; with more of them it is the interface."""


def require_fields(
    dataset: Dataset, carried: Collection[str], new: Collection[str], rows: int, omits_empty: bool = False
) -> None:
    """Raise ChangedInterface when a declared field that is not `optional` is gone.

    `carried` are the source names that occur in the `rows` rows of a batch so far, `new` those that the declaration
    does not know. `omits_empty` says that the format leaves empty fields out: there a field that does not occur may
    only be empty in a few rows, so that the rows are judged one by one.
    """
    absent = [field for field in dataset.fields if not field.optional and field.source not in carried]
    gone = [field.source for field in absent if _is_gone(field, new, rows >= _ENOUGH, omits_empty)]
    if gone:
        names = list(dict.fromkeys(gone))
        raise ChangedInterface(
            f"{dataset.id}: no row carries the field{'s' if len(names) > 1 else ''} {named_missing(names, new)}; "
            "ask the source whether its interface has changed, or change the declaration."
        )


def _is_gone(field: Field, new: Collection[str], is_many: bool, omits_empty: bool) -> bool:
    """Whether a field that occurs in no row is a changed interface. Of personal fields the least suspicion counts:
    under a new name the values would be kept as an unknown field."""
    is_renamed = likely_new_name(field.source, new) is not None
    is_exposed = bool(field.sensitivity and new)
    if omits_empty:
        return (is_many and (field.required or is_renamed or is_exposed)) or (is_renamed and is_exposed)
    return field.required or is_many or is_renamed or is_exposed


def named_missing(missing: Iterable[str], new: Collection[str]) -> str:
    """The missing names with what they may be called now: `reg_capt (now perhaps reg_capital), addr`."""
    found = {name: likely_new_name(name, new) for name in missing}
    return ", ".join(f"{name} (now perhaps {now})" if now else name for name, now in found.items())


def likely_new_name(source: str, new: Collection[str]) -> str | None:
    """The name among `new` that looks most like `source`, None when none does."""
    plain = {_plain(name): name for name in new}
    alike = difflib.get_close_matches(_plain(source), plain, n=1, cutoff=_ALIKE)
    return plain[alike[0]][:60] if alike else None


def like_personal(dataset: Dataset, new: Collection[str]) -> list[str]:
    """Those of the names `new` that look like a personal field; a repeated XML field is called `NAME#2`."""
    personal = {_plain(name) for name in dataset.personal_sources}
    return [
        name for name in new if difflib.get_close_matches(_plain(name.partition("#")[0]), personal, n=1, cutoff=_ALIKE)
    ]


def _plain(name: str) -> str:
    return name.lower().replace("_", "")
