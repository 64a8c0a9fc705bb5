"""The sentences of the report and of rich display: (English, Simplified Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {
    # the page
    "page.kind": ("What a change of rules would do", "规则改动会带来什么"),
    "page.title": ("{scenario} – what a change of rules would do", "{scenario} – 规则改动会带来什么"),
    "page.overview": ("At a glance", "一览"),
    "page.reform": ("If: {reform}", "方案：{reform}"),
    "page.fingerprint": ("Document", "文档指纹"),
    "page.version": ("Computed with backfire {version}", "由 backfire {version} 计算"),
    "page.reproduce": (
        "The same document and the same version give this page again, letter for letter.",
        "用同一份文档和同一版本，可逐字重现本页。",
    ),
    "page.basis": (
        "Money is per agent and {period} unless it says otherwise. The verdict looks at the work: what the organisation and "
        "the customer gain or lose by what is done. Pay only moves money from one pocket to another and is shown apart.",
        "除另有说明外，金额均为每人每{period}。结论只看工作本身：机构和客户因员工的做法得到或失去多少。薪酬只是钱从一处到另一处，单独列出。",
    ),
    # headings
    "head.verdict": ("Verdict", "结论"),
    "head.changes": ("What changes", "改了什么"),
    "head.behaviour": ("What people would do", "员工会怎么做"),
    "head.behaviour.now": ("What people do", "员工怎么做"),
    "head.money": ("What it is worth", "得失多少"),
    "head.goodhart": ("What the KPIs show and what is true", "指标所示与实情"),
    "head.sides": ("What else moves", "还有什么会变"),
    "head.winners": ("Whose pay rises and falls", "谁的收入升降"),
    "head.why": ("Why", "原因"),
    "head.graph": ("How it hangs together", "来龙去脉"),
    "head.tipping": ("Where the answer tips", "临界点"),
    "head.assumptions": ("What this rests on", "依据与假设"),
    "head.notes": ("What to beware of", "注意事项"),
    # columns
    "col.reform": ("Reform", "方案"),
    "col.verdict": ("Verdict", "结论"),
    "col.organisation": ("Organisation, before pay", "机构（未扣薪酬）"),
    "col.customer": ("Customer", "客户"),
    "col.paid": ("Paid to agents", "付给员工"),
    "col.both": ("Both together", "两者合计"),
    "col.what": ("What", "项目"),
    "col.before": ("Now", "现在"),
    "col.after": ("Then", "改动后"),
    "col.change": ("Change", "变化"),
    "col.everybody": ("All {agents} agents", "全部 {agents} 人"),
    "col.situation": ("When", "情境"),
    "col.action": ("People choose", "选择"),
    "col.rule": ("Rule", "规则"),
    "col.kpi": ("KPI", "指标"),
    "col.seems": ("Improvement shown", "显示的改善"),
    "col.true": ("True improvement", "真实的改善"),
    "col.gap": ("Gap", "差距"),
    "col.unit": ("Unit", "单位"),
    "col.segment": ("Who", "人群"),
    "col.condition": ("Where", "条件"),
    "col.share": ("Share", "占比"),
    "col.winners": ("Pay rises", "上升"),
    "col.losers": ("Pay falls", "下降"),
    "col.unchanged": ("Unchanged", "不变"),
    "col.gain": ("On average by", "平均上升"),
    "col.loss": ("On average by", "平均下降"),
    "col.number": ("Number", "数据"),
    "col.value": ("Value", "取值"),
    "col.evidence": ("Kind of evidence", "依据类型"),
    "col.source": ("Source", "出处"),
    "col.from": ("From", "从"),
    "col.relation": ("Relation", "关系"),
    "col.to": ("To", "到"),
    "col.reason": ("Reason", "理由"),
    "col.spread": ("Spread", "波动"),
    # rows
    "row.organisation": ("Work, for the organisation, before pay", "工作价值：机构（未扣薪酬）"),
    "row.customer": ("Work, for the customer", "工作价值：客户"),
    "row.both": ("Work, both together", "工作价值：合计"),
    "row.paid": ("Paid to agents (a transfer)", "付给员工（转移支付）"),
    "row.net": ("The organisation, after pay", "机构所得（已扣薪酬）"),
    "row.added": ("new", "新增"),
    "row.removed": ("removed", "取消"),
    "row.yes": ("yes", "是"),
    "row.no": ("no", "否"),
    "row.nothing": ("–", "–"),
    # captions and sentences of the sections
    "say.changes.none": ("The reform changes nothing in the document.", "该方案没有改动文档中的任何内容。"),
    "say.money": ("{currency} per agent and {period}", "{currency}，每人每{period}"),
    "say.per_agent": ("per agent and {period}", "每人每{period}"),
    "say.overview": (
        "Change of the value of work, and of pay; {currency} per agent and {period}",
        "工作价值与薪酬的变化（{currency}，每人每{period}）",
    ),
    "say.payouts": (
        "What each rule pays, {currency} per agent and {period}",
        "各条规则支付多少（{currency}，每人每{period}）",
    ),
    "say.unit": ("“{unit}” count at {money} each.", "“{unit}”按每个 {money} 计。"),
    "say.behaviour": (
        "How often each choice is made, of the times when it can be made; largest changes first",
        "各项选择的比例（占可选择的次数），变化大的在前",
    ),
    "say.mechanical": (
        "Of the change in the value of work, {mechanical} would come even if nobody chose differently; {behavioural} comes "
        "from people choosing differently.",
        "工作价值的变化中，{mechanical} 即使无人改变选择也会发生，{behavioural} 来自员工改变选择。",
    ),
    "say.goodhart.none": (
        "No KPI in this rule set states what it stands for, so this cannot be checked.",
        "这套规则里没有指标写明它本应代表什么，因此无法核对。",
    ),
    "say.goodhart.honest": (
        "“{kpi}” stays true: what it shows and what it stands for change alike.",
        "“{kpi}”没有失真：它所显示的与它本应代表的，变化一致。",
    ),
    "say.goodhart.gap": (
        "“{kpi}” makes the change look {gap} better than it is.",
        "“{kpi}”使变化看上去比实际好 {gap}。",
    ),
    "say.goodhart.modest": (
        "“{kpi}” makes the change look {gap} worse than it is.",
        "“{kpi}”使变化看上去比实际差 {gap}。",
    ),
    "say.goodhart": ("Improvement, + is better", "改善幅度，+ 为变好"),
    "say.tipping.best": (
        "Of the values tried, {x} is best for the organisation's work: {gain} more than today per agent and {period}.",
        "在试过的取值中，{x} 对机构的工作最有利：每人每{period}比现在多 {gain}。",
    ),
    "say.tipping.none": (
        "None of the values tried is better for the organisation's work than today's.",
        "在试过的取值中，没有一个比现在对机构的工作更有利。",
    ),
    "say.graph": (
        "As the rules stand. Thick lines carry what speaks for and against “{action}”.",
        "现行规则下的情形。粗线标出支持和反对“{action}”的理由是怎样传来的。",
    ),
    "say.ledger": (
        "What “{action}” is worth to those who choose, beside “{alternative}”; {currency} each time, as felt",
        "对做选择的人来说，“{action}”相比“{alternative}”值多少（{currency}/次，按感受计）",
    ),
    "say.ledger.follows": (
        "In the table what an action leads to later stands in a row of its own; the sentences count it where it belongs, "
        "with effort, care and each rule.",
        "表中把某一选择日后的影响单列一行；文字则把它计入各自的理由：费力、为客户着想和每条规则。",
    ),
    "say.sides": ("Everything else that changes, largest first", "其他变化，幅度大的在前"),
    "say.sides.none": ("Nothing else moves.", "没有其他变化。"),
    "say.per_thousand": ("{measure}, per 1,000 contacts", "{measure}（每千次联络）"),
    "say.per_contact": ("{measure}, per contact", "{measure}（每次联络）"),
    "say.winners": (
        "Expected pay from all rules, {currency} per agent and {period}",
        "全部规则下的预期收入（{currency}，每人每{period}）",
    ),
    "say.evidence": (
        "{sourced} of the {count} numbers in this document name where they come from; {unsourced} do not.",
        "文档中共有 {count} 个数据，其中 {sourced} 个注明了出处，{unsourced} 个没有。",
    ),
    "say.evidence.soft": (
        "Of {count} sources, {soft} are judgement, memory or a single story: change those numbers and look again before "
        "relying on an amount.",
        "在 {count} 条出处中，有 {soft} 条属于判断、记忆或个别事例：在依赖具体金额之前，请改动这些数据再看一遍。",
    ),
    "say.evidence.codes": (
        "The letter in brackets is the code the document gives each kind of evidence; sources are quoted as its author wrote "
        "them, with the numbers of their own entries.",
        "括号里的字母是文档为每类依据写的代码；出处按作者原文引用，其中的编号是出处自己的条目号。",
    ),
    "say.evidence.all": (
        "All {count} numbers in this document name where they come from.",
        "文档中的 {count} 个数据都注明了出处。",
    ),
    "say.evidence.none": (
        "None of the {count} numbers in this document names where it comes from. Trust the direction of the answer more than "
        "its amounts.",
        "文档中的 {count} 个数据都没有注明出处。结论的方向比具体金额更可信。",
    ),
    "say.model": (
        "The answer is about groups in a settled {period}, not about any one person and not about the weeks after a change.",
        "结论针对人群在稳定后的一个{period}，不针对某一个人，也不描述改动后的最初几周。",
    ),
    "note.null_ratio": (
        "“{kpi}” has no value for some agents, because what it divides by never happens there; rules on it pay them nothing.",
        "部分员工的“{kpi}”没有数值，因为它的分母从不发生；与它相关的规则不向他们支付。",
    ),
    "note.other": ("A remark of the solver: {code}.", "求解器提示：{code}。"),
    "note.fine": ("The search for stable behaviour settled for everybody.", "所有员工的稳定行为均已求得。"),
    # words of documents
    "word.higher": ("higher", "越高越好"),
    "word.lower": ("lower", "越低越好"),
    "word.gain": ("a gain", "收益"),
    "word.loss": ("a loss", "损失"),
    "word.rest": ("the rest", "其余"),
    "word.normal": ("normal", "正态"),
    "word.lognormal": ("lognormal", "对数正态"),
    "word.beta": ("beta", "贝塔"),
    "word.uniform": ("uniform", "均匀"),
    # kinds of evidence
    "evidence.coded": ("{kind} ({code})", "{kind}（{code}）"),
    "evidence.X": ("field experiment", "实地实验"),
    "evidence.L": ("laboratory experiment", "实验室实验"),
    "evidence.O": ("observation", "观察数据"),
    "evidence.B": ("benchmark", "行业基准"),
    "evidence.A": ("anecdote", "个别事例"),
    "evidence.S": ("asserted by a source", "来源自述"),
    "evidence.J": ("judgement", "判断"),
    "evidence.M": ("recalled from memory", "凭记忆"),
    # rich display
    "show.kpis": ("KPIs", "指标"),
    "show.rules": ("What the rules pay", "规则如何支付"),
    "show.size": (
        "{situations} situations, {actions} actions, {segments} segments, {conditions} conditions",
        "{situations} 个情境，{actions} 个选项，{segments} 类人群，{conditions} 种条件",
    ),
    "show.graph": ("What can influence what", "什么会影响什么"),
}
