// The table of keys itself. Every object is built once; the JSON Schema and the shape check walk the same objects.
#include "model/keys.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace backfire::keys {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr std::array<std::string_view, 2> kShocks{"logit", "normal"};
constexpr std::array<std::string_view, 2> kBetter{"higher", "lower"};
constexpr std::array<std::string_view, 2> kFrames{"gain", "loss"};
constexpr std::array<std::string_view, 8> kCodes{"X", "L", "O", "B", "A", "S", "J", "M"};

Shape number(double low = -kInf, double high = kInf, bool above_low = false) {
    return {.form = Form::Number, .low = low, .high = high, .above_low = above_low};
}
Shape of(Form form) { return {.form = form}; }
Shape object(const ObjectSpec& spec) { return {.form = Form::Object, .object = &spec}; }
Shape map_of(const Shape& item) { return {.form = Form::Map, .item = &item}; }
Shape choice(std::span<const std::string_view> options) { return {.form = Form::Choice, .options = options}; }

std::vector<Key> described(std::vector<Key> keys) {
    keys.push_back({"title", of(Form::Text), "what readers see, a text or {en: …, zh: …}"});
    keys.push_back({"description", of(Form::Text), "a longer text, or one per language"});
    return keys;
}

const Shape kNumber = number();
const Shape kMove = of(Form::Move);
const Shape kTrait = of(Form::Trait);

const Shape& moves() {
    static const Shape shape = map_of(kMove);
    return shape;
}

