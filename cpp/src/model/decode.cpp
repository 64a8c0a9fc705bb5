// Puts the decoded parts together; parts whose nodes a reform left alone are taken over from the model it started from.
#include "model/decode.hpp"

#include "model/decode_policy.hpp"
#include "model/decode_work.hpp"
#include "model/paths.hpp"
#include "model/reading.hpp"
#include "model/shape.hpp"

#include <algorithm>
#include <array>

namespace backfire {
namespace {

bool same(const Node& a, const Node* b, std::initializer_list<std::string_view> keys) {
    return b != nullptr && std::ranges::all_of(keys, [&](std::string_view key) { return a.find(key) == b->find(key); });
}

/// Every path under `evidence` must lead somewhere.
void check_evidence(const NodePtr& document, Problems& problems) {
    const Node* evidence = document->find("evidence");
    if (evidence == nullptr || !evidence->is_object()) return;
    for (std::size_t i = 0; i < evidence->size(); ++i) {
        const std::string& path = evidence->keys()[i];
        if (path.starts_with("x-") || find_path(*document, path) != nullptr) continue;
        problems.error("unknown_path", child_pointer("/evidence", path), evidence->keys().position(i),
                       "the document has nothing at '" + path + "'", nearest_path(*document, path));
    }
}

}  // namespace

Model decode(const NodePtr& document, const Model* known, Problems& problems) {
    const Node* before = known == nullptr ? nullptr : known->document.get();
    check_shape(*document, before, "", keys::root(), problems);
    Model model;
    model.document = document;
    model.name = read_word(*document, "name", "scenario");
    model.title = read_title(*document);
    if (!document->is_object()) {
        model.work = std::make_shared<const Work>();
        model.policy = std::make_shared<const Policy>();
        model.values = std::make_shared<const Values>();
        return model;
    }
    const bool same_work =
        same(*document, before, {"currency", "period", "measures", "conditions", "situations", "workforce"});
    const bool same_values = same_work && same(*document, before, {"values"});
    const bool same_policy = same_values && same(*document, before, {"policy"});
    model.work = same_work ? known->work : std::make_shared<const Work>(decode_work(*document, problems));
    model.values =
        same_values ? known->values : std::make_shared<const Values>(decode_values(*document, *model.work, problems));
    model.policy = same_policy ? known->policy
                               : std::make_shared<const Policy>(decode_policy(*document, *model.work, *model.values,
                                                                              same_values ? known : nullptr, problems));
    check_evidence(document, problems);
    return model;
}

}  // namespace backfire
