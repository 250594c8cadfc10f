"""Methods, options, explainers and bundled models in words, in both languages."""

from __future__ import annotations

# (name, what it does, when to take it)
METHOD_WORDS: dict[str, dict[str, tuple[str, str, str]]] = {
    "bag-of-words": {
        "en": (
            "Bag of words",
            "Counts words and word pairs and weighs them; no pretrained model.",
            "First, always: it takes seconds and is the baseline that the others must beat.",
        ),
        "zh_CN": (
            "词袋",
            "统计词和词组并赋予权重，不使用预训练模型。",
            "总是先做：只需几秒，是其他方法要超过的基线。",
        ),
    },
    "features": {
        "en": (
            "Features",
            "Reads texts with the pretrained model as it is and learns a simple classifier on top.",
            "With few labels, or when it must be quick: seconds to a minute on any computer.",
        ),
        "zh_CN": (
            "特征",
            "保持预训练模型不变，用它读取文本，再学习一个简单分类器。",
            "标签较少或需要快速得到结果时：任何电脑上几秒到一分钟。",
        ),
    },
    "fine-tune": {
        "en": (
            "Fine-tuning",
            "Goes on training the pretrained model itself on your labels.",
            "From about 50 labelled texts a class on; usually the most accurate, takes minutes or more.",
        ),
        "zh_CN": (
            "微调",
            "用您的标签继续训练预训练模型本身。",
            "每类约 50 条以上标注文本时；通常最准确，需要几分钟或更久。",
        ),
    },
}

SOURCE_WORDS: dict[str, dict[str, tuple[str, str, str]]] = {
    "minilm": {
        "en": (
            "MiniLM",
            "A small English encoder: 6 layers, 22.7 million parameters, Apache-2.0.",
            "The default: quick on a laptop and good on short texts.",
        ),
        "zh_CN": (
            "MiniLM",
            "小型英文编码器：6 层，2270 万参数，Apache-2.0。",
            "默认选择：笔记本上也很快，适合短文本。",
        ),
    },
    "bert-tiny": {
        "en": (
            "BERT-tiny",
            "A very small English encoder: 2 layers, 4.4 million parameters.",
            "To try things out, or where speed counts more than accuracy.",
        ),
        "zh_CN": ("BERT-tiny", "极小的英文编码器：2 层，440 万参数。", "用于试验，或速度比准确率更重要时。"),
    },
}

