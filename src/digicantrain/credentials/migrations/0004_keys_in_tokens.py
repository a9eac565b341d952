from django.db import migrations, models
from django.db.models import F


def sign_since_made(apps, _schema_editor):
    """Let each key that is there sign since it was made, as it did."""
    apps.get_model("credentials", "IssuerKey").objects.update(signs_from=F("created_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0003_status_list_issuer'),
    ]

    operations = [
        migrations.AddField(
            model_name='issuerkey',
            name='handle',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='issuerkey',
            name='keeper',
            field=models.CharField(choices=[('software', 'Database'), ('pkcs11', 'Hardware token')], default='software', max_length=10),
        ),
        migrations.AddField(
            model_name='issuerkey',
            name='signs_from',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(sign_since_made, migrations.RunPython.noop),
    ]
