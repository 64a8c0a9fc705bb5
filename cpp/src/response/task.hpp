/// Tasks: the channels a policy needs, what its monitors see, and what it pays on the spot.
#pragma once

#include "response/plan.hpp"
#include "response/valuation.hpp"

#include <backfire/model/model.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace backfire {

/// A quantity counted per contact: a linear function of moved measures, or a number of events.
struct Channel {
    std::vector<std::pair<int, double>> measures;  ///< moved measure, factor
    std::vector<int> events;                       ///< sorted; used where `measures` is empty
    friend bool operator==(const Channel&, const Channel&) = default;
};

/// The channel of a measure, derived ones as what they are made of.
[[nodiscard]] Channel measure_channel(const Work& work, int measure);
[[nodiscard]] inline Channel event_channel(const EventSet& set) { return {.measures = {}, .events = set.events}; }

/// Factor of a measure in a channel, 0 where it has none.
[[nodiscard]] double factor_in(const Channel& channel, int measure);
/// Whether an event (an index into Work::events, -1: none) is one of those a channel counts.
[[nodiscard]] bool counts(const Channel& channel, int event);

/// A list of channels without repeats.
class Channels {
public:
    /// Index of the channel, added where it is new.
    int add(Channel channel);
    [[nodiscard]] const std::vector<Channel>& list() const { return list_; }

private:
    std::vector<Channel> list_;
};

/// How much of what happens a monitor sees: n of N contacts, and what it makes of them.
struct Seen {
    std::optional<double> samples;
    std::optional<double> rate;
    double miss = 0;
    double false_alarm = 0;
    double error_sd = 0;

    /// Contacts seen out of `contacts`.
    [[nodiscard]] double number(double contacts) const;
    /// Chance that one contact is looked at.
    [[nodiscard]] double chance(double contacts) const;
    /// Whether what it sees depends on how many contacts there are.
    [[nodiscard]] bool depends_on_contacts() const { return samples.has_value(); }
};
[[nodiscard]] Seen seen_by(const Policy& policy, int monitor);

/// What one event, or one unit of a measure, is worth to an agent on the spot, and what every contact carries.
struct Worth {
    double each = 0;
    double every_contact = 0;
};
[[nodiscard]] Worth event_worth(const Rule& rule, double pay, const Seen& seen, double contacts, const Taste& taste);
[[nodiscard]] double unit_worth(const Rule& rule, double pay, const Seen& seen, double contacts, const Taste& taste);

/// The preferences of one lane.
[[nodiscard]] Taste taste_of(const Plan& plan, int agent);

/// What is paid on the spot and does not hang on the number of contacts, per moved measure and per event.
struct OnTheSpot {
    LaneList measure;                   ///< money per unit of each measure (per-unit rules and care)
    LaneList event;                     ///< money per event
    alignas(64) Lanes every_contact{};  ///< constant of each contact
};

}  // namespace backfire
