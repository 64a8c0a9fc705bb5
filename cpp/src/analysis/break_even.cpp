// One number of the document, solved for many of its values; where the document breaks, the whole of it is said at once.
#include <backfire/analysis/break_even.hpp>

#include "analysis/crossings.hpp"
#include "core/nearest.hpp"
#include "core/pulse.hpp"
#include "model/paths.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

namespace backfire {
namespace {

/// Solves of the first look at a range.
constexpr int kFirstLook = 32;

std::string rounded(double x) {
    std::array<char, 32> text{};
    char* const end = std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::general, 6).ptr;
    return {text.data(), end};
}

/// Keys below a place that hold numbers, as paths.
std::vector<std::string> numbers_below(const Node& node, const std::string& path) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < node.size() && node.is_object(); ++i) {
        if (node.items()[i]->is_number()) found.push_back(path + "." + node.keys()[i]);
    }
    return found;
}

/// A caller's progress over a number of solves that is not known beforehand.
class Solves {
public:
    explicit Solves(const Progress& progress) : progress_(progress) {}
    [[nodiscard]] Progress next() {
        done_ += 1;
        if (!progress_) return {};
        const double before = share(done_ - 1);
        const double after = share(done_);
        return [this, before, after](double part) { return progress_(before + part * (after - before)); };
    }
    void finish() const {
        if (progress_ && !progress_(1)) throw Interrupted("stopped before the answer was complete");
    }
    /// For what is done around a solve.
    [[nodiscard]] Progress held() const { return held_at(progress_, share(done_)); }
    /// Between solves, which are too short to tell by themselves.
    void tell() const {
        if (progress_ && !progress_(share(done_))) throw Interrupted("stopped before the answer was complete");
    }

private:
    /// Grows with every solve and never reaches 1: half is done after as many as are usual.
    [[nodiscard]] static double share(int solves) { return solves / (solves + 80.0); }
    const Progress& progress_;
    int done_ = 0;
};

/// The scenario with one number changed.
class Dial {
public:
    Dial(const Scenario& scenario, std::string_view path, const Solves& solves)
        : scenario_(scenario), path_(path), solves_(solves) {}

    [[nodiscard]] Scenario at(double x) const {
        const auto keys = [](std::string key) {
            return std::make_shared<const Keys>(std::vector<std::string>{std::move(key)});
        };
        const NodePtr edit = Node::object(keys(path_), {Node::number(x == 0 ? 0 : x)});
        return scenario_.reformed(Reform(Node::object(keys("replace"), {edit})), solves_.held());
    }
    [[nodiscard]] std::optional<std::vector<Diagnostic>> problems(double x) const {
        try {
            (void)at(x);
            return std::nullopt;
        } catch (const ScenarioError& error) {
            return error.diagnostics();
        }
    }

private:
    const Scenario& scenario_;
    std::string path_;
    const Solves& solves_;
};

