# 终端帮助中各命令、选项和取值的说明。英文说明是 crates/cli/src/arguments.rs 中的文档注释。
# 键由命令行得出：help-logs-search 是命令，help-logs-search--regex 是它的选项，help--workspace 由同名选项共用，
# 取值写在又一个 -- 之后。

help =
    无窗口的本地优先运维工作站。

    一个工作区就是一个文件。可以先试 `wardroom demo --workspace demo.wardroom`，再试 `wardroom open demo.wardroom`。

    退出码：0 完成，1 有达到 --fail-on 级别的发现，2 用法有误，3 数据源无法访问或拒绝，4 输入或工作区不可用，5 部分完成，70 内部错误，130 已取消。
help-help = 显示本帮助，或指定子命令的帮助

## 多个命令共用的选项
help--json = 以一个 JSON 对象 {"{"}schema, command, result, warnings{"}"} 代替文字；错误以 JSON 写到标准错误
help--language = 文字所用的语言
help--language--en = 英语
help--language--zh-CN = 简体中文
help--zone = 显示和输入时间所用的时区，如 Europe/Berlin 或 +05:45；不写则为 UTC
help--help = 显示帮助（-h 为摘要，--help 为全文）
help--version = 显示版本
help--workspace = 工作区
help--file = 工作区
help--entity = 只要该实体的序列
help--selector = 只要匹配的序列：选择器，或几个词
help--series = 只要匹配的序列：选择器，或几个词
help--select = 只要匹配的序列：选择器，或几个词
help--source = 只用该数据源，写名称
help--secret-stdin = 没有钥匙串保存时，从标准输入读取密码或令牌
help--no-detect = 之后不评分
help--preview = 只显示文件会如何理解，不保存任何内容
help--fail-on = 有发现达到该异常程度时，以 1 退出
help--fail-on--low = 任何发现
help--fail-on--medium = 两格或三格
help--fail-on--high = 三格

## demo、open
help-demo = 生成演示：一个模拟商店，最后一小时内有一个故障，像真实数据源一样同步并评分
help-demo--workspace = 要新建的工作区
help-demo--at = 历史结束的时刻，如 2026-11-17T15:02:00Z；不写则为现在
help-demo--seed = 种子：种子与时刻相同，字节就相同
help--report = 在旁边写一份报告
help-demo--force = 替换已存在的报告；工作区从不被替换
help-open = 打开工作区并说明其现况：结论、偏离常态的先后、各个发现
help-open--range = 要看的时间：now-6h、now-7d to now-1d、2026-11-17 14:00 to 15:00。`now` 是数据的末尾

## connect
help-connect = 先测试连接，再为工作区添加 Prometheus、日志集群或 CMDB
help--kind = 要连接的系统
help--kind--prometheus = Prometheus 及兼容其 API 的系统：指标
help--kind--elasticsearch = Elasticsearch 或 OpenSearch：日志
help--kind--cmdb = CMDB 或目录：有什么、归谁、谁依赖谁
help-connect--workspace = 工作区；不存在则新建
help-connect--name = 便于辨认的名称；不写则用主机名
help--url = 基础 URL；保留其中的路径，也可以是 Grafana 的数据源代理 URL
help--user = 用该用户名登录；密码会另行询问
help--bearer = 用 bearer 令牌登录；令牌会另行询问
help--api-key = 用 API 密钥登录集群；密钥会另行询问，写作 `id:key` 或其编码形式
help-connect--secret-stdin = 不询问，从标准输入读取密码、令牌或密钥
help--token-command = 打印令牌的命令；服务器返回 401 时再次运行。不经过 shell：按空格分词，引号内的空格保留
help--cert = 客户端证书（PEM）
help--key = 客户端证书的私钥（PEM）
help--header = 附加的请求头，如 `X-Scope-OrgID: shop`；可多次使用
help--ca = 私有 CA（PEM）
help--proxy = 代理；不写则用环境变量 `HTTPS_PROXY` 和 `NO_PROXY`
help-connect--selector = 要带来的内容：选择器，如 `up{"{"}job="node"{"}"}`；可多次使用
help-connect--expression = 要带来的内容：NAME=PROMQL，以 NAME 保存；可多次使用
help--suggest = 带来按规则、抓取目标和已知 exporter 建议的内容
help--index = 集群中的索引、数据流、别名或通配，如 `logs-*`；不写则为全部；可多次使用
help-connect--query = 集群中的哪些日志行：查询，如 `level >= warn`，或 JSON 形式的 Query DSL
help--field = 日志行的各部分在哪个字段：PART=FIELD，PART 可取 time、message、level、service、host、dataset；可多次使用，未写明的自动查找
help--preset = 读取资产清单所用的映射：netbox、nautobot、backstage、servicenow、blueking、itop、glpi 或 own
help--mapping = 自定义映射的 TOML 文件；取代预置映射
help-connect--step = 两个值相隔的秒数；不写则取原始样本
help--requests-per-minute = 每分钟最多请求数；0 为不限。新连接为 120
help--max-concurrent = 同时最多请求数。新连接为 2
help--every = 跟随时两次读取相隔的秒数
help--retention = 数据保留的天数；0 为一直保留
help--max-size = 数据最多占用的兆字节数（MiB）；0 为不限
help--test = 只测试连接，加上 --suggest 时还列出值得关注的内容；不保存任何内容

