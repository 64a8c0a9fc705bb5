"""The money on the edges of the incentive graph: what rules pay and what units are worth, read from the document."""

from typing import Any

from backfire._answers import graph as graph_of
from backfire._messages import known, number, say
from backfire._scenario import Scenario
from backfire._titles import Titles


def weights(scenario: Scenario, titles: Titles) -> dict[tuple[str, str], str]:
    """Edge (source, target) to the money on it, in words; edges without money are left out."""
    document = scenario.to_dict()
    currency = scenario._core.currency()
    rules = document.get("policy", {}).get("rules", {})
    values = document.get("values", {})
    out: dict[tuple[str, str], str] = {}
    for row in graph_of(scenario).edges:
        source, relation, target = row["source"], row["relation"], row["target"]
        if relation in ("triggers", "reads"):
            rule = rules[target.partition(":")[2]]
            out[source, target] = _paid(rule, currency, titles.language)
        elif relation == "counts_for" and not source.startswith("account:"):
            weight = values[target.partition(":")[2]][source.partition(":")[2]]
            out[source, target] = number(float(weight), currency, titles.language, signed=True)
    return out


def _paid(rule: dict[str, Any], currency: str, language: str) -> str:
    """What a rule pays: an amount, the range of a schedule, or the range of its rates."""
    unit = known("unit", rule.get("unit", currency), language)
    if "pay" in rule:
        return number(float(rule["pay"]), rule.get("unit", currency), language, signed=True)
    shape = next(s for s in ("steps", "curve", "tiers") if s in rule)
    amounts = [float(y) for _, y in rule[shape]]
    if shape != "curve":
        amounts.append(0.0)
    lo, hi = (number(v, "1", language) for v in (min(amounts), max(amounts)))
    return say(
        "picture.graph.rate" if shape == "tiers" else "picture.graph.range", language, lo=lo, hi=hi, unit=unit
    )
