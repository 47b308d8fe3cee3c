"""The day of the devices as the sandbox's packets tell it: days follow from hours by the rules of HJ 212-2017."""

from __future__ import annotations

import dataclasses
import gzip
import re
from collections import defaultdict
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from sandbox.dirt import NONE
from sandbox.interfaces.exceedances import exceedances
from sandbox.interfaces.monitoring import build_packets
from sandbox.province.model import Province, build_province
from sandbox.province.outlets import FACTORS, PROFILES

DAY = date(2019, 7, 3)
FLAGGED = dataclasses.replace(NONE, flag_episode=0.6)
# Median of the medians of real outlets: mg/m3 for gas, mg/L for water.
MEASURED = {
    "a34013": 5.68, "a21026": 18.36, "a21002": 42.66, "w01018": 25.04, "w21003": 0.52, "w21001": 8.68, "w21011": 0.11,
}  # fmt: skip

Fields = dict[str, dict[str, str]]


@cache
def province(size: str = "small") -> Province:
    return build_province(size, 7)


def packets(dataset: str, day: date = DAY) -> list[tuple[dict[str, str], str, Fields]]:
    """(head, DataTime, factor -> name -> value) of every packet of a day."""
    found = []
    for file in build_packets(province(), FLAGGED, dataset, day, {}):
        for line in gzip.decompress(file.content).decode("ascii").splitlines():
            head, _, body = line[6:-4].partition("CP=&&")
            fields: Fields = defaultdict(dict)
            for key, value in re.findall(r"([^=,;&]+)=([^,;&]*)", body):
                factor, _, name = key.partition("-")
                fields[factor][name] = value
            time = fields.pop("DataTime")[""]
            found.append((dict(pair.split("=", 1) for pair in head.strip(";").split(";")), time, dict(fields)))
    return found


def hours_by_device() -> dict[str, list[Fields]]:
    found: dict[str, list[Fields]] = defaultdict(list)
    for head, _, fields in packets("hourly_report"):
        found[head["MN"]].append(fields)
    return found


def test_a_day_follows_from_its_hours() -> None:
    hours = hours_by_device()
    days = packets("daily_report")
    assert len(days) == len(hours) == 20
    letters = set()
    for head, time, fields in days:
        assert (head["CN"], time) == ("2031", "20190703000000")
        assert head["QN"].startswith("2019070400")
        own = hours[head["MN"]]
        flags = [hour[next(iter(fields))]["Flag"] for hour in own]
        letter = next(iter(fields.values()))["Flag"]
        letters.add((head["ST"], letter))
        if head["ST"] == "32":
            assert letter == next((flag for flag in flags if flag != "N"), "N")
        else:
            assert letter == ("N" if flags.count("N") >= 18 else "D")
        used = [hour for hour, flag in zip(own, flags, strict=True) if flag == "N"] or own
        flow = next(iter(fields))
        for factor, values in fields.items():
            means = np.array([float(hour[factor]["Avg"]) for hour in used])
            weights = np.array([float(hour[flow]["Cou"]) for hour in used])
            is_mixed = factor not in ("w00000", "w01001") and head["ST"] == "32" and weights.sum() > 0
            expected = np.average(means, weights=weights) if is_mixed else means.mean()
            assert float(values["Avg"]) == pytest.approx(expected, abs=0.001)
            assert float(values["Min"]) == min(float(hour[factor]["Min"]) for hour in used)
            assert float(values["Max"]) == max(float(hour[factor]["Max"]) for hour in used)
            for name in {"Cou", "ZsAvg"} & set(values):
                sent = [float(hour[factor][name]) for hour in used]
                total = sum(sent) if name == "Cou" else sum(sent) / len(sent)
                assert float(values[name]) == pytest.approx(total, abs=0.0015)
    assert {("32", "N"), ("31", "N")} < letters and len(letters) >= 4


