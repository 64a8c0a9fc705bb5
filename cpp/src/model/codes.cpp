// The table of diagnostic codes: what each means, and an assignment on the shipped corrective-callbacks (or a text) that triggers it.
#include <backfire/core/diagnostic.hpp>

namespace backfire {

const std::vector<DiagnosticCode>& diagnostic_codes() {
    static const std::vector<DiagnosticCode> codes{
        {"bad_id", "a name holds something else than letters, digits, _ and -", R"({"add": {"measures.a b": {}}})"},
        {"chance_range", "a chance leaves 0…1 for some agent", R"({"situations.left_wrong.outcomes.calls_again.chance": 1.4})"},
        {"chance_sum", "the chances of one action do not sum to 1 for some agent", R"({"situations.left_wrong.outcomes.gives_up.chance": 0.5})"},
        {"cycle", "situations lead back to themselves, or measures sum each other", R"({"situations.left_wrong.outcomes.calls_again.opens": "enquiry"})"},
        {"derived_moved", "a derived measure is moved itself", R"({"measures.repeat_contact.sum": {"uncorrected_error": 1}})"},
        {"duplicate_key", "a key stands twice in one map", R"({"backfire": 1, "backfire": 1})"},
        {"empty", "a map that needs members has none", R"({"situations.enquiry.actions": {}})"},
        {"encoding", "the text is not UTF-8", "\"\xFF\""},
        {"exclusive_keys", "keys that exclude each other stand together", R"({"rules.callback_deduction.per": "handle_time"})"},
        {"file_reference", "a part's file does not lie beside the document", R"({"backfire": 1, "policy": {"file": "../policy.json"}})"},
        {"missing_field", "a condition lacks a field that a response names", R"({"remove": ["conditions.night.load"]})"},
        {"missing_key", "a required key is missing", R"({"remove": ["period"]})"},
        {"missing_trait", "a segment lacks a trait that is needed", R"({"remove": ["workforce.traits.noise"]})"},
        {"monitor_field", "a monitor has a field its reader cannot use", R"({"monitors.qa.error_sd": 1})"},
        {"name_clash", "a trait and a condition field share a name", R"({"conditions.day.knowledge": 1})"},
        {"needs_better", "a KPI stands for something without saying which way is better", R"({"remove": ["kpis.aht.better"]})"},
        {"no_action_left", "every action of a situation has habit 0", R"({"disable": ["situations.mistake_noticed.actions.call_back", "situations.mistake_noticed.actions.stay_silent"]})"},
        {"no_best_payout", "a loss frame on a rule that can always pay more", R"({"add": {"rules.x": {"per": "handle_time", "pay": 1, "frame": "loss"}}})"},
        {"no_start", "no contact begins anywhere", R"({"situations.enquiry.share": 0})"},
        {"no_true_value", "nothing says whether more of what a KPI stands for is good", R"({"remove": ["values.organisation.handle_time"]})"},
        {"not_supported", "a key that is not modelled yet and would do nothing", R"({"workforce.traits.patience": 0.9})"},
        {"number_range", "a number too large to hold", R"({"backfire": 1e999})"},
        {"out_of_range", "a number leaves its range, perhaps for some agent only", R"({"period.contacts": 0})"},
        {"reform_disable", "something else than a rule or an action is disabled", R"({"disable": ["kpis.aht"]})"},
        {"reform_exists", "something is added where something is", R"({"add": {"rules.callback_deduction": {}}})"},
        {"reform_path", "a reform names a place the document does not have", R"({"rules.callback_deducton.pay": 0})"},
        {"reform_scale", "something else than a number or a rule is scaled", R"({"scale": {"kpis.aht": 2}})"},
        {"reform_value", "a part of a reform has the wrong shape", R"({"remove": "rules.callback_deduction"})"},
        {"repeatable_event", "false alarms on events that can happen twice in a contact", R"([{"monitors.qa.false_alarm": 0.1}, {"rules.error_deduction.each": ["left_wrong.*", "mistake_noticed.stay_silent"]}])"},
        {"reserved_id", "a word of the format is used as a name", R"({"add": {"measures.payouts": {}}})"},
        {"rest_repeated", "two outcomes of one action are rest", R"({"situations.left_wrong.outcomes.calls_again.chance": "rest"})"},
        {"schedule_length", "a schedule has too few points", R"({"rules.aht_bonus": {"kpi": "aht", "curve": [[1, 2]]}})"},
        {"schedule_order", "bounds of a schedule do not rise", R"({"rules.aht_bonus.steps": [[300, 1], [200, 2]]})"},
        {"seen_by_on_kpi_rule", "a KPI rule has a monitor of its own", R"({"rules.aht_bonus.seen_by": "qa"})"},
        {"shock_actions", "more than two actions under a normal shock", R"([{"workforce.shock": "normal"}, {"add": {"situations.enquiry.actions.third": {}}}])"},
        {"shock_habit", "a habit other than 0 or 1 under a normal shock", R"([{"workforce.shock": "normal"}, {"situations.enquiry.actions.look_up.habit": 2}])"},
        {"syntax", "the text is no JSON (or YAML)", "{"},
        {"too_deep", "a text nests too deep", "[[[[…"},
        {"too_large", "a text is too long", "…"},
        {"too_many", "more of something than can be held", "…"},
        {"trait_shape", "a distribution that does not exist", R"({"workforce.segments.novice.traits.care": {"mean": -1, "sd": 1, "shape": "lognormal"}})"},
        {"unit_mismatch", "units that do not fit", R"({"kpis.aht.stands_for": {"organisation": "repeat_contact"}})"},
        {"unknown_key", "a key that nothing reads", R"([{"remove": ["rules.aht_bonus"]}, {"add": {"rules.aht_bonus": {"kpi": "aht", "stps": [[1, 2]]}}}])"},
        {"unknown_name", "a name that nothing has", R"({"rules.error_deduction.seen_by": "qaa"})"},
        {"unknown_path", "evidence for a place the document does not have", R"({"add": {"evidence.rules.nothing.pay": {"code": "J"}}})"},
        {"unmatched_event", "a pattern that matches no event", R"({"rules.callback_deduction.each": "mistake_noticed.call_bak"})"},
        {"unused", "a warning: something does nothing", R"({"remove": ["rules.error_deduction"]})"},
        {"version", "another document version", R"({"backfire": 2})"},
        {"wrong_type", "a value of another kind than expected", R"({"period.days": "many"})"},
        {"wrong_value", "none of the words that are possible", R"({"kpis.aht.better": "up"})"}};
    return codes;
}

}  // namespace backfire
