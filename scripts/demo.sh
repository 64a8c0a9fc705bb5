#!/usr/bin/env bash
# The question of the shipped real workplace, answered: what if calling customers back cost nothing?
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/backfire compare anonymous-bank --reform 'no deduction=disable: [rules.callback_deduction]'
