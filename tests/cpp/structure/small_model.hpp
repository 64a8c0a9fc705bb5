/// Models built by hand for the tests of structure, without the reading of documents.
#pragma once

#include <backfire/model/model.hpp>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace backfire::testing_support {

/// The parts of a model while they are being written; lists must be added in the order of their ids.
struct Draft {
    Work work;
    Policy policy;
    Values values;

    int measure(const std::string& id) {
        work.measures.push_back({});
        work.measures.back().id = id;
        return static_cast<int>(work.measures.size()) - 1;
    }

    int situation(const std::string& id, double share = 0, bool choice = true) {
        Situation situation;
        situation.id = id;
        situation.share.base = share;
        situation.choice = choice;
        if (!choice) situation.actions.push_back(habitual(""));
        work.situations.push_back(situation);
        return static_cast<int>(work.situations.size()) - 1;
    }

    Action& action(int of, const std::string& id) {
        std::vector<Action>& actions = work.situations[static_cast<std::size_t>(of)].actions;
        actions.push_back(habitual(id));
        return actions.back();
    }

    Action& only_branch(int of) { return work.situations[static_cast<std::size_t>(of)].actions.front(); }

    static Outcome& outcome(Action& action, const std::string& id, int opens = -1) {
        action.outcomes.push_back({});
        action.outcomes.back().id = id;
        action.outcomes.back().opens = opens;
        return action.outcomes.back();
    }

    static Move move(int measure) {
        Move move;
        move.measure = measure;
        move.mean.base = 1;
        return move;
    }

    void rule(const std::string& id, RuleForm form, int monitor = -1) {
        Rule rule;
        rule.id = id;
        rule.form = std::move(form);
        rule.monitor = monitor;
        policy.rules.push_back(std::make_shared<const Rule>(std::move(rule)));
    }

    /// Events and the orders of the document (as added, unless the draft says otherwise) filled in.
    [[nodiscard]] Model finish() {
        list_events();
        in_order(work.measure_order, work.measures.size());
        in_order(work.situation_order, work.situations.size());
        in_order(policy.kpi_order, policy.kpis.size());
        in_order(policy.rule_order, policy.rules.size());
        for (Situation& situation : work.situations) {
            in_order(situation.action_order, situation.actions.size());
            for (Action& action : situation.actions) in_order(action.outcome_order, action.outcomes.size());
        }
        Model model;
        model.work = std::make_shared<const Work>(work);
        model.policy = std::make_shared<const Policy>(policy);
        model.values = std::make_shared<const Values>(values);
        return model;
    }

    void list_events() {
        work.events.clear();
        for (std::size_t s = 0; s < work.situations.size(); ++s) {
            for (std::size_t a = 0; a < work.situations[s].actions.size(); ++a) {
                const auto event = [&](std::size_t outcome) {
                    return Event{static_cast<int>(s), static_cast<int>(a), static_cast<int>(outcome) - 1};
                };
                if (work.situations[s].choice) work.events.push_back(event(0));
                for (std::size_t o = 0; o < work.situations[s].actions[a].outcomes.size(); ++o)
                    work.events.push_back(event(o + 1));
            }
        }
    }

    /// The set of the events with these names. @pre list_events() or finish() has run
    [[nodiscard]] EventSet events(const std::vector<std::string>& names) const {
        EventSet set;
        set.patterns = names;
        for (std::size_t e = 0; e < work.events.size(); ++e) {
            if (std::ranges::find(names, event_name(work, work.events[e])) != names.end())
                set.events.push_back(static_cast<int>(e));
        }
        return set;
    }

private:
    static Action habitual(const std::string& id) {
        Action action;
        action.id = id;
        action.habit.base = 1;
        return action;
    }

    static void in_order(std::vector<int>& order, std::size_t count) {
        if (order.size() == count) return;
        order.resize(count);
        std::iota(order.begin(), order.end(), 0);
    }
};

