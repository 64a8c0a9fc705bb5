/// The work of a model: what happens at a workplace and who works there. model.hpp says what ids and indices mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backfire {

/// Text per language; a plain text has the language "".
using Title = std::vector<std::pair<std::string, std::string>>;

/// The title in `language`, else in English, else the first given, else `id`.
[[nodiscard]] std::string title_or_id(const Title& title, std::string_view id, std::string_view language = "en");

/// What a linear predictor x stands for: itself, 1/(1 + e^−x), or e^x.
enum class Link { Identity, Logit, Log };

/// A linear predictor over abilities, preferences and condition fields, through a link function.
struct Response {
    /// A name of an ability, preference or field, and its factor.
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
    /// How `amount` is meant.
    enum class Spread { None, Sd, Cv };
    int measure = -1;
    Response mean;
    Spread spread = Spread::None;
    Response amount;  ///< the sd (in the measure's unit) or the cv; unused without spread
};

/// What may come of an action; the outcomes of one action exclude each other, and their chances sum to 1.
struct Outcome {
    std::string id;
    Title title;
    std::optional<Response> chance;  ///< nothing: `rest`
    std::vector<Move> moves;         ///< sorted by measure
    int opens = -1;                  ///< situation it leads to
};

/// What can be done in a situation, and what comes of it.
struct Action {
    std::string id;  ///< empty: the one branch of a situation where nobody chooses
    Title title;
    Response effort;  ///< money
    Response habit;   ///< weight, 0 takes the action away
    std::vector<Move> moves;
    std::vector<Outcome> outcomes;
    std::vector<int> outcome_order;
    int opens = -1;  ///< situation it leads to, where it has no outcomes
};

/// A moment of a contact in which something is chosen or happens.
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
    double period_cv = 0;                     ///< sd of the period's own luck over the period's sum
    bool derived = false;                     ///< made of others
    std::vector<std::pair<int, double>> sum;  ///< of a derived one: moved measure, factor
};

/// A state of the world in which a share of the agents works.
struct Condition {
    std::string id;
    Title title;
    double share = 1;                                    ///< before normalisation
    std::vector<std::pair<std::string, double>> fields;  ///< sorted by name
};

/// A trait of a segment: a number, or a distribution with mean and sd before cutting.
struct Trait {
    /// Its distribution; a point has no spread.
    enum class Shape { Point, Normal, Lognormal, Beta, Uniform };
    std::string name;
    Shape shape = Shape::Point;
    double mean = 0;
    double sd = 0;
};

/// Agents of one kind.
struct Segment {
    std::string id;
    Title title;
    double share = 1;           ///< before normalisation
    std::vector<Trait> traits;  ///< own and default traits, sorted by name; reserved preferences always present
};

/// Law of the choice shock: logit (McFadden 1974), or normal, P = Φ(Δ/noise), of which at most two actions may be had.
enum class Shock { Logit, Normal };

/// The time that behaviour and payouts are settled for.
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

/// Workplace and workforce. Deep-const once it is in a `Model`.
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

/// `situation.action[.outcome]` of an event.
[[nodiscard]] std::string event_name(const Work& work, const Event& event);

}  // namespace backfire
