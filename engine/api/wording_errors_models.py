"""The error kinds of models, runs, the hub and the machine in words; the rest is in ``wording_errors``."""

from __future__ import annotations

from engine.api.errors import ErrorKind as K

Words = dict[str, tuple[str, str]]

MODEL_ERROR_WORDS: dict[K, Words] = {
    # --- source models ---
    K.SOURCE_UNKNOWN: {
        "en": ("There is no source model “{source}”.", "Choose a model folder, or one of: {valid}."),
        "zh_CN": ("没有名为“{source}”的源模型。", "请选择模型文件夹，或以下之一：{valid}。"),
    },
    K.MODEL_NO_CONFIG: {
        "en": (
            "This folder holds no model: config.json is missing. {path}",
            "Choose the folder that config.json, the tokenizer and model.safetensors are in.",
        ),
        "zh_CN": (
            "此文件夹中没有模型，缺少 config.json：{path}",
            "请选择包含 config.json、分词器和 model.safetensors 的文件夹。",
        ),
    },
    K.MODEL_NO_TOKENIZER: {
        "en": (
            "The model folder has no tokenizer: {path}",
            "Put the model's tokenizer.json beside model.safetensors.",
        ),
        "zh_CN": (
            "模型文件夹中没有分词器：{path}",
            "请把该模型的 tokenizer.json 放在 model.safetensors 旁边。",
        ),
    },
    K.MODEL_NO_WEIGHTS: {
        "en": (
            "The model folder has no weights: {path}",
            "Put the model's model.safetensors into the folder, in one piece.",
        ),
        "zh_CN": ("模型文件夹中没有权重：{path}", "请把完整的 model.safetensors 放入该文件夹。"),
    },
    K.MODEL_PICKLED: {
        "en": (
            "The model's weights are pickled, which could run a stranger's code: {path}",
            "Use the same model with model.safetensors; most models are offered in both forms.",
        ),
        "zh_CN": (
            "该模型的权重是 pickle 格式，加载时可能执行他人代码：{path}",
            "请使用同一模型的 model.safetensors 版本；多数模型都提供。",
        ),
    },
    K.MODEL_REMOTE_CODE: {
        "en": (
            "The model wants to run code of its own: {path}",
            "Lexplain never runs code from a model folder. Choose a model of a common family.",
        ),
        "zh_CN": (
            "该模型需要运行自带代码：{path}",
            "Lexplain 从不运行模型文件夹中的代码。请选择常见系列的模型。",
        ),
    },
    K.MODEL_DAMAGED: {
        "en": ("The model's files are damaged: {path}", "Copy or download the model again."),
        "zh_CN": ("模型文件已损坏：{path}", "请重新复制或下载该模型。"),
    },
    K.MODEL_FAMILY: {
        "en": (
            "Models of the family “{family}” cannot be used for this: {path}",
            "Choose an encoder such as BERT, RoBERTa, DistilBERT or MiniLM, or another explanation method.",
        ),
        "zh_CN": (
            "“{family}”系列的模型不能用于此处：{path}",
            "请选择 BERT、RoBERTa、DistilBERT、MiniLM 等编码器，或换一种解释方法。",
        ),
    },
    K.EXPLANATION_MISSING: {
        "en": (
            "Explanation {explanation} is not kept any more: of typed texts only the newest are.",
            "Explain the text again.",
        ),
        "zh_CN": ("解释 {explanation} 已不再保留：输入文本的解释只保留最近的。", "请重新解释该文本。"),
    },
    K.PACK_FORMAT: {
        "en": ("“{path}” ends in none of: {valid}.", "Give the pack one of these endings."),
        "zh_CN": ("“{path}”的扩展名不是以下之一：{valid}。", "请使用其中一种扩展名。"),
    },
    K.PACK_EMPTY: {
        "en": (
            "There is nothing to put into the pack.",
            "Choose an explanation, a document, or give a text.",
        ),
        "zh_CN": ("没有可放入证据包的内容。", "请选择一个解释、一个文档，或给出一段文本。"),
    },
    K.PACK_DAMAGED: {
        "en": (
            "“{path}” holds no evidence pack, or a damaged one.",
            "Packs are HTML, PDF, PNG, SVG or JSON files as Lexplain writes them. A table (CSV) holds none, nor does the picture of one explanation, or a pack that another program has saved again. Ask for the file again.",
        ),
        "zh_CN": (
            "“{path}”不含证据包，或已损坏。",
            "证据包是 Lexplain 写出的 HTML、PDF、PNG、SVG 或 JSON 文件；表格（CSV）、单个解释的图片以及被其他程序另存过的文件不含证据包。请重新索取该文件。",
        ),
    },
    K.PACK_NEWER: {
        "en": (
            "“{path}” was written by a newer Lexplain (version {version} of the pack).",
            "Update Lexplain, then check it again.",
        ),
        "zh_CN": (
            "“{path}”由更新版本的 Lexplain 写出（证据包版本 {version}）。",
            "请更新 Lexplain 后再检查。",
        ),
    },
    K.NOTHING_TO_ARGUE: {
        "en": (
            "There is nothing to argue about: no word is struck or marked, or no training text has one.",
            "Strike a word that should not count, or mark one that should; it must stand in a training text.",
        ),
        "zh_CN": (
            "没有可争论的内容：没有划掉或标出任何词，或训练文本中没有这样的词。",
            "请划掉不应起作用的词，或标出应起作用的词；它必须出现在某条训练文本中。",
        ),
    },
    K.CANNOT_ARGUE: {
        "en": (
            "“{run}” cannot be argued with: two encoders, a bag of words that tags words, and runs with other labels cannot.",
            "Argue with a fine-tuned, features or bag-of-words run of the project's present labels.",
        ),
        "zh_CN": (
            "无法与“{run}”争论：双编码器、标注词语的词袋，以及标签不同的训练不支持。",
            "请选择使用当前项目标签的微调、特征或词袋训练。",
        ),
    },
    K.RATIONALES_TASK: {
        "en": (
            "Rationales are not read where words are tagged: a place in a text does not say for which entity it is a"
            " reason.",
            "Strike or mark words instead: they hold in every text.",
        ),
        "zh_CN": (
            "标注词语的项目不读取理由文件：文本中的某个位置并不说明它是哪个实体的理由。",
            "请改为划掉或标出词语：它们在每条文本中都有效。",
        ),
    },
    K.EXPLAINER_NO_RULE: {
        "en": (
            "This explainer has no rule for what the family “{family}” computes ({function}).",
            "Choose integrated gradients, which can explain every model.",
        ),
        "zh_CN": (
            "这种解释方法没有适用于“{family}”系列中 {function} 运算的规则。",
            "请选择积分梯度，它可以解释任何模型。",
        ),
    },
    K.NOTHING_TO_SCRAMBLE: {
        "en": (
            "“{run}” is a bag-of-words model: it has no layers that could be made random.",
            "Its contributions are exact and need no such check. Choose a run with a pretrained model.",
        ),
        "zh_CN": (
            "“{run}” 是词袋模型，没有可以随机化的层。",
            "它的贡献值是精确的，不需要这项检查。请选择使用预训练模型的训练记录。",
        ),
    },
    # --- the model hub ---
    K.HUB_UNREACHABLE: {
        "en": (
            "{hub} cannot be reached ({reason}).",
            "Check the network connection or the proxy (HTTPS_PROXY) and try again; everything else works without it.",
        ),
        "zh_CN": (
            "无法连接 {hub}（{reason}）。",
            "请检查网络连接或代理（HTTPS_PROXY）后重试；其他功能无需网络即可使用。",
        ),
    },
    K.HUB_UNKNOWN: {
        "en": (
            "The hub has no model “{source}”.",
            "Check the name: it is written as organisation/name. Private models cannot be seen either.",
        ),
        "zh_CN": ("模型库中没有“{source}”。", "请检查名称，格式为“组织/名称”。私有模型同样不可见。"),
    },
    K.HUB_REFUSED: {
        "en": (
            "The hub does not give out “{source}” without an account.",
            "Choose a model that is open to all, or download it with your account and choose its folder.",
        ),
        "zh_CN": (
            "模型库要求登录账号才能获取“{source}”。",
            "请选择公开的模型，或用自己的账号下载后选择其文件夹。",
        ),
    },
    K.HUB_BUSY: {
        "en": (
            "{hub} takes no more requests from here for now.",
            "Try again in {seconds} seconds; a download goes on where it stopped.",
        ),
        "zh_CN": ("{hub} 暂时不再接受来自此处的请求。", "请在 {seconds} 秒后重试；下载会从中断处继续。"),
    },
    K.HUB_ANSWER: {
        "en": (
            "{hub} gave an answer that cannot be used ({detail}).",
            "Try again later. If a network asks you to sign in first, do that in a browser.",
        ),
        "zh_CN": (
            "{hub} 的答复无法使用（{detail}）。",
            "请稍后重试。如果所在网络需要先登录，请先在浏览器中登录。",
        ),
    },
    K.HUB_BROKEN_OFF: {
        "en": (
            "The connection broke off while {file} was coming.",
            "Download it again: it goes on where it stopped.",
        ),
        "zh_CN": ("下载 {file} 时连接中断。", "请重新下载：会从中断处继续。"),
    },
    K.HUB_CHECKSUM: {
        "en": (
            "What came for {file} is not what the hub says it is: the checksums differ. It was deleted.",
            "Download it again. If it happens again, something on the way changes the file.",
        ),
        "zh_CN": (
            "收到的 {file} 与模型库的校验和不一致，已删除。",
            "请重新下载。若再次发生，说明文件在传输途中被改动。",
        ),
    },
    K.DOWNLOAD_UNDER_WAY: {
        "en": (
            "“{source}” is being downloaded already, by another window or program.",
            "Wait until it is done there.",
        ),
        "zh_CN": ("另一个窗口或程序正在下载“{source}”。", "请等待其完成。"),
    },
    # --- runs ---
    K.RUN_UNKNOWN: {
        "en": ("There is no run “{run}”.", "The runs are: {valid}."),
        "zh_CN": ("没有名为“{run}”的训练记录。", "现有记录：{valid}。"),
    },
    K.RUN_NOT_FINISHED: {
        "en": ("The run “{run}” has not finished.", "Continue it on the Train page, or choose another run."),
        "zh_CN": ("训练“{run}”尚未完成。", "请在“训练”页继续它，或选择其他记录。"),
    },
    K.RUN_FILES_MISSING: {
        "en": (
            "The files of the run “{run}” are gone: {path}",
            "Restore the folder from a backup, or train again; its figures are still shown.",
        ),
        "zh_CN": (
            "训练“{run}”的文件已不存在：{path}",
            "请从备份恢复该文件夹，或重新训练；它的指标仍可查看。",
        ),
    },
    K.NOTHING_TO_RESUME: {
        "en": ("There is nothing to continue in the run “{run}”: {reason}.", "Start a new training instead."),
        "zh_CN": ("训练“{run}”没有可继续的内容：{reason}。", "请开始新的训练。"),
    },
    K.TOO_FEW_RUNS: {
        "en": ("Comparing takes two runs or more.", "Choose another run beside “{runs}”."),
        "zh_CN": ("比较至少需要两个训练记录。", "请在“{runs}”之外再选一个记录。"),
    },
    K.SECOND_SOURCE_MISSING: {
        "en": (
            "Fusion reads with two models, and the usual second one, “{source}”, is not installed here.",
            "Choose another second model, or download one on the page of source models.",
        ),
        "zh_CN": (
            "融合需要两个模型，而默认的第二个模型“{source}”没有安装。",
            "请选择其他模型作为第二个模型，或在源模型页面下载。",
        ),
    },
    K.SECOND_SOURCE_SAME: {
        "en": (
            "The second model is the same as the first: {source}.",
            "Choose another second model.",
        ),
        "zh_CN": ("第二个模型与第一个相同：{source}。", "请选择另一个第二个模型。"),
    },
    K.MODELS_TOO_LARGE: {
        "en": (
            "The models do not fit the memory together ({models}): they need about {needed} GB, and {available} GB are"
            " free.",
            "Choose a smaller second model, or close other programs.",
        ),
        "zh_CN": (
            "这些模型（{models}）无法同时放入内存：约需 {needed} GB，可用 {available} GB。",
            "请选择较小的第二个模型，或关闭其他程序。",
        ),
    },
    K.TEACHER_MISSING: {
        "en": (
            "There is no teacher to learn from: {teacher}. Runs that fit: {valid}.",
            "Train a run on these labels first (fine-tuning, say), or choose another one as the teacher.",
        ),
        "zh_CN": (
            "找不到可以学习的教师：{teacher}。可用的训练：{valid}。",
            "请先用这些标签训练一个模型（例如微调），或选择其他训练作为教师。",
        ),
    },
    K.TEACHER_DIFFERS: {
        "en": (
            "The run “{teacher}” answers another question than these labels: {labels}.",
            "Choose a run that was trained on the same labels, or train one.",
        ),
        "zh_CN": (
            "训练“{teacher}”回答的不是这些标签的问题：{labels}。",
            "请选择用相同标签训练的结果，或重新训练一个。",
        ),
    },
    K.TEACHER_NO_LAYERS: {
        "en": (
            "The run “{teacher}” has no inner states that could be matched.",
            "Switch “Match inner states” off, or choose a teacher that reads with a pretrained model.",
        ),
        "zh_CN": (
            "训练“{teacher}”没有可匹配的中间状态。",
            "请关闭“匹配中间状态”，或选择使用预训练模型的教师。",
        ),
    },
    K.RUN_NOT_JUDGED: {
        "en": (
            "The run “{run}” has not been evaluated on this split yet: {split}.",
            "Evaluate it on that split first (“Evaluate again”).",
        ),
        "zh_CN": (
            "训练“{run}”还没有在该划分上评估：{split}。",
            "请先在该划分上评估（“重新评估”）。",
        ),
    },
    K.NO_COMMON_TEXTS: {
        "en": (
            "The runs {runs} have not judged a single text in common.",
            "Evaluate each of them again on the same split, then compare.",
        ),
        "zh_CN": ("训练 {runs} 没有共同评估过的文本。", "请在同一划分上重新评估它们，再进行比较。"),
    },
    K.CANNOT_RETRAIN: {
        "en": (
            "The run “{run}” cannot be trained again to the same result: {reason}.",
            "Undo the changes since, or start a new training with its settings.",
        ),
        "zh_CN": (
            "训练“{run}”无法重现相同的结果：{reason}。",
            "请撤销此后的更改，或用它的设置开始新的训练。",
        ),
    },
    K.LOSS_NOT_FINITE: {
        "en": (
            "The training broke down at step {step}: the loss is no longer a number.",
            "Take a smaller learning rate (it was {learning_rate}), or train in fp32.",
        ),
        "zh_CN": (
            "训练在第 {step} 步失败：损失不再是有效数值。",
            "请减小学习率（当时为 {learning_rate}），或使用 fp32。",
        ),
    },
    # --- hand-over ---
    K.EXPORT_FOLDER: {
        "en": (
            "The folder is not empty: {path}",
            "Choose a new or an empty folder; an export never mixes with other files.",
        ),
        "zh_CN": ("文件夹不是空的：{path}", "请选择新的或空的文件夹；导出不会与其他文件混放。"),
    },
    K.EXPORT_UNSUITABLE: {
        "en": (
            "A bag-of-words run has no network, so it cannot be exported as “{format}”.",
            "Choose the folder that scores by itself or the plain folder; of whole texts, ONNX is another choice.",
        ),
        "zh_CN": (
            "词袋模型没有神经网络，不能导出为“{format}”。",
            "请选择可独立运行的文件夹或普通文件夹；整段文本还可以选择 ONNX。",
        ),
    },
    K.EXPORT_FAILED: {
        "en": (
            "This model (family {family}) cannot be written as “{format}”.",
            "The ordinary Hugging Face folder works for every model. The exporter said: {detail}",
        ),
        "zh_CN": (
            "该模型（{family} 系列）无法写成“{format}”。",
            "普通的 Hugging Face 文件夹适用于所有模型。导出器的说明：{detail}",
        ),
    },
    K.EXPORT_DIFFERS: {
        "en": (
            "The exported model does not answer as the original does: a logit differs by {difference}. Nothing was kept.",
            "Choose another format than “{format}”.",
        ),
        "zh_CN": (
            "导出的模型与原模型的结果不一致：logit 相差 {difference}。没有保留任何文件。",
            "请选择“{format}”以外的格式。",
        ),
    },
    # --- the machine ---
    K.OUT_OF_MEMORY: {
        "en": (
            "There is not enough memory.",
            "Close other programs, take a smaller batch or shorter texts, and try again. Nothing stored is lost.",
        ),
        "zh_CN": ("内存不足。", "请关闭其他程序，减小批大小或文本长度后重试。已保存的内容不会丢失。"),
    },
    K.GPU_OUT_OF_MEMORY: {
        "en": (
            "The GPU has not enough memory, even for the smallest batch.",
            "Take shorter texts, train fewer layers, or use the processor (LEXPLAIN_DEVICE=cpu).",
        ),
        "zh_CN": (
            "显存不足，最小的批也放不下。",
            "请缩短文本长度、减少训练层数，或改用处理器（LEXPLAIN_DEVICE=cpu）。",
        ),
    },
    K.ENGINE_DIED: {
        "en": (
            "The engine stopped unexpectedly ({outcome}); the window and your data are safe.",
            "Continue or run it again. If it happens again, memory may be short; the log is in the project's “logs”.",
        ),
        "zh_CN": (
            "引擎意外停止（{outcome}）；窗口和数据都是安全的。",
            "请继续或重新运行。若再次发生，可能是内存不足；日志在项目的“logs”文件夹中。",
        ),
    },
    K.ENGINE_NOT_STARTED: {
        "en": (
            "The engine does not start.",
            "Restart Lexplain. If that does not help, install it again; your projects stay as they are.",
        ),
        "zh_CN": ("引擎无法启动。", "请重启 Lexplain。若仍无效，请重新安装；您的项目不受影响。"),
    },
    # --- ours ---
    K.BUG: {
        "en": (
            "Something went wrong that should not have: {detail}",
            "It is our mistake. Nothing stored is lost; the details help us to mend it.",
        ),
        "zh_CN": (
            "出现了不应发生的错误：{detail}",
            "这是我们的问题。已保存的内容不会丢失；详细信息有助于我们修复。",
        ),
    },
}
