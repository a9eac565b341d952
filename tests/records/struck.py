"""Stores batches and is killed on the way; run as a program of its own.

`python -m tests.records.struck`: a process is killed inside the transaction of one batch, another
one between the end of the transaction and the acknowledgement of the next, a third brings them all
again to the end. Acknowledged batches are printed as they would be to clients.
"""

import os
import signal
import sys
from uuid import UUID

import django

BATCHES, SIZE, TORN, UNTOLD = 5, 20, 2, 3


def ids(batch):
    """The ids of a batch, the same in each process."""
    return [str(UUID(int=batch * SIZE + place, version=4)) for place in range(SIZE)]


def main() -> None:
    """Make the tables of the store, then have three processes bring the batches."""
    django.setup()
    tables()
    for what in (torn, untold, all_of_them):
        child = os.fork()
        if not child:
            what()
            os._exit(0)
        os.waitpid(child, 0)
        say(f"{there()} there")


def there():
    """Return how many statements there are, leaving no connection to a process after this one."""
    from django.db import connection

    from digicantrain.records.models import Statement

    count = Statement.objects.count()
    connection.close()
    return count


def say(line):
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tables():
    """Make what storing touches: all migrations would take ten times as long."""
    from django.apps import apps
    from django.db import connection

    from digicantrain.people.models import Organisation

    with connection.schema_editor() as editor:
        editor.create_model(Organisation)
        for model in apps.get_app_config("records").get_models():
            editor.create_model(model)
    Organisation.objects.create(slug="north", name={"en": "North"}, country="FI")
    connection.close()


def torn():
    """Be killed when all rows of a batch are written, and its transaction has not ended."""
    from digicantrain.records import linking

    settle = linking.settle

    def struck(organisation_id, entries, **how):
        settle(organisation_id, entries, **how)
        if str(entries[0].uuid) == ids(TORN)[0]:
            die()

    linking.settle = struck
    bring()


def untold():
    """Be killed when a batch is stored, and nobody has been told."""
    bring(before_telling=lambda batch: die() if batch == UNTOLD else None)


def bring(before_telling=lambda _batch: None):
    """Bring all batches, those too that may be stored already."""
    from digicantrain.people.models import Organisation
    from digicantrain.records import writing
    from tests.records.told import VOIDED, by, of, told

    organisation = Organisation.objects.get()
    for batch in range(BATCHES):
        *keys, last = ids(batch)
        statements = [{**told(about=f"a:{batch}"), "id": key} for key in keys]
        statements.append({**told(verb=VOIDED, about=of(keys[0])), "id": last})
        stored = writing.store(organisation.pk, statements, by=by())
        before_telling(batch)
        say(f"{len(stored)} acknowledged")


all_of_them = bring


def die():
    """As `kill -9` does it."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
