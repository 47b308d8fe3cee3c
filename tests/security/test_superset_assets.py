"""The dashboards' files against a release, without a server."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import copytree

from tests.release_fixture import write_release
from tests.superset_server import PYTHON, ROOM


def check(release: Path, assets: Path | None = None) -> list[str]:
    code = "import sys, pathlib, check_assets\nprint('\\n'.join(check_assets.faults(*map(pathlib.Path, sys.argv[1:]))))"
    arguments = [str(release), *([str(assets)] if assets else [])]
    done = subprocess.run([str(PYTHON), "-c", code, *arguments], capture_output=True, text=True, cwd=ROOM, check=True)
    return done.stdout.splitlines() if done.stdout.strip() else []


def test_every_asset_fits_the_release(tmp_path: Path) -> None:
    assert check(write_release(tmp_path)) == []


def test_a_column_that_is_gone_and_a_broken_metric_are_found(tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    copytree(ROOM / "assets", assets)
    ranking = assets / "datasets" / "warehouse" / "mart_zone_ranking.yaml"
    ranking.write_text(ranking.read_text("utf-8").replace("growth_ratio", "growth_rate"), "utf-8")
    leaders = assets / "charts" / "leaders.yaml"
    leaders.write_text(leaders.read_text("utf-8").replace("MAX(revenue_ytd_yi)", "MAX(revenue)"), "utf-8")
    found = check(write_release(tmp_path / "home"), assets)
    assert any("column growth_rate is missing" in fault for fault in found)
    assert any(fault.startswith("charts/leaders.yaml: MAX(revenue)") for fault in found)
