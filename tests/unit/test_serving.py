"""What `zonehouse up` tells the person who started it, and that its sandbox does not outlive it."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.addresses import Address
from orchestration.serving import Places, tell, warn
from tests.processes import living, until

LOOPBACK = Places(Address("127.0.0.1", 8088), Address("localhost", 3000), Address("127.0.0.1", 8400))


@pytest.fixture
def out() -> Console:
    return Console(record=True, width=200, file=io.StringIO())


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (LOOPBACK, ""),
        (LOOPBACK._replace(superset=Address("0.0.0.0", 8088)), "reached from other machines, at 0.0.0.0:8088, without"),
        (LOOPBACK._replace(dagster=Address("::", 3000)), "asks for no password: whoever reaches [::]:3000 can run"),
    ],
)
def test_what_others_reach_is_said(places: Places, said: str, out: Console) -> None:
    warn(places, out)
    text = out.export_text()
    assert said in text and bool(said) == bool(text)


@pytest.mark.parametrize("own_sandbox", [True, False])
def test_addresses_and_passwords_are_told(own_sandbox: bool, tmp_path: Path, out: Console) -> None:
    (tmp_path / "superset").mkdir()
    kept = {"users": {"leader": "first-secret", "auditor": "second-secret"}}
    (tmp_path / "superset" / "credentials.json").write_text(json.dumps(kept), "utf-8")
    tell(tmp_path, LOOPBACK, own_sandbox, out)
    text = out.export_text()
    for wanted in ("http://127.0.0.1:8088", "leader", "first-secret", "second-secret", "http://localhost:3000"):
        assert wanted in text
    assert ("http://127.0.0.1:8400/health" in text) == own_sandbox


SERVES = """
import sys, time
from orchestration import sandbox_process
with sandbox_process.running("small", 1):
    open(sys.argv[1], "w").write("x")
    while True: time.sleep(60)
"""


def test_a_sandbox_ends_with_who_started_it(tmp_path: Path) -> None:
    home = {**os.environ, "ZONEHOUSE_HOME": str(tmp_path)}
    owner = subprocess.Popen([sys.executable, "-c", SERVES, str(tmp_path / "mark")], env=home)
    until((tmp_path / "mark").exists, owner)
    assert any("sandbox serve" in one for one in living("environ", f"ZONEHOUSE_HOME={tmp_path}\0"))
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    until(lambda: not living("environ", f"ZONEHOUSE_HOME={tmp_path}\0"))
