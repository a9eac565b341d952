"""Withdrawal of a module: said once, to all who listen, and undone without a trace lost."""

import pytest

from digicantrain.people.models import AuditEntry
from digicantrain.programme import signals
from digicantrain.programme.actions import offer_again, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Collect the modules of which the news was heard."""
    found = []

    def hear(sender, module, **_kwargs):
        found.append(module.code)

    signals.module_withdrawn.connect(hear)
    yield found
    signals.module_withdrawn.disconnect(hear)


def test_a_withdrawal_is_recorded_and_heard_once(programme, eleni, heard):
    module = programme.modules.get(code="X2")

    withdraw(module, reason={"en": "A figure is wrong."}, by=eleni)
    first = withdraw(module, reason={"en": "Again."}, by=eleni)

    assert first.withdrawn_reason == {"en": "A figure is wrong."}
    assert heard == ["X2"]
    entry = AuditEntry.objects.get(action="module-withdrawn")
    assert entry.subject == "module:X2"
    assert entry.actor == eleni.pseudonym.key


def test_a_module_can_be_offered_again(programme, eleni):
    module = withdraw(programme.modules.get(code="X2"), reason={"en": "Wrong."}, by=eleni)

    offer_again(module, by=eleni)
    offer_again(module, by=eleni)

    module.refresh_from_db()
    assert module.withdrawn_at is None
    assert AuditEntry.objects.filter(action="module-offered-again").count() == 1
