"""The SQL guard under attack, in the environment that it runs in."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.security.guard_attacks import ALLOWED, ATTACKS
from tests.superset_server import PYTHON, ROOM

JUDGE = """
import json, sys
import guard
verdicts = {}
for sql in json.load(sys.stdin):
    try:
        guard.check_sql(sql)
        verdicts[sql] = ""
    except guard.GuardError as error:
        verdicts[sql] = str(error)
json.dump(verdicts, sys.stdout)
"""


@pytest.fixture(scope="module")
def verdicts() -> dict[str, str]:
    """Statement -> the guard's refusal, or an empty text when it passed."""
    done = subprocess.run(
        [str(PYTHON), "-c", JUDGE],
        input=json.dumps(ATTACKS + ALLOWED),
        capture_output=True,
        text=True,
        cwd=ROOM,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("sql", ATTACKS)
def test_attack_is_refused_in_one_chinese_sentence(sql: str, verdicts: dict[str, str]) -> None:
    assert verdicts[sql].endswith("。")


@pytest.mark.parametrize("sql", ALLOWED)
def test_plain_select_passes(sql: str, verdicts: dict[str, str]) -> None:
    assert verdicts[sql] == ""
