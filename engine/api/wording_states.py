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
    "adapt": _both("Adapting the model to your texts", "让模型适应您的文本"),
    "train": _both("Training", "训练"),
    "validate": _both("Validating", "验证"),
    "evaluate": _both("Evaluating", "评估"),
    "score": _both("Scoring", "预测"),
    "explain": _both("Explaining", "解释"),
    "measure": _both("Measuring faithfulness", "测量忠实度"),
    "compare": _both("Comparing runs", "比较训练记录"),
    "change": _both("Trying changes of the text", "尝试改动文本"),
    "phrases": _both("Counting phrases", "统计短语"),
    "suspects": _both("Looking for suspects", "寻找可疑词"),
    "probe": _both("Trying methods on a sample", "在样本上试用各方法"),
    "teach": _both("Asking the teacher", "询问教师"),
    "write": _both("Writing", "写入"),
    "search": _both("Asking the hub", "查询模型库"),
    "download": _both("Downloading", "下载"),
    "check": _both("Checking the files", "校验文件"),
    "time": _both("Timing the model", "测量模型速度"),
    "convert": _both("Writing the model in the new format", "转换模型格式"),
    "verify": _both("Checking the copy against the original", "与原模型核对"),
}

TASK_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "single": {
        "en": ("one label a text", "Each text belongs to exactly one class."),
        "zh_CN": ("单标签分类", "每条文本恰好属于一个类别。"),
    },
    "multi": {
        "en": ("several labels a text", "Each text can have any number of labels, or none."),
        "zh_CN": ("多标签分类", "每条文本可以有任意多个标签，也可以没有。"),
    },
    "tagging": {
        "en": ("tagged words", "Words inside the texts are marked: names, places, parts of an order."),
        "zh_CN": ("词语标注", "标注文本中的词语：人名、地名、订单的组成部分等。"),
    },
    "score": {
        "en": ("a score for each text", "Each text has a number: stars, a grade, a degree of agreement."),
        "zh_CN": ("打分", "每条文本对应一个数值：星级、分数、赞同程度等。"),
    },
}

