"""Forms for what accreditors of CME granted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digicantrain.base.localised import pick
from digicantrain.core.credentials.cme import RuleSet
from digicantrain.core.validity import months_later
from digicantrain.credentials.countries import country_name
from digicantrain.credentials.models import CmeGrant
from digicantrain.people.enums import Profession
from digicantrain.programme.models import ModuleVersion
from digicantrain.web.manage.forms import WebsiteField

LONGEST_SENTENCE = 1_000


def _day(label: Any, *, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"})
    )


def _say_what_is_missing(form: forms.Form) -> None:
    """Let the summary of a long form name the field that is empty."""
    for field in form.fields.values():
        field.error_messages["required"] = _("“%(name)s” is empty. Fill it in.") % {
            "name": field.label
        }


class VersionChoice(forms.ModelChoiceField[ModuleVersion]):
    """Names a version by its module, and says whether it is the one that is offered now."""

    def label_from_instance(self, obj: ModuleVersion) -> str:
        """Return code, title and number."""
        words = {
            "code": obj.module.code,
            "title": pick(obj.title).text,
            "number": obj.number,
        }
        if hasattr(obj, "current_of"):
            return _("%(code)s %(title)s, version %(number)s (now)") % words
        return _("%(code)s %(title)s, version %(number)s") % words


class StartForm(forms.Form):
    """What was granted: which module, under which rules."""

    version = VersionChoice(
        queryset=ModuleVersion.objects.none(),
        label=gettext_lazy("Module"),
        help_text=gettext_lazy("A grant holds for one version: the one that the accreditor saw."),
        empty_label=gettext_lazy("Choose"),
    )
    rule = forms.ChoiceField(label=gettext_lazy("Rule set"))

    def __init__(
        self,
        *args: Any,
        versions: QuerySet[ModuleVersion],
        rules: Mapping[str, RuleSet],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._rules = rules
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]
        self.fields["rule"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((key, f"{r.accreditor}, {r.version} ({r.unit})") for key, r in rules.items()),
        ]
        _say_what_is_missing(self)

    def clean_version(self) -> ModuleVersion:
        """Some accreditors want the authors' conflicts of interest printed: they must be said."""
        version: ModuleVersion = self.cleaned_data["version"]
        rule = self._rules.get(self.data.get("rule", ""))
        if rule and rule.shows_conflicts and not str(version.data.get("conflicts", "")).strip():
            raise forms.ValidationError(
                _(
                    "These rules ask for the authors' conflicts of interest, and the module's "
                    "files say nothing of them. Add `conflicts` there and import the module again."
                )
            )
        return version


class GrantForm(forms.Form):
    """A grant under a rule set; the rule set says which professions and which sentences."""

    accreditor = forms.CharField(label=gettext_lazy("Accreditor"), max_length=200)
    profession = forms.ChoiceField(label=gettext_lazy("Profession"))
    country = forms.CharField(
        label=gettext_lazy("Country in which it counts, two letters"),
        help_text=gettext_lazy("Leave it empty if it counts everywhere."),
        required=False,
        max_length=2,
    )
    points = forms.DecimalField(
        label=gettext_lazy("Most points that one learner can earn"),
        max_digits=5,
        decimal_places=2,
        localize=True,
    )
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=40)
    reference = forms.CharField(
        label=gettext_lazy("Reference or number of the decision"), max_length=120
    )
    source = WebsiteField(label=gettext_lazy("Where the decision can be read"), max_length=200)
    valid_from = _day(gettext_lazy("First day on which it holds"))
    valid_until = _day(gettext_lazy("Last day on which it holds"))

    def __init__(self, *args: Any, rule: RuleSet, most: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rule = rule
        self.fields["profession"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((one.value, one.label) for one in Profession if one.value in rule.professions),
        ]
        self.fields["accreditor"].initial = rule.accreditor
        self.fields["unit"].initial = rule.unit
        self.fields["points"].help_text = most
        for number, name in enumerate(rule.sentences):
            self.fields[f"sentence_{number}"] = forms.CharField(
                label=_("Sentence to be printed: %(name)s") % {"name": name},
                help_text=_("In the accreditor's own words, as it was granted."),
                max_length=LONGEST_SENTENCE,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        _say_what_is_missing(self)

    @property
    def sentences(self) -> list[forms.BoundField]:
        """The sentences that the rule set asks for."""
        return [self[f"sentence_{number}"] for number in range(len(self._rule.sentences))]

    def clean_country(self) -> str:
        """Two letters that name a country, in capitals; or nothing."""
        code = str(self.cleaned_data["country"]).strip().upper()
        if code and not (len(code) == 2 and code.isalpha() and country_name(code)):
            raise forms.ValidationError(
                _("No country is written %(code)s. Write two letters, as in FI."),
                params={"code": code},
            )
        return code

    def clean_points(self) -> Any:
        """Something must have been granted."""
        points = self.cleaned_data["points"]
        if points <= 0:
            raise forms.ValidationError(_("Write a number above 0."))
        return points

    def clean_unit(self) -> str:
        """Points of one rule set are in its own unit."""
        unit = str(self.cleaned_data["unit"]).strip()
        if unit != self._rule.unit:
            raise forms.ValidationError(
                _("This rule set counts in %(unit)s. Write that, or choose another rule set."),
                params={"unit": self._rule.unit},
            )
        return unit

    def clean(self) -> dict[str, Any]:
        """The days follow one another, and are no further apart than the rules allow."""
        data = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and last:
            self._check_days(first, last)
        return data

    def _check_days(self, first: date, last: date) -> None:
        months = self._rule.valid_months
        if last < first:
            words = _("The last day comes before the first. Choose a later day.")
            self.add_error("valid_until", words)
        elif months and last > (most := months_later(first, months)):
            words = _(
                "Under these rules a grant holds for at most %(months)s months: to %(day)s. "
                "Choose that day or an earlier one."
            )
            day = date_format(most, "DATE_FORMAT")
            self.add_error("valid_until", words % {"months": months, "day": day})

    def as_grant(self, version: ModuleVersion) -> CmeGrant:
        """Return the grant that was entered, not saved yet."""
        data = self.cleaned_data
        names = ("accreditor", "profession", "country", "points", "unit", "reference", "source")
        return CmeGrant(
            version=version,
            rule=self._rule.id,
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            sentences={
                name: data[f"sentence_{number}"] for number, name in enumerate(self._rule.sentences)
            },
            **{name: data[name] for name in names},
        )


class EndForm(forms.Form):
    """The last day of a grant that is ended early."""

    last_day = _day(gettext_lazy("Last day on which it holds"))


class GrantFilter(forms.Form):
    """Narrows the list of grants."""

    text = forms.CharField(
        label=gettext_lazy("Module, accreditor or reference"), required=False, max_length=100
    )
