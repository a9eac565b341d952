"""Questions as the record store knows them."""

from collections.abc import Iterable

from digicantrain.assessment.models import Item
from digicantrain.base.localised import pick
from digicantrain.core.xapi.events import ActivityType, Interaction
from digicantrain.learning.statements import Subject


def asked_in_practice(step: Subject, item: Item) -> Subject:
    """Return a practice question in all its languages; its best answer is shown, so told, too."""
    stems = {language: words.get("stem", "") for language, words in item.words.items()}
    choice = item.kind == "choice"
    activity = step.activity.below(
        ActivityType.INTERACTION if choice else ActivityType.QUESTION,
        f"questions/{item.key}",
        name={language: stem for language, stem in stems.items() if stem},
        interaction=_choices(item) if choice else None,
    )
    return step.inner(activity, language=pick(stems).language)


def _choices(item: Item) -> Interaction:
    told = {language: words.get("options", {}) for language, words in item.words.items()}
    return Interaction(
        "choice",
        {
            key: {language: words[key] for language, words in told.items() if words.get(key)}
            for key in item.options
        },
        correct=(item.answer,),
    )


def asked_in_test(step: Subject, key: str, *, options: Iterable[str]) -> Subject:
    """Return a question of a test: neither its words nor what is right leave the bank by it."""
    choices = Interaction("choice", {option: {} for option in sorted(options)})
    return step.inner(
        step.activity.below(ActivityType.INTERACTION, f"questions/{key}", interaction=choices)
    )
