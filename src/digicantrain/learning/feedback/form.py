"""A feedback form as its file describes it, and what an answer to it must be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

LONGEST_TEXT = 2_000


@dataclass(frozen=True)
class FormItem:
    """One question of the form: a scale, a choice, or free text."""

    key: str
    kind: str
    optional: bool
    options: tuple[str, ...]

    @property
    def field(self) -> str:
        """The name of its field."""
        return f"item-{self.key}"

    def problem(self, value: str) -> str:
        """Return what is wrong with an answer, or an empty string."""
        if not value:
            return "" if self.optional else self._missing()
        if self.kind == "text":
            return self._too_long(value) if len(value) > LONGEST_TEXT else ""
        return "" if value in self.options else _("Choose one of the answers.")

    def _missing(self) -> str:
        return _("Write an answer.") if self.kind == "text" else _("Choose an answer.")

    def _too_long(self, value: str) -> str:
        return _("Your text has {length} characters; write {limit} or fewer.").format(
            length=len(value), limit=LONGEST_TEXT
        )


@dataclass(frozen=True)
class FeedbackForm:
    """A form with its questions in order."""

    key: str
    items: tuple[FormItem, ...]

    @classmethod
    def read(cls, design: Mapping[str, Any]) -> "FeedbackForm":
        """Read the form as a module version keeps it."""
        scale = design.get("scale") or {}
        steps = range(int(scale.get("min", 1)), int(scale.get("max", 5)) + 1)
        return cls(
            key=str(design["id"]),
            items=tuple(
                FormItem(
                    key=item["id"],
                    kind=item["kind"],
                    optional=bool(item.get("optional", False)),
                    options=tuple(map(str, steps))
                    if item["kind"] == "scale"
                    else tuple(item.get("options", ())),
                )
                for item in design["items"]
            ),
        )

    def answers(self, sent: Mapping[str, str]) -> dict[str, str]:
        """Return what was sent for the form's own questions; anything else is not looked at."""
        return {item.key: str(sent.get(item.field, "")).strip() for item in self.items}

    def problems(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Return what is wrong, by question."""
        found = {item.key: item.problem(answers[item.key]) for item in self.items}
        return {key: problem for key, problem in found.items() if problem}