NOTICE_WORDS: dict[str, Both] = {
    "teacher-chosen": _both(
        "The teacher is {teacher}; the student learns from {count} texts.",
        "教师是 {teacher}；学生从 {count} 条文本学习。",
    ),
    "round-done": _both(
        "Round {round}: learnt from {count} texts that it labelled itself. Of {texts} labelled texts the right label gets"
        " a chance of {figure}; main figure {main}.",
        "第 {round} 轮：学习了 {count} 条自己标注的文本。在 {texts} 条已标注文本上，正确标签的概率为 {figure}，主要指标 {main}。",
    ),
    "gain-from-unlabelled": _both(
        "Round {round} is kept: of {texts} labelled texts the right label gets a chance of {figure}, {before} without the"
        " unlabelled ones.",
        "保留第 {round} 轮：在 {texts} 条已标注文本上，正确标签的概率为 {figure}，不用未标注文本时为 {before}。",
    ),
    "no-gain-from-unlabelled": _both(
        "The unlabelled texts did not clearly help: of {texts} labelled texts the right label gets a chance of {before} without"
        " them and at best {figure} with them. The model without them is kept.",
        "未标注文本没有明显的帮助：在 {texts} 条已标注文本上，正确标签的概率不用它们为 {before}，用了最高为 {figure}。保留不用它们的模型。",
    ),
    "score-round-done": _both(
        "Round {round}: learnt from {count} texts to which it gave a score itself. On {texts} labelled texts Pearson’s r"
        " is {figure}.",
        "第 {round} 轮：学习了 {count} 条自己打分的文本。在 {texts} 条已标注文本上，皮尔逊相关为 {figure}。",
    ),
    "score-gain-from-unlabelled": _both(
        "Round {round} is kept: on {texts} labelled texts Pearson’s r is {figure}, {before} without the unlabelled ones.",
        "保留第 {round} 轮：在 {texts} 条已标注文本上，皮尔逊相关为 {figure}，不用未标注文本时为 {before}。",
    ),
    "no-score-gain-from-unlabelled": _both(
        "The unlabelled texts did not clearly help: on {texts} labelled texts Pearson’s r is {before} without them and at best"
        " {figure} with them. The model without them is kept.",
        "未标注文本没有明显的帮助：在 {texts} 条已标注文本上，皮尔逊相关不用它们为 {before}，用了最高为 {figure}。保留不用它们的模型。",
    ),
    "race-left-out": _both(
        "The race goes on without {left_out}. {why}",
        "竞赛跳过 {left_out}。{why}",
    ),
    "tags-repaired": _both(
        "{count} tags broke their scheme and were read as conlleval reads them. The first lines: {lines}.",
        "有 {count} 个标记不合标注方案，已按 conlleval 的方式读取。最先出现的行：{lines}。",
    ),
    "no-entities": _both(
        "No word in the file is tagged: every one is outside. That can be scored, but not learnt from.",
        "文件中没有标注任何词语，全部为 O。可以用于预测，但无法学习。",
    ),
    "bar-replaced": _both(
        "Stored labels are parted by “|”, so in these labels it was replaced by “¦”: {names}.",
        "存储时用“|”分隔标签，因此这些标签中的“|”已替换为“¦”：{names}。",
    ),
    "separator-unseen": _both(
        "No cell holds the separator “{separator}”, so no text has more than one label.",
        "没有单元格含有分隔符“{separator}”，因此没有文本带多个标签。",
    ),
    "decimal-comma": _both(
        "{count} numbers were read with a decimal comma: {example}.",
        "有 {count} 个数值按小数逗号读取：{example}。",
    ),
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
    "labels-conflict": _both(
        "{count} texts stand in the data more than once with different labels; no model can have both right. The first,"
        " with their lines in the file: {texts}.",
        "有 {count} 条文本在数据中重复出现且标签不同，模型不可能两者都对。最先出现的（附文件行号）：{texts}。",
    ),
    "split-made": _both(
        "The texts were split: {train} to learn from, {validation} to choose by, {test} to judge by.",
        "已划分文本：{train} 条训练，{validation} 条验证，{test} 条测试。",
    ),
    "length-lowered": _both(
        "Texts of {wanted} tokens were asked for, but the model reads no more than {max_tokens} at once;"
        " {max_tokens} are taken.",
        "您要求每条文本读取 {wanted} 个词元，但模型一次最多读取 {max_tokens} 个，因此改用 {max_tokens} 个。",
    ),
    "texts-cut": _both(
        "{share} of the texts are longer than {max_tokens} tokens; their ends are not read.",
        "{share} 的文本超过 {max_tokens} 个词元，超出部分不会被读取。",
    ),
    "texts-in-windows": _both(
        "{share} of the texts are longer than {max_tokens} tokens; they are read whole, in overlapping windows.",
        "{share} 的文本超过 {max_tokens} 个词元，将以重叠窗口完整读取。",
    ),
    "label-names-used": _both(
        "The names of the labels are learnt from too: they alone give {share} of the training texts the right label"
        " ({chance} by chance).",
        "标签名称也用于学习：仅凭名称就能为 {share} 的训练文本给出正确标签（随机为 {chance}）。",
    ),
    "second-source-kept": _both(
        "{second} stays as the second model: {gain} on the validation texts (95 % interval {low} to {high}), for"
        " {both_ms} instead of {first_ms} ms a text.",
        "保留第二个模型 {second}：验证文本上 {gain}（95% 区间 {low} 到 {high}），每条文本 {both_ms} 毫秒，原为 {first_ms} 毫秒。",
    ),
    "second-source-left-out": _both(
        "{second} was left out: {gain} on the validation texts (95 % interval {low} to {high}) does not show that it"
        " helps, at {both_ms} instead of {first_ms} ms a text. The model reads with the first alone.",
        "未采用 {second}：验证文本上 {gain}（95% 区间 {low} 到 {high}）不能说明有帮助，且每条文本需 {both_ms} 毫秒而非"
        " {first_ms} 毫秒。结果只用第一个模型。",
    ),
    "batch-halved": _both(
        "Memory was short, so {batch_size} texts are computed at once now. The result is the same.",
        "内存不足，现在每次计算 {batch_size} 条文本，结果不变。",
    ),
    "rows-left-out": _both(
        "{count} rows of {path} were left out: they have no text, or a label that the run does not know.",
        "{path} 中有 {count} 行未使用：没有文本，或标签不是该训练认识的。",
    ),
    "export-agreement": _both(
        "With weights in 8 bits the copy gives the same answer as the original for {agreement} of the validation texts.",
        "使用 8 位权重后，导出的模型在 {agreement} 的验证文本上与原模型结果一致。",
    ),
    "another-machine": _both(
        "The run was trained on another machine or with other versions ({trained}; here {now}), so its weights may end"
        " up a little different.",
        "该训练使用的是另一台机器或其他版本（{trained}；此处 {now}），权重可能略有不同。",
    ),
    "explainer-changed": _both(
        "Relevance propagation has no rules for models of the family “{family}”: explained by integrated gradients.",
        "相关性传播不适用于“{family}”系列的模型：已改用积分梯度解释。",
    ),
    "precision-chosen": _both(
        "Computing in {precision}: measured {speedup} times as fast here.",
        "使用 {precision} 计算：实测速度为 {speedup} 倍。",
    ),
}

