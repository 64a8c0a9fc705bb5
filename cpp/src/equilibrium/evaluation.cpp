// One full pass per tile with every measure and event as a channel, then averages in sorted order of agents.
#include "equilibrium/evaluation.hpp"

#include "response/pass_shape.hpp"
#include "response/tile_numbers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace backfire {
namespace {

constexpr double kNull = std::numeric_limits<double>::quiet_NaN();

struct ReadMeasures {
    std::pair<int, int> operator()(const TotalOf& f) const { return {f.measure, -1}; }
    std::pair<int, int> operator()(const MeanOf& f) const { return {f.measure, -1}; }
    std::pair<int, int> operator()(const RatioOf& f) const { return {f.above, f.below}; }
    std::pair<int, int> operator()(const ShareOf&) const { return {-1, -1}; }
    std::pair<int, int> operator()(const ShareAmong&) const { return {-1, -1}; }
};

/// The task with every figure's channels: the priced ones first, as in the period's task.
class FullTask {
public:
    explicit FullTask(const PeriodTask& task)
        : period(task), plan(*task.plan), work(*task.plan->work), policy(*task.policy) {
        for (const Channel& channel : task.channels) reading_.channels.add(channel);  // the period's indices stay valid
        for (const KpiReading& known : task.readings) {
            reading_.pair(known.channel, known.channel);
        }
        for (const auto& [first, second] : task.shape.pairs) reading_.pair(first, second);
        for (std::size_t i = 0; i < work.measures.size(); ++i) {
            measure_channel_.push_back(reading_.channels.add(measure_channel(work, static_cast<int>(i))));
            measure_pair_.push_back(reading_.pair(measure_channel_.back(), measure_channel_.back()));
        }
        for (std::size_t k = 0; k < policy.kpis.size(); ++k)
            kpis.push_back(reading_.read(work, plan.order, policy, static_cast<int>(k)));
        for (const auto& rule : policy.rules) {
            const EachEvent* each = std::get_if<EachEvent>(&rule->form);
            rule_channel.push_back(each == nullptr ? -1 : reading_.channels.add(event_channel(each->events)));
            seen.push_back(seen_by(policy, rule->monitor));
            const OnKpi* on = std::get_if<OnKpi>(&rule->form);
            plain.emplace_back();
            if (on != nullptr) plain.back().emplace(on->schedule, 1, false, Taste{});
        }
        for (const Kpi& kpi : policy.kpis) {
            truth_channel.push_back(
                !kpi.stands_for ? -1
                : std::holds_alternative<int>(kpi.stands_for->what)
                    ? measure_channel_[static_cast<std::size_t>(std::get<int>(kpi.stands_for->what))]
                    : reading_.channels.add(event_channel(std::get<EventSet>(kpi.stands_for->what))));
        }
        shape = shape_of(plan, reading_.channels.list(), task.priced, reading_.pairs);
        recipe = tile_recipe(plan, shape, reading_.channels.list());
        for (const auto& pair : task.shape.pairs)
            period_pair.push_back(static_cast<std::size_t>(std::ranges::find(shape.pairs, pair) - shape.pairs.begin()));
        for (const KpiReading& known : task.readings)
            read_measures.push_back(std::visit(ReadMeasures{}, policy.kpis[static_cast<std::size_t>(known.kpi)].form));
        lay_out();
    }

    const PeriodTask& period;
    const Plan& plan;
    const Work& work;
    const Policy& policy;
    PassShape shape;
    TileRecipe recipe;
    FigureLayout layout;
    std::vector<KpiReading> kpis;
    std::vector<int> rule_channel;
    std::vector<int> truth_channel;
    std::vector<Seen> seen;                          ///< by rule
    std::vector<std::optional<FeltSchedule>> plain;  ///< by rule: its schedule in the rule's unit
    std::vector<std::size_t> period_pair;            ///< by pair of the period's task
    std::vector<std::pair<int, int>> read_measures;  ///< by reading of the period's task

