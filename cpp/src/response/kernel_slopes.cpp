// What prices do to choices, and through them to moments: ∂m/∂p and the Jacobian of the prices that follow. Compiled once per
// instruction set; dispatch.cpp picks one when it runs.
#include "response/kernel_frame.hpp"

#include <array>
#include <cmath>

namespace backfire::BACKFIRE_KERNEL_NAMESPACE {
namespace {

struct Slopes : Frame {
    /// What each action of a situation brings from there on, of every channel that can come about.
    void branches(int s, Register later, const Column below, const Column all_branches) const {
        const auto at = static_cast<std::size_t>(s);
        const int count = actions(s);
        const std::ptrdiff_t stride = shape.channels;
        const Column branch = all_branches + shape.first_action[at] * stride;
        for (int i = 0; i < count; ++i) {
            const Column into = branch + i * stride;
            bool first = true;
            each_opening(shape.first_action[at] + i, [&](int target, int o) {
                const Register w = later * number(shape.at_opening + o);
                const Column row = below + target * stride;
                if (first) each_active(s, [&](std::ptrdiff_t c) { into[c] = w * row[c]; });
                else each_active(target, [&](std::ptrdiff_t c) { into[c] += w * row[c]; });
                first = false;
            });
            if (first) each_active(s, [&](std::ptrdiff_t c) { into[c] = all(0.0); });
            each_loose(shape.first_action[at] + i, [&](const PassShape::Loose& t) { into[t.of] += number(t.at); });
        }
        by_fours(count, [&]<int Count>(int from) {
            int x = shape.columns_at[at] + from;
            for (int j = shape.column_first[at]; j < shape.column_pairs[at]; ++j, x += count) {
                const Column into = branch + (from * stride + shape.column_of[static_cast<std::size_t>(j)]);
                for (int i = 0; i < Count; ++i) into[i * stride] += number(x + i);
            }
        });
    }

    /// ∂probability/∂price of each action of a situation, price by active price: its probability times what it brings beyond the
    /// mean, over the noise; with a normal shock the density times what sets it apart. Leaves what each action brings in `branch`.
    void push_choices(int s) {
        const auto at = static_cast<std::size_t>(s);
        const int first = shape.first_action[at];
        const int count = actions(s);
        const int prices = shape.active_priced[at];
        const std::ptrdiff_t stride = shape.channels;
        branches(s, all(1.0), room.below, room.branch);
        if (shape.foresight) branches(s, number(shape.at_foresight), room.below_weighed, room.branch_weighed);
        const Column felt = (shape.foresight ? room.branch_weighed : room.branch) + first * stride;
        const Column push = room.push;
        const int* channel = shape.active_channel.data() + shape.active_first[at];
        const Register noise = number(shape.at_noise + s);
        const RegisterBits exact = noise == all(0.0);
        const Register rate = select(exact, all(0.0), 1.0 / select(exact, all(1.0), noise));
        if (shape.normal_shock && count == 2) {
            const Register density = rate * normal_density(s);
            for (int k = 0; k < prices; ++k) {
                push[k] = density * (felt[channel[k]] - felt[stride + channel[k]]);
                push[stride + k] = -push[k];
            }
            return;
        }
        const Column probability = room.probability + first;
        // The mean goes through the first of the actions' rows.
        by_fours(count, [&]<int Count>(int from) {
            std::array<Register, static_cast<std::size_t>(Count)> p{};
            for (int i = 0; i < Count; ++i) p[static_cast<std::size_t>(i)] = probability[from + i];
            for (int k = 0; k < prices; ++k) {
                const Column brought = felt + (from * stride + channel[k]);
                Register sum = p[0] * brought[0];
                for (int i = 1; i < Count; ++i) sum += p[static_cast<std::size_t>(i)] * brought[i * stride];
                push[k] = from == 0 ? sum : push[k] + sum;
            }
        });
        for (int from = (count - 1) / 4 * 4; from >= 0; from -= 4) {  // the first row last
            by_fours(count - from < 4 ? count - from : 4, [&]<int Count>(int /*none*/) {
                std::array<Register, static_cast<std::size_t>(Count)> p{};
                for (int i = 0; i < Count; ++i) p[static_cast<std::size_t>(i)] = rate * probability[from + i];
                for (int k = 0; k < prices; ++k) {
                    const Column brought = felt + (from * stride + channel[k]);
                    const Register mean = push[k];
                    for (int i = 0; i < Count; ++i)
                        push[(from + i) * stride + k] = p[static_cast<std::size_t>(i)] * (brought[i * stride] - mean);
                }
            });
        }
    }

