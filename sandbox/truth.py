"""What is true, for tests only: the clean rows, every planted defect, and the figures that a right warehouse must arrive at.

Nothing here is in a manifest. Windows are days, both included: the rows recorded on them (pages), the files of them (files).
"""

import gzip
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.dirt import NONE, Defect, Dirt, Served
from sandbox.interfaces import credit, gov_service, trading
from sandbox.interfaces.access import basic_denied
from sandbox.interfaces.answers import BadRequest, json_response
from sandbox.interfaces.credit_tables import credit_tables
from sandbox.interfaces.exceedances import exceedances as of_limits
from sandbox.interfaces.gov_tables import gov_tables
from sandbox.interfaces.monitoring import PACKET_FOLDERS, build_packets, packet_defects
from sandbox.interfaces.records import Columns
from sandbox.interfaces.table import SYSTEM as PAGES
from sandbox.interfaces.table import Table
from sandbox.interfaces.trading_tables import trading_tables
from sandbox.province.model import Province
from sandbox.province.scale import FIRST_DAY, LAST_DAY

_Row = dict[str, object]
_YUAN = 10_000
_PACKETS = "monitoring"


@dataclass(frozen=True)
class Folder:
    """The files of one dataset: what is served on a day with some dirt, and in which file."""

    served_on: Callable[[Dirt, date], Served]
    file_name: Callable[[date], str]


@dataclass(frozen=True)
class Truth:
    """The truth about one sandbox: its tables and folders by system and dataset."""

    province: Province
    dirt: Dirt
    tables: dict[str, Table]
    folders: dict[tuple[str, str], Folder]

    def defects(self, system: str, dataset: str, first: date, last: date) -> list[Defect]:
        """Every defect that is served for the days first..last."""
        if system == _PACKETS:
            _known_packets(dataset)
            return [one for day in _days(first, last) for one in packet_defects(self.province, self.dirt, dataset, day)]
        if system == PAGES:
            return self._table(dataset).defects_between(*_moments(first, last))
        folder = self._folder(system, dataset)
        return [
            one
            for day in _days(first, last)
            for one in folder.served_on(self.dirt, day).defects(system, dataset, folder.file_name(day))
        ]

    def rows(self, system: str, dataset: str, first: date, last: date) -> list[_Row]:
        """The clean rows of the days first..last, as a platform without dirt would serve them."""
        if system == PAGES:
            return self._table(dataset).clean_between(*_moments(first, last))
        if system == _PACKETS:
            _known_packets(dataset)
            return [row for day in _days(first, last) for row in self._clean_packets(dataset, day)]
        folder = self._folder(system, dataset)
        return [row for day in _days(first, last) for row in _rows(folder.served_on(NONE, day).columns)]

    def _clean_packets(self, dataset: str, day: date) -> list[_Row]:
        """The packets of one day without dirt; what devices do (flags, hours that never come) is no dirt."""
        life = replace(NONE, flag_episode=self.dirt.flag_episode, missing_hour=self.dirt.missing_hour)
        return [
            {"file": file.name, "record": number, "packet": packet.decode("ascii")}
            for file in build_packets(self.province, life, dataset, day, {})
            for number, packet in enumerate(gzip.decompress(file.content).split(b"\r\n")[:-1], 1)
        ]

    def zone_revenue(self, as_of: date) -> list[_Row]:
        """Main business revenue since January as last reported by the end of a day, one row per zone and month (yuan)."""
        last: dict[tuple[object, object], _Row] = {}
        for row in self._table("zone_indicator").clean_between(*_moments(None, as_of)):
            last[row["park_id"], row["stat_month"]] = row
        return [
            {
                "zone_id": zone,
                "month": month,
                "caliber": row["year_caliber"],
                "revenue_ytd_yuan": round(float(str(row["zyywsr_value"])) * _YUAN, 2),
                "reported_at": row["report_time"],
            }
            for (zone, month), row in sorted(last.items(), key=lambda item: tuple(map(str, item[0])))
        ]

    def counts(self, as_of: date) -> dict[str, object]:
        """How many things the platform and the register know by the end of a day.

        `known` counts the keys of each dataset; the others those that hold on that day, by level, stage or state.
        """
        day = as_of.isoformat()
        latest = {name: self.latest(name, as_of) for name, table in self.tables.items() if len(table.spec.sources) == 1}
        platforms = [row for row in latest["innovation_platform"] if not row["revoked_date"]]
        valid = [
            row
            for row in latest["high_tech_certificate"]
            if str(row["issued_date"]) <= day <= str(row["valid_to"]) and not row["revoked_date"]
        ]
        return {
            "known": {name: len(rows) for name, rows in latest.items()},
            "innovation_platforms": Counter(str(row["platform_level"]) for row in platforms),
            "high_tech_certificates": len(valid),
            "high_tech_enterprises": len({row["credit_code"] for row in valid}),
            "projects": Counter(str(row["project_stage"]) for row in latest["project"]),
            "zombie_cases": Counter(str(row["case_state"]) for row in latest["zombie_case"]),
        }

    def latest(self, dataset: str, as_of: date) -> list[_Row]:
        """The last version of every row of a table by the end of a day."""
        table = self._table(dataset)
        rows = table.clean_between(*_moments(None, as_of))
        return list({tuple(row[name] for name in table.spec.roles.key): row for row in rows}.values())

    def _table(self, dataset: str) -> Table:
        if dataset not in self.tables:
            raise BadRequest(f"{PAGES} has no dataset {dataset[:40]!r}; it has {', '.join(sorted(self.tables))}")
        return self.tables[dataset]

    def _folder(self, system: str, dataset: str) -> Folder:
        if (system, dataset) not in self.folders:
            known = ", ".join(sorted("/".join(name) for name in self.folders))
            raise BadRequest(f"there are no rows of {system[:40]}/{dataset[:40]}; there are those of {known}")
        return self.folders[system, dataset]


