// What every named thing of a scenario is called, for pages and pictures.
#include <backfire/model/model.hpp>

#include <algorithm>

namespace backfire {

std::string title_or_id(const Title& title, std::string_view id, std::string_view language) {
    const auto in = [&](std::string_view wanted) {
        return std::ranges::find(title, wanted, [](const auto& t) { return std::string_view(t.first); });
    };
    for (const std::string_view wanted : {language, std::string_view("en"), std::string_view("")}) {
        if (const auto it = in(wanted); it != title.end()) return it->second;
    }
    return title.empty() ? std::string(id) : title.front().second;
}

namespace {

class TitleList {
public:
    explicit TitleList(std::string_view language) : language_(language) {}

    /// A title for `kind:prefix+id`; without one in the document, the last part of the id stands in.
    void add(std::string_view kind, const std::string& id, const Title& title, const std::string& prefix = {}) {
        titles_.emplace_back(std::string(kind) + ':' + prefix + id, title_or_id(title, id, language_));
    }
    template <class Named>
    void add_all(std::string_view kind, const std::vector<Named>& named, const std::vector<int>& order) {
        for (const int i : order) {
            const Named& one = named[static_cast<std::size_t>(i)];
            add(kind, one.id, one.title);
        }
    }
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> take() && { return std::move(titles_); }

private:
    std::string_view language_;
    std::vector<std::pair<std::string, std::string>> titles_;
};

void add_situation(TitleList& titles, const Situation& situation) {
    titles.add("situation", situation.id, situation.title);
    for (const int a : situation.action_order) {
        const Action& action = situation.actions[static_cast<std::size_t>(a)];
        std::string prefix = situation.id + '.';
        if (situation.choice) {
            titles.add("action", action.id, action.title, prefix);
            prefix += action.id + '.';
        }
        for (const int o : action.outcome_order) {
            const Outcome& outcome = action.outcomes[static_cast<std::size_t>(o)];
            titles.add("outcome", outcome.id, outcome.title, prefix);
        }
    }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> titles(const Model& model, std::string_view language) {
    const Work& work = *model.work;
    const Policy& policy = *model.policy;
    TitleList list(language);
    list.add("scenario", model.name, model.title);
    for (const int s : work.situation_order) add_situation(list, work.situations[static_cast<std::size_t>(s)]);
    list.add_all("measure", work.measures, work.measure_order);
    list.add_all("condition", work.conditions, work.condition_order);
    list.add_all("segment", work.segments, work.segment_order);
    for (const Monitor& monitor : policy.monitors) list.add("monitor", monitor.id, monitor.title);
    list.add_all("kpi", policy.kpis, policy.kpi_order);
    for (const int r : policy.rule_order) {
        const Rule& rule = *policy.rules[static_cast<std::size_t>(r)];
        list.add("rule", rule.id, rule.title);
    }
    list.add("period", work.period.name, work.period.title);
    return std::move(list).take();
}

}  // namespace backfire
