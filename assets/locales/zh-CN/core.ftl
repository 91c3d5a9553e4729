# 核心以数据形式给出的句子：窗口、终端和报告共用。

span-days = { $n } 天
span-hours = { $n } 小时
span-minutes = { $n } 分
span-seconds = { $n } 秒

## 现况
headline-fails = { $entity } 自 { $time } 起每 { $of } 个请求约有 { $n } 个失败。
headline-finding-slower = { $entity }：{ $what } 自 { $time } 起延长到平时的 { $times } 倍。
headline-finding-times-higher = { $entity }：{ $what } 自 { $time } 起升高到平时的 { $times } 倍。
headline-finding-rose = { $entity }：{ $what } 在 { $time } 升到 { $value }。
headline-finding-fell = { $entity }：{ $what } 在 { $time } 降到 { $value }。
headline-finding-spike = { $entity }：{ $what } 在 { $time } 突增到 { $value }。
headline-finding-dip = { $entity }：{ $what } 在 { $time } 突降到 { $value }。
headline-finding-trend-up = { $entity }：{ $what } 自 { $time } 起持续上升。
headline-finding-trend-down = { $entity }：{ $what } 自 { $time } 起持续下降。
headline-finding-variance = { $entity }：{ $what } 自 { $time } 起波动异常。
headline-finding-missing = { $entity } 自 { $time } 起没有 { $what } 数据。
headline-finding-flat = { $entity }：{ $what } 自 { $time } 起静止不动。
headline-finding-season-break = { $entity }：{ $what } 自 { $time } 起不再随一天的时刻变化。
headline-finding-reset-storm = { $entity }：{ $what } 自 { $time } 起一再重新计数。
headline-finding-above-peers = { $entity }：{ $what } 自 { $time } 起高于做同样工作的副本。
headline-finding-below-peers = { $entity }：{ $what } 自 { $time } 起低于做同样工作的副本。
headline-calm = 最近 { $span }没有异常。
headline-calm-before = { $end } 之前的 { $span }内没有异常。
headline-over = 末尾没有异常：{ $entity } 的 { $what } 曾有异常，持续到 { $end }。
headline-calm-partial = 最近 { $span }收到的数据中没有异常，但数据不完整。
headline-calm-until = { $end } 之前没有异常。此后收到的数据尚未评分。
headline-not-scored = 尚未评分：还没有对这些数据做过检测。
headline-not-judged = 尚无法判断：没有可评分的序列（主要原因：{ $reason }）。
headline-no-data = 还没有数据。请添加数据源，或把文件拖到这里。
headline-outside-data = 此范围内没有数据：已保存的是 { $from } 到 { $to }。
lead-group = 自 { $time } 起涉及 { $entities } 个服务或主机、{ $series } 条序列，在 { $span }内先后出现。
lead-group-at-once = 自 { $time } 起涉及 { $entities } 个服务或主机、{ $series } 条序列。
lead-others = 此范围内另有 { $n } 个发现，与此不是同时出现。
lead-listed = 此范围内有 { $n } 个发现，已经结束或较弱。
lead-first = 最早的是 { $entity }：{ $what } 在 { $time } 从 { $from } 变为 { $to }。
lead-first-missing = 最早的是 { $entity }：自 { $time } 起没有 { $what }。
as-of-known = 按 { $date } 时的所知：之后才得知的内容不计在内。
as-of-nothing = 在 { $date } 时还什么都不知道：数据是之后才来的，或从未有过。
as-of-not-kept = 以下内容不按时间保存，因此不属于该时刻：数据源的状态、哪些应答不完整、哪些序列合在一起评分。
lead-order = 这只是时间先后，还不是原因。
partial-answers = { $name } 在 { $from } 至 { $to } 之间只给出了部分应答。其间缺少的内容尚不可知，将再次读取。
lead-age = 数据截止于 { $date }，距今 { $age }。
lead-age-simulated = 模拟数据截止于 { $date }，距今 { $age }；跟随其数据源即可继续。
compact-dropped = 已丢弃数据源不再保留的 { $samples } 个样本、{ $lines } 行日志。
detection-method = 逐行评分与季节基线 v2
proof = { $method } · { $series } 条序列，{ $history }历史 · { $time } 评分，用时 { $took } · 此处尚无历史命中率
proof-none = 尚未评分

