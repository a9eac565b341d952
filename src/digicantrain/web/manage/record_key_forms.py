"""Forms for the keys of the record store, and what a key may do in plain words."""

from datetime import timedelta
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy

from digicantrain.core.xapi.scopes import OFFERED, Scope
from digicantrain.records import keys
from digicantrain.records.keys import Wanted


class Words(NamedTuple):
    """A scope for who does not know the word: what it is, and what follows."""

    short: Any
    more: Any


WORDS = {
    Scope.WRITE: Words(
        gettext_lazy("Send statements"),
        gettext_lazy("It adds what people did in it. It reads nothing."),
    ),
    Scope.READ_MINE: Words(
        gettext_lazy("Read its own statements"),
        gettext_lazy("It reads back what it sent itself."),
    ),
    Scope.READ: Words(
        gettext_lazy("Read all statements"),
        gettext_lazy("It reads everything in your store, whoever sent it."),
    ),
    Scope.STATE: Words(
        gettext_lazy("Keep where people left off"),
        gettext_lazy("It reads and writes the state of activities."),
    ),
    Scope.PROFILE: Words(
        gettext_lazy("Keep profiles"),
        gettext_lazy("It reads and writes documents about activities and people."),
    ),
    Scope.ALL_READ: Words(
        gettext_lazy("Read everything"),
        gettext_lazy("All statements, states and profiles. It writes nothing."),
    ),
    Scope.ALL: Words(
        gettext_lazy("Everything"),
        gettext_lazy("It reads and writes all of it. Only for a program that you run yourselves."),
    ),
}
OVERLAPS = {"later": keys.OVERLAP, "now": keys.AT_ONCE}


class KeyFilter(forms.Form):
    """Narrows the list of keys."""

    which = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            ("", gettext_lazy("Keys that work")),
            ("all", gettext_lazy("All keys")),
        ],
    )


class KeyForm(forms.Form):
    """What a new key is for."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy(
            "Which program uses it, and where: “Ward tablets, H5P site”. One key a program, so "
            "that you can end one and leave the others."
        ),
        max_length=100,
        error_messages={"required": gettext_lazy("Give the key a name.")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"),
        choices=[(scope.value, WORDS[scope].short) for scope in OFFERED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one thing that the key may do.")},
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy(
            "After this day (UTC) it ends by itself. Empty: it works until it is revoked."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def wanted(self) -> Wanted:
        """Return the key that is asked for."""
        return Wanted(**self.cleaned_data)

    def scope_rows(self) -> list[dict[str, Any]]:
        """Return each scope with its words, and whether it is chosen."""
        chosen = self["scopes"].value() or []
        return [
            {"value": scope.value, "words": WORDS[scope], "checked": scope.value in chosen}
            for scope in OFFERED
        ]


class RotateForm(forms.Form):
    """How long the previous secret works."""

    overlap = forms.ChoiceField(
        label=gettext_lazy("What of the present secret?"),
        choices=[
            ("later", gettext_lazy("It works for 24 more hours, so that nothing stops")),
            ("now", gettext_lazy("It ends at once, since somebody else may know it")),
        ],
        widget=forms.RadioSelect,
        initial="later",
        error_messages={"required": gettext_lazy("Choose what becomes of the present secret.")},
    )
    # a form sent twice, or from a page opened before, must not end a secret that was just given
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def span(self) -> timedelta:
        """How long both secrets work."""
        return OVERLAPS[self.cleaned_data["overlap"]]
