"""A small, realistic release of the province, made without the pipeline, for the tests of the serving room.

`python tests/release_fixture.py HOME` writes `HOME/releases/<id>/warehouse.duckdb` and points `HOME/current` at it.
The schemas and columns are those that the dashboards read; the amounts are in 亿元, as in the marts.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import yaml

from tests.release_province import CITIES, TARGETS, cities_geojson, zones

DEFAULT_RELEASE = "r20191231-01"
AS_OF = date(2019, 12, 31)
GOAL_YI = 30_000.0
YEAR_2019_YI = 29_860.0
YEAR_2018_YI = 27_050.0
NEW_NATIONAL_PLATFORMS = 17
LIGHTS = {
    "met": ("已完成", "#2E7D4F"),
    "on_pace": ("达进度", "#7FB77E"),
    "at_risk": ("有风险", "#E0A030"),
    "behind": ("滞后", "#C0392B"),
    "no_data": ("暂无数据", "#C9CED6"),
}
# The worst light first.
PRESSING = ("behind", "at_risk", "on_pace", "met", "tracking", "no_data")
NO_DATA = "暂无数据"
GOALS_WITHOUT_DATA = {
    "T10": "3,000 家",
    "T01a": "1 个",
    "T02a": "3 个",
    "T03a": "50.0%",
    "T13": "0 处",
    "T19b": "33.3%",
}
# Share of the year that is reached at the end of each month.
SEASON = [0.065, 0.122, 0.200, 0.278, 0.352, 0.408, 0.490, 0.571, 0.664, 0.757, 0.874, 1.0]

Rows = list[tuple[object, ...]]


def yi(value: float | None) -> str:
    return NO_DATA if value is None else f"{value:,.1f} 亿元"


def light(status: str) -> tuple[str, str, str]:
    return (status, *LIGHTS[status])


def by_pace(ratio: float) -> str:
    return "on_pace" if ratio >= 1 else "at_risk" if ratio >= 0.95 else "behind"


PLAN = "2019年度计划"


def target_rows() -> Rows:
    """The 38 targets: three computed, the others without data."""
    computed = {
        "T00": (YEAR_2019_YI, GOAL_YI, "亿元", "at_risk", 1296, 29_860.0),
        "T11a": (float(NEW_NATIONAL_PLATFORMS), 20.0, "个", "behind", 17, 17.0),
        "T21a": (98.6, 100.0, "%", "at_risk", 96_214, 98.6),
    }
    rows: Rows = []
    for target_id, item, area, title, department in TARGETS:
        if target_id not in computed:
            blank = (None,) * 5
            rows.append(
                (
                    2019,
                    PLAN,
                    target_id,
                    item,
                    area,
                    title,
                    department,
                    AS_OF,
                    *blank,
                    *light("no_data"),
                    0,
                    "",
                    NO_DATA,
                    GOALS_WITHOUT_DATA.get(target_id, "持续推进"),
                    *(NO_DATA,) * 3,
                    *(0.0, 0.0, "—"),
                    *("预测年底", "—", "—", "—"),
                )
            )
            continue
        actual, target, unit, status, evidence, forecast = computed[target_id]
        digits = 0 if unit == "个" else 1
        actual_text, target_text, gap = (f"{value:,.{digits}f} {unit}" for value in (actual, target, target - actual))
        texts = (actual_text, target_text, f"差 {gap}")
        numbers = (actual, target, target - actual, actual / target, forecast)
        last = (f"{actual / target:.1%}", f"{forecast:,.{digits}f} {unit}")
        bar = (round(100 * actual / target, 1), 100.0, f"{actual / target:.1%}")
        rows.append(
            (
                2019,
                PLAN,
                target_id,
                item,
                area,
                title,
                department,
                AS_OF,
                *numbers,
                *light(status),
                evidence,
                unit,
                *texts,
                *last,
                *bar,
                *("预测年底", "—", "—", "—"),
            )
        )
    return rows


def item_rows(targets: Rows) -> Rows:
    """The goal (item 0) and the 21 work items, each with the light of its worst computed target."""
    rows: Rows = []
    for item in range(22):
        own = [row for row in targets if row[3] == item]
        shown = next((row for row in own if row[13] != "no_data"), own[0])
        label = "总目标" if item == 0 else f"第{item}项"
        lights, texts = shown[13:16], shown[18:21]
        evidence = sum(int(str(row[16])) for row in own)
        rows.append((item, label, *shown[4:7], *lights, len(own), evidence, *texts))
    pressing = sorted(rows, key=lambda row: (PRESSING.index(str(row[5])), row[0]))
    return [(*row, pressing.index(row) + 1) for row in rows]


def lights_label(items: Rows) -> str:
    """How many of the 21 work items have which light, the worst first."""
    counts = Counter(str(row[6]) for row in sorted(items[1:], key=lambda row: PRESSING.index(str(row[5]))))
    return "，".join(f"{light} {count}" for light, count in counts.items())


def trend_rows() -> Rows:
    rows: Rows = []
    for year, total in ((2018, YEAR_2018_YI), (2019, YEAR_2019_YI)):
        before = 0.0
        for month, share in enumerate(SEASON, start=1):
            wave = 1 - 0.012 * (12 - month) / 12 if year == 2019 else 1.0
            actual = total * share * wave
            past = YEAR_2018_YI * share if year == 2019 else None
            pace = GOAL_YI * share if year == 2019 else None
            goal = GOAL_YI if year == 2019 else None
            rows.append(
                (
                    date(year, month, 1),
                    year,
                    month,
                    f"{year}年{month}月",
                    year == AS_OF.year,
                    actual,
                    past,
                    pace,
                    goal,
                    actual - before,
                )
            )
            before = actual
    return rows


def ranking_rows() -> Rows:
    places = zones()
    weights = [1 / (rank + 6) ** 0.9 for rank in range(len(places))]
    shares = [weight / sum(weights) for weight in weights]
    rows = []
    for rank, (zone, share) in enumerate(zip(places, shares, strict=True), start=1):
        revenue = YEAR_2019_YI * share
        pace = 0.80 + 0.36 * ((rank * 37) % 100) / 100
        needed, past = revenue / pace, revenue / pace * 0.9
        lamp = light(by_pace(pace))
        figures = (revenue, past, revenue / past - 1, needed, needed - revenue, pace, rank)
        rows.append((*zone, date(2019, 12, 1), *figures, *lamp))
    return rows


def platform_rows(ranking: Rows) -> Rows:
    rows: Rows = []
    kinds = ("国家企业技术中心", "国家级科技企业孵化器", "国家地方联合工程研究中心", "国家级众创空间")
    for n in range(NEW_NATIONAL_PLATFORMS + 24):
        zone = ranking[(n * 5) % len(ranking)]
        is_new = n < NEW_NATIONAL_PLATFORMS
        approved = date(2019, 1 + n * 11 // NEW_NATIONAL_PLATFORMS, 20) if is_new else date(2018, 1 + n % 12, 11)
        name = f"{zone[2]}{kinds[n % 4]}（{n + 1}）"
        rows.append((f"P{n:04d}", name, kinds[n % 4], "国家级", zone[1], zone[4], zone[5], approved, is_new, 1))
    return rows


def progress_rows(platforms: Rows) -> Rows:
    rows: Rows = []
    for month in range(1, 13):
        count = sum(1 for row in platforms if row[8] and row[7].month <= month)  # type: ignore[attr-defined]
        rows.append((date(2019, month, 1), f"2019年{month}月", count, 20, 20 * month / 12))
    return rows


def exceedance_rows() -> Rows:
    rows: Rows = []
    factors = (("w01018", "化学需氧量"), ("w21003", "氨氮"), ("a21002", "氮氧化物"), ("a21026", "二氧化硫"))
    for city_index, (code, city, *_rest) in enumerate(CITIES):
        for factor_index, (factor, name) in enumerate(factors):
            days = 30 * (6 + city_index % 5)
            over = (city_index * 7 + factor_index * 5) % 13 if code != "360600" else 0
            worst = 1 + over / 10 if over else None
            outlet = f"{city}{name}排口{factor_index + 1}" if over else None
            counts = (days // 30, days, over, worst, outlet)
            rows.append((code, city, factor, name, *counts, AS_OF - timedelta(29), AS_OF, 1 - over / days))
    return rows


def exceedance_day_rows() -> Rows:
    days = [AS_OF - timedelta(59 - n) for n in range(60)]
    return [(day, 3 + n * 7 % 9, 640, 1 - (3 + n * 7 % 9) / 640) for n, day in enumerate(days)]


def city_rows(ranking: Rows, exceedances: Rows) -> Rows:
    rows: Rows = []
    shapes = cities_geojson()
    for code, city, *_rest in CITIES:
        own = [row for row in ranking if row[4] == code]
        revenue, needed = (sum(float(str(row[n])) for row in own) for n in (9, 12))
        lamp = light(by_pace(revenue / needed))
        over = sum(int(str(row[6])) for row in exceedances if row[0] == code)
        rows.append((code, city, shapes[code](lamp[2]), revenue, f"{revenue:,.0f}", len(own), over, *lamp))
    return rows


def zone_map_rows(ranking: Rows) -> Rows:
    point = '{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{},{}]}},"properties":{{"fillColor":"{}"}}}}'
    return [(*r[:2], *r[4:6], r[6], r[7], point.format(r[6], r[7], r[18]), r[9], r[17], r[18]) for r in ranking]


def zone_month_rows(ranking: Rows) -> Rows:
    rows: Rows = []
    steps = [SEASON[0], *(after - before for before, after in pairwise(SEASON))]
    for zone in ranking:
        for year, total in ((2018, float(str(zone[10]))), (2019, float(str(zone[9])))):
            for month in range(1, 13):
                label, day = f"{year}年{month}月", date(year, month, 1)
                rows.append((*zone[:2], *zone[4:6], day, label, total * steps[month - 1], total * SEASON[month - 1]))
    return rows


def quality_rows() -> Rows:
    feeds = (
        ("smart_zone", "zone_indicator", "开发区指标", "省统计局", 2592, 31),
        ("smart_zone", "enterprise_indicator", "企业指标", "省工信厅", 120_000, 412),
        ("smart_zone", "innovation_platform", "创新平台", "省科技厅", 412, 0),
        ("monitoring", "hourly_report", "排口小时数据", "省生态环境厅", 2_628_000, 1_905),
        ("credit", "registration", "企业登记", "省市场监管局", 61_500, 88),
        ("trading", "project", "公共资源交易项目", "省公共资源交易中心", 9_800, 14),
    )
    return [(s, d, t, o, AS_OF, n, n - q - 3, q, 3, 365, q / n) for s, d, t, o, n, q in feeds]


def owner_rows(quality: Rows) -> Rows:
    rows: Rows = []
    for owner in sorted({str(row[3]) for row in quality}):
        own = [row for row in quality if row[3] == owner]
        sums = [sum(int(str(row[n])) for row in own) for n in range(5, 9)]
        titles = "、".join(str(row[2]) for row in own)
        rows.append((owner, titles, *sums, sums[2] / sums[0], f"{AS_OF:%Y}年{AS_OF.month}月{AS_OF.day}日"))
    return rows


ROOM = Path(__file__).resolve().parent.parent / "superset"
MARTS: dict[str, dict[str, str]] = yaml.safe_load((ROOM / "marts.yaml").read_text("utf-8"))


def release_rows(release_id: str) -> dict[str, Rows]:
    """All mart rows of a release, by table."""
    targets, ranking, exceedances = target_rows(), ranking_rows(), exceedance_rows()
    items = item_rows(targets)
    platforms, quality = platform_rows(ranking), quality_rows()
    sums = [sum(int(str(row[n])) for row in quality) for n in range(5, 9)]
    title = (release_id, AS_OF, "数据截至 2019年12月31日", f"版本 {release_id}", "通过，待核 3 项", 3, *sums)
    return {
        "mart_release": [title],
        "mart_target_status": targets,
        "mart_revenue_headline": [
            (
                "T00",
                date(2019, 12, 1),
                "2019年12月",
                "106/108 家已报，2 家按 11 月累计计",
                "+10.4%",
                yi(YEAR_2018_YI),
                yi(GOAL_YI),
                "—",
            )
        ],
        "mart_work_items": items,
        "mart_work_item_lights": [(lights_label(items),)],
        "mart_revenue_trend": trend_rows(),
        "mart_zone_ranking": ranking,
        "mart_innovation_platform": platforms,
        "mart_innovation_progress": progress_rows(platforms),
        "mart_exceedance": exceedances,
        "mart_exceedance_day": exceedance_day_rows(),
        "mart_city_map": city_rows(ranking, exceedances),
        "mart_zone_map": zone_map_rows(ranking),
        "mart_data_quality": quality,
        "mart_data_quality_owner": owner_rows(quality),
        "mart_zone_month": zone_month_rows(ranking),
    }


def write_release(home: Path, release_id: str = DEFAULT_RELEASE) -> Path:
    """Write one release under `home` and make it the current one, as the publisher does; returns the file."""
    folder = home / "releases" / release_id
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "warehouse.duckdb"
    build = folder / "warehouse.duckdb.build"
    with duckdb.connect(str(build)) as connection:
        for schema in ("mart", "dim", "fact", "audit"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for table, rows in release_rows(release_id).items():
            columns = ", ".join(f"{column} {kind}" for column, kind in MARTS[table].items())
            connection.execute(f"CREATE TABLE mart.{table} ({columns})")
            marks = ", ".join("?" for _ in rows[0])
            connection.execute("BEGIN")
            connection.executemany(f"INSERT INTO mart.{table} VALUES ({marks})", rows)
            connection.execute("COMMIT")
        connection.execute("COMMENT ON TABLE mart.mart_release IS '本版本：One row, this release.'")
        connection.execute("COMMENT ON COLUMN mart.mart_release.release_id IS '版本号：Release'")
        connection.execute(
            "CREATE TABLE dim.dim_zone AS SELECT zone_id, zone_name, city_code FROM mart.mart_zone_ranking"
        )
        connection.execute("CREATE TABLE fact.fct_zone_indicator_month AS SELECT * FROM mart.mart_zone_month")
        built = datetime(2020, 1, 1, 3, 0)
        connection.execute(
            "CREATE TABLE audit.release AS SELECT ? release_id, ? as_of_date, ? built_at", [release_id, AS_OF, built]
        )
        connection.execute("CHECKPOINT")
    build.chmod(0o444)
    build.rename(file)
    link = home / "current.tmp"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / release_id)
    os.replace(link, home / "current")
    return file


if __name__ == "__main__":
    print(write_release(Path(sys.argv[1]), *sys.argv[2:3]))
