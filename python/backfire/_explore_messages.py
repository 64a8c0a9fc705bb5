"""Sentences of the sliders, English and Simplified Chinese."""

SENTENCES: dict[str, tuple[str, str]] = {
    "explore.reset": ("As it stands", "恢复原值"),
    "explore.start": (
        "Nothing is changed yet: move a slider.",
        "尚未改动：请拖动滑块。",
    ),
    "explore.now": ("{number} (as it stands: {before})", "{number}（原值：{before}）"),
    "explore.choices": ("What people do: the line is how it stands", "员工的选择：竖线为现状"),
    "explore.work": (
        "What the work is worth, {currency} per agent and {period}",
        "工作价值（{currency}，每人每{period}）",
    ),
    "explore.stands": ("As it stands", "现状"),
    "explore.moved": ("With the sliders", "滑块所示"),
    "explore.time": ("Solved exactly in {seconds} s.", "精确求解用时 {seconds} 秒。"),
    "explore.broken": (
        "These values have no answer; what is shown is the last one that had. {problems}",
        "这些取值无法求解；以下显示的是上一次有结果的取值。{problems}",
    ),
    "explore.saved": (
        "Figures as they were when the cell ran, for a saved notebook",
        "单元格运行时的数字（供保存后的笔记本查看）",
    ),
    "explore.static": (
        "Run this cell to move the sliders.",
        "运行此单元格后即可拖动滑块。",
    ),
}