const ObjectSpec& outcome() {
    static const ObjectSpec spec{"outcome", "what chance makes of an action",
                                 described({{"chance", of(Form::Response), "probability 0…1, or `rest`", true},
                                            {"moves", moves(), "what it adds to measures"},
                                            {"opens", of(Form::Word), "the situation it leads to"}})};
    return spec;
}
const Shape& outcomes() {
    static const Shape item = object(outcome());
    static const Shape shape = map_of(item);
    return shape;
}
const ObjectSpec& action() {
    static const ObjectSpec spec{
        "action", "an option in a situation",
        described({{"effort", of(Form::Response), "what it costs the agent, in money; default 0"},
                   {"habit", of(Form::Response), "weight it has before any reason, ≥ 0; default 1; 0 takes it away"},
                   {"moves", moves(), "what it adds to measures"},
                   {"outcomes", outcomes(), "what chance makes of it"},
                   {"opens", of(Form::Word), "the situation it leads to, where it has no outcomes"}})};
    return spec;
}
const ObjectSpec& situation() {
    static const Shape action_item = object(action());
    static const ObjectSpec spec{
        "situation", "a moment of choice, or of chance where it has outcomes in place of actions",
        described({{"share", of(Form::Response),
                    "weight of contacts that begin here, ≥ 0; default 0; weights are normalised to sum to 1"},
                   {"noise", of(Form::Response), "> 0, multiplies the trait noise here; default 1"},
                   {"actions", map_of(action_item), "the options"},
                   {"outcomes", outcomes(), "in place of actions: nobody chooses here"}})};
    return spec;
}
const ObjectSpec& measure() {
    static const ObjectSpec spec{
        "measure", "an additive quantity that actions and outcomes move",
        described({{"unit", of(Form::Word), "its unit; default \"1\""},
                   {"period_cv", number(0), "spread of the period's own luck, a share of the sum; default 0"},
                   {"sum", map_of(kNumber), "derived: factors of other measures"}})};
    return spec;
}
const ObjectSpec& condition() {
    static const ObjectSpec spec{
        "condition", "circumstances an agent works under; further keys are its numeric fields",
        described({{"share", number(0), "weight of agents; default 1; weights are normalised to sum to 1"}}), &kNumber};
    return spec;
}
const ObjectSpec& period() {
    static const ObjectSpec spec{
        "period", "the pay period of one agent; exactly one of contacts and hours",
        described({{"name", of(Form::Word), "what a period is called, e.g. month"},
                   {"days", number(0, kInf, true), "working days in it"},
                   {"contacts", of(Form::Response), "contacts per agent, > 0"},
                   {"hours", of(Form::Response), "hours per agent, > 0; contacts follow from the time each takes"},
                   {"time", of(Form::Word), "with hours: the measure that is handling time (s, min or h)"}})};
    return spec;
}
const ObjectSpec& organisation_values() {
    static const ObjectSpec spec{"organisation_values",
                                 "money per unit of a measure to the organisation",
                                 {{"payouts", number(), "weight of money paid to agents, usually -1"}},
                                 &kNumber};
    return spec;
}
const ObjectSpec& customer_values() {
    static const ObjectSpec spec{"customer_values", "money per unit of a measure to the customer", {}, &kNumber};
    return spec;
}
const ObjectSpec& values() {
    static const ObjectSpec spec{"values",
                                 "what the organisation and the customer truly gain or lose",
                                 {{"organisation", object(organisation_values()), "money per unit to the organisation"},
                                  {"customer", object(customer_values()), "money per unit to the customer"}}};
    return spec;
}
const Shape& traits() {
    static const Shape shape = map_of(kTrait);
    return shape;
}
const ObjectSpec& segment() {
    static const ObjectSpec spec{
        "segment", "a group of agents",
        described({{"share", number(0), "weight of agents; default 1; weights are normalised to sum to 1"},
                   {"traits", traits(), "abilities and preferences"}})};
    return spec;
}
const ObjectSpec& workforce() {
    static const Shape item = object(segment());
    static const ObjectSpec spec{"workforce", "who works: segments of agents with traits",
                                 described({{"agents", number(0, kInf, true), "how many agents"},
                                            {"segments", map_of(item), "groups of agents"},
                                            {"traits", traits(), "defaults for every segment"},
                                            {"shock", choice(kShocks), "law of the choice shock; default logit"},
                                            {"stocks", of(Form::Word), "states that last", false, false}})};
    return spec;
}
const ObjectSpec& monitor() {
    static const ObjectSpec spec{
        "monitor", "how an event or measure becomes visible",
        described({{"samples", number(1), "contacts reviewed per agent and period"},
                   {"rate", number(0, 1), "chance that a contact is seen"},
                   {"miss", number(0, 1), "chance that a seen event is overlooked"},
                   {"false_alarm", number(0, 1), "chance that an event is found where there was none"},
                   {"error_sd", number(0), "the reviewer's own spread per reviewed contact"}})};
    return spec;
}
const ObjectSpec& kpi() {
    static const ObjectSpec spec{
        "kpi", "a reported figure: exactly one of total, mean, ratio, share",
        described(
            {{"total", of(Form::Word), "sum of a measure over the period"},
             {"mean", of(Form::Word), "mean of a measure per contact"},
             {"ratio", of(Form::Pair), "one measure's sum over another's"},
             {"share", of(Form::Events), "number of these events per contact, or per `of`"},
             {"of", of(Form::Events), "with share: the events it is a share of"},
             {"scale", number(), "factor on the form; default 1"},
             {"seen_by", of(Form::Word), "the monitor that sees it"},
             {"better", choice(kBetter), "which way is meant to be good"},
             {"stands_for", of(Form::StandsFor), "{organisation|customer: measure or events} it is meant to show"},
             {"unit", of(Form::Word), "its unit"}})};
    return spec;
}
const ObjectSpec& rule() {
    static const Shape points{.form = Form::Points};
    static const Shape steps{.form = Form::Points, .null_first = true};
    static const ObjectSpec spec{"rule", "turns events, a measure or a KPI into payouts: exactly one of each, per, kpi",
                                 described({{"each", of(Form::Events), "events it pays for"},
                                            {"per", of(Form::Word), "measure it pays per unit of"},
                                            {"pay", number(), "payout per event or unit; a deduction is negative"},
                                            {"kpi", of(Form::Word), "KPI it reads, with one of steps, curve, tiers"},
                                            {"steps", steps, "[x, payout from x on]"},
                                            {"curve", points, "[x, payout], linear between, flat outside"},
                                            {"tiers", points, "[x, rate for each unit above x]"},
                                            {"unit", of(Form::Word), "the currency (default) or a key of units"},
                                            {"seen_by", of(Form::Word), "monitor of an event or per-unit rule"},
                                            {"frame", choice(kFrames), "what counts as the reference; default gain"}})};
    return spec;
}
const ObjectSpec& policy() {
    static const Shape monitor_item = object(monitor());
    static const Shape kpi_item = object(kpi());
    static const Shape rule_item = object(rule());
    static const ObjectSpec spec{
        "policy", "the part a manager edits",
        described({{"monitors", map_of(monitor_item), "how things become visible"},
                   {"kpis", map_of(kpi_item), "reported figures"},
                   {"rules", map_of(rule_item), "what pays or deducts"},
                   {"units", map_of(kNumber), "what one of a unit (a point) is worth in money"}})};
    return spec;
}
const ObjectSpec& evidence() {
    static const ObjectSpec spec{"evidence",
                                 "where a number comes from",
                                 {{"code", choice(kCodes),
                                   "X experiment, L laboratory, O observed, B benchmark, A anecdote, "
                                   "S asserted, J judgement, M recalled",
                                   true},
                                  {"source", of(Form::Word), "where it was found"}}};
    return spec;
}

}  // namespace

