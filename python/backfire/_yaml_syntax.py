"""What is wrong with a YAML text, in this package's words: the parser's own never reach a reader."""

from typing import Any

from backfire._tree import brief

Place = tuple[int, int]

#: Beginning of what the parser says: our sentence, our hint, and whether it is about where the construct began.
_SAYINGS: tuple[tuple[str, str, str, bool], ...] = (
    (
        "mapping values are not allowed",
        "a ':' stands where no key can be",
        "quote a text that holds ': ', and indent keys of one map alike",
        False,
    ),
    ("mapping keys are not allowed", "a key cannot begin here", "indent keys of one map alike", False),
    (
        "sequence entries are not allowed",
        "a list item cannot begin here",
        "begin the list on a line of its own",
        False,
    ),
    ("could not find expected ':'", "a key is followed by ': ', none was found", "write key: value", True),
    (
        "expected <block end>",
        "this does not fit the lines above",
        "indent members of one map and items of one list alike",
        False,
    ),
    ("expected ',' or '}'", "',' or '}' is expected here", "close the map that is open with }", False),
    ("expected ',' or ']'", "',' or ']' is expected here", "close the list that is open with ]", False),
    ("expected the node content", "a value is missing here", "write one, or null", False),
    (
        "found unexpected end of stream",
        "the text that begins here is never closed",
        "close it with its quotation mark",
        True,
    ),
    (
        "found unexpected document separator",
        "the text that begins here is never closed",
        "close it with its quotation mark",
        True,
    ),
    (
        "found unknown escape character",
        "a backslash means nothing here",
        "write a backslash itself as \\\\, or use single quotes",
        False,
    ),
    (
        "expected escape sequence",
        "a backslash and x, u or U are followed by 2, 4 or 8 hexadecimal digits",
        "",
        False,
    ),
    (
        "expected alphabetic or numeric",
        "an anchor or alias has no name here",
        "a text that begins with & or * stands in quotes",
        True,
    ),
    (
        "expected chomping or indentation",
        "a block text begins on the line after | or >",
        "write the text below, indented",
        True,
    ),
    (
        "more indented follow up line",
        "the lines of this block text are indented differently",
        "indent them alike",
        True,
    ),
    (
        "found unexpected ':'",
        "a ':' stands inside a text here",
        "put the text in quotes, or a space behind the ':'",
        False,
    ),
    (
        "expected '<document start>'",
        "the document is complete, but more follows",
        "remove what follows",
        False,
    ),
    (
        "found non-comment content",
        "the document is complete, but more follows",
        "remove what follows",
        False,
    ),
    ("found undefined tag handle", "tags are not read", "remove the tag", False),
    ("found incompatible YAML", "only YAML 1.2 is read", "write %YAML 1.2", False),
)


def _found(character: str) -> tuple[str, str]:
    if character == "\t":
        return "a tab cannot indent", "use spaces"
    if character in "@`%|>":
        return f"a text cannot begin with '{character}' here", "put it in quotes"
    return f"'{brief(character)}' cannot stand here", "put a text in quotes"


def _place(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1)


def _at(text: str, offset: int) -> Place:
    before = text[:offset]
    return (before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


def explanation(error: Exception, text: str, parser: Any) -> tuple[str, Place, str, str]:
    """Code, place, message and hint for what stopped the parser."""
    problem = str(getattr(error, "problem", None) or "")
    here = getattr(error, "problem_mark", None)
    began = getattr(error, "context_mark", None)
    context = str(getattr(error, "context", None) or "")
    if here is None and hasattr(error, "position"):  # a character that YAML does not allow in any text
        offset = int(error.position)
        message = f"a character that does not print stands here: U+{ord(text[offset]):04X}"
        return (
            "syntax",
            _at(text, offset),
            message,
            'write it as \\u and its four hexadecimal digits, in "quotes"',
        )
    if here is None:
        mark = parser.reader.get_mark() if parser.reader is not None else None
        return "syntax", (1, 1) if mark is None else _place(mark), "this cannot be read as YAML", ""
    if problem.startswith("found character"):
        return "syntax", _place(here), *_found(text[here.index : here.index + 1] or " ")
    if context.startswith("while scanning a directive"):
        return (
            "syntax",
            _place(began or here),
            "directives are not read",
            "remove the line that begins with %",
        )
    if "tag" in context and began is not None:
        return "syntax", _place(began), "tags are not read", "remove what begins with !, or put it in quotes"
    for beginning, message, hint, at_start in _SAYINGS:
        if problem.startswith(beginning):
            if began is not None and beginning.startswith("expected ',' or"):
                message += f", for what begins on line {began.line + 1}, column {began.column + 1}"
            return "syntax", _place(began if at_start and began is not None else here), message, hint
    return "syntax", _place(here), "this cannot be read as YAML", "quote texts that hold punctuation"
