"""Forms of the account."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from digicantrain.people.models import Person


class SignupForm(forms.Form):
    """What allauth's sign-up does not ask: the name, as it shall stand on a credential."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As it shall stand on what you earn."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1", "password2")

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Keep the name, and the language in which she signed up."""
        user.name = self.cleaned_data["name"]
        user.language = getattr(request, "LANGUAGE_CODE", "en")[:2]
        user.save(update_fields=["name", "language"])


class ProfileForm(forms.ModelForm[Person]):
    """Name, language, time zone, country, profession."""

    class Meta:
        model = Person
        fields = ("name", "family_name", "language", "time_zone", "country", "profession")
        labels = {
            "name": _("Your name"),
            "family_name": _("Which part of it is your family name"),
            "time_zone": _("Time zone, for example Europe/Helsinki"),
            "country": _("Country, two letters"),
            "profession": _("Profession"),
        }
        help_texts = {
            "name": _("As it shall stand on what you earn."),
            "family_name": _(
                "Universities ask for it apart. If you leave it empty, it is the last word."
            ),
            "profession": _("Some credits count for some professions only."),
        }

    language = forms.ChoiceField(label=_("Language"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]

    def clean_family_name(self) -> str:
        """The first or the last words of the name, or nothing."""
        family = str(self.cleaned_data["family_name"]).split()
        words = str(self.cleaned_data.get("name", "")).split()
        if family and family not in (words[: len(family)], words[-len(family) :]):
            raise forms.ValidationError(
                _("Write the first or the last words of your name as they stand in it.")
            )
        return " ".join(family)

    def clean_time_zone(self) -> str:
        """Only zones that exist."""
        zone = str(self.cleaned_data["time_zone"])
        if zone not in available_timezones():
            raise forms.ValidationError(_("This time zone does not exist. Try Europe/Helsinki."))
        return zone

    def clean_country(self) -> str:
        """Two letters, in capitals, or nothing."""
        country = str(self.cleaned_data["country"]).upper()
        if country and not (len(country) == 2 and country.isalpha() and country.isascii()):
            raise forms.ValidationError(_("Write the country as two letters, for example FI."))
        return country
