"""The figures of all tasks in words: (name, what it is), in both languages."""

from __future__ import annotations

Words = dict[str, tuple[str, str]]

FIGURE_WORDS: dict[str, Words] = {
    "macro_f1": {
        "en": ("Macro-F1", "The mean of F1 over the classes, each class counting the same."),
        "zh_CN": ("宏平均 F1", "各类别 F1 的平均值，每个类别权重相同。"),
    },
    "accuracy": {
        "en": ("Accuracy", "The share that got what is true."),
        "zh_CN": ("准确率", "判断正确的比例。"),
    },
    "micro_f1": {
        "en": ("Micro-F1", "F1 over all decisions of all labels together: frequent labels count more."),
        "zh_CN": ("微平均 F1", "所有标签的全部判断合在一起的 F1：常见标签的影响更大。"),
    },
    "subset_accuracy": {
        "en": (
            "All labels right",
            "The share of the texts whose labels are all right, none missing, none too many.",
        ),
        "zh_CN": ("全部标签正确", "所有标签都正确的文本比例：不缺也不多。"),
    },
    "entity_f1": {
        "en": (
            "Entity F1",
            "Precision and recall of entities in one figure: exactly their words and their type.",
        ),
        "zh_CN": ("实体 F1", "实体精确率与召回率的综合：边界和类型都须完全一致。"),
    },
    "entity_precision": {
        "en": ("Entity precision", "Of the entities that were found, the share that are there."),
        "zh_CN": ("实体精确率", "找到的实体中确实存在的比例。"),
    },
    "entity_recall": {
        "en": ("Entity recall", "Of the entities that are there, the share that were found."),
        "zh_CN": ("实体召回率", "确实存在的实体中被找到的比例。"),
    },
    "pearson": {
        "en": (
            "Pearson correlation",
            "How well the scores lie on one line with the true ones: 1 is all, 0 nothing.",
        ),
        "zh_CN": ("皮尔逊相关", "预测分数与真实分数的线性一致程度：1 为完全一致，0 为无关。"),
    },
    "spearman": {
        "en": (
            "Spearman correlation",
            "How well the scores put the texts in the true order: 1 is all, 0 nothing.",
        ),
        "zh_CN": ("斯皮尔曼相关", "预测分数的排序与真实排序的一致程度：1 为完全一致，0 为无关。"),
    },
    "mae": {
        "en": (
            "Mean absolute error",
            "How far a score lies from the true one on average, in the scores' own unit.",
        ),
        "zh_CN": ("平均绝对误差", "预测分数与真实分数的平均差距，单位与分数相同。"),
    },
    "ece": {
        "en": (
            "Calibration error",
            "How far the probabilities are, on average, from how often the model is right; lower is better.",
        ),
        "zh_CN": ("校准误差", "模型给出的概率与实际正确率的平均差距；越低越好。"),
    },
}