finding-slower = { $entity } 的 { $what } 延长到平时的 { $times } 倍
finding-times-higher = { $entity } 的 { $what } 是平时的 { $times } 倍
finding-rose = { $entity } 的 { $what } 升到 { $value }
finding-fell = { $entity } 的 { $what } 降到 { $value }
finding-spike = { $entity } 的 { $what } 突增到 { $value } 后恢复
finding-dip = { $entity } 的 { $what } 突降到 { $value } 后恢复
finding-trend-up = { $entity } 的 { $what } 持续上升
finding-trend-down = { $entity } 的 { $what } 持续下降
finding-variance = { $entity } 的 { $what } 波动异常
finding-missing = { $entity } 没有 { $what } 数据
finding-flat = { $entity } 的 { $what } 静止不动
finding-season-break = { $entity } 的 { $what } 不再随一天的时刻变化
finding-reset-storm = { $entity } 的 { $what } 一小时内重新计数 { $value } 次
finding-above-peers = { $entity } 的 { $what } 高于做同样工作的副本
finding-below-peers = { $entity } 的 { $what } 低于做同样工作的副本

reason-level = 超出 { $low } 到 { $high }；{ $history }历史中，{ $share }的时刻偏离更小{ $season }。
reason-spike = 短时离开 { $low } 到 { $high }；{ $history }历史中，{ $share }的时刻偏离更小{ $season }。
reason-trend = 每小时变化 { $slope }；{ $history }历史中，{ $share }的时刻偏离更小{ $season }。
reason-variance = { $history }历史中，{ $share }的时刻离散程度更小{ $season }。
reason-missing = 数据源仍在应答，但样本中断了。
reason-flat = 静止不动；{ $history }历史中，{ $share }的时刻并非如此。
reason-season-break = 水平正常，但在 { $history } 中有 { $share } 的日子与这一天不同（已允许一小时的偏移）。
reason-reset-storm = 从零重新计数的次数多于 { $history } 中 { $share } 的小时。
reason-peer-outlier = 其他副本保持在 { $low } 到 { $high }；其差距大于 { $history } 中的 { $share }。
reason-season = ，已扣除日周期
reason-no-season = {""}
reason-all = 全部
joined-names = { $names } 个序列合为一段历史：{ $labels } 变了，工作负载没有变。
joined-copies = 存了 { $copies } 份（{ $copied }），只计一次。
joined-both = { $names } 个序列合为一段历史：{ $labels } 变了，工作负载没有变。每个存了 { $copies } 份（{ $copied }），只计一次。
onset-change = { $what } { $from } → { $to }
onset-change-first = { $from } → { $to } { $what }
onset-missing = 没有 { $what }

refusal-constant = 恒定不变
refusal-no-peers = 没有可比较的同类
refusal-too-short = 历史太短
refusal-begins = 在该窗口内才开始
refusal-empty = 没有可用的数值
refusal-cancelled = 未轮到

class-constant = 从不变化；变化或中断才重要
class-sparse = 几乎总是静止；同样大的短暂事件越多，单次就越不重要
class-counter = 只升并会重新开始；按其速率判断
class-counter-daily = 只升并会重新开始；按其速率，与往日同一时刻比较来判断
class-stepped = 长时间保持一个水平并阶跃变化；与跟随的水平比较来判断
class-hourly = 每小时重复；按其水平与离散程度判断
class-daily = 每天重复；与往日同一时刻比较来判断
class-weekly = 每周重复；与往日同一时刻比较来判断，不分星期几
class-seasonal = 每 { $period } 重复；按其水平与离散程度判断
class-bursty = 停留在其水平附近，并一再突发；同样大的突发越多，单次就越不重要
class-trending = 一直上升或下降；与跟随的水平比较来判断
class-wandering = 其水平无规律地移动；与跟随的水平比较来判断
class-stationary = 围绕一个水平波动；按其水平与离散程度判断

read-only-open-elsewhere = 已在别处以写方式打开：{ $process ->
    [none] { $owner }
    [unknown] 另一个程序
   *[other] { $host } 上的进程 { $process }
 }。此处只读。
read-only-newer = 由更新的版本写成：只能读，不能写。
read-only-medium = 此处不能写入该文件。

## 文件检查的结果
check-structure = 文件结构已损坏：{ $detail }。
check-reference = 表 { $table } 的第 { $row } 行引用了不存在的内容。
check-reference-somewhere = 表 { $table } 中有一行引用了不存在的内容。
check-chunk = 序列 { $series } 的数据块 { $chunk } 无法读取：{ $why }。
check-tail = 批次 { $batch } 的样本无法读取：{ $why }。
check-log-block = 数据源 { $source } 的日志块 { $block } 无法读取：{ $why }。
check-log-index = 日志索引的第 { $row } 行无法使用：{ $why }。搜索会变慢，结果不变。
check-log-index-lacks = 有 { $blocks } 个日志块不在索引中。搜索会变慢，结果不变。
check-template-counts = 数据源 { $source } 在 { $hour } 这一小时的模板计数无法读取：{ $why }。
check-entity = 第 { $row } 行的实体无法读取：{ $why }。
check-evidence = 依赖 { $edge } 的依据无法读取：{ $why }。
check-entity-twice = 数据源 { $source } 的实体 { $key } 有两个有效版本。
check-dependency-twice = 数据源 { $source } 中 { $from } 对 { $to } 的依赖有两个有效版本。
check-edge-twice = 观测到的 { $from } 对 { $to } 的依赖有两个有效版本。
check-why-checksum = 校验和不符
check-why-content = 不是本程序写入的内容
check-why-incomplete = 内容不完整

