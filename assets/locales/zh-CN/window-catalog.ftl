## 目录：工作区的数据源。

catalog-lead-none = 尚未连接任何数据源。
catalog-lead-all = { $count ->
    [1] 数据源正常。
   *[other] 全部 { $count } 个数据源正常。
}
catalog-lead-some = { $good ->
    [0] { $count } 个数据源均不正常。
   *[other] { $count } 个数据源中有 { $good } 个正常。
}
catalog-rest-empty = 连接一个 Prometheus，或拖入文件。
catalog-rest-stale = { $count ->
   *[other] { $count } 个数据滞后，会自动重试。
}
catalog-rest-failed = { $count ->
   *[other] { $count } 个需要您处理。
}
catalog-rest-partial = { $count ->
   *[other] { $count } 个数据不完整。
}
catalog-crumb = 目录
catalog-tab-sources = 数据源
catalog-tabs = 目录的各部分
catalog-list = 数据源
catalog-col-state = 状态
catalog-col-source = 数据源
catalog-col-heard = 最近应答
catalog-col-data = 数据
catalog-col-rules = 规则
catalog-col-firing = 触发中
catalog-col-secret = 凭据
catalog-kind-prometheus = Prometheus
catalog-kind-simulated = 模拟
catalog-kind-file = 文件
catalog-size = { $series ->
   *[other] { $series } 条序列，{ $samples } 个样本
}
catalog-never = 从未
catalog-not-yet = 暂无
catalog-every = 每 { $span }
catalog-not-followed = 未跟随
catalog-on-demand = 一次性读取
catalog-with-clock = 随演练时钟
catalog-data-span = { $start } 至 { $end }
catalog-secret-stored = 已保存
catalog-secret-memory = 保留至退出
catalog-secret-missing = 缺失
catalog-secret-none = 不需要
catalog-state-fresh = 最新
catalog-state-resting = 静置
catalog-state-stale = 滞后
catalog-state-failed = 失败
catalog-state-paused = 已暂停
catalog-state-syncing = 同步中
catalog-add = 添加数据源
catalog-drill-note = 演练不会触及任何真实系统。请在您自己的工作区中添加数据源和文件。
catalog-drop = 将文件拖到此处
catalog-drop-note = 支持 CSV、Parquet、JSON Lines、OpenMetrics。入库之前先给您预览。
catalog-browse = 浏览
catalog-path = 文件路径
catalog-path-preview = 预览
catalog-secrets-note-memory = 所有数据源均为只读。此处没有钥匙串：凭据仅保留在内存中，直至退出，绝不写入工作区文件。
catalog-secrets-note = 所有数据源均为只读。凭据保存在系统钥匙串中，绝不写入工作区文件。
catalog-empty-title = 尚未连接任何数据源
catalog-empty-body = 连接 Prometheus 以带入其序列，或将文件拖入本窗口。
catalog-failed-title = 无法读取数据源列表
catalog-again = 重试

## 列表旁的单个数据源。

