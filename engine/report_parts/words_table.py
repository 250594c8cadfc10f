"""Every text of the report: key -> (English, Simplified Chinese). Both must have the same places."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # head and foot
    "report": ("Report", "报告"),
    "on_project": ("Project “{project}” · {date}", "项目“{project}” · {date}"),
    "verdict": (
        "On {rows} {split} texts, {method} called {value} rightly (95 % interval {interval}).",
        "在 {rows} 条{split}文本上，{method}判断正确的占 {value}（95% 区间 {interval}）。",
    ),
    "verdict_figure": (
        "On {rows} {split} texts, {method} reached {figure} {value} (95 % interval {interval}).",
        "在 {rows} 条{split}文本上，{method}的{figure}为 {value}（95% 区间 {interval}）。",
    ),
    "verdict_better": (
        "That is {difference} above the bag-of-words baseline.",
        "比词袋基线高 {difference}。",
    ),
    "verdict_unsure": (
        "Against the bag-of-words baseline ({difference}) the difference is within chance.",
        "与词袋基线相比（{difference}），差异仍在偶然范围内。",
    ),
    "verdict_worse": (
        "That is below the bag-of-words baseline ({difference}).",
        "低于词袋基线（{difference}）。",
    ),
    "verdict_none": ("This run has not been evaluated.", "此训练尚未评估。"),
    "footer": (
        "Made by Lexplain {version} on this computer. The file holds everything it shows and loads nothing.",
        "由 Lexplain {version} 在本机生成。文件自带全部内容，不加载任何外部资源。",
    ),
    # units
    "seconds": ("{seconds} s", "{seconds} 秒"),
    "minutes": ("{minutes} min {seconds} s", "{minutes} 分 {seconds} 秒"),
    "hours": ("{hours} h {minutes} min", "{hours} 小时 {minutes} 分"),
    "joiner": (", ", "、"),
    "points": ("{points} points", "{points} 个百分点"),
    # data
    "data": ("Data", "数据"),
    "data_about": (
        "What was read, and how many texts each label has. A row that cannot be read is listed, never dropped silently.",
        "读入了什么，每个标签有多少条文本。无法读取的行会列出，不会悄悄丢弃。",
    ),
    "file": ("File", "文件"),
    "format": ("Format", "格式"),
    "encoding": ("Encoding", "编码"),
    "rows": ("Rows", "行数"),
    "unreadable": ("Unreadable", "无法读取"),
    "label": ("Label", "标签"),
    "no_label": ("no label", "无标签"),
    "total": ("Total", "合计"),
    "labels_splits": ("Texts by label and split", "按标签和划分统计"),
    "entities_splits": ("Entities by type and split", "按类型和划分统计实体"),
    "scores_splits": ("True scores by split", "各划分的真实分数"),
    "lowest": ("Lowest", "最低"),
    "mean": ("Mean", "平均"),
    "highest": ("Highest", "最高"),
    "unreadable_rows": ("Rows that could not be read", "无法读取的行"),
    "line": ("Line", "行号"),
    "reason": ("Reason", "原因"),
    "content": ("Content", "内容"),
    "and_more": ("… and {count} more", "……另有 {count} 行"),
    # method
    "method": ("Method", "方法"),
    "method_about": (
        "All that is needed to train this run again.",
        "重新训练所需的全部信息。",
    ),
    "transfer": ("Transfer method", "迁移方法"),
    "source": ("Source model", "源模型"),
    "hash": ("Source weights", "源模型权重"),
    "changed_options": ("Options changed", "改动的选项"),
    "all_default": ("none, all by default", "无，全部为默认值"),
    "default_is": ("{value} (default {default})", "{value}（默认 {default}）"),
    "automatic": ("automatic", "自动"),
    "seed": ("Seed", "随机种子"),
    "texts_used": ("Texts used", "使用的文本"),
    "texts_used_value": (
        "{train} to train, {validation} to validate, {test} to test",
        "训练 {train}，验证 {validation}，测试 {test}",
    ),
    "trained_at": ("Trained", "训练时间"),
    "took": ("Took", "耗时"),
    "took_value": ("{time} · {rate} tokens a second", "{time} · 每秒 {rate} 个词元"),
    "ended": ("Ended by", "结束原因"),
    "device": ("Device", "设备"),
    "versions": ("Versions", "版本"),
    "command": ("From the shell", "命令行"),
    # figures
    "figures": ("How good it is", "效果"),
    "figures_about": (
        "Each figure with its bootstrap 95 % interval: where it would lie with other texts of the same kind.",
        "每个指标附自助法 95% 区间：换一批同类文本时它会落在的范围。",
    ),
    "loss": ("Loss", "损失"),
    "interval": ("95 % interval", "95% 区间"),
    "split": ("Split", "划分"),
    "texts": ("Texts", "文本数"),
    "against_baseline": ("Against the bag-of-words run “{run}”", "与词袋训练“{run}”比较"),
    "figure": ("Figure", "指标"),
    "baseline": ("Bag of words", "词袋"),
    "this_run": ("This run", "本次训练"),
    "difference": ("Difference", "差值"),
    "paired": (
        "Both runs judged the same {rows} texts; the interval of the difference is from paired resampling.",
        "两次训练判断同样的 {rows} 条文本；差值区间由配对重抽样得出。",
    ),
    "unpaired": (
        "The two runs did not judge the same texts, so the difference has no interval.",
        "两次训练判断的文本不同，因此差值没有区间。",
    ),
    # classes, confusion
    "classes": ("Each class", "各类别"),
    "classes_about": (
        "Precision: of the texts called so, how many are. Recall: of the texts that are, how many were called so.",
        "精确率：判为该类的文本中有多少正确。召回率：属于该类的文本中有多少被找到。",
    ),
    "classes_multi": ("Each label", "各标签"),
    "classes_multi_about": (
        "A label holds from its threshold on, which was chosen on the validation texts. Precision: of the texts that were given it, how many have it. Recall: of the texts that have it, how many were given it.",
        "概率达到阈值即判定该标签成立，阈值由验证文本选定。精确率：判为该标签的文本中有多少正确。召回率：带该标签的文本中有多少被找到。",
    ),
    "classes_tagging": ("Each type", "各类型"),
    "classes_tagging_about": (
        "An entity counts where its words and its type are exactly right. Precision: of the entities found, how many are there. Recall: of those there, how many were found.",
        "实体的边界和类型完全一致才算正确。精确率：找到的实体中有多少确实存在。召回率：存在的实体中有多少被找到。",
    ),
    "threshold": ("Threshold", "阈值"),
    "precision": ("Precision", "精确率"),
    "recall": ("Recall", "召回率"),
    "support": ("Support", "样本数"),
    "confusion": ("What is taken for what", "混淆情况"),
    "confusion_about": (
        "Rows: the true label. Columns: what the model called it. Tint: share of the row.",
        "行：真实标签。列：模型的判断。底色：占该行的比例。",
    ),
    "confusion_tagging": ("Which type is taken for which", "类型混淆情况"),
    "confusion_tagging_about": (
        "Words, by their type; O is outside every entity. Rows: the true type. Columns: what the model called it. Tint: share of the row.",
        "按类型统计词语；O 表示不属于任何实体。行：真实类型。列：模型的判断。底色：占该行的比例。",
    ),
    "scatter": ("True scores against given ones", "真实分数与预测分数"),
    "scatter_about": (
        "A dot a text: across its true score, up the score that the model gave. On the dashed line both are the same.",
        "每个点是一条文本：横轴为真实分数，纵轴为模型给出的分数。虚线上两者相等。",
    ),
    "true_score": ("true score", "真实分数"),
    "given_score": ("given score", "预测分数"),
    "off_by": ("off by", "偏差"),
    "true_called": ("true ↓   called →", "真实 ↓   判断 →"),
    "cell": (
        "{count} of {rows} “{true}” texts called “{called}”",
        "{rows} 条“{true}”中有 {count} 条判为“{called}”",
    ),
    "too_many_classes": (
        "{classes} classes are too many for a readable matrix; these are the pairs most often confused.",
        "{classes} 个类别，矩阵过大难以阅读；以下是最常混淆的组合。",
    ),
    "called": ("Called", "判断为"),
    "true_label": ("True label", "真实标签"),
    # calibration, training
    "calibration": ("Can its certainty be believed?", "把握度可信吗？"),
    "calibration_about": (
        "Of the texts that it was about 80 % sure of, about 80 % should be right: points on the dashed line. Bars: how many texts.",
        "把握度约 80% 的文本应约有 80% 正确，即落在虚线上。柱：文本数量。",
    ),
    "calibration_multi_about": (
        "Over all decisions, label by label: of those it was about 80 % sure of, about 80 % should be right. Bars: how many decisions.",
        "统计每个标签的全部判断：把握度约 80% 的判断应约有 80% 正确。柱：判断数量。",
    ),
    "calibration_tagging_about": (
        "Over all words: of those whose tag it was about 80 % sure of, about 80 % should be right. Bars: how many words.",
        "统计全部词语：标注把握度约 80% 的词应约有 80% 正确。柱：词语数量。",
    ),
    "certainty": ("Certainty", "把握度"),
    "right": ("Right", "正确"),
    "confidence": ("stated certainty", "模型的把握度"),
    "right_share": ("share right", "实际正确率"),
    "training": ("How it was trained", "训练过程"),
    "training_about": ("The loss and the validation figure step by step.", "每一步的损失和验证指标。"),
    "training_loss": ("Loss", "损失"),
    "on_train": ("training", "训练"),
    "on_validation": ("validation", "验证"),
    "kept": ("kept: {value}", "保留：{value}"),
    "step": ("step {step}", "第 {step} 步"),
    # beside other runs and changed texts
    "comparison": ("Beside other runs", "与其他训练比较"),
    "comparison_about": (
        "Comparisons that were made with this run, on texts that both judged. A difference above 0 speaks for this run; its 95 % interval is from paired resampling. Right alone: texts that only this run has right, against those that only the other has, with McNemar's test.",
        "与本次训练做过的比较，双方判断相同的文本。差值大于 0 表示本次训练更好；95% 区间由配对重抽样得出。独自正确：仅本次训练判对的文本数与仅对方判对的文本数之比，附 McNemar 检验。",
    ),
    "other_run": ("Other run", "另一次训练"),
    "chance_better": ("This one better with", "本次更好的概率"),
    "right_alone": ("Right alone", "独自正确"),
    "to_settle": ("Texts to settle it", "分出高下还需文本"),
    "race": ("The race it was in", "所在的竞赛"),
    "race_about": (
        "The methods that raced, by their figure on the validation texts. Kept is the smallest model within one point of the best.",
        "参赛的各方法，按验证文本上的指标排列。保留的是与最佳相差不超过一个百分点的模型中最小的。",
    ),
    "race_kept": ("kept", "保留"),
    "run": ("Run", "训练"),
    "model_size": ("Size", "大小"),
    "robustness": ("How it bears changed texts", "对改动文本的稳健性"),
    "robustness_about": (
        "The same texts with typos, in another case, with swapped or missing words; and files of difficult texts, if any were measured.",
        "同样的文本在有错字、大小写改变、词语调换或缺失时的表现；若测量过困难文本的文件，也列在此。",
    ),
    "robustness_split": (
        "Measured on {split} texts; of many a fixed sample, the same for every run.",
        "在{split}文本上测量；文本多时取固定样本，每次训练都相同。",
    ),
    "texts_are": ("Texts", "文本"),
    "answers_changed": ("Answers that change", "改变的答案"),
    "as_written": ("as written", "原文"),
    "change_typos": ("with typos", "错字"),
    "change_case": ("in another case", "大小写改变"),
    "change_swaps": ("with swapped words", "词语调换"),
    "change_deletion": ("with missing words", "词语缺失"),
    # faithfulness
    "faithfulness": ("Do the explanations tell the truth about the model?", "解释是否忠实于模型？"),
    "faithfulness_about": (
        "Erasure test: words are masked from the strongest on (10 to 50 %). Comprehensiveness: how far the probability falls without them, more is better. Sufficiency: how far it falls with them alone, less is better. Random order on the same texts is the control.",
        "擦除测试：从最强的词开始遮盖（10% 至 50%）。完整性：去掉这些词后概率下降多少，越大越好。充分性：只留这些词时概率下降多少，越小越好。对照为同样文本上的随机顺序。",
    ),
    "explainer": ("Explainer", "解释方法"),
    "comprehensiveness": ("Comprehensiveness", "完整性"),
    "sufficiency": ("Sufficiency", "充分性"),
    "random": ("random", "随机"),
    "ms_per_text": ("ms a text", "毫秒/条"),
    # examples and errors
    "examples": ("Why it decided so", "为何如此判断"),
    "examples_about": (
        "Word by word: what spoke for the label rather than its rival. Scores are shares of the difference of the two logits; the text itself is untouched.",
        "逐词显示：哪些词支持该标签而非对手标签。分值是两个 logit 之差的份额；原文未作改动。",
    ),
    "examples_multi_about": (
        "Word by word: what spoke for the label, and what against it. Scores are shares of the label's logit; the text itself is untouched.",
        "逐词显示：哪些词支持该标签，哪些反对。分值是该标签 logit 的份额；原文未作改动。",
    ),
    "examples_tagging_about": (
        "Word by word: what spoke for the entity's type, at the entity and around it. Scores are shares of the difference of two logits; the text itself is untouched.",
        "逐词显示：实体本身及其上下文中，哪些词支持该类型。分值是两个 logit 之差的份额；原文未作改动。",
    ),
    "examples_score": ("What raised or lowered the score", "哪些词抬高或压低了分数"),
    "examples_score_about": (
        "Word by word, in the scores' own unit: for is up, against is down. The text itself is untouched.",
        "逐词显示，单位与分数相同：支持即抬高，反对即压低。原文未作改动。",
    ),
    "for": ("for", "支持"),
    "against": ("against", "反对"),
    "scale": ("one scale for all texts, full colour = {score}", "所有文本用同一色标，全色 = {score}"),
    "seal": (
        "{probability} sure, {target} rather than {rival} · {method}",
        "把握度 {probability}，{target} 而非 {rival} · {method}",
    ),
    "seal_multi": (
        "{probability} sure of {target} · {method}",
        "对 {target} 的把握度 {probability} · {method}",
    ),
    "seal_score": ("the score · {method}", "分数 · {method}"),
    "seal_true": ("truly {label}", "实际为 {label}"),
    "delta": ("error of the sum {delta}", "求和误差 {delta}"),
    "special": ("{share} went to markers", "{share} 归于特殊标记"),
    "not_read": ("the model read no further than here ({share} not read)", "模型只读到此处（{share} 未读）"),
    "more_characters": ("… {count} more characters", "……还有 {count} 个字符"),
    "errors": ("Errors it was surest of", "最有把握的错误"),
    "errors_about": (
        "Wrong on the {split} texts, surest first. Some may be labelled wrongly: look at them yourself.",
        "{split}文本中判断错误的，按把握度排列。其中可能有标注错误：请亲自查看。",
    ),
    "errors_tagging_about": (
        "Sentences of the {split} texts that are not all right: the true entities and the found ones. Orange: what the other side does not have.",
        "{split}文本中标注有误的句子：真实实体与找到的实体。橙色：另一侧没有的实体。",
    ),
    "errors_score": ("The scores furthest off", "偏差最大的分数"),
    "errors_score_about": (
        "Of the {split} texts, the furthest off first. Some may be scored wrongly: look at them yourself.",
        "{split}文本，按偏差从大到小排列。其中可能有标注错误：请亲自查看。",
    ),
    "missed": ("Missed", "漏掉的"),
    "extra": ("Too many", "多出的"),
    "true_entities": ("True entities", "真实实体"),
    "found_entities": ("Found entities", "找到的实体"),
    "no_errors": (
        "None of the {rows} {split} texts was called wrongly.",
        "{rows} 条{split}文本无一判断错误。",
    ),
    "text": ("Text", "文本"),
    "sure": ("Sure", "把握度"),
    # limits
    "limits": ("What this does not tell", "局限"),
    "limits_about": ("To be read before a figure is quoted.", "引用数字之前请阅读。"),
    "limit_few": (
        "The test is small: with {rows} texts the {figure} is known to about ± {width}. Four times as many would halve that.",
        "评估文本较少：{rows} 条文本只能把{figure}确定到约 ±{width}，四倍数量可使其减半。",
    ),
    "limit_support": (
        "Fewer than {bound} texts in: {labels}. Their own figures can be far off.",
        "以下类别不足 {bound} 条：{labels}。它们各自的指标可能偏差很大。",
    ),
    "limit_split": (
        "Which texts were tested was drawn by Lexplain from the same files: on texts from elsewhere or from later it may do worse.",
        "测试文本由 Lexplain 从同一批文件中抽取：对其他来源或以后的文本，效果可能更差。",
    ),
    "limit_validation": (
        "There is no test set. The validation texts were also used to choose the model, so these figures lean to the good side.",
        "没有测试集。验证文本也用于选择模型，因此这些数字偏乐观。",
    ),
    "limit_overlap": (
        "{count} of the {rows} {split} texts also stand, letter for letter, among the training texts; they make the figures look better.",
        "{rows} 条{split}文本中有 {count} 条与训练文本逐字相同，会使指标显得更好。",
    ),
    "limit_no_overlap": (
        "None of the {split} texts stands letter for letter among the training texts; near-duplicates were not looked for.",
        "没有{split}文本与训练文本逐字相同；未检查近似重复。",
    ),
    "limit_majority": (
        "Always answering “{label}” would be right for {share} of these texts.",
        "始终回答“{label}”就有 {share} 正确。",
    ),
    "limit_baseline": (
        "It is not shown to be better than counting words: the 95 % interval of the difference to bag of words reaches 0.",
        "未能证明优于词袋计数：与词袋之差的 95% 区间包含 0。",
    ),
    "limit_no_baseline": (
        "There is no bag-of-words run on these texts to compare with; train one, it takes seconds.",
        "没有可比较的词袋训练；训练一个只需几秒。",
    ),
    "limit_ece": (
        "Its stated certainty is off by {points} points on average: do not read a probability as a chance.",
        "其把握度平均偏差 {points} 个百分点：不要把概率当作真实可能性。",
    ),
    "limit_seed": (
        "One training with seed {seed}. Another seed gives other figures; that spread is not in the intervals.",
        "仅以随机种子 {seed} 训练一次。换种子结果会不同，区间未包含这种波动。",
    ),
    "limit_unreadable": (
        "Rows that could not be read and are in no figure: {count}.",
        "有 {count} 行无法读取，未计入任何指标。",
    ),
    "limit_changed": (
        "The data has changed since: {now} labelled {split} texts now, {then} when the figures were made.",
        "数据此后有变动：现有 {now} 条有标签的{split}文本，评估时为 {then} 条。",
    ),
    "limit_unseen": (
        "No training text has the label: {labels}. The model can never answer it, and such texts are in no figure.",
        "没有训练文本带有标签：{labels}。模型不可能给出它，此类文本未计入指标。",
    ),
    "limit_cut": (
        "{count} of the {shown} explained texts are longer than the model reads; the rest of them had no influence.",
        "{shown} 条示例文本中有 {count} 条超过模型可读长度，其余部分没有影响。",
    ),
    "limit_unfaithful": (
        "Whether the explanations are faithful to the model was not measured for this run.",
        "未对本次训练测量解释是否忠实于模型。",
    ),
    "limit_explanations": (
        "An explanation says what moved this model, not what is true, and not what caused anything in the world.",
        "解释说明的是什么影响了该模型，而不是什么是真的，也不是现实中的因果。",
    ),
}
