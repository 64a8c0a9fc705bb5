"""What a command line names: documents, reforms, requirements."""

import difflib
import json
import math
import operator
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import backfire
from backfire import _core
from backfire._errors import BackfireError, ScenarioError
from backfire._scenario import keys_of, reform_of_assignments, reform_of_text

#: Endings that say a word means a file, even where there is none of that name.
_ENDINGS = (".json", ".yaml", ".yml")

#: How an assignment to a path of several keys begins.
_PATH = r"[\w-]+(?:\.[\w-]+)+\s*="
#: A name before an assignment. It is no such path itself, and a text in quotation marks is never taken for an assignment.
_NAME = re.compile(rf"\s*(?!{_PATH})([^=;\"]*[^=;\"\s])\s*=\s*(?={_PATH})")
#: What a ``--reform`` may be.
_FORMS = "a reform is FILE or PATH=VALUE[;PATH=VALUE]; compare and report take NAME= before either"


def _names_file(text: str) -> bool:
    return text.lower().endswith(_ENDINGS)


class UsageError(BackfireError):
    """A command line that cannot be understood or obeyed."""


class InputError(BackfireError):
    """Broken input and the name it has on the command line; `diagnostics` holds every problem."""

    def __init__(self, label: str, diagnostics: tuple[Any, ...]) -> None:
        self.label = label
        self.diagnostics = diagnostics
        super().__init__(label)


@contextmanager
def labelled(label: str) -> Iterator[None]:
    """Problems found by the body are those of the input called `label`."""
    try:
        yield
    except ScenarioError as error:
        raise InputError(label, error.diagnostics) from None


def word(text: str) -> str:
    """A word of the command line as text, whatever the locale made of its bytes; file names stay as they came."""
    try:
        return os.fsencode(text).decode("utf-8")
    except UnicodeEncodeError:
        return text  # it never came through the file system's encoding
    except UnicodeDecodeError:
        raise UsageError(f"{text!a} is not UTF-8 text") from None


def label_of(name: str) -> str:
    """What messages call a document named on the command line."""
    return "<stdin>" if name == "-" else word(name)


def standard_input() -> str:
    """All of standard input, which must be UTF-8 whatever the locale says."""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        return sys.stdin.read()
    return decoded(stream.read(), "standard input")


def decoded(text: bytes, label: str) -> str:
    """UTF-8 bytes as text, a byte order mark left out."""
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{label} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8") from None


def read_document(name: str) -> backfire.Scenario:
    """The scenario a word means: a file, a shipped scenario, or ``-`` for standard input."""
    with labelled(label_of(name)):
        if name == "-":
            return backfire.loads(standard_input())
        if os.path.exists(name) and not os.path.isdir(name):
            return backfire.load(name)
        if word(name) in backfire.scenarios()["name"]:
            return backfire.scenario(word(name))
    if os.path.isdir(name):
        raise UsageError(f"'{name}' is a folder; a document is a file")
    if _names_file(name) or os.sep in name:
        raise UsageError(f"there is no file '{name}'{_nearest_file(name)}")
    try:
        return backfire.scenario(word(name))
    except backfire.UnknownNameError as error:
        raise UsageError(f"there is no file '{name}', and {error}") from None


def _nearest_file(name: str) -> str:
    folder = Path(name).parent
    beside = [p.name for p in folder.iterdir()] if folder.is_dir() else []
    near = difflib.get_close_matches(Path(name).name, beside, 1)
    return f"; did you mean '{folder / near[0]}'?" if near else ""


def read_reform(text: str) -> _core.Reform:
    """The reform a word means: a file, or assignments ``PATH=VALUE`` joined by semicolons."""
    if os.path.isdir(text):
        raise UsageError(f"'{text}' is a folder; {_FORMS}")
    if os.path.exists(text):
        with labelled(word(text)):
            return reform_of_text(decoded(Path(text).read_bytes(), f"'{word(text)}'"))
    if "=" not in text:
        if _names_file(text):
            raise UsageError(f"there is no file '{text}'{_nearest_file(text)}")
        raise UsageError(f"'{text}' is neither a file nor PATH=VALUE{_nearest_file(text)}; {_FORMS}")
    if named := _NAME.match(word(text)):
        raise UsageError(f"there is no use for the name '{named[1]}' here; {_FORMS}")
    key, _, value = (part.strip() for part in word(text).partition("="))
    if key and not _begins_path(key):
        raise UsageError(
            f"'{key}' in '{word(text)}' is no key of a document, and there is no file '{value}'; {_FORMS}"
        )
    with labelled(f"--reform '{word(text)}'"):
        return reform_of_assignments(word(text))


def _begins_path(key: str) -> bool:
    """Whether a path may begin so; of one that goes on after a dot, reforms say themselves what is wrong with it."""
    keys = json.loads(backfire.schema())["$defs"]["scenario"]["properties"]
    return "." in key or key.startswith("x-") or keys_of(key)[0] in keys


def composed_reform(texts: list[str]) -> _core.Reform:
    """Several ``--reform`` words as one reform, in their order."""
    reform = _core.Reform()
    for text in texts:
        reform = reform.then(read_reform(text))
    return reform


def named_reforms(texts: list[str]) -> dict[str, _core.Reform]:
    """Each ``--reform`` word as a reform with the name of its column: FILE or PATH=VALUE[;PATH=VALUE], NAME= before it or not."""
    reforms: dict[str, _core.Reform] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if os.path.isfile(text):
            name, reform = Path(text).stem, read_reform(text)
        elif _names_file(value) or os.path.isfile(value):
            reform = read_reform(value)
        elif named := _NAME.match(word(text)):
            name, reform = named[1], read_reform(word(text)[named.end() :])
        else:
            name, reform = text, read_reform(text)
        name = word(name)
        if name in reforms:
            raise UsageError(f"two reforms are called '{name}'; NAME= before one gives it a name of its own")
        reforms[name] = reform
    return reforms


_OPERATORS = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


@dataclass(frozen=True)
class Requirement:
    """``FIGURE OP NUMBER``, e.g. ``values.organisation >= 0``."""

    figure: str
    symbol: str
    number: float
    text: str

    def met(self, value: float) -> bool:
        """Whether it holds; a figure without a value meets nothing."""
        return not math.isnan(value) and bool(_OPERATORS[self.symbol](value, self.number))


def requirement(text: str) -> Requirement:
    """Reads one ``--require``."""
    match = re.fullmatch(r"\s*([^<>=!\s]+)\s*(<=|>=|==|!=|<|>|=)\s*(\S+)\s*", text := word(text))
    if match is None:
        raise UsageError(
            f"'{text}' is no requirement; write 'FIGURE OP NUMBER', e.g. 'values.organisation >= 0'"
        )
    figure, symbol, written = match.groups()
    try:
        number = float(written)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"'{written}' in '{text}' is no number")
    return Requirement(figure, symbol, number, text.strip())
