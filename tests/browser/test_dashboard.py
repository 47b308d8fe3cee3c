"""What a leader sees, in a real browser, against what SQL says about the same release."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import capture
import duckdb
import pytest
from playwright.sync_api import Browser, Page

from tests.superset_server import Server, with_release

# Words that Superset shows when a chart fails, is empty, or is still at work.
TROUBLE = ("数据错误", "意外错误", "出错", "Error", "error", "NaN", "undefined", "null", "Loading", "加载中")
# Latin letters that belong on the page: ids of releases and of data owners' things are checked apart.
ALLOWED_LATIN = re.compile(r"r\d{8}-\d{2}")


@pytest.fixture(scope="module")
def empty_text(server: Server, chromium: Browser) -> str:
    """The overview's text before the first release. Runs before `overview`, which publishes one."""
    assert not (server.home / "current").exists(), "a release was published too early for this test"
    page = _overview(server, chromium, capture.DESKTOP)
    text = page.inner_text("body")
    page.context.close()
    return text


@pytest.fixture(scope="module")
def overview(server: Server, chromium: Browser, empty_text: str) -> Iterator[Page]:
    with_release()
    page = _overview(server, chromium, capture.DESKTOP)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def release(server: Server, overview: Page) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(server.home / "current" / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def _overview(server: Server, chromium: Browser, size: tuple[int, int]) -> Page:
    page = capture.new_page(chromium, size)
    page.on("request", lambda request: outside.append(request.url) if _is_outside(request.url, server) else None)
    outside: list[str] = []
    page.outside = outside  # type: ignore[attr-defined]
    capture.log_in(page, server.url, "leader", server.passwords["leader"])
    capture.open_dashboard(page, server.url, "overview")
    return page


def _is_outside(url: str, server: Server) -> bool:
    # The telemetry pixel is built into Superset's pages; the content policy stops it before it leaves the machine.
    return url.startswith("http") and not url.startswith(server.url) and "scarf.sh" not in url


def _picture(page: Page, name: str, tmp: Path) -> Path:
    """Save the page where ZONEHOUSE_SCREENSHOTS says, or in the test's own folder; returns the file."""
    folder = Path(os.environ.get("ZONEHOUSE_SCREENSHOTS") or tmp)
    folder.mkdir(parents=True, exist_ok=True)
    capture.save(page, folder / name)
    return folder / name


def test_before_the_first_release_the_page_says_no_data(empty_text: str) -> None:
    assert "数据截至 暂无数据" in empty_text
    assert "全省开发区主营业务收入 暂无数据" in empty_text
    assert not [word for word in TROUBLE if word in empty_text]


def test_the_first_release_shows_without_a_restart(overview: Page) -> None:
    assert "r20191231-01" in overview.inner_text("body")


def test_the_numbers_are_those_of_the_release(overview: Page, release: duckdb.DuckDBPyConnection) -> None:
    text = overview.inner_text("body")
    wanted = release.execute(
        "SELECT actual_label, target_label, gap_label FROM mart.mart_target_status WHERE target_id IN ('T00', 'T11a')"
    ).fetchall()
    wanted += release.execute("SELECT as_of_label, release_label, quality_label FROM mart.mart_release").fetchall()
    assert len(wanted) == 3
    missing = [label for row in wanted for label in row if label not in text]
    assert not missing


def test_the_laggards_are_the_ten_largest_gaps(overview: Page, release: duckdb.DuckDBPyConnection) -> None:
    wanted = release.execute(
        "SELECT short_name, format('{:,.1f}', gap_yi) FROM mart.mart_zone_ranking ORDER BY gap_yi DESC LIMIT 10"
    ).fetchall()
    rows = overview.locator("#CHART-laggards ~ .chart-slice tbody tr").all_inner_texts()
    shown = [row.split() for row in rows]
    assert [(row[0], row[-1]) for row in shown] == wanted


def test_every_work_item_has_a_line_with_its_light(overview: Page, release: duckdb.DuckDBPyConnection) -> None:
    wanted = release.execute("SELECT item_label || ' ' || title_zh, status_label FROM mart.mart_work_items").fetchall()
    rows = overview.locator("#CHART-items ~ .chart-slice tbody tr")
    shown = {tuple(row.split("\t")[:2]) for row in rows.all_inner_texts()}
    assert len(wanted) == 22
    assert {(title, light) for title, light in wanted} == {(title.strip(), light.strip()) for title, light in shown}


def test_every_city_has_its_tile(overview: Page, release: duckdb.DuckDBPyConnection) -> None:
    wanted = release.execute("SELECT city_name, status_label, zone_count FROM mart.mart_city_map").fetchall()
    for city, light, zones in wanted:
        tile = overview.locator(".zh-tile", has_text=city)
        assert light in tile.inner_text()
        assert tile.locator("div span").count() == zones


def test_no_tile_is_an_error_or_empty_and_nothing_is_english(overview: Page) -> None:
    text = overview.inner_text("body")
    assert not [word for word in TROUBLE if word in text]
    assert overview.locator(".ant-empty, [role=alert]").count() == 0
    assert not re.findall(r"[A-Za-z]{2,}", ALLOWED_LATIN.sub("", text))


def test_the_main_message_needs_no_scrolling(overview: Page, tmp_path: Path) -> None:
    for chart in ("title", "goal", "card_high_tech", "card_platforms", "trend", "tiles", "items", "laggards"):
        box = overview.locator(f"#CHART-{chart} ~ .chart-slice").bounding_box()
        assert box and box["y"] + box["height"] <= capture.DESKTOP[1], chart
    assert _picture(overview, "overview.png", tmp_path).stat().st_size > 50_000


def test_the_page_asks_no_other_host(overview: Page) -> None:
    assert overview.outside == []  # type: ignore[attr-defined]


def test_the_city_filter_narrows_the_page(overview: Page, release: duckdb.DuckDBPyConnection) -> None:
    zones = {
        row[0]
        for row in release.execute(
            "SELECT short_name FROM mart.mart_zone_ranking WHERE city_name = '赣州市' AND gap_yi > 0"
        ).fetchall()
    }
    overview.locator("[data-test=filter-bar] .ant-select").first.click()
    overview.locator(".ant-select-item-option", has_text="赣州市").click()
    overview.keyboard.press("Escape")
    overview.locator("[data-test=filter-bar__apply-button]").click()
    overview.wait_for_function("() => document.querySelectorAll('.zh-tile').length === 1")
    overview.wait_for_function(
        """() => {
            const rows = [...document.querySelectorAll('#CHART-laggards ~ .chart-slice tbody tr')];
            return rows.length > 0 && rows.every(row => row.innerText.includes('赣州市'));
        }"""
    )
    rows = overview.locator("#CHART-laggards ~ .chart-slice tbody tr").all_inner_texts()
    assert {row.split()[0] for row in rows} == zones


def test_a_phone_gets_one_column(server: Server, overview: Page, chromium: Browser, tmp_path: Path) -> None:
    page = _overview(server, chromium, capture.PHONE)
    assert "/superset/dashboard/overview-phone/" in page.url
    boxes = [chart.bounding_box() for chart in page.locator("[data-test=chart-grid-component]").all()]
    assert len({round(box["x"]) for box in boxes if box}) <= 2
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= capture.PHONE[0] for box in boxes)
    text = page.inner_text("body")
    assert "29,860.0 亿元" in text and not [word for word in TROUBLE if word in text]
    assert _picture(page, "overview-phone.png", tmp_path).stat().st_size > 20_000
    page.context.close()


def test_the_login_page_is_chinese(server: Server, chromium: Browser) -> None:
    page = capture.new_page(chromium)
    page.goto(f"{server.url}/login/")
    page.wait_for_selector("button[type=submit]")
    text = page.inner_text("body")
    page.context.close()
    assert "用户名" in text and "密码" in text and "登录" in text
    assert not re.findall(r"[A-Za-z]{2,}", text)
