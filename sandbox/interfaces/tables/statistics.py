"""Economic indicators of the smart-zone platform: year-to-date figures of zones and enterprises, one part per wave of reports."""

from datetime import timedelta
from functools import partial

import numpy as np

from sandbox.interfaces.records import Columns, Records, Roles, TableSpec, seconds, stated
from sandbox.province.calibration import caliber_of
from sandbox.province.economy import Figures
from sandbox.province.model import Province
from sandbox.province.reports import ReportEvent, report_events, reports_of


def tables(province: Province) -> list[TableSpec]:
    """Both indicator tables; parts that lie outside a window are never built."""
    events = report_events()
    spans = [
        (np.datetime64(event.first_day, "s"), np.datetime64(event.last_day + timedelta(days=1), "s"))
        for event in events
    ]
    zone = Roles(
        key=("park_id", "stat_month"), required=("park_id", "stat_month"),
        numbers=("zyywsr_value", "zyywsr_percent", "lr_value", "ckjhz_value", "cyry_value", "gyydl_value"),
        vital=("zyywsr_value", "zyywsr_percent"), amounts=("zyywsr_value",), cumulative=("zyywsr_value",),
        times=("report_time",), recorded="report_time",
    )  # fmt: skip
    enterprise = Roles(
        key=("company_id", "stat_month"), required=("company_id", "credit_code", "stat_month"), codes=("credit_code",),
        numbers=("zyywsr_value", "ls_value", "gyydl_value"), amounts=("zyywsr_value",), cumulative=("zyywsr_value",),
        times=("report_time",), recorded="report_time",
    )  # fmt: skip
    return [
        TableSpec("zone_indicator", "/api/v1/zone_indicators",
                  [partial(zone_indicators, province, event) for event in events], zone, len(events), spans),
        TableSpec("enterprise_indicator", "/api/v1/enterprise_indicators",
                  [partial(enterprise_indicators, province, event) for event in events], enterprise, 6, spans),
    ]  # fmt: skip


def _identifiers(texts: list[str]) -> np.ndarray:
    return np.array([int(text) for text in texts], dtype=np.int64)


def _amounts(figures: Figures, member: np.ndarray) -> Columns:
    """The indicator columns shared by zones and enterprises."""
    return {
        "zyywsr_value": figures.revenue[member].tolist(),
        "ls_value": figures.profit_and_tax[member].tolist(),
        "gyydl_value": figures.electricity[member].tolist(),
    }


def _factor(reports_factor: np.ndarray, member: np.ndarray, count: int) -> np.ndarray:
    factor = np.ones(count)
    factor[member] = reports_factor
    return factor


def _row_keys(member: np.ndarray, event: ReportEvent) -> np.ndarray:
    return member.astype(np.int64) * 100_000 + event.number


def zone_indicators(province: Province, event: ReportEvent) -> Records:
    """The zones' reports of one event."""
    connected = {version.zone.zone_id: version.connected_at for version in province.zone_versions}
    present = seconds([connected[zone.zone_id] for zone in province.zones])
    reports = reports_of(province.seed, "zone", event, present, _identifiers([zone.zone_id for zone in province.zones]))
    member = reports.member
    factor = _factor(reports.factor, member, len(province.zones))
    figures = province.economy.zone_figures(event.year, event.month, factor)
    columns: Columns = {
        "park_id": [province.zones[i].zone_id for i in member.tolist()],
        "year_caliber": [caliber_of(event.year)] * len(member),
        "stat_month": [f"{event.year}-{event.month:02d}"] * len(member),
        **_amounts(figures, member),
        "zyywsr_percent": figures.revenue_percent[member].tolist(),
        "gyzjz_value": figures.value_added[member].tolist(),
        "lr_value": figures.profit[member].tolist(),
        "ckjhz_value": figures.exports[member].tolist(),
        "cyry_value": figures.employees[member].tolist(),
        "report_time": stated(reports.reported_at),
    }
    return Records(columns, reports.reported_at, _row_keys(member, event))


def enterprise_indicators(province: Province, event: ReportEvent) -> Records:
    """The enterprises' reports of one event."""
    firms = province.enterprises
    identifiers = _identifiers(firms.enterprise_id)
    until = province.life.alive_from
    reports = reports_of(province.seed, "enterprise", event, firms.connected_at, identifiers, until)
    member = reports.member
    figures = province.economy.enterprise_figures(event.year, event.month, _factor(reports.factor, member, len(firms)))
    ids, codes = firms.enterprise_id, firms.credit_code
    columns: Columns = {
        "company_id": [ids[i] for i in member.tolist()],
        "credit_code": [codes[i] for i in member.tolist()],
        "year_caliber": [caliber_of(event.year)] * len(member),
        "stat_month": [f"{event.year}-{event.month:02d}"] * len(member),
        **_amounts(figures, member),
        "report_time": stated(reports.reported_at),
    }
    return Records(columns, reports.reported_at, _row_keys(member, event))