/// Reports every part of the range in which the document is broken.
void check_range(const Dial& dial, const std::vector<double>& grid) {
    std::vector<std::optional<std::vector<Diagnostic>>> found;
    for (const double x : grid) found.push_back(dial.problems(x));
    const auto edge = [&](double sound, double broken) {
        while (std::abs(broken - sound) > 1e-9 * (grid.back() - grid.front())) {
            const double middle = 0.5 * (sound + broken);
            (dial.problems(middle) ? broken : sound) = middle;
        }
        return broken;
    };
    // The bound itself may be sound or broken: 1 is a fine chance, 0 no number of contacts.
    const auto bound = [&](double x, const char* included, const char* excluded) {
        const double unit = 1e-7 * (grid.back() - grid.front());
        const double plain = std::round(x / unit) * unit + 0.0;  // no minus zero
        return (dial.problems(plain) ? included : excluded) + rounded(plain);
    };
    std::vector<Diagnostic> all;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        if (!found[i]) continue;
        std::size_t last = i;
        while (last + 1 < grid.size() && found[last + 1]) ++last;
        const bool starts = i > 0;
        const bool ends = last + 1 < grid.size();
        const double from = starts ? edge(grid[i - 1], grid[i]) : grid[i];
        const double to = ends ? edge(grid[last + 1], grid[last]) : grid[last];
        std::string where = "everywhere between " + rounded(from) + " and " + rounded(to);
        if (starts) where = bound(from, "from ", "beyond ") + (ends ? " and " : "");
        if (ends) where = (starts ? where : "") + bound(to, "up to ", "below ");
        const std::vector<double> ends_of_it = starts == ends ? std::vector{from, to}
                                               : starts       ? std::vector{from}
                                                              : std::vector{to};
        for (const double x : ends_of_it) {
            const auto broken = dial.problems(x);
            for (Diagnostic problem : *broken) {
                problem.message = "the document is broken " + where + ": " + problem.message;
                const bool told = std::ranges::any_of(all, [&](const Diagnostic& d) {
                    return d.code == problem.code && d.pointer == problem.pointer && d.message == problem.message;
                });
                if (!told) all.push_back(std::move(problem));
            }
        }
        i = last;
    }
    if (!all.empty()) throw ScenarioError(std::move(all));
}

/// What is wrong with the question itself, all at once.
double check_question(const Scenario& scenario, std::string_view path, std::pair<double, double> between) {
    std::vector<Diagnostic> problems;
    const Node& document = *scenario.document();
    const std::vector<std::string> parts = split_path(document, path);
    const Node* node = find_parts(document, parts);
    const std::string pointer = pointer_of(parts);
    if (node == nullptr) {
        problems.push_back({"reform_path", Severity::Error, "the document has nothing at '" + std::string(path) + "'",
                            pointer, 0, 0, nearest_path(document, path)});
    } else if (!node->is_number()) {
        const std::string below = list_some(numbers_below(*node, std::string(path)));
        problems.push_back(
            {"wrong_type", Severity::Error,
             "break_even varies a number, and '" + std::string(path) + "' is " + std::string(describe(node->kind())),
             pointer, 0, 0, below.empty() ? "name a number of the document" : "numbers there: " + below});
    }
    const auto [low, high] = between;
    if (!std::isfinite(low) || !std::isfinite(high) || !(low < high)) {
        problems.push_back(
            {"out_of_range", Severity::Error,
             "a range runs from a lower to a higher number, got " + rounded(low) + " and " + rounded(high), pointer, 0,
             0, low > high ? "swap them" : "give two numbers, the lower first"});
    }
    if (!problems.empty() || node == nullptr) throw ScenarioError(std::move(problems));
    return node->number_value();
}

template <class Things>
std::string unit_of(const Things& things, std::string_view id) {
    const auto it = std::ranges::find_if(things, [&](const auto& thing) { return thing.id == id; });
    return it == things.end() ? "1" : it->unit;
}

std::string figure_unit(const Model& model, std::string_view figure) {
    const std::string_view named = figure.substr(0, figure.find('@'));
    const std::string_view table = named.substr(0, named.find('.'));
    const std::string_view key = named.substr(std::min(named.size(), table.size() + 1));
    if (table == "behaviour" || table == "visits") return "1";
    if (table == "measures") return unit_of(model.work->measures, key);
    if (table == "kpis") return unit_of(model.policy->kpis, key);
    return model.work->currency;
}

/// The scenario as it stands, and its solution where somebody has solved it already.
struct Today {
    explicit Today(const Scenario& s) : scenario(s) {}
    explicit Today(const Solution& s) : scenario(s.scenario()), solved(&s) {}

    const Scenario& scenario;
    const Solution* solved = nullptr;

    [[nodiscard]] double value(std::string_view figure, Solves& solves) const {
        if (solved != nullptr) return solved->value(figure, solves.held());
        return solve(scenario, solves.next()).value(figure, solves.held());
    }
};

