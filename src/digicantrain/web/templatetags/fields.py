"""Form fields in govuk-frontend's markup: label, hint, error, and the widget tied to both."""

from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect

register = template.Library()

CLASSES = {
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "clearablefile": "govuk-file-upload",
    "file": "govuk-file-upload",
    "checkbox": "govuk-checkboxes__input",
}


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    autocomplete: str = "",
    width: str = "",
    either: bool = False,  # noqa: FBT001, FBT002 - a template's call
) -> dict[str, Any]:
    """Show one field of a form; of two that are asked for in turn neither is called optional."""
    described = [f"{bound.id_for_label}-hint"] if bound.help_text else []
    described += [f"{bound.id_for_label}-error"] if bound.errors else []
    kind = bound.widget_type
    css = CLASSES.get(kind, "govuk-input")
    attributes: dict[str, str | bool] = {"class": f"{css} {css}--error" if bound.errors else css}
    if width and css == "govuk-input":
        attributes["class"] = f"{attributes['class']} govuk-input--width-{width}"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if autocomplete:
        attributes["autocomplete"] = autocomplete
    # allauth repeats each label inside its box, where it goes away while one types.
    attributes["placeholder"] = False
    return {
        "field": bound,
        "either": either,
        "is_checkbox": isinstance(bound.field.widget, CheckboxInput),
        "is_radios": isinstance(bound.field.widget, RadioSelect),
        "widget": bound.as_widget(attrs=attributes),
    }


@register.inclusion_tag("components/error_summary.html")
def errors(form: BaseForm | str | None) -> dict[str, Any]:
    """Show the list of what is wrong in a form, each linked to its field.

    A page without a form (Django makes an empty text of it) has nothing wrong.
    """
    rows = []
    if isinstance(form, BaseForm) and form.is_bound:
        rows = [{"text": text, "target": ""} for text in form.non_field_errors()]
        for bound in form:
            rows += [{"text": text, "target": _target(bound)} for text in bound.errors]
    return {"rows": rows}


def _target(bound: BoundField) -> str:
    if isinstance(bound.field.widget, RadioSelect):
        return f"{bound.auto_id}_0"
    return bound.id_for_label