    [[nodiscard]] const std::vector<Channel>& channels() const { return reading_.channels.list(); }
    [[nodiscard]] int measure(std::size_t i) const { return measure_channel_[i]; }
    [[nodiscard]] int measure_pair(std::size_t i) const { return measure_pair_[i]; }

private:
    void lay_out() {
        const auto take = [this](int& at, std::size_t count) {
            at = layout.size;
            layout.size += static_cast<int>(count);
        };
        take(layout.probability, plan.actions.size());
        take(layout.visits, plan.actions.size());
        take(layout.measure_mean, work.measures.size());
        take(layout.measure_sd, work.measures.size());
        take(layout.kpi_mean, policy.kpis.size());
        take(layout.kpi_sd, policy.kpis.size());
        take(layout.expected, policy.rules.size());
        take(layout.money, policy.rules.size());
        take(layout.work, 2);
        take(layout.payouts, 2);
        take(layout.price, work.measures.size());
        take(layout.truth, policy.kpis.size());
    }

    ReadingPlan reading_;
    std::vector<int> measure_channel_, measure_pair_;
};

/// One agent's figures, from the moments of its contact.
class AgentFigures {
public:
    explicit AgentFigures(const FullTask& task) : figures(static_cast<std::size_t>(task.layout.size)), task_(task) {}

    void fill(const PassRoom& room, int lane, int agent, const AgentTask& agent_task, const std::vector<double>& prices,
              double start_value) {
        mean_.resize(room.mean.size());
        second_.resize(room.second.size());
        for (std::size_t c = 0; c < mean_.size(); ++c) mean_[c] = room.mean[c][lane];
        for (std::size_t q = 0; q < second_.size(); ++q) second_[q] = room.second[q][lane];
        contacts = agent_task.contacts(mean_);
        behaviour(room, lane);
        measures();
        kpis();
        payouts();
        values();
        prices_of(room, lane, agent, agent_task, prices, start_value);
    }

    double contacts = 1;
    double money = 0;
    bool null_kpi = false;
    std::vector<double> figures;

private:
    const FullTask& task_;

    double& figure(int block, std::size_t i) { return figures[static_cast<std::size_t>(block) + i]; }

    void behaviour(const PassRoom& room, int lane) {
        for (std::size_t s = 0; s < task_.plan.situations.size(); ++s) {
            for (int a = task_.plan.situations[s].first_action; a < task_.plan.situations[s].last_action; ++a) {
                const double share = room.probability[static_cast<std::size_t>(a)][lane];
                figure(task_.layout.probability, static_cast<std::size_t>(a)) = share;
                figure(task_.layout.visits, static_cast<std::size_t>(a)) = share * room.visits[s][lane];
            }
        }
    }

    void measures() {
        const Moments moments{.mean = mean_, .second = second_, .contacts = contacts};
        for (std::size_t i = 0; i < task_.work.measures.size(); ++i) {
            const int c = task_.measure(i);
            figure(task_.layout.measure_mean, i) = mean_[static_cast<std::size_t>(c)];
            figure(task_.layout.measure_sd, i) =
                std::sqrt(std::max(0.0, covariance(moments, task_.measure_pair(i), c, c)));
        }
    }

    void kpis() {
        const Moments moments{.mean = mean_, .second = second_, .contacts = contacts};
        laws_.clear();
        null_kpi = false;
        for (std::size_t k = 0; k < task_.kpis.size(); ++k) {
            const KpiReading& reading = task_.kpis[k];
            laws_.push_back(kpi_law(reading, moments));
            const bool exists = laws_.back().exists;
            null_kpi = null_kpi || !exists;
            figure(task_.layout.kpi_mean, k) = exists ? laws_.back().mean : kNull;
            figure(task_.layout.kpi_sd, k) = exists ? laws_.back().sd : kNull;
            figure(task_.layout.truth, k) = truth(k, reading);
        }
    }

