"""What people call the parts of a scenario: its own titles, in the language of the reader where it has one."""

import json
from typing import Any

from backfire._errors import ScenarioError
from backfire._messages import known, number, say
from backfire._scenario import Scenario, keys_of, reform_of_assignments, value_at

#: Containers whose members have titles of their own.
_NAMED = frozenset(
    ("measures", "conditions", "situations", "actions", "outcomes", "segments", "monitors", "kpis", "rules")
)
#: Containers that say nothing in a path once their member is named.
_SILENT = _NAMED | {"traits", "policy", "workforce", "values"}


class Titles:
    """Titles of a scenario's parts; where several scenarios are given, the first that knows a name speaks.

    An untitled part is called by its id, underscores as spaces.
    """

    def __init__(self, language: str, *scenarios: Scenario) -> None:
        self.language = language
        self._scenarios = scenarios
        self._titles: dict[str, str] = {}
        for s in reversed(scenarios):
            self._titles |= s.titles(language)

    def _title(self, kind: str, name: str) -> str:
        last = name.rsplit(".", 1)[-1]
        title = self._titles.get(f"{kind}:{name}", last)
        return title.replace("_", " ") if title == last else title

    def named(self, kind: str, name: str) -> str:
        """The title of a node of the graph by its kind and id."""
        return self._title(kind, name)

    def scenario(self) -> str:
        """The question of the scenario, or its name."""
        return self._title("scenario", self._scenarios[0].name)

    def description(self) -> str:
        """What the scenario says about itself, where it says it in this language; otherwise empty."""
        text = self._scenarios[0].to_dict().get("description")
        if isinstance(text, dict):
            return str(text.get(self.language, ""))
        return "" if text is None or self.language != "en" else str(text)

    def rule(self, name: str) -> str:
        """A rule's title."""
        return self._title("rule", name)

    def kpi(self, name: str) -> str:
        """A KPI's title."""
        return self._title("kpi", name)

    def measure(self, name: str) -> str:
        """A measure's title; an event's is that of its parts."""
        return self.event(name) if "." in name else self._title("measure", name)

    def situation(self, name: str) -> str:
        """A situation's title."""
        return self._title("situation", name)

    def action(self, situation: str, action: str) -> str:
        """An action's title."""
        return self._title("action", f"{situation}.{action}")

    def outcome(self, name: str) -> str:
        """An outcome's title, given as ``situation.action.outcome`` or ``situation.outcome``."""
        return self._title("outcome", name)

    def monitor(self, name: str) -> str:
        """A monitor's title."""
        return self._title("monitor", name)

    def event(self, name: str) -> str:
        """An event's title: those of its situation, action and outcome; ``*`` is any."""
        parts = name.split(".")
        titles = [self.situation(parts[0])]
        for k in range(1, len(parts)):
            known_as = ".".join(parts[: k + 1])
            kind = "action" if f"action:{known_as}" in self._titles else "outcome"
            titles.append(say("event.any", self.language) if parts[k] == "*" else self._title(kind, known_as))
        return say("path.between", self.language).join(titles)

    def segment(self, name: str) -> str:
        """A segment's title; everybody for ``all``."""
        return say("all.segments", self.language) if name == "all" else self._title("segment", name)

    def condition(self, name: str) -> str:
        """A condition's title; all of them for ``all``."""
        return say("all.conditions", self.language) if name == "all" else self._title("condition", name)

    def period(self) -> str:
        """What one period is called."""
        (key,) = [key for key in self._scenarios[0].titles(self.language) if key.startswith("period:")]
        name = key.removeprefix("period:")
        title = self._title("period", name)
        return title if title != name.replace("_", " ") else known("period", name or "period", self.language)

    def path(self, path: str) -> str:
        """A path of the document in words: titles of named parts, the catalogue's words for keys."""
        keys = [key for key in keys_of(path) if key]
        words = []
        for k, key in enumerate(keys):
            container = keys[k - 1] if k else ""
            if container in _NAMED:
                words.append(self._title(*_named(keys[: k + 1])))
            elif container == "moves" or (keys[0] == "values" and k == 2 and key != "payouts"):
                words.append(self.measure(key))
            elif container == "units":
                words.append(known("unit", key, self.language))
            elif key.isdigit():
                words.append(self._place(keys, k))
            elif key not in _SILENT or k == len(keys) - 1:
                words.append(known("key", key, self.language))
        return say("path.between", self.language).join(words)

    def _place(self, keys: list[str], k: int) -> str:
        """A list index in words: of a schedule's points, which one; within a point, where it begins or its value."""
        if keys[k - 1].isdigit():
            return say("path.bound" if keys[k] == "0" else "path.pays", self.language)
        return say("path.entry", self.language, place=int(keys[k]) + 1)


def _named(keys: list[str]) -> tuple[str, str]:
    """Kind and name, as ``Scenario.titles`` has them, of the part at these keys."""
    kind = keys[-2].removesuffix("s")
    if keys[0] != "situations":
        return kind, keys[-1]
    return kind, ".".join(keys[1::2])


def reform_title(name: str, baseline: Scenario, reformed: Scenario, language: str) -> str:
    """What people call a reform: its name; where that is a list of assignments ``PATH=VALUE``, what they change, in words."""
    if "=" not in name:
        return name
    try:
        edits = json.loads(reform_of_assignments(name).to_json())
    except ScenarioError:
        return name  # only looks like one
    titles = Titles(language, baseline, reformed)
    before, after = baseline.to_dict(), reformed.to_dict()
    said = []
    for path, value in (edit for part in edits for edit in part.items()):
        if value is None or value != value_at(after, path):
            return name  # it does something else
        unit = reformed._core.unit_at(path)
        said.append(_written(titles, path, value_at(before, path), value, unit))
    return say("list.between", language).join(said) or name


def _written(titles: Titles, path: str, before: Any, after: Any, unit: str) -> str:
    language, what = titles.language, titles.path(path)
    if isinstance(after, dict | list):
        return say("reform.rewritten", language, what=what)
    shown = _value(after, unit, language)
    if before is None or isinstance(before, dict | list):
        return say("reform.added", language, what=what, after=shown)
    return say("reform.set", language, what=what, before=_value(before, "1", language), after=shown)


def _value(value: Any, unit: str, language: str) -> str:
    """A number or a word of the document."""
    if isinstance(value, bool):
        return say("row.yes" if value else "row.no", language)
    return number(value, unit, language) if isinstance(value, int | float) else known("word", value, language)
