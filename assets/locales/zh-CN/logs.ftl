# 核心以数据形式给出的、关于日志的句子：窗口与终端共用。

## 模板表
logroom-new = { $n } 个模板在 { $time } 之前从未出现。
logroom-nothing-new = 没有新内容：所有模板以前都出现过。
logroom-nothing-new-but = 没有新内容。{ $more } 个模板比预期更频繁，{ $gone } 个停止出现。
logroom-history-short = 比较窗口之前的日志太少，无法断定什么是新的。
logroom-history-short-lead = 至少需要 { $n } 行。请选更早的基线或更长的范围。
logroom-not-compared = 窗口中的行多于已查看的行：不作比较。
logroom-lead = 先看 { $place } 的“{ $template }”，始于 { $time }。
logroom-lead-before-alert = 先看 { $place } 的“{ $template }”，始于 { $time }：比第一条告警早 { $span }。
logroom-lead-after-alert = 先看 { $place } 的“{ $template }”，始于 { $time }：比第一条告警晚 { $span }。
logroom-lead-nowhere = 先看“{ $template }”，始于 { $time }。
logroom-lead-nowhere-before-alert = 先看“{ $template }”，始于 { $time }：比第一条告警早 { $span }。
logroom-lead-nowhere-after-alert = 先看“{ $template }”，始于 { $time }：比第一条告警晚 { $span }。
logroom-looked-at-partly = 每个来源只看了 { $n } 行，计数偏低。请缩短范围或收窄查询。
logroom-rows-cut = 表中显示 { $all } 个模板中的 { $n } 个。请收窄查询，或选择级别、类别或变化。
logroom-values-partly = 每个窗口只看了 { $n } 行的值，因此不说哪个值解释了变化。请选更短的窗口。
logroom-counted-partly = 没有看完 { $name } 的所有行，计数偏低。请缩短范围或收窄查询。
log-change-new = 新增
log-change-gone = 消失
log-change-more = 增多
log-change-fewer = 减少
log-change-rare = 罕见
log-change-same = 不变
log-class-hardware = 硬件故障
log-class-application = 应用错误
log-class-network = 网络中断
log-class-security = 安全攻击
log-class-none = 无故障
log-class-unknown = 未知

## 单个模板
logroom-before-alert = 比 { $time } 触发的第一条告警早 { $span }
logroom-after-alert = 比 { $time } 触发的第一条告警晚 { $span }
logroom-before-finding = 比 { $entity } 的 { $what } 偏离常态早 { $span }
logroom-after-finding = 比 { $entity } 的 { $what } 偏离常态晚 { $span }
logroom-explains = { $value } 占新增行的 { $increase } %：之前占 { $before } %，比较窗口中占 { $after } %。
logroom-explains-new = { $value } 出现在 { $after } % 的行中。
logroom-evidence-rule = 规则“{ $rule }”命中“{ $text }”：{ $class }
logroom-evidence-term = “{ $text }”这些词指向{ $class }
logroom-evidence-level = 级别 { $text } 指向{ $class }
logroom-decided-merge = { $n } 个模板合为一个：“{ $template }”
logroom-decided-split = “{ $template }”按第 { $place } 个参数拆分
logroom-decided-name = “{ $template }”命名为 { $name }
logroom-decided-unnamed = “{ $template }”不再有名称
logroom-decided-class = “{ $template }”归为{ $class }
logroom-decided-own-class = “{ $template }”归为 { $name }