    [[nodiscard]] bool chooses(int s) const {
        const auto at = static_cast<std::size_t>(s);
        return shape.choice[at] != 0 && shape.last_action[at] - shape.first_action[at] > 1;
    }

    /// ∂m/∂p.
    void slopes() {
        Slice::clear(room.all.slope, room.slope);
        for (int s = 0; s < shape.situations; ++s) {
            if (chooses(s)) add_slopes(s);
        }
        if (shape.foresight) return;
        for (int c = 0; c < shape.priced; ++c) {
            for (int d = c + 1; d < shape.priced; ++d)
                room.slope[static_cast<std::size_t>(c * shape.priced + d)] =
                    room.slope[static_cast<std::size_t>(d * shape.priced + c)];
        }
    }

    void add_slopes(int s) {
        push_choices(s);
        by_fours(actions(s) - 1, [&]<int Count>(int from) { add_slopes_of<Count>(s, 1 + from); });
    }

    /// What four actions or fewer add. As the pushes of all actions cancel, only what sets an action apart from the first counts.
    template <int Count>
    void add_slopes_of(int s, int from) {
        const auto at = static_cast<std::size_t>(s);
        const int* channel = shape.active_channel.data() + shape.active_first[at];
        const int active = shape.active_first[at + 1] - shape.active_first[at];
        const int prices = shape.active_priced[at];
        const std::ptrdiff_t stride = shape.channels;
        const Column branch = room.branch + shape.first_action[at] * stride;
        const Column push = room.push + from * stride;
        const Register visits = room.visits[at];
        for (int k = 0; k < active; ++k) {
            std::array<Register, static_cast<std::size_t>(Count)> apart{};
            for (int a = 0; a < Count; ++a)
                apart[static_cast<std::size_t>(a)] =
                    visits * (branch[(from + a) * stride + channel[k]] - branch[channel[k]]);
            const Column row = room.slope.data() + static_cast<std::ptrdiff_t>(channel[k]) * shape.priced;
            // Without foresight below 1 the matrix is symmetric among prices: the half below the diagonal is mirrored at the end.
            const int last = shape.foresight || k >= prices ? prices : k + 1;
            for (int i = 0; i < last; ++i) {
                Register sum = apart[0] * push[i];
                for (int a = 1; a < Count; ++a) sum += apart[static_cast<std::size_t>(a)] * push[a * stride + i];
                row[channel[i]] += sum;
            }
        }
    }

    // ------------------------------------------------------------------------------------------------ the Jacobian
    void jacobian(const Reply& reply) {
        Slice::clear(room.all.jacobian, room.jacobian);
        add_up_history();
        for (auto it = shape.topological.rbegin(); it != shape.topological.rend(); ++it) {
            const int s = *it;
            const bool opened = shape.opened[static_cast<std::size_t>(s)] != 0;
            if (!opened && !chooses(s)) continue;
            expect_squares(s);
            if (!chooses(s)) continue;
            push_choices(s);
            add_rows(s, reply);
        }
    }

