from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_alter_lifecyclestep_entity")]

    operations = [
        migrations.RenameField("retentionrule", "keep_for", "keep_for_en"),
        migrations.RenameField("retentionrule", "counted_from", "counted_from_en"),
        migrations.RenameField("retentionrule", "then", "then_en"),
    ]
