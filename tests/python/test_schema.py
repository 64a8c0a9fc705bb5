"""The JSON Schema: valid itself, and of one mind with validation about keys, kinds and names."""

import json
import random
from typing import Any

import jsonschema
import pytest

import backfire
import mutations
import random_scenarios
import small_scenarios

SCHEMA = json.loads(backfire.schema())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SHIPPED = [row["name"] for row in backfire.scenarios()]
GOOD = [
    *(backfire.scenario(name).to_dict() for name in SHIPPED),
    *(random_scenarios.random_scenario(seed) for seed in range(40)),
    *(small_scenarios.small_scenario(seed) for seed in range(10)),
]
#: Codes for what a schema can see: keys, kinds, words, names. Ranges and references are beyond it.
OF_SHAPE = {"unknown_key", "wrong_type", "wrong_value", "bad_id", "reserved_id", "version", "not_supported"}


def problems_of(document: Any) -> list[backfire.Diagnostic]:
    try:
        backfire.Scenario.from_dict(document)
    except backfire.ScenarioError as error:
        return [d for d in error.diagnostics if d.severity == "error"]
    return []


def test_the_schema_is_valid_by_its_own_metaschema() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("index", range(len(GOOD)))
def test_good_documents_fit_the_schema(index: int) -> None:
    VALIDATOR.validate(GOOD[index])


@pytest.mark.parametrize("hundred", range(10))
def test_schema_and_validation_agree_on_mutants(hundred: int) -> None:
    """What the schema refuses validation refuses; what has the wrong shape for validation has it for the schema."""
    for seed in range(100 * hundred, 100 * hundred + 100):
        rng = random.Random(seed)
        document = mutations.mutate(rng.choice(GOOD), rng)
        problems = problems_of(document)
        codes = {d.code for d in problems}
        if codes & {"too_deep", "number_range", "file_reference"}:
            continue  # what Python's validator cannot walk or hold, and what only a folder can say
        if not VALIDATOR.is_valid(document):
            assert problems, f"seed {seed}: {next(VALIDATOR.iter_errors(document)).message[:300]}"
        elif codes & OF_SHAPE:
            raise AssertionError(f"seed {seed}: the schema takes what validation refuses: {problems}")


def definitions() -> list[tuple[str, dict[str, Any]]]:
    """Every object of the schema with its fixed keys."""
    return [(name, d) for name, d in SCHEMA["$defs"].items() if "properties" in d]


#: Where each object of the schema stands in the shipped scenario.
PLACES = {
    "scenario": [], "period": ["period"], "measure": ["measures", "handle_time"], "values": ["values"],
    "organisation_values": ["values", "organisation"], "customer_values": ["values", "customer"],
    "condition": ["conditions", "day"], "situation": ["situations", "enquiry"],
    "action": ["situations", "enquiry", "actions", "look_up"],
    "outcome": ["situations", "left_wrong", "outcomes", "calls_again"], "workforce": ["workforce"],
    "segment": ["workforce", "segments", "novice"], "policy": ["policy"], "monitor": ["policy", "monitors", "qa"],
    "kpi": ["policy", "kpis", "aht"], "rule": ["policy", "rules", "aht_bonus"],
    "evidence": ["evidence", "period.contacts"],
}  # fmt: skip


def at(document: Any, way: list[str]) -> Any:
    for part in way:
        document = document[part]
    return document


def test_every_object_of_the_schema_has_a_place_here() -> None:
    assert {name for name, _ in definitions()} <= set(PLACES)


@pytest.mark.parametrize(("name", "definition"), definitions())
def test_every_key_of_the_schema_is_known_to_validation_and_no_other(
    name: str, definition: dict[str, Any]
) -> None:
    for key in [*definition["properties"], "x-remark", "nonsense", "atcions", "__proto__", "stocks"]:
        document = backfire.scenario("corrective-callbacks").to_dict()
        at(document, PLACES[name])[key] = {"nobody": ["would", "write this"]}
        pointer = "/" + "/".join([*PLACES[name], key])
        codes = {d.code for d in problems_of(document) if d.pointer == pointer}
        known = (
            key in definition["properties"] or key == "x-remark" or len(definition["patternProperties"]) > 1
        )
        assert ("unknown_key" not in codes and "not_supported" not in codes) == known, (key, codes)


def test_every_key_and_its_meaning_are_described() -> None:
    for _, definition in definitions():
        for shape in definition["properties"].values():
            assert len(shape["description"]) > 5


@pytest.mark.parametrize(
    "name",
    ["a", "中文", "Ünïcode_1-x", "９", "a b", "a.b", "a/b", "~", "", "，", "“x”", "x-y", "rest", "all", "é" * 100, "é" * 101,
     "😀", "\u202e", "a\n", "-", "_", "１２", "·", "ª", "\ue000", "a\u0301"],
)  # fmt: skip
def test_schema_and_validation_agree_on_names(name: str) -> None:
    document = backfire.scenario("corrective-callbacks").to_dict()
    document["measures"][name] = {"unit": 5} if name.startswith("x-") else {}
    refused = bool(problems_of(document))
    if name == "é" * 101:
        assert refused  # 202 bytes: a schema counts characters
    else:
        assert VALIDATOR.is_valid(document) != refused
