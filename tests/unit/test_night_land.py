"""Landing the datasets of a system: what one of them does wrong is not the others' fault."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import BadFile
from orchestration import night
from orchestration.settings import Settings
from tests.unit.test_night_windows import a_batch

DAY = date(2019, 12, 31)


def test_a_changed_interface_stops_its_dataset_and_lands_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sentence = "trading/award: no row carries the field BID_AMOUNT (now perhaps BID_PRICE); ask the source."

    def ingest(dataset: Any, *rest: Any, **more: Any) -> Any:
        if dataset.id == "trading/award":
            raise BadFile(sentence)
        return a_batch(dataset.system, dataset.dataset, DAY)

    monkeypatch.setattr(night, "ingest", ingest)
    tonight = night.Night(Settings(home=tmp_path, sandbox_url="http://u:s@127.0.0.1:9", _env_file=None))
    with pytest.raises(night.NightError) as error:
        night.land(tonight, "trading", DAY, DAY)
    assert str(error.value) == sentence
    declared = {d.dataset for d in tonight.datasets.values() if d.system == "trading"}
    assert {record.dataset for record in tonight.records} == declared - {"award"}
    assert tonight.errors == [sentence]
    assert sentence in caplog.text
