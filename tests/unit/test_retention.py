"""Which releases stay: the last thirty, every month end, and the one that readers see."""

import json
from datetime import date, timedelta
from pathlib import Path

from warehouse.release import Release
from warehouse.retention import Removal, apply, plan, releases_to_remove


def published(day: date, number: int = 1, is_current: bool = False) -> Release:
    return Release(f"r{day:%Y%m%d}-{number:02d}", day, f"{day}T03:00:00", is_current, 1, 1, 1)


def a_year() -> list[Release]:
    days = [date(2019, 1, 1) + timedelta(days=i) for i in range(365)]
    return [published(day, is_current=day == days[-1]) for day in days]


def test_the_last_thirty_and_every_month_end_stay() -> None:
    releases = a_year()
    gone = {r.release_id for r in releases_to_remove(releases)}
    kept = [r for r in releases if r.release_id not in gone]
    assert len(kept) == 30 + 11
    ends = [r.as_of_date for r in kept if (r.as_of_date + timedelta(days=1)).day == 1]
    assert len(ends) == 12


def test_a_month_that_ended_without_a_release_keeps_its_last_one() -> None:
    releases = [published(date(2019, 1, 29)), published(date(2019, 1, 30)), *(a_year()[200:])]
    kept = {r.release_id for r in releases} - {r.release_id for r in releases_to_remove(releases)}
    assert "r20190130-01" in kept and "r20190129-01" not in kept


def test_of_several_releases_of_a_month_end_the_last_one_stays() -> None:
    end = date(2019, 1, 31)
    releases = [published(end, 1), published(end, 2), *a_year()[200:]]
    kept = {r.release_id for r in releases} - {r.release_id for r in releases_to_remove(releases)}
    assert "r20190131-02" in kept and "r20190131-01" not in kept


def test_an_old_release_that_readers_see_stays() -> None:
    releases = [published(date(2018, 3, 5), is_current=True), published(date(2018, 3, 31)), *a_year()[:-1]]
    assert "r20180305-01" not in {r.release_id for r in releases_to_remove(releases)}


def test_received_bytes_go_only_when_asked_and_each_removal_is_logged(tmp_path: Path) -> None:
    old, new = tmp_path / "landing/credit/2019-01-01", tmp_path / "landing/credit/2019-12-31"
    for day in (old, new):
        (day / "batch").mkdir(parents=True)
        (day / "batch" / "a.zip").write_bytes(b"x" * 10)
    assert plan(tmp_path) == []
    removals = plan(tmp_path, landing_before=date(2019, 6, 1))
    assert removals == [Removal(old, "received bytes of credit for 2019-01-01", 10)]
    apply(tmp_path, removals)
    assert not old.exists() and new.exists()
    (line,) = (tmp_path / "retention.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["removed"] == "landing/credit/2019-01-01"


def test_what_a_killed_removal_left_goes_with_the_next_one(tmp_path: Path) -> None:
    left = tmp_path / "landing/credit/.removed-2019-01-01"
    left.mkdir(parents=True)
    (removal,) = plan(tmp_path)
    apply(tmp_path, [removal])
    assert not left.exists()