/// The example of the design, cut to what the graph needs, with a disabled rule, a derived measure and a stray monitor.
inline Draft corrective_callbacks() {
    Draft draft;
    const int error = draft.measure("error");
    const int minutes = draft.measure("minutes");
    const int time = draft.measure("time");
    draft.work.measures[static_cast<std::size_t>(minutes)].derived = true;
    draft.work.measures[static_cast<std::size_t>(minutes)].sum = {{time, 1.0 / 60}};
    draft.work.measure_order = {time, minutes, error};

    const int enquiry = draft.situation("enquiry", 1);
    const int left_wrong = draft.situation("left_wrong", 0, false);
    const int noticed = draft.situation("noticed");
    draft.work.situations[0].title = {{"en", "Enquiry"}, {"zh", "咨询"}};
    draft.work.situation_order = {enquiry, noticed, left_wrong};
    Action& look_up = draft.action(enquiry, "look_up");
    look_up.moves = {Draft::move(time)};
    Draft::outcome(look_up, "right");
    Draft::outcome(look_up, "wrong", noticed);
    look_up.outcome_order = {1, 0};
    draft.action(noticed, "call_back").moves = {Draft::move(time)};
    draft.action(noticed, "hide").habit.base = 0;
    draft.action(noticed, "stay_silent").opens = left_wrong;
    Outcome& missed = Draft::outcome(draft.only_branch(left_wrong), "missed");
    missed.moves = {Draft::move(error)};

    draft.policy.monitors.resize(1);
    draft.policy.monitors[0].id = "qa";
    draft.list_events();
    Kpi aht;
    aht.id = "aht";
    aht.form = MeanOf{minutes};
    aht.stands_for = StandsFor{Party::Organisation, time};
    Kpi repair;
    repair.id = "repair";
    repair.form =
        ShareAmong{draft.events({"noticed.call_back"}), draft.events({"noticed.call_back", "noticed.stay_silent"})};
    repair.monitor = 0;
    repair.stands_for = StandsFor{Party::Customer, draft.events({"left_wrong.missed"})};
    draft.policy.kpis = {aht, repair};
    draft.rule("bonus", OnKpi{0, Steps{{{0, 300}}}});
    draft.rule("deduction", EachEvent{draft.events({"noticed.call_back", "left_wrong.missed"}), -2}, 0);
    draft.rule("off", PerMeasure{time, 0});
    draft.rule("piece", PerMeasure{time, 0.1});
    draft.values.organisation = {{time, -0.01}};
    draft.values.customer = {{error, -12.0}, {minutes, 0.0}};
    draft.values.payouts = -1;
    return draft;
}

/// Situations s00, s01, … that open later ones at random, with one or two actions each, some outcomes, moves, and rules.
inline Draft random_workplace(std::mt19937& random, int situations) {
    Draft draft;
    draft.measure("m0");
    draft.measure("m1");
    const auto later = [&](int s) {
        const int left = situations - 1 - s;
        return left == 0 || random() % 4 == 0 ? -1 : s + 1 + static_cast<int>(random() % static_cast<unsigned>(left));
    };
    const auto moves = [&] {
        return random() % 3 == 0 ? std::vector<Move>{Draft::move(static_cast<int>(random() % 2))} : std::vector<Move>{};
    };
    for (int s = 0; s < situations; ++s) {
        const bool choice = random() % 4 != 0;
        const std::string id = {'s', static_cast<char>('0' + s / 10), static_cast<char>('0' + s % 10)};
        draft.situation(id, s == 0 || random() % 5 == 0 ? 1 : 0, choice);
        for (unsigned a = 0; a < (choice ? 1 + random() % 2 : 1U); ++a) {
            Action& action =
                choice ? draft.action(s, std::string(1, static_cast<char>('a' + a))) : draft.only_branch(s);
            const auto outcomes = choice ? random() % 3 : 2U;
            if (outcomes == 0) action.opens = later(s);
            for (unsigned o = 0; o < outcomes; ++o)
                Draft::outcome(action, std::string(1, static_cast<char>('p' + o)), later(s)).moves = moves();
            if (choice) action.moves = moves();
        }
    }
    draft.list_events();
    EventSet some;
    for (std::size_t e = 0; e < draft.work.events.size(); ++e) {
        if (random() % 4 == 0) some.events.push_back(static_cast<int>(e));
    }
    draft.rule("each", EachEvent{some, 1});
    draft.rule("per", PerMeasure{0, 1});
    draft.values.organisation = {{0, 1.0}, {1, 1.0}};
    draft.values.payouts = -1;
    return draft;
}

}  // namespace backfire::testing_support
