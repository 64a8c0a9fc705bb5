"""The one place where a file is written: whole or not at all, and never in the stead of what is no plain file."""

import errno
import os
import stat
import tempfile
from pathlib import Path

__all__ = ["check_place", "write_text"]


def check_place(path: str | Path) -> None:
    """Says before any work that a file cannot stand at a path.

    Raises
    ------
    FileNotFoundError
        Where its folder is not there.
    IsADirectoryError
        Where it is a folder itself.
    """
    place = Path(path)
    for fault, stands in ((errno.ENOENT, place.parent.is_dir()), (errno.EISDIR, not place.is_dir())):
        if not stands:
            raise OSError(fault, os.strerror(fault), str(path))


def write_text(path: str | Path, text: str) -> None:
    r"""Writes text as UTF-8, lines ended by ``\n``.

    A new file and a plain one are written beside their place and then moved, so that a reader never meets half of it; a
    file keeps its mode, and a symbolic link stays one and its target is written. Anything else, such as a pipe or a
    device, is written to as it stands.

    Parameters
    ----------
    path : str or Path
        Where to write; the folder must exist.
    text : str
        All of the file.

    Raises
    ------
    OSError
        Where that is not possible; ``filename`` is the path as given.
    """
    check_place(path)
    try:
        _write(Path(path), text)
    except OSError as error:  # a name beside the place means nothing to whoever asked
        raise OSError(error.errno, error.strerror, str(path)) from None


def _write(path: Path, text: str) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    place = Path(os.path.realpath(path))
    with tempfile.TemporaryDirectory(prefix=".backfire-", dir=place.parent) as folder:
        beside = Path(folder, "written")
        beside.write_text(text, encoding="utf-8", newline="\n")
        if mode is not None:
            beside.chmod(stat.S_IMODE(mode))
        beside.replace(place)
