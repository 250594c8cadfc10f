"""Options that say how texts are prepared and weighed, in words, in both languages."""

from __future__ import annotations

# (label, what it does, why the default is what it is, what "none" means)
PREPARING_WORDS: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "class_weights": {
        "en": (
            "Class weights",
            "Balanced: a text of a rare class counts as much more as its class is rarer.",
            "None: best for accuracy; balanced helps macro-F1 where some classes are rare.",
            "",
        ),
        "zh_CN": (
            "类别权重",
            "均衡：类别越少见，其文本的权重越大。",
            "不加权最利于准确率；存在少见类别时，均衡有助于宏 F1。",
            "",
        ),
    },
    "cleaning": {
        "en": (
            "Cleaning",
            "What is taken out of a text before the model reads it; the text itself stays as it is.",
            "Nothing: the models have learnt from text as people write it. The preview shows what would change.",
            "",
        ),
        "zh_CN": (
            "文本清洗",
            "模型读取前从文本中去除的内容；原文保持不变。",
            "默认不清洗：模型学习的就是人们的原样文字。预览会显示改动。",
            "",
        ),
    },
    "long_texts": {
        "en": (
            "Long texts",
            "Windows: a text longer than the model reads at once is read in overlapping parts. Cut: only its beginning.",
            "Windows: nothing goes unread.",
            "",
        ),
        "zh_CN": (
            "长文本",
            "窗口：超过模型一次可读长度的文本分成重叠的几段读取。截断：只读开头。",
            "窗口：不会漏读任何内容。",
            "",
        ),
    },
    "window_overlap": {
        "en": (
            "Overlap of windows",
            "Share of a window that the next one reads again.",
            "A quarter, so that few sentences are torn apart.",
            "",
        ),
        "zh_CN": ("窗口重叠", "下一个窗口重复读取的比例。", "四分之一，使句子很少被切断。", ""),
    },
    "window_pooling": {
        "en": (
            "Answer of several windows",
            "Mean: all windows count alike. Max: for each label the window that says it most clearly.",
            "Mean; max suits labels that a single passage decides.",
            "",
        ),
        "zh_CN": (
            "多窗口结果",
            "平均：各窗口同等计入。最大：每个标签取最明确的窗口。",
            "默认平均；若一个段落即可决定标签，适合用最大。",
            "",
        ),
    },
    "adapt_epochs": {
        "en": (
            "Adapting to your texts (epochs)",
            "Before any label is learnt the model goes on reading: all your texts, also those without labels, never"
            " those that test it.",
            "Off: it takes long and pays where the vocabulary is special and there are thousands of texts.",
            "Off",
        ),
        "zh_CN": (
            "适应您的文本（轮数）",
            "学习标签之前，先让模型继续阅读您的全部文本（包括无标签的，但不含测试文本）。",
            "关闭：耗时较长；词汇特殊且有数千条文本时才值得。",
            "关闭",
        ),
    },
    "loss": {
        "en": (
            "Loss",
            "Focal: looks away from what is easy. Class-balanced: rare classes count more, by their effective number.",
            "Cross-entropy; the others may help where classes are very uneven. A score has always squared error.",
            "",
        ),
        "zh_CN": (
            "损失函数",
            "Focal：减少对容易样本的关注。类别均衡：按有效样本数提高少见类别的权重。",
            "默认交叉熵；类别很不均衡时可试其他。打分任务总用平方误差。",
            "",
        ),
    },
    "label_smoothing": {
        "en": (
            "Label smoothing",
            "Gives this share of each target to the other classes, so that the model is less sure of itself.",
            "0: none. 0.1 helps where labels are not always right.",
            "",
        ),
        "zh_CN": (
            "标签平滑",
            "把目标的这一比例分给其他类别，使模型不过分自信。",
            "0 表示不用；标签有误时 0.1 有帮助。",
            "",
        ),
    },
    "augment": {
        "en": (
            "Changed texts",
            "Some texts of each step are read with words deleted or swapped, with typos, or with words of like meaning"
            " that go with the same labels; a word's tag stays with it.",
            "None; with few texts, or for noisy ones, it makes the model steadier. The preview shows examples.",
            "",
        ),
        "zh_CN": (
            "文本增强",
            "每步中部分文本会删词、换序、加错别字，或替换为标签倾向相同的近义词后再学习；词的标注保持不变。",
            "默认不用；文本少或有噪声时，可使模型更稳健。预览会显示示例。",
            "",
        ),
    },
    "augment_share": {
        "en": (
            "Share of changed texts",
            "How many of the texts of a step are changed; in each, 5 to 30 % of the words.",
            "Three of ten leave most texts as they are.",
            "",
        ),
        "zh_CN": (
            "增强比例",
            "每步中被改动的文本比例；每条改动 5% 到 30% 的词。",
            "三成，使多数文本保持原样。",
            "",
        ),
    },
    "mix_up": {
        "en": (
            "Mix-up (alpha)",
            "Mixes the inner states of two texts and their labels; a larger alpha mixes them more evenly.",
            "Off; 0.4 is usual where the model learns its texts by heart. No preview: it mixes numbers, not words.",
            "Off",
        ),
        "zh_CN": (
            "混合 (alpha)",
            "混合两条文本的内部状态及其标签；alpha 越大混合越均匀。",
            "关闭；若模型死记训练文本，常用 0.4。无法预览：混合的是数值，不是词语。",
            "关闭",
        ),
    },
    "masked_training": {
        "en": (
            "Train so that it can be explained",
            "Half of the texts of each step are read with 0 to 100 % of their words masked, so that a text with words"
            " erased, by which explanations are checked, is nothing new.",
            "Off: it costs a little accuracy on some texts. No preview: each time other words are hidden.",
            "",
        ),
        "zh_CN": (
            "便于解释的训练",
            "每步一半文本随机遮盖 0% 到 100% 的词，使检验解释时擦除词的文本对模型不陌生。",
            "关闭：在某些文本上会略降准确率。无法预览：每次遮盖的词都不同。",
            "",
        ),
    },
}
