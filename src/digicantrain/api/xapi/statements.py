"""The statements resource: taking statements, and handing them out."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse

from digicantrain.api.xapi import access as door
from digicantrain.api.xapi import answers
from digicantrain.api.xapi.answers import Refusal
from digicantrain.api.xapi.asked import Asked
from digicantrain.core.xapi import multipart, rules, signatures, strict
from digicantrain.core.xapi.media import MULTIPART
from digicantrain.core.xapi.multipart import Attachment
from digicantrain.core.xapi.scopes import Scope
from digicantrain.records import linking, writing
from digicantrain.records.writing import Writer

MOST: Final = 1_000
Json = dict[str, Any]
Attachments = Mapping[str, Attachment]


def put(asked: Asked) -> HttpResponse:
    """Take one statement under the id that the address names."""
    asked.require(Scope.WRITE)
    asked.params.only("statementId")
    asked.params.need("statementId")
    key = asked.params.uuid("statementId")
    value, attachments = _sent(asked)
    if not isinstance(value, dict):
        raise Refusal(400, "A PUT brings one statement; POST takes many.")
    value.setdefault("id", str(key))
    statements = rules.check_batch(value, version=asked.version)
    if UUID(value["id"]) != key:
        raise Refusal(400, "The id of the statement is another one than statementId.")
    _store(asked, statements, attachments)
    return answers.nothing()


def post(asked: Asked) -> HttpResponse:
    """Take one statement or many, all or none, and answer with their ids in order."""
    asked.require(Scope.WRITE)
    asked.params.only()
    value, attachments = _sent(asked)
    if isinstance(value, list) and len(value) > MOST:
        raise Refusal(413, f"Send at most {MOST:,} statements at a time.")
    statements = rules.check_batch(value, version=asked.version)
    ids = _store(asked, statements, attachments)
    return answers.json([str(key) for key in ids])


def _sent(asked: Asked) -> tuple[object, Attachments]:
    """Return what a body holds: a JSON value, and the attachments beside it."""
    media = asked.media()
    if media.kind == MULTIPART:
        boundary = multipart.boundary(asked.header("Content-Type") or "")
        body = multipart.read(asked.body(), boundary=boundary)
        return strict.read(body.statements), body.attachments
    if not media.is_json:
        raise Refusal(400, "Statements come as application/json or multipart/mixed.")
    return strict.read(asked.body()), {}


def _store(asked: Asked, statements: list[Json], attachments: Attachments) -> list[UUID]:
    multipart.require_parts(statements, attachments)
    if attachments:
        for statement in statements:
            signatures.check(statement, attachments, version=asked.version)
    if not statements:
        return []
    door.count(asked.access, statements=len(statements))
    try:
        return writing.store(
            asked.store,
            statements,
            by=_writer(asked),
            attachments={sha2: found.content for sha2, found in attachments.items()},
        )
    except writing.StatementConflictError as error:
        raise Refusal(409, str(error)) from None
    except linking.ForeignVoidingError as error:
        raise Refusal(403, str(error)) from None
    except (writing.TooMuchError, linking.TooManyLinksError) as error:
        raise Refusal(413, str(error)) from None
    except linking.VoidingError as error:
        raise Refusal(400, str(error)) from None


def _writer(asked: Asked) -> Writer:
    access = asked.access
    return Writer(access.authority, asked.version, voids_all=access.may(Scope.ALL))
