<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>AboutDialog</name>
        <message>
            <source>About Lexplain</source>
            <translation>关于 Lexplain</translation>
        </message>
        <message>
            <source>Version {version}</source>
            <translation>版本 {version}</translation>
        </message>
        <message>
            <source>Licence: Apache-2.0</source>
            <translation>许可证：Apache-2.0</translation>
        </message>
        <message>
            <source>Engine is starting…</source>
            <translation>引擎正在启动…</translation>
        </message>
        <message>
            <source>Computes on: {device}</source>
            <translation>计算设备：{device}</translation>
        </message>
        <message>
            <source>Third-party software</source>
            <translation>第三方软件</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>Actions</name>
        <message>
            <source>&amp;Open file…</source>
            <translation>打开文件(&amp;O)…</translation>
        </message>
        <message>
            <source>Open &amp;folder of texts…</source>
            <translation>打开文本文件夹(&amp;F)…</translation>
        </message>
        <message>
            <source>&amp;New project…</source>
            <translation>新建项目(&amp;N)…</translation>
        </message>
        <message>
            <source>Open &amp;project…</source>
            <translation>打开项目(&amp;P)…</translation>
        </message>
        <message>
            <source>&amp;Close project</source>
            <translation>关闭项目(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Settings…</source>
            <translation>设置(&amp;S)…</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>退出(&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>撤销(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>重做(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Search</source>
            <translation>搜索(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Start</source>
            <translation>开始(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Pause or go on</source>
            <translation>暂停或继续(&amp;P)</translation>
        </message>
        <message>
            <source>S&amp;top…</source>
            <translation>停止(&amp;T)…</translation>
        </message>
        <message>
            <source>Source &amp;models…</source>
            <translation>源模型(&amp;M)…</translation>
        </message>
        <message>
            <source>&amp;Data</source>
            <translation>数据(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Train</source>
            <translation>训练(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Evaluate</source>
            <translation>评估(&amp;E)</translation>
        </message>
        <message>
            <source>E&amp;xplain</source>
            <translation>解释(&amp;X)</translation>
        </message>
        <message>
            <source>&amp;Corpus</source>
            <translation>语料(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Predict</source>
            <translation>预测(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Report</source>
            <translation>报告(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Help on this page</source>
            <translation>本页帮助(&amp;H)</translation>
        </message>
        <message>
            <source>&amp;Keyboard</source>
            <translation>键盘快捷键(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;About Lexplain</source>
            <translation>关于 Lexplain(&amp;A)</translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation>文件(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>编辑(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Run</source>
            <translation>运行(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>视图(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>帮助(&amp;H)</translation>
        </message>
    </context>
    <context>
        <name>AdvicePanel</name>
        <message>
            <source>Ask again</source>
            <translation>重新试探</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Progress of the probe</source>
            <translation>试探进度</translation>
        </message>
        <message>
            <source>Race the ticked methods within</source>
            <translation>让勾选的方法竞赛，限时</translation>
        </message>
        <message>
            <source>minutes</source>
            <translation>分钟</translation>
        </message>
        <message>
            <source>Minutes for the whole race</source>
            <translation>整场竞赛的分钟数</translation>
        </message>
        <message>
            <source>One training may take</source>
            <translation>一次训练最多用时</translation>
        </message>
        <message>
            <source>any</source>
            <translation>不限</translation>
        </message>
        <message>
            <source>Minutes that one training may take</source>
            <translation>一次训练最多用时（分钟）</translation>
        </message>
        <message>
            <source>What takes longer is ranked last</source>
            <translation>用时更长的方法排在最后</translation>
        </message>
        <message>
            <source>Start the race</source>
            <translation>开始竞赛</translation>
        </message>
        <message>
            <source>Trains the ticked methods one after the other and keeps the smallest within a point of the best</source>
            <translation>依次训练勾选的方法，在与最佳相差不超过一分的方法中保留最小的</translation>
        </message>
        <message>
            <source>A probe of at most a minute reads some of your texts with the source models that there is time for and says which method is expected to do best, how long it takes, and what more labels would bring.</source>
            <translation>探测最多一分钟：在时间允许的范围内用各个源模型读取您的部分文本，说明预计哪种方法最好、需要多长时间，以及更多标注会带来什么。</translation>
        </message>
        <message>
            <source>Which method?</source>
            <translation>用哪种方法？</translation>
        </message>
        <message>
            <source>Looking for the method that fits</source>
            <translation>正在寻找合适的方法</translation>
        </message>
        <message>
            <source>Waiting for the jobs before it</source>
            <translation>等待前面的任务完成</translation>
        </message>
        <message>
            <source>Starting…</source>
            <translation>正在启动…</translation>
        </message>
        <message>
            <source>{step} · a minute at most</source>
            <translation>{step} · 最多一分钟</translation>
        </message>
        <message>
            <source>Probed in {time} with {texts} training texts and {classes} labels. Each bar, from {low} to {high}, shows where {figure} on new texts is expected to lie, 95 times of 100.</source>
            <translation>试探用时 {time}，训练文本 {texts} 条，标签 {classes} 个。每条横条从 {low} 到 {high}，表示新文本上的{figure}预计所在的范围（100 次中有 95 次）。</translation>
        </message>
        <message>
            <source>Texts or labels have changed since: ask again.</source>
            <translation>此后文本或标签已改变：请重新试探。</translation>
        </message>
        <message>
            <source>Twice as many labelled texts would hardly help: less than half a point.</source>
            <translation>标注文本翻倍几乎没有帮助：不到半分。</translation>
        </message>
        <message>
            <source>Twice as many labelled texts ({count}) would add about {points} points.</source>
            <translation>标注文本翻倍（{count} 条）约可提升 {points} 分。</translation>
        </message>
        <message>
            <source>{figure} with more labelled texts</source>
            <translation>标注更多文本时的{figure}</translation>
        </message>
        <message>
            <source>labelled texts to train on</source>
            <translation>用于训练的标注文本数</translation>
        </message>
        <message>
            <source>now {value}</source>
            <translation>现在 {value}</translation>
        </message>
        <message>
            <source>guessed {value}</source>
            <translation>推测 {value}</translation>
        </message>
        <message>
            <source>No curve was measured</source>
            <translation>没有测得曲线</translation>
        </message>
    </context>
    <context>
        <name>ArguePanel</name>
        <message>
            <source>Argue</source>
            <translation>争论</translation>
        </message>
        <message>
            <source>Strike it: it should not count</source>
            <translation>划掉：它不应起作用</translation>
        </message>
        <message>
            <source>Mark it: it should count</source>
            <translation>标出：它应起作用</translation>
        </message>
        <message>
            <source>Train a run first; then you can argue with it.</source>
            <translation>请先训练一次；然后可以与它争论。</translation>
        </message>
        <message>
            <source>A run with two encoders cannot be argued with: argue with a run of one of them.</source>
            <translation>无法与双编码器的训练争论：请选择使用其中一个编码器的训练。</translation>
        </message>
        <message>
            <source>A word, then Return</source>
            <translation>输入一个词，然后按回车</translation>
        </message>
        <message>
            <source>Struck: should not count</source>
            <translation>划掉：不应起作用</translation>
        </message>
        <message>
            <source>Marked: should count</source>
            <translation>标出：应起作用</translation>
        </message>
        <message>
            <source>They hold in every text, whatever their case. A right click on a word of the text adds it.</source>
            <translation>它们对所有文本有效，不分大小写。右键点击文本中的词即可添加。</translation>
        </message>
        <message>
            <source>Learn for</source>
            <translation>学习</translation>
        </message>
        <message>
            <source>A bag of words that tags words cannot be argued with: choose a run with a language model.</source>
            <translation>标注词语的词袋无法争论：请选择用语言模型阅读文本的运行。</translation>
        </message>
        <message>
            <source> min</source>
            <translation> 分钟</translation>
        </message>
        <message>
            <source>Minutes of learning</source>
            <translation>学习的分钟数</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Look at this text with the new run</source>
            <translation>用新的训练查看这条文本</translation>
        </message>
        <message>
            <source>Keep the old one</source>
            <translation>保留旧的训练</translation>
        </message>
        <message>
            <source>Take the new run out of the list; this can be undone</source>
            <translation>将新的训练从列表中移除；可以撤销</translation>
        </message>
        <message>
            <source>A word decides that should not? Say so: the run learns on, and a new one stands beside it.</source>
            <translation>某个词不应起作用？请说出来：训练会继续学习，新的训练列在旁边。</translation>
        </message>
        <message>
            <source>Argue with {run}</source>
            <translation>与 {run} 争论</translation>
        </message>
        <message>
            <source>Strike or mark a word first.</source>
            <translation>请先划掉或标出一个词。</translation>
        </message>
        <message>
            <source>A bag of words forgets struck words wholly; marked ones count three times.</source>
            <translation>词袋会完全忘记划掉的词；标出的词按三倍计。</translation>
        </message>
        <message>
            <source>A struck word should not count for any entity, a marked one should for the entity nearest to it. Places in single texts, also from a file, are not taken: they do not say which entity they are about.</source>
            <translation>划掉的词不应影响任何实体；标出的词应对离它最近的实体起作用。不接受单条文本中的位置（包括从文件读入的）：位置并不说明它针对哪个实体。</translation>
        </message>
        <message>
            <source>Stopping…</source>
            <translation>正在停止…</translation>
        </message>
        <message>
            <source>Waits for the job before it</source>
            <translation>等待前一个任务</translation>
        </message>
        <message>
            <source>Starting…</source>
            <translation>正在启动…</translation>
        </message>
        <message>
            <source>Before and after</source>
            <translation>之前与之后</translation>
        </message>
        <message>
            <source>“{run}” is taken out of the list; Undo brings it back.</source>
            <translation>“{run}”已从列表中移除；撤销即可恢复。</translation>
        </message>
    </context>
    <context>
        <name>ArguePlaces</name>
        <message>
            <source>Take back what was said of it in this text</source>
            <translation>撤回在此文本中对它的标注</translation>
        </message>
        <message>
            <source>Strike it in this text only</source>
            <translation>仅在此文本中划掉</translation>
        </message>
        <message>
            <source>Mark it in this text only</source>
            <translation>仅在此文本中标出</translation>
        </message>
        <message>
            <source>Open rationales</source>
            <translation>打开依据文件</translation>
        </message>
        <message>
            <source>Rationales (*.jsonl)</source>
            <translation>依据文件 (*.jsonl)</translation>
        </message>
        <message>
            <source>Import places…</source>
            <translation>导入位置…</translation>
        </message>
        <message>
            <source>A JSONL file with “text” and spans under “strike” and “mark”</source>
            <translation>JSONL 文件，含“text”以及“strike”和“mark”下的区间</translation>
        </message>
        <message>
            <source>Places struck or marked in single texts: {places} in {texts} texts; they count too.</source>
            <translation>单条文本中划掉或标出的位置：{texts} 条文本中共 {places} 处；它们同样计入。</translation>
        </message>
        <message>
            <source>No places are struck or marked in single texts. A right click on a word of a training text does it, or a file brings them.</source>
            <translation>单条文本中没有划掉或标出的位置。右键点击训练文本中的词即可标注，也可从文件导入。</translation>
        </message>
        <message>
            <source>Reading the file…</source>
            <translation>正在读取文件…</translation>
        </message>
        <message>
            <source>Struck in this text: {words}</source>
            <translation>此文本中划掉：{words}</translation>
        </message>
        <message>
            <source>Marked in this text: {words}</source>
            <translation>此文本中标出：{words}</translation>
        </message>
        <message>
            <source>Read: {places} places in {texts} texts.</source>
            <translation>已读取：{texts} 条文本中共 {places} 处。</translation>
        </message>
        <message>
            <source>{count} lines are of texts that are not in the project.</source>
            <translation>{count} 行的文本不在项目中。</translation>
        </message>
        <message>
            <source>Lines that could not be read: {lines}</source>
            <translation>无法读取的行：{lines}</translation>
        </message>
    </context>
    <context>
        <name>AskingPanel</name>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
    </context>
    <context>
        <name>BannerStack</name>
        <message>
            <source>Dismiss</source>
            <translation>关闭此消息</translation>
        </message>
    </context>
    <context>
        <name>BaselineBox</name>
        <message>
            <source>What the method starts from</source>
            <translation>方法的起点</translation>
        </message>
        <message>
            <source>The method adds up what happens on the way from a text without words to this one. What stands for no word is a choice: where another one gives other colours, read them with care.</source>
            <translation>该方法累加从没有词的文本到此文本途中的变化。用什么代表“没有词”可以选择：若换一种颜色就不同，请谨慎解读。</translation>
        </message>
        <message>
            <source>the mask token</source>
            <translation>掩码标记</translation>
        </message>
        <message>
            <source>the padding token</source>
            <translation>填充标记</translation>
        </message>
        <message>
            <source>the mean of all words</source>
            <translation>所有词的平均</translation>
        </message>
    </context>
    <context>
        <name>BeforeAfter</name>
        <message>
            <source>{texts} texts of this split have one of the words. The erasure test: how far the answer falls without the highlighted words, of what leaving out words can do to each text at all (more is better).</source>
            <translation>此部分中有 {texts} 条文本含有这些词。擦除测试：去掉高亮词后答案下降的幅度，占每条文本去词所能造成的最大下降的比例（越大越好）。</translation>
        </message>
        <message>
            <source>before</source>
            <translation>之前</translation>
        </message>
        <message>
            <source>after</source>
            <translation>之后</translation>
        </message>
        <message>
            <source>Share of the highlight on struck words</source>
            <translation>划掉的词在高亮中的占比</translation>
        </message>
        <message>
            <source>Share on marked words</source>
            <translation>标出的词的占比</translation>
        </message>
        <message>
            <source>Answers that change without the struck words</source>
            <translation>去掉划掉的词后改变的回答</translation>
        </message>
        <message>
            <source>Erasure test: share of what can be reached</source>
            <translation>擦除测试：可达到范围中的比例</translation>
        </message>
    </context>
    <context>
        <name>Beside</name>
        <message>
            <source>Beside another run</source>
            <translation>与另一个运行并排</translation>
        </message>
        <message>
            <source>The other run</source>
            <translation>另一个运行</translation>
        </message>
        <message>
            <source>The run that explains the same text below</source>
            <translation>在下方解释同一文本的训练</translation>
        </message>
        <message>
            <source>Show the same text below, with the answer and the tints of another run</source>
            <translation>在下方显示同一文本，附另一个运行的答案和着色</translation>
        </message>
        <message>
            <source>There is no second run yet: train one in Train.</source>
            <translation>还没有第二个运行：请在“训练”中再训练一次。</translation>
        </message>
        <message>
            <source>Choose a text: both runs will explain it.</source>
            <translation>请选择一条文本：两个运行都会解释它。</translation>
        </message>
        <message>
            <source>Asking “{run}” the same question…</source>
            <translation>正在向“{run}”问同样的问题……</translation>
        </message>
    </context>
    <context>
        <name>BesideCard</name>
        <message>
            <source>The same text with the tints of the other run</source>
            <translation>同一文本，按另一个运行着色</translation>
        </message>
        <message>
            <source>both runs on one scale</source>
            <translation>两个运行使用同一色标</translation>
        </message>
        <message>
            <source>Scores of two models cannot be compared as they are: a tint is a word's share of all scores of its run, in both texts on one scale.</source>
            <translation>两个模型的得分不能直接比较：颜色深浅表示该词在本运行全部得分中的份额，两段文本使用同一色标。</translation>
        </message>
        <message>
            <source>“{first}” says {answer}; “{second}” says {other}.</source>
            <translation>“{first}”答：{answer}；“{second}”答：{other}。</translation>
        </message>
        <message>
            <source>“{first}” says {answer}; “{second}” says {other}: the answers differ.</source>
            <translation>“{first}”答：{answer}；“{second}”答：{other}。两者答案不同。</translation>
        </message>
        <message>
            <source>One of the two methods tells no side: their words cannot be compared.</source>
            <translation>两种方法中有一种不区分支持与反对，因此无法比较词语。</translation>
        </message>
        <message>
            <source>The two runs have read no word in common.</source>
            <translation>两个运行没有共同读到的词语。</translation>
        </message>
        <message>
            <source>What changed: the reasons are {distance} apart</source>
            <translation>变化：理由相距 {distance}</translation>
        </message>
        <message>
            <source>0 is the same reason, 1 shares nothing: half of what moved when each run's word scores are divided by the sum of their sizes.</source>
            <translation>0 为理由相同，1 为毫无共同之处：各运行的词语分值除以其绝对值之和后，变动总量的一半。</translation>
        </message>
        <message>
            <source>It matters more in the second run.</source>
            <translation>在第二个运行中，它的影响更大。</translation>
        </message>
        <message>
            <source>It matters less in the second run.</source>
            <translation>在第二个运行中，它的影响更小。</translation>
        </message>
        <message>
            <source>It speaks more for the class in the second run.</source>
            <translation>在第二个运行中，它更支持该类别。</translation>
        </message>
        <message>
            <source>It speaks less for the class, or more against it, in the second run.</source>
            <translation>在第二个运行中，它对该类别的支持减少，或反对增加。</translation>
        </message>
        <message>
            <source>Its share of all scores of each run: {first} and {second}.</source>
            <translation>它在两个运行各自全部分值中的份额：{first} 和 {second}。</translation>
        </message>
    </context>
    <context>
        <name>ChangePanel</name>
        <message>
            <source>Change</source>
            <translation>改变</translation>
        </message>
        <message>
            <source>any other answer</source>
            <translation>任何其他回答</translation>
        </message>
        <message>
            <source>Choose a text, or type one; then this says what would turn the answer.</source>
            <translation>请选择或输入一条文本；这里会说明怎样的改动会改变回答。</translation>
        </message>
        <message>
            <source>Looking for the fewest words that turn the answer…</source>
            <translation>正在寻找能改变回答的最少词语…</translation>
        </message>
        <message>
            <source>Into which answer</source>
            <translation>变为哪个回答</translation>
        </message>
        <message>
            <source>Back to the text as it was</source>
            <translation>返回原来的文本</translation>
        </message>
        <message>
            <source>Nothing that is taken out turns {answer}: all was tried.</source>
            <translation>无论去掉什么，回答 {answer} 都不变：已全部试过。</translation>
        </message>
        <message>
            <source>No removal of a few words turns {answer}.</source>
            <translation>去掉少数几个词，都不会改变回答 {answer}。</translation>
        </message>
        <message>
            <source>No other words were found that turn it.</source>
            <translation>没有找到能改变回答的替换词。</translation>
        </message>
        <message numerus="yes">
            <source>%n words taken out</source>
            <translation>
                <numerusform>去掉 %n 个词</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n words replaced</source>
            <translation>
                <numerusform>替换 %n 个词</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The model was asked about %n texts.</source>
            <translation>
                <numerusform>共询问模型 %n 条文本。</numerusform>
            </translation>
        </message>
        <message>
            <source>No fewer words do it: all were tried.</source>
            <translation>更少的词做不到：已全部试过。</translation>
        </message>
        <message>
            <source>any label</source>
            <translation>任一标签</translation>
        </message>
        <message>
            <source>What turns</source>
            <translation>怎样会改变</translation>
        </message>
        <message>
            <source>What turns it into</source>
            <translation>怎样会变为</translation>
        </message>
        <message>
            <source>Fewer words may do it: not all were tried.</source>
            <translation>也许更少的词就够了：没有全部试过。</translation>
        </message>
        <message>
            <source>The answer turns while the words are masked; cut out of the text, it stays.</source>
            <translation>遮住这些词时回答会变；若直接从文本中删去，则不变。</translation>
        </message>
        <message>
            <source>The model was asked about this very text.</source>
            <translation>已就这条文本本身询问过模型。</translation>
        </message>
        <message>
            <source>Read this text and see its highlight</source>
            <translation>阅读这条文本并查看高亮</translation>
        </message>
        <message>
            <source>none of the labels</source>
            <translation>没有任何标签</translation>
        </message>
        <message>
            <source>The score is {score}.</source>
            <translation>评分为 {score}。</translation>
        </message>
        <message>
            <source>“{entity}” is {answer} with {probability}.</source>
            <translation>“{entity}”为 {answer}，概率 {probability}。</translation>
        </message>
        <message>
            <source>The answer is {answer} with {probability}.</source>
            <translation>回答为 {answer}，概率 {probability}。</translation>
        </message>
        <message>
            <source>Then it is {answer}.</source>
            <translation>于是变为 {answer}。</translation>
        </message>
        <message>
            <source>Then it is {answer} with {probability}.</source>
            <translation>于是变为 {answer}，概率 {probability}。</translation>
        </message>
        <message>
            <source>A score counts as changed when it moves by more than the run's own mean error, {amount}.</source>
            <translation>评分的变动超过该训练自身的平均误差 {amount} 才算改变。</translation>
        </message>
        <message>
            <source>Click a change to read it in the text.</source>
            <translation>点击一处改动，即可在文本中阅读。</translation>
        </message>
    </context>
    <context>
        <name>Choosing</name>
        <message>
            <source>Texts (*.csv *.tsv *.txt *.jsonl *.json *.xlsx *.xls *.ods *.conll *.iob *.bio)</source>
            <translation>文本 (*.csv *.tsv *.txt *.jsonl *.json *.xlsx *.xls *.ods *.conll *.iob *.bio)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>Open a file</source>
            <translation>打开文件</translation>
        </message>
        <message>
            <source>Open a folder of text files</source>
            <translation>打开文本文件夹</translation>
        </message>
    </context>
    <context>
        <name>ClassesModel</name>
        <message>
            <source>Class</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Type</source>
            <translation>类型</translation>
        </message>
        <message>
            <source>Entities</source>
            <translation>实体数</translation>
        </message>
        <message>
            <source>Precision</source>
            <translation>精确率</translation>
        </message>
        <message>
            <source>Recall</source>
            <translation>召回率</translation>
        </message>
        <message>
            <source>F1</source>
            <translation>F1</translation>
        </message>
        <message>
            <source>Threshold</source>
            <translation>阈值</translation>
        </message>
        <message>
            <source>Texts</source>
            <translation>文本数</translation>
        </message>
    </context>
    <context>
        <name>CommandLine</name>
        <message>
            <source>In a shell</source>
            <translation>命令行</translation>
        </message>
        <message>
            <source>The shell command that does the same</source>
            <translation>效果相同的命令行命令</translation>
        </message>
        <message>
            <source>Copy the command</source>
            <translation>复制命令</translation>
        </message>
    </context>
    <context>
        <name>Compare</name>
        <message>
            <source>{value} ({low} to {high})</source>
            <translation>{value}（{low} 至 {high}）</translation>
        </message>
        <message>
            <source>{run} is better with {percent}; the interval leaves zero out.</source>
            <translation>{run} 更好的概率为 {percent}；区间不含零。</translation>
        </message>
        <message>
            <source>No difference can be seen</source>
            <translation>看不出差别</translation>
        </message>
        <message>
            <source>{run} is better with {percent}</source>
            <translation>{run} 更好的概率为 {percent}</translation>
        </message>
        <message>
            <source>{sentence}; more texts would hardly settle it.</source>
            <translation>{sentence}；再多文本也难以定论。</translation>
        </message>
        <message>
            <source>{sentence}; about {count} more labelled texts would settle it.</source>
            <translation>{sentence}；再标注约 {count} 条文本即可定论。</translation>
        </message>
        <message>
            <source>Right alone: {first} on {first_count} texts, {second} on {second_count} (McNemar p {p})</source>
            <translation>仅一方正确：{first} {first_count} 条，{second} {second_count} 条（McNemar p {p}）</translation>
        </message>
        <message>
            <source>Over {count} seeds ({runs}): {figure} {mean}, standard deviation {deviation}</source>
            <translation>{count} 个随机种子（{runs}）：{figure} {mean}，标准差 {deviation}</translation>
        </message>
        <message>
            <source>none of them</source>
            <translation>无标签</translation>
        </message>
        <message>
            <source>no entities</source>
            <translation>无实体</translation>
        </message>
    </context>
    <context>
        <name>CompareView</name>
        <message>
            <source>‹ Back to the runs</source>
            <translation>‹ 返回运行</translation>
        </message>
        <message>
            <source>Compare runs</source>
            <translation>比较运行</translation>
        </message>
        <message>
            <source>How to read this</source>
            <translation>怎样解读</translation>
        </message>
        <message>
            <source>Measured by</source>
            <translation>基准</translation>
        </message>
        <message>
            <source>The run that the others are measured by</source>
            <translation>作为基准的运行</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>Test texts</source>
            <translation>测试文本</translation>
        </message>
        <message>
            <source>Validation texts</source>
            <translation>验证文本</translation>
        </message>
        <message>
            <source>Which is better?</source>
            <translation>哪个更好？</translation>
        </message>
        <message>
            <source>What it costs</source>
            <translation>代价</translation>
        </message>
        <message>
            <source>Figure of the chart</source>
            <translation>图中的指标</translation>
        </message>
        <message>
            <source>Cost of the chart</source>
            <translation>图中的代价</translation>
        </message>
        <message>
            <source>Explain</source>
            <translation>解释</translation>
        </message>
        <message>
            <source>Open the text in Explain (Return)</source>
            <translation>在“解释”中打开该文本（回车）</translation>
        </message>
        <message>
            <source>Texts of which the runs say different things</source>
            <translation>两个运行判断不同的文本</translation>
        </message>
        <message>
            <source>Figures of the compared runs</source>
            <translation>所比较运行的指标</translation>
        </message>
        <message>
            <source>Answers</source>
            <translation>答案</translation>
        </message>
        <message>
            <source>Reasons</source>
            <translation>理由</translation>
        </message>
        <message>
            <source>size of the model (MB)</source>
            <translation>模型大小（MB）</translation>
        </message>
        <message>
            <source>milliseconds a text</source>
            <translation>每条文本毫秒数</translation>
        </message>
        <message>
            <source>training time (s)</source>
            <translation>训练时间（秒）</translation>
        </message>
        <message>
            <source>Run</source>
            <translation>运行</translation>
        </message>
        <message>
            <source>Not measured for these runs</source>
            <translation>这些运行没有测量过</translation>
        </message>
        <message>
            <source>Figures on the same {rows} texts</source>
            <translation>在相同 {rows} 条文本上的指标</translation>
        </message>
        <message>
            <source>Comparing…</source>
            <translation>正在比较…</translation>
        </message>
        <message>
            <source>Figures</source>
            <translation>指标</translation>
        </message>
        <message>
            <source>The runs say the same of every text.</source>
            <translation>两个运行对每条文本的判断都相同。</translation>
        </message>
        <message>
            <source>Evaluate it</source>
            <translation>评估它</translation>
        </message>
        <message>
            <source>Where they differ</source>
            <translation>不同之处</translation>
        </message>
        <message>
            <source>Where “{first}” and “{second}” differ ({count})</source>
            <translation>“{first}”与“{second}”的不同之处（{count}）</translation>
        </message>
    </context>
    <context>
        <name>ConfusionModel</name>
        <message>
            <source>predicted {label}</source>
            <translation>预测为 {label}</translation>
        </message>
        <message>
            <source>truly {label}</source>
            <translation>真实为 {label}</translation>
        </message>
        <message>
            <source>{count} words of type “{label}” were called “{other}”, {share} % of them</source>
            <translation>{count} 个“{label}”类型的词被判为“{other}”，占该类型的 {share} %</translation>
        </message>
        <message>
            <source>{count} texts of “{label}” were recognised, {share} % of the class</source>
            <translation>“{label}”有 {count} 条文本识别正确，占该类的 {share} %</translation>
        </message>
        <message>
            <source>{count} texts of “{label}” were called “{other}”, {share} % of the class</source>
            <translation>“{label}”有 {count} 条文本被判为“{other}”，占该类的 {share} %</translation>
        </message>
    </context>
    <context>
        <name>CorpusMap</name>
        <message>
            <source>other labels</source>
            <translation>其他标签</translation>
        </message>
        <message>
            <source>without a label</source>
            <translation>没有标签</translation>
        </message>
        <message>
            <source>right</source>
            <translation>正确</translation>
        </message>
        <message>
            <source>wrong</source>
            <translation>错误</translation>
        </message>
        <message>
            <source>from {share} sure</source>
            <translation>把握 {share} 以上</translation>
        </message>
        <message>
            <source>{low} to {high}</source>
            <translation>{low} 至 {high}</translation>
        </message>
        <message>
            <source>without a score</source>
            <translation>没有分数</translation>
        </message>
        <message>
            <source>off by less than {amount}</source>
            <translation>相差不到 {amount}</translation>
        </message>
        <message>
            <source>off by {amount} or more</source>
            <translation>相差 {amount} 以上</translation>
        </message>
    </context>
    <context>
        <name>CorpusPage</name>
        <message>
            <source>There is no finished run to ask yet</source>
            <translation>还没有完成的训练可供提问</translation>
        </message>
        <message>
            <source>The texts are being looked through</source>
            <translation>正在查看文本</translation>
        </message>
        <message>
            <source>Nothing has been asked about all texts yet</source>
            <translation>还没有对全部文本提过问题</translation>
        </message>
        <message>
            <source>What carries the answers over all texts</source>
            <translation>全部文本中支撑回答的因素</translation>
        </message>
        <message>
            <source>Corpus</source>
            <translation>语料</translation>
        </message>
        <message>
            <source>Train a run first; then all its decisions can be looked through at once.</source>
            <translation>请先训练；之后可以一次查看它的全部判断。</translation>
        </message>
        <message>
            <source>Words, shortcuts, rules, label doubts, map</source>
            <translation>词语、捷径词、规则、存疑标签、地图</translation>
        </message>
    </context>
    <context>
        <name>CorpusPanel</name>
        <message>
            <source>Search again</source>
            <translation>重新查找</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>进度</translation>
        </message>
        <message>
            <source>Stopping…</source>
            <translation>正在停止…</translation>
        </message>
        <message>
            <source>Waiting for its turn</source>
            <translation>排队等待中</translation>
        </message>
        <message>
            <source>Starting…</source>
            <translation>正在启动…</translation>
        </message>
        <message>
            <source>Close the message</source>
            <translation>关闭消息</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>再试一次</translation>
        </message>
    </context>
    <context>
        <name>Correction</name>
        <message>
            <source>Its label</source>
            <translation>它的标签</translation>
        </message>
        <message>
            <source>Its entities</source>
            <translation>它的实体</translation>
        </message>
        <message>
            <source>Label of this training text</source>
            <translation>这条训练文本的标签</translation>
        </message>
        <message>
            <source>Look at this text</source>
            <translation>查看这条文本</translation>
        </message>
    </context>
    <context>
        <name>CrashDialog</name>
        <message>
            <source>Something went wrong</source>
            <translation>出现错误</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>详细信息</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>This is our mistake. Nothing that was stored is lost, and you can go on working.</source>
            <translation>这是我们的问题。已保存的内容不会丢失，您可以继续工作。</translation>
        </message>
    </context>
    <context>
        <name>CurvesPanel</name>
        <message>
            <source>Stop and keep best</source>
            <translation>停止并保留最佳</translation>
        </message>
        <message>
            <source>End after this step; the best weights so far become the run’s model</source>
            <translation>本步之后结束，目前最佳的权重成为该运行的模型</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>End the training; its checkpoint stays, so that it can go on later</source>
            <translation>结束训练；检查点会保留，以后可以继续</translation>
        </message>
        <message>
            <source>Progress of the training</source>
            <translation>训练进度</translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Stopping…</source>
            <translation>正在停止…</translation>
        </message>
        <message>
            <source>Waiting for the jobs before it</source>
            <translation>等待前面的任务完成</translation>
        </message>
        <message>
            <source>Starting…</source>
            <translation>正在启动…</translation>
        </message>
        <message>
            <source>epoch {epoch}</source>
            <translation>第 {epoch} 轮</translation>
        </message>
        <message>
            <source>about {time} left</source>
            <translation>约剩 {time}</translation>
        </message>
        <message>
            <source>Choose a run below to see how it learned.</source>
            <translation>在下方选择一个运行，查看其学习过程。</translation>
        </message>
        <message>
            <source>The first points come within seconds</source>
            <translation>几秒内会出现第一批数据点</translation>
        </message>
        <message>
            <source>This run has no curve</source>
            <translation>该运行没有曲线</translation>
        </message>
        <message>
            <source>No run is chosen</source>
            <translation>未选择运行</translation>
        </message>
        <message>
            <source>Training loss {loss} at step {step}</source>
            <translation>第 {step} 步的训练损失为 {loss}</translation>
        </message>
        <message>
            <source>Loss</source>
            <translation>损失</translation>
        </message>
        <message>
            <source>step</source>
            <translation>步数</translation>
        </message>
        <message>
            <source>training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>validation</source>
            <translation>验证</translation>
        </message>
        <message>
            <source>The first value comes with the first validation</source>
            <translation>首次验证后显示第一个值</translation>
        </message>
        <message>
            <source>{figure} on validation texts</source>
            <translation>验证文本上的{figure}</translation>
        </message>
        <message>
            <source>best {value}</source>
            <translation>最佳 {value}</translation>
        </message>
        <message>
            <source>best</source>
            <translation>最佳</translation>
        </message>
        <message>
            <source>target {value}</source>
            <translation>目标 {value}</translation>
        </message>
    </context>
    <context>
        <name>DataExportDialog</name>
        <message>
            <source>Where the texts go</source>
            <translation>文本写到哪里</translation>
        </message>
        <message>
            <source>Tags written as</source>
            <translation>标记写法</translation>
        </message>
        <message>
            <source>Between the labels</source>
            <translation>标签之间</translation>
        </message>
        <message>
            <source>A word and its tag a line. Splits, texts that are not tagged, and the white space between words do not go into it.</source>
            <translation>每行一个词语及其标记。不包含划分、未标注的文本以及词语之间的空白。</translation>
        </message>
        <message>
            <source>For spreadsheets. Before a cell that begins like a formula (=, +, -, @) stands a quote; an import here takes it away again.</source>
            <translation>供电子表格使用。以公式符号（=、+、-、@）开头的单元格前会加一个引号；在此重新导入时会去掉。</translation>
        </message>
        <message>
            <source>For programs: one object a line, nothing changed in the texts.</source>
            <translation>供程序使用：每行一个对象，文本没有任何改动。</translation>
        </message>
        <message>
            <source>This file is there already and will be replaced.</source>
            <translation>此文件已存在，将被替换。</translation>
        </message>
        <message>
            <source>Reading the texts</source>
            <translation>正在读取文本</translation>
        </message>
        <message>
            <source>{count} texts written to {path}</source>
            <translation>已将 {count} 条文本写入 {path}</translation>
        </message>
        <message>
            <source>{count} were left out: they are not tagged.</source>
            <translation>{count} 条未写入：它们没有标注。</translation>
        </message>
        <message>
            <source>Open folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Export the texts</source>
            <translation>导出文本</translation>
        </message>
        <message>
            <source>Into a file that can be imported again</source>
            <translation>写入可以重新导入的文件</translation>
        </message>
        <message>
            <source>All {count} texts</source>
            <translation>全部 {count} 条文本</translation>
        </message>
        <message>
            <source>Those that are shown</source>
            <translation>当前显示的文本</translation>
        </message>
        <message>
            <source>The {count} that are shown</source>
            <translation>当前显示的 {count} 条</translation>
        </message>
        <message>
            <source>The {count} selected</source>
            <translation>选中的 {count} 条</translation>
        </message>
        <message>
            <source>CSV table</source>
            <translation>CSV 表格</translation>
        </message>
        <message>
            <source>JSONL with the places of the entities</source>
            <translation>JSONL，含实体位置</translation>
        </message>
        <message>
            <source>JSONL</source>
            <translation>JSONL</translation>
        </message>
        <message>
            <source>CoNLL</source>
            <translation>CoNLL</translation>
        </message>
        <message>
            <source>Texts</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>Write to</source>
            <translation>写入到</translation>
        </message>
        <message>
            <source>File to write</source>
            <translation>要写入的文件</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Choose the file to write</source>
            <translation>选择要写入的文件</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Cancel the export</source>
            <translation>取消导出</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
    </context>
    <context>
        <name>DataPage</name>
        <message>
            <source>{rows} rows imported in {seconds} s.</source>
            <translation>已导入 {rows} 行，用时 {seconds} 秒。</translation>
        </message>
        <message>
            <source>Train a first model</source>
            <translation>训练第一个模型</translation>
        </message>
        <message>
            <source>{rows} rows imported.</source>
            <translation>已导入 {rows} 行。</translation>
        </message>
        <message>
            <source>{count} rows could not be read; they are listed under Files.</source>
            <translation>有 {count} 行无法读取，已列在“文件”下。</translation>
        </message>
        <message>
            <source>No texts yet</source>
            <translation>还没有文本</translation>
        </message>
        <message>
            <source>{count} rows could not be read</source>
            <translation>有 {count} 行无法读取</translation>
        </message>
        <message>
            <source>Training needs texts with labels</source>
            <translation>训练需要带标签的文本</translation>
        </message>
        <message>
            <source>Training needs texts with entities</source>
            <translation>训练需要带实体标注的文本</translation>
        </message>
        <message>
            <source>Training needs texts with different scores</source>
            <translation>训练需要分数不同的文本</translation>
        </message>
        <message>
            <source>Training needs at least two labels</source>
            <translation>训练至少需要两个标签</translation>
        </message>
        <message>
            <source>{count} texts</source>
            <translation>{count} 条文本</translation>
        </message>
        <message>
            <source>{count} entity types</source>
            <translation>{count} 种实体类型</translation>
        </message>
        <message>
            <source>scores {lowest} to {highest}</source>
            <translation>分数 {lowest} 到 {highest}</translation>
        </message>
        <message>
            <source>{count} labels</source>
            <translation>{count} 个标签</translation>
        </message>
        <message>
            <source>{count} not tagged</source>
            <translation>{count} 条未标注</translation>
        </message>
        <message>
            <source>{count} without a score</source>
            <translation>{count} 条没有分数</translation>
        </message>
        <message>
            <source>{count} without a label</source>
            <translation>{count} 条没有标签</translation>
        </message>
        <message>
            <source>Nothing leaves this machine.</source>
            <translation>所有数据都留在本机。</translation>
        </message>
        <message>
            <source>Data</source>
            <translation>数据</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Open file…</source>
            <translation>打开文件…</translation>
        </message>
        <message>
            <source>Open folder…</source>
            <translation>打开文件夹…</translation>
        </message>
        <message>
            <source>Open a file of texts, or drop it here.</source>
            <translation>打开一个文本文件，或把它拖到这里。</translation>
        </message>
        <message>
            <source>Try the sample</source>
            <translation>试用示例</translation>
        </message>
        <message>
            <source>Close this message</source>
            <translation>关闭此消息</translation>
        </message>
    </context>
    <context>
        <name>DocumentInspector</name>
        <message>
            <source>Line {line}</source>
            <translation>第 {line} 行</translation>
        </message>
        <message>
            <source>Not split yet</source>
            <translation>尚未划分</translation>
        </message>
        <message>
            <source>Go to the row before</source>
            <translation>转到上一行</translation>
        </message>
        <message>
            <source>Go to the row after</source>
            <translation>转到下一行</translation>
        </message>
        <message>
            <source>{count} texts selected</source>
            <translation>已选择 {count} 条文本</translation>
        </message>
        <message>
            <source>Select a text to read it in full.</source>
            <translation>选择一条文本以阅读全文。</translation>
        </message>
        <message>
            <source>The whole text</source>
            <translation>全文</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Choose one, or type a new one and press Return.</source>
            <translation>选择标签，或输入新标签后按回车。</translation>
        </message>
        <message>
            <source>A label counts for all selected texts, as one step.</source>
            <translation>标签对所有选中的文本生效，可一步撤销。</translation>
        </message>
        <message>
            <source>Labels</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Entities</source>
            <translation>实体</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Before and after in the file</source>
            <translation>文件中的前后行</translation>
        </message>
        <message>
            <source>Explain</source>
            <translation>解释</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
    </context>
    <context>
        <name>DocumentsModel</name>
        <message>
            <source>no entity</source>
            <translation>无实体</translation>
        </message>
        <message>
            <source>none of them</source>
            <translation>均不属于</translation>
        </message>
        <message>
            <source>Train</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Validation</source>
            <translation>验证</translation>
        </message>
        <message>
            <source>Test</source>
            <translation>测试</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Labels</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Entities</source>
            <translation>实体</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>Line and file</source>
            <translation>行号与文件</translation>
        </message>
    </context>
    <context>
        <name>DocumentsPanel</name>
        <message>
            <source>Search the texts</source>
            <translation>搜索文本</translation>
        </message>
        <message>
            <source>Which texts are listed</source>
            <translation>列出哪些文本</translation>
        </message>
        <message>
            <source>Texts</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>All texts</source>
            <translation>全部文本</translation>
        </message>
        <message>
            <source>Errors of this run</source>
            <translation>该运行的错误</translation>
        </message>
        <message>
            <source>Class: {label}</source>
            <translation>类别：{label}</translation>
        </message>
        <message>
            <source>Texts: {count}</source>
            <translation>文本：{count} 条</translation>
        </message>
    </context>
    <context>
        <name>DocumentsView</name>
        <message>
            <source>No text matches</source>
            <translation>没有匹配的文本</translation>
        </message>
        <message>
            <source>{shown} of {total}</source>
            <translation>{shown} / {total}</translation>
        </message>
        <message>
            <source>{total} texts</source>
            <translation>{total} 条文本</translation>
        </message>
        <message>
            <source>Search the texts</source>
            <translation>搜索文本</translation>
        </message>
        <message>
            <source>Show all</source>
            <translation>显示全部</translation>
        </message>
        <message>
            <source>Texts</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
        <message>
            <source>Explain this text</source>
            <translation>解释这条文本</translation>
        </message>
    </context>
    <context>
        <name>DoubtsPanel</name>
        <message>
            <source>Label doubts</source>
            <translation>存疑标签</translation>
        </message>
        <message>
            <source>Which texts may have a wrong label? Each is judged by models that have not learnt from it.</source>
            <translation>哪些文本的标签可能有误？每条都由没有学过它的模型来判断。</translation>
        </message>
        <message>
            <source>Judge the labels</source>
            <translation>检查标签</translation>
        </message>
        <message>
            <source>A bag of words has no states of words to judge by: choose another run.</source>
            <translation>词袋模型没有可用来判断词语的状态：请选择另一次训练。</translation>
        </message>
        <message>
            <source>Words are judged by the states of one encoder: choose a run that has one.</source>
            <translation>词语由单个编码器的状态来判断：请选择只有一个编码器的运行。</translation>
        </message>
        <message>
            <source>Judge again</source>
            <translation>重新检查</translation>
        </message>
        <message>
            <source>No label of {texts} looks wrong.</source>
            <translation>{texts} 个标签中没有看起来有误的。</translation>
        </message>
        <message>
            <source>In at most about {expected} of {texts} texts an entity is wrong or missed</source>
            <translation>{texts} 条文本中至多大约有 {expected} 条标错或漏标了实体</translation>
        </message>
        <message>
            <source>About {expected} of {texts} labels are expected to be wrong</source>
            <translation>{texts} 个标签中预计约有 {expected} 个有误</translation>
        </message>
        <message>
            <source>{count} changed since: train again to learn from them</source>
            <translation>此后已改动 {count} 个：重新训练才会学到</translation>
        </message>
        <message>
            <source>Texts whose label may be wrong, the most doubtful first</source>
            <translation>标签可能有误的文本，最可疑的在前</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Rather</source>
            <translation>更可能是</translation>
        </message>
        <message>
            <source>Chance of label</source>
            <translation>标签的概率</translation>
        </message>
        <message>
            <source>Neighbours</source>
            <translation>近邻</translation>
        </message>
        <message>
            <source>Doubt</source>
            <translation>可疑度</translation>
        </message>
        <message>
            <source>As it was judged</source>
            <translation>检查时的标签</translation>
        </message>
        <message>
            <source>What the models say that have not learnt from this text</source>
            <translation>没有学过这条文本的模型的回答</translation>
        </message>
        <message>
            <source>Of the given label, by models that have not learnt from this text</source>
            <translation>现有标签的概率，由没有学过这条文本的模型给出</translation>
        </message>
        <message>
            <source>How many of the most alike texts have the same label</source>
            <translation>最相似的文本中有多少带同一标签</translation>
        </message>
        <message>
            <source>From 0 to 1: both together, of tagged words the chance alone</source>
            <translation>从 0 到 1：两者合计；标注词语时只看概率</translation>
        </message>
        <message>
            <source>A doubt is a reason to read the text, not a verdict. A changed label can be undone with Ctrl+Z.</source>
            <translation>存疑是值得一读的理由，并非结论。改动的标签可用 Ctrl+Z 撤销。</translation>
        </message>
        <message>
            <source>Give the text the suggested label (Ctrl+Return)</source>
            <translation>采用建议的标签（Ctrl+Return）</translation>
        </message>
        <message>
            <source>Kept in the project: the doubt is hidden here, also next time (Ctrl+D)</source>
            <translation>保存在项目中：这里不再显示该疑问，下次也是（Ctrl+D）</translation>
        </message>
        <message>
            <source>Explain</source>
            <translation>解释</translation>
        </message>
        <message>
            <source>Open the text in Explain (Return)</source>
            <translation>在“解释”中打开该文本（回车）</translation>
        </message>
        <message>
            <source>Another label</source>
            <translation>其他标签</translation>
        </message>
        <message>
            <source>Another type</source>
            <translation>其他类型</translation>
        </message>
        <message>
            <source>Back to “{label}”</source>
            <translation>改回“{label}”</translation>
        </message>
        <message>
            <source>Set “{label}”</source>
            <translation>设为“{label}”</translation>
        </message>
        <message>
            <source>Set the label</source>
            <translation>设置标签</translation>
        </message>
        <message>
            <source>Doubt it again</source>
            <translation>重新存疑</translation>
        </message>
        <message>
            <source>The label is right</source>
            <translation>标签无误</translation>
        </message>
        <message>
            <source>Show those that are right ({count})</source>
            <translation>显示无误的（{count}）</translation>
        </message>
        <message>
            <source>no label</source>
            <translation>没有标签</translation>
        </message>
        <message>
            <source>no entity</source>
            <translation>无实体</translation>
        </message>
        <message>
            <source>right</source>
            <translation>无误</translation>
        </message>
    </context>
    <context>
        <name>Duration</name>
        <message>
            <source>{seconds} s</source>
            <translation>{seconds} 秒</translation>
        </message>
        <message>
            <source>{minutes} min {seconds} s</source>
            <translation>{minutes} 分 {seconds} 秒</translation>
        </message>
        <message>
            <source>{hours} h {minutes} min</source>
            <translation>{hours} 小时 {minutes} 分</translation>
        </message>
    </context>
    <context>
        <name>EntityChanges</name>
        <message>
            <source>gone: “{words}” ({label})</source>
            <translation>消失：“{words}”（{label}）</translation>
        </message>
        <message>
            <source>new: “{words}” ({label}, {probability})</source>
            <translation>新增：“{words}”（{label}，{probability}）</translation>
        </message>
        <message>
            <source>“{words}”: {old} → {new}</source>
            <translation>“{words}”：{old} → {new}</translation>
        </message>
    </context>
    <context>
        <name>EntityCorrection</name>
        <message>
            <source>The training text with its entities</source>
            <translation>带有实体的训练文本</translation>
        </message>
    </context>
    <context>
        <name>EntityEditor</name>
        <message>
            <source>Choose words in the text first: drag over them, or click an entity.</source>
            <translation>请先在文本中选择词语：拖动选取，或点击一个实体。</translation>
        </message>
        <message>
            <source>“{name}” says that there is no entity. Take another name.</source>
            <translation>“{name}”表示没有实体，请换一个名称。</translation>
        </message>
        <message>
            <source>“{words}” overlaps “{other}”, which is {type} already. Remove that first, or choose words beside it.</source>
            <translation>“{words}”与已标为 {type} 的“{other}”重叠。请先移除它，或选择它之外的词语。</translation>
        </message>
        <message>
            <source>Choose words in the text, then their type here or by its number, 1 to 9.</source>
            <translation>在文本中选择词语，再在此处选择类型，或按数字键 1 到 9。</translation>
        </message>
        <message>
            <source>Not tagged.</source>
            <translation>未标注。</translation>
        </message>
        <message>
            <source>No entity in this text.</source>
            <translation>此文本中没有实体。</translation>
        </message>
        <message>
            <source>“{words}” is {type}. Choose another type, or remove it.</source>
            <translation>“{words}”是 {type}。可改选其他类型，或将其移除。</translation>
        </message>
        <message>
            <source>“{words}”: choose its type.</source>
            <translation>“{words}”：请选择类型。</translation>
        </message>
        <message>
            <source>No entity in it</source>
            <translation>其中没有实体</translation>
        </message>
        <message>
            <source>Not tagged yet</source>
            <translation>改回未标注</translation>
        </message>
        <message>
            <source>Say that this text has been read and holds no entity</source>
            <translation>表明此文本已读过，其中没有实体</translation>
        </message>
        <message>
            <source>Take back that this text holds no entity</source>
            <translation>收回“此文本没有实体”</translation>
        </message>
        <message>
            <source>Key {number}</source>
            <translation>按键 {number}</translation>
        </message>
        <message>
            <source>Entity types</source>
            <translation>实体类型</translation>
        </message>
        <message>
            <source>Another type</source>
            <translation>其他类型</translation>
        </message>
        <message>
            <source>Another type, then Return</source>
            <translation>输入其他类型，按回车</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Remove this entity</source>
            <translation>移除此实体</translation>
        </message>
    </context>
    <context>
        <name>EntityRow</name>
        <message>
            <source>Entities that were found</source>
            <translation>找到的实体</translation>
        </message>
        <message>
            <source>Choose an entity to explain, here or in the text.</source>
            <translation>选择要解释的实体：点此处或点文本中的实体。</translation>
        </message>
        <message>
            <source>No entity was found; what came nearest to one is explained.</source>
            <translation>未找到实体；解释的是最接近实体的词。</translation>
        </message>
        <message>
            <source>The edit changed no entity.</source>
            <translation>这次修改没有改变任何实体。</translation>
        </message>
        <message>
            <source>Since the edit: {changes}</source>
            <translation>修改之后：{changes}</translation>
        </message>
        <message>
            <source>{changes}; and {count} more</source>
            <translation>{changes}；另有 {count} 处</translation>
        </message>
    </context>
    <context>
        <name>EvaluatePage</name>
        <message>
            <source>A run is being evaluated</source>
            <translation>正在评估一个运行</translation>
        </message>
        <message>
            <source>There is no finished run to look at yet</source>
            <translation>还没有已完成的运行可查看</translation>
        </message>
        <message>
            <source>Finished runs: {count}</source>
            <translation>已完成的运行：{count} 个</translation>
        </message>
        <message>
            <source>Evaluate</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>Evaluate again</source>
            <translation>重新评估</translation>
        </message>
        <message>
            <source>Score this split again and store the figures (Ctrl+R)</source>
            <translation>对该划分重新预测并保存指标（Ctrl+R）</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>Train a run first; its figures then stand here.</source>
            <translation>请先训练一个模型，之后这里会显示它的指标。</translation>
        </message>
        <message>
            <source>orange: missed · blue: wrongly found · grey: right</source>
            <translation>橙色：漏掉 · 蓝色：误判 · 灰色：正确</translation>
        </message>
        <message>
            <source>All errors</source>
            <translation>全部错误</translation>
        </message>
        <message>
            <source>Explain</source>
            <translation>解释</translation>
        </message>
        <message>
            <source>Open the text in Explain (Return)</source>
            <translation>在“解释”中打开该文本（回车）</translation>
        </message>
        <message>
            <source>Texts, most confident first</source>
            <translation>文本，按置信度从高到低</translation>
        </message>
        <message>
            <source>Test texts</source>
            <translation>测试文本</translation>
        </message>
        <message>
            <source>Validation texts</source>
            <translation>验证文本</translation>
        </message>
        <message>
            <source>This run was not evaluated on this split. “Evaluate again” does it.</source>
            <translation>该运行尚未在此划分上评估，点击“重新评估”即可。</translation>
        </message>
        <message>
            <source>The run is being evaluated…</source>
            <translation>正在评估该运行…</translation>
        </message>
        <message>
            <source>{rows} texts, {labels} labels</source>
            <translation>{rows} 条文本，{labels} 个标签</translation>
        </message>
        <message>
            <source>{rows} sentences, {labels} types of entities</source>
            <translation>{rows} 个句子，{labels} 种实体</translation>
        </message>
        <message>
            <source>{rows} texts with scores</source>
            <translation>{rows} 条带分数的文本</translation>
        </message>
        <message>
            <source>{rows} texts of {labels} classes</source>
            <translation>{rows} 条文本，{labels} 个类别</translation>
        </message>
        <message>
            <source>Furthest from the true score first</source>
            <translation>偏差最大的在前</translation>
        </message>
        <message>
            <source>The {shown} most confident errors</source>
            <translation>把握度最高的 {shown} 个错误</translation>
        </message>
        <message>
            <source>The {shown} most confident of {count} errors</source>
            <translation>{count} 个错误中置信度最高的 {shown} 个</translation>
        </message>
        <message>
            <source>Errors, most confident first ({count})</source>
            <translation>错误，按置信度从高到低（{count}）</translation>
        </message>
        <message>
            <source>“{label}”, recognised</source>
            <translation>“{label}”，识别正确</translation>
        </message>
        <message>
            <source>“{label}” called “{other}”</source>
            <translation>“{label}”被判为“{other}”</translation>
        </message>
        <message>
            <source>No errors on these texts.</source>
            <translation>这些文本上没有错误。</translation>
        </message>
        <message>
            <source>No texts in this cell.</source>
            <translation>该单元格没有文本。</translation>
        </message>
    </context>
    <context>
        <name>EvidencePanel</name>
        <message>
            <source>Evidence</source>
            <translation>依据</translation>
        </message>
        <message>
            <source>Find it in all texts</source>
            <translation>在所有文本中查找</translation>
        </message>
        <message>
            <source>Choose a text, or type one; then this shows what its answer was learnt from.</source>
            <translation>请选择或输入一条文本；这里会显示其回答是从哪些文本学来的。</translation>
        </message>
        <message>
            <source>Reading the training texts; the first time takes longest…</source>
            <translation>正在阅读训练文本；第一次用时最长…</translation>
        </message>
        <message>
            <source>Raised the score</source>
            <translation>提高评分</translation>
        </message>
        <message>
            <source>Lowered the score</source>
            <translation>降低评分</translation>
        </message>
        <message>
            <source>Pushed for it</source>
            <translation>支持</translation>
        </message>
        <message>
            <source>Pushed against it</source>
            <translation>反对</translation>
        </message>
        <message>
            <source>Most alike</source>
            <translation>最相似</translation>
        </message>
        <message>
            <source>Show all {count}</source>
            <translation>显示全部 {count} 条</translation>
        </message>
        <message>
            <source>None of {texts} training texts pushed this answer.</source>
            <translation>{texts} 条训练文本中没有推动这个回答的。</translation>
        </message>
        <message>
            <source>What among {texts} training texts moved the score {score} most.</source>
            <translation>{texts} 条训练文本中最影响评分 {score} 的文本。</translation>
        </message>
        <message>
            <source>What among {texts} training texts pushed “{words}: {type}” most.</source>
            <translation>{texts} 条训练文本中，对“{words}：{type}”推动最大的内容。</translation>
        </message>
        <message>
            <source>What among {texts} training texts pushed {answer} most.</source>
            <translation>{texts} 条训练文本中最推动 {answer} 的文本。</translation>
        </message>
        <message>
            <source>none of the labels</source>
            <translation>没有任何标签</translation>
        </message>
        <message>
            <source>no label</source>
            <translation>没有标签</translation>
        </message>
        <message>
            <source>The run keeps no states of its training, so the finished model alone is asked: what speaks for the answer now, not the way there.</source>
            <translation>该训练没有保存中间状态，因此只询问训练完成的模型：说明现在什么支持这个回答，而不是形成的过程。</translation>
        </message>
        <message numerus="yes">
            <source>Summed over %n states of the training.</source>
            <translation>
                <numerusform>在训练的 %n 个状态上求和。</numerusform>
            </translation>
        </message>
        <message>
            <source>A push is the share of all pushes in both directions.</source>
            <translation>推动量是占两个方向全部推动的比例。</translation>
        </message>
        <message>
            <source>{share} alike</source>
            <translation>相似度 {share}</translation>
        </message>
        <message>
            <source>label doubtful, {share}</source>
            <translation>标签可疑，{share}</translation>
        </message>
        <message>
            <source>Training again in the background; then the new run comes into view.</source>
            <translation>正在后台重新训练；完成后将显示新的训练。</translation>
        </message>
        <message>
            <source>Train again</source>
            <translation>重新训练</translation>
        </message>
        <message>
            <source>Texts or labels have changed since this run learnt.</source>
            <translation>这次训练之后，文本或标签有改动。</translation>
        </message>
    </context>
    <context>
        <name>ExplainPage</name>
        <message>
            <source>There is no finished run to ask yet</source>
            <translation>还没有已完成的运行可用于解释</translation>
        </message>
        <message>
            <source>A highlight method is being checked</source>
            <translation>正在检验高亮方法</translation>
        </message>
        <message>
            <source>Choose a text, or type one</source>
            <translation>选择一条文本，或直接输入</translation>
        </message>
        <message>
            <source>Explain</source>
            <translation>解释</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>Train a run first; then it can say which words decided.</source>
            <translation>请先训练一个模型，之后它才能说明哪些词起了决定作用。</translation>
        </message>
        <message>
            <source>Saved as {path}</source>
            <translation>已保存为 {path}</translation>
        </message>
        <message>
            <source>Which words decided? Change the text to see what would follow.</source>
            <translation>哪些词起了决定作用？修改文本，看看结果如何变化。</translation>
        </message>
    </context>
    <context>
        <name>ExplainSentences</name>
        <message>
            <source>“{label}” with {probability}; the words show why “{target}” rather than “{rival}”.</source>
            <translation>“{label}”，概率 {probability}；词的颜色说明为何是“{target}”而不是“{rival}”。</translation>
        </message>
        <message>
            <source>The scores miss the margin by {delta} %.</source>
            <translation>各词得分与差距相差 {delta} %。</translation>
        </message>
        <message>
            <source>{share} % went to markers, not to words.</source>
            <translation>{share} % 归于特殊标记，不属于词。</translation>
        </message>
        <message>
            <source>The last {count} characters (hatched) were not read.</source>
            <translation>最后 {count} 个字符（阴影部分）未被读取。</translation>
        </message>
        <message>
            <source>The words show where the model looked, not what decided.</source>
            <translation>词语显示模型关注了哪里，并不说明判断的原因。</translation>
        </message>
        <message>
            <source>The words show how much each of them mattered, not whether for or against.</source>
            <translation>词语只显示各自影响的大小，不区分支持或反对。</translation>
        </message>
        <message>
            <source>The score is {score}.</source>
            <translation>分数为 {score}。</translation>
        </message>
        <message>
            <source>“{entity}” is “{label}” with {probability}.</source>
            <translation>“{entity}”为“{label}”，概率 {probability}。</translation>
        </message>
        <message>
            <source>“{label}” with {probability}.</source>
            <translation>“{label}”，概率 {probability}。</translation>
        </message>
        <message>
            <source>The score is {score}; the words show what raised and what lowered it.</source>
            <translation>分数为 {score}；各词显示是什么抬高或压低了它。</translation>
        </message>
        <message>
            <source>“{label}” with {probability}; the words show what speaks for it and against it.</source>
            <translation>“{label}”，概率 {probability}；各词显示什么支持它、什么反对它。</translation>
        </message>
        <message>
            <source>“{entity}” is “{label}” with {probability}; the words show why “{target}” rather than “{rival}”.</source>
            <translation>“{entity}”为“{label}”，概率 {probability}；各词显示为何是“{target}”而不是“{rival}”。</translation>
        </message>
        <message>
            <source>no entity</source>
            <translation>非实体</translation>
        </message>
        <message>
            <source>none of the labels</source>
            <translation>没有任何标签</translation>
        </message>
        <message>
            <source>hardly looked at</source>
            <translation>几乎未关注</translation>
        </message>
        <message>
            <source>looked at most</source>
            <translation>关注最多</translation>
        </message>
        <message>
            <source>hardly mattered</source>
            <translation>几乎没有影响</translation>
        </message>
        <message>
            <source>mattered most</source>
            <translation>影响最大</translation>
        </message>
        <message>
            <source>lowers the score</source>
            <translation>压低分数</translation>
        </message>
        <message>
            <source>raises the score</source>
            <translation>抬高分数</translation>
        </message>
        <message>
            <source>against “{label}”</source>
            <translation>反对“{label}”</translation>
        </message>
        <message>
            <source>for “{label}”</source>
            <translation>支持“{label}”</translation>
        </message>
        <message>
            <source>Measured on {texts} texts: removing the marked words lowers the probability by {drop}; random words: {random}.</source>
            <translation>在 {texts} 条文本上测得：去掉标出的词，概率下降 {drop}；随机去词下降 {random}。</translation>
        </message>
        <message>
            <source>Measured on {texts} texts: removing the words that raise it lowers the score by {drop}; random words: {random}.</source>
            <translation>在 {texts} 条文本上测得：去掉抬高分数的词，分数下降 {drop}；随机去词：{random}。</translation>
        </message>
        <message>
            <source>Method</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>Run</source>
            <translation>运行</translation>
        </message>
        <message>
            <source>Margin</source>
            <translation>差距</translation>
        </message>
        <message>
            <source>Baseline</source>
            <translation>基线</translation>
        </message>
        <message>
            <source>Steps</source>
            <translation>步数</translation>
        </message>
        <message>
            <source>Relative delta</source>
            <translation>相对误差</translation>
        </message>
        <message>
            <source>Scored</source>
            <translation>计分单位</translation>
        </message>
        <message>
            <source>whole words</source>
            <translation>词</translation>
        </message>
        <message>
            <source>Share on markers</source>
            <translation>特殊标记占比</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <source>Computed in</source>
            <translation>用时</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>“{word}”: {score}, how much it was looked at</source>
            <translation>“{word}”：{score}，表示受关注的程度</translation>
        </message>
        <message>
            <source>“{word}”: {score}, how much it mattered</source>
            <translation>“{word}”：{score}，表示影响的大小</translation>
        </message>
    </context>
    <context>
        <name>ExportDialog</name>
        <message>
            <source>Where the export goes</source>
            <translation>导出到哪里</translation>
        </message>
        <message>
            <source>This folder is not empty. Choose a new or an empty one.</source>
            <translation>该文件夹不是空的。请选择新的或空的文件夹。</translation>
        </message>
        <message>
            <source>The copy and the original read the same validation texts first; only what agrees is kept. A model card (README.md) is part of it.</source>
            <translation>导出的模型会先与原模型读取同样的验证文本，结果一致才会保留，并附模型说明（README.md）。</translation>
        </message>
        <message>
            <source>The vocabulary goes along: words and phrases of your texts.</source>
            <translation>词表会一并导出，其中有您文本里的词和短语。</translation>
        </message>
        <message>
            <source>None of your texts goes along.</source>
            <translation>不会带走您的任何文本。</translation>
        </message>
        <message>
            <source>Loading the model</source>
            <translation>加载模型</translation>
        </message>
        <message>
            <source>Open folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Written and checked on {rows} texts: {agreement} of the answers are the same; the largest difference of a logit is {difference}.</source>
            <translation>已写入，并在 {rows} 条文本上核对：{agreement} 的结果相同，logit 最大相差 {difference}。</translation>
        </message>
        <message>
            <source>Export “{run}”</source>
            <translation>导出“{run}”</translation>
        </message>
        <message>
            <source>Hand the trained model over to other programs and people</source>
            <translation>把训练好的模型交给其他程序和人使用</translation>
        </message>
        <message>
            <source>Folder to write</source>
            <translation>写入的文件夹</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Choose the folder to write</source>
            <translation>选择写入的文件夹</translation>
        </message>
        <message>
            <source>About the formats</source>
            <translation>格式说明</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Cancel the export</source>
            <translation>取消导出</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
    </context>
    <context>
        <name>ExportMenu</name>
        <message>
            <source>Picture (PNG)…</source>
            <translation>图片 (PNG)…</translation>
        </message>
        <message>
            <source>Picture (SVG)…</source>
            <translation>图片（SVG）…</translation>
        </message>
        <message>
            <source>Page (PDF)…</source>
            <translation>页面 (PDF)…</translation>
        </message>
        <message>
            <source>Copy as text</source>
            <translation>复制为文本</translation>
        </message>
        <message>
            <source>Evidence pack…</source>
            <translation>证据包…</translation>
        </message>
        <message>
            <source>Check a pack…</source>
            <translation>检查证据包…</translation>
        </message>
        <message>
            <source>Save the picture</source>
            <translation>保存图片</translation>
        </message>
        <message>
            <source>Save the page</source>
            <translation>保存页面</translation>
        </message>
    </context>
    <context>
        <name>FiguresModel</name>
        <message>
            <source>Run</source>
            <translation>运行</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>ms a text</source>
            <translation>毫秒/条</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>训练时间</translation>
        </message>
        <message>
            <source>{count} MB</source>
            <translation>{count} MB</translation>
        </message>
    </context>
    <context>
        <name>FiguresRow</name>
        <message>
            <source>{figure} (lower is better)</source>
            <translation>{figure}（越低越好）</translation>
        </message>
        <message>
            <source>95 % interval {low} to {high}</source>
            <translation>95 % 区间 {low} 至 {high}</translation>
        </message>
        <message>
            <source>the line to compare with</source>
            <translation>比较的基线</translation>
        </message>
        <message>
            <source>no bag-of-words run beside it</source>
            <translation>没有可比较的词袋运行</translation>
        </message>
        <message>
            <source>{difference} against bag-of-words</source>
            <translation>比词袋 {difference}</translation>
        </message>
    </context>
    <context>
        <name>FilePanel</name>
        <message>
            <source>A file to score</source>
            <translation>选择要预测的文件</translation>
        </message>
        <message>
            <source>None</source>
            <translation>无</translation>
        </message>
        <message>
            <source>Where the scored file goes</source>
            <translation>结果文件的位置</translation>
        </message>
        <message>
            <source>Waiting for its turn</source>
            <translation>正在排队</translation>
        </message>
        <message>
            <source>{done} of about {total}</source>
            <translation>{done} / 约 {total}</translation>
        </message>
        <message>
            <source>{rate} rows a second</source>
            <translation>每秒 {rate} 行</translation>
        </message>
        <message>
            <source>{seconds} s left</source>
            <translation>剩余 {seconds} 秒</translation>
        </message>
        <message>
            <source>{minutes} min left</source>
            <translation>剩余 {minutes} 分钟</translation>
        </message>
        <message>
            <source>Choose a file, or drop it on this page.</source>
            <translation>选择一个文件，或把它拖到本页。</translation>
        </message>
        <message>
            <source>Tags written as</source>
            <translation>标注方案</translation>
        </message>
        <message>
            <source>Then, in the same way: {files}</source>
            <translation>随后以同样方式处理：{files}</translation>
        </message>
        <message>
            <source>{rows} rows in {seconds} s, {rate} a second</source>
            <translation>{rows} 行，用时 {seconds} 秒，每秒 {rate} 行</translation>
        </message>
        <message>
            <source>A whole file</source>
            <translation>整个文件</translation>
        </message>
        <message>
            <source>Choose file…</source>
            <translation>选择文件…</translation>
        </message>
        <message>
            <source>Text column</source>
            <translation>文本列</translation>
        </message>
        <message>
            <source>Second text</source>
            <translation>第二条文本</translation>
        </message>
        <message>
            <source>Column of the second texts</source>
            <translation>第二条文本所在的列</translation>
        </message>
        <message>
            <source>Write to</source>
            <translation>写入到</translation>
        </message>
        <message>
            <source>Change…</source>
            <translation>更改…</translation>
        </message>
        <message>
            <source>Change where the scored file goes</source>
            <translation>更改结果文件的位置</translation>
        </message>
        <message>
            <source>Score the file</source>
            <translation>开始预测</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Open folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Progress of the scoring</source>
            <translation>预测进度</translation>
        </message>
    </context>
    <context>
        <name>FilterPanel</name>
        <message>
            <source>Not split yet</source>
            <translation>尚未划分</translation>
        </message>
        <message>
            <source>Train</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Validation</source>
            <translation>验证</translation>
        </message>
        <message>
            <source>Test</source>
            <translation>测试</translation>
        </message>
        <message>
            <source>Not tagged</source>
            <translation>未标注</translation>
        </message>
        <message>
            <source>No score</source>
            <translation>没有分数</translation>
        </message>
        <message>
            <source>No label</source>
            <translation>无标签</translation>
        </message>
        <message>
            <source>No entity</source>
            <translation>无实体</translation>
        </message>
        <message>
            <source>None of them</source>
            <translation>均不属于</translation>
        </message>
        <message>
            <source>Entity types</source>
            <translation>实体类型</translation>
        </message>
        <message>
            <source>Scores</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Files</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Word scores</source>
            <translation>词的得分</translation>
        </message>
        <message>
            <source>Labels</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Splits</source>
            <translation>划分</translation>
        </message>
    </context>
    <context>
        <name>FlipsModel</name>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>True</source>
            <translation>真实</translation>
        </message>
    </context>
    <context>
        <name>ForecastLine</name>
        <message>
            <source>Measuring a few steps…</source>
            <translation>正在实测几步…</translation>
        </message>
        <message>
            <source>{texts} texts, {labels} labels, about {time}, {memory} GB</source>
            <translation>{texts} 条文本，{labels} 个标签，约 {time}，{memory} GB</translation>
        </message>
        <message>
            <source>validation {validation}, test {test} texts</source>
            <translation>验证 {validation} 条，测试 {test} 条</translation>
        </message>
        <message>
            <source>reads {tokens} tokens a text, {share} % of the texts are cut</source>
            <translation>每条读取 {tokens} 个词元，{share} % 的文本被截断</translation>
        </message>
        <message>
            <source>reads {tokens} tokens a text, none is cut</source>
            <translation>每条读取 {tokens} 个词元，无截断</translation>
        </message>
    </context>
    <context>
        <name>FormatCards</name>
        <message>
            <source>Format</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>For other programs and languages: C++, C#, Java, JavaScript. One file that every ONNX runtime reads.</source>
            <translation>供其他程序和语言使用：C++、C#、Java、JavaScript。只有一个文件，任何 ONNX 运行时都能读取。</translation>
        </message>
        <message>
            <source>A folder that scores by itself</source>
            <translation>可独立运行的文件夹</translation>
        </message>
        <message>
            <source>For whoever scores files elsewhere: a script that needs Python and NumPy, and checks itself.</source>
            <translation>供在别处批量预测的人使用：一个只需 Python 和 NumPy 的脚本，并能自检。</translation>
        </message>
        <message>
            <source>Plain folder</source>
            <translation>普通文件夹</translation>
        </message>
        <message>
            <source>For developers: the weights as safetensors, the vocabulary as JSON, and the formula in words.</source>
            <translation>供开发者使用：权重为 safetensors，词表为 JSON，并附公式说明。</translation>
        </message>
        <message>
            <source>For whoever scores files elsewhere: a script that needs Python and ONNX Runtime but no PyTorch, and checks itself.</source>
            <translation>供在别处批量预测的人使用：一个只需 Python 和 ONNX Runtime、无需 PyTorch 的脚本，并能自检。</translation>
        </message>
        <message>
            <source>Hugging Face folder</source>
            <translation>Hugging Face 文件夹</translation>
        </message>
        <message>
            <source>For developers: loads with transformers, to build on it or to train it further.</source>
            <translation>供开发者使用：可用 transformers 加载，在其上开发或继续训练。</translation>
        </message>
        <message>
            <source>PyTorch program</source>
            <translation>PyTorch 程序</translation>
        </message>
        <message>
            <source>For programs that have PyTorch but not transformers: one file, written by torch.export.</source>
            <translation>供装有 PyTorch 但没有 transformers 的程序使用：一个由 torch.export 写出的文件。</translation>
        </message>
        <message>
            <source>ONNX in 8 bits</source>
            <translation>8 位 ONNX</translation>
        </message>
        <message>
            <source>Where size counts: a quarter of it, often faster. Answers can differ a little; the check says how often.</source>
            <translation>适合对体积敏感的场合：大小约为四分之一，往往更快。结果可能略有不同，核对后会显示比例。</translation>
        </message>
    </context>
    <context>
        <name>HelpDialog</name>
        <message>
            <source>Help</source>
            <translation>帮助</translation>
        </message>
        <message>
            <source>Help text</source>
            <translation>帮助内容</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>HelpPanel</name>
        <message>
            <source>Help</source>
            <translation>帮助</translation>
        </message>
        <message>
            <source>Help text</source>
            <translation>帮助内容</translation>
        </message>
    </context>
    <context>
        <name>HighlightedText</name>
        <message>
            <source>Type the word that shall stand here</source>
            <translation>请输入要放在这里的词</translation>
        </message>
        <message>
            <source>Take it out</source>
            <translation>去掉它</translation>
        </message>
        <message>
            <source>Swap it for…</source>
            <translation>换成…</translation>
        </message>
    </context>
    <context>
        <name>HubPanel</name>
        <message>
            <source>Searching and downloading ask {host}; nothing of your texts is sent. All else works offline.</source>
            <translation>搜索和下载会访问 {host}；不会发送您的任何文本。其他功能均可离线使用。</translation>
        </message>
        <message>
            <source>Words, or a whole name as organisation/name</source>
            <translation>关键词，或完整名称“组织/名称”</translation>
        </message>
        <message>
            <source>Search the model hub</source>
            <translation>搜索模型库</translation>
        </message>
        <message>
            <source>Search</source>
            <translation>搜索</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Family</source>
            <translation>系列</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>Languages</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>Downloads</source>
            <translation>下载次数</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Models found on the hub</source>
            <translation>模型库中找到的模型</translation>
        </message>
        <message>
            <source>Its page</source>
            <translation>模型页面</translation>
        </message>
        <message>
            <source>Open the model's page in your browser</source>
            <translation>在浏览器中打开模型页面</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Progress of the download</source>
            <translation>下载进度</translation>
        </message>
        <message>
            <source>Close the message</source>
            <translation>关闭消息</translation>
        </message>
        <message>
            <source>Asking the hub…</source>
            <translation>正在查询模型库…</translation>
        </message>
        <message>
            <source>The hub has no model with safetensors weights for “{words}”.</source>
            <translation>模型库中没有符合“{words}”且带 safetensors 权重的模型。</translation>
        </message>
        <message>
            <source>Look for a model by name or language, such as “multilingual MiniLM”.</source>
            <translation>按名称或语言查找模型，例如“multilingual MiniLM”。</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>installed</source>
            <translation>已安装</translation>
        </message>
        <message>
            <source>cannot be used</source>
            <translation>无法使用</translation>
        </message>
        <message>
            <source>Train with it</source>
            <translation>用它训练</translation>
        </message>
        <message>
            <source>Download ({size})</source>
            <translation>下载（{size}）</translation>
        </message>
        <message>
            <source>{name} is given under the licence “{licence}”.</source>
            <translation>{name} 的许可证为“{licence}”。</translation>
        </message>
        <message>
            <source>{name} does not say its licence: read its page before you use it.</source>
            <translation>{name} 没有说明许可证：使用前请阅读其页面。</translation>
        </message>
        <message>
            <source>Stopping…</source>
            <translation>正在停止…</translation>
        </message>
        <message>
            <source>waits for the job before it</source>
            <translation>等待前一个任务</translation>
        </message>
    </context>
    <context>
        <name>ImportChoices</name>
        <message>
            <source>Found: {encoding}</source>
            <translation>检测到：{encoding}</translation>
        </message>
        <message>
            <source>Found: {delimiter}</source>
            <translation>检测到：{delimiter}</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>请选择…</translation>
        </message>
        <message>
            <source>None</source>
            <translation>无</translation>
        </message>
        <message>
            <source>comma ,</source>
            <translation>逗号 ,</translation>
        </message>
        <message>
            <source>tab</source>
            <translation>制表符</translation>
        </message>
        <message>
            <source>semicolon ;</source>
            <translation>分号 ;</translation>
        </message>
        <message>
            <source>bar |</source>
            <translation>竖线 |</translation>
        </message>
        <message>
            <source>Column of the labels</source>
            <translation>标签列</translation>
        </message>
        <message>
            <source>Column of the entities</source>
            <translation>实体列</translation>
        </message>
        <message>
            <source>Column of the scores</source>
            <translation>分数列</translation>
        </message>
        <message>
            <source>by their split column</source>
            <translation>按划分列</translation>
        </message>
        <message>
            <source>decided when training</source>
            <translation>训练时自动划分</translation>
        </message>
        <message>
            <source>train</source>
            <translation>训练集</translation>
        </message>
        <message>
            <source>validation</source>
            <translation>验证集</translation>
        </message>
        <message>
            <source>test</source>
            <translation>测试集</translation>
        </message>
        <message>
            <source>Encoding</source>
            <translation>编码</translation>
        </message>
        <message>
            <source>Between the columns</source>
            <translation>列分隔符</translation>
        </message>
        <message>
            <source>Sheet</source>
            <translation>工作表</translation>
        </message>
        <message>
            <source>First row</source>
            <translation>第一行</translation>
        </message>
        <message>
            <source>Text column</source>
            <translation>文本列</translation>
        </message>
        <message>
            <source>Label column</source>
            <translation>标签列</translation>
        </message>
        <message>
            <source>Second text</source>
            <translation>第二条文本</translation>
        </message>
        <message>
            <source>Split column</source>
            <translation>划分列</translation>
        </message>
        <message>
            <source>Rows go to</source>
            <translation>各行归入</translation>
        </message>
        <message>
            <source>Where texts come in pairs, like a question and its answer: the column of the other one.</source>
            <translation>文本成对出现时（例如问题与回答）：另一条文本所在的列。</translation>
        </message>
        <message>
            <source>holds the column names</source>
            <translation>是列名</translation>
        </message>
    </context>
    <context>
        <name>ImportSheet</name>
        <message>
            <source>Do not use</source>
            <translation>不使用</translation>
        </message>
        <message>
            <source>{rate} rows a second</source>
            <translation>每秒 {rate} 行</translation>
        </message>
        <message>
            <source>The encoding is a guess. If the text below looks wrong, choose another one.</source>
            <translation>编码是推测的。如果下面的文字显示不正常，请换一种编码。</translation>
        </message>
        <message>
            <source>{count} rows that could not be read so far</source>
            <translation>目前有 {count} 行无法读取</translation>
        </message>
        <message>
            <source>Stop importing</source>
            <translation>停止导入</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Waiting for its turn</source>
            <translation>正在排队</translation>
        </message>
        <message>
            <source>Looking at the file…</source>
            <translation>正在查看文件…</translation>
        </message>
        <message>
            <source>about {rows} rows</source>
            <translation>约 {rows} 行</translation>
        </message>
        <message>
            <source>{rows} rows</source>
            <translation>{rows} 行</translation>
        </message>
        <message>
            <source>choose the column that holds the text</source>
            <translation>请选择文本所在的列</translation>
        </message>
        <message>
            <source>files that follow: {count}</source>
            <translation>后续文件：{count} 个</translation>
        </message>
        <message>
            <source>Import</source>
            <translation>导入</translation>
        </message>
        <message>
            <source>The first rows of the file</source>
            <translation>文件的前几行</translation>
        </message>
        <message>
            <source>Progress of the import</source>
            <translation>导入进度</translation>
        </message>
    </context>
    <context>
        <name>Inspector</name>
        <message>
            <source>before: {score}</source>
            <translation>之前：{score}</translation>
        </message>
        <message>
            <source>{old} → {new}</source>
            <translation>{old} → {new}</translation>
        </message>
        <message>
            <source>that it does not hold</source>
            <translation>该标签不成立</translation>
        </message>
        <message>
            <source>Probabilities</source>
            <translation>概率</translation>
        </message>
        <message>
            <source>Why</source>
            <translation>为何是</translation>
        </message>
        <message>
            <source>rather than</source>
            <translation>而不是</translation>
        </message>
        <message>
            <source>by</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>from</source>
            <translation>起点</translation>
        </message>
        <message>
            <source>Why this class</source>
            <translation>为何是这个类别</translation>
        </message>
        <message>
            <source>rather than this class</source>
            <translation>而不是这个类别</translation>
        </message>
        <message>
            <source>Method of explaining</source>
            <translation>解释方法</translation>
        </message>
        <message>
            <source>Colours for this text only</source>
            <translation>颜色仅按此文本</translation>
        </message>
        <message>
            <source>Words</source>
            <translation>词</translation>
        </message>
        <message>
            <source>Copy the words as a table (TSV)</source>
            <translation>将词复制为表格（TSV）</translation>
        </message>
        <message>
            <source>Words and their scores</source>
            <translation>词及其得分</translation>
        </message>
        <message>
            <source>How it was computed</source>
            <translation>计算方式</translation>
        </message>
        <message>
            <source>Two runs are on one scale: a full tint is the largest share that a word has of all scores.</source>
            <translation>两个运行使用同一色标：颜色最深表示该词在全部得分中所占份额最大。</translation>
        </message>
        <message>
            <source>Off: one scale for a class, so that a weak text looks weak. A full tint is what 1 in 100 words of the explained corpus reaches.</source>
            <translation>关闭时：每个类别使用同一色标，作用弱的文本颜色也浅。颜色最深对应已解释语料中约百分之一的词才能达到的得分。</translation>
        </message>
        <message>
            <source>Off: one scale for a class, so that a weak text looks weak. A full tint is the strongest word looked at so far; once all texts are explained on the Corpus page, it is that of the corpus.</source>
            <translation>关闭时：每个类别使用同一色标，作用弱的文本颜色也浅。颜色最深对应目前看过的最强的词；在“语料”页解释全部文本后，则以语料为准。</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Probabilities of this entity</source>
            <translation>此实体的概率</translation>
        </message>
        <message>
            <source>Classes not shown: {count}</source>
            <translation>未显示的类别：{count} 个</translation>
        </message>
    </context>
    <context>
        <name>InstalledPanel</name>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Family</source>
            <translation>系列</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>层数</translation>
        </message>
        <message>
            <source>Parameters</source>
            <translation>参数</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>词元上限</translation>
        </message>
        <message>
            <source>Languages</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>Speed here</source>
            <translation>本机速度</translation>
        </message>
        <message>
            <source>Installed source models</source>
            <translation>已安装的源模型</translation>
        </message>
        <message>
            <source>Add a folder…</source>
            <translation>添加文件夹…</translation>
        </message>
        <message>
            <source>Choose a Hugging Face model folder with safetensors weights</source>
            <translation>选择含 safetensors 权重的 Hugging Face 模型文件夹</translation>
        </message>
        <message>
            <source>Measure speed</source>
            <translation>测量速度</translation>
        </message>
        <message>
            <source>Score texts for a second or two and count them</source>
            <translation>用一两秒对文本评分并计数</translation>
        </message>
        <message>
            <source>Show folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Remove…</source>
            <translation>移除…</translation>
        </message>
        <message>
            <source>Train with it</source>
            <translation>用它训练</translation>
        </message>
        <message>
            <source>Close the message</source>
            <translation>关闭消息</translation>
        </message>
        <message>
            <source>Looking which models are here…</source>
            <translation>正在查看已有的模型…</translation>
        </message>
        <message>
            <source>cannot be used</source>
            <translation>无法使用</translation>
        </message>
        <message>
            <source>waiting…</source>
            <translation>等待中…</translation>
        </message>
        <message>
            <source>measuring…</source>
            <translation>测量中…</translation>
        </message>
        <message>
            <source>The folder does not say under which licence the model may be used.</source>
            <translation>该文件夹没有说明模型的使用许可证。</translation>
        </message>
        <message>
            <source>Licence: {licence}</source>
            <translation>许可证：{licence}</translation>
        </message>
        <message>
            <source>Choose a model folder</source>
            <translation>选择模型文件夹</translation>
        </message>
        <message>
            <source>Take “{name}” off this list? The folder itself stays as it is.</source>
            <translation>将“{name}”从列表中移除？文件夹本身不受影响。</translation>
        </message>
        <message>
            <source>Delete “{name}” from this machine? Runs that were trained with it keep working.</source>
            <translation>从本机删除“{name}”？已用它训练的模型仍可使用。</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
    </context>
    <context>
        <name>JobMessages</name>
        <message>
            <source>Details</source>
            <translation>详细信息</translation>
        </message>
        <message>
            <source>“{job}” was interrupted.</source>
            <translation>“{job}”被中断。</translation>
        </message>
        <message>
            <source>Go on with the race</source>
            <translation>继续竞赛</translation>
        </message>
        <message>
            <source>Continue from checkpoint</source>
            <translation>从检查点继续</translation>
        </message>
        <message>
            <source>Run again</source>
            <translation>重新运行</translation>
        </message>
        <message numerus="yes">
            <source>%n jobs were waiting when the window was closed.</source>
            <translation>
                <numerusform>关闭窗口时有 %n 个任务在等待。</numerusform>
            </translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
    </context>
    <context>
        <name>JobStrip</name>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Stop…</source>
            <translation>停止…</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message numerus="yes">
            <source>%n waiting</source>
            <translation>
                <numerusform>%n 个等待中</numerusform>
            </translation>
        </message>
        <message>
            <source>Stopping…</source>
            <translation>正在停止…</translation>
        </message>
        <message>
            <source>Waiting for the engine to start</source>
            <translation>等待引擎启动</translation>
        </message>
        <message>
            <source>Starting…</source>
            <translation>正在开始…</translation>
        </message>
        <message>
            <source>Paused · {line}</source>
            <translation>已暂停 · {line}</translation>
        </message>
        <message>
            <source>Progress of the job</source>
            <translation>任务进度</translation>
        </message>
        <message>
            <source>Stop and keep the best weights</source>
            <translation>停止并保留最佳权重</translation>
        </message>
        <message>
            <source>Cancel the training</source>
            <translation>取消训练</translation>
        </message>
        <message>
            <source>Cancel {job}</source>
            <translation>取消“{job}”</translation>
        </message>
    </context>
    <context>
        <name>Jobs</name>
        <message>
            <source>Importing {name}</source>
            <translation>导入 {name}</translation>
        </message>
        <message>
            <source>Training: {method}</source>
            <translation>训练：{method}</translation>
        </message>
        <message>
            <source>Continuing {run}</source>
            <translation>继续 {run}</translation>
        </message>
        <message>
            <source>Which method? A probe on your texts</source>
            <translation>用哪种方法？正在您的文本上试探</translation>
        </message>
        <message>
            <source>Race: {methods}</source>
            <translation>竞赛：{methods}</translation>
        </message>
        <message>
            <source>Training {run} again</source>
            <translation>重新训练 {run}</translation>
        </message>
        <message>
            <source>Measuring the robustness of {run}</source>
            <translation>测量 {run} 的稳健性</translation>
        </message>
        <message>
            <source>Evaluating {run}</source>
            <translation>评估 {run}</translation>
        </message>
        <message>
            <source>Scoring {name}</source>
            <translation>预测 {name}</translation>
        </message>
        <message>
            <source>Measuring the faithfulness of {run}</source>
            <translation>测量 {run} 的忠实度</translation>
        </message>
        <message>
            <source>Which highlight method is faithful? {run}</source>
            <translation>哪种高亮方法忠实？{run}</translation>
        </message>
        <message>
            <source>Scrambling a copy of {run}</source>
            <translation>正在打乱 {run} 的副本</translation>
        </message>
        <message>
            <source>Arguing with {run}</source>
            <translation>正在与 {run} 争论</translation>
        </message>
        <message>
            <source>Reading {name}</source>
            <translation>正在读取 {name}</translation>
        </message>
        <message>
            <source>Writing the report of {run}</source>
            <translation>生成 {run} 的报告</translation>
        </message>
        <message>
            <source>Writing {name}</source>
            <translation>正在写入 {name}</translation>
        </message>
        <message>
            <source>Exporting {run}</source>
            <translation>正在导出 {run}</translation>
        </message>
        <message>
            <source>Downloading {name}</source>
            <translation>下载 {name}</translation>
        </message>
        <message>
            <source>Timing {name}</source>
            <translation>测量 {name} 的速度</translation>
        </message>
        <message>
            <source>Explaining all texts: {run}</source>
            <translation>解释全部文本：{run}</translation>
        </message>
        <message>
            <source>Looking for shortcuts of {run}</source>
            <translation>查找 {run} 的捷径词</translation>
        </message>
        <message>
            <source>Finding rules of {run}</source>
            <translation>查找 {run} 的规则</translation>
        </message>
        <message>
            <source>Judging the labels with {run}</source>
            <translation>用 {run} 检查标签</translation>
        </message>
        <message>
            <source>Drawing the map of {run}</source>
            <translation>绘制 {run} 的地图</translation>
        </message>
        <message>
            <source>Comparing the reasons of {first} and {second}</source>
            <translation>正在比较 {first} 与 {second} 的理由</translation>
        </message>
        <message>
            <source>Writing the evidence pack of {run}</source>
            <translation>正在写入 {run} 的证据包</translation>
        </message>
        <message>
            <source>Checking {name}</source>
            <translation>正在检查 {name}</translation>
        </message>
        <message>
            <source>Working</source>
            <translation>处理中</translation>
        </message>
        <message>
            <source>a few seconds left</source>
            <translation>还剩几秒</translation>
        </message>
        <message>
            <source>about {count} s left</source>
            <translation>约剩 {count} 秒</translation>
        </message>
        <message>
            <source>about {count} min left</source>
            <translation>约剩 {count} 分钟</translation>
        </message>
        <message>
            <source>about {count} h left</source>
            <translation>约剩 {count} 小时</translation>
        </message>
    </context>
    <context>
        <name>JudgedModel</name>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>True class</source>
            <translation>真实类别</translation>
        </message>
        <message>
            <source>True score</source>
            <translation>真实分数</translation>
        </message>
        <message>
            <source>Predicted</source>
            <translation>预测</translation>
        </message>
        <message>
            <source>Probability</source>
            <translation>概率</translation>
        </message>
        <message>
            <source>Missed</source>
            <translation>漏掉的</translation>
        </message>
        <message>
            <source>Too many</source>
            <translation>多出的</translation>
        </message>
        <message>
            <source>True entities</source>
            <translation>真实实体</translation>
        </message>
        <message>
            <source>Found entities</source>
            <translation>找到的实体</translation>
        </message>
        <message>
            <source>Off by</source>
            <translation>偏差</translation>
        </message>
    </context>
    <context>
        <name>KeysDialog</name>
        <message>
            <source>Keyboard</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>LabelChip</name>
        <message>
            <source>{count} of {total} texts</source>
            <translation>{total} 条文本中的 {count} 条</translation>
        </message>
    </context>
    <context>
        <name>Leaderboard</name>
        <message>
            <source>Method</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>{figure} on validation texts</source>
            <translation>验证文本上的{figure}</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>ms a text</source>
            <translation>毫秒/条</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>{value} so far</source>
            <translation>目前 {value}</translation>
        </message>
        <message>
            <source>left out: {why}</source>
            <translation>已跳过：{why}</translation>
        </message>
        <message>
            <source>kept · {ended}</source>
            <translation>保留 · {ended}</translation>
        </message>
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>Open a file or a project first.</source>
            <translation>请先打开文件或项目。</translation>
        </message>
        <message>
            <source>New project</source>
            <translation>新项目</translation>
        </message>
        <message>
            <source>Open a project</source>
            <translation>打开项目</translation>
        </message>
        <message>
            <source>Lexplain ended while it was opening “{name}”.</source>
            <translation>上次打开“{name}”时 Lexplain 意外退出。</translation>
        </message>
        <message>
            <source>Open it again</source>
            <translation>再次打开</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>帮助</translation>
        </message>
        <message>
            <source>Pages</source>
            <translation>页面</translation>
        </message>
        <message>
            <source>A job is running. It will be interrupted; you can continue it when you open the project again.</source>
            <translation>有任务正在运行，离开会将其中断；再次打开项目时可以继续。</translation>
        </message>
        <message>
            <source>Leave</source>
            <translation>离开</translation>
        </message>
        <message>
            <source>Stay</source>
            <translation>留下</translation>
        </message>
    </context>
    <context>
        <name>MapPanel</name>
        <message>
            <source>Map</source>
            <translation>地图</translation>
        </message>
        <message>
            <source>Your texts as the model sees them: what it takes for alike stands near. Where are its errors?</source>
            <translation>模型眼中的文本：它认为相似的彼此靠近。它的错误在哪里？</translation>
        </message>
        <message>
            <source>Draw the map</source>
            <translation>绘制地图</translation>
        </message>
        <message>
            <source>Draw again</source>
            <translation>重新绘制</translation>
        </message>
        <message>
            <source>{count} texts · the plane keeps {share} of how they differ</source>
            <translation>{count} 条文本 · 平面保留了 {share} 的差异</translation>
        </message>
        <message>
            <source>{count} texts · the plane keeps only {share} of how they differ: read it with care</source>
            <translation>{count} 条文本 · 平面只保留了 {share} 的差异：请谨慎解读</translation>
        </message>
        <message>
            <source>{count} texts · UMAP: near means alike, far apart says little</source>
            <translation>{count} 条文本 · UMAP：靠近表示相似，远离说明不了什么</translation>
        </message>
        <message>
            <source>Texts or labels have changed since the map was drawn.</source>
            <translation>绘制地图之后，文本或标签有改动。</translation>
        </message>
        <message>
            <source>Colour</source>
            <translation>颜色</translation>
        </message>
        <message>
            <source>What the colours mean</source>
            <translation>颜色的含义</translation>
        </message>
        <message>
            <source>How the map is drawn</source>
            <translation>地图的画法</translation>
        </message>
        <message>
            <source>PCA: the two directions in which the texts differ most. UMAP, where it is installed: who is near whom.</source>
            <translation>PCA：文本差异最大的两个方向。UMAP（需已安装）：谁与谁相近。</translation>
        </message>
        <message>
            <source>Select none</source>
            <translation>取消选择</translation>
        </message>
        <message>
            <source>Escape does it on the map</source>
            <translation>在地图上按 Esc 也可以</translation>
        </message>
        <message>
            <source>Drag around points to list them, Shift adds. A click here, or Space, selects a whole group.</source>
            <translation>拖动圈选点即可列出，按住 Shift 可追加。在此单击或按空格键，可选择整组。</translation>
        </message>
        <message>
            <source>Map of the texts</source>
            <translation>文本地图</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>The model's answer</source>
            <translation>模型的回答</translation>
        </message>
        <message>
            <source>Right or wrong</source>
            <translation>对或错</translation>
        </message>
        <message>
            <source>How sure it is</source>
            <translation>把握程度</translation>
        </message>
        <message>
            <source>Nothing is selected: drag around points, or choose a group beside the map</source>
            <translation>未选择：请拖动圈选，或在地图旁选择一组</translation>
        </message>
        <message>
            <source>{count} texts selected, the first {shown} are listed</source>
            <translation>已选择 {count} 条文本，列出前 {shown} 条</translation>
        </message>
        <message>
            <source>{count} texts selected</source>
            <translation>已选择 {count} 条文本</translation>
        </message>
        <message>
            <source>(deleted)</source>
            <translation>（已删除）</translation>
        </message>
        <message>
            <source>answer: {label}</source>
            <translation>回答：{label}</translation>
        </message>
        <message>
            <source>label: {label}</source>
            <translation>标签：{label}</translation>
        </message>
    </context>
    <context>
        <name>MethodBox</name>
        <message>
            <source>{method} · default</source>
            <translation>{method} · 默认</translation>
        </message>
        <message>
            <source>At once</source>
            <translation>即时</translation>
        </message>
        <message>
            <source>Within seconds</source>
            <translation>数秒之内</translation>
        </message>
        <message>
            <source>Slower: hundreds of readings</source>
            <translation>较慢：数百次计算</translation>
        </message>
        <message>
            <source>A view, no explanation</source>
            <translation>仅供查看，不是解释</translation>
        </message>
    </context>
    <context>
        <name>MethodCards</name>
        <message>
            <source>Method</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>seconds</source>
            <translation>数秒</translation>
        </message>
        <message>
            <source>minutes</source>
            <translation>数分钟</translation>
        </message>
        <message>
            <source>minutes to hours</source>
            <translation>数分钟至数小时</translation>
        </message>
        <message>
            <source>recommended</source>
            <translation>推荐</translation>
        </message>
    </context>
    <context>
        <name>MethodForm</name>
        <message>
            <source>More options</source>
            <translation>更多选项</translation>
        </message>
        <message>
            <source>Preview…</source>
            <translation>预览…</translation>
        </message>
        <message>
            <source>See on your own texts what cleaning and changing do</source>
            <translation>用您自己的文本查看清洗和增强的效果</translation>
        </message>
        <message>
            <source>Counts only together with “{option}”.</source>
            <translation>仅在设置“{option}”时起作用。</translation>
        </message>
        <message>
            <source>Does not count with “{option}: {choice}”.</source>
            <translation>选择“{option}：{choice}”时不起作用。</translation>
        </message>
    </context>
    <context>
        <name>Minimap</name>
        <message>
            <source>The whole text: where the marked words are. Click or drag to go there.</source>
            <translation>全文概览：标出着色词语的位置。点击或拖动即可前往。</translation>
        </message>
    </context>
    <context>
        <name>OptionChoices</name>
        <message>
            <source>none</source>
            <translation>无</translation>
        </message>
        <message>
            <source>main figure</source>
            <translation>主要指标</translation>
        </message>
        <message>
            <source>macro-F1</source>
            <translation>宏平均 F1</translation>
        </message>
        <message>
            <source>accuracy</source>
            <translation>准确率</translation>
        </message>
        <message>
            <source>loss</source>
            <translation>损失</translation>
        </message>
        <message>
            <source>automatic</source>
            <translation>自动</translation>
        </message>
        <message>
            <source>always</source>
            <translation>总是</translation>
        </message>
        <message>
            <source>never</source>
            <translation>从不</translation>
        </message>
        <message>
            <source>windows</source>
            <translation>窗口</translation>
        </message>
        <message>
            <source>cut</source>
            <translation>截断</translation>
        </message>
        <message>
            <source>mean</source>
            <translation>平均</translation>
        </message>
        <message>
            <source>strongest</source>
            <translation>最强</translation>
        </message>
        <message>
            <source>native</source>
            <translation>原生</translation>
        </message>
        <message>
            <source>HTML</source>
            <translation>HTML</translation>
        </message>
        <message>
            <source>links</source>
            <translation>链接</translation>
        </message>
        <message>
            <source>mentions</source>
            <translation>提及</translation>
        </message>
        <message>
            <source>emoji</source>
            <translation>表情符号</translation>
        </message>
        <message>
            <source>spaces</source>
            <translation>空格</translation>
        </message>
        <message>
            <source>lower case</source>
            <translation>小写</translation>
        </message>
        <message>
            <source>accents</source>
            <translation>重音符号</translation>
        </message>
        <message>
            <source>deletion</source>
            <translation>删词</translation>
        </message>
        <message>
            <source>swap</source>
            <translation>换序</translation>
        </message>
        <message>
            <source>typos</source>
            <translation>错别字</translation>
        </message>
        <message>
            <source>synonyms</source>
            <translation>近义词</translation>
        </message>
        <message>
            <source>cross-entropy</source>
            <translation>交叉熵</translation>
        </message>
        <message>
            <source>focal</source>
            <translation>Focal</translation>
        </message>
        <message>
            <source>class-balanced</source>
            <translation>类别均衡</translation>
        </message>
        <message>
            <source>balanced</source>
            <translation>均衡</translation>
        </message>
        <message>
            <source>FGM</source>
            <translation>FGM</translation>
        </message>
        <message>
            <source>PGD</source>
            <translation>PGD</translation>
        </message>
        <message>
            <source>virtual</source>
            <translation>虚拟</translation>
        </message>
        <message>
            <source>small model</source>
            <translation>小模型</translation>
        </message>
        <message>
            <source>fewer layers</source>
            <translation>更少层</translation>
        </message>
        <message>
            <source>spread evenly</source>
            <translation>均匀选取</translation>
        </message>
        <message>
            <source>the first ones</source>
            <translation>最前几层</translation>
        </message>
        <message>
            <source>bag of words</source>
            <translation>词袋</translation>
        </message>
        <message>
            <source>features</source>
            <translation>特征</translation>
        </message>
        <message>
            <source>contrastive</source>
            <translation>对比学习</translation>
        </message>
        <message>
            <source>fine-tuning</source>
            <translation>微调</translation>
        </message>
        <message>
            <source>between both</source>
            <translation>介于两者之间</translation>
        </message>
        <message>
            <source>as labelled</source>
            <translation>按标注</translation>
        </message>
        <message>
            <source>as predicted</source>
            <translation>按预测</translation>
        </message>
    </context>
    <context>
        <name>PackDialog</name>
        <message>
            <source>Where the pack goes</source>
            <translation>证据包的保存位置</translation>
        </message>
        <message>
            <source>One page that opens in any browser, without a network: to read, to send, to print.</source>
            <translation>单个网页，任何浏览器都能离线打开：便于阅读、发送和打印。</translation>
        </message>
        <message>
            <source>Pages to print and to file.</source>
            <translation>便于打印和归档的页面。</translation>
        </message>
        <message>
            <source>A picture for slides and documents; of many explanations several, which are numbered.</source>
            <translation>适合幻灯片和文档的图片；解释较多时分成多张，并编号。</translation>
        </message>
        <message>
            <source>A picture that stays sharp at any size; of many explanations several, which are numbered.</source>
            <translation>任意放大都清晰的图片；解释较多时分成多张，并编号。</translation>
        </message>
        <message>
            <source>For other programs: everything there is, exactly.</source>
            <translation>供其他程序使用：全部内容，精确无损。</translation>
        </message>
        <message>
            <source>A row a word, for spreadsheets. A table cannot be checked again.</source>
            <translation>每个词一行，供电子表格使用。表格无法再次核对。</translation>
        </message>
        <message>
            <source>{count} explanations make a page or pictures that open slowly and that nobody reads to their end; JSON or CSV suit so many better.</source>
            <translation>{count} 个解释会使页面或图片打开很慢，也没有人会读完；这么多时 JSON 或 CSV 更合适。</translation>
        </message>
        <message>
            <source>Each explanation goes with its text, the model's and the data's hash, method, seed and margin, so that others can compute it again.</source>
            <translation>每个解释都附有文本、模型和数据的哈希值、方法、随机种子和差距，他人可以重新计算。</translation>
        </message>
        <message>
            <source>The texts are explained by “{method}”.</source>
            <translation>文本用“{method}”解释。</translation>
        </message>
        <message>
            <source>Evidence pack of “{run}”</source>
            <translation>“{run}”的证据包</translation>
        </message>
        <message>
            <source>Decisions and their reasons, as a file that others can check</source>
            <translation>把判断及其理由写成他人可以核对的文件</translation>
        </message>
        <message>
            <source>Which</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>The explanation in view</source>
            <translation>当前的解释</translation>
        </message>
        <message>
            <source>The texts listed at the left ({count})</source>
            <translation>左侧列出的文本（{count}）</translation>
        </message>
        <message>
            <source>All texts of the project ({count})</source>
            <translation>项目的全部文本（{count}）</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>With trust seals</source>
            <translation>附可信标记</translation>
        </message>
        <message>
            <source>Each explanation is tested first, where it is not yet: that takes the longest.</source>
            <translation>尚未检验的解释会先检验：这一步最费时间。</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Language of the pack</source>
            <translation>证据包的语言</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>File to write</source>
            <translation>要写入的文件</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Choose the file to write</source>
            <translation>选择要写入的文件</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Write the pack</source>
            <translation>写入证据包</translation>
        </message>
    </context>
    <context>
        <name>Packs</name>
        <message>
            <source>Close the message</source>
            <translation>关闭消息</translation>
        </message>
        <message>
            <source>Evidence packs (*.html *.pdf *.png *.svg *.json)</source>
            <translation>证据包 (*.html *.pdf *.png *.svg *.json)</translation>
        </message>
        <message>
            <source>Check a pack</source>
            <translation>检查证据包</translation>
        </message>
        <message>
            <source>Open the folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message numerus="yes">
            <source>The pack of %n explanations is written: {path}.</source>
            <translation>
                <numerusform>含 %n 个解释的证据包已写入：{path}。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>It became %n numbered pictures; each can be checked by itself.</source>
            <translation>
                <numerusform>已分成 %n 张编号的图片，每张都可单独检查。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n texts without a word were left out.</source>
            <translation>
                <numerusform>%n 条没有词语的文本未包括在内。</numerusform>
            </translation>
        </message>
        <message>
            <source>“{name}”: nothing was changed since it was written.</source>
            <translation>“{name}”：写入后未被改动。</translation>
        </message>
        <message>
            <source>“{name}” was changed after it was written: do not rely on it.</source>
            <translation>“{name}”在写入后被改动过：不可采信。</translation>
        </message>
        <message>
            <source>The run's model is the same.</source>
            <translation>该运行的模型相同。</translation>
        </message>
        <message>
            <source>The run has another model now.</source>
            <translation>该运行现在的模型已不同。</translation>
        </message>
        <message>
            <source>Texts or labels of the project have changed since.</source>
            <translation>项目的文本或标签此后有过改动。</translation>
        </message>
        <message>
            <source>Computed again, {same} of {count} explanations are the same.</source>
            <translation>重新计算后，{count} 个解释中有 {same} 个相同。</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>What is not the same: {parts}.</source>
            <translation>不一致之处：{parts}。</translation>
        </message>
        <message>
            <source>where words begin and end</source>
            <translation>词语的切分</translation>
        </message>
        <message>
            <source>the words' scores</source>
            <translation>词语的分值</translation>
        </message>
        <message>
            <source>the margin</source>
            <translation>差距</translation>
        </message>
        <message>
            <source>the decision</source>
            <translation>判断</translation>
        </message>
        <message>
            <source>the probabilities</source>
            <translation>概率</translation>
        </message>
        <message>
            <source>how it was computed</source>
            <translation>计算方式</translation>
        </message>
        <message>
            <source>the trust seal</source>
            <translation>可信度检验结论</translation>
        </message>
    </context>
    <context>
        <name>PageBanner</name>
        <message>
            <source>Close the message</source>
            <translation>关闭消息</translation>
        </message>
        <message>
            <source>Not sure which method to take? A probe of a minute tries them on a sample of your texts.</source>
            <translation>不确定用哪种方法？一分钟的试探会在您的部分文本上试用它们。</translation>
        </message>
        <message>
            <source>Which method?</source>
            <translation>用哪种方法？</translation>
        </message>
    </context>
    <context>
        <name>Panels</name>
        <message>
            <source>Confusion matrix: rows are the true classes</source>
            <translation>混淆矩阵：行为真实类别</translation>
        </message>
        <message>
            <source>Figures by class</source>
            <translation>各类别指标</translation>
        </message>
        <message>
            <source>Calibration</source>
            <translation>校准</translation>
        </message>
        <message>
            <source>Robustness</source>
            <translation>稳健性</translation>
        </message>
        <message>
            <source>Figures by class, calibration, robustness</source>
            <translation>各类别指标、校准、稳健性</translation>
        </message>
        <message>
            <source>Confusion matrix</source>
            <translation>混淆矩阵</translation>
        </message>
        <message>
            <source>Rows: true class. Columns: predicted. A cell opens its texts.</source>
            <translation>行：真实类别；列：预测类别。点击单元格查看文本。</translation>
        </message>
        <message>
            <source>Labels</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>From its threshold on a label holds; chosen on the validation texts.</source>
            <translation>概率达到阈值即判定成立；阈值由验证文本选定。</translation>
        </message>
        <message>
            <source>Words by type</source>
            <translation>按类型统计词语</translation>
        </message>
        <message>
            <source>Rows: true type, O for none. Columns: predicted. A cell opens its sentences.</source>
            <translation>行：真实类型，O 为非实体。列：预测。点击单元格查看句子。</translation>
        </message>
        <message>
            <source>True and predicted scores</source>
            <translation>真实分数与预测分数</translation>
        </message>
        <message>
            <source>On the line both are the same.</source>
            <translation>虚线上两者相等。</translation>
        </message>
        <message>
            <source>By type</source>
            <translation>各类型</translation>
        </message>
        <message>
            <source>By class</source>
            <translation>各类别</translation>
        </message>
        <message>
            <source>Predicted scores over true scores, {count} texts</source>
            <translation>预测分数对真实分数，{count} 条文本</translation>
        </message>
        <message>
            <source>true score</source>
            <translation>真实分数</translation>
        </message>
        <message>
            <source>predicted score</source>
            <translation>预测分数</translation>
        </message>
        <message>
            <source>No figures yet</source>
            <translation>尚无指标</translation>
        </message>
        <message>
            <source>Calibration error {value}</source>
            <translation>校准误差 {value}</translation>
        </message>
        <message>
            <source>decisions</source>
            <translation>判断数</translation>
        </message>
        <message>
            <source>words</source>
            <translation>词数</translation>
        </message>
        <message>
            <source>texts</source>
            <translation>文本数</translation>
        </message>
        <message>
            <source>Is it as often right as it says?</source>
            <translation>正确率与给出的概率一致吗？</translation>
        </message>
        <message>
            <source>probability given</source>
            <translation>给出的概率</translation>
        </message>
        <message>
            <source>share right</source>
            <translation>正确比例</translation>
        </message>
        <message>
            <source>ideal</source>
            <translation>理想</translation>
        </message>
    </context>
    <context>
        <name>PredictPage</name>
        <message>
            <source>A file is being scored</source>
            <translation>正在预测文件</translation>
        </message>
        <message>
            <source>No trained model yet</source>
            <translation>还没有训练好的模型</translation>
        </message>
        <message>
            <source>Ready to score texts</source>
            <translation>可以开始预测</translation>
        </message>
        <message>
            <source>Predict</source>
            <translation>预测</translation>
        </message>
        <message>
            <source>Run</source>
            <translation>训练结果</translation>
        </message>
        <message>
            <source>The run that predicts</source>
            <translation>用于预测的训练结果</translation>
        </message>
        <message>
            <source>Train a model first; then it scores your texts here.</source>
            <translation>请先训练模型，然后在这里预测文本。</translation>
        </message>
        <message>
            <source>Open Train</source>
            <translation>打开“训练”</translation>
        </message>
    </context>
    <context>
        <name>PreviewDialog</name>
        <message>
            <source>Preview of preparing</source>
            <translation>预览文本准备</translation>
        </message>
        <message>
            <source>What is done to your texts</source>
            <translation>您的文本会怎样处理</translation>
        </message>
        <message>
            <source>The texts in the project stay as they are; only what the model reads is changed.</source>
            <translation>项目中的文本保持不变，改变的只是模型读到的内容。</translation>
        </message>
        <message>
            <source>Texts before and after</source>
            <translation>处理前后的文本</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Before</source>
            <translation>之前</translation>
        </message>
        <message>
            <source>After</source>
            <translation>之后</translation>
        </message>
        <message>
            <source>Nothing would change in the first {count} texts.</source>
            <translation>前 {count} 条文本不会有任何改变。</translation>
        </message>
        <message>
            <source>Looking for texts that would change…</source>
            <translation>正在寻找会改变的文本…</translation>
        </message>
    </context>
    <context>
        <name>PreviewModel</name>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Second text</source>
            <translation>第二条文本</translation>
        </message>
        <message>
            <source>Labels</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Entities</source>
            <translation>实体</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>Click to say what this column is</source>
            <translation>单击以指定此列的含义</translation>
        </message>
        <message>
            <source>not used</source>
            <translation>不使用</translation>
        </message>
        <message>
            <source>{meaning} (guessed)</source>
            <translation>{meaning}（推测）</translation>
        </message>
    </context>
    <context>
        <name>PseudoLabelsModel</name>
        <message>
            <source>How far apart the scores lie that several models predict: their standard deviation</source>
            <translation>多个模型预测的分数相差多远：它们的标准差</translation>
        </message>
        <message>
            <source>Found entities</source>
            <translation>找到的实体</translation>
        </message>
        <message>
            <source>Given score</source>
            <translation>给出的分数</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Given label</source>
            <translation>给出的标签</translation>
        </message>
        <message>
            <source>Probability</source>
            <translation>概率</translation>
        </message>
        <message>
            <source>Spread</source>
            <translation>分散程度</translation>
        </message>
        <message>
            <source>Round</source>
            <translation>轮次</translation>
        </message>
        <message>
            <source>Use</source>
            <translation>使用</translation>
        </message>
        <message>
            <source>taken back</source>
            <translation>已撤回</translation>
        </message>
        <message>
            <source>learnt from</source>
            <translation>用于学习</translation>
        </message>
        <message>
            <source>no entity</source>
            <translation>无实体</translation>
        </message>
    </context>
    <context>
        <name>PseudoLabelsView</name>
        <message>
            <source>What it labelled</source>
            <translation>它标注了什么</translation>
        </message>
        <message>
            <source>This run has labelled no text itself.</source>
            <translation>该训练没有自己标注任何文本。</translation>
        </message>
        <message>
            <source>Texts that the run labelled itself</source>
            <translation>该训练自己标注的文本</translation>
        </message>
        <message>
            <source>Delete takes the selected labels back</source>
            <translation>按 Delete 撤回所选标签</translation>
        </message>
        <message>
            <source>Take back</source>
            <translation>撤回</translation>
        </message>
        <message>
            <source>No training gives these texts a score again (Del). Choose several with Ctrl or Shift.</source>
            <translation>以后的训练不会再给这些文本打分（Del）。按住 Ctrl 或 Shift 可多选。</translation>
        </message>
        <message>
            <source>No training gives these texts these labels again (Del). Choose several with Ctrl or Shift.</source>
            <translation>以后的训练不会再给这些文本这些标签（Del）。按住 Ctrl 或 Shift 可多选。</translation>
        </message>
        <message>
            <source>Let count again</source>
            <translation>恢复使用</translation>
        </message>
        <message>
            <source>Train again without these</source>
            <translation>去掉这些重新训练</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>What “{run}” labelled</source>
            <translation>“{run}”标注了什么</translation>
        </message>
        <message>
            <source>{count} texts, the least sure of each round first; {rejected} taken back.</source>
            <translation>{count} 条文本，每轮中把握最小的在前；已撤回 {rejected} 条。</translation>
        </message>
    </context>
    <context>
        <name>RacePanel</name>
        <message>
            <source>now</source>
            <translation>现在</translation>
        </message>
        <message>
            <source>In a race several methods are trained one after the other within a time that you set. Ask which method fits first; then tick those that shall race.</source>
            <translation>竞赛会在您设定的时间内依次训练多种方法。请先试探哪种方法合适，再勾选参赛的方法。</translation>
        </message>
        <message>
            <source>Which method?</source>
            <translation>用哪种方法？</translation>
        </message>
        <message>
            <source>Race</source>
            <translation>竞赛</translation>
        </message>
        <message>
            <source>Leaderboard</source>
            <translation>排行榜</translation>
        </message>
        <message>
            <source>Return opens a finished run in Evaluate</source>
            <translation>回车键在“评估”中打开已完成的训练</translation>
        </message>
        <message>
            <source>Keep this one, delete the others</source>
            <translation>保留此项，删除其他</translation>
        </message>
        <message>
            <source>Deletes the other runs of this race; it can be undone</source>
            <translation>删除本场竞赛的其他训练；可以撤销</translation>
        </message>
        <message>
            <source>Open in Evaluate</source>
            <translation>在“评估”中打开</translation>
        </message>
        <message>
            <source>Go on with the race</source>
            <translation>继续竞赛</translation>
        </message>
        <message>
            <source>Trains what is missing; what is finished stays as it is</source>
            <translation>训练尚缺的方法；已完成的保持不变</translation>
        </message>
        <message>
            <source>Kept: {method}, the smallest within one point of the best.</source>
            <translation>保留：{method}，与最佳相差不超过一分的方法中最小的。</translation>
        </message>
        <message>
            <source>Interrupted: {done} of {count} methods are trained.</source>
            <translation>已中断：{count} 种方法中已训练 {done} 种。</translation>
        </message>
        <message>
            <source>Finished: {done} of {count} methods are trained.</source>
            <translation>已结束：{count} 种方法中已训练 {done} 种。</translation>
        </message>
        <message>
            <source>Waiting for the jobs before it</source>
            <translation>等待前面的任务完成</translation>
        </message>
        <message>
            <source>Running: {done} of {count} methods are trained.</source>
            <translation>进行中：{count} 种方法中已训练 {done} 种。</translation>
        </message>
    </context>
    <context>
        <name>RankRow</name>
        <message>
            <source>{low}–{high} · sufficiency {sufficiency} · {time} a text</source>
            <translation>{low}–{high} · 充分性 {sufficiency} · 每条文本 {time}</translation>
        </message>
        <message>
            <source>Measured on {texts} texts</source>
            <translation>在 {texts} 条文本上测得</translation>
        </message>
    </context>
    <context>
        <name>Ranking</name>
        <message>
            <source>Let “{method}” race</source>
            <translation>让“{method}”参赛</translation>
        </message>
        <message>
            <source>Choose</source>
            <translation>选用</translation>
        </message>
        <message>
            <source>Choose “{method}” for the next training</source>
            <translation>下次训练选用“{method}”</translation>
        </message>
        <message>
            <source>about {time}</source>
            <translation>约 {time}</translation>
        </message>
        <message>
            <source>about {minutes} min</source>
            <translation>约 {minutes} 分钟</translation>
        </message>
        <message>
            <source>recommended</source>
            <translation>推荐</translation>
        </message>
    </context>
    <context>
        <name>RankingCheck</name>
        <message>
            <source>Which highlight method is the most faithful here?</source>
            <translation>哪种高亮方法在这里最忠实？</translation>
        </message>
        <message>
            <source>Erase words on up to 60 validation texts, by every method; takes about a minute</source>
            <translation>用每种方法在最多 60 条验证文本上抹词；约需一分钟</translation>
        </message>
        <message>
            <source>Not measured for this run yet. All methods are tested on validation texts; the best one becomes the run's default.</source>
            <translation>该训练尚未测量。所有方法都会在验证文本上检验，最好的成为该训练的默认方法。</translation>
        </message>
        <message>
            <source>Measured on {texts} validation texts: {instant} is the best of those that are there at once, and is shown first. {settled} takes longer and is more faithful.</source>
            <translation>在 {texts} 条验证文本上测得：{instant}是即时方法中最好的，先行显示。{settled}更慢，但更忠实。</translation>
        </message>
        <message>
            <source>Bars: how far the probability falls without the marked words (comprehensiveness), more is better; words taken at random: {random}. Sufficiency: what is lost with the marked words alone, less is better.</source>
            <translation>条形：去掉标出的词后概率的下降（完备性），越大越好；随机取词：{random}。充分性：只留标出的词时的损失，越小越好。</translation>
        </message>
        <message>
            <source>Not for this model: {methods}.</source>
            <translation>不适用于该模型：{methods}。</translation>
        </message>
        <message>
            <source>No time was left for: {methods}.</source>
            <translation>时间不够，未测：{methods}。</translation>
        </message>
        <message>
            <source>default</source>
            <translation>默认</translation>
        </message>
        <message>
            <source>best here</source>
            <translation>此处最佳</translation>
        </message>
    </context>
    <context>
        <name>ReadingCard</name>
        <message>
            <source>The text; typing in it is what-if</source>
            <translation>文本；修改即为假设试验</translation>
        </message>
        <message>
            <source>Choose a text on the left, or type one here.</source>
            <translation>在左侧选择一条文本，或在此输入。</translation>
        </message>
        <message>
            <source>Check this highlight method</source>
            <translation>检验此高亮方法</translation>
        </message>
        <message>
            <source>Erase the marked words on up to 100 texts and compare with erasing random words</source>
            <translation>在最多 100 条文本上去掉标出的词，并与随机去词比较</translation>
        </message>
        <message>
            <source>Show it</source>
            <translation>显示</translation>
        </message>
        <message>
            <source>underlined: the three strongest</source>
            <translation>下划线：最强的三个词</translation>
        </message>
        <message>
            <source>How well this method does on many texts of this run is not measured yet.</source>
            <translation>该方法在该训练的大量文本上表现如何，尚未测量。</translation>
        </message>
        <message>
            <source>Finding the words that decided…</source>
            <translation>正在寻找起决定作用的词…</translation>
        </message>
        <message>
            <source>No text is in view yet.</source>
            <translation>尚未显示文本。</translation>
        </message>
        <message>
            <source>The check is running; the queue below shows how far it is.</source>
            <translation>检验正在进行，进度见下方队列。</translation>
        </message>
    </context>
    <context>
        <name>ReasonsModel</name>
        <message>
            <source>Distance</source>
            <translation>距离</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>答案</translation>
        </message>
        <message>
            <source>Speaks more for it</source>
            <translation>支持增加的词</translation>
        </message>
        <message>
            <source>Speaks less for it</source>
            <translation>支持减少的词</translation>
        </message>
    </context>
    <context>
        <name>ReasonsPanel</name>
        <message>
            <source>Which texts are listed</source>
            <translation>列出哪些文本</translation>
        </message>
        <message>
            <source>Explain</source>
            <translation>解释</translation>
        </message>
        <message>
            <source>Open the text in Explain, beside both runs (Return)</source>
            <translation>在“解释”中打开文本，两个运行并排（回车）</translation>
        </message>
        <message>
            <source>Texts by how far the reasons of the two runs are apart</source>
            <translation>按两个运行的理由相距多远排列的文本</translation>
        </message>
        <message>
            <source>Distance: half of what moved when each run's word scores are divided by their sum of sizes. 0 is the same reason, 1 shares nothing. Where answers differ, both runs are asked about the first one's.</source>
            <translation>距离：各运行的词语分值除以其绝对值之和后，变动总量的一半。0 为理由相同，1 为毫无共同之处。答案不同时，两个运行都按第一个答案提问。</translation>
        </message>
        <message>
            <source>Compare again</source>
            <translation>重新比较</translation>
        </message>
        <message>
            <source>Compare the reasons</source>
            <translation>比较理由</translation>
        </message>
        <message>
            <source>Comparing; the queue below shows how far it is.</source>
            <translation>正在比较；下方队列显示进度。</translation>
        </message>
        <message>
            <source>{count} of {all} texts compared. Mean distance {same} where the answer is the same, {differing} where it is not.</source>
            <translation>{all} 条文本中已比较 {count} 条。答案相同时平均距离 {same}，不同时 {differing}。</translation>
        </message>
        <message>
            <source>Do the two runs look at the same words? That is not compared yet.</source>
            <translation>两个运行看的是同样的词语吗？尚未比较。</translation>
        </message>
        <message>
            <source>{count} of {all} texts by “{run}”</source>
            <translation>“{run}”对 {all} 条文本中的 {count} 条</translation>
        </message>
        <message>
            <source>Explained first: {missing}.</source>
            <translation>先解释：{missing}。</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>Other answers ({count})</source>
            <translation>答案不同（{count}）</translation>
        </message>
        <message>
            <source>Same answer, other reason ({count})</source>
            <translation>答案相同，理由不同（{count}）</translation>
        </message>
        <message>
            <source>Both runs give the same answer to every text.</source>
            <translation>两个运行对每条文本的答案都相同。</translation>
        </message>
        <message>
            <source>There is no text to which both runs give the same answer.</source>
            <translation>没有两个运行答案相同的文本。</translation>
        </message>
        <message>
            <source>Over all texts, “{run}” leans more on: {words}.</source>
            <translation>总体上，“{run}”更依赖：{words}。</translation>
        </message>
        <message>
            <source>Less on: {words}.</source>
            <translation>较少依赖：{words}。</translation>
        </message>
        <message>
            <source>{word} (for {label})</source>
            <translation>{word}（{label}）</translation>
        </message>
    </context>
    <context>
        <name>Recommendation</name>
        <message>
            <source>Recommended by the probe. {reasons}</source>
            <translation>试探结果推荐。{reasons}</translation>
        </message>
        <message>
            <source>Recommended: there is no run to compare with yet.</source>
            <translation>推荐：还没有可以对照的运行。</translation>
        </message>
        <message>
            <source>Recommended: with {count} training texts (under {few}) a frozen model is the safer choice.</source>
            <translation>推荐：训练文本只有 {count} 条（少于 {few} 条），保持模型不变更稳妥。</translation>
        </message>
        <message>
            <source>Recommended: there are enough training texts ({few} or more) to fine-tune.</source>
            <translation>推荐：训练文本足够（{few} 条以上），可以微调。</translation>
        </message>
    </context>
    <context>
        <name>ReportPage</name>
        <message>
            <source>Where the report goes</source>
            <translation>报告的位置</translation>
        </message>
        <message>
            <source>The report is being written</source>
            <translation>正在生成报告</translation>
        </message>
        <message>
            <source>No trained model yet</source>
            <translation>还没有训练好的模型</translation>
        </message>
        <message>
            <source>One file that opens anywhere, offline</source>
            <translation>单个文件，随处可离线打开</translation>
        </message>
        <message>
            <source>The report was written to {path}</source>
            <translation>报告已写入 {path}</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Report</source>
            <translation>报告</translation>
        </message>
        <message>
            <source>Write report</source>
            <translation>生成报告</translation>
        </message>
        <message>
            <source>Export the model…</source>
            <translation>导出模型…</translation>
        </message>
        <message>
            <source>Show folder</source>
            <translation>显示文件夹</translation>
        </message>
        <message>
            <source>Run</source>
            <translation>训练结果</translation>
        </message>
        <message>
            <source>Sections</source>
            <translation>章节</translation>
        </message>
        <message>
            <source>Language of the report</source>
            <translation>报告语言</translation>
        </message>
        <message>
            <source>Write to</source>
            <translation>写入到</translation>
        </message>
        <message>
            <source>Change…</source>
            <translation>更改…</translation>
        </message>
        <message>
            <source>Change where the report goes</source>
            <translation>更改报告的位置</translation>
        </message>
        <message>
            <source>Train a model first; its report is written here.</source>
            <translation>请先训练模型，然后在这里生成报告。</translation>
        </message>
        <message>
            <source>Open Train</source>
            <translation>打开“训练”</translation>
        </message>
    </context>
    <context>
        <name>ReportSheet</name>
        <message>
            <source>Data</source>
            <translation>数据</translation>
        </message>
        <message>
            <source>Method</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>Figures</source>
            <translation>指标</translation>
        </message>
        <message>
            <source>Each label</source>
            <translation>各标签</translation>
        </message>
        <message>
            <source>Types taken for each other</source>
            <translation>类型混淆情况</translation>
        </message>
        <message>
            <source>True and predicted scores</source>
            <translation>真实分数与预测分数</translation>
        </message>
        <message>
            <source>Confusion matrix</source>
            <translation>混淆矩阵</translation>
        </message>
        <message>
            <source>Examples</source>
            <translation>示例</translation>
        </message>
        <message>
            <source>Limits</source>
            <translation>局限</translation>
        </message>
        <message>
            <source>Each type</source>
            <translation>各类型</translation>
        </message>
        <message>
            <source>Each class</source>
            <translation>各类别</translation>
        </message>
        <message>
            <source>Calibration</source>
            <translation>校准</translation>
        </message>
        <message>
            <source>Beside other runs</source>
            <translation>与其他训练比较</translation>
        </message>
        <message>
            <source>The race it was in</source>
            <translation>所在的竞赛</translation>
        </message>
        <message>
            <source>Learning curves</source>
            <translation>学习曲线</translation>
        </message>
        <message>
            <source>Robustness</source>
            <translation>稳健性</translation>
        </message>
        <message>
            <source>Faithfulness of explanations</source>
            <translation>解释的忠实度</translation>
        </message>
        <message>
            <source>Scores furthest off</source>
            <translation>偏差最大的分数</translation>
        </message>
        <message>
            <source>Errors it was surest of</source>
            <translation>最有把握的错误</translation>
        </message>
        <message>
            <source>Texts</source>
            <translation>文本数</translation>
        </message>
        <message>
            <source>Labels</source>
            <translation>标签数</translation>
        </message>
        <message>
            <source>Entity types</source>
            <translation>实体类型</translation>
        </message>
        <message>
            <source>Time to train</source>
            <translation>训练用时</translation>
        </message>
        <message>
            <source>{seconds} s</source>
            <translation>{seconds} 秒</translation>
        </message>
        <message>
            <source>This run has not been evaluated yet.</source>
            <translation>这个训练结果还没有评估。</translation>
        </message>
        <message>
            <source>On {rows} texts of the {split} split; 95 % bootstrap intervals</source>
            <translation>基于{split}集的 {rows} 条文本；95 % 自助法置信区间</translation>
        </message>
        <message>
            <source>Rows: the true label. Columns, in the same order: the label that was given.</source>
            <translation>行：真实标签。列（顺序相同）：预测标签。</translation>
        </message>
        <message>
            <source>The report holds {count} more labels.</source>
            <translation>报告中还有另外 {count} 个标签。</translation>
        </message>
        <message>
            <source>A plot of the true scores against those that were given.</source>
            <translation>真实分数与预测分数的散点图。</translation>
        </message>
        <message>
            <source>The report says on how many texts the figures rest, which labels have few, and what highlighted words do and do not mean.</source>
            <translation>报告会说明指标基于多少条文本、哪些标签样本偏少，以及高亮词语能说明什么、不能说明什么。</translation>
        </message>
    </context>
    <context>
        <name>ResultBlocks</name>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Precision</source>
            <translation>精确率</translation>
        </message>
        <message>
            <source>Recall</source>
            <translation>召回率</translation>
        </message>
        <message>
            <source>F1</source>
            <translation>F1</translation>
        </message>
        <message>
            <source>Support</source>
            <translation>样本数</translation>
        </message>
        <message>
            <source>Certainty</source>
            <translation>把握度</translation>
        </message>
        <message>
            <source>Right</source>
            <translation>正确</translation>
        </message>
        <message>
            <source>Texts</source>
            <translation>文本数</translation>
        </message>
        <message>
            <source>Other run</source>
            <translation>另一次训练</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>This run less the other</source>
            <translation>本次减另一次</translation>
        </message>
        <message>
            <source>Better with</source>
            <translation>更好的概率</translation>
        </message>
        <message>
            <source>{run} (kept)</source>
            <translation>{run}（保留）</translation>
        </message>
        <message>
            <source>Run</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>ms a text</source>
            <translation>毫秒/条</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>The loss over {steps} steps, drawn.</source>
            <translation>{steps} 步的损失曲线图。</translation>
        </message>
        <message>
            <source>{figure}, first measured</source>
            <translation>{figure}（首次测量）</translation>
        </message>
        <message>
            <source>{figure}, kept</source>
            <translation>{figure}（保留时）</translation>
        </message>
        <message>
            <source>As written</source>
            <translation>原文</translation>
        </message>
        <message>
            <source>Typos</source>
            <translation>错字</translation>
        </message>
        <message>
            <source>Other case</source>
            <translation>大小写改变</translation>
        </message>
        <message>
            <source>Swapped words</source>
            <translation>词语调换</translation>
        </message>
        <message>
            <source>Missing words</source>
            <translation>词语缺失</translation>
        </message>
        <message>
            <source>Explainer</source>
            <translation>解释方法</translation>
        </message>
        <message>
            <source>Comprehensiveness</source>
            <translation>完整性</translation>
        </message>
        <message>
            <source>random</source>
            <translation>随机</translation>
        </message>
        <message>
            <source>Sufficiency</source>
            <translation>充分性</translation>
        </message>
        <message>
            <source>There are none.</source>
            <translation>没有。</translation>
        </message>
        <message>
            <source>true: {true} · given: {given}</source>
            <translation>真实：{true} · 预测：{given}</translation>
        </message>
        <message>
            <source>none of them</source>
            <translation>都不是</translation>
        </message>
        <message>
            <source>no entity</source>
            <translation>没有实体</translation>
        </message>
        <message>
            <source>The report holds {count} more.</source>
            <translation>报告中还有 {count} 项。</translation>
        </message>
    </context>
    <context>
        <name>ResultModel</name>
        <message>
            <source>Row</source>
            <translation>行</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>none of them</source>
            <translation>均不成立</translation>
        </message>
        <message>
            <source>no entity</source>
            <translation>无实体</translation>
        </message>
        <message>
            <source>Labels</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Entities</source>
            <translation>实体</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Probability</source>
            <translation>概率</translation>
        </message>
        <message>
            <source>Margin</source>
            <translation>间隔</translation>
        </message>
    </context>
    <context>
        <name>ResultsPanel</name>
        <message>
            <source>none of them</source>
            <translation>均不成立</translation>
        </message>
        <message>
            <source>Margin below {margin}</source>
            <translation>间隔小于 {margin}</translation>
        </message>
        <message>
            <source>Counted when the file is scored</source>
            <translation>预测完成后统计</translation>
        </message>
        <message>
            <source>{count} of {total} texts; the {shown} least sure are shown</source>
            <translation>{count} / {total} 条文本；显示最没有把握的 {shown} 条</translation>
        </message>
        <message>
            <source>{count} of {total} texts</source>
            <translation>{count} / {total} 条文本</translation>
        </message>
        <message>
            <source>Entities found</source>
            <translation>找到的实体</translation>
        </message>
        <message>
            <source>Scores given</source>
            <translation>给出的分数</translation>
        </message>
        <message>
            <source>Labels given</source>
            <translation>预测的标签</translation>
        </message>
        <message>
            <source>First rows</source>
            <translation>前几行</translation>
        </message>
        <message>
            <source>Texts to read yourself</source>
            <translation>需要人工阅读的文本</translation>
        </message>
        <message>
            <source>Margin below which a text should be read</source>
            <translation>低于此间隔的文本需要人工阅读</translation>
        </message>
        <message>
            <source>The margin is how far the closest label is from its threshold.</source>
            <translation>边际为最接近阈值的标签与其阈值的距离。</translation>
        </message>
        <message>
            <source>The margin is that of the least sure word: its tag's probability minus the next.</source>
            <translation>边际取把握最低的词：其标注概率减去次高者。</translation>
        </message>
        <message>
            <source>The margin is the first label's probability minus the second's.</source>
            <translation>间隔是第一标签与第二标签的概率之差。</translation>
        </message>
    </context>
    <context>
        <name>RobustnessPanel</name>
        <message>
            <source>Score up to 1,000 texts again, each with typos, in another case, with swapped and missing words</source>
            <translation>重新预测最多 1,000 条文本：加入错字、改变大小写、调换和删去词语</translation>
        </message>
        <message>
            <source>Figures on changed texts</source>
            <translation>改动后文本上的指标</translation>
        </message>
        <message>
            <source>Tagged words (*.conll *.iob *.iob2 *.bio *.bioes *.bilou *.txt *.jsonl *.json)</source>
            <translation>词语标注文件 (*.conll *.iob *.iob2 *.bio *.bioes *.bilou *.txt *.jsonl *.json)</translation>
        </message>
        <message>
            <source>Tables (*.csv *.tsv *.jsonl *.json *.xlsx *.ods)</source>
            <translation>表格 (*.csv *.tsv *.jsonl *.json *.xlsx *.ods)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>Measure again</source>
            <translation>重新测量</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>测量</translation>
        </message>
        <message>
            <source>With files…</source>
            <translation>加上文件…</translation>
        </message>
        <message>
            <source>Forget files</source>
            <translation>忘记文件</translation>
        </message>
        <message>
            <source>Take away what was measured on files; the files stay where they are</source>
            <translation>去掉在文件上测得的结果；文件本身不受影响</translation>
        </message>
        <message>
            <source>Choose files of difficult texts</source>
            <translation>选择难例文件（可多选）</translation>
        </message>
        <message>
            <source>Also measure files of difficult texts whose words are tagged, such as CoNLL</source>
            <translation>同时测量词语已标注的困难文本文件（可多个），如 CoNLL</translation>
        </message>
        <message>
            <source>Also measure tables of difficult texts with a text and a label column</source>
            <translation>同时测量含文本列和标签列的难例表格（可多个）</translation>
        </message>
        <message>
            <source>How much of the figure is left when people write in haste? Not measured for this run yet.</source>
            <translation>人们匆忙书写时，指标还剩多少？此运行尚未测量。</translation>
        </message>
        <message>
            <source>Is measured by itself as soon as nothing else is to be done.</source>
            <translation>空闲时将自动测量。</translation>
        </message>
        <message>
            <source>Measuring…</source>
            <translation>正在测量…</translation>
        </message>
        <message>
            <source>{percent} of answers change</source>
            <translation>{percent} 的判断改变</translation>
        </message>
        <message>
            <source>{count} texts</source>
            <translation>{count} 条文本</translation>
        </message>
        <message>
            <source>{count} texts, measured {day}</source>
            <translation>{count} 条文本，测量于 {day}</translation>
        </message>
        <message>
            <source>As written</source>
            <translation>原文</translation>
        </message>
        <message>
            <source>Typos</source>
            <translation>错字</translation>
        </message>
        <message>
            <source>Other case</source>
            <translation>大小写改变</translation>
        </message>
        <message>
            <source>Swapped words</source>
            <translation>词语调换</translation>
        </message>
        <message>
            <source>Missing words</source>
            <translation>词语缺失</translation>
        </message>
        <message>
            <source>Changed texts cost this run nothing.</source>
            <translation>改动文本对此运行没有影响。</translation>
        </message>
        <message>
            <source>“{change}” costs the most: {figure} falls by {loss}.</source>
            <translation>“{change}”影响最大：{figure} 下降 {loss}。</translation>
        </message>
    </context>
    <context>
        <name>RulesPanel</name>
        <message>
            <source>Rules</source>
            <translation>规则</translation>
        </message>
        <message>
            <source>After which phrases does the model nearly always give the same answer? And what breaks them?</source>
            <translation>出现哪些短语时，模型几乎总是给出同一个回答？又有哪些例外？</translation>
        </message>
        <message>
            <source>Find rules</source>
            <translation>查找规则</translation>
        </message>
        <message>
            <source>No phrase in at least {least} of the {documents} texts fixes an answer.</source>
            <translation>在 {documents} 条文本中，没有哪个至少出现在 {least} 条里的短语能确定回答。</translation>
        </message>
        <message>
            <source>{count} rules over {documents} texts; a phrase stands in at least {least} of them.</source>
            <translation>在 {documents} 条文本中找到 {count} 条规则；每个短语至少出现在 {least} 条文本中。</translation>
        </message>
        <message>
            <source>The answer is a type of entity in the text.</source>
            <translation>回答是文本中实体的类型。</translation>
        </message>
        <message>
            <source>Each label is looked at alone.</source>
            <translation>每个标签单独考察。</translation>
        </message>
        <message>
            <source>The answer is below the median score, or from it on.</source>
            <translation>回答是低于分数中位数，或不低于它。</translation>
        </message>
        <message>
            <source>Texts have come or gone since these rules were counted.</source>
            <translation>统计这些规则之后，文本有增减。</translation>
        </message>
        <message>
            <source>Count again</source>
            <translation>重新统计</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Search rules for this answer</source>
            <translation>为此回答查找规则</translation>
        </message>
        <message>
            <source>For any answer</source>
            <translation>任意回答</translation>
        </message>
        <message>
            <source>at least </source>
            <translation>至少 </translation>
        </message>
        <message>
            <source>How many of the texts with a phrase must get the answer, in percent</source>
            <translation>含有短语的文本中至少多少（百分比）得到该回答</translation>
        </message>
        <message>
            <source>With this phrase</source>
            <translation>出现此短语</translation>
        </message>
        <message>
            <source>the answer is</source>
            <translation>回答是</translation>
        </message>
        <message>
            <source>in (95 % interval)</source>
            <translation>比例（95 % 区间）</translation>
        </message>
        <message>
            <source>Without it in</source>
            <translation>没有它时</translation>
        </message>
        <message>
            <source>Texts with it</source>
            <translation>含有它的文本</translation>
        </message>
        <message>
            <source>Stays fixed</source>
            <translation>保持不变</translation>
        </message>
        <message>
            <source>How often texts with the phrase get the answer, and where that may lie with other texts</source>
            <translation>含有该短语的文本得到此回答的比例，以及换成其他文本时可能的范围</translation>
        </message>
        <message>
            <source>How often the other texts get the answer</source>
            <translation>其他文本得到此回答的比例</translation>
        </message>
        <message>
            <source>How often the answer stays when a random half of the other words is taken out</source>
            <translation>随机去掉一半其他词后回答仍不变的比例</translation>
        </message>
        <message>
            <source>Examples or exceptions</source>
            <translation>示例或例外</translation>
        </message>
        <message>
            <source>All answers</source>
            <translation>全部回答</translation>
        </message>
        <message>
            <source>Examples ({count})</source>
            <translation>示例（{count}）</translation>
        </message>
        <message>
            <source>Exceptions ({count})</source>
            <translation>例外（{count}）</translation>
        </message>
    </context>
    <context>
        <name>RunActions</name>
        <message>
            <source>“{run}” has the same weights as “{first}”, bit for bit.</source>
            <translation>“{run}”与“{first}”的权重逐位相同。</translation>
        </message>
        <message>
            <source>“{run}” has other weights than “{first}”: compare them to see whether it matters.</source>
            <translation>“{run}”与“{first}”的权重不同：请比较两者，看是否有影响。</translation>
        </message>
    </context>
    <context>
        <name>RunCheck</name>
        <message>
            <source>Measure again</source>
            <translation>重新测量</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>测量</translation>
        </message>
        <message>
            <source>It waits in the queue below.</source>
            <translation>正在下方队列中等待。</translation>
        </message>
        <message>
            <source>Measuring…</source>
            <translation>正在测量…</translation>
        </message>
    </context>
    <context>
        <name>RunChooser</name>
        <message>
            <source>Run</source>
            <translation>运行</translation>
        </message>
        <message>
            <source>The run to look at</source>
            <translation>要查看的运行</translation>
        </message>
    </context>
    <context>
        <name>RunPage</name>
        <message>
            <source>Close the message</source>
            <translation>关闭消息</translation>
        </message>
        <message>
            <source>Open Train</source>
            <translation>打开训练页</translation>
        </message>
    </context>
    <context>
        <name>RunsModel</name>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Method</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Time</source>
            <translation>用时</translation>
        </message>
        <message>
            <source>Starred</source>
            <translation>星标</translation>
        </message>
        <message>
            <source>{figure}, validation</source>
            <translation>{figure}（验证）</translation>
        </message>
        <message>
            <source>{figure}, test</source>
            <translation>{figure}（测试）</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>备注</translation>
        </message>
        <message>
            <source>starred</source>
            <translation>已加星标</translation>
        </message>
        <message>
            <source>not starred</source>
            <translation>未加星标</translation>
        </message>
        <message>
            <source>Value and its bootstrap 95 % interval</source>
            <translation>数值及其自助法 95 % 区间</translation>
        </message>
    </context>
    <context>
        <name>RunsPanel</name>
        <message>
            <source>Runs</source>
            <translation>运行</translation>
        </message>
        <message>
            <source>No runs yet. Each training becomes one, with its figures.</source>
            <translation>还没有运行。每次训练都会成为一个运行，并附上指标。</translation>
        </message>
        <message>
            <source>Evaluate</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>Go on from the checkpoint</source>
            <translation>从检查点继续</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Rename the run (F2)</source>
            <translation>重命名该运行（F2）</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>比较</translation>
        </message>
        <message>
            <source>Compare the selected runs: choose two or more with Ctrl or Shift</source>
            <translation>比较所选的运行：按住 Ctrl 或 Shift 选择两个或更多</translation>
        </message>
        <message>
            <source>More</source>
            <translation>更多</translation>
        </message>
        <message>
            <source>Use these settings</source>
            <translation>使用这些设置</translation>
        </message>
        <message>
            <source>Train again from its record</source>
            <translation>按记录重新训练</translation>
        </message>
        <message>
            <source>Train with two other seeds</source>
            <translation>用另外两个种子训练</translation>
        </message>
        <message>
            <source>Compare then shows how far the figure depends on chance</source>
            <translation>之后“比较”会显示该数值受偶然性影响的程度</translation>
        </message>
        <message>
            <source>Write a note</source>
            <translation>写备注</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>What it labelled…</source>
            <translation>它标注了什么…</translation>
        </message>
        <message>
            <source>Delete the run (Del); it can be undone</source>
            <translation>删除该运行（Del），可以撤销</translation>
        </message>
        <message>
            <source>Return opens a run in Evaluate, F2 renames it, Space stars it, Delete removes it</source>
            <translation>回车在“评估”中打开，F2 重命名，空格加星标，Delete 删除</translation>
        </message>
    </context>
    <context>
        <name>ScoreEditor</name>
        <message>
            <source>This is no number.</source>
            <translation>这不是数值。</translation>
        </message>
        <message>
            <source>Type a number and press Return.</source>
            <translation>输入数值后按回车。</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
    </context>
    <context>
        <name>ScrambleWeightsCheck</name>
        <message>
            <source>Does the highlight show what the model has learnt?</source>
            <translation>高亮是否反映模型学到的内容？</translation>
        </message>
        <message>
            <source>On a copy, the layers become random one after the other, and texts are explained again</source>
            <translation>在副本上逐层随机化，并重新解释文本</translation>
        </message>
        <message>
            <source>A bag of words has no layers to scramble: its highlight is the model itself.</source>
            <translation>词袋模型没有可打乱的层：它的高亮就是模型本身。</translation>
        </message>
        <message>
            <source>Not checked for this run yet. When the model's layers become random, its highlight must dissolve; one that stays was never about the model.</source>
            <translation>该训练尚未检查。当模型各层变为随机时，高亮应当消失；若仍保留，则它从未反映模型。</translation>
        </message>
        <message>
            <source>Likeness to the real highlight</source>
            <translation>与真实高亮的相似度</translation>
        </message>
        <message>
            <source>Likeness by the number of random layers: {steps}; by chance {chance}</source>
            <translation>按随机层数的相似度：{steps}；随机水平 {chance}</translation>
        </message>
        <message>
            <source>layers made random, from the top</source>
            <translation>自上而下随机化的层数</translation>
        </message>
        <message>
            <source>by chance</source>
            <translation>随机水平</translation>
        </message>
    </context>
    <context>
        <name>SealLine</name>
        <message>
            <source>This explanation could not be tested: {reason}</source>
            <translation>无法检验该解释：{reason}</translation>
        </message>
        <message>
            <source>Being tested: words are taken out and other methods are asked…</source>
            <translation>正在检验：去掉词语，并询问其他方法…</translation>
        </message>
        <message>
            <source>{seal} Click to see how it was tested.</source>
            <translation>{seal} 点击查看检验方式。</translation>
        </message>
    </context>
    <context>
        <name>SectionBoxes</name>
        <message>
            <source>Data</source>
            <translation>数据</translation>
        </message>
        <message>
            <source>Method</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>Figures with intervals</source>
            <translation>指标与置信区间</translation>
        </message>
        <message>
            <source>Figures of each label</source>
            <translation>各标签的指标</translation>
        </message>
        <message>
            <source>Figures of each type</source>
            <translation>各类型的指标</translation>
        </message>
        <message>
            <source>Figures of each class</source>
            <translation>各类别的指标</translation>
        </message>
        <message>
            <source>Types taken for each other</source>
            <translation>类型混淆情况</translation>
        </message>
        <message>
            <source>True and predicted scores</source>
            <translation>真实分数与预测分数</translation>
        </message>
        <message>
            <source>Confusion matrix</source>
            <translation>混淆矩阵</translation>
        </message>
        <message>
            <source>Calibration</source>
            <translation>校准</translation>
        </message>
        <message>
            <source>Beside other runs</source>
            <translation>与其他训练比较</translation>
        </message>
        <message>
            <source>The race it was in</source>
            <translation>所在的竞赛</translation>
        </message>
        <message>
            <source>Learning curves</source>
            <translation>学习曲线</translation>
        </message>
        <message>
            <source>Robustness</source>
            <translation>稳健性</translation>
        </message>
        <message>
            <source>Faithfulness of explanations</source>
            <translation>解释的忠实度</translation>
        </message>
        <message>
            <source>Examples with highlights</source>
            <translation>带高亮的示例</translation>
        </message>
        <message>
            <source>Scores furthest off</source>
            <translation>偏差最大的分数</translation>
        </message>
        <message>
            <source>Errors it was surest of</source>
            <translation>最有把握的错误</translation>
        </message>
        <message>
            <source>Limits</source>
            <translation>局限</translation>
        </message>
        <message>
            <source>This run has not been evaluated yet.</source>
            <translation>此训练尚未评估。</translation>
        </message>
        <message>
            <source>This run has not been compared with another: see Evaluate.</source>
            <translation>此训练尚未与其他训练比较：见“评估”。</translation>
        </message>
        <message>
            <source>This run was in no race with others.</source>
            <translation>此训练没有与其他训练一起竞赛。</translation>
        </message>
        <message>
            <source>This method has no learning curves.</source>
            <translation>该方法没有学习曲线。</translation>
        </message>
        <message>
            <source>Not measured for this run yet: see Evaluate.</source>
            <translation>尚未对此训练测量：见“评估”。</translation>
        </message>
        <message>
            <source>Not measured for this run yet: see Explain.</source>
            <translation>尚未对此训练测量：见“解释”。</translation>
        </message>
        <message>
            <source>No text of this run has been explained yet: see Explain.</source>
            <translation>此训练还没有解释过文本：见“解释”。</translation>
        </message>
    </context>
    <context>
        <name>SetUpPanel</name>
        <message>
            <source>How it works</source>
            <translation>方法说明</translation>
        </message>
        <message>
            <source>Read in plain words what this method does, when to take it and what it costs</source>
            <translation>用通俗的话说明此方法做什么、何时用、代价如何</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Theme</source>
            <translation>主题</translation>
        </message>
        <message>
            <source>Folder for new projects</source>
            <translation>新项目文件夹</translation>
        </message>
        <message>
            <source>Size of texts to read</source>
            <translation>阅读字号</translation>
        </message>
        <message>
            <source>After a training, find out which highlight method is faithful</source>
            <translation>训练结束后，检验哪种高亮方法最忠实</translation>
        </message>
        <message>
            <source>Takes about a minute while nothing else is to do, and stops for whatever you ask</source>
            <translation>空闲时进行，约一分钟；您一有别的请求就让出</translation>
        </message>
        <message>
            <source>Show the most faithful highlight as soon as it is there</source>
            <translation>最忠实的高亮算出后立即显示</translation>
        </message>
        <message>
            <source>The quickest one is shown first. Off: it stays until you choose another method</source>
            <translation>先显示最快的一种。关闭时：一直显示，直到您选择别的方法</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>SeveralLabels</name>
        <message>
            <source>Labels</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Another label</source>
            <translation>其他标签</translation>
        </message>
        <message>
            <source>Another label, then Return</source>
            <translation>输入其他标签后按回车</translation>
        </message>
    </context>
    <context>
        <name>ShortcutsPanel</name>
        <message>
            <source>Shortcuts</source>
            <translation>捷径词</translation>
        </message>
        <message>
            <source>Does a word decide that should not: a leaked label, a trace of one file, markup, a name? Each suspect is tested by taking it out of the texts.</source>
            <translation>有没有不该起作用的词在起作用：泄露的标签、某个文件的痕迹、标记、名称？每个可疑词都会从文本中去掉来检验。</translation>
        </message>
        <message>
            <source>Look for shortcuts</source>
            <translation>查找捷径词</translation>
        </message>
        <message>
            <source>Taking words out</source>
            <translation>去词检验</translation>
        </message>
        <message>
            <source>No word was found that decides and should not.</source>
            <translation>没有发现不该起作用却起了作用的词。</translation>
        </message>
        <message>
            <source>{count} suspects, the one on which most answers hang first</source>
            <translation>{count} 个可疑词，影响回答最多的在前</translation>
        </message>
        <message>
            <source>An answer changes when the score moves by more than the scores' own spread.</source>
            <translation>分数的变动超过分数自身的离散程度，才算回答改变。</translation>
        </message>
        <message>
            <source>Each text counts with its surest label.</source>
            <translation>每条文本按其最有把握的标签计算。</translation>
        </message>
        <message>
            <source>Each text counts with its surest entity.</source>
            <translation>每条文本按其最有把握的实体计算。</translation>
        </message>
        <message>
            <source>{count} texts are new or have changed since the search.</source>
            <translation>查找之后有 {count} 条文本新增或改动。</translation>
        </message>
        <message>
            <source>Search again</source>
            <translation>重新查找</translation>
        </message>
        <message>
            <source>Suspected words</source>
            <translation>可疑词</translation>
        </message>
        <message>
            <source>Word</source>
            <translation>词</translation>
        </message>
        <message>
            <source>Speaks for</source>
            <translation>支持</translation>
        </message>
        <message>
            <source>Why it is suspected</source>
            <translation>可疑的原因</translation>
        </message>
        <message>
            <source>Texts</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Answers that change: without it, random</source>
            <translation>改变的回答：去掉它／随机</translation>
        </message>
        <message>
            <source>To be struck: {words}. An argument trains the run on until struck words no longer count.</source>
            <translation>待划去：{words}。争辩会继续训练，直到划去的词不再起作用。</translation>
        </message>
        <message>
            <source>Texts with the word that were answered with the label</source>
            <translation>含有该词且回答为该标签的文本</translation>
        </message>
        <message>
            <source>Above: without the word. Below: without as many random other words.</source>
            <translation>上：去掉该词。下：随机去掉同样多的其他词。</translation>
        </message>
        <message>
            <source>Put the word on the list of an argument: it must not count</source>
            <translation>把该词放进争辩清单：它不该起作用</translation>
        </message>
        <message>
            <source>Texts that hang on “{word}” most</source>
            <translation>最依赖“{word}”的文本</translation>
        </message>
        <message>
            <source>Show those that are fine ({count})</source>
            <translation>显示没有问题的（{count}）</translation>
        </message>
        <message>
            <source>Do not strike</source>
            <translation>取消划去</translation>
        </message>
        <message>
            <source>Strike</source>
            <translation>划去</translation>
        </message>
        <message>
            <source>Suspect it again</source>
            <translation>重新怀疑</translation>
        </message>
        <message>
            <source>It is fine</source>
            <translation>没有问题</translation>
        </message>
        <message>
            <source>Kept in the project: the word is hidden here, also next time</source>
            <translation>保存在项目中：这里不再显示该词，下次也是</translation>
        </message>
        <message>
            <source>Nothing is suspected, or all of it is fine.</source>
            <translation>没有可疑词，或都没有问题。</translation>
        </message>
        <message>
            <source>It carries {share} of all that speaks for “{label}”.</source>
            <translation>支持“{label}”的得分中，它占 {share}。</translation>
        </message>
        <message>
            <source>Without it the probability falls by {drop}, without random words by {random}.</source>
            <translation>去掉它后概率下降 {drop}，随机去词后下降 {random}。</translation>
        </message>
        <message>
            <source>{share} of the training texts with it have this label.</source>
            <translation>含有它的训练文本中 {share} 带此标签。</translation>
        </message>
        <message>
            <source>{share} of the texts with it come from “{file}”.</source>
            <translation>含有它的文本中 {share} 来自“{file}”。</translation>
        </message>
        <message>
            <source>{flips} of {tested} answers change without it, {random} without random words</source>
            <translation>{tested} 个回答中，去掉它改变 {flips} 个，随机去词改变 {random} 个</translation>
        </message>
        <message>
            <source>struck</source>
            <translation>已划去</translation>
        </message>
        <message>
            <source>fine</source>
            <translation>没有问题</translation>
        </message>
    </context>
    <context>
        <name>SideTabs</name>
        <message>
            <source>Words</source>
            <translation>词语</translation>
        </message>
    </context>
    <context>
        <name>SourceChooser</name>
        <message>
            <source>Source model</source>
            <translation>源模型</translation>
        </message>
        <message>
            <source>Source models…</source>
            <translation>源模型…</translation>
        </message>
        <message>
            <source>See the installed models, add a folder, or find others on the hub</source>
            <translation>查看已安装的模型、添加文件夹，或在模型库中查找</translation>
        </message>
        <message>
            <source>{name} (bundled)</source>
            <translation>{name}（内置）</translation>
        </message>
    </context>
    <context>
        <name>SourceRow</name>
        <message>
            <source>{rows} rows · {encoding}</source>
            <translation>{rows} 行 · {encoding}</translation>
        </message>
        <message>
            <source>{rows} rows</source>
            <translation>{rows} 行</translation>
        </message>
        <message>
            <source>{count} not read</source>
            <translation>{count} 行未读取</translation>
        </message>
        <message>
            <source>Show the {count} rows of {name} that could not be read</source>
            <translation>显示 {name} 中无法读取的 {count} 行</translation>
        </message>
        <message>
            <source>Take {name} out of the project</source>
            <translation>从项目中移除 {name}</translation>
        </message>
    </context>
    <context>
        <name>Sources</name>
        <message>
            <source>{count} texts/s</source>
            <translation>{count} 条/秒</translation>
        </message>
        <message>
            <source>{done} of {total} MB</source>
            <translation>{done}/{total} MB</translation>
        </message>
        <message>
            <source>{rate} MB/s</source>
            <translation>{rate} MB/秒</translation>
        </message>
        <message>
            <source>{count} layers</source>
            <translation>{count} 层</translation>
        </message>
        <message>
            <source>{count} parameters</source>
            <translation>{count} 参数</translation>
        </message>
    </context>
    <context>
        <name>SourcesDialog</name>
        <message>
            <source>Source models</source>
            <translation>源模型</translation>
        </message>
        <message>
            <source>On this machine</source>
            <translation>本机</translation>
        </message>
        <message>
            <source>Model hub</source>
            <translation>模型库</translation>
        </message>
        <message>
            <source>On this machine or on the hub</source>
            <translation>本机或模型库</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message numerus="yes">
            <source>%n models, {size}</source>
            <translation>
                <numerusform>%n 个模型，{size}</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>StatusBar</name>
        <message>
            <source>memory {used} of {total} GB</source>
            <translation>内存 {used} / {total} GB</translation>
        </message>
        <message>
            <source>Engine is starting…</source>
            <translation>引擎正在启动…</translation>
        </message>
        <message numerus="yes">
            <source>%n threads</source>
            <translation>
                <numerusform>%n 线程</numerusform>
            </translation>
        </message>
        <message>
            <source>project {name}</source>
            <translation>项目 {name}</translation>
        </message>
        <message>
            <source>offline</source>
            <translation>离线</translation>
        </message>
        <message>
            <source>Nothing leaves this machine.</source>
            <translation>任何内容都不会离开本机。</translation>
        </message>
    </context>
    <context>
        <name>TaskChoice</name>
        <message>
            <source>All texts of a project have the same task.</source>
            <translation>同一项目的所有文本使用相同的任务。</translation>
        </message>
        <message>
            <source>What the texts have</source>
            <translation>文本的任务</translation>
        </message>
        <message>
            <source>Between the labels</source>
            <translation>标签之间的分隔符</translation>
        </message>
    </context>
    <context>
        <name>TextPanel</name>
        <message>
            <source>The answer appears here while you type.</source>
            <translation>输入时结果会显示在这里。</translation>
        </message>
        <message>
            <source>No entity was found in this text.</source>
            <translation>此文本中未找到实体。</translation>
        </message>
        <message>
            <source>One text</source>
            <translation>单条文本</translation>
        </message>
        <message>
            <source>A text to predict</source>
            <translation>要预测的文本</translation>
        </message>
        <message>
            <source>Type or paste a text</source>
            <translation>输入或粘贴文本</translation>
        </message>
        <message>
            <source>Probabilities</source>
            <translation>概率</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Entities that were found</source>
            <translation>找到的实体</translation>
        </message>
        <message>
            <source>Explain it</source>
            <translation>解释</translation>
        </message>
    </context>
    <context>
        <name>TextsList</name>
        <message>
            <source>Explain</source>
            <translation>解释</translation>
        </message>
        <message>
            <source>Open the text in Explain (Return)</source>
            <translation>在“解释”中打开该文本（回车）</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
    </context>
    <context>
        <name>TintControls</name>
        <message>
            <source>Hide below</source>
            <translation>隐藏低于</translation>
        </message>
        <message>
            <source>Hide the tints of words below this share of the strongest tint</source>
            <translation>不为强度低于该比例的词语着色（相对最深的颜色）</translation>
        </message>
        <message>
            <source>Patterns</source>
            <translation>图案</translation>
        </message>
        <message>
            <source>Patterns instead of colours: lines for, dots against</source>
            <translation>以图案代替颜色：斜线为支持，圆点为反对</translation>
        </message>
    </context>
    <context>
        <name>TrainPage</name>
        <message>
            <source>A training is running</source>
            <translation>正在训练</translation>
        </message>
        <message>
            <source>There are no labelled texts to learn from yet</source>
            <translation>还没有可供学习的标注文本</translation>
        </message>
        <message>
            <source>A training was interrupted and can go on</source>
            <translation>有一次训练被中断，可以继续</translation>
        </message>
        <message>
            <source>Finished runs: {count}</source>
            <translation>已完成的运行：{count} 个</translation>
        </message>
        <message>
            <source>No run has been trained yet</source>
            <translation>还没有训练过</translation>
        </message>
        <message>
            <source>Train</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Start training</source>
            <translation>开始训练</translation>
        </message>
        <message>
            <source>Start training (Ctrl+R)</source>
            <translation>开始训练（Ctrl+R）</translation>
        </message>
        <message>
            <source>Set-up</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Curves</source>
            <translation>曲线</translation>
        </message>
        <message>
            <source>Which method?</source>
            <translation>用哪种方法？</translation>
        </message>
        <message>
            <source>Race</source>
            <translation>竞赛</translation>
        </message>
        <message>
            <source>Set-up, curves, recommendation or race</source>
            <translation>设置、曲线、推荐或竞赛</translation>
        </message>
        <message>
            <source>Try the methods on a sample of your texts: a minute at most</source>
            <translation>在您的部分文本上试用各方法：最多一分钟</translation>
        </message>
        <message>
            <source>A model learns from texts that carry a label. Bring some first.</source>
            <translation>模型从带标签的文本中学习，请先导入一些。</translation>
        </message>
        <message>
            <source>Open Data</source>
            <translation>打开“数据”</translation>
        </message>
    </context>
    <context>
        <name>TrustPanel</name>
        <message>
            <source>Trust</source>
            <translation>可信度</translation>
        </message>
    </context>
    <context>
        <name>TrustSentences</name>
        <message>
            <source>{method} was more faithful on this run: {better} against {shown}.</source>
            <translation>{method}在该训练上更忠实：{better} 对 {shown}。</translation>
        </message>
        <message>
            <source>{method} was more faithful on this run, by {gain} in the erasure test.</source>
            <translation>{method}在该训练上更忠实，抹词检验高出 {gain}。</translation>
        </message>
        <message>
            <source>Not tested yet: how far this explanation can be trusted is not known.</source>
            <translation>尚未检验：还不知道该解释在多大程度上可信。</translation>
        </message>
        <message>
            <source>settling: other methods are being asked</source>
            <translation>尚在确认：正在询问其他方法</translation>
        </message>
        <message>
            <source>settling: a more faithful method is being asked</source>
            <translation>正在确认：正在用更忠实的方法计算</translation>
        </message>
        <message>
            <source>settled; dashed edge: most other methods say the opposite ({count})</source>
            <translation>已确认；虚线边框：多数其他方法的看法相反（{count} 个）</translation>
        </message>
        <message>
            <source>settled</source>
            <translation>已确认</translation>
        </message>
        <message>
            <source>settled: there was no other method to ask</source>
            <translation>已确认：没有其他方法可询问</translation>
        </message>
        <message>
            <source>settled: no word is disputed</source>
            <translation>已确认：没有词语有争议</translation>
        </message>
        <message>
            <source>{word}; most other methods say the opposite</source>
            <translation>{word}；多数其他方法的看法相反</translation>
        </message>
        <message>
            <source>Strongest words first: {words}.</source>
            <translation>由强到弱的词语：{words}。</translation>
        </message>
    </context>
    <context>
        <name>TrustText</name>
        <message>
            <source>This explanation</source>
            <translation>该解释</translation>
        </message>
        <message>
            <source>Being tested: words are taken out and other methods are asked…</source>
            <translation>正在检验：去掉词语，并询问其他方法…</translation>
        </message>
        <message>
            <source>No text is explained yet.</source>
            <translation>尚未解释任何文本。</translation>
        </message>
        <message>
            <source>Without the strongest words</source>
            <translation>去掉最强的词语</translation>
        </message>
        <message>
            <source>Not possible here: no word speaks for the decision, or there is no other to compare with.</source>
            <translation>此处无法检验：没有支持该判断的词语，或没有可比较的其他词语。</translation>
        </message>
        <message>
            <source>What falls when words are taken out</source>
            <translation>去掉词语后的下降</translation>
        </message>
        <message numerus="yes">
            <source>%n strongest word(s)</source>
            <translation>
                <numerusform>最强的 %n 个词</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n random word(s)</source>
            <translation>
                <numerusform>随机 %n 个词</numerusform>
            </translation>
        </message>
        <message>
            <source>How far the score falls without {words}, beside as many random words in {draws} draws.</source>
            <translation>去掉{words}后分数的下降，与 {draws} 次随机抽取同样多的词相比。</translation>
        </message>
        <message>
            <source>How far the probability falls without {words}, beside as many random words in {draws} draws.</source>
            <translation>去掉{words}后概率的下降，与 {draws} 次随机抽取同样多的词相比。</translation>
        </message>
        <message>
            <source>The answer changes; with random words out it changes in {share} of the draws.</source>
            <translation>答案改变；随机去词时，{share} 的抽取会改变答案。</translation>
        </message>
        <message>
            <source>The answer stays.</source>
            <translation>答案不变。</translation>
        </message>
        <message>
            <source>Rank correlation of the word scores with: {methods}.</source>
            <translation>词语分数与下列方法的秩相关：{methods}。</translation>
        </message>
        <message>
            <source>Faded in the text, since most say the opposite: {words}.</source>
            <translation>文本中已淡化，因为多数方法看法相反：{words}。</translation>
        </message>
        <message>
            <source>Do other methods agree?</source>
            <translation>其他方法是否一致？</translation>
        </message>
        <message>
            <source>Do the scores add up?</source>
            <translation>分数之和是否相符？</translation>
        </message>
        <message>
            <source>This method's scores need not add up, so there is nothing to check.</source>
            <translation>该方法的分数无需相加吻合，因此没有可检查的内容。</translation>
        </message>
        <message>
            <source>What the scores miss of what they explain (relative delta).</source>
            <translation>分数之和与所解释的量之间的差距（相对误差）。</translation>
        </message>
        <message>
            <source>Share of the scores on the model's own markers, which are no words of the text.</source>
            <translation>落在模型自身标记上的分数比例，这些标记不是文本中的词。</translation>
        </message>
        <message>
            <source>Scores on markers</source>
            <translation>落在标记上的分数</translation>
        </message>
        <message>
            <source>The model has read the whole text.</source>
            <translation>模型读完了整个文本。</translation>
        </message>
        <message>
            <source>Text behind the model's end, hatched; it had no influence.</source>
            <translation>超出模型长度的文本，以斜线标出，没有影响。</translation>
        </message>
        <message>
            <source>Not read</source>
            <translation>未读</translation>
        </message>
    </context>
    <context>
        <name>UnreadableDialog</name>
        <message>
            <source>Rows not read</source>
            <translation>未读取的行</translation>
        </message>
        <message>
            <source>{count} rows of {name} could not be read</source>
            <translation>{name} 中有 {count} 行无法读取</translation>
        </message>
        <message>
            <source>Nothing was dropped silently: mend these lines in the file and import it again.</source>
            <translation>没有任何一行被悄悄丢弃：请在文件中改正这些行，然后重新导入。</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>UnreadableModel</name>
        <message>
            <source>Line</source>
            <translation>行号</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>原因</translation>
        </message>
        <message>
            <source>As it stands in the file</source>
            <translation>文件中的原文</translation>
        </message>
    </context>
    <context>
        <name>UnreadableTable</name>
        <message>
            <source>Rows that could not be read</source>
            <translation>无法读取的行</translation>
        </message>
    </context>
    <context>
        <name>Welcome</name>
        <message>
            <source>Teach a language model your own question, and read why it decides.</source>
            <translation>让语言模型回答您自己的问题，并读懂它为何如此判断。</translation>
        </message>
        <message>
            <source>Open your file</source>
            <translation>打开您的文件</translation>
        </message>
        <message>
            <source>or drop it anywhere: CSV, TSV, JSONL, XLSX, a folder of texts</source>
            <translation>或拖放到任意位置：CSV、TSV、JSONL、XLSX、文本文件夹</translation>
        </message>
        <message>
            <source>Try the sample</source>
            <translation>试用示例</translation>
        </message>
        <message>
            <source>Customer messages, English</source>
            <translation>客户消息（英文）</translation>
        </message>
        <message>
            <source>Customer messages, Chinese</source>
            <translation>客户消息（中文）</translation>
        </message>
        <message>
            <source>Recent projects</source>
            <translation>最近的项目</translation>
        </message>
        <message>
            <source>Everything runs on this computer. Nothing leaves it.</source>
            <translation>一切都在本机运行，任何内容都不会离开。</translation>
        </message>
    </context>
    <context>
        <name>WordChip</name>
        <message>
            <source>{word}: take it away again</source>
            <translation>{word}：点击移除</translation>
        </message>
    </context>
    <context>
        <name>WordFilterBox</name>
        <message>
            <source>Any class</source>
            <translation>任意类别</translation>
        </message>
        <message>
            <source>Texts can be found by how much a word decided in them, once a run has explained all texts on the Corpus page.</source>
            <translation>某个运行在“语料”页解释过全部文本后，就可以按一个词对文本判断的作用大小来查找文本。</translation>
        </message>
        <message>
            <source>Open Corpus</source>
            <translation>打开“语料”</translation>
        </message>
        <message>
            <source>A word that decided</source>
            <translation>起作用的词</translation>
        </message>
        <message>
            <source>Only texts with this word</source>
            <translation>只看含有该词的文本</translation>
        </message>
        <message>
            <source>Only texts with this word, by its score in them (Return)</source>
            <translation>只看含有该词的文本，可按词的得分筛选（回车）</translation>
        </message>
        <message>
            <source>Explained by</source>
            <translation>解释所用</translation>
        </message>
        <message>
            <source>The run and the method that explained all texts</source>
            <translation>解释全部文本的运行和方法</translation>
        </message>
        <message>
            <source>Answered with</source>
            <translation>判断结果</translation>
        </message>
        <message>
            <source>Only texts that were answered with this class</source>
            <translation>只看被判断为该类别的文本</translation>
        </message>
        <message>
            <source>at least</source>
            <translation>不低于</translation>
        </message>
        <message>
            <source>Score at least</source>
            <translation>得分不低于</translation>
        </message>
        <message>
            <source>The word's score in the text, at least; empty: any</source>
            <translation>该词在文本中的得分下限（含）；留空则不限</translation>
        </message>
        <message>
            <source>below</source>
            <translation>低于</translation>
        </message>
        <message>
            <source>Score below</source>
            <translation>得分低于</translation>
        </message>
        <message>
            <source>The word's score in the text, below; empty: any</source>
            <translation>该词在文本中的得分上限（不含）；留空则不限</translation>
        </message>
    </context>
    <context>
        <name>WordUnits</name>
        <message>
            <source>Whole words</source>
            <translation>按词显示</translation>
        </message>
        <message>
            <source>Chinese, Japanese and Thai: words found by a small model instead of single characters. What the model reads stays the same; a corpus keeps its words until it is explained again.</source>
            <translation>中文、日文和泰文：用小模型切出的词代替单个字。模型读到的内容不变；语料的结果在重新解释之前保持原来的切分。</translation>
        </message>
    </context>
    <context>
        <name>WordsModel</name>
        <message>
            <source>Word</source>
            <translation>词</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>得分</translation>
        </message>
    </context>
    <context>
        <name>WordsPanel</name>
        <message>
            <source>Words</source>
            <translation>词语</translation>
        </message>
        <message>
            <source>{explained} of {documents} texts are explained. It goes on where it stopped.</source>
            <translation>{documents} 条文本中已解释 {explained} 条。会从停下的地方继续。</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Which words carry each answer over all your texts? Every text is explained once.</source>
            <translation>在您的全部文本中，哪些词支撑着每个回答？每条文本会被解释一次。</translation>
        </message>
        <message>
            <source>Explain all texts</source>
            <translation>解释全部文本</translation>
        </message>
        <message>
            <source>Explain new texts</source>
            <translation>解释新文本</translation>
        </message>
        <message>
            <source>Explain all again</source>
            <translation>全部重新解释</translation>
        </message>
        <message>
            <source>{explained} of {documents} texts explained · {method}</source>
            <translation>已解释 {documents} 条文本中的 {explained} 条 · {method}</translation>
        </message>
        <message>
            <source>{count} without anything to explain</source>
            <translation>{count} 条没有可解释的内容</translation>
        </message>
        <message>
            <source>positive raises the score</source>
            <translation>正值使分数升高</translation>
        </message>
        <message>
            <source>The run's model is another one now.</source>
            <translation>该训练的模型已经改变。</translation>
        </message>
        <message>
            <source>{count} texts are new or have changed since; they are not counted yet.</source>
            <translation>此后有 {count} 条文本新增或改动，尚未计入。</translation>
        </message>
        <message>
            <source>Explain them</source>
            <translation>解释它们</translation>
        </message>
        <message>
            <source>Words and phrases</source>
            <translation>词和短语</translation>
        </message>
        <message>
            <source>Phrases</source>
            <translation>短语</translation>
        </message>
        <message>
            <source>Words, phrases or both</source>
            <translation>词、短语或两者</translation>
        </message>
        <message>
            <source>Method of explaining</source>
            <translation>解释方法</translation>
        </message>
        <message>
            <source>Do again</source>
            <translation>重做</translation>
        </message>
        <message>
            <source>Drops what is kept by this method and explains the same texts once more. For texts that are new or have changed the other button is enough.</source>
            <translation>丢弃该方法已保存的结果，把同样的文本再解释一次。若只是有新增或改动过的文本，用旁边的按钮即可。</translation>
        </message>
        <message>
            <source>Class</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>The answer whose words are shown</source>
            <translation>显示哪个回答的词</translation>
        </message>
        <message>
            <source>Search (Return: in all texts)</source>
            <translation>搜索（回车：在全部文本中）</translation>
        </message>
        <message>
            <source>Search a word</source>
            <translation>搜索一个词</translation>
        </message>
        <message>
            <source>Words that carry the class</source>
            <translation>支撑该类别的词</translation>
        </message>
        <message>
            <source>Word</source>
            <translation>词</translation>
        </message>
        <message>
            <source>Mean score</source>
            <translation>平均得分</translation>
        </message>
        <message>
            <source>Texts</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Occurrences</source>
            <translation>出现次数</translation>
        </message>
        <message>
            <source>Of an occurrence, in the texts that were answered with this class: right speaks for it</source>
            <translation>在回答为该类别的文本中，一次出现的得分：向右表示支持</translation>
        </message>
        <message>
            <source>Texts with the word that were answered with this class</source>
            <translation>含有该词且回答为该类别的文本</translation>
        </message>
        <message>
            <source>In its context</source>
            <translation>在上下文中</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Explain</source>
            <translation>解释</translation>
        </message>
        <message>
            <source>Open the text in Explain (Return)</source>
            <translation>在“解释”中打开该文本（回车）</translation>
        </message>
        <message>
            <source>Choose a word to read it in its texts</source>
            <translation>选择一个词，在文本中阅读它</translation>
        </message>
        <message>
            <source>Reading…</source>
            <translation>正在读取…</translation>
        </message>
        <message>
            <source>“{word}” in its texts, the strongest {count}</source>
            <translation>文本中的“{word}”，最强的 {count} 条</translation>
        </message>
        <message>
            <source>“{word}” in {count} texts, where it speaks most first</source>
            <translation>{count} 条文本中的“{word}”，作用最大的在前</translation>
        </message>
    </context>
    <context>
        <name>WritingDialog</name>
        <message>
            <source>Waits for the job before it</source>
            <translation>等待前一个任务</translation>
        </message>
    </context>
</TS>
