"""Each status list keeps the address under which signed documents name it."""

import base64
import json

from django.db import migrations, models


def _payload(token):
    middle = token.split(".")[1]
    return base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))


def _address_in(text):
    """Return the address of the list that a signed document names, or an empty text."""
    try:
        document = json.loads(text)
        entry = document.get("vc", document)["credentialStatus"]
        entry = entry[0] if isinstance(entry, list) else entry
        return str(entry["statusListCredential"])
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return ""


def _signed(apps, row):
    """Return a signed document that stands in a list, or nothing."""
    for model in ("Credential", "PathCertificate"):
        rows = apps.get_model("credentials", model).objects.filter(status_list_id=row.pk)
        text = rows.exclude(document="").values_list("document", flat=True).first()
        if text:
            return text
    rows = apps.get_model("credentials", "Endorsement").objects.filter(status_list_id=row.pk)
    token = rows.exclude(token="").values_list("token", flat=True).first()
    return _payload(token) if token and token.count(".") == 2 else ""


def keep_origins(apps, _editor):
    """Write down where each list is named; one in which nothing stands yet is named nowhere."""
    for row in apps.get_model("credentials", "StatusList").objects.filter(origin=""):
        origin, found, _rest = _address_in(_signed(apps, row)).partition(f"/status/{row.key}")
        if found:
            row.origin = origin
            row.save(update_fields=["origin"])


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0011_stacking'),
    ]

    operations = [
        migrations.AddField(
            model_name='statuslist',
            name='origin',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.RunPython(keep_origins, migrations.RunPython.noop),
    ]