## sync、import
help-sync = 从数据源读取新数据，然后评分
help-sync--range = 要读取的时间；不写则读取新的部分（首次为七天）
help--follow = 在这么多秒内每隔几秒继续读取；不改变该文件在别处是否跟随
help-import = 导入文件：CSV、Parquet、JSON lines、OpenMetrics 文本，也可以是压缩的（.gz、.zst）
help-import--workspace = 工作区；不存在则新建
help-import--file = 文件
help-import--name = 数据源的名称；不写则用文件名
help-import--time = 时间所在的列，列名以 --preview 显示的为准。没有选项提到的列，按程序的理解读取
help-import--metric = 指标名所在的列
help-import--value = 数值列，取代程序找到的数值列。可重复
help-import--label = 作为标签的列，加在程序找到的标签之外。可重复
help-import--kind = 指标类型所在的列：gauge、counter、histogram、summary
help-import--unit = 数值单位所在的列
help-import--ignore = 不读取的列。可重复
help--day-first = 01/02/2026 是二月一日
help--month-first = 01/02/2026 是一月二日
help-import--times-in = 未写明时区的时间所用的时区
help--strict = 有一行无法读取就拒绝整个文件，而不是略去该行

## logs
help-logs = 查看日志行：模板、搜索、分类、差异；不保存任何内容
help--files = 日志文件，也可以是压缩的（.gz、.zst）和轮转的；不写或只写 - 则读标准输入
help-logs-templates--workspace = 取该工作区保存的日志行
help-logs-search--workspace = 取该工作区保存的日志行
help-logs-classify--workspace = 取该工作区保存的日志行
help-logs-diff--workspace = 取该工作区保存的日志行
help--since = 只要此时刻起的行，如 2026-11-17T02:00:00Z 或 now-6h
help--until = 只要此时刻之前的行
help--query = 只要匹配的行，如 `service : checkout and level >= warn and not "health check"`
help--format = 格式，如 syslog_3164、json、logfmt、access_combined；不写则按开头几行判断
help--times-in = 未写明时区的时间所用的时区，如 Europe/Berlin 或 +02:00
help--year = 未写明年份的时间中，最后一个的年份
help--threads = 生成模板的线程数；不写则与机器核数相同
help--show-secrets = 原样显示行中的敏感内容（令牌、密码、卡号）
help-logs-templates = 显示有哪些种类的行：每一行归为带参数的模板
help-logs-templates--by = 排序方式
help--by--surprise = 新出现的或后来偏离常态的在前；行数太少无法判断时，故障和罕见的在前
help--by--lines = 最频繁的在前
help-logs-templates--limit = 最多显示的模板数；--json 显示全部
help-logs-search =
    按查询或正则表达式查找日志行，连同前后的行一起显示。

    使用 --json 时每行是一个 JSON 对象，最后一个对象说明共读取了多少行。退出码 1：没有找到。
