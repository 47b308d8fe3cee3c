"""The SQL guard: which statements may reach the release through Superset.

Superset decides what a user may read from the tables that sqlglot finds in a statement. DuckDB has more ways to read a
table than sqlglot knows (CALL, PIVOT, PREPARE, query('...'), VALUES with a sub-query ...). So every statement is parsed
by DuckDB itself (parsed only: nothing is bound or run), only plain SELECTs over the schemas of a release pass, beside
DESCRIBE, SHOW and SUMMARIZE of one table of it, and DuckDB's tables must all be among sqlglot's. Charts and SQL Lab both
go through here.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokens import TokenType

# sqlglot 28 reads a LIMIT after GROUPING SETS, CUBE or ROLLUP as one more column; DuckDB reserves both words.
DuckDB.Parser.ID_VAR_TOKENS = DuckDB.Parser.ID_VAR_TOKENS - {TokenType.LIMIT, TokenType.OFFSET}

SCHEMAS = frozenset({"mart", "dim", "fact", "audit"})
TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})
# Scalar functions that read other tables, files, variables, settings or the catalog, or that stall a worker.
FORBIDDEN_FUNCTIONS = re.compile(
    r"""^(query|query_table|getvariable|getenv|current_setting|current_query|current_database|current_schemas?|version
    |current_user|session_user|user|current_role|current_catalog|in_search_path|txid_current|nextval|currval|error
    |write_log|add_parquet_key|json_execute_serialized_sql|json_deserialize_sql|json_serialize_(sql|plan)|parse_path
    |parse_(dirname|dirpath|filename)|sleep(_ms)?|read_.*|glob|sniff_csv|parquet_.*|duckdb_.*|pragma_.*|pg_.*|has_.*_privilege
    |enable_.*|disable_.*|set_config|shobj_description|obj_description|col_description|stats|vector_type)$""",
    re.VERBOSE,
)
Name = tuple[str, str]
"""Schema and table, in small letters."""
PLAIN_NAME = re.compile(r"^[^\W\d]\w*$")
MAX_SQL_CHARACTERS = 100_000

_local = threading.local()


class GuardError(ValueError):
    """The statement is not allowed; the text is one Chinese sentence that a user can act on."""


def check_sql(sql: str) -> set[Name]:
    """Raise GuardError unless `sql` is one plain SELECT over the tables of a release, or shows one of them.

    Returns the tables whose rights Superset has not judged by the name that it keeps, because they are only shown, or
    spelled in capitals or with the catalogue: the caller must. (Superset looks rights and row filters up by exact name.)
    """
    text = sql.strip().rstrip(";").strip()
    if len(text) > MAX_SQL_CHARACTERS:
        raise GuardError("查询语句过长，请缩短后再试。")
    tree = _parse(text)
    shown = _shown(tree)
    if shown is not None:
        return set(_tables(shown))
    spelled = _tables_by_sqlglot(text)
    unknown_to_superset = set(_tables(tree)) - set(spelled)
    if unknown_to_superset:
        raise GuardError(f"无法核对表 {_names(unknown_to_superset)} 的权限，请改写查询。")
    return {name for name, spellings in spelled.items() if spellings != {("", *name)} and name[0] in SCHEMAS}


def _shown(tree: dict[str, Any]) -> dict[str, Any] | None:
    """The table of a statement that is DESCRIBE, SHOW or SUMMARIZE of one, as DuckDB parses it: select * from it."""
    reference = tree.get("from_table") or {}
    if reference.get("type") != "SHOW_REF":
        return None
    query = reference.get("query") or {}
    path = (query.get("from_table") or {}).get("qualified_name", {}).get("path", [])
    plain = bool(path) and all(PLAIN_NAME.match(part) for part in path)
    if not plain or _without_places(query) != _without_places(_parse(f"SELECT * FROM {'.'.join(path)}")):
        raise GuardError("DESCRIBE、SHOW 和 SUMMARIZE 只能用于一张表，例如 DESCRIBE mart.mart_work_items。")
    return query


def _without_places(node: Any) -> Any:
    """The tree without where in the text each part stood."""
    if isinstance(node, dict):
        return {key: _without_places(value) for key, value in node.items() if not key.startswith("query_location")}
    return [_without_places(item) for item in node] if isinstance(node, list) else node


def _parse(text: str) -> dict[str, Any]:
    if not hasattr(_local, "parser"):
        config = {"enable_external_access": "false", "autoload_known_extensions": "false", "threads": "1"}
        _local.parser = duckdb.connect(":memory:", config=config)
    row = _local.parser.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchone()
    tree = json.loads(row[0])
    if tree.get("error"):
        raise GuardError(
            "只允许 SELECT 查询，以及对一张表的 DESCRIBE、SHOW 和 SUMMARIZE，且语句必须能被解析；请检查语句。"
        )
    if len(tree["statements"]) != 1:
        raise GuardError("一次只能执行一条 SELECT 查询。")
    return tree["statements"][0]["node"]


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            yield item
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def _tables(tree: dict[str, Any]) -> Iterator[Name]:
    """(schema, table) of every stored table that DuckDB's parser sees; refuses everything that is not plain."""
    nodes = list(_walk(tree))
    ctes = {entry["key"].lower() for node in nodes for entry in _cte_entries(node)}
    for node in nodes:
        _refuse_node(node)
        if node.get("type") == "BASE_TABLE":
            catalog, schema, name = (
                str(node.get(key) or "").lower() for key in ("catalog_name", "schema_name", "table_name")
            )
            if not schema and not catalog and name in ctes and PLAIN_NAME.match(name):
                continue
            if schema not in SCHEMAS or catalog not in ("", "warehouse") or not PLAIN_NAME.match(name):
                raise GuardError(
                    f"不能读取 {schema or '（未写模式）'}.{name}；请使用 mart、dim、fact 或 audit 模式下的表。"
                )
            yield schema, name


