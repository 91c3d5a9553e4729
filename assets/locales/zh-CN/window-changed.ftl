## 指标：用 PromQL 提问、窗口内的变化、会触发多少呼叫，以及人对发现的标注。

## 表达式及其结果
promql = PromQL
promql-how = 查询序列的方式
promql-filter = 筛选
promql-focus = 用 PromQL 提问
promql-field = PromQL 表达式；按向上键取回之前的表达式
promql-hint = sum by (job) (rate(name{"{"}label="value"{"}"}[5m]))
promql-run = 运行
promql-run-key = 运行表达式
promql-when = 时刻
promql-over = 窗口
promql-end = 窗口末端
promql-valid = 有效
promql-facts = { $count ->
   *[other] { $series } 条序列
}，读取 { $samples } 个样本，{ $took } 毫秒
promql-facts-live = { $count ->
   *[other] { $series } 条序列
}，服务器返回 { $samples } 个值，{ $took } 毫秒
promql-step = 每 { $step }一个值
promql-about = 由已存储的样本回答，不询问服务器。
promql-about-live = 询问来源的服务器，不存储任何内容。
promql-by = 由谁回答
promql-stored = 已存储
promql-server = 服务器
promql-ask-server = 询问服务器
promql-ask-source = 询问 { $name }
promql-any-source = 仅 { $name }。改为询问所有来源
promql-title = 用 PromQL 提问，由已存储的样本回答。
promql-title-over = { $count ->
   *[other] { $start } 到 { $end } 之间有 { $series } 条序列。
}
promql-title-at = { $count ->
   *[other] { $time } 有 { $series } 条序列。
}
promql-title-value = { $time } 的值为 { $value }。
promql-series = 结果中的序列
promql-values = 数值
promql-line = 线条
promql-drawn = 已绘制
promql-last = 最新值
promql-unnamed = 无标签
promql-drawn-all = { $count ->
   *[other] 已绘制 { $count } 条序列
}
promql-drawn-of = 已绘制 { $total } 条序列中的第 { $first } 至 { $last } 条，即列表当前行所在的一组
promql-drawn-before = 前 { $n } 条
promql-drawn-next = 后 { $n } 条
promql-drawn-first = 已是最前一组。
promql-drawn-last = 已是最后一组。
promql-not-finite = { $count ->
   *[other] { $values } 个值为 NaN 或无穷大，未绘制
}
promql-nothing-finite = 没有可绘制的值。
promql-apart-label = 合为一图或每条序列一图
promql-together = 合为一图
promql-apart = 每条一图
promql-apart-key = 切换合为一图与每条一图
promql-table = 以表格显示结果
promql-chart-said = { $title }：{ $count ->
   *[other] { $series } 条序列
}，从 { $low } 到 { $high }。
promql-history = 之前的表达式
promql-history-none = 还没有询问过此工作区。
promql-none = 还没有运行表达式。
promql-none-help = 在上方写一个表达式并按 Ctrl Enter，或从列表中选中的序列开始。
promql-no-series = { $start } 到 { $end } 之间没有序列有值。
promql-no-series-stored = 此窗口内没有存储表达式所指的任何数据。请检查名称和标签，选择另一个窗口，或询问服务器：它可能有未取来的数据。
promql-no-series-help = 表达式可以识别。请检查名称和标签，或选择另一个窗口。
promql-refused = 已存储的样本无法回答此表达式。
promql-refused-live = 没有服务器能回答此表达式。
promql-refused-live-help = 原因显示在输入框下方。也可以改为询问已存储的样本。
promql-refused-help = 原因见输入框下方。此处可回答的内容列在 docs/promql.md 中。
promql-of-before = 保留上一次的结果：{ $expression }
promql-stop = 停止表达式

## 人对发现的标注
say-group = 标注：{ $what }
say-of = { $what }：{ $verdict }
say-real = 确有问题
say-once = 仅此次属预期
say-weekly = 每个{ $day }
say-always = 此处一直如此
say-maintenance = 此窗口为维护
say-window = 标注此窗口：{ $what }
say-window-series = 此序列确有问题
say-window-entity = { $entity } 确有问题
say-window-key = 此窗口在 { $what } 上确有问题
say-undo = 撤销
say-undo-this = 撤销标注
say-undo-last = 撤销标注：{ $what }
say-done = 已保存，从现在起生效。
say-undone = 已撤销。
say-busy = 正在保存上一个标注。
say-failed-works = 发现和图表仍可使用。
said-title = 你的标注
said-count = { $count ->
   *[other] { $count } 个标注，新的在前
}
said-none = 还没有标注过任何发现。
said-none-help = 将发现标注为确有问题或属于预期；之后的结果会照此处理。

