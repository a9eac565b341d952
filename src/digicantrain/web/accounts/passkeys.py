"""The form that adds a passkey."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey signs in by itself; who wants a second step only takes the mark away."""

    passwordless = forms.BooleanField(
        label=_("It signs me in without a password"),
        required=False,
        initial=True,
        help_text=_("Without this mark it is asked for after the password."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("A name for it")
        self.fields["name"].help_text = _("So that you know it again, for example: my phone.")
