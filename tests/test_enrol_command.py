"""`digicantrain enrol`: a dry run first, faults by line and field, exit codes 0, 1 and 2."""

import pytest

from digicantrain.__main__ import main
from digicantrain.learning.models import Enrolment
from digicantrain.people.models import Person

pytestmark = pytest.mark.django_db
GOOD = "email,name\nann@example.org,Ann\nbo@example.org,Bo\n"


@pytest.fixture
def enrol(cohort, tmp_path, capsys):
    """Run the command on a text: `enrol(text, "--write")` returns code, output and errors."""

    def act(text, *options, key=str(cohort.key)):
        file = tmp_path / "people.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = main(["enrol", str(file), "--cohort", key, *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return act


def test_without_write_it_only_says_what_it_would_do(enrol):
    code, out, _err = enrol(GOOD)

    assert code == 0
    assert "2 people: 2 new accounts, 2 enrolments" in out
    assert "Add --write to enrol them." in out
    assert not Enrolment.objects.exists()


def test_with_write_it_enrols_and_again_it_enrols_nobody_twice(enrol):
    assert enrol(GOOD, "--write")[0] == 0
    code, out, _err = enrol(GOOD, "--write")

    assert code == 0
    assert "2 were enrolled before" in out
    assert Enrolment.objects.count() == 2


def test_faults_are_said_by_line_and_field_with_code_one(enrol):
    code, out, err = enrol("email,name\nnobody,Ann\nbo@example.org,\n", "--write")

    assert code == 1
    assert "people.csv:2: email: “nobody” is not an e-mail address." in out
    assert "people.csv:3: name: The name is empty." in out
    assert "2 faults; nobody was enrolled." in err
    assert not Person.objects.exists()


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"email,name\na@b.fi,\xc4\n"])
def test_a_file_that_cannot_be_read_is_code_one_and_a_sentence(enrol, data):
    code, _out, err = enrol(data, "--write")

    assert code == 1
    assert err.startswith("digicantrain enrol: ")
    assert "Traceback" not in err


@pytest.mark.parametrize("key", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_a_run_that_is_not_there_is_code_one(enrol, key):
    code, _out, err = enrol(GOOD, key=key)

    assert code == 1
    assert f"There is no course run '{key}'." in err


@pytest.mark.parametrize("place", ["missing.csv", "."])
def test_a_file_that_is_not_there_is_a_wrong_call(cohort, tmp_path, capsys, place):
    with pytest.raises(SystemExit) as ended:
        main(["enrol", str(tmp_path / place), "--cohort", str(cohort.key)])

    assert ended.value.code == 2
    assert "is not a file." in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["enrol"], ["enrol", "x.csv"], ["enrol", "--nonsense"]])
def test_a_wrong_call_is_code_two(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
