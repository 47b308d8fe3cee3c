"""Batch checks on the counts in raw.batch: nothing lost, little quarantined, no silent truncation."""

from __future__ import annotations

from expectations.check import Check, Measure, Severity
from expectations.measure import text
from expectations.suites.volume import is_suspect, volume_sql
from ingestion.declaration import Dataset, ExpectedVolume

_COUNT_RULES: tuple[tuple[str, Severity, str, str], ...] = (
    (
        "row_counts_add_up",
        "block",
        "received_count is distinct from loaded_count + quarantined_count + repeat_count",
        "Rows received are rows loaded, quarantined or repeated; with any other sum rows were lost or doubled",
    ),
    (
        "quarantined_share_bearable",
        "block",
        "kind in ('changes', 'full') and quarantined_count > 0.05 * received_count and quarantined_count > 20",
        "More than 5 % quarantined rows (and more than 20) of a feed means that the source or a rule is broken",
    ),
    (
        "quarantined_share_low",
        "warn",
        "quarantined_count > 0.01 * received_count",
        "More than 1 % quarantined rows is worth a word with the owner",
    ),
)


def count_checks(suite: str, dataset: Dataset) -> list[Check]:
    """The checks that hold for the counts of every new batch, all in one query."""
    answers = [_count_answer(check_name, bad) for check_name, _, bad, _ in _COUNT_RULES]
    checks = [(check_name, severity, reason) for check_name, severity, _, reason in _COUNT_RULES]
    answers.append(_NEW_FIELDS)
    checks.append(("fields_declared", "warn", "A field that no declaration names is kept as JSON and used by nobody"))
    tables = ""
    if dataset.expected_volume is not None:
        tables, usual = volume_sql(dataset.expected_volume)
        answers.append(_volume_answer(dataset.expected_volume, usual))
        checks.append(
            (
                "expected_volume",
                "block",
                "A platform can answer with success and a tenth of its rows; only its own history shows that",
            )
        )
    query = f"""
with recent as (
    select * from raw.batch where system = {text(dataset.system)} and dataset = {text(dataset.dataset)}
), fresh as (
    select *, batch_id || ': ' || received_count || ' received, ' || loaded_count || ' loaded, ' || quarantined_count
              || ' quarantined, ' || repeat_count || ' repeats' as said
    from recent
    where is_new{tables}
)
{"union all".join(answers)}"""
    return [
        Check(suite, name, dataset.id, severity, dataset.owner, reason, Measure(query))
        for name, severity, reason in checks
    ]


def _how_many(bad: str) -> str:
    return f"count(*) filter (where {bad})"


def _count_answer(check_name: str, bad: str) -> str:
    return f"""
select {text(check_name)} as check_name, {_how_many(bad)} = 0 as is_success, {_how_many(bad)} as unexpected_count,
       case when count(*) = 0 then 'no new batch'
            when {_how_many(bad)} = 0 then 'new batches: ' || count(*) || ', ' || sum(received_count)
                 || ' rows received, ' || sum(quarantined_count) || ' quarantined'
            else {_first_three(bad)}
       end as observed
from fresh
"""


# A field is news once: what an earlier batch has brought already stays visible in audit.batch.
_NEW_FIELDS = """
select 'fields_declared' as check_name, count(*) = 0 as is_success, count(*) as unexpected_count,
       coalesce('new fields: ' || string_agg(field, ', ' order by field), 'no new field') as observed
from (
    select distinct unnest(string_split(new_fields, ', ')) as field from fresh
    except
    select unnest(string_split(new_fields, ', ')) from recent where not is_new
)
"""


def _volume_answer(volume: ExpectedVolume, usual: str) -> str:
    bad = is_suspect(volume)
    return f"""
select 'expected_volume' as check_name, {_how_many(bad)} = 0 as is_success, {_how_many(bad)} as unexpected_count,
       case when count(*) = 0 then 'no new batch with a volume to compare'
            when count(usual_count) = 0 then 'there is no earlier batch to compare with'
            when {_how_many(bad)} > 0 then {_first_three(bad)}
            else 'new batches: ' || count(*) || ', the lowest has '
                 || round(100 * min(received_count / nullif(usual_count, 0)), 1) || ' % of the usual volume'
       end as observed
from (
    select *, 'the batch of ' || load_date || ' has ' || received_count || ' rows where ' || cast(round(usual_count) as bigint)
           || ' are usual {usual} (' || round(100 * received_count / usual_count, 1)
           || ' %, at least {volume.min_ratio:.0%} is expected)' as said
    from volume
)
"""


def _first_three(bad: str) -> str:
    """What is said about the first three bad batches, and how many more there are."""
    shown = f"array_to_string((list(said order by load_date) filter (where {bad}))[1:3], '; ')"
    return f"{shown} || case when {_how_many(bad)} > 3 then '; ' || ({_how_many(bad)} - 3) || ' more' else '' end"