source-details = 数据源详情
source-sync = 立即同步
source-syncing = 查看同步
source-follow = 跟随
source-unfollow = 停止跟随
source-pause = 暂停
source-wake = 恢复
source-edit = 编辑
source-delete = 删除
source-say-fresh = 应答正常。最新数据距今 { $age }。
source-say-fresh-file = 已完整读取。其数据止于 { $age }前。
source-say-whole = 已完整读取。
source-say-inventory-file = 已于 { $age }前完整读取。
source-say-inventory-fresh = 应答正常。{ $age }前读取。
source-say-inventory-resting = 未跟随。上次读取在 { $age }前；同步可取回变更。
source-say-resting = 未跟随。其数据止于 { $age }前；同步可取回其余部分。
source-say-resting-empty = 未跟随，也尚未带入任何数据。
source-say-drill = 此演练的模拟世界。其监控所见随演练时钟到达；无需同步或跟随。
source-say-paused = 已暂停，不会联系该数据源。数据保留。
source-say-syncing = 正在读取。
source-say-stale = 上次应答在 { $age }前。其图表保留并注明时间。
source-say-failed = 需要您处理。此前到达的数据仍在且可用。
source-say-failed-silent = 已有 { $span }没有应答。请查看它是否在运行；此前到达的数据仍在且可用。
source-say-waiting = 将于 { $time } 再次询问。
source-say-elsewhere = 此工作区来自另一台机器，在您开启跟随之前不会联系任何数据源。
source-say-elsewhere-program = 登录时会运行本机的这个程序，在您开启跟随之前不会运行：{ $program }
source-place = 位置
source-data = 数据
source-size = 规模
source-every = 跟随
source-rules = 规则与告警
source-rules-count = { $rules ->
    [0] 未保存规则
   *[other] 已保存 { $rules } 条规则
}
source-firing-count = { $firing ->
    [0] 无告警触发
   *[other] { $firing } 条告警触发中
}
source-rules-note = 自首次同步起保存，因为数据源自身不会保留。以最近一次应答为准。
source-notices = 不完整之处
source-notices-none = 数据完整。
source-capped = 标签 { $label } 已被限制
source-resume = 恢复 { $label }
source-resume-note = 自下一次应答起重新带入其后续取值。
source-keep = 保留
source-keep-days = 天数
source-keep-megabytes = 上限（MiB）
source-keep-hint = 留空表示不限。更早的样本在下次压缩时清除。
source-keep-save = 按此保留
source-keep-saved = 已保存。
source-keep-file = 全部保留。
source-actions = 对 { $name } 的操作
delete-title = 删除 { $name }？
delete-body = 请选择删除范围。其序列上的发现会随数据一并删除。
delete-connection = 删除连接，保留其 { $samples } 个样本
delete-with-data = 删除 { $name } 及其 { $samples } 个样本
delete-connection-lines = 删除连接，保留其 { $samples } 行
delete-with-lines = 删除 { $name } 及其 { $samples } 行
delete-connection-records = 删除连接；其所述将离开目录与地图，但仍留在文件中
delete-with-records = 删除 { $name } 及其 { $samples } 个实体与边
delete-keep = 全部保留
delete-space = 在设置中执行“压缩”可释放空间。

## 添加数据源。

