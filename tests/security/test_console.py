"""An auditor's console can read its release and nothing else."""

import json
from pathlib import Path

import duckdb
import pytest

from warehouse import console, release


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for number in (1, 2):
        database = tmp_path / "candidate.duckdb"
        with duckdb.connect(str(database)) as con:
            con.execute(
                f"create schema mart; create table mart.mart_release as select {number} as number, '数据' as text"
            )
        content = {"as_of_date": "2019-12-31", "batches": [], "tables": {}}
        release.publish(tmp_path, f"r20191231-0{number}", database, content)
    (tmp_path / "secret.csv").write_text("secret\n1\n")
    return tmp_path


def test_it_answers_from_the_current_release_or_the_one_named(home: Path) -> None:
    assert console.query(home, "select number from mart.mart_release").rows == [(2,)]
    assert console.query(home, "select number from mart.mart_release", "r20191231-01").rows == [(1,)]


def test_formats_keep_chinese(home: Path) -> None:
    answer = console.query(home, "select number, text, null as nothing from mart.mart_release")
    assert console.as_csv(answer) == "number,text,nothing\n2,数据,\n"
    assert json.loads(console.as_json(answer)) == [{"number": 2, "text": "数据", "nothing": None}]


@pytest.mark.parametrize(
    "attack",
    [
        "insert into mart.mart_release values (3, 'x')",
        "drop table mart.mart_release",
        "create table t as select 1",
        "copy mart.mart_release to '{home}/out.csv'",
        "select * from read_csv('{home}/secret.csv')",
        "select * from '{home}/secret.csv'",
        "select * from read_text('/etc/passwd')",
        "select * from glob('/*')",
        "attach '{home}/releases/r20191231-01/warehouse.duckdb' as other",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "reset lock_configuration",
        "set memory_limit = '100GB'",
        "select getenv('HOME')",
        "export database '{home}/out'",
        "select 1; drop table mart.mart_release",
        "from home",
    ],
)
def test_attacks_are_refused_and_change_nothing(home: Path, attack: str) -> None:
    before = sorted(path.name for path in home.rglob("*"))
    with pytest.raises(console.QueryError):
        console.query(home, attack.replace("{home}", str(home)))
    assert sorted(path.name for path in home.rglob("*")) == before
    assert console.query(home, "select count(*) from mart.mart_release").rows == [(1,)]


def test_a_query_that_never_ends_is_stopped(home: Path) -> None:
    with pytest.raises(console.QueryError, match="stopped after"):
        console.query(home, "select count(*) from range(10000000) a, range(10000000) b", timeout_seconds=0.5)


def test_no_release_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(release.ReleaseError, match="There is no release yet"):
        console.query(tmp_path, "select 1")
