## 日志室：最意外的模板在前，以及日志行本身。

logs-title = 模板，最意外的在前
logs-lines-title = 日志行，最新在前
logs-templates-label = 模板及其变化，最意外的在前
logs-details = 模板详情
logs-tabs = 列出内容
logs-tab-templates = 模板
logs-tab-lines = 日志行
logs-tab-other = 模板或日志行
logs-template-lines = 显示该模板的日志行
logs-show-lines = 显示日志行
logs-run = 运行
logs-query-label = KQL 查询
logs-query-language = KQL
logs-query-label-raw = Query DSL 查询，由集群应答
logs-query-language-raw = Query DSL
logs-query-hint = service : checkout and level >= warn，或花括号中的 Query DSL
logs-query-problem = 第 { $at } 个字符：{ $problem }
logs-values = { $field } 的常见取值
logs-values-hide = 收起 { $field } 的取值
logs-values-narrow = 仅限 { $field } 为“{ $value }”的行
logs-values-of = { $lines } 行有 { $field }；最多逐个统计 { $n } 个值。
logs-values-other = 其他值
logs-values-none = 此范围内没有任何行有 { $field }。
logs-query-unreadable = 无法读取该查询。
logs-refused = 查询未运行：第 { $at } 个字符处无法读取。
logs-failed-works = 日志行、指标与告警仍可使用。
logs-empty-help = 连接 Elasticsearch 或 OpenSearch，或打开日志文件；文件保留在原处。
logs-add-elasticsearch = 添加 Elasticsearch
logs-open-files = 打开日志文件
logs-none-match = 没有匹配的模板。
logs-stale = { $name } 最近一次应答在 { $time }，所示内容同样陈旧。
logs-late = { $name } 最近一次应答在 { $time }；缺少其更新的日志行。
logs-mined-known = 从 { $lines } 行中挖掘出 { $templates } 个
logs-mined = 从 { $lines } 行中挖掘出 { $templates } 个，用时 { $span }
logs-proof = 模板挖掘 · { $lines } 行各读取一次 · { $time } { $zone }
logs-look = 查看模板
logs-drawer-close = 关闭详情
logs-filters = 筛选
logs-facet-source = 数据源
logs-facet-change = 变化
logs-facet-class = 类别
logs-facet-file = 文件
logs-facet-only = 仅此
logs-facet-only-of = 仅 { $name }
logs-changes-new = 新出现
logs-changes-less = 消失或减少
logs-changes-more = 增多
logs-changes-rare = 罕见
logs-changes-same = 不变
logs-change-new = 新
logs-change-gone = 消失
logs-change-more = 增多
logs-change-fewer = 减少
logs-change-rare = 罕见
logs-change-same = 不变
logs-change-times = ×{ $ratio }
logs-change-new-means = 基线中没有，此前也从未出现。
logs-change-gone-means = 基线中有，对比窗口中没有。
logs-change-more-means = 比基线预期更频繁。
logs-change-fewer-means = 比基线预期更少。
logs-change-rare-means = 太少，无法断定是否变化。
logs-change-same-means = 与平时一样频繁。
logs-change-unknown = 未比较
logs-change-unknown-means = 没有看完它的所有行。
logs-class-hardware = 硬件
logs-class-application = 应用
logs-class-network = 网络
logs-class-security = 安全
logs-class-none = 无故障
logs-class-unknown = 未知
logs-class-odds = { $class } { $odds }
logs-by-hand = 人工
logs-col-change = 变化
logs-col-template = 模板
logs-col-lines = { $span }内的行数
logs-col-expected = 预期
logs-col-spark = { $start } 至 { $end }
logs-col-first = 首次出现
logs-last = 最后 { $time }
logs-level-unknown = 写入者未给出级别。
logs-histogram-none = 该时间范围内没有日志行。
logs-first-alert = 首个告警
logs-first-new = 首个新模板 { $time }
logs-window-baseline = 基线，{ $span }
logs-window-compare = 对比，{ $span }
logs-edge-baseline-start = 基线起点
logs-edge-baseline-end = 基线终点
logs-edge-compare-start = 对比窗口起点
logs-edge-compare-end = 对比窗口终点
logs-edge-hint = 拖动或用方向键；按住 Shift 移动整个窗口。
logs-template-of = { $who } 的模板
logs-first-seen = 首次出现
logs-last-seen = 最近出现
logs-at-zone = { $time } { $zone }
logs-before = 此前
logs-before-never = 从未出现，{ $span }内共 { $lines } 行
logs-before-seen = 自 { $time } 起出现过
logs-before-nothing = 此处没有更早的数据
logs-against-alerts = 相对告警
logs-against-metrics = 相对指标
logs-error-code = 错误码
logs-affected = 受影响的服务
logs-actions = 可对模板进行的操作
logs-label = 更正类别
logs-label-own = 自定义类别
logs-label-hardware-means = 部件故障或超出范围
logs-label-application-means = 软件或其配置的故障
logs-label-network-means = 无法到达对端或链路中断
logs-label-security-means = 登录失败或可疑、扫描、被拒绝的访问
logs-label-none-means = 例行、进度、成功
logs-label-own-means = 从您指定的模板中学习
logs-label-name = 类别名称
logs-label-name-why = 请先为类别命名。
logs-label-why = 请先选择类别。
logs-label-keep = 保留类别
logs-label-note = 适用于该模板的每一行，并且可以撤销。
logs-rename = 重命名
logs-name = 名称
logs-rename-hint = 显示在文本之前；留空则去掉名称。
logs-rename-keep = 保留名称
logs-rename-clear = 去掉名称
logs-merge = 合并…
logs-merge-why = 请先用 x 标记多个模板。
logs-merge-about = 此后它们的行将计为一个模板。可以撤销。
logs-merge-kept = 保留哪一个？
logs-split = 在此拆分
logs-leave = 取消
logs-undo = 撤销
logs-decisions = 决定
logs-decisions-none = 这里还没有关于模板的决定。
logs-copy-json = 复制为 JSON
logs-copied-json = 已复制类型、错误码、服务、置信度与证据。
logs-metrics-of = { $name } 的指标
logs-to-map = 在地图上显示
logs-to-catalog = 在目录中显示
logs-around = 前后的行
logs-around-all = 所有写入者
logs-around-where = { $who }，{ $zone }
logs-explains = 原因线索
logs-parameters = 参数
logs-parameter = 参数 { $n }，{ $kind }
logs-parameter-of = 所属的已合并模板：
logs-spread = { $kind } 的分布：从 { $low } 到 { $high }，中位 { $median }。
logs-value = 值
logs-baseline = 基线
logs-compare = 对比
logs-examples = 示例
logs-moment = 设为当前时刻
logs-minutes = 仅前后几分钟
logs-template-remove = 显示所有模板的行，而不只是 { $text }
logs-keep = 保留这些行
logs-keeping = 正在保留日志行
logs-mask-title = 日志行中的机密
logs-mask-none = 未发现。
logs-mask-off = 机密未遮盖
logs-mask-switch = 写入时遮盖机密
logs-mask-note = 适用于此后到达的行。被遮盖的内容不再保留，只记录其规则。
logs-rule-authorization = Authorization 请求头
logs-rule-bearer = Bearer 与 Basic 登录凭据
logs-rule-password = 密码
logs-rule-secret = 客户端等机密
logs-rule-api-key = API 密钥
logs-rule-token = 访问令牌等令牌
logs-rule-aws-key = AWS 密钥
logs-rule-gcp-key = Google Cloud 密钥
logs-rule-github-token = GitHub 与 GitLab 令牌
logs-rule-slack-token = Slack 令牌与 Webhook
logs-rule-jwt = 签名令牌（JWT）
logs-rule-private-key = 私钥
logs-rule-url-credentials = 地址中的密码
logs-rule-card-number = 银行卡号
logs-rule-cookie = Cookie
logs-rule-session = 会话标识
logs-kind-number = 数字
logs-kind-duration = 时长
logs-kind-bytes = 大小
logs-kind-percent = 百分比
logs-kind-address = 地址
logs-kind-host = 主机
logs-kind-port = 端口
logs-kind-id = 标识
logs-kind-path = 路径
logs-kind-url = URL
logs-kind-time = 时间
logs-kind-user = 用户
logs-kind-hex = 十六进制
logs-kind-version = 版本
logs-kind-flag = 是或否
logs-kind-text = 文本
logs-lines-count = { $n ->
   *[other] { $lines } 行
}
logs-sources-elasticsearch = { $count ->
   *[other] { $count } 个集群
}
logs-sources-log-files = { $count ->
   *[other] { $count } 组文件
}
logs-sources-simulated = { $count ->
   *[other] { $count } 个模拟器
}
logs-filters-left = { $count ->
   *[other] 筛选，已启用 { $count } 项
}
logs-unmark = { $count ->
   *[other] 取消 { $count } 个标记
}
logs-merge-marked = { $count ->
   *[other] 合并 { $count } 个模板
}
logs-merge-title = { $count ->
   *[other] 将 { $count } 个模板合并为一个
}
logs-services-count = { $count ->
   *[other] { $count } 个服务
}
logs-hosts-count = { $count ->
   *[other] { $count } 台主机
}
logs-why-class = { $count ->
   *[other] 归为此类的 { $count } 条理由
}
logs-distinct = { $count ->
    [1] 始终相同
   *[other] { $shown } 个值
}
logs-distinct-more = { $count ->
   *[other] 超过 { $shown } 个值
}
logs-kept = { $name } 的 { $lines } 行已保留在工作区中。
logs-masked = { $count ->
    [0] 没有遮盖机密
   *[other] 已遮盖 { $shown } 个机密
}
logs-files-count = { $count ->
   *[other] { $count } 个文件
}
logs-files-rest-ready = { $count ->
    [0] 都无法读取。
   *[other] { $count } 个文件可按 { $format } 读取。
}
logs-files-rest-refused = { $count ->
   *[other] { $count } 个被拒绝。
}
logs-files-open-count = { $count ->
    [0] 打开文件
   *[other] 打开 { $count } 个文件
}

