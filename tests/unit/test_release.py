"""Publishing, listing and rolling back, with nothing but files."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from warehouse import release

CONTENT = {"as_of_date": "2019-12-31", "batches": [{"batch_id": "b1"}], "tables": {"mart.mart_release": 1}}


def publish(home: Path, release_id: str, text: str = "data") -> None:
    database = home / "candidate.duckdb"
    database.write_text(text)
    release.publish(home, release_id, database, CONTENT)


def test_a_published_release_is_current_listed_and_read_only(tmp_path: Path) -> None:
    publish(tmp_path, "r20191231-01")
    publish(tmp_path, "r20191231-02")
    listed = release.list_releases(tmp_path)
    assert [(r.release_id, r.is_current) for r in listed] == [("r20191231-01", False), ("r20191231-02", True)]
    assert listed[0].row_count == 1 and listed[0].batch_count == 1
    assert (tmp_path / "current" / "warehouse.duckdb").read_text() == "data"
    assert (tmp_path / "current" / "warehouse.duckdb").stat().st_mode & 0o222 == 0


def test_rollback_moves_readers_back_and_the_next_id_is_new(tmp_path: Path) -> None:
    publish(tmp_path, "r20191231-01")
    publish(tmp_path, "r20191231-02")
    release.rollback(tmp_path, "r20191231-01")
    assert release.current_id(tmp_path) == "r20191231-01"
    assert release.next_id(tmp_path, date(2019, 12, 31)) == "r20191231-03"
    assert release.next_id(tmp_path, date(2020, 1, 1)) == "r20200101-01"


@pytest.mark.parametrize("unknown", ["r20191231-09", "../../etc", ""])
def test_rollback_to_what_is_no_release_is_refused_with_a_sentence(tmp_path: Path, unknown: str) -> None:
    publish(tmp_path, "r20191231-01")
    with pytest.raises(release.ReleaseError, match="There is no release"):
        release.rollback(tmp_path, unknown)
    assert release.current_id(tmp_path) == "r20191231-01"


def test_a_folder_that_a_kill_left_behind_is_no_release_and_is_swept(tmp_path: Path) -> None:
    publish(tmp_path, "r20191231-01")
    for name in ("r20191231-02", ".r20191231-03"):
        left = tmp_path / "releases" / name
        left.mkdir()
        (left / "manifest.json").write_text(json.dumps(CONTENT))
    assert [r.release_id for r in release.list_releases(tmp_path)] == ["r20191231-01"]
    assert sorted(release.remove_leftovers(tmp_path)) == [".r20191231-03", "r20191231-02"]
    assert os.listdir(tmp_path / "releases") != []
    assert release.current_id(tmp_path) == "r20191231-01"


def test_a_journal_line_cut_by_a_power_failure_is_passed_over(tmp_path: Path) -> None:
    publish(tmp_path, "r20191231-01")
    with (tmp_path / "releases" / "journal.jsonl").open("a") as journal:
        journal.write('{"at": "2019-12-31T0')
    publish(tmp_path, "r20191231-02")
    assert [r.release_id for r in release.list_releases(tmp_path)] == ["r20191231-01", "r20191231-02"]
