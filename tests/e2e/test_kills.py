"""SIGKILL at the worst moments: the next run ends where an undisturbed one ends."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import jobs
from tests.e2e.conftest import NIGHT, command, content, differing, run
from warehouse import release


def in_ingestion(home: Path) -> bool:
    """Some batches of the night are finished, others not."""
    return len(list((home / "batches").rglob(f"{NIGHT}/*.json"))) >= 3


def in_dbt(home: Path) -> bool:
    """dbt has begun to build models in the candidate."""
    log = home / "dbt" / "dbt.log"
    return log.is_file() and "OK created sql" in log.read_text("utf-8", errors="replace")


def before_publish(home: Path) -> bool:
    """The release is being put together under its temporary name."""
    return any((home / "releases").glob(".r20191231-*"))


@pytest.mark.parametrize("moment", [in_ingestion, in_dbt, before_publish], ids=lambda moment: moment.__name__)
def test_a_killed_night_is_repeated_to_the_same_end(
    home: Path, province: str, undisturbed: Path, moment: Callable[[Path], bool]
) -> None:
    before = release.current_id(home)
    (home / "dbt" / "dbt.log").unlink(missing_ok=True)
    night = command(home, province, "nightly", "--date", str(NIGHT))
    deadline = time.monotonic() + 300
    while not moment(home):
        assert night.poll() is None, night.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.001)
    night.send_signal(signal.SIGKILL)
    night.communicate()
    assert release.current_id(home) in {before, "r20191231-01"}
    assert content(home), "readers can still read"

    outcome = run(home, province, NIGHT, NIGHT)
    assert outcome.exit_code == jobs.ExitCode.PUBLISHED, outcome.sentences
    assert differing(content(home), content(undisturbed)) == []
    listed = [r.release_id for r in release.list_releases(home)]
    assert len(listed) == len(set(listed))
    assert not list((home / "releases").glob(".*")), "no half release is left"
