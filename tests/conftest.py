"""Two workers share the tests: what shares a costly fixture stays together."""

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says what else the machine does, and nothing of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Folder or file -> the fixture that its tests share.
SHARED = {
    "e2e/test_faults_by_dataset": "a province to trouble",
    "e2e/test_kills": "nights on the first release",
    "e2e/test_line": "nights on the first release",
    "e2e/": "the first release",
    "browser/": "the Superset server",
    "security/test_superset": "the Superset server",
    "warehouse/test_auditor_questions": "the built warehouse",
    "warehouse/test_gate_attainment": "the built warehouse",
    "warehouse/test_golden": "the built warehouse",
    "warehouse/test_layering": "the built warehouse",
    "warehouse/test_portable_sql": "the built warehouse",
    "warehouse/test_target_tests": "the built warehouse",
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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests record, for what a worker prints itself is lost."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties if report.when == "call" else ():
                if name == "figures":
                    terminalreporter.write_line(f"{report.location[2]}: {value}")