help--regex = 只要文本中出现此正则表达式的行
help--context = 每个找到的行前后各显示几行
help-logs-search--limit = 找到这么多行后停止
help--count = 只说明找到多少行
help--facet = 只说明在找到的行中，该字段最常见的取值，如 service、host、level、user.id
help-logs-classify =
    判断每一行（或每个模板）说的是哪类故障。

    每行打印一个 JSON 对象：type（hardware_failure、application_error、network_interruption、security_attack、none、unknown）、error_code、affected_service、confidence、evidence。
help-logs-classify--by = 按行还是按模板分类
help--by--line = 逐行
help--by--template = 每个模板一次
help--faults-only = 略去不是故障的
help-logs-diff =
    比较两个文件（其中一个可写 -，即标准输入），或同一批行的两个窗口：新出现、消失、变多或变少的内容。

    工作区的日志行按其中已有的模板计数，名称用人取的。
help--baseline = 作为基准的窗口，如 `2026-11-17 01:00 to 02:50`；只给一个文件时必须写
help--compare = 要比较的窗口；只给一个文件时必须写
help-logs-diff--limit = 最多显示的差异数；--json 显示全部
help--fail-new = 有新模板时以 1 退出

## topology
help-topology = 查询谁依赖谁、有多可信：资产清单、路径、影响范围、存疑之处
help--as-of = 按此时刻所知，如 2026-11-17T02:00:00Z 或 now-7d；不写则按已知的全部
help-topology-sync = 读取资产清单，再从序列和日志中读取依赖
help--delete-missing = 数据源中不再有的都结束，即使超过其一半
help--keep-missing = 数据源中不再有的超过其一半时，予以保留
help-topology-import =
    从文件导入实体或依赖：CSV、YAML 或 JSON。

    依赖文件有 from、to 两列，已知方式时另有 how 列。
help-topology-import--workspace = 工作区；不存在则新建
help-topology-import--file = 文件
help-topology-import--name = 数据源的名称；不写则用文件名。同名文件作为其下一个状态读取
help-topology-path = 显示一个实体依赖另一个实体的路径。退出码 1：没有路径
help-topology-path--from = 路径的起点：实体的任一名称、别名或地址
help-topology-path--to = 路径的终点
help-topology-path--limit = 最多几条
help-topology-impact = 显示某实体失效时可能受影响的范围，附负责人和联系方式
help-topology-impact--name = 实体：其任一名称、别名或地址
help--hops = 最多经过几条边；不写则不限
help--direction = 朝哪一侧
help--direction--down = 依赖它的一侧
help--direction--up = 它所依赖的一侧
help-topology-doubtful = 显示存疑之处：可能的重复、冲突、过期的和推测的依赖、没有着落的端点
help-topology-export = 把拓扑写到文件或标准输出
help-topology-export--format = 格式
help--format--json = 已知的全部内容
help--format--dot = 用于 Graphviz
help--format--graphml = 用于图编辑器
help--format--cypher = 用于图数据库
help-topology-export--out = 写到哪里；不写则为标准输出

## query
help-query =
    用保存的样本回答 PromQL 表达式，不需要服务器；加 --live 则由服务器回答。

    保存的样本能回答什么，见 docs/promql.md；其余会指名拒绝。不写时间则问数据的末尾，加 --live 则问现在。使用 --json 时结果与查询 API 的 `data` 形状相同。
help-query--expression = 表达式
help--history = 不提问，列出以前问过该工作区的表达式，最新的在前
help-query--at = 所问的时刻，如 2026-11-17T14:53:00Z、now-1h 或 Unix 秒。`now` 是数据的末尾，加 --live 则为现在
help-query--from = 范围的第一个时刻
help-query--to = 范围的最后一个时刻
help-query--step = 两个时刻的间隔，如 30s 或 5m；不写则为范围的 1/250，至少 15 s
help-query--source = 多个数据源都有所问内容时，写明用哪个，写名称
help--live = 由数据源的服务器回答，不用保存的样本；不保存任何内容

