"""The same seed and day give the same bytes at every address, in any process and any order; another seed does not."""

import hashlib
import json
import os
import subprocess
import sys
from functools import cache

import pytest
from starlette.routing import Route

from sandbox.interfaces.monitoring import PACKET_FOLDERS
from tests.contract.sandbox_client import bearer_of, running_sandbox
from tests.contract.test_sandbox_dirt import datasets

pytestmark = pytest.mark.slow

PAGES = "updated_since=2018-11-20T00:00:00&updated_before=2019-03-03T00:00:00"
FILES = "from=2019-01-31&to=2019-02-02"
# The zones are real and the same in every province.
REAL = ("/smart_zone/api/v1/zones", "rows?system=smart_zone&dataset=zone&")
# An answer that is shorter may hold no row at all; an archive has its headings.
LONG, LONG_ARCHIVE = 1_000, 4_000


def addresses(paths: list[str]) -> list[str]:
    """Every page, every manifest, and everything that is said to be true about them."""
    told = [(one.system, one.name) for one in datasets()]
    told += [("monitoring", dataset) for dataset in PACKET_FOLDERS.values()]
    asked = [f"{path}?{PAGES}&limit=300" for path in paths if "/api/v1/" in path]
    asked += [path for path in paths if "/api/v1/" in path]
    asked += [f"{path}?{FILES}" for path in paths if path.endswith("/manifest.json")]
    asked += [
        f"/truth/{what}?system={system}&dataset={name}&{FILES}" for what in ("defects", "rows") for system, name in told
    ]
    return [*asked, "/truth/zone_revenue", f"/truth/exceedances?{FILES}", "/truth/counts?as_of=2019-12-31"]


@cache
def digests(seed: int, reverse: bool) -> dict[str, str]:
    """Digests of every answer of a sandbox, and of every file of its manifests, asked for in one order or the other."""
    answers: dict[str, str] = {}
    with running_sandbox("heavy", seed) as client:
        bearer = bearer_of(client)

        def ask(address: str) -> bytes:
            answer = client.get(address, headers=bearer if "/api/" in address else None)
            assert answer.status_code == 200, (address, answer.text)
            least = LONG_ARCHIVE if address.endswith(".zip") else LONG
            size = "long" if len(answer.content) > least else "short"
            answers[address] = f"{size} {hashlib.sha256(answer.content).hexdigest()}"
            return answer.content

        known = addresses([route.path for route in client.app.routes if isinstance(route, Route)])
        for address in reversed(known) if reverse else known:
            content = ask(address)
            if "/manifest.json" in address:
                files = json.loads(content)["files"]
                for file in reversed(files) if reverse else files:
                    ask(address.split("manifest.json")[0] + file["name"])
    return answers


def test_two_processes_serve_and_confess_the_same_bytes_in_any_order() -> None:
    script = (
        "import json; from tests.contract.test_sandbox_same_bytes import digests; print(json.dumps(digests(11, True)))"
    )
    surroundings = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "America/Lima"}
    command = [sys.executable, "-W", "ignore", "-c", script]
    other = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True)
    own = digests(11, False)
    assert json.loads(other.stdout) == own
    assert sum(one.startswith("long") for one in own.values()) > 200


def test_another_seed_serves_another_province_with_other_dirt() -> None:
    one, other = digests(11, False), digests(12, False)
    long = {address for address in one.keys() & other.keys() if one[address].startswith("long")}
    assert len(long) > 150
    same = {address for address in long if one[address] == other[address]}
    assert all(any(real in address for real in REAL) for address in same), same
