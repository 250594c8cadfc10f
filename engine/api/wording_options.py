"""Options of the transfer methods in words, in both languages."""

from __future__ import annotations

from engine.api.wording_preparing import PREPARING_WORDS
from engine.api.wording_unlabelled import UNLABELLED_OPTIONS

# (label, what it does, why the default is what it is, what "none" means)
OPTION_WORDS: dict[str, dict[str, tuple[str, str, str, str]]] = {
    **PREPARING_WORDS,
    **UNLABELLED_OPTIONS,
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
    "kept_states": {
        "en": (
            "States kept",
            "How many states of the model on its way are kept, so that one can ask later which texts it learnt a"
            " decision from. Each takes up to half the model's size on the disk. With LoRA none are kept.",
            "Two tell early steps from late ones.",
            "",
        ),
        "zh_CN": (
            "保留的状态",
            "训练途中保留多少个模型状态，以便日后查问某个决策是从哪些文本学来的。每个最多占模型一半大小的磁盘空间。"
            "使用 LoRA 时不保留。",
            "两个即可区分早期与后期的步骤。",
            "",
        ),
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
    "head": {
        "en": (
            "Read-out",
            "Mean: the mean of all words' states decides. Native: the model family's own head, most often the first"
            " token's.",
            "Automatic: the mean for sentence encoders, which were trained so; the family's own head for others.",
            "",
        ),
        "zh_CN": (
            "输出方式",
            "平均：由所有词状态的平均决定。原生：使用该模型家族自带的分类头，多为首个词元。",
            "自动：句子编码器用平均（其训练方式如此），其他模型用自带分类头。",
            "",
        ),
    },
    "layer_decay": {
        "en": (
            "Learning rate by layer",
            "Each layer learns at this share of the rate of the layer above it; the embeddings learn slowest.",
            "1: all alike. 0.9 keeps more of what the lower layers know.",
            "",
        ),
        "zh_CN": (
            "逐层学习率",
            "每层的学习率是上一层的这个比例；词嵌入学得最慢。",
            "1 表示各层相同；0.9 能更多保留底层已有知识。",
            "",
        ),
    },
    "lora_rank": {
        "en": (
            "LoRA rank",
            "Trains small matrices of this rank beside the weights and adds them at the end: less memory, less"
            " forgetting.",
            "Off: small models learn better when all weights move.",
            "Off",
        ),
        "zh_CN": (
            "LoRA 秩",
            "只训练权重旁边这个秩的小矩阵，最后并入权重：省内存，遗忘少。",
            "关闭：小模型训练全部权重效果更好。",
            "关闭",
        ),
    },
    "attack": {
        "en": (
            "Perturbation",
            "FGM: one step to where the loss grows. PGD: several. Virtual: to where the answer itself changes most.",
            "FGM costs least and helps about as much.",
            "",
        ),
        "zh_CN": (
            "扰动方式",
            "FGM：朝损失增大的方向走一步。PGD：走多步。虚拟：朝答案变化最大的方向。",
            "FGM 开销最小，效果相近。",
            "",
        ),
    },
    "epsilon": {
        "en": (
            "Size of the perturbation",
            "How far a text is moved: 1 is as far as one word's embedding is long.",
            "0.05: measured with MiniLM it turns one answer in ten of a model that was not trained so; at 1 nothing"
            " is learnt.",
            "",
        ),
        "zh_CN": (
            "扰动大小",
            "文本被移动的距离：1 相当于一个词嵌入的长度。",
            "0.05：在 MiniLM 上实测可改变未经此训练的模型约十分之一的答案；取 1 则无法学习。",
            "",
        ),
    },
    "attack_steps": {
        "en": (
            "Steps of the perturbation",
            "Of PGD and virtual; each costs about as much as half a training step.",
            "Three come close to the worst.",
            "",
        ),
        "zh_CN": ("扰动步数", "用于 PGD 和虚拟扰动；每步约为半个训练步的开销。", "三步已接近最坏情况。", ""),
    },
    "adversarial_weight": {
        "en": (
            "Weight of the perturbed texts",
            "How much their loss counts beside that of the texts themselves.",
            "1: as much.",
            "",
        ),
        "zh_CN": ("扰动文本的权重", "其损失相对于原文本损失的权重。", "1 表示同等。", ""),
    },
    "argued_run": {
        "en": (
            "Run to argue with",
            "Whose weights learn on; the run itself stays as it is.",
            "The run whose explanations you looked at.",
            "",
        ),
        "zh_CN": ("要争论的训练", "其权重将继续学习；原训练保持不变。", "即您查看过其解释的那次训练。", ""),
    },
    "strike": {
        "en": (
            "Words that must not count",
            "Parted by spaces, wherever they stand; upper and lower case are the same.",
            "Words tied to where a text comes from, not to what it says.",
            "none",
        ),
        "zh_CN": (
            "不应起作用的词",
            "用空格分隔，出现在任何位置均算；不区分大小写。",
            "例如只与文本来源有关、与内容无关的词。",
            "无",
        ),
    },
    "mark": {
        "en": (
            "Words that should count",
            "Parted by spaces, wherever they stand; upper and lower case are the same.",
            "Words by which you would decide yourself.",
            "none",
        ),
        "zh_CN": (
            "应起作用的词",
            "用空格分隔，出现在任何位置均算；不区分大小写。",
            "您自己会据以判断的词。",
            "无",
        ),
    },
    "rationales": {
        "en": (
            "Use what is struck and marked in documents",
            "Spans of single documents, struck or marked by hand or imported, count besides the words.",
            "Off where the words alone are to be tried.",
            "",
        ),
        "zh_CN": (
            "使用文档中的划除和标记",
            "单个文档中手工或导入的划除和标记片段，与上述词语一并计入。",
            "只想试验词语本身时可关闭。",
            "",
        ),
    },
    "rationale_weight": {
        "en": (
            "Weight of the argument",
            "How much it counts that struck words do not move the answer and marked ones carry it.",
            "1 is enough for most words; more where a struck word still shows.",
            "",
        ),
        "zh_CN": (
            "争论的权重",
            "划掉的词不影响答案、标出的词起支撑作用，这一要求的权重。",
            "多数情况 1 即可；若划掉的词仍有影响可加大。",
            "",
        ),
    },
    "second_source": {
        "en": (
            "Second model",
            "The other pretrained model that reads the texts.",
            "The small one costs little time, and even a weak second reader can help.",
            "",
        ),
        "zh_CN": (
            "第二个模型",
            "同时读取文本的另一个预训练模型。",
            "小模型耗时很少，较弱的模型也可能有帮助。",
            "",
        ),
    },
    "pairs_per_text": {
        "en": (
            "Pairs a text",
            "How many partners each text is compared with in an epoch; drawn anew each time.",
            "The fewer the texts, the more: 800 pairs in all at least, and one a text where there are thousands.",
            "Automatic",
        ),
        "zh_CN": (
            "每条文本的配对数",
            "每轮中每条文本与多少条其他文本比较；每次重新抽取。",
            "文本越少配对越多：总共至少 800 对；文本有数千条时每条一对。",
            "自动",
        ),
    },
    "label_names": {
        "en": (
            "Learn from label names",
            "Takes each label's name as a text with that label. Names help where they say what the texts are about,"
            " and not where they are codes.",
            "Automatic: used where they are words that do not sort the training texts worse than chance would.",
            "",
        ),
        "zh_CN": (
            "利用标签名称",
            "把每个标签的名称当作该标签的一条文本。名称说明内容时有帮助，只是代码时则没有。",
            "自动：名称是词语、且仅凭名称划分训练文本不比随机更差时使用。",
            "",
        ),
    },
}
