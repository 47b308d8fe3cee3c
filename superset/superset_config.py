"""Superset's settings. Everything is local: no other host, no telemetry, one read-only DuckDB release per request."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

import access
import credentials
import guard
import pages
import releases
import watchdog
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

STATE = releases.HOME / "superset"
SECRET_KEY = credentials.load_or_create(releases.HOME)["secret_key"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{STATE}/superset.db"
DATA_DIR = str(STATE)
PREVENT_UNSAFE_DB_CONNECTIONS = True
# A slower machine gives its queries more time.
QUERY_SECONDS = int(os.environ.get("ZONEHOUSE_QUERY_SECONDS", "30"))

# ---- language and look ----
APP_NAME = "江西省开发区数据仓库"
BABEL_DEFAULT_LOCALE = "zh"
LANGUAGES = {"zh": {"flag": "cn", "name": "简体中文"}}
D3_FORMAT = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["¥", ""]}
CURRENCIES = ["CNY"]
FAVICONS = [{"href": pages.ICON, "type": "image/svg+xml"}]
FONTS = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei','Source Han Sans SC',sans-serif"
THEME_DEFAULT = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": pages.LOGO,
        "brandLogoMargin": "14px 0",
        "brandLogoHref": "/",
        "brandLogoHeight": "28px",
        "colorPrimary": "#1F5FA8",
        "colorLink": "#1F5FA8",
        "colorInfo": "#1F5FA8",
        "colorSuccess": "#2E7D4F",
        "colorWarning": "#E0A030",
        "colorError": "#C0392B",
        "colorTextBase": "#1F2D3D",
        "fontFamily": FONTS,
        "fontUrls": [],
        "transitionTiming": 0.2,
    },
    "algorithm": "default",
}
THEME_DARK = None
ENABLE_UI_THEME_ADMINISTRATION = False
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []
LIGHTS = ["#1F5FA8", "#E0A030", "#8A94A0", "#2E7D4F", "#C0392B", "#7FB77E", "#5B8DC9", "#C9CED6"]
EXTRA_CATEGORICAL_COLOR_SCHEMES = [{"id": "zonehouse", "description": "", "label": "开发区", "colors": LIGHTS}]

# ---- security ----
WTF_CSRF_ENABLED = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Behind TLS the operator sets this; on the loopback address a Secure cookie would never be sent back.
SESSION_COOKIE_SECURE = os.environ.get("ZONEHOUSE_TLS", "") == "1"
PERMANENT_SESSION_LIFETIME = 12 * 3600
# A cookie on every answer lets a late answer undo a login or a logout.
SESSION_REFRESH_EACH_REQUEST = False
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": SESSION_COOKIE_SECURE,
}
CUSTOM_SECURITY_MANAGER = access.ReleaseSecurityManager
PUBLIC_ROLE_LIKE = None
AUTH_USER_REGISTRATION = False
FAB_ADD_SECURITY_API = False
RATELIMIT_ENABLED = True
RATELIMIT_STORAGE_URI = "memory://"
RATELIMIT_APPLICATION = "200 per second"
FEATURE_FLAGS = {
    "DASHBOARD_RBAC": True,
    # A page is printed and looked at as a whole.
    "DASHBOARD_VIRTUALIZATION": False,
    "RLS_IN_SQLLAB": True,
    "EMBEDDABLE_CHARTS": False,
    "ALERT_REPORTS": False,
    "THUMBNAILS": False,
    "GLOBAL_ASYNC_QUERIES": False,
    "ENABLE_TEMPLATE_PROCESSING": False,
    "ENABLE_JAVASCRIPT_CONTROLS": False,
    "ALLOW_ADHOC_SUBQUERY": False,
    "DRILL_TO_DETAIL": False,
    "DRILL_BY": False,
}
os.environ.setdefault("SCARF_ANALYTICS", "false")
FAB_API_SWAGGER_UI = False
MCP_ENABLED = False

# ---- work and cache ----
ROW_LIMIT = 10_000
SQL_MAX_ROW = 100_000
DISPLAY_MAX_ROW = 10_000
SQLLAB_TIMEOUT = QUERY_SECONDS
SUPERSET_WEBSERVER_TIMEOUT = 2 * QUERY_SECONDS
CELERY_CONFIG = None
RESULTS_BACKEND = None
_FILES = {"CACHE_TYPE": "FileSystemCache", "CACHE_DEFAULT_TIMEOUT": 86_400, "CACHE_THRESHOLD": 2_000}
CACHE_CONFIG = {**_FILES, "CACHE_DIR": str(STATE / "cache" / "metadata")}
DATA_CACHE_CONFIG = {
    "CACHE_TYPE": "release_cache.ReleaseCache",
    "CACHE_DIR": str(STATE / "cache" / "charts"),
    "CACHE_DEFAULT_TIMEOUT": 90_000,
    "CACHE_THRESHOLD": 5_000,
}
FILTER_STATE_CACHE_CONFIG = {**_FILES, "CACHE_DIR": str(STATE / "cache" / "filters")}
EXPLORE_FORM_DATA_CACHE_CONFIG = {**_FILES, "CACHE_DIR": str(STATE / "cache" / "explore")}
LOG_LEVEL = "WARNING"


def DB_CONNECTION_MUTATOR(uri: Any, params: dict[str, Any], *_context: Any) -> tuple[Any, dict[str, Any]]:
    """Every DuckDB connection of one request opens the same release."""
    if uri.drivername.startswith("duckdb"):
        uri = uri.set(database=releases.pin(uri.database))
    return uri, params


def SQL_QUERY_MUTATOR(sql: str, database: Any = None, **_context: Any) -> str:
    """Runs for charts and for SQL Lab, before anything is sent to DuckDB."""
    if database is not None and database.backend == "duckdb":
        try:
            for schema, table in sorted(guard.check_sql(sql)):
                access.require(database, schema, table)
        except guard.GuardError as error:
            from superset.exceptions import QueryObjectValidationError

            raise QueryObjectValidationError(str(error)) from error
    return sql


def FLASK_APP_MUTATOR(app: Flask) -> None:
    """Our own small pages' rules, and the query watchdog."""
    watchdog.install(QUERY_SECONDS)
    pages.install(app)


@event.listens_for(Engine, "connect")
def _tune_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA busy_timeout=15000")
        connection.execute("PRAGMA synchronous=NORMAL")
