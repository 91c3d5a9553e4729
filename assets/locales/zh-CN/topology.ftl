# 核心以数据形式发送的有关资产清单与拓扑图的句子：窗口与终端相同。

## 拓扑图
map-nothing = 还不知道这里有什么。请添加资产来源、导入文件，或接入带有服务名的指标。
map-calm = { $n } 个实体及其间 { $edges } 条依赖均无异常。
map-unscored = { $n } 个实体，其间 { $edges } 条依赖。尚未对任何序列评分，因此不知道哪些偏离常态。
map-failing = { $span }内有 { $n } 个实体偏离常态，最先是 { $entity }（{ $time }）；{ $affected } 个实体依赖它，其中一级 { $tier1 } 个{ $apart ->
    [0] 。
   *[other] ；另有 { $apart } 个的发现或告警与此不同时。
 }
map-failing-one = { $entity } 自 { $time } 起偏离常态；{ $affected } 个实体依赖它，其中一级 { $tier1 } 个{ $apart ->
    [0] 。
   *[other] ；另有 { $apart } 个的发现或告警与此不同时。
 }
map-no-domain = 没有来源记录业务域，因此全部归在一处。
map-no-system = 没有来源记录系统，因此全部归在一处。
map-rest = 其余 { $n } 个实体折叠为计数框。
topology-phase-first = 最先偏离
topology-phase-failing = 故障中
topology-phase-impact = 受影响
map-foot = 绘制 { $drawn } 条边，捆绑 { $bundled } 条，节点或方框内 { $folded } 条，丢弃 { $dropped } 条

## 影响范围
reach-down = { $name } 故障时可能影响 { $n } 个实体，其中一级 { $tier1 } 个。
reach-down-none = 没有已知的实体依赖 { $name }。
reach-up = { $name } 依赖 { $n } 个实体，其中一级 { $tier1 } 个。
reach-up-none = 不知道 { $name } 依赖什么。
reach-both = 与 { $name } 相关的有 { $n } 个实体，其中一级 { $tier1 } 个。

## 依赖
topology-plain = { $text }
edge-declared = { $source } 如此记录，{ $age }未变
edge-inferred = 遥测同时指明两端（{ $rule }），最近见于 { $date }
edge-co-move = 两者先后偏离常态；把握 { $share } %
edge-times-lines = 见于 { $n } 行日志
edge-times-series = 见于 { $n } 条序列
edge-drawn = 手工绘制
entity-version-told = { $source } 如此记录
entity-version-changed = { $source } 改变了记录
edge-version-declared = { $source } 声明：{ $how }
edge-version-inferred = 遥测指明了两端（{ $rule }）
edge-version-proposed = 推测：两端先后异常
edge-version-drawn = 手工绘制
edge-version-removed = 手工移除
edge-version-confirmed = 手工确认
edge-stale-old = 超过 14 天来源未改动，无人确认，遥测中也未见。
edge-stale-unseen = 两端的遥测都指明通信对象，但没有彼此。
edge-doubtful-reversed = 另一来源说的是相反方向。
edge-doubtful-retired = 其中一端已停用。
edge-proposed = 无人声明：两者先后偏离常态的次数多于偶然。

## 存疑
duplicate-fact = { $kind }，站点 { $site }，地址 { $address }
duplicate-named-only = 只有依赖关系提到它
identity-same-serial = 序列号相同
identity-same-name = 名称相同
identity-same-short-name = 去掉域名后名称相同
identity-same-alias = 一方把另一方的名称列为自己的别名
identity-name-of-address = 一方以另一方的地址命名
identity-same-address = 地址相同
identity-similar-name = 名称只差一个字母
identity-lookalike-name = 名称看起来相同，字母却不同
identity-same-site = 站点相同
identity-different-serial = 序列号不同
identity-different-name = 名称毫无共同之处
identity-different-domain = 域名不同
identity-different-kind = 类型不同
identity-different-environment = 环境不同
identity-different-site = 站点不同
identity-different-address = 没有相同的地址
identity-address-reused = 该地址被多次使用
identity-name-reused = 该名称被多次使用
identity-serial-reused = 该序列号被多次使用
identity-same-source = 同一来源把它们记为两个
conflict-preferred = 此处人工指定以该来源为准。
conflict-ranked = 该来源优先。
conflict-newest = 这是最新的说法。
conflict-first = 新旧相同，取第一个来源。
orphan-measured = 有测量数据，说明它在运行：请绘制其依赖，或接入了解它的来源。
orphan-unmeasured = 既无测量数据也无依赖：可能已不存在。请询问负责人。
orphan-named-only = 只是被别处提到。请把它设为某个已知实体的别名。
dangling-self = 它依赖自己。
dangling-shared = 有多个实体叫 { $name }。
dangling-missing = 没有实体叫 { $name }。
dangling-lookalike = 没有实体叫 { $name }：看起来相同的名称用的是另外的字母（{ $letters }）。

