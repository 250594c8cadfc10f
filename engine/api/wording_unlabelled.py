"""The methods that learn from texts without labels, and their options, in words, in both languages."""

from __future__ import annotations

# (name, what it does, when to take it)
UNLABELLED_METHODS: dict[str, dict[str, tuple[str, str, str]]] = {
    "distil": {
        "en": (
            "Distillation",
            "A small, fast model learns to answer as one of your trained runs does, also on texts without labels.",
            "When a run is good but too slow or too large, or when there is much text without labels.",
        ),
        "zh_CN": (
            "蒸馏",
            "让小而快的模型学习像您的某个训练结果那样回答，也利用未标注文本。",
            "已有的模型够好但太慢或太大时，或有大量未标注文本时。",
        ),
    },
    "pseudo-label": {
        "en": (
            "Self-training",
            "Labels the unlabelled texts itself, keeps the sure ones, learns from them too, and repeats.",
            "With few labels and much text without labels. It says so when that does not help.",
        ),
        "zh_CN": (
            "自训练",
            "自己给未标注文本打标签，保留有把握的，与原有标签一起学习，并重复多轮。",
            "标签少而未标注文本多时。如果没有帮助，会如实说明。",
        ),
    },
}

# (label, what it does, why the default is what it is, what "none" means)
UNLABELLED_OPTIONS: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "teacher": {
        "en": (
            "Teacher",
            "The run whose answers are learnt.",
            "The project's best run by its main figure on validation.",
            "The best run",
        ),
        "zh_CN": ("教师", "学习哪个训练结果的回答。", "本项目中验证集主要指标最好的训练。", "最好的训练"),
    },
    "student": {
        "en": (
            "Student",
            "What learns: a smaller source model, the source model with fewer layers, or (not of tagged words) a bag of"
            " words.",
            "BERT-tiny is the best trade of accuracy for speed here.",
            "",
        ),
        "zh_CN": (
            "学生",
            "由谁来学习：更小的源模型、减少层数的源模型，或词袋（不用于词语标注）。",
            "BERT-tiny 在准确率与速度之间最划算。",
            "",
        ),
    },
    "student_source": {
        "en": (
            "Smaller source model",
            "The model that learns where the student is a smaller source model.",
            "BERT-tiny: 2 layers, 4.4 million parameters.",
            "",
        ),
        "zh_CN": ("更小的源模型", "学生为更小的源模型时，用哪个模型。", "BERT-tiny：2 层，440 万参数。", ""),
    },
    "student_layers": {
        "en": ("Layers", "How many layers of the source model the student keeps.", "Half of them.", "Half"),
        "zh_CN": ("层数", "学生保留源模型的多少层。", "一半。", "一半"),
    },
    "layers_kept": {
        "en": (
            "Which layers",
            "Keeps layers spread over the whole model, or the first ones.",
            "Spread layers keep more of what the model knows.",
            "",
        ),
        "zh_CN": ("保留哪些层", "均匀保留各处的层，或只保留前几层。", "均匀保留能留下更多知识。", ""),
    },
    "temperature": {
        "en": (
            "Temperature",
            "Above 1 the student also learns which wrong labels the teacher finds near.",
            "2 to 4 is usual.",
            "",
        ),
        "zh_CN": ("温度", "大于 1 时，学生还会学习教师认为哪些错误标签较接近。", "通常取 2 到 4。", ""),
    },
    "hard_share": {
        "en": (
            "Share of the true labels",
            "0: the teacher alone is believed. 1: the labels alone; then no teacher is needed.",
            "The teacher's answers say more than the labels; a little truth corrects its errors.",
            "",
        ),
        "zh_CN": (
            "真实标签的比重",
            "0：只听教师。1：只用标签，此时不需要教师。",
            "教师的回答比标签信息更多；少量真实标签可纠正其错误。",
            "",
        ),
    },
    "match_hidden": {
        "en": (
            "Match inner states",
            "The student's layers also learn to say what the teacher's layers say.",
            "Off: it costs time and helps deep students most. Of no use to a bag of words.",
            "",
        ),
        "zh_CN": (
            "匹配中间状态",
            "学生的各层也学习教师各层的状态。",
            "默认关闭：耗时，对较深的学生帮助更大。对词袋无效。",
            "",
        ),
    },
    "unlabelled": {
        "en": (
            "Use texts without labels",
            "The teacher labels the project's unlabelled texts too.",
            "On: more text makes the student answer more like its teacher.",
            "",
        ),
        "zh_CN": (
            "使用未标注文本",
            "教师也为项目中的未标注文本打标签。",
            "默认开启：文本越多，学生越像教师。",
            "",
        ),
    },
    "most_texts": {
        "en": (
            "At most so many texts",
            "Of more unlabelled texts than this, so many are drawn at random.",
            "Bounds the time and the memory.",
            "",
        ),
        "zh_CN": ("文本数上限", "未标注文本超过此数时，随机抽取这么多。", "限制时间和内存。", ""),
    },
    "changed_copies": {
        "en": (
            "Changed copies of each text",
            "Copies with words left out or exchanged (of tagged words: with typing errors), which the teacher labels"
            " too.",
            "Shows the student more of what the teacher knows; each copy costs as much as another text.",
            "",
        ),
        "zh_CN": (
            "每条文本的变体数",
            "删词或换序的副本（词语标注任务为带错别字的副本），也由教师打标签。",
            "让学生看到教师更多的知识；每个副本的开销相当于多一条文本。",
            "",
        ),
    },
    "base": {
        "en": (
            "Method",
            "What learns in every round.",
            "Features learn most from few labels in the shortest time.",
            "",
        ),
        "zh_CN": ("方法", "每一轮用什么方法学习。", "标签很少时，特征方法用时最短、学得最多。", ""),
    },
    "rounds": {
        "en": (
            "Rounds",
            "At most so many times texts are labelled and learnt from.",
            "It ends earlier when the validation texts no longer gain.",
            "",
        ),
        "zh_CN": ("轮数", "最多重复打标签并学习多少轮。", "验证文本不再提升时会提前结束。", ""),
    },
    "growth": {
        "en": (
            "More each round",
            "The share of the unlabelled texts that each round may add, the surest of every class.",
            "A fifth: after five rounds nearly all are used.",
            "",
        ),
        "zh_CN": (
            "每轮增加",
            "每轮最多新增的未标注文本比例，取各类中最有把握的。",
            "五分之一：五轮后几乎全部用上。",
            "",
        ),
    },
    "least_probability": {
        "en": (
            "At least so sure",
            "Texts below this calibrated probability are never used, whatever their class still lacks.",
            "Automatic: the threshold of each class is what its share of the round needs.",
            "Automatic",
        ),
        "zh_CN": (
            "最低把握",
            "校准概率低于此值的文本不会使用，无论该类还缺多少。",
            "自动：每个类别的阈值由该轮需要的数量决定。",
            "自动",
        ),
    },
    "class_shares": {
        "en": (
            "Balance of the classes",
            "How the texts of a round are shared out: as your labels are, as the model predicts, or between the two.",
            "Between: a model with few labels overrates some classes, but the unlabelled texts need not be balanced.",
            "",
        ),
        "zh_CN": (
            "类别比例",
            "每轮文本如何分配给各类：与您的标签一致、与预测一致，或取两者之间。",
            "两者之间：标签少的模型会高估某些类别，但未标注文本也未必均衡。",
            "",
        ),
    },
}
