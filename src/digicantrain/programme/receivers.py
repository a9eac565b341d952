"""Keeps what is held in memory true where versions are written row by row.

An import never needs it: it writes a new version. Whoever mends a step by hand does, and tests.
"""

from django.db.models.signals import post_delete, post_save

from digicantrain.programme import outlines
from digicantrain.programme.models import ModuleVersion, Step, Unit

for _model in (ModuleVersion, Unit, Step):
    post_save.connect(outlines.forget, sender=_model)
    post_delete.connect(outlines.forget, sender=_model)
