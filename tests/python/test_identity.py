"""Identity: what the fingerprint sees and what it does not, round trips, and what differs between two scenarios."""

import hashlib
import json
import pickle
import random
from typing import Any

import pytest

import backfire
import random_scenarios

SHIPPED = backfire.scenario("corrective-callbacks")


def canonical(value: Any) -> str:
    """The canonical form, written a second time: sorted keys, x- left out, numbers in their shortest form."""
    if isinstance(value, dict):
        members = sorted((k for k in value if not k.startswith("x-")), key=lambda k: k.encode("utf-8"))
        return (
            "{"
            + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{canonical(value[k])}" for k in members)
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"<{float(value) + 0.0!r}>"
    return json.dumps(value, ensure_ascii=False)


def variant(value: Any, rng: random.Random) -> Any:
    """The same document in other words: shuffled keys, remarks, floats for whole numbers."""
    if isinstance(value, dict):
        members = [(k, variant(v, rng)) for k, v in value.items()]
        if rng.random() < 0.3 and not all(isinstance(v, str) for v in value.values()):
            members.append((f"x-{rng.randrange(100)}", rng.choice([1, "remark", None, [1], {"y": 2}])))
        rng.shuffle(members)
        return dict(members)
    if isinstance(value, list):
        return [variant(v, rng) for v in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_the_fingerprint_is_the_hash_of_the_canonical_form() -> None:
    document = {"period": {"contacts": 10.0}, "backfire": 1e0, "x-note": 1,
                "situations": {"s": {"share": 1.50, "actions": {"中": {"x-a": 1}, "b": {"effort": 1e-7}}}},
                "workforce": {"traits": {"noise": -0.0}}}  # fmt: skip
    text = (
        '{"backfire":1,"period":{"contacts":10},"situations":{"s":{"actions":{"b":{"effort":1e-07},"中":{}},"share":1.5}},'
        '"workforce":{"traits":{"noise":0}}}'
    )
    fingerprint = backfire.Scenario.from_dict(document).fingerprint
    assert fingerprint == hashlib.sha256(text.encode("utf-8")).hexdigest()


@pytest.mark.parametrize("seed", range(30))
def test_other_words_for_the_same_document_have_its_fingerprint(seed: int) -> None:
    document = random_scenarios.random_scenario(seed)
    scenario = backfire.Scenario.from_dict(document)
    rng = random.Random(seed)
    for _ in range(3):
        other = variant(document, rng)
        assert canonical(other) == canonical(document)
        read = backfire.Scenario.from_dict(other)
        assert read.fingerprint == scenario.fingerprint
        assert backfire.loads(json.dumps(other)).fingerprint == scenario.fingerprint
        assert backfire.loads(read.to_yaml()).fingerprint == scenario.fingerprint


@pytest.mark.parametrize("seed", range(30))
def test_different_documents_have_different_fingerprints(seed: int) -> None:
    rng = random.Random(seed)
    document = random_scenarios.random_scenario(seed)
    seen = {backfire.Scenario.from_dict(document).fingerprint}
    for change in ({"title": f"{rng.random()}"}, {"period.days": rng.uniform(1, 30)}, {"name": "ａ"}):
        seen.add(backfire.Scenario.from_dict(document).reformed(change).fingerprint)
    assert len(seen) == 4


def test_a_document_comes_back_as_it_was_written() -> None:
    text = SHIPPED.to_json()
    assert backfire.loads(text).to_json() == text
    document = SHIPPED.to_dict()
    document["x-remark"] = {"one": 1, "one_point": 1.0, "big": 2**60, "tiny": 5e-300}
    again = backfire.Scenario.from_dict(document)
    assert again.to_dict() == document
    assert json.dumps(again.to_dict()) == json.dumps(document)
    again.to_dict()["name"] = "changed"
    assert again.name == "corrective-callbacks"


def test_the_answer_carries_no_trace_of_remarks_or_order() -> None:
    other = backfire.Scenario.from_dict(variant(SHIPPED.to_dict(), random.Random(1)))
    one, two = backfire.solve(SHIPPED), backfire.solve(other)
    keys = ("segment", "condition", "party")
    rows = [{tuple(r[k] for k in keys): r["money"] for r in s.values} for s in (one, two)]
    assert rows[0] == rows[1]


# --------------------------------------------------------------------------------------------------------- diff
def test_diff_names_path_kind_values_and_units() -> None:
    other = SHIPPED.reformed(
        {
            "rules.callback_deduction.pay": -1,
            "rules.aht_bonus.steps.1.1": 50,
            "values.customer.repeat_contact": -7,
            "situations.enquiry.actions.look_up.moves.handle_time.mean": 300,
            "situations.enquiry.actions.look_up.effort.base": 1,
            "remove": ["kpis.repair_rate"],
            "add": {"rules.tip": {"each": "mistake_noticed.call_back", "pay": 1}},
            "policy.units.points": 9,
            "rules.aht_bonus.steps.1.0": 310,
            "situations.enquiry.actions.look_up.moves.handle_time.cv": 0.7,
            "values.organisation.payouts": -0.9,
            "period.days": 20,
        }
    )
    rows = {row["path"]: row for row in backfire.diff(SHIPPED, other)}
    assert backfire.diff(SHIPPED, other).columns == ["path", "kind", "before", "after", "unit"]

    def said(path: str) -> tuple[str, str, str, str]:
        return tuple(rows[path][c] for c in ("kind", "before", "after", "unit"))

    assert said("rules.callback_deduction.pay") == ("changed", "-2", "-1", "points")
    assert said("rules.aht_bonus.steps.1.1") == ("changed", "0", "50", "CNY")
    assert said("values.customer.repeat_contact") == ("changed", "-6", "-7", "CNY/1")
    assert said("situations.enquiry.actions.look_up.moves.handle_time.mean") == ("changed", "360", "300", "s")
    assert said("situations.enquiry.actions.look_up.effort.base") == ("changed", "1.2", "1", "CNY")
    assert said("units.points") == ("changed", "8", "9", "CNY")
    assert said("rules.aht_bonus.steps.1.0") == ("changed", "300", "310", "s")
    assert said("situations.enquiry.actions.look_up.moves.handle_time.cv") == ("changed", "0.8", "0.7", "1")
    assert said("values.organisation.payouts") == ("changed", "-1", "-0.9", "1")
    assert said("period.days") == ("changed", "22", "20", "")
    assert rows["kpis.repair_rate"]["kind"] == "removed"
    assert rows["kpis.repair_rate"]["after"] == ""
    assert said("rules.tip") == ("added", "", '{"each": "mistake_noticed.call_back", "pay": 1}', "")
    assert len(rows) == 12


#: A document with every kind of number that has a unit, and some that have none.
MEASURED = backfire.Scenario.from_dict(
    {
        "backfire": 1,
        "currency": "EUR",
        "period": {"hours": {"base": 100, "x": 5}, "time": "talk"},
        "measures": {"talk": {"unit": "min", "period_cv": 0.1}, "sale": {"unit": "1"}, "wait": {"unit": "s"}},
        "values": {"organisation": {"talk": -1, "sale": 9, "payouts": -1}, "customer": {"wait": -0.1}},
        "conditions": {"effort": {"share": 1, "x": 0}},
        "situations": {
            "effort": {
                "share": {"base": 1, "x": 0.1},
                "noise": 2,
                "actions": {
                    "moves": {
                        "effort": {"base": 1, "x": 0.5},
                        "habit": 2,
                        "moves": {
                            "talk": {"mean": {"base": 3, "x": 1}, "sd": 0.5},
                            "wait": {"base": 9, "x": 1},
                        },
                        "outcomes": {
                            "sold": {"chance": {"base": 0, "link": "logit"}, "moves": {"sale": 1}},
                            "not": {"chance": "rest", "moves": {"talk": {"mean": 1, "cv": 0.2}}},
                        },
                    },
                    "bent": {"effort": {"base": 0, "x": 1, "link": "log"}, "moves": {"talk": 2}},
                },
            },
            "later": {"outcomes": {"noise": {"chance": 1, "moves": {"wait": 30}}}},
        },
        "workforce": {
            "agents": 10,
            "traits": {"noise": {"mean": 2, "sd": 0.1, "shape": "normal"}, "care": 0.5, "y": 1},
            "segments": {"noise": {"share": 1, "traits": {"noise": 3}}},
        },
        "policy": {
            "monitors": {"qa": {"samples": 5}},
            "kpis": {
                "slow": {"mean": "talk"},
                "ratio": {"ratio": ["wait", "talk"]},
                "share": {"share": "effort.moves", "scale": 100},
                "score": {"mean": "sale", "unit": "marks"},
            },
            "rules": {
                "each": {"each": "effort.moves", "pay": 1},
                "scored": {"each": "effort.bent", "pay": 1, "unit": "points", "seen_by": "qa"},
                "per": {"per": "talk", "pay": 0.1},
                "per_sale": {"per": "sale", "pay": 2, "unit": "points"},
                "steps": {"kpi": "slow", "steps": [[None, 0], [3, 5]]},
                "curve": {"kpi": "ratio", "curve": [[0, 0], [3, 5]], "unit": "points"},
                "tiers": {"kpi": "slow", "tiers": [[3, -5]]},
                "tiers_of_share": {"kpi": "share", "tiers": [[3, -5]], "unit": "points"},
                "of_score": {"kpi": "score", "steps": [[3, -5]]},
            },
            "units": {"points": 8},
        },
    }
)
MOVES = "situations.effort.actions.moves"


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("rules.each.pay", "EUR"),
        ("policy.rules.each.pay", "EUR"),
        ("rules.scored.pay", "points"),
        ("rules.per.pay", "EUR/min"),
        ("rules.per_sale.pay", "points/1"),
        ("rules.steps.steps.0.1", "EUR"),
        ("rules.steps.steps.1.0", "min"),
        ("rules.curve.curve.1.0", "s/min"),
        ("rules.curve.curve.1.1", "points"),
        ("rules.tiers.tiers.0.0", "min"),
        ("rules.tiers.tiers.0.1", "EUR/min"),
        ("rules.tiers_of_share.tiers.0.0", "1"),
        ("policy.rules.tiers_of_share.tiers.0.1", "points/1"),
        ("rules.of_score.steps.0.0", "marks"),
        ("rules.of_score.steps", ""),
        ("rules.of_score", ""),
        ("units.points", "EUR"),
        ("values.organisation.talk", "EUR/min"),
        ("values.organisation.sale", "EUR/1"),
        ("values.organisation.payouts", "1"),
        ("values.customer.wait", "EUR/s"),
        ("values.customer", ""),
        (f"{MOVES}.effort.base", "EUR"),
        (f"{MOVES}.effort.x", "EUR"),
        ("situations.effort.actions.bent.effort.base", ""),
        ("situations.effort.actions.bent.effort.link", ""),
        ("situations.effort.actions.bent.moves.talk", "min"),
        (f"{MOVES}.moves.talk.mean.base", "min"),
        (f"{MOVES}.moves.talk.mean.x", "min"),
        (f"{MOVES}.moves.talk.sd", "min"),
        (f"{MOVES}.moves.wait.base", "s"),
        (f"{MOVES}.outcomes.sold.moves.sale", "1"),
        (f"{MOVES}.outcomes.not.moves.talk.mean", "min"),
        (f"{MOVES}.outcomes.not.moves.talk.cv", "1"),
        ("situations.later.outcomes.noise.moves.wait", "s"),
        (f"{MOVES}.outcomes.sold.chance.base", ""),
        (f"{MOVES}.habit", ""),
        ("situations.effort.share.base", ""),
        ("situations.effort.noise", ""),
        ("conditions.effort.x", ""),
        ("conditions.effort.share", ""),
        ("workforce.traits.noise.mean", "EUR"),
        ("workforce.traits.noise.sd", "EUR"),
        ("workforce.traits.noise.shape", ""),
        ("workforce.segments.noise.traits.noise", "EUR"),
        ("workforce.segments.noise.share", ""),
        ("workforce.traits.care", ""),
        ("workforce.agents", ""),
        ("period.hours.base", "h"),
        ("period.time", ""),
        ("measures.talk.period_cv", ""),
        ("monitors.qa.samples", ""),
        ("kpis.share.scale", ""),
        ("rules.unheard_of.pay", ""),
        ("rules", ""),
        ("", ""),
    ],
)
def test_every_kind_of_number_has_its_unit(path: str, unit: str) -> None:
    assert MEASURED._core.unit_at(path) == unit


