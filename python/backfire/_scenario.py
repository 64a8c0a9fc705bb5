"""Scenario: a checked document; and reforms, its edits as data."""

import json
import os
import re
from pathlib import Path
from typing import Any

from backfire import _core, _tree, _yaml
from backfire._errors import ScenarioError
from backfire._messages import check_language, say
from backfire._table import Table

#: What every call takes as a reform: a map of paths to values (with remove, disable, scale, replace, add), a list of such
#: maps, a `Reform`, or nothing.
Edits = dict[str, Any] | list[dict[str, Any]] | _core.Reform | None

#: Parts of the policy, whose paths may leave ``policy.`` out.
_POLICY = frozenset(("rules", "kpis", "monitors", "units"))


def reform(edits: Edits = None) -> _core.Reform:
    """A reform as an object of its own: compose it with ``then``, ask it for its ``conflicts``.

    Parameters
    ----------
    edits : dict, list of dict, Reform or None
        One map of paths to values with the words remove, disable, scale, replace and add; several, applied in order; or
        nothing, the reform that changes nothing.

    Raises
    ------
    ScenarioError
        With every value that no document can hold. Whether the paths are there is asked of the scenario it is applied to.
    TypeError
        For what is none of these.

    Examples
    --------
    >>> import backfire
    >>> milder = backfire.reform({"rules.callback_deduction.pay": -1})
    >>> milder.then(backfire.reform({"rules.callback_deduction.pay": 0})).conflicts
    ['rules.callback_deduction.pay']
    """
    if isinstance(edits, _core.Reform):
        return edits
    if edits is None:
        return _core.Reform()
    if not isinstance(edits, dict | list):
        raise TypeError(f"a reform is a map of paths to values or a list of them, not {type(edits).__name__}")
    tree, problems = _tree.grown(edits)
    if problems:
        raise ScenarioError(map(_placed, problems))
    return _core.Reform.from_tree(tree)


def _placed(problem: _core.Diagnostic) -> _core.Diagnostic:
    """A problem of a reform with the pointer of the document's place it is about; "" where it is about none."""
    keys = problem.pointer.split("/")[1:]
    if keys and keys[0].isdecimal():
        keys = keys[1:]
    if keys and keys[0] in ("remove", "disable"):
        keys = []
    elif keys and keys[0] in ("scale", "replace", "add"):
        keys = keys[1:]
    pointer = "".join(f"/{key}" for key in [*(keys_of(keys[0]) if keys else []), *keys[1:]])
    place = problem.line, problem.column, problem.hint, problem.file
    return _core.Diagnostic(problem.code, problem.message, pointer, *place)


#: The same by the name it has where a reform is called `reform`.
as_reform = reform


def reform_of_text(text: str) -> _core.Reform:
    """The compiled form of a reform's text, JSON or YAML as in `loads`; raises ScenarioError with every problem."""
    joined = _tree.whole_text(text)
    if joined is None:
        raise ScenarioError([_core.Diagnostic("encoding", "the text holds half of a character")])
    if is_json(joined):
        return _core.Reform.parse(joined)
    tree, problems, _ = _yaml.read(joined)
    if problems:
        raise ScenarioError(map(_placed, problems))
    return _core.Reform.from_tree(tree)


def reform_of_assignments(text: str) -> _core.Reform:
    """The compiled form of ``PATH=VALUE;PATH=VALUE``; a semicolon inside double quotes separates nothing.

    Raises ScenarioError for a part that is no assignment.
    """
    reform = _core.Reform()
    for part in re.findall(r'(?:[^;"]|"(?:\\.|[^"\\])*"|")+', text):
        if part.strip():
            path, mark, value = part.partition("=")
            reform = reform.then(_core.Reform.assignment(f"{path.strip()}{mark}{value.strip()}"))
    return reform


def keys_of(path: str) -> list[str]:
    """The keys of a path from the document's root on: ``policy`` comes first where it was left out."""
    keys = path.split(".")
    return ["policy", *keys] if keys[0] in _POLICY else keys


def value_at(document: Any, path: str) -> Any:
    """What stands at a path, ``policy.`` perhaps left out; None where nothing does."""
    for key in keys_of(path):
        if isinstance(document, dict):
            document = document.get(key)
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return None
    return document


