"""Forms on one's own data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from digicantrain.people.models import People, Person


class EraseForm(forms.Form):
    """Typing one's own address confirms that all is to be erased."""

    email = forms.CharField(label=_("Your e-mail address"), max_length=254)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_email(self) -> str:
        """Accept only the person's own address."""
        email = People.normalize_email(self.cleaned_data["email"])
        if email != self._person.email:
            raise forms.ValidationError(
                _("This is not the address of this account. Type the address you sign in with.")
            )
        return email
