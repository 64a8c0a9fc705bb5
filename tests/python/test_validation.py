"""Results that others published or that can be computed by hand, and the engine's answers to them.

Each test states its source, holds the published row, and varies the parameters against the closed form as well.
"""

import itertools
import math
from collections.abc import Callable, Iterable
from typing import Any

import pytest

import backfire
import shipped


def workplace(
    situations: dict,
    measures: Iterable[str] = (),
    contacts: float = 1,
    traits: dict | None = None,
    **policy: Any,
) -> dict:
    """A document of one segment; its monitors, kpis and rules as given."""
    return {
        "backfire": 1,
        "name": "published",
        "currency": "CNY",
        "period": {"contacts": contacts},
        "measures": {name: {} for name in measures},
        "situations": situations,
        "workforce": {"agents": 1, "segments": {"agent": {"traits": {"noise": 0, **(traits or {})}}}},
        "policy": policy,
    }


def on_grid(cost: Callable[..., float], step: float, highest: float, *tasks: str, lowest: float = 0) -> dict:
    """A situation whose actions are efforts on a grid, one measure for each task."""
    levels = [lowest + i * step for i in range(round((highest - lowest) / step) + 1)]
    return {
        "share": 1,
        "actions": {
            f"e{i}": {"effort": cost(*efforts), "moves": dict(zip(tasks, efforts, strict=True))}
            for i, efforts in enumerate(itertools.product(levels, repeat=len(tasks)))
        },
    }


