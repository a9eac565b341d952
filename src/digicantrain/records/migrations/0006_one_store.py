from django.db import migrations

from digicantrain.base.append_only import guarded


class Migration(migrations.Migration):
    dependencies = [("records", "0005_copy")]
    operations = [
        migrations.DeleteModel("OldStatement"),
        guarded("records_statement", openable=True),
    ]
