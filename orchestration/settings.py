"""The one settings object, from the environment and `.env`; every name begins with ZONEHOUSE_."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.connectors.source import Source

PROJECT_ROOT = Path(__file__).resolve().parents[1]
SYSTEMS = ("smart_zone", "monitoring", "credit", "trading", "gov_service")


class MissingSettingError(Exception):
    """A source is asked for whose address or credentials are not set."""


class Settings(BaseSettings):
    """Where state lives, where the platforms are and with which credentials they are read."""

    model_config = SettingsConfigDict(env_prefix="ZONEHOUSE_", env_file=".env", extra="ignore")

    home: Path = Path("data")
    # Registers the nightly schedule; unattended work is opted into per environment.
    schedule_enabled: bool = False
    # http://USER:SECRET@HOST:PORT of a sandbox; sets the address and credentials of every system at once.
    sandbox_url: SecretStr | None = None
    # Where `zonehouse up` listens. Texts: what is no address or port is refused by that command, not by all of them.
    superset_address: str = "127.0.0.1:8088"
    dagster_address: str = "127.0.0.1:3000"
    sandbox_port: str = "8700"
    # The key of the hashes that stand for personal data; without it the state folder keeps a key of its own.
    hash_key: SecretStr | None = None

    smart_zone_url: str | None = None
    smart_zone_user: str | None = None
    smart_zone_secret: SecretStr | None = None
    monitoring_url: str | None = None
    monitoring_user: str | None = None
    monitoring_secret: SecretStr | None = None
    credit_url: str | None = None
    credit_user: str | None = None
    credit_secret: SecretStr | None = None
    trading_url: str | None = None
    trading_user: str | None = None
    trading_secret: SecretStr | None = None
    gov_service_url: str | None = None
    gov_service_user: str | None = None
    gov_service_secret: SecretStr | None = None

    @cached_property
    def home_path(self) -> Path:
        """The state folder as an absolute path, created for its owner only."""
        path = self.home.expanduser().resolve()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def key_of_hashes(self) -> bytes:
        """The key with which personal data are hashed, made when there is none. Raises IngestionError."""
        from ingestion.pseudonyms import hash_key

        return hash_key(self.home_path, self.hash_key.get_secret_value() if self.hash_key else None)

    def source(self, system: str) -> Source:
        """Address and credentials of one system. Raises MissingSettingError with what to set."""
        if self.sandbox_url is not None:
            return _sandbox_source(system, self.sandbox_url.get_secret_value())
        url = getattr(self, f"{system}_url")
        user = getattr(self, f"{system}_user")
        secret = getattr(self, f"{system}_secret")
        if not (url and user and secret):
            prefix = f"ZONEHOUSE_{system.upper()}"
            raise MissingSettingError(
                f"{system}: set {prefix}_URL, {prefix}_USER and {prefix}_SECRET (or ZONEHOUSE_SANDBOX_URL)."
            )
        return Source(system=system, base_url=url.rstrip("/"), user=user, secret=secret.get_secret_value())


def _sandbox_source(system: str, url: str) -> Source:
    parts = urlsplit(url)
    if not (parts.hostname and parts.username and parts.password):
        raise MissingSettingError("ZONEHOUSE_SANDBOX_URL must read http://USER:SECRET@HOST:PORT.")
    port = f":{parts.port}" if parts.port else ""
    return Source(
        system=system,
        base_url=f"{parts.scheme}://{parts.hostname}{port}/{system}",
        user=unquote(parts.username),
        secret=unquote(parts.password),
    )
