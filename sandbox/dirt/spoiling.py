"""Clean rows in, dirty rows out, with a note of every defect.

All draws hang on the row's key (`chance`), so a row is dirty the same way whenever and however it is asked for. Dirt that can
be repaired strikes the row where it stands. Dirt that makes a row unusable comes as a failed row of its own, up to half an
hour earlier on the same day, and the good row follows: no true value is lost for ever.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from sandbox.dirt import spellings
from sandbox.dirt.defects import KEPT, OUTCOMES, QUARANTINED, REPAIRED, Defect, Strike, defect
from sandbox.dirt.rates import Dirt
from sandbox.dirt.spellings import Spelling
from sandbox.interfaces.records import Columns, Records, Roles
from sandbox.province.randomness import chance

# Among this many rows in a row at most one is unusable, so that no batch of more than 20 rows has 5 % of them.
_SPACING = 41
_LONGEST_LEAD = 1740


@dataclass(frozen=True)
class Served:
    """Rows as served, in the order of the clean ones (datetime64[s] ascending), and what was done to them.

    `shifted` are the positions of the rows whose cells the serialiser must shift; `strikes()` lists everything.
    """

    columns: Columns
    recorded_at: np.ndarray
    shifted: Sequence[int] = ()
    strikes: Callable[[], tuple[Strike, ...]] = tuple

    def __len__(self) -> int:
        return len(self.recorded_at)

    def defects(self, system: str, dataset: str, file: str | None = None) -> list[Defect]:
        """The defects as places in one file or one whole answer."""
        return [defect(strike, system, dataset, file) for strike in self.strikes()]


class _Failed(NamedTuple):
    """A row that comes in a bad version before the good one."""

    row: int
    kind: str
    field: str | None
    served: object


class _Change(NamedTuple):
    """What was done to a clean row: in its place, or in a further row behind it."""

    row: int
    kind: str
    field: str | None
    clean: object
    served: object


def spoil(
    records: Records,
    roles: Roles,
    dirt: Dirt,
    seed: int,
    dataset_id: str,
    recorded: str = "updated_at",
    has_cells: bool = False,
) -> Served:
    """The rows with the dirt of their roles.

    `dataset_id` ("system/dataset") names the draws, `recorded` is the interface's field for the time of record where the
    roles name none, `has_cells` says that rows are lines of cells (CSV), which can be shifted.
    """
    if len(records) == 0 or not any(vars(dirt).values()):
        return Served(records.columns, records.recorded_at)
    work = _Work(records, roles, dirt, seed, dataset_id, roles.recorded or recorded, has_cells)
    return work.served()


@dataclass(frozen=True)
class _Work:
    records: Records
    roles: Roles
    dirt: Dirt
    seed: int
    dataset_id: str
    recorded: str
    has_cells: bool

    def served(self) -> Served:
        """Everything at once: spelled rows, failed rows, repeats, in order."""
        columns, changes = self._respelled()
        failed = self._failed()
        repeats = self._struck("duplicate_row", self.dirt.duplicate_row)
        return self._composed(columns, changes, failed, repeats)

    def _struck(self, label: str, rate: float) -> list[int]:
        if rate <= 0.0:
            return []
        return np.flatnonzero(chance(self.seed, f"{self.dataset_id}/{label}", self.records.keys) < rate).tolist()

    def _draw(self, label: str, rows: list[int]) -> list[int]:
        keys = self.records.keys[rows]
        return (chance(self.seed, f"{self.dataset_id}/{label}/draw", keys) * 2**30).astype(np.int64).tolist()

    def _present(self, fields: tuple[str, ...]) -> list[str]:
        """The fields, each once, that the rows have: a file of nothing but delete messages has none."""
        return [name for name in dict.fromkeys(fields) if name in self.records.columns]

    def _respellings(self) -> Iterator[tuple[str, tuple[str, ...], Spelling]]:
        """(kind, fields, how) of everything that strikes a value where it stands."""
        roles = self.roles
        optional = tuple(name for name in roles.numbers if name not in roles.required and name not in roles.vital)
        yield "not_published", optional, spellings.not_published
        yield "missing_kind", optional, spellings.missing_kind
        yield "html_in_value", roles.numbers, spellings.html_in_value
        yield "thousands_separator", roles.numbers, spellings.thousands_separator
        yield "lower_case_code", (*roles.codes, *roles.loose_codes), spellings.lower_case
        yield "full_width_code", roles.codes, spellings.full_width
        yield "capital_text", roles.capitals, spellings.capital_text
        yield "date_spelling", (*roles.dates, *roles.open_dates), spellings.date_spelling
        yield "half_width_brackets", roles.names, spellings.half_width_brackets
        yield "odd_spaces", roles.names, spellings.odd_spaces
        yield "standard_spelling", roles.standards, spellings.standard_spelling
        yield "stale_region_code", roles.regions, spellings.stale_region_code
        yield "pseudo_region_code", roles.regions, spellings.pseudo_region_code
        yield "region_name_mismatch", roles.region_names, spellings.region_name_mismatch

    def _respelled(self) -> tuple[Columns, list[_Change]]:
        """Columns with the values that are spelled otherwise (clean lists are left alone), and the changes of clean rows."""
        columns = dict(self.records.columns)
        changes: list[_Change] = []
        touched: set[tuple[int, str]] = set()

        def strike(kind: str, field: str, how: Spelling, empty: bool) -> None:
            rows = self._struck(f"{kind}/{field}", getattr(self.dirt, kind))
            clean = self.records.columns[field]
            for row, draw in zip(rows, self._draw(f"{kind}/{field}", rows) if rows else [], strict=True):
                value = clean[row]
                if (value is None or value == "") is not empty or (row, field) in touched:
                    continue
                changed = how(value, draw)
                if changed == value:
                    continue
                if columns[field] is clean:
                    columns[field] = list(clean)
                columns[field][row] = changed
                touched.add((row, field))
                changes.append(_Change(row, kind, field, value, changed))

        for kind, fields, how in self._respellings():
            for field in self._present(fields):
                strike(kind, field, how, empty=False)
        for field in self._present(self.roles.open_dates):
            strike("sentinel_date", field, spellings.sentinel_date, empty=True)
        return columns, changes

    def _failures(self) -> Iterator[tuple[str, tuple[str, ...], Spelling]]:
        """(kind, fields, how) of everything that makes a bad row come before the good one."""
        roles = self.roles
        yield "missing_required", roles.required, spellings.emptied
        yield "text_in_number", roles.numbers, spellings.text_in_number
        yield "wrong_check_digit", roles.codes, spellings.wrong_check_digit
        yield "wrong_unit", roles.amounts, spellings.wrong_unit
        yield "yearless_time", roles.times, spellings.yearless_time
        yield "truncated_name", roles.names, spellings.truncated_name
        yield "mojibake", roles.names, spellings.mojibake
        yield "month_instead_of_ytd", roles.cumulative, spellings.emptied
        withheld = tuple(name for name in roles.vital if name not in roles.required)
        yield "not_published", withheld, spellings.not_published
        yield "missing_kind", withheld, spellings.missing_kind

    def _failed(self) -> list[_Failed]:
        """The bad rows by position: one at most for each row, and unusable ones never close to each other."""
        found: dict[int, _Failed] = {}
        if self.has_cells:
            for row in self._struck("column_shift", self.dirt.column_shift):
                found[row] = _Failed(row, "column_shift", None, None)
        for kind, all_fields, how in self._failures():
            fields = self._present(all_fields)
            if not fields:
                continue
            rows = self._struck(f"{kind}/failed", getattr(self.dirt, kind))
            for row, draw in zip(rows, self._draw(f"{kind}/failed", rows) if rows else [], strict=True):
                field = fields[draw % len(fields)]
                value = self.records.columns[field][row]
                if row in found or value is None or value == "":
                    continue
                served = self._of_one_month(row, value) if kind == "month_instead_of_ytd" else how(value, draw // 31)
                if served != value:
                    found[row] = _Failed(row, kind, field, served)
        return list(_spaced(found[row] for row in sorted(found)))

    def _of_one_month(self, row: int, value: object) -> object:
        """An even month's share of an amount that should be cumulative; January's own is both."""
        month = int(str(self.records.columns[self.roles.month][row])[-2:])
        return round(float(str(value)) / month, 2) if isinstance(value, (int, float)) else value

    def _composed(self, columns: Columns, changes: list[_Change], failed: list[_Failed], repeats: list[int]) -> Served:
        """Clean rows, their repeats and the failed rows in the order in which they are served."""
        times = self.records.recorded_at
        count = len(times)
        early = self._earlier([one.row for one in failed])
        bad = self._bad_rows(failed, early)
        origin = np.concatenate([np.arange(count), repeats, [one.row for one in failed]]).astype(np.int64)
        rank = np.repeat([1, 2, 0], [count, len(repeats), len(failed)])
        every = np.concatenate([times, times[repeats], early])
        is_ordered = bool((times[1:] >= times[:-1]).all())
        # A full extract is in order of its entities: there a bad row stands right before its good one.
        order = np.lexsort((rank, origin, every) if is_ordered else (rank, origin))
        if repeats or failed:
            in_order = itemgetter(*order.tolist())
            for name, values in columns.items():
                columns[name] = list(in_order(values + [values[i] for i in repeats] + bad[name]))
        # Repeats and failed rows are items of their own behind the clean rows.
        further = [_Change(row, "duplicate_row", None, None, None) for row in repeats]
        further += [_Change(one.row, one.kind, one.field, *self._values(one, bad, i)) for i, one in enumerate(failed)]
        place_of = np.empty(len(order), dtype=np.int64)
        place_of[order] = np.arange(len(order))
        shifted = [i for i, change in enumerate(further, count) if change.kind == "column_shift"]

        def strikes() -> tuple[Strike, ...]:
            items = [*((change.row, change) for change in changes), *enumerate(further, count)]
            found = [self._strike(change, int(place_of[i]), i >= count) for i, change in items]
            return tuple(sorted(found, key=lambda one: (one.row, one.kind, one.field or "")))

        return Served(columns, every[order], place_of[shifted].tolist(), strikes)

    def _strike(self, change: _Change, place: int, extra: bool) -> Strike:
        row, kind, field, clean, served = change
        # The lake keeps loose codes as text, so nobody mends their spelling there.
        outcome = KEPT if field in self.roles.loose_codes and OUTCOMES[kind] == REPAIRED else OUTCOMES[kind]
        return Strike(place, int(self.records.keys[row]), kind, field, _text(clean), _text(served), outcome, extra)

    def _bad_rows(self, failed: list[_Failed], recorded_at: np.ndarray) -> Columns:
        """The failed rows: the clean ones as of a little earlier, each with its one defect."""
        bad: Columns = {name: [values[one.row] for one in failed] for name, values in self.records.columns.items()}
        for place, (one, at) in enumerate(zip(failed, recorded_at.tolist(), strict=True)):
            stated = bad[self.recorded][place] if self.recorded in bad else None
            if stated:
                bad[self.recorded][place] = at.strftime(
                    "%Y%m%d%H%M%S" if str(stated).isdigit() else "%Y-%m-%d %H:%M:%S"
                )
            if one.field is not None:
                own_time = one.field == self.recorded and one.kind == "yearless_time"
                bad[one.field][place] = spellings.yearless_time(bad[one.field][place], 0) if own_time else one.served
        return bad

    def _values(self, one: _Failed, bad: Columns, place: int) -> tuple[object, object]:
        """(clean, served) value of the field that a failed row fails by."""
        return (None, None) if one.field is None else (self.records.columns[one.field][one.row], bad[one.field][place])

    def _earlier(self, rows: list[int]) -> np.ndarray:
        """When the bad version of each row came: one to thirty minutes earlier, but on the same day."""
        times = self.records.recorded_at[rows].astype("datetime64[s]")
        lead = 60 + chance(self.seed, f"{self.dataset_id}/lead", self.records.keys[rows]) * _LONGEST_LEAD
        midnight = times.astype("datetime64[D]").astype("datetime64[s]")
        return np.maximum(times - lead.astype("timedelta64[s]"), midnight)


def _spaced(failed: Iterator[_Failed]) -> Iterator[_Failed]:
    last = -_SPACING
    for one in failed:
        if OUTCOMES[one.kind] != QUARANTINED:
            yield one
        elif one.row - last >= _SPACING:
            last = one.row
            yield one


def _text(value: object) -> str | None:
    return None if value is None else str(value)
