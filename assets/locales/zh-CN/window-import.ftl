## 导入：在您确认之前不存储任何内容。

import-lead-empty = 尚无可导入的文件。
import-rest-empty = 将文件拖入本窗口，或浏览选取。
import-lead-waiting = 尚未存储任何内容。
import-lead-storing = 正在存储。
import-lead-stored = { $count ->
   *[other] { $count } 个文件已进入工作区。
}
import-rest-reading = { $count ->
   *[other] 正在读取 { $count } 个文件。
}
import-rest-ready = { $count ->
   *[other] { $count } 个文件已就绪。
}
import-rest-asking = { $count ->
   *[other] { $count } 个有疑问待答。
}
import-rest-refused = { $count ->
   *[other] { $count } 个被拒绝。
}
import-rest-storing = { $count ->
   *[other] { $count } 个文件正在入库。
}
import-crumb = 导入文件
import-verdict-reading = 读取中
import-verdict-ready = 就绪
import-verdict-asking = 待答
import-verdict-refused = 已拒绝
import-verdict-failed = 未读取
import-verdict-importing = 入库中
import-verdict-imported = 已入库
import-files = 文件
import-file = 文件 { $name }
import-show = 查看
import-layout = 布局
import-long = 长表
import-wide = 宽表
import-series = { $count ->
   *[other] { $count } 条序列
}
import-series-about = 约 { $count } 条序列
import-samples = { $count } 个样本
import-samples-about = 约 { $count } 个样本
import-of-rows = 共 { $rows } 行
import-of-rows-about = 约共 { $rows } 行
import-no-range = 无时间
import-range-unread = 全部读完后才知道终点
import-range = { $start } 至 { $end }
import-range-note = 时间范围，{ $zone }
import-bytes-note = 约占工作区
import-columns-count = { $count ->
   *[other] 来自 { $count } 列
}
import-before = 此文件曾导入过。名称相同时，相同内容不会重复存储。
import-columns = 列的理解
import-columns-note = 均可更改，预览随之更新
import-rereading = 正在重新读取
import-col-column = 列
import-col-role = 角色
import-col-understood = 理解为
import-col-first = 首个值
import-role-of = { $column } 的角色
import-role-time = 时间
import-role-name = 名称
import-role-label = 标签
import-role-value = 值
import-role-kind = 类型
import-role-unit = 单位
import-role-left-out = 忽略
import-first-rows = 前几行
import-first-rows-note = { $shown } / { $rows }
import-bad = { $count ->
   *[other] { $count } 行有误
}
import-bad-note-leave = 不导入，连同行列号记入导入记录
import-bad-note-refuse = 只要存在这些行，就拒绝该文件
import-bad-choice = 如何处理有误的行
import-bad-leave = 略过这些行
import-bad-refuse = 拒绝该文件
import-bad-more = { $count ->
   *[other] 另有 { $count } 行未显示。
}
import-col-line = 行
import-col-nth = 列
import-col-text = 原文
import-col-problem = 错误原因
import-col-then = 处理
import-then-left-out = 略过
import-then-refused = 拒绝文件
import-question = 应是哪一种？
import-question-lead = 这些日期有两种读法：
import-day-first = 日在前
import-month-first = 月在前
import-zone = 时区
import-zone-hint = 用于未写明时区的时间。
import-zone-none = 未选择
import-zone-utc = 按 UTC 读取
import-zone-local = 按本机时区 { $zone } 读取
import-no-guess = 不替您猜测：此文件等待作答，其他文件不受影响。
import-refused-help = 未存储其中任何内容。请修改文件后重新读取，或选择另一个文件。
import-refused-cure = 未存储其中任何内容。请在下方选择其他列，或修改文件后重新读取。
import-another = 选择另一个文件
import-remove = 从列表移除
import-read-again = 重新读取
import-what = 可读取的格式
import-what-body = CSV 与 Parquet（长表或宽表）、JSON Lines、OpenMetrics 文本；文本也可用 gzip 或 Zstandard 压缩。Wardroom 导出的内容可原样读回。
import-drop-title = 将文件拖到此处
import-drop-body = 入库之前先给您逐个预览。
import-browse = 浏览
import-path = 文件路径
import-preview = 预览
import-more = 添加文件
import-progress = { $name } 的入库进度
import-progress-samples = 目前 { $samples } 个样本
import-stored-samples = 已存 { $samples } 个样本，数据源为 { $source }
import-problem = 未入库；工作区中没有其任何内容。
import-bar = 命名与导入
import-as = 数据源名称
import-into = 导入到
import-batch = 每个文件一个批次：全部入库，出错则全不入库。
import-waiting = 请先作答，然后即可导入。
import-discard = { $count ->
    [1] 放弃该文件
   *[other] 放弃全部 { $count } 个
}
import-button = { $series ->
    [0] 导入
   *[other] 导入 { $series } 条序列
}
import-open-now = 打开“现状”
import-stop = 停止导入
import-question-zone = 这些时间没有写明时区。它们是按哪个时区写的？