## 原处打开的日志文件。

logs-files-kind = 日志文件
logs-files-lead-none = 打开日志文件。
logs-files-lead-waiting = 尚未打开任何文件。
logs-files-lead-opening = 正在打开文件。
logs-files-lead-opened = 文件已打开。
logs-files-rest-none = 拖放到这里、选择文件或填写路径。
logs-files-rest-reading = 正在读取文件开头。
logs-files-rest-asks = 有一个问题需要回答。
logs-files-format = 格式
logs-files-as-found = 按识别：{ $format }
logs-files-span = { $start } 至 { $end }
logs-files-zone = 时区
logs-files-zone-unknown = 未写明
logs-files-zone-ask = 时间没有时区。它们按哪个时区写入？
logs-files-asks = 请先回答问题
logs-files-no-guess = 不作猜测：错误的时区、年份或日月顺序会移动每一行。
logs-files-reading = 识别结果
logs-files-reading-note = 可更改任何一项，预览随之更新
logs-files-rereading = 正在重新读取。
logs-files-year = 年份
logs-files-day-order = 日与月的顺序
logs-files-year-hint = 按识别
logs-files-first = 最初几行
logs-files-text = 内容
logs-files-list = 文件
logs-files-order = 同一份日志，最早在前
logs-files-packed = { $format }，{ $compression }
logs-files-leave-out = 排除
logs-files-more = 更多文件
logs-files-drop = 拖放到窗口。同一组文件成为一个数据源。
logs-files-what = 纯文本行、JSON Lines、syslog、Web 服务器日志、键值对、journal 导出、多行堆栈；也可为 gzip 或 zstd 压缩。
logs-files-nothing = 还没有可以打开的文件。
logs-files-open = 打开文件
logs-files-stay = 文件保留在原处；模板与计数写入工作区。
logs-files-stop = 停止打开
logs-files-progress = { $done } / { $total }，每秒 { $rate }
logs-files-left = 剩余 { $span }
logs-format-json = JSON Lines
logs-format-ecs = JSON Lines，ECS
logs-format-opentelemetry = JSON Lines，OpenTelemetry
logs-format-logstash = JSON Lines，logstash
logs-format-bunyan = JSON Lines，bunyan 或 pino
logs-format-docker-json = Docker，json-file
logs-format-journald-json = journal，JSON
logs-format-journald-export = journal 导出
logs-format-syslog-3164 = syslog，RFC 3164
logs-format-syslog-5424 = syslog，RFC 5424
logs-format-access-common = Web 请求，common
logs-format-access-combined = Web 请求，combined
logs-format-nginx-error = Nginx 错误
logs-format-apache-error = Apache 错误
logs-format-logfmt = 键值对（logfmt）
logs-format-klog = klog
logs-format-logcat = logcat
logs-format-cbs = Windows 组件服务
logs-format-leveled = 时间、级别、文本
logs-format-timed-lines = 带时间的行
logs-format-epoch-lines = 带 Unix 时间的行
logs-format-plain = 没有时间的行

