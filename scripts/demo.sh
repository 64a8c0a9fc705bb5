#!/usr/bin/env bash
# Answers the corrective-callbacks question on a workplace measured from a real call log, with the built package.
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python - <<'PYTHON'
import backfire

scenario = backfire.scenario("anonymous-bank")
families = backfire.families(scenario)
print(scenario.to_dict()["description"]["en"], end="\n\n")
reforms = families["neutral"]["reforms"] | families["rewarded"]["reforms"]
print(backfire.compare(scenario, reforms))
PYTHON
