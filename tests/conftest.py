"""Two workers share the tests: what shares a costly fixture stays together."""

import pytest

# Folder or file -> the fixture that its tests share.
SHARED = {
    "e2e/test_kills": "a province to kill over",
    "e2e/test_faults_by_dataset": "a province to trouble",
    "e2e/": "the province and its first release",
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


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put each test into the group of its shared fixture, else into the group of its file."""
    place = item.nodeid.removeprefix("tests/")
    group = next((name for start, name in SHARED.items() if place.startswith(start)), place.split("::")[0])
    item.add_marker(pytest.mark.xdist_group(group))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest group first: it decides when the run ends."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/e2e/"))
