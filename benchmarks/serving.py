"""What it costs a sandbox to serve one day of each interface, beside what it costs ingestion to load it.

    .venv/bin/python -m benchmarks.serving [--size large] [--dirt heavy] [--days 3] [--only credit]

The sandbox is a process of its own. The first day of each interface is asked for and not counted: a province is built when
it is first needed. Every counted day is then read twice. First by a client that throws the bytes away: rows and the seconds
until the last byte, and the processor time that the server spent on it. Then by ingestion, with each dataset that the
interface delivers: the processor time of this process, from the first call to lake and quarantine. A row is a JSON row, a
packet, a CSV line or a message. Days of pages are month ends, when everybody reports; days of the register are those of full
extracts. Peak memory is that of the server after all of it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec

from ingestion.batch import Window, ingest
from ingestion.connectors.source import Source
from ingestion.declaration import Dataset, load_declarations
from orchestration import sandbox_process

MONDAY = date(2019, 6, 3)
HASH_KEY = b"k" * 32

INTERFACES = {
    "smart_zone": ("/smart_zone/api/v1/enterprise_indicators", ("enterprise_indicator",)),
    "monitoring hours": ("/monitoring/hj212/hourly", ("hourly_report",)),
    "monitoring days": ("/monitoring/hj212/daily", ("daily_report",)),
    "monitoring status": ("/monitoring/hj212/status", ("device_status",)),
    "credit": (
        "/credit/exchange/credit",
        ("registration", "registration_change", "abnormal_list", "serious_violation", "penalty", "licence", "annual_report"),
    ),
    "trading": ("/trading/exchange/trading/project", ("project",)),
    "gov_service": ("/gov_service/exchange/case_event", ("case_event",)),
}  # fmt: skip
"""Interface -> its address and the datasets that come from there."""


def days(interface: str, count: int) -> list[date]:
    """One day to warm up and `count` to measure."""
    months = [(2019, month) for month in range(1, count + 2)]
    if interface == "smart_zone":
        return [date(year, month, monthrange(year, month)[1]) for year, month in months]
    if interface == "credit":
        return [date(year, month, 1) for year, month in months]
    return [MONDAY + timedelta(days=n) for n in range(count + 1)]


def pages(client: httpx.Client, secret: str, path: str, day: date) -> int:
    """Ask for every page of one day; the number of rows."""
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": secret}
    token = client.post("/smart_zone/oauth/token", data=form).json()["access_token"]
    asked = {"updated_since": f"{day}T00:00:00", "updated_before": f"{day + timedelta(days=1)}T00:00:00"}
    rows, cursor = 0, dict[str, str]()
    while True:
        answer = client.get(path, params={**asked, **cursor}, headers={"Authorization": f"Bearer {token}"})
        answer.raise_for_status()
        page = msgspec.json.decode(answer.content)["data"]
        rows += len(page["rows"])
        if page["next_cursor"] is None:
            return rows
        cursor = {"cursor": page["next_cursor"]}


def files(client: httpx.Client, secret: str, path: str, day: date) -> int:
    """Fetch every file of one day; the number of rows."""
    window = {"from": day.isoformat(), "to": day.isoformat()}
    account = ("sandbox", secret)
    listed = client.get(f"{path}/manifest.json", params=window, auth=account).raise_for_status().json()["files"]
    for file in listed:
        client.get(f"{path}/{file['name']}", auth=account).raise_for_status()
    return sum(file["rows"] for file in listed)


def the_child() -> int:
    """The process id of the sandbox, the only child of this process."""
    tasks = Path("/proc/self/task").glob("*/children")
    (child,) = [int(one) for task in tasks for one in task.read_text().split()]
    return child


def spent_by(process: int) -> float:
    """Processor seconds, user and system, of all threads of a process."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_of(process: int) -> float:
    """The most memory in GB that a process has held."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024**2


def load(datasets: list[Dataset], url: str, day: date, folder: Path) -> float:
    """Processor seconds of this process to ingest one day of the datasets."""
    parts = urlsplit(url)
    begun = time.process_time()
    for dataset in datasets:
        base = f"{parts.scheme}://{parts.hostname}:{parts.port}/{dataset.system}"
        source = Source(dataset.system, base, parts.username or "", parts.password or "")
        ingest(dataset, source, folder, Window(day, day), hash_key=HASH_KEY)
    return time.process_time() - begun


def main() -> None:
    """Measure every interface and print one line each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", default="large", choices=["small", "medium", "large"])
    options.add_argument("--dirt", default="heavy", choices=["none", "usual", "heavy"])
    options.add_argument("--days", type=int, default=3)
    options.add_argument("--only", nargs="+", choices=list(INTERFACES), default=list(INTERFACES))
    chosen = options.parse_args()
    declared = load_declarations()
    print(f"{'interface':20}{'rows a day':>12}{'rows/s':>12}{'s a day':>10}{'CPU s':>10}{'ingest CPU s':>14}")
    with (
        tempfile.TemporaryDirectory(prefix="serving-") as home,
        sandbox_process.running(chosen.size, 2019, chosen.dirt) as url,
    ):
        place, server = urlsplit(url), the_child()
        secret = place.password or ""
        base = f"{place.scheme}://{place.hostname}:{place.port}"
        with httpx.Client(base_url=base, timeout=300.0, trust_env=False) as client:
            for name in chosen.only:
                path, delivered = INTERFACES[name]
                system = path.split("/")[1]
                datasets = [declared[f"{system}/{dataset}"] for dataset in delivered]
                ask = pages if system == "smart_zone" else files
                rows, taken, serving, ingesting = 0, 0.0, 0.0, 0.0
                for number, day in enumerate(days(name, chosen.days)):
                    begun, before = time.monotonic(), spent_by(server)
                    found = ask(client, secret, path, day)
                    passed, spent = time.monotonic() - begun, spent_by(server) - before
                    loaded = load(datasets, url, day, Path(home))
                    if number:
                        rows, taken = rows + found, taken + passed
                        serving, ingesting = serving + spent, ingesting + loaded
                print(
                    f"{name:20}{rows / chosen.days:12,.0f}{rows / taken:12,.0f}{taken / chosen.days:10.2f}"
                    f"{serving / chosen.days:10.2f}{ingesting / chosen.days:14.2f}",
                    flush=True,
                )
        print(f"peak memory of the server: {peak_of(server):.2f} GB")


if __name__ == "__main__":
    main()
