/// Loads the document named on the command line, solves it and prints what people do.
#include <backfire/backfire.hpp>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: consumer FILE\n", stderr);
        return 2;
    }
    try {
        const backfire::Scenario scenario = backfire::load(argv[1]);
        const backfire::Solution solution = backfire::solve(scenario);
        std::fputs(to_csv(solution.behaviour()).c_str(), stdout);
        std::printf("value of the work to the organisation and of its pay: %.2f per agent and period\n",
                    solution.value("values.organisation"));
    } catch (const backfire::ScenarioError& error) {
        for (const backfire::Diagnostic& diagnostic : error.diagnostics()) {
            std::fprintf(stderr, "%s\n", to_string(diagnostic).c_str());
        }
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