## 数据源
missing-metadata = 无权读取元数据：单位和类型只能按名称猜测。允许 { $path } 即可获知。
missing-server-status = 无权读取服务器状态：保留期未知。允许 { $path } 即可获知。
missing-rules = 无权读取规则：无法据此建议，也不会保存。请允许 { $path }。
missing-alerts = 无权读取告警：不会保存正在触发的告警。请允许 { $path }。
missing-build-info = 无权读取版本信息：版本未知。请允许 { $path }。
absent-metadata = 它不提供元数据（{ $path }：{ $status }）：单位和类型只能按名称猜测。
absent-server-status = 它不提供服务器状态（{ $path }：{ $status }）：保留期未知。
absent-rules = 它不提供规则（{ $path }：{ $status }）：无法据此建议，也不会保存。
absent-alerts = 它不提供告警（{ $path }：{ $status }）：不会保存正在触发的告警。
absent-build-info = 它不提供版本信息（{ $path }：{ $status }）：版本未知。
missing-query = 无权执行查询：什么都读不到。请允许 { $path }。
notice-source-warning = 数据源对 { $subject } 给出警告：{ $detail }。应答可能不完整。
notice-source-info = 数据源对 { $subject } 的说明：{ $detail }。
notice-truncated = { $subject } 的应答被截断：{ $detail }。
notice-partial = { $subject } 的应答不完整：数据源的一部分没有参与应答。
notice-names-differ = 有两个结果只是指标名不同，却存为同一个名称：{ $subject } 只保留其中一个。
notice-label-runs-away = 标签 { $subject } 失控增长：{ $detail }。不再接收新的取值。
notice-native-histogram = { $subject } 是原生直方图，未接收。
notice-missing-right = 无权读取 { $subject }：{ $detail }。
scope-alert-rules = 告警规则
scope-recording-rules = 记录规则
scope-targets = 抓取目标
scope-named = { $name }
why-alert-rules = { $n } 条告警规则会读取
why-recording-rules = { $n } 条记录规则以此为基础
why-targets = { $n } 个目标的 up 与抓取耗时
why-exporter = { $n } 个实例上的已知 exporter
why-other = 没有规则读取
why-runaway = 标签失控：{ $label } 有 { $values } 个取值

