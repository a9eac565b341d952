
import digicantrain.credentials.models
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0010_recognition'),
        ('learning', '0003_recognised'),
        ('people', '0005_four_eyes'),
        ('programme', '0002_eqf_framework'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Endorsement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('message', models.TextField(blank=True)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('declined_at', models.DateTimeField(null=True)),
                ('declined_reason', models.TextField(blank=True)),
                ('statement', models.TextField(blank=True)),
                ('language', models.CharField(blank=True, max_length=5)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('issued_at', models.DateTimeField(null=True)),
                ('status_index', models.PositiveIntegerField(null=True)),
                ('token', models.TextField(blank=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_reason', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('-asked_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='PathCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('token', models.CharField(default=digicantrain.credentials.models.share_token, max_length=40, unique=True)),
                ('path', models.SlugField(max_length=60)),
                ('language', models.CharField(max_length=5)),
                ('holder_name', models.CharField(blank=True, max_length=200)),
                ('title', models.JSONField(default=dict)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('status_index', models.PositiveIntegerField()),
                ('document', models.TextField()),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_reason', models.TextField(blank=True)),
                ('show_name', models.BooleanField(default=True)),
                ('is_demo', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ('-issued_at', 'pk'),
            },
        ),
        migrations.AddField(
            model_name='credential',
            name='badge',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.AddField(
            model_name='credential',
            name='within',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='unit_badges', to='learning.enrolment'),
        ),
        migrations.AddField(
            model_name='statuslist',
            name='holds',
            field=models.CharField(choices=[('credentials', 'Credentials'), ('paths', 'Paths'), ('endorsements', 'Endorsements')], default='credentials', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.UniqueConstraint(condition=models.Q(('badge', ''), _negated=True), fields=('within', 'badge'), name='unit_badge_once'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('badge', ''), _negated=True), ('revoked_at', None)), fields=('person', 'version', 'badge'), name='unit_badge_stands_once'),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='endorser',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='endorsements_given', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='endorsements', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='status_list',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='endorsement_entries', to='credentials.statuslist'),
        ),
        migrations.AddField(
            model_name='endorsement',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='endorsements', to='programme.moduleversion'),
        ),
        migrations.AddField(
            model_name='pathcertificate',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='path_certificates', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='pathcertificate',
            name='parts',
            field=models.ManyToManyField(related_name='path_certificates', to='credentials.credential'),
        ),
        migrations.AddField(
            model_name='pathcertificate',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='path_certificates', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pathcertificate',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='path_certificates', to='programme.programme'),
        ),
        migrations.AddField(
            model_name='pathcertificate',
            name='status_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='path_entries', to='credentials.statuslist'),
        ),
        migrations.AddConstraint(
            model_name='endorsement',
            constraint=models.UniqueConstraint(fields=('status_list', 'status_index'), name='endorsement_status_once'),
        ),
        migrations.AddConstraint(
            model_name='endorsement',
            constraint=models.UniqueConstraint(condition=models.Q(('declined_at', None), ('revoked_at', None)), fields=('organisation', 'endorser', 'version'), name='endorsement_of_module_once'),
        ),
        migrations.AddConstraint(
            model_name='endorsement',
            constraint=models.UniqueConstraint(condition=models.Q(('declined_at', None), ('revoked_at', None), ('version', None)), fields=('organisation', 'endorser'), name='endorsement_of_provider_once'),
        ),
        migrations.AddConstraint(
            model_name='endorsement',
            constraint=models.CheckConstraint(condition=models.Q(('organisation', models.F('endorser')), _negated=True), name='endorsed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='pathcertificate',
            constraint=models.UniqueConstraint(fields=('status_list', 'status_index'), name='path_status_once'),
        ),
        migrations.AddConstraint(
            model_name='pathcertificate',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('person', 'programme', 'path'), name='path_stands_once'),
        ),
    ]
