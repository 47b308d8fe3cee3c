"""Look at a dashboard as a person does: log in with a real browser, open it, wait until it is drawn, take a picture.

Runs in the pipeline's environment (playwright) with the machine's own Chromium:
`.venv/bin/python superset/browser/capture.py --url http://127.0.0.1:8088 --user leader --out overview.png`.
The password comes from `$ZONEHOUSE_HOME/superset/credentials.json` or the variable ZONEHOUSE_PASSWORD.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

DESKTOP = (1920, 1080)
PHONE = (390, 844)
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 12; HarmonyOS) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Mobile Safari/537.36"
)
# Maps need WebGL; without a graphics card Chromium computes it.
ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--lang=zh-CN"]
# What is drawn on a slow machine after minutes is drawn all the same; only what never comes takes this long.
WAIT_MS = 900_000


@contextmanager
def browser() -> Iterator[Browser]:
    """The machine's Chromium, headless."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        raise SystemExit("No Chromium on this machine: install the package chromium.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS, timeout=WAIT_MS)
        try:
            yield started
        finally:
            started.close()


def new_page(started: Browser, size: tuple[int, int] = DESKTOP) -> Page:
    """A page of `size` (width, height in CSS pixels); up to 500 wide it presents itself as a phone."""
    phone = size[0] <= 500
    context = started.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        user_agent=PHONE_AGENT if phone else None,
        is_mobile=phone,
        has_touch=phone,
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    return page


def log_in(page: Page, url: str, user: str, password: str) -> None:
    """Log in through the form."""
    page.goto(f"{url}/login/")
    page.wait_for_load_state("networkidle")
    page.fill("input#username, input[name=username]", user)
    page.fill("input#password, input[name=password]", password)
    page.click("button[type=submit], input[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address, wait_until="commit")


def open_dashboard(page: Page, url: str, slug: str) -> None:
    """Open a dashboard and wait until every chart of it has been drawn and nothing loads any more."""
    page.goto(f"{url}/superset/dashboard/{slug}/", wait_until="commit")
    page.wait_for_selector("[data-test=chart-grid-component]")
    page.wait_for_function(
        """() => {
            const charts = [...document.querySelectorAll('[data-test=chart-grid-component]')];
            const drawn = c => c.querySelector('.slice_container, .ant-empty, [role=alert], .chart-container > *');
            return charts.length > 0 && charts.every(drawn) && 
                !document.querySelector('[data-test=loading-indicator], .loading');
        }"""
    )
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)


def save(page: Page, out: Path, full: bool = False) -> None:
    """Write a PNG: the window, or with `full` the whole dashboard."""
    if full:
        page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(800)
        page.evaluate("() => window.scrollTo(0, 0)")
        page.wait_for_timeout(300)
    page.screenshot(path=str(out), full_page=full)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--url", default="http://127.0.0.1:8088")
    options.add_argument("--user", default="leader")
    options.add_argument("--dashboard", default="overview")
    options.add_argument("--phone", action="store_true")
    options.add_argument("--full", action="store_true", help="the whole page, not only the first screen")
    options.add_argument("--out", type=Path, required=True)
    chosen = options.parse_args()
    password = os.environ.get("ZONEHOUSE_PASSWORD")
    if not password:
        base = Path(os.environ.get("ZONEHOUSE_HOME", "data"))
        password = json.loads((base / "superset" / "credentials.json").read_text())["users"][chosen.user]
    with browser() as started:
        page = new_page(started, PHONE if chosen.phone else DESKTOP)
        page.on("console", lambda message: print(message.type, message.text[:300]) if message.type == "error" else None)
        page.on("response", lambda answer: print(answer.status, answer.url) if answer.status >= 400 else None)
        log_in(page, chosen.url, chosen.user, password)
        open_dashboard(page, chosen.url, chosen.dashboard)
        save(page, chosen.out, chosen.full)


if __name__ == "__main__":
    main()