## 查询
query-unclosed-quote = 引号没有闭合
query-unclosed-parenthesis = 括号没有闭合
query-unexpected-parenthesis = 这个括号没有对应的左括号
query-missing-value = 字段没有值
query-missing-operand = and、or、not 旁边或括号里缺少内容
query-empty-text = 引号之间没有内容
query-unexpected-text = 引号后缺少空格
query-unknown-operator = 不认识这个运算符；请写 field : value、and、or、not
query-unknown-level = 这不是级别；请写 trace、debug、info、warn、error 或 fatal
query-mixed-stars = 一个词里不能既有字面星号又有通配星号
query-bad-regex = 斜杠之间不是正则表达式，或者太大；要表示斜杠请写 \/word
query-time-field = 时间不是保存的行和文件的字段；请改选时间段，在终端中用 --since 和 --until
query-too-deep = 括号嵌套太深
query-too-long = 查询太长
query-json-ends = JSON 没有写完；请闭合引号、方括号和花括号
query-json-bad = 此处不符合 JSON；请检查是否多了或少了逗号、冒号、引号或括号
query-json-empty = 对象是空的；请在其中写一个查询，例如“match_all”
query-json-keys = { $keys } 不属于这里；只写一个查询，放在“query”下或单独写
query-json-no-object = “query”的值必须是对象
query-json-behind = 对象后面只能是“and”和一个 KQL 查询
query-json-regex = 不向集群查询 KQL 的正则表达式；请在对象中写成“regexp”

## 集群
missing-log-product = 无权读取 { $path }：产品和版本未知。
missing-log-indices = 无权列出索引：需要手工输入。允许 { $path } 即可列出。
missing-log-sizes = 无权读取文档数量。允许 { $path } 即可获知。
missing-log-fields = 无权读取字段类型：只能从若干行猜测哪个字段是什么。请允许 { $path }。
missing-log-search = 无权搜索：什么都读不到。请允许 { $path }。
absent-log-product = 它不说明自己是什么（{ $path }：{ $status }）：产品和版本未知。
absent-log-indices = 它不提供索引列表（{ $path }：{ $status }）：需要手工输入。
absent-log-sizes = 它不提供文档数量（{ $path }：{ $status }）。
absent-log-fields = 它不提供字段类型（{ $path }：{ $status }）：只能从若干行猜测哪个字段是什么。
absent-log-search = 没有可搜索的内容（{ $path }：{ $status }）：什么都读不到。请写明存在的索引。
log-field-conflict = 字段 { $field } 有多种类型：{ $types }。
log-notice-shards = { $subject } 的一部分没有应答：{ $detail }。所示内容不完整。
log-notice-timed-out = 集群处理 { $subject } 超时，只返回了已有部分。
log-notice-conflict = { $subject } 中某字段类型不同，已略去：{ $detail }。
log-notice-fields = { $subject } 行的字段超过上限，略去了 { $detail } 个。
log-notice-cut = { $subject } 有 { $detail } 个值超过可保存的长度，已截断。
log-notice-too-long = { $subject } 中的文档 { $detail } 太长，未带正文。
log-notice-ties = 同一时间的行多到无法区分：超出 { $detail } 的部分已略去。
log-notice-repeat = 中断之后，{ $subject } 的有些行可能出现两次。
log-notice-no-pit = 集群不能固定 { $subject } 某一时刻的视图：期间删除或到达的行可能缺失。
log-notice-coarser = 为减轻集群负担，{ $subject } 的计数步长比要求的更宽：{ $detail }。
log-notice-not-countable = 字段 { $subject } 不能按值计数。
log-notice-mapped-only = 字段太多，只在 { $subject } 已映射的字段中查找文本。
log-notice-no-time = 以下索引没有字段 { $detail }，其文档不会被读取：{ $subject }。请选择不含它们的索引，或手动指定时间字段。
log-notice-no-content = 索引 { $subject } 不保存文档内容（_source 已关闭）：{ $detail } 行没有正文。请打开 _source 并重新索引后再读取。
logroom-nothing-stored = 此范围内没有保存 { $name } 的日志。同步后可看到行；计数来自集群。
logroom-partly-stored = 此处保存了 { $name } 从 { $from } 到 { $to } 的行；其余的计数来自集群。
logroom-read-in-part = 读取此范围时，{ $name } 的一部分没有应答，因此这里缺少一些行。请再次同步；计数来自集群。
logroom-windows-lack = { $name } 在两个窗口中的行没有全部保存在这里：消失或减少的可能只是缺失。请同步这两个窗口以确认。
logroom-not-asked-again = 读取 { $from } 至 { $to } 的行时，{ $name } 的一部分没有应答。这段时间已保存的行太多，无法与新行区分，因此不会自动重读。若要补全，请重新添加该集群并同步这段时间。
logroom-cluster-no-regex = 不向 { $name } 查询正则表达式；只搜索此处保存的行。
logroom-not-counted = { $name } 没有及时返回计数；只统计此处保存的行。
logroom-cluster-asked = 刚由 { $names } 应答；没有查看此处保存的行和文件，结果也不保存。
logroom-cluster-silent = { $name } 没有应答该查询，缺少它的行。单独选择它可查看原因。
logroom-values-low = 集群的各部分只报告各自最常见的值：某个计数可能偏低，最多少 { $n }。
logroom-values-joined = 统计了多个来源，且并非每个都列出全部取值：其间的值可能偏低。
logroom-cluster-uncounted = { $name } 没有统计找到的行，计数偏低。