def test_a_difference_has_the_unit_of_its_place() -> None:
    other = MEASURED.reformed(
        {
            "rules.tiers.tiers.0.1": -6,
            "period.hours.base": 90,
            "remove": ["rules.per"],
            "situations.effort.actions.bent.effort.base": 1,
            "workforce.segments.noise.traits.noise": 4,
        }
    )
    assert {row["path"]: row["unit"] for row in backfire.diff(MEASURED, other)} == {
        "rules.tiers.tiers.0.1": "EUR/min",
        "period.hours.base": "h",
        "rules.per": "",
        "situations.effort.actions.bent.effort.base": "",
        "workforce.segments.noise.traits.noise": "EUR",
    }


def test_diff_of_a_scenario_and_itself_is_empty_and_both_ways_mirror() -> None:
    assert len(backfire.diff(SHIPPED, backfire.loads(SHIPPED.to_json()))) == 0
    other = SHIPPED.reformed({"remove": ["rules.error_deduction"], "period.days": 20})
    there, back = backfire.diff(SHIPPED, other).to_dicts(), backfire.diff(other, SHIPPED).to_dicts()
    assert {(r["path"], r["before"], r["after"]) for r in there} == {
        (r["path"], r["after"], r["before"]) for r in back
    }


@pytest.mark.parametrize("seed", range(20))
def test_what_diff_names_is_a_reform_that_leads_there(seed: int) -> None:
    one = backfire.Scenario.from_dict(random_scenarios.random_scenario(seed))
    rng = random.Random(seed)
    document = one.to_dict()
    rule = rng.choice(list(document["policy"]["rules"])) if document["policy"].get("rules") else None
    two = one.reformed({"period.days": 3, **({"scale": {f"rules.{rule}": 2}} if rule else {})})
    edits = {r["path"]: json.loads(r["after"]) for r in backfire.diff(one, two) if r["after"]}
    assert one.reformed(edits) == two