def test_sub_devices_run_while_the_outlet_does() -> None:
    hours = hours_by_device()
    running, states = (
        {head["MN"]: (time, fields) for head, time, fields in packets("device_status") if head["CN"] == command}
        for command in ("2041", "2021")
    )
    assert set(running) == set(states) == set(hours)
    counts = set()
    for mn, (time, fields) in running.items():
        assert time == "20190703000000" and states[mn][0] == "20190703235500"
        assert list(fields) == list(states[mn][1]) == [f"SB{n + 1:02}" for n in range(len(fields))]
        counts.add(len(fields))
        flags = [next(iter(hour.values()))["Flag"] for hour in hours[mn]]
        assert float(fields["SB01"]["RT"]) == 24 - flags.count("F")
        assert all(0 <= float(values["RT"]) <= 24 for values in fields.values())
        last = {"N": "1", "F": "0", "C": "2", "M": "3", "D": "4"}[flags[-1]]
        assert {values["RS"] for values in states[mn][1].values()} == {last}
    assert counts == {1, 2, 3, 4}


def test_true_exceedances_are_those_of_the_packets() -> None:
    """Recounted from the text of the packets and the limits; flagged hours do not count."""
    limits = {(one.outlet, one.factor): one for one in province().limits if one.valid_from <= DAY}
    device = {mn: index for index, mn in enumerate(province().outlets.mn)}
    days = [date(2019, 6, 1) + timedelta(days=n) for n in range(8)]
    expected = set()
    for day in days:
        for head, time, fields in packets("hourly_report", day):
            for factor, values in fields.items():
                limit = limits.get((device[head["MN"]], factor))
                value = float(values.get("ZsAvg", values["Avg"]))
                beyond = limit and (value > limit.upper or (limit.lower is not None and value < limit.lower))
                if beyond and values["Flag"] == "N":
                    expected.add((day.isoformat(), head["MN"], factor, int(time[8:10])))
    # The limits of these days are those of DAY, but for the few that tighten on 1 July.
    tightened = {(one.outlet, one.factor) for one in province().limits if one.valid_from > days[-1]}
    found = {
        (one["date"], one["mn"], one["pollutant_code"], hour)
        for one in exceedances(province(), days[0], days[-1], FLAGGED.flag_episode)
        for hour in one["hours"]
    }
    ignored = {(province().outlets.mn[outlet], factor) for outlet, factor in tightened}
    assert {one for one in found if one[1:3] not in ignored} == {one for one in expected if one[1:3] not in ignored}
    assert expected


def test_days_beyond_a_limit_have_hours_beyond_it() -> None:
    found = exceedances(province("medium"), date(2019, 6, 1), date(2019, 6, 10))
    beyond = [one for one in found if one["is_day_exceeding"]]
    assert beyond and all(one["hours"] and one["day_mean"] > one["limit_upper"] for one in beyond)
    assert {one["date"] for one in found} == {f"2019-06-{day:02}" for day in range(1, 11)}
    assert found == sorted(found, key=lambda one: (one["date"], one["outlet_id"], one["pollutant_code"]))


def test_concentrations_are_those_of_real_outlets() -> None:
    medians: dict[tuple[str, int], list[float]] = defaultdict(list)
    for offset in range(0, 80, 4):
        for values in province("medium").pollution.day(date(2019, 12, 31) - timedelta(days=offset)):
            for column, factor in enumerate(PROFILES[values.profile]):
                if factor in FACTORS:
                    own = np.median(values.converted[:, :, column], axis=1)
                    for device, value in zip(values.device.tolist(), own.tolist(), strict=True):
                        medians[factor, device].append(value)
    for factor, measured in MEASURED.items():
        of_outlets = [np.median(values) for (own, _), values in medians.items() if own == factor]
        assert np.median(of_outlets) == pytest.approx(measured, rel=0.1), factor


def test_permit_numbers_are_made_from_credit_codes() -> None:
    outlets, enterprises = province("medium").outlets, province("medium").enterprises
    for permit, owner in zip(outlets.permit_no, outlets.enterprise.tolist(), strict=True):
        assert re.fullmatch(re.escape(enterprises.credit_code[owner]) + r"\d{3}[A-Z]", permit)
