"""An auditor's console can read its release and nothing else."""

import json
import os
import subprocess
import sys
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
                f"create schema mart; create table mart.mart_release as select {number} as number, '数据' as text;"
                "comment on table mart.mart_release is '版本：This release';"
                "comment on column mart.mart_release.number is '序号：Its number'"
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


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no statement"),
        (" \n", "holds no statement"),
        (";", "holds no statement"),
        ("-- only a comment", "holds no statement"),
        ("select 1; select 2", "holds 2 statements"),
        ("select 1;\n-- and\nselect 2;", "holds 2 statements"),
        ("selct 1", "syntax error"),
    ],
)
def test_what_is_not_one_statement_gets_one_sentence(home: Path, text: str, sentence: str) -> None:
    with pytest.raises(console.QueryError, match=sentence):
        console.query(home, text)


@pytest.mark.parametrize(
    "text",
    [
        "-- a comment\nselect number from mart.mart_release;",
        "/* a comment */ SELECT NUMBER FROM MART.MART_RELEASE",
        "select mart_release.number from warehouse.mart.mart_release",
        "select max(number) from mart.mart_release group by grouping sets (text, ()) limit 1",
    ],
)
def test_every_spelling_of_a_query_is_answered(home: Path, text: str) -> None:
    assert console.query(home, text).rows == [(2,)]


def test_show_and_summarize_answer(home: Path) -> None:
    assert console.query(home, "show tables from mart").rows == [("mart_release",)]
    assert [row[0] for row in console.query(home, "summarize warehouse.mart.mart_release").rows] == ["number", "text"]


@pytest.mark.parametrize(
    "text", ["describe mart.mart_release", "SHOW Warehouse.MART.Mart_Release", "-- x\ndesc mart.mart_release;"]
)
def test_describe_shows_the_comments(home: Path, text: str) -> None:
    answer = console.query(home, text)
    assert answer.columns == ["column_name", "column_type", "comment"]
    assert answer.rows == [("number", "INTEGER", "序号：Its number"), ("text", "VARCHAR", None)]


def test_describe_of_a_query_or_of_nothing_is_duckdbs_own(home: Path) -> None:
    answer = console.query(home, "describe select number as n from mart.mart_release")
    assert [row[:2] for row in answer.rows] == [("n", "INTEGER")]
    assert [row[0] for row in console.query(home, "describe select * exclude (text) from mart.mart_release").rows] == [
        "number"
    ]
    with pytest.raises(console.QueryError, match="does not exist"):
        console.query(home, "describe mart.mart_nothing")


def test_csv_tells_null_from_an_empty_text_and_json_has_no_nan(home: Path) -> None:
    answer = console.query(
        home,
        "select null as a, '' as b, 'x,\"y' as c, 'nan'::double as d, {'e': ['-inf'::double, 1.5]} as f, "
        "map {1: 'inf'::double} as g",
    )
    assert console.as_csv(console.Answer(answer.columns[:3], [row[:3] for row in answer.rows])) == (
        'a,b,c\n,"","x,""y"\n'
    )
    assert json.loads(console.as_json(answer), parse_constant=lambda name: pytest.fail(name)) == [
        {"a": None, "b": "", "c": 'x,"y', "d": None, "f": {"e": [None, 1.5]}, "g": {"1": None}}
    ]


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = Path(sys.executable).with_name("zonehouse")
    return subprocess.run(
        [str(program), *arguments], capture_output=True, env={**os.environ, "ZONEHOUSE_HOME": str(home)}, check=False
    )


def test_excel_gets_a_byte_order_mark(home: Path) -> None:
    statement = "-- 注释\nselect text from mart.mart_release"
    assert command(home, "sql", statement, "--excel").stdout == "\ufefftext\n数据\n".encode()
    assert command(home, "sql", "--format", "csv", statement).stdout == "text\n数据\n".encode()
    refused = command(home, "sql", statement, "--excel", "--format", "json")
    assert refused.returncode == 2 and b"Excel opens CSV" in refused.stderr


def test_the_command_describes_a_release(home: Path) -> None:
    assert json.loads(command(home, "describe", "--json").stdout) == [
        {"schema": "mart", "table": "mart_release", "label": "版本", "rows": 1}
    ]
    lines = command(home, "describe", "MART_RELEASE").stdout.decode().splitlines()
    assert [line.split() for line in lines] == [
        ["mart.mart_release", "版本：This", "release"],
        ["column", "type", "label", "unit", "description"],
        ["number", "INTEGER", "序号", "Its", "number"],
        ["text", "VARCHAR"],
    ]
    unknown = command(home, "describe", "mart_relase")
    assert unknown.returncode == 1
    assert unknown.stderr.decode() == "No table is called mart_relase; did you mean mart_release?\n"