# (label, what it does, why the default is what it is, what "none" means)
OPTION_WORDS: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "longest_ngram": {
        "en": (
            "Longest word group",
            "Counts groups of up to this many words.",
            "Pairs catch “not good”.",
            "",
        ),
        "zh_CN": ("最长词组", "统计不超过此长度的词组。", "两个词的词组能识别“不 好”。", ""),
    },
    "min_documents": {
        "en": (
            "Rarest word kept",
            "Leaves out words that fewer texts than this contain.",
            "With few texts every word may matter.",
            "",
        ),
        "zh_CN": ("最低词频", "忽略出现文本数少于此值的词。", "文本较少时，每个词都可能重要。", ""),
    },
    "regularisation": {
        "en": (
            "Regularisation (C)",
            "Smaller holds the weights closer to zero.",
            "Chosen by cross-validation on your texts.",
            "Automatic",
        ),
        "zh_CN": ("正则化 (C)", "越小，权重越接近零。", "通过交叉验证在您的文本上自动选择。", "自动"),
    },
    "validation_share": {
        "en": (
            "Share held out",
            "Part of the texts kept for validation, and as much for test, where the file names no split.",
            "15 % is enough to judge by and leaves most to learn from.",
            "",
        ),
        "zh_CN": (
            "留出比例",
            "文件未指定划分时，留作验证的文本比例（测试相同）。",
            "15% 足以评判，其余用于学习。",
            "",
        ),
    },
    "seed": {
        "en": (
            "Seed",
            "The same seed gives the same split and the same model.",
            "Any number does; change it to see how much chance there is in a figure.",
            "",
        ),
        "zh_CN": (
            "随机种子",
            "相同的种子得到相同的划分和模型。",
            "任意数字均可；更换它可观察结果的随机波动。",
            "",
        ),
    },
    "layer": {
        "en": (
            "Layer",
            "Which layer of the model the features are read from; 0 = the word embeddings.",
            "Chosen on the validation texts.",
            "Automatic",
        ),
        "zh_CN": ("层", "从模型的哪一层读取特征；0 为词嵌入层。", "根据验证文本自动选择。", "自动"),
    },
    "max_tokens": {
        "en": (
            "Longest text",
            "Tokens read of a text; the rest has no influence.",
            "Fits 99 % of your own texts, within what the model can read.",
            "Automatic",
        ),
        "zh_CN": (
            "最大长度",
            "每条文本读取的词元数，超出部分不起作用。",
            "覆盖您 99% 的文本，且不超过模型上限。",
            "自动",
        ),
    },
    "epochs": {
        "en": ("Epochs", "How often every text is seen.", "Three passes suffice for most texts.", ""),
        "zh_CN": ("轮数", "每条文本被学习的次数。", "对多数文本，三轮足够。", ""),
    },
    "learning_rate": {
        "en": (
            "Learning rate",
            "How far each step goes.",
            "0.00005, and up to four times as much where few texts leave few steps; halve it where the loss jumps.",
            "Automatic",
        ),
        "zh_CN": (
            "学习率",
            "每一步调整的幅度。",
            "默认 0.00005；文本少、步数少时最多放大到四倍。若损失剧烈波动请减半。",
            "自动",
        ),
    },
    "batch_size": {
        "en": (
            "Batch size",
            "Texts learnt from in one step.",
            "16 learns well; memory is watched, and the batch computed in pieces where it is short.",
            "",
        ),
        "zh_CN": ("批大小", "每一步学习的文本数。", "16 效果良好；内存不足时会自动分块计算。", ""),
    },
    "top_layers": {
        "en": (
            "Layers trained",
            "Trains only this many layers from the top; quicker, and forgets less.",
            "All layers give the best figures with enough labels.",
            "All",
        ),
        "zh_CN": (
            "训练层数",
            "只训练最上面的若干层；更快，遗忘更少。",
            "标签足够时，训练全部层效果最好。",
            "全部",
        ),
    },
    "target_metric": {
        "en": (
            "Stop at a target",
            "Ends the training as soon as this figure on the validation texts reaches the value below.",
            "Off: trains all epochs.",
            "",
        ),
        "zh_CN": ("达标停止", "验证文本上的该指标达到下面的值时结束训练。", "关闭：完成所有轮数。", ""),
    },
    "target_value": {
        "en": (
            "Target value",
            "For accuracy and macro-F1 between 0 and 1, reached from below; for loss, reached from above.",
            "No target unless you set one.",
            "None",
        ),
        "zh_CN": (
            "目标值",
            "准确率和宏 F1 取 0 到 1（达到或超过）；损失则为降至该值。",
            "不设则没有目标。",
            "无",
        ),
    },
    "patience": {
        "en": (
            "Patience",
            "Ends after this many validations without a new best.",
            "Off: with three epochs there is little to save; the best weights are kept anyway.",
            "Off",
        ),
        "zh_CN": (
            "耐心",
            "连续多少次验证没有提升就停止。",
            "关闭：三轮训练可节省的不多；总会保留最佳权重。",
            "关闭",
        ),
    },
    "time_budget_minutes": {
        "en": (
            "Time limit (minutes)",
            "Ends when the time is up and keeps the best.",
            "Off: no limit.",
            "Off",
        ),
        "zh_CN": ("时限（分钟）", "到时结束并保留最佳权重。", "关闭：不限时间。", "关闭"),
    },
    "evaluations_per_epoch": {
        "en": (
            "Validations an epoch",
            "How often it is checked on the validation texts.",
            "Once an epoch costs little; more often finds the best moment more closely.",
            "",
        ),
        "zh_CN": (
            "每轮验证次数",
            "在验证文本上检验的频率。",
            "每轮一次开销小；更频繁能更准确地找到最佳时刻。",
            "",
        ),
    },
    "accumulation": {
        "en": (
            "Batches a step",
            "Adds up this many batches before the weights move: a larger batch in the same memory.",
            "One is enough at this batch size.",
            "",
        ),
        "zh_CN": (
            "梯度累积",
            "累积多少个批后再更新权重：同样内存下等于更大的批。",
            "此批大小下，1 足够。",
            "",
        ),
    },
    "warmup_share": {
        "en": (
            "Warm-up",
            "Share of the steps in which the learning rate rises from zero.",
            "A tenth keeps the first steps from undoing what the model knows.",
            "",
        ),
        "zh_CN": ("预热", "学习率从零上升所占的步数比例。", "十分之一可避免最初几步破坏模型已有知识。", ""),
    },
    "weight_decay": {
        "en": ("Weight decay", "Pulls weights towards zero a little.", "The field's usual value.", ""),
        "zh_CN": ("权重衰减", "将权重略微拉向零。", "领域内的常用值。", ""),
    },
    "clip_norm": {
        "en": (
            "Gradient limit",
            "Shortens gradients that are longer than this.",
            "1 keeps a single odd batch from spoiling the run.",
            "Off",
        ),
        "zh_CN": ("梯度裁剪", "缩短超过此长度的梯度。", "1 可避免个别异常批破坏训练。", "关闭"),
    },
    "precision": {
        "en": (
            "Number format",
            "bf16 is faster on some machines, fp32 exact to the last digit.",
            "A short test decides which is faster here.",
            "",
        ),
        "zh_CN": (
            "数值精度",
            "bf16 在某些机器上更快，fp32 精确到最后一位。",
            "通过短暂测试决定本机哪个更快。",
            "",
        ),
    },
}

# (name, what it does)
EXPLAINER_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "linear": {
        "en": ("Exact weights", "The model is a sum over words: these are its exact terms."),
        "zh_CN": ("精确权重", "模型是各个词的加和：这里给出精确的每一项。"),
    },
    "lrp": {
        "en": (
            "LRP",
            "Follows the decision back through the network's layers in one pass; at once.",
        ),
        "zh_CN": ("LRP", "沿网络各层一次反向追溯决策来源；即时得到。"),
    },
    "integrated-gradients": {
        "en": (
            "Integrated gradients",
            "Adds up the gradient on the way from an empty text to this one; its scores add up to the margin.",
        ),
        "zh_CN": ("积分梯度", "累加从空文本到该文本路径上的梯度；各词得分之和等于差距。"),
    },
}
