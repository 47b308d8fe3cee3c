"""Runs checks through Great Expectations inside DuckDB. The only file that touches Great Expectations.

The settings below are the ones that work with Great Expectations 1.24, duckdb-sqlalchemy and DuckDB 2.0: Great
Expectations closes its connection before it fetches, so the connection must stay in AUTOCOMMIT and must not be rolled
back when it returns to the pool, and temporary tables are off because the file is opened read-only.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.check import Check, CheckResult, Measure, Native

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext
    from great_expectations.datasource.fluent import SQLDatasource

# Memory is bounded because Python, dbt's leftovers and Great Expectations share the process; DuckDB spills beyond it.
_ENGINE = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "pool_reset_on_return": None,
    "connect_args": {
        "read_only": True,
        "config": {
            "memory_limit": "500MB",
            "threads": 2,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    },
}
_SITE = "zonehouse"
_REMOTE = re.compile(r"<(?:script|link|img)\b[^>]*https?://[^>]*>(?:\s*</script>)?")


def run_checks(con_path: Path, checks: Sequence[Check], docs: Path | None = None) -> list[CheckResult]:
    """Run all checks in one Great Expectations run over the DuckDB file and return their results in the given order.

    The file is opened read-only and every handle is closed before this returns, so the same process may open it for
    writing next; no other handle with another configuration may be open meanwhile. With `docs`, that folder is
    replaced by the Data Docs of this run. Raises FileNotFoundError when the file does not exist.
    """
    if not con_path.is_file():
        raise FileNotFoundError(f"{con_path}: there is no warehouse file to check; build the candidate first")
    gx = _great_expectations()
    context = gx.get_context(mode="ephemeral", project_config=_settings(docs))
    with _opened(context, con_path) as source:
        nothing = _batch(source, "measured by SQL", "select 1 as one")
        checkpoint = gx.Checkpoint(
            name="gate",
            validation_definitions=[
                _validation(context, source, nothing, list(group))
                for _, group in groupby(sorted(checks, key=_place), key=_place)
            ],
            result_format={"result_format": "BASIC", "partial_unexpected_count": 3},
        )
        outcome = context.checkpoints.add(checkpoint).run()
    if docs is not None:
        context.build_data_docs(site_names=[_SITE])
        _keep_local(docs)
    found = {
        (suite.suite_name, one.expectation_config.meta["check"]): one
        for suite in outcome.run_results.values()
        for one in suite.results
    }
    return [_result(check, found[_label(*_place(check)), check.name]) for check in checks]


def _settings(docs: Path | None) -> Any:
    """Everything in memory, no telemetry, no progress bars; with `docs` one site in that folder, emptied first."""
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    sites: dict[str, Any] = {}
    if docs is not None:
        shutil.rmtree(docs, ignore_errors=True)
        sites[_SITE] = {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        }
    return DataContextConfig(
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
        data_docs_sites=sites,
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
    )


def _keep_local(docs: Path) -> None:
    """Takes the scripts, styles and pictures of other hosts out of the pages: opening one must call nobody."""
    for page in docs.rglob("*.html"):
        page.write_text(_REMOTE.sub("", page.read_text("utf-8")), "utf-8")


def _place(check: Check) -> tuple[str, str]:
    return check.suite, check.target


def _label(suite: str, target: str) -> str:
    """Name of a target's suite; it becomes a file name in the Data Docs, so it holds no slash."""
    return f"{suite}.{target.replace('/', '.')}"


