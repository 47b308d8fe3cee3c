"""The sandbox server: five platforms, their faults and a health page on one address."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.dirt import LEVELS, Dirt
from sandbox.faults import Fault, FaultBoard, FaultError
from sandbox.interfaces.access import basic_denied, limited_body
from sandbox.interfaces.answers import BadRequest, json_response, refusal
from sandbox.interfaces.credit import build_credit
from sandbox.interfaces.credit_tables import credit_tables
from sandbox.interfaces.files import BuiltFile, FileFeed, feed_routes
from sandbox.interfaces.gov_service import build_lines
from sandbox.interfaces.gov_tables import gov_tables
from sandbox.interfaces.monitoring import PACKET_FOLDERS, build_packets
from sandbox.interfaces.smart_zone import platform_routes
from sandbox.interfaces.table import SYSTEM, served_tables
from sandbox.interfaces.trading import build_trading
from sandbox.interfaces.trading_tables import trading_tables
from sandbox.interfaces.troubles import Dated
from sandbox.province.model import Province, build_province
from sandbox.province.scale import FIRST_DAY, LAST_DAY, SCALES
from sandbox.truth import truth_of, truth_routes

# A first load asks for every day that there is in one manifest.
WHOLE_HISTORY = (LAST_DAY - FIRST_DAY).days + 1

_PACKETS_NAME = re.compile(r"(\d{8})/36\d{4}_\1(\d{2})?\.hj212\.gz")


def create_app(
    size: str = "small", seed: int = 7, dirt: str | Dirt = "usual", secret: str = "", scenario: Sequence[Fault] = ()
) -> Starlette:
    """The whole sandbox for one size, seed and level of dirt; `secret` belongs to the user `sandbox`.

    The faults of `scenario` are in force from the beginning. Raises ValueError for settings that make no sense.
    """
    if size not in SCALES:
        raise ValueError(f"size must be one of {', '.join(SCALES)}, not {size!r}")
    if isinstance(dirt, str) and dirt not in LEVELS:
        raise ValueError(f"dirt must be one of {', '.join(LEVELS)}, not {dirt!r}")
    if not secret:
        raise ValueError("the sandbox needs a secret")
    rates = LEVELS[dirt] if isinstance(dirt, str) else dirt
    province = build_province(size, seed)
    feeds = _feeds(province, rates)
    all_tables = served_tables(province, rates)
    known = {SYSTEM: frozenset(table.dataset for table in all_tables)}
    for feed in feeds:
        known[feed.system] = known.get(feed.system, frozenset()) | feed.datasets
    board = FaultBoard(known, [])
    for fault in scenario:
        board.add(fault)

    async def health(_: Request) -> Response:
        return json_response({"status": "ok", "size": size, "seed": seed})

    routes = [Route("/health", health), _control(board, secret), *platform_routes(all_tables, board, secret)]
    for feed in feeds:
        routes += feed_routes(feed, board, secret)
    routes += truth_routes(truth_of(province, rates, all_tables), secret)
    return Starlette(
        routes=routes,
        middleware=[Middleware(Dated)],
        exception_handlers={BadRequest: _bad_request, 404: _not_found, 405: _not_allowed},
    )


def _feeds(province: Province, dirt: Dirt) -> list[FileFeed]:
    monitoring = [
        FileFeed(
            system="monitoring",
            path=f"/hj212/{folder}",
            datasets=frozenset([dataset]),
            build=partial(build_packets, province, dirt, dataset),
            day_of=_packet_day,
            longest_days=31,
            days_kept=6 if province.scale.name == "large" else 20,
        )
        for folder, dataset in PACKET_FOLDERS.items()
    ]
    credited = credit_tables(province)
    credit = FileFeed(
        system="credit",
        path="/exchange/credit",
        datasets=frozenset(table.dataset for table in credited),
        build=partial(build_credit, credited, province.seed, dirt),
        day_of=_named_day(r"credit_(\d{8})\.zip"),
        longest_days=WHOLE_HISTORY,
        days_kept=WHOLE_HISTORY,
    )
    trading = [
        _folder("trading", f"/exchange/trading/{table.dataset}", table.dataset, "xml",
                partial(build_trading, table, province.seed, dirt))
        for table in trading_tables(province)
    ]  # fmt: skip
    services = [
        _folder("gov_service", f"/exchange/{table.dataset}", table.dataset, r"jsonl\.gz",
                partial(build_lines, table, province.seed, dirt))
        for table in gov_tables(province)
    ]  # fmt: skip
    return [*monitoring, credit, *trading, *services]


def _folder(
    system: str, path: str, dataset: str, ending: str, build: Callable[[date, dict[str, float]], list[BuiltFile]]
) -> FileFeed:
    """A feed with one file a day at most, <dataset>_<yyyymmdd>.<ending>."""
    return FileFeed(
        system=system,
        path=path,
        datasets=frozenset([dataset]),
        build=build,
        day_of=_named_day(rf"{dataset}_(\d{{8}})\.{ending}"),
        longest_days=WHOLE_HISTORY,
        days_kept=WHOLE_HISTORY,
    )


def _day(stamp: str) -> date | None:
    try:
        return date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:]))
    except ValueError:
        return None


def _packet_day(name: str) -> date | None:
    known = _PACKETS_NAME.fullmatch(name)
    return _day(known[1]) if known and name.isascii() else None


def _named_day(pattern: str) -> Callable[[str], date | None]:
    compiled = re.compile(pattern, re.ASCII)

    def day_of(name: str) -> date | None:
        known = compiled.fullmatch(name)
        return _day(known[1]) if known else None

    return day_of


def _control(board: FaultBoard, secret: str) -> Route:
    async def faults(request: Request) -> Response:
        denied = basic_denied(request, secret)
        if denied is not None:
            return denied
        if request.method == "DELETE":
            board.clear()
        elif request.method == "POST":
            try:
                board.add(msgspec.json.decode(await limited_body(request), type=Fault))
            except (msgspec.DecodeError, FaultError) as error:
                raise BadRequest(f"not a fault: {error}") from None
        return json_response({"faults": board.faults})

    return Route("/_control/faults", faults, methods=["GET", "POST", "DELETE"])


async def _bad_request(_: Request, error: Exception) -> Response:
    return refusal(400, str(error))


async def _not_found(_: Request, __: Exception) -> Response:
    return refusal(404, "there is nothing at this address")


async def _not_allowed(_: Request, __: Exception) -> Response:
    return refusal(405, "this address does not take that method")


class _Server(uvicorn.Server):
    """A server that says in one line where it is, once it listens."""

    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            print(f"sandbox ready at http://{self.config.host}:{port}", flush=True)


def serve(
    size: str,
    seed: int,
    port: int,
    dirt: str,
    secret: str,
    host: str = "127.0.0.1",
    scenario: Sequence[Fault] = (),
) -> None:
    """Serve the sandbox until interrupted; port 0 takes a free one."""
    app = create_app(size, seed, dirt, secret, scenario)
    # The app dates its answers itself: a fault can set its clock ahead.
    _Server(uvicorn.Config(app, host=host, port=port, access_log=False, log_level="warning", date_header=False)).run()
