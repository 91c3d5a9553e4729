# 方法对比：方法的名称，以及核心以数据形式给出的句子，窗口和终端共用。

## 方法
method-standard = Wardroom 默认方法
method-standard-about = 综合水平、时段、离散程度和突变：对序列一无所知时的选择。若历史大部分都不正常，则会失效。
method-seasonal-baseline = 季节基线
method-seasonal-baseline-about = 以该时段的平时值为预期：适合每天相似的序列。节律移动时，或形状变化仍在区间之内时会失效。
method-forest = 孤立森林
method-forest-about = 随机切分直到样本被孤立：擅长发现本身罕见的值。仅对其时段而言异常的值会漏掉。
method-extended-forest = 扩展孤立森林
method-extended-forest-about = 以任意角度切分：擅长发现数值与变化的罕见组合。与孤立森林一样会漏掉仅对其时段异常的值，而且更慢。
method-lof = 局部离群因子
method-lof-about = 比较样本周围与其近邻周围的密度：适合忙闲交替的序列。持续很久的异常会失效，因为其样本互为近邻。
method-dbscan = 密度（DBSCAN）
method-dbscan-about = 附近少有同类者视为噪声：适合状态分明时的单个离群点。各状态离散程度不同时会失效，因为只用一个密度。
method-knn = 最近邻
method-knn-about = 衡量与最近的同类样本相距多远：简单而稳定。异常重复出现时会失效，因为那时它有了近邻。
method-matrix-profile = 矩阵轮廓
method-matrix-profile-about = 找出形状与众不同的一段：擅长发现被打破的节律。没有形状的噪声，以及两次相同的故障会失效。
method-change-points = 变点
method-change-points-about = 找出水平从何处起持久改变：擅长发现发布后的偏移。对短暂的尖峰不作判断。
method-mstl = MSTL 余项
method-mstl-about = 去除趋势和各种季节后看余下部分：适合多种节律叠加。历史太短或节律移动时会失效。
method-peers = 同类比较
method-peers-about = 比较同一事物的各个副本：擅长发现表现不同的那一个。全部同时出错时不会报警。

## 对比
compare-lead-best = 以您的标记衡量，{ $method }最好：{ $marked } 个窗口中找到 { $found } 个，其告警中的样本有 { $precision } % 正确，每周 { $alarms } 次告警。
compare-lead-found = { $method }找到的标记最多：{ $marked } 个窗口中找到 { $found } 个，每周 { $alarms } 次告警。
compare-lead-none-found = { $n } 种方法都没有找到标记为真实的 { $marked } 个窗口。
compare-lead-unmarked = { $n } 种方法用于 { $series } 条序列，{ $method }最安静，每周 { $alarms } 次告警；最吵的有 { $most } 次。没有标记为真实的发现，因此只能比较告警和用时。
compare-lead-silent = { $n } 种方法在 { $series } 条序列上都没有告警。没有标记为真实的发现，因此只能比较耗时。
compare-lead-not-scored = 没有方法能为这些序列评分。
compare-note-limits = 每种方法按自身的界限告警，该界限不依赖标记；评分时已知所示的全部时间。
compare-note-marks = 窗口是标记为真实的发现和时间窗口：没有人标记的不在其中。
compare-note-unmarked-false = 未作说明的告警算作误报。
compare-note-unmarked-left = 未作说明的告警既不算正确，也不算误报。
compare-note-no-expected = 没有标记为预期的发现，因此无法说明误报和精确率。
compare-note-slow = 较慢的方法（{ $methods }）只用于 { $of } 条序列中的 { $n } 条，有标记的优先：其告警、命中和用时只涉及这些序列。
compare-note-refused = { $n } 条序列至少有一种方法未评分：{ $reason }
compare-note-left-out = { $n } 条序列未计入：{ $reason }
job-compare = 正在对比方法
error-method-unknown = 没有方法“{ $method }”。请选择其一：{ $known }。
error-compare-no-series = { $choice ->
    [entity] 没有属于“{ $entity }”且在该时间内有样本的序列。请选择其他实体或其他时间。
    [both] 没有属于“{ $entity }”、匹配“{ $filter }”且在该时间内有样本的序列。请选择其他实体或其他过滤条件。
    [filter] 没有匹配“{ $filter }”且在该时间内有样本的序列。
   *[none] 没有在该时间内有样本的序列。请选择其他时间。
}