## 决定
topology-decided-merge = { $names } 是同一个
topology-decided-apart = { $names } 是不同的实体
topology-decided-draw = { $from } { $how } { $to }：已绘制
topology-decided-remove = { $from } 不依赖 { $to }
topology-decided-confirm = { $from } 依赖 { $to }：已确认
topology-decided-prefer = { $entity } 的 { $field } 以 { $source } 为准
topology-decided-note = { $names }：“{ $text }”
topology-decided-unnote = { $names }：备注已删除
topology-decided-dismiss = { $name }：这样是对的
topology-decided-dismiss-edge = { $from } 到 { $to }：这样是对的
topology-decided-alias = { $name } 又名 { $alias }
topology-decided-own = { $name } 归 { $team } 负责
owner-by-system = { $system } 中 { $of } 个已有归属的实体里，{ $n } 个归 { $team }，例如 { $names }。
owner-by-carried = 在其上运行且已有归属的 { $of } 个事物里，{ $n } 个归 { $team }，例如 { $names }。
owner-by-neighbours = 已有归属的 { $of } 个 { $kind } 类相邻实体里，{ $n } 个归 { $team }，例如 { $names }。

## 读取资产清单
missing-inventory = 无法读取 { $lost }：没有 { $path } 的权限。
absent-inventory = 无法读取 { $lost }：服务器上没有 { $path }。
inventory-held-back = { $of } 个实体中有 { $n } 个、另有 { $dependencies } 条依赖没有读到。在您说明它们是否已删除之前予以保留。
inventory-filter-ignored = 来源忽略了 { $subject } 的过滤条件（{ $detail }）。不符合的条目已略去。
inventory-count-differs = { $subject }：读到的数量与来源的计数不同（读到/计数：{ $detail }）。
inventory-changed-while-read = { $subject } 在读取期间发生变化（先后计数：{ $detail }）。
inventory-pages-repeat = { $subject }：后续页面没有新内容，读取已结束（页数：{ $detail }）。其余可能缺失。
inventory-page-cap = { $subject } 超过映射规定的 { $detail } 页上限。其余缺失。
inventory-item-too-long = { $subject }：有条目过长，已略去（字节：{ $detail }）。
inventory-item-without-name = { $subject }：没有名称、或没有映射所指键的条目已略去；第一个是 { $detail }。
inventory-value-not-understood = 无法理解 { $subject }：{ $detail }
inventory-value-not-mapped = { $subject } 的值在映射中没有对应：{ $detail }
inventory-nothing-found = 映射中的字段 { $subject } 在第一页的 { $detail } 项中都没有找到内容。
inventory-lookup-missed = 映射的查找表 { $subject } 中没有 { $detail } 对应的行。
inventory-class-lost = 未读取 { $subject }：{ $detail } 不可达或无权限。
inventory-place-rewritten = { $subject }：来源称下一页在 { $detail }；已改为询问所配置的地址。
inventory-empty = { $subject } 没有条目。{ $detail }
inventory-list-cut = { $subject }：某条目的值超过每个条目保留的 { $detail } 个，其余缺失。
inventory-text-cut = { $subject }：{ $detail } 个文本超过所保留的 2,000 个字符，已截断。
inventory-lookup-cut = { $subject } 的行数超过保留的 { $detail } 行。
inventory-begun-again = 读取开始后映射有改动，已重新开始。{ $subject } { $detail }

