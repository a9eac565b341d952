"""The check runs from a shell, without a database and without Django."""

import subprocess
import sys

from digicantrain.programme.check import main


def test_a_sound_folder_is_said_to_be_sound(folder, capsys):
    assert main([str(folder)]) == 0
    assert capsys.readouterr().out == "No problem found.\n"


def test_each_fault_is_a_line_with_file_line_and_mend(folder, edit, capsys):
    edit("modules/X1/module.toml", 'verb = "read"', 'verb = "know"')

    assert main([str(folder)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "modules/X1/module.toml:19: “know” cannot be observed. "
        "Say what one can see: explain, choose, set up, prioritise, write.",
        "1 problem found.",
    ]


def test_a_file_that_is_not_utf8_is_a_fault_and_no_traceback(folder, capsys):
    (folder / "modules/X1/u1/note.en.md").write_bytes(b"first\n\xff\xfe\n")

    assert main([str(folder)]) == 1
    assert "modules/X1/u1/note.en.md:2: The file is not plain UTF-8." in capsys.readouterr().out


def test_a_table_that_cannot_be_read_has_no_other_fault(folder, capsys):
    words = folder / "modules/X1/module.en.toml"
    words.write_bytes(b"\xe9" + words.read_bytes())

    assert main([str(folder)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "modules/X1/module.en.toml:1: The file is not plain UTF-8. "
        "Save it as UTF-8 without a byte-order mark.",
        "1 problem found.",
    ]


def test_a_call_without_a_folder_is_a_wrong_call(folder, capsys):
    assert main([]) == 2
    assert main([str(folder / "nowhere")]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_the_check_imports_no_django(folder):
    code = (
        "import sys; from digicantrain.programme.check import main; "
        f"status = main([{str(folder)!r}]); sys.exit(9 if 'django' in sys.modules else status)"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)  # noqa: S603

    assert done.returncode == 0
