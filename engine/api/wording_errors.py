"""Every error kind in words: (what happened, what to do now), in both languages."""

from __future__ import annotations

from engine.api.errors import ErrorKind as K
from engine.api.wording_errors_models import MODEL_ERROR_WORDS, Words

ERROR_WORDS: dict[K, Words] = {
    # --- files to read ---
    K.FILE_MISSING: {
        "en": (
            "The file is not there: {path}",
            "Check whether it was moved or renamed, and choose it again.",
        ),
        "zh_CN": ("找不到文件：{path}", "请检查它是否被移动或改名，然后重新选择。"),
    },
    K.FILE_EMPTY: {
        "en": ("The file is empty: {path}", "Choose a file with at least a header and a row of text."),
        "zh_CN": ("文件是空的：{path}", "请选择至少有一行文本的文件。"),
    },
    K.FILE_NO_PERMISSION: {
        "en": (
            "The file may not be read: {path}",
            "Change its permissions, or copy it to a folder of your own.",
        ),
        "zh_CN": ("没有读取权限：{path}", "请修改文件权限，或把它复制到自己的文件夹。"),
    },
    K.FILE_CHANGED: {
        "en": (
            "The file was changed or deleted while it was being read: {path}",
            "Nothing of it was kept. Wait until the other program is done, and import it again.",
        ),
        "zh_CN": ("读取过程中文件被修改或删除：{path}", "没有保存任何内容。请等其他程序写完后重新导入。"),
    },
    K.FILE_FORMAT_UNKNOWN: {
        "en": (
            "This is no kind of file that can be read here: {path}",
            "Use CSV, TSV, JSONL, XLSX, or a folder of TXT files with one sub-folder for each label.",
        ),
        "zh_CN": (
            "无法识别的文件类型：{path}",
            "请使用 CSV、TSV、JSONL、XLSX，或由 TXT 文件组成的文件夹（每个标签一个子文件夹）。",
        ),
    },
    K.FILE_DAMAGED: {
        "en": (
            "The file is damaged and cannot be read: {path}",
            "Open it in the program that wrote it, save it again, and import the new file.",
        ),
        "zh_CN": ("文件已损坏，无法读取：{path}", "请用原来的程序打开并重新保存，再导入新文件。"),
    },
    K.ENCODING_WRONG: {
        "en": (
            "The file is not written in {encoding}.",
            "Choose another encoding in the import sheet, or let it be detected.",
        ),
        "zh_CN": (
            "文件不是 {encoding} 编码。",
            "请在导入窗口换一种编码，或选择自动检测。",
        ),
    },
    K.COLUMN_MISSING: {
        "en": ("There is no column “{column}”.", "The columns are: {valid}. Choose one of them."),
        "zh_CN": ("没有名为“{column}”的列。", "现有的列：{valid}。请从中选择。"),
    },
    K.ONE_COLUMN: {
        "en": (
            "The file has a single column, so there is no column for labels.",
            "Import it as texts without labels, or check the delimiter.",
        ),
        "zh_CN": ("文件只有一列，没有可用作标签的列。", "请作为无标签文本导入，或检查分隔符。"),
    },
    K.NO_ROWS: {
        "en": (
            "No row of the file could be read: {path}",
            "Check the delimiter, the encoding and the text column in the import sheet.",
        ),
        "zh_CN": ("文件中没有任何一行可以读取：{path}", "请在导入窗口检查分隔符、编码和文本列。"),
    },
    # --- files to write ---
    K.DISK_FULL: {
        "en": ("The disk is full. {path}", "Free some space and try again. What was stored before is safe."),
        "zh_CN": ("磁盘已满。{path}", "请清理空间后重试。之前保存的内容不受影响。"),
    },
    K.NOT_WRITABLE: {
        "en": ("Nothing can be written here: {path}", "Choose another folder, or change its permissions."),
        "zh_CN": ("无法写入：{path}", "请选择其他文件夹，或修改权限。"),
    },
    K.OUTPUT_NOT_RESUMABLE: {
        "en": (
            "The output file is there already and belongs to other input: {path}",
            "Choose another name, or delete that file first.",
        ),
        "zh_CN": ("输出文件已存在，且不属于这次任务：{path}", "请换一个文件名，或先删除该文件。"),
    },
    # --- the project ---
    K.PROJECT_MISSING: {
        "en": ("There is no project at {path}", "Check whether it was moved, or make a new one."),
        "zh_CN": ("此处没有项目：{path}", "请检查它是否被移动，或新建一个项目。"),
    },
    K.PROJECT_DAMAGED: {
        "en": (
            "The project is damaged and cannot be opened: {path}",
            "Nothing was changed in it. Restore the folder from a backup, or import the file into a new project; "
            "trained models are still in its folder “runs”.",
        ),
        "zh_CN": (
            "项目已损坏，无法打开：{path}",
            "没有对它做任何改动。请从备份恢复，或把文件导入新项目；已训练的模型仍在其“runs”文件夹中。",
        ),
    },
    K.PROJECT_NEWER: {
        "en": (
            "The project was written by a newer version of Lexplain: {path}",
            "Update Lexplain to open it. Nothing was changed in it.",
        ),
        "zh_CN": ("该项目由更新版本的 Lexplain 保存：{path}", "请升级 Lexplain 后再打开。项目没有任何改动。"),
    },
    K.PROJECT_BUSY: {
        "en": (
            "The project is in use by another window or program: {path}",
            "Close it there, or wait until it is done, and try again.",
        ),
        "zh_CN": ("项目正被另一个窗口或程序使用：{path}", "请先在那里关闭，或等它完成后重试。"),
    },
    K.DOCUMENT_MISSING: {
        "en": (
            "Text {document} is no longer in the project.",
            "It may have been deleted; Undo brings it back.",
        ),
        "zh_CN": ("项目中已没有第 {document} 号文本。", "它可能已被删除；可用“撤销”恢复。"),
    },
    # --- the data ---
    K.NO_LABELLED_TEXTS: {
        "en": (
            "No text has a label, so there is nothing to learn from.",
            "Import a file with a label column, or give labels on the Data page.",
        ),
        "zh_CN": ("没有带标签的文本，无法学习。", "请导入带标签列的文件，或在“数据”页为文本指定标签。"),
    },
    K.NO_UNLABELLED_TEXTS: {
        "en": (
            "The project has no texts without a label to learn from.",
            "Import texts without labels on the Data page, or choose another method.",
        ),
        "zh_CN": ("项目中没有可供学习的未标注文本。", "请在“数据”页导入没有标签的文本，或选择其他方法。"),
    },
    K.NO_ENTITIES: {
        "en": (
            "None of the {count} tagged texts to learn from holds an entity.",
            "Import a file in which some words are tagged, or put such texts into the training split.",
        ),
        "zh_CN": (
            "{count} 条已标注的训练文本中没有任何实体。",
            "请导入含有实体标注的文件，或把这样的文本放进训练集。",
        ),
    },
    K.TASK_DIFFERS: {
        "en": (
            "The project’s task is “{task}”; this import was for “{wanted}”.",
            "Import this file into a new project, or choose the project's own task.",
        ),
        "zh_CN": (
            "本项目的任务是“{task}”，而导入时选择的是“{wanted}”。",
            "请把文件导入新项目，或选择本项目的任务。",
        ),
    },
    K.ENTITIES_OVERLAP: {
        "en": (
            "“{words}” overlaps “{other}”, which is tagged as {label} already. Nothing was changed.",
            "Remove that entity first, or choose words beside it.",
        ),
        "zh_CN": (
            "“{words}”与已标注为 {label} 的“{other}”重叠。没有做任何改动。",
            "请先移除那个实体，或选择它之外的词语。",
        ),
    },
    K.NOTHING_TO_EXPORT: {
        "en": (
            "No text of the project is what you asked for, so no file was written.",
            "Check the search, the label and the split; CoNLL takes only texts that are tagged.",
        ),
        "zh_CN": (
            "项目中没有符合条件的文本，因此没有写入文件。",
            "请检查搜索词、标签和划分；CoNLL 只包含已标注的文本。",
        ),
    },
    K.PICTURE_TOO_TALL: {
        "en": (
            "The text has {characters} characters: too many for one picture, so no file was written.",
            "Save it as a page (PDF), which takes as many sheets as it needs, or as an SVG.",
        ),
        "zh_CN": (
            "该文本有 {characters} 个字符，一张图片放不下，因此没有写入文件。",
            "请另存为页面 (PDF)，它会按需要分成多页；也可存为 SVG。",
        ),
    },
    K.ONE_CLASS: {
        "en": (
            "All texts to learn from have the same label, “{label}”.",
            "A model needs at least two labels to tell apart. Check the label column and the splits.",
        ),
        "zh_CN": (
            "用于训练的文本都是同一个标签“{label}”。",
            "模型至少需要两个标签才能学习区分。请检查标签列和划分。",
        ),
    },
    K.TOO_FEW_TEXTS: {
        "en": (
            "There are only {count} labelled texts to learn from and to check with.",
            "Add more; from about 20 for each label on, the figures mean something.",
        ),
        "zh_CN": (
            "带标签的文本只有 {count} 条，不够训练和检验。",
            "请增加文本；每个标签约 20 条以上，结果才有意义。",
        ),
    },
    K.TOO_FEW_TO_ADAPT: {
        "en": (
            "There are only {count} texts to adapt the model to; {needed} are the least.",
            "Import more texts (they need no labels), or train without adapting.",
        ),
        "zh_CN": (
            "可供模型适应的文本只有 {count} 条，至少需要 {needed} 条。",
            "请导入更多文本（无需标签），或不做适应直接训练。",
        ),
    },
    K.SPLIT_EMPTY: {
        "en": (
            "There are no labelled texts in the split “{split}”.",
            "Import texts into it, or let the split be made automatically.",
        ),
        "zh_CN": ("“{split}”部分没有带标签的文本。", "请把文本导入该部分，或使用自动划分。"),
    },
    K.TEXT_EMPTY: {
        "en": ("The text is empty.", "Type at least one word."),
        "zh_CN": ("文本是空的。", "请至少输入一个词。"),
    },
    # --- choices ---
    K.METHOD_UNKNOWN: {
        "en": ("There is no method “{method}”.", "Choose one of: {valid}."),
        "zh_CN": ("没有名为“{method}”的方法。", "可选：{valid}。"),
    },
    K.METHOD_TASK: {
        "en": ("The method “{method}” cannot learn this task ({task}).", "Choose one of: {valid}."),
        "zh_CN": ("方法“{method}”不能学习此任务（{task}）。", "可选：{valid}。"),
    },
    K.EVIDENCE_TASK: {
        "en": (
            "This run’s model reads no states ({task}) by which training texts could be compared.",
            "Ask a fine-tuned run or one on features.",
        ),
        "zh_CN": (
            "这次训练的模型（{task}）没有可用来比较训练文本的状态。",
            "请改用微调或特征训练。",
        ),
    },
    K.EXPLAINER_UNKNOWN: {
        "en": ("“{method}” cannot explain this run.", "Choose one of: {valid}."),
        "zh_CN": ("“{method}”不能解释这次训练的模型。", "可选：{valid}。"),
    },
    K.BASELINE_UNKNOWN: {
        "en": (
            "“{method}” cannot start from the baseline “{baseline}”.",
            "Integrated gradients (integrated-gradients) take {valid}; other methods leave no choice.",
        ),
        "zh_CN": (
            "“{method}”不能以“{baseline}”为基线。",
            "积分梯度（integrated-gradients）可选 {valid}；其他方法没有选择。",
        ),
    },
    K.UMAP_MISSING: {
        "en": (
            "UMAP, the second way to draw a map, is not installed here.",
            "Install the extra umap, 210 MB (pip install umap-learn), or draw the map by PCA (pca).",
        ),
        "zh_CN": (
            "此处没有安装 UMAP，即地图的第二种画法。",
            "请安装附加组件 umap，210 MB（pip install umap-learn），或用 PCA（pca）画地图。",
        ),
    },
    K.OPTION_UNKNOWN: {
        "en": ("The method “{method}” has no option “{option}”.", "Its options are: {valid}."),
        "zh_CN": ("方法“{method}”没有选项“{option}”。", "可用选项：{valid}。"),
    },
    K.OPTION_VALUE: {
        "en": ("“{value}” does not do for {option}.", "Allowed: {valid}."),
        "zh_CN": ("“{value}”不能用于 {option}。", "允许：{valid}。"),
    },
    K.LABEL_UNKNOWN: {
        "en": ("There is no label “{label}”.", "The labels are: {valid}."),
        "zh_CN": ("没有名为“{label}”的标签。", "现有标签：{valid}。"),
    },
    K.LABELS_ELSEWHERE: {
        "en": (
            "No row of the file has a label that the run knows: {path}",
            "The run's labels are: {valid}. Rename the file's labels to match, or choose another file.",
        ),
        "zh_CN": (
            "文件中没有一行的标签是该训练认识的：{path}",
            "该训练的标签有：{valid}。请修改文件中的标签，或选择其他文件。",
        ),
    },
    K.RIVAL_IS_TARGET: {
        "en": ("“{label}” cannot be compared with itself.", "Choose another class to compare it with."),
        "zh_CN": ("不能将“{label}”与自身比较。", "请选择另一个类别作比较。"),
    },
    K.SPAN_WITHOUT_WORDS: {
        "en": (
            "No word stands between the characters {start} and {end}.",
            "Choose an entity or a word of the text.",
        ),
        "zh_CN": ("第 {start} 至 {end} 个字符之间没有词语。", "请选择文本中的实体或词语。"),
    },
    **MODEL_ERROR_WORDS,
}
