"""Store anew what was stored before there were agents, activities and verbs."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import migrations

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLATFORM = {"homePage": settings.ORIGIN, "name": "digicantrain"}


def _copy(apps, _editor):
    rows = apps.get_model("records", "OldStatement").objects.order_by("stored", "id")
    ids = {}
    last = 0
    for row in rows.iterator(chunk_size=1_000):
        last = max((row.stored - EPOCH) // timedelta(microseconds=1), last + 1)
        _store(apps, row, moment=last, ids=ids)


def _store(apps, row, *, moment, ids):
    body = row.body
    stored = (EPOCH + timedelta(microseconds=moment)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    body = {**body, "stored": stored, "authority": {"objectType": "Agent", "account": PLATFORM}}

    def known(model, text, **fields):
        name = (model, row.organisation_id, text)
        if name not in ids:
            key = UUID(bytes=hashlib.blake2b(text.encode(), digest_size=16).digest())
            found, _made = apps.get_model("records", model).objects.get_or_create(
                organisation_id=row.organisation_id, key=key, defaults=fields
            )
            ids[name] = found.pk
        return ids[name]

    def agent(account):
        text = f"account {account['homePage']} {account['name']}"
        return known("Agent", text, identifier=text)

    actor, authority = agent(body["actor"]["account"]), agent(PLATFORM)
    activities = [body["object"]]
    for value in body.get("context", {}).get("contextActivities", {}).values():
        activities += value
    named = [known("Activity", a["id"], iri=a["id"], definition=a.get("definition")) for a in activities]
    verb = body["verb"]
    statement = apps.get_model("records", "Statement").objects.create(
        id=moment << 10,
        organisation_id=row.organisation_id,
        uuid=row.pk,
        agent_id=actor,
        verb_id=known("Verb", verb["id"], iri=verb["id"], display=verb.get("display")),
        activity_id=named[0],
        authority_id=authority,
        registration=row.registration,
        text=json.dumps(body, separators=(",", ":"), ensure_ascii=False),
    )
    mention = apps.get_model("records", "AgentMention").objects
    mention.bulk_create(
        mention.model(agent_id=one, statement_id=statement.pk) for one in {actor, authority}
    )
    mention = apps.get_model("records", "ActivityMention").objects
    mention.bulk_create(
        mention.model(activity_id=one, statement_id=statement.pk) for one in set(named)
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0004_keys")]
    operations = [migrations.RunPython(_copy, migrations.RunPython.noop)]
