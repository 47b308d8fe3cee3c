"""The folders of the exchange of government services."""

from sandbox.interfaces.records import LinesTable
from sandbox.province.model import Province


def gov_tables(province: Province) -> list[LinesTable]:
    """Every folder of the exchange."""
    return []