def best(scan: Iterable[Any], worth: Callable[[Any], float]) -> tuple[Any, float]:
    """Where a scan is worth most, and how much; the middle one of equals."""
    scored = [(worth(x), x) for x in scan]
    top = max(w for w, _ in scored)
    equals = [x for w, x in scored if w > top - 1e-9]
    return equals[len(equals) // 2], top


# ---- Contracts: Holmström & Milgrom 1987, 1991; Baker 1992


@pytest.mark.parametrize(("r", "c", "s2"), [(2, 1, 0.5), (1, 2, 1), (0.5, 1.5, 2), (3, 0.8, 0.2)])
def test_a_scan_recovers_the_linear_contract(r: float, c: float, s2: float) -> None:
    """Output e + eps, pay w + a·x, cost c·e²/2, risk aversion r: a* = 1/(1 + r·c·s²) (Holmström & Milgrom 1987).

    The agent's effort and the spread of output are the engine's; the price of risk, r·a²·s²/2, is the contract's.
    """
    step = 0.01
    work = on_grid(lambda e: c * e**2 / 2, step, 1.3 / c, "output")
    for action in work["actions"].values():
        action["moves"]["output"] = {"mean": action["moves"]["output"], "sd": math.sqrt(s2)}
    scenario = backfire.Scenario.from_dict(
        workplace(
            {"work": work},
            ["output"],
            kpis={"sum": {"total": "output"}},
            rules={"pay": {"per": "output", "pay": 0}},
        )
    )

    def surplus(a: float) -> float:
        solution = backfire.solve(scenario, {"rules.pay.pay": a})
        effort = solution.value("kpis.sum")
        spread = next(row["sd"] for row in solution.kpis if row["segment"] == "all")
        return effort - c * effort**2 / 2 - r * a**2 * spread**2 / 2

    a, _ = best([i * step for i in range(101)], surplus)
    assert a == pytest.approx(1 / (1 + r * c * s2), abs=2 * step * max(1, c))


@pytest.mark.parametrize(
    ("d", "s2", "benefit"), [(0.5, (0.5, 2), (1, 1)), (0.3, (1, 1), (1, 0.8)), (-0.2, (0.4, 1.2), (0.9, 1))]
)
def test_a_scan_recovers_the_multitask_contract(d: float, s2: tuple, benefit: tuple) -> None:
    """a* = (I + r·C·S)⁻¹·B with cost eᵀCe/2, C = [[1, d], [d, 1]], r = 1 (Holmström & Milgrom 1991).

    Their efforts may be negative; kept above 0, paying for the precise task alone is worth more.
    """
    step = 0.05
    scenario = backfire.Scenario.from_dict(
        workplace(
            {"work": on_grid(lambda x, y: (x**2 + y**2) / 2 + d * x * y, step, 1.6, "one", "two", lowest=-1)},
            ["one", "two"],
            rules={"first": {"per": "one", "pay": 0}, "second": {"per": "two", "pay": 0}},
        )
    )

    def surplus(a: tuple[float, float]) -> float:
        solution = backfire.solve(scenario, {"rules.first.pay": a[0], "rules.second.pay": a[1]})
        x, y = solution.value("measures.one"), solution.value("measures.two")
        work = benefit[0] * x + benefit[1] * y - (x**2 + y**2) / 2 - d * x * y
        return work - (a[0] ** 2 * s2[0] + a[1] ** 2 * s2[1]) / 2

    a, found = best(itertools.product([i * step for i in range(21)], repeat=2), surplus)
    m = ((1 + s2[0], d * s2[1]), (d * s2[0], 1 + s2[1]))
    det = m[0][0] * m[1][1] - m[0][1] * m[1][0]
    right = (
        (m[1][1] * benefit[0] - m[0][1] * benefit[1]) / det,
        (m[0][0] * benefit[1] - m[1][0] * benefit[0]) / det,
    )
    if (d, s2) == (0.5, (0.5, 2)):
        assert right == pytest.approx((0.470588, 0.294118), abs=1e-6)
        assert found == pytest.approx(0.254902, abs=step)
    assert a == pytest.approx(right, abs=2 * step)


@pytest.mark.parametrize(("f", "g"), [((1, 1), (1, 0.2)), ((1, 0.5), (0.4, 1)), ((0.7, 1), (1, 1.2))])
def test_a_scan_recovers_the_misaligned_kpi(f: tuple, g: tuple) -> None:
    """Value f·e, KPI g·e, cost |e|²/2: b* = f·g/|g|², surplus = first best · cos²(f, g) (Baker 1992)."""
    step = 0.02
    document = workplace(
        {"work": on_grid(lambda x, y: (x**2 + y**2) / 2, step, 1.5, "one", "two")},
        ["one", "two"],
        rules={"pay": {"per": "figure", "pay": 0}},
    )
    document["measures"]["figure"] = {"sum": {"one": g[0], "two": g[1]}}
    document["values"] = {"organisation": {"one": f[0], "two": f[1]}}
    scenario = backfire.Scenario.from_dict(document)

    def surplus(b: float) -> float:
        solution = backfire.solve(scenario, {"rules.pay.pay": b})
        x, y = solution.value("measures.one"), solution.value("measures.two")
        return solution.value("work.organisation") - (x**2 + y**2) / 2

    b, found = best([i * step for i in range(round(1.4 / step))], surplus)
    fg, ff, gg = f[0] * g[0] + f[1] * g[1], f[0] ** 2 + f[1] ** 2, g[0] ** 2 + g[1] ** 2
    assert b == pytest.approx(fg / gg, abs=2 * step / math.sqrt(gg))
    assert found == pytest.approx(ff / 2 * fg**2 / (ff * gg), abs=step)


@pytest.mark.parametrize(("d", "intrinsic"), [(0.5, 1), (0.3, 0.7), (0.8, 1.2), (0, 1)])
def test_pay_for_one_task_draws_effort_from_the_unpaid_one(d: float, intrinsic: float) -> None:
    """Cost (e1² + e2²)/2 + d·e1·e2, intrinsic value of task 2, pay b on task 1 (Holmström & Milgrom 1991, section 4)."""
    step = 0.05
    document = workplace(
        {"work": on_grid(lambda x, y: (x**2 + y**2) / 2 + d * x * y, step, 2, "paid", "unpaid")},
        ["paid", "unpaid"],
        traits={"care": 1},
        rules={"pay": {"per": "paid", "pay": 0}},
    )
    document["values"] = {"customer": {"unpaid": intrinsic}}
    scenario = backfire.Scenario.from_dict(document)
    published = {0: (0, 1), 1: (2 / 3, 2 / 3), 1.5: (4 / 3, 1 / 3), 2: (2, 0)}
    for b in (0, 0.25, 0.6, 1, 1.5, 2):
        right = ((b - d * intrinsic) / (1 - d**2), (intrinsic - d * b) / (1 - d**2))
        if right[0] < 0:
            right = (0, intrinsic)
        elif right[1] < 0:
            right = (b, 0)
        if (d, intrinsic) == (0.5, 1) and b in published:
            assert right == pytest.approx(published[b])
        solution = backfire.solve(scenario, {"rules.pay.pay": b})
        found = solution.value("measures.paid"), solution.value("measures.unpaid")
        assert found == pytest.approx(right, abs=2 * step), b


# ---- Prospect theory: Tversky & Kahneman 1992

CHANCES = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
GAINS = (0.055266, 0.131626, 0.186303, 0.290743, 0.420639, 0.568268, 0.711716, 0.793196, 0.911584)
LOSSES = (0.039672, 0.111434, 0.170145, 0.293519, 0.453988, 0.626396, 0.774903, 0.849881, 0.945087)
GAMMA, DELTA, ALPHA, LAMBDA = 0.61, 0.69, 0.88, 2.25


def gamble(chance: float, pay: float, sure: float, **traits: float) -> backfire.Scenario:
    """A payout by chance against the payout `sure`, valued after Tversky & Kahneman."""
    return backfire.Scenario.from_dict(
        workplace(
            {"choice": {"share": 1, "actions": {"risk": {}, "sure": {}}}},
            traits={
                "curvature": ALPHA,
                "loss_aversion": LAMBDA,
                "weighting": GAMMA if pay > 0 else DELTA,
                **traits,
            },
            monitors={"by_chance": {"rate": chance}},
            rules={
                "risky": {"each": "choice.risk", "seen_by": "by_chance", "pay": pay},
                "certain": {"each": "choice.sure", "pay": sure},
            },
        )
    )


def felt_weight(chance: float, pay: float, **traits: float) -> float:
    """The weight of a chance, read off the choice between it and nothing."""
    p = backfire.solve(gamble(chance, pay, 0, noise=1, **traits)).probability("choice.risk")
    alpha, aversion = traits.get("curvature", ALPHA), traits.get("loss_aversion", LAMBDA)
    return math.log(p / (1 - p)) / (abs(pay) ** alpha * (1 if pay > 0 else -aversion))


@pytest.mark.parametrize(("chance", "gain", "loss"), list(zip(CHANCES, GAINS, LOSSES, strict=True)))
def test_chances_are_weighted_as_published(chance: float, gain: float, loss: float) -> None:
    assert felt_weight(chance, 3) == pytest.approx(gain, abs=1e-6)
    assert felt_weight(chance, -2) == pytest.approx(loss, abs=1e-6)


@pytest.mark.parametrize("exponent", [0.3, 0.5, 0.8, 1])
@pytest.mark.parametrize("aversion", [1, 1.5, 3])
def test_chances_are_weighted_by_the_formula(exponent: float, aversion: float) -> None:
    """p^g / (p^g + (1 − p)^g)^(1/g)."""
    for p, pay in itertools.product((0.02, 0.4, 0.97), (2, -1.5)):
        right = p**exponent / (p**exponent + (1 - p) ** exponent) ** (1 / exponent)
        found = felt_weight(p, pay, weighting=exponent, loss_aversion=aversion, curvature=1.1)
        assert found == pytest.approx(right, abs=1e-9)


def test_the_fourfold_pattern() -> None:
    """Risk is sought for unlikely gains and likely losses, shunned for likely gains and unlikely losses."""
    for chance, seeks in (
        (0.01, True),
        (0.05, True),
        (0.75, False),
        (0.9, False),
        (0.95, False),
        (0.99, False),
    ):
        for pay in (20, -20):
            solution = backfire.solve(gamble(chance, pay, chance * pay))
            sought = seeks if pay > 0 else not seeks
            assert solution.probability("choice.risk") == (1 if sought else 0), (chance, pay)


# ---- Monitoring: Becker 1968, and sampling by hand


@pytest.mark.parametrize(("gain", "fine", "noise"), [(1, 5, 0.5), (2, 7, 1.5), (0.6, 20, 0.25)])
def test_cheating_pays_while_the_gain_exceeds_chance_times_fine(
    gain: float, fine: float, noise: float
) -> None:
    document = workplace(
        {"work": {"share": 1, "actions": {"cheat": {"effort": -gain}, "honest": {}}}},
        monitors={"check": {"rate": 0}},
        rules={"fine": {"each": "work.cheat", "seen_by": "check", "pay": -fine}},
    )
    scenario = backfire.Scenario.from_dict(document)
    published = {0: 0.880797, 0.1: 0.731059, 0.2: 0.5, 0.3: 0.268941}
    for chance in (0, 0.05, 0.1, 0.2, 0.3, 0.9):
        at = {"monitors.check.rate": chance}
        share = backfire.solve(scenario, [at, {"workforce.segments.agent.traits.noise": noise}]).probability(
            "work.cheat"
        )
        assert share == pytest.approx(1 / (1 + math.exp(-(gain - chance * fine) / noise)), abs=1e-9)
        if (gain, fine) == (1, 5) and chance in published:
            assert share == pytest.approx(published[chance], abs=1e-6)
        if abs(gain - chance * fine) > 1e-9:
            assert backfire.solve(scenario, at).probability("work.cheat") == (gain > chance * fine)


def sampled(chance: float, samples: int, contacts: int = 100) -> backfire.Scenario:
    """Contacts that are bad by chance, a sample of them reviewed, one CNY paid when anything is found."""
    return backfire.Scenario.from_dict(
        workplace(
            {
                "work": {
                    "share": 1,
                    "outcomes": {"bad": {"chance": chance}, "good": {"chance": "rest"}},
                }
            },
            contacts=contacts,
            monitors={"qa": {"samples": samples}},
            kpis={"found": {"share": "work.bad", "seen_by": "qa"}},
            rules={
                "any": {"kpi": "found", "steps": [[0.5 / samples, 1]]},
                "each": {"each": "work.bad", "seen_by": "qa", "pay": 1},
            },
        )
    )


@pytest.mark.parametrize(("bad", "samples"), [(1, 5), (5, 4), (10, 4), (30, 10), (50, 1)])
def test_a_sample_finds_what_sampling_without_replacement_finds(bad: int, samples: int) -> None:
    """Where `bad` of 100 are bad, a sample finds something with chance 1 − C(100 − bad, k)/C(100, k).

    In a workplace it is not fixed how many contacts turn out bad, so this law is averaged over that number.
    """
    published = {(1, 5): 0.05, (5, 4): 0.18812488, (10, 4): 0.34836945}

    def finds(b: int) -> float:
        return 1 - math.comb(100 - b, samples) / math.comb(100, samples)

    if (bad, samples) in published:
        assert finds(bad) == pytest.approx(published[bad, samples], abs=1e-8)
    p = bad / 100
    averaged = sum(math.comb(100, b) * p**b * (1 - p) ** (100 - b) * finds(b) for b in range(101))
    solution = backfire.solve(sampled(p, samples))
    assert solution.value("payouts.any") == pytest.approx(averaged, abs=1e-9)
    assert solution.value("payouts.each") == pytest.approx(samples * p, abs=1e-9)


@pytest.mark.parametrize(("gain", "fine", "samples"), [(1, 50, 2), (2, 100, 2), (1, 20, 5)])
def test_a_flat_fine_is_in_for_a_penny_and_a_fine_for_each_is_neutral(
    gain: float, fine: float, samples: int
) -> None:
    """A flat fine for anything found leaves the next bad contact free; a fine for each of them does not."""
    contacts = 100
    document = workplace(
        {"work": {"share": 1, "actions": {"bad": {"effort": -gain}, "good": {}}}},
        contacts=contacts,
        traits={"noise": 0.01},
        monitors={"qa": {"samples": samples}},
        kpis={"found": {"share": "work.bad", "seen_by": "qa"}},
        rules={"flat": {"kpi": "found", "steps": [[0.5 / samples, -fine]]}},
    )
    flat = backfire.Scenario.from_dict(document)
    assert contacts * gain > fine, "else being honest is best"
    assert backfire.solve(flat).probability("work.bad") == pytest.approx(1, abs=1e-9)
    neutral = {
        "disable": ["rules.flat"],
        "add": {"rules.each": {"each": "work.bad", "seen_by": "qa", "pay": -gain * contacts / samples}},
    }
    assert backfire.solve(flat, neutral).probability("work.bad") == pytest.approx(0.5, abs=1e-9)


# ---- Properties that need no source

EVENT_RULES_ONLY = [
    name for name in shipped.NAMES if "kpi" not in str(shipped.read(name, "scenario.json")["policy"]["rules"])
]


def opens_nothing(content: dict) -> bool:
    """Whether no action of a situation, nor an outcome of one, leads to another situation."""
    return "opens" not in str(content.get("actions", "opens"))


@pytest.mark.parametrize("name", EVENT_RULES_ONLY)
def test_little_noise_is_the_best_response_and_endless_noise_the_habit(name: str) -> None:
    """Where an action opens a further choice, endless noise weighs it by the ways behind it as well: left out here."""
    scenario = backfire.scenario(name)
    exact, near, far = (
        backfire.solve(scenario, {"workforce.traits.noise": noise}) for noise in (0, 1e-4, 1e9)
    )
    document = scenario.to_dict()
    for rows in zip(exact.behaviour, near.behaviour, far.behaviour, strict=True):
        sharp, close, dull = rows
        assert close["probability"] == pytest.approx(sharp["probability"], abs=1e-9), sharp
        content = document["situations"][dull["situation"]]
        if not opens_nothing(content):
            continue
        actions = content["actions"]
        habits = {a: actions[a].get("habit", 1) for a in actions}
        assert dull["probability"] == pytest.approx(habits[dull["action"]] / sum(habits.values()), abs=1e-6)


@pytest.mark.parametrize("loss_aversion", [1, 2])
@pytest.mark.parametrize("name", EVENT_RULES_ONLY)
def test_bonus_and_penalty_frames_agree_at_loss_aversion_one_only(name: str, loss_aversion: float) -> None:
    """Paying for an act, and announcing the pay as already earned, is one thing where losses weigh like gains."""
    situation, actions = next(
        (s, v["actions"])
        for s, v in shipped.read(name, "scenario.json")["situations"].items()
        if "actions" in v
    )
    act = f"{situation}.{next(iter(actions))}"
    scenario = backfire.scenario(name).reformed(
        {"workforce.traits.loss_aversion": loss_aversion, "add": {"rules.bonus": {"each": act, "pay": 0.7}}}
    )
    gain, loss = (
        backfire.solve(scenario, r).value(f"behaviour.{act}") for r in (None, {"rules.bonus.frame": "loss"})
    )
    if loss_aversion == 1:
        assert loss == pytest.approx(gain, abs=1e-12)
    else:
        assert loss > gain + 1e-4


@pytest.mark.parametrize("points", [[[0.2, 5], [0.5, 30], [0.9, 40]], [[0.1, -20], [0.6, 10]]])
@pytest.mark.parametrize("shape", ["steps", "curve"])
def test_kpi_frames_agree_at_loss_aversion_one_only(shape: str, points: list) -> None:
    document = workplace(
        {"work": {"share": 1, "actions": {"good": {"effort": 0.5}, "poor": {}}}},
        contacts=60,
        traits={"noise": 1, "loss_aversion": 1},
        monitors={"qa": {"samples": 8}},
        kpis={"quality": {"share": "work.good", "seen_by": "qa"}},
        rules={"bonus": {"kpi": "quality", shape: points}},
    )
    scenario = backfire.Scenario.from_dict(document)

    def good(*reforms: dict) -> float:
        return backfire.solve(scenario, list(reforms)).probability("work.good")

    averse, framed = {"workforce.segments.agent.traits.loss_aversion": 2.5}, {"rules.bonus.frame": "loss"}
    assert good(framed) == pytest.approx(good(), abs=1e-9)
    assert good(averse, framed) > good(averse) + 1e-4
