// Compiling: every response becomes a slot, every slot is evaluated for every agent, and every range is checked on the way.
#include "response/plan.hpp"

#include "model/keys.hpp"
#include "model/paths.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>

namespace backfire {
namespace {

/// Most numbers a plan may hold (agents × slots); past it the scenario is refused rather than left to exhaust memory.
constexpr double kMostValues = 40e6;

enum class Range { Any, Chance, NotNegative, Positive };

/// What a slot holds and how it is checked.
struct SlotRecipe {
    const Response* response;  ///< null: filled by other means
    Range range;
    std::string pointer;
    std::vector<std::pair<int, double>> terms;  ///< feature, coefficient
};

class PlanCompiler {
public:
    PlanCompiler(std::shared_ptr<const Work> work, Order order, const Node& document, Problems& problems, Pulse& pulse)
        : document_(document), problems_(problems), pulse_(pulse), plan_(std::make_shared<Plan>()) {
        plan_->work = std::move(work);
        plan_->order = std::move(order);
    }

    std::shared_ptr<const Plan> run() {
        const Work& work = *plan_->work;
        plan_->normal_shock = work.shock == Shock::Normal;
        plan_->hours = work.period.hours.has_value();
        lay_out();
        // Errors elsewhere in the document do not hold back those of the agents: all are reported at once.
        const std::size_t before = problems_.errors();
        people();
        if (problems_.errors() > before) return nullptr;
        features();
        evaluate();
        return problems_.errors() > before ? nullptr : plan_;
    }

private:
    [[nodiscard]] const Work& work() const { return *plan_->work; }

    int slot(const Response* response, Range range, std::string pointer) {
        recipes_.push_back({response, range, std::move(pointer), {}});
        return plan_->slots++;
    }

    // ------------------------------------------------------------------------------------------------ layout
    void lay_out() {
        const std::size_t n = work().situations.size();
        plan_->situations.resize(n);
        std::map<std::pair<int, std::pair<int, int>>, int> event_index;
        for (std::size_t e = 0; e < work().events.size(); ++e) {
            const Event& event = work().events[e];
            event_index[{event.situation, {event.action, event.outcome}}] = static_cast<int>(e);
        }
        const auto event_of = [&](int s, int a, int o) {
            const auto it = event_index.find({s, {a, o}});
            return it == event_index.end() ? -1 : it->second;
        };
        for (std::size_t s = 0; s < n; ++s) {
            const Situation& situation = work().situations[s];
            const std::string place = "/situations/" + situation.id;
            PlannedSituation planned{.first_action = static_cast<int>(plan_->actions.size()),
                                     .last_action = 0,
                                     .choice = situation.choice,
                                     .opened = false,
                                     .share = slot(&situation.share, Range::NotNegative, place + "/share"),
                                     .noise = -1};
            if (situation.choice) planned.noise = slot(&situation.noise_factor, Range::Positive, place + "/noise");
            for (std::size_t a = 0; a < situation.actions.size(); ++a) {
                const Action& action = situation.actions[a];
                const std::string at = situation.choice ? place + "/actions/" + action.id : place;
                PlannedAction planned_action{.effort = -1,
                                             .habit = -1,
                                             .event = event_of(static_cast<int>(s), static_cast<int>(a), -1),
                                             .moves = {},
                                             .outcomes = {}};
                if (situation.choice) {
                    planned_action.effort = slot(&action.effort, Range::Any, at + "/effort");
                    planned_action.habit = slot(&action.habit, Range::NotNegative, at + "/habit");
                }
                planned_action.moves = moves(action.moves, at);
                for (std::size_t o = 0; o < action.outcomes.size(); ++o) {
                    const Outcome& outcome = action.outcomes[o];
                    const std::string below = at + "/outcomes/" + outcome.id;
                    planned_action.outcomes.push_back(
                        {.chance = slot(outcome.chance ? &*outcome.chance : nullptr, Range::Chance, below + "/chance"),
                         .opens = outcome.opens,
                         .event = event_of(static_cast<int>(s), static_cast<int>(a), static_cast<int>(o)),
                         .certain = false,
                         .moves = moves(outcome.moves, below)});
                }
                if (action.opens >= 0)
                    planned_action.outcomes.push_back(
                        {.chance = -1, .opens = action.opens, .event = -1, .certain = true, .moves = {}});
                plan_->actions.push_back(std::move(planned_action));
            }
            planned.last_action = static_cast<int>(plan_->actions.size());
            plan_->situations[s] = planned;
        }
        for (const PlannedAction& action : plan_->actions) {
            for (const PlannedOutcome& outcome : action.outcomes) {
                if (outcome.opens >= 0) plan_->situations[static_cast<std::size_t>(outcome.opens)].opened = true;
            }
        }
        const Period& period = work().period;
        plan_->preferences.contacts = slot(period.hours      ? &*period.hours
                                           : period.contacts ? &*period.contacts
                                                             : nullptr,
                                           Range::Positive, period.hours ? "/period/hours" : "/period/contacts");
        for (int* place : {&plan_->preferences.care, &plan_->preferences.loss_aversion, &plan_->preferences.curvature,
                           &plan_->preferences.weighting, &plan_->preferences.foresight}) {
            *place = slot(nullptr, Range::Any, "");
        }
    }

