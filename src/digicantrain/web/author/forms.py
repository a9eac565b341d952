"""Forms of the pages for designers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from digicantrain.programme.models import ModuleVersion

STATUS_NAMES = {
    ModuleVersion.Status.OUTLINE: _("Outline"),
    ModuleVersion.Status.PARTIAL: _("Written in part"),
    ModuleVersion.Status.COMPLETE: _("Complete"),
}


class ModuleFilter(forms.Form):
    """Which modules are listed."""

    text = forms.CharField(label=_("Code or title"), max_length=100, required=False)
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("All")), *STATUS_NAMES.items()], required=False
    )


class WithdrawForm(forms.Form):
    """Why a module is taken out of the catalogue."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Everybody who learned it reads this sentence. Say what is wrong."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
    )