    /// The KPI's form applied to what it stands for, everything seen.
    [[nodiscard]] double truth(std::size_t k, const KpiReading& reading) const {
        const int channel = task_.truth_channel[k];
        if (channel < 0) return kNull;
        const double m = mean_[static_cast<std::size_t>(channel)];
        if (!reading.ratio) return reading.scale * m * (reading.total ? contacts : 1);
        const double below = mean_[static_cast<std::size_t>(reading.below)];
        return below == 0 ? kNull : reading.scale * m / below;
    }

    void payouts() {
        money = 0;
        for (std::size_t r = 0; r < task_.policy.rules.size(); ++r) {
            const Rule& rule = *task_.policy.rules[r];
            const double expected = paid(rule, r);
            figure(task_.layout.expected, r) = expected;
            figure(task_.layout.money, r) = expected * rule.worth;
            money += expected * rule.worth;
        }
    }

    [[nodiscard]] double paid(const Rule& rule, std::size_t r) const {
        const Seen& seen = task_.seen[r];
        const double looked = seen.chance(contacts);
        if (const EachEvent* each = std::get_if<EachEvent>(&rule.form)) {
            const double events = mean_[static_cast<std::size_t>(task_.rule_channel[r])];
            const double alarms = looked * seen.false_alarm;
            return contacts * each->pay *
                   (looked * (1 - seen.miss) * events + (alarms == 0 ? 0 : alarms * (1 - events)));
        }
        if (const PerMeasure* per = std::get_if<PerMeasure>(&rule.form)) {
            return contacts * looked * (1 - seen.miss) * per->pay *
                   mean_[static_cast<std::size_t>(task_.measure(static_cast<std::size_t>(per->measure)))];
        }
        const auto& on = std::get<OnKpi>(rule.form);
        const KpiLaw& law = laws_[static_cast<std::size_t>(on.kpi)];
        if (!law.exists) return 0;
        const FeltSchedule& plain = *task_.plain[r];
        if (!law.binomial) return plain.normal(law.mean, law.sd).value;
        const int n = static_cast<int>(std::lround(law.contacts));
        std::vector<double> finds(static_cast<std::size_t>(n) + 1);
        for (int k = 0; k <= n; ++k)
            finds[static_cast<std::size_t>(k)] = plain.at(task_.kpis[static_cast<std::size_t>(on.kpi)].scale * k / n);
        return binomial(finds, law.find).value;
    }

    void values() {
        const Values& v = *task_.period.values;
        const auto work = [&](const std::vector<std::pair<int, double>>& weights) {
            double sum = 0;
            for (const auto& [measure, weight] : weights)
                sum += weight * mean_[static_cast<std::size_t>(task_.measure(static_cast<std::size_t>(measure)))];
            return contacts * sum;
        };
        figure(task_.layout.work, 0) = work(v.organisation);
        figure(task_.layout.work, 1) = work(v.customer);
        figure(task_.layout.payouts, 0) = v.payouts * money;
        figure(task_.layout.payouts, 1) = 0;
    }

