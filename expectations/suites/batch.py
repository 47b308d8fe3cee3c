"""The batch suite: one set of checks per dataset, over the rows of the batches that no release holds yet.

Most of it is derived from the declarations; `row_rules.py` holds what people wrote, `counts.py` what raw.batch counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from expectations.check import Check
from expectations.measure import RowRule, name, row_checks, text
from expectations.suites.counts import count_checks
from expectations.suites.row_rules import ROW_RULES
from ingestion.declaration import Dataset, Field

SUITE = "batch"


def checks(declarations: Mapping[str, Dataset]) -> list[Check]:
    """All batch checks. Raises ValueError when a hand-written rule names a dataset that is not declared."""
    undeclared = sorted(set(ROW_RULES) - set(declarations))
    if undeclared:
        raise ValueError(f"row_rules.py has rules for {', '.join(undeclared)}, which is not declared; remove them")
    return [check for dataset in declarations.values() for check in _dataset_checks(dataset)]


def _dataset_checks(dataset: Dataset) -> Iterator[Check]:
    target = dataset.id
    source = f"raw.{dataset.system}__{dataset.dataset} as r join raw.batch as b on b.batch_id = r.batch_id and b.is_new"
    rules = [*_declared_rules(dataset), *ROW_RULES.get(target, ())]
    yield from row_checks(SUITE, target, dataset.owner, source, rules, example="r.source_record_id")
    yield from count_checks(SUITE, dataset)


def _declared_rules(dataset: Dataset) -> Iterator[RowRule]:
    """Key, required, allowed and range rules. Ingestion quarantines such rows, so here they must not occur."""
    fields = dataset.lake_fields
    # A delete message of the trading exchange carries nothing but its key and the operation.
    exempt = " and coalesce(r.operation, '') <> '3'" if dataset.format.kind == "xml_messages" else ""
    kept = {*dataset.key, "operation"}
    yield RowRule(
        "key_values",
        "quarantine",
        "Without its business key a row cannot be told from others, restated or traced",
        tuple(
            (f"without {key}", f"r.{name(key)} is null or cast(r.{name(key)} as varchar) = ''") for key in dataset.key
        ),
    )
    required = [field.name for field in fields if field.required and field.name not in dataset.key]
    if required:
        yield RowRule(
            "required_values",
            "quarantine",
            "The declaration requires these fields and the models rely on them",
            tuple((f"without {one}", f"r.{name(one)} is null{'' if one in kept else exempt}") for one in required),
        )
    allowed = [field for field in fields if field.allowed]
    if allowed:
        yield RowRule(
            "allowed_values",
            "quarantine",
            "A code outside the declared list has no meaning in the warehouse",
            tuple(
                (f"with {field.name} outside the list", f"r.{name(field.name)} not in ({_listed(field.allowed or ())})")
                for field in allowed
            ),
        )
    ranges = tuple(part for field in fields for part in _range_parts(field))
    if ranges:
        yield RowRule("value_ranges", "quarantine", "A value outside the declared range cannot be true", ranges)
    if dataset.reported_at:
        yield RowRule(
            "reported_before_window_end",
            "block" if dataset.interface.kind == "rest_json" else "warn",
            "A row recorded after the loaded days would be known before it was reported, so as-of queries would lie",
            (("recorded after the load window", f"r.{name(dataset.reported_at)} >= b.window_until + interval 1 day"),),
        )


def _listed(values: Iterable[str]) -> str:
    return ", ".join(text(value) for value in values)


def _range_parts(field: Field) -> Iterator[tuple[str, str]]:
    if field.min is not None:
        yield f"with {field.name} below {field.min:g}", f"r.{name(field.name)} < {field.min}"
    if field.max is not None:
        yield f"with {field.name} above {field.max:g}", f"r.{name(field.name)} > {field.max}"
