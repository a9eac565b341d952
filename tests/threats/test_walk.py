"""Every address there is, asked by everybody there is.

A new address must be put into the table, with who may ask for it, before this file is green.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse

from digicantrain.people.actions import faults_of_trail
from digicantrain.people.models import AuditEntry, Person
from tests.threats.conftest import World

pytestmark = pytest.mark.django_db
NOBODY = UUID(int=0)
ALL = ("aino", "ben", "chiara", "dario", "dora", "eleni", "farah", "onni", "rita")
Find = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """Who may ask for an address.

    `open`: everybody; `personal`: who is signed in; `own`: a thing of `may` alone, absent for
    all others; `role`: who holds a role, for a thing of her own provider; `absent`: nobody here.
    """

    kind: str
    may: tuple[str, ...] = ALL
    elsewhere: tuple[str, ...] = ("dora",)
    find: Find | None = None
    absent: dict[str, Any] | None = None
    method: str = "get"

    def address(self, name: str, world: World) -> str:
        return reverse(name, kwargs=self.find(world) if self.find else {})

    def expected(self, who: str) -> set[int]:
        """Return the answers that a signed-in person may get."""
        if self.kind in {"absent", "machine"}:
            return {404}
        if who in self.may:
            return {200, 302, 304}
        if self.kind == "own":
            return {404}
        if who in self.elsewhere:
            return {404} if self.find else {200, 302}
        return {403}


def run(world):
    return {"key": world.cohort.key}


def learner(**more: Any) -> tuple[Find, dict[str, Any]]:
    return lambda world: {"key": world.enrolment.key, **more}, {"key": NOBODY, **more}


def own(*, method="get", **more):
    find, absent = learner(**more)
    return Page("own", ("aino",), find=find, absent=absent, method=method)


def teach(find=None, *, method="get"):
    absent = {"key": NOBODY} if find else None
    return Page("role", ("ben", "onni"), ("dora", "dario"), find, absent, method)


def author(find=None, *, may=("eleni", "onni"), method="get"):
    return Page("role", may, find=find, absent={"code": "ZZ"} if find else None, method=method)


def evaluate(*, method="get", **more):
    return Page(
        "role", ("chiara",), find=lambda world: {"slug": world.study.slug, **more},
        absent={"slug": "nothing", **more}, method=method,
    )  # fmt: skip


def manage(find=None, absent=None, *, may=("onni",), method="get"):
    return Page("role", may, find=find, absent=absent, method=method)


def registered():
    """Return a page of the register about Aino's credential."""
    return manage(
        lambda world: {"key": world.credential.key}, {"key": NOBODY}, may=("rita", "onni")
    )


def asked(*, method="get"):
    """Return a page of what was asked for: its registrar alone."""
    find: Find = lambda world: {"key": world.asked.key}  # noqa: E731 - a row of the table
    return manage(find, {"key": NOBODY}, may=("rita",), method=method)


def record_key():
    """Return a page of the administrator's about a key of Turku's record store."""
    return manage(
        lambda world: {**slug(world), "client": world.record_key.client_id},
        {"slug": "nothing", "client": "key-aaaa-bbbb-cccc"},
    )


def slug(world):
    return {"slug": world.cohort.organisation.slug}


def token(world):
    return {"token": world.credential.token}


def certificate(world):
    return {"token": world.certificate.token}


def register(thing: str, *, method="get"):
    """Return a page of the registrar's for a thing of Turku's."""
    return Page(
        "role", ("rita", "onni"), find=lambda world: {"key": getattr(world, thing).key},
        absent={"key": NOBODY}, method=method,
    )  # fmt: skip


def study(*, method="get", **more):
    return Page(
        "own", ("aino",), find=lambda world: {"slug": world.study.slug, **more},
        absent={"slug": "nothing", **more}, method=method,
    )  # fmt: skip


def own_credential(**more):
    """Return a page of Aino's credential; `more` names what else its address has."""
    return Page(
        "own", ("aino",),
        find=lambda world: {
            "key": world.credential.key, **{name: find(world) for name, find in more.items()},
        },
        absent={"key": NOBODY, **dict.fromkeys(more, 999_999)},
    )  # fmt: skip


def own_claim(*, method="get", thing="claim", **more):
    """Return a page of Aino's claim, or of its evidence."""
    return Page(
        "own", ("aino",), find=lambda world: {"key": getattr(world, thing).key, **more},
        absent={"key": NOBODY, **more}, method=method,
    )  # fmt: skip


