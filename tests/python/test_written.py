"""Where files are written: whole or not at all, through links, into pipes, with the mode they had."""

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from backfire import _written
from backfire._written import write_text
from backfire.pictures import Picture
from cli_program import FREE, SHIPPED, called, program


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither modes nor links for everybody")
def test_a_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    file, link = folder / "page.html", tmp_path / "link.html"
    file.write_text("before", encoding="utf-8")
    file.chmod(0o640)
    link.symlink_to(file)
    write_text(link, "a\nb")
    assert link.is_symlink()
    assert file.read_bytes() == b"a\nb"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    dangling = tmp_path / "dangling"
    dangling.symlink_to(folder / "new")
    write_text(dangling, "c")
    assert dangling.is_symlink()
    assert (folder / "new").read_text(encoding="utf-8") == "c"
    plain = tmp_path / "plain"
    plain.write_text("", encoding="utf-8")
    assert (folder / "new").stat().st_mode == plain.stat().st_mode
    Picture("<svg/>", "nothing").save(tmp_path / "p.svg")
    (tmp_path / "q.svg").symlink_to(tmp_path / "p.svg")
    Picture("<svg></svg>", "nothing").save(tmp_path / "q.svg")
    assert (tmp_path / "q.svg").is_symlink()
    assert "<svg></svg>" in (tmp_path / "p.svg").read_text(encoding="utf-8")
    assert sorted(p.name for p in folder.iterdir()) == ["new", "page.html"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_report_goes_into_a_pipe_that_stays_one(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        read: list[str] = []
        reader = threading.Thread(
            target=lambda r=read: r.append(pipe.read_text(encoding="utf-8")), daemon=True
        )
        reader.start()
        ended = program("report", SHIPPED, "--reform", FREE, "--no-break-even", "-o", str(path))
        assert ended.code == 0, ended.err
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        assert link.is_symlink()
        reader.join(20)
        assert read[0].startswith("<!DOCTYPE html>")
        assert read[0].endswith("</html>\n")


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is a device of Linux")
def test_a_full_device_is_said_by_the_name_it_was_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = tmp_path / "full"
    link.symlink_to("/dev/full")
    code, _, err = called(capsys, "report", SHIPPED, "--reform", FREE, "--no-break-even", "-o", str(link))
    assert (code, err) == (2, f"backfire: '{link}': No space left on device\n")
    assert link.is_symlink()
    assert stat.S_ISCHR(link.stat().st_mode)


def test_what_cannot_be_written_is_said_in_the_words_of_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = ("report", SHIPPED, "--reform", FREE, "--no-break-even", "-o")
    nowhere = tmp_path / "nowhere" / "page.html"
    for words in (report, ("new",)):
        name = str(nowhere if words is report else nowhere.with_suffix(".json"))
        assert called(capsys, *words, name) == (
            2, "", f"backfire: there is no folder '{nowhere.parent}' for '{name}'\n"
        )  # fmt: skip
    assert called(capsys, *report, str(tmp_path)) == (2, "", f"backfire: '{tmp_path}' is a folder\n")

    def refused(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied", "/a/temporary/name")

    monkeypatch.setattr(_written.tempfile, "mkdtemp", refused)
    page = str(tmp_path / "page.html")
    assert called(capsys, *report, page) == (2, "", f"backfire: '{page}': Permission denied\n")