REASON_WORDS: dict[str, Both] = {
    "measured": _both("Measured on a sample of your texts.", "已在您的部分文本上实测。"),
    "experience": _both(
        "Estimated: the measured features, and what training usually adds to them with so many labels.",
        "估计值：依据实测特征，以及标注数量相当时训练通常带来的提升。",
    ),
    "baseline": _both("The baseline without a pretrained model.", "不用预训练模型的基线。"),
    "little-data": _both(
        "With few labels a frozen or contrastively tuned model learns most.",
        "标注很少时，冻结或对比微调的模型学得最好。",
    ),
    "too-little-data": _both("Fine-tuning needs more labels a class to pay.", "微调需要每类更多标注才划算。"),
    "medium-data": _both(
        "With a middling number of labels two frozen models together often beat one.",
        "标注数量中等时，两个冻结模型合用常优于一个。",
    ),
    "enough-data": _both(
        "There are enough labels to train the model itself.", "标注足够，可以训练模型本身。"
    ),
    "student": _both(
        "A small, fast model that learns from your best run; it mostly ends a little below it.",
        "向您最好的训练学习的小而快的模型；通常略低于它。",
    ),
    "not-measured": _both(
        "Not measured on your texts: a guess from public sets.", "未在您的文本上实测：依据公开数据集的估计。"
    ),
    "too-long": _both("Takes longer than the minutes you have.", "所需时间超出您的预算。"),
    "unlabelled": _both("There is much text without labels to learn from.", "有大量未标注文本可供学习。"),
    "robustness": _both(
        "About as good as fine-tuning on clean text, better on typos and changed words.",
        "在干净文本上与微调相当，对错字和改词更稳健。",
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
    "rounds": _both("all rounds done", "已完成全部轮次"),
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
    "labels-taken-back": _both(
        "labels that a training gave itself have been taken back, or counted again, since",
        "此后有训练自行给出的标签被撤回，或被恢复使用",
    ),
    "source-changed": _both("the source model has changed since", "此后源模型已改变"),
    "no-record": _both("its record is missing or damaged", "它的记录缺失或已损坏"),
    "not-finished": _both("it has not finished", "它尚未完成"),
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
    "number": _both("the score is no number", "分数不是数值"),
    "tag": _both("a tag that is none (such as B-PER, I-PER, O)", "不是有效的标记（如 B-PER、I-PER、O）"),
    "entities": _both("the entities are no list of [start, end, type]", "实体不是 [起点, 终点, 类型] 的列表"),
    "outside": _both("an entity lies outside the text", "实体超出了文本范围"),
    "overlap": _both("two entities overlap", "有两个实体重叠"),
}
UNREADABLE_OTHER = _both("could not be read", "无法读取")