## 日志文件
logfile-question-zone = 这些时间是哪个时区的？{ $examples }
logfile-question-day-first = 日在前还是月在前？{ $examples }
logfile-question-year = 这些时间没有年份：{ $examples }。采用 { $year }。
logfile-question-date = 这些时间没有日期：{ $examples }。采用文件最后修改的前一天。
logfile-left-out = 已略去 { $file }：{ $why ->
    [missing] 该处什么都没有
    [denied] 系统不允许读取
    [folder] 它是文件夹
    [empty] 它是空的
    [foreign] 它不是日志
    [utf16] 它是 { $detail } 文本，而文件按 UTF-8 读取；请另存为 UTF-8
    [undecided] 其时间有多种读法
    [changed] 读取期间被重写
   *[unreadable] { $detail }
 }。
logfile-invalid-utf8 = { $file }：{ $n } 行含有非 UTF-8 字节，显示为 �。
logfile-nul-bytes = { $file }：{ $n } 行含有 NUL 字节，显示为 �。
logfile-long-lines = { $file }：{ $n } 行超过可保存的长度，最长 { $longest }；其余部分没有读取。
logfile-truncated = { $file } 在 { $bytes } 后中断；显示已读到的内容。
logfile-damaged = { $file } 在 { $bytes } 后损坏：{ $detail }。显示此前的内容。
logfile-trailing = { $file }：压缩数据之后还有其他内容，已略去。
logfile-dense = { $file } 只读到 { $bytes } 处：它的文本比文件大一千倍以上，只有故意用来塞满机器的文件才会这样。显示已读到的内容。如果信任它，请先解压再打开文本。
logfile-bad-json = { $file }：{ $n } 行看似 JSON 但不是，按文本保留。
logfile-elements = { $file } 是一个 JSON 列表；其中每个元素按一行读取。
logfile-elements-of = { $file } 是一个 JSON 文档；其列表“{ $array }”中的每个元素按一行读取，列表之外的内容已略去。
logfile-bad-elements = { $file }：{ $n } 个元素不是完整的 JSON 对象，第一个是第 { $first } 个元素；按文本保留。
logfile-many-fields = { $file }：{ $n } 行的字段超过上限。
logfile-no-times = { $file }：没有一行带时间，只知道行的顺序。
logfile-untimed = { $file }：{ $n } 行没有时间，采用前一行的时间。
logfile-zone-assumed = { $file }：时间没有写明时区，按 UTC 处理。如有误请指明时区。
logfile-year-assumed = { $file }：时间没有写明年份，按 { $year } 年处理，与文件最后修改的时间相符。如有误请用 --year 指明最后一行的年份。
logfile-date-assumed = { $file }：时间没有写明日期，采用文件最后修改的前一天。
logfile-day-first-assumed = { $file }：日期里日和月的先后无法判断，按日在前读取。如有误请用 --month-first。
logfile-skipped-times = { $file }：{ $n } 个本地时间在切换当夜不存在，已后移。
logfile-repeated-times = { $file }：{ $n } 个本地时间出现两次，取第一次。
logfile-unfinished = { $file }：最后一行尚未写完。
logfile-changed = { $file } 在读取时变短了。
logfile-index-not-kept = 索引无法保存：{ $detail }。下次打开会重新读取文件。
logfile-late-lines = { $file }：{ $n } 行在所属记录显示之后才到达。
logfile-ordered = 文件按时间顺序读取：{ $files }。
logfile-overlap = { $first } 与 { $second } 从 { $from } 起时间重叠；依次读取。
logroom-file-shrunk = { $name } 的 { $file } 被清空或重写，已重新读取。
logroom-file-rotated = { $name } 的 { $file } 被另一个文件替换，也已读取。
logroom-file-gone = { $name } 的 { $file } 不见了。计数保留；在此处打开期间仍可读取它的行。
logroom-file-back = { $name } 的 { $file } 又出现了。
logroom-files-grew = { $name } 的文件比表中统计的行更多。重新打开即可全部统计。
logroom-files-unreadable = 无法读取 { $name } 的文件：{ $path }。模板和计数来自上次读取。
logroom-files-elsewhere = { $name } 指向另一台机器上的文件。不会仅凭外来文件的说法就打开它们。
logroom-input-short = 输入中途结束；已读取到达的部分。
logroom-input-utf16 = 输入是 { $encoding } 文本，已按此读取。
job-open-logs = 日志文件
job-keep-logs = 保留日志行