    /// p + u of the declared measures: what KPI rules, time and per-unit rules make one more unit worth. A moved measure's row
    /// holds what passes through derived ones too; a derived measure's row its own.
    void prices_of(const PassRoom& room, int lane, int agent, const AgentTask& agent_task,
                   const std::vector<double>& prices, double start_value) {
        Answer& answer = answer_;
        const std::size_t n = task_.period.channels.size();
        answer.mean.assign(mean_.begin(), mean_.begin() + static_cast<std::ptrdiff_t>(n));
        answer.weighed.resize(n);
        for (std::size_t c = 0; c < n; ++c) answer.weighed[c] = room.weighed_mean[c][lane];
        answer.second.resize(task_.period.shape.pairs.size());
        for (std::size_t q = 0; q < answer.second.size(); ++q) answer.second[q] = second_[task_.period_pair[q]];
        agent_task.follow(prices, start_value, answer);
        std::vector<double>& direct = direct_;
        direct.assign(task_.work.measures.size(), 0);
        double by_contacts = 0;
        for (std::size_t k = 0; k < task_.period.readings.size(); ++k) {
            const KpiReading& reading = task_.period.readings[k];
            const auto [first, second] = task_.read_measures[k];
            const double slope = answer.slope[k] / answer.contacts;
            if (first >= 0)
                direct[static_cast<std::size_t>(first)] += reading.ratio ? slope * answer.laws[k].gain : slope;
            if (second >= 0) direct[static_cast<std::size_t>(second)] += slope * answer.laws[k].below_gain;
            if (reading.total) by_contacts += answer.slope[k] * answer.mean[static_cast<std::size_t>(reading.channel)];
        }
        if (task_.period.time_channel >= 0) {
            const double time = answer.mean[static_cast<std::size_t>(task_.period.time_channel)];
            direct[static_cast<std::size_t>(task_.work.period.time)] -=
                answer.flow / time + by_contacts / (answer.contacts * time);
        }
        const Taste taste = taste_of(task_.plan, agent);
        for (std::size_t r = 0; r < task_.policy.rules.size(); ++r) {
            const Rule& rule = *task_.policy.rules[r];
            if (const PerMeasure* per = std::get_if<PerMeasure>(&rule.form))
                direct[static_cast<std::size_t>(per->measure)] +=
                    unit_worth(rule, per->pay, task_.seen[r], contacts, taste);
        }
        for (std::size_t i = 0; i < direct.size(); ++i) figure(task_.layout.price, i) = direct[i];
        for (std::size_t d = 0; d < direct.size(); ++d) {
            if (!task_.work.measures[d].derived) continue;
            for (const auto& [part, factor] : task_.work.measures[d].sum)
                figure(task_.layout.price, static_cast<std::size_t>(part)) += factor * direct[d];
        }
    }

    std::vector<double> mean_, second_, direct_;
    std::vector<KpiLaw> laws_;
    Answer answer_;
};

/// Sums of one group of agents.
struct GroupSum {
    std::vector<double> above, below;  ///< numerator and denominator by figure
    std::vector<double> plain;         ///< plain sums of probabilities, where nobody has an occasion
    double weight = 0;

    GroupSum(std::size_t figures, std::size_t actions) : above(figures), below(figures), plain(actions) {}

    void add(const GroupSum& other) {
        weight += other.weight;
        for (std::size_t i = 0; i < above.size(); ++i) {
            above[i] += other.above[i];
            below[i] += other.below[i];
        }
        for (std::size_t a = 0; a < plain.size(); ++a) plain[a] += other.plain[a];
    }
};

/// Sums agents by segment and condition; wider groups are sums of those, in the order of ids.
class Averager {
public:
    Averager(const FullTask& task, Pulse& pulse)
        : task_(task), pulse_(pulse), weighed_(static_cast<std::size_t>(task.layout.size)) {
        evaluation_.layout = task.layout;
        evaluation_.segments = static_cast<int>(task.work.segments.size());
        evaluation_.conditions = static_cast<int>(task.work.conditions.size());
        const GroupSum empty(weighed_.size(), task.plan.actions.size());
        const auto fill = [&](std::vector<GroupSum>& sums, int count) {
            while (static_cast<int>(sums.size()) < count) {
                sums.push_back(empty);
                pulse.beat();
            }
        };
        fill(groups_, (evaluation_.segments + 1) * (evaluation_.conditions + 1));
        fill(coarse_, evaluation_.segments * evaluation_.conditions);
        evaluation_.agent_money.assign(task.plan.agents.size(), 0);
    }

    void add(int index, const AgentFigures& figures, const PassRoom& room, int lane) {
        const Agent& agent = task_.plan.agents[static_cast<std::size_t>(index)];
        evaluation_.agent_money[static_cast<std::size_t>(index)] = figures.money;
        evaluation_.null_kpi = evaluation_.null_kpi || figures.null_kpi;
        weigh(agent.weight, figures, room, lane);
        accumulate(groups_[group(agent.segment, agent.condition)], agent.weight, figures);
        if (task_.plan.points[static_cast<std::size_t>(agent.segment)].distributed > 0 && in_coarse_rule(agent.point)) {
            accumulate(coarse_[static_cast<std::size_t>(agent.segment * evaluation_.conditions + agent.condition)],
                       agent.weight, figures);
        }
    }

