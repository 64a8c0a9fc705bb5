"""The slow oracle, which judges the engine, against results computed by hand or published by others."""

import copy
import itertools
import math
import random
from typing import Any

import pytest

import oracle
import oracle_contact
import oracle_reforms
from oracle_rules import Valuation, held, new_prices, objective, weight
from oracle_schedules import Felt, Kpi, expected_curved, expected_straight, pieces
from random_scenarios import random_scenario
from small_scenarios import small_scenario

Document = dict[str, Any]


def scenario(actions: Document, policy: Document | None = None, **traits: Any) -> Document:
    """One situation, one agent, 100 contacts."""
    return {
        "backfire": 1,
        "name": "by-hand",
        "currency": "CNY",
        "period": {"contacts": 100},
        "measures": {"done": {"unit": "1"}},
        "situations": {"work": {"share": 1, "actions": actions}},
        "workforce": {"agents": 1, "traits": {"noise": 1, **traits}},
        "policy": policy or {},
    }


def probabilities(document: Document) -> dict[str, float]:
    rows = oracle.solve(document)["behaviour"]
    return {r["action"]: r["probability"] for r in rows if (r["segment"], r["condition"]) == ("all", "all")}


# ------------------------------------------------------------------------------------------ published results
@pytest.mark.parametrize(
    ("pay", "efforts"), [(0.0, (0, 1)), (1.0, (2 / 3, 2 / 3)), (1.5, (4 / 3, 1 / 3)), (2.0, (2, 0))]
)
def test_paid_and_unpaid_task(pay: float, efforts: tuple[float, float]) -> None:
    # Holmstrom and Milgrom 1991: cost (e1^2 + e2^2) / 2 + e1 e2 / 2, intrinsic 1 on task 2, pay b on task 1.
    step = 0.05
    actions = {}
    for i, j in itertools.product(range(int(2.2 / step) + 1), range(int(1.2 / step) + 1)):
        a, b = i * step, j * step
        cost = (a * a + b * b) / 2 + a * b / 2
        actions[f"e{i}_{j}"] = {"effort": cost - b, "moves": {"paid": a, "unpaid": b}}
    document = scenario(actions, {"rules": {"piece": {"per": "paid", "pay": pay}}}, noise=0)
    document["measures"] = {"paid": {"unit": "1"}, "unpaid": {"unit": "1"}}
    means = {r["measure"]: r["mean"] for r in oracle.solve(document)["measures"]}
    assert means["paid"] == pytest.approx(efforts[0], abs=2 * step)
    assert means["unpaid"] == pytest.approx(efforts[1], abs=2 * step)


def test_probability_weights_of_tversky_and_kahneman() -> None:
    chances = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
    gains = (0.055266, 0.131626, 0.186303, 0.290743, 0.420639, 0.568268, 0.711716, 0.793196, 0.911584)
    losses = (0.039672, 0.111434, 0.170145, 0.293519, 0.453988, 0.626396, 0.774903, 0.849881, 0.945087)
    assert [weight(p, 0.61) for p in chances] == pytest.approx(gains, abs=5e-7)
    assert [weight(p, 0.69) for p in chances] == pytest.approx(losses, abs=5e-7)


@pytest.mark.parametrize(("rate", "share"), [(0, 0.880797), (0.1, 0.731059), (0.2, 0.5), (0.3, 0.268941)])
def test_share_of_cheaters(rate: float, share: float) -> None:
    policy = {
        "monitors": {"audit": {"rate": rate}},
        "rules": {
            "gain": {"each": "work.cheat", "pay": 1},
            "fine": {"each": "work.cheat", "pay": -5, "seen_by": "audit"},
        },
    }
    assert probabilities(scenario({"cheat": {}, "honest": {}}, policy, noise=0.5))["cheat"] == pytest.approx(
        share, abs=1e-6
    )


@pytest.mark.parametrize("samples", [1, 5, 40])
def test_any_bad_call_found_is_a_binomial_chance(samples: int) -> None:
    # A fine of 50 if any of n sampled calls is bad, each with chance p: 1 - (1 - p)^n.
    policy = {
        "monitors": {"qa": {"samples": samples}},
        "kpis": {"bad": {"share": "work.bad", "seen_by": "qa"}},
        "rules": {"fine": {"kpi": "bad", "steps": [[1 / samples, -50]]}},
    }
    document = scenario({"bad": {}, "good": {}}, policy)
    rows = oracle.solve(document)
    bad = probabilities(document)["bad"]
    assert rows["payouts"][0]["money"] == pytest.approx(-50 * (1 - (1 - bad) ** samples), rel=1e-9)


