"""Both gates as blocking asset checks: one Great Expectations run each."""

from collections.abc import Callable, Iterator, Sequence

import dagster as dg

from expectations import gate
from expectations.check import CheckResult
from orchestration.assets.models import CANDIDATE, TRANSLATOR
from orchestration.dbt_build import manifest
from orchestration.night import Night, check_batches, check_warehouse


def _mart_keys() -> list[dg.AssetKey]:
    nodes = manifest()["nodes"].values()
    return sorted(
        TRANSLATOR.get_asset_key(node)
        for node in nodes
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    )


def _gate(
    name: str,
    description: str,
    asset: dg.AssetKey,
    run: Callable[[Night], list[CheckResult]],
    deps: Sequence[dg.AssetKey] = (),
) -> dg.AssetChecksDefinition:
    spec = dg.AssetCheckSpec(name=name, asset=asset, description=description, blocking=True, additional_deps=list(deps))

    @dg.multi_asset_check(name=name, specs=[spec], required_resource_keys={"night"})
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        results = run(context.resources.night)
        verdict = gate.verdict(results)
        yield dg.AssetCheckResult(
            asset_key=asset,
            check_name=name,
            passed=verdict.passed,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={
                "checks": len(results),
                "failures": dg.MetadataValue.md(_listed(verdict.failures)),
                "warnings": dg.MetadataValue.md(_listed(verdict.warnings)),
            },
        )

    return checks


def _listed(results: Sequence[CheckResult]) -> str:
    return "\n".join(f"- {gate.sentence(result)}" for result in results) or "none"


MART_KEYS = _mart_keys()
batch_gate = _gate("batch_gate", "Every batch of the night, on arrival.", CANDIDATE, check_batches)
warehouse_gate = _gate(
    "warehouse_gate", "Facts and marts of the candidate.", MART_KEYS[0], check_warehouse, MART_KEYS[1:]
)
