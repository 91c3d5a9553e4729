terminal-more = …… 还有 { $n } 个；用 --json 列出。
terminal-more-than-listed = …… 还有 { $n } 个；用 --json 列出其中 { $listed } 个，用 `wardroom series` 列出每条有发现的序列。
terminal-synced = { $name }：{ $series } 条序列的 { $samples } 个新样本，{ $requests } 次请求。
terminal-followed = { $name }：已跟随 { $span }，最后一次应答在 { $time }。
terminal-followed-silent = { $name }：已跟随 { $span }，期间没有应答。
terminal-imported = 已导入 { $series } 条序列的 { $samples } 个样本；略去 { $bad } 行。
terminal-bad-row = { $column ->
    [0] 第 { $line } 行：“{ $text }”，{ $problem }；已略去。
   *[other] 第 { $line } 行第 { $column } 列：“{ $text }”，{ $problem }；已略去。
 }
terminal-bad-line = 第 { $line } 行：{ $problem }。
import-repeated-times = { $n } 个本地时间在拨回时钟的那夜出现两次；取第一次。写明时区的时间没有歧义。
import-overwritten = 至少 { $n } 个样本与同一序列的另一个样本时间相同；取文件中靠后的一个。
terminal-preview = { $rows } 行，{ $series } 条序列，{ $samples } 个样本，{ $bad } 行无法读取。尚未保存任何内容。
terminal-preview-about = 只读取了文件开头。据此大约有 { $rows } 行，{ $series } 条序列，{ $samples } 个样本，{ $bad } 行无法读取。尚未保存任何内容。
terminal-preview-asking = { $rows } 行。回答问题后才知道能得到什么。尚未保存任何内容。
import-again = 此文件曾以 { $name } 导入过；相同内容没有重复保存。
import-not-taken = 没有读取的列：{ $columns }。用 --value 或 --label 读取，用 --ignore 不再提示。
import-not-read = 列 { $column } 未读取：{ $why }。
import-columns-cut = 只取前 { $n } 列：此文件的对象有更多的键。要取其余各列，请写出键较少的文件。
import-period = 从 { $first } 到 { $last }。
import-times-far = 时间从 { $first } 到 { $last }。如非本意，请删除该数据源（wardroom source delete），并用 --time 指定另一列；数字按 Unix 时间读取。
terminal-exported = { $series } 条序列的 { $samples } 个样本已写入 { $path }
export-as-of = 按 { $date } 时的所知：之后才得知的样本不计在内。序列的种类与单位是现在所知的。
terminal-sound = 完好：已回读 { $chunks } 个数据块、{ $samples } 个样本。
terminal-not-sound = 有问题。检查了 { $chunks } 个数据块、{ $samples } 个样本：
terminal-compacted = 之前 { $before } MB，之后 { $after } MB。
terminal-secret = 密码或令牌：{" "}
terminal-source-none = 没有数据源。
terminal-kind-prometheus = Prometheus
terminal-kind-elasticsearch = Elasticsearch
terminal-kind-cmdb = CMDB
terminal-kind-simulated = 模拟
terminal-kind-file = 文件
terminal-kind-log-files = 日志文件
terminal-kind-inventory-file = 资产文件
terminal-source-is-paused = 已暂停
terminal-source-edited = 已修改 { $name }。下一步：wardroom sync。
terminal-source-trusted = 此工作区来自其他机器或位置，从现在起在这里受信任：读取 { $name } 时会运行写明的程序。
terminal-source-unchanged = { $name } 没有变化：写明的内容与现有设置相同。
terminal-source-paused = { $name } 已暂停，不再向它请求任何内容。
terminal-source-resumed = { $name } 可再次读取。下一步：wardroom sync。
terminal-source-deleted = { $name } 已删除；其数据保留。
terminal-source-deleted-data = { $name } 及其数据已删除。wardroom workspace compact 可归还空间。
terminal-scope-cost = { $series } 个序列，七天 { $bytes }、{ $requests } 次请求
terminal-scope-total = 已标记的最多共 { $series } 个序列，七天 { $bytes }、{ $requests } 次请求。
terminal-scope-instead = 去掉该标签后为 { $series } 个序列：--expression '{ $expression }'
terminal-secret-of = { $name }（{ $place }）的密码或令牌：{" "}
terminal-secret-not-kept = 这里没有钥匙串应答，{ $name } 的密钥在本命令结束后就没有了：wardroom sync 会询问，或用 --secret-stdin 读取。
terminal-secret-several = 有多个数据源需要密钥：{ $names }。请用 --source 指明给哪一个。
terminal-secret-lost = { $name } 在 { $place } 登录所用的密钥在这里未知。wardroom sync 会询问，或用 --secret-stdin 读取。
terminal-option-misplaced = { $option } 对{ $kind ->
    [prometheus] Prometheus
    [elasticsearch] 日志集群
   *[cmdb] 资产清单
 }没有意义，请去掉。
terminal-secret-for-nothing = --secret-stdin 给出了密钥，但没有登录方式使用它。请加上 --user、--bearer 或 --api-key。
terminal-connected = { $name } 是数据源 { $id }。下一步：wardroom sync。
terminal-connected-idle = { $name } 是数据源 { $id }。尚未选择从中读取什么：wardroom query --live 可以查询它，wardroom sync 不会读取任何内容。用 --suggest、--selector 或 --expression 选择。
terminal-probe = { $product } 有应答：{ $series } 条序列；{ $requests } 次请求，用时 { $took }。
terminal-probe-data = 数据从 { $oldest } 到 { $newest }。
terminal-probe-clock = 它的时钟与你的相差 { $offset }。
terminal-format-unclear = 文件后缀看不出格式。请用 .csv、.parquet 或 .om，或用 --format 指明。
terminal-header-unclear = 请求头写作 "Name: value"。
terminal-expression-unclear = 表达式写作 name=promql。
role-time = 时间
role-name = 名称
role-label = 标签
role-value = 数值
role-kind = 类型
role-unit = 单位
role-left-out = 略去
job-demo = 演示
job-sync = 同步
job-import = 导入
job-export = 导出
job-detect = 检测
job-report = 报告
job-compact = 压缩
job-copy = 复制
terminal-zone-question = 时间没有写明时区；请用 --times-in 指明。
terminal-series-none = 没有匹配的序列；类别由 wardroom detect 判定。
