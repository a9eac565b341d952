"""From a module's version to what can be earned in it, in the words of one language."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from digicantrain.base.localised import pick
from digicantrain.core.credentials.award import (
    Achievement,
    Assessment,
    AssessmentKind,
    AwardingBody,
    Basis,
    Competence,
    Kind,
    Level,
    Outcome,
    Participation,
    Supervision,
    Workload,
)
from digicantrain.core.credits import Workload as Hours
from digicantrain.core.credits import formula
from digicantrain.credentials import endorsed
from digicantrain.credentials.assessed import Assessed, assessed_in
from digicantrain.people.models import Organisation
from digicantrain.programme.models import ModuleVersion
from digicantrain.programme.queries import competences_by_code

PARTICIPATION: dict[str | None, Any] = {
    "online": gettext_lazy("Online, at one's own pace"),
    "blended": gettext_lazy("Partly online, partly in a group"),
    "on-site": gettext_lazy("On site"),
    "workplace": gettext_lazy("At the workplace"),
}
SUPERVISION: dict[str | None, Any] = {
    "unsupervised": gettext_lazy("Unsupervised online assessment; identity by the account only"),
    "unsupervised-identified": gettext_lazy("Unsupervised assessment; identity was checked"),
    "supervised-identified": gettext_lazy("Supervised assessment; identity was checked"),
}


class NothingToEarnError(ValueError):
    """The module has nothing that can be earned now."""


def urn(*parts: object) -> str:
    """Return a lasting identifier made from what a thing is."""
    name = "/".join(str(part) for part in parts)
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'digicantrain:{name}')}"


def achievement_of(
    version: ModuleVersion,
    *,
    organisation: Organisation,
    language: str,
    recognised: Mapping[str, int] | None = None,
) -> Achievement:
    """Return what can be earned in a version of a module.

    `recognised` are units that were recognised, not studied, with their minutes: criteria and
    workload then say so.

    Raises:
        NothingToEarnError: the module says so.
    """
    given = version.data.get("credit")
    if not given:
        raise NothingToEarnError(_("Nothing can be earned in this module yet."))
    with translation.override(language):
        achievement = _achievement(version, organisation, given, language)
        return _with_recognised(achievement, version, recognised) if recognised else achievement


def body_of(organisation: Organisation, *, did: str, language: str) -> AwardingBody:
    """Return who awards, in the words of one language, with what others say of it."""
    return AwardingBody(
        id=did,
        name=pick(organisation.name, language=language).text,
        country=organisation.country,
        website=organisation.website,
        may_award_ects=organisation.may_award_ects,
        legal_identifier=organisation.legal_identifier,
        email=organisation.contact_email,
        endorsements=endorsed.of_provider(organisation, did=did),
    )


def _achievement(
    version: ModuleVersion, organisation: Organisation, given: dict[str, Any], language: str
) -> Achievement:
    module = version.module
    whole = given["kind"] == "micro-credential"
    base = (module.programme.slug, module.code, version.digest)
    assessed = assessed_in(version)
    return Achievement(
        urn=urn(*base),
        kind=Kind.MICRO_CREDENTIAL if whole else Kind.BADGE,
        language=language,
        title=pick(given["title"], language=language).text,
        description=pick(version.summary, language=language).text,
        criteria=assessed.criteria(),
        outcomes=tuple(outcomes_of(version, language)),
        workload=_workload(version, organisation, given),
        level=level_of(version),
        assessments=tuple(_assessments(version, base, assessed)),
        assessment_type=assessed.words(),
        participation=str(PARTICIPATION.get(given.get("participation"), "")),
        quality=pick(organisation.quality_assurance, language=language).text,
        supervision=str(SUPERVISION.get(given.get("supervision"), "")),
        stackability=_stackability(version, given, language),
        note=pick(given.get("reason"), language=language).text,
        version=version.label,
        page=page_of(version),
        takes_part=Participation(given.get("participation", "online")),
        watched=Supervision(given.get("supervision", "unsupervised")),
        endorsements=endorsed.of_module(version, issuer=organisation),
    )


def _with_recognised(
    achievement: Achievement, version: ModuleVersion, recognised: Mapping[str, int]
) -> Achievement:
    """Say which units were recognised; what was achieved and how it was assessed is the same."""
    rows = version.units.filter(code__in=recognised)
    names = ", ".join(
        f"{row.code} {pick(row.title, language=achievement.language).text}" for row in rows
    )
    workload = achievement.workload
    words = _("%(formula)s; %(minutes)d minutes of it recognised, not studied here") % {
        "formula": workload.formula,
        "minutes": sum(recognised.values()),
    }
    told = _(
        "Prior learning was recognised, on evidence and by decision of the awarding body, in place "
        "of studying: %(units)s."
    ) % {"units": names}
    return replace(
        achievement,
        criteria=f"{achievement.criteria} {told}",
        workload=replace(workload, formula=words),
    )


def page_of(version: ModuleVersion) -> str:
    """Return the address of a module's public page."""
    return settings.ORIGIN + reverse("public:module", args=[version.module.code])