def _known_packets(dataset: str) -> None:
    known = sorted(PACKET_FOLDERS.values())
    if dataset not in known:
        raise BadRequest(f"{_PACKETS} has no dataset {dataset[:40]!r}; it has {', '.join(known)}")


def truth_of(province: Province, dirt: Dirt, tables: list[Table]) -> Truth:
    """The truth about a sandbox that serves these tables and the province's files."""
    return Truth(province, dirt, {table.dataset: table for table in tables}, _folders(province))


def _folders(province: Province) -> dict[tuple[str, str], Folder]:
    seed = province.seed
    folders = {
        (credit.SYSTEM, member.dataset): Folder(partial(credit.served_on, member, seed), credit.file_name)
        for member in credit_tables(province)
    }
    for messages in trading_tables(province):
        folders[trading.SYSTEM, messages.dataset] = Folder(
            partial(trading.served_on, messages, seed), partial(trading.file_name, messages)
        )
    for lines in gov_tables(province):
        folders[gov_service.SYSTEM, lines.dataset] = Folder(
            partial(gov_service.served_on, lines, seed), partial(gov_service.file_name, lines)
        )
    return folders


def _rows(columns: Columns) -> list[_Row]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _days(first: date, last: date) -> list[date]:
    first, last = max(first, FIRST_DAY), min(last, LAST_DAY)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _moments(first: date | None, last: date) -> tuple[np.datetime64 | None, np.datetime64]:
    since = None if first is None else np.datetime64(first, "s")
    return since, np.datetime64(last + timedelta(days=1), "s")


def truth_routes(truth: Truth, secret: str) -> list[Route]:
    """/truth/{defects, rows, zone_revenue, exceedances, counts}."""

    def route(
        name: str, needed: tuple[str, ...], answer: Callable[[dict[str, str]], object], optional: tuple[str, ...] = ()
    ) -> Route:
        async def serve(request: Request) -> Response:
            denied = basic_denied(request, secret)
            if denied is not None:
                return denied
            given = dict(request.query_params)
            if not set(needed) <= set(given) <= {*needed, *optional}:
                raise BadRequest(f"this answer takes {', '.join((*needed, *optional))}")
            return json_response({name: await run_in_threadpool(answer, given)})

        return Route(f"/truth/{name}", serve)

    def rows(given: dict[str, str]) -> object:
        return truth.rows(given["system"], given["dataset"], *_window(given))

    def defects(given: dict[str, str]) -> object:
        return truth.defects(given["system"], given["dataset"], *_window(given))

    def exceedances(given: dict[str, str]) -> object:
        first, last = _window(given)
        # Hours that a device flags do not count, and how many it flags is a rate of this sandbox.
        return of_limits(truth.province, max(first, FIRST_DAY), min(last, LAST_DAY), truth.dirt.flag_episode)

    def revenue(given: dict[str, str]) -> object:
        return truth.zone_revenue(_day(given["as_of"], "as_of") if "as_of" in given else LAST_DAY)

    window = ("from", "to")
    return [
        route("defects", ("system", "dataset", *window), defects),
        route("rows", ("system", "dataset", *window), rows),
        route("zone_revenue", (), revenue, optional=("as_of",)),
        route("exceedances", window, exceedances),
        route("counts", ("as_of",), lambda given: truth.counts(_day(given["as_of"], "as_of"))),
    ]


def _window(given: dict[str, str]) -> tuple[date, date]:
    first, last = _day(given["from"], "from"), _day(given["to"], "to")
    if first > last:
        raise BadRequest(f"from {first} lies after to {last}")
    return first, last


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"{name} must be a day like 2019-06-30") from None
