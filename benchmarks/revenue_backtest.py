"""Error of the year-end forecast of revenue, month by month, over the clean reports of a sandbox province.

    .venv/bin/python -m benchmarks.revenue_backtest [--size medium] [--seed 2019]

Builds the facts of a candidate as of 31 December 2020 and prints mart_revenue_backtest. 2018 is judged by the shares of
later years, in hindsight; 2019 knows 2018 only; 2020 knows both and has a caliber of its own.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date
from pathlib import Path

import duckdb

from sandbox.interfaces.tables.statistics import zone_indicators
from sandbox.province.model import Province, build_province
from sandbox.province.reports import report_events
from tests.warehouse.candidate import create_candidate, rows_of, run_dbt

AS_OF = date(2020, 12, 31)
MODELS = ("+mart_revenue_backtest",)


def load(path: Path, province: Province) -> int:
    """Every report of the zones' revenue, as one first load; returns how many."""
    count = 0
    with duckdb.connect(str(path)) as con:
        con.execute("insert into raw.batch (batch_id, load_date, is_new) values ('all', ?, true)", [AS_OF])
        for event in report_events():
            columns = zone_indicators(province, event).columns
            names = ("park_id", "year_caliber", "stat_month", "zyywsr_value", "report_time")
            con.execute(
                """insert into raw.smart_zone__zone_indicator by name
                   select park_id as zone_id, year_caliber as caliber, cast(stat_month || '-01' as date) as business_month,
                          cast(revenue as decimal(24, 2)) * 10000 as main_business_revenue_ytd_yuan,
                          cast(report_time as timestamp) as reported_at, 'all' as batch_id, cast(? as date) as load_date,
                          'page' as source_file, '0' as source_file_sha256, 1 as record_number,
                          park_id || '|' || stat_month as source_record_id, cast(? as timestamp) as loaded_at
                   from (select unnest(?) as park_id, unnest(?) as year_caliber, unnest(?) as stat_month,
                                unnest(?) as revenue, unnest(?) as report_time)""",
                [AS_OF, AS_OF, *(columns[name] for name in names)],
            )
            count += len(columns["park_id"])
    return count


def main() -> None:
    """Build and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", default="medium", choices=["small", "medium", "large"])
    options.add_argument("--seed", type=int, default=2019)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        create_candidate(path, "r20201231-01", AS_OF)
        count = load(path, build_province(chosen.size, chosen.seed))
        run_dbt(path, Path(folder) / "target", "seed")
        run_dbt(path, Path(folder) / "target", "run", "--select", *MODELS)
        rows = rows_of(
            path,
            """select business_year, month_number, basis_label, zone_count, error_ratio, zone_error_ratio,
                      median_zone_error_ratio, zones_inside_band_ratio, is_inside_band
               from mart.mart_revenue_backtest order by 1, 2""",
        )
    print(
        f"{count:,} reports; error of the forecast of the year made in each month (province, zones weighted, median zone)"
    )
    for year, month, basis, zones, error, weighted, median, inside, province_inside in rows:
        mark = "inside" if province_inside else "outside"
        print(
            f"{year}-{month:02d} {basis} {zones:>3} zones  province {error:+7.2%}  zones {weighted:6.2%}  "
            f"median {median:6.2%}  in their band {inside:4.0%}, province {mark}"
        )


if __name__ == "__main__":
    main()