def test_in_for_a_penny() -> None:
    # One flat fine if any bad call is found makes all bad the best; a fine per bad call found is neutral.
    flat = {
        "monitors": {"qa": {"samples": 2}},
        "kpis": {"bad": {"share": "work.bad", "seen_by": "qa"}},
        "rules": {
            "gain": {"each": "work.bad", "pay": 1},
            "fine": {"kpi": "bad", "steps": [[0.5, -50]]},
        },
    }
    each = {
        "monitors": {"qa": {"samples": 2}},
        "rules": {
            "gain": {"each": "work.bad", "pay": 1},
            "fine": {"each": "work.bad", "pay": -50, "seen_by": "qa"},
        },
    }
    assert probabilities(scenario({"bad": {}, "good": {}}, flat, noise=0.01))["bad"] > 0.999
    assert probabilities(scenario({"bad": {}, "good": {}}, each, noise=0.01))["bad"] == pytest.approx(0.5)


# --------------------------------------------------------------------------------- the design's own example
@pytest.mark.slow
def test_corrective_callbacks(corrective_callbacks: Document) -> None:
    # 729 points of care in two segments under two conditions; figures to the digits the design states.
    before = oracle.solve(corrective_callbacks)
    reform = {"disable": ["rules.callback_deduction"]}
    after = oracle.solve(oracle_reforms.apply_reform(corrective_callbacks, reform))

    def figure(tables: oracle.Tables, table: str, column: str, **key: str) -> float:
        key |= {"segment": "all", "condition": "all"}
        (row,) = [r for r in tables[table] if all(r[k] == v for k, v in key.items())]
        return float(row[column])

    repaired = [figure(t, "behaviour", "probability", action="call_back") for t in (before, after)]
    repeats = [figure(t, "measures", "mean", measure="repeat_contact") for t in (before, after)]
    money = [figure(t, "values", "money", party="organisation") for t in (before, after)]
    assert repaired == pytest.approx([0.009501078, 0.712409514], abs=1e-8)
    assert repeats == pytest.approx([0.052521999, 0.043506013], abs=1e-8)
    assert money[1] - money[0] == pytest.approx(256.718040, abs=1e-5)


@pytest.fixture(name="corrective_callbacks")
def design_example() -> Document:
    chance = {"enquiry": {"base": 0.4, "knowledge": -0.3}, "look_up": {"base": 0.22, "knowledge": -0.17}}
    care = {"mean": 0.5, "sd": 0.4, "shape": "lognormal"}
    return {
        "backfire": 1,
        "name": "corrective-callbacks",
        "currency": "CNY",
        "period": {"name": "month", "days": 22, "contacts": 1000},
        "measures": {
            "handle_time": {"unit": "s", "period_cv": 0.06},
            "uncorrected_error": {"unit": "1"},
            "repeat_contact": {"unit": "1"},
        },
        "values": {
            "organisation": {
                "handle_time": -0.015,
                "repeat_contact": -8,
                "uncorrected_error": -10,
                "payouts": -1,
            },
            "customer": {"uncorrected_error": -12, "repeat_contact": -6},
        },
        "conditions": {"day": {"share": 0.8, "load": 0.6}, "night": {"share": 0.2, "load": 0.2}},
        "situations": {
            "enquiry": {
                "share": 1,
                "actions": {
                    "from_memory": {
                        "effort": 0.5,
                        "moves": {"handle_time": {"mean": 280, "cv": 0.8}},
                        "outcomes": {
                            "wrong": {"chance": chance["enquiry"], "opens": "error_made"},
                            "right": {"chance": "rest"},
                        },
                    },
                    "look_up": {
                        "effort": {"base": 1.2, "load": 0.8},
                        "moves": {"handle_time": {"mean": 360, "cv": 0.8}},
                        "outcomes": {
                            "wrong": {"chance": chance["look_up"], "opens": "error_made"},
                            "right": {"chance": "rest"},
                        },
                    },
                },
            },
            "error_made": {
                "outcomes": {
                    "noticed": {"chance": {"base": 0.1, "knowledge": 0.2}, "opens": "mistake_noticed"},
                    "missed": {"chance": "rest", "opens": "left_wrong"},
                }
            },
            "mistake_noticed": {
                "actions": {
                    "call_back": {"effort": 3, "moves": {"handle_time": 150}},
                    "stay_silent": {"opens": "left_wrong"},
                }
            },
            "left_wrong": {
                "outcomes": {
                    "calls_again": {"chance": 0.4, "moves": {"uncorrected_error": 1, "repeat_contact": 1}},
                    "gives_up": {"chance": "rest", "moves": {"uncorrected_error": 1}},
                }
            },
        },
        "workforce": {
            "agents": 400,
            "segments": {
                "novice": {"share": 0.3, "traits": {"knowledge": 0.55, "care": care}},
                "seasoned": {
                    "share": 0.7,
                    "traits": {"knowledge": 0.88, "care": {**care, "mean": 0.6, "sd": 0.5}},
                },
            },
            "traits": {"noise": 3, "loss_aversion": 2},
        },
        "policy": {
            "monitors": {"qa": {"samples": 5}},
            "kpis": {
                "aht": {
                    "mean": "handle_time",
                    "better": "lower",
                    "stands_for": {"organisation": "handle_time"},
                },
                "repair_rate": {
                    "share": "mistake_noticed.call_back",
                    "of": "error_made.noticed",
                    "better": "higher",
                },
            },
            "rules": {
                "callback_deduction": {"each": "mistake_noticed.call_back", "pay": -2, "unit": "points"},
                "error_deduction": {"each": "left_wrong.*", "seen_by": "qa", "pay": -4, "unit": "points"},
                "aht_bonus": {"kpi": "aht", "steps": [[None, 300], [300, 0]]},
            },
            "units": {"points": 8},
        },
    }