CODE: Find = lambda world: {"code": "X1"}  # noqa: E731 - a row of the table
NO_SLUG, NO_TOKEN = {"slug": "nothing"}, {"token": "nothing"}
TABLE = {
    "api:health": Page("open"),
    "api:did": Page("open", find=slug, absent=NO_SLUG),
    "api:status-list": Page(
        "open", find=lambda world: {"key": world.credential.status_list.key}, absent={"key": NOBODY}
    ),
    "api:suspension-list": Page(
        "open", find=lambda world: {"key": world.credential.status_list.key}, absent={"key": NOBODY}
    ),
    "api:verify": Page("open", method="post"),
    "api:oauth-token": Page("open", method="post"),
    "api:oauth-authorization-server": Page("open"),
    "api:xapi-profile": Page("open"),
    "api:xapi-profile-term": Page(
        "open", find=lambda world: {"term": "v1"}, absent={"term": "v0"}
    ),
    # off, as they are by default: tests/api/test_vc_api.py has them on
    "api:trial-list": Page(
        "machine", find=lambda world: {"purpose": "revocation"}, absent={"purpose": "x"}
    ),
    "api:vc-issue": Page("machine", method="post"),
    "api:vc-verify": Page("machine", method="post"),
    "api:vc-status": Page("machine", method="post"),
    "api:vp-verify": Page("machine", method="post"),
    "public:home": Page("open"),
    "public:catalogue": Page("open"),
    "public:module": Page("open", find=CODE, absent={"code": "ZZ"}),
    "public:path": Page("open", find=lambda world: {"code": "nurse"}, absent={"code": "nobody"}),
    "public:logo": Page("open", find=slug, absent=NO_SLUG),
    "public:help": Page("open"),
    "public:accessibility": Page("open"),
    "public:privacy": Page("open"),
    "public:report-error": Page("open"),
    "public:verify": Page("open"),
    "public:credential": Page("open", find=token, absent=NO_TOKEN),
    "public:credential-json": Page("open", find=token, absent=NO_TOKEN),
    "public:credential-jwt": Page("open", find=token, absent=NO_TOKEN),
    "public:badge-png": Page("open", find=token, absent=NO_TOKEN),
    "public:badge-svg": Page("open", find=token, absent=NO_TOKEN),
    "public:certificate": Page("open", find=token, absent=NO_TOKEN),
    "public:path-certificate": Page("open", find=certificate, absent=NO_TOKEN),
    "public:path-json": Page("open", find=certificate, absent=NO_TOKEN),
    "public:path-sheet": Page("open", find=certificate, absent=NO_TOKEN),
    "mydata:home": Page("personal"),
    "mydata:export": Page("personal", method="post"),
    "mydata:erase": Page("personal"),
    "mydata:receipt": Page(
        "open", find=lambda world: {"reference": world.receipt.reference},
        absent={"reference": "nothing"},
    ),
    "accounts:home": Page("personal"),
    "learner:home": Page("personal"),
    "learner:kept": Page("personal"),
    "learner:credits": Page("personal"),
    "learner:transcript-csv": Page("personal"),
    "learner:record": Page("own", ("aino",), find=slug, absent=NO_SLUG),
    "learner:path-record": Page(
        "own", (), find=lambda world: {**slug(world), "code": "nurse"},
        absent={"slug": "nothing", "code": "nurse"},
    ),
    "learner:transcript-json": Page("personal"),
    "learner:credential-forms": own_credential(),
    "learner:european-upload": own_credential(),
    "learner:european-sealed": own_credential(),
    "learner:elmo": own_credential(),
    "learner:cme-certificate": own_credential(grant=lambda world: world.grant.pk),
    "learner:put-away": Page(
        "own", ("aino",), find=lambda world: {"pk": world.notice.pk}, absent={"pk": 999_999},
        method="post",
    ),
    "learner:share-credential": Page(
        "own", ("aino",), find=lambda world: {"key": world.credential.key},
        absent={"key": NOBODY}, method="post",
    ),
    "learner:recognition": own(),
    "learner:claim": own_claim(),
    "learner:change-claim": own_claim(),
    "learner:send-claim": own_claim(method="post"),
    "learner:take-back-claim": own_claim(),
    "learner:appeal-claim": own_claim(),
    "learner:add-evidence": own_claim(kind="file"),
    "learner:evidence": own_claim(thing="evidence"),
    "learner:remove-evidence": own_claim(thing="evidence", method="post"),
    "learner:share-path": Page(
        "own", ("aino",), find=lambda world: {"key": world.certificate.key},
        absent={"key": NOBODY}, method="post",
    ),
    "learner:study": study(),
    "learner:study-withdraw": study(method="post"),
    "learner:study-questions": study(wave="pre"),
    "learner:join": Page(
        "open", find=lambda world: {"token": world.cohort.invitation}, absent=NO_TOKEN
    ),
    "learner:enrol": Page("open", find=run, absent={"key": NOBODY}),
    "learner:module": own(),
    "learner:leave": own(),
    "learner:step": own(step="first-look"),
    "learner:report": own(step="first-look"),
    "learner:check": own(step="test"),
    "learner:result": own(step="test", number=1),
    "learner:question": own(step="test", number=1),
    "teach:home": teach(),
    "teach:new-cohort": teach(),
    "teach:cohort": teach(run),
    "teach:edit-cohort": teach(run),
    "teach:participants-csv": teach(run),
    "teach:enrol-csv": teach(run),
    "teach:enrol-csv-confirm": teach(run, method="post"),
    "author:home": author(),
    "author:module": author(CODE),
    "author:withdraw": author(CODE),
    "author:offer-again": author(CODE, method="post"),
    "evaluate:home": Page("role", ("chiara",)),
    "evaluate:study": evaluate(),
    "evaluate:compute": evaluate(method="post"),
    "evaluate:new": Page("role", ("chiara",)),
    "evaluate:edit": evaluate(),
    "evaluate:freeze": evaluate(),
    "evaluate:report": evaluate(),
    "evaluate:report-json": evaluate(),
    "evaluate:table-csv": evaluate(table="flow"),
    "manage:home": manage(may=("onni", "rita", "eleni")),
    "manage:organisation": manage(slug, NO_SLUG),
    "manage:signatories": manage(slug, NO_SLUG),
    "manage:sites": manage(slug, NO_SLUG),
    "manage:roles": manage(slug, NO_SLUG),
    "manage:withdraw-role": manage(
        lambda world: {**slug(world), "pk": world.membership.pk}, {**NO_SLUG, "pk": 1}
    ),
    "manage:record-store": manage(slug, NO_SLUG),
    "manage:record-export": manage(slug, NO_SLUG),
    "manage:record-retention": manage(slug, NO_SLUG),
    "manage:record-erase": manage(slug, NO_SLUG),
    "manage:record-keys": manage(slug, NO_SLUG),
    "manage:new-record-key": manage(slug, NO_SLUG),
    "manage:record-key": record_key(),
    "manage:revoke-record-key": record_key(),
    "manage:trail": manage(),
    "manage:error-reports": manage(may=("eleni", "onni")),
    "manage:answer-report": manage(
        lambda world: {"pk": world.report.pk}, {"pk": 999_999}, may=("eleni", "onni")
    ),
    "manage:outbox": Page("absent"),
    "manage:grants": manage(),
    "manage:new-grant": manage(),
    "manage:grant": manage(lambda world: {"pk": world.grant.pk}, {"pk": 999_999}),
    "manage:credentials": manage(may=("rita", "onni")),
    "manage:course-runs": manage(may=("rita", "onni")),
    "manage:issue-course-run": manage(
        run, {"key": NOBODY}, may=("rita", "onni"), method="post"
    ),
    "manage:issuing-run": manage(
        lambda world: {"key": world.issuing.key}, {"key": NOBODY}, may=("rita", "onni")
    ),
    "manage:withdraw-credential": registered(),
    "manage:credential": registered(),
    "manage:suspend-credential": registered(),
    "manage:reinstate-credential": registered(),
    "manage:issue-by-hand": manage(may=("rita",)),
    "manage:issue-by-csv": manage(may=("rita",)),
    "manage:issue-by-csv-confirm": manage(may=("rita",), method="post"),
    "manage:issue-requests": manage(may=("rita",)),
    "manage:decide-requests": manage(may=("rita",), method="post"),
    "manage:issue-request": asked(),
    "manage:ask-again": asked(method="post"),
    "manage:correct-credential": manage(
        lambda world: {"key": world.credential.key}, {"key": NOBODY}, may=("rita",)
    ),
    "manage:recognition": manage(may=("rita",)),
    "manage:claim": manage(
        lambda world: {"key": world.claim.key}, {"key": NOBODY}, may=("rita",)
    ),
    "manage:evidence": manage(
        lambda world: {"key": world.evidence.key}, {"key": NOBODY}, may=("rita",)
    ),
    "manage:path-certificates": manage(may=("rita", "onni")),
    "manage:withdraw-path": register("certificate"),
    "manage:endorsements": manage(may=("rita", "onni")),
    "manage:ask-endorsement": manage(may=("rita", "onni")),
    "manage:endorsement": register("endorsement"),
    "manage:take-back-endorsement": register("endorsement", method="post"),
    "manage:withdraw-endorsement": register("endorsement"),
}  # fmt: skip
GUARDED = sorted(n for n, page in TABLE.items() if page.kind not in {"open", "machine"})
THINGS = sorted(name for name, page in TABLE.items() if page.absent)