/// What the figure is held against, and what it is as the scenario stands, where that is known already.
struct Level {
    double target = 0;
    std::optional<double> today;
};

Level level_of(const Today& now, std::string_view figure, double target, Solves& solves) {
    if (!std::isfinite(target))
        throw ScenarioError({{"out_of_range", Severity::Error, "a target is a finite number", "", 0, 0, {}}});
    return {target, now.value(figure, solves)};  // a misspelt figure is told before a range that breaks the document
}

Level level_of(const Today& now, std::string_view figure, const Reform& against, Solves& solves) {
    const Scenario reformed = now.scenario.reformed(against, solves.held());
    if (reformed == now.scenario) {
        const double value = now.value(figure, solves);
        return {value, value};
    }
    return {solve(reformed, solves.next()).value(figure, solves.held()), std::nullopt};
}

/// @param against a number or a reform
template <class Against>
BreakEven answer(const Today& as_it_stands, std::string_view path, std::string_view figure,
                 std::pair<double, double> between, const Against& against, const Progress& progress) {
    const Scenario& scenario = as_it_stands.scenario;
    const double now = check_question(scenario, path, between);
    const auto [low, high] = between;
    std::vector<double> grid;
    for (int i = 0; i <= kFirstLook; ++i)
        grid.push_back(i == kFirstLook ? high : low + (high - low) * i / static_cast<double>(kFirstLook));
    if (now > low && now < high && std::ranges::find(grid, now) == grid.end()) grid.push_back(now);
    std::ranges::sort(grid);
    Solves solves(progress);
    const Dial dial(scenario, path, solves);
    const auto [level, today] = level_of(as_it_stands, figure, against, solves);
    if (std::isnan(level)) {
        throw ScenarioError(
            {{"wrong_value", Severity::Error, "there is no value of '" + std::string(figure) + "' to compare with", "",
              0, 0, "a ratio whose denominator is 0 has none"}});
    }
    check_range(dial, grid);
    Crossings crossings(
        [&](double x) {
            const double y = [&] {
                try {
                    return solve(dial.at(x), solves.next()).value(figure, solves.held());
                } catch (ScenarioError& error) {
                    std::vector<Diagnostic> problems = error.diagnostics();
                    for (Diagnostic& d : problems)
                        d.message = "the document is broken at " + rounded(x) + ": " + d.message;
                    throw ScenarioError(std::move(problems));
                }
            }();
            solves.tell();
            return y;
        },
        low, high, level);
    if (today && now >= low && now <= high) crossings.know(now, *today);
    crossings.run(grid);
    solves.finish();
    return {.path = std::string(path),
            .figure = std::string(figure),
            .unit = figure_unit(scenario.model(), figure),
            .low = low,
            .high = high,
            .target = level,
            .now = now,
            .points = crossings.points(),
            .stretches = crossings.stretches(),
            .curve = crossings.table()};
}

}  // namespace

BreakEven break_even(const Scenario& scenario, std::string_view path, std::string_view figure,
                     std::pair<double, double> between, double target, const Progress& progress) {
    return answer(Today(scenario), path, figure, between, target, progress);
}

BreakEven break_even(const Scenario& scenario, std::string_view path, std::string_view figure,
                     std::pair<double, double> between, const Reform& against, const Progress& progress) {
    return answer(Today(scenario), path, figure, between, against, progress);
}

BreakEven break_even(const Solution& baseline, std::string_view path, std::string_view figure,
                     std::pair<double, double> between, double target, const Progress& progress) {
    return answer(Today(baseline), path, figure, between, target, progress);
}

BreakEven break_even(const Solution& baseline, std::string_view path, std::string_view figure,
                     std::pair<double, double> between, const Reform& against, const Progress& progress) {
    return answer(Today(baseline), path, figure, between, against, progress);
}

}  // namespace backfire