# -------------------------------------------------------------------------------- properties without data
def three_actions(**extra: Any) -> Document:
    habits = {"a": 1.0, "b": 2.0, "c": 0.5}
    efforts = {"a": 0.2, "b": 1.0, "c": 0.9}
    return {a: {"effort": efforts[a] + extra.get("added", 0.0), "habit": habits[a]} for a in habits}


def test_noise_goes_to_the_best_response_and_to_habit() -> None:
    assert probabilities(scenario(three_actions(), noise=1e-3))["a"] == pytest.approx(1.0)
    assert probabilities(scenario(three_actions(), noise=0))["a"] == 1.0
    lazy = probabilities(scenario(three_actions(), noise=1e9))
    assert [lazy[a] for a in "abc"] == pytest.approx([2 / 7, 4 / 7, 1 / 7], abs=1e-8)


def test_ties_split_evenly_at_noise_zero() -> None:
    tied = scenario(
        {"a": {"effort": 0.1 + 0.2, "habit": 3}, "b": {"effort": 0.3}, "c": {"effort": 2}}, noise=0
    )
    assert probabilities(tied) == {"a": 0.5, "b": 0.5, "c": 0.0}


def test_a_constant_on_all_actions_changes_no_probability() -> None:
    one, two = (probabilities(scenario(three_actions(added=x))) for x in (0.0, 17.5))
    assert one == pytest.approx(two, rel=1e-12)


def test_utilities_and_noise_scale_together() -> None:
    policy = {
        "kpis": {"k": {"share": "work.a"}},
        "rules": {"r": {"kpi": "k", "curve": [[0.2, 0], [0.8, 30]]}},
    }
    document = scenario(three_actions(), policy)
    tripled = copy.deepcopy(document)
    tripled["workforce"]["traits"]["noise"] = 3
    for action in tripled["situations"]["work"]["actions"].values():
        action["effort"] *= 3
    tripled["policy"]["rules"]["r"]["curve"] = [[0.2, 0], [0.8, 90]]
    assert probabilities(document) == pytest.approx(probabilities(tripled), rel=1e-9)


@pytest.mark.parametrize(("aversion", "same"), [(1.0, True), (2.0, False)])
def test_bonus_and_penalty_frames(aversion: float, same: bool) -> None:
    answers = []
    for frame in ("gain", "loss"):
        policy = {
            "kpis": {"k": {"share": "work.a"}},
            "rules": {
                "r": {"kpi": "k", "steps": [[0.4, 20]], "frame": frame},
                "e": {"each": "work.b", "pay": 0.5, "frame": frame},
            },
        }
        answers.append(probabilities(scenario(three_actions(), policy, loss_aversion=aversion)))
    assert (answers[0] == pytest.approx(answers[1], rel=1e-9)) == same


def test_hours_make_the_time_price_what_a_contact_is_worth() -> None:
    # Without KPI rules V0 is 0 at the fixed point: the best choice of utility per second.
    actions = {"slow": {"effort": -3, "moves": {"time": 300}}, "fast": {"effort": -2, "moves": {"time": 100}}}
    document = scenario(actions, noise=0)
    document["measures"] = {"time": {"unit": "s"}}
    document["period"] = {"hours": 10, "time": "time"}
    rows = oracle.solve(document)
    assert probabilities(document)["fast"] == 1.0
    assert rows["prices"][0]["price"] == pytest.approx(-2 / 100)
    assert rows["fixed_points"][0]["contacts"] == pytest.approx(360)


