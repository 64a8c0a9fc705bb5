"""The page somebody forwards: one HTML file that says what a change of rules would do, why, and how sure that is."""

from pathlib import Path

from backfire._answers import Comparison
from backfire._messages import check_language
from backfire._progress import Progress
from backfire._report.page import page
from backfire._written import check_place, write_text

__all__ = ["report", "report_html"]


def report_html(
    comparison: Comparison, language: str = "en", *, break_even: bool = True, progress: Progress = None
) -> str:
    """The report as HTML text: a whole page, without scripts and without anything from elsewhere.

    Parameters
    ----------
    comparison : Comparison
        A baseline with one reform or several.
    language : {"en", "zh"}
        The language of the reader; titles of the document are taken in it where it has them.
    break_even : bool
        Whether to vary the first two numbers each reform changes, and say where the organisation's work is worth what
        it is today, and where most: about fifty solutions for each number, however many reforms change it.
    progress : callable, bool or None
        Told how far these searches are, 0…1; True for a bar.

    Raises
    ------
    ValueError
        For a language there is not.
    Interrupted
        Where ``progress`` returns False.

    Examples
    --------
    >>> import backfire
    >>> scenario = backfire.scenario("corrective-callbacks")
    >>> comparison = backfire.compare(scenario, {"no deduction": {"disable": ["rules.callback_deduction"]}})
    >>> backfire.report_html(comparison, break_even=False).startswith("<!DOCTYPE html>")
    True
    """
    return page(comparison, check_language(language), break_even, progress)


def report(
    comparison: Comparison,
    path: str | Path,
    language: str = "en",
    *,
    break_even: bool = True,
    progress: Progress = None,
) -> Path:
    """Writes the report to a file and returns its path.

    The file is complete or not there at all: it is written beside its place and then moved; a link stays one and its
    target is written, a file keeps its mode, and a pipe or a device is written to as it stands. The same scenario,
    reforms and version give the same bytes.

    Parameters
    ----------
    comparison : Comparison
        A baseline with one reform or several.
    path : str or Path
        The file to write; its folder must exist.
    language : {"en", "zh"}
        The language of the reader.
    break_even : bool
        Whether to vary the first two numbers each reform changes, and say where the organisation's work is worth what
        it is today, and where most: about fifty solutions for each number, however many reforms change it.
    progress : callable, bool or None
        Told how far these searches are, 0…1; True for a bar.

    Raises
    ------
    ValueError
        For a language there is not.
    Interrupted
        Where ``progress`` returns False.
    OSError
        Where the file cannot be written.
    """
    target = Path(path)
    check_place(target)  # before the work
    write_text(target, report_html(comparison, language, break_even=break_even, progress=progress))
    return target