    Evaluation finish() {
        for (int s = 0; s < evaluation_.segments; ++s) {
            for (int c = 0; c < evaluation_.conditions; ++c) {
                pulse_.beat();
                const GroupSum& one = groups_[group(s, c)];
                groups_[group(s, evaluation_.conditions)].add(one);
                groups_[group(evaluation_.segments, c)].add(one);
                groups_[group(evaluation_.segments, evaluation_.conditions)].add(one);
            }
        }
        evaluation_.averages.reserve(groups_.size() * weighed_.size());
        for (const GroupSum& g : groups_) {
            pulse_.beat();
            for (std::size_t i = 0; i < weighed_.size(); ++i) evaluation_.averages.push_back(average(g, i));
        }
        errors();
        return std::move(evaluation_);
    }

private:
    [[nodiscard]] std::size_t group(int segment, int condition) const {
        return static_cast<std::size_t>(segment * (evaluation_.conditions + 1) + condition);
    }

    /// What each figure of an agent counts: probabilities by occasion, measures by contact, the rest by agent.
    void weigh(double weight, const AgentFigures& figures, const PassRoom& room, int lane) {
        const auto visits = static_cast<std::size_t>(task_.layout.visits);
        const auto kpis = static_cast<std::size_t>(task_.layout.kpi_mean);
        for (std::size_t s = 0; s < task_.plan.situations.size(); ++s) {
            const double occasions = weight * (figures.contacts * room.visits[s][lane]);
            for (int a = task_.plan.situations[s].first_action; a < task_.plan.situations[s].last_action; ++a)
                weighed_[static_cast<std::size_t>(task_.layout.probability + a)] = occasions;
        }
        for (std::size_t i = visits; i < kpis; ++i) weighed_[i] = weight * figures.contacts;
        for (std::size_t i = kpis; i < weighed_.size(); ++i) weighed_[i] = weight;
    }

    void accumulate(GroupSum& g, double weight, const AgentFigures& figures) const {
        g.weight += weight;
        for (std::size_t i = 0; i < weighed_.size(); ++i) {
            const double x = figures.figures[i];
            const bool known = !std::isnan(x);
            g.above[i] += known ? weighed_[i] * x : 0;
            g.below[i] += known ? weighed_[i] : 0;
        }
        for (std::size_t a = 0; a < g.plain.size(); ++a)
            g.plain[a] += weight * figures.figures[static_cast<std::size_t>(task_.layout.probability) + a];
    }

    [[nodiscard]] double average(const GroupSum& g, std::size_t i) const {
        if (g.below[i] > 0) return g.above[i] / g.below[i];
        return static_cast<int>(i) < task_.layout.visits && g.weight > 0 ? g.plain[i] / g.weight : kNull;
    }

    /// Distance between the rule and its embedded third: a quarter of it for one trait (midpoints: an eighth where smooth), half for several.
    void errors() {
        for (int s = 0; s < evaluation_.segments; ++s) {
            const int distributed = task_.plan.points[static_cast<std::size_t>(s)].distributed;
            for (int c = 0; c < evaluation_.conditions; ++c) {
                pulse_.beat();
                double worst = 0;
                const GroupSum& coarse = coarse_[static_cast<std::size_t>(s * evaluation_.conditions + c)];
                for (std::size_t a = 0; distributed > 0 && coarse.weight > 0 && a < task_.plan.actions.size(); ++a) {
                    worst = std::max(worst, std::abs(average(groups_[group(s, c)], a) - average(coarse, a)) /
                                                (distributed == 1 ? 4 : 2));
                }
                evaluation_.quadrature_error.push_back(worst);
            }
        }
    }

