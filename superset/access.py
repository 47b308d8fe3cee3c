"""Rights on the tables of a release. DuckDB finds a table in any spelling; Superset keeps rights under one: schema.table."""

from __future__ import annotations

from typing import Any

from guard import GuardError
from superset.security import SupersetSecurityManager

# The name of the file that is opened, and with it of the only catalogue.
CATALOG = "warehouse"


class ReleaseSecurityManager(SupersetSecurityManager):
    """Superset's own, for which MART.x and warehouse.mart.x lie in the schema mart."""

    def get_schema_perm(self, database: str, catalog: str | None = None, schema: str | None = None) -> str | None:
        """The name of the right to read a schema."""
        known = None if catalog and catalog.lower() == CATALOG else catalog
        return super().get_schema_perm(database, known, schema.lower() if schema else schema)


def require(database: Any, schema: str, table: str) -> None:
    """Raise unless the user may read the whole table: no row filter reaches it where Superset does not know it."""
    from superset.sql.parse import Table
    from superset.utils.rls import get_predicates_for_table

    from superset import security_manager

    named = Table(table, schema)
    security_manager.raise_for_access(database=database, table=named)
    if get_predicates_for_table(named, database, database.get_default_catalog()):
        raise GuardError(f"表 {schema}.{table} 按行授权：请用小写的 {schema}.{table} 写普通 SELECT 查询。")