## feedback
help-feedback = 标明哪些发现在预期之内、哪些确实异常；可列出，可撤回
help-feedback-list = 列出对发现和窗口的标记，最新的在前
help-feedback-mark = 标明某个发现在预期之内或确实异常；或标明某个没有发现的窗口确实异常。立即生效，也作用于类似的发现
help--finding = 发现的标识，见 `open --json` 的输出
help--as = 如何标明
help--as--real = 确实异常，无论对其他发现如何标明
help--as--once = 仅此一次在预期之内
help--as--weekly = 每周在其开始的星期和时刻都在预期之内，按 --zone 的时区
help--as--always = 该序列无论出现什么都在预期之内
help--as--maintenance = 同一服务或主机上，从 --from 到 --to 开始的都在预期之内
help--window = 从 --from 到 --to 确实异常，无论其中发现了什么：写明 --series 或 --entity
help-feedback-mark--series = 窗口的序列：只匹配它的选择器或几个词
help-feedback-mark--entity = 窗口的服务、主机或其他实体
help-feedback-mark--from = 维护或窗口的开始，如 2026-11-17T14:00:00Z 或 now-2h。`now` 是数据的末尾
help-feedback-mark--to = 结束的时刻
help--everything = 维护涉及一切，而不只是该发现的服务或主机
help-feedback-undo = 撤回标记；结果如同从未标记
help--id = 其编号，见 `feedback list` 的输出

## series、changed、bill、compare、detect
help-series = 列出序列，有发现的在前，并显示上次检测得出的类别
help--class = 只要该类别的序列，如 seasonal、sparse、counter-like、bursty、constant
help-changed = 查询窗口内有何变化：每条序列与自身历史及同类比较，最异常的在前
help-changed--from = 窗口的开始，如 now-1h 或 2026-11-17T14:45:00Z。`now` 是数据的末尾
help-changed--to = 窗口的结束；不写则为数据的末尾
help-changed--limit = 最多几条序列
help-bill =
    显示检测器在这段历史中会带来的代价和收获：每周呼叫次数、找到的真实窗口及其延迟。

    真实窗口是人们标记为真实的发现，以及此处给出的窗口。标记为预期之内的发现不会呼叫任何人。
help--sensitivity = 多容易呼叫，1 到 20；不写则用工作区为该检测器保留的值，没有则为 4，指定方法时为 20
help--real = 确有其事的窗口，如 `now-1h to now`；可多次使用
help--detector = 计算该方法的账单，而不是已存的发现；方法名见 `wardroom compare --help`。其灵敏度是自身分数的界限：为 20 时每次告警都呼叫，为 10 时达到界限两倍的才呼叫
help--keep = 保留该灵敏度，指定了检测器则一并保留：用于 --selector 和 --entity 选出的序列，没有选择则用于整个工作区
help--forget = 不再为这些序列单独保留，改随工作区；没有选择序列则去掉工作区所保留的
help--kept = 列出已保留的，而不是账单
help-compare =
    用多种方法处理已存的序列并作对比：各自找到多少标记、每周告警、用时。

    不存储任何内容。方法：standard、seasonal-baseline、forest、extended-forest、lof、dbscan、knn、matrix-profile、change-points、mstl、peers。标记是人们标明为真实或预期之内的发现（`wardroom feedback mark`）。
help-compare--selector = 同上，写成选项，与其他命令一致
help--methods = 方法，以逗号分隔；不写则为全部
help-compare--from = 时间的开始，如 now-7d 或 2026-11-17T14:45:00Z；不写则为数据的开头
help-compare--to = 时间的结束；不写则为数据的末尾
help--unmarked-is-false = 未作说明的告警算作误报：即真实的都已标记
help-detect = 对每条序列评分并存储发现；加 --method 或 --together 则只显示其告警
help-detect--selector = 同上，写成选项，与其他命令一致
help--together = 改为把该实体的序列合在一起评分，不存储任何内容：多条序列一起偏离的告警，以及由哪些序列造成
help--method = 改用该方法，不存储任何内容；方法名见 `wardroom compare --help`

