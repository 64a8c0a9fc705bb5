/// The order of situations, their loops, and how often a contact can meet an event.
#include "structure/order.hpp"
#include "structure/small_model.hpp"

#include <gtest/gtest.h>
#include <set>

namespace backfire {
namespace {

using testing_support::Draft;
using testing_support::random_workplace;

/// A workplace of situations and which of them open which, each through an action of its own.
Work opening(int count, const std::vector<std::pair<int, int>>& edges) {
    Draft draft;
    for (int s = 0; s < count; ++s) draft.situation("s" + std::to_string(s), 1);
    for (const auto& [source, target] : edges) {
        draft
            .action(source,
                    "a" + std::to_string(draft.work.situations[static_cast<std::size_t>(source)].actions.size()))
            .opens = target;
    }
    return draft.work;
}

TEST(Order, PutsEachSituationBeforeThoseItOpensAndTiesByIndex) {
    EXPECT_EQ(evaluate_order(opening(5, {{4, 0}, {0, 2}, {4, 2}})).topological, (std::vector<int>{1, 3, 4, 0, 2}));
    EXPECT_TRUE(evaluate_order(Work{}).topological.empty());
}

TEST(Order, HoldsOnRandomWorkplaces) {
    std::mt19937 random(5);
    for (int round = 0; round < 100; ++round) {
        const Work work = random_workplace(random, 12).work;
        const Order order = evaluate_order(work);
        EXPECT_TRUE(order.loops.empty());
        ASSERT_EQ(order.topological.size(), work.situations.size());
        std::set<int> before;
        for (const int s : order.topological) {
            for (const Action& action : work.situations[static_cast<std::size_t>(s)].actions) {
                EXPECT_FALSE(before.contains(action.opens));
                for (const Outcome& outcome : action.outcomes) EXPECT_FALSE(before.contains(outcome.opens));
            }
            before.insert(s);
        }
    }
}

TEST(Loops, AreNamedInFullFromTheSmallestOn) {
    const Order order = evaluate_order(opening(5, {{0, 3}, {3, 1}, {1, 4}, {4, 3}, {4, 2}}));
    EXPECT_EQ(order.loops, (std::vector<std::vector<int>>{{1, 4, 3}}));
    EXPECT_EQ(order.topological, std::vector<int>{0});
}

TEST(Loops, AreTheShortestOfTheirKnotAndOnePerKnot) {
    const Order order =
        evaluate_order(opening(8, {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {3, 2}, {4, 4}, {5, 6}, {6, 5}, {6, 7}}));
    EXPECT_EQ(order.loops, (std::vector<std::vector<int>>{{2, 3}, {4}, {5, 6}}));
    EXPECT_TRUE(order.topological.empty());
}

TEST(Loops, OfAHundredThousandSituationsAreFound) {
    constexpr int kCount = 100'000;
    std::vector<std::pair<int, int>> edges;
    for (int s = 0; s < kCount; ++s) edges.emplace_back(s, (s + 1) % kCount);
    const Order order = evaluate_order(opening(kCount, edges));
    ASSERT_EQ(order.loops.size(), 1U);
    EXPECT_EQ(order.loops[0].size(), static_cast<std::size_t>(kCount));
}

TEST(AlwaysZero, LooksAtTheLinkAndAtCoefficients) {
    EXPECT_TRUE(always_zero(Response{}));
    EXPECT_TRUE(always_zero({0, {{"skill", 0}}, Link::Identity}));
    EXPECT_FALSE(always_zero({0, {{"skill", 0.1}}, Link::Identity}));
    EXPECT_FALSE(always_zero({0.5, {}, Link::Identity}));
    EXPECT_FALSE(always_zero({0, {}, Link::Logit}));
    EXPECT_FALSE(always_zero({0, {}, Link::Log}));
}

/// Every way through a contact from a situation on, the events it meets counted.
int most_by_walking(const Work& work, const EventSet& events, int situation) {
    if (situation < 0) return 0;
    const auto counts = [&](int action, int outcome) {
        for (const int e : events.events) {
            const Event& event = work.events[static_cast<std::size_t>(e)];
            if (event.situation == situation && event.action == action && event.outcome == outcome) return 1;
        }
        return 0;
    };
    int most = 0;
    const Situation& here = work.situations[static_cast<std::size_t>(situation)];
    for (std::size_t a = 0; a < here.actions.size(); ++a) {
        const int taken = counts(static_cast<int>(a), -1);
        const Action& action = here.actions[a];
        if (action.outcomes.empty()) most = std::max(most, taken + most_by_walking(work, events, action.opens));
        for (std::size_t o = 0; o < action.outcomes.size(); ++o) {
            const int met = taken + counts(static_cast<int>(a), static_cast<int>(o));
            most = std::max(most, met + most_by_walking(work, events, action.outcomes[o].opens));
        }
    }
    return most;
}

TEST(MostOccurrences, AgreesWithWalkingEveryContact) {
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        const Draft draft = random_workplace(random, 8);
        const Order order = evaluate_order(draft.work);
        EventSet events;
        for (std::size_t e = 0; e < draft.work.events.size(); ++e) {
            if (random() % 6 == 0) events.events.push_back(static_cast<int>(e));
        }
        int most = 0;
        for (std::size_t s = 0; s < draft.work.situations.size(); ++s) {
            if (draft.work.situations[s].share.base > 0)
                most = std::max(most, most_by_walking(draft.work, events, static_cast<int>(s)));
        }
        EXPECT_EQ(most_occurrences(draft.work, order, events), std::min(most, 2));
    }
}

TEST(MostOccurrences, CountsAnActionAndItsOutcomeAsTwo) {
    Draft draft = testing_support::corrective_callbacks();
    (void)draft.finish();
    const Order order = evaluate_order(draft.work);
    const auto most = [&](const std::vector<std::string>& names) {
        return most_occurrences(draft.work, order, draft.events(names));
    };
    EXPECT_EQ(most({}), 0);
    EXPECT_EQ(most({"enquiry.look_up.wrong", "enquiry.look_up.right"}), 1);
    EXPECT_EQ(most({"enquiry.look_up", "enquiry.look_up.right"}), 2);
    EXPECT_EQ(most({"noticed.call_back", "left_wrong.missed"}), 1);
    EXPECT_EQ(most({"noticed.stay_silent", "left_wrong.missed"}), 2);
    EXPECT_EQ(most({"enquiry.look_up", "noticed.stay_silent", "left_wrong.missed"}), 2);
}

}  // namespace
}  // namespace backfire
