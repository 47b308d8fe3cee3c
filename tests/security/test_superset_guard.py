"""The SQL guard under attack, in the environment that it runs in."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.security.guard_attacks import ALLOWED, ATTACKS, UNSEEN
from tests.superset_server import PYTHON, ROOM

JUDGE = """
import json, sys
import guard
verdicts = {}
for sql in json.load(sys.stdin):
    try:
        verdicts[sql] = sorted(guard.check_sql(sql))
    except guard.GuardError as error:
        verdicts[sql] = str(error)
json.dump(verdicts, sys.stdout)
"""


@pytest.fixture(scope="module")
def verdicts() -> dict[str, str | list[list[str]]]:
    """Statement -> the guard's refusal, or the tables that it leaves to the caller when it passed."""
    done = subprocess.run(
        [str(PYTHON), "-c", JUDGE],
        input=json.dumps([*ATTACKS, *ALLOWED, *UNSEEN]),
        capture_output=True,
        text=True,
        cwd=ROOM,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("sql", ATTACKS)
def test_attack_is_refused_in_one_chinese_sentence(sql: str, verdicts: dict[str, str | list[list[str]]]) -> None:
    refusal = verdicts[sql]
    assert isinstance(refusal, str) and refusal.endswith("。")


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_reads_the_release_passes(sql: str, verdicts: dict[str, str | list[list[str]]]) -> None:
    assert isinstance(verdicts[sql], list)


@pytest.mark.parametrize("sql", UNSEEN)
def test_tables_that_superset_does_not_see_are_left_to_the_caller(
    sql: str, verdicts: dict[str, str | list[list[str]]]
) -> None:
    assert verdicts[sql] == UNSEEN[sql]