## report、export、workspace
help-report = 写报告：一个带图片的 HTML 文件
help-report--out = 写到哪里；不写则在工作区旁边
help--force = 替换已存在的文件
help-report--range = 报告所涉的时间
help-export = 把序列写到文件，用 `import` 读回后完全相同
help-export--out = 写到哪里；格式由后缀（.csv、.parquet、.om、.txt）决定
help-export--format = 格式，后缀看不出时写明
help--format--csv = 逗号分隔，每个样本一行
help--format--parquet = 列式，压缩
help--format--openmetrics = OpenMetrics 文本
help-export--range = 只要这段时间
help-source = 列出、修改、暂停、恢复或删除工作区的数据源
help-source-list = 列出工作区的数据源及其编号
help-source-pause = 暂停数据源：恢复之前不向它请求任何内容
help-source-resume = 让已暂停的数据源可以再次读取
help-source-delete = 删除数据源并忘记其密钥；除非给出 --with-data，其数据保留
help--which = 其编号（见 `source list` 的输出）或名称
help-source-edit = 修改连接的设置：写明的内容取代原有内容，列表则整体取代；其余保持不变
help-source-edit--name = 新的名称
help-source-edit--secret-stdin = 不询问，从标准输入读取密码、令牌或密钥
help-source-edit--selector = 要带来的内容：选择器，如 `up{"{"}job="node"{"}"}`；可多次使用
help-source-edit--expression = 要带来的内容：NAME=PROMQL，以 NAME 保存；可多次使用
help-source-edit--query = 集群中的哪些日志行：查询，如 `level >= warn`，或 JSON 形式的 Query DSL
help-source-edit--step = 两个值相隔的秒数；不写则取原始样本
help--without = 不再需要的部分；可多次使用
help--with-data = 连同数据一起删除；`workspace compact` 可归还空间
help-workspace = 新建、检查、压缩或复制工作区文件
help-workspace-new = 新建空的工作区
help-workspace-new--file = 要新建的文件
help-workspace-check = 检查工作区：结构、校验和、每个样本数据块；不作任何改动
help-workspace-compact = 执行保留期并归还空间
help-workspace-copy = 写一份副本，工作区在别处打开时也可以
help-workspace-copy--to = 副本

## drill、sim
help-drill = 列出演练，按文件进行演练，打印复盘
help-drill-list = 列出演练及其在这台机器上的结果
help-drill-list--trainee = 只要该学员的结果；不写则为所有人
help-drill-run =
    按操作文件进行一次演练，并打印结论和得分。

    文件每行一个 JSON 对象；空行和以 # 开头的行略去。`at` 从演练开始算起。操作类型：示例中的各种，另有 hint、advice（index、followed）。界面：now、alerts、metrics、logs、catalog、changes、checks。没有 `resolved` 时演练一直进行到结束。演练开始前会检查整个文件；被拒绝的演练不留下工作区。
help-drill-run--scenario = 演练的名称，见 `drill list` 的输出；或场景文件的路径
help-drill-run--seed = 种子：场景、种子与操作相同，结果就相同
help-drill-run--from = 已进行过的演练文件：从中分出另一次尝试，保留此前的决定
help-drill-run--at = 另一次尝试从何处开始，从演练开始算起，如 +4m；更早的操作略去
help-drill-run--trainee = 结果记在谁名下
help--actions = 操作文件；不写则无人操作
help-drill-run--workspace = 要新建的工作区；不写则放在应用的文件夹中
help--advice-may-be-wrong = 建议中可有故意放入的错误建议
help--fail-unpassed = 演练未通过时以 1 退出
help-drill-debrief = 打印演练的复盘
help-drill-debrief--workspace = 演练的工作区
help--attempt = 第几次尝试；不写则为最后结束的一次
help--journal = 同时打印向世界询问并执行的操作
help-sim = 用模拟世界生成带标签的遥测数据
help-sim-export =
    把一个世界写到文件夹：指标（OpenMetrics）、日志（JSON lines）、告警、拓扑、变更、检查、真值。

    输入相同，字节就相同。大文件用 zstd 压缩。日志只有演练期间及之前一小时的。
help-sim-export--scenario = 场景的名称，见 `drill list` 的输出；或场景文件的路径
help-sim-export--seed = 种子
help-sim-export--out = 要写入的文件夹；不存在则新建
help--span = 写出结束前多长时间，含历史，如 90m、3h 或 1d；不写则只写演练期间
help--start = 演练从何时开始，UTC 整分钟，如 2026-11-22T02:00:00Z
