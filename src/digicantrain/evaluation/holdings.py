"""What this app holds on a person."""

from typing import Any

from digicantrain.evaluation import queries
from digicantrain.evaluation.models import Answer, IdentityLink, Participant
from digicantrain.people.models import Person
from digicantrain.people.privacy import RemovedRows


def export(person: Person) -> dict[str, Any]:
    """Return consents and answers in studies."""
    links = IdentityLink.objects.filter(person=person).select_related("participant", "study")
    return {
        "consents": [
            {
                "study": link.study.slug,
                "consent": link.participant.consent,
                "day": link.participant.consent_day,
                "withdrawn": link.participant.withdrawn_day,
            }
            for link in links
        ],
        "answers": queries.responses_of(person),
    }


def erase(person: Person) -> RemovedRows:
    """Destroy the link; answers given with consent stay, and lead to nobody.

    A person who wants the answers gone too withdraws from the study first.
    """
    links = IdentityLink.objects.filter(person=person).select_related("participant", "study")
    for link in links:
        started, completed = queries.activity_of(link.study).get(
            link.participant_id, (False, False)
        )
        Participant.objects.filter(pk=link.participant_id).update(
            started=started, completed=completed
        )
    kept = Answer.objects.filter(participant__identity__in=links).count()
    removed, _rows = links.delete()
    return {"links to studies": removed, "kept:answers in studies, without a name": kept}