## 映射
mapping-syntax = 这不是 TOML。{ $subject } { $detail }
mapping-unknown-field = 格式中没有字段 { $subject }。可用：{ $detail }
mapping-missing-field = 缺少 { $subject }。{ $detail }
mapping-wrong-type = { $subject } 的类型不符：{ $detail }
mapping-wrong-value = { $subject } 不能取此值。可用：{ $detail }
mapping-bad-path = { $subject }：无法读取路径。{ $detail }
mapping-bad-pattern = { $subject }：不是正则表达式。{ $detail }
mapping-unknown-lookup = { $subject }：没有这个查找表。已有：{ $detail }
mapping-unknown-placeholder = { $subject }：没有这个占位符。已有：{ $detail }
mapping-reads-nothing = { $subject } 什么也不读：请添加实体或关系。{ $detail }
mapping-twice = { $subject } 出现两次。{ $detail }

## 文件
inventory-file-syntax = 第 { $line } 行第 { $column } 列：不符合格式规则；其后未读取。{ $detail }
inventory-file-open-quote = 第 { $line } 行第 { $column } 列：引号未闭合，此行已略去。{ $detail }
inventory-file-too-many-cells = 第 { $line } 行第 { $column } 列：该行的单元格多于表头。{ $detail }
inventory-file-no-columns = 第 { $line } 行第 { $column } 列：既没有 name 列，也没有 from 与 to 列，两者需有其一。现有列：{ $detail }
inventory-file-no-rows = 其中没有可读的内容：既没有实体，也没有依赖。
inventory-file-no-entry = 第 { $line } 行第 { $column } 列：既不是实体（需有 name），也不是依赖（需有 from 与 to）。{ $detail }
inventory-file-unknown-list = 第 { $line } 行第 { $column } 列：列表 { $detail } 的名称无法识别，未读取。请改名为 entities 或 dependencies。
inventory-file-no-name = 第 { $line } 行第 { $column } 列：实体没有名称。{ $detail }
inventory-file-no-end = 第 { $line } 行第 { $column } 列：依赖缺少一端，已略去。请补上 { $detail }。
inventory-file-twice = 第 { $line } 行第 { $column } 列：“{ $detail }”已经存在，此条已略去。如果是另一个实体，请给它单独的 key。
inventory-file-unknown-kind = 第 { $line } 行第 { $column } 列：“{ $detail }”不是类型；按“其他”处理。可用的类型：service、host、database、cache、queue、balancer、device、storage、cluster、container、system、external、other。
inventory-file-bad-value = 第 { $line } 行第 { $column } 列：此处无法读取“{ $detail }”，已略去。
inventory-file-too-long = 第 { $line } 行第 { $column } 列：文件超过可读取的 { $detail } 字节。
inventory-file-value-too-long = 第 { $line } 行第 { $column } 列：值最多保留 { $detail } 个字符，其余已截去。
inventory-file-too-deep = 第 { $line } 行第 { $column } 列：文档嵌套过深。{ $detail }

## 失败
error-mapping = 映射第 { $line } 行第 { $column } 列：{ $problem ->
    [syntax] { mapping-syntax }
    [unknown_field] { mapping-unknown-field }
    [missing_field] { mapping-missing-field }
    [wrong_type] { mapping-wrong-type }
    [wrong_value] { mapping-wrong-value }
    [bad_path] { mapping-bad-path }
    [bad_pattern] { mapping-bad-pattern }
    [unknown_lookup] { mapping-unknown-lookup }
    [unknown_placeholder] { mapping-unknown-placeholder }
    [reads_nothing] { mapping-reads-nothing }
   *[twice] { mapping-twice }
 }
error-preset-missing = 请说明如何理解该资产清单：用 --preset 指定 { $known } 之一，或用 --mapping 指定文件。
error-preset-unknown = 没有名为 { $name } 的预设。现有：{ $known }；自己的映射请用 --mapping 指定文件。
error-not-an-inventory = { $name } 不是资产来源。
error-source-not-inventory = 应答的不是映射所描述的资产清单：{ $detail }。请检查 URL 与映射。
error-inventory-stands-still = { $name } 反复发送同一页。已到达的内容予以保留；请稍后重试，或在映射中减小每页条数。
error-inventory-file = 无法把 { $path } 读作资产清单：{ $detail }
error-no-such-entity = 没有实体叫 { $name }。{ $meant ->
    [some] 您是不是指 { $near }？
    [empty] 这里还没有任何实体：请同步资产清单，或导入资产清单文件。
    [then] 那一刻还没有任何实体：请选择更晚的时刻。
   *[none] 请在目录中查找。
 }
