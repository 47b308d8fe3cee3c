"""`make up`: Superset, the Dagster UI and a sandbox, together until Ctrl-C, on loopback unless told otherwise."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration import sandbox_process
from orchestration.addresses import Address
from orchestration.child_server import Server, opened, wait_until_answers
from orchestration.jobs import dagster_home
from orchestration.night import NightError
from orchestration.port_holders import wait_until_free
from orchestration.process_tree import start_kept
from orchestration.settings import PROJECT_ROOT, Settings

SUPERSET_PYTHON = PROJECT_ROOT / "superset" / ".venv" / "bin" / "python"


class Places(NamedTuple):
    """Where each server listens."""

    superset: Address
    dagster: Address
    sandbox: Address


def serve_all(settings: Settings, places: Places, wait: float, out: Console) -> int:
    """Start everything, print addresses and first passwords, and wait. Runs below `process_tree.keep`, which ends it.

    wait: seconds to wait for a port that another process holds. Raises NightError.
    """
    home = settings.home_path
    own_sandbox = settings.sandbox_url is None and settings.smart_zone_url is None
    wanted = {
        "--superset HOST:PORT": places.superset,
        "--dagster HOST:PORT": places.dagster,
        **({"--sandbox PORT": places.sandbox} if own_sandbox else {}),
    }
    check_apart(wanted)
    _wait_for_ports(wanted, wait, out)
    warn(places, out)
    environment = {
        **os.environ,
        "ZONEHOUSE_HOME": str(home),
        "DAGSTER_HOME": str(dagster_home(home)),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    with contextlib.ExitStack() as stack:
        if own_sandbox:
            with out.status("starting the sandbox province"):
                url = stack.enter_context(
                    sandbox_process.running("medium", 2019, port=places.sandbox.port, log=log_of(home, "the sandbox"))
                )
            environment["ZONEHOUSE_SANDBOX_URL"] = url
        with out.status("preparing Superset (about half a minute the first time)"):
            provision(environment)
        # What was free may have been taken while Superset was prepared.
        wanted.pop("--sandbox PORT", None)
        _wait_for_ports(wanted, wait, out)
        with out.status("starting Superset and the Dagster UI"):
            servers = _start(home, places, environment)
        tell(home, places, own_sandbox, out)
        _wait(servers)
    return 0


def warn(places: Places, out: Console) -> None:
    """Say what is reached from other machines, and how little protects it."""
    if not places.superset.is_loopback:
        out.print(f"Superset will be reached from other machines, at {places.superset}, without TLS.", style="yellow")
    if not places.dagster.is_loopback:
        what = "The Dagster UI asks for no password: whoever reaches"
        out.print(f"{what} {places.dagster} can run and stop nights.", style="yellow")


def check_apart(wanted: dict[str, Address]) -> None:
    """Raises NightError when two servers would listen at one address. wanted: option -> address."""
    for (one, first), (other, second) in itertools.combinations(wanted.items(), 2):
        if first.collides(second):
            raise NightError(f"{first} and {second} collide; give each server its own address with {one} and {other}.")


def _wait_for_ports(wanted: dict[str, Address], wait: float, out: Console) -> None:
    with out.status("looking for free ports") as status:
        for option, address in wanted.items():
            # As it is: a command may hold what reads as markup.
            wait_until_free(address, option, wait, lambda sentence: status.update(Text(sentence)))


def provision(environment: dict[str, str]) -> None:
    """Bring Superset's own state up to date: accounts, roles, dashboards. Raises NightError when it fails."""
    done = subprocess.run(
        [str(SUPERSET_PYTHON), str(PROJECT_ROOT / "superset" / "provision.py")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[-1]
        raise NightError(f"Superset could not be prepared: {said}")


def log_of(home: Path, name: str) -> Path:
    """Where a server's stderr goes."""
    return home / "logs" / f"{name.removeprefix('the ').lower().replace(' ', '_')}.log"


def _start(home: Path, places: Places, environment: dict[str, str]) -> list[Server]:
    bin_folder = Path(sys.executable).parent
    module = ["-m", "orchestration.definitions"]
    serve = [str(SUPERSET_PYTHON), str(PROJECT_ROOT / "superset" / "serve.py")]
    superset, dagster = places.superset, places.dagster
    commands = {
        "Superset": [*serve, "--host", superset.host, "--port", str(superset.port)],
        "the Dagster UI": [str(bin_folder / "dagster-webserver"), *module, "-h", dagster.host, "-p", str(dagster.port)],
        "the Dagster daemon": [str(bin_folder / "dagster-daemon"), "run", *module],
    }
    servers = []
    for name, command in commands.items():
        log = log_of(home, name)
        with opened(log) as stderr:
            process = start_kept(command, env=environment, stdout=subprocess.DEVNULL, stderr=stderr, cwd=PROJECT_ROOT)
        servers.append(Server(name, process, log))
    wait_until_answers(servers[0], superset, "/health")
    wait_until_answers(servers[1], dagster, "/server_info")
    return servers


def tell(home: Path, places: Places, own_sandbox: bool, out: Console) -> None:
    """Print where everything is, and who may come in."""
    table = Table("what", "address", "name", "password", title="Zonehouse is up; Ctrl-C stops it")
    accounts = json.loads((home / "superset" / "credentials.json").read_text("utf-8"))["users"]
    for name, password in accounts.items():
        table.add_row("Superset", places.superset.url, name, password)
    table.add_row("Dagster", places.dagster.url, "", "")
    if own_sandbox:
        table.add_row("Sandbox", f"{places.sandbox.url}/health", "", "")
    out.print(table)
    out.print(f"Passwords are kept in {home / 'superset' / 'credentials.json'} (mode 0600).", highlight=False)


def _wait(servers: list[Server]) -> None:
    """Until a server ends. Raises NightError that names it."""
    while True:
        for server in servers:
            if end := server.end():
                raise NightError(f"{end}. The other servers were stopped too.")
        time.sleep(0.5)
