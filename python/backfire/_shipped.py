"""What travels with a shipped scenario: its page, and its families of reforms."""

import json
from pathlib import Path
from typing import Any, TypedDict

from backfire._messages import check_language
from backfire._scenario import Scenario, scenario

_FOLDER = Path(__file__).parent / "scenarios"


class Family(TypedDict):
    """Reforms that vary one idea, ready for `compare`: a dict."""

    #: What the idea is called, by language (``en``, ``zh``).
    title: dict[str, str]
    #: Each reform by the name that a comparison shows.
    reforms: dict[str, Any]


def _read(shipped: str | Scenario, file: str) -> str:
    name = shipped.name if isinstance(shipped, Scenario) else shipped
    return (_FOLDER / scenario(name).name / file).read_text(encoding="utf-8")


def families(shipped: str | Scenario, language: str = "en") -> dict[str, Family]:
    """The families of reforms that a shipped scenario is asked about, by their ids.

    Parameters
    ----------
    shipped : str or Scenario
        A shipped scenario's name, or the scenario itself, perhaps reformed.
    language : str
        Language of the reforms' names, ``en`` or ``zh``: the names that a comparison and its pages show.

    Returns
    -------
    dict of str to Family
        A fresh dict in the scenario's own order; every reform fits the scenario as shipped.

    Raises
    ------
    UnknownNameError
        Where no shipped scenario has the name; the message lists the nearest.
    ValueError
        Where there is no such language.

    Examples
    --------
    >>> import backfire
    >>> scenario = backfire.scenario("corrective-callbacks")
    >>> family = backfire.families(scenario)["rewarded"]
    >>> comparison = backfire.compare(scenario, family["reforms"])
    >>> list(comparison.reforms) == list(family["reforms"])
    True
    """
    check_language(language)
    found: dict[str, Family] = {}
    for family, content in json.loads(_read(shipped, "families.json")).items():
        names = content["names"]
        found[family] = {
            "title": content["title"],
            "reforms": {names[n].get(language, n): reform for n, reform in content["reforms"].items()},
        }
    return found


def page(shipped: str | Scenario) -> str:
    """The page of a shipped scenario: its workplace, mechanism, sources, answer and limits, as Markdown.

    Parameters
    ----------
    shipped : str or Scenario
        A shipped scenario's name, or the scenario itself, perhaps reformed.

    Raises
    ------
    UnknownNameError
        Where no shipped scenario has the name; the message lists the nearest.

    Examples
    --------
    >>> import backfire
    >>> print(backfire.page("corrective-callbacks").splitlines()[0])
    # Should calling a customer back to correct a mistake cost points?
    """
    return _read(shipped, "page.md")
