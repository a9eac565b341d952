"""Loads a programme's files: `django-admin import_programme content/ --organisation turku`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from digicantrain.core.content import ContentErrors, format_problem
from digicantrain.people.models import Organisation
from digicantrain.programme.actions import OtherProviderError, import_programme
from digicantrain.programme.files import FolderError


class Command(BaseCommand):
    """Load a programme's files, whole or not at all."""

    help = "Load a programme's files, whole or not at all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a folder and the organisation to which the programme belongs."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--organisation", required=True, help="its short name (slug)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import and report."""
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation called {options['organisation']}.")
        try:
            report = import_programme(options["folder"], organisation=organisation)
        except ContentErrors as errors:
            lines = "\n".join(map(format_problem, errors.problems))
            raise CommandError(f"{lines}\nNothing was imported.") from None
        except (FolderError, OtherProviderError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(str(report))
