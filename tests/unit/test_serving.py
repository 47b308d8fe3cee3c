"""What `zonehouse up` is told and tells, and that its sandbox does not outlive it."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.addresses import Address, free_port
from orchestration.night import NightError
from orchestration.serving import Places, check_apart, serve_all, tell, warn
from orchestration.settings import Settings
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


def test_one_address_for_two_servers_is_refused() -> None:
    check_apart({"--superset HOST:PORT": Address("127.0.0.1", 1), "--dagster HOST:PORT": Address("127.0.0.2", 1)})
    said = "0.0.0.0:1 and 127.0.0.1:1 collide; give each .* with --superset HOST:PORT and --sandbox PORT"
    with pytest.raises(NightError, match=said):
        check_apart({"--superset HOST:PORT": Address("0.0.0.0", 1), "--sandbox PORT": Address("127.0.0.1", 1)})


def test_nothing_is_said_of_a_host_that_is_not_there(tmp_path: Path, out: Console) -> None:
    places = LOOPBACK._replace(superset=Address("192.0.2.1", 8088))
    with pytest.raises(NightError, match=r"192.0.2.1:8088: .* write HOST:PORT with an address of this machine"):
        serve_all(Settings(home=tmp_path, _env_file=None), places, 0.0, out)
    assert "reached" not in out.export_text()


def up(folder: Path, *options: str, **environment: str) -> str:
    """What `zonehouse up` complains of in a folder, words parted by one space each."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZONEHOUSE_")}
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "up", *options],
        env={**clean, "ZONEHOUSE_HOME": str(folder / "home"), "COLUMNS": "400", **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode and "Traceback" not in done.stderr
    return re.sub(r"[\s│]+", " ", done.stderr)


@pytest.mark.parametrize("name", ["superset_address", "dagster_address", "sandbox_port"])
def test_where_it_listens_may_stand_in_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(f"ZONEHOUSE_{name.upper()}=4711\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(f"ZONEHOUSE_{name.upper()}", raising=False)
    assert getattr(Settings(), name) == "4711"


def test_an_option_goes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:
        held = server.getsockname()[1]
        file = {"SUPERSET_ADDRESS": "nowhere", "DAGSTER_ADDRESS": "nowhere", "SANDBOX_PORT": held}
        (tmp_path / ".env").write_text("".join(f"ZONEHOUSE_{name}={value}\n" for name, value in file.items()))
        environment = {"ZONEHOUSE_SUPERSET_ADDRESS": "nowhere", "ZONEHOUSE_DAGSTER_ADDRESS": str(free_port())}
        said = up(tmp_path, "--superset", str(free_port()), "--wait", "0", **environment)
    assert f"Port {held} is held by process {os.getpid()}" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sandbox", "65536"], "'127.0.0.1:65536' is no address: write HOST:PORT"),
        (["--superset", "a..b:47401"], "a..b:47401: no such host"),
        (["--wait", "nan"], "nan is no number of seconds"),
    ],
)
def test_what_is_no_value_is_said(options: list[str], said: str, tmp_path: Path) -> None:
    assert said in up(tmp_path, *options)


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
