"""Export: what was imported comes back byte for byte."""

import pytest

from digicantrain.programme import queries
from digicantrain.programme.actions import import_programme
from digicantrain.programme.files import FolderError, read_folder, write_folder

pytestmark = pytest.mark.django_db


def bytes_of(folder):
    """Return name -> bytes of all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_export_is_the_import_byte_for_byte(folder, organisation, tmp_path):
    page = folder / "modules/X1/u1/first-look.fi.md"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n") + b"  \r\n\r\n")
    (folder / "paths.toml").write_bytes(
        b"# comment: \xc3\xa4\n" + (folder / "paths.toml").read_bytes()
    )
    import_programme(folder, organisation=organisation)

    write_folder(tmp_path / "out", files=queries.files_of("sample"))

    assert bytes_of(tmp_path / "out") == bytes_of(folder)


def test_an_export_holds_the_current_versions_only(folder, edit, organisation, tmp_path):
    import_programme(folder, organisation=organisation)
    edit("modules/X1/u1/first-look.en.md", "A tick", "Each tick")
    edit("programme.en.toml", "Sample", "Small")
    import_programme(folder, organisation=organisation)

    write_folder(tmp_path / "out", files=queries.files_of("sample"))

    assert bytes_of(tmp_path / "out") == bytes_of(folder)


def test_there_is_nothing_to_export_of_a_programme_that_is_not_there(db):
    assert queries.files_of("sample") == {}


def test_hidden_files_and_links_are_not_read(folder, tmp_path):
    """Threat 28: a link cannot bring in a file from elsewhere."""
    (tmp_path / "secret.toml").write_text("a = 1", encoding="utf-8")
    (folder / "forms" / "secret.toml").symlink_to(tmp_path / "secret.toml")
    (folder / ".hidden").write_text("x", encoding="utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("x", encoding="utf-8")

    found = read_folder(folder)

    assert {"forms/secret.toml", ".hidden", ".git/config"} & found.keys() == set()
    assert "programme.toml" in found


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(FolderError, match="is not a folder"):
        read_folder(tmp_path / "nowhere")
