"""What assessment does when something happens below it."""

from typing import Any

from django.dispatch import receiver

from digicantrain.assessment.models import Item
from digicantrain.programme.signals import version_imported


@receiver(version_imported)
def store_items(sender: Any, **kwargs: Any) -> None:
    """Keep the questions that came with a version of a module."""
    version, design = kwargs["version"], kwargs["design"]
    Item.objects.bulk_create(
        Item(
            version=version,
            key=item.key,
            use=item.use,
            kind=item.kind,
            outcome=item.outcome,
            difficulty=item.difficulty,
            answer=item.answer,
            options=list(item.options),
            document=item.document,
            words={language: dict(words) for language, words in item.words.items()},
            order=order,
        )
        for order, item in enumerate(design.items)
    )
