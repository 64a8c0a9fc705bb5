"""YAML 1.2 (core schema) to trees, and documents to YAML text.

ruamel.yaml finds the structure; what plain words mean, and what is refused, is decided here. Only the core schema's words
are anything but text: ``null``, ``true``, ``false``, numbers. ``no``, ``yes``, ``on``, ``off`` and dates are text. Tags,
several documents in one text and merge keys are refused; anchors and aliases are read within the limits of a document.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from backfire._core import MOST_DEPTH, Diagnostic
from backfire._errors import MissingPackageError
from backfire._tree import MOST_PROBLEMS, Tree, brief, child, number_problem, whole_text
from backfire._yaml_syntax import explanation

#: YAML is read much more slowly than JSON, so less of it is read.
MOST_CHARACTERS = 1 << 20
MOST_VALUES = 100_000

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)")
_NOT_A_NUMBER = re.compile(r"\.(nan|NaN|NAN)")


def _package(what: str) -> Any:
    try:
        import ruamel.yaml
    except ImportError:
        raise MissingPackageError(f"{what} needs ruamel.yaml: pip install backfire[yaml]") from None
    return ruamel.yaml


class _Stop(Exception):  # noqa: N818 - a signal between two functions of this module, no error of its own
    """What follows cannot be read; the problem is already noted."""


@dataclass
class _Frame:
    """A list or map that is still open."""

    line: int
    column: int
    map: bool
    pointer: str
    anchor: str | None
    count: int = 1
    height: int = 1
    items: list[Any] = field(default_factory=list)
    names: dict[str, tuple[int, int]] = field(default_factory=dict)  # where each first stands
    key: tuple[str, int, int] | None = None
    twice: bool = False  # the member being read has a key that stands there already


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Tree, int, int]] = {}  # tree, values in it, height
        self.root: Tree | None = None
        self.count = 0
        self.documents = 0

    # ------------------------------------------------------------------------------------- problems
    def problem(self, code: str, place: tuple[int, int], message: str, hint: str = "") -> None:
        if len(self.problems) < MOST_PROBLEMS:
            line, column = place
            self.problems.append(Diagnostic(code, message, self.pointer(), line, column, hint))

    def pointer(self) -> str:
        """Where the next value will stand."""
        if not self.frames:
            return ""
        frame = self.frames[-1]
        if not frame.map:
            return child(frame.pointer, len(frame.items))
        return frame.pointer if frame.key is None else child(frame.pointer, frame.key[0])

    # --------------------------------------------------------------------------------------- events
    def read(self, event: Any) -> None:
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            self.document(event, place)
        elif kind == "AliasEvent":
            self.alias(event.anchor, place)
        elif kind == "ScalarEvent":
            self.tag(event, place)
            self.scalar(event, place)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self.tag(event, place)
            self.open(event, kind == "MappingStartEvent", place)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.close()

    def document(self, event: Any, place: tuple[int, int]) -> None:
        self.documents += 1
        if self.documents > 1:
            self.problem(
                "syntax", place, "a second document begins here", "one text is one document; remove the '---'"
            )
            raise _Stop
        if event.version is not None and tuple(event.version) != (1, 2):
            version = ".".join(map(str, event.version))
            self.problem("syntax", (1, 1), f"the text is YAML {version}, only 1.2 is read", "write %YAML 1.2")

    def tag(self, event: Any, place: tuple[int, int]) -> None:
        if event.tag is not None:
            self.problem(
                "syntax",
                place,
                f"tags are not read, got '{brief(str(event.tag).replace('tag:yaml.org,2002:', '!!'))}'",
                "remove the tag; quotes make a text of a number",
            )

    def alias(self, name: str, place: tuple[int, int]) -> None:
        hint = "a text that begins with '*' stands in quotes"
        if self.frames and self.frames[-1].map and self.frames[-1].key is None:
            self.problem("syntax", place, "an alias cannot be a key", "write the key out")
            raise _Stop
        if any(frame.anchor == name for frame in self.frames):
            self.problem("syntax", place, f"the alias '*{brief(name)}' stands inside what it repeats", hint)
            self.add((*place, None), 1, 0)
        elif name not in self.anchors:
            self.problem("syntax", place, f"nothing has the anchor '&{brief(name)}'", hint)
            self.add((*place, None), 1, 0)
        else:
            tree, count, height = self.anchors[name]
            if len(self.frames) + height > MOST_DEPTH:
                self.too_deep(place)
            self.add(tree, count, height)

    def scalar(self, event: Any, place: tuple[int, int]) -> None:
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.map and frame.key is None:
            self.member(frame, event.value, event.style is None, place)
            return
        value = self.word(event.value, place) if event.style is None else self.text(event.value, place)
        self.keep(event.anchor, (*place, value), 1, 0)
        self.add((*place, value), 1, 0)

    def member(self, frame: _Frame, name: str, plain: bool, place: tuple[int, int]) -> None:
        name = self.text(name, place)
        frame.key = (name, *place)
        frame.twice = name in frame.names
        if frame.twice:
            line, column = frame.names[name]
            message = f"the key '{brief(name)}' stands in this map already, on line {line}, column {column}"
            self.problem("duplicate_key", place, message, "rename one of them, or remove it")
        elif plain and name == "<<":
            self.problem("syntax", place, "merge keys are not part of YAML 1.2", "write the members out")
        frame.names.setdefault(name, place)

    def word(self, text: str, place: tuple[int, int]) -> bool | int | float | str | None:
        """A plain word by the core schema of YAML 1.2."""
        if _NULL.fullmatch(text):
            return None
        if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
            return text[0] in "tT"
        if _NOT_A_NUMBER.fullmatch(text):
            return self.finite(float("nan"), text, place)
        if _INFINITE.fullmatch(text):
            return self.finite(float("inf"), text, place)
        if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
            whole = int(text, 0)
            return self.finite(float("inf") if whole.bit_length() > 1023 else whole, text, place)
        if _REAL.fullmatch(text):
            real = float(text)
            if real == 0 and re.search("[1-9]", re.split("[eE]", text)[0]):
                real = float("inf")  # too small to be held
            exact = _WHOLE.fullmatch(text) and abs(real) < 1e300
            # Python refuses to read thousands of digits as a whole number, zeros in front included.
            return self.finite(
                int(re.sub("^([-+]?)0+(?=[0-9])", r"\1", text)) if exact else real, text, place
            )
        return self.text(text, place)

    def finite(self, number: float, written: str, place: tuple[int, int]) -> float | None:
        wrong = number_problem(number, written)
        if wrong is None:
            return number
        self.problem("number_range", place, *wrong)
        return None

    def text(self, text: str, place: tuple[int, int]) -> str:
        joined = whole_text(text)
        if joined is None:
            self.problem("encoding", place, "a text holds half of a character", "write the whole character")
            return ""
        return joined

    def open(self, event: Any, is_map: bool, place: tuple[int, int]) -> None:
        if self.frames and self.frames[-1].map and self.frames[-1].key is None:
            self.problem("syntax", place, "a key is a text, not a list or a map")
            raise _Stop
        if len(self.frames) >= MOST_DEPTH:
            self.too_deep(place)
        self.frames.append(_Frame(*place, is_map, self.pointer(), event.anchor))

    def close(self) -> None:
        frame = self.frames.pop()
        tree = (frame.line, frame.column, tuple(frame.items) if frame.map else frame.items)
        self.keep(frame.anchor, tree, frame.count, frame.height)
        self.add(tree, frame.count, frame.height)

    def keep(self, anchor: str | None, tree: Tree, count: int, height: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = (tree, count, height)

    def add(self, tree: Tree, count: int, height: int) -> None:
        self.count += 1
        if not self.frames:
            self.root = tree
            return
        frame = self.frames[-1]
        frame.count += count
        frame.height = max(frame.height, height + 1)
        if max(self.count, frame.count) > MOST_VALUES:
            self.problem(
                "too_many",
                (tree[0], tree[1]),
                f"the text holds more than {MOST_VALUES} values, those that aliases repeat included",
                "split it, or leave parts out; JSON may hold more",
            )
            raise _Stop
        if not frame.map:
            frame.items.append(tree)
            return
        assert frame.key is not None  # the parser hands over a key before each value
        if not frame.twice:
            frame.items.append((*frame.key, tree))
        frame.key = None

    def too_deep(self, place: tuple[int, int]) -> None:
        self.problem("too_deep", place, f"lists and maps lie more than {MOST_DEPTH} deep here")
        raise _Stop


def read(text: str) -> tuple[Tree, list[Diagnostic], bool]:
    """The tree of a YAML text, its problems in order of their places, and whether the tree holds all of the text.

    Raises
    ------
    MissingPackageError
        Without ruamel.yaml.
    """
    package = _package("reading YAML")
    nothing: Tree = (1, 1, None)
    if len(text) > MOST_CHARACTERS:
        message = (
            f"the text has {len(text)} characters, more than the {MOST_CHARACTERS} that are read of YAML"
        )
        return nothing, [Diagnostic("too_large", message, hint="split it, or write it as JSON")], False
    reader = _Reader()
    parser = package.YAML(typ="safe", pure=True)
    whole = True
    try:
        for event in parser.parse(text.removeprefix("\ufeff")):
            reader.read(event)
        if reader.root is None:
            reader.problem("syntax", (1, 1), "the text holds no document", "begin with backfire: 1")
    except _Stop:
        whole = False
    except (package.YAMLError, ValueError, IndexError, AttributeError, AssertionError, TypeError) as error:
        # Not only its own errors: on some broken texts the parser trips over itself.
        whole = False
        reader.problem(*explanation(error, text, parser))
    problems = sorted(reader.problems, key=lambda d: (d.line, d.column))
    return reader.root if reader.root is not None and whole else nothing, problems, whole


_BARE = re.compile(r"[^\W\d][\w.*/-]*( [\w.*/-]+)*")


def write(document: dict[str, Any]) -> str:
    """A document as YAML text that reads back as itself; needs ``pip install backfire[yaml]``."""
    package = _package("writing YAML")
    from io import StringIO

    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    def text(value: str) -> str:
        bare = _BARE.fullmatch(value) and value.lower() not in _WORDS_ELSEWHERE
        return value if bare else DoubleQuotedScalarString(value)

    def width(value: Any) -> int:
        if isinstance(value, dict):
            return sum(len(k) + 4 + width(v) for k, v in value.items())
        if isinstance(value, list):
            return sum(2 + width(v) for v in value)
        return len(str(value))

    def nested(value: Any) -> bool:
        inner = value.values() if isinstance(value, dict) else value
        return any(isinstance(v, dict) and v for v in inner)

    def laid_out(value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return text(value)
        if not isinstance(value, dict | list):
            return value
        laid: Any
        if isinstance(value, list):
            laid = CommentedSeq([laid_out(v, depth + 1) for v in value])
        else:
            laid = CommentedMap({text(k): laid_out(v, depth + 1) for k, v in value.items()})
        if depth > 0 and (not value or (width(value) < 90 and not nested(value))):
            laid.fa.set_flow_style()
        return laid

    out = StringIO()
    writer = package.YAML()
    writer.width = 1 << 30
    writer.allow_unicode = True
    writer.dump(laid_out(document, 0), out)
    return out.getvalue()


#: Words that other readers of YAML take for truth values or nothing: quoted, so that all read the same.
_WORDS_ELSEWHERE = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])
