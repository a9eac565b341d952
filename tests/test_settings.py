"""What production refuses to start with, each in a sentence; each in a fresh interpreter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parent.parent / "src"
GOOD = {
    "DIGICANTRAIN_MODE": "production",
    "DIGICANTRAIN_SECRET_KEY": "a-secret-of-fifty-letters-or-more-that-nobody-else-has",
    "DIGICANTRAIN_KEY_ENCRYPTION_KEY": "another-secret-that-nobody-else-has-either",
    "DIGICANTRAIN_ORIGIN": "https://training.example",
}
ADDRESSES = """
import django
django.setup()
from django.urls import NoReverseMatch, reverse
from django.conf import settings
try:
    print("demo at", reverse("demo-sign-in"))
except NoReverseMatch:
    print("no demo")
print(settings.DEMO, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)
print(settings.ALLOWED_HOSTS, settings.SECURE_HSTS_SECONDS, settings.DEBUG)
"""


def start(code="import digicantrain.settings", *, tmp_path, **changes):
    """Run code in a fresh interpreter; a setting changed to None is left out."""
    known = {name: value for name, value in os.environ.items() if "DIGICANTRAIN" not in name}
    wanted = {**GOOD, "DIGICANTRAIN_VAR": str(tmp_path), **changes}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    environment = {**known, "PYTHONPATH": str(SRC), **wanted}
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DIGICANTRAIN_SECRET_KEY", None, "DIGICANTRAIN_SECRET_KEY is not set"),
        ("DIGICANTRAIN_SECRET_KEY", "", "DIGICANTRAIN_SECRET_KEY is not set"),
        ("DIGICANTRAIN_SECRET_KEY", "short", "DIGICANTRAIN_SECRET_KEY has 5 characters"),
        ("DIGICANTRAIN_SECRET_KEY", "not-secret-demo", "DIGICANTRAIN_SECRET_KEY has 15"),
        ("DIGICANTRAIN_KEY_ENCRYPTION_KEY", None, "KEY_ENCRYPTION_KEY is not set"),
        ("DIGICANTRAIN_KEY_ENCRYPTION_KEY", "short", "KEY_ENCRYPTION_KEY has 5 characters"),
        ("DIGICANTRAIN_ORIGIN", None, "DIGICANTRAIN_ORIGIN is not set"),
        ("DIGICANTRAIN_ORIGIN", "http://training.example", "must begin with https://"),
        ("DIGICANTRAIN_ORIGIN", "https://training.example/path", "nothing after its host"),
        ("DIGICANTRAIN_ORIGIN", "https://", "nothing after its host"),
        ("DIGICANTRAIN_HOSTS", "*", "DIGICANTRAIN_HOSTS"),
        ("DIGICANTRAIN_MODE", "debug", "must be one of production, demo, test"),
        ("DIGICANTRAIN_BEHIND_PROXY", "true", "must be one of yes, no"),
        ("DIGICANTRAIN_MAIL_PORT", "smtp", "must be a whole number"),
        ("DIGICANTRAIN_APPEAL_DAYS", "0", "DIGICANTRAIN_APPEAL_DAYS is 0; it must be at least 1"),
        ("DIGICANTRAIN_EVIDENCE_DAYS", "30", "EVIDENCE_DAYS is 30; it must be at least 31"),
        ("DIGICANTRAIN_LANGUAGES", "en,xx", "xx"),
        ("DIGICANTRAIN_DATABASE", "mysql://h/n", "mysql"),
        ("DIGICANTRAIN_LOG", "LOUD", "DIGICANTRAIN_LOG"),
        ("DIGICANTRAIN_CACHE", "memcached://h", "DIGICANTRAIN_CACHE"),
        ("DIGICANTRAIN_SECRET_KEY_FILE", "/nowhere/secret", "is not a file"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(tmp_path, name, value, sentence):
    done = start(tmp_path=tmp_path, **{name: value})

    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert sentence in last
    assert "short" not in last.replace("shorter", "")


def test_production_has_no_one_click_sign_in_and_safe_cookies(tmp_path):
    done = start(ADDRESSES, tmp_path=tmp_path, DJANGO_SETTINGS_MODULE="digicantrain.settings")

    assert done.stdout.splitlines() == [
        "no demo",
        "False True True",
        "['training.example'] 31536000 False",
    ], done.stderr


def test_the_demo_has_it(tmp_path):
    done = start(
        ADDRESSES,
        tmp_path=tmp_path,
        DIGICANTRAIN_MODE="demo",
        DIGICANTRAIN_ORIGIN=None,
        DJANGO_SETTINGS_MODULE="digicantrain.settings",
    )

    assert done.stdout.startswith("demo at /account/demo/")


def test_the_demo_command_refuses_production(tmp_path):
    code = "from digicantrain.__main__ import main; import sys; sys.exit(main(['demo']))"

    done = start(code, tmp_path=tmp_path, DJANGO_SETTINGS_MODULE="digicantrain.settings")

    assert done.returncode in {1, 2}
    assert "DIGICANTRAIN_MODE is production here" in done.stderr
    assert not list(tmp_path.iterdir())


def test_serving_says_in_one_line_what_is_wrong(tmp_path):
    code = "from digicantrain.__main__ import main; exit(main(['serve', '--port=8121']))"

    done = start(code, tmp_path=tmp_path, DIGICANTRAIN_ORIGIN="http://training.example")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "must begin with https://" in done.stderr
