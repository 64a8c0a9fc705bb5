"""The sentences of explanations and break-even points: (English, Simplified Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {
    # who does what
    "explain.who": (
        "For {segment}, {condition}: “{action}” is chosen on {share} of occasions, set beside “{alternative}”.",
        "{segment}，{condition}：有 {share} 的时候选择“{action}”，与“{alternative}”相比。",
    ),
    "explain.alone": (
        "For {segment}, {condition}: “{action}” is all there is to choose ({share} of occasions).",
        "{segment}，{condition}：只有“{action}”可选（{share} 的时候）。",
    ),
    # what speaks for and against it
    "explain.reasons.both": (
        "It costs {costs}; it brings {brings}: {often}.",
        "代价：{costs}；好处：{brings}。{often}。",
    ),
    "explain.reasons.costs": (
        "It costs {costs} and brings nothing: {often}.",
        "代价：{costs}；没有好处。{often}。",
    ),
    "explain.reasons.brings": (
        "It brings {brings} and costs nothing: {often}.",
        "好处：{brings}；没有代价。{often}。",
    ),
    "explain.reasons.none": (
        "Nothing speaks for it or against it: {often}.",
        "没有什么支持它，也没有什么反对它。{often}。",
    ),
    "explain.reasons.alone.both": (
        "It costs {costs}; it brings {brings}.",
        "代价：{costs}；好处：{brings}。",
    ),
    "explain.reasons.alone.costs": ("It costs {costs} and brings nothing.", "代价：{costs}；没有好处。"),
    "explain.reasons.alone.brings": ("It brings {brings} and costs nothing.", "好处：{brings}；没有代价。"),
    "explain.reasons.alone.none": ("It costs nothing and brings nothing.", "没有代价，也没有好处。"),
    "explain.rule": ("{amount} through “{rule}”", "“{rule}”带来的 {amount}"),
    "explain.rule.felt": ("{amount} as “{rule}” is felt", "对“{rule}”的感受，相当于 {amount}"),
    "explain.rule.double": (
        "{paid} through “{rule}”, felt as {felt} because losses count double",
        "“{rule}”带来的 {paid}（损失的分量加倍，感受为 {felt}）",
    ),
    "explain.rule.times": (
        "{paid} through “{rule}”, felt as {felt} because losses count {times} times as much",
        "“{rule}”带来的 {paid}（损失的分量是 {times} 倍，感受为 {felt}）",
    ),
    "explain.rule.other": (
        "{paid} through “{rule}”, felt as {felt}",
        "“{rule}”带来的 {paid}（感受为 {felt}）",
    ),
    "explain.effort": ("{amount} of effort", "费力 {amount}"),
    "explain.effort.saved": ("{amount} of effort saved", "省力 {amount}"),
    "explain.care": ("{amount} of care for the customer", "为客户着想 {amount}"),
    "explain.time": ("{amount} of time that other contacts could use", "占用其他联络的时间 {amount}"),
    "explain.time.saved": ("{amount} of time left to other contacts", "为其他联络省出的时间 {amount}"),
    "explain.rest": ("{amount} in smaller things", "其他小项 {amount}"),
    "explain.choice": ("{amount} of choices still open later", "之后的选择余地 {amount}"),
    "explain.continuation": ("{amount} of what follows", "后续影响 {amount}"),
    "explain.unsettled": ("{amount} that the search left open", "求解未定的 {amount}"),
    "explain.worth.more": (
        "In all, “{action}” is worth {amount} more than “{alternative}” to those who choose.",
        "合计：对做选择的人来说，“{action}”比“{alternative}”多值 {amount}。",
    ),
    "explain.worth.less": (
        "In all, “{action}” is worth {amount} less than “{alternative}” to those who choose.",
        "合计：对做选择的人来说，“{action}”比“{alternative}”少值 {amount}。",
    ),
    "explain.often.hardly": ("hardly anyone does it", "几乎没人这样做"),
    "explain.often.few": ("few do it", "很少有人这样做"),
    "explain.often.some": ("less than half do it", "不到一半的人这样做"),
    "explain.often.half": ("about half do it", "约有一半的人这样做"),
    "explain.often.more": ("more than half do it", "一半以上的人这样做"),
    "explain.often.most": ("most do it", "多数人这样做"),
    "explain.often.all": ("nearly everyone does it", "几乎人人这样做"),
    # what a reform changed
    "explain.changed": (
        "With “{reform}”, {after} instead of {before}: the balance moves by {causes}.",
        "实行“{reform}”后，由 {before} 变为 {after}：权衡的变化为 {causes}。",
    ),
    "explain.changed.nothing": (
        "With “{reform}”, {after} against {before} before: nothing moves the balance.",
        "实行“{reform}”后为 {after}，之前为 {before}：权衡没有变化。",
    ),
    "explain.changed.new": (
        "With “{reform}”, {after}; without it there is no such choice.",
        "实行“{reform}”后为 {after}；此前没有这一选择。",
    ),
    "explain.changed.rival": (
        "“{action}” is new there and draws from all others.",
        "“{action}”是新的选择，会分走其他选择的份额。",
    ),
    "explain.cause.rule": ("{amount} (“{what}”)", "{amount}（“{what}”）"),
    "explain.cause.part": ("{amount} ({what})", "{amount}（{what}）"),
    "explain.part.effort": ("effort", "费力"),
    "explain.part.care": ("care for the customer", "为客户着想"),
    "explain.part.time": ("time", "时间"),
    "explain.part.continuation": ("what follows", "后续影响"),
    "explain.part.rest": ("smaller things", "其他小项"),
    "explain.part.unsettled": ("left open by the search", "求解未定"),
    # where a figure meets a target
    "break_even.question": (
        "{number}, from {low} to {high} ({now} now):",
        "{number}，从 {low} 到 {high}（现为 {now}）：",
    ),
    "break_even.where.everywhere": ("{figure}", "{figure}"),
    "break_even.where.segment": ("{figure} ({segment})", "{figure}（{segment}）"),
    "break_even.where.both": ("{figure} ({segment}, {condition})", "{figure}（{segment}，{condition}）"),
    "break_even.figure.behaviour": ("the share of “{what}”", "“{what}”的比例"),
    "break_even.figure.visits": ("“{what}” per contact", "每次联络中“{what}”的次数"),
    "break_even.figure.measures": ("“{what}” per contact", "每次联络的“{what}”"),
    "break_even.figure.kpis": ("the KPI “{what}”", "指标“{what}”"),
    "break_even.figure.payouts": ("what “{what}” pays", "“{what}”的支付"),
    "break_even.figure.values": ("the value to the {party}, payouts included,", "对{party}的价值（含支付）"),
    "break_even.figure.work": ("the value of work to the {party}", "工作对{party}的价值"),
    "break_even.figure.prices": ("the price of “{what}”", "“{what}”的价格"),
    "break_even.half.rises": ("From {x} on, {figure} is half or more.", "从 {x} 起，{figure}达到一半以上。"),
    "break_even.half.falls": ("From {x} on, {figure} is half or less.", "从 {x} 起，{figure}降到一半以下。"),
    "break_even.rises": (
        "From {x} on, {figure} is {target} or more.",
        "从 {x} 起，{figure}达到 {target} 以上。",
    ),
    "break_even.falls": (
        "From {x} on, {figure} is {target} or less.",
        "从 {x} 起，{figure}降到 {target} 以下。",
    ),
    "break_even.touches": (
        "At {x}, {figure} just touches {target}.",
        "在 {x} 处，{figure}恰好触及 {target}。",
    ),
    "break_even.jumps.rises": (
        "At {x}, people switch: {figure} jumps from {left} to {right}, past {target}.",
        "在 {x} 处，员工的做法整体转变：{figure}从 {left} 跃升到 {right}，越过 {target}。",
    ),
    "break_even.jumps.falls": (
        "At {x}, people switch: {figure} drops from {left} to {right}, past {target}.",
        "在 {x} 处，员工的做法整体转变：{figure}从 {left} 骤降到 {right}，越过 {target}。",
    ),
    "break_even.stays": (
        "From {low} to {high}, {figure} stays at {target}.",
        "从 {low} 到 {high}，{figure}一直是 {target}。",
    ),
    "break_even.never": (
        "It never meets {target}: {figure} stays between {least} and {most}.",
        "始终达不到 {target}：{figure}在 {least} 到 {most} 之间。",
    ),
    "break_even.nothing": ("{figure} has no value anywhere here.", "{figure}在此范围内没有数值。"),
}
