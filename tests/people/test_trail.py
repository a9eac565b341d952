"""The audit trail: append-only, chained, and still whole after an erasure."""

import pytest

from digicantrain.people import actions
from digicantrain.people.models import AppendOnlyError, AuditEntry, ErasureReceipt, Person

pytestmark = pytest.mark.django_db


def faults():
    return list(actions.faults_of_trail())


def test_a_trail_of_acts_holds(aino, ben):
    actions.record("first", actor=aino, subject="thing:1", data={"n": 1})
    actions.record("second", actor=ben)
    actions.record("third", actor=None)

    assert faults() == []
    assert list(AuditEntry.objects.values_list("action", flat=True))[-3:] == [
        "first",
        "second",
        "third",
    ]


def test_an_entry_cannot_be_changed_or_deleted(aino):
    entry = actions.record("act", actor=aino)
    entry.action = "other"

    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"action": "forged"}, "changed after"),
        ({"data": {"n": 7}}, "changed after"),
        ({"actor": None}, "changed after"),
        ({"previous": "f" * 64}, "does not continue"),
        ({"sequence": 99}, "missing before"),
    ],
)
def test_a_change_behind_our_back_is_found(aino, change, why):
    for number in range(3):
        actions.record("act", actor=aino, data={"n": number})
    last = AuditEntry.objects.last()

    AuditEntry.objects.filter(pk=last.pk).update(**change)

    assert any(why in fault.why for fault in faults())


def test_a_removed_entry_is_found(aino):
    for _ in range(3):
        actions.record("act", actor=aino)

    AuditEntry.objects.filter(sequence=AuditEntry.objects.last().sequence - 1)._raw_delete(
        "default"
    )

    assert faults()


def test_the_chain_holds_after_a_person_is_erased_and_names_nobody(aino, ben, turku_site):
    actions.grant_role(aino, role="mentor", organisation=turku_site.organisation, by=ben)
    name, email, pk = aino.name, aino.email, aino.pk

    receipt = actions.erase_person(aino, by=None)

    assert faults() == []
    assert not Person.objects.filter(pk=pk).exists()
    stored = str(list(AuditEntry.objects.values())) + str(list(ErasureReceipt.objects.values()))
    assert name not in stored
    assert email not in stored
    assert receipt.removed["roles"] == 1