## 文件
about-csv = CSV
about-parquet = Parquet
about-jsonl = JSON lines
about-openmetrics = OpenMetrics 文本
about-long = 长表
about-wide = 宽表
about-comma = 逗号分隔
about-semicolon = 分号分隔
about-tab = 制表符分隔
about-bar = 竖线分隔
about-decimal-comma = 小数逗号
about-encoding = { $encoding }
about-gzip = 用 gzip 压缩
about-zstd = 用 Zstandard 压缩
about-columns-cut = 只取前 { $n } 列
understood-time-iso = 不带时区的 ISO 8601
understood-time-iso-offset = 写明时区的 ISO 8601，{ $offset }；按 UTC 保存
understood-unix = Unix 时间，单位 { $unit }
understood-day-first = 日期，日在前
understood-month-first = 日期，月在前
understood-ambiguous-date = 有两种读法的日期
understood-file-time = 文件格式自带的时间；按 UTC 保存
understood-values = { $n } 个取值
understood-number = 数字
understood-number-unit = 数字，按名称判断单位为{ $unit }
understood-free-text = 自由文本，{ $share } % 各不相同；作标签会失控
understood-empty = 空
understood-joined = 列表；各项以 | 连接
understood-counted = 对象或列表的列表；取各自的项数
understood-whole = 位于 { $n } 层键之后的对象；保留为文本
understood-unread-list = 列表，不读取；请为每一项写一行
understood-unread-object = 对象，不读取；请将其字段写成单独的列
understood-unread-time = 一天中的时刻，无法得出确切时间；请连同日期写出
understood-unread-bytes = 定长字节，不读取；请写成文本或数字
understood-unread-other = 不读取的类型；请写成文本、数字或时间
unit-seconds = 秒
unit-millis = 毫秒
unit-micros = 微秒
unit-nanos = 纳秒
unit-count = 计数
unit-bytes = 字节
unit-ratio = 比率
unit-per-second = 每秒次数
unit-bytes-per-second = 每秒字节
unit-celsius = 摄氏度
unit-unix-time = Unix 时间
bad-time-missing = 缺少时间
bad-not-a-time = 这不是时间
bad-time-part = { $part } { $value } 不存在
time-part-month = 月
time-part-day = 日
time-part-hour = 时
time-part-minute = 分
time-part-second = 秒
time-part-offset = 时区偏移
bad-time-out-of-range = 时间超出可保存的范围
bad-nonexistent-time = 夏令时切换当夜不存在这个本地时间
bad-zone-missing = 缺少时区
bad-day-or-month = 分不清日和月
bad-not-a-number = 不是数字
bad-number-too-large = 数字超过 1.8e308
bad-unclear-separators = 有两个分隔符，不是数字
bad-too-few-columns = 该行只有 { $got } 列，应有 { $expected } 列
bad-too-many-columns = 该行有 { $got } 列，应为 { $expected } 列
bad-quote = 引号没有闭合
bad-line-too-long = 行太长
bad-not-json = 不是 JSON：{ $detail }
bad-expected = 此处应为：{ $what }
bad-rule = 违反 OpenMetrics 规则：{ $rule }
expected-metric-name = 指标名
expected-label-name = 标签名
expected-equal-sign = =
expected-quoted-text = 带引号的文本
expected-comma-or-brace = 逗号或 {"}"}
expected-space = 一个空格
expected-value = 数值
expected-time = 时间
expected-end-of-line = 行尾或 exemplar
expected-descriptor = TYPE、HELP、UNIT 或 EOF
expected-type-word = 类型名
rule-eof-missing = 文件须以 # EOF 结尾
rule-after-eof = # EOF 之后不能有内容
rule-empty-line = 没有空行
rule-repeated-descriptor = TYPE、HELP 和 UNIT 每个指标族只出现一次，并在其样本之前
rule-unit-not-in-name = 指标族的名称以其单位结尾
rule-family-interleaved = 同一指标族的样本连在一起
rule-repeated-label = 标签只出现一次
rule-suffix-not-allowed = 名称的后缀与指标族的类型相符
rule-limit-missing = bucket 有标签 le，quantile 有标签 quantile
question-day-first = 日在前：{ $first } 至 { $last }，每 { $step }一行
question-month-first = 月在前：{ $first } 至 { $last }，每 { $step }一行

## 看不到窗口时外壳所说的话

shell-not-painted-yet = 5 秒内没有绘制任何内容，可能是显卡驱动的原因；正在用 WebKit 的安全渲染器再试一次。
shell-not-painted = 没有绘制任何内容，WebKit 的安全渲染器也不行，可能是显卡驱动的原因。在终端中同样可用：wardroom open FILE 或 wardroom demo。
shell-not-opened = 无法打开窗口（{ $detail }）。请检查显示是否存在并有响应。在终端中同样可用：wardroom open FILE 或 wardroom demo。
shell-help = wardroom-desktop 打开 Wardroom 的窗口：不带参数时打开首页，wardroom-desktop FILE 打开该工作区，--demo 打开演示；--size 1440x900 设定窗口大小。同样的功能也可在终端使用：wardroom --help。

