"""Why a default is what it is where a method, or a task, has its own, in both languages."""

from __future__ import annotations

# (a method's or a task's id, the option's id); everywhere else the reason of the option itself holds
DEFAULT_REASONS: dict[tuple[str, str], dict[str, str]] = {
    ("contrastive", "epochs"): {
        "en": "One pass: pairs show every text many times.",
        "zh_CN": "一轮即可：配对会让每条文本多次出现。",
    },
    ("contrastive", "learning_rate"): {
        "en": "0.0001: there are few texts to learn from; halve it where the loss jumps.",
        "zh_CN": "默认 0.0001：可学的文本很少。若损失剧烈波动请减半。",
    },
    ("distil", "epochs"): {
        "en": "A small student learns more slowly than a large model, and each pass costs little.",
        "zh_CN": "小模型学得较慢，但每轮开销很小。",
    },
    ("distil", "learning_rate"): {
        "en": "0.001 for a small model, 0.0001 for fewer layers; halve it where the loss jumps.",
        "zh_CN": "小模型默认 0.001，减少层数时默认 0.0001。若损失剧烈波动请减半。",
    },
    ("distil", "batch_size"): {
        "en": "32: a small student reads more texts in the same time; memory is watched.",
        "zh_CN": "32：小模型同样时间能读更多文本；内存会受到监控。",
    },
    ("adversarial", "augment"): {
        "en": "Swaps and typos: they are what the model is to bear. The preview shows examples.",
        "zh_CN": "默认换序与错别字：正是模型要经受住的改动。预览会显示示例。",
    },
    ("adversarial", "augment_share"): {
        "en": "Six of ten: changed texts are what it is trained for.",
        "zh_CN": "六成：被改动的文本正是训练的目的。",
    },
    ("tagging", "min_documents"): {
        "en": "Two: what stands in one text only says nothing of others.",
        "zh_CN": "两条：只在一条文本中出现的词，对其他文本没有意义。",
    },
}
