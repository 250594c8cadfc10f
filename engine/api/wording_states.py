"""States, stages and notices in words, in both languages."""

from __future__ import annotations

Both = dict[str, str]


def _both(english: str, chinese: str) -> Both:
    return {"en": english, "zh_CN": chinese}


STAGE_WORDS: dict[str, Both] = {
    "inspect": _both("Looking at the file", "查看文件"),
    "read": _both("Reading", "读取"),
    "index": _both("Building the search index", "建立搜索索引"),
    "load": _both("Loading the model", "加载模型"),
    "tokenise": _both("Cutting texts into tokens", "分词"),
    "encode": _both("Encoding texts", "编码文本"),
    "fit": _both("Fitting", "拟合"),
    "train": _both("Training", "训练"),
    "validate": _both("Validating", "验证"),
    "evaluate": _both("Evaluating", "评估"),
    "score": _both("Scoring", "预测"),
    "explain": _both("Explaining", "解释"),
    "measure": _both("Measuring faithfulness", "测量忠实度"),
    "write": _both("Writing", "写入"),
}

NOTICE_WORDS: dict[str, Both] = {
    "labels-look-alike": _both(
        "Some labels differ only by space or case: {names}. They count as different; rename one to merge them.",
        "有些标签仅空格或大小写不同：{names}。它们被视为不同标签；重命名即可合并。",
    ),
    "small-classes": _both(
        "Classes with a single example can be learnt but not checked: {names}.",
        "只有一个样本的类别可以学习，但无法检验：{names}。",
    ),
    "labels-unseen": _both(
        "No training text has these labels, so the model cannot give them: {names}.",
        "训练文本中没有这些标签，模型不会预测它们：{names}。",
    ),
    "split-made": _both(
        "The texts were split: {train} to learn from, {validation} to choose by, {test} to judge by.",
        "已划分文本：{train} 条训练，{validation} 条验证，{test} 条测试。",
    ),
    "texts-cut": _both(
        "{share} of the texts are longer than {max_tokens} tokens; their ends are not read.",
        "{share} 的文本超过 {max_tokens} 个词元，超出部分不会被读取。",
    ),
    "batch-halved": _both(
        "Memory was short, so {batch_size} texts are computed at once now. The result is the same.",
        "内存不足，现在每次计算 {batch_size} 条文本，结果不变。",
    ),
    "precision-chosen": _both(
        "Computing in {precision}: measured {speedup} times as fast here.",
        "使用 {precision} 计算：实测速度为 {speedup} 倍。",
    ),
}

STATE_WORDS: dict[str, Both] = {
    "waiting": _both("waiting", "等待中"),
    "running": _both("running", "运行中"),
    "paused": _both("paused", "已暂停"),
    "done": _both("done", "已完成"),
    "cancelled": _both("cancelled", "已取消"),
    "failed": _both("failed", "失败"),
    "interrupted": _both("interrupted", "已中断"),
}

STOPPED_WORDS: dict[str, Both] = {
    "epochs": _both("all epochs done", "已完成全部轮次"),
    "patience": _both("stopped because it no longer improved", "不再提升，提前停止"),
    "target": _both("stopped at its target", "达到目标后停止"),
    "time-budget": _both("stopped when its time was up", "到达时限后停止"),
    "user": _both("stopped by you, best weights kept", "由您停止，保留了最佳权重"),
    "converged": _both("converged", "已收敛"),
}

SPLIT_WORDS: dict[str, Both] = {
    "": _both("none", "未划分"),
    "train": _both("train", "训练"),
    "validation": _both("validation", "验证"),
    "test": _both("test", "测试"),
}

RESUME_WORDS: dict[str, Both] = {
    "done": _both("it has finished", "它已经完成"),
    "running": _both("it is running", "它正在运行"),
    "data-changed": _both("the texts or labels have changed since", "此后文本或标签已改变"),
    "source-changed": _both("the source model has changed since", "此后源模型已改变"),
    "no-checkpoint": _both("it was stopped before its first checkpoint", "它在第一个检查点之前就停止了"),
    "not-live": _both(
        "this method leaves no checkpoint; it takes seconds to run again",
        "该方法没有检查点；重新运行只需几秒",
    ),
}

UNREADABLE_WORDS: dict[str, Both] = {
    "columns": _both("another number of columns than the header", "列数与表头不一致"),
    "quote": _both("a quote that is never closed", "引号没有闭合"),
    "encoding": _both("characters that are not in the file's encoding", "含有不属于该编码的字符"),
    "empty": _both("the text is empty", "文本为空"),
    "object": _both("not a JSON object", "不是 JSON 对象"),
    "split": _both("the split is none of train, validation, test", "划分不是训练、验证或测试"),
    "too-long": _both("the text is too long to be one text", "文本过长，不像是一条文本"),
    "json": _both("not valid JSON", "不是有效的 JSON"),
}
UNREADABLE_OTHER = _both("could not be read", "无法读取")