error-entity-ambiguous = 有多个实体叫 { $name }。请改用以下名称之一：{ $names }。
error-topology-few = 至少需要两个实体。请再选一个。
error-topology-same-thing = { $name } 被指定了两次：两个名称已是同一实体。
error-topology-no-record = { $name } 只是被别处提到，没有来源记录它，因此无法合并。请改为设置别名。
error-topology-self-edge = { $name } 不能依赖自己。
error-topology-field = { $field } 不是可以指定来源的字段。
error-filter-exists = 已有名为 { $name } 的筛选，未作更改。请替换它，或另取名称。
error-topology-text = 文字为空，或超过 { $n } 个字符。
error-nothing-held-back = { $name } 没有等待删除的内容。
error-format-not-text = PNG 无法打印。请选择要写入的文件。

## 资产清单的用词：一个事物如何依赖另一个，以及它是哪一类。
edge-how-depends-on = 依赖
edge-how-calls = 调用
edge-how-reads = 读取
edge-how-writes = 写入
edge-how-caches-in = 缓存于
edge-how-publishes-to = 发布到
edge-how-consumes-from = 消费自
edge-how-runs-on = 运行于
edge-how-balances = 均衡
edge-how-replicates-to = 复制到
edge-how-part-of = 属于
edge-how-connects-to = 连接
entities-kind-device = 设备
entities-kind-storage = 存储
entities-kind-cluster = 集群
entities-kind-container = 容器
entities-kind-system = 系统
entities-kind-other = 其他
entities-kind-domain = 业务域
entities-kind-service = 服务
entities-kind-host = 主机
entities-kind-database = 数据库
entities-kind-cache = 缓存
entities-kind-queue = 队列
entities-kind-balancer = 负载均衡
entities-kind-external = 外部

## 终端
terminal-topology-synced = { $name }：读取 { $read } 项，变更 { $changed } 项，请求 { $requests } 次。
terminal-topology-observed = 从遥测得知 { $n } 条依赖。
terminal-topology-held = { $name }：{ $of } 个实体中有 { $n } 个、另有 { $dependencies } 条依赖没有读到，未删除。请执行 wardroom topology sync，并指定 --delete-missing 或 --keep-missing。
terminal-topology-ended = { $name }：{ $of } 个实体中没有读到的 { $n } 个及 { $dependencies } 条依赖已结束；在更早时刻仍可查看。
terminal-topology-kept = { $name }：{ $of } 个实体中没有读到的 { $n } 个及 { $dependencies } 条依赖已保留，并列在存疑中。
terminal-topology-preview = { $format }：{ $entities } 个实体，{ $dependencies } 条依赖，{ $bad } 行无法读取。
terminal-topology-imported = 新增 { $fresh }，变更 { $changed }，不变 { $same }，消失 { $gone }，略去 { $bad } 行。
terminal-topology-loose = { $n } 条依赖没有着落，路径和影响范围不包括它们：{ $from } → { $to }。{ $reason }请同时导入实体，即带有 name 列的表；wardroom topology doubtful 列出其余的。
terminal-topology-path-same = { $from } 与 { $to } 是同一个实体，两者之间没有路径可言。
terminal-topology-reach-key = 依次为跳数、名称、类型、等级、团队与联系方式；! 表示没有别的路可绕，? 表示途经不确定的边。
terminal-topology-no-path = { $from } 与 { $to } 互不依赖。
terminal-topology-path-reversed = { $from } 不依赖 { $to }；方向相反。
terminal-topology-loops = 有 { $n } 条依赖从一个实体指回它自己，不计入：{ $from } → { $to }。请从文件中删去。
terminal-topology-doubts = 可能重复 { $duplicates }，冲突 { $conflicts }，存疑依赖 { $edges }，无着落 { $dangling }，无依赖 { $orphans }，无负责人 { $unowned }。
terminal-topology-duplicates = 可能是同一个
terminal-topology-conflicts = 来源不一致
terminal-topology-edges = 存疑的依赖
terminal-topology-dangling = 无着落
terminal-topology-orphans = 没有任何依赖
terminal-topology-unowned = 没有负责人
