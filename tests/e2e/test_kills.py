"""SIGKILL at any moment: the next run ends where an undisturbed one ends."""

import multiprocessing
import random
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from ingestion.batch import read_records
from ingestion.connectors.source import Source
from ingestion.declaration import Dataset
from ingestion.landing import file_digest
from orchestration import jobs
from tests.e2e import dying, light_night
from tests.e2e.conftest import NIGHT, command, content, differing, run
from tests.proofs import Proof
from warehouse import release

KILLS, MANY_KILLS = 50, 1000
# The second one dies while it mends what the first one left.
KILLS_IN_A_ROW = 2
# Two runs of one batch differ in the clock on the wall, and so in the bytes of its lake file.
OWN_TO_A_RUN = {"fetched_at", "lake_sha256"}


@dataclass
class LightNights:
    """Light nights as processes of their own, forked from one that has paid for the imports."""

    processes: ForkServerContext
    datasets: dict[str, Dataset]
    sources: dict[str, Source]
    before: Path
    after: Path
    work: float = 0.0
    """Processor seconds of the night from `before` to `after`."""

    def run(self, home: Path, day: date = NIGHT, dies_after: float | None = None) -> int:
        """A night on a home, which may die after so many seconds of processor time. Returns its exit code."""
        night = self.processes.Process(target=_night, args=(home, self.datasets, self.sources, day, dies_after))
        night.start()
        night.join()
        assert night.exitcode is not None
        return night.exitcode

    def whole(self, home: Path, day: date = NIGHT) -> float:
        """A night that nothing disturbs. Returns its processor seconds."""
        assert self.run(home, day) == 0
        return float(_spent(home).read_text("ascii"))


def _night(home: Path, datasets: dict[str, Dataset], sources: dict[str, Source], day: date, dies: float | None) -> None:
    begun = time.process_time()
    if dies is not None:
        dying.after_work(dies)
    light_night.run(home, datasets, sources, day)
    _spent(home).write_text(str(time.process_time() - begun), "ascii")


def _spent(home: Path) -> Path:
    return home.with_suffix(".seconds")


@pytest.fixture(scope="module")
def nights(province: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LightNights]:
    """A home before and one after the night."""
    folder = tmp_path_factory.mktemp("light")
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.e2e.light_night", "tests.e2e.test_kills"])
    lights = LightNights(processes, *light_night.given_by(province), folder / "before", folder / "after")
    lights.before.mkdir()
    lights.whole(lights.before, NIGHT - timedelta(days=1))
    shutil.copytree(lights.before, lights.after, symlinks=True)
    lights.work = lights.whole(lights.after)
    yield lights


def batches(home: Path) -> list[dict]:
    """What every finished batch says of itself, but for what is its run's own; its lake file is as it says."""
    found = []
    for record in read_records(home):
        assert file_digest(home / record.lake_file) == record.lake_sha256
        found.append({name: getattr(record, name) for name in record.__struct_fields__ if name not in OWN_TO_A_RUN})
    return found


def folders(home: Path) -> list[str]:
    """Names of all landed batches and of everything else under the home that is no release."""
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if not path.is_relative_to(home / "releases"))


@pytest.mark.proof
def test_kills_at_random_moments_all_end_the_same(nights: LightNights, tmp_path: Path, proof: Proof) -> None:
    """A moment is a share of the processor time of a night, so that it falls before the end on a busy machine too."""
    moments = random.Random(20191231)
    expected, old = content(nights.after), content(nights.before)
    landed, done = folders(nights.after), batches(nights.after)
    planned, killed = proof.size(KILLS, MANY_KILLS), 0
    for number in range(planned // KILLS_IN_A_ROW):
        home = tmp_path / f"{number}"
        shutil.copytree(nights.before, home, symlinks=True)
        for _ in range(KILLS_IN_A_ROW):
            ended = nights.run(home, dies_after=moments.uniform(0.001, nights.work))
            assert ended in (0, -signal.SIGPROF)
            killed += ended != 0
            assert content(home) in (old, expected), "readers see the old release or the new"
            assert all(batch in done for batch in batches(home)), "what is finished is finished whole"

        nights.whole(home)
        assert content(home) == expected
        assert batches(home) == done, "no batch is lost, none is there twice"
        assert folders(home) == landed, "no half file is left"
        names = [path.name for path in (home / "releases").iterdir() if path.is_dir()]
        assert sorted(names) == [r.release_id for r in release.list_releases(home)], "no half release is left"
        shutil.rmtree(home)
    proof.counted(
        f"{killed:,} of {planned:,} light nights killed, {planned // KILLS_IN_A_ROW:,} repeated to the same end"
    )
    assert killed > planned // 10, "nights must have died before their end"


# Some batches are finished and others not; dbt builds models; the release is put together under its temporary name.
MOMENTS = (
    {"pattern": rf"/batches/.*/{NIGHT}/", "number": 12},
    {"pattern": r"/dbt/.*/dim_zone\.sql$"},
    {"pattern": r"/releases/\.r20191231-", "number": 2},
)


def test_a_night_killed_again_and_again_is_repeated_to_the_same_end(
    home: Path, province: str, undisturbed: Path
) -> None:
    before = release.current_id(home)
    for moment in MOMENTS:
        night = command(home, province, "nightly", "--date", str(NIGHT), dies_at=moment)
        said = night.communicate()
        assert night.returncode == -signal.SIGKILL, said
        assert release.current_id(home) in {before, "r20191231-01"}
        assert content(home), "readers can still read"

    outcome = run(home, province, NIGHT, NIGHT)
    assert outcome.exit_code == jobs.ExitCode.PUBLISHED, outcome.sentences
    assert differing(content(home), content(undisturbed)) == []
    listed = [r.release_id for r in release.list_releases(home)]
    assert len(listed) == len(set(listed))
    assert not list((home / "releases").glob(".*")), "no half release is left"
