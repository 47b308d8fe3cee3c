"""Pages of the smart-zone platform: windows, cursors, restated rows."""

from datetime import datetime

import pytest
from starlette.testclient import TestClient

from tests.contract.sandbox_client import rows_of

PATHS = ["zones", "enterprises", "outlets", "innovation_platforms", "zone_indicators", "enterprise_indicators"]


@pytest.mark.parametrize("path", PATHS)
def test_pages_of_any_size_give_the_same_rows(client: TestClient, bearer: dict[str, str], path: str) -> None:
    whole = rows_of(client, bearer, path, updated_before="2018-06-15T00:00:00")
    assert whole == rows_of(client, bearer, path, limit=97, updated_before="2018-06-15T00:00:00")
    when = "report_time" if "indicator" in path else "updated_at"
    times = [row[when] for row in whole]
    assert times == sorted(times)
    assert all(datetime.fromisoformat(time) for time in times)


@pytest.mark.parametrize("path", PATHS)
def test_windows_are_half_open_and_leave_nothing_out(client: TestClient, bearer: dict[str, str], path: str) -> None:
    everything = rows_of(client, bearer, path, updated_before="2020-01-01T00:00:00")
    when = "report_time" if "indicator" in path else "updated_at"
    cut = everything[len(everything) // 2][when].replace(" ", "T")
    before = rows_of(client, bearer, path, updated_before=cut)
    after = rows_of(client, bearer, path, updated_since=cut, updated_before="2020-01-01T00:00:00")
    assert before + after == everything
    assert all(row[when].replace(" ", "T") < cut for row in before)


def test_a_restated_value_is_a_further_row(client: TestClient, bearer: dict[str, str]) -> None:
    rows = rows_of(client, bearer, "zone_indicators", updated_before="2020-01-01T00:00:00")
    good = [row for row in rows if row["park_id"] and isinstance(row["zyywsr_value"], float)]
    versions: dict[tuple[str, str], list[float]] = {}
    for row in good:
        versions.setdefault((row["park_id"], row["stat_month"]), []).append(row["zyywsr_value"])
    assert len(versions) == 8 * 24
    restated = [values for values in versions.values() if len(set(values)) > 1]
    assert 0.05 < len(restated) / len(versions) < 0.20
    assert {row["year_caliber"] for row in good} == {"2018"}


def test_a_cursor_belongs_to_its_window(client: TestClient, bearer: dict[str, str]) -> None:
    first = client.get("/smart_zone/api/v1/zones?limit=3", headers=bearer).json()["data"]["next_cursor"]
    other = client.get(
        "/smart_zone/api/v1/zones", headers=bearer, params={"cursor": first, "updated_before": "2019-01-01T00:00:00"}
    )
    assert other.status_code == 400
