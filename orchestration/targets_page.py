"""How each target of the work plans is measured, docs/targets.md: `python -m orchestration.targets_page`.

Made from the plans' seeds (target_<year>.csv, work_plan.csv) and what the models int_attainment_<subject> say of their
targets (meta.targets), so that a definition stands beside the SQL that it describes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestration import dbt_manifest
from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "targets.md"
SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
FIELDS = ("numerator", "denominator", "period", "source", "evidence", "pace", "reading")
"""What a model says of a target; a count has no denominator, and most sentences of the plan have one reading."""

_HEAD = """# Targets: what each number means

<!-- written by `python -m orchestration.targets_page` from the seeds of the plans and the models int_attainment_<subject> -->

A target is measured within its plan year, up to the plan's day: the as-of date, and from the deadline on the deadline. States
are asked for on that day, from what is known on the as-of date, so late reports count. Zones, outlets and listed units are
those that were on record on that day.

**Status.** `met` 已完成: the value reaches the target. `missed` 未完成: it does not, and the deadline is over. Before the deadline
`on_pace` 达进度 if and only if the forecast reaches the target; else `at_risk` 有风险 from 95 % of the needed pace on (or above
a range), else `behind` 滞后. `tracking` 推进中: nothing is set to reach. `no_data` 暂无数据: nothing is known. `not_applicable`
不适用: the province has no zone of the class. After the deadline the forecast is the value. A rate that rests on less than three
quarters of its days or zones is marked 数据不全; `covered_count` and `expected_count` say on how many.

**Years.** `fact.fct_target_attainment` holds the as-of year and the latest plan of an earlier one. Screens show the latest plan
(`is_shown`); when it is over they say so and show what the new year has reached beside it. A year without a plan counts what
the latest plan's targets count, without anything to reach; what a plan counts by zones that meet it is then their sum.
Until its closing day a plan waits for late reports; later ones still correct the numbers, here as in every other table,
and `fact.fct_target_light` keeps what was shown.

**From zones up** (`roll_up`): `sum` adds, `sum_ratio` divides the sums, `share_of_zones` counts zones that meet it over zones with
data. Where the plan's sentence has two readings, the other number stands beside the first (`beside_label` of
`mart.mart_target_status` and `mart.mart_target_by_scope`).
"""


def page(manifest: Mapping[str, Any], seeds: Path = SEEDS) -> str:
    """The whole page; raises KeyError with the target that no model defines."""
    defined = definitions(manifest)
    parts = [_HEAD]
    for plan in _rows(seeds / "work_plan.csv"):
        targets = _rows(seeds / f"target_{plan['plan_year']}.csv")
        parts.append(
            f"\n## {plan['plan_label']}: {len(targets)} targets\n\nDeadline {plan['deadline']}, closed on"
            f" {plan['closing_date']}. {plan['basis']}\n"
        )
        parts += ["\n".join(_section(target, *defined[target["target_id"]])) for target in targets]
    return "".join(parts)


def definitions(manifest: Mapping[str, Any]) -> dict[str, tuple[str, dict[str, str]]]:
    """Model and definition of each target that a model speaks of."""
    found = {}
    for node in manifest["nodes"].values():
        for target, definition in node.get("config", {}).get("meta", {}).get("targets", {}).items():
            found[target] = (node["name"], definition)
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _section(target: Mapping[str, str], model: str, definition: Mapping[str, str]) -> Iterator[str]:
    yield f"\n### {target['target_id']} {target['title_zh']}\n"
    yield f"{target['title_en']}.\n"
    yield f"- **Asked**: {_asked(target)}, {target['lead_department']}"
    if "denominator" in definition:
        yield f"- **Numerator**: {definition['numerator']}"
        yield f"- **Denominator**: {definition['denominator']}"
    else:
        yield f"- **Counted**: {definition['numerator']}"
    yield f"- **Cohort and period**: {definition['period']}"
    yield f"- **Source**: {definition['source']} (`{model}`); evidence: {definition['evidence'].lower()}"
    yield f"- **Pace**: {definition['pace']}"
    if "reading" in definition:
        yield f"- **Reading**: {definition['reading']}"
    if target["beside_label"]:
        yield f"- **Beside it**: {target['beside_label']}"
    yield ""


def _asked(target: Mapping[str, str]) -> str:
    value, upper = (_plain(target[key]) for key in ("target_value", "target_upper"))
    wanted = {
        "ge": f"at least {value} {target['unit']}",
        "le": f"at most {value} {target['unit']}",
        "between": f"{value} to {upper} {target['unit']}",
        "yoy_up": "above the year before",
        "track": "tracked",
    }[target["comparison"]]
    return f"{wanted}; {target['grain']} (zones: {target['zone_class']}), {target['roll_up']}"


def _plain(number: str) -> str:
    return f"{float(number):,.4f}".rstrip("0").rstrip(".") if number else ""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(json.loads(dbt_manifest.current().read_text("utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
