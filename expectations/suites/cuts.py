"""Checks that a mart shows what the facts and the targets hold: a mart is a cut of them."""

from __future__ import annotations

from expectations.check import Check
from expectations.measure import Pairs, agreement

LOST_ZONE = "The table is a cut of the facts; a difference means that a zone was lost or doubled on the way"


def agrees_with_facts(mart: str, owner: str, pairs: Pairs, reason: str = LOST_ZONE) -> Check:
    """The check of one mart; `pairs` as `agreement` takes them."""
    return Check(
        "mart", "agrees_with_facts", f"mart.{mart}", "block", owner, reason, agreement("agrees_with_facts", pairs)
    )


def shown(mart: str, column: str, scope_type: str = "province") -> str:
    """The sum of a column over the scopes of one type."""
    return f"select sum({column}) from mart.{mart} where scope_type = '{scope_type}'"


def attained(*target_ids: str, column: str = "actual_value", scope_type: str = "province") -> str:
    """The sum of a column over the attainment of the targets in the as-of year."""
    listed = ", ".join(f"'{target_id}'" for target_id in target_ids)
    return (
        f"select sum({column}) from fact.fct_target_attainment"
        f" where target_id in ({listed}) and scope_type = '{scope_type}' and is_this_year"
    )
