"""A source that misbehaves: one clear sentence, the right exit code, the old release current, nothing lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.batch import read_records
from orchestration import jobs
from tests.e2e.conftest import NIGHT, command, content, differing, run
from warehouse import release


@pytest.mark.parametrize(
    ("system", "dataset", "kind", "more", "exit_code", "words"),
    [
        ("smart_zone", "zone", "http_500", {}, jobs.ExitCode.FAILED, ["smart_zone/zone", "500"]),
        ("trading", "project", "wrong_digest", {}, jobs.ExitCode.FAILED, ["project_20191231.xml", "digest"]),
        (
            "monitoring",
            "hourly_report",
            "truncate",
            {"ratio": 0.1},
            jobs.ExitCode.GATE_FAILED,
            ["monitoring", "hourly_report", "省生态环境厅"],
        ),
    ],
    ids=["source answers 500", "file with a wrong digest", "a tenth of the usual rows"],
)
def test_a_fault_keeps_the_old_release_and_the_next_night_makes_up_for_it(
    home: Path,
    province: str,
    fault: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    dataset: str,
    kind: str,
    more: dict,
    exit_code: jobs.ExitCode,
    words: list[str],
) -> None:
    monkeypatch.setenv("ZONEHOUSE_HTTP_WAIT", "0.01")
    before = release.current_id(home)
    others_before = len(read_records(home))
    fault(system, dataset, kind, **more)
    outcome = run(home, province, NIGHT, NIGHT)
    assert outcome.exit_code == exit_code
    assert len(outcome.sentences) == 1, outcome.sentences
    for word in words:
        assert word in outcome.sentences[0]
    assert release.current_id(home) == before
    assert len(read_records(home)) > others_before, "what the other sources sent is kept"


def test_the_command_line_answers_3_when_the_gate_stops_the_night(
    home: Path, province: str, fault: Callable[..., None]
) -> None:
    fault("monitoring", "hourly_report", "truncate", ratio=0.1)
    night = command(home, province, "nightly", "--date", str(NIGHT))
    _, complaints = night.communicate(timeout=300)
    assert night.returncode == 3, complaints
    assert "Nothing was published; readers keep the last release." in complaints
    assert "Traceback" not in complaints


def test_after_the_fault_the_next_run_gives_what_an_undisturbed_one_gives(
    home: Path, province: str, undisturbed: Path, fault: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZONEHOUSE_HTTP_WAIT", "0.01")
    fault("monitoring", "hourly_report", "truncate", ratio=0.1, times=1)
    assert run(home, province, NIGHT, NIGHT).exit_code == jobs.ExitCode.GATE_FAILED
    outcome = run(home, province, NIGHT, NIGHT)
    assert outcome.exit_code == jobs.ExitCode.PUBLISHED, outcome.sentences
    assert differing(content(home), content(undisturbed)) == []
