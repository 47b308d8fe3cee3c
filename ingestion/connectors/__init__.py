"""Connectors: what a platform offers over HTTP -> files in a staging folder, one module per kind of interface."""

from __future__ import annotations

from datetime import date

from ingestion.connectors.calls import Caller, Retries
from ingestion.connectors.file_listing import fetch_files
from ingestion.connectors.rest_json import fetch_pages
from ingestion.connectors.source import Source
from ingestion.declaration import Dataset, FileListing, RestJson
from ingestion.errors import BadDeclaration
from ingestion.landing import LandedFile, Staging


def fetch(
    dataset: Dataset, source: Source, retries: Retries, staging: Staging, since: date | None, until: date
) -> list[LandedFile]:
    """Fetch what the platform recorded on the days `since` to `until` into `staging`."""
    if source.system != dataset.system:
        raise BadDeclaration(
            f"{dataset.id}: it cannot be fetched from {source.system}; pass the source of its own system."
        )
    with Caller(dataset, source, retries) as caller:
        if isinstance(dataset.interface, RestJson):
            return fetch_pages(caller, staging, since, until)
        if isinstance(dataset.interface, FileListing):
            return fetch_files(caller, staging, since, until)
    raise BadDeclaration(f"{dataset.id}: it is delivered by hand and cannot be fetched; use ingest_files.")