## 终端
terminal-templates = { $lines } 行中有 { $n } 个模板。
terminal-diff = { $n } 个模板有变化：新增 { $new } 个，消失 { $gone } 个。
terminal-values = { $field } 的取值，共 { $lines } 行有该字段：
terminal-values-none = 找到的行中没有字段 { $field }。
terminal-values-other = …… 另有 { $lines } 行是其他值。
terminal-masked = 已屏蔽 { $n } 处机密（{ $rules }）。用 --show-secrets 显示。
terminal-field-unclear = 字段写作 PART=FIELD；PART 为 time、message、level、service、host 或 dataset。
terminal-probe-cluster = { $product } { $version } 有应答；{ $requests } 次请求，用时 { $took }。
terminal-probe-mapping = 字段（{ $schema }）：{ $fields }。
terminal-synced-lines = { $name }：{ $samples } 行新日志，{ $requests } 次请求。

## 失败
error-log-query = “{ $text }”在第 { $column } 列无法识别：{ $problem ->
    [unclosed_quote] { query-unclosed-quote }
    [unclosed_parenthesis] { query-unclosed-parenthesis }
    [unexpected_parenthesis] { query-unexpected-parenthesis }
    [missing_value] { query-missing-value }
    [missing_operand] { query-missing-operand }
    [empty_text] { query-empty-text }
    [unexpected_text] { query-unexpected-text }
    [unknown_operator] { query-unknown-operator }
    [unknown_level] { query-unknown-level }
    [mixed_stars] { query-mixed-stars }
    [bad_regex] { query-bad-regex }
    [time_field] { query-time-field }
    [too_deep] { query-too-deep }
   *[too_long] { query-too-long }
 }。
error-log-query-regex = 不向集群查询正则表达式“{ $text }”：它只会在单个词中匹配。请在此使用单词或原始 JSON。
error-log-query-json = 查询以花括号开头，但第 { $line } 行第 { $column } 列无法读取：{ $problem ->
    [ends] JSON 没有写完。请闭合引号、方括号和花括号。
    [empty] 对象是空的。请在其中写一个查询，例如“match_all”。
    [keys] { $keys } 不属于这里。只写一个查询，放在“query”下或单独写。
    [no_object] “query”的值必须是对象。
    [behind] 对象后面只能是“and”和一个 KQL 查询。
    [regex] 不向集群查询 KQL 的正则表达式。请在对象中写成“regexp”。
   *[not_json] 此处不符合 JSON。请检查是否多了或少了逗号、冒号、引号或括号。
 }
