"""Corrects a credential and is killed in the middle; run as a program of its own.

`python -m tests.credentials.struck`, with the settings in the environment.
"""

import os
import signal

import django


def main() -> None:
    """Issue one to somebody, then die between putting it away and the end of the transaction."""
    django.setup()

    from django.core.management import call_command
    from django.utils import timezone

    from digicantrain.credentials import bulk, correcting
    from digicantrain.credentials.correcting import Correction
    from digicantrain.people.actions import grant_role
    from digicantrain.people.models import Organisation, Person
    from digicantrain.programme.actions import import_programme
    from digicantrain.programme.models import Module
    from tests.conftest import ROOT
    from tests.credentials.asked import ask

    call_command("migrate", verbosity=0)
    organisation = Organisation.objects.create(
        slug="north", name={"en": "North"}, country="FI", quality_assurance={"en": "Internal"}
    )
    import_programme(ROOT / "tests" / "sample", organisation=organisation)
    aino, rita = (
        Person.objects.create(email=f"{name}@example.org", name=name) for name in ("aino", "rita")
    )
    grant_role(rita, role="registrar", organisation=organisation)
    version = Module.objects.get(code="X1").current
    credential = ask(aino, version, by=rita).credential

    def struck(*_rows, **_named):
        os.kill(os.getpid(), signal.SIGKILL)

    bulk._tell = struck
    wanted = Correction(
        name="Aino Maria",
        language="en",
        reason="Misspelt",
        evidence="Oral examination",
        watched="unsupervised",
    )
    correcting.ask(credential, wanted=wanted, by=rita, now=timezone.now())


if __name__ == "__main__":
    main()
