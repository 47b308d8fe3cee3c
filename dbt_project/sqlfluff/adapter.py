"""Stands for dbt's `adapter` while sqlfluff renders a model: style needs the shape of the SQL only."""

from collections.abc import Callable


def dispatch(macro_name: str, macro_namespace: str | None = None) -> Callable[..., str]:
    """A macro that renders as a typed null."""
    return lambda *arguments, **named: "cast(null as varchar)"
