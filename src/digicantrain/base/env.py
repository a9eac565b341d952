"""Typed readers of the environment: unknown values are refused, secrets may stand in files."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

SHORTEST_SECRET = 32


class SettingError(ValueError):
    """A setting in the environment cannot be used; the sentence says which and why."""


def _raw(name: str) -> str | None:
    file_name = os.environ.get(f"{name}_FILE")
    if file_name:
        path = Path(file_name)
        if not path.is_file():
            raise SettingError(f"{name}_FILE names {file_name}, which is not a file.")
        return path.read_text(encoding="utf-8").strip()
    return os.environ.get(name)


def text(name: str, *, default: str | None = None) -> str:
    """Return the setting, or the default; a setting without a default must be given."""
    value = _raw(name)
    if value is None or value == "":
        if default is None:
            raise SettingError(f"{name} is not set. Set it, or {name}_FILE, in the environment.")
        return default
    return value


def secret(name: str, *, default: str | None = None) -> str:
    """Return a secret that must be given; the sentence about a poor one does not show it."""
    value = text(name, default=default)
    if value != default and len(value) < SHORTEST_SECRET:
        raise SettingError(
            f"{name} has {len(value)} characters; give at least {SHORTEST_SECRET} random ones, "
            "for example those of `openssl rand -base64 48`."
        )
    return value


def digest(name: str) -> str:
    """Return the SHA-256 of a secret in hexadecimal, or an empty text where none is given."""
    value = text(name, default="").lower()
    if value and not re.fullmatch(r"[0-9a-f]{64}", value):
        raise SettingError(f"{name} must be a SHA-256 in hexadecimal: 64 digits.")
    return value


def origin(name: str, *, default: str | None = None) -> str:
    """Return the address people use: https, a host, nothing more; without default in production."""
    value = text(name, default=default).rstrip("/")
    if default is None and not value.startswith("https:"):
        raise SettingError(f"{name} must begin with https:// in production.")
    parts = urlsplit(value)
    if not parts.hostname or parts.path or parts.query or parts.fragment or parts.username:
        raise SettingError(f"{name} must be like https://training.example, nothing after its host.")
    return value


def choice(name: str, *, options: tuple[str, ...], default: str) -> str:
    """Return a setting that must be one of the options."""
    value = text(name, default=default)
    if value not in options:
        raise SettingError(f"{name} is {value!r}; it must be one of {', '.join(options)}.")
    return value


def integer(name: str, *, default: int, least: int | None = None) -> int:
    """Return a whole number, not below the least that makes sense."""
    value = text(name, default=str(default))
    try:
        number = int(value)
    except ValueError:
        raise SettingError(f"{name} is {value!r}; it must be a whole number.") from None
    if least is not None and number < least:
        raise SettingError(f"{name} is {number}; it must be at least {least}.")
    return number


def boolean(name: str, *, default: bool) -> bool:
    """Return yes or no."""
    return choice(name, options=("yes", "no"), default="yes" if default else "no") == "yes"


def words(name: str, *, default: str = "") -> list[str]:
    """Return a list written with commas."""
    return [word.strip() for word in text(name, default=default).split(",") if word.strip()]


def chosen_words(name: str, *, options: set[str], default: str) -> list[str]:
    """Return a list written with commas whose words must be among the options."""
    found = words(name, default=default)
    unknown = [word for word in found if word not in options]
    if unknown or not found:
        raise SettingError(
            f"{name} names {', '.join(unknown) or 'nothing'}; "
            f"it may name {', '.join(sorted(options))}."
        )
    return found