## 系统或程序库失败的原因：句中冒号之后的部分
cause-missing = 路径不存在
cause-denied = 系统不允许
cause-read-only = 介质只读
cause-full = 磁盘已满
cause-quota = 该磁盘的配额已用完
cause-exists = 已有同名的文件或文件夹
cause-folder = 这是一个文件夹
cause-no-folder = 路径的一部分不是文件夹
cause-in-use = 正被另一个程序使用
cause-refused = 该处没有程序在监听
cause-hung-up = 对方断开了连接
cause-timeout = 未及时应答
cause-no-route = 本机没有通往那里的网络路径
cause-no-address = 查不到该名称的地址
cause-certificate-expired = 证书已过期
cause-certificate-early = 证书尚未生效；双方时钟之一可能有误
cause-certificate-name = 证书是为另一个名称签发的（{ $detail }）
cause-certificate-issuer = 本机不认识证书的签发者
cause-certificate-wanted = 对方要求客户端证书
cause-certificate-own = 对方拒绝了客户端证书
cause-tls-version = 双方没有共同的 TLS 版本
cause-no-file = 它是管道或设备，不是文件
cause-selector = 应为选择器，而不是表达式
cause-selector-plain = 应为不带 offset 或 @ 的选择器
cause-no-data = 其中没有数据
cause-other-json = 应答的 JSON 中没有 status 和 data
cause-not-http = 应答不是 HTTP
cause-query-object = 应为只有一个键的 JSON 对象，如 {"{"}"bool": …{"}"}
cause-query-regex = 正则表达式只能在已保存的行和文件中查找
cause-packed = 不符合压缩格式
cause-parquet-end = 记录其内容的文件尾已损坏或缺失
cause-parquet-kind = 它使用了不读取的 Parquet 功能（{ $detail }）
cause-page = 应答的是网页，可能是登录页（{ $detail }）
cause-keychain-entry = 其中为此数据源保存的内容无法读取；请重新输入密钥
cause-keychain-shut = 无法访问它（{ $detail }）
cause-keychain-failed = 它自身的程序出错（{ $detail }）
cause-none = 系统没有给出原因
cause-tls-nothing = 双方没有共同的加密方式
cause-tls-none = 对方不使用 TLS；可能应写 http://
cause-certificate-revoked = 证书已被吊销
cause-certificate-authority = 该证书是颁发机构证书或自签名证书，不能用于服务器；请为服务器签发证书，并把签发者指定为私有 CA
cause-certificate-old = 证书是不再受信任的旧格式（版本 1）
cause-proxy-sign-in = 代理要求密码
cause-proxy = 代理没有接通
cause-medium = 磁盘读写出错
cause-not-opened = 文件无法打开
cause-too-big = 有一个值太长，无法保存
cause-checksum = 校验和不符
cause-structure = 文件结构已损坏
cause-content = 有一部分内容无法读取（{ $detail }）
cause-program-slow = 它在 10 秒内没有结束
cause-program-none = 没有指定程序
cause-program-no-token = 它输出的不是单行令牌
cause-program-missing = 找不到该程序；请写明完整路径
cause-program-failed = 它以失败结束（{ $detail }）；请在终端中运行以查看原因

## 文本为何无法识别：句中冒号之后的部分
cause-placed = { $detail }（第 { $cause_line } 行，第 { $cause_column } 列）
cause-text-ends = 在中途结束
cause-text-colon = 应为冒号
cause-text-list = 应为逗号或 ]
cause-text-object = 应为逗号或 {"}"}
cause-text-word = 应为 true、false 或 null
cause-text-value = 应为一个值
cause-text-name = 应为双引号中的名称
cause-text-escape = 反斜杠之后的内容没有意义
cause-text-number = 数字的写法不对
cause-text-number-large = 数字太大
cause-text-control = 引号中有换行或制表符
cause-text-comma = 列表或对象结束之前多了逗号
cause-text-behind = 结束之后还有内容
cause-text-deep = 嵌套太深
cause-text-twice = 有一个键出现了两次
cause-text-equals = 键之后应为 =
cause-text-quotes = 文本没有加引号
cause-text-string = 带引号的文本没有闭合，或含有不允许的内容
cause-text-head = 表头没有闭合
cause-text-key = 应为键
cause-text-line = 此行应在这里结束
cause-text-time = 时间的写法不对
cause-text-missing = 缺少字段“{ $cause_name }”
cause-text-field-twice = 字段“{ $cause_name }”出现了两次
cause-text-field = 没有字段“{ $cause_name }”，可用：{ $cause_known }
cause-text-choice = “{ $cause_name }”不是可用的词，可用：{ $cause_known }
cause-text-type = 应为{ $cause_wanted ->
    [text] 文本
    [number] 数字
    [whole] 整数
    [natural] 不小于 0 的整数
    [list] 列表
    [object] 带名称的对象
    [flag] true 或 false
   *[other] {" "}{ $cause_known }
 }，却是{ $cause_found ->
    [text] 文本
    [number] 数字
    [list] 列表
    [object] 带名称的对象
    [flag] true 或 false
    [nothing] null
   *[other] 别的内容
 }
cause-text-impossible = “{ $cause_name }”不能写在这里；应为{ $cause_wanted ->
    [text] 文本
    [number] 数字
    [whole] 整数
    [natural] 不小于 0 的整数
    [list] 列表
    [object] 带名称的对象
    [flag] true 或 false
   *[other] {" "}{ $cause_known }
 }
cause-text-range = { $cause_name } 不在 { $cause_low } 到 { $cause_high } 之间
cause-text-moment = “{ $cause_name }”不是开始后的时间；应写成 +4m、+90s 或 +1h10m

