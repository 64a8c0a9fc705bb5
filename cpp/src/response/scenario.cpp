// Assembly: text to nodes, nodes to model, model to plan; every check has its say before anybody is told that a document is broken.
#include <backfire/response/scenario.hpp>

#include "core/nearest.hpp"
#include "io/embedded.hpp"
#include "model/decode.hpp"
#include "model/paths.hpp"
#include "model/problems.hpp"
#include "response/parts.hpp"
#include "structure/order.hpp"

#include <backfire/io/json.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace backfire {
namespace {

/// A situation that leads back to itself, named in full.
void report_loops(const Work& work, const Order& order, const Node& document, Problems& problems) {
    for (const std::vector<int>& loop : order.loops) {
        std::string text;
        for (const int s : loop) text += work.situations[static_cast<std::size_t>(s)].id + " → ";
        const std::string& first = work.situations[static_cast<std::size_t>(loop.front())].id;
        const Node* node = document.find("situations")->find(first);
        problems.error("cycle", "/situations/" + first, node->position(),
                       "these situations lead back to the first: " + text + first,
                       "a contact must end: let one of their outcomes open nothing");
    }
}

/// Whether nothing is broken in the situations but where outcomes lead: chances and ranges can be checked all the same.
bool situations_add_up(const Problems& problems) {
    return std::ranges::none_of(problems.list(), [](const Diagnostic& d) {
        const bool leads_nowhere = d.code == "unknown_name" && d.pointer.ends_with("/opens");
        return d.severity == Severity::Error && d.pointer.starts_with("/situations") && !leads_nowhere;
    });
}

void report_unreachable(const Work& work, const Node& document, Problems& problems) {
    std::vector<bool> opened(work.situations.size());
    for (const Situation& s : work.situations) {
        for (const Action& a : s.actions) {
            if (a.opens >= 0) opened[static_cast<std::size_t>(a.opens)] = true;
            for (const Outcome& o : a.outcomes) {
                if (o.opens >= 0) opened[static_cast<std::size_t>(o.opens)] = true;
            }
        }
    }
    for (std::size_t s = 0; s < work.situations.size(); ++s) {
        const Situation& situation = work.situations[s];
        if (opened[s] || situation.share.base != 0 || !situation.share.terms.empty() ||
            situation.share.link != Link::Identity)
            continue;
        const Node* node = document.find("situations")->find(situation.id);
        problems.warning("unused", "/situations/" + situation.id, node->position(),
                         "no contact begins in '" + situation.id + "' and nothing opens it");
    }
}

void check_shocks(const Work& work, const Node& document, Problems& problems) {
    if (work.shock != Shock::Normal) return;
    for (const Situation& s : work.situations) {
        if (!s.choice || s.actions.size() <= 2) continue;
        const Node* node = document.find("situations")->find(s.id);
        problems.error("shock_actions", "/situations/" + s.id + "/actions", node->find("actions")->position(),
                       "with 'shock: normal' a situation has at most two actions, '" + s.id + "' has " +
                           std::to_string(s.actions.size()),
                       "use shock: logit");
    }
}

/// A false alarm is found where no event was, which has no meaning for events that can happen twice in a contact.
void check_alarms(const Model& model, const Order& order, const Node& document, Problems& problems) {
    const Policy& policy = *model.policy;
    const auto alarms = [&](int monitor) {
        return monitor >= 0 && policy.monitors[static_cast<std::size_t>(monitor)].false_alarm > 0;
    };
    const auto report = [&](const char* map, const std::string& id, const std::string& what) {
        problems.error(
            "repeatable_event", std::string("/policy/") + map + "/" + id,
            document.find("policy")->find(map)->find(id)->position(),
            what +
                " counts events that can happen more than once in a contact, so its monitor may have no false alarms",
            "give it a monitor without 'false_alarm', or narrower events");
    };
    for (const auto& rule : policy.rules) {
        const EachEvent* each = std::get_if<EachEvent>(&rule->form);
        if (each != nullptr && alarms(rule->monitor) && most_occurrences(*model.work, order, each->events) > 1)
            report("rules", rule->id, "this rule");
    }
    for (const Kpi& kpi : policy.kpis) {
        const ShareOf* share = std::get_if<ShareOf>(&kpi.form);
        if (share != nullptr && alarms(kpi.monitor) && most_occurrences(*model.work, order, share->events) > 1)
            report("kpis", kpi.id, "this KPI");
    }
}

/// With hours, contacts are hours over the mean time: it must be positive whatever people do. The least each agent can bring about
/// is found backwards over the plan.
void check_time(const Plan& plan, const Node& document, Problems& problems, Pulse& pulse) {
    if (!plan.hours) return;
    const int time = plan.work->period.time;
    const Measure& measure = plan.work->measures[static_cast<std::size_t>(time)];
    const auto factor = [&](int moved) {
        if (!measure.derived) return moved == time ? 1.0 : 0.0;
        const auto it = std::ranges::find(measure.sum, moved, &std::pair<int, double>::first);
        return it == measure.sum.end() ? 0.0 : it->second;
    };
    const int agents = static_cast<int>(plan.agents.size());
    for (int agent = 0; agent < agents; ++agent) {
        pulse.beat();
        std::vector<double> least(plan.situations.size(), 0);
        const auto moved = [&](const std::vector<PlannedMove>& moves) {
            double sum = 0;
            for (const PlannedMove& move : moves) sum += factor(move.measure) * plan.of(agent, move.mean);
            return sum;
        };
        double total = 0;
        for (auto it = plan.order.topological.rbegin(); it != plan.order.topological.rend(); ++it) {
            const PlannedSituation& s = plan.situations[static_cast<std::size_t>(*it)];
            double best = std::numeric_limits<double>::infinity();
            for (int a = s.first_action; a < s.last_action; ++a) {
                const PlannedAction& action = plan.actions[static_cast<std::size_t>(a)];
                if (action.habit >= 0 && plan.of(agent, action.habit) == 0) continue;
                double sum = moved(action.moves);
                for (const PlannedOutcome& o : action.outcomes) {
                    sum += (o.certain ? 1.0 : plan.of(agent, o.chance)) *
                           (moved(o.moves) + (o.opens >= 0 ? least[static_cast<std::size_t>(o.opens)] : 0.0));
                }
                best = std::min(best, sum);
            }
            least[static_cast<std::size_t>(*it)] = best;
            total += plan.of(agent, s.share) * best;
        }
        if (total > 0) continue;
        const Agent& who = plan.agents[static_cast<std::size_t>(agent)];
        problems.error("out_of_range", "/period/time", document.find("period")->find("time")->position(),
                       "a contact may take " + shortest(total) + " of '" + measure.id + "' on average in segment '" +
                           plan.work->segments[static_cast<std::size_t>(who.segment)].id + "' under condition '" +
                           plan.work->conditions[static_cast<std::size_t>(who.condition)].id +
                           "'; it must be more than 0",
                       "give every way through a contact some time");
        return;
    }
}

/// Names the file of every problem whose place is not in the document's own text, and sorts them by place.
void settle(std::vector<Diagnostic>& problems, const std::vector<io::Part>& files) {
    for (Diagnostic& d : problems) {
        if (d.line > 0) d.file = io::file_of(files, d.pointer);
    }
    std::ranges::stable_sort(
        problems, {}, [](const Diagnostic& d) { return std::tuple(std::string_view(d.file), d.line, d.column); });
}

std::shared_ptr<const Scenario::Parts> assemble(const NodePtr& document, const Scenario::Parts* known,
                                                std::shared_ptr<const std::vector<io::Part>> files,
                                                const Progress& progress) {
    Pulse pulse(progress);
    Problems problems(&pulse);
    auto parts = std::make_shared<Scenario::Parts>();
    parts->files = std::move(files);
    parts->model = decode(document, known == nullptr ? nullptr : &known->model, problems);
    const bool same_work = known != nullptr && parts->model.work == known->model.work;
    if (same_work) {
        parts->plan = known->plan;
        const bool same_policy = parts->model.policy == known->model.policy;
        const bool same_values = parts->model.values == known->model.values;
        if (!same_policy) check_alarms(parts->model, parts->plan->order, *document, problems);
        // What was read anew has said again what there is to warn of.
        for (const Diagnostic& warning : known->warnings) {
            const bool policy = warning.pointer.starts_with("/policy");
            const bool values = warning.pointer.starts_with("/values");
            if (policy ? same_policy : !values || same_values) problems.add(warning);
        }
    } else if (document->is_object() && !problems.full() && situations_add_up(problems)) {
        // What opens nothing that exists says nothing of who can be reached, nor how long a contact takes.
        const bool whole = !problems.error_below("/situations");
        pulse.beat();
        Order order = evaluate_order(*parts->model.work);
        report_loops(*parts->model.work, order, *document, problems);
        if (whole) report_unreachable(*parts->model.work, *document, problems);
        check_shocks(*parts->model.work, *document, problems);
        if (order.loops.empty()) check_alarms(parts->model, order, *document, problems);
        const bool sound = order.loops.empty() && !problems.error_below("/workforce") &&
                           !problems.error_below("/conditions") && !problems.error_below("/measures") &&
                           !problems.error_below("/period") && document->find("workforce") != nullptr &&
                           document->find("period") != nullptr && !parts->model.work->situations.empty();
        if (sound) parts->plan = compile_plan(parts->model.work, std::move(order), *document, problems, pulse);
        if (whole && parts->plan != nullptr) check_time(*parts->plan, *document, problems, pulse);
    }
    if (problems.errors() > 0) {
        settle(problems.list(), *parts->files);
        throw ScenarioError(std::move(problems.list()));
    }
    settle(problems.list(), *parts->files);
    parts->warnings = std::move(problems.list());
    return parts;
}

}  // namespace