@pytest.mark.parametrize("seed", range(12))
def test_a_fixed_point_is_stationary_in_the_objective(seed: int) -> None:
    # J over behaviours, spreads and detection held: its slope along every choice vanishes (foresight 1, logit).
    document = small_scenario(seed)
    (agent,) = oracle.agents(document)
    solution = oracle.solve_agent(document, agent)
    assert solution.kept is not None
    at = solution.kept.response
    prices = at.prices

    def held_objective(behaviour: oracle.Behaviour) -> float:
        moved = held(document, agent, behaviour)
        return moved.flow + sum(p * (moved.mean[k] - at.mean[k]) for k, p in prices.items())

    for s, choice in at.behaviour.items():
        for a, b in itertools.combinations(choice, 2):
            h = 1e-5 * min(choice[a], choice[b])
            ends = []
            for sign in (1, -1):
                other = copy.deepcopy(at.behaviour)
                other[s][a] += sign * h
                other[s][b] -= sign * h
                ends.append(held_objective(other))
            noise = float(document["workforce"]["traits"]["noise"])
            assert abs(ends[0] - ends[1]) / (2 * h) < 1e-3 * noise


@pytest.mark.parametrize("seed", range(30))
def test_flow_is_what_is_brought_less_noise_times_divergence(seed: int) -> None:
    # f = V0 - p . m~ at the choice, against f computed from the behaviour alone.
    document = random_scenario(seed, distributed=False)
    rng = random.Random(seed)
    prices = {m: rng.uniform(-0.01, 0.01) for m in document["measures"]}
    for agent in oracle.agents(document):
        at = oracle.respond(document, agent, prices)
        kept = held(document, agent, at.behaviour)
        assert kept.flow == pytest.approx(at.flow, rel=1e-8, abs=1e-8)
        assert kept.mean == pytest.approx(at.mean)


@pytest.mark.parametrize("seed", range(20))
def test_prices_are_the_slope_of_expected_value(seed: int) -> None:
    # With contacts: N p = dPhi/dm by differences in the mean, the spread held.
    document = small_scenario(seed)
    if "hours" in document["period"]:
        document["period"] = {"contacts": 200}
    (agent,) = oracle.agents(document)
    at = oracle.respond(document, agent, {})
    prices = new_prices(document, agent, at)
    for key, price in prices.items():
        h = 1e-5 * max(1e-3, abs(at.mean[key]))
        ends = []
        for sign in (1, -1):
            moved = copy.copy(at)
            moved.mean = {**at.mean, key: at.mean[key] + sign * h}
            moved.moments = {}
            for name in document["policy"]["kpis"]:
                centre = oracle.kpi_moments(document, at)[name]
                new = copy.copy(centre)
                assert new is not None
                assert centre is not None
                new.mean = centre.mean + centre.gradient.get(key, 0.0) * sign * h
                if new.trials:
                    new.chance = new.mean / new.scale
                moved.moments[name] = new
            ends.append(objective(document, agent, moved))
        slope = (ends[0] - ends[1]) / (2 * h) / at.contacts
        assert price == pytest.approx(slope, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("seed", range(40))
def test_the_two_ways_to_expect_a_payout_agree(seed: int) -> None:
    rng = random.Random(seed)
    xs = sorted(rng.uniform(-3, 3) for _ in range(3))
    points = [[x, rng.uniform(-2, 2)] for x in xs]
    felt = Felt(pieces({rng.choice(("curve", "tiers", "steps")): points}, 1.0), 0.0, 1.0, 2.25)
    kpi = Kpi(rng.uniform(-3, 3), 10 ** rng.uniform(-3, 0.5), 0, 0.0, 1.0, {}, 0.0)
    assert expected_curved(felt, kpi) == pytest.approx(expected_straight(felt, kpi), rel=1e-10, abs=1e-10)


def test_quantiles_of_a_beta_trait() -> None:
    trait = {"mean": 0.4, "sd": 0.2, "shape": "beta"}
    values = [oracle_contact.quantile(trait, (i + 0.5) / 2000) for i in range(2000)]
    mean = math.fsum(values) / 2000
    assert mean == pytest.approx(0.4, abs=1e-5)
    assert math.fsum((v - mean) ** 2 for v in values) / 2000 == pytest.approx(0.04, abs=1e-4)
    a, b = 2.0, 3.0
    assert oracle_contact.incomplete_beta(a, b, 0.3) == pytest.approx(0.3483, abs=1e-12)


def test_v0_counts_the_constants() -> None:
    rule = {"each": "work.a", "pay": 2, "seen_by": "m", "frame": "loss"}
    policy = {"monitors": {"m": {"rate": 0.5, "miss": 0.2, "false_alarm": 0.1}}, "rules": {"r": rule}}
    document = scenario({"a": {}}, policy, loss_aversion=3)
    (agent,) = oracle.agents(document)
    value = Valuation(document, agent, {}, 100.0)
    d, f = 0.4, 0.05
    assert value.start() == pytest.approx(f * 2 + (d - f) * -6 + (d - f) * 6)
