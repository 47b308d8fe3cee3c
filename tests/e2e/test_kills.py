"""SIGKILL at any moment: the next run ends where an undisturbed one ends."""

import multiprocessing
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.batch import read_records
from ingestion.connectors.source import Source
from ingestion.declaration import Dataset, load_declarations
from ingestion.landing import file_digest
from orchestration import jobs
from orchestration.settings import Settings
from tests.e2e import light_night
from tests.e2e.conftest import NIGHT, command, content, differing, run
from warehouse import release

KILLS = 50
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
    seconds: float = 0.0

    def start(self, home: Path, day: date = NIGHT) -> multiprocessing.Process:
        """Begin the night on a home."""
        night = self.processes.Process(target=light_night.run, args=(home, self.datasets, self.sources, day))
        night.start()
        return night  # type: ignore[return-value]

    def whole(self, home: Path, day: date = NIGHT) -> None:
        """A night that nothing disturbs."""
        night = self.start(home, day)
        night.join(120)
        assert night.exitcode == 0


@pytest.fixture(scope="module")
def nights(province: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LightNights]:
    """A home before and one after the night, and the seconds that the night took."""
    folder = tmp_path_factory.mktemp("light")
    settings = Settings(sandbox_url=SecretStr(province), _env_file=None)
    datasets = {key: found for key, found in load_declarations().items() if key in light_night.DATASETS}
    sources = {dataset.system: settings.source(dataset.system) for dataset in datasets.values()}
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.e2e.light_night"])
    lights = LightNights(processes, datasets, sources, folder / "before", folder / "after")
    lights.before.mkdir()
    lights.whole(lights.before, NIGHT - timedelta(days=1))
    shutil.copytree(lights.before, lights.after, symlinks=True)
    begin = time.monotonic()
    lights.whole(lights.after)
    lights.seconds = time.monotonic() - begin
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


def test_fifty_kills_at_random_moments_all_end_the_same(nights: LightNights, tmp_path: Path) -> None:
    moments = random.Random(20191231)
    expected, old = content(nights.after), content(nights.before)
    landed, done = folders(nights.after), batches(nights.after)
    killed = 0
    for number in range(KILLS // KILLS_IN_A_ROW):
        home = tmp_path / f"{number}"
        shutil.copytree(nights.before, home, symlinks=True)
        for _ in range(KILLS_IN_A_ROW):
            night = nights.start(home)
            night.join(moments.uniform(0.0, nights.seconds))
            killed += night.exitcode is None
            night.kill()
            night.join()
            assert content(home) in (old, expected), "readers see the old release or the new"
            assert all(batch in done for batch in batches(home)), "what is finished is finished whole"

        nights.whole(home)
        assert content(home) == expected
        assert batches(home) == done, "no batch is lost, none is there twice"
        assert folders(home) == landed, "no half file is left"
        names = [path.name for path in (home / "releases").iterdir() if path.is_dir()]
        assert sorted(names) == [r.release_id for r in release.list_releases(home)], "no half release is left"
        shutil.rmtree(home)
    # How many of the moments fall before the end of a night hangs on what else the machine does.
    assert killed > KILLS // 5, "nights must have died before their end"


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


def test_a_night_killed_again_and_again_is_repeated_to_the_same_end(
    home: Path, province: str, undisturbed: Path
) -> None:
    before = release.current_id(home)
    moments: list[Callable[[Path], bool]] = [in_ingestion, in_dbt, before_publish]
    for moment in moments:
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
