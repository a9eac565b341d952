"""A real Chromium against a live server."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # no page lives long enough for what a compiler or a process of its own would save
    "--in-process-gpu", "--js-flags=--no-opt --no-maglev",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    """All tests in this folder drive a browser; the walk is outside the gate."""
    for item in items:
        if "browser" in Path(item.fspath).parts and item.get_closest_marker("walk") is None:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """One browser for the whole run."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("No Chromium found: set CHROMIUM, or run `make browser-ready`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, live_server):
    """Make pages: `visit(width=360, dark=True, javascript=False)`; closed at the end."""
    contexts = []

    def make(*, width=1280, dark=False, javascript=True, locale="en", **more):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            base_url=live_server.url,
            locale=locale,
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(live_server, settings):
    """Put a person's session into a page's browser; others stay signed in in theirs."""
    from django.test import Client

    def act(page, person):
        client = Client()
        client.force_login(person)
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": live_server.url,
                }
            ]
        )
        return page

    return act


DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def device():
    """Give a page's browser an authenticator; return how to take it away."""

    def give(page):
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        added = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        number = {"authenticatorId": added["authenticatorId"]}
        return lambda: session.send("WebAuthn.removeVirtualAuthenticator", number)

    return give


STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page, rules=None):
    """Return what axe finds on a page, as (rule, places); only some of its rules, if given."""
    if not page.evaluate("'axe' in window"):
        page.add_init_script(path=AXE)  # for all pages that come after this one
        page.evaluate(AXE.read_text(encoding="utf-8"))
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARDS}
    options = {"runOnly": only, "resultTypes": ["violations"], "reporter": "no-passes"}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"][:3]])
        for rule in found["violations"]
    ]
