"""Credentials by CSV: every fault with line and field, and each row at most once."""

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from digicantrain.core.tables import TableError
from digicantrain.credentials import actions, by_file, tasks
from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.people.models import AuditEntry, Person
from digicantrain.people.queries import key_of
from tests.credentials.asked import ask, four_eyes

pytestmark = pytest.mark.django_db
HEAD = "email,name,module,evidence,language,supervision\n"
SAID = "Oral examination by Dr Laaksonen on 3 Nov"
GOOD = (
    f"{HEAD}aino@example.org,,X1,{SAID},,supervised-identified\n"
    f"new@example.org,Nea Uusi,x1,{SAID},fi,\n"
)


@pytest.fixture
def own(programme, aino):
    return [programme.organisation]


def read(text, own, rita):
    data = text if isinstance(text, bytes) else text.encode()
    return by_file.read(data, organisations=own, by=rita)


def confirm(text, own, rita):
    return by_file.ask_for(text.encode(), organisations=own, by=rita, now=timezone.now())


def faults(text, own, rita):
    return [(one.line, one.field, one.text) for one in read(text, own, rita).faults]


def test_looking_writes_nothing_and_says_what_would_be_done(own, rita):
    plan = read(GOOD, own, rita)

    assert (plan.faults, len(plan.rows), plan.new_people, plan.waits) == ([], 2, 1, False)
    assert plan.summary().startswith("2 credentials to issue, 1 new accounts, 0 left out")
    assert (IssueRequest.objects.count(), Person.objects.count()) == (0, 2)


def test_confirmed_each_row_is_issued(own, aino, rita):
    report = confirm(GOOD, own, rita)

    assert str(report) == "2 are being issued in the background."
    rows = {row.person.email: row for row in Credential.objects.all()}
    assert sorted(rows) == ["aino@example.org", "new@example.org"]
    assert rows["new@example.org"].language == "fi"
    assert rows["new@example.org"].holder_name == "Nea Uusi"
    assert {row.request.how for row in rows.values()} == {"csv"}
    assert rows[aino.email].request.evidence == SAID
    assert rows["new@example.org"].request.watched == "unsupervised"
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(rows)
    entry = AuditEntry.objects.get(action="credentials-asked-for-by-file")
    assert entry.actor == key_of(rita)
    assert entry.data == {"accounts": 1, "asked": 2, "left out": 0}


def test_threat_42_the_same_file_twice_issues_nothing_twice(own, rita):
    confirm(GOOD, own, rita)

    plan = read(GOOD, own, rita)
    assert (plan.rows, plan.already, plan.faults) == ([], [2, 3], [])
    report = confirm(GOOD, own, rita)
    assert (report.asked, report.already) == (0, 2)
    assert "2 were left out" in str(report)
    assert (Credential.objects.count(), IssueRequest.objects.count()) == (2, 2)


def test_threat_42_a_file_confirmed_again_while_the_first_waits(own, rita, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    confirm(GOOD, own, rita)
    confirm(GOOD, own, rita)

    (task,) = DBTaskResult.objects.filter(task_path__endswith="tasks.fulfil")
    assert task.task.call(*task.args_kwargs["args"]) == 2
    assert task.task.call(*task.args_kwargs["args"]) == 0
    assert Credential.objects.count() == 2


def test_under_four_eyes_each_row_waits(own, rita):
    four_eyes(own[0])
    own[0].refresh_from_db()

    assert read(GOOD, own, rita).waits
    assert str(confirm(GOOD, own, rita)) == "2 wait for another registrar to approve them."
    assert set(IssueRequest.objects.values_list("state", "how")) == {("waiting", "csv")}
    assert Credential.objects.count() == 0


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ("not-an-address,A,X1,E,,", "email", "is not an e-mail address"),
        ("аino@example.org,A,X1,E,,", "email", "letters outside a to z"),
        ("nobody@example.org,,X1,E,,", "name", "Give the name too"),
        ("aino@example.org,Somebody Else,X1,E,,", "name", "has another name"),
        ("aino@example.org,,ZZ,E,,", "module", "is no published module"),
        ("aino@example.org,,X2,E,,", "module", "is no published module"),
        ("aino@example.org,,X1,,,", "evidence", "Say what was assessed, by whom and when"),
        ("aino@example.org,,X1,E,xx,", "language", "The module is not written in “xx”"),
        ("aino@example.org,,X1,E,,somehow", "supervision", "“somehow” is not one of"),
        ("rita@example.org,,X1,E,,", "email", "your own account"),
    ],
)
def test_threat_33_each_fault_has_its_line_and_field(own, rita, row, field, said):
    found = faults(f"{HEAD}{row}\n", own, rita)

    assert [(line, name) for line, name, _text in found] == [(2, field)]
    assert said in found[0][2]


