"""Cases of government service: what the enterprises of the zones and their people apply for, and what becomes of it.

A case is either anchored in something that another system tells of (a changed registration, a licence of the credit
register, a project that is put on file, starts to be built or begins to produce) and is decided on that very day, or it
is routine. Offices accept, examine and decide on working days, make-up days among them; online one applies on any day.
About three cases in a hundred are decided after the promised day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.life import Life
from sandbox.province.randomness import chance, stream
from sandbox.province.scale import FIRST_DAY, LAST_DAY
from sandbox.province.service_items import BY_NAME, GRANTED, ITEMS, PERSONAL, REFUSED, ROUTINE, WITHDRAWN
from sandbox.province.workdays import workdays_after, workdays_before

# Cases a year for each enterprise.
_ROUTINE_PER_YEAR, _PERSONAL_PER_YEAR = 0.8, 0.3
_OVERDUE, _REFUSED, _WITHDRAWN = 0.03, 0.03, 0.02
# Shares of cases that are entered by mistake (routine ones only) and that are rated by the applicant.
_MISTAKEN, _RATED = 0.006, 0.62
_ONLINE_APPLICATIONS = 0.72
_NEVER = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Anchor:
    """One thing that was decided on a day: `number` is that of the certificate, where another system tells of it."""

    firm: int
    item: str
    day: date
    number: str = ""


@dataclass(frozen=True)
class Cases:
    """Parallel columns, one entry per case in order of acceptance; times are datetime64[s], days datetime64[D].

    `firm` indexes the enterprises, `zone` the chosen zones, `item` the ITEMS. NaT where something does not happen: no
    promise, no stopped clock, no rating, no mistake. `promised` is the promise at acceptance, without the stopped days.
    """

    firm: np.ndarray
    zone: np.ndarray
    item: np.ndarray
    is_person: np.ndarray
    applies_online: np.ndarray
    applied: np.ndarray
    accepted: np.ndarray
    promised: np.ndarray
    stopped: np.ndarray
    resumed: np.ndarray
    promised_after_stop: np.ndarray
    decided: np.ndarray
    outcome: np.ndarray
    rating: np.ndarray
    rated_on: np.ndarray
    withdrawn_on: np.ndarray
    certificate: list[str]
    draw: np.ndarray

    def __len__(self) -> int:
        return len(self.firm)


@dataclass(frozen=True)
class _Drafts:
    """What is known of cases before their course: the working day of acceptance, or of the decision where anchored."""

    firm: np.ndarray
    item: np.ndarray
    day: np.ndarray
    is_anchored: np.ndarray
    is_person: np.ndarray
    certificate: list[str]

    def part(self, rows: np.ndarray) -> "_Drafts":
        """The drafts at the given positions."""
        return _Drafts(
            self.firm[rows],
            self.item[rows],
            self.day[rows],
            self.is_anchored[rows],
            self.is_person[rows],
            [self.certificate[i] for i in rows.tolist()],
        )


def build_cases(seed: int, enterprises: Enterprises, life: Life, anchors: Iterable[Anchor]) -> Cases:
    """Every case that is accepted within the span."""
    drafts = _joined(_anchored(list(anchors)), _routine(seed, len(enterprises), life))
    draw = stream(seed, "cases", len(enterprises)).random((len(drafts.day), 12))
    promise = np.array([item.promise_days for item in ITEMS])[drafts.item]
    stop = _stop_days(drafts.item, draw)
    # A stop fits in between: examination goes on for at least a day before and after it.
    need = np.maximum(_working_days(promise, draw), np.where(stop > 0, 2, 0)) + stop
    accepted = np.where(drafts.is_anchored, workdays_before(drafts.day, need), drafts.day)
    decided = np.where(drafts.is_anchored, drafts.day, workdays_after(drafts.day, need))
    first, last = np.datetime64(FIRST_DAY, "D"), np.datetime64(LAST_DAY, "D")
    kept = np.flatnonzero((accepted >= first) & (accepted <= last))
    kept = kept[np.lexsort((draw[kept, 0], accepted[kept]))]
    return _cases(drafts.part(kept), life, draw[kept], promise[kept], stop[kept], accepted[kept], decided[kept])


def _anchored(anchors: list[Anchor]) -> _Drafts:
    return _Drafts(
        firm=np.array([anchor.firm for anchor in anchors], dtype=np.int64),
        item=np.array([BY_NAME[anchor.item] for anchor in anchors], dtype=np.int64),
        day=np.array([anchor.day for anchor in anchors], dtype="datetime64[D]"),
        is_anchored=np.ones(len(anchors), dtype=bool),
        is_person=np.zeros(len(anchors), dtype=bool),
        certificate=[anchor.number for anchor in anchors],
    )


def _routine(seed: int, firms: int, life: Life) -> _Drafts:
    """Applications of enterprises and of people who work in them, on any working day while the enterprise is there."""
    rng = stream(seed, "routine_cases", firms)
    years = ((LAST_DAY - FIRST_DAY).days + 1) / 365.25
    parts = []
    for personal, per_year, items in ((False, _ROUTINE_PER_YEAR, ROUTINE), (True, _PERSONAL_PER_YEAR, PERSONAL)):
        count = int(rng.poisson(per_year * firms * years))
        firm = rng.integers(0, firms, count)
        day = np.datetime64(FIRST_DAY, "D") + rng.integers(0, (LAST_DAY - FIRST_DAY).days + 1, count)
        day = workdays_after(day, 0)
        weight = np.array(list(items.values()), dtype=np.float64)
        item = np.array([BY_NAME[name] for name in items])[rng.choice(len(items), count, p=weight / weight.sum())]
        there = ~(life.ended_on[firm] <= day + 60)
        parts.append((firm[there], item[there], day[there], np.full(int(there.sum()), personal)))
    firm, item, day, is_person = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return _Drafts(firm, item, day, np.zeros(len(firm), dtype=bool), is_person, [""] * len(firm))


def _joined(one: _Drafts, other: _Drafts) -> _Drafts:
    return _Drafts(
        np.concatenate([one.firm, other.firm]),
        np.concatenate([one.item, other.item]),
        np.concatenate([one.day, other.day]),
        np.concatenate([one.is_anchored, other.is_anchored]),
        np.concatenate([one.is_person, other.is_person]),
        one.certificate + other.certificate,
    )


def _stop_days(item: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """Working days for which the clock stands still; 0 for most cases."""
    share = np.array([one.stop_share for one in ITEMS])[item]
    return np.where(draw[:, 1] < share, 3 + np.floor(draw[:, 2] * 13), 0).astype(np.int64)


def _working_days(promise: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """Working days from acceptance to decision without the stopped ones: mostly well within the promise."""
    usual = np.maximum(1, np.round(promise * (0.2 + 0.75 * draw[:, 3])))
    late = promise + 1 + np.floor(draw[:, 4] * 6)
    return np.where(promise == 0, 0, np.where(draw[:, 5] < _OVERDUE, late, usual)).astype(np.int64)


def _cases(
    drafts: _Drafts, life: Life, draw: np.ndarray, promise: np.ndarray, stop: np.ndarray,
    accepted_on: np.ndarray, decided_on: np.ndarray,
) -> Cases:  # fmt: skip
    opened = 8.5 * 3600 + draw[:, 0] * 7.5 * 3600
    accepted = _at(accepted_on, opened)
    at_once = promise == 0
    decided = np.where(
        at_once, accepted + _span(300 + draw[:, 6] * 5_400), _at(decided_on, (10 + 7 * draw[:, 6]) * 3600)
    )
    online = draw[:, 7] < _ONLINE_APPLICATIONS
    # Online one applies at any hour of the two days before, at the counter some minutes before.
    waited = np.where(online, 600 + draw[:, 8] * 150_000, 300 + draw[:, 8] * 2_400)
    has_stop = stop > 0
    stopped_on = np.where(has_stop, workdays_after(accepted_on, 1), _NEVER)
    resumed_on = np.where(has_stop, workdays_after(accepted_on, 1 + stop), _NEVER)
    mistaken = ~drafts.is_anchored & (draw[:, 9] < _MISTAKEN)
    outcome = np.where(draw[:, 9] > 1 - _REFUSED, REFUSED, np.where(draw[:, 9] > 1 - _REFUSED - _WITHDRAWN, WITHDRAWN,
                                                                     GRANTED))  # fmt: skip
    rated = draw[:, 10] < _RATED
    promised_on = workdays_after(accepted_on, promise)
    late_promise = workdays_after(accepted_on, promise + stop)
    closing = 17.5 * 3600
    never = np.datetime64("NaT", "s")
    return Cases(
        firm=drafts.firm,
        zone=np.where(life.moved_on[drafts.firm] <= accepted_on, life.moved_to[drafts.firm], life.home[drafts.firm]),
        item=drafts.item,
        is_person=drafts.is_person,
        applies_online=online,
        applied=accepted - _span(waited),
        accepted=accepted,
        promised=np.where(at_once, never, _at(promised_on, closing)),
        stopped=np.where(has_stop, _at(stopped_on, opened + 300), never),
        resumed=np.where(has_stop, _at(resumed_on, opened + 900), never),
        promised_after_stop=np.where(has_stop & ~at_once, _at(late_promise, closing), never),
        decided=decided,
        outcome=np.where(drafts.is_anchored, GRANTED, outcome),
        rating=np.where(draw[:, 10] < 0.02, 2, np.where(draw[:, 10] < 0.06, 3, np.where(draw[:, 10] < 0.2, 4, 5))),
        rated_on=np.where(rated & ~mistaken, decided_on + 1 + np.floor(draw[:, 11] * 9).astype(np.int64), _NEVER),
        withdrawn_on=np.where(mistaken, workdays_after(accepted_on, 1), _NEVER),
        certificate=drafts.certificate,
        draw=np.floor(draw[:, 8] * 1_000_000).astype(np.int64),
    )


def _at(day: np.ndarray, second: np.ndarray | float) -> np.ndarray:
    return day.astype("datetime64[s]") + _span(second)


def _span(second: np.ndarray | float) -> np.ndarray:
    return np.floor(second).astype("timedelta64[s]")


def evening(seed: int, label: str, day: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """When the exchange hands over what happened on each day: between 20:00 and 22:30 (datetime64[s])."""
    second = 20 * 3600 + np.floor(chance(seed, f"exchange/{label}", keys) * 9_000).astype(np.int64)
    return day.astype("datetime64[D]").astype("datetime64[s]") + second.astype("timedelta64[s]")