@functools.cache
def _great_expectations() -> Any:
    """The package, imported late (4 s) and with its telemetry off before it reads its settings."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


@contextlib.contextmanager
def _opened(context: EphemeralDataContext, con_path: Path) -> Iterator[SQLDatasource]:
    source = context.data_sources.add_sql(
        name="warehouse",
        connection_string=f"duckdb:///{con_path}",
        create_temp_table=False,
        kwargs=_ENGINE,  # type: ignore[call-arg]  # a field of SQLDatasource that the stub of add_sql leaves out
    )
    try:
        yield source
    finally:
        engine = source.get_execution_engine()
        engine.close()
        engine.engine.dispose()
        source.get_engine().dispose()


def _batch(source: Any, name: str, query: str) -> Any:
    return source.add_query_asset(name=name, query=query).add_batch_definition_whole_table("all")


def _validation(context: Any, source: Any, nothing: Any, checks: list[Check]) -> Any:
    """The checks of one target. Only Great Expectations' own expectations read the target through an asset: it fetches
    an asset whole to learn its columns, so big tables stay away from it and their checks bring their own SQL."""
    gx = _great_expectations()
    suite, target = _place(checks[0])
    name = _label(suite, target)
    reads_target = any(isinstance(check.expectation, Native) for check in checks)
    return context.validation_definitions.add(
        gx.ValidationDefinition(
            name=name,
            data=_batch(source, target, f"select * from {target}") if reads_target else nothing,
            suite=context.suites.add(gx.ExpectationSuite(name=name, expectations=[*map(_expectation, checks)])),
        )
    )


def _expectation(check: Check) -> Any:
    meta = {"check": check.name, "severity": check.severity, "owner": check.owner}
    description = f"{check.name} ({check.severity}, {check.owner}): {check.reason}"
    if isinstance(check.expectation, Measure):
        # Great Expectations formats every query, so braces of the SQL must be doubled.
        query = check.expectation.query.replace("{", "{{").replace("}", "}}")
        return _measured_class()(query=query, check_name=check.name, meta=meta, description=description)
    kind = getattr(_great_expectations().expectations, check.expectation.kind)
    return kind(**check.expectation.arguments, meta=meta, description=description)


@functools.cache
def _measured_class() -> Any:
    """The expectation behind `Measure`: it picks its own row from the answer of a query that several checks share."""
    from great_expectations.expectations.expectation import BatchExpectation

    class ExpectMeasureToHold(BatchExpectation):
        query: str
        check_name: str
        fetch_all: bool = True
        metric_dependencies = ("query.table",)
        domain_keys = ("batch_id",)
        success_keys = ("query", "check_name", "fetch_all")

        def _validate(
            self, metrics: dict, runtime_configuration: dict | None = None, execution_engine: Any = None
        ) -> dict:
            rows = [row for row in metrics["query.table"] if row["check_name"] == self.check_name]
            if len(rows) != 1:
                observed = f"the measuring query answered with {len(rows)} rows for this check instead of one"
                return {"success": False, "result": {"observed_value": observed}}
            row = rows[0]
            details = {"unexpected_count": row["unexpected_count"]}
            return {
                "success": row["is_success"] is True,
                "result": {"observed_value": row["observed"], "details": details},
            }

    return ExpectMeasureToHold


def _result(check: Check, found: Any) -> CheckResult:
    unexpected, observed = _observed(found)
    return CheckResult(
        check.suite,
        check.name,
        check.target,
        check.severity,
        check.owner,
        check.reason,
        bool(found.success),
        False,
        unexpected,
        observed,
    )


def _observed(found: Any) -> tuple[int | None, str]:
    """What was counted and seen, in words: (unexpected count or None, sentence part)."""
    error = _error(found.exception_info)
    if error is not None:
        return None, f"could not be measured: {error}"
    result = found.result
    count = result.get("unexpected_count", result.get("details", {}).get("unexpected_count"))
    if "observed_value" in result:
        expected = found.expectation_config.kwargs.get("value")
        seen = str(result["observed_value"])
        return count, seen if expected is None else f"{seen} seen, {expected} expected"
    said = f"{count} of {result.get('element_count')} values unexpected"
    examples = ", ".join(str(value) for value in result.get("partial_unexpected_list", []))
    return count, f"{said}: {examples}" if examples else said


def _error(info: dict) -> str | None:
    """The first line of the exception, if there was one; Great Expectations nests it one level for metric errors."""
    for one in [info, *[value for value in info.values() if isinstance(value, dict)]]:
        if one.get("raised_exception"):
            return str(one.get("exception_message") or "unknown error").strip().splitlines()[0]
    return None
