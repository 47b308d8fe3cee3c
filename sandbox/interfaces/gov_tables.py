"""The folders of the exchange of government services: cases, what is done in them, and how they end.

Field names are those of the exchange tables up_pro_accept, up_pro_process (with the special procedures in it) and
up_pro_result; `is_online`, `limit_scene_num` and `promise_day` are those of the item (up_task_general_basic and
_extend). `applyer_credit_code` is the province's own: the credit code of applicants that are no natural persons.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property

import numpy as np

from sandbox.interfaces.records import Columns, LinesTable, Records, Roles, stated
from sandbox.province.agencies import office_code, office_name, organ_code
from sandbox.province.credit import authority_name
from sandbox.province.government_service import Cases, evening
from sandbox.province.model import Province
from sandbox.province.people import mobile_number, person_name
from sandbox.province.randomness import chance
from sandbox.province.reform import approval_bureau_opened
from sandbox.province.region_history import code_on
from sandbox.province.service_items import (
    ACCEPTED,
    AT_COUNTER,
    DECIDED,
    EXAMINED,
    GRANTED,
    ITEMS,
    LEGAL_PERSON,
    NATURAL_PERSON,
    ONLINE,
    ONLINE_SHARE,
    STOPPED,
    WITHDRAWN,
)

INSERT, UPDATE, DELETE = "insert", "update", "delete"
_OUTCOMES = {GRANTED: "准予", WITHDRAWN: "申请人撤回"}
_DATA_SOURCE = "360"


def gov_tables(province: Province) -> list[LinesTable]:
    """Every folder of the exchange."""
    exchange = _Exchange(province)
    return [
        LinesTable(
            "accepted_case", exchange.accepted_cases,
            Roles(
                key=("project_no",), required=("project_no", "catalog_code", "task_code", "task_name", "org_name"),
                codes=("applyer_credit_code",), names=("task_name", "org_name"),
                times=("apply_date", "accept_date", "promise_date"), recorded="cd_time",
            ),
        ),
        LinesTable(
            "case_event", exchange.case_events,
            Roles(
                key=("row_guid",), required=("row_guid", "project_no", "event_name", "event_end_time"),
                names=("process_name",), times=("event_start_time", "event_end_time"), recorded="cd_time",
            ),
        ),
        LinesTable(
            "case_result", exchange.case_results,
            Roles(
                key=("project_no",), required=("project_no", "result_date", "result_type"),
                names=("result_cetr_name",), times=("result_date",), recorded="cd_time",
            ),
        ),
    ]  # fmt: skip


@dataclass(frozen=True)
class _Rows:
    """Which row is handed over when: the case, the operation, a number within the case, by time (datetime64[s])."""

    case: np.ndarray
    operation: np.ndarray
    part: np.ndarray
    recorded_at: np.ndarray
    keys: np.ndarray

    def between(self, first: date, end: date) -> "_Rows":
        """The rows recorded on first <= day < end."""
        since, before = np.searchsorted(self.recorded_at, [np.datetime64(first, "s"), np.datetime64(end, "s")]).tolist()
        chosen = slice(since, before)
        return _Rows(self.case[chosen], self.operation[chosen], self.part[chosen], self.recorded_at[chosen],
                     self.keys[chosen])  # fmt: skip


@dataclass(frozen=True)
class _Exchange:
    """The exchange's rows; what each day hands over is found once, how a row reads is said when it is asked for."""

    province: Province

    @cached_property
    def _cases(self) -> Cases:
        return self.province.cases

    def _rows(self, label: str, parts: list[tuple[str, int, np.ndarray]]) -> _Rows:
        """Rows from (operation, number within the case, day or time per case, NaT for none)."""
        case, operation, part, day = [], [], [], []
        for name, number, when in parts:
            there = np.flatnonzero(~np.isnat(when))
            case.append(there)
            operation.append(np.full(len(there), name))
            part.append(np.full(len(there), number))
            day.append(when[there].astype("datetime64[D]"))
        cases, parted = np.concatenate(case), np.concatenate(part)
        keys = cases * 8 + parted
        recorded_at = evening(self.province.seed, label, np.concatenate(day), keys)
        order = np.lexsort((keys, recorded_at))
        return _Rows(cases[order], np.concatenate(operation)[order], parted[order], recorded_at[order], keys[order])

    @cached_property
    def _accepted(self) -> _Rows:
        cases = self._cases
        moved = np.where(np.isnat(cases.promised_after_stop), np.datetime64("NaT", "s"), cases.resumed)
        return self._rows(
            "accepted_case", [(INSERT, 0, cases.accepted), (UPDATE, 1, moved), (DELETE, 2, cases.withdrawn_on)]
        )

    @cached_property
    def _events(self) -> _Rows:
        cases = self._cases
        never = np.datetime64("NaT", "s")
        going_on = np.where(np.isnat(cases.withdrawn_on), cases.decided, never)
        examined = np.where(np.isnat(cases.promised), never, going_on)
        stopped = np.where(np.isnat(cases.withdrawn_on), cases.resumed, never)
        return self._rows(
            "case_event",
            [(INSERT, 0, cases.accepted), (INSERT, 1, stopped), (INSERT, 2, examined), (INSERT, 3, going_on)],
        )

    @cached_property
    def _results(self) -> _Rows:
        cases = self._cases
        decided = np.where(np.isnat(cases.withdrawn_on), cases.decided, np.datetime64("NaT", "s"))
        return self._rows("case_result", [(INSERT, 0, decided), (UPDATE, 1, cases.rated_on)])

    def accepted_cases(self, first: date, end: date) -> Records:
        """Cases as they are accepted, with a new promise after a stopped clock, deleted when entered by mistake."""
        rows, cases = self._accepted.between(first, end), self._cases
        case, accepted = rows.case.tolist(), cases.accepted[rows.case]
        is_later = rows.operation != INSERT
        moved = cases.promised_after_stop[rows.case]
        columns: Columns = {
            "row_guid": [self._guid("accept", one) for one in case],
            "project_no": [self._project_no(one) for one in case],
            **self._item_columns(rows.case),
            "apply_date": stated(cases.applied[rows.case]),
            "accept_date": stated(accepted),
            "promise_date": stated(np.where(is_later & ~np.isnat(moved), moved, cases.promised[rows.case])),
            **self._applicant_columns(rows.case),
            "handle_user_name": [person_name(d // 7) for d in cases.draw[rows.case].tolist()],
        }
        return self._handed_over("accepted_case", columns, rows)

    def _item_columns(self, case: np.ndarray) -> Columns:
        """What is applied for and where."""
        cases = self._cases
        item = [ITEMS[i] for i in cases.item[case].tolist()]
        office = [self._office(one) for one in case.tolist()]
        online = self._online[case]
        years = (cases.accepted[case].astype("datetime64[Y]").astype(np.int64) + 1970).tolist()
        return {
            "catalog_code": [one.catalog_code for one in item],
            "task_code": [one.task_code(code) for one, (_, code) in zip(item, office, strict=True)],
            "task_name": [one.name for one in item],
            "task_version": [year - 2017 for year in years],
            "project_type": [one.handling for one in item],
            "apply_type": [ONLINE if so else AT_COUNTER for so in (online & cases.applies_online[case]).tolist()],
            "is_online": ["1" if so else "0" for so in online.tolist()],
            "limit_scene_num": [0 if so else 1 for so in online.tolist()],
            "promise_day": [one.promise_days for one in item],
            "org_code": [code for _, code in office],
            "org_name": [name for name, _ in office],
        }

    def _applicant_columns(self, case: np.ndarray) -> Columns:
        """Who applies: an enterprise of a zone, or a person who works in one (all of them made up)."""
        cases, firms, legal = self._cases, self.province.enterprises, self.province.representatives
        names = [ITEMS[i].name for i in cases.item[case].tolist()]
        who = list(
            zip(cases.is_person[case].tolist(), cases.firm[case].tolist(), cases.draw[case].tolist(), strict=True)
        )
        applicant = [person_name(d) if is_person else firms.name[f] for is_person, f, d in who]
        code = ["" if is_person else firms.credit_code[f] for is_person, f, _ in who]
        return {
            "project_name": [f"{name}申请{item}" for name, item in zip(applicant, names, strict=True)],
            "applyer_name": applicant,
            "applyer_type": [NATURAL_PERSON if is_person else LEGAL_PERSON for is_person, _, _ in who],
            "applyer_page_type": ["111" if is_person else "001" for is_person, _, _ in who],
            "applyer_page_code": [own or _identity_number(d) for own, (_, _, d) in zip(code, who, strict=True)],
            "applyer_credit_code": code,
            "legal": ["" if is_person else legal[f] for is_person, f, _ in who],
            "contact_name": [person_name(d // 3) for _, _, d in who],
            "contact_mobile": [mobile_number(d // 5) for _, _, d in who],
            "address": [firms.address[f] for _, f, _ in who],
        }

    def case_events(self, first: date, end: date) -> Records:
        """What is done in a case, handed over when it is done; a stopped clock is an event from its stop to its end."""
        rows, cases = self._events.between(first, end), self._cases
        case, part = rows.case, rows.part
        # Examination lasts from acceptance to an hour before the decision.
        examined = cases.decided[case] - np.timedelta64(3_600, "s")
        at_once = np.isnat(cases.promised[case])
        start = np.select(
            [part == 0, part == 1, part == 2],
            [cases.accepted[case] - np.timedelta64(240, "s"), cases.stopped[case], cases.accepted[case]],
            np.where(at_once, cases.accepted[case], examined),
        )
        finish = np.select(
            [part == 0, part == 1, part == 2],
            [cases.accepted[case], cases.resumed[case], examined],
            cases.decided[case],
        )
        numbers = part.tolist()
        item = [ITEMS[i] for i in cases.item[case].tolist()]
        said = ("材料齐全，予以受理", "", "经审查，符合法定条件", "按审查意见办结")
        columns: Columns = {
            "row_guid": [self._guid("process", key) for key in rows.keys.tolist()],
            "project_no": [self._project_no(one) for one in case.tolist()],
            "event_name": [(ACCEPTED, STOPPED, EXAMINED, DECIDED)[n] for n in numbers],
            "process_name": [("受理", one.stop, "审查", "决定")[n] for n, one in zip(numbers, item, strict=True)],
            "event_start_time": stated(start),
            "event_end_time": stated(finish),
            "handle_user_name": [
                person_name(d // (7 + n)) for d, n in zip(cases.draw[case].tolist(), numbers, strict=True)
            ],
            "handle_explain": [
                said[n] or f"{one.stop}期间不计入办理时限" for n, one in zip(numbers, item, strict=True)
            ],
        }
        return self._handed_over("case_event", columns, rows)

    def case_results(self, first: date, end: date) -> Records:
        """How cases end; a rating comes some days later as an update."""
        rows, cases = self._results.between(first, end), self._cases
        case = rows.case.tolist()
        outcome = cases.outcome[rows.case].tolist()
        item = [ITEMS[i] for i in cases.item[rows.case].tolist()]
        granted = [how == GRANTED for how in outcome]
        rated = (rows.operation == UPDATE).tolist()
        columns: Columns = {
            "row_guid": [self._guid("result", one) for one in case],
            "project_no": [self._project_no(one) for one in case],
            "result_date": stated(cases.decided[rows.case]),
            "result_type": outcome,
            "result_explain": [_OUTCOMES.get(how, "不符合法定条件，不予许可") for how in outcome],
            "result_cetr_name": [one.certificate if is_so else "" for one, is_so in zip(item, granted, strict=True)],
            "result_cetr_no": [
                (cases.certificate[number] or f"{self._project_no(number)}Z") if is_so and one.certificate else ""
                for number, one, is_so in zip(case, item, granted, strict=True)
            ],
            "satisfaction": [
                str(stars) if is_so else ""
                for stars, is_so in zip(cases.rating[rows.case].tolist(), rated, strict=True)
            ],
            "is_delivery_results": ["1" if d % 3 == 0 else "0" for d in cases.draw[rows.case].tolist()],
            "handle_user_name": [person_name(d // 11) for d in cases.draw[rows.case].tolist()],
        }
        return self._handed_over("case_result", columns, rows)

    def _handed_over(self, dataset: str, columns: Columns, rows: _Rows) -> Records:
        """The rows with the fields that every table of the exchange has."""
        days = [text.replace("-", "") for text in np.datetime_as_string(rows.recorded_at, unit="D").tolist()]
        whole: Columns = {
            **columns,
            "data_source": [_DATA_SOURCE] * len(days),
            "cd_operation": rows.operation.tolist(),
            "cd_time": stated(rows.recorded_at),
            "cd_batch": [f"{dataset.upper()}{day}01" for day in days],
        }
        return Records(whole, rows.recorded_at, rows.keys)

    def _guid(self, table: str, number: int) -> str:
        digest = hashlib.blake2b(f"{self.province.seed}/{table}/{number}".encode(), digest_size=16).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"

    def _project_no(self, case: int) -> str:
        day: datetime = self._cases.accepted[case].astype(datetime)
        place = self.province.zones[int(self._cases.zone[case])].place_code
        return f"{code_on(place, day.date())}{day:%Y%m%d}{case:07d}"

    def _office(self, case: int) -> tuple[str, str]:
        """(name, credit code) of who accepts the case: the zone's own approval bureau once it has one."""
        zone, item = int(self._cases.zone[case]), ITEMS[int(self._cases.item[case])]
        day: date = self._cases.accepted[case].astype("datetime64[D]").astype(date)
        opened = self._bureaus[zone]
        if opened is not None and opened <= day and item.goes_to_bureau:
            one = self.province.zones[zone]
            name = f"{one.short_name}行政审批局"
            return name, organ_code(one.registry_code or one.place_code, name)
        # Places change their names and codes on the first of a month.
        return self._department((zone, item.department, day.replace(day=1)))

    @cached_property
    def _bureaus(self) -> list[date | None]:
        return [approval_bureau_opened(self.province.milestones, zone.zone_id) for zone in self.province.zones]

    @cached_property
    def _department(self) -> Callable[[tuple[int, str, date]], tuple[str, str]]:
        """The office of a zone's place for (zone, department, day); the zone's own where it registers enterprises."""

        @cache
        def found(asked: tuple[int, str, date]) -> tuple[str, str]:
            zone, department, day = self.province.zones[asked[0]], asked[1], asked[2]
            if department == "市场监督管理局" and zone.registry_code:
                name = authority_name(zone, day)
                return name, organ_code(zone.registry_code, name)
            return office_name(zone.place_code, department, day), office_code(zone.place_code, department, day)

        return found

    @cached_property
    def _online(self) -> np.ndarray:
        """Whether the item of each case can be handled online at its office in that year."""
        cases = self._cases
        places = np.array([int(zone.place_code) for zone in self.province.zones])[cases.zone]
        year = cases.accepted.astype("datetime64[Y]").astype(np.int64) + 1970
        drawn = chance(self.province.seed, "is_online", (places * 100 + cases.item) * 10 + year - 2018)
        return drawn < np.array([ONLINE_SHARE[one] for one in sorted(ONLINE_SHARE)])[year - min(ONLINE_SHARE)]


def _identity_number(draw: int) -> str:
    """Eighteen digits in the form of an identity number; no place has the code 369999."""
    born = date(1962, 1, 1).toordinal() + draw % 13_000
    return f"369999{date.fromordinal(born):%Y%m%d}{draw % 1_000:03d}{draw // 7 % 10}"
