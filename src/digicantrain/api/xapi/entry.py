"""The way into the record store, and out again: every answer leaves through here.

It stands before sessions, languages and messages: a machine's request touches none of them.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.db import IntegrityError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from digicantrain.api.xapi import (
    about,
    access,
    activities,
    activity_profile,
    agent_profile,
    agents,
    answers,
    asked,
    negotiation,
    pages,
    state,
    statements,
)
from digicantrain.api.xapi.answers import CONSISTENT, ON_EVERY_ANSWER, VERSION, Refusal
from digicantrain.api.xapi.asked import Asked, Spoken
from digicantrain.api.xapi.documents import Shelf
from digicantrain.api.xapi.params import Params
from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.multipart import AttachmentError
from digicantrain.core.xapi.signatures import SignatureError
from digicantrain.core.xapi.versions import Version
from digicantrain.records import clock

logger = logging.getLogger(__name__)

Method = Callable[[Asked], HttpResponseBase]
ABOUT: Final = "about"
STATEMENTS: Final = "statements"


def _shelved(shelf: Shelf, *, delete: Method) -> dict[str, Method]:
    return {"GET": shelf.get, "PUT": shelf.put, "POST": shelf.post, "DELETE": delete}


RESOURCES: Final[Mapping[str, Mapping[str, Method]]] = {
    STATEMENTS: {"GET": pages.get, "PUT": statements.put, "POST": statements.post},
    "activities": {"GET": activities.get},
    "activities/state": _shelved(state.SHELF, delete=state.delete),
    "activities/profile": _shelved(activity_profile.SHELF, delete=activity_profile.SHELF.delete),
    "agents": {"GET": agents.get},
    "agents/profile": _shelved(agent_profile.SHELF, delete=agent_profile.SHELF.delete),
}


class RecordStoreMiddleware:
    """Answers what is asked of the record store; every other request goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if negotiation.is_ours(request.path_info):
            return answer(request)
        return self._get_response(request)


def answer(request: HttpRequest) -> HttpResponseBase:
    """Answer a request to the record store, whatever becomes of it."""
    talk = _Talk(request)
    try:
        response = talk.answered()
    except Refusal as refusal:
        response = refusal.response()
    except (StatementError, AttachmentError, SignatureError) as error:
        response = Refusal(400, str(error)).response()
    except (OperationalError, IntegrityError):
        logger.exception("The database did not take part in a request to the record store.")
        headers = {"Retry-After": "1"}
        response = Refusal(503, "The store is busy; send it again.", headers=headers).response()
    return talk.finished(response)


class _Talk:
    """One request on its way, so that even a refusal carries what is known by then."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._route = negotiation.route(request.path_info)
        self._version = self._route.version or Version.V1
        self._through: datetime | None = None

    def answered(self) -> HttpResponseBase:
        methods = RESOURCES.get(self._route.resource)
        if self._route.resource == ABOUT:
            return self._about()
        if methods is None:
            raise Refusal(404, "There is no such resource.")
        if self._request.method == "OPTIONS":
            return answers.preflight(_allowed(methods))
        spoken = asked.spoken(self._request, self._route)
        method = _method(methods, spoken)
        self._version = self._route.speaks(spoken.header(VERSION))
        if spoken.is_alternate and self._version is Version.V2:
            raise Refusal(400, "xAPI 2.0 has no alternate request syntax; send it by HTTP alone.")
        holder = access.opened(self._request, spoken.header("Authorization"))
        if self._route.resource == STATEMENTS:
            # Asked before anything is read: what is stored meanwhile may be missing in the answer.
            self._through = clock.consistent_through()
        given = Params(spoken.given, self._version)
        return method(Asked(spoken, self._route, self._version, given, holder))

    def _about(self) -> HttpResponseBase:
        """Answer what everybody may ask, even without a version."""
        if self._request.method == "OPTIONS":
            return answers.preflight(_allowed({"GET": pages.get}))
        spoken = asked.spoken(self._request, self._route)
        _method({"GET": pages.get}, spoken)
        if spoken.header(VERSION) is not None:
            self._version = self._route.speaks(spoken.header(VERSION))
        return about.get(Params(spoken.given))

    def finished(self, response: HttpResponseBase) -> HttpResponseBase:
        """Add what every answer carries."""
        for name, value in ON_EVERY_ANSWER.items():
            response.headers[name] = value
        response.headers[VERSION] = self._version.value
        if self._through is not None:
            response.headers[CONSISTENT] = self._through.isoformat(timespec="milliseconds")
        answers.measure(response)
        if response.status_code < 500:
            # A state that is not there yet is everyday life; the access log has it.
            response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
        return answers.without_body(response) if self._request.method == "HEAD" else response


def _method(methods: Mapping[str, Method], spoken: Spoken) -> Method:
    """Return what answers; HEAD is answered as GET is."""
    found = methods.get("GET" if spoken.method == "HEAD" else spoken.method)
    if found is None:
        allowed = _allowed(methods)
        raise Refusal(405, f"Here is {allowed} only.", headers={"Allow": allowed})
    return found


def _allowed(methods: Mapping[str, Method]) -> str:
    return ", ".join(sorted({*methods, "HEAD", "OPTIONS"}))
