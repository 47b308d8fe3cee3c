"""The running Superset and a real browser, shared by all browser tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import superset_server

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "superset" / "browser"))
import capture


@pytest.fixture(scope="session")
def server() -> Iterator[superset_server.Server]:
    yield superset_server.start()
    superset_server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with capture.browser() as started:
        yield started
