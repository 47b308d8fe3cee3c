"""The true exceedances: which outlet exceeded which limit, in which hours and on which days."""

from datetime import date, timedelta

import numpy as np

from sandbox.province.model import Province
from sandbox.province.monitoring_day import NORMAL, MonitoringDay, day_report, monitoring_day
from sandbox.province.outlets import PROFILES, Limit
from sandbox.province.pollution import DeviceDay


def exceedances(province: Province, first: date, last: date, episode_rate: float = 0.0) -> list[dict[str, object]]:
    """One entry per outlet, pollutant and day with an hour or a mean of the day beyond the limit of that day.

    The limit of gas applies to the converted concentration; pH also has a lower limit. Hours that a device flags
    (`episode_rate` of the devices and days, see Dirt.flag_episode) do not count; without it every hour does.
    """
    found: list[dict[str, object]] = []
    day = first
    while day <= last:
        now = monitoring_day(province.pollution, day, episode_rate)
        limits = _limits_on(province.limits, day)
        for values in now.hours:
            found += _of_group(province, now, values, limits)
        day += timedelta(days=1)
    return sorted(found, key=lambda one: (one["date"], one["outlet_id"], one["pollutant_code"]))  # type: ignore[return-value]


def _limits_on(limits: list[Limit], day: date) -> dict[tuple[int, str], Limit]:
    """The limit in force by outlet and pollutant."""
    valid: dict[tuple[int, str], Limit] = {}
    for limit in limits:
        key = (limit.outlet, limit.factor)
        if limit.valid_from <= day and (key not in valid or valid[key].valid_from <= limit.valid_from):
            valid[key] = limit
    return valid


def _of_group(
    province: Province, now: MonitoringDay, values: DeviceDay, limits: dict[tuple[int, str], Limit]
) -> list[dict[str, object]]:
    factors, devices = PROFILES[values.profile], values.device.tolist()
    own = [[limits.get((device, factor)) for factor in factors] for device in devices]
    upper = np.array([[np.inf if limit is None else limit.upper for limit in row] for row in own])
    lower = np.array(
        [[-np.inf if limit is None or limit.lower is None else limit.lower for limit in row] for row in own]
    )
    counted = (now.flags[values.device] == NORMAL)[:, :, None]
    hours = counted & ((values.converted > upper[:, None]) | (values.converted < lower[:, None]))
    mean = day_report(values, now.flags)[0].converted[:, 0]
    days = counted.any(axis=1) & ((mean > upper) | (mean < lower))
    found = []
    for device, column in zip(*(axis.tolist() for axis in np.nonzero(hours.any(axis=1) | days)), strict=True):
        found.append(
            {
                "date": now.day.isoformat(),
                "outlet_id": province.outlets.outlet_id[devices[device]],
                "mn": province.outlets.mn[devices[device]],
                "pollutant_code": factors[column],
                "limit_upper": float(upper[device, column]),
                "hours": np.flatnonzero(hours[device, :, column]).tolist(),
                "day_mean": round(float(mean[device, column]), 6),
                "is_day_exceeding": bool(days[device, column]),
            }
        )
    return found
