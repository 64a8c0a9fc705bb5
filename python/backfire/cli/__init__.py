"""The command line.

Exit codes: 0 fine; 1 a ``--require`` does not hold, and nothing else; 2 bad input or usage; 70 a defect of backfire itself;
130 stopped by Ctrl-C. Answers go to standard output, everything said about them to standard error.
"""

import os
import sys

from backfire import __version__
from backfire._errors import BackfireError, ScenarioError
from backfire.cli._commands import run_command
from backfire.cli._input import InputError, UsageError
from backfire.cli._output import diagnostic_lines, plain_diagnostics, print_json, remark
from backfire.cli._parser import make_parser

FINE, UNMET, BAD_INPUT, DEFECT, STOPPED = 0, 1, 2, 70, 130


def main(arguments: list[str] | None = None) -> int:
    """Runs one command line and returns its exit code; never raises."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what the terminal's encoding lacks is escaped, not a crash
            stream.reconfigure(errors="backslashreplace")
    parser = make_parser()
    if "_ARGCOMPLETE" in os.environ:
        try:
            import argcomplete
        except ImportError:
            return BAD_INPUT
        argcomplete.autocomplete(parser)
    try:
        options = parser.parse_args(arguments)
    except SystemExit as end:  # argparse has said what there was to say
        return end.code if isinstance(end.code, int) else BAD_INPUT
    try:
        if sys.stdout is None and getattr(options, "output", "-") == "-":
            raise UsageError("standard output is closed, so that the answer has nowhere to go")
        failed = run_command(options)
        if sys.stdout is not None:
            sys.stdout.flush()
        return UNMET if failed else FINE
    except BrokenPipeError:  # the reader, e.g. `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except KeyboardInterrupt:
        remark("backfire: stopped")
        return STOPPED
    except InputError as error:
        _problems(error.label, error.diagnostics, getattr(options, "json", False))
    except ScenarioError as error:
        _problems(
            getattr(options, "document", "backfire"), error.diagnostics, getattr(options, "json", False)
        )
    except OSError as error:
        remark(f"backfire: {_fault(error)}")
    except (BackfireError, UnicodeError, ImportError) as error:
        remark(f"backfire: {error}")
    except Exception as defect:
        if "BACKFIRE_TRACEBACK" in os.environ:
            raise
        told = " ".join(str(defect).split())
        remark(
            f"backfire: a defect of backfire {__version__} itself, {type(defect).__name__}: {told}; "
            "please report it with the command and the document (BACKFIRE_TRACEBACK=1 shows where)"
        )
        return DEFECT
    return BAD_INPUT


def _fault(error: OSError) -> str:
    """What the system refused, of the file as it was named."""
    if error.strerror is None:
        return str(error)
    if error.filename is None:
        return error.strerror
    file = os.fsdecode(error.filename)
    if isinstance(error, IsADirectoryError):
        return f"'{file}' is a folder"
    folder = os.path.dirname(file) or "."
    if isinstance(error, FileNotFoundError) and not os.path.isdir(folder):
        return f"there is no folder '{folder}' for '{file}'"
    return f"'{file}': {error.strerror}"


def _problems(label: str, diagnostics: tuple[object, ...], as_json: bool) -> None:
    if as_json:
        print_json({"version": __version__, "diagnostics": plain_diagnostics(diagnostics)})
    remark(*diagnostic_lines(label, diagnostics))
