"""What each role may do on a running Superset, and that nothing can be written through it."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from typing import Any

import duckdb
import httpx
import pytest

from tests import superset_server
from tests.release_fixture import write_release
from tests.superset_server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    yield superset_server.with_release()
    superset_server.stop()


@pytest.fixture(scope="module")
def sessions(server: Server) -> dict[str, httpx.Client]:
    return {user: server.session(user) for user in ("leader", "auditor", "admin")}


def sql(session: httpx.Client, statement: str) -> httpx.Response:
    body = {"database_id": 1, "sql": statement, "schema": "mart", "runAsync": False, "queryLimit": 100}
    return session.post("/api/v1/sqllab/execute/", json=body)


def test_strangers_are_sent_to_the_login_page(server: Server) -> None:
    for path in ("/superset/dashboard/overview/", "/api/v1/chart/", "/sqllab/"):
        answer = httpx.get(server.url + path, timeout=None)
        assert answer.status_code in (302, 401), path


def test_a_wrong_password_does_not_open_the_door(server: Server) -> None:
    wrong = Server(server.url, server.home, {"leader": "wrong"}, server.process)
    with pytest.raises(httpx.HTTPStatusError):
        wrong.session("leader")


def test_the_leader_sees_the_overview_only(sessions: dict[str, httpx.Client]) -> None:
    leader = sessions["leader"]
    titles = {item["dashboard_title"] for item in leader.get("/api/v1/dashboard/").json()["result"]}
    assert titles == {"总览", "总览（手机）"}
    assert leader.get("/superset/dashboard/overview/").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/database/", "/api/v1/query/", "/api/v1/dataset/", "/api/v1/security/users/"])
def test_the_leader_has_no_way_around_the_page(path: str, sessions: dict[str, httpx.Client]) -> None:
    assert sessions["leader"].get(path).status_code in (403, 404)


def test_the_leader_cannot_use_sql_lab(sessions: dict[str, httpx.Client]) -> None:
    assert sql(sessions["leader"], "SELECT 1").status_code == 403


def test_the_leader_cannot_ask_a_dataset_outside_of_the_page(sessions: dict[str, httpx.Client]) -> None:
    query = {"datasource": {"id": 1, "type": "table"}, "queries": [{"columns": ["city_name"], "row_limit": 1}]}
    assert sessions["leader"].post("/api/v1/chart/data", json=query).status_code == 403


def test_the_auditor_reads_all_four_schemas(sessions: dict[str, httpx.Client], server: Server) -> None:
    tables = ("mart.mart_release", "dim.dim_zone", "fact.fct_zone_indicator_month", "audit.release")
    for table in tables:
        answer = sql(sessions["auditor"], f"SELECT count(*) AS n FROM {table}")
        assert answer.status_code == 200, answer.text
        with duckdb.connect(str(server.home / "current" / "warehouse.duckdb"), read_only=True) as release:
            assert answer.json()["data"] == [{"n": release.execute(f"SELECT count(*) FROM {table}").fetchone()[0]}]


READS = {
    "-- 注释\nSELECT zone_name FROM MART.MART_ZONE_RANKING LIMIT 1": ["zone_name"],
    "SELECT R.release_id FROM WAREHOUSE.AUDIT.RELEASE AS R": ["release_id"],
    "SELECT release_id FROM warehouse.mart.mart_release": ["release_id"],
    "SELECT city_name, sum(revenue_ytd_yi) AS yi FROM mart.mart_zone_ranking GROUP BY GROUPING SETS ((city_name), ())": [
        "city_name",
        "yi",
    ],
    "SELECT city_name, grouping(city_name) AS g FROM mart.mart_zone_ranking GROUP BY ROLLUP (city_name)": [
        "city_name",
        "g",
    ],
    "DESCRIBE mart.mart_release": ["column_name", "column_type", "null", "key", "default", "extra"],
    "SHOW Warehouse.Mart.mart_release": ["column_name", "column_type", "null", "key", "default", "extra"],
    "SUMMARIZE dim.dim_zone": [
        "column_name", "column_type", "min", "max", "approx_unique", "avg", "std", "q25", "q50", "q75", "count",
        "null_percentage",
    ],
}  # fmt: skip


@pytest.mark.parametrize("statement", READS)
@pytest.mark.parametrize("user", ["auditor", "admin"])
def test_sql_lab_reads_a_table_in_every_spelling(user: str, statement: str, sessions: dict[str, httpx.Client]) -> None:
    answer = sql(sessions[user], statement)
    assert answer.status_code == 200, answer.text[:500]
    assert [column["column_name"] for column in answer.json()["columns"]] == READS[statement]
    assert answer.json()["data"]


@pytest.fixture
def hidden_zone(sessions: dict[str, httpx.Client]) -> Iterator[None]:
    """A row filter that hides all zones of the ranking but those of one city from the auditors."""
    admin = sessions["admin"]
    wanted = {"filters": [{"col": "table_name", "opr": "eq", "value": "mart_zone_ranking"}]}
    table = admin.get("/api/v1/dataset/", params={"q": rison(wanted)}).json()["result"][0]["id"]
    roles = admin.get("/api/v1/rowlevelsecurity/related/roles", params={"q": "(page_size:100)"}).json()["result"]
    role = next(item["value"] for item in roles if item["text"] == "审计")
    rule = {
        "name": "one city", "filter_type": "Regular", "tables": [table], "roles": [role], "clause": "city_code = '360100'"
    }  # fmt: skip
    made = admin.post("/api/v1/rowlevelsecurity/", json=rule)
    assert made.status_code == 201, made.text
    yield
    admin.delete(f"/api/v1/rowlevelsecurity/{made.json()['id']}").raise_for_status()


@pytest.mark.usefixtures("hidden_zone")
def test_no_spelling_and_no_summary_goes_around_a_row_filter(sessions: dict[str, httpx.Client]) -> None:
    auditor = sessions["auditor"]
    plain = sql(auditor, "SELECT DISTINCT city_code FROM mart.mart_zone_ranking")
    assert plain.json()["data"] == [{"city_code": "360100"}], plain.text
    for statement in (
        "SELECT DISTINCT city_code FROM mart.MART_ZONE_RANKING",
        "SELECT DISTINCT city_code FROM MART.mart_zone_ranking",
        "SELECT DISTINCT city_code FROM warehouse.mart.mart_zone_ranking",
        "SUMMARIZE mart.mart_zone_ranking",
        "SUMMARIZE MART.MART_ZONE_RANKING",
    ):
        answer = sql(auditor, statement)
        assert answer.status_code >= 400 and "按行授权" in answer.json()["errors"][0]["message"], statement


def test_sql_lab_shows_the_comments(sessions: dict[str, httpx.Client]) -> None:
    """The panel of a table names it and its columns in Chinese."""
    path = "/api/v1/database/1/table_metadata/"
    found = sessions["auditor"].get(path, params={"name": "mart_release", "schema": "mart"}).json()
    assert found["comment"] == "本版本：One row, this release."
    assert found["columns"][0]["comment"] == "版本号：Release"


WRITES = (
    "DELETE FROM mart.mart_release",
    "DROP TABLE mart.mart_release",
    "CREATE TABLE mart.x AS SELECT 1",
    "INSERT INTO audit.release SELECT * FROM audit.release",
    "COPY mart.mart_release TO '/tmp/zonehouse-leak.csv'",
    "ATTACH '/tmp/zonehouse-leak.duckdb' AS leak",
    "SET enable_external_access = true",
)
WAYS_AROUND = (
    "CALL query('SELECT * FROM audit.release')",
    "PIVOT mart.mart_release ON release_id",
    "SHOW ALL TABLES",
    "SUMMARIZE SELECT * FROM read_text('/etc/passwd')",
    "DESCRIBE raw.smart_zone__zone",
    "SELECT * FROM OTHER.MART.MART_RELEASE",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM duckdb_settings()",
    "VALUES ((SELECT max(release_id) FROM audit.release))",
    "SELECT * FROM information_schema.tables",
)


@pytest.mark.parametrize("statement", [*WRITES, *WAYS_AROUND])
@pytest.mark.parametrize("user", ["auditor", "admin"])
def test_nobody_writes_or_walks_around(user: str, statement: str, sessions: dict[str, httpx.Client]) -> None:
    answer = sql(sessions[user], statement)
    assert answer.status_code >= 400, answer.text[:500]
    assert answer.status_code < 500 or "error" in answer.text


def test_duckdb_itself_refuses_what_the_guard_would(server: Server) -> None:
    """The second wall: the very connection settings of the database asset, without the guard."""
    import yaml

    asset = yaml.safe_load((superset_server.ROOM / "assets" / "databases" / "warehouse.yaml").read_text("utf-8"))
    config = asset["extra"]["engine_params"]["connect_args"]["config"]
    file = str(server.home / "current" / "warehouse.duckdb")
    with duckdb.connect(file, config=config) as connection:
        assert connection.execute("SELECT count(*) FROM mart.mart_release").fetchone() == (1,)
        for statement in (*WRITES, "SELECT * FROM read_text('/etc/passwd')", "INSTALL httpfs", "SET threads = 64"):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)


def test_a_chart_may_not_carry_its_own_sub_query(sessions: dict[str, httpx.Client]) -> None:
    metric = {"expressionType": "SQL", "sqlExpression": "(SELECT max(release_id) FROM audit.release)", "label": "x"}
    query = {"datasource": {"id": 1, "type": "table"}, "queries": [{"metrics": [metric], "row_limit": 1}]}
    answer = sessions["admin"].post("/api/v1/chart/data", json=query)
    assert answer.status_code >= 400 or answer.json()["result"][0].get("error")


def test_a_new_release_is_read_at_once_and_never_mixed_with_the_old(
    sessions: dict[str, httpx.Client], server: Server
) -> None:
    first = title(sessions["admin"])
    assert "r20191231-01" in first
    write_release(server.home, "r20200101-01")
    try:
        assert "r20200101-01" in title(sessions["admin"])
    finally:
        link = server.home / "back"
        link.symlink_to("releases/r20191231-01")
        link.replace(server.home / "current")
    assert title(sessions["admin"]) == first


def title(session: httpx.Client) -> str:
    """What the title chart answers, through the cache."""
    wanted = {"filters": [{"col": "table_name", "opr": "eq", "value": "overview_title"}]}
    found = session.get("/api/v1/dataset/", params={"q": rison(wanted)}).json()["result"][0]["id"]
    query: dict[str, Any] = {"datasource": {"id": found, "type": "table"}, "queries": [{"columns": ["html"]}]}
    answer = session.post("/api/v1/chart/data", json=query)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["result"][0]["data"][0]["html"])


def rison(value: dict[str, Any]) -> str:
    """The query notation of Superset's API, for the one shape used here."""
    (item,) = value["filters"]
    return "(filters:!((" + ",".join(f"{key}:{text}" for key, text in item.items()) + ")))"