## 失败：哪里不对，怎么办
error-internal = 发生了不该发生的错误：{ $detail }。已保存的内容没有丢失；请报告此问题。
error-cancelled = 已取消。
error-no-workspace = 没有打开的工作区。请打开、新建，或打开演示。
error-no-source-called = 没有名为 { $name } 的可读取数据源。现有：{ $known }。
error-nothing-to-sync = 此工作区没有可读取的数据源：一个都没有，或只有文件。请用 wardroom connect 或在目录中添加。
error-no-such-source = 没有编号为 { $id } 的数据源。
error-no-source-named = 没有名为 { $name } 的数据源。wardroom source list 会列出已有的数据源。
error-several-sources-named = 有多个名为 { $name } 的数据源，编号为 { $numbers }。请写编号。
error-not-a-connection = { $name } 不是连接：文件或模拟器带来的数据没有设置可改。可用 wardroom source delete 删除，或重新导入文件。
error-class-unknown = 没有类别“{ $class }”。请选择其一：{ $known }。
error-no-such-series = 没有编号为 { $id } 的序列。
error-not-found = { $path } 处什么都没有。请检查路径。
error-not-a-workspace = { $path } 不是 Wardroom 工作区。文件未被改动。
error-workspace-damaged = { $path } 已损坏：{ $detail }。文件未被改动；请用副本恢复，或运行 `wardroom workspace check`。
error-workspace-newer = { $path } 由更新的版本写成（步骤 { $migration }）。请用新版 Wardroom 读取。
error-workspace-read-only = 此工作区在这里只能读。另存副本后即可写入。
error-workspace-locked = 工作区已在别处以写方式打开：{ $process ->
    [none] { $owner }
    [unknown] 另一个程序
   *[other] { $host } 上的进程 { $process }
 }。请在那边关闭，或在这里只读。
error-file-exists = { $path } 已存在，没有覆盖任何内容。请换个名字，或说明可以替换：在窗口中选择该文件并确认，在终端中加上 --force。
error-output-lost = 输出没有完整写出：{ $detail }。请检查输出的去处后重试。
error-over-workspace = { $path } 是一个工作区。请换个名字；没有覆盖任何内容。
error-workspace-exists = { $path } 已存在。请换个名字；没有覆盖任何内容。
error-no-space = 磁盘已满。请腾出空间后重试；已保存的内容仍在。
error-no-permission = 系统不允许访问 { $path }。
error-io = 无法读写 { $path }：{ $detail }。
error-range-reversed = 时间范围的结束必须晚于开始：开始为 { $start }，结束为 { $end }。
error-range-in-future = 时间范围从 { $start } 开始，而现在是 { $now }：尚未发生的无法读取。
error-time-expression = “{ $text }”在第 { $column } 列无法识别：{ $expected ->
    [empty] 应为时间
    [too_long] 作为时间太长
    [sign] 应为 + 或 -，后跟时长
    [number] 应为不太大的数字
    [unit] 应为单位：s、m、h、d 或 w
    [time_skipped] 当夜不存在这个本地时间
   *[time] 应为日期或时间
 }。可以试 now-6h，或 2026-11-17 14:00 to 15:00。
error-selector = “{ $text }”在第 { $column } 列无法识别：{ $expected ->
    [brace] 应为“{"{"}”
    [comma_or_brace] 应为逗号或“{"}"}”
    [end] 选择器应在此结束
    [label] 应为标签名
    [operator] 应为 =、!=、=~ 或 !~
    [quoted] 应为带引号的文本
    [closing_quote] 缺少结束的引号
    [regex] 应为正则表达式
   *[name] 应为指标名或匹配条件
 }。
error-setting-out-of-range = { $setting ->
    [text_size] 文字大小
   *[follow] 跟随时两次请求的间隔
 }可取 { $allowed }。
