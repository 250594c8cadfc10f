"""Methods, options, explainers and bundled models in words, in both languages."""

from __future__ import annotations

from engine.api.wording_options import OPTION_WORDS
from engine.api.wording_unlabelled import UNLABELLED_METHODS

__all__ = ["EXPLAINER_WORDS", "METHOD_WORDS", "OPTION_WORDS", "SOURCE_WORDS"]

# (name, what it does, when to take it)
METHOD_WORDS: dict[str, dict[str, tuple[str, str, str]]] = {
    **UNLABELLED_METHODS,
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
    "fusion": {
        "en": (
            "Fusion of two models",
            "Reads with two pretrained models as they are and learns one classifier on what both say. The second"
            " stays only if the validation texts show that it helps; its price in time is told.",
            "With some hundred labels or more, where a second model knows something that the first does not.",
        ),
        "zh_CN": (
            "双模型融合",
            "用两个保持不变的预训练模型读取文本，在两者之上学习一个分类器。只有验证文本证明有帮助时才保留第二个模型，并给出其耗时。",
            "有数百个以上标签、且第二个模型能补充第一个模型时。",
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
    "contrastive": {
        "en": (
            "Contrastive (few labels)",
            "Compares texts in pairs: the model learns to put texts of one label (or of near scores), or words of one tag,"
            " close together and others apart, then a simple classifier is learnt on top.",
            "With 2 to 64 labelled texts a class, or up to 200 sentences of tagged words, when fine-tuning has too little to"
            " go by.",
        ),
        "zh_CN": (
            "对比学习（少量标签）",
            "成对比较文本：让同一标签（或分数相近）的文本、同一标注的词彼此靠近，其他的远离，再学习一个简单分类器。",
            "每类只有 2 到 64 条标注文本，或词语标注不超过 200 句、不足以微调时。",
        ),
    },
    "adversarial": {
        "en": (
            "Adversarial training",
            "Fine-tunes on the texts and, at every step, on the same texts moved to where the model errs most.",
            "When texts arrive with typos or odd wording, or when small changes must not turn an answer; takes two to"
            " three times as long as fine-tuning.",
        ),
        "zh_CN": (
            "对抗训练",
            "微调时，每一步还学习把文本朝模型最易出错的方向扰动后的结果。",
            "文本常有错别字或特殊措辞，或小改动不应改变结果时；耗时约为微调的两到三倍。",
        ),
    },
    "argue": {
        "en": (
            "Arguing",
            "Trains a run on, so that the words you strike no longer move its answers and those you mark carry them.",
            "When an explanation shows a word that should not count; takes a minute or two, and shows before and after.",
        ),
        "zh_CN": (
            "争论",
            "在已有训练上继续学习：划掉的词不再影响答案，标出的词起支撑作用。",
            "当解释显示某个不应起作用的词时；约需一两分钟，并给出前后对比。",
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

# (name, what it does)
EXPLAINER_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "linear": {
        "en": ("Exact weights", "The model is a sum over words: these are its exact terms."),
        "zh_CN": ("精确权重", "模型是各个词的加和：这里给出精确的每一项。"),
    },
    "head-terms": {
        "en": (
            "Exact terms of the head",
            "The head adds up one term a word: these are they. A term may hold what the words beside it say.",
        ),
        "zh_CN": ("分类头的精确项", "分类头把每个词的一项相加：这里就是这些项。某一项可能包含相邻词的信息。"),
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
    "lrp-gradients": {
        "en": (
            "LRP and gradients",
            "LRP and gradients at two points on the way from an empty text, in equal parts; at once, and seldom far from"
            " the better of the two.",
        ),
        "zh_CN": (
            "LRP 与梯度",
            "LRP 与从空文本出发路径上两点的梯度各占一半；即时得到，通常接近两者中更好的一个。",
        ),
    },
    "guided-shap": {
        "en": (
            "Guided Shapley values",
            "Masks 96 sets of words and corrects LRP's scores by what happens; the scores add up to the margin. About as"
            " faithful as KernelSHAP in a fraction of its time.",
        ),
        "zh_CN": (
            "引导的 Shapley 值",
            "遮住 96 组词语，按结果修正 LRP 的得分；各词得分之和等于差距。忠实度与 KernelSHAP 相近，耗时只是其一小部分。",
        ),
    },
    "cp-lrp": {
        "en": (
            "CP-LRP",
            "As LRP, but what a word looks at counts as given; at once. Often a second opinion.",
        ),
        "zh_CN": ("CP-LRP", "与 LRP 相同，但把注意力权重视为给定；即时得到。常用作第二意见。"),
    },
    "gradient-shap": {
        "en": (
            "GradientSHAP",
            "Gradients at random points on the way from several empty texts to this one; the scores add up on average.",
        ),
        "zh_CN": ("GradientSHAP", "在从多个空文本到该文本路径上的随机点取梯度；各词得分平均而言可加。"),
    },
    "gradient-norm": {
        "en": (
            "Gradient norm",
            "How strongly the decision reacts to each word, not in which direction; drawn in one colour.",
        ),
        "zh_CN": ("梯度范数", "决策对每个词反应的强度，不分方向；以单一颜色显示。"),
    },
    "occlusion": {
        "en": (
            "Occlusion",
            "Masks one word after the other and shows what is lost. Words that say the same hide each other.",
        ),
        "zh_CN": ("遮挡", "逐个遮住词语并显示损失多少。意思相同的词会互相掩盖。"),
    },
    "kernel-shap": {
        "en": (
            "KernelSHAP",
            "Masks hundreds of sets of words and fits what each adds, as a fair share of the margin; seconds a text.",
        ),
        "zh_CN": ("KernelSHAP", "遮住数百组词语，拟合每个词的贡献，公平分摊差距；每条文本需数秒。"),
    },
    "lime": {
        "en": (
            "LIME",
            "Masks hundreds of sets of words and fits a simple model near the text; says how well it fits. Seconds a text.",
        ),
        "zh_CN": ("LIME", "遮住数百组词语，在文本附近拟合一个简单模型，并说明拟合程度。每条文本需数秒。"),
    },
    "shapley": {
        "en": (
            "Shapley sampling",
            "Lets the words come in many random orders and averages what each adds; seconds a text.",
        ),
        "zh_CN": ("Shapley 抽样", "让词语按多种随机顺序出现，取每个词贡献的平均；每条文本需数秒。"),
    },
    "attention": {
        "en": (
            "Attention (a view)",
            "Where the last layer looks. It is no explanation: the decision may rest on words it hardly looks at.",
        ),
        "zh_CN": ("注意力（视图）", "最后一层关注的位置。这不是解释：决策可能取决于它几乎没有关注的词。"),
    },
}
