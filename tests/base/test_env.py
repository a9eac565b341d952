"""Settings that fail loudly."""

import runpy

import pytest

from digicantrain.base import database, env
from tests.house import SRC


def test_a_setting_without_a_value_says_its_name(monkeypatch):
    monkeypatch.delenv("X_NAME", raising=False)

    with pytest.raises(env.SettingError, match="X_NAME is not set"):
        env.text("X_NAME")


def test_a_secret_may_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("word\n", encoding="utf-8")
    monkeypatch.setenv("X_NAME_FILE", str(tmp_path / "secret"))

    assert env.text("X_NAME") == "word"


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.integer("X_NAME", default=1), "many"),
        (lambda: env.boolean("X_NAME", default=True), "maybe"),
        (lambda: env.choice("X_NAME", options=("a", "b"), default="a"), "c"),
    ],
)
def test_unknown_values_are_refused(monkeypatch, read, value):
    monkeypatch.setenv("X_NAME", value)

    with pytest.raises(env.SettingError, match="X_NAME"):
        read()


def test_database_addresses():
    postgres = database.from_address("postgresql://anna:p%40ss@db.example:5433/training")

    assert (postgres["USER"], postgres["PASSWORD"], postgres["PORT"]) == ("anna", "p@ss", "5433")
    assert database.from_address("sqlite:///var/x.sqlite3")["NAME"] == "var/x.sqlite3"
    with pytest.raises(env.SettingError, match="mysql"):
        database.from_address("mysql://host/name")


def test_a_cache_that_lacks_its_package_stops_the_start(monkeypatch):
    monkeypatch.setenv("DIGICANTRAIN_CACHE", "redis://127.0.0.1:6379/0")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(env.SettingError, match="needs the package redis"):
        runpy.run_path(str(SRC / "settings.py"))