def is_json(text: str) -> bool:
    """Whether a text is read as JSON: it begins with a bracket, or there is nothing in it."""
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[", "")


def _checked(tree: _tree.Tree, problems: list[_core.Diagnostic]) -> "Scenario":
    """The scenario of a tree; problems found while it grew come first, with all that the core finds in the rest."""
    try:
        scenario = Scenario(_core.from_tree(tree))
    except ScenarioError as error:
        known = {d.pointer for d in problems}
        raise ScenarioError([*problems, *(d for d in error.diagnostics if d.pointer not in known)]) from None
    if problems:
        raise ScenarioError(problems)
    return scenario


def _read_yaml(text: str) -> tuple[_tree.Tree, list[_core.Diagnostic]]:
    tree, problems, _ = _yaml.read(text)
    return tree, problems


class Scenario:
    """Workplace, workforce, policy and values: everything one answer needs. Immutable; safe to share between threads.

    Examples
    --------
    >>> import backfire
    >>> s = backfire.scenario("corrective-callbacks")
    >>> backfire.loads(s.to_json()) == s
    True
    """

    __slots__ = ("_core", "_noted")

    def __init__(self, core: _core.Scenario, noted: tuple[_core.Diagnostic, ...] = ()) -> None:
        self._core = core
        self._noted = noted  # warnings about what it was read from

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> "Scenario":
        """A scenario from a plain dict.

        Parameters
        ----------
        document : dict
            The document as `to_dict` gives it; numpy numbers are fine. Later changes to it do not matter.

        Raises
        ------
        ScenarioError
            With every problem found.
        """
        return _checked(*_tree.grown(document))

    def to_dict(self) -> dict[str, Any]:
        """A fresh plain dict as written, no defaults filled in."""
        document: dict[str, Any] = json.loads(self._core.to_json())
        return document

    def to_json(self) -> str:
        """The document as JSON text, keys in its own order."""
        return self._core.to_json()

    def to_yaml(self) -> str:
        """The document as YAML 1.2 text, keys in its own order: ``loads(s.to_yaml()) == s``.

        Raises
        ------
        MissingPackageError
            An ImportError, without ruamel.yaml: ``pip install backfire[yaml]``.
        """
        return _yaml.write(self.to_dict())

    @property
    def name(self) -> str:
        """The document's name."""
        return self._core.name()

    @property
    def title(self) -> str:
        """The document's title in English, or the first it has."""
        return self._core.title("en")

    def titles(self, language: str = "en") -> dict[str, str]:
        """What every named thing is called: ``kind:id`` to title, in document order.

        Kinds are scenario, situation, action, outcome, measure, condition, segment, monitor, kpi, rule, period, and
        value (``value:organisation``, ``value:customer``). What has no title in ``language`` goes by its English one,
        else by the first it has, else by the last part of its id.

        Raises
        ------
        ValueError
            For a language there is not.

        Examples
        --------
        >>> import backfire
        >>> backfire.scenario("corrective-callbacks").titles("zh")["kpi:aht"]
        '平均处理时长'
        """
        titles: dict[str, str] = self._core.titles(check_language(language))
        for party in ("organisation", "customer"):
            titles[f"value:{party}"] = say(f"party.{party}", language)
        return titles

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical form, 64 hexadecimal digits."""
        return self._core.fingerprint()

    @property
    def diagnostics(self) -> tuple[_core.Diagnostic, ...]:
        """Warnings; errors never get this far."""
        return (*self._noted, *self._core.diagnostics())

    def reformed(self, reform: Edits) -> "Scenario":
        """The scenario after a reform.

        Parameters
        ----------
        reform : dict, list of dict, Reform or None
            As `reform` takes it.

        Raises
        ------
        ScenarioError
            With every problem of the reform and of the document it would make.
        TypeError
            For what is no reform.

        Examples
        --------
        >>> import backfire
        >>> milder = backfire.scenario("corrective-callbacks").reformed({"rules.callback_deduction.pay": -1})
        >>> milder.to_dict()["policy"]["rules"]["callback_deduction"]["pay"]
        -1
        """
        return Scenario(self._core.reformed(as_reform(reform)))

    def edits_to(self, other: "Scenario") -> dict[str, Any]:
        """The reform that makes another scenario of this one: its parts that differ, whole.

        Examples
        --------
        >>> import backfire
        >>> today = backfire.scenario("corrective-callbacks")
        >>> plan = today.reformed({"rules.callback_deduction.pay": 0})
        >>> today.reformed(today.edits_to(plan)) == plan
        True
        """
        mine, theirs = self.to_dict(), other.to_dict()
        return {
            "remove": [key for key in mine if key not in theirs],
            "replace": {key: theirs[key] for key in mine if key in theirs and mine[key] != theirs[key]},
            "add": {key: value for key, value in theirs.items() if key not in mine},
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self._core.equals(other._core)

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __reduce__(self) -> tuple[Any, ...]:
        return loads, (self.to_json(),)

    def __repr__(self) -> str:
        count = len(self.diagnostics)
        warned = f", {count} warning{'' if count == 1 else 's'}" if count else ""
        return f"<Scenario {self.name}: {self.title} ({self.fingerprint[:12]}){warned}>"

    def _repr_html_(self) -> str:
        from backfire import _display  # which speaks of scenarios itself

        return _display.scenario(self)


def _text(given: object) -> str:
    if isinstance(given, str):
        return given
    hint = "; load takes the path of a file" if isinstance(given, Path) else ""
    hint = "; Scenario.from_dict takes a dict" if isinstance(given, dict) else hint
    raise TypeError(f"loads takes a text, not {type(given).__name__}{hint}")


def core_of(scenario: object) -> _core.Scenario:
    """The compiled form of a scenario; TypeError, saying how to get one, for anything else."""
    if isinstance(scenario, Scenario):
        return scenario._core
    how = "backfire.load(path)"
    if isinstance(scenario, str):
        how = f"backfire.scenario(name) or {how}"
    elif isinstance(scenario, dict):
        how = "backfire.Scenario.from_dict(document)"
    raise TypeError(f"expected a scenario, got {type(scenario).__name__}: {how} gives one")


def loads(text: str) -> Scenario:
    """A scenario from a text, JSON or YAML.

    A text that begins with ``{`` or ``[`` is JSON, any other is YAML 1.2 (core schema: ``no``, ``yes``, ``on``, ``off``
    are words). Both refuse keys that stand twice; YAML refuses tags and several documents in one text.

    Raises
    ------
    TypeError
        For what is no text.
    ScenarioError
        With every problem, each with its line and column in the text.
    MissingPackageError
        An ImportError, for YAML without ruamel.yaml: ``pip install backfire[yaml]``.
    """
    joined = _tree.whole_text(_text(text))
    if joined is None:
        raise ScenarioError([_core.Diagnostic("encoding", "the text holds half of a character")])
    if is_json(joined):
        return Scenario(_core.loads(joined))
    tree, problems, whole = _yaml.read(joined)
    if not whole:
        raise ScenarioError(problems)
    return _checked(tree, problems)


def load(path: str | Path) -> Scenario:
    """A scenario from a file: YAML where its name ends in ``.yaml`` or ``.yml``, in capitals too, else JSON.

    Any map of the document may be written as ``{"file": "name.json"}`` (or ``name.yaml``) and is then read from that file
    beside it.

    Raises
    ------
    OSError
        Where the document itself cannot be read.
    ScenarioError
        With every problem, each with its line and column, and with its ``file`` where that is not the document's own.
    MissingPackageError
        An ImportError, for YAML without ruamel.yaml: ``pip install backfire[yaml]``.
    """
    return Scenario(_core.load(os.fsencode(path), _read_yaml))


def scenarios() -> Table:
    """Shipped scenarios, each with the question it answers.

    Returns
    -------
    Table
        Columns name, question; one row for each scenario.

    Examples
    --------
    >>> import backfire
    >>> backfire.scenarios().where(name="corrective-callbacks")["question"]
    ['Should calling a customer back to correct a mistake cost points?']
    """
    return Table(_core.scenarios())


def scenario(name: str) -> Scenario:
    """A shipped scenario by its name, as `scenarios` lists them.

    Raises
    ------
    UnknownNameError
        Where none has the name; the message lists the nearest.
    """
    return Scenario(_core.scenario(name))


def new_warnings(baseline: Scenario, reformed: Scenario) -> tuple[_core.Diagnostic, ...]:
    """The warnings a reform brings: those of the reformed scenario that the baseline has not."""
    known = {(d.code, d.pointer, d.message) for d in baseline.diagnostics}
    return tuple(d for d in reformed.diagnostics if (d.code, d.pointer, d.message) not in known)


def diff(a: Scenario, b: Scenario) -> Table:
    """What differs between two scenarios.

    Parameters
    ----------
    a, b : Scenario
        Before and after.

    Returns
    -------
    Table
        Columns path (as reforms write it), kind (added, removed, changed), before, after (JSON text, empty where there is
        nothing), unit ("1" for a pure number, empty where the document says none); one row for each place.

    Raises
    ------
    TypeError
        For what is no scenario.

    Examples
    --------
    >>> import backfire
    >>> today = backfire.scenario("corrective-callbacks")
    >>> backfire.diff(today, today.reformed({"rules.callback_deduction.pay": 0})).to_dicts()
    [{'path': 'rules.callback_deduction.pay', 'kind': 'changed', 'before': '-2', 'after': '0', 'unit': 'points'}]
    """
    return Table(_core.diff(core_of(a), core_of(b)))
