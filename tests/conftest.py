"""Two workers share the tests: what shares a costly fixture stays together. Proofs have a short form and a long one."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

from tests.proofs import PAGE, Ended, Proof, commit_of, write_page

BEGAN_ON = pytest.StashKey[str]()

# How long an example takes says what else the machine does, and nothing of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Folder or file -> the fixture that its tests share.
SHARED = {
    "e2e/test_faults_by_dataset": "a province to trouble",
    "e2e/test_kills": "nights on the first release",
    "e2e/test_line": "nights on the first release",
    "e2e/test_up": "a province to trouble",
    "e2e/test_years_of_nights": "a province to trouble",
    "e2e/": "the first release",
    "browser/": "the Superset server",
    "lights/": "the lights of a year",
    "security/test_superset": "the Superset server",
    "warehouse/test_auditor_questions": "the built warehouse",
    "warehouse/test_comments": "the built warehouse",
    "warehouse/test_gate_attainment": "the built warehouse",
    "warehouse/test_gate_one_number": "the built warehouse",
    "warehouse/test_golden": "the built warehouse",
    "warehouse/test_layering": "the built warehouse",
    "warehouse/test_portable_sql": "the built warehouse",
    "warehouse/test_target_tests": "the built warehouse",
    "warehouse/test_typed_sql": "the built warehouse",
    "warehouse/test_warehouse_docs": "the built warehouse",
}

# The longest groups first, for they decide when the run ends. Groups are dealt to the two workers in turn at the start:
# the nights come to the one that does not make the first release, and find it made.
FIRST = ("the first release", "the built warehouse", "the Superset server", "nights on the first release")


def group_of(item: pytest.Item) -> str:
    """The group of a test's shared fixture, else its file."""
    place = item.nodeid.removeprefix("tests/")
    return next((name for start, name in SHARED.items() if place.startswith(start)), place.partition("::")[0])


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of a group in one worker."""
    item.add_marker(pytest.mark.xdist_group(group_of(item)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the groups of FIRST to the front, in its order."""
    items.sort(key=lambda item: FIRST.index(group) if (group := group_of(item)) in FIRST else len(FIRST))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--prove", action="store_true", help="the long form of each proof; writes docs/proofs.md")


def pytest_configure(config: pytest.Config) -> None:
    # A province that shares a slow machine with the tests may take minutes over its first answer.
    config.stash[BEGAN_ON] = commit_of(config.rootpath)
    chosen = config.option.keyword or config.args != config.getini("testpaths") or config.option.markexpr != "proof"
    if config.getoption("--prove") and chosen and not hasattr(config, "workerinput"):
        raise pytest.UsageError("--prove runs all proofs and nothing else: call `make prove`.")
    os.environ.setdefault("ZONEHOUSE_HTTP_TIMEOUT", "900")
    config.addinivalue_line("markers", "proof: has a long form, which `make prove` runs")
    config.addinivalue_line("markers", "slow: takes seconds; `make test-quick` leaves it out")


@pytest.fixture
def proof(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Proof:
    """How long the proof is to be, and where it says what it counted."""
    return Proof(request.config.getoption("--prove"), record_property)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Print the figures that tests record, for what a worker prints itself is lost; `--prove` keeps them."""
    ended = [
        Ended(
            report.nodeid.partition("@")[0],
            str(dict(getattr(report, "user_properties", ())).get("figures", "")),
            outcome == "passed",
        )
        for outcome in ("passed", "failed", "error")
        for report in terminalreporter.getreports(outcome)
        if outcome != "passed" or report.when == "call"
    ]
    for one in ended:
        if one.figure:
            terminalreporter.write_line(f"{one.test.rpartition('::')[2]}: {one.figure}")
    if not config.getoption("--prove"):
        return
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        write_page(config.rootpath / PAGE, config.stash[BEGAN_ON], ended)
    else:
        terminalreporter.write_line(f"The proofs did not come to their end: {PAGE} stays as it was.")