def names(resolver: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the name of every address of the project but allauth's, which have their own table."""
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            space = (entry.namespace,) if entry.namespace else ()
            yield from names(entry, (*spaces, *space))
        elif not str(entry.name).startswith(("account_", "mfa_")):
            yield ":".join((*spaces, str(entry.name)))


def held() -> dict[str, Any]:
    """Return what the database holds, but for sessions, the trail, and who last came in when."""
    return {
        model._meta.label: sorted(
            str(row)
            for row in model._default_manager.values_list(
                *(f.attname for f in model._meta.concrete_fields if f.attname != "last_login")
            )
        )
        for model in apps.get_models()
        if model._meta.label not in {"sessions.Session", "people.AuditEntry"}
    }


def signed_in(person, **options):
    client = Client(**options)
    client.force_login(person)
    return client


def plain(response, address):
    """Return a page without what its own address brings into it."""
    text = response.content.decode().replace(address, "")
    return re.sub(r'value="\w{64}"', "", text)


def test_every_address_is_in_the_table():
    assert sorted(names()) == sorted(TABLE)


def ask(client, name, world, *, method=""):
    """Ask for an address of the table by its own method, or by another one."""
    page = TABLE[name]
    return getattr(client, method or page.method)(page.address(name, world))


def test_refusals_are_as_the_table_says_and_change_nothing(world):
    """Threats 1, 2 and 3: each address, each person who may not, by GET and by POST."""
    wrong, before = {}, held()
    for who, person in world.people.items():
        client = signed_in(person)
        for name, page in TABLE.items():
            expected = page.expected(who)
            for method in ("get", "post") if expected & {403, 404} else ():
                status = ask(client, name, world, method=method).status_code
                if status not in expected | ({405} if method != page.method else set()):
                    wrong[f"{who} {method} {name}"] = status

    assert wrong == {}
    assert held() == before


def test_who_may_ask_gets_an_answer(world):
    wrong = {}
    for who, person in world.people.items():
        client = signed_in(person)
        for name, page in TABLE.items():
            if page.method == "get" and page.kind != "open" and 200 in page.expected(who):
                status = ask(client, name, world).status_code
                if status not in page.expected(who):
                    wrong[f"{who} {name}"] = status

    assert wrong == {}


def test_a_thing_of_others_answers_exactly_as_an_absent_one(world):
    stranger = signed_in(world.people["dora"])
    for name in THINGS:
        page = TABLE[name]
        address, absent = page.address(name, world), reverse(name, kwargs=page.absent)
        nothing = getattr(stranger, page.method)(absent)
        assert nothing.status_code == 404, name
        if page.kind != "open":
            foreign = getattr(stranger, page.method)(address)
            assert foreign.status_code == 404, name
            assert plain(foreign, address) == plain(nothing, absent), name
            assert sorted(foreign.headers) == sorted(nothing.headers), name


def test_a_stranger_is_led_to_sign_in_and_changes_nothing(world):
    before = held()
    for name in GUARDED:
        for method in ("get", "post"):
            response = ask(Client(), name, world, method=method)
            if response.status_code == 405:
                assert method != TABLE[name].method, name
                continue
            assert response.status_code == 302, name
            assert response["Location"].startswith("/account/login/?next="), name

    assert held() == before


def test_threat_09_a_half_done_sign_in_is_a_stranger_at_each_address(world):
    aino = world.people["aino"]
    EmailAddress.objects.create(user=aino, email=aino.email, verified=True, primary=True)
    TOTP.activate(aino, "JBSWY3DPEHPK3PXP")
    client = Client()
    client.post("/account/login/", {"login": aino.email, "password": "correct horse battery"})

    for name in GUARDED:
        response = ask(client, name, world)
        assert response.status_code == 302, name
        assert "/account/login/" in response["Location"], name


def somebody(world, page):
    """Return a person who may see a page, or Aino where nobody of this world may."""
    return world.people[page.may[0] if page.may else "aino"]


WITHOUT_TOKEN = {"api:oauth-token", "api:verify", "public:verify"}


def test_threat_14_a_post_without_its_token_is_refused_everywhere(world):
    """What takes no session needs no token: checking a credential, and what a secret opens."""
    before = held()
    for name, page in TABLE.items():
        person = somebody(world, page)
        stranger, known = (
            Client(enforce_csrf_checks=True),
            signed_in(person, enforce_csrf_checks=True),
        )
        for client in (stranger, known):
            status = ask(client, name, world, method="post").status_code
            allowed = {403, 405} | ({404} if page.kind == "machine" else set())
            assert status in ({200, 400, 413} if name in WITHOUT_TOKEN else allowed), name

    assert held() == before


def test_threat_14_the_token_of_another_session_is_refused(world):
    foreign = signed_in(world.people["ben"], enforce_csrf_checks=True)
    foreign.get("/account/")
    client = signed_in(world.people["aino"], enforce_csrf_checks=True)
    token = foreign.cookies["csrftoken"].value

    answer = client.post("/account/", {"name": "Changed", "csrfmiddlewaretoken": token})
    in_address = client.post(f"/account/?csrfmiddlewaretoken={token}", {"name": "Changed"})

    assert (answer.status_code, in_address.status_code) == (403, 403)
    assert not Person.objects.filter(name="Changed").exists()


def test_threat_14_what_changes_something_does_not_answer_a_get(world):
    before = held()
    for name, page in TABLE.items():
        if page.method == "post":
            client = signed_in(somebody(world, page))
            assert ask(client, name, world, method="get").status_code == 405, name

    assert held() == before


def test_threat_14_a_get_changes_nothing(world):
    """Opening a step notes that it was opened; Aino has opened all of hers before."""
    before = held()
    for name, page in TABLE.items():
        if page.method == "get":
            ask(signed_in(somebody(world, page)), name, world)

    assert held() == before


def test_refusals_are_recorded_with_page_and_person_but_cannot_flood_the_trail(world):
    client = signed_in(world.people["farah"])
    roles = [name for name, page in TABLE.items() if page.kind == "role"]

    for name in [*roles, *roles, *roles]:
        ask(client, name, world)

    entries = list(AuditEntry.objects.filter(action="refused"))
    assert [entry.subject for entry in entries] == [f"page:{name}" for name in roles[:20]]
    assert {entry.actor for entry in entries} == {world.people["farah"].pseudonym.key}
    assert "Farah" not in str([entry.data for entry in entries])
    assert list(faults_of_trail()) == []


def test_who_tries_many_keys_leaves_one_entry(client, farah):
    client.force_login(farah)

    for number in range(45):
        client.get(f"/learn/{UUID(int=number)}/")

    assert AuditEntry.objects.filter(action="asked-for-absent").count() == 1


def test_threat_18_every_answer_stays_out_of_stores_and_frames(world):
    for name, page in TABLE.items():
        response = ask(signed_in(somebody(world, page)), name, world)
        policy = response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"], name
        assert "default-src 'self'" in policy, name
        assert "unsafe" not in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert response["X-Content-Type-Options"] == "nosniff", name
        assert response["X-Frame-Options"] == "DENY", name
        assert response["Referrer-Policy"] == "same-origin", name
        assert "camera=()" in response["Permissions-Policy"], name


@pytest.mark.parametrize("path", ["/nothing/", "/%00/", "/modules/%00/", "/?x=%00"])
def test_answers_to_bad_requests_carry_them_too(client, db, path):
    response = client.get(path)

    assert response.status_code in {400, 404}
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert "camera=()" in response["Permissions-Policy"]
