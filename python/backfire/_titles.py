"""What people call the parts of a scenario: its own titles, in the language of the reader where it has one."""

from typing import Any

from backfire._messages import known, say
from backfire._scenario import Scenario

#: Containers whose members have titles of their own.
_NAMED = frozenset(
    "measures conditions situations actions outcomes segments monitors kpis rules".split()  # noqa: SIM905
)
#: Containers that say nothing in a path once their member is named.
_SILENT = _NAMED | {"traits", "policy", "workforce"}


def in_language(text: Any, language: str) -> str:
    """A title's text: in the language asked for, in English, or the first there is."""
    if isinstance(text, dict):
        return str(text.get(language) or text.get("en") or next(iter(text.values()), ""))
    return "" if text is None else str(text)


class Titles:
    """Titles of a scenario's parts; where several documents are given, the first that knows a name speaks.

    An untitled part is called by its id, underscores as spaces.
    """

    def __init__(self, language: str, *scenarios: Scenario) -> None:
        self.language = language
        self._documents = [s.to_dict() for s in scenarios]

    def __call__(self, *keys: str) -> str:
        """The title of the part at these keys of the document, e.g. ``("policy", "rules", "bonus")``."""
        for document in self._documents:
            part = _at(document, keys)
            if isinstance(part, dict) and part.get("title"):
                return in_language(part["title"], self.language)
        return keys[-1].replace("_", " ")

    def scenario(self) -> str:
        """The question of the scenario, or its name."""
        for document in self._documents:
            if document.get("title"):
                return in_language(document["title"], self.language)
        return str(self._documents[0].get("name", ""))

    def description(self) -> str:
        """What the scenario says about itself, where it says it in this language; otherwise empty."""
        text = self._documents[0].get("description")
        if isinstance(text, dict):
            return str(text.get(self.language, ""))
        return "" if text is None or self.language != "en" else str(text)

    def rule(self, name: str) -> str:
        """A rule's title."""
        return self("policy", "rules", name)

    def kpi(self, name: str) -> str:
        """A KPI's title."""
        return self("policy", "kpis", name)

    def measure(self, name: str) -> str:
        """A measure's title; an event's is that of its parts."""
        return self.event(name) if "." in name else self("measures", name)

    def situation(self, name: str) -> str:
        """A situation's title."""
        return self("situations", name)

    def action(self, situation: str, action: str) -> str:
        """An action's title."""
        return self("situations", situation, "actions", action)

    def event(self, name: str) -> str:
        """An event's title: its situation, action and outcome; ``*`` is any."""
        situation, *rest = name.split(".")
        titles = [self.situation(situation)]
        if rest:
            kind = "actions" if self._has(situation, "actions") else "outcomes"
            titles.append(self._member(("situations", situation, kind), rest[0]))
        if len(rest) > 1:
            titles.append(self._member(("situations", situation, "actions", rest[0], "outcomes"), rest[1]))
        return say("path.between", self.language).join(titles)

    def segment(self, name: str) -> str:
        """A segment's title; everybody for ``all``."""
        return say("all.segments", self.language) if name == "all" else self("workforce", "segments", name)

    def condition(self, name: str) -> str:
        """A condition's title; all of them for ``all``."""
        return say("all.conditions", self.language) if name == "all" else self("conditions", name)

    def period(self) -> str:
        """What one period is called."""
        period = self._documents[0].get("period", {})
        if isinstance(period, dict) and period.get("title"):
            return in_language(period["title"], self.language)
        name = str(period.get("name", "period")) if isinstance(period, dict) else "period"
        return known("period", name, self.language)

    def path(self, path: str) -> str:
        """A path of the document in words: titles of named parts, the catalogue's words for keys."""
        keys = path.split(".")
        if keys[0] in ("rules", "kpis", "monitors", "units"):
            keys = ["policy", *keys]
        words = []
        for k, key in enumerate(keys):
            if k and keys[k - 1] in _NAMED:
                words.append(self(*keys[: k + 1]))
            elif (k and keys[k - 1] == "moves") or (
                k and keys[0] == "values" and k == 2 and key != "payouts"
            ):
                words.append(self.measure(key))
            elif key.isdigit():
                words.append(self._place(keys, k))
            elif key not in _SILENT or k == len(keys) - 1:
                words.append(known("key", key, self.language))
        return say("path.between", self.language).join(words)

    def _place(self, keys: list[str], k: int) -> str:
        """A list index in words: of a schedule's points, which one; within a point, where it begins or what it pays."""
        if k and keys[k - 1].isdigit():
            return say("path.bound" if keys[k] == "0" else "path.pays", self.language)
        return say("path.entry", self.language, place=int(keys[k]) + 1)

    def _member(self, container: tuple[str, ...], name: str) -> str:
        return say("event.any", self.language) if name == "*" else self(*container, name)

    def _has(self, situation: str, key: str) -> bool:
        return any(_at(d, ("situations", situation, key)) is not None for d in self._documents)


def _at(document: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document