def test_the_pages_carry_a_strict_policy_and_careful_cookies(server: Server) -> None:
    answer = httpx.get(f"{server.url}/login/", timeout=None)
    policy = answer.headers["content-security-policy"]
    assert "http:" not in policy and "https:" not in policy and "unsafe-eval" not in policy
    assert re.search(r"script-src[^;]*'nonce-", policy)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_a_post_without_its_token_is_refused(sessions: dict[str, httpx.Client]) -> None:
    body = {"database_id": 1, "sql": "SELECT 1"}
    answer = sessions["admin"].post("/api/v1/sqllab/execute/", json=body, headers={"X-CSRFToken": ""})
    assert answer.status_code == 400


def test_the_secrets_are_the_owners_alone(server: Server) -> None:
    file = server.home / "superset" / "credentials.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((server.home / "superset" / "superset.db").stat().st_mode) & 0o077 == 0
    passwords = json.loads(file.read_text())["users"]
    assert len(set(passwords.values())) == len(passwords)
    log = (server.home / "server.log").read_text(errors="replace")
    assert not [user for user, password in passwords.items() if password in log]


def test_provisioning_again_changes_nothing(sessions: dict[str, httpx.Client], server: Server) -> None:
    def objects() -> dict[str, list[tuple[int, str]]]:
        kinds = ("dashboard", "chart", "dataset", "database")
        pages = {
            kind: sessions["admin"].get(f"/api/v1/{kind}/", params={"q": "(page_size:100)"}).json() for kind in kinds
        }
        return {
            kind: sorted((item["id"], str(item.get("uuid"))) for item in page["result"]) for kind, page in pages.items()
        }

    before = objects()
    assert superset_server.provision(server.home)["changed"] is False
    (server.home / "superset" / "provisioned.json").write_text('{"digest": "", "uuids": []}')
    assert superset_server.provision(server.home) | {"seconds": 0, "credentials": ""} == {
        "changed": True,
        "users_made": [],
        "seconds": 0,
        "credentials": "",
    }
    assert objects() == before
