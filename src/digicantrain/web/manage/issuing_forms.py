"""Forms for issuing: by hand, by file, as a correction, and for saying no."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digicantrain.credentials import by_hand, correcting
from digicantrain.credentials.by_hand import Wanted
from digicantrain.credentials.correcting import Correction
from digicantrain.credentials.gate import NotPublishedError
from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.people.models import Organisation, People, Person
from digicantrain.programme.models import Module
from digicantrain.web.teach.forms import ModuleChoice, RosterForm

WATCHED = [
    ("supervised-identified", _("Somebody supervised it and checked who sat it")),
    ("unsupervised-identified", _("Nobody supervised it; it was checked who sat it")),
    ("unsupervised", _("Neither was done, or it is not known")),
]
EVIDENCE_HELP = _(
    "What was assessed, by whom and when. It is kept for your office and is not shown to those "
    "who check the credential. Nothing about health."
)


def missing(words: object) -> dict[str, Any]:
    """Return what a field says when it is left empty."""
    return {"required": words}


def evidence_field() -> forms.CharField:
    """Return the field for what was assessed elsewhere."""
    return forms.CharField(
        label=_("Evidence"),
        help_text=EVIDENCE_HELP,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=missing(_("Say what was assessed, by whom and when.")),
    )


def watched_field() -> forms.ChoiceField:
    """Return the field for how it was watched over."""
    return forms.ChoiceField(
        label=_("How was it watched over?"),
        choices=WATCHED,
        widget=forms.RadioSelect,
        error_messages=missing(_("Say how it was watched over.")),
    )


class IssueForm(forms.Form):
    """What is issued by hand, to whom, and what it rests on."""

    module = ModuleChoice(
        queryset=Module.objects.none(),
        label=_("Module"),
        empty_label=_("Choose"),
        error_messages=missing(_("Choose the module.")),
    )
    email = forms.CharField(
        label=_("E-mail address of the person's account"),
        help_text=_("The name of the account stands on the certificate."),
        max_length=254,
        error_messages=missing(_("Write the address of the person's account.")),
    )
    evidence = evidence_field()
    watched = watched_field()
    language = forms.ChoiceField(label=_("Language of the credential"), choices=[])

    def __init__(
        self, *args: Any, organisations: list[Organisation], by: Person, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if organisations:
            self.initial.setdefault("language", organisations[0].language)
        modules = by_hand.modules_of(organisations)
        self.fields["module"].queryset = modules  # type: ignore[attr-defined]
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]

    def clean_email(self) -> Person:
        """Find the account."""
        email = People.normalize_email(self.cleaned_data["email"])
        person = Person.objects.filter(email=email, is_active=True).first()
        if person is None:
            raise forms.ValidationError(
                _("No account has this address. Ask the person to sign up, or issue it by CSV.")
            )
        return person

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be issued, with the reason beside its field."""
        data = super().clean() or {}
        if not self.errors:
            self._look(self.wanted())
        return data

    def _look(self, wanted: Wanted) -> None:
        languages = wanted.version.languages
        if languages and wanted.language not in languages:
            self.add_error("language", _("The module is not written in this language."))
        try:
            by_hand.require_issuable(wanted.version)
        except NotPublishedError as error:
            self.add_error("module", list(error.sentences))
        obstacle = by_hand.obstacles([wanted], by=self.by)[0]
        if obstacle:
            self.add_error("email", obstacle.text)

    def wanted(self) -> Wanted:
        """Return what was filled in."""
        data = self.cleaned_data
        return Wanted(
            person=data["email"],
            version=data["module"].current,
            language=data["language"],
            evidence=data["evidence"],
            watched=data["watched"],
        )


class FileForm(RosterForm):
    """A CSV file of credentials."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "Columns: email, module, evidence; if you like: name, language, supervision "
            "(supervised-identified, unsupervised-identified or unsupervised)."
        )


class CorrectForm(forms.Form):
    """What stands in a corrected credential."""

    name = forms.CharField(
        label=_("Name as it is shown"),
        max_length=200,
        error_messages=missing(_("Write the name as it is to be shown.")),
    )
    language = forms.ChoiceField(label=_("Language of the credential"), choices=[])
    expires_on = forms.DateField(
        label=_("Valid until"),
        help_text=_("Empty: it does not expire."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    evidence = evidence_field()
    watched = watched_field()
    fresh = forms.BooleanField(
        label=_("Tell the module and your organisation as they are now"),
        help_text=_("After a mistake in the content: all else is told as it was when issued."),
        required=False,
    )
    reason = forms.CharField(
        label=_("Why it is corrected"),
        help_text=_("Kept for your office; those who check the credential do not see it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=missing(_("Say why it is corrected.")),
    )

    def __init__(self, *args: Any, credential: Credential, **kwargs: Any) -> None:
        self.evidence_before, self.watched_before = correcting.basis_of(credential)
        ends = credential.expires_at
        before = {
            "name": credential.holder_name,
            "language": credential.language,
            "expires_on": ends.date() if ends else None,
            "evidence": self.evidence_before,
            "watched": self.watched_before,
        }
        super().__init__(*args, **{**kwargs, "initial": before})
        self.credential = credential
        own_names = dict(settings.LANGUAGES)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (code, own_names.get(code, code)) for code in correcting.languages_of(credential)
        ]
        if not self.watched_before:
            del self.fields["evidence"], self.fields["watched"]

    def clean_expires_on(self) -> datetime | None:
        """The end of that day; one that is over says nothing good of what is issued today."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        before = self.credential.expires_at
        if before and day == before.date():
            return before
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day after today, or leave it empty."))
        return datetime.combine(day, time(23, 59, 59), tzinfo=UTC)

    def wanted(self) -> Correction:
        """Return what was filled in."""
        data = self.cleaned_data
        return Correction(
            name=" ".join(data["name"].split()),
            language=data["language"],
            reason=data["reason"],
            expires_at=data["expires_on"],
            evidence=data.get("evidence", ""),
            watched=data.get("watched", ""),
            fresh=data["fresh"],
        )


class RequestFilter(forms.Form):
    """Narrows the list of what was asked for."""

    name = forms.CharField(label=_("Holder's name"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", IssueRequest.State.WAITING.label),
            *((one.value, one.label) for one in list(IssueRequest.State)[1:]),
            ("all", _("All")),
        ],
    )
    how = forms.ChoiceField(
        label=_("How"), required=False, choices=[("", _("All")), *IssueRequest.How.choices]
    )


class RefuseForm(forms.Form):
    """Why something is not confirmed."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The learner who earned it, or whoever asked for it, reads this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=missing(_("Say why it is refused.")),
    )