def _cte_entries(node: dict[str, Any]) -> list[dict[str, Any]]:
    entries = node.get("cte_map", {}).get("map", []) if isinstance(node.get("cte_map"), dict) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def _refuse_node(node: dict[str, Any]) -> None:
    kind = node.get("type")
    if kind in ("SHOW_REF", "PIVOT"):
        raise GuardError("不支持 PIVOT；DESCRIBE、SHOW 和 SUMMARIZE 不能写在查询里面。请改写为普通 SELECT。")
    if kind == "TABLE_FUNCTION":
        name = str(node.get("function", {}).get("function_name", "")).lower()
        if name not in TABLE_FUNCTIONS:
            raise GuardError(f"不允许使用表函数 {name}。")
    if kind == "EXPRESSION_LIST" and any(item.get("class") == "SUBQUERY" for item in _walk(node.get("values"))):
        raise GuardError("VALUES 中不允许子查询。")
    if node.get("class") == "FUNCTION":
        name = str(node.get("function_name", "")).lower()
        if FORBIDDEN_FUNCTIONS.match(name):
            raise GuardError(f"不允许使用函数 {name}。")
    if node.get("class") == "PARAMETER":
        raise GuardError("不允许使用语句参数。")


def _tables_by_sqlglot(text: str) -> dict[Name, set[tuple[str, str, str]]]:
    """Each table that sqlglot sees, with its spellings as catalogue, schema and name."""
    try:
        statements = sqlglot.parse(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise GuardError("语句无法解析，请检查语法。") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise GuardError("一次只能执行一条 SELECT 查询。")
    found: dict[Name, set[tuple[str, str, str]]] = {}
    for table in statements[0].find_all(exp.Table):
        name = (table.db.lower(), table.name.lower())
        found.setdefault(name, set()).add((table.catalog, table.db, table.name))
    return found


def _names(tables: set[Name]) -> str:
    return "、".join(f"{schema}.{name}" for schema, name in sorted(tables))
