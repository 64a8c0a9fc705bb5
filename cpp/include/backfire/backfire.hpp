/// backfire: what will people do under this set of KPIs, rewards and deductions, and what will it cost?
///
/// Example: `auto s = backfire::scenario("corrective-callbacks"); auto answer = backfire::solve(s);`
#pragma once

#include <backfire/analysis/break_even.hpp>
#include <backfire/analysis/compare.hpp>
#include <backfire/analysis/explain.hpp>
#include <backfire/core/diagnostic.hpp>
#include <backfire/core/nearest.hpp>
#include <backfire/core/node.hpp>
#include <backfire/core/progress.hpp>
#include <backfire/core/table.hpp>
#include <backfire/equilibrium/solve.hpp>
#include <backfire/io/files.hpp>
#include <backfire/io/json.hpp>
#include <backfire/model/model.hpp>
#include <backfire/model/policy.hpp>
#include <backfire/model/reform.hpp>
#include <backfire/model/schema.hpp>
#include <backfire/model/work.hpp>
#include <backfire/response/respond.hpp>
#include <backfire/response/scenario.hpp>
#include <backfire/structure/graph.hpp>