    /// What was moved before each situation: by the step into it, and by all steps before that.
    void add_up_history() {
        const int channels = shape.channels;
        Slice::clear(room.all.history, room.history);
        for (std::size_t o = 0; o < shape.opening_target.size(); ++o) {
            const Register taken = room.taken[static_cast<std::size_t>(shape.opening_action[o])];
            for (int i = shape.carry_first[o]; i < shape.carry_first[o + 1]; ++i)
                room.history[static_cast<std::size_t>(shape.carry_into[static_cast<std::size_t>(i)])] +=
                    taken * number(shape.at_carry + i);
        }
        for (const int s : shape.topological) {
            if (shape.opened[static_cast<std::size_t>(s)] == 0) continue;
            const Column from = room.history.data() + static_cast<std::ptrdiff_t>(s) * channels;
            for (int a = shape.first_action[static_cast<std::size_t>(s)];
                 a < shape.last_action[static_cast<std::size_t>(s)]; ++a) {
                for (int o = shape.opening_first[static_cast<std::size_t>(a)];
                     o < shape.opening_first[static_cast<std::size_t>(a) + 1]; ++o) {
                    const Register w = room.probability[static_cast<std::size_t>(a)] * number(shape.at_opening + o);
                    const Column into =
                        room.history.data() +
                        static_cast<std::ptrdiff_t>(shape.opening_target[static_cast<std::size_t>(o)]) * channels;
                    for (int c = 0; c < channels; ++c) into[c] += w * from[c];
                }
            }
        }
    }

    /// E[X_c·X_d] of each action of a situation from there on, and of the situation.
    void expect_squares(int s) {
        const auto at = static_cast<std::size_t>(s);
        const auto pairs = static_cast<std::ptrdiff_t>(shape.pairs.size());
        const int first = shape.first_action[at];
        const int last = shape.last_action[at];
        const Column below = room.below.data();
        const Column square_below = room.square_below.data();
        int i = shape.squares_first[static_cast<std::size_t>(first)];
        int product = i == 0 ? 0 : shape.squares[static_cast<std::size_t>(i) - 1].product_last;
        int onward = i == 0 ? 0 : shape.squares[static_cast<std::size_t>(i) - 1].onward_last;
        for (int a = first; a < last; ++a) {
            const Column own = room.square_branch.data() + a * pairs;
            for (; i < shape.squares_first[static_cast<std::size_t>(a) + 1]; ++i) {
                const PassShape::Square& square = shape.squares[static_cast<std::size_t>(i)];
                Register sum = square.at < 0 ? all(0.0) : number(square.at);
                for (; product < square.product_last; ++product) {
                    const PassShape::Product& p = shape.products[static_cast<std::size_t>(product)];
                    sum += number(p.carry) * below[p.from];
                }
                for (; onward < square.onward_last; ++onward) {
                    const PassShape::SquareOnward& o = shape.square_onward[static_cast<std::size_t>(onward)];
                    sum += number(shape.at_opening + o.opening) * square_below[o.from];
                }
                own[square.pair] = sum;
            }
        }
        if (shape.opened[at] == 0) return;
        for (int k = shape.active_pair_first[at]; k < shape.active_pair_first[at + 1]; ++k) {
            const int q = shape.active_pair[static_cast<std::size_t>(k)];
            Register sum = all(0.0);
            for (int a = first; a < last; ++a)
                sum += room.probability[static_cast<std::size_t>(a)] *
                       room.square_branch[static_cast<std::size_t>(a * pairs + q)];
            room.square_below[static_cast<std::size_t>(s * pairs + q)] = sum;
        }
    }

    /// Σ_a G_a·∂P_a/∂p_d of one situation, added to every live row.
    void add_rows(int s, const Reply& reply) {
        by_fours(actions(s), [&]<int Count>(int from) { add_rows_of<Count>(s, from, reply); });
    }

