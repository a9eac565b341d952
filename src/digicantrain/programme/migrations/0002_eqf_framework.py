"""A level says what it rests on in one of two words; a credit says how it is taken and watched."""

from django.db import migrations, models


def say(apps, schema_editor):
    """Write down for what was imported before what its certificates have said until now."""
    for version in apps.get_model("programme", "ModuleVersion").objects.all():
        if version.eqf_basis not in ("self-assessed", "referenced"):
            version.eqf_framework, version.eqf_basis = version.eqf_basis, "referenced"
        credit = version.data.get("credit")
        if credit:
            credit.setdefault("participation", "online")
            credit.setdefault("supervision", "unsupervised")
        version.save(update_fields=["eqf_basis", "eqf_framework", "data"])


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='moduleversion',
            name='eqf_framework',
            field=models.CharField(blank=True, default='', max_length=100),
        ),
        migrations.RunPython(say, migrations.RunPython.noop),
    ]
