"""Questions as the record store knows them."""

from collections.abc import Iterable

from digicantrain.assessment.models import Item
from digicantrain.base.localised import pick
from digicantrain.core.xapi.events import ActivityType, Interaction
from digicantrain.learning.statements import Subject


def asked_in_practice(step: Subject, item: Item) -> Subject:
    """Return a practice question in the language in which it is shown; its answer is shown too."""
    stems = {language: words.get("stem", "") for language, words in item.words.items()}
    stem = pick(stems)
    name = {stem.language: stem.text} if stem.text else {}
    choice = item.kind == "choice"
    activity = step.activity.below(
        ActivityType.INTERACTION if choice else ActivityType.QUESTION,
        f"questions/{item.key}",
        name=name,
        interaction=_choices(item, stem.language) if choice else None,
    )
    return step.inner(activity, language=stem.language)


def _choices(item: Item, language: str) -> Interaction:
    words = item.words.get(language, {}).get("options", {})
    return Interaction(
        "choice",
        {key: {language: words[key]} if words.get(key) else {} for key in item.options},
        correct=(item.answer,),
    )


def asked_in_test(step: Subject, key: str, *, options: Iterable[str]) -> Subject:
    """Return a question of a test: neither its words nor what is right leave the bank by it."""
    choices = Interaction("choice", {option: {} for option in sorted(options)})
    return step.inner(
        step.activity.below(ActivityType.INTERACTION, f"questions/{key}", interaction=choices)
    )
