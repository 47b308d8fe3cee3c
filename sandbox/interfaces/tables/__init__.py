"""The tables of the smart-zone platform: each module gives the tables of one subject as clean records with their roles."""

from sandbox.interfaces.records import TableSpec
from sandbox.interfaces.tables import (
    clusters,
    environment,
    funds,
    innovation,
    land,
    master,
    projects,
    reform,
    statistics,
)
from sandbox.province.model import Province

# A new subject adds its module here.
_SUBJECTS = [master, statistics, clusters, reform, environment, projects, land, innovation, funds]


def all_tables(province: Province) -> list[TableSpec]:
    """Every table of the platform."""
    return [table for subject in _SUBJECTS for table in subject.tables(province)]