def test_a_misspelt_path_makes_nothing_new() -> None:
    for path in ("measures.handel_time.unit", "conditions.nigt.load", "rules.callback_deducton.pay"):
        with pytest.raises(backfire.ScenarioError) as caught:
            SHIPPED.reformed({path: 1})
        assert [d.code for d in caught.value.diagnostics] == ["reform_path"]
        assert "did you mean" in caught.value.diagnostics[0].hint


def test_errors_and_warnings_travel_between_processes() -> None:
    """A pool of workers hands back what was wrong, not a complaint about pickling."""
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.loads('{"backfire": 1,\n "nmae": "x"}')
    there = pickle.loads(pickle.dumps(caught.value))
    assert str(there) == str(caught.value) != ""
    document = SHIPPED.to_dict()
    document["measures"]["idle"] = {"unit": "s"}
    warnings = backfire.Scenario.from_dict(document).diagnostics
    assert {d.severity for d in warnings} == {"warning"}
    fields = ("code", "severity", "message", "pointer", "line", "column", "hint", "file")
    for before, after in zip(
        (*caught.value.diagnostics, *warnings),
        (*there.diagnostics, *pickle.loads(pickle.dumps(warnings))),
        strict=True,
    ):
        assert [getattr(after, f) for f in fields] == [getattr(before, f) for f in fields]
