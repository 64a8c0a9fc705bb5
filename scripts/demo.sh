#!/usr/bin/env bash
# Answers the corrective-callbacks question on a workplace measured from a real call log, with the built package.
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python - <<'PYTHON'
import sys

import backfire

scenario = backfire.scenario("anonymous-bank")
families = backfire.families(scenario)
print(scenario.to_dict()["description"]["en"], end="\n\n")
reforms = families["neutral"]["reforms"] | families["rewarded"]["reforms"]
bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
print(f"{bold}Working out what people would do as the rules stand and under {len(reforms)} changes of them{plain}", flush=True)
print(backfire.compare(scenario, reforms, progress=sys.stderr.isatty()))
PYTHON