Scenario::Scenario(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

Scenario Scenario::from_document(NodePtr document, const Progress& progress) {
    return from_document(io::Document{.root = std::move(document), .parts = {}}, progress);
}
Scenario Scenario::from_document(io::Document document, const Progress& progress) {
    auto files = std::make_shared<const std::vector<io::Part>>(std::move(document.parts));
    return Scenario(assemble(document.root, nullptr, std::move(files), progress));
}

const NodePtr& Scenario::document() const { return parts_->model.document; }
const Model& Scenario::model() const { return parts_->model; }
std::string Scenario::to_json() const { return io::write_json(*document()); }
std::string Scenario::fingerprint() const { return io::sha256(io::canonical_json(*document())); }
const std::vector<Diagnostic>& Scenario::diagnostics() const { return parts_->warnings; }

Scenario Scenario::reformed(const Reform& reform, const Progress& progress) const {
    if (reform.empty()) return *this;
    std::vector<Diagnostic> problems;
    const NodePtr document = apply(parts_->model.document, reform, problems, held_at(progress, 0));
    if (!problems.empty()) throw ScenarioError(std::move(problems));
    if (document == parts_->model.document) return *this;
    return Scenario(assemble(document, parts_.get(), parts_->files, progress));
}

bool operator==(const Scenario& a, const Scenario& b) {
    return a.parts_ == b.parts_ || equal(*a.document(), *b.document());
}

Scenario load(const std::filesystem::path& path, const io::TextReader& yaml, const Progress& progress) {
    return Scenario::from_document(io::read_document(path, yaml, {}, progress), progress);
}

Scenario loads(std::string_view json, const Progress& progress) {
    return Scenario::from_document(io::parse_json(json), progress);
}

Table scenarios() {
    std::vector<std::string> names;
    std::vector<std::string> questions;
    for (const io::embedded::Entry& entry : io::embedded::entries()) {
        names.emplace_back(entry.name);
        const Scenario shipped = loads(entry.text);
        questions.push_back(title_or_id(shipped.model().title, shipped.model().name));
    }
    return {{{"name", std::move(names)}, {"question", std::move(questions)}}};
}

Scenario scenario(std::string_view name) {
    std::vector<std::string> known;
    for (const io::embedded::Entry& entry : io::embedded::entries()) {
        if (entry.name == name) return loads(entry.text);
        known.emplace_back(entry.name);
    }
    const std::string hint = nearest_hint(name, known);
    throw UnknownNameError("no scenario called '" + std::string(name) + "' is shipped; " +
                           (hint.empty() ? "there are " + list_some(known, 20) : hint));
}

namespace {

std::string unit_of(const Work& work, std::string_view measure) {
    const auto it = std::ranges::find(work.measures, measure, &Measure::id);
    return it == work.measures.end() ? std::string() : it->unit;
}

/// Unit of a number of a rule; `parts` is policy, rules, the rule's id, then pay or a schedule, a point, and 0 or 1.
std::string unit_in_rule(const Model& model, const std::vector<std::string>& parts) {
    const auto& rules = model.policy->rules;
    const auto it = std::ranges::find(rules, parts[2], [](const auto& rule) { return rule->id; });
    if (it == rules.end() || parts.size() < 4) return {};
    const Rule& rule = **it;
    if (parts[3] == "pay") {
        const PerMeasure* per = std::get_if<PerMeasure>(&rule.form);
        return per == nullptr || per->measure < 0
                   ? rule.unit
                   : rule.unit + "/" + model.work->measures[static_cast<std::size_t>(per->measure)].unit;
    }
    const OnKpi* form = std::get_if<OnKpi>(&rule.form);
    if (form == nullptr || parts.size() != 6) return {};
    const std::string& kpi = model.policy->kpis[static_cast<std::size_t>(form->kpi)].unit;
    if (parts[5] == "0") return kpi;
    return parts[3] == "tiers" ? rule.unit + "/" + kpi : rule.unit;
}

/// Whether a path ends within a response that is bent by a link, whose numbers are no amounts of what it describes.
bool behind_link(const Node& document, std::vector<std::string> parts) {
    parts.pop_back();
    const Node* response = find_parts(document, parts);
    const Node* link = response == nullptr || !response->is_object() ? nullptr : response->find("link");
    return link != nullptr && (!link->is_string() || link->string_value() != "identity");
}

/// Unit of a number of a situation; every second part is a name, from `situations` on.
std::string unit_in_situation(const Work& work, const std::vector<std::string>& parts) {
    for (std::size_t i = 2; i < parts.size(); i += 2) {
        if (parts[i] == "effort") return work.currency;
        if (parts[i] != "moves" || i + 1 == parts.size()) continue;
        return i + 2 < parts.size() && parts[i + 2] == "cv" ? "1" : unit_of(work, parts[i + 1]);
    }
    return {};
}

}  // namespace

std::string unit_at(const Scenario& scenario, std::string_view path) {
    const Node& document = *scenario.document();
    const Work& work = *scenario.model().work;
    const std::vector<std::string> parts = split_path(document, path);
    if (parts.size() < 2 || parts.back() == "link" || behind_link(document, parts)) return {};
    if (parts[0] == "policy" && parts.size() > 2) {
        if (parts[1] == "rules") return unit_in_rule(scenario.model(), parts);
        return parts[1] == "units" && parts.size() == 3 ? work.currency : std::string();
    }
    if (parts[0] == "values" && parts.size() == 3) {
        if (parts[2] == "payouts") return "1";
        const std::string unit = unit_of(work, parts[2]);
        return unit.empty() ? unit : work.currency + "/" + unit;
    }
    if (parts[0] == "period") return parts[1] == "hours" ? "h" : "";
    if (parts[0] == "situations") return unit_in_situation(work, parts);
    const std::size_t trait = parts.size() - (parts.back() == "mean" || parts.back() == "sd" ? 2 : 1);
    const bool noise = parts[0] == "workforce" && parts[trait] == "noise" && parts[trait - 1] == "traits";
    return noise ? work.currency : std::string();
}

Table diff(const Scenario& a, const Scenario& b) {
    std::vector<std::string> path, kind, before, after, unit;
    for (const Difference& d : differences(*a.document(), *b.document())) {
        path.push_back(d.path);
        kind.push_back(d.kind);
        before.push_back(d.before == nullptr ? "" : io::write_json(*d.before, -1));
        after.push_back(d.after == nullptr ? "" : io::write_json(*d.after, -1));
        unit.push_back(unit_at(d.kind == "removed" ? a : b, d.path));
    }
    return {{{"path", path}, {"kind", kind}, {"before", before}, {"after", after}, {"unit", unit}}};
}

Graph graph(const Scenario& scenario, const Progress& progress) { return Graph(scenario.model(), progress); }

}  // namespace backfire
