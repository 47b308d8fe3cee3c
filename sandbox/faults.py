"""Faults that a test or a drill can switch on: a source that fails, damages a file, is cut short or is slow."""

from dataclasses import dataclass

import msgspec

KINDS = ("http_500", "wrong_digest", "truncate", "slow")


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """One fault as a client states it.

    `times` says how many requests it hits (null: until deleted), `ratio` what share of the rows a cut leaves, and
    `seconds` how long a slow answer takes.
    """

    system: str
    dataset: str
    kind: str
    times: int | None = None
    ratio: float = 0.1
    seconds: float = 2.0


class FaultError(ValueError):
    """The fault as stated makes no sense; the text says why."""


@dataclass
class FaultBoard:
    """The faults in force. Each request that meets a fault uses up one of its `times`."""

    known: dict[str, frozenset[str]]
    faults: list[Fault]

    def add(self, fault: Fault) -> None:
        """Put one fault in force, or raise FaultError."""
        if fault.dataset not in self.known.get(fault.system, frozenset()):
            raise FaultError(f"there is no dataset {fault.system}/{fault.dataset}")
        if fault.kind not in KINDS:
            raise FaultError(f"kind must be one of {', '.join(KINDS)}")
        if fault.kind == "wrong_digest" and fault.system == "smart_zone":
            raise FaultError("wrong_digest needs a file interface; smart_zone has none")
        if fault.times is not None and fault.times < 1:
            raise FaultError("times must be 1 or more, or null")
        if not 0.0 < fault.ratio < 1.0:
            raise FaultError("ratio must be between 0 and 1")
        if not 0.0 < fault.seconds <= 60.0:
            raise FaultError("seconds must be above 0 and at most 60")
        self.faults.append(fault)

    def clear(self) -> None:
        """Lift every fault."""
        self.faults.clear()

    def take(self, system: str, datasets: frozenset[str], kind: str) -> Fault | None:
        """The first such fault on one of the datasets, one of its times used up; None when there is none."""
        for fault in self.faults:
            if fault.system == system and fault.dataset in datasets and fault.kind == kind:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self.faults.remove(fault)
                return fault
        return None
