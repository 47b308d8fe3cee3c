"""Stops queries that run too long: DuckDB has no statement timeout of its own."""

from __future__ import annotations

import threading
from typing import Any

import duckdb_engine


def install(seconds: float) -> None:
    """Interrupt what a connection runs `seconds` after it was opened. Connections live for one query (NullPool)."""
    wrapper = duckdb_engine.ConnectionWrapper
    if getattr(wrapper, "_zonehouse_watchdog", False):
        return
    open_connection, close_connection = wrapper.__init__, wrapper.close

    def opened(self: Any, connection: Any) -> None:
        open_connection(self, connection)
        self.watchdog = threading.Timer(seconds, connection.interrupt)
        self.watchdog.daemon = True
        self.watchdog.start()

    def closed(self: Any) -> None:
        self.watchdog.cancel()
        close_connection(self)

    wrapper.__init__, wrapper.close, wrapper._zonehouse_watchdog = opened, closed, True
