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
    double miss = 0;                ///< chance that an event seen is not noticed, 0…1
    double false_alarm = 0;         ///< chance that an event is found where there was none, 0…1
    double error_sd = 0;            ///< the reviewer's own spread per contact reviewed, in the unit of what is measured
};

/// A union of events; each counts once however many patterns match it.
struct EventSet {
    std::vector<std::string> patterns;
    std::vector<int> events;  ///< indices into Work::events, sorted
};

/// Which way a KPI is meant to move.
enum class Better { Unsaid, Higher, Lower };
/// Whose value is meant.
enum class Party { Organisation, Customer };

/// What a KPI is meant to tell about, and for whom.
struct StandsFor {
    Party party = Party::Organisation;
    std::variant<int, EventSet> what;  ///< a measure, or events
};

/// A measure summed over the period.
struct TotalOf {
    int measure = -1;
};
/// A measure per contact.
struct MeanOf {
    int measure = -1;
};
/// One measure over another; nothing where the lower one is 0.
struct RatioOf {
    int above = -1;
    int below = -1;
};
/// Events per contact.
struct ShareOf {
    EventSet events;
};
/// Events as a share of others; nothing where there are none of those.
struct ShareAmong {
    EventSet events;
    EventSet of;
};
/// What a KPI is made of.
using KpiForm = std::variant<TotalOf, MeanOf, RatioOf, ShareOf, ShareAmong>;

/// A figure that the organisation reports, per agent and period.
struct Kpi {
    std::string id;
    Title title;
    KpiForm form;
    double scale = 1;  ///< factor on the form
    int monitor = -1;  ///< through which it is seen
    Better better = Better::Unsaid;
    std::optional<StandsFor> stands_for;
    std::string unit;  ///< as written, else derived from the form
};

/// One point of a schedule, in the KPI's unit and the rule's.
struct SchedulePoint {
    double x = 0;  ///< lower bound; -infinity where the document says null
    double y = 0;  ///< payout from x on (steps), payout at x (curve), or rate above x (tiers), in the rule's unit
};
/// A payout that jumps at bounds; 0 below the first.
struct Steps {
    std::vector<SchedulePoint> points;
};
/// A payout straight between points and constant outside them.
struct Curve {
    std::vector<SchedulePoint> points;
};
/// A payout that grows at the rate of the tier, from 0 at the first bound.
struct Tiers {
    std::vector<SchedulePoint> points;
};
/// What a rule on a KPI pays by the KPI's value.
using Schedule = std::variant<Steps, Curve, Tiers>;

/// Pays for every event seen.
struct EachEvent {
    EventSet events;
    double pay = 0;  ///< in the rule's unit
};
/// Pays for every unit of a measure seen.
struct PerMeasure {
    int measure = -1;
    double pay = 0;  ///< per unit of the measure, in the rule's unit
};
/// Pays once a period by the value of a KPI.
struct OnKpi {
    int kpi = -1;
    Schedule schedule;
};
/// What a rule pays for.
using RuleForm = std::variant<EachEvent, PerMeasure, OnKpi>;

/// Turns events, measures or a KPI into payouts.
struct Rule {
    std::string id;
    Title title;
    RuleForm form;
    std::string unit;         ///< the currency, or a key of `policy.units`
    double worth = 1;         ///< money per unit
    int monitor = -1;         ///< event and per-unit rules only
    bool loss_frame = false;  ///< felt as what is lost from the best payout
};

/// Monitors, KPIs and rules, and what units other than money are worth.
struct Policy {
    std::vector<Monitor> monitors;
    std::vector<Kpi> kpis;
    std::vector<std::shared_ptr<const Rule>> rules;
    std::vector<std::pair<std::string, double>> units;  ///< name, money
    std::vector<int> kpi_order, rule_order;
};

/// Money per unit of each measure, per party.
struct Values {
    std::vector<std::pair<int, double>> organisation;
    std::vector<std::pair<int, double>> customer;
    double payouts = 0;  ///< the organisation's weight on payouts
};

}  // namespace backfire
