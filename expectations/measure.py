"""Builds the SQL of `Measure`: every rule about the rows of one source in a single scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from expectations.check import Check, Measure, Severity

Parts = tuple[tuple[str, str], ...]
"""(label, SQL predicate that is true for a bad row) of one rule."""

Pairs = Sequence[tuple[str, str, str]]
"""(what, shown, held): two scalar subqueries that must give the same number or no number."""


@dataclass(frozen=True)
class RowRule:
    """A rule about single rows; where the predicate of a part gives null the row is not bad.

    The rule fails when the bad values are more than `max_share` (0 to 1) of the rows.
    """

    name: str
    severity: Severity
    reason: str
    parts: Parts
    max_share: float = 0.0


def text(value: str) -> str:
    """A string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """An identifier in SQL quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def measure_rows(source: str, rules: Sequence[RowRule], example: str) -> Measure:
    """One scan of `source` (what follows FROM) for all rules; `example` is the SQL that names a bad row."""
    counts = ["count(*) as row_count"]
    for r, rule in enumerate(rules):
        for p, (_, bad) in enumerate(rule.parts):
            counts.append(f"count(*) filter (where {bad}) as c{r}_{p}")
        any_bad = " or ".join(f"({bad})" for _, bad in rule.parts)
        counts.append(f"cast(min({example}) filter (where {any_bad}) as varchar) as e{r}")
    answers = "\nunion all\n".join(_answer(r, rule) for r, rule in enumerate(rules))
    return Measure(f"with measured as materialized (select {', '.join(counts)} from {source})\n{answers}")


def _answer(number: int, rule: RowRule) -> str:
    total = " + ".join(f"c{number}_{p}" for p in range(len(rule.parts)))
    said = ", ".join(
        f"case when c{number}_{p} > 0 then c{number}_{p} || {text(' ' + label)} end"
        for p, (label, _) in enumerate(rule.parts)
    )
    allowed = "" if rule.max_share == 0 else f"; at most {rule.max_share:.0%} expected"
    return (
        f"select {text(rule.name)} as check_name, ({total}) <= {rule.max_share} * row_count as is_success, "
        f"({total}) as unexpected_count, case when row_count = 0 then 'no rows to check' "
        f"when ({total}) = 0 then row_count || ' rows, none unexpected' "
        f"else 'of ' || row_count || ' rows: ' || concat_ws(', ', {said}) || {text(allowed)} "
        f"|| ' (for example ' || coalesce(e{number}, 'a row without a key') || ')' end as observed from measured"
    )


def row_checks(suite: str, target: str, owner: str, source: str, rules: Sequence[RowRule], example: str) -> list[Check]:
    """The rules as checks that share one scan; empty without rules."""
    if not rules:
        return []
    measure = measure_rows(source, rules, example)
    return [Check(suite, rule.name, target, rule.severity, owner, rule.reason, measure) for rule in rules]


def agreement(check_name: str, pairs: Pairs) -> Measure:
    """One check of all the pairs; `observed` names those that differ by more than rounding."""
    rows = "\nunion all\n".join(
        f"select {text(what)} as what, cast(({shown}) as double) as shown, cast(({held}) as double) as held"
        for what, shown, held in pairs
    )
    differs = "coalesce(abs(shown - held) > 0.01, (shown is null) <> (held is null))"
    return Measure(f"""
with compared as ({rows})
select {text(check_name)} as check_name, count(*) filter (where {differs}) = 0 as is_success,
       count(*) filter (where {differs}) as unexpected_count,
       coalesce(
           string_agg(what || ': ' || coalesce(cast(shown as varchar), 'nothing') || ' shown, '
                      || coalesce(cast(held as varchar), 'nothing') || ' held', '; ' order by what)
               filter (where {differs}),
           count(*) || ' numbers, all as in the facts'
       ) as observed
from compared""")
