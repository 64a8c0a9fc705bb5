"""The sentences of verdicts and the words for keys, units and periods: (English, Simplified Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {
    # lists and paths
    "list.between": (", ", "、"),
    "path.between": (" › ", " › "),
    "path.entry": ("point {place}", "第 {place} 档"),
    "path.bound": ("from", "起点"),
    "path.pays": ("value", "数值"),
    "event.any": ("any", "任一"),
    "all.segments": ("everybody", "全体"),
    "all.conditions": ("all conditions", "全部条件"),
    "side.organisation": ("the organisation", "机构"),
    "side.customer": ("the customer", "客户"),
    "reform.named": ("{reform}: ", "{reform}："),
    # a reform that goes by what it writes
    "reform.set": ("{what}: {before} → {after}", "{what}：{before} → {after}"),
    "reform.added": ("{what}: {after}", "{what}：{after}"),
    "reform.rewritten": ("{what} changed", "改动{what}"),
    # the judgement in a few words
    "badge.backfires": ("Backfires", "适得其反"),
    "badge.trade_off": ("One gains, the other loses", "一方受益，一方受损"),
    "badge.misleads": ("Helps, but a KPI misleads", "总体有益，但有指标失真"),
    "badge.helps": ("Helps", "有益"),
    "badge.hardly": ("Hardly matters", "影响甚微"),
    "badge.nothing": ("Nothing changes", "没有变化"),
    "badge.undecided": ("Cannot be judged", "无法判断"),
    "badge.lifted.backfires": ("Today’s rule earns its place", "现行规则有用"),
    "badge.lifted.trade_off": ("One gains, the other loses", "一方受益，一方受损"),
    "badge.lifted.misleads": ("Today’s rule backfires", "现行规则适得其反"),
    "badge.lifted.helps": ("Today’s rule backfires", "现行规则适得其反"),
    "badge.lifted.backfires.several": ("Together, today’s rules earn their place", "现行规则合起来有用"),
    "badge.lifted.misleads.several": ("Together, today’s rules backfire", "现行规则合起来适得其反"),
    "badge.lifted.helps.several": ("Together, today’s rules backfire", "现行规则合起来适得其反"),
    "badge.lifted.hardly": ("No harm to the work found", "未发现对工作的危害"),
    "badge.lifted.nothing": ("No harm to the work found", "未发现对工作的危害"),
    "badge.lifted.undecided": ("Cannot be judged", "无法判断"),
    # the judgement with its size
    "headline.backfires": (
        "People would act so that the work is worth {total} less per agent and {period}.",
        "员工的应对会使工作价值下降：每人每{period}少 {total}。",
    ),
    "headline.backfires.kpi": (
        "A KPI would look better, yet no work would be worth more.",
        "指标会变好看，工作价值却没有提高。",
    ),
    "headline.trade_off": (
        "Per agent and {period}, {winner} gains {gain} and {loser} loses {loss}.",
        "每人每{period}，{winner}得到 {gain}，{loser}失去 {loss}。",
    ),
    "headline.misleads": (
        "The work would be worth {total} more per agent and {period}, but a KPI would no longer show the truth.",
        "工作价值每人每{period}提高 {total}，但有指标不再反映实情。",
    ),
    "headline.helps": (
        "People would act so that the work is worth {total} more per agent and {period}. For neither side does it lose "
        "anything that counts.",
        "员工的应对会使工作价值提高：每人每{period}多 {total}。对双方而言，工作价值都没有值得计较的损失。",
    ),
    "headline.helps.costly": (
        "People would act so that the work is worth {total} more per agent and {period}, but the organisation would pay "
        "agents more than it gains itself.",
        "员工的应对会使工作价值提高：每人每{period}多 {total}，但机构多付给员工的钱超过它自己的收益。",
    ),
    # where most of the change comes about though nobody chooses differently
    "headline.backfires.mechanical": (
        "The work would be worth {total} less per agent and {period}, but mostly not because people choose differently.",
        "工作价值每人每{period}下降 {total}，但主要不是因为员工改变选择。",
    ),
    "headline.helps.mechanical": (
        "The work would be worth {total} more per agent and {period}, but mostly not because people choose differently.",
        "工作价值每人每{period}提高 {total}，但主要不是因为员工改变选择。",
    ),
    "headline.helps.costly.mechanical": (
        "The work would be worth {total} more per agent and {period}, but mostly not because people choose differently; and "
        "the organisation would pay agents more than it gains itself.",
        "工作价值每人每{period}提高 {total}，但主要不是因为员工改变选择；而且机构多付给员工的钱超过它自己的收益。",
    ),
    "headline.hardly": (
        "People would act a little differently, but the work would be worth about the same: it loses nothing that counts.",
        "员工的做法略有变化，工作价值大致不变：没有值得计较的损失。",
    ),
    "headline.nothing": (
        "People would do exactly what they do now, and the work would be worth the same.",
        "员工的做法与现在完全相同，工作价值也不变。",
    ),
    "headline.undecided": (
        "The value of the work could not be computed; see the notes.",
        "工作价值无法算出，详见说明。",
    ),
    "headline.lifted.backfires": (
        "Without “{rules}”, the work would be worth {total} less per agent and {period}: it does what it is for.",
        "若取消“{rules}”，工作价值每人每{period}下降 {total}：它确实起了作用。",
    ),
    "headline.lifted.backfires.several": (
        "Without “{rules}”, the work would be worth {total} less per agent and {period}: "
        "together, they do what they are for.",
        "若取消“{rules}”，工作价值每人每{period}下降 {total}：它们合起来确实起了作用。",
    ),
    "headline.lifted.backfires.kpi": (
        "Without “{rules}”, a KPI would look better, yet no work would be worth more.",
        "若取消“{rules}”，指标会变好看，工作价值却没有提高。",
    ),
    "headline.lifted.trade_off": (
        "Without “{rules}”, {winner} would gain {gain} and {loser} would lose {loss}, per agent and {period}.",
        "若取消“{rules}”，每人每{period}，{winner}得到 {gain}，{loser}失去 {loss}。",
    ),
    "headline.lifted.misleads": (
        "Without “{rules}”, the work would be worth {total} more per agent and {period}, but a KPI would no longer "
        "show the truth.",
        "若取消“{rules}”，工作价值每人每{period}提高 {total}，但有指标不再反映实情。",
    ),
    "headline.lifted.helps": (
        "“{rules}” does more harm than good: without it, the work would be worth {total} more per agent and {period}.",
        "“{rules}”弊大于利：取消后，工作价值每人每{period}提高 {total}。",
    ),
    "headline.lifted.helps.several": (
        "Together, “{rules}” do more harm than good: without them, the work would be worth {total} more per agent "
        "and {period}.",
        "“{rules}”合起来弊大于利：全部取消后，工作价值每人每{period}提高 {total}。",
    ),
    "headline.lifted.hardly": (
        "Without “{rules}”, people would act a little differently, but the work would be worth about the same.",
        "若取消“{rules}”，员工的做法略有变化，工作价值大致不变。",
    ),
    "headline.lifted.nothing": (
        "Without “{rules}”, people would do exactly what they do now.",
        "若取消“{rules}”，员工的做法与现在完全相同。",
    ),
    # where the money goes
    "split.parties": (
        "Work, per agent and {period}: the organisation {organisation}, the customer {customer}.",
        "工作价值变化（每人每{period}）：机构 {organisation}，客户 {customer}。",
    ),
    "split.everybody": (
        "For all {agents} agents together: {total} per {period}.",
        "全部 {agents} 名员工合计：每{period} {total}。",
    ),
    "split.mechanical": (
        "Not all of this is people’s doing: {mechanical} would come even if nobody chose differently, {behavioural} comes "
        "from people choosing differently.",
        "这并不都是员工改变选择的结果：{mechanical} 即使无人改变选择也会发生，{behavioural} 来自员工改变选择。",
    ),
    "transfer.none": ("Payouts to agents stay the same in total.", "发给员工的钱总额不变。"),
    "transfer.more": (
        "Agents are paid {amount} more per agent and {period}: a transfer, not counted above.",
        "发给员工的钱每人每{period}多 {amount}：这只是转移支付，未计入上述价值。",
    ),
    "transfer.less": (
        "Agents are paid {amount} less per agent and {period}: a transfer, not counted above.",
        "发给员工的钱每人每{period}少 {amount}：这只是转移支付，未计入上述价值。",
    ),
    "transfer.exceeds": (
        "That is {net} more than the organisation gains from the work.",
        "这比机构从工作中得到的还多 {net}。",
    ),
    # who does what
    "deed.up": (
        "When “{situation}”: “{action}” rises from {before} to {after}.",
        "遇到“{situation}”时，选择“{action}”的比例从 {before} 升到 {after}。",
    ),
    "deed.down": (
        "When “{situation}”: “{action}” falls from {before} to {after}.",
        "遇到“{situation}”时，选择“{action}”的比例从 {before} 降到 {after}。",
    ),
    "deed.gone": (
        "“{action}” is no longer possible (it was done {before} of the times).",
        "不再能选择“{action}”（此前占 {before}）。",
    ),
    "deed.new": (
        "When “{situation}”: “{action}” becomes possible and is done {after} of the times.",
        "新增选择“{action}”，遇到“{situation}”时占 {after}。",
    ),
    "deed.none": ("Nobody acts differently.", "没有人改变做法。"),
    "deed.hardly": ("Hardly anybody acts differently.", "几乎没有人改变做法。"),
    # pay
    "pay.others": (
        "Whose expected pay rises or falls cannot be told: it is not the same groups before and after.",
        "无法说明谁的预期收入上升或下降：前后的人员分组不同。",
    ),
    "pay.same": ("Nobody's expected pay changes.", "没有人的预期收入发生变化。"),
    "pay.rises": (
        "Expected pay rises for {share} of agents and falls for nobody.",
        "{share} 的员工预期收入上升，没有人下降。",
    ),
    "pay.falls": (
        "Expected pay falls for {share} of agents and rises for nobody.",
        "{share} 的员工预期收入下降，没有人上升。",
    ),
    "pay.both": (
        "Expected pay rises for {winners} of agents and falls for {losers}.",
        "{winners} 的员工预期收入上升，{losers} 下降。",
    ),
    # what to beware of
    "brought": ("Warned of since the reform: {warnings}.", "改动后新出现的警告：{warnings}。"),
    "misled": (
        "“{kpi}” misleads: it looks {seems} better, while what it stands for gets {true} worse.",
        "“{kpi}”失真：它看上去改善了 {seems}，而它本应代表的东西恶化了 {true}。",
    ),
    "status.several_equilibria": (
        "For some agents more than one way of working would be stable. The figures follow the one that suits them best; "
        "which one a team settles into also depends on where it starts.",
        "部分员工有不止一种稳定的工作方式。这里的数字取对他们最有利的一种；实际停在哪一种，也取决于起点。",
    ),
    "status.coarse_quadrature": (
        "Averages over differences between agents are less exact here than usual: read small changes with care.",
        "对员工个体差异求平均时，精度低于平常：对细小变化请谨慎解读。",
    ),
    "status.iteration_limit": (
        "The search for stable behaviour ended before it settled: these figures are provisional.",
        "对稳定行为的搜索未能收敛：这些数字仅供参考。",
    ),
    "status.no_fixed_point": (
        "For some agents no behaviour is stable under these rules: do not rely on these figures.",
        "在这些规则下，部分员工没有稳定的行为：请勿依赖这些数字。",
    ),
    # units
    "unit.s": ("s", "秒"),
    "unit.min": ("min", "分钟"),
    "unit.h": ("h", "小时"),
    "unit.points": ("points", "分"),
    "unit.CNY": ("CNY", "元"),
    # periods
    "period.period": ("period", "考核期"),
    "period.shift": ("shift", "班"),
    "period.day": ("day", "天"),
    "period.week": ("week", "周"),
    "period.month": ("month", "月"),
    "period.quarter": ("quarter", "季度"),
    "period.year": ("year", "年"),
    # keys of documents
    "key.actions": ("actions", "选项"),
    "key.agents": ("number of agents", "员工人数"),
    "key.backfire": ("version of the format", "格式版本"),
    "key.base": ("base", "基准"),
    "key.better": ("better when", "优的方向"),
    "key.chance": ("chance", "概率"),
    "key.conditions": ("conditions", "条件"),
    "key.contacts": ("contacts", "联络量"),
    "key.currency": ("currency", "货币"),
    "key.curve": ("curve", "曲线"),
    "key.customer": ("value to the customer", "对客户的价值"),
    "key.cv": ("relative spread", "变异系数"),
    "key.days": ("working days", "工作日"),
    "key.description": ("description", "说明"),
    "key.each": ("pays for each", "按次计"),
    "key.effort": ("effort", "费力程度"),
    "key.en": ("English", "英文"),
    "key.error_sd": ("reviewer's spread", "评分误差"),
    "key.evidence": ("evidence", "依据"),
    "key.false_alarm": ("false alarms", "误报率"),
    "key.frame": ("framed as", "框架"),
    "key.habit": ("habit", "习惯"),
    "key.hours": ("hours", "工时"),
    "key.kpi": ("pays for the KPI", "按指标计"),
    "key.kpis": ("KPIs", "指标"),
    "key.link": ("link", "联系函数"),
    "key.mean": ("mean", "均值"),
    "key.measures": ("measures", "计量"),
    "key.miss": ("share overlooked", "漏检率"),
    "key.monitors": ("monitors", "监测"),
    "key.moves": ("effects", "影响"),
    "key.name": ("name", "名称"),
    "key.noise": ("noise", "随机性"),
    "key.of": ("out of", "分母"),
    "key.opens": ("leads to", "引向"),
    "key.organisation": ("value to the organisation", "对机构的价值"),
    "key.outcomes": ("outcomes", "结果"),
    "key.pay": ("pay", "金额"),
    "key.payouts": ("payouts", "支付"),
    "key.per": ("pays per unit of", "按量计"),
    "key.period": ("period", "考核期"),
    "key.period_cv": ("luck of the period", "考核期波动"),
    "key.policy": ("policy", "政策"),
    "key.rate": ("share seen", "抽检率"),
    "key.ratio": ("ratio", "比值"),
    "key.rules": ("rules", "规则"),
    "key.samples": ("contacts reviewed", "抽检数"),
    "key.scale": ("scale", "倍数"),
    "key.sd": ("spread", "标准差"),
    "key.seen_by": ("seen by", "由谁看到"),
    "key.segments": ("segments", "人群"),
    "key.shape": ("shape", "分布"),
    "key.share": ("share", "占比"),
    "key.shock": ("law of the choice shock", "选择扰动分布"),
    "key.situations": ("situations", "情境"),
    "key.stands_for": ("stands for", "本应代表"),
    "key.steps": ("steps", "分段"),
    "key.sum": ("sum of", "合计"),
    "key.tiers": ("tiers", "阶梯"),
    "key.time": ("time", "时间"),
    "key.title": ("title", "标题"),
    "key.total": ("total", "总量"),
    "key.traits": ("traits", "特质"),
    "key.unit": ("unit", "单位"),
    "key.units": ("worth of a unit", "单位价值"),
    "key.values": ("values", "价值"),
    "key.workforce": ("workforce", "员工队伍"),
    "key.zh": ("Chinese", "中文"),
    # reserved traits
    "key.attention": ("attention", "注意力"),
    "key.care": ("care for the customer", "对客户的关心"),
    "key.conformity": ("conformity", "从众"),
    "key.curvature": ("curvature of value", "价值曲率"),
    "key.foresight": ("foresight", "远见"),
    "key.loss_aversion": ("loss aversion", "损失厌恶"),
    "key.patience": ("patience", "耐心"),
    "key.weighting": ("distortion of chances", "概率权重"),
    "key.knowledge": ("knowledge", "业务知识"),
}
