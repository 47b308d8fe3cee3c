"""Randomness that depends on names, never on order: the same labels give the same draws in every process."""

import hashlib
from datetime import date, timedelta

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def _key(seed: int, labels: tuple[object, ...]) -> bytes:
    return hashlib.sha256("\x1f".join([str(seed), *map(str, labels)]).encode()).digest()


def stream(seed: int, *labels: object) -> np.random.Generator:
    """A generator of its own for one named thing, e.g. `stream(7, "hourly", 737424)`."""
    return np.random.Generator(np.random.PCG64(int.from_bytes(_key(seed, labels)[:16], "big")))


def chance(seed: int, label: str, keys: np.ndarray) -> np.ndarray:
    """One uniform number in [0, 1) for each integer key (SplitMix64 of the key, salted by seed and label)."""
    salt = np.uint64(int.from_bytes(_key(seed, (label,))[:8], "big"))
    with np.errstate(over="ignore"):
        z = np.asarray(keys).astype(np.uint64) * _GOLDEN + salt
        z = (z ^ (z >> np.uint64(30))) * _MIX_1
        z = (z ^ (z >> np.uint64(27))) * _MIX_2
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def draws(rng: np.random.Generator, count: int) -> list[int]:
    """Whole numbers from 0 to 999,999, enough for the small choices of one entity."""
    return rng.integers(0, 1_000_000, count).tolist()


def day_between(first: date, last: date, draw: int) -> date:
    """A day from `first` to `last`, both included."""
    return first + timedelta(days=draw % ((last - first).days + 1))
