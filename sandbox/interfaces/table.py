"""One table as the platform serves it: dirty rows in parts, found by their time of record."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial

import msgspec
import numpy as np

from sandbox.dirt import Defect, Dirt, Served, defect, spoil
from sandbox.interfaces.records import Moment, Records, Roles, TableSpec
from sandbox.interfaces.tables import all_tables
from sandbox.province.model import Province

SYSTEM = "smart_zone"


@dataclass
class Table:
    """One table made of parts in order of time; parts are built when needed and a few are kept."""

    spec: TableSpec
    serve: Callable[[Records, Roles], Served]
    _times: dict[int, np.ndarray] = field(default_factory=dict)
    _parts: OrderedDict[int, Served] = field(default_factory=OrderedDict)

    @property
    def dataset(self) -> str:
        return self.spec.dataset

    @property
    def path(self) -> str:
        return self.spec.path

    def rows_between(self, since: Moment, before: Moment) -> list[tuple[int, int, int]]:
        """(part, first row, end row) of everything recorded in [since, before)."""
        return [
            (number, *bounds)
            for number in self._parts_between(since, before)
            if (bounds := _bounds(self._recorded_at(number), since, before))[1] > bounds[0]
        ]

    def page(self, spans: list[tuple[int, int, int]], offset: int, limit: int) -> list[msgspec.Struct]:
        """Rows offset..offset+limit of the given spans."""
        rows: list[msgspec.Struct] = []
        for number, first, end in spans:
            size = end - first
            if offset >= size:
                offset -= size
                continue
            start, stop = first + offset, min(end, first + offset + limit - len(rows))
            columns = self._part(number).columns
            rows += map(_row_type(tuple(columns)), *(values[start:stop] for values in columns.values()))
            offset = 0
            if len(rows) == limit:
                break
        return rows

    def defects_between(self, since: Moment, before: Moment) -> list[Defect]:
        """Every defect of the answer to one window, by its place in the whole answer."""
        found, passed = [], 0
        for number, first, end in self.rows_between(since, before):
            found += [
                defect(strike, SYSTEM, self.dataset, None, first - passed)
                for strike in self._part(number).strikes()
                if first <= strike.row < end
            ]
            passed += end - first
        return found

    def clean_between(self, since: Moment, before: Moment) -> list[dict[str, object]]:
        """The true rows of one window."""
        rows: list[dict[str, object]] = []
        for number in self._parts_between(since, before):
            records = self.spec.sources[number]()
            rows += _dicts(records.columns, *_bounds(records.recorded_at, since, before))
        return rows

    def _parts_between(self, since: Moment, before: Moment) -> list[int]:
        spans = self.spec.spans or [(None, None)] * len(self.spec.sources)
        return [
            number
            for number, (first, end) in enumerate(spans)
            if (since is None or end is None or end > since) and (before is None or first is None or first < before)
        ]

    def _recorded_at(self, number: int) -> np.ndarray:
        if number not in self._times:
            self._times[number] = self._part(number).recorded_at
        return self._times[number]

    def _part(self, number: int) -> Served:
        if number not in self._parts:
            self._parts[number] = self.serve(self.spec.sources[number](), self.spec.roles)
            while len(self._parts) > self.spec.kept:
                self._parts.popitem(last=False)
        self._parts.move_to_end(number)
        return self._parts[number]


def _bounds(times: np.ndarray, since: Moment, before: Moment) -> tuple[int, int]:
    first = 0 if since is None else int(np.searchsorted(times, since, "left"))
    return first, len(times) if before is None else int(np.searchsorted(times, before, "left"))


@cache
def _row_type(names: tuple[str, ...]) -> type[msgspec.Struct]:
    """A row as an object: made and encoded in a third of the time that a dictionary takes."""
    return msgspec.defstruct("Row", [(name, object) for name in names], gc=False)


def _dicts(columns: dict[str, list[object]], start: int, stop: int) -> list[dict[str, object]]:
    names = list(columns)
    slices = [values[start:stop] for values in columns.values()]
    return [dict(zip(names, row, strict=True)) for row in zip(*slices, strict=True)]


def served_tables(province: Province, dirt: Dirt) -> list[Table]:
    """Every table of the platform, with its dirt."""
    return [
        Table(
            spec,
            partial(spoil, dirt=dirt, seed=province.seed, dataset_id=f"{SYSTEM}/{spec.dataset}", recorded="updated_at"),
        )
        for spec in all_tables(province)
    ]
