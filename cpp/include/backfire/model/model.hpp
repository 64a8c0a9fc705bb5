/// The model of a scenario as plain immutable values: workplace, workforce, policy and values, with names resolved to indices.
///
/// Every list is sorted by id, so that sums run in one order whatever the order of names in the document; `*_order` gives the
/// document's order for tables. Indices (`int`) refer to those sorted lists; -1 means none.
#pragma once

#include <backfire/core/node.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace backfire {

/// Text per language; a plain text has the language "".
using Title = std::vector<std::pair<std::string, std::string>>;

/// The title in `language`, else in English, else the first given, else `id`.
[[nodiscard]] std::string title_or_id(const Title& title, std::string_view id, std::string_view language = "en");

// ---------------------------------------------------------------------------------------------------- the work

enum class Link { Identity, Logit, Log };

/// A linear predictor over abilities, preferences and condition fields, through a link function.
struct Response {
    struct Term {
        std::string name;
        double coefficient = 0;
    };
    double base = 0;
    std::vector<Term> terms;  ///< sorted by name
    Link link = Link::Identity;
};

/// How much one occurrence of an action or outcome adds to a measure: mean, and spread as sd or as cv·|mean|.
struct Move {
    enum class Spread { None, Sd, Cv };
    int measure = -1;
    Response mean;
    Spread spread = Spread::None;
    Response amount;  ///< the sd (in the measure's unit) or the cv; unused without spread
};

struct Outcome {
    std::string id;
    Title title;
    std::optional<Response> chance;  ///< nothing: `rest`
    std::vector<Move> moves;         ///< sorted by measure
    int opens = -1;                  ///< situation it leads to
};

struct Action {
    std::string id;  ///< empty: the one branch of a situation where nobody chooses
    Title title;
    Response effort;  ///< money
    Response habit;   ///< weight, 0 takes the action away
    std::vector<Move> moves;
    std::vector<Outcome> outcomes;
    std::vector<int> outcome_order;
    int opens = -1;
};

struct Situation {
    std::string id;
    Title title;
    Response share;         ///< of contacts that begin here, before normalisation
    Response noise_factor;  ///< multiplies the trait `noise` here
    bool choice = true;     ///< false: nobody chooses, `actions` holds one branch without id
    std::vector<Action> actions;
    std::vector<int> action_order;
};

/// An additive quantity. Derived ones are a linear function of others (`sum`, factors converted to this unit).
struct Measure {
    std::string id;
    Title title;
    std::string unit;
    double period_cv = 0;
    bool derived = false;
    std::vector<std::pair<int, double>> sum;
};

struct Condition {
    std::string id;
    Title title;
    double share = 1;
    std::vector<std::pair<std::string, double>> fields;  ///< sorted by name
};

/// A trait of a segment: a number, or a distribution with mean and sd before cutting.
struct Trait {
    enum class Shape { Point, Normal, Lognormal, Beta, Uniform };
    std::string name;
    Shape shape = Shape::Point;
    double mean = 0;
    double sd = 0;
};

struct Segment {
    std::string id;
    Title title;
    double share = 1;
    std::vector<Trait> traits;  ///< own and default traits, sorted by name; reserved preferences always present
};

enum class Shock { Logit, Normal };

struct Period {
    std::string name;
    Title title;
    double days = 0;                   ///< 0: not stated
    std::optional<Response> contacts;  ///< per agent; exactly one of contacts and hours
    std::optional<Response> hours;
    int time = -1;             ///< with hours: the measure that is handling time
    double time_per_hour = 0;  ///< its units in one hour (3600, 60 or 1)
};

/// `situation.action`, `situation.action.outcome`, or `situation.outcome` where nobody chooses.
struct Event {
    int situation = -1;
    int action = -1;
    int outcome = -1;  ///< -1: the action itself
};