## 一个实体的序列合在一起
group-score-lead = { $entity } 的 { $series } 条序列合在一起偏离了 { $alarms } 次，最明显的在 { $at }。
group-score-lead-none = { $entity } 的 { $series } 条序列合在一起从未偏离常态。
group-score-alarm = { $what } 占其中 { $share }
group-score-alarm-two = { $what } 占其中 { $share }，{ $second } 占 { $part }
group-score-alarm-none = 没有哪条序列单独起主要作用
group-score-note-rows = 每条序列与自身全部历史（包括之后的）相比所得分数的平均，行距 { $step }；1 左右开始告警。
group-score-note-now = 不存储任何内容，也不会进入“现状”：整个环境中组合误报的频率尚未测量。
job-group-score = 正在合并评分
error-group-score-no-series = { $choice ->
    [entity] 没有属于“{ $entity }”且有样本的序列。请选择其他实体。
    [both] 没有属于“{ $entity }”、匹配“{ $filter }”且有样本的序列。请选择其他实体或其他过滤条件。
   *[none] 没有指定实体。请指定要合并评分的服务、主机或其他实体。
}
error-group-score-few = 合并评分至少需要两条可评分的序列；{ $entity } 有 { $usable } 条。{ $reason ->
    [constant] 其余大多从未变化：请选择有变化序列的实体。
    [too_short] 其余大多历史太短：请等每条至少有 30 个样本，或导入更多数据。
    [empty] 其余大多没有可判断的值：请同步或导入更多数据。
   *[other] 请单独查看该序列，或选择序列更多的实体。
 }
error-group-score-large = { $entity } 的序列共有 { $millions } 百万个值，最多可合并评分 { $most } 百万个。请用过滤条件减少序列。

## 方法的账单
bill-proof-method = { $method } · 已评分 { $series } 条序列，{ $history } 历史，评分时已知全部历史
bill-scale-method = 灵敏度为 20 时，该方法的每次告警都会呼叫；为 10 时分数须达到其界限的两倍，为 5 时须达到四倍。
bill-kept = 工作区保留的检测器是{ $method }，灵敏度 { $sensitivity }。
bill-kept-here = 这些序列单独保留灵敏度 { $sensitivity }，不随工作区。
bill-kept-here-method = 这些序列单独保留的检测器是{ $method }，灵敏度 { $sensitivity }，不随工作区。
error-bill-not-kept = 没有为这些序列保留检测器。wardroom bill --kept 列出已保留的。
error-bill-kept-unreadable = 无法读取为部分序列保留的检测器：可能由更新版本的 Wardroom 写入。它们保持原样；如需更改，请用该版本打开工作区。
terminal-bill-none-kept = 没有保留检测器；按默认检测器和默认灵敏度呼叫。
terminal-bill-all = 全部序列

## 终端
terminal-compare-head = 方法、找到的窗口、误报、精确率、召回率、F1、中位延迟（分钟）、每周告警、用时（秒）：
terminal-compare-proof = { $of } 条序列中评分 { $n } 条，{ $history } 历史。
terminal-detect-method = { $method }：{ $of } 条序列中有 { $n } 条已评分，{ $alarms } 次告警；不存储任何内容。
terminal-detect-more = 另有 { $n } 条，可用 --json 全部打印
terminal-detect-selector = SELECTOR 与 --method 或 --together 一起使用：都不加时对全部序列评分并存储发现。
terminal-together-proof = { $of } 条序列中有 { $n } 条合并评分，{ $rows } 行，{ $history } 历史，用时 { $took }。
