"""Where a system is reached."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """Address and account of one system; the secret is never shown."""

    system: str
    base_url: str
    user: str
    secret: str = field(repr=False)
