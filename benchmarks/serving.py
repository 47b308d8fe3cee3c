"""Rows that a sandbox serves per second, interface by interface, one day of each, over HTTP on loopback.

    .venv/bin/python benchmarks/serving.py [--size large] [--dirt heavy] [--days 3]

The first day of each interface is asked for and not counted: a province is built when it is first needed. The other days are
those that follow, of the register those of full extracts. A row is a JSON row, a packet, a CSV line or a message.
"""

from __future__ import annotations

import argparse
import time
from calendar import monthrange
from datetime import date, timedelta
from urllib.parse import urlsplit

import httpx
import msgspec

from orchestration import sandbox_process

MONDAY = date(2019, 6, 3)


def days(interface: str, count: int) -> list[date]:
    """One day to warm up and `count` to measure: month ends for pages, first days of a month for the register."""
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


INTERFACES = {
    "smart_zone": "/smart_zone/api/v1/enterprise_indicators",
    "monitoring hours": "/monitoring/hj212/hourly",
    "monitoring days": "/monitoring/hj212/daily",
    "credit": "/credit/exchange/credit",
    "trading": "/trading/exchange/trading/project",
    "gov_service": "/gov_service/exchange/case_event",
}


def main() -> None:
    """Measure every interface and print one line each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", default="large", choices=["small", "medium", "large"])
    options.add_argument("--dirt", default="heavy", choices=["none", "usual", "heavy"])
    options.add_argument("--days", type=int, default=3)
    chosen = options.parse_args()
    print(f"{'interface':20}{'rows a day':>12}{'s a day':>10}{'rows/s':>12}")
    with sandbox_process.running(chosen.size, 2019, chosen.dirt) as url:
        place = urlsplit(url)
        secret = place.password or ""
        base = f"{place.scheme}://{place.hostname}:{place.port}"
        with httpx.Client(base_url=base, timeout=300.0, trust_env=False) as client:
            for name, path in INTERFACES.items():
                rows, taken = 0, 0.0
                for number, day in enumerate(days(name, chosen.days)):
                    begun = time.monotonic()
                    ask = pages if name == "smart_zone" else files
                    found = ask(client, secret, path, day)
                    if number:
                        rows, taken = rows + found, taken + time.monotonic() - begun
                print(
                    f"{name:20}{rows / chosen.days:12,.0f}{taken / chosen.days:10.2f}{rows / taken:12,.0f}", flush=True
                )


if __name__ == "__main__":
    main()