    std::vector<PlannedMove> moves(const std::vector<Move>& moves, const std::string& place) {
        std::vector<PlannedMove> planned;
        for (const Move& move : moves) {
            const std::string at = place + "/moves/" + work().measures[static_cast<std::size_t>(move.measure)].id;
            PlannedMove out{.measure = move.measure, .mean = slot(&move.mean, Range::Any, at), .variance = -1};
            if (move.spread != Move::Spread::None) {
                out.variance =
                    slot(&move.amount, Range::NotNegative, at + (move.spread == Move::Spread::Sd ? "/sd" : "/cv"));
                spreads_.push_back({out.mean, out.variance, move.spread == Move::Spread::Cv});
            }
            planned.push_back(out);
        }
        return planned;
    }

    // ------------------------------------------------------------------------------------------------ agents
    void people() {
        double segment_sum = 0;
        double condition_sum = 0;
        for (const Segment& s : work().segments) segment_sum += s.share;
        for (const Condition& c : work().conditions) condition_sum += c.share;
        double count = 0;
        for (const Segment& segment : work().segments) {
            int distributed = 0;
            for (const Trait& trait : segment.traits) distributed += trait.shape == Trait::Shape::Point ? 0 : 1;
            if (distributed > kMostDistributed) {
                const Node* node = find_parts(document_, {"workforce", "segments", segment.id});
                problems_.error("too_many", node == nullptr ? "/workforce" : "/workforce/segments/" + segment.id,
                                node == nullptr ? document_.find("workforce")->position() : node->position(),
                                "segment '" + segment.id + "' has " + std::to_string(distributed) +
                                    " distributed traits; at most " + std::to_string(kMostDistributed) +
                                    " can be integrated",
                                "make some of them plain numbers");
                return;
            }
            plan_->points.push_back(segment_points(segment, pulse_));
            count += plan_->points.back().count;
        }
        count *= static_cast<double>(work().conditions.size());
        if (count * plan_->slots > kMostValues) {
            problems_.error("too_many", "/workforce", document_.find("workforce")->position(),
                            "this scenario has " + shortest(count) +
                                " agents (segments × conditions × trait points) and " + std::to_string(plan_->slots) +
                                " numbers for each, more than can be held",
                            "use fewer segments, conditions or distributed traits");
            return;
        }
        for (std::size_t s = 0; s < work().segments.size(); ++s) {
            plan_->first_agent.push_back(static_cast<int>(plan_->agents.size()));
            for (std::size_t c = 0; c < work().conditions.size(); ++c) {
                const double weight = work().segments[s].share / segment_sum *
                                      (work().conditions[c].share / condition_sum) / plan_->points[s].count;
                for (int i = 0; i < plan_->points[s].count; ++i)
                    plan_->agents.push_back({static_cast<int>(s), static_cast<int>(c), i, weight});
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- features
    void features() {
        std::map<std::string, int> index;
        for (SlotRecipe& recipe : recipes_) {
            if (recipe.response == nullptr) continue;
            for (const Response::Term& term : recipe.response->terms) {
                const auto [it, added] = index.try_emplace(term.name, static_cast<int>(feature_names_.size()));
                if (added) feature_names_.push_back(term.name);
                recipe.terms.emplace_back(it->second, term.coefficient);
            }
        }
    }

    /// Traits and fields of one agent, in the order of `feature_names_`; `corner` ≥ 0 takes the traits from a corner of the box.
    void gather(int segment, int condition, int point, int corner, std::vector<double>& out) const {
        const Segment& s = work().segments[static_cast<std::size_t>(segment)];
        const Condition& c = work().conditions[static_cast<std::size_t>(condition)];
        for (std::size_t f = 0; f < feature_names_.size(); ++f) {
            const auto trait = std::ranges::lower_bound(s.traits, feature_names_[f], {}, &Trait::name);
            if (trait != s.traits.end() && trait->name == feature_names_[f]) {
                out[f] = trait_value(segment, static_cast<std::size_t>(trait - s.traits.begin()), point, corner);
            } else {
                const auto field =
                    std::ranges::lower_bound(c.fields, feature_names_[f], {}, &std::pair<std::string, double>::first);
                out[f] = field == c.fields.end() || field->first != feature_names_[f] ? 0 : field->second;
            }
        }
    }

    [[nodiscard]] double trait_value(int segment, std::size_t trait, int point, int corner) const {
        const SegmentPoints& points = plan_->points[static_cast<std::size_t>(segment)];
        return corner >= 0 ? points.corners[trait][static_cast<std::size_t>(corner)]
                           : points.values[trait][static_cast<std::size_t>(point)];
    }

    // -------------------------------------------------------------------------------------------- evaluation
    struct Who {
        int segment, condition, point, corner;
    };

    void evaluate() {
        const auto slots = static_cast<std::size_t>(plan_->slots);
        reported_.assign(slots, false);
        const auto tiles = static_cast<std::size_t>(plan_->tiles());
        plan_->values.assign(tiles * slots * kLanes, 0);
        std::vector<double> row(slots);
        feature_values_.resize(feature_names_.size());
        evaluate_constants();
        const std::size_t n = plan_->agents.size();
        for (std::size_t i = 0; i < tiles * kLanes; ++i) {
            pulse_.at(static_cast<double>(i) / static_cast<double>(tiles * kLanes));
            if (i < n) {
                const Agent& agent = plan_->agents[i];
                fill({agent.segment, agent.condition, agent.point, -1}, row);
            }
            double* out = plan_->values.data() + i / kLanes * slots * kLanes + i % kLanes;
            for (std::size_t k = 0; k < slots; ++k) out[k * kLanes] = row[k];
        }
        for (std::size_t s = 0; s < work().segments.size(); ++s) {
            const std::size_t corners = plan_->points[s].corners.empty() ? 0 : plan_->points[s].corners.front().size();
            for (std::size_t c = 0; c < work().conditions.size(); ++c) {
                for (std::size_t k = 0; k < corners; ++k) {
                    pulse_.beat();
                    fill({static_cast<int>(s), static_cast<int>(c), 0, static_cast<int>(k)}, row);
                }
            }
        }
    }

    /// Evaluates what is the same for everybody, and notes what is not.
    void evaluate_constants() {
        constants_.assign(recipes_.size(), 0);
        for (std::size_t k = 0; k < recipes_.size(); ++k) {
            if (recipes_[k].response == nullptr) continue;
            if (recipes_[k].terms.empty()) evaluate(k, {}, constants_);
            else varying_.push_back(k);
        }
    }

    void evaluate(std::size_t k, const Who& who, std::vector<double>& row) {
        const SlotRecipe& recipe = recipes_[k];
        double x = recipe.response->base;
        for (const auto& [feature, coefficient] : recipe.terms)
            x += coefficient * feature_values_[static_cast<std::size_t>(feature)];
        if (recipe.response->link == Link::Logit) x = 1 / (1 + std::exp(-x));
        if (recipe.response->link == Link::Log) x = std::exp(x);
        row[k] = x;
        if (!fits(recipe.range, x) && !reported_[k]) misfit(k, x, who);
    }

    void fill(const Who& who, std::vector<double>& row) {
        gather(who.segment, who.condition, who.point, who.corner, feature_values_);
        row = constants_;
        for (const std::size_t k : varying_) evaluate(k, who, row);
        preferences(who, row);
        chances(who, row);
        for (const auto& [mean, variance, relative] : spreads_) {
            const double sd =
                row[static_cast<std::size_t>(variance)] * (relative ? row[static_cast<std::size_t>(mean)] : 1);
            row[static_cast<std::size_t>(variance)] = sd * sd;
        }
        starts(who, row);
    }

    [[nodiscard]] static bool fits(Range range, double x) {
        switch (range) {
            case Range::Any: return std::isfinite(x);
            case Range::Chance: return x >= 0 && x <= 1;
            case Range::NotNegative: return std::isfinite(x) && x >= 0;
            case Range::Positive: return std::isfinite(x) && x > 0;
        }
        return false;
    }
    [[nodiscard]] static std::string_view expected(Range range) {
        switch (range) {
            case Range::Any: return "a finite number";
            case Range::Chance: return "a chance within 0…1";
            case Range::NotNegative: return "0 or more";
            case Range::Positive: return "more than 0";
        }
        return "";
    }

    void misfit(std::size_t k, double x, const Who& who) {
        const SlotRecipe& recipe = recipes_[k];
        reported_[k] = true;
        std::vector<std::string> names;
        for (const Response::Term& term : recipe.response->terms) names.push_back(term.name);
        report(recipe.range == Range::Chance ? "chance_range" : "out_of_range", recipe.pointer,
               "expected " + std::string(expected(recipe.range)) + ", got " + shortest(x) + described(who, names));
    }

    void report(std::string_view code, const std::string& pointer, std::string message, std::string hint = {}) {
        std::vector<std::string> parts;
        for (std::size_t at = 0; at < pointer.size();) {
            const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
            parts.push_back(pointer.substr(at + 1, end - at - 1));
            at = end;
        }
        const Node* node = find_parts(document_, parts);
        problems_.error(code, pointer, node == nullptr ? Position{} : node->position(), std::move(message),
                        std::move(hint));
    }

    /// " for segment 'novice' under condition 'night' (knowledge 0.55, load 0.2)".
    [[nodiscard]] std::string described(const Who& who, const std::vector<std::string>& names) const {
        if (names.empty()) return "";
        const Segment& segment = work().segments[static_cast<std::size_t>(who.segment)];
        const Condition& condition = work().conditions[static_cast<std::size_t>(who.condition)];
        const std::string text = " for segment '" + segment.id + "' under condition '" + condition.id + "'";
        std::string traits;
        for (const std::string& name : names) {
            const auto it = std::ranges::find(feature_names_, name);
            if (it == feature_names_.end()) continue;
            traits += (traits.empty() ? "" : ", ") + name + " " +
                      shortest(feature_values_[static_cast<std::size_t>(it - feature_names_.begin())]);
        }
        return traits.empty() ? text : text + " (" + traits + ")";
    }

    void preferences(const Who& who, std::vector<double>& row) {
        const Segment& segment = work().segments[static_cast<std::size_t>(who.segment)];
        double noise = 0;
        for (std::size_t t = 0; t < segment.traits.size(); ++t) {
            const Trait& trait = segment.traits[t];
            const double x = trait_value(who.segment, t, who.point, who.corner);
            const auto known =
                std::ranges::find(keys::preferences(), std::string_view(trait.name), &keys::Preference::name);
            if (known == keys::preferences().end()) continue;
            const bool fits = std::isfinite(x)
                                  ? (x > known->low || (x == known->low && !known->above_low)) && x <= known->high
                                  : !known->supported;
            if (!fits && bad_preferences_.insert({who.segment, trait.name}).second) {
                report("out_of_range", preference_pointer(segment, trait.name),
                       "the trait '" + trait.name + "' must be " + (known->above_low ? "above " : "at least ") +
                           shortest(known->low) +
                           (std::isinf(known->high) ? "" : " and at most " + shortest(known->high)) + ", got " +
                           shortest(x) + " in segment '" + segment.id + "'");
            }
            const auto put = [&](int slot) { row[static_cast<std::size_t>(slot)] = x; };
            if (trait.name == "noise") noise = x;
            else if (trait.name == "care") put(plan_->preferences.care);
            else if (trait.name == "loss_aversion") put(plan_->preferences.loss_aversion);
            else if (trait.name == "curvature") put(plan_->preferences.curvature);
            else if (trait.name == "weighting") put(plan_->preferences.weighting);
            else if (trait.name == "foresight") {
                put(plan_->preferences.foresight);
                plan_->any_foresight = plan_->any_foresight || x != 1;
            }
        }
        plan_->any_zero_noise = plan_->any_zero_noise || noise == 0;
        for (const PlannedSituation& situation : plan_->situations) {
            if (situation.noise >= 0) row[static_cast<std::size_t>(situation.noise)] *= noise;
        }
    }

    [[nodiscard]] std::string preference_pointer(const Segment& segment, const std::string& name) const {
        const std::string own = "/workforce/segments/" + segment.id + "/traits/" + name;
        const Node* node = find_parts(document_, {"workforce", "segments", segment.id, "traits", name});
        return node != nullptr ? own : "/workforce/traits/" + name;
    }

    /// Fills in `rest` and checks that the chances of each action sum to 1.
    void chances(const Who& who, std::vector<double>& row) {
        for (const PlannedAction& action : plan_->actions) {
            double sum = 0;
            int rest = -1;
            bool any = false;
            std::vector<std::string> names;
            for (const PlannedOutcome& outcome : action.outcomes) {
                if (outcome.certain) continue;
                any = true;
                const SlotRecipe& recipe = recipes_[static_cast<std::size_t>(outcome.chance)];
                if (recipe.response == nullptr) {
                    rest = outcome.chance;
                    continue;
                }
                sum += row[static_cast<std::size_t>(outcome.chance)];
            }
            if (!any) continue;
            const double left = 1 - sum;
            if (rest >= 0) row[static_cast<std::size_t>(rest)] = std::abs(left) < 1e-12 ? 0 : left;
            const bool fits = rest >= 0 ? left > -1e-12 : std::abs(left) <= 1e-9;
            const auto flag = static_cast<std::size_t>(action.outcomes.front().chance);
            if (fits || bad_sums_.contains(flag)) continue;
            bad_sums_.insert(flag);
            for (const PlannedOutcome& outcome : action.outcomes) {
                const SlotRecipe& recipe = recipes_[static_cast<std::size_t>(outcome.chance)];
                for (std::size_t k = 0; recipe.response != nullptr && k < recipe.response->terms.size(); ++k) {
                    if (std::ranges::find(names, recipe.response->terms[k].name) == names.end())
                        names.push_back(recipe.response->terms[k].name);
                }
            }
            const std::string& first = recipes_[flag].pointer;
            const std::string outcomes = first.substr(0, first.rfind("/outcomes/") + 9);
            report("chance_sum", outcomes,
                   (rest >= 0 ? "the chances beside 'rest' sum to " : "the chances sum to ") + shortest(sum) +
                       (rest >= 0 ? ", above 1" : ", not 1") + described(who, names),
                   rest >= 0 ? "lower them" : "make one of them 'rest'");
        }
    }

    /// Normalises where contacts begin and checks that every situation keeps an action.
    void starts(const Who& who, std::vector<double>& row) {
        double sum = 0;
        for (const PlannedSituation& s : plan_->situations) sum += row[static_cast<std::size_t>(s.share)];
        if (!(sum > 0) && !no_start_) {
            no_start_ = true;
            report("no_start", "/situations",
                   "no situation has a positive share: no contact begins anywhere" + described(who, {}),
                   "give one situation share: 1");
        }
        for (const PlannedSituation& s : plan_->situations) row[static_cast<std::size_t>(s.share)] /= sum > 0 ? sum : 1;
        for (std::size_t i = 0; i < plan_->situations.size(); ++i) {
            const PlannedSituation& s = plan_->situations[i];
            if (!s.choice || s.first_action == s.last_action) continue;
            bool left = false;
            bool plain = true;
            for (int a = s.first_action; a < s.last_action; ++a) {
                const double habit = row[static_cast<std::size_t>(plan_->actions[static_cast<std::size_t>(a)].habit)];
                left = left || habit > 0;
                plain = plain && (habit == 0 || habit == 1);
                plan_->any_habit = plan_->any_habit || habit != 1;
            }
            const std::string place = "/situations/" + work().situations[i].id + "/actions";
            if (!left && bad_habits_.insert(i).second)
                report("no_action_left", place, "every action has habit 0: nothing is left to do",
                       "leave one action a positive habit");
            if (plan_->normal_shock && !plain && bad_shock_.insert(i).second) {
                report("shock_habit", place, "with 'shock: normal' a habit must be 0 or 1",
                       "use shock: logit, or effort in place of habit");
            }
        }
    }

    const Node& document_;
    Problems& problems_;
    Pulse& pulse_;
    std::shared_ptr<Plan> plan_;
    std::vector<SlotRecipe> recipes_;
    struct SpreadSlots {
        int mean, variance;
        bool relative;
    };
    std::vector<SpreadSlots> spreads_;
    std::vector<std::string> feature_names_;
    std::vector<double> feature_values_;
    std::vector<double> constants_;     ///< by slot: what is the same for everybody, else 0
    std::vector<std::size_t> varying_;  ///< slots that are not
    std::vector<bool> reported_;
    std::set<std::pair<int, std::string>> bad_preferences_;
    std::set<std::size_t> bad_sums_, bad_habits_, bad_shock_;
    bool no_start_ = false;
};

}  // namespace

std::shared_ptr<const Plan> compile_plan(const std::shared_ptr<const Work>& work, Order order, const Node& document,
                                         Problems& problems, Pulse& pulse) {
    return PlanCompiler(work, std::move(order), document, problems, pulse).run();
}

}  // namespace backfire
