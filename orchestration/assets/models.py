"""The candidate warehouse and the dbt models that are built in it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from orchestration import dbt_build
from orchestration.assets.landing import landing_assets
from orchestration.night import Night, NightError, build_models, prepare

CANDIDATE = dg.AssetKey(["candidate"])


class Translator(DagsterDbtTranslator):
    """Models are grouped by layer; dbt's own tests stop the build, so they are not repeated as asset checks."""

    def __init__(self) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(enable_asset_checks=False, enable_duplicate_source_asset_keys=True)
        )

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Name of the layer that a node belongs to."""
        return "seeds" if dbt_resource_props["resource_type"] == "seed" else str(dbt_resource_props["fqn"][1])


TRANSLATOR = Translator()


@dg.asset(
    key=CANDIDATE,
    description="A private copy of the last release with the night's batches registered in it.",
    deps=landing_assets,
    group_name="release",
    kinds={"duckdb"},
    required_resource_keys={"night"},
)
def candidate(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Start the candidate for the last day of the run."""
    night: Night = context.resources.night
    # The candidate has no partitions of its own: the day stands in the run's tags, for one day or for a range.
    tags = context.run.tags
    last_day = tags.get("dagster/asset_partition_range_end") or tags.get("dagster/partition")
    if last_day is None:
        raise dg.Failure("Choose a day: the nightly job is run for a partition.", allow_retries=False)
    chosen = prepare(night, date.fromisoformat(last_day))
    return dg.MaterializeResult(
        metadata={
            "release_id": chosen.release_id,
            "as_of_date": str(chosen.as_of_date),
            "batches": len(chosen.batches),
            "new_batches": len(chosen.new_batch_ids),
            "is_incremental": chosen.is_incremental,
        }
    )


@dbt_assets(
    manifest=dbt_build.manifest(),
    dagster_dbt_translator=TRANSLATOR,
    name="models",
    required_resource_keys={"night"},
)
def models(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Build every seed, model and data test in this process."""
    night: Night = context.resources.night
    try:
        results = build_models(night)
    except NightError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    nodes = dbt_build.manifest()["nodes"]
    for result in results:
        node = nodes.get(result.unique_id)
        if node and node["resource_type"] in {"model", "seed"}:
            yield dg.MaterializeResult(
                asset_key=TRANSLATOR.get_asset_key(node), metadata={"seconds": round(result.seconds, 3)}
            )