error-log-query-raw = 花括号中的查询是集群自己的语言：不能用来查询保存的行、文件和模板。请用它查看工作区的行，或改写词和字段，例如 service : checkout；字面的花括号请放在引号里。
error-log-field-uncountable = “{ $field }”不能按值计数：请写一个值较短的字段，例如 service、host、level 或行中的字段。
error-log-query-raw-regex = 不向集群查询 --regex。请在查询中写成“regexp”。
error-log-query-raw-context = 不向集群查询所找到的行前后的行。请去掉 --context。
error-log-query-raw-template = 集群不知道模板。请去掉模板，或改用词和字段查询。
error-log-query-no-cluster = 花括号中的查询由集群应答，而所选来源中没有可以询问的集群。请连接 Elasticsearch 或 OpenSearch，恢复已暂停的集群，或选择它。
error-log-query-elsewhere = 此工作区来自别的机器或位置，{ $name } 的服务器只由它指定。请关注 { $name } 以示信任，或用词和字段查询保存的行。
error-regex = “{ $text }”不是正则表达式：{ $detail ->
    [empty] 它是空的
    [too_large] 需要的内存太多
   *[other] { $detail }
 }。
error-no-such-template = 这里没有模板 { $id }。
error-no-such-line = 这里没有行 { $id }。
error-no-such-decision = 没有编号为 { $id } 的决定，或已撤回。
error-log-merge-few = 合并至少需要两个模板。请再标记一个。
error-log-split-parameter = 该模板有 { $n } 个参数；请选其中之一。
error-log-name-long = 名称太长；上限为 { $n } 个字符。
error-log-format = 不认识格式 { $format }。可用的有：{ $known }。
error-log-no-files = 没有指明文件。
error-log-file-folder = { $path } 是文件夹。请指明其中的文件。
error-log-file-foreign = { $path } 不是日志：它是{ $kind ->
    [spreadsheet] 电子表格
    [compressed] 压缩文件
    [pdf] PDF
    [picture] 图片
    [database] 数据库
    [json_document] 单个 JSON 文档
   *[binary] 非文本文件
 }。
error-log-file-utf16 = { $path } 是 { $encoding } 文本；文件按 UTF-8 读取。请转换编码（例如 iconv -f { $encoding } -t UTF-8），或将其作为标准输入交给 wardroom logs，标准输入两者都能读取。
error-log-file-changed = { $path } 在读取时被重写。请重试。
error-log-files-open-already = 这些文件已经打开，名为 { $name }。
error-log-files-elsewhere = { $name } 指向另一台机器上的文件。请在此处把文件作为单独的数据源打开。
error-not-log-files = { $name } 不是日志文件数据源。
error-not-a-log-source = { $name } 不是日志集群。
error-log-zone-open = { $file } 中的时间没有写明时区。请在预览中选择，或使用 --times-in。
error-log-input = 无法读取标准输入：{ $detail }。
error-log-diff-empty = 其中一方没有匹配的行：没有可比较的内容。
error-log-mixed-input = 标准输入（-）只能单独读取。请去掉文件，或先把输入写入文件。
error-log-diff-overlap = 两个窗口重叠，在两者中都新出现的内容无法报告。请让一个结束于另一个开始之处，如 now-1h to now-15m 与 now-15m to now。
error-log-diff-inputs = 请指明两个文件（其中一个可以是 -），或一个文件加 --baseline 与 --compare 两个窗口。
error-source-not-elasticsearch = 应答的既不是 Elasticsearch 也不是 OpenSearch：{ $detail }。请检查 URL。
