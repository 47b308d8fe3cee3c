"""One asset a system: its batches, landed, typed and counted. Daily partitions; a range is one run."""

from datetime import date

import dagster as dg

from orchestration.night import Night, NightError, land, summary
from orchestration.settings import SYSTEMS

DAILY = dg.DailyPartitionsDefinition(start_date="2018-01-01", timezone="Asia/Shanghai")


def _landing(system: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["landing", system],
        description=f"Raw bytes, typed Parquet and quarantine of every dataset of {system}.",
        partitions_def=DAILY,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="landing",
        kinds={"parquet"},
        required_resource_keys={"night"},
    )
    def landing(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        night: Night = context.resources.night
        days = context.partition_key_range
        try:
            records = land(night, system, date.fromisoformat(days.start), date.fromisoformat(days.end))
        except NightError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        return dg.MaterializeResult(
            metadata={
                "received": sum(r.received for r in records),
                "loaded": sum(r.loaded for r in records),
                "quarantined": sum(r.quarantined for r in records),
                "repeats": sum(r.repeats for r in records),
                "summary": summary(records),
            }
        )

    return landing


landing_assets = [_landing(system) for system in SYSTEMS]