struct Work {
    std::string currency;
    Period period;
    std::vector<Measure> measures;
    std::vector<Condition> conditions;  ///< never empty: one called `all` stands in
    std::vector<Situation> situations;
    std::vector<Segment> segments;  ///< never empty: one called `all` stands in
    std::vector<Event> events;      ///< every event there is
    double agents = 0;              ///< 0: not stated
    Shock shock = Shock::Logit;
    std::vector<int> measure_order, condition_order, situation_order, segment_order;
};

// ---------------------------------------------------------------------------------------------------- the policy

/// How an event or measure becomes visible. Neither samples nor rate: everything is seen.
struct Monitor {
    std::string id;
    Title title;
    std::optional<double> samples;  ///< contacts per agent and period
    std::optional<double> rate;     ///< chance that a contact is seen
    double miss = 0;
    double false_alarm = 0;
    double error_sd = 0;
};

/// A union of events; each counts once however many patterns match it.
struct EventSet {
    std::vector<std::string> patterns;
    std::vector<int> events;  ///< indices into Work::events, sorted
};

enum class Better { Unsaid, Higher, Lower };
enum class Party { Organisation, Customer };

struct StandsFor {
    Party party = Party::Organisation;
    std::variant<int, EventSet> what;  ///< a measure, or events
};

struct TotalOf {
    int measure = -1;
};
struct MeanOf {
    int measure = -1;
};
struct RatioOf {
    int above = -1;
    int below = -1;
};
struct ShareOf {
    EventSet events;
};
struct ShareAmong {
    EventSet events;
    EventSet of;
};
using KpiForm = std::variant<TotalOf, MeanOf, RatioOf, ShareOf, ShareAmong>;

struct Kpi {
    std::string id;
    Title title;
    KpiForm form;
    double scale = 1;
    int monitor = -1;
    Better better = Better::Unsaid;
    std::optional<StandsFor> stands_for;
    std::string unit;  ///< as written, else derived from the form
};

struct SchedulePoint {
    double x = 0;  ///< lower bound; -infinity where the document says null
    double y = 0;  ///< payout from x on (steps), payout at x (curve), or rate above x (tiers), in the rule's unit
};
struct Steps {
    std::vector<SchedulePoint> points;
};
struct Curve {
    std::vector<SchedulePoint> points;
};
struct Tiers {
    std::vector<SchedulePoint> points;
};
using Schedule = std::variant<Steps, Curve, Tiers>;

struct EachEvent {
    EventSet events;
    double pay = 0;
};
struct PerMeasure {
    int measure = -1;
    double pay = 0;
};
struct OnKpi {
    int kpi = -1;
    Schedule schedule;
};
using RuleForm = std::variant<EachEvent, PerMeasure, OnKpi>;

/// Turns events, measures or a KPI into payouts.
struct Rule {
    std::string id;
    Title title;
    RuleForm form;
    std::string unit;  ///< the currency, or a key of `policy.units`
    double worth = 1;  ///< money per unit
    int monitor = -1;  ///< event and per-unit rules only
    bool loss_frame = false;
};

struct Policy {
    std::vector<Monitor> monitors;
    std::vector<Kpi> kpis;
    std::vector<std::shared_ptr<const Rule>> rules;
    std::vector<std::pair<std::string, double>> units;
    std::vector<int> kpi_order, rule_order;
};

/// Money per unit of each measure, per party.
struct Values {
    std::vector<std::pair<int, double>> organisation;
    std::vector<std::pair<int, double>> customer;
    double payouts = 0;  ///< the organisation's weight on payouts
};

/// A whole scenario with names resolved. Deep-const; parts are shared between a scenario and its reforms.
struct Model {
    NodePtr document;
    std::string name;
    Title title;
    std::shared_ptr<const Work> work;
    std::shared_ptr<const Policy> policy;
    std::shared_ptr<const Values> values;
};

/// What every named thing is called in `language`: pairs of `kind:id` (kinds as in the graph's nodes, and scenario, segment,
/// condition, period) and title, in document order, monitors by id. What has no title goes by the last part of its id.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> titles(const Model& model,
                                                                      std::string_view language = "en");

/// `situation.action[.outcome]` of an event.
[[nodiscard]] std::string event_name(const Work& work, const Event& event);

}  // namespace backfire
