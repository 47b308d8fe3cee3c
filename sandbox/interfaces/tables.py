"""The tables of the smart-zone platform as it spells them: every version with the time of its record."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sandbox.dirt import Columns, Dirt, Spoiler, no_number, with_repeats
from sandbox.province.economy import Figures
from sandbox.province.model import Province
from sandbox.province.reports import ReportEvent, reports_of, restates

_STATED = "%Y-%m-%d %H:%M:%S"
_CALIBER = "2018"


@dataclass(frozen=True)
class Block:
    """Some rows in order of their time of record (datetime64[s])."""

    columns: Columns
    recorded_at: np.ndarray


def _times(values: list[datetime]) -> np.ndarray:
    return np.array(values, dtype="datetime64[s]")


def _text(at: datetime) -> str:
    return at.strftime(_STATED)


def _texts(times: np.ndarray) -> list[object]:
    return [text.replace("T", " ") for text in np.datetime_as_string(times, unit="s").tolist()]


def _keys(identifiers: list[str]) -> np.ndarray:
    return np.array([int(identifier) for identifier in identifiers], dtype=np.int64)


def _in_order(columns: Columns, times: np.ndarray, key: str) -> Block:
    order = sorted(range(len(times)), key=lambda i: (times[i], str(columns[key][i])))
    return Block({name: [values[i] for i in order] for name, values in columns.items()}, times[order])


def _spoiled_master(province: Province, dirt: Dirt, dataset: str, block: Block, has_code: bool) -> Block:
    """A master table keeps every true row; a few codes are spelled oddly and a few rows come twice."""
    spoiler = Spoiler(province.seed, f"smart_zone/{dataset}", np.arange(len(block.recorded_at)))
    if has_code:
        spoiler.spell_codes(block.columns, "credit_code", dirt)
    repeats = spoiler.struck("duplicate_row", dirt.duplicate_row)
    return Block(*with_repeats(block.columns, block.recorded_at, repeats))


def zone_block(province: Province, dirt: Dirt) -> Block:
    """t_park_info."""
    versions = province.zone_versions
    zones = [version.zone for version in versions]
    columns: Columns = {
        "park_id": [zone.zone_id for zone in zones],
        "park_name": [zone.name for zone in zones],
        "park_kind": [zone.park_kind for zone in zones],
        "area_id": [zone.city_code for zone in zones],
        "area_name": [zone.city_name for zone in zones],
        "space_id": [zone.space_code for zone in zones],
        "space_name": [version.space_name for version in versions],
        "leading_industry": [zone.leading_industry for zone in zones],
        "approved_area": [zone.approved_hectares for zone in zones],
        "longitude": [zone.longitude for zone in zones],
        "latitude": [zone.latitude for zone in zones],
        "connected_at": [_text(version.connected_at) for version in versions],
        "updated_at": [_text(version.recorded_at) for version in versions],
    }
    block = _in_order(columns, _times([version.recorded_at for version in versions]), "park_id")
    return _spoiled_master(province, dirt, "zone", block, has_code=False)


def enterprise_block(province: Province, dirt: Dirt) -> Block:
    """t_company_info. A wrong code is corrected by a second version on the next day."""
    firms = province.enterprises
    count = len(firms)
    polluters = set(province.outlets.enterprise.tolist())
    columns: Columns = {
        "company_id": list(firms.enterprise_id),
        "credit_code": list(firms.credit_code),
        "company_name": list(firms.name),
        "park_id": [province.zones[z].zone_id for z in firms.zone.tolist()],
        "industry_code": list(firms.industry),
        "standard_size": ["1" if above else "0" for above in firms.above_scale.tolist()],
        "address": list(firms.address),
        "is_high_tech": ["1" if is_so else "0" for is_so in firms.high_tech.tolist()],
        "is_key_polluter": ["1" if i in polluters else "0" for i in range(count)],
        "connected_at": _texts(firms.connected_at),
        "updated_at": _texts(firms.recorded_at),
    }
    times = firms.recorded_at
    spoiler = Spoiler(province.seed, "smart_zone/enterprise/first", np.arange(count))
    wrong = spoiler.struck("wrong_check_digit", dirt.wrong_check_digit)
    corrected = {name: [columns[name][i] for i in wrong] for name in columns}
    spoiler.break_codes(columns, "credit_code", dirt)
    later = times[wrong] + np.timedelta64(1, "D")
    corrected["updated_at"] = _texts(later)
    columns = {name: values + corrected[name] for name, values in columns.items()}
    block = _in_order(columns, np.concatenate([times, later]), "company_id")
    return _spoiled_master(province, dirt, "enterprise", block, has_code=True)


def platform_block(province: Province, dirt: Dirt) -> Block:
    """Innovation platforms and carriers."""
    versions = province.platforms
    columns: Columns = {
        "platform_id": [v.platform_id for v in versions],
        "platform_name": [v.name for v in versions],
        "platform_type": [v.platform_type for v in versions],
        "platform_level": [v.level for v in versions],
        "park_id": [v.zone_id for v in versions],
        "credit_code": [v.credit_code for v in versions],
        "approval_no": [v.approval_no for v in versions],
        "approved_date": [v.approved.isoformat() for v in versions],
        "revoked_date": [v.revoked.isoformat() if v.revoked else "" for v in versions],
        "updated_at": [_text(v.recorded_at) for v in versions],
    }
    block = _in_order(columns, _times([v.recorded_at for v in versions]), "platform_id")
    return _spoiled_master(province, dirt, "innovation_platform", block, has_code=True)


def outlet_block(province: Province, dirt: Dirt) -> Block:
    """Outlets with the limits of their permits, one row per outlet, pollutant and version."""
    outlets, limits = province.outlets, province.limits
    codes = province.enterprises.credit_code
    columns: Columns = {
        "outlet_id": [outlets.outlet_id[v.outlet] for v in limits],
        "outlet_name": [outlets.name[v.outlet] for v in limits],
        "outlet_kind": [outlets.kind[v.outlet] for v in limits],
        "mn": [outlets.mn[v.outlet] for v in limits],
        "permit_no": [outlets.permit_no[v.outlet] for v in limits],
        "credit_code": [codes[outlets.enterprise[v.outlet]] for v in limits],
        "park_id": [outlets.zone_id[v.outlet] for v in limits],
        "factor_code": [v.factor for v in limits],
        "limit_upper": [v.upper for v in limits],
        "limit_lower": [v.lower for v in limits],
        "standard_no": [outlets.standard[v.outlet] for v in limits],
        "valid_from": [v.valid_from.isoformat() for v in limits],
        "updated_at": [_text(v.recorded_at) for v in limits],
    }
    block = _in_order(columns, _times([v.recorded_at for v in limits]), "outlet_id")
    return _spoiled_master(province, dirt, "outlet", block, has_code=True)


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


def zone_indicator_block(province: Province, dirt: Dirt, event: ReportEvent) -> Block:
    """The zones' reports of one event. Dirt never takes a zone's final value away: a good report follows a bad one."""
    count = len(province.zones)
    connected = {version.zone.zone_id: version.connected_at for version in province.zone_versions}
    present = _times([connected[zone.zone_id] for zone in province.zones])
    reports = reports_of(province.seed, "zone", event, present, _keys([zone.zone_id for zone in province.zones]))
    member = reports.member
    figures = province.economy.zone_figures(event.year, event.month, _factor(reports.factor, member, count))
    columns: Columns = {
        "park_id": [province.zones[i].zone_id for i in member.tolist()],
        "year_caliber": [_CALIBER] * len(member),
        "stat_month": [f"{event.year}-{event.month:02d}"] * len(member),
        **_amounts(figures, member),
        "zyywsr_percent": figures.revenue_percent[member].tolist(),
        "gyzjz_value": figures.value_added[member].tolist(),
        "lr_value": figures.profit[member].tolist(),
        "ckjhz_value": figures.exports[member].tolist(),
        "cyry_value": figures.employees[member].tolist(),
        "report_time": _texts(reports.reported_at),
    }
    spoiler = Spoiler(province.seed, "smart_zone/zone_indicator", member.astype(np.int64) * 100_000 + event.number)
    for field in ("lr_value", "ckjhz_value", "cyry_value", "gyydl_value"):
        spoiler.change(columns, field, f"not_published/{field}", dirt.not_published, _not_published)
    again = restates(province.seed, "zone", event, count)[member]
    for row in spoiler.struck("not_published", dirt.not_published * 8):
        if again[row] and not event.is_restated:
            columns["zyywsr_value"][row] = columns["zyywsr_percent"][row] = "-"
    return _with_failed_reports(spoiler, Block(columns, reports.reported_at), dirt)


def _with_failed_reports(spoiler: Spoiler, block: Block, dirt: Dirt) -> Block:
    """Add reports that failed half an hour before the good one: a text for a number, no zone, or sent twice."""
    texts = spoiler.struck("text_in_number", dirt.text_in_number * 3)
    empty = spoiler.struck("missing_required", dirt.missing_required * 3)
    rows = texts + empty
    failed: Columns = {name: [values[i] for i in rows] for name, values in block.columns.items()}
    for place in range(len(rows)):
        broken = "zyywsr_value" if place < len(texts) else "park_id"
        failed[broken][place] = no_number(str(failed[broken][place])) if place < len(texts) else None
    early = block.recorded_at[rows] - np.timedelta64(1800, "s")
    failed["report_time"] = _texts(early)
    columns = {name: values + failed[name] for name, values in block.columns.items()}
    whole = _in_order(columns, np.concatenate([block.recorded_at, early]), "park_id")
    repeats = Spoiler(
        spoiler.seed, spoiler.dataset, np.arange(len(whole.recorded_at)) + int(spoiler.keys.sum() % 2**40)
    )
    return Block(*with_repeats(whole.columns, whole.recorded_at, repeats.struck("duplicate_row", dirt.duplicate_row)))


def _not_published(value: str) -> str:
    return "-" if len(value) % 2 else "未公布"


def enterprise_indicator_block(province: Province, dirt: Dirt, event: ReportEvent) -> Block:
    """The enterprises' reports of one event."""
    firms = province.enterprises
    reports = reports_of(province.seed, "enterprise", event, firms.connected_at, _keys(firms.enterprise_id))
    member = reports.member
    figures = province.economy.enterprise_figures(event.year, event.month, _factor(reports.factor, member, len(firms)))
    ids, codes = firms.enterprise_id, firms.credit_code
    columns: Columns = {
        "company_id": [ids[i] for i in member.tolist()],
        "credit_code": [codes[i] for i in member.tolist()],
        "year_caliber": [_CALIBER] * len(member),
        "stat_month": [f"{event.year}-{event.month:02d}"] * len(member),
        **_amounts(figures, member),
        "report_time": _texts(reports.reported_at),
    }
    spoiler = Spoiler(
        province.seed, "smart_zone/enterprise_indicator", member.astype(np.int64) * 100_000 + event.number
    )
    spoiler.spell_codes(columns, "credit_code", dirt)
    spoiler.break_codes(columns, "credit_code", dirt)
    for field in ("zyywsr_value", "ls_value", "gyydl_value"):
        spoiler.change(columns, field, f"not_published/{field}", dirt.not_published, _not_published)
    spoiler.change(columns, "zyywsr_value", "text_in_number", dirt.text_in_number, no_number)
    for row in spoiler.struck("missing_required", dirt.missing_required):
        columns["stat_month"][row] = None
    repeats = spoiler.struck("duplicate_row", dirt.duplicate_row)
    return Block(*with_repeats(columns, reports.reported_at, repeats))
