"""A lint for what loses digits without a word, over the SQL that dbt compiled; DuckDB itself is asked for the types.

- The branches of a set operation, case, coalesce, greatest or least get one type. In DuckDB 2.0 decimals of different scale,
  one of them 38 digits wide as every sum is, become a decimal of the lower scale; a decimal beside a double becomes a double.
- round() of a double looks at the binary value in DuckDB and at the decimal text in Spark: 1.005 becomes 1.0 and 1.01.
- A sum of doubles depends on the order in which they come.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import duckdb
import sqlglot
from sqlglot import exp

_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
_LONGEST = 90

Judge = Callable[[Sequence[exp.Expression], Sequence[str]], str | None]
"""What is wrong with expressions of such types."""


class Place(NamedTuple):
    """A node of the tree, the expressions whose types are asked for, and who judges them."""

    node: exp.Expression
    parts: list[exp.Expression]
    judge: Judge


def type_faults(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """What loses digits in one compiled statement, whose relations must stand in the database; empty when all is well."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    found = [fault for node in tree.find_all(exp.SetOperation) for fault in _set_faults(connection, node)]
    found += [fault for select in tree.find_all(exp.Select) for fault in _select_faults(connection, select)]
    return sorted(set(found))


def _set_faults(connection: duckdb.DuckDBPyConnection, node: exp.SetOperation) -> Iterator[str]:
    left, right = (_columns(connection, branch, node) for branch in (node.left, node.right))
    for (name, one), (_, other) in zip(left, right, strict=True):
        if fault := _unlike((), [one, other]):
            yield f"{name} of a {type(node).__name__.lower()}: {fault}"


def _select_faults(connection: duckdb.DuckDBPyConnection, select: exp.Select) -> Iterator[str]:
    """All expressions of one select are asked for at once, as further columns of it."""
    places = [place for node in _own_nodes(select) if (place := _place(node))]
    asked = [part for place in places for part in place.parts]
    if not asked:
        return
    probe = select.copy()
    for clause in ("distinct", "order", "limit", "qualify"):
        probe.set(clause, None)
    is_grouped = select.args.get("group") is not None or any(map(_aggregates, select.expressions))
    for number, part in enumerate(asked):
        shown = part.copy()
        # What stands inside an aggregate has no value of its own beside the groups.
        if is_grouped and not _aggregates(part) and not part.find(exp.Window):
            shown = exp.func("any_value", shown)
        probe.append("expressions", exp.alias_(shown, f"asked_{number}"))
    kinds = iter([kind for _, kind in _columns(connection, probe, select)][-len(asked) :])
    for place in places:
        if fault := place.judge(place.parts, [next(kinds) for _ in place.parts]):
            text = " ".join(place.node.sql("duckdb").lower().split())
            yield f"{text[:_LONGEST]}: {fault}"


def _own_nodes(select: exp.Select) -> Iterator[exp.Expression]:
    """The expressions of a select's list, without those of the selects inside it."""
    for projection in select.expressions:
        yield from projection.walk(prune=lambda inner: isinstance(inner, exp.Query))


def _aggregates(node: exp.Expression) -> bool:
    """Whether it holds an aggregate over the select's groups; one over (...) is none."""
    return any(not isinstance(_around_filter(found), exp.Window) for found in node.find_all(exp.AggFunc))


def _around_filter(node: exp.Expression) -> exp.Expression | None:
    parent = node.parent
    return parent.parent if isinstance(parent, exp.Filter) else parent


def _place(node: exp.Expression) -> Place | None:
    if isinstance(node, exp.Case):
        branches = [*(one.args["true"] for one in node.args["ifs"]), node.args.get("default")]
    elif isinstance(node, (exp.Coalesce, exp.Greatest, exp.Least)):
        branches = [node.this, *node.expressions]
    elif isinstance(node, exp.Round):
        return Place(node, [node.this], _rounded_double)
    elif isinstance(node, (exp.Sum, exp.Avg)):
        return Place(
            node, [node.this, node.this.this if isinstance(node.this, exp.Cast) else node.this], _added_doubles
        )
    else:
        return None
    return Place(node, [one for one in branches if one is not None and not isinstance(one, exp.Null)], _unlike)


def _unlike(parts: Sequence[exp.Expression], kinds: Sequence[str]) -> str | None:
    """Literals are as exact beside doubles, and among themselves, as they are written."""
    decimals = {kind for kind in kinds if kind.startswith("DECIMAL")}
    if parts and all(
        isinstance(part, exp.Literal) for part, kind in zip(parts, kinds, strict=True) if kind in decimals
    ):
        return None
    if len({kind.partition(",")[2] for kind in decimals}) > 1:
        return f"decimals of different scale ({', '.join(sorted(decimals))}); cast them to one"
    if decimals and "DOUBLE" in kinds:
        return "decimals and doubles; cast them to one"
    return None


def _rounded_double(_: Sequence[exp.Expression], kinds: Sequence[str]) -> str | None:
    return "rounds a double; use rounded()" if kinds[0] == "DOUBLE" else None


def _added_doubles(_: Sequence[exp.Expression], kinds: Sequence[str]) -> str | None:
    """A whole number that is cast to double is added up exactly."""
    argument, inside = kinds
    if argument == "DOUBLE" and inside not in _WHOLE:
        return "adds doubles up; use exact_sum() or exact_mean()"
    return None


def _columns(
    connection: duckdb.DuckDBPyConnection, query: exp.Expression, place: exp.Expression
) -> list[tuple[str, str]]:
    """Names and types of a query that stands at a place, with the common table expressions that are in sight there."""
    text = query.sql("duckdb")
    around = place if query is not place and isinstance(place, exp.SetOperation) else place.parent
    while around is not None:
        if scope := around.args.get("with_"):
            text = f"{scope.sql('duckdb')} select * from ({text}) as seen"
        around = around.parent
    return [(str(row[0]), str(row[1])) for row in connection.execute(f"describe {text}").fetchall()]
