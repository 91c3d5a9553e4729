# 关于对已存储样本执行 PromQL 以及询问服务器的句子：窗口与终端相同。

## 结果的依据
query-proof = 依据 { $source } 的 { $series } 条序列中已存储的 { $samples } 个样本，按 { $told } 的规则：窗口{ $window }。
query-proof-imported = 依据 { $source } 的 { $series } 条序列中已存储的 { $samples } 个样本，与所有导入和模拟的数据一样按 Prometheus { $major } 的规则：窗口{ $window }。
query-proof-assumed = 依据 { $source } 的 { $series } 条序列中已存储的 { $samples } 个样本；来源没有说明其 Prometheus 版本，因此按 Prometheus { $major } 的规则：窗口{ $window }。
query-proof-nothing = 没有读取任何已存储的内容；规则为 Prometheus { $major } 的规则：窗口{ $window }。
query-as-of = 按 { $date } 时的所知：之后才得知的样本不计在内。按哪套规则回答，取决于现在所知的数据源版本。
query-proof-live = 由 { $source }（{ $server }，{ $told }）于 { $at } 回答；没有存储任何内容。
query-proof-live-unnamed = 由 { $source }（{ $server }，未说明自己是什么）于 { $at } 回答；没有存储任何内容。
query-window-closed = 两端都包含
query-window-open = 不含左端

## 无法识别的表达式
error-query-syntax = 第 { $column } 列：“{ $found }”所在处{ $expected ->
    [expression] 应为表达式
    [operator] 应为运算符或结尾
    [duration] 应为时长，例如 5m
    [number] 应为数字或时长
    [moment] 应为时刻：秒数、start() 或 end()
    [label] 应为标签名
    [match_operator] 应为 =、!=、=~ 或 !~
    [quoted] 应为带引号的文本
    [closing_quote] 开始了一段没有结束引号的文本
    [escape] 开始了未知的转义；要表示反斜杠请写两个
    [comma_or] 应为“,”或“{ $text }”
   *[text] 应为“{ $text }”
}。
error-query-ends = 第 { $column } 列：表达式在此结束，而此处{ $expected ->
    [expression] 应为表达式
    [operator] 应为运算符
    [duration] 应为时长，例如 5m
    [number] 应为数字
    [moment] 应为时刻：秒数、start() 或 end()
    [label] 应为标签名
    [match_operator] 应为 =、!=、=~ 或 !~
    [quoted] 应为带引号的文本
    [closing_quote] 应为结束引号
    [escape] 应为转义
    [comma_or] 应为“,”或“{ $text }”
   *[text] 应为“{ $text }”
}。
error-query-unknown-function = 第 { $column } 列：没有函数 { $name }。请检查拼写。
error-query-refused = 第 { $column } 列：{ $name } 不能用已存储的样本回答。请让服务器回答（终端中为 --live）；能回答的见 docs/promql.md。
error-query-type = 第 { $column } 列：{ $of } 接受 { $wanted }，不接受 { $got }。
error-query-arguments = 第 { $column } 列：{ $of } { $wanted ->
    [none] 不接受参数
    [one] 接受 1 个参数
    [range] 接受 { $least } 到 { $most } 个参数
    [least] 接受至少 { $least } 个参数
   *[many] 接受 { $least } 个参数
}，而不是 { $got } 个。
error-query-pattern = 第 { $column } 列：“{ $pattern }”不是正则表达式。
error-query-rule = 第 { $column } 列：{ $rule ->
    [empty_selector] 选择器需要名称，或一个空值不能通过的匹配条件
    [named_twice] 指标名称出现了两次
    [not_a_selector] 范围、offset 与 @ 只能跟在选择器后面
    [range_comes_first] 范围要写在 offset 与 @ 之前
    [set_twice] offset 与 @ 各只能出现一次
    [bool_without_comparison] bool 只用于比较
    [comparison_needs_bool] 两个数字的比较需要在运算符后写 bool
    [set_of_scalars] and、or、unless 用于序列，不用于数字
    [matching_of_scalars] on 与 ignoring 用于两侧都是序列的运算
    [grouped_set] group_left 与 group_right 不能用于 and、or、unless
    [label_twice] 同一标签不能既在 on 中又在 group_left 或 group_right 中
   *[moment_out_of_bounds] @ 后的时刻超出范围
}。
error-query-too-deep = 第 { $column } 列：表达式太长或嵌套太深。请拆开。
error-query-step = “{ $text }”不是步长。请写时长，例如 30s 或 1h30m，或者秒数。

## 没有结果的表达式
error-query-sources = 有多个来源含有所查内容：{ $names }。请指定一个。
error-query-no-source = 没有名为 { $name } 的指标来源。
error-query-live-file = { $name } 是文件，背后没有服务器。请询问已存储的样本。
error-query-live-simulated = { $name } 是模拟的，背后没有服务器。请询问已存储的样本。
error-query-live-nobody = 此工作区没有可询问的服务器。请添加 Prometheus，或询问已存储的样本。
error-query-live-sources = 有多个服务器可以询问：{ $names }。请指定一个。
error-query-live-as-of = 服务器只知道现在，不能按某一时刻询问。请询问已存储的样本。
error-query-live-elsewhere = 此工作区来自其他机器或位置，{ $name } 的服务器只由它指定。请先持续跟踪 { $name } 以表示信任，或询问已存储的样本。
error-query-not-unique = { $side ->
    [left] 左侧
   *[right] 右侧
}的 { $first } 与 { $second } 都匹配 { $group }。请先聚合这一侧，或用更多标签匹配。
error-query-many-to-one = 对于 { $group }，一侧的多条序列匹配另一侧的同一条。若本意如此，请写 group_left 或 group_right。
error-query-grouping = { $labels } 出现了多次：group_left 或 group_right 后的标签不足以区分结果。
error-query-same-labels = { $labels } 出现了多次。请保留能区分序列的标签。
error-query-label-name = “{ $name }”不能作为标签名。
error-query-bad-pattern = “{ $pattern }”不是正则表达式。
error-query-count = { $value } 不是序列的数目。
error-query-not-over-range = { $got } 只在单个时刻有结果。请去掉时间范围。
error-query-no-steps = 范围的结束早于开始，或步长不大于零。
error-query-too-many-values = 计算过程中的值会超过 { $limit } 个。请选择更少的序列或更大的步长。
error-query-too-many-samples = 需要读取约 { $n } 个样本，上限是 { $limit }。请选择更少的序列或更短的时间。

## 终端
terminal-query-none-asked = 还没有询问过此工作区。
terminal-query-empty = 此时没有匹配的序列。