error-no-series-yet = 此工作区还没有序列。请先带来一些：终端中用 wardroom import 或 wardroom connect，窗口中添加数据源或拖入文件。
error-no-series-known = 在那个时刻还没有任何已知的序列。请选择更晚的时刻。
error-nothing-matches = 没有序列匹配“{ $filter }”。什么都没有写。
error-too-many-steps = { $steps } 步太多，上限是 11,000。请加大步长。
error-missing-glyphs = 字体无法在 PNG 中写出“{ $sample }”。请改存为 SVG，它使用查看者的字体。
error-chart = 图片无法绘制：{ $detail }。
error-format-not-written = 这种格式只能读不能写。请选 CSV、Parquet 或 OpenMetrics。
error-name-taken = 已有名为 { $name } 的数据源。请用 --name 另取名称；已有数据源读取的内容可在目录中更改。
error-name-missing = 数据源需要一个名称。
error-scope-empty = 还没有选择从 { $name } 读取什么。请选择要带来的内容。
error-source-paused = { $name } 已暂停。请先恢复。
error-already-syncing = 正在读取 { $name }。
error-nothing-was-asked = { $name } 是模拟的：采样在本机生成，没有可以重放的请求。
error-not-a-live-source = { $name } 是文件，不能再向它要数据。请导入更新的文件。
error-settings-unreadable = { $name } 的设置无法读取：{ $detail }。请编辑该数据源。
error-secret-missing = { $name } 的密钥不在这台机器上。请编辑数据源并重新输入；在终端中可用 --secret-stdin 读取。
error-program-elsewhere = { $name } 通过在本机运行“{ $program }”登录，而此工作区来自其他机器或位置：仅凭文件的说法不会运行任何程序。若要允许，请在窗口中跟随 { $name }，或亲自写明程序：wardroom source edit NAME --token-command PROGRAM。
error-secret-bound-elsewhere = 保存的密钥属于 { $origin }，不会发送到 { $wanted }。请为新地址输入密钥。
error-keychain = 钥匙串没有应答：{ $detail }。
error-keychain-locked = 钥匙串已锁定。请解锁后重试；没有屏幕的终端可用 --secret-stdin 读取密钥。
error-keychain-waiting = 钥匙串正在等待回答。请解锁后重试。
error-source-settings = { $field ->
    [url] URL{" "}
    [auth] 登录方式
    [headers] 请求头
    [ca_path] 私有 CA{" "}
    [proxy] 代理
    [indices] 所选索引
    [mapping] 映射
    [scenario] 场景
    [kind] 数据源类型
    [place] 继续读取的位置
   *[other] 设置 { $field }{" "}
 }无法使用：{ $problem ->
    [scheme] 应以 http:// 或 https:// 开头
    [user_in_url] 用户名和密码应写在登录方式中，而不是 URL 中
    [query_in_url] 可以带路径，但 ? 或 # 之后不能有内容
    [no_host] 没有写明主机
    [secret_header] { $name } 带有凭据；请改用密码、令牌、API 密钥或令牌命令登录
    [header_name] “{ $name }”不是请求头的名称
    [header_value] { $name } 的值含有不能发送的字符
    [file] 无法读取 { $path }：{ $detail }
    [certificate] { $path } 不是 PEM 证书
    [identity] { $certificate } 和 { $key } 不是 PEM 证书和私钥
    [proxy_password] 带密码的代理只从环境变量读取（HTTPS_PROXY）
    [other_origin] 密钥是为 { $given } 提供的，不会发送到 { $wanted }
    [no_password] 缺少密码
    [no_token] 缺少令牌
    [no_api_key] 缺少 API 密钥
    [no_token_command] 缺少令牌命令
    [secret_characters] 密钥含有请求头不能携带的字符
    [session_secret] 会话只能用密码或令牌打开
    [index_name] “{ $name }”不是索引名或通配
    [long_names] 名称共 { $length } 个字符，最多可发送 { $most } 个；用通配会更短
    [no_time_field] 没有匹配的索引，或索引中没有时间字段；请写明索引和字段
    [other_question] 它属于另一个查询
    [kind] 数据源的类型不能改变，这里是 { $detail }；请另加数据源
   *[unreadable] { $detail }
 }。
error-source-unknown-host = 找不到 { $host } 的地址。请检查名称或网络。
error-source-unreachable = { $address } 不接受连接：{ $detail }。请检查主机、端口或隧道。
error-source-tls = 与 { $address } 的安全连接失败：{ $detail }。请检查证书，或指定私有 CA。
error-source-shut-out = 与 { $address } 的安全连接刚建立就被对方关闭，未收到回答。要求客户端证书的服务器在没有证书、或不认识其颁发机构时会这样：请检查证书和密钥。
error-source-needs-https = { $address } 使用 https。请在 URL 中写 https://。
error-source-timeout = { $seconds } 秒内没有应答。请重试，或少要一些。
error-source-query-timeout = 数据源来不及计算 { $query }。请缩短范围，或减少序列或日志行。
error-source-denied = 凭据被拒绝（401）。请检查登录方式。
error-source-no-tenant = 数据源按租户分开保存数据，但请求没有说明是哪个租户（401，no org id）。请添加请求头 X-Scope-OrgID，写上租户的名称。
error-source-forbidden = 无权读取 { $path }（403）。请申请读取权限。
error-source-redirected = 数据源重定向到另一处 { $to }。没有向那里发送任何内容；如果无误，请改用该 URL。
error-source-not-found = { $path } 不存在（404）。请检查 URL 的路径，可能缺少前缀，或多了一段。
error-source-not-prometheus = 应答的不是 Prometheus API：{ $detail }。请检查 URL。
error-source-bad-query = 数据源拒绝 { $query }：{ $detail }
error-source-too-large = 数据源认为 { $query } 太大：{ $detail } 请一次少要一些。
error-source-answer-too-long = 应答超过 { $megabytes } MB，已停止读取。请减少序列或日志行，或缩短范围。
error-source-truncated = 应答在 { $bytes } 字节后中断，重试后仍是如此。请稍后再试；中间的代理可能会截断较长的应答。
error-source-malformed = 应答在第 { $offset } 字节无法识别：{ $detail }。
error-source-busy = 数据源繁忙（{ $status }）{ $waits ->
    [yes] ，要求 { $seconds } 秒内不再请求
   *[no] {""}
 }。请稍后再试，或减少每分钟的请求数。
