"""`make up`: Superset, the Dagster UI and a sandbox, together until Ctrl-C. Everything listens on loopback only."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from orchestration import sandbox_process
from orchestration.jobs import dagster_home
from orchestration.night import NightError
from orchestration.sandbox_process import stop, wait_until_answers
from orchestration.settings import PROJECT_ROOT, Settings

SUPERSET_PORT, DAGSTER_PORT, SANDBOX_PORT = 8088, 3000, 8700
SUPERSET_PYTHON = PROJECT_ROOT / "superset" / ".venv" / "bin" / "python"


def serve_all(settings: Settings, out: Console) -> int:
    """Start everything, print addresses and first passwords, and wait. Returns the exit code."""
    home = settings.home_path
    environment = {
        **os.environ,
        "ZONEHOUSE_HOME": str(home),
        "DAGSTER_HOME": str(dagster_home(home)),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    with contextlib.ExitStack() as stack:
        if settings.sandbox_url is None and settings.smart_zone_url is None:
            url = stack.enter_context(sandbox_process.running("medium", 2019, port=SANDBOX_PORT))
            environment["ZONEHOUSE_SANDBOX_URL"] = url
        with out.status("preparing Superset (about half a minute the first time)"):
            provision(environment)
        with out.status("starting Superset and the Dagster UI"):
            children = _start(stack, environment)
        _tell(home, out)
        with contextlib.suppress(KeyboardInterrupt):
            _wait(children)
    return 0


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
        raise NightError(f"Superset could not be prepared: {done.stderr.strip().splitlines()[-1:] or done.stdout}")


def _start(stack: contextlib.ExitStack, environment: dict[str, str]) -> list[subprocess.Popen]:
    bin_folder = Path(sys.executable).parent
    module = ["-m", "orchestration.definitions"]
    commands = {
        "Superset": (
            [str(SUPERSET_PYTHON), str(PROJECT_ROOT / "superset" / "serve.py"), "--port", str(SUPERSET_PORT)],
            f"http://127.0.0.1:{SUPERSET_PORT}/health",
        ),
        "the Dagster UI": (
            [str(bin_folder / "dagster-webserver"), *module, "-h", "127.0.0.1", "-p", str(DAGSTER_PORT)],
            f"http://127.0.0.1:{DAGSTER_PORT}/server_info",
        ),
        "the Dagster daemon": ([str(bin_folder / "dagster-daemon"), "run", *module], None),
    }
    children = {}
    for name, (command, _) in commands.items():
        children[name] = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=PROJECT_ROOT)
        stack.callback(stop, children[name])
    for name, (_, health) in commands.items():
        if health:
            wait_until_answers(health, children[name], name)
    return list(children.values())


def _tell(home: Path, out: Console) -> None:
    table = Table("what", "address", "name", "password", title="Zonehouse is up; Ctrl-C stops it")
    accounts = json.loads((home / "superset" / "credentials.json").read_text("utf-8"))["users"]
    for name, password in accounts.items():
        table.add_row("Superset", f"http://127.0.0.1:{SUPERSET_PORT}", name, password)
    table.add_row("Dagster", f"http://127.0.0.1:{DAGSTER_PORT}", "", "")
    table.add_row("Sandbox", f"http://127.0.0.1:{SANDBOX_PORT}/health", "", "")
    out.print(table)
    out.print(f"Passwords are kept in {home / 'superset' / 'credentials.json'} (mode 0600).", highlight=False)


def _wait(children: list[subprocess.Popen]) -> None:
    while True:
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = child.wait(timeout=1.0)
                raise NightError(f"A server ended with exit code {code}; the others were stopped too.")