## 添加数据源：日志集群。

connect-kind-elasticsearch = Elasticsearch
connect-kind-logs = 日志文件
connect-url-hint-logs = Elasticsearch 或 OpenSearch；路径会保留。
connect-sign-key = API 密钥
connect-hint-key = 按集群给出的形式
connect-api-key = API 密钥
connect-api-key-hint = 编码形式，或 id:key。
connect-lead-silent-logs = { $name } 未以 Elasticsearch 或 OpenSearch 的方式应答。
connect-test-nothing-logs = 尚未发出任何请求。测试会给出产品、版本、索引、字段、时钟以及缺少的权限。
connect-probe-readable = 可读取
connect-logs-after-test = 测试连接之后才有索引与字段。
connect-scope-filter-logs = 不选索引就不会请求任何内容
connect-indices = 索引与数据流
connect-index-filter = 筛选索引
connect-index-index = 索引
connect-index-alias = 别名
connect-index-datastream = 数据流
connect-index-none = 没有此名称的可读索引。
connect-index-gone = { $name } 已不存在，或无权读取。
connect-index-leave = 排除
connect-index-patterns = 模式
connect-index-patterns-example = app-logs-*, db-logs-*
connect-index-patterns-hint = 追加到所选内容；以逗号分隔。
connect-col-kind = 类型
connect-col-documents = 文档
connect-col-size = 集群内大小
connect-log-query = 仅限
connect-log-query-hint = level >= info and not service : probe
connect-log-query-note = KQL，或花括号内的 Query DSL；留空取全部。
connect-map = 字段
connect-map-time = 时间
connect-map-message = 内容
connect-map-level = 级别
connect-map-service = 服务
connect-map-host = 主机
connect-map-dataset = 日志名
connect-map-none = 无
connect-map-found = 采用识别结果
connect-map-no-time = 没有时间字段就无法取数据。
connect-map-no-message = 没有内容字段，日志行将为空。
connect-schema-ecs = 识别为：Elastic Common Schema
connect-schema-otel = 识别为：OpenTelemetry
connect-schema-ss4o = 识别为：Simple Schema for Observability
connect-schema-legacy = 识别为：ECS 之前的常用名称
connect-schema-by-hand = 按此处选择
connect-sample = 部分日志行
connect-sample-none = 没有日志行：索引为空，或查询没有结果。
connect-count-hint-logs = 测试后由集群计数
connect-sync-logs = 同步日志
connect-why-disabled-index = 请先选择索引。
connect-rest-indices = { $count ->
    [0] 没有可读的索引；
   *[other] { $count } 个索引可读；
}{ $chosen ->
    [0] 尚未选择。
   *[other] 已选 { $chosen } 个。
}
connect-probe-indices = { $count ->
   *[other] { $count } 个索引、别名与数据流
}
connect-index-more = { $count ->
   *[other] 另有 { $count } 个可用筛选找到。
}
connect-sample-note = { $count ->
   *[other] { $count } 行，按到达时的样子
}
connect-log-cost = { $n ->
   *[other] { $lines } 行，{ $size }
}
connect-sync-lines = { $n ->
   *[other] 同步 { $lines } 行
}
