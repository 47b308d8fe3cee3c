"""The warehouse as it was known on a past day: built anew from the lake into a file of its own, which is no release.

The batches are those behind the current release whose window had begun by that day. Which of their rows were known is
decided in the staging models, by `known_from`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from ingestion.batch import BatchRecord, read_records
from ingestion.declaration import Dataset
from warehouse import candidate, release
from warehouse.candidate import Candidate
from warehouse.paths import current, releases


class AsOfError(Exception):
    """The warehouse of that day cannot be built, or not there; the message says why."""


def known_batches(records: Iterable[BatchRecord], as_of: date) -> list[BatchRecord]:
    """Those whose window had begun by the day, in the order of a candidate; a first load reaches back without limit."""
    begun = [record for record in records if record.window_since is None or record.window_since <= as_of]
    return sorted(begun, key=lambda record: (record.load_date, record.batch_id))


def require_free(home: Path, into: Path) -> None:
    """Raise AsOfError unless `into` can be written without touching another file or the releases."""
    target = into.resolve()
    if target.exists():
        raise AsOfError(f"{into} exists; name a file that does not, so that nothing is lost.")
    if not target.parent.is_dir():
        raise AsOfError(f"The folder {into.parent} does not exist; make it first.")
    for kept in (releases(home).resolve(), current(home).resolve()):
        if target.is_relative_to(kept):
            raise AsOfError(f"{into} lies among the releases; a warehouse as of a day is none, put it elsewhere.")


def prepare(
    home: Path, datasets: Mapping[str, Dataset], as_of: date, path: Path, code_version: str
) -> tuple[Candidate, str]:
    """Register in a new file what was known on the day; returns it with the id of the release whose batches it uses.

    The batches of that day count as new, as they did in the night of the day. Raises AsOfError when there is no release,
    or none that reaches that day.
    """
    base = release.current_id(home)
    if base is None:
        raise AsOfError("There is no release yet; run `zonehouse nightly --date D` first.")
    content = release.manifest(home, base)
    if as_of > date.fromisoformat(content["as_of_date"]):
        raise AsOfError(f"Release {base} ends on {content['as_of_date']}; nothing is known of {as_of} yet.")
    wanted = {entry["batch_id"] for entry in content["batches"]}
    records = [record for record in read_records(home) if record.batch_id in wanted]
    if lost := wanted - {record.batch_id for record in records}:
        raise AsOfError(f"The record of batch {min(lost)} is missing; restore the state folder from its backup.")
    batches = known_batches(records, as_of)
    new = frozenset(record.batch_id for record in batches if record.load_date == as_of)
    chosen = Candidate(path, f"asof-{as_of:%Y%m%d}", as_of, tuple(batches), new, is_incremental=False)
    with candidate.connect(path) as con:
        candidate.register(con, home, datasets, chosen, code_version)
    return chosen, base