const ObjectSpec& root() {
    static const Shape measure_item = object(measure());
    static const Shape condition_item = object(condition());
    static const Shape situation_item = object(situation());
    static const Shape evidence_item = object(evidence());
    static const ObjectSpec spec{
        "scenario", "workplace, workforce, policy and values: everything one answer needs",
        described({{"backfire", of(Form::Version), "version of the document format, 1", true},
                   {"name", of(Form::Word), "short name"},
                   {"currency", of(Form::Word), "what money is counted in"},
                   {"period", object(period()), "the pay period", true},
                   {"measures", map_of(measure_item), "additive quantities"},
                   {"values", object(values()), "what is truly gained or lost"},
                   {"conditions", map_of(condition_item), "circumstances agents cannot choose"},
                   {"situations", map_of(situation_item), "what happens at work", true},
                   {"workforce", object(workforce()), "who works", true},
                   {"policy", object(policy()), "monitors, KPIs and rules"},
                   {"evidence", map_of(evidence_item), "path of a number: where it comes from"},
                   {"stocks", of(Form::Word), "states that last", false, false}})};
    return spec;
}

std::span<const Preference> preferences() {
    static const std::array<Preference, 9> all{{{"attention", kInf, 0, kInf, false, false},
                                                {"care", 0, -kInf, kInf, false, true},
                                                {"conformity", 0, 0, kInf, false, false},
                                                {"curvature", 1, 0, kInf, true, true},
                                                {"foresight", 1, 0, 1, false, true},
                                                {"loss_aversion", 1, 0, kInf, false, true},
                                                {"noise", 0, 0, kInf, false, true},
                                                {"patience", 1, 0, 1, false, false},
                                                {"weighting", 1, 0.28, 1, false, true}}};
    return all;
}

const Key* find_key(const ObjectSpec& spec, std::string_view name) {
    const auto it = std::ranges::find(spec.keys, name, &Key::name);
    return it == spec.keys.end() ? nullptr : &*it;
}

namespace {

/// Code points that are no letter or digit of any script: controls, punctuation, symbols, private use, separators.
bool is_symbol(std::uint32_t c) {
    struct Range {
        std::uint32_t first, last;
    };
    static constexpr std::array<Range, 16> kSymbols{{{0x80, 0xA9},
                                                     {0xAB, 0xB4},
                                                     {0xB6, 0xB9},
                                                     {0xBB, 0xBF},
                                                     {0xD7, 0xD7},
                                                     {0xF7, 0xF7},
                                                     {0x2000, 0x206F},
                                                     {0x20A0, 0x20CF},
                                                     {0x2190, 0x2BFF},
                                                     {0x2E00, 0x2E7F},
                                                     {0x3000, 0x3004},
                                                     {0x3008, 0x3020},
                                                     {0xE000, 0xF8FF},
                                                     {0xFE10, 0xFE6F},
                                                     {0xFF01, 0xFF0F},
                                                     {0x1F000, 0x1FAFF}}};
    if ((c >= 0xFF1A && c <= 0xFF20) || (c >= 0xFF3B && c <= 0xFF40) || (c >= 0xFF5B && c <= 0xFF65) || c >= 0xF0000)
        return true;
    return std::ranges::any_of(kSymbols, [c](Range r) { return c >= r.first && c <= r.last; });
}

}  // namespace

bool is_id(std::string_view text) {
    if (text.empty() || text.size() > 200) return false;
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) {
            const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                               (byte >= 'a' && byte <= 'z') || byte == '_' || byte == '-';
            if (!plain) return false;
            ++i;
            continue;
        }
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
        if (i + length > text.size()) return false;
        std::uint32_t c = byte & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) c = (c << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
        if (is_symbol(c)) return false;
        i += length;
    }
    return true;
}

bool is_reserved(std::string_view text) {
    static constexpr std::array<std::string_view, 8> kReserved{"all",  "rest", "payouts", "base",
                                                               "link", "mean", "sd",      "cv"};
    return std::ranges::find(kReserved, text) != kReserved.end();
}

}  // namespace backfire::keys
