"""Mail from templates: first line the subject, then a blank line, then the text."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


def send(
    template: str, *, to: str, language: str, context: dict[str, Any], reference: str = ""
) -> None:
    """Send `mail/<template>.txt` in a language; values of the context are printed literally.

    A value never becomes a header: line breaks in the subject are folded into blanks. A mail with
    a reference carries it as its Message-ID: sent again after a killed worker, it is the same mail.
    """
    with translation.override(language):
        text = render_to_string(f"mail/{template}.txt", {**context, "origin": settings.ORIGIN})
    subject, _, body = text.partition("\n\n")
    headers = {"Message-ID": f"<{reference}@{_host()}>"} if reference else {}
    message = EmailMessage(
        subject=" ".join(subject.split()), body=body.strip() + "\n", to=[to], headers=headers
    )
    message.send()


def _host() -> str:
    return urlsplit(settings.ORIGIN).hostname or "localhost"
