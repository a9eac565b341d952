from django.db import migrations

from digicantrain.base.append_only import guarded


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [guarded("people_auditentry")]
