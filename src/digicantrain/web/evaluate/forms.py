"""The form by which an evaluator sets up a study."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from digicantrain.base.localised import pick
from digicantrain.evaluation import actions, queries
from digicantrain.evaluation.analysis import domain_items
from digicantrain.evaluation.models import Instrument, Study
from digicantrain.learning.models import Cohort
from digicantrain.people.models import Organisation

RESERVED = {"new"}


class InstrumentChoice(forms.ModelChoiceField[Instrument]):
    """Questionnaires by title and version, and whether they are validated."""

    def label_from_instance(self, instrument: Instrument) -> str:
        state = _("validated") if instrument.validated else _("not validated")
        return f"{pick(instrument.title)} {instrument.version} ({state})"


class CohortChoices(forms.ModelMultipleChoiceField[Cohort]):
    """Course runs by name and place."""

    def label_from_instance(self, cohort: Cohort) -> str:
        return f"{cohort.module.code} {cohort.title}, {cohort.site.name}"


class StudyForm(forms.ModelForm[Study]):
    """Who is asked what, on which ground, how long it is kept, and what decides."""

    instrument = InstrumentChoice(queryset=Instrument.objects.none(), label=_("Questionnaire"))
    primary = forms.ChoiceField(
        label=_("Primary outcome"),
        choices=[],
        help_text=_("The domain whose change decides. The others are secondary."),
    )
    cohorts = CohortChoices(
        queryset=Cohort.objects.none(),
        label=_("Course runs"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everybody enrolled in them is asked for consent, apart from the course."),
    )
    retention_until = forms.DateField(
        label=_("Answers are kept until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After this day they are deleted. Learners read it before they decide."),
    )
    smallest_cell = forms.TypedChoiceField(
        label=_("Smallest group that is shown"),
        choices=[(5, _("5 people")), (10, _("10 people"))],
        coerce=int,
        widget=forms.RadioSelect,
        initial=5,
    )

    class Meta:
        model = Study
        fields = (
            "instrument", "lawful_basis", "ethics_reference", "contact", "retention_until",
            "smallest_cell",
        )  # fmt: skip
        labels = {
            "lawful_basis": _("Lawful basis"),
            "ethics_reference": _("Ethics reference"),
            "contact": _("Contact for learners"),
        }
        help_texts = {
            "lawful_basis": _("For example: consent, GDPR Article 6(1)(a)."),
            "ethics_reference": _("Number of the statement, or why none is needed."),
            "contact": _("An e-mail address or a telephone number."),
        }

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        for code, own_name in settings.LANGUAGES:
            self._add_words(code, own_name)
        offered = queries.instruments()
        self.fields["instrument"].queryset = offered  # type: ignore[attr-defined]
        self.fields["cohorts"].queryset = queries.cohorts_of(organisation)  # type: ignore[attr-defined]
        domains = dict.fromkeys(code for row in offered for code in domain_items(row.data))
        titles = queries.domain_titles(organisation.pk)
        self.fields["primary"].choices = [  # type: ignore[attr-defined]
            (code, f"{code} {pick(titles.get(code)).text}".strip()) for code in domains
        ]
        if self.instance.pk:
            self.initial["cohorts"] = self.instance.cohorts.all()
            self.initial["primary"] = self.instance.plan.get("primary_domain")

    def _add_words(self, code: str, own_name: str) -> None:
        required = code == self.organisation.language
        self.fields[f"title_{code}"] = forms.CharField(
            label=_("Question of the study (%(language)s)") % {"language": own_name},
            max_length=200,
            required=required,
            initial=self.instance.title.get(code, ""),
        )
        self.fields[f"information_{code}"] = forms.CharField(
            label=_("Information for learners (%(language)s)") % {"language": own_name},
            max_length=3_000,
            required=required,
            initial=self.instance.information.get(code, ""),
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    @property
    def words(self) -> list[forms.BoundField]:
        """Title and information in each language."""
        kinds = ("title", "information")
        return [self[f"{kind}_{code}"] for code, _own in settings.LANGUAGES for kind in kinds]

    def clean_retention_until(self) -> date:
        """A day that has passed would close the study at once."""
        day: date = self.cleaned_data["retention_until"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Choose a later one."))
        return day

    def clean(self) -> dict[str, Any]:
        """The primary outcome is a domain of the questionnaire."""
        data = super().clean() or {}
        instrument, primary = data.get("instrument"), data.get("primary")
        if instrument and primary and primary not in domain_items(instrument.data):
            self.add_error("primary", _("This questionnaire does not ask about this domain."))
        return data

    def save(self, commit: bool = True) -> Study:  # noqa: FBT001, FBT002 - Django's own
        """Keep words and plan; `actions.set_up` writes the row."""
        study = super().save(commit=False)
        study.organisation = self.organisation
        for kind in ("title", "information"):
            given = {code: self.cleaned_data[f"{kind}_{code}"] for code, _own in settings.LANGUAGES}
            setattr(study, kind, {code: text for code, text in given.items() if text})
        study.plan = actions.plan_for(self.cleaned_data["primary"])
        study.slug = study.slug or free_slug(study)
        return study


def free_slug(study: Study) -> str:
    """Return a short name from the title that no study has yet."""
    base = slugify(pick(study.title, language="en").text)[:40].strip("-") or "study"
    taken = set(Study.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    names = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken | RESERVED)
