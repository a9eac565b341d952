"""Forms for course runs."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from digicantrain.base.localised import pick
from digicantrain.core.tables import MAX_BYTES
from digicantrain.learning.enums import EnrolmentState
from digicantrain.learning.models import Cohort
from digicantrain.people.models import Site
from digicantrain.programme.models import Module


class ModuleChoice(forms.ModelChoiceField[Module]):
    """Modules by code and title."""

    def label_from_instance(self, module: Module) -> str:
        title = pick(module.current.title).text if module.current else ""
        return f"{module.code} {title}"


class CohortForm(forms.ModelForm[Cohort]):
    """A course run: what, where, when, in which language, for how many."""

    module = ModuleChoice(queryset=Module.objects.none(), label=_("Module"))
    language = forms.ChoiceField(label=_("Language"), choices=[])
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    seats = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=20_000,
        help_text=_("When all are taken, people come onto a waiting list and move up."),
    )
    open_to_all = forms.BooleanField(
        label=_("Anybody may enrol from the catalogue"), required=False, initial=True
    )

    class Meta:
        model = Cohort
        fields = (
            "module", "site", "title", "language", "starts_on", "ends_on", "seats", "open_to_all",
        )  # fmt: skip
        labels = {"site": _("Site"), "title": _("Name of the course run")}

    def __init__(self, *args: Any, sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        self.fields["module"].queryset = (  # type: ignore[attr-defined]
            Module.objects.filter(
                programme__organisation__in=sites.values("organisation"),
                withdrawn_at=None,
                current__isnull=False,
            )
            .select_related("current")
            .exclude(current__status="outline")
        )

    def clean(self) -> dict[str, Any]:
        """The last day does not come before the first."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first. Choose a later day."))
        return data


class RosterForm(forms.Form):
    """A CSV file of people."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: email, name; if you like: language, profession, country."),
    )

    def clean_file(self) -> bytes:
        """Read the file if it is small enough."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file has %(size)s bytes; at most %(most)s are read. Split it."),
                params={"size": file.size, "most": MAX_BYTES},
            )
        data: bytes = file.read()
        return data


class CohortFilter(forms.Form):
    """Narrows the list of course runs."""

    text = forms.CharField(label=_("Course run or site"), required=False, max_length=100)
    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[
            ("", _("All")), ("now", _("Under way")), ("ahead", _("Ahead")), ("over", _("Over")),
        ],
    )  # fmt: skip


class ParticipantFilter(forms.Form):
    """Narrows the list of participants."""

    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *EnrolmentState.choices]
    )
