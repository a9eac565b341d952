"""The form that sends a code by e-mail."""

from typing import Any

from allauth.account.forms import RequestLoginCodeForm
from allauth.account.models import EmailAddress


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Let one code both sign in and confirm the address.

    Who was enrolled by a file has an account, and no address that allauth knows of; without this
    she would be asked for a second code right after the first.
    """

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        person = getattr(self, "_user", None)
        if person and not EmailAddress.objects.filter(user=person).exists():
            EmailAddress.objects.create(user=person, email=person.email, primary=True)
        return data
