"""Everything that Dagster knows: assets, gates, the nightly job and its schedule."""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.gates import batch_gate, warehouse_gate
from orchestration.assets.landing import landing_assets
from orchestration.assets.models import candidate, models
from orchestration.assets.release import release
from orchestration.night import Night, only_one
from orchestration.settings import Settings


@dg.resource(description="The state that the steps of one run share; holds the night's lock.")
def night_resource(_: dg.InitResourceContext) -> Iterator[Night]:
    """A fresh night for a run that Dagster starts itself."""
    settings = Settings()
    with only_one(settings.home_path):
        yield Night(settings)


nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="Land, register, gate, build, gate and publish, in one process.",
    executor_def=dg.in_process_executor,
)

# 02:30 leaves the platforms half an hour after their own nightly jobs; the day that has just ended is loaded.
schedule = dg.build_schedule_from_partitioned_job(
    nightly, name="nightly_schedule", hour_of_day=2, minute_of_hour=30, default_status=dg.DefaultScheduleStatus.RUNNING
)

defs = dg.Definitions(
    assets=[*landing_assets, candidate, models, release],
    asset_checks=[batch_gate, warehouse_gate],
    jobs=[nightly],
    schedules=[schedule] if Settings().schedule_enabled else [],
    resources={"night": night_resource},
    executor=dg.in_process_executor,
)
