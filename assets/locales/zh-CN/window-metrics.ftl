## 指标：序列及其图表。

metrics-title = { $count ->
    [0] 这 { $series } 条序列没有异常。
   *[other] { $series } 条序列中有 { $count } 项发现。
}
metrics-title-unscored = { $series } 条序列，均未评分。
metrics-title-held = { $series } 条序列中有 { $count } 项发现，另有 { $weaker } 项较弱的未计入。
metrics-filter = 筛选序列
metrics-filter-hint = 名称 {"{"}label="value"{"}"} 或关键词
metrics-changed = 此处的变化
metrics-to-logs = { $name } 的日志
metrics-scored = 已评分 { $scored } 条
metrics-shared = 共有标签：{ $labels }
metrics-charts = 第 { $first } 到 { $last } 条，共 { $total } 条
metrics-one = 单条序列
metrics-how-many = 同时显示的图表数
metrics-empty = 还没有可绘制的数据。
metrics-none = 没有匹配“{ $filter }”的序列。
metrics-none-help = 关键词须全部出现在名称或标签中；选择器须匹配完整的值。
metrics-none-of-class = 没有属于此类别的匹配序列。
metrics-clear = 显示所有序列
metrics-failed-works = 采样未受影响。现状和目录仍可使用。
metrics-open = 切换单图与多图
metrics-back = 返回多图
metrics-table = 以表格显示图表
metrics-picture = 将图表保存为图片
export-title = 将序列写入文件
export-which = 哪些序列
export-which-hint = 选择器或关键词，与筛选相同；留空表示全部序列。
export-format = 格式
export-csv = CSV
export-parquet = Parquet
export-openMetrics = OpenMetrics
export-period = 时段
export-period-range = 此范围
export-period-all = 全部
export-path = 文件
export-choose = 选择
export-write = 写入
export-about = 数值按存储原样写出，包括缺口和失效标记。此处写出的文件可原样导入。
export-done = 已将 { $series } 条序列的 { $samples } 个采样写入 { $path }。
last-week = 上周
ribbon = 异常条带
ribbon-title = { $kind }，第 { $grade } 级（共 3 级）
series-label = 序列，有发现的在前
series-what = 序列
series-since = { $time } { $kind }
chart-rate = 每秒
chart-at = { $time }
chart-no-data = 无数据
chart-empty = 此范围内没有采样。
chart-broken = 纵轴从 { $at } 开始
chart-said = { $entity } 的 { $metric }：最新 { $value }。{ $findings ->
    [0] 没有发现。
   *[other] { $findings } 项发现，第一项：{ $first }。
}
chart-drawn = { $samples } 个采样，以 { $points } 个点绘制，保留极值
chart-prove = 到数据源核对
chart-svg = 保存 SVG
chart-png = 保存 PNG
chart-time = 时间，{ $zone }
chart-value = 数值
picture-instead = 本机没有字体能在 PNG 中写出这些字符；图片已以 SVG 写入 { $path }。
picture-done = 图片已写入 { $path }。
prove-title = { $metric } 对应的请求
prove-copy = 复制命令
prove-copied = 命令已复制。
prove-about = 在终端中运行：它会直接向数据源请求相同的采样。其中不含密钥。
