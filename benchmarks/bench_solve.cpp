// The commit solve of a thousand agent types after a one-parameter edit, the passes it is made of, and reforms of a long document.
#include "equilibrium/first_walk.hpp"
#include "equilibrium/newton.hpp"
#include "equilibrium/scan.hpp"
#include "equilibrium/search.hpp"
#include "equilibrium/tile_evaluation.hpp"
#include "response/parts.hpp"

#include <backfire/equilibrium/solve.hpp>

#include <benchmark/benchmark.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace {

using namespace backfire;

/// A scenario made by benchmarks/workload.py.
const Scenario& made(const char* file) {
    static std::map<std::string, Scenario> known;
    const auto it = known.find(file);
    if (it != known.end()) return it->second;
    std::ifstream in(std::string(BACKFIRE_WORKLOADS) + "/" + file);
    std::ostringstream text;
    text << in.rdbuf();
    return known.emplace(file, loads(text.str())).first->second;
}

/// The one-parameter edit.
Reform setting(const std::string& path, double number) {
    return Reform::assignment(path + "=" + std::to_string(number));
}

void solve_after_edit(benchmark::State& state, const std::string& path, double from) {
    const Scenario& scenario = made("large.json");
    (void)solve(scenario);
    int edit = 0;
    for (auto _ : state) {
        ++edit;
        benchmark::DoNotOptimize(solve(scenario, setting(path, from * (1 + 1e-3 * (edit % 50)))));
    }
}
BENCHMARK_CAPTURE(solve_after_edit, kpi_rule, std::string("rules.aht_bonus.steps.0.1"), 330.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(solve_after_edit, event_rule, std::string("rules.event_05.pay"), -1.5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(solve_after_edit, effort, std::string("situations.s03.actions.a1.effort.base"), 2.0)
    ->Unit(benchmark::kMillisecond);

void tables_after_solve(benchmark::State& state) {
    const Scenario& scenario = made("large.json");
    for (auto _ : state) {
        state.PauseTiming();
        const Solution solution = solve(scenario);
        state.ResumeTiming();
        benchmark::DoNotOptimize(solution.behaviour());
    }
}
BENCHMARK(tables_after_solve)->Unit(benchmark::kMillisecond);

void fill_tile_numbers(benchmark::State& state) {
    const Scenario& scenario = made("large.json");
    const PeriodTask task(scenario.parts().plan, scenario.model().policy, scenario.model().values);
    for (auto _ : state) benchmark::DoNotOptimize(TileEvaluation(task, 3));
}
BENCHMARK(fill_tile_numbers)->Unit(benchmark::kMicrosecond);

void one_pass(benchmark::State& state, bool slopes) {
    const Scenario& scenario = made("large.json");
    const PeriodTask task(scenario.parts().plan, scenario.model().policy, scenario.model().values);
    TileEvaluation tile(task, 3);
    for (int l = 0; l < tile.agents(); ++l)
        tile.set_prices(l, std::vector<double>(static_cast<std::size_t>(task.priced), 1e-3));
    for (auto _ : state) {
        tile.pass(slopes);
        benchmark::DoNotOptimize(tile.room().mean.front());
    }
}
BENCHMARK_CAPTURE(one_pass, moments, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_pass, moments_and_slopes, true)->Unit(benchmark::kMicrosecond);

void jacobian_of_the_map(benchmark::State& state) {
    const Scenario& scenario = made("large.json");
    const PeriodTask task(scenario.parts().plan, scenario.model().policy, scenario.model().values);
    TileEvaluation tile(task, 3);
    tile.pass_at(LaneList(static_cast<std::size_t>(task.priced), all_lanes(1e-3)));
    tile.follow_lanes();
    for (auto _ : state) {
        tile.jacobian();
        benchmark::DoNotOptimize(tile.room().jacobian.front());
    }
}
BENCHMARK(jacobian_of_the_map)->Unit(benchmark::kMicrosecond);

void follow_side_by_side(benchmark::State& state) {
    const Scenario& scenario = made("large.json");
    const PeriodTask task(scenario.parts().plan, scenario.model().policy, scenario.model().values);
    TileEvaluation tile(task, 3);
    tile.pass_at(LaneList(static_cast<std::size_t>(task.priced), all_lanes(0.0)));
    for (auto _ : state) {
        tile.follow_lanes();
        benchmark::DoNotOptimize(tile.reply().next.front());
    }
}
BENCHMARK(follow_side_by_side)->Unit(benchmark::kMicrosecond);

void follow_eight_agents(benchmark::State& state) {
    const Scenario& scenario = made("large.json");
    const PeriodTask task(scenario.parts().plan, scenario.model().policy, scenario.model().values);
    TileEvaluation tile(task, 3);
    const std::vector<double> none(static_cast<std::size_t>(task.priced), 0.0);
    for (int l = 0; l < tile.agents(); ++l) tile.set_prices(l, none);
    tile.pass();
    Answer answer;
    for (auto _ : state) {
        for (int l = 0; l < tile.agents(); ++l) tile.answer(l, none, answer);
        benchmark::DoNotOptimize(answer.objective);
    }
}
BENCHMARK(follow_eight_agents)->Unit(benchmark::kMicrosecond);

void first_walk_of_eight(benchmark::State& state) {
    const Scenario& scenario = made("large.json");
    const PeriodTask task(scenario.parts().plan, scenario.model().policy, scenario.model().values);
    TileEvaluation tile(task, 3);
    int before = 0;
    for (auto _ : state) {
        before = tile.passes();
        Walks walks(task, tile);
        benchmark::DoNotOptimize(first_walk(task, tile, walks));
    }
    state.counters["passes"] = tile.passes() - before;
}
BENCHMARK(first_walk_of_eight)->Unit(benchmark::kMicrosecond);

void search_one_tile(benchmark::State& state, const char* file) {
    const Scenario& scenario = made(file);
    const PeriodTask task(scenario.parts().plan, scenario.model().policy, scenario.model().values);
    int passes = 0;
    int tiles = 0;
    for (auto _ : state) {
        TileEvaluation tile(task, tiles++ % task.plan->tiles());
        benchmark::DoNotOptimize(newton_tile(task, tile));
        passes += tile.passes();
    }
    state.counters["passes"] = static_cast<double>(passes) / tiles;
}
BENCHMARK_CAPTURE(search_one_tile, large, "large.json")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search_one_tile, steep, "steep.json")->Unit(benchmark::kMicrosecond);

void scan_one_tile(benchmark::State& state) {
    const Scenario shipped = scenario("corrective-callbacks");
    const PeriodTask task(shipped.parts().plan, shipped.model().policy, shipped.model().values);
    int passes = 0;
    int tiles = 0;
    for (auto _ : state) {
        TileEvaluation tile(task, tiles++ % task.plan->tiles());
        benchmark::DoNotOptimize(scan_tile(task, tile));
        passes += tile.passes();
    }
    state.counters["passes"] = static_cast<double>(passes) / tiles;
}
BENCHMARK(scan_one_tile)->Unit(benchmark::kMicrosecond);

void fill_one_tile(benchmark::State& state) {
    const Scenario shipped = scenario("corrective-callbacks");
    const PeriodTask task(shipped.parts().plan, shipped.model().policy, shipped.model().values);
    int tiles = 0;
    for (auto _ : state) {
        TileEvaluation tile(task, tiles++ % task.plan->tiles());
        benchmark::DoNotOptimize(tile.agents());
    }
}
BENCHMARK(fill_one_tile)->Unit(benchmark::kMicrosecond);

void reform_hundred_rules(benchmark::State& state) {
    const Scenario& scenario = made("hundred_rules.json");
    int edit = 0;
    for (auto _ : state) {
        ++edit;
        benchmark::DoNotOptimize(scenario.reformed(setting("rules.more_07.pay", -1 - 1e-3 * (edit % 50))));
    }
}
BENCHMARK(reform_hundred_rules)->Unit(benchmark::kMicrosecond);

}  // namespace
