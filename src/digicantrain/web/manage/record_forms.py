"""Forms for the record store: how long it keeps what, what is exported, who is erased."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digicantrain.records import erasing
from digicantrain.records.erasing import NobodyNamedError


def _months(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=gettext_lazy("1 to 1200. Empty: for ever."),
        required=False,
        min_value=1,
        max_value=1_200,
        error_messages={
            "invalid": gettext_lazy("Write a whole number of months, or nothing for ever."),
            "min_value": gettext_lazy("Keep it for a month at least, or write nothing for ever."),
            "max_value": gettext_lazy("Write 1200 months at most, or nothing for ever."),
        },
    )


class RetentionForm(forms.Form):
    """For how many months what is kept."""

    statements = _months(gettext_lazy("Months for which statements are kept"))
    documents = _months(gettext_lazy("Months for which states and profiles are kept"))


class ExportForm(forms.Form):
    """In which form the statements are taken along."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Which kind of file?"),
        choices=[
            ("csv", gettext_lazy("CSV: a row for each statement, for a spreadsheet program")),
            ("jsonl", gettext_lazy("JSON Lines: each statement whole, for another record store")),
        ],
        widget=forms.RadioSelect,
        initial="csv",
        error_messages={"required": gettext_lazy("Choose a kind of file.")},
    )


class EraseForm(forms.Form):
    """How a program names who is erased: in one of four ways."""

    mail = forms.CharField(
        label=gettext_lazy("Mail address"),
        help_text=gettext_lazy("Found plainly and as its SHA-1."),
        required=False,
        max_length=320,
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the account"),
        help_text=gettext_lazy("As the program sends it: a user name or a number."),
        required=False,
        max_length=1_000,
    )
    home = forms.CharField(
        label=gettext_lazy("Home page of the account"),
        help_text=gettext_lazy("Letter by letter, for example https://lms.example.org."),
        required=False,
        max_length=2_000,
    )
    sha1sum = forms.CharField(
        label=gettext_lazy("SHA-1 of the mail address"), required=False, max_length=40
    )
    openid = forms.CharField(label=gettext_lazy("OpenID"), required=False, max_length=2_000)

    def clean(self) -> dict[str, Any]:
        """Take one way, and refuse what can name nobody."""
        given = {key: text for key, text in self.cleaned_data.items() if text}
        ways = [key for key in ("mail", "account", "sha1sum", "openid") if key in self._by(given)]
        if len(ways) != 1 and not self.errors:
            self.add_error(
                None,
                _("Say in one way who it is: by mail address, account, SHA-1 or OpenID."),
            )
        elif ways:
            self._look(ways[0], given)
        return self.cleaned_data

    @staticmethod
    def _by(given: dict[str, str]) -> set[str]:
        return {"account" if key in {"home", "name"} else key for key in given}

    def _look(self, way: str, given: dict[str, str]) -> None:
        try:
            self.cleaned_data["identifiers"] = _identifiers(way, given)
        except NobodyNamedError as error:
            self.add_error("home" if way == "account" else way, str(error))

    @property
    def words(self) -> str:
        """Who it is, as it was written."""
        data = self.cleaned_data
        return " · ".join(data[key] for key in self.fields if data.get(key))


def _identifiers(way: str, given: dict[str, str]) -> set[str]:
    if way == "mail":
        return erasing.by_address(given["mail"])
    if way == "account":
        return erasing.by_account(given.get("home", ""), given.get("name", ""))
    if way == "sha1sum":
        return erasing.by_sha1sum(given["sha1sum"])
    return erasing.by_openid(given["openid"])