    const FullTask& task_;
    Pulse& pulse_;
    Evaluation evaluation_;
    std::vector<GroupSum> groups_, coarse_;
    std::vector<double> weighed_;  ///< by figure, of the agent at hand
};

/// Runs full passes tile by tile; `prepare` fills prices or given probabilities of a lane.
template <class Visit>
void full_passes(const FullTask& task, const std::function<const std::vector<double>&(int)>* prices,
                 const GivenBehaviour* behaviour, Pulse& pulse, const Visit& visit) {
    PassRoom room(task.shape);
    std::vector<double> numbers;
    const auto priced = static_cast<std::size_t>(task.period.priced);
    std::vector<double> lane_prices(std::max<std::size_t>(priced, 1) * kLanes);
    std::vector<double> given(behaviour == nullptr ? 0 : task.plan.actions.size() * kLanes);
    std::vector<double> probability(task.plan.actions.size());
    const int agents = static_cast<int>(task.plan.agents.size());
    for (int tile = 0; tile < task.plan.tiles(); ++tile) {
        pulse.beat();
        const OnTheSpot spot = task.period.on_the_spot(tile);
        fill_tile(task.plan, task.shape, task.recipe, spot, tile, numbers);
        const int last = std::min(kLanes, agents - tile * kLanes);
        for (int l = 0; l < last; ++l) {
            const int agent = tile * kLanes + l;
            if (prices != nullptr) {
                const std::vector<double>& own = (*prices)(agent);
                for (std::size_t c = 0; c < priced; ++c) lane_prices[c * kLanes + static_cast<std::size_t>(l)] = own[c];
            }
            if (behaviour != nullptr) {
                (*behaviour)(agent, probability);
                for (std::size_t a = 0; a < probability.size(); ++a)
                    given[a * kLanes + static_cast<std::size_t>(l)] = probability[a];
            }
        }
        run_pass(task.shape,
                 {.tile = numbers.data(),
                  .prices = lane_prices.data(),
                  .given = behaviour == nullptr ? nullptr : given.data(),
                  .slope = false},
                 room);
        for (int l = 0; l < last; ++l) visit(tile * kLanes + l, l, room, spot);
    }
}

}  // namespace

Evaluation evaluate_at_prices(const PeriodTask& period, const std::function<const std::vector<double>&(int)>& prices,
                              Pulse& pulse) {
    const FullTask task(period);
    Averager averager(task, pulse);
    AgentFigures figures(task);
    std::optional<AgentTask> last;
    full_passes(task, &prices, nullptr, pulse, [&](int agent, int lane, const PassRoom& room, const OnTheSpot& spot) {
        const AgentTask agent_task(period, agent, last ? &*last : nullptr);
        last.emplace(agent_task);
        figures.fill(room, lane, agent, agent_task, prices(agent), room.start_value[lane] + spot.every_contact[lane]);
        averager.add(agent, figures, room, lane);
    });
    return averager.finish();
}

Evaluation evaluate_at_behaviour(const PeriodTask& period, const GivenBehaviour& behaviour, Pulse& pulse) {
    const FullTask task(period);
    Averager averager(task, pulse);
    AgentFigures figures(task);
    std::optional<AgentTask> last;
    const std::vector<double> none(static_cast<std::size_t>(period.priced), 0);
    full_passes(
        task, nullptr, &behaviour, pulse, [&](int agent, int lane, const PassRoom& room, const OnTheSpot& spot) {
            const AgentTask agent_task(period, agent, last ? &*last : nullptr);
            last.emplace(agent_task);
            figures.fill(room, lane, agent, agent_task, none, room.start_value[lane] + spot.every_contact[lane]);
            averager.add(agent, figures, room, lane);
        });
    return averager.finish();
}

std::vector<double> behaviour_at_prices(const PeriodTask& period,
                                        const std::function<const std::vector<double>&(int)>& prices, Pulse& pulse) {
    const FullTask task(period);
    const std::size_t actions = task.plan.actions.size();
    std::vector<double> all(task.plan.agents.size() * actions);
    full_passes(task, &prices, nullptr, pulse, [&](int agent, int lane, const PassRoom& room, const OnTheSpot&) {
        for (std::size_t a = 0; a < actions; ++a)
            all[static_cast<std::size_t>(agent) * actions + a] = room.probability[a][lane];
    });
    return all;
}

}  // namespace backfire