connect-lead-new = 添加数据源。
connect-lead-edit = 编辑 { $name }。
connect-lead-asking = 正在询问 { $name }。
connect-lead-answers = { $name } 有应答。
connect-lead-denied = { $name } 拒绝了凭据。
connect-lead-silent = { $name } 未以 Prometheus 的方式应答。
connect-rest-untried = 测试连接之前不会发出任何请求。
connect-rest-asking = 仅发出少量只读请求。
connect-rest-asking-scope = 正在询问哪些值得关注。
connect-rest-proposal = 在 { $total } 条序列中建议取 { $proposed } 条。
connect-rest-proposal-only = 建议取 { $proposed } 条序列。
connect-rest-rights = { $count ->
   *[other] 缺少 { $count } 项权限。
}
connect-crumb = 添加数据源
connect-crumb-edit = 编辑
connect-title = 连接
connect-kind = 数据源类型
connect-kind-prometheus = Prometheus
connect-kind-files = 文件
connect-name = 名称
connect-url = URL
connect-url-hint = 路径会保留；Grafana 代理 URL 也可使用。
connect-url-bad = 请以 http:// 或 https:// 开头。
connect-sign-in = 登录
connect-sign-none = 无需登录
connect-sign-basic = 用户名与密码
connect-sign-bearer = Bearer 令牌
connect-sign-certificate = 客户端证书
connect-sign-command = 令牌命令
connect-hint-basic = 基本认证
connect-hint-bearer = 随每个请求发送
connect-hint-certificate = 两个 PEM 文件
connect-hint-command = 服务器返回 401 时重新运行
connect-user = 用户名
connect-password = 密码
connect-token = 令牌
connect-certificate = 证书（PEM）
connect-key = 密钥（PEM）
connect-command = 命令
connect-command-note = 程序及其参数，不经过 shell。命令应输出令牌。
connect-secret-stored = 已保存在本机
connect-replace = 更换
connect-keep-stored = 保留已存的凭据
connect-keychain-system = 保存在系统钥匙串中，绝不写入工作区。
connect-keychain-memory = 此处没有钥匙串：仅保留在内存中，直至退出。
connect-secret-goes = 仅发送至 { $scheme }、{ $host }、端口 { $port }；重定向到别处时绝不发送。
connect-secret-plain = 此地址未加密：途经者可以读到凭据。
connect-way = 网络路径
connect-headers = 请求头
connect-header-nth = 请求头 { $n }
connect-header-add = 添加请求头
connect-header-remove = 移除请求头 { $n }
connect-headers-bad = 请按“名称: 值”填写请求头。
connect-ca = 私有 CA
connect-browse = 浏览
connect-ca-hint = PEM 文件；留空使用系统证书。
connect-proxy = 代理
connect-proxy-hint = 留空使用 HTTPS_PROXY 和 NO_PROXY。
connect-proxy-used = 测试经由 { $proxy }。
connect-proxy-none = 测试未经代理。
connect-limits = 上限
connect-load = 对方负载
connect-per-minute = 次请求/分钟，
connect-per-minute-label = 每分钟请求数，0 表示不限
connect-at-once = 并发
connect-at-once-label = 并发请求数
connect-keep = 本地保留
connect-keep-days = 天，
connect-keep-days-label = 保留天数，留空表示永久
connect-keep-mb = MiB
connect-keep-mb-label = 保留的 MiB 数，留空表示不限
connect-keep-hint = 留空则全部保留。
connect-test = 测试连接
connect-test-hint = 只读；少量小请求
connect-test-facts = { $time }，{ $requests ->
   *[other] { $requests } 次请求
}，{ $took }
connect-test-nothing = 尚未发出任何请求。测试会给出版本、序列数、时间范围、时钟以及缺少的权限。
connect-probe-product = { $product } { $version }
connect-probe-build = 构建信息
connect-probe-series = { $count } 条序列
connect-probe-series-groups = { $count } 条序列，{ $groups ->
   *[other] { $groups } 个规则组
}
connect-probe-series-unknown = 对方未告知序列数
connect-probe-own = 依据其自身指标
connect-probe-data = 数据自 { $start } 至 { $end }
connect-probe-clock-same = 其时钟与本机一致
connect-probe-clock-ahead = 其时钟比本机快 { $span }
connect-probe-clock-behind = 其时钟比本机慢 { $span }
connect-probe-harmless = 无妨
connect-probe-clock-warn = 样本沿用其时间
connect-scope = 取哪些数据
connect-scope-ways = 选择方式
connect-scope-suggested = 建议
connect-scope-matcher = 按匹配器
connect-scope-expression = PromQL
connect-scope-filter = 不发出任何无过滤条件的请求
connect-scope-after-test = 测试连接后给出建议。
connect-scope-asking = 正在读取规则和已知的 exporter。
connect-scope-empty = 没有可建议的内容：无规则，也无已知的 exporter。请按匹配器或 PromQL 选择。
connect-scope-failed = 无法给出建议。
connect-scope-again = 再次询问
connect-col-take = 选取
connect-col-what = 内容
connect-col-why = 理由
connect-col-series = 序列
connect-col-samples = 样本（M）
connect-col-megabytes = 本地 MiB
connect-col-requests = 请求
connect-take = 选取 { $what }
connect-instead = { $series ->
   *[other] 改取汇总：{ $series } 条序列
}
connect-instead-undo = 已汇总：{ $series } 条序列。撤销
connect-total = 已选
connect-total-why = { $range }，步长 { $step }
connect-total-why-raw = { $range }，全部样本
connect-proof = 字节数按本工作区实测，或按每样本 1.5 字节
connect-matchers = 匹配器，每行一个
connect-matchers-hint = 每行带入其匹配的序列，例如 node_load1 或某个 exporter 的 job。
connect-expressions-hint = 每个表达式的结果以旁边的名称存为独立序列。
connect-expression-name = 名称 { $n }
connect-expression-query = 表达式 { $n }
connect-expression-add = 添加表达式
connect-expression-remove = 移除表达式 { $n }
connect-count = 计算开销
connect-counting = 计算中。
connect-count-hint = 手工填写的内容尚无开销数据，可向服务器询问。
connect-plan-notices = 计划说明
connect-rules = 规则与触发中的告警自首次同步起一并保存，因为数据源自身不会保留。
connect-bar = 范围、开销与同步
connect-range = 范围
connect-range-preset = { $days } 天
connect-range-label = 以文字表示的范围，例如 now-7d to now
connect-step = 步长
connect-step-raw = 原始
connect-follow = 随后每 { $span }跟随一次
connect-follow-every = 跟随时两次请求间隔的秒数
connect-follow-row = 跟随
connect-follow-seconds = 秒一次
connect-cost = { $samples } 个样本，{ $size }
connect-cost-time = { $requests ->
   *[other] { $requests } 次请求
}，约 { $span }
connect-cost-requests = { $requests ->
   *[other] { $requests } 次请求
}
connect-cost-none = 尚未选择
connect-cost-typed = 另加手工填写的内容
connect-save = 保存，稍后同步
connect-sync = { $series ->
    [0] 同步
   *[other] 同步 { $series } 条序列
}
connect-saving = 正在保存
connect-why-name = 请先填写名称。
connect-why-url = 请先填写地址，以 http:// 或 https:// 开头。
connect-why-user = 请先填写用户名。
connect-why-certificate = 请先填写证书和密钥。
connect-why-command = 请先填写令牌命令。
connect-why-headers = 请先按“名称: 值”填写请求头。
connect-why-preset = 请先选择或编写映射。
connect-why-disabled-nothing = 请先选择要取的内容。

