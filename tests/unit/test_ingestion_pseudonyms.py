"""Keyed hashes of personal data and the key behind them."""

from pathlib import Path

import polars as pl
import pytest

from ingestion.declaration import Dataset
from ingestion.errors import IngestionError
from ingestion.pseudonyms import KEY_FILE, hash_key, pseudonymise
from tests.contract.ingestion_setting import persons

KEY = b"k" * 64


def hashed_persons() -> Dataset:
    """A dataset of which the lake holds a hash of `person`."""
    fields = [f.model_dump(exclude_unset=True) for f in persons().fields]
    fields = [f | {"sensitivity": "hash"} if f["name"] == "person" else f for f in fields]
    return Dataset.model_validate(persons().model_dump(exclude_unset=True) | {"fields": fields})


def people(*names: str | None) -> pl.DataFrame:
    return pl.DataFrame({"person": names, "address": names}, schema={"person": pl.String, "address": pl.String})


def test_the_same_value_gives_the_same_hash_in_every_batch() -> None:
    first = pseudonymise(hashed_persons(), people("王某", "李某", None, "王某"), KEY)["person"].to_list()
    again = pseudonymise(hashed_persons(), people("李某", "王某"), KEY)["person"].to_list()
    assert first == [again[1], again[0], None, again[1]]
    assert all(len(value) == 32 and int(value, 16) >= 0 for value in again)


def test_only_the_declared_field_is_hashed_and_another_key_hashes_otherwise() -> None:
    rows = people("王某")
    mine, other = (pseudonymise(hashed_persons(), rows, key) for key in (KEY, b"x" * 64))
    assert mine["address"].to_list() == ["王某"]
    assert mine["person"].to_list() != other["person"].to_list()
    assert pseudonymise(persons(), rows, None) is rows


def test_a_batch_without_a_value_is_no_trouble() -> None:
    assert pseudonymise(hashed_persons(), people(None, None), KEY)["person"].to_list() == [None, None]
    assert pseudonymise(hashed_persons(), people(), KEY).height == 0


def test_nothing_passes_unhashed_for_want_of_a_key() -> None:
    with pytest.raises(IngestionError, match="ZONEHOUSE_HASH_KEY"):
        pseudonymise(hashed_persons(), people("王某"), None)


def test_the_key_of_the_state_folder_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = hash_key(tmp_path, None)
    assert hash_key(tmp_path, None) == key
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert len(key) == 64


def test_a_set_key_leaves_no_trace_and_equals_the_same_text_in_the_file(tmp_path: Path) -> None:
    text = "a key that somebody keeps safe"
    key = hash_key(tmp_path, text)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / KEY_FILE).write_text(text + "\n", "ascii")
    assert hash_key(tmp_path, None) == hash_key(tmp_path, text) == key


@pytest.mark.parametrize("text", ["too short", "x" * 15])
def test_a_short_key_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(IngestionError, match="less than 16 characters"):
        hash_key(tmp_path, text)


def test_a_changed_key_is_noticed(tmp_path: Path) -> None:
    hash_key(tmp_path, None)
    with pytest.raises(IngestionError, match="differs"):
        hash_key(tmp_path, "a key that somebody keeps safe")
