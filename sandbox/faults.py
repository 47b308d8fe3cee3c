"""Faults that a test or a drill can switch on: sources that fail, lie, are cut short, and files that must not be trusted.

A fault is stated over HTTP (`/_control/faults`) or stands in a scenario file. Which requests it meets is decided here,
what they get instead of the truth in `sandbox.interfaces.troubles` (answers) and `sandbox.damage` (files).
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec

# How each system delivers: faults of pages make no sense for files, and the other way round.
FORMS = {
    "smart_zone": "pages",
    "monitoring": "packets",
    "credit": "archive",
    "trading": "messages",
    "gov_service": "json_lines",
}
_FILES = frozenset(("packets", "archive", "messages", "json_lines"))
_EVERYWHERE = _FILES | {"pages"}

KINDS: dict[str, frozenset[str]] = {
    "slow": _EVERYWHERE,
    "http_429": _EVERYWHERE,
    "http_500": _EVERYWHERE,
    "dropped_connection": _EVERYWHERE,
    "clock_skew": _EVERYWHERE,
    "truncate": _EVERYWHERE,
    "wrong_encoding": _EVERYWHERE - {"packets"},
    "stale_token": frozenset(("pages",)),
    "repeated_cursor": frozenset(("pages",)),
    "changing_page": frozenset(("pages",)),
    "wrong_digest": _FILES,
    "half_file": _FILES,
    "half_file_announced": _FILES,
    "zip_bomb": _FILES - {"messages"},
    "outside_member": frozenset(("archive",)),
    "entity_bomb": frozenset(("messages",)),
    "external_entity": frozenset(("messages",)),
}
"""Kind -> the forms of delivery that it can strike."""

# Default and greatest `seconds` of the kinds that use it.
_SECONDS = {"slow": (2.0, 60.0), "http_429": (1.0, 600.0), "clock_skew": (86_400.0, 864_000.0)}
_TOKENS_KEPT = 1_000


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """One fault as a client or a scenario states it.

    `times` says how often it strikes (null: until deleted). `since` and `until` limit it to requests about those days,
    both included. `ratio` is the share of the rows that a cut leaves; `seconds` how long a slow answer takes, what
    Retry-After says, or how far a clock is ahead; `uses` how many requests a token lasts; `rows` how many rows appear
    while a table is read.
    """

    system: str
    dataset: str
    kind: str
    times: int | None = None
    ratio: float = 0.1
    seconds: float | None = None
    uses: int = 1
    rows: int = 3
    since: date | None = None
    until: date | None = None

    def is_about(self, first: date, last: date) -> bool:
        """Whether a request about the days first..last meets it."""
        return (self.since is None or self.since <= last) and (self.until is None or first <= self.until)


class FaultError(ValueError):
    """The fault as stated makes no sense; the text says why."""


@dataclass
class FaultBoard:
    """The faults in force on the `known` datasets of each system."""

    known: dict[str, frozenset[str]]
    faults: list[Fault]
    _token_uses: OrderedDict[tuple[str, str], int] = field(default_factory=OrderedDict)

    def add(self, fault: Fault) -> None:
        """Put one fault in force, or raise FaultError."""
        if fault.dataset not in self.known.get(fault.system, frozenset()):
            raise FaultError(f"there is no dataset {fault.system}/{fault.dataset}")
        _check_kind(fault)
        if fault.times is not None and fault.times < 1:
            raise FaultError("times must be 1 or more, or null")
        if not 0.0 < fault.ratio < 1.0:
            raise FaultError("ratio must be between 0 and 1")
        if fault.uses < 0:
            raise FaultError("uses must be 0 or more")
        if not 1 <= fault.rows <= 1_000:
            raise FaultError("rows must be between 1 and 1,000")
        if fault.since and fault.until and fault.since > fault.until:
            raise FaultError(f"since {fault.since} lies after until {fault.until}")
        self.faults.append(fault)

    def clear(self) -> None:
        """Lift every fault."""
        self.faults.clear()
        self._token_uses.clear()

    def find(self, system: str, datasets: frozenset[str], kind: str, days: tuple[date, date]) -> Fault | None:
        """The first such fault that a request about `days` (first, last) meets; None when there is none."""
        for fault in self.faults:
            if (fault.system, fault.kind) == (system, kind) and fault.dataset in datasets and fault.is_about(*days):
                return fault
        return None

    def use(self, fault: Fault) -> None:
        """Count one stroke of a fault, which may have been its last."""
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self.faults.remove(fault)

    def take(self, system: str, datasets: frozenset[str], kind: str, days: tuple[date, date]) -> Fault | None:
        """`find`, and one of the fault's times is used up."""
        fault = self.find(system, datasets, kind, days)
        if fault is not None:
            self.use(fault)
        return fault

    def token_is_spent(self, fault: Fault, token: str) -> bool:
        """Whether a token was used as often as a stale_token fault allows; else this use is counted."""
        key = (fault.dataset, token)
        used = self._token_uses.get(key, 0)
        if used >= fault.uses:
            return True
        self._token_uses[key] = used + 1
        while len(self._token_uses) > _TOKENS_KEPT:
            self._token_uses.popitem(last=False)
        return False


def _check_kind(fault: Fault) -> None:
    """Raises FaultError for an unknown kind, one that the system's form cannot have, or absurd seconds."""
    if fault.kind not in KINDS:
        raise FaultError(f"kind must be one of {', '.join(KINDS)}")
    form = FORMS[fault.system]
    if form not in KINDS[fault.kind]:
        fitting = [system for system, other in FORMS.items() if other in KINDS[fault.kind]]
        raise FaultError(
            f"{fault.kind} makes no sense for {fault.system}, which delivers {form.replace('_', ' ')}; "
            f"it can strike {', '.join(fitting)}"
        )
    usual, longest = _SECONDS.get(fault.kind, (1.0, 60.0))
    fault.seconds = usual if fault.seconds is None else fault.seconds
    if not 0.0 < fault.seconds <= longest:
        raise FaultError(f"seconds must be above 0 and at most {longest:g} for {fault.kind}")


def load_scenario(path: Path) -> list[Fault]:
    """The faults of a scenario file, a YAML list of them; FaultError when it cannot be read."""
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=list[Fault])
    except OSError as error:
        raise FaultError(f"{path.name} cannot be read ({error.strerror})") from None
    except msgspec.DecodeError as error:
        raise FaultError(f"{path.name} is not a list of faults: {' '.join(str(error).split())}") from None
