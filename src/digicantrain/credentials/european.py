"""An issued credential in the forms of Europe: European Digital Credential and ELMO."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from django.utils.translation import gettext as _

from digicantrain.core.credentials import elm, elmo
from digicantrain.core.credentials.elm import EuropeanFormError
from digicantrain.core.credentials.tellings import Learner
from digicantrain.credentials import seals
from digicantrain.credentials.certificates import (
    link_of,
    logo_bytes,
    pictures_of,
    sealed_certificate_of,
)
from digicantrain.credentials.models import Credential
from digicantrain.credentials.records import awards_of, telling_of


def is_offered(credential: Credential) -> bool:
    """Whether the European forms can be made: they ask for the provider's number in a register."""
    return bool(credential.document and credential.organisation.legal_identifier)


def document_of(credential: Credential, *, name: str, email: str = "") -> dict[str, Any]:
    """Return the European Digital Credential of an issued credential, not sealed.

    Raises:
        EuropeanFormError: something that only this form asks for is missing.
    """
    pictures = pictures_of(credential, holder=name)
    tellings = [
        telling_of(award, picture=pictures.get(award.achievement.language, b""))
        for award in awards_of(credential)
    ]
    extras = elm.Extras(link=link_of(credential), logo=logo_bytes(credential.organisation))
    return elm.document_of(tellings, learner=Learner(name, email), extras=extras)


def upload_of(credential: Credential, *, name: str, email: str) -> bytes:
    """Return the form that the Commission's issuer takes in, with the address to send it to."""
    return orjson.dumps(elm.upload_of(document_of(credential, name=name, email=email)))


def sealed_of(credential: Credential, *, name: str, now: datetime) -> bytes:
    """Return the European Digital Credential sealed by the organisation; it holds no address.

    Raises:
        EuropeanFormError: the organisation has no seal, or something else is missing.
    """
    seal = seals.usable_seal(credential.organisation, now=now)
    if seal is None:
        raise EuropeanFormError(_("The organisation has no seal."))
    return seals.seal_json(document_of(credential, name=name), seal=seal, now=now).encode()


def elmo_of(credentials: Sequence[Credential], *, learner: Learner, now: datetime) -> bytes:
    """Return ELMO 1.7 of one learner's credentials, each with its certificate and signed form.

    Raises:
        EuropeanFormError: a provider has no number in a register.
    """
    if not all(map(is_offered, credentials)):
        raise EuropeanFormError(_("The provider's number in a register is missing."))
    entries = [
        elmo.Entry(
            [telling_of(award) for award in awards_of(row)],
            (
                elmo.File(
                    "application/pdf", sealed_certificate_of(row, holder=learner.name, now=now)
                ),
                elmo.File("application/vc+ld+json", row.document.encode()),
            ),
        )
        for row in credentials
    ]
    return elmo.document_of(entries, learner=learner, now=now)