## 窗口内的变化
whatchanged-open = 此处发生了什么变化？
whatchanged-brushed = 窗口为 { $start } 到 { $end }。
whatchanged-title = { $start } 到 { $end } 之间发生了什么变化？
whatchanged-lead = { $count ->
   *[other] { $start } 到 { $end } 之间，{ $judged } 条序列中有 { $changed } 条发生了变化。
}
whatchanged-things = { $count ->
   *[other] 它们属于 { $count } 个对象。
}
whatchanged-things-first = { $count ->
    [1] 它们都属于 { $first }。
   *[other] 它们属于 { $count } 个对象；{ $first } 最先变化。
}
whatchanged-things-quiet = { $count ->
    [1] 它们都属于 { $first }。
   *[other] 它们属于 { $count } 个对象；{ $first } 最先没有数据。
}
whatchanged-took = { $took } 秒内完成排序
whatchanged-against = 与各序列自身的过去及其同类比较
whatchanged-not-judged = { $count ->
   *[other] { $series } 条序列无法判断
}
whatchanged-busy = 正在重新排序
whatchanged-back = 返回 { $start } → { $end }
whatchanged-back-key = 返回之前的范围
whatchanged-earlier = 更早的窗口
whatchanged-leave = 返回序列
whatchanged-score = 意外程度
whatchanged-series = { $count ->
   *[other] { $count } 条序列
}
whatchanged-select = 在整个窗口中选择 { $name }
whatchanged-select-key = 在整个窗口中选择此行所属的对象
whatchanged-expected = 属于预期，不参与排序
whatchanged-expected-cut = 仅列出 { $all } 个中最异常的 { $shown } 个；选择一个对象可查看它的全部。
whatchanged-begun = 在此开始，不参与排序
whatchanged-begun-cut = 列出 { $all } 条中最先开始的 { $shown } 条。
whatchanged-refused = 未判断
whatchanged-peer = 与同类不同
whatchanged-charts-coming = 排序完成后显示图表
whatchanged-charts = { $count ->
    [0] 没有图表
    [1] 1 张图表
   *[other] { $all } 张图表中的 { $drawn } 张
}
whatchanged-order = 选中的在前，其余按意外程度
whatchanged-side = 呼叫账单与标注
whatchanged-of = { $entity }，{ $metric }
whatchanged-kind-at = { $kind }，{ $time }
whatchanged-usual = 窗口之前 { $usual }，窗口内 { $seen }；已考虑一天中的时刻。
whatchanged-band = 该发现以其发生时的区间衡量，与“现状”一致：平时 { $low } 到 { $high }。
whatchanged-parts = 它偏离同类 { $sigmas } 个稳健标准差。
whatchanged-with-peers = 它与同类的距离为 { $sigmas } 个稳健标准差。
whatchanged-no-finding = 检测器在此处没有发现。如果确实有问题，可以标注该窗口；账单和比较会据此统计它是否被找到。
whatchanged-none-help = 请选择另一个窗口，或更长的窗口。
whatchanged-under-way = 已完成 { $done } / { $total } 条序列
whatchanged-stop = 停止排序
whatchanged-stopped = 排序已停止。
whatchanged-stopped-help = 没有改变任何内容。

## 这会叫醒我吗？
woken-title = 这会叫醒你吗？
woken-history = 你最近的 { $span }
woken-fewer = 更少
woken-more = 更多
woken-sensitivity = 灵敏度
woken-pages = 每周呼叫
woken-found = 找到的真实窗口
woken-delay = 延迟中位数
woken-of = { $found } / { $marked }
woken-none-marked = 无标注
woken-curve = 每周 { $pages } 次呼叫；{ $marked } 个真实窗口中找到 { $found } 个
woken-curve-label = 各灵敏度下的每周呼叫次数和找到的真实窗口
woken-found-key = 找到的真实窗口
woken-pages-key = 每周呼叫
woken-score = 意外程度达到 { $score } 即呼叫；{ $pages } 次呼叫中有 { $unmarked } 次不属于任何标为真实的窗口。
woken-keep = 保留此灵敏度
woken-keep-for = 为 { $entity } 保留
woken-kept-for = 已为 { $entity } 保留灵敏度 { $sensitivity }。
woken-kept-list = 不随工作区、单独保留的
woken-kept-one = { $scope }：{ $method }，灵敏度 { $sensitivity }
woken-forget = 不再为 { $scope } 单独保留
woken-kept = 灵敏度 { $sensitivity } 已保存在工作区中。
woken-is-kept = 当前保留的就是此灵敏度。
woken-real = 此窗口确有问题
woken-detect = 为序列评分
woken-failed-works = 排序和图表仍可使用。