    /// The same of `count` actions, few enough that what they add stays in registers.
    template <int Count>
    void add_rows_of(int s, int from, const Reply& reply) {
        const std::ptrdiff_t stride = shape.channels;
        const auto pairs = static_cast<std::ptrdiff_t>(shape.pairs.size());
        const int* channel = shape.active_channel.data() + shape.active_first[static_cast<std::size_t>(s)];
        const char* active = shape.active.data() + s * stride;
        const Column history = room.history.data() + s * stride;
        const int first = shape.first_action[static_cast<std::size_t>(s)] + from;
        const Column branch = room.branch.data() + first * stride;
        const Column push = room.push.data() + from * stride;
        const Column squares = room.square_branch.data() + first * pairs;
        const Register visits = room.visits[static_cast<std::size_t>(s)];
        const int prices = shape.active_priced[static_cast<std::size_t>(s)];
        for (int c = 0; c < shape.priced; ++c) {
            if (reply.live[static_cast<std::size_t>(c)] == 0) continue;
            std::array<Register, static_cast<std::size_t>(Count)> adds{};  // G_a
            int last = -1;
            Register weight{};  // of what the actions bring of the channel `last`
            const auto add = [&](int at, Register w) __attribute__((always_inline)) {
                if (active[at] == 0) return;
                if (at == last) {
                    weight += w;
                    return;
                }
                for (int a = 0; last >= 0 && a < Count; ++a)
                    adds[static_cast<std::size_t>(a)] += weight * branch[a * stride + last];
                last = at;
                weight = w;
            };
            for (int i = reply.first[static_cast<std::size_t>(c)]; i < reply.first[static_cast<std::size_t>(c) + 1];
                 ++i) {
                const Reply::Part part = reply.parts[static_cast<std::size_t>(i)];
                const Register size = load(numbers(reply.size.data()), i);
                if (!part.pair) {
                    add(part.index, visits * size);
                    continue;
                }
                const auto [one, two] = shape.pairs[static_cast<std::size_t>(part.index)];
                add(one, size * history[two]);
                add(two, size * history[one]);
                for (int a = 0; a < Count; ++a)
                    adds[static_cast<std::size_t>(a)] += visits * size * squares[a * pairs + part.index];
            }
            for (int a = 0; last >= 0 && a < Count; ++a)
                adds[static_cast<std::size_t>(a)] += weight * branch[a * stride + last];
            const Column row = room.jacobian.data() + static_cast<std::ptrdiff_t>(c) * shape.priced;
            for (int i = 0; i < prices; ++i) {
                Register sum = adds[0] * push[i];
                for (int a = 1; a < Count; ++a) sum += adds[static_cast<std::size_t>(a)] * push[a * stride + i];
                row[channel[i]] += sum;
            }
        }
    }

    /// φ(Δ/noise) of a choice of two under a normal shock, from the values of its actions.
    [[nodiscard]] Register normal_density(int s) const {
        const int first = shape.first_action[static_cast<std::size_t>(s)];
        const auto values = action_values<2>(s, 0);
        const Register difference = values[0] - values[1];
        const Register noise = number(shape.at_noise + s);
        Register density{};
        for (int l = 0; l < kWidth; ++l) {
            const bool both = number(shape.at_habit + first)[l] > 0 && number(shape.at_habit + first + 1)[l] > 0;
            const double z = noise[l] > 0 ? difference[l] / noise[l] : 0;
            density[l] = both ? 0x1.9884533d43651p-2 * std::exp(-0.5 * z * z) : 0;
        }
        return density;
    }
};

}  // namespace

void slopes(const PassShape& shape, const PassWish& wish, PassRoom& room) {
    for (int lane = 0; lane < kLanes; lane += kWidth) Slopes{{shape, wish, Slice(room, lane)}}.slopes();
}

void jacobian(const PassShape& shape, const PassWish& wish, const Reply& reply, PassRoom& room) {
    for (int lane = 0; lane < kLanes; lane += kWidth) Slopes{{shape, wish, Slice(room, lane)}}.jacobian(reply);
}

}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
