"""The two environments agree where they must, and the locks name no download address."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [ROOT / "requirements.lock", ROOT / "superset" / "requirements.lock"]


def pinned(lock: Path, package: str) -> str:
    found = re.search(rf"^{re.escape(package)}==(\S+)", lock.read_text("utf-8"), re.MULTILINE)
    assert found, f"{package} is not in {lock.name}"
    return found.group(1)


def test_writer_and_reader_have_the_same_duckdb() -> None:
    assert {pinned(lock, "duckdb") for lock in LOCKS} == {"2.0.0"}


def test_known_pins_hold() -> None:
    pipeline, superset = LOCKS
    assert pinned(pipeline, "dbt-core").startswith("1.11.")
    assert pinned(pipeline, "duckdb-sqlalchemy") == "1.5.6.4"
    assert pinned(superset, "apache-superset") == "6.1.0"
    assert pinned(superset, "flask-caching").startswith("2.4.")
    assert pinned(superset, "cachetools")


@pytest.mark.parametrize("lock", LOCKS, ids=["pipeline", "superset"])
def test_every_package_is_locked_by_hash_and_no_address_is_named(lock: Path) -> None:
    text = lock.read_text("utf-8")
    packages = re.findall(r"^[a-z0-9][^=\n]*==", text, re.MULTILINE)
    assert len(packages) > 50
    assert len(re.findall(r"==[^\n]*\\\n    --hash=sha256:", text)) == len(packages)
    assert "://" not in text