error-source-server-failed = 数据源出错 { $status }：{ $detail }
error-source-token-command = 令牌命令失败：{ $detail }。
error-question-open = { $file } 有一个问题要先回答：日在前还是月在前？请在预览中回答，或使用 --day-first / --month-first。
error-file-unreadable = 无法读取 { $path }：{ $detail }。
error-file-empty = { $path } 是空的。
error-file-foreign = 不读取 { $path }：它是{ $kind ->
    [spreadsheet] 电子表格
    [compressed] 归档文件，或以不支持的方式压缩（用 gzip 或 Zstandard 压缩的文本可以读取）
    [pdf] PDF
    [picture] 图片
    [database] 数据库
    [json_document] 单个 JSON 文档
    [pipe] 管道或设备
   *[binary] 非文本文件
 }。请另存为 CSV 再试。
error-file-packed-cut = { $path } 不完整：压缩数据在文本的第 { $bytes } 字节处中断。没有保存任何内容。请重新复制该文件；或者先解压其中还有的部分，再导入。
error-file-packed-damaged = { $path } 已损坏：到文本的第 { $bytes } 字节为止，压缩数据都不可信（{ $detail }）。没有保存任何内容。请重新复制该文件。
error-file-packed-trailing = { $path } 在压缩数据之后，从第 { $at } 字节起还有别的内容。没有保存任何内容。请先解压，确认文本完整后再导入。
error-file-packed-dense = 没有把 { $path } 读到末尾：它的文本比文件大 { $times } 倍以上，只有故意用来塞满机器的文件才会这样。没有保存任何内容。如果信任它，请先解压再导入文本。
error-file-no-time = { $path } 没有时间列。请在文件中加上一列，写 2026-11-17T14:00:00Z 这样的 ISO 时间或 Unix 时间；也可以在预览中或用 --time 指定一列。
error-file-inventory = { $path } 中是实体或依赖关系，没有样本。请用“导入资产清单”读取，或在终端中使用 wardroom topology import。
error-file-logs = { $path } 中是日志行，没有样本。请在“日志”中用“打开日志文件”打开，或在终端中使用 wardroom logs templates 或 wardroom logs search 读取。
error-file-no-rows = { $path } 只有表头，没有数据行。
error-file-no-values = { $path } 没有数字列。请在文件中加上一列只有数字的内容；也可以在预览中或用 --value 指定一列。
error-file-unread-column = { $path } 的列 { $column } 无法读取：其中是{ $kind ->
    [list] 列表
    [object] 对象
    [time] 没有日期的时刻
    [bytes] 不是文本的字节
   *[other] 不读取的类型
}。请在预览中或用 --ignore { $column } 略去这一列；也可以另存一个文件，让这一列是文本、数字或时间。
error-column-unknown = { $file } 没有“{ $column }”列。它的列有：{ $known }。
error-column-twice = “{ $column }”列被指定了两种用途。请只保留其中一种。
error-columns-given = { $file } 是 OpenMetrics 文本，各列的含义由格式本身规定。请去掉 --time、--metric、--value、--label、--kind、--unit 和 --ignore。
error-file-other-columns = { $path } 有 { $got } 列，而选择是针对 { $expected } 列的。
error-file-bad-row = { $path } 第 { $line } 行第 { $column } 列：“{ $text }”无法识别。什么都没有保存：按要求，有坏行就拒绝整个文件。不用 --strict，或在预览中选“略过这些行”，则只略过这样的行。
error-file-none-readable = 没有导入 { $path }：它的 { $rows } 行都无法读取，首先是第 { $line } 行：“{ $text }”。--preview 会显示各列的理解方式。
error-file-parquet = { $path } 无法按 Parquet 读取：{ $detail }。
error-file-store = { $path } 的样本无法保存：{ $detail }。没有保留任何内容。
error-unknown-zone = 不认识时区 { $zone }。可以试 Europe/Berlin、UTC 或 +05:45。
error-no-display = 没有可以打开窗口的显示器。终端里可以做同样的事：wardroom --help。
error-usage = { $detail }
error-secret-input = 没有给出密钥。请在终端询问时输入，或用 --secret-stdin 从标准输入给出。
error-zone-open = { $file } 中的时间没有写明时区。请在预览中选择，或使用 --times-in。
refusal-fact = 陈述事实，不是测量
refusal-partial = 数据源只返回了部分数据
refusal-joined = 工作负载的另一个名称，已合并判断
refusal-copy = 重复存储，只计一次
