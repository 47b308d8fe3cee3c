"""The release that readers see."""

import dagster as dg

from orchestration.assets.gates import MART_KEYS
from orchestration.night import Night, NightError, publish


@dg.asset(
    key=["release"],
    description="The published warehouse: one atomic rename, after both gates passed.",
    deps=MART_KEYS,
    group_name="release",
    kinds={"duckdb"},
    required_resource_keys={"night"},
)
def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Publish the candidate."""
    night: Night = context.resources.night
    try:
        release_id = publish(night)
    except NightError as error:
        night.errors.append(str(error))
        raise dg.Failure(str(error), allow_retries=False) from None
    return dg.MaterializeResult(
        metadata={"release_id": release_id, "warnings": sum(not check.is_success for check in night.checks)}
    )
