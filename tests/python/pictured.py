"""Every picture of a scenario and two reforms, for the tests that look at them as text and as pixels."""

import random
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import backfire
from backfire import pictures
from backfire.pictures import Picture

HOSTILE = (
    "<script>alert(1)</script>",
    "\"quoted\" & 'single' <b>",
    "]]> --> &amp; &#0; \x00\x1b[31m",
    "\u202eright to left\u202c עברית العربية",
    "👩‍👩‍👧‍👦 family 🇨🇳",
    "a very long title that goes on and on, far beyond what any label of a picture could hold in its one or two lines",
    "一个非常非常长的标题，写满了全角字符，远远超过任何一张图里的标签能够容纳的一行或者两行文字的宽度，而且还没有结束",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "ＦＵＬＬ　ＷＩＤＴＨ　ＬＥＴＴＥＲＳ",
)
REFORM = "lift the deduction"


def _retitled(node: Any, count: list[int]) -> Any:
    if isinstance(node, list):
        return [_retitled(item, count) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: _retitled(value, count) for key, value in node.items()}
    if "title" in out:
        count[0] += 1
        out["title"] = HOSTILE[count[0] % len(HOSTILE)]
    return out


@lru_cache
def compared(hostile: bool = False) -> backfire.Comparison:
    """The shipped scenario against two reforms, as it is or with titles nobody would want."""
    scenario = backfire.scenario("corrective-callbacks")
    names = (REFORM, "no bonus")
    if hostile:
        scenario = backfire.Scenario.from_dict(_retitled(scenario.to_dict(), [0]))
        names = (HOSTILE[2] + HOSTILE[5], HOSTILE[0])
    return backfire.compare(
        scenario,
        {names[0]: {"disable": ["rules.callback_deduction"]}, names[1]: {"disable": ["rules.aht_bonus"]}},
    )


@lru_cache
def _met(hostile: bool) -> backfire.BreakEven:
    return backfire.break_even(
        compared(hostile).baseline.scenario,
        "rules.callback_deduction.pay",
        of="behaviour.mistake_noticed.call_back",
        between=(-2, 0),
        target=0.5,
    )


def makers(hostile: bool = False) -> dict[str, Callable[..., Picture]]:
    """Name to a function of language (and prefix) that draws; the same names for both scenarios."""
    comparison = compared(hostile)
    solution = comparison.baseline
    reform = next(iter(comparison.reforms))
    return {
        "behaviour": lambda language, **more: pictures.behaviour(
            comparison, reform, language=language, **more
        ),
        "behaviour-alone": lambda language, **more: pictures.behaviour(solution, language=language, **more),
        "graph": lambda language, **more: pictures.graph(solution.scenario, **more, language=language),
        "graph-highlighted": lambda language, **more: pictures.graph(
            solution.scenario,
            backfire.graph(solution.scenario).paths("action:mistake_noticed.call_back", "account:payouts", 1),
            language=language,
            **more,
        ),
        "ledger": lambda language, **more: pictures.ledger(
            backfire.explain(solution, "mistake_noticed.call_back"), language=language, **more
        ),
        "break-even": lambda language, **more: pictures.break_even(_met(hostile), language=language, **more),
        "payout-steps": lambda language, **more: pictures.payout_curve(
            solution, "aht_bonus", language=language, **more
        ),
        "payout-events": lambda language, **more: pictures.payout_curve(
            solution, "error_deduction", language=language, **more
        ),
        "goodhart": lambda language, **more: pictures.goodhart(comparison, language=language, **more),
        "waterfall": lambda language, **more: pictures.waterfall(
            comparison, reform, language=language, **more
        ),
        "waterfall-customer": lambda language, **more: pictures.waterfall(
            comparison, reform, "customer", language=language, **more
        ),
    }


NAMES = list(makers())


def large(count: int) -> backfire.Scenario:
    """A workplace with that many situations more, two actions and two outcomes in each."""
    rng = random.Random(count)
    document = backfire.scenario("corrective-callbacks").to_dict()
    for k in range(count):
        document["situations"][f"extra_{k}"] = {
            "share": 1,
            "actions": {
                f"way_{a}": {
                    "effort": 1,
                    "moves": {"handle_time": 10 + a},
                    "outcomes": {
                        "well": {"chance": 0.5, "moves": {"repeat_contact": rng.random()}},
                        "badly": {"chance": "rest", "opens": "left_wrong"},
                    },
                }
                for a in range(2)
            },
        }
    return backfire.Scenario.from_dict(document)
