"""Sources that misbehave: one clear sentence each, the right exit code, the old release current, nothing lost.

Each fault against each dataset stands in `test_faults_by_dataset.py`; here whole nights meet some of them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion.batch import read_records
from ingestion.declaration import Dataset, load_declarations
from orchestration import jobs
from tests.e2e.conftest import NIGHT, command, content, differing, run
from warehouse import console, release

# One dataset of each kind of interface: how it is struck, and what the sentence about it says.
STRUCK = {
    "smart_zone/zone": ("http_500", "answered 500"),
    "monitoring/hourly_report": ("half_file", "bytes and the manifest announces"),
    "credit/registration": ("zip_bomb", "as zip bombs do"),
    "trading/project": ("entity_bomb", "project_20191231.xml holds a document type declaration"),
    "gov_service/case_event": ("wrong_encoding", "is not UTF-8 as declared"),
}


def test_a_night_of_many_faults_keeps_the_old_release_and_all_that_came_whole(
    home: Path, province: str, fault: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZONEHOUSE_HTTP_WAIT", "0.01")
    before = release.current_id(home)
    records = {record.batch_id for record in read_records(home)}
    for dataset_id, (kind, _) in STRUCK.items():
        fault(*dataset_id.split("/"), kind)
    outcome = run(home, province, NIGHT, NIGHT)
    assert outcome.exit_code == jobs.ExitCode.FAILED
    said = {sentence.partition(":")[0]: sentence for sentence in outcome.sentences}
    assert said.keys() == STRUCK.keys() and len(outcome.sentences) == len(STRUCK), outcome.sentences
    for dataset_id, (_, words) in STRUCK.items():
        assert words in said[dataset_id]
    assert release.current_id(home) == before
    new = {f"{r.system}/{r.dataset}" for r in read_records(home) if r.batch_id not in records}
    assert not new & STRUCK.keys()
    assert {"smart_zone/enterprise", "credit/abnormal_list", "trading/award"} <= new, "what others sent is kept"


def test_a_changed_interface_blocks_its_dataset_only(
    home: Path, province: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The declaration asks for a field that the platform does not send; a field of another feed is declared later."""
    declared = load_declarations()
    gone = {"source": "expected_sum", "name": "expected_sum_yuan", "type": "money", "required": True}
    declared["smart_zone/investor_lead"] = with_field(declared["smart_zone/investor_lead"], gone)
    later = {"source": "colour", "name": "colour", "type": "text", "optional": True}
    declared["credit/abnormal_list"] = with_field(declared["credit/abnormal_list"], later)
    monkeypatch.setattr("orchestration.night.load_declarations", lambda: declared)
    outcome = run(home, province, NIGHT, NIGHT)
    assert outcome.exit_code == jobs.ExitCode.PUBLISHED, outcome.sentences
    assert len(outcome.sentences) == 1 and "no row carries the field expected_sum" in outcome.sentences[0]
    waiting = "select target, severity, observed from audit.check_result where check_name = 'interface_unchanged'"
    assert console.query(home, waiting).rows == [("smart_zone/investor_lead", "warn", outcome.sentences[0].rstrip("."))]
    newest = (
        "select dataset, max(load_date) from audit.batch where dataset in ('investor_lead', 'project') group by all"
    )
    days = dict(console.query(home, newest).rows)
    assert days["project"] == NIGHT > days["investor_lead"]
    assert release.watermarks(home)["smart_zone/investor_lead"] == NIGHT, "the next night makes up for it"


def with_field(dataset: Dataset, field: dict[str, Any]) -> Dataset:
    """The declaration with one field more."""
    told = dataset.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return Dataset.model_validate(told | {"fields": [*told["fields"], field]})


def test_after_the_fault_the_next_run_gives_what_an_undisturbed_one_gives(
    home: Path, province: str, undisturbed: Path, fault: Callable[..., None]
) -> None:
    before = release.current_id(home)
    fault("monitoring", "hourly_report", "truncate", ratio=0.1, times=1)
    night = command(home, province, "nightly", "--date", str(NIGHT))
    _, complaints = night.communicate()
    assert night.returncode == 3, complaints
    assert "Nothing was published; readers keep the last release." in complaints
    assert "Traceback" not in complaints
    stopped = [line for line in complaints.splitlines() if line.startswith("batch check")]
    assert len(stopped) == 1, complaints
    assert all(word in complaints for word in ("expected_volume on monitoring/hourly_report", "省生态环境厅"))
    assert release.current_id(home) == before
    outcome = run(home, province, NIGHT, NIGHT)
    assert outcome.exit_code == jobs.ExitCode.PUBLISHED, outcome.sentences
    assert differing(content(home), content(undisturbed)) == []
