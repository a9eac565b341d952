"""Forms for claiming what one knows already."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digicantrain.base.localised import pick
from digicantrain.credentials.certificates import link_of
from digicantrain.credentials.models import Credential, RecognitionClaim
from digicantrain.credentials.queries import transcript
from digicantrain.credentials.recognition import Told
from digicantrain.credentials.recognition_evidence import LARGEST_FILE
from digicantrain.people.models import Person

EARLIEST_YEAR = 1950


class ClaimForm(forms.Form):
    """Which units, and in her words what she learned, where, when and for how long."""

    units = forms.MultipleChoiceField(
        label=gettext_lazy("Which units do you know already?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one unit.")},
    )
    learned = forms.CharField(
        label=gettext_lazy("What have you learned, in your own words?"),
        help_text=gettext_lazy(
            "Say for each unit what you can do. Never write about a real patient here."
        ),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    place = forms.CharField(
        label=gettext_lazy("Where did you learn it?"),
        help_text=gettext_lazy("A course, a school or a workplace."),
        max_length=200,
    )
    from_year = forms.IntegerField(label=gettext_lazy("From which year?"), min_value=EARLIEST_YEAR)
    to_year = forms.IntegerField(label=gettext_lazy("To which year?"), min_value=EARLIEST_YEAR)
    hours = forms.DecimalField(
        label=gettext_lazy("About how many hours of learning?"),
        max_digits=6,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(10_000))],
        localize=True,
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = units  # type: ignore[attr-defined]
        for name in ("from_year", "to_year"):
            self.fields[name].validators.append(MaxValueValidator(timezone.localdate().year))

    @classmethod
    def initial_of(cls, claim: RecognitionClaim) -> dict[str, Any]:
        """Return what stands in a claim."""
        names = ("learned", "place", "from_year", "to_year", "hours")
        units = list(claim.units.values_list("unit", flat=True))
        return {"units": units, **{name: getattr(claim, name) for name in names}}

    def clean(self) -> dict[str, Any]:
        """The years must follow one another."""
        data = super().clean() or {}
        first, last = data.get("from_year"), data.get("to_year")
        if first and last and first > last:
            self.add_error("to_year", _("The last year lies before the first one."))
        return data

    def told(self) -> Told:
        """Return what she told."""
        data = self.cleaned_data
        return Told(
            data["learned"], data["place"], data["from_year"], data["to_year"], data["hours"]
        )


class FileForm(forms.Form):
    """A file as evidence."""

    file = forms.FileField(
        label=gettext_lazy("Choose a file"),
        help_text=gettext_lazy(
            "A certificate or a confirmation: PDF up to 4 megabytes, or a picture (JPEG or PNG) up "
            "to 8 megabytes. Nothing about patients may be in it."
        ),
        # a telephone that keeps photographs in another form then hands over a JPEG
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty. Choose another one."),
        },
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data.get("file")
        if file and (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(
                _("The file is larger than 8 megabytes. Make it smaller or split it.")
            )
        return file


class CredentialForm(forms.Form):
    """A credential as evidence: one that she earned here, a link, a text, or a file."""

    own = forms.ChoiceField(label=gettext_lazy("Choose one that you earned here"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or paste the link or the text of one"),
        help_text=gettext_lazy("The link of one that was issued here, or a whole Open Badge."),
        required=False,
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose its file"),
        help_text=gettext_lazy(
            "The certificate (PDF), the badge (PNG or SVG) or the signed credential (JSON or JWT); "
            "at most 8 megabytes."
        ),
        required=False,
    )

    clean_file = FileForm.clean_file

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = transcript(person).filter(revoked_at=None)
        own = [(str(row.key), pick(row.title).text) for row in rows]
        self.fields["own"].choices = [("", "–"), *own]  # type: ignore[attr-defined]
        if not own:
            del self.fields["own"]
            self.fields["text"].label = _("Paste the link or the text of the credential")

    def clean(self) -> dict[str, Any]:
        """One of them must be there."""
        data = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in ("own", "text", "file")):
            raise forms.ValidationError(_("Paste a link or a credential, or choose a file."))
        return data

    def content(self) -> bytes | str:
        """Return what was handed in: the link of one that she chose, a text or a file."""
        data = self.cleaned_data
        if data.get("own"):
            return link_of(Credential.objects.get(key=data["own"]))
        return bytes(data["file"].read()) if data.get("file") else str(data["text"])


class StatementForm(forms.Form):
    """What an employer says, and who can confirm it."""

    words = forms.CharField(
        label=gettext_lazy("What does your employer or teacher say about what you can do?"),
        help_text=gettext_lazy("In their words. Never write about a real patient here."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    confirmed_by = forms.CharField(
        label=gettext_lazy("Name of the person who can confirm it"),
        help_text=gettext_lazy("Ask that person before you give the name."),
        max_length=200,
    )
    role = forms.CharField(
        label=gettext_lazy("That person's role"),
        help_text=gettext_lazy("For example head nurse of the ward."),
        max_length=200,
    )
    contact = forms.CharField(
        label=gettext_lazy("Work e-mail address or telephone"), max_length=200, required=False
    )


class AppealForm(forms.Form):
    """Why she asks for another decision."""

    words = forms.CharField(
        label=gettext_lazy("Why should it be decided again?"),
        help_text=gettext_lazy("Say what was overlooked. Another person reads it."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
