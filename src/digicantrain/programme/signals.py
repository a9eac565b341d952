"""News of the programme for the layers above; sent inside the import's transaction."""

from django.dispatch import Signal

# sender=ModuleVersion, version=ModuleVersion, design=ModuleDesign
version_imported = Signal()
# sender=Programme, programme=Programme, design=ProgrammeDesign
programme_imported = Signal()
# sender=Module, module=Module
module_withdrawn = Signal()
