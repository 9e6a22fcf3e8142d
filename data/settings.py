"""Where Casbah keeps what it writes: two settings, read from the environment at each call."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_CODE = Path(__file__).resolve().parent.parent


def settings() -> Settings:
    """The settings of this moment: `CASBAH_HOME` and `CASBAH_LAKE`, or their defaults."""
    return Settings()


def _in_checkout() -> bool:
    return (_CODE / "pyproject.toml").is_file()


def _default_home() -> Path:
    return _CODE / ".casbah" if _in_checkout() else Path.home() / ".casbah"


def _default_lake() -> str:
    return str(_CODE / "data" / "lake" if _in_checkout() else Path.home() / ".casbah" / "lake")


class Settings(BaseSettings):
    """In a checkout the defaults lie inside it; installed as a package they lie in `~/.casbah`."""

    model_config = SettingsConfigDict(env_prefix="CASBAH_", env_ignore_empty=True)

    home: Path = Field(
        default_factory=_default_home,
        description="Folder of everything we write that is not the lake.",
    )
    lake: str = Field(
        default_factory=_default_lake,
        description="Folder or object store URI (s3://, gs://, abfss://) of the lake.",
    )
