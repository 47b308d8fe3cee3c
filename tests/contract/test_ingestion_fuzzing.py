"""Mutated inputs of every format: thousands in each run of the tests, a million by `make prove`."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion import loading
from tests.contract import fuzzing
from tests.contract.fuzz_inputs import RECORD_KINDS, whole_file
from tests.proofs import Proof


@pytest.mark.slow
@pytest.mark.proof
def test_mutated_inputs_end_as_loaded_quarantined_or_refused(proof: Proof) -> None:
    """In a process of its own, so that its peak memory is that of ingestion."""
    count = str(proof.size(20_000, 1_000_000))
    command = [sys.executable, "-m", "tests.contract.fuzzing", "--count", count, "--seed", "7"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    proof.counted(done.stdout.strip())
    assert " loaded" in done.stdout
    assert " refused" in done.stdout


def test_a_seed_gives_the_same_bytes() -> None:
    for make in (*(lambda rng, kind=kind: kind(rng, 20) for kind in RECORD_KINDS), whole_file):
        assert make(random.Random(3)) == make(random.Random(3))
        assert make(random.Random(3)) != make(random.Random(4))


def test_the_runner_notices_a_lost_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = loading.judge
    monkeypatch.setattr(loading, "judge", lambda *given: judge(*given)._replace(kept=judge(*given).kept.head(0)))
    with pytest.raises(fuzzing.Failure, match="seed 7"):
        fuzzing.run(2000, 7, tmp_path / "x", tmp_path)


def test_the_runner_notices_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*given: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(fuzzing, "decode", crash)
    with pytest.raises(fuzzing.Failure, match="RecursionError"):
        fuzzing.run(10, 7, tmp_path / "x", tmp_path)