def test_a_name_spelt_with_other_blanks_is_the_same(own, rita):
    assert faults(f"{HEAD}AINO@example.org , aino  VIRTANEN ,X1,E,,\n", own, rita) == []


def test_threat_33_all_faults_are_told_and_nothing_is_written(own, rita):
    text = GOOD + "bad,,X1,E,,\n" + f"aino@example.org,,X1,{SAID},,\n" + "x@example.org,,ZZ,,,\n"

    assert [(line, field) for line, field, _text in faults(text, own, rita)] == [
        (4, "email"), (4, "name"), (5, "email"), (6, "name"), (6, "module"), (6, "evidence"),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="has faults; nothing was issued"):
        confirm(text, own, rita)
    assert (IssueRequest.objects.count(), Credential.objects.count()) == (0, 0)
    assert not Person.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty"),
        (b"a,b\n1,2\n", "missing: email, module, evidence"),
        (b"email,module\na,b\n", "missing: evidence"),
        (b"email,module,evidence\n\xff\xfe\n", "is not UTF-8"),
        (b"email,module,evidence\na,\0,b\n", "NUL"),
        (b"x" * 5_000_001, "at most 5,000,000 are read"),
    ],
)
def test_threat_33_a_file_that_cannot_be_read_is_refused_in_a_sentence(own, rita, data, said):
    with pytest.raises(TableError, match=said):
        read(data, own, rita)


def test_threat_33_other_encodings_and_separators_are_read(own, rita):
    text = GOOD.replace(",", ";")

    assert read(text.encode("utf-16"), own, rita).faults == []
    assert read(b"\xef\xbb\xbf" + text.encode(), own, rita).faults == []


def test_threat_33_columns_that_nobody_asked_for_are_ignored(own, rita):
    plan = read(f"email,module,evidence,is_superuser\naino@example.org,X1,{SAID},yes\n", own, rita)

    assert (plan.ignored, plan.faults) == (["is_superuser"], [])


def test_threat_06_modules_of_another_provider_are_none_of_hers(own, rita, other_organisation):
    (fault,) = faults(GOOD.replace("new@", "aino2@"), [other_organisation], rita)[:1]

    assert fault[1] == "module"


def test_what_a_module_lacks_is_said_at_each_of_its_rows(own, rita):
    own[0].quality_assurance = {}
    own[0].save()

    found = faults(GOOD, own, rita)
    assert [line for line, _field, _text in found] == [2, 3]
    assert "type of quality assurance" in found[0][2]


def test_whose_was_withdrawn_does_not_get_a_second_one_by_file(own, aino, rita):
    version = own[0].programmes.get().modules.get(code="X1").current
    row = ask(aino, version, by=rita)
    actions.revoke(row.credential, reason="Wrong", by=rita, now=timezone.now())

    assert "was withdrawn" in faults(GOOD, own, rita)[0][2]


@pytest.mark.parametrize("how_many", [1, 3])
def test_looking_asks_no_more_of_the_database_when_the_file_grows(
    own, aino, farah, ben, rita, how_many, django_assert_num_queries
):
    people = (aino, farah, ben)[:how_many]
    text = HEAD + "".join(f"{one.email},,X1,{SAID},,\n" for one in people)
    read(text, own, rita)

    with django_assert_num_queries(30):
        read(text, own, rita)


def test_the_net_finds_what_a_killed_worker_left(own, rita, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    confirm(GOOD, own, rita)
    DBTaskResult.objects.all().delete()

    assert tasks.issue_due.call() == 2
    assert IssueRequest.objects.filter(state="issued").count() == 2
