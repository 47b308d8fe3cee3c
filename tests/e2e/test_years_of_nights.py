"""Night upon night: what a year of single nights leaves is what one run over the same days leaves."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.e2e import light_night
from tests.e2e.conftest import NIGHT
from tests.proofs import Proof
from warehouse import release
from warehouse.paths import DATABASE

# What names the run, the batch or its file, and the clock on the wall.
OWN = {"batch_id", "load_date", "loaded_at", "source_file", "source_file_sha256", "record_number"}
FEW, A_YEAR = 5, 366


@pytest.mark.proof
def test_nights_one_by_one_leave_what_one_run_leaves(province: str, tmp_path: Path, proof: Proof) -> None:
    datasets, sources = light_night.given_by(province)
    count = proof.size(FEW, A_YEAR)
    days = [NIGHT - timedelta(days=number) for number in reversed(range(count))]
    for day in days:
        light_night.run(tmp_path / "nightly", datasets, sources, day)
    light_night.run(tmp_path / "at once", datasets, sources, days[0], days[-1])
    nightly, at_once = (_versions(tmp_path / name, datasets) for name in ("nightly", "at once"))
    assert {name for name in nightly if nightly[name] != at_once[name]} == set()
    assert len(release.list_releases(tmp_path / "nightly")) == count
    rows = sum(len(found) for found in nightly.values())
    proof.counted(
        f"{count:,} light nights of {len(datasets)} datasets equal one run over the same days: {rows:,} versions"
    )


def _versions(home: Path, datasets: dict) -> dict[str, set[tuple]]:
    """Every version of every record that the current release has, by dataset."""
    found = {}
    with duckdb.connect(str(home / "current" / DATABASE), read_only=True) as con:
        for dataset in datasets.values():
            table = f'fact."{dataset.dataset}"'
            columns = [name for name, *_ in con.execute(f"describe {table}").fetchall() if name not in OWN]
            found[dataset.id] = set(con.execute(f"select {', '.join(columns)} from {table}").fetchall())
    return found
