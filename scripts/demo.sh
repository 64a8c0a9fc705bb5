#!/usr/bin/env bash
# Answers the corrective-callbacks question with the built package.
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/backfire compare corrective-callbacks --reform rules.callback_deduction.pay=0 --reform rules.callback_deduction.pay=2
