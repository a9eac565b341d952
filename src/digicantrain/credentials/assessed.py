"""What a module's credential says of its assessment: what the version has, and nothing else."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from digicantrain.programme.models import ModuleVersion


@dataclass(frozen=True)
class Assessed:
    """What is asked of a learner in a version, beside doing the steps."""

    test: bool
    cases: tuple[str, ...]
    feedback: bool

    def words(self) -> str:
        """Name the type of assessment, in the language now active; nothing where there is none."""
        if self.test and self.cases:
            return _("Scenario test, drawn from a bank, and a branching case")
        if self.test:
            return _("Scenario test, drawn from a bank")
        return _("Branching case") if self.cases else ""

    def criteria(self) -> str:
        """Say what was done for it, in the language now active."""
        return self._with_feedback() if self.feedback else self._alone()

    def _with_feedback(self) -> str:
        if self.test and self.cases:
            return _(
                "All steps of the units that count done, the scenario test passed, the case worked "
                "through to one of its ends, the course feedback given."
            )
        if self.test:
            return _(
                "All steps of the units that count done, the scenario test passed, the course "
                "feedback given."
            )
        if self.cases:
            return _(
                "All steps of the units that count done, the case worked through to one of its "
                "ends, the course feedback given."
            )
        return _("All steps of the units that count done, the course feedback given.")

    def _alone(self) -> str:
        if self.test and self.cases:
            return _(
                "All steps of the units that count done, the scenario test passed, the case worked "
                "through to one of its ends."
            )
        if self.test:
            return _("All steps of the units that count done, the scenario test passed.")
        if self.cases:
            return _(
                "All steps of the units that count done, the case worked through to one of its "
                "ends."
            )
        return _("All steps of the units that count done.")


def assessed_in(version: ModuleVersion) -> Assessed:
    """Return what a version assesses, from its blueprint and its steps, with one query."""
    asking = version.steps.filter(Q(data__assessed=True) | Q(kind="feedback"), written=True)
    rows = list(asking.values_list("code", "kind"))
    return Assessed(
        test=bool(version.data["assessment"].get("blueprint")),
        cases=tuple(code for code, kind in rows if kind != "feedback"),
        feedback=any(kind == "feedback" for _code, kind in rows),
    )
