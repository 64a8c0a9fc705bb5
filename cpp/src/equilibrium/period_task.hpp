/// The period's problem of one agent: prices in, behaviour, prices out (design section 3.3).
#pragma once

#include "equilibrium/reading.hpp"
#include "equilibrium/schedule_value.hpp"
#include "response/kernel.hpp"
#include "response/task.hpp"
#include "response/tile_numbers.hpp"

#include <backfire/model/model.hpp>

#include <memory>
#include <span>
#include <vector>

namespace backfire {

/// A rule on a KPI that can pay something, with the reading it depends on.
struct PricingRule {
    const Rule* rule = nullptr;
    const Schedule* schedule = nullptr;
    int reading = -1;
};

/// With hours: an event or per-unit rule whose detection hangs on the number of contacts, priced by a channel of its own.
struct ContactRule {
    const Rule* rule = nullptr;
    double pay = 0;
    bool per_unit = false;
    Seen seen;
    int channel = -1;
};

/// Everything about a scenario's period that all its agents share.
class PeriodTask {
public:
    PeriodTask(std::shared_ptr<const Plan> plan, std::shared_ptr<const Policy> policy,
               std::shared_ptr<const Values> values);

    std::shared_ptr<const Plan> plan;
    std::shared_ptr<const Policy> policy;
    std::shared_ptr<const Values> values;
    std::vector<Channel> channels;  ///< priced ones first
    int priced = 0;
    std::vector<KpiReading> readings;  ///< of KPIs that pricing rules read
    std::vector<PricingRule> rules;    ///< in the order of ids
    std::vector<ContactRule> contact_rules;
    int time_channel = -1;  ///< with hours
    double time_per_hour = 0;
    PassShape shape;
    TileRecipe recipe;
    std::vector<std::pair<int, double>>
        given_prices;  ///< money per unit of a measure that somebody named, paid on the spot
    /// The unknown is one number: one KPI, no ratio, contacts given.
    [[nodiscard]] bool one_unknown() const {
        return priced == 1 && readings.size() == 1 && !readings.front().ratio && time_channel < 0;
    }

    /// What is paid on the spot in a tile.
    [[nodiscard]] OnTheSpot on_the_spot(int tile) const;
};

/// What is paid on the spot, leaving out rules priced by contacts.
[[nodiscard]] OnTheSpot on_the_spot(const Plan& plan, const Policy& policy, const Values& values,
                                    bool leave_out_contact_rules, int tile);

/// What prices lead to, for one agent.
struct Answer {
    std::vector<double> next;     ///< prices that follow, by priced channel
    std::vector<double> on_spot;  ///< part of `next` that contact rules give (not in p)
    std::vector<double> mean;     ///< m by channel
    std::vector<double> weighed;  ///< m̃ by channel
    std::vector<double> second;   ///< by pair
    std::vector<KpiLaw> laws;     ///< by reading
    std::vector<double> slope;    ///< ∂Φ/∂m of each reading's channel (a ratio's KPI: ∂Φ/∂KPI)
    std::vector<double> bend;     ///< ∂²Φ/∂m² likewise
    double contacts = 1;
    double felt = 0;       ///< Φ
    double flow = 0;       ///< f
    double objective = 0;  ///< J
    double residual = 0;   ///< max |next − p|·|m|
};

/// Adds to the prices of channels what a KPI makes them worth.
/// @param worth money per contact and unit of the KPI's channel; of a ratio, per unit of the KPI
void add_worth(const KpiReading& reading, const KpiLaw& law, double worth, std::span<double> prices);

/// Expectation of a schedule under a KPI's law, in the channel's mean (a ratio: in the KPI).
[[nodiscard]] Expectation expectation(const FeltSchedule& felt, const KpiReading& reading, const KpiLaw& law);

/// One agent's side of the period: its tastes and how it feels each schedule.
class AgentTask {
public:
    /// @param alike an agent of the same task, often of the same tastes: what it feels is then not worked out again
    AgentTask(const PeriodTask& task, int agent, const AgentTask* alike = nullptr);

    /// Contacts at these means: given, or hours over the mean time.
    [[nodiscard]] double contacts(std::span<const double> mean) const;
    /// Fills in everything that follows from `answer.mean`, `.weighed` and `.second` at `prices` and the value Σ share·V.
    void follow(std::span<const double> prices, double start_value, Answer& answer) const;

    [[nodiscard]] const std::vector<FeltSchedule>& felt() const { return feelings_->felt; }
    /// Expectation of one rule under a KPI's law, in the channel's mean (a ratio: in the KPI).
    [[nodiscard]] Expectation expect(std::size_t rule, const KpiReading& reading, const KpiLaw& law) const;
    /// A bound on how convex a rule's expectation is over KPI means within [low, high], in the KPI, at the spread of `law`.
    [[nodiscard]] double most_convex(std::size_t rule, const KpiReading& reading, const KpiLaw& law, double low,
                                     double high) const;
    /// Sum over rules of what could be won or lost through them: the scale of money at stake in the period.
    [[nodiscard]] double stake() const { return feelings_->stake; }

private:
    const PeriodTask& task_;
    Taste taste_;
    double period_;  ///< contacts or hours
    struct Feelings {
        std::vector<FeltSchedule> felt;
        double stake = 0;
    };
    std::shared_ptr<const Feelings> feelings_;
};

}  // namespace backfire
