/// Reading: KPIs as their monitors see them, from the moments of one contact (design section 3.2).
#pragma once

#include "response/task.hpp"

#include <backfire/model/model.hpp>

#include <span>
#include <utility>
#include <vector>

namespace backfire {

/// Where a KPI finds its moments among a task's channels and pairs.
struct KpiReading {
    int kpi = -1;
    bool ratio = false;  ///< ratio or share among: `channel` over `below`
    bool total = false;
    bool share = false;  ///< a share per contact, as its monitor finds it
    bool at_most_once = false;
    int channel = -1;
    int below = -1;
    int square = -1;        ///< pair (channel, channel); -1: no spread is read
    int below_square = -1;  ///< pair (below, below)
    int cross = -1;         ///< pair (channel, below)
    double scale = 1;
    Seen seen;
    /// The period's own luck: channels of moved measures, with factor × period_cv in `channel` and in `below`.
    struct Luck {
        int channel;
        double above;
        double below;
    };
    std::vector<Luck> luck;
};

/// Channels and pairs a set of KPIs needs; indices into one task.
class ReadingPlan {
public:
    /// Adds the channels of a KPI that can be priced.
    void add_priced(const Work& work, const Kpi& kpi);
    /// Makes the reading, adding pairs and the channels of luck.
    [[nodiscard]] KpiReading read(const Work& work, const Order& order, const Policy& policy, int index);
    int pair(int c, int d);

    Channels channels;
    std::vector<std::pair<int, int>> pairs;
};

/// Moments of one agent's contact: means by channel, second moments by pair.
struct Moments {
    std::span<const double> mean;
    std::span<const double> second;
    double contacts = 1;
};

/// A KPI's law: normal with mean and sd, or finds among n contacts.
struct KpiLaw {
    double mean = 0;
    double sd = 0;
    double contacts = 1;  ///< n
    bool exists = true;   ///< false: a ratio over 0
    bool binomial = false;
    double find = 0;        ///< chance of a find per reviewed contact (binomial)
    double gain = 0;        ///< ∂mean/∂m of the channel (for a ratio: of the one above)
    double below_gain = 0;  ///< ∂mean/∂m of the one below
};

[[nodiscard]] KpiLaw kpi_law(const KpiReading& reading, const Moments& moments);

/// Of how many contacts a monitor makes up a KPI, and whether it counts finds among them.
struct Reviewed {
    double contacts = 1;
    bool counted = false;
};
[[nodiscard]] Reviewed reviewed_contacts(const KpiReading& reading, double contacts);

/// Variance of a channel pair, 0 where it is below 1e-12 of the second moment.
[[nodiscard]] double covariance(const Moments& moments, int pair, int c, int d);

}  // namespace backfire
