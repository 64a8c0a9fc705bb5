"""The sentences of pictures: (English, Simplified Chinese), part of the catalogue in `_messages`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "picture.group": ("{segment}, {condition}", "{segment}，{condition}"),
    "picture.before": ("before", "调整前"),
    "picture.after": ("after", "调整后"),
    "picture.share": ("share of occasions", "占该情境次数的比例"),
    "picture.points": ("{amount} percentage points", "{amount}个百分点"),
    "picture.named_figure": ("{name}: {figure}", "{name}：{figure}"),
    # behaviour
    "picture.behaviour.title": (
        "{action}: {before} → {after}",
        "{action}：{before} → {after}",
    ),
    "picture.behaviour.same": (
        "{action}: stays at {after}",
        "{action}：仍为{after}",
    ),
    "picture.behaviour.shown": (
        "How often each action is taken, before and after “{reform}”",
        "“{reform}”前后，各种做法的占比",
    ),
    "picture.behaviour.alone": ("What people do", "大家会怎么做"),
    "picture.behaviour.shown_alone": (
        "How often each action is taken when the situation arises",
        "遇到该情境时，各种做法的占比",
    ),
    "picture.behaviour.alt": (
        "{action}, {segment}: from {before} to {after}",
        "{action}，{segment}：从{before}变为{after}",
    ),
    "picture.behaviour.alt_same": (
        "{action}, {segment}: {before} before, {after} after",
        "{action}，{segment}：调整前{before}，调整后{after}",
    ),
    "picture.behaviour.alt_alone": ("{action}, {segment}: {after}", "{action}，{segment}：{after}"),
    # the split of a value's change
    "picture.waterfall.title": (
        "{reform}: {change} for the {party}",
        "{reform}：{party} {change}",
    ),
    "picture.waterfall.title.paid": (
        "{reform}: {change} for the {party}, after pay",
        "{reform}：{party} {change}（已扣薪酬）",
    ),
    "picture.waterfall.shown": (
        "Change of the value per agent and {period}. Plain: worth of the work. Striped: pay, a transfer.",
        "每名员工每{period}的价值变化。实色：工作的价值；条纹：薪酬，属于转移支付。",
    ),
    "picture.waterfall.mechanical.work": (
        "new rules, old behaviour: work",
        "只换规则、行为不变：工作价值",
    ),
    "picture.waterfall.mechanical.payouts": (
        "new rules, old behaviour: pay",
        "只换规则、行为不变：薪酬",
    ),
    "picture.waterfall.behavioural.work": ("people respond: work", "行为改变之后：工作价值"),
    "picture.waterfall.behavioural.payouts": ("people respond: pay", "行为改变之后：薪酬"),
    "picture.waterfall.before": ("before: {value}", "调整前：{value}"),
    "picture.waterfall.after": ("after: {value}", "调整后：{value}"),
    "picture.waterfall.alt": (
        "From {before} to {after} per agent and period",
        "每名员工每考核期从{before}变为{after}",
    ),
    # KPIs against what they stand for
    "picture.goodhart.misled": (
        "{kpi} looks better while the truth gets worse",
        "{kpi}好看了，实际却更差",
    ),
    "picture.goodhart.honest": (
        "Every KPI moves as what it stands for does",
        "各项指标与其代表的目标变化一致",
    ),
    "picture.goodhart.apart": (
        "KPIs move apart from what they stand for",
        "指标与其代表的目标变化不一致",
    ),
    "picture.goodhart.none": (
        "No KPI says what it stands for, so none can be held against it",
        "没有指标说明自己代表什么目标，无从对照",
    ),
    "picture.goodhart.shown": (
        "On the dashed line a KPI tells the truth. Each point is scaled by its larger figure.",
        "落在虚线上的指标如实反映目标。各点按自身较大的一项缩放。",
    ),
    "picture.goodhart.up": ("↑ what it stands for is better", "↑ 所代表的目标变好"),
    "picture.goodhart.right": ("the KPI looks better →", "指标变好 →"),
    "picture.goodhart.better_better": ("looks better, is better", "看着好，真的好"),
    "picture.goodhart.better_worse": ("looks better, is worse", "看着好，其实差"),
    "picture.goodhart.worse_better": ("looks worse, is better", "看着差，其实好"),
    "picture.goodhart.worse_worse": ("looks worse, is worse", "看着差，真的差"),
    "picture.goodhart.looks_better": ("looks {amount} better", "看起来改善{amount}"),
    "picture.goodhart.looks_worse": ("looks {amount} worse", "看起来变差{amount}"),
    "picture.goodhart.looks_same": ("looks unchanged", "看起来没有变化"),
    "picture.goodhart.is_better": ("is {amount} better", "实际改善{amount}"),
    "picture.goodhart.is_worse": ("is {amount} worse", "实际变差{amount}"),
    "picture.goodhart.is_same": ("is unchanged", "实际没有变化"),
    "picture.goodhart.line": ("{kpi}: {looks}, {truth}", "{kpi}：{looks}，{truth}"),
    "picture.goodhart.under": ("{reform} – {text}", "{reform}：{text}"),
    # the incentive graph
    "picture.graph.title": ("What leads to what: {title}", "激励图：{title}"),
    "picture.graph.shown": (
        "From what people do, down to who gains and loses. Money on the edges is per unit or occasion.",
        "自上而下：从员工怎么做，到谁得谁失。线上的金额按每单位或每次计。",
    ),
    "picture.graph.folded_outcome": (
        " Outcomes are folded into their actions.",
        "各种结果已并入所属的做法。",
    ),
    "picture.graph.folded_action": (
        " Actions are folded into their situations.",
        "各种做法已并入所属的情境。",
    ),
    "picture.graph.work": ("what happens", "工作过程"),
    "picture.graph.measures": ("what is counted", "计量"),
    "picture.graph.kpis": ("what is reported", "指标"),
    "picture.graph.rules": ("what pays", "奖惩规则"),
    "picture.graph.values": ("who gains and loses", "谁得谁失"),
    "picture.graph.payouts": ("all payouts", "全部奖惩金额"),
    "picture.graph.range": ("{lo} to {hi} {unit}", "{lo}～{hi}{unit}"),
    "picture.graph.rate": ("{lo} to {hi} {unit} a unit", "每单位{lo}～{hi}{unit}"),
    "picture.graph.alt": ("An incentive graph of {boxes} boxes", "共{boxes}个方框的激励图"),
    "picture.graph.edge": ("{source} → {target}: {money}", "{source} → {target}：{money}"),
    "picture.graph.arrow": (" → ", " → "),
    "picture.graph.path": ("Highlighted: {path}", "突出显示：{path}"),
    "picture.axis": ("{name} ({unit})", "{name}（{unit}）"),
    # the ledger of an action's value
    "picture.ledger.for": (
        "{action} is worth {amount} more than: {alternative}",
        "“{action}”比“{alternative}”多值{amount}",
    ),
    "picture.ledger.against": (
        "{action} is worth {amount} less than: {alternative}",
        "“{action}”比“{alternative}”少值{amount}",
    ),
    "picture.ledger.alone": ("{action} is worth {amount}", "“{action}”值{amount}"),
    "picture.ledger.shown": (
        "Right speaks for “{action}”, left for “{alternative}”; money per occasion, as people feel it. Striped: pay.",
        "向右有利于“{action}”，向左有利于“{alternative}”；每次的金额，按员工的感受计。条纹：奖惩。",
    ),
    "picture.ledger.shown_alone": (
        "Money per occasion, as people feel it. Striped: pay.",
        "每次的金额，按员工的感受计。条纹：奖惩。",
    ),
    "picture.ledger.both": ("{action} against {alternative}", "{action}，对比{alternative}"),
    "picture.ledger.sum": ("together", "合计"),
    "picture.ledger.effort": ("effort", "费力程度"),
    "picture.ledger.care": ("care for the customer", "对客户的关心"),
    "picture.ledger.time": ("time it takes", "所占时间"),
    "picture.ledger.continuation": ("what follows", "后续影响"),
    "picture.ledger.unsettled": ("not settled by the search", "求解未收敛的部分"),
    # break-even
    "picture.break_even.title": ("{subject}: breaks even at {points}", "{subject}：平衡点为{points}"),
    "picture.break_even.none": (
        "{subject}: no break-even point in this range",
        "{subject}：此范围内没有平衡点",
    ),
    "picture.break_even.shown": (
        "Shown: {figure}. Rings: where the target is met; dotted: a jump, people switch.",
        "图中为{figure}。圆圈：达到目标之处；点线：行为突变。",
    ),
    "picture.break_even.now": ("now: {value}", "现值：{value}"),
    "picture.break_even.target": ("target: {value}", "目标：{value}"),
    # payouts
    "picture.payout.title": ("{rule}: pays {paid} on average", "{rule}：平均支付{paid}"),
    "picture.payout.shown": (
        "Line: what is paid. Below, where people are: mean and, where it varies, spread.",
        "折线：支付金额。下方：各类员工所处的位置，即均值和波动。",
    ),
    "picture.payout.axis": ("paid per {period}, {unit}", "每{period}支付，{unit}"),
    "picture.payout.times": ("times found", "被查到的次数"),
    "picture.payout.group": ("{group}: {mean}, paid {paid}", "{group}：{mean}，得{paid}"),
    "picture.payout.alt": ("{group}: mean {mean}, paid {paid}", "{group}：均值{mean}，得{paid}"),
    "picture.payout.alt_spread": (
        "{group}: mean {mean}, standard deviation {sd}, paid {paid}",
        "{group}：均值{mean}，标准差{sd}，得{paid}",
    ),
}
