## 指标：方法对比、小图墙、序列类别与表达式单位。

## 方法对比
methods-open = 比较方法
methods-title = 哪种方法适合这些序列？
methods-about = 每种方法查看相同的已存序列；不保存任何结果，也不询问数据源。
methods-choose = 方法
methods-chosen = { $chosen } / { $all }
methods-all = 全选
methods-no = 全不选
methods-series = 用于比较的序列
methods-over = 时间
methods-history = 全部历史
methods-window = 当前窗口
methods-strict = 未被标注的告警算作误报
methods-run = 比较
methods-stop = 停止比较
methods-none-chosen = 请至少选择一种方法。
methods-none = 尚未进行比较。
methods-none-help = 选择方法与序列，然后开始比较。全部序列与全部历史可能需要数分钟；可以随时停止。
methods-begins = 正在读取序列
methods-under-way = 第 { $done } 步，共 { $total } 步
methods-under-way-left = { $done } / { $total }，剩余 { $left }
methods-stopped = 比较已停止。
methods-refused-help = 请选择其他方法、序列或时间。
methods-scored = { $series } 条序列中有 { $scored } 条已评分
methods-range = { $start } 至 { $end } { $zone }
methods-marked = 以 { $count } 个标注为真实的窗口衡量
methods-unlabelled = 没有窗口被标注为真实，因此只能统计告警数量。
methods-side = 在一条序列上并排对比
methods-no-sample = 没有序列可以评分，因此没有绘图。
methods-table = 以表格显示告警
methods-label = 方法，最佳者在前
methods-method = 方法
methods-alarms = 每周告警
methods-found = 找到
methods-false = 误报
methods-f1 = F1
methods-delay = 延迟中位数
methods-took = 用时
methods-refused = { $series } 条序列被拒绝
methods-source = 出处
methods-source-key = 方法的出处
methods-quality = 精确率 { $precision }，召回率 { $recall }；共 { $alarms } 次告警。
methods-alarms-label = 所绘序列上的告警
methods-start = 开始，{ $zone }
methods-end = 结束
methods-score = 得分
methods-drawn-said = { $name }，其下为 { $count } 种方法：{ $parts }。
methods-drawn-part = { $method } { $count ->
    [0] 无告警
   *[other] { $count } 次告警
}
methods-join = ，

## 一个实体的序列合在一起
together-open = 序列合并评分
together-label = { $entity } 的序列合在一起
together-close = 关闭合并评分
together-stop = 停止评分
together-stopped = 评分已停止。
together-under-way = 已评分 { $done } / { $total } 条序列
together-limit = 告警起点
together-alarms = 告警的分数与时间
together-alarms-some = { $count } 次告警中分数最高的 { $shown } 次
together-alarm = { $start }，持续 { $length }；其中 { $core } 行明显偏离
together-parts = { $time } 时由哪些序列造成
together-series = 查看 { $name }
together-look = 查看该时间
together-proof = { $series } 条序列中的 { $scored } 条，{ $start } 至 { $end } { $zone }
together-refused = { $count } 条序列未计入：{ $reason }

## 某种方法的呼叫账单
woken-detector = 检测器
woken-detector-own = 当前检测器及已有标注

## 已作标注
say-maintenance-here = 其间为维护

## 小图墙
many-title = { $series } 条序列的小图
many-label = { $series } 张小图
many-down = 下移一行图
many-up = 上移一行图
many-left = 上一张图
many-right = 下一张图

## 序列类别
series-class-constant = 恒定
series-class-sparse = 稀疏
series-class-counter-like = 类计数器
series-class-stepped = 阶梯
series-class-seasonal = 周期
series-class-bursty = 突发
series-class-trending = 趋势
series-class-wandering = 漂移
series-class-stationary = 平稳
series-class = 序列类别
series-class-all = 所有类别
series-class-count = { $class } · { $n }

## 表达式单位
promql-unit = 单位为{ $unit }，由名称得出
promql-unit-seconds = 秒
promql-unit-bytes = 字节
promql-unit-ratio = 占比
promql-unit-celsius = 摄氏度
promql-unit-bytes-per-second = 字节每秒
promql-unit-per-second = 次每秒