## 同步。

syncing-crumb = { $name } 的同步
syncing-lead-begin = 正在询问 { $name }。
syncing-lead-running = { $name } 已完成 { $share }。
syncing-rest-done-at = 预计 { $time } 完成。
syncing-rest-unknown = 尚无法估计结束时间。
syncing-lead-done = { $name } 已同步。
syncing-rest-done = { $span }内到达 { $samples } 个样本。
syncing-lead-nothing = { $name } 没有新数据。
syncing-rest-nothing = 该范围内的数据均已在本地。
syncing-lead-partial = { $name } 部分到达。
syncing-rest-partial = 已到达的数据保留；下次同步请求其余部分。
syncing-lead-cancelled = { $name } 已被您停止。
syncing-rest-cancelled = 保留 { $samples } 个样本。下次同步只取缺少的部分。
syncing-lead-failed = { $name } 因错误停止。
syncing-rest-failed = 此前到达的 { $samples } 个样本保留。
syncing-none = 程序启动后尚未同步过此数据源。
syncing-none-body = 可立即开始：只取缺少的部分。
syncing-others = { $count ->
   *[other] 另有 { $count } 个数据源需要查看。
}
syncing-samples = 样本
syncing-rate-value = 每秒 { $rate }
syncing-rate = 开始以来的平均值
syncing-remaining = 剩余（若服务器保持现状）
syncing-remaining-unknown = 尚不可知
syncing-elapsed = 已用时间
syncing-requests = 请求
syncing-steps = 步骤
syncing-done-of = { $done } / { $total }
syncing-progress = 完成比例
syncing-chart = 每秒样本数
syncing-chart-note = 自 { $time } 起
syncing-chart-label = { $span }内每秒样本数为 { $low } 至 { $high }。
syncing-chart-wait = 第二个应答到达后开始绘图。
syncing-groups = 请求分组
syncing-groups-note = 所有分组同时进行，最早的在前
syncing-groups-name = 分组
syncing-groups-asked = 请求
syncing-groups-rate = 每秒
syncing-groups-state = 状态
syncing-groups-rest = 其余 { $count } 个分组
syncing-group-waiting = 尚未请求
syncing-group-running = 正在请求
syncing-group-done = 已到达
syncing-group-partial = 部分到达
syncing-group-left = 未全部请求
syncing-arrived = 已到达
syncing-arrived-note = 每个应答完整存储后才请求下一个
syncing-col-what = 内容
syncing-col-count = 数量
syncing-col-note = 说明
syncing-row-series = 序列
syncing-row-samples = 样本
syncing-row-period = 时间范围
syncing-row-rules = 规则
syncing-row-firing = 触发中的告警
syncing-note-rules = 最先存储；数据源自身不会保留
syncing-note-series = 含此前已有的全部数据
syncing-partial = 不完整的应答
syncing-partial-none = 所有应答均完整。
syncing-partial-note = 缺失部分绘为空隙；任何发现与汇总均不使用。
syncing-proof = 每个已存数值都能给出其请求：在“指标”中按 y 以 curl 形式复制，不含凭据
syncing-load = 对 { $name } 的负载
syncing-load-limit = { $count ->
    [0] 未设上限
   *[other] 您的上限为每分钟 { $count } 次请求
}
syncing-load-concurrent = { $count ->
   *[other] 并发请求最多 { $count } 个
}
syncing-others-title = 其他数据源
syncing-others-none = 其他数据源均正常。
syncing-ask-now = 立即询问
syncing-mend = 修复连接
syncing-stop = 停止，保留已到达的数据
syncing-stopping = 正在停止
syncing-stop-note = 保留 { $samples } 个样本。下次同步只取缺少的部分。
syncing-leave = 可以离开此页面；状态栏会继续计数。
syncing-open-now = 用现有数据打开“现状”
syncing-again = 再次同步
syncing-again-now = 立即同步

## 目录中的操作，用于面板与帮助。

key-next-source = 下一个数据源
key-previous-source = 上一个数据源
key-follow-source = 跟随或停止跟随该数据源
