"""Batch checks on the counts in raw.batch: nothing lost, little quarantined, no silent truncation."""

from __future__ import annotations

from expectations.check import Check, Measure, Severity
from expectations.measure import text
from ingestion.declaration import Dataset, ExpectedVolume

HISTORY = 14
"""How many earlier batches make the usual volume of a day: two weeks of nights."""

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
        "kind <> 'by_hand' and quarantined_count > 0.05 * received_count and quarantined_count > 20",
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
    """The checks that hold for the counts of every new batch, in one query."""
    answers = "\nunion all\n".join(_count_answer(check_name, bad) for check_name, _, bad, _ in _COUNT_RULES)
    query = f"""
with judged as (
    select *, batch_id || ': ' || received_count || ' received, ' || loaded_count || ' loaded, ' || quarantined_count
              || ' quarantined, ' || repeat_count || ' repeats' as said
    from raw.batch
    where is_new and {_is(dataset)}
)
{answers}"""
    return [
        Check(suite, check_name, dataset.id, severity, dataset.owner, reason, Measure(query))
        for check_name, severity, _, reason in _COUNT_RULES
    ]


def volume_check(suite: str, dataset: Dataset, volume: ExpectedVolume) -> Check:
    """A success with a tenth of the usual rows: each new batch against the history of its own dataset.

    `per_day` compares received rows per covered day with the median over the up to 14 batches before it (new ones
    among them); `per_full_extract` compares a full extract with the last one. Without history it passes and says so;
    a batch whose window has no beginning (the first load takes all there is) has no volume and is no history, nor has
    what a person delivers by hand.
    """
    if volume.basis == "per_day":
        measured, kind, depth = "received_count / day_count", "kind <> 'by_hand'", HISTORY
        unit, usual = "rows a day", f"the median of the last {HISTORY} batches, "
    else:
        measured, kind, depth = "received_count / extract_count", "kind = 'full'", 1
        unit, usual = "rows in the full extract", "the last full one, "
    query = f"""
with counted as (
    select *, date_diff('day', window_since, window_until) + 1.0 as day_count,
           -- Full extracts are made on the first of a month: as many as months begin in the window.
           nullif(date_diff('month', window_since - interval 1 day, window_until), 0) * 1.0 as extract_count
    from raw.batch
    where {_is(dataset)} and {kind}
), rated as (
    select *, {measured} as volume, median({measured}) over earlier as usual
    from counted
    window earlier as (order by load_date, batch_id rows between {depth} preceding and 1 preceding)
), judged as (
    select *, volume / nullif(usual, 0) as ratio,
           'the batch of ' || load_date || ' has ' || round(volume, 1) || ' {unit} against {usual}' || round(usual, 1)
               || ' (' || round(100 * volume / usual, 1) || ' % where at least {volume.min_ratio:.0%} is expected)'
               as said
    from rated where is_new
)
select 'expected_volume' as check_name, {_how_many(f"ratio < {volume.min_ratio}")} = 0 as is_success,
       {_how_many(f"ratio < {volume.min_ratio}")} as unexpected_count,
       case when count(*) = 0 then 'no new batch with a volume to compare'
            when count(ratio) = 0 then 'there is no earlier batch to compare with'
            when min(ratio) < {volume.min_ratio} then {_first_three(f"ratio < {volume.min_ratio}")}
            else 'new batches: ' || count(*) || ', the lowest has ' || round(100 * min(ratio), 1)
                 || ' % of the usual volume'
       end as observed
from judged"""
    reason = "A platform can answer with success and a tenth of its rows; only its own history shows that"
    return Check(suite, "expected_volume", dataset.id, "block", dataset.owner, reason, Measure(query))


def _is(dataset: Dataset) -> str:
    return f"system = {text(dataset.system)} and dataset = {text(dataset.dataset)}"


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
from judged"""


def _first_three(bad: str) -> str:
    """What is said about the first three bad batches, and how many more there are."""
    shown = f"array_to_string((list(said order by load_date) filter (where {bad}))[1:3], '; ')"
    return f"{shown} || case when {_how_many(bad)} > 3 then '; ' || ({_how_many(bad)} - 3) || ' more' else '' end"