def part_of(version: ModuleVersion, language: str) -> str:
    """Say of which module something is a part."""
    title = pick(version.title, language=language).text
    return _("A part of module %(code)s %(title)s") % {"code": version.module.code, "title": title}


def _stackability(version: ModuleVersion, given: dict[str, Any], language: str) -> str:
    """Say what a module's credential is a part of, and which badges it includes."""
    module, said = version.module, part_of(version, language)
    if given["kind"] == "micro-credential":
        paths = [row for row in module.programme.paths.all() if module.code in row.modules]
        titles = "; ".join(pick(row.title, language=language).text for row in paths)
        said = _("A part of the paths: %s") % titles if titles else said
    badges = "; ".join(pick(row["title"], language=language).text for row in parts_of(version))
    return f"{said}. {_('It includes the badges: %s') % badges}" if badges else said


def parts_of(version: ModuleVersion) -> list[dict[str, Any]]:
    """Return the badges of their own that units of a module lead to, as its files say."""
    return list((version.data.get("credit") or {}).get("badges", []))


def level_of(version: ModuleVersion) -> Level:
    """Return the level; what rests on neither of the two is none, and the gate names it."""
    try:
        basis = Basis(version.eqf_basis)
    except ValueError:
        return Level(None, "")
    return Level(version.eqf, basis_words(version), basis)


def basis_words(version: ModuleVersion) -> str:
    """Return what a version's level rests on, in the language now active."""
    if version.eqf_basis == Basis.SELF_ASSESSED.value:
        return _("self-assessed")
    if version.eqf_basis == Basis.REFERENCED.value and version.eqf_framework:
        return _("referenced to %s") % version.eqf_framework
    return ""


def outcomes_of(version: ModuleVersion, language: str) -> list[Outcome]:
    """Return what the learner can do after a module, in the words of one language."""
    known = competences_by_code(version.module.programme)
    framework = pick(version.module.programme.title, language=language).text
    slug = version.module.programme.slug
    return [
        Outcome(
            urn=urn(slug, version.module.code, version.digest, row.code),
            code=row.code,
            text=pick(row.text, language=language).text,
            competences=tuple(
                Competence(
                    urn=urn(slug, "competence", code),
                    code=code,
                    title=pick(known[code].title, language=language).text,
                    framework=framework,
                )
                for code in row.competences
                if code in known
            ),
        )
        for row in version.outcomes.all()
    ]


def _workload(
    version: ModuleVersion, organisation: Organisation, given: dict[str, Any]
) -> Workload:
    if given["kind"] == "micro-credential":
        hours = organisation.hours_per_ects
        minutes = int(version.ects * hours * 60)
        words = formula(version.ects, hours_per_ects=hours)
        ects = version.ects if organisation.may_award_ects else None
        text = words if ects else _("%s hours") % f"{(version.ects * hours).normalize():f}"
        return Workload(minutes, text, words, ects)
    return workload_of_units(version, organisation, given["units"])


def minutes_of(version: ModuleVersion, units: Sequence[str]) -> int:
    """Return the minutes of all written steps of some units."""
    steps = version.steps.filter(unit__code__in=units, written=True)
    return sum(steps.values_list("minutes", flat=True))


def workload_of_units(
    version: ModuleVersion, organisation: Organisation, units: Sequence[str]
) -> Workload:
    """Return the workload of some units: their steps' minutes, in hours; no ECTS are stated."""
    minutes = minutes_of(version, units)
    hours_worked = Hours(minutes, organisation.hours_per_ects)
    hours_part, rest = hours_worked.hours_and_minutes
    text = _("%(hours)d h %(minutes)d min") % {"hours": hours_part, "minutes": rest}
    words = ngettext(
        "%(minutes)d minutes: all steps of %(units)d unit, added up",
        "%(minutes)d minutes: all steps of %(units)d units, added up",
        len(units),
    ) % {"minutes": minutes, "units": len(units)}
    return Workload(minutes, text, words, None)


def _assessments(
    version: ModuleVersion, base: tuple[object, ...], assessed: Assessed
) -> list[Assessment]:
    rules = version.data["assessment"]
    found = []
    if assessed.test:
        scenes = sum(row["count"] for row in rules["blueprint"])
        found.append(
            Assessment(
                urn(*base, "test"),
                _("Scenario test of %d scenes") % scenes,
                _("%d per cent") % rules["pass_mark"],
            )
        )
    found += [
        Assessment(urn(*base, code), _("Branching case"), kind=AssessmentKind.CASE)
        for code in assessed.cases
    ]
    return found
