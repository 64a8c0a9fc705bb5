"""What all answers of a page rest on: where the numbers come from, and what the solver had to say."""

from collections.abc import Iterator
from typing import Any

from backfire import _html
from backfire._answers import Solution
from backfire._messages import known
from backfire._report.chapter import Chapter
from backfire._report.sections import written
from backfire._scenario import keys_of, value_at
from backfire._words import Name, Number, Sentence, sentence

#: Kinds of evidence that a sceptic would ask about first.
_SOFT = frozenset("AJM")
_WORDS = frozenset(("title", "description"))


def assumptions(c: Chapter) -> _html.Markup:
    """How many numbers name a source, and each source with its kind of evidence."""
    document = c.documents[0]
    evidence = document.get("evidence", {})
    numbers = list(_numbers({k: v for k, v in document.items() if k not in ("backfire", "evidence")}))
    places = {".".join(keys_of(path)) for path in evidence}
    sourced = sum(any(f"{path}.".startswith(f"{place}.") for place in places) for path in numbers)
    if not evidence:
        return _section(c, c.say(sentence("say.evidence.none", count=Number(len(numbers)))))
    counted = {"count": len(numbers), "sourced": sourced, "unsourced": len(numbers) - sourced}
    key = "say.evidence.all" if sourced == len(numbers) else "say.evidence"
    said = [sentence(key, **{k: Number(n) for k, n in counted.items()})]
    soft = sum(entry["code"] in _SOFT for entry in evidence.values())
    if soft:
        said.append(sentence("say.evidence.soft", soft=Number(soft), count=Number(len(evidence))))
    rows = [
        [
            _html.name(c.titles.path(path)),
            _at(c, document, path),
            c.label("evidence.coded", kind=sentence(f"evidence.{entry['code']}"), code=Name(entry["code"])),
            _html.name(entry.get("source", "")),
        ]
        for path, entry in evidence.items()
    ]
    said.append(sentence("say.evidence.codes"))
    table = c.table(["number", "value", "evidence", "source"], rows)
    return _section(c, c.say(*said), c.say(sentence("say.model", period=c.period)), table)


def _section(c: Chapter, *children: object) -> _html.Markup:
    return _html.element("section", _html.element("h2", c.label("head.assumptions")), *children)


def _numbers(value: Any, path: str = "") -> Iterator[str]:
    """Paths of all numbers of a document; what only lays it out (``x-``) is not one."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        if key in _WORDS or str(key).startswith("x-"):
            continue
        yield from _numbers(member, f"{path}.{key}" if path else str(key))
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def _at(c: Chapter, document: dict[str, Any], path: str) -> _html.Markup:
    """The number a source speaks of; of a whole part, nothing."""
    value = value_at(document, path)
    plain = isinstance(value, int | float | str)
    small = isinstance(value, dict) and all(isinstance(v, int | float | str) for v in value.values())
    return written(c, value) if plain or small else c.nothing


def notes(c: Chapter, solutions: dict[str, Solution]) -> _html.Markup:
    """What the solver could not settle, in words; that all is well, where it is."""
    said: list[Sentence] = []
    for solution in solutions.values():
        if solution.status != "converged":
            said.append(sentence(f"status.{solution.status}"))
        for note in solution.notes:
            said.append(_note(c, note.code, note.pointer.rsplit("/", 1)[-1]))
    unique = list({(s.key, str(s.values)): s for s in said}.values()) or [sentence("note.fine")]
    items = _html.element("ul", *(_html.element("li", c.show(s)) for s in unique))
    return _html.element("section", _html.element("h2", c.label("head.notes")), items)


def _note(c: Chapter, code: str, name: str) -> Sentence:
    if code == "null_ratio":
        return sentence("note.null_ratio", kpi=Name(c.titles.kpi(name)))
    return sentence("note.other", code=Name(known("note", code, c.language)))
