"""Forms for organisations, sites and roles."""

import io
import struct
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from digicantrain.core.colours import ENOUGH_FOR_WORDS, WHITE, contrast
from digicantrain.credentials.countries import is_country
from digicantrain.people.enums import Role
from digicantrain.people.models import Organisation, People, Person, Signatory, Site
from digicantrain.people.models import colour as written_as_a_colour

LOGO_BYTES = 1_000_000
LOGO_PIXELS = 4_000_000
LOGO_SIDE = 600
# What Pillow raises for a file that is damaged or not what it says it is.
UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
)


def a_country(code: str) -> str:
    """Return the two letters of a country in capitals; others are refused."""
    if not is_country(code.upper()):
        raise forms.ValidationError(_("This is no country. Write its two letters, for example FI."))
    return code.upper()


class WebsiteField(forms.URLField):
    """An address; without a scheme it is taken as https."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)


class OrganisationForm(forms.ModelForm[Organisation]):
    """A provider's name in each language, logo, colour and rules of credit."""

    class Meta:
        model = Organisation
        fields = (
            "country", "website", "contact_email", "colour", "hours_per_ects", "may_award_ects",
            "legal_identifier", "logo", "four_eyes",
        )  # fmt: skip
        labels = {
            "country": _("Country, two letters"),
            "website": _("Website"),
            "contact_email": _("E-mail address for learners"),
            "colour": _("Colour"),
            "hours_per_ects": _("Hours for one ECTS credit"),
            "may_award_ects": _("We are entitled to award ECTS credits"),
            "legal_identifier": _("Number in a register"),
            "logo": _("Logo (PNG or JPEG, at most 1 MB)"),
            "four_eyes": _("A second person approves each credential before it is issued"),
        }
        help_texts = {
            "hours_per_ects": _("25 to 30; each certificate shows this figure in its formula."),
            "legal_identifier": _(
                "Register, country and number, as in VATFI-01234567. "
                "The European Digital Credential and the seal name it."
            ),
            "four_eyes": _(
                "A registrar says yes or no. Nobody approves what she asked for, nor what is for "
                "herself. Switched off, what was earned here and waits is issued; what registrars "
                "asked for still waits for a registrar's yes. Badges of single units and path "
                "certificates are issued without it."
            ),
            "colour": _(
                "As # and six digits, for example #124c3c. Dark enough to be read on white."
            ),
        }
        widgets = {"logo": forms.FileInput}
        # Not Django's field for pictures: it opens every format that Pillow knows.
        field_classes = {"website": WebsiteField, "logo": forms.FileField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, own_name in settings.LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name (%(language)s)") % {"language": own_name},
                max_length=200,
                required=code == self.instance.language,
                initial=self.instance.name.get(code, ""),
            )
            self.fields[f"quality_{code}"] = forms.CharField(
                label=_("Type of quality assurance (%(language)s)") % {"language": own_name},
                max_length=300,
                required=False,
                initial=self.instance.quality_assurance.get(code, ""),
            )

    @property
    def qualities(self) -> list[forms.BoundField]:
        """How quality is assured, in each language."""
        return [self[f"quality_{code}"] for code, _own in settings.LANGUAGES]

    @property
    def names(self) -> list[forms.BoundField]:
        """The name in each language."""
        return [self[f"name_{code}"] for code, _own in settings.LANGUAGES]

    def clean_country(self) -> str:
        """Two letters, in capitals."""
        return a_country(self.cleaned_data["country"])

    def clean_colour(self) -> str:
        """Words in this colour stand on white certificates: they must be readable."""
        wanted = str(self.cleaned_data["colour"])
        written_as_a_colour(wanted)
        found = contrast(wanted, WHITE)
        if found < ENOUGH_FOR_WORDS:
            raise forms.ValidationError(
                _(
                    "This colour is too pale to be read on white paper: its contrast is "
                    "%(found)s to 1, and 4.5 is needed. Choose a darker one."
                ),
                params={"found": number_format(found, decimal_pos=1)},
            )
        return wanted

    def clean_logo(self) -> Any:
        """Draw the picture again: what is stored is our own PNG, without anything hidden in it."""
        file = self.cleaned_data.get("logo")
        if not file or file == self.instance.logo:
            return file
        if file.size > LOGO_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB. Choose a smaller one."))
        return _redrawn(file)

    def _said(self, field: str) -> dict[str, str]:
        said = {code: self.cleaned_data[f"{field}_{code}"] for code, _own in settings.LANGUAGES}
        return {code: words for code, words in said.items() if words}

    def save(self, commit: bool = True) -> Organisation:  # noqa: FBT001, FBT002 - Django's own
        """Keep the names and words that were given."""
        self.instance.name = self._said("name")
        self.instance.quality_assurance = self._said("quality")
        return super().save(commit)


def _small(file: Any) -> Image.Image:
    opened = Image.open(file, formats=("PNG", "JPEG"))
    if opened.width * opened.height > LOGO_PIXELS:
        raise Image.DecompressionBombError
    return opened


def _redrawn(file: Any) -> ContentFile[bytes]:
    file.seek(0)
    try:
        picture = _small(file).convert("RGBA")
    except Image.DecompressionBombError:
        raise forms.ValidationError(
            _("The picture has too many pixels. Make it smaller.")
        ) from None
    except UNREADABLE:
        raise forms.ValidationError(
            _("This is not a picture that can be read. Use PNG or JPEG.")
        ) from None
    picture.info.clear()
    picture.thumbnail((LOGO_SIDE, LOGO_SIDE))
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return ContentFile(out.getvalue(), name="logo.png")


class SiteForm(forms.ModelForm[Site]):
    """A new site."""

    class Meta:
        model = Site
        fields = ("name", "slug", "city", "country", "time_zone")
        labels = {
            "name": _("Name"),
            "slug": _("Short name for addresses"),
            "city": _("City"),
            "country": _("Country, two letters"),
            "time_zone": _("Time zone, for example Europe/Helsinki"),
        }

    def clean_country(self) -> str:
        """Two letters, in capitals."""
        return a_country(self.cleaned_data["country"])


class SignatoryForm(forms.ModelForm[Signatory]):
    """Somebody who signs certificates."""

    title_text = forms.CharField(label=_("Title"), max_length=200)

    class Meta:
        model = Signatory
        fields = ("name",)
        labels = {"name": _("Name")}


class RoleForm(forms.Form):
    """Gives a role to somebody who has an account."""

    email = forms.CharField(label=_("E-mail address of the account"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    site = forms.ModelChoiceField(
        queryset=Site.objects.none(),
        label=_("Only at this site"),
        required=False,
        empty_label=_("Whole organisation"),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = organisation.sites.all()  # type: ignore[attr-defined]

    def clean_email(self) -> Person:
        """Find the account."""
        email = People.normalize_email(self.cleaned_data["email"])
        person = Person.objects.filter(email=email, is_active=True).first()
        if person is None:
            raise forms.ValidationError(
                _("No account has this address. Ask the person to sign up first.")
            )
        return person


class RoleFilter(forms.Form):
    """Narrows the list of roles."""

    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    held = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All")), *Role.choices]
    )


class ReportFilter(forms.Form):
    """Narrows the list of error reports."""

    text = forms.CharField(label=_("Text or page"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("open", _("Open")), ("closed", _("Closed"))],
    )


class LetterFilter(forms.Form):
    """Narrows the outbox of the demo."""

    text = forms.CharField(label=_("Address or subject"), required=False, max_length=100)


class AnswerForm(forms.Form):
    """The answer to an error report."""

    reply = forms.CharField(
        label=_("What was done"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000
    )
