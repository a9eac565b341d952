"""What is asked of a record store: requests as a proxy hands them on, in base 64 for `load.py`."""

import base64
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import sent
import servers

STATEMENTS = "/xapi/statements"
# So many different agents, activities and so on are asked for in turn.
VARIED = 40
JSON = "application/json"


@dataclass(frozen=True)
class Door:
    """Where the store listens, and what opens it."""

    port: int
    authorization: str

    def headers(self) -> dict[str, str]:
        """Return what each request carries."""
        return {
            "Host": servers.HOST,
            "X-Forwarded-Proto": "https",
            "Authorization": self.authorization,
            "X-Experience-API-Version": "1.0.3",
        }

    def get(self, query: dict[str, Any]) -> str:
        """Return a request for statements."""
        path = f"{STATEMENTS}?{urlencode(query)}" if query else STATEMENTS
        return self._written(f"GET {path}")

    def post(self, statements: list[Any]) -> str:
        """Return a request that brings statements: one by itself, several as a list."""
        value = statements if len(statements) > 1 else statements[0]
        return self._written(f"POST {STATEMENTS}", json.dumps(value, separators=(",", ":")))

    def answer(self, path: str) -> Any:
        """Ask and return the JSON that comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers=self.headers())
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != 200:
            raise SystemExit(f"{response.status} for {path}: {body[:300]!r}")
        return json.loads(body)

    def _written(self, line: str, body: str = "") -> str:
        headers = self.headers()
        if body:
            headers |= {"Content-Type": JSON, "Content-Length": str(len(body.encode()))}
        lines = [f"{line} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return base64.b64encode(("\r\n".join(lines) + f"\r\n\r\n{body}").encode()).decode()


def batches(door: Door, *, seed: int, size: int, count: int) -> list[str]:
    """Return requests that bring new statements: another seed brings others."""
    return [door.post(list(sent.several(seed, number * size, size))) for number in range(count)]


def filters(seed: int, moments: tuple[datetime, datetime]) -> dict[str, list[dict[str, str]]]:
    """Return by a name of its own each filter, in so many variants as are asked for in turn."""
    early, late = (moment.isoformat() for moment in moments)
    places = range(VARIED)
    statements = list(sent.several(seed, 0, VARIED))
    agents = [{"agent": json.dumps(sent.actor(place * 7))} for place in places]
    activities = [{"activity": sent.activity(sent.MODULES + place)["id"]} for place in places]
    modules = [{"activity": sent.activity(place % sent.MODULES)["id"]} for place in places]
    verbs = [{"verb": sent.verb_iri(verb)} for verb in sent.VERBS]
    related = {"related_activities": "true"}
    return {
        "none": [{}],
        "agent": agents,
        "verb": verbs,
        "activity": activities,
        "registration": [{"registration": one["context"]["registration"]} for one in statements],
        "related_agents": [one | {"related_agents": "true"} for one in agents],
        "related_activities": [one | related for one in modules],
        "the same, one in all": [{"activity": sent.CATEGORY} | related],
        "since": [{"since": early}],
        "until": [{"until": late}],
        "since and until": list(_spans(moments)),
        "ascending": [{"ascending": "true"}],
        "statementId": [{"statementId": one["id"]} for one in statements],
        "agent and verb": [one | verbs[place % 12] for place, one in enumerate(agents)],
        "format=canonical": [{"format": "canonical"}],
        "format=ids": [{"format": "ids"}],
        "attachments=true": [{"attachments": "true"}],
        "limit=500": [{"limit": "500"}],
    }


def _spans(moments: tuple[datetime, datetime]) -> Iterator[dict[str, str]]:
    early, late = moments
    step = (late - early) / VARIED
    for place in range(VARIED):
        since = early + place * step
        until = since + timedelta(days=7)
        yield {"since": since.isoformat(), "until": until.isoformat()}


def page_ten(door: Door) -> str:
    """Walk to the tenth page, and return the request for it."""
    more: str = door.answer(STATEMENTS)["more"]
    for _page in range(8):
        more = door.answer(more)["more"] or more
    return door.get({"more": more.partition("?more=")[2]})
