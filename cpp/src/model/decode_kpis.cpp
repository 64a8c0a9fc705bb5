// Each KPI is read with what it stands for, since both must be counted in one unit.
#include "model/decode_kpis.hpp"

#include "model/event_patterns.hpp"

#include <algorithm>

namespace backfire {
namespace {

class KpiDecoder {
public:
    KpiDecoder(const Work& work, const Values& values, Monitors& monitors, Problems& problems)
        : work_(work), values_(values), monitors_(monitors), problems_(problems), measure_ids_(ids_of(work.measures)) {}

    Kpi kpi(const std::string& id, const Node& node) {
        const std::string place = "/policy/kpis/" + id;
        Kpi kpi{.id = id,
                .title = read_title(node),
                .form = TotalOf{},
                .scale = read_number(node, "scale", 1),
                .monitor = -1,
                .better = Better::Unsaid,
                .stands_for = std::nullopt,
                .unit = {}};
        const std::string better = read_word(node, "better", "");
        kpi.better = better == "higher" ? Better::Higher : better == "lower" ? Better::Lower : Better::Unsaid;
        int forms = 0;
        for (const std::string_view key : {"total", "mean", "ratio", "share"})
            forms += node.find(key) != nullptr ? 1 : 0;
        if (node.is_object() && forms != 1) {
            problems_.error(forms == 0 ? "missing_key" : "exclusive_keys", place, node.position(),
                            "a KPI is exactly one of total, mean, ratio, share");
        }
        if (node.find("of") != nullptr && node.find("share") == nullptr) {
            problems_.error("exclusive_keys", place + "/of", node.find("of")->position(), "'of' belongs to a share",
                            "remove it");
        }
        form(node, place, kpi);
        if (node.find("unit") != nullptr) kpi.unit = read_word(node, "unit", kpi.unit);
        if (const Node* stands = node.find("stands_for")) stands_for(*stands, place, kpi);
        return kpi;
    }

private:
    int measure(const Node& node, const std::string& place) {
        return read_measure(node, place, measure_ids_, problems_);
    }

    [[nodiscard]] const std::string& unit_of(int measure) const {
        static const std::string none = "1";
        return measure < 0 ? none : work_.measures[static_cast<std::size_t>(measure)].unit;
    }

    void form(const Node& node, const std::string& place, Kpi& kpi) {
        if (const Node* total = node.find("total")) {
            kpi.form = TotalOf{measure(*total, place + "/total")};
            kpi.unit = unit_of(std::get<TotalOf>(kpi.form).measure);
            kpi.monitor = monitors_.of(node, place, "a total", {"error_sd"});
        } else if (const Node* mean = node.find("mean")) {
            kpi.form = MeanOf{measure(*mean, place + "/mean")};
            kpi.unit = unit_of(std::get<MeanOf>(kpi.form).measure);
            kpi.monitor = monitors_.of(node, place, "a mean", {"error_sd"});
        } else if (const Node* ratio = node.find("ratio")) {
            RatioOf form;
            if (ratio->is_array() && ratio->size() == 2) {
                form.above = measure(*ratio->items()[0], place + "/ratio/0");
                form.below = measure(*ratio->items()[1], place + "/ratio/1");
            }
            kpi.form = form;
            kpi.unit = unit_of(form.above) == unit_of(form.below) ? "1"
                       : unit_of(form.below) == "1"               ? unit_of(form.above)
                                                                  : unit_of(form.above) + "/" + unit_of(form.below);
            kpi.monitor = monitors_.of(node, place, "a ratio", {});
        } else if (const Node* share = node.find("share")) {
            kpi.unit = unit_of(-1);
            if (const Node* of = node.find("of")) {
                kpi.form = ShareAmong{read_events(*share, place + "/share", work_, problems_),
                                      read_events(*of, place + "/of", work_, problems_)};
                kpi.monitor = monitors_.of(node, place, "a share of events", {});
            } else {
                kpi.form = ShareOf{read_events(*share, place + "/share", work_, problems_)};
                kpi.monitor = monitors_.of(node, place, "a share", {"miss", "false_alarm"});
            }
        }
    }

    void stands_for(const Node& node, const std::string& place, Kpi& kpi) {
        for (const char* party : {"organisation", "customer"}) {
            const Node* what = node.find(party);
            if (what == nullptr) continue;
            const std::string at = place + "/stands_for/" + party;
            const bool customer = std::string_view(party) == "customer";
            StandsFor stands{.party = customer ? Party::Customer : Party::Organisation, .what = -1};
            const bool event = !what->is_string() || what->string_value().find('.') != std::string::npos;
            if (event) stands.what = read_events(*what, at, work_, problems_);
            else stands.what = measure(*what, at);
            if (kpi.better == Better::Unsaid) {
                problems_.error("needs_better", place + "/stands_for", node.position(),
                                "a KPI that stands for something must say which way is better",
                                "add better: higher or lower");
            }
            if (!event) true_sign(std::get<int>(stands.what), customer, at, what->position());
            agreeing_units(stands, kpi, at, what->position());
            kpi.stands_for = std::move(stands);
        }
    }

    void true_sign(int measure, bool customer, const std::string& at, Position position) {
        if (measure < 0) return;
        const auto& weights = customer ? values_.customer : values_.organisation;
        const auto it = std::ranges::find(weights, measure, &std::pair<int, double>::first);
        if (it != weights.end() && it->second != 0) return;
        const std::string path = std::string("values.") + (customer ? "customer." : "organisation.") +
                                 work_.measures[static_cast<std::size_t>(measure)].id;
        problems_.error("no_true_value", at, position,
                        "nothing says whether more of this measure is good: '" + path + "' is missing or 0",
                        "give " + path + " a value");
    }

    /// What the KPI counts, and what it stands for, must be counted in one unit.
    void agreeing_units(const StandsFor& stands, const Kpi& kpi, const std::string& at, Position position) {
        struct Counted {
            const KpiDecoder& self;
            std::string operator()(const TotalOf& f) const { return self.unit_of(f.measure); }
            std::string operator()(const MeanOf& f) const { return self.unit_of(f.measure); }
            std::string operator()(const RatioOf& f) const { return self.unit_of(f.above); }
            std::string operator()(const ShareOf&) const { return "1"; }
            std::string operator()(const ShareAmong&) const { return "1"; }
        };
        const std::string counted = std::visit(Counted{*this}, kpi.form);
        const std::string truth = std::holds_alternative<int>(stands.what) ? unit_of(std::get<int>(stands.what)) : "1";
        if (counted == truth) return;
        problems_.error(
            "unit_mismatch", at, position,
            "the KPI counts in '" + counted + "' and what it stands for in '" + truth + "': they cannot be compared",
            "let it stand for something in the same unit");
    }

    const Work& work_;
    const Values& values_;
    Monitors& monitors_;
    Problems& problems_;
    std::vector<std::string> measure_ids_;
};

}  // namespace

std::vector<Kpi> decode_kpis(const Members& found, const Work& work, const Values& values, Monitors& monitors,
                             Problems& problems) {
    KpiDecoder decoder(work, values, monitors, problems);
    std::vector<Kpi> kpis;
    for (std::size_t i = 0; i < found.ids.size(); ++i) kpis.push_back(decoder.kpi(found.ids[i], *found.values[i]));
    return kpis;
}

}  // namespace backfire
