"""The fast way and the careful way through casting give the same rows, whatever a column holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion import plain, rules
from ingestion.declaration import Dataset
from ingestion.plain import Plain, plain_values
from tests.contract.odd_values import HOSTILE, ODD, PLAIN

DAY = date(2019, 12, 31)
TYPES = list(rules._CASTERS)
VALUE = st.one_of(
    st.none(),
    st.sampled_from(ODD + HOSTILE),
    st.sampled_from([text for texts in PLAIN.values() for text in texts]),
    st.text(max_size=20),
)


def declared(**options: Any) -> Dataset:
    fields: list[dict[str, Any]] = [{"source": "ID", "name": "id", "type": "text", "required": True}]
    fields += [{"source": kind.upper(), "name": f"{kind}_field", "type": kind} for kind in TYPES]
    fields += [
        {"source": "WAN", "name": "wan", "type": "money", "factor": 10000, "min": 0},
        {"source": "SHARE", "name": "share", "type": "number", "factor": "0.01", "unit": "%", "max": 1},
        {"source": "COUNT", "name": "count", "type": "integer", "factor": 1000},
        {"source": "PRICE", "name": "price", "type": "money", "factor_field": "UNIT", "factors": {"0": 1, "1": 10000}},
        {"source": "KIND", "name": "kind", "type": "text", "allowed": ["1", "2"]},
    ]
    return Dataset.model_validate(
        {
            "system": "credit",
            "dataset": "everything",
            "title": "t",
            "description": "d",
            "owner": "省市场监管局",
            "interface": {"kind": "by_hand"},
            "format": {"kind": "json_rows"},
            "key": ["id"],
            "missing": ["", "N/A", "-", "*"],
            "fields": fields,
        }
        | options
    )


def table(dataset: Dataset, columns: dict[str, list[str | None]]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    return pl.DataFrame(
        {
            rules.FILE: pl.Series([0] * height, dtype=pl.UInt32),
            rules.RECORD: pl.Series(range(1, height + 1), dtype=pl.Int64),
            rules.EXTRA: pl.Series([None] * height, dtype=pl.String),
        }
        | {name: pl.Series(columns.get(name, ["1"] * height), dtype=pl.String) for name in dataset.sources}
    )


def all_open(dataset: Dataset, rows: pl.DataFrame) -> list[Plain]:
    """Nothing counts as plain: every value goes through its caster."""
    nothing = [plain.values.clear(len(rows)) for plain in plain_values(dataset, rows)]
    every = [rows[field.source].is_not_null().arg_true().to_numpy() for field in dataset.lake_fields]
    return [Plain(values, places) for values, places in zip(nothing, every, strict=True)]


def both_ways(dataset: Dataset, rows: pl.DataFrame) -> None:
    fast = rules.judge(dataset, rows, [DAY])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "plain_values", all_open)
        careful = rules.judge(dataset, rows, [DAY])
    assert fast.refused.equals(careful.refused)
    assert fast.kept.equals(careful.kept)


@settings(max_examples=20)
@given(st.data())
def test_both_ways_give_the_same_rows(data: st.DataObject) -> None:
    """One odd value among plain ones, and columns of nothing but odd ones."""
    dataset = declared()
    height = data.draw(st.integers(1, 6))
    columns: dict[str, list[str | None]] = {}
    for name in dataset.sources:
        usual = st.sampled_from([*PLAIN.get(name.lower(), ["1", "2", "0"]), None])
        columns[name] = data.draw(st.lists(st.one_of(usual, usual, usual, VALUE), min_size=height, max_size=height))
    columns["ID"] = ["1"] * height
    both_ways(dataset, table(dataset, columns))


@pytest.mark.parametrize("kind", TYPES)
def test_every_odd_value_of_every_type_both_ways(kind: str) -> None:
    values = [*PLAIN[kind], None, *ODD, *HOSTILE, *(f"{text} " for text in ODD)]
    for first in ([], ["20190601"], ["20190601080000"]):
        column = [*first, *values]
        dataset = declared(fields=[f.model_dump() for f in declared().fields if f.name in ("id", f"{kind}_field")])
        # One row each, so that no fault hides another's value.
        both_ways(dataset, table(dataset, {"ID": ["1"] * len(column), kind.upper(): column}))


def test_plain_columns_are_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = declared()
    columns: dict[str, list[str | None]] = {k.upper(): [v[0]] * 3 for k, v in PLAIN.items() if k != "capital_text"}
    rows = table(dataset, columns | {"ID": ["1", "2", "3"], "CAPITAL_TEXT": [None] * 3, "UNIT": ["0", "1", "0"]})
    monkeypatch.setattr(rules, "_cast", None)
    assert rules.judge(dataset, rows, [DAY]).kept.height == 3


def test_no_column_is_copied_value_by_value() -> None:
    """The bytes of a column are looked at as they stand, also when it is a slice of another."""
    text = pl.Series("x", ["江西（一）", " a", None, "", "ok", "江西…", "锟斤拷"])
    places, has_brackets = plain.unusual_texts(text.slice(1), ["-", ""])
    assert has_brackets is False
    assert np.array_equal(places, [0, 2, 4, 5])
