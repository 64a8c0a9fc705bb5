/// The policy of a model, which a manager edits, and what the work is worth. model.hpp says what ids and indices mean.
#pragma once

#include <backfire/model/work.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace backfire {

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

}  // namespace backfire
