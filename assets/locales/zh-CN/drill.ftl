# 演练与列表的句子，以数据形式由核心给出：窗口、终端和报告共用。

## 列表
alerts-none = 没有告警在触发；已查看最近 { $span }。
alerts-none-here = 此处没有告警在触发，{ $elsewhere ->
    [0] 别处也没有
   *[other] 别处有 { $elsewhere } 个
 }；已查看最近 { $span }。
alerts-firing = 自 { $time } 起有 { $n } 个告警在触发：{ $rules } 条规则，{ $entities } 个服务或主机。
logs-none = 没有匹配的行。
logs-lines = { $n } 行，其中 { $errors } 行为错误。

## 演练列表
drill-list-none = 共 { $of } 个演练，尚未尝试。
drill-list-passed = { $of } 个演练中已通过 { $n } 个。
drill-next-first = 从演练 { $number }《{ $title }》开始：{ $trains }。
drill-next-again = 演练 { $number }《{ $title }》尚未通过：{ $trains }。
drill-next-part = 在《{ $after }》中失分最多的是{ $part }。下一个是演练 { $number }《{ $title }》：{ $trains }。
drill-tier-1 = 一个明显的故障
drill-tier-2 = 原因本身不告警
drill-tier-3 = 处置可能造成伤害
drill-tier-4 = 信号会误导人
drill-part-detect = 发现
drill-part-localise = 定位
drill-part-mitigate = 缓解
drill-part-safety = 安全
drill-part-communicate = 通报
drill-screen-now = 现况
drill-screen-alerts = 告警
drill-screen-metrics = 指标
drill-screen-logs = 日志
drill-screen-catalog = 目录
drill-screen-changes = 变更
drill-screen-checks = 检查
drill-never = 从未
drill-unfelt = 未受影响

## 操作
move-acknowledged = 确认了 { $alert }
move-opened = 打开了{ $screen }
move-opened-subject = 打开了{ $screen }：{ $subject }
move-opened-detail = 打开了{ $screen }：{ $subject }，{ $detail }
move-hypothesis = 判断：{ $entity }，{ $fault }，{ $odds }
move-hypothesis-place = 判断：{ $entity }，{ $odds }
move-hypothesis-none = 判断：没有故障，{ $odds }
move-dry-run = 试运行：{ $kind }，{ $target }
move-acted = 执行：{ $kind }，{ $target }
move-refused = 系统拒绝：{ $kind }，{ $target }
move-update = 通报：{ $text }
move-hint = 查看了提示 { $n }
move-advice-followed = 采纳了建议 { $n }
move-advice-rejected = 拒绝了建议 { $n }
move-declared = 宣布了事故
move-resolved = 宣布已解决
move-whispered = 教员以{ $role }身份说：{ $text }
move-injected = 教员注入故障：{ $fault }，{ $target }
move-sensor-away = 教员移除了 { $target } 的遥测
move-sensor-back = 教员恢复了 { $target } 的遥测
effect-waiting = { $time } 生效
effect-worse = 变得更糟：成功率从 { $before } 到 { $after }
effect-better = 成功率从 { $before } 升到 { $after }
effect-none = 没有差别：成功率 { $share }

## 复盘
debrief-fixed = 你找到了原因并修复，不晚于参考方案。
debrief-fixed-behind = 你找到了原因并修复，比参考方案晚 { $gap }。
debrief-found = 你找到了原因；目标未再次达成，或从未失守。
debrief-found-not-served = 你找到了原因，但目标未再次达成。
debrief-found-unfelt = 你找到了原因，目标从未失守。
debrief-restored = 目标再次达成，但没有指出原因。
debrief-neither = 没有指出原因，目标也没有再次达成。
debrief-no-fault-seen = 没有故障，你也这样判断。
debrief-no-fault-missed = 没有故障，但你没有这样判断。
debrief-worse = { $n } 次操作使情况更糟，约损失 { $cost } 个请求。
debrief-stale = 读到旧数据：你 { $you }，参考 { $reference }，无人处理 { $nobody }。
debrief-failed = 失败请求：你 { $you }，参考 { $reference }，无人处理 { $nobody }。
debrief-weakest = 失分最多的是：{ $part }。
debrief-truth = 真相：{ $entity } 自 { $time } 起发生{ $fault }。
debrief-truth-none = 真相：没有故障。

## 教员
instructor-at = { $trainee } 正在查看{ $screen }；还有 { $n } 条有用的证据未打开。
instructor-nowhere = { $trainee } 还没有打开任何内容；有 { $n } 条有用的证据。
condition-seen = { $value }，最后于 { $time }
condition-unseen = 没有数据到达
condition-up = 正常
condition-degraded = 部分实例缺失
condition-slow = 缓慢
condition-failing = 失败
condition-down = 停止
condition-certificate-expired = 证书过期
condition-not-resolved = 名称无法解析
condition-credential-refused = 凭据被拒
condition-no-primary = 没有主库
condition-connections-full = 连接已满
condition-locked = 被锁阻塞
condition-replica-stopped = 副本停止
condition-replica-lagging = 延迟
condition-cache-cold = 缓存变冷
condition-consumers-stuck = 消费者卡住
condition-registry-drifted = 注册与实际不符
condition-disk-full = 磁盘已满
condition-cut-off = 被隔离
condition-overloaded = 过载
condition-disk-slow = 磁盘缓慢
condition-memory-full = 内存已满
condition-link-slow = 网络缓慢
condition-losing-packets = 丢包
condition-clock-wrong = 时钟错误
condition-zombies = 僵尸进程
role-database = 数据库组
role-developer = 开发人员
role-network = 网络组
role-security = 安全组
role-support = 客服
role-customer = 客户
role-duty-manager = 值班经理
role-coach = 教练

## 故障
fault-none = 没有故障
fault-unnamed = 未指出类型
fault-effect-none = 没有任何损坏。
fault-memory-leak = 内存泄漏
fault-effect-memory-leak = 每个请求都泄漏内存，直到进程被终止。
fault-noisy-neighbour = 邻居抢占 CPU
fault-effect-noisy-neighbour = 主机上的其他程序占用了 CPU。
fault-disk-fills = 磁盘写满
fault-effect-disk-fills = 有东西写满主机的文件系统。
fault-slow-disk = 磁盘缓慢
fault-effect-slow-disk = 主机的磁盘响应变慢。
fault-bad-deploy = 问题部署
fault-effect-bad-deploy = 新版本报错、变慢或泄漏。
fault-configuration-error = 配置错误
fault-effect-configuration-error = 某项设置使部分请求失败。
fault-pool-too-small = 连接池过小
fault-effect-pool-too-small = 连接池小于负载所需。
fault-slow-dependency = 依赖缓慢
fault-effect-slow-dependency = 某组件响应变慢。
fault-dead-dependency = 依赖失效
fault-effect-dead-dependency = 某组件完全没有响应。
fault-network-partition = 网络分区
fault-effect-network-partition = 两组主机互相无法访问。
fault-packet-loss = 丢包
fault-effect-packet-loss = 主机丢失数据包。
fault-dns-failure = DNS 失败
fault-effect-dns-failure = 组件名称无法解析。
fault-certificate-expired = 证书过期
fault-effect-certificate-expired = 组件的证书已到期。
fault-replication-lag = 复制延迟
fault-effect-replication-lag = 副本应用慢于主库写入。
fault-replication-stopped = 复制停止
fault-effect-replication-stopped = 副本因错误停止应用。
fault-primary-crash = 主库崩溃
fault-effect-primary-crash = 数据库主库崩溃。
fault-deadlocks = 死锁
fault-effect-deadlocks = 事务互相锁死。
fault-lock-pile-up = 锁堆积
fault-effect-lock-pile-up = 长事务持有他人等待的锁。
fault-connection-saturation = 连接耗尽
fault-effect-connection-saturation = 数据库连接被占满。
fault-zombie-processes = 僵尸进程
fault-effect-zombie-processes = 僵尸进程不被回收，直到进程表写满。
fault-cache-flush = 缓存清空
fault-effect-cache-flush = 缓存丢失全部内容。
fault-consumer-stuck = 消费者卡住
fault-effect-consumer-stuck = 队列的消费者不再取消息。
fault-retry-storm = 重试风暴
fault-effect-retry-storm = 重试放大负载，可能在原因消失后继续。
fault-load-surge = 负载激增
fault-effect-load-surge = 用户远多于平时。
fault-registration-drift = 注册漂移
fault-effect-registration-drift = 负载均衡的注册与实际不符。
fault-clock-skew = 时钟偏移
fault-effect-clock-skew = 主机时钟偏离。
fault-credential-expired = 凭据过期
fault-effect-credential-expired = 凭据到期或被吊销。
fault-port-scan = 端口扫描
fault-effect-port-scan = 有人在探测主机端口。
fault-brute-force = 暴力登录
fault-effect-brute-force = 有人在尝试密码。
fault-telemetry-loss = 遥测丢失
fault-effect-telemetry-loss = 主机不再上报，其上的程序仍在运行。

## 处置
remedy-restart = 重启 { $target }
remedy-name-restart = 重启
remedy-effect-restart = 重新启动；正在处理的请求失败，冷启动。
remedy-scale-out = 为 { $target } 增加实例
remedy-name-scale-out = 扩容
remedy-effect-scale-out = 由更多实例分担负载；新实例冷启动。
remedy-scale-in = 从 { $target } 减少实例
remedy-name-scale-in = 缩容
remedy-effect-scale-in = 由更少的实例承担负载。
remedy-roll-back = 回滚 { $target }
remedy-name-roll-back = 回滚
remedy-effect-roll-back = 恢复到之前的版本或配置。
remedy-fail-over = 将 { $target } 的副本提升为主库
remedy-name-fail-over = 故障切换
remedy-effect-fail-over = 副本成为主库；尚未复制的写入会丢失。
remedy-drain = 摘除 { $target } 的流量
remedy-name-drain = 摘除流量
remedy-effect-drain = 移出流量，由其他实例承担。
remedy-shift-traffic = 切换流量：{ $target }
remedy-name-shift-traffic = 切换流量
remedy-effect-shift-traffic = 将调用以及从那里进入的用户发往另一可用区，由其额外承担。
remedy-clear-cache = 清空缓存 { $target }
remedy-name-clear-cache = 清空缓存
remedy-effect-clear-cache = 丢弃可能错误的内容；后端将承受全部请求。
remedy-raise-pool = 将连接池 { $target } 设为 { $amount }
remedy-name-raise-pool = 设置连接池
remedy-effect-raise-pool = 改变可同时打开的连接数。
remedy-change-timeout = 将超时 { $target } 设为 { $amount }
remedy-name-change-timeout = 设置超时
remedy-effect-change-timeout = 改变调用方等待的时长。
remedy-kill-transaction = 终止 { $target } 最早的事务
remedy-name-kill-transaction = 终止事务
remedy-effect-kill-transaction = 释放其锁；其写入被撤回。
remedy-skip-replication = 让 { $target } 跳过失败的事务
remedy-name-skip-replication = 跳过事务
remedy-effect-skip-replication = 副本继续，但从此与主库不一致。
remedy-reseed-replica = 重做副本 { $target }
remedy-name-reseed-replica = 重做副本
remedy-effect-reseed-replica = 从主库复制；需要时间并拖慢主库。
remedy-expand-disk = 扩展 { $target } 的磁盘
remedy-name-expand-disk = 扩展磁盘
remedy-effect-expand-disk = 增加需付费的空间。
remedy-clean-disk = 删除 { $target } 上的旧日志和转储
remedy-name-clean-disk = 清理磁盘
remedy-effect-clean-disk = 释放部分空间；证据也会一并删除。
remedy-rotate-certificate = 为 { $target } 安装有效证书
remedy-name-rotate-certificate = 更换证书
remedy-effect-rotate-certificate = 结束握手失败。
remedy-renew-credential = 为 { $target } 安装有效凭据
remedy-name-renew-credential = 更新凭据
remedy-effect-renew-credential = 结束登录被拒。
remedy-purge-queue = 丢弃 { $target } 的消息
remedy-name-purge-queue = 清空队列
remedy-effect-purge-queue = 清空队列；其中的内容丢失。
remedy-re-register = 向 { $target } 注册实际运行的实例
remedy-name-re-register = 重新注册
remedy-effect-re-register = 调用重新发往实际运行的实例。
remedy-throttle = 只让 { $amount } 的请求进入 { $target }
remedy-name-throttle = 限流
remedy-effect-throttle = 拒绝其余请求，使放行的请求得到服务。
remedy-flag-off = 关闭 { $target } 的功能
remedy-name-flag-off = 关闭功能
remedy-effect-flag-off = 省去其开销；用户暂时无法使用。
remedy-silence = 静默 { $target }
remedy-name-silence = 静默
remedy-effect-silence = 告警被静默；问题并未解决。
remedy-stop-job = 结束 { $target } 上的任务
remedy-name-stop-job = 停止任务
remedy-effect-stop-job = 释放其占用的 CPU。
remedy-restart-agent = 重启 { $target } 的监控代理
remedy-name-restart-agent = 重启代理
remedy-effect-restart-agent = 遥测恢复；缺口仍在。
remedy-sync-clock = 校准 { $target } 的时钟
remedy-name-sync-clock = 校准时钟
remedy-effect-sync-clock = 其日志时间跳回正确值。
remedy-block-source = 封禁攻击 { $target } 的地址
remedy-name-block-source = 封禁地址
remedy-effect-block-source = 攻击尝试停止。
remedy-repair-network = 修复 { $target } 的网络
remedy-name-repair-network = 修复网络
remedy-effect-repair-network = 路由、链路和解析恢复；需要人力。

## 后果
consequence-blocks-the-address = 封禁攻击 { $target } 的地址。
consequence-empties-the-cache = 清空 { $target }。
consequence-ends-the-job = 结束 { $target } 上的任务。
consequence-registers-what-runs = 向 { $target } 注册实际运行的实例。
consequence-sets-the-clock = 校准 { $target } 的时钟。
consequence-starts-the-agent-anew = 重新启动 { $target } 的代理。
consequence-makes-the-disk-larger = 将 { $target } 的磁盘扩大 { $gib }。
consequence-mutes-the-alert = 静默 { $target }。
consequence-makes-the-replica-anew = 从主库重做 { $target }。
consequence-promotes-a-replica = 提升 { $target } 的一个副本。
consequence-skips-one-transaction = { $target } 跳过使其停止的事务。
consequence-starts-processes-anew = 重新启动 { $target } 的进程。
consequence-switches-the-feature-off = 关闭 { $target } 的功能。
consequence-throws-messages-away = 丢弃 { $target } 的消息。
consequence-adds-instances = 为 { $target } 增加 { $n_instances } 个实例。
consequence-ends-the-oldest-transaction = 终止 { $target } 最早的事务。
consequence-has-the-network-repaired = 修复 { $target } 的网络。
consequence-installs-a-certificate = 为 { $target } 安装证书。
consequence-lets-a-share-in = 只让 { $admitted_ratio } 的请求进入 { $target }。
consequence-returns-to-the-one-before = 将 { $target } 恢复到之前的状态。
consequence-sets-the-pool = 将连接池 { $target } 设为 { $connections }。
consequence-sets-the-timeout = 将超时 { $target } 设为 { $timeout_ms }。
consequence-sends-calls-to-the-zone = 将调用改发别处：{ $target }。
consequence-takes-instances-away = 从 { $target } 移除 { $n_instances } 个实例。
consequence-takes-out-of-the-traffic = 将 { $target } 移出流量。
consequence-installs-a-credential = 为 { $target } 安装凭据。
consequence-deletes-logs-and-dumps = 删除 { $target } 上的旧日志和转储。
consequence-asks-unhealthy-ones-again = 不健康的实例会再次收到请求。
consequence-gap-in-the-telemetry = 遥测会留下缺口。
consequence-jump-in-the-logs = 日志时间会跳变。
consequence-loses-the-work-of-the-job = 任务已完成的工作会丢失。
consequence-stampede-behind-the-cache = 缓存变热之前，后端承受全部请求。
consequence-costs-money-for-good = 从此持续产生费用。
consequence-hides-what-comes = 此名称下的后续告警将看不到。
consequence-fails-requests-inside = 正在处理的请求会失败。
consequence-starts-cold = 冷启动。
consequence-loses-messages = 消息会丢失。
consequence-no-writes-meanwhile = 完成之前无法写入。
consequence-old-primary-has-to-be-made-anew = 之后须重做旧主库。
consequence-replica-diverges = 副本从此与主库不一致。
consequence-replica-is-away = 完成之前副本不可用。
consequence-slows-the-primary = 期间主库变慢。
consequence-users-do-without = 用户暂时无法使用该功能。
consequence-longer-holds-workers-shorter-fails-more = 更长会占住工作线程，更短会失败更多。
consequence-moves-the-waiting-to-the-callee = 等待转移到被调用方。
consequence-opens-more-connections = 会打开更多连接。
consequence-takes-its-writes-back = 其写入被撤回。
consequence-takes-people-from-other-work = 会占用其他工作的人手。
consequence-takes-the-last-change-back = 上次变更带来的内容会消失。
consequence-loads-the-others = 其他实例承担更多。
consequence-refuses-callers-for-a-moment = 调用方会短暂被拒。
consequence-deletes-evidence = 证据会被删除。
consequence-stays-in-the-traffic = { $instance } 仍在流量中。
consequence-loses-messages-now = 现在会丢失 { $n_messages } 条消息。
consequence-refuses-users = { $refused_ratio } 的用户会被拒绝。
consequence-restarts-all-instances = { $target } 的所有实例将依次重启。
consequence-exceeds-connections = { $component } 将需要 { $wanted } 个连接，而上限为 { $most }。
consequence-nobody-answers-meanwhile = 期间 { $target } 无人应答。
consequence-primary-is-away = { $target } 是主库：期间无法写入。
consequence-cache-is-empty = 之后 { $target } 为空。
consequence-loses-writes = { $instance } 缺少 { $n_writes } 次写入，将丢失。
consequence-carried-by = 由 { $zone } 的 { $component }（{ $n_instances } 个实例）承担。
consequence-replica-has-diverged = { $instance } 已不一致：其内容有误。

## 系统的拒绝
refused-no-such-target = 没有可执行此操作的 { $target }。
refused-amount = { $what } 为“{ $given }”，应为 { $range }。
refused-now-already-drained = 它已移出流量。
refused-now-already-away = 其遥测已被移除。
refused-now-already-off = 该功能已关闭。
refused-now-already-running = 同样的操作正在进行。
refused-now-is-primary = 它是主库。
refused-now-keeps-data = 它保存数据，不能这样移除。
refused-now-last-instance = 它是最后一个实例。
refused-now-never-authenticated = 它不使用凭据。
refused-now-never-encrypted = 它不使用证书。
refused-now-never-resolved = 没有人解析其名称。
refused-now-no-caller = 没有调用方。
refused-now-no-consumer = 它没有消费者。
refused-now-no-free-place = 没有空位容纳新实例。
refused-now-no-host-with-memory = 没有内存足够的主机。
refused-now-no-instance-in-zone = 该可用区没有实例。
refused-now-no-previous-version = 没有更早的版本。
refused-now-no-primary = 没有主库。
refused-now-no-replica = 没有可用的副本。
refused-now-no-sign-in = 无法登录到它。
refused-now-not-away = 其遥测并未被移除。
refused-now-not-drained = 须先摘除流量。
refused-now-not-running = 它没有在运行。
refused-now-not-stopped = 它没有停止。
refused-now-nothing-to-drain = 没有可摘除的流量。
refused-now-unknown-parameter = 参数未知。
refused-now-unknown-way = 方式未知。

## 得分理由
score-detect-recognised = { $at } 后识别；参考为 { $reference }。
score-detect-only-acknowledged = { $at } 后确认，但没有任何判断；参考在 { $reference } 后识别。
score-detect-nothing = 没有识别的迹象；参考用时 { $reference }。
score-detect-acknowledged = { $at } 后确认告警；参考 { $reference }。
score-detect-not-acknowledged = 没有确认相关告警；参考 { $reference }。
score-detect-no-alert = 没有相关告警触发。
score-detect-before-alert = 在相关告警触发之前就已指出，因此无需确认告警。
score-localise-named = { $at } 后指出 { $entity }；参考为 { $reference }。
score-localise-not-named = 没有指出 { $entity }，或又放弃；参考用时 { $reference }。
score-localise-no-fault = { $at } 后指出并无故障；参考为 { $reference }。
score-localise-no-fault-unsaid = 没有指出并无故障；参考用时 { $reference }。
score-localise-no-fault-kind = 没有故障类型可指出。
score-localise-sure = 对 { $entity } 的把握为 { $odds }。
score-localise-kind = 类型正确：{ $entity } 的{ $fault }。
score-localise-kind-missing = 没有指出类型：{ $entity } 的{ $fault }。
score-localise-without-evidence = 没有查看任何有用证据就下结论。
score-localise-without-decisive = 没有查看决定性证据就下结论。
score-localise-wrong = 错误：{ $entity }，把握 { $odds }。
score-mitigate-nothing-done = 没有采取任何行动。
score-mitigate-failed = 失败请求 { $failed } 个；参考 { $reference }，无人处理 { $nobody }。
score-mitigate-time = { $at } 后目标再次达成；参考 { $reference }。
score-mitigate-not-served = 目标未再次达成；参考 { $reference }。
score-mitigate-unfelt = 目标从未失守；参考 { $reference }。
score-mitigate-left-alone = 没有动没坏的东西。
score-mitigate-not-said = 没有指出并无故障。
score-mitigate-needless = 不必要：{ $kind }，{ $target }。
score-mitigate-by-itself = 自行恢复：失败请求 { $failed } 个；参考 { $reference }，无人处理 { $nobody }。
score-mitigate-moves = 完成了所需 { $steps } 步中的 { $made } 步。
score-mitigate-resolved-before = { $at } 时宣布解决，而故障尚未开始。
score-mitigate-resolved-unmet = { $at } 时宣布解决，而 { $component } 仍在失败。
score-mitigate-resolved-early = { $at } 时宣布解决：{ $component } 仅稳定 { $held }，需 { $needed }。
score-mitigate-not-declared = 从未宣布解决。
score-safety-nothing-done = 没有行动也没有判断：没有冒险，也没有得分。
score-safety-start = 行动或指出原因者的起始分。
score-safety-acted-unseen = { $at } 时，未查看有用证据就执行了：{ $kind }，{ $target }。
score-safety-unprovoked = { $at } 时，没有故障却执行了：{ $kind }，{ $target }。
score-safety-much-worse = { $at } 时的操作使情况大大恶化：{ $kind }，{ $target }。{ $window } 内失败 { $failed } 个，不操作为 { $without } 个。
score-safety-worse = { $at } 时的操作使情况更糟：{ $kind }，{ $target }。{ $window } 内失败 { $failed } 个，不操作为 { $without } 个。
score-safety-needless = { $at } 时的操作没有效果：{ $kind }，{ $target }。
score-safety-not-dry = { $at } 时的危险操作，事先未试运行：{ $kind }，{ $target }。
score-safety-refused = 有 { $orders } 次操作被系统拒绝。
score-safety-lost-writes = 丢失了 { $writes } 次本可避免的写入。
score-safety-lost-messages = 丢失了 { $messages } 条本可避免的消息。
score-safety-advice-right-done = 建议 { $advice } 正确，先被拒绝，后来仍然执行了。
score-safety-advice-wrong-done = 建议 { $advice } 错误，虽被拒绝，却仍然执行了。
score-safety-advice-right-followed = 建议 { $advice } 正确，已采纳。
score-safety-advice-right-rejected = 建议 { $advice } 正确，却被拒绝。
score-safety-advice-wrong-followed = 建议 { $advice } 错误，却被采纳。
score-safety-advice-wrong-rejected = 建议 { $advice } 错误，已拒绝。
score-communicate-nothing-to-say = 没有识别任何问题，也就无可通报。
score-communicate-never = 没有通报任何人。
score-communicate-empty = 有 { $updates } 条通报没有新内容。
score-communicate-first = 首次通报在识别后 { $after }；目标为 { $target }。
score-communicate-cadence = { $kept } 的时间内通报保持最新。
score-communicate-last = { $at } 时的最后通报说明已结束。
score-communicate-no-last = 结束时没有通报说明已结束。
score-communicate-not-over = 尚未结束，因此没有最后通报。

## 时间线标记
mark-acknowledged = 确认 { $alert }
mark-said = 判断 { $entity }，{ $odds }
mark-tried-dry = 试运行：{ $kind }，{ $target }
mark-moved-better = { $kind }：{ $target }，改善（失败 { $failed }，不操作 { $without }）
mark-moved-worse = { $kind }：{ $target }，恶化（失败 { $failed }，不操作 { $without }）
mark-moved-at-a-price = { $kind }：{ $target }，有代价（失败 { $failed }，不操作 { $without }）
mark-moved = { $kind }：{ $target }
mark-moved-nothing = { $kind }：{ $target }，无效果
mark-refused = { $kind }：{ $target }，被拒绝
mark-update = 通报
mark-hint = 提示
mark-advice-followed = 采纳建议 { $advice }
mark-advice-rejected = 拒绝建议 { $advice }
mark-injected = 注入：{ $target }
mark-sensor-taken = 移除 { $target } 的遥测
mark-sensor-given = 恢复 { $target } 的遥测
mark-whispered = { $role }发言
mark-declared = 宣布事故
mark-first-useful = 首个有用证据：{ $what }
mark-first-useful-any = 首个有用证据
mark-restored = 目标再次达成
mark-resolved = 已解决
mark-resolved-early = 过早宣布解决
mark-recognised = 已识别
mark-named = 指出 { $entity }

## 旧文本的演练
drill-noted = 此演练的文本早于新演练须通过的一项检查（{ $problem }）。演练保持原样。
drill-past = 无法再构建此演练的世界，因此不能继续演练，也不能重新评分。其文件保留了每次尝试的得分和监控所见。
drill-past-none = 尚无已结束的尝试。
drill-past-attempt = 第 { $n } 次尝试，结束于 { $time }：100 分中得 { $points } 分，{ $passed }
drill-past-passed = 通过
drill-past-not-passed = 未通过

## 错误
error-no-drill = 打开的工作区不是演练。
error-drill-over = 演练已结束。可回到某一时刻重试。
error-drill-not-over = 此演练的第 { $attempt } 次尝试尚未结束，或从未开始。请在窗口中完成它，或在终端用 drill run --from 从某一时刻继续。
error-drill-no-real-sources = 演练不会触及任何真实系统：此处不能添加数据源、导入或同步。请先关闭演练。
error-drill-speed = 时钟速度为 1、10 或 60 倍，不支持 { $speed }。
error-trainee-name = 名称最多 { $n } 个字符。
error-no-such-drill = 没有名为 { $id } 的演练。请试：wardroom drill list。
error-scenario-unreadable = 无法读取场景：第 { $line } 行{ $key ->
    [none] {""}
   *[other] ，{ $key }
 }：{ $detail }
cause-world-shipped-name = { $cause_a } 是随程序提供的场景，成绩按此名称保存
cause-world-text-empty = 有一种语言的文字为空
cause-world-no-entry = 用户无法从 { $cause_a } 进入
cause-world-no-users = 没有任何用户进入
cause-world-no-component-or-host = 没有组件或主机 { $cause_a }
cause-world-no-component = 没有组件 { $cause_a }
cause-world-no-role-host = 没有角色为 { $cause_a } 的主机
cause-world-no-host = 没有主机 { $cause_a }
cause-world-no-hosts = 没有主机
cause-world-no-topology = 没有拓扑 { $cause_a }
cause-world-no-metric-near = { $cause_b } 没有指标 { $cause_a }；最接近的是 { $cause_c }
cause-world-no-metric = { $cause_b } 没有指标 { $cause_a }
cause-world-no-name = 没有名称
cause-world-no-parameter = 没有此参数；可用：{ $cause_a }
cause-world-nothing-called = 没有名为 { $cause_a } 的对象
cause-world-no-target = 没有 { $cause_a } { $cause_b }
cause-world-none-of = 没有 { $cause_a }
cause-world-disk-full = { $cause_b } GiB 中已用 { $cause_a } GiB
cause-world-made-with = { $cause_a } 不能用 { $cause_b } 实现
cause-world-kind-no-key = { $cause_a } 是 { $cause_b }，没有 { $cause_c }
cause-world-no-instance = { $cause_a } 没有实例 { $cause_b }
cause-world-no-key = { $cause_a } 没有 { $cause_b }
cause-world-memory-limit = 上限 { $cause_a } MiB 低于所需的 { $cause_b } MiB
cause-world-shares = 各份额之和为 { $cause_a }，应为 1
cause-world-kind-of-check = { $cause_a } 不是检查的类型
cause-world-no-procedures = { $cause_a } 不是数据库，没有存储过程
cause-world-name-taken = 名称 { $cause_a } 已被使用
cause-world-key-missing = 缺少 { $cause_a }
cause-world-edge-exists = 这条边存在，所以其记录没有过时
cause-world-kind-of-error = { $cause_a } 不是清单错误的类型
cause-world-worker-broker = worker { $cause_a } 没有从任何消息代理取消息
cause-world-asked-twice = { $cause_a } 以同样的方式被调用了两次
cause-world-nobody-waits = 没有谁等待 worker { $cause_a }
cause-world-read-or-written = 请用 kind 说明对 { $cause_a } 是读还是写
cause-world-cannot-ask = 不能以 { $cause_b } 方式调用 { $cause_a }
cause-world-no-lookup = 此调用之前没有在 { $cause_a } 中查找
cause-world-balancer = 负载均衡器须说明其后是什么
cause-world-no-service = { $cause_a } 不是服务
cause-world-does-not-ask = { $cause_a } 不调用 { $cause_b }
cause-world-most-instances = 一个世界最多有 { $cause_a } 个实例，备用的也算在内
cause-world-most = 一个世界最多有 { $cause_a } 个 { $cause_b }
cause-world-bad-name = { $cause_a } 不是由最多 40 个小写字母、数字和连字符组成的名称
cause-world-circle = { $cause_a } 处在调用的环中，或调用了这样的环
cause-world-instance-name = 其实例 { $cause_a } 会与某个组件或主机同名
cause-world-no-memory = 没有主机还有 { $cause_a } MiB 内存可供 { $cause_b } 使用
cause-world-no-measure = { $cause_a } 不是度量；可用：{ $cause_b }
cause-world-limit = { $cause_a } 不使用这个界限
cause-world-not-measured = { $cause_b } 处不测量 { $cause_a }
cause-world-number-of-component = { $cause_a } 不是组件的数值
cause-world-number-of-call = { $cause_a } 不是调用的数值
cause-world-number-of-host = { $cause_a } 不是主机的数值
cause-world-bad-id = { $cause_a } 不是由小写字母、数字和 _ 组成
cause-world-beyond-end = { $cause_a } 秒晚于运行结束的 { $cause_b } 秒
cause-world-one-change = 请写 deploy、configure、maintenance、restart 之一
cause-world-only-maintenance = 只有 maintenance 会持续一段时间
cause-world-no-parameters = 这类故障没有参数
cause-world-grows-or-flaps = 故障要么逐渐增强，要么时有时无
cause-world-no-ways = 这类故障没有方式之分
cause-world-no-way = { $cause_a } 不是此故障的方式；可用：{ $cause_b }
cause-world-nothing-decides = 没有一条证据是决定性的
cause-world-no-rule-near = 没有规则触发名为 { $cause_a } 的告警；最接近的是 { $cause_b }
cause-world-no-rule = 没有规则触发名为 { $cause_a } 的告警
cause-world-remedy-twice = 此操作被提供了两次
cause-world-no-amount = 它没有数量
cause-world-how-much = 请写明数量：{ $cause_a }
cause-world-whole = { $cause_a } 不是整数
cause-world-remedy-not-offered = 此操作不在所提供的操作之中
cause-world-no-role = { $cause_a } 不是角色；可用：{ $cause_b }
cause-world-no-fault-planned = 没有在 { $cause_a } 安排这类故障
cause-world-not-wrong = { $cause_a } 不是此处的问题所在
cause-world-noticed-first = 定位不会早于察觉
cause-world-no-technology = { $cause_a } 不是已知的技术
cause-world-topology-or-world = 请在 topology 与 world 中写明其一
cause-world-range = { $cause_a } 不在 { $cause_b } 到 { $cause_c } 之间
cause-world-has-to-be = { $cause_a } 为 { $cause_b }，应为 { $cause_c }
cause-world-needs = { $cause_a } 需要 { $cause_b }
error-no-such-alert = 没有可确认的告警 { $id }。
error-hypothesis-odds = 把握应在 0 到 1 之间，{ $odds } 不在其中。
error-hypothesis-entity = 判断须指明一个对象，或“none”。
error-hypothesis-unknown = 此演练中没有名为 { $entity } 的对象。请写组件、实例、主机、区域，或一条调用（caller -> callee）。
error-no-such-fault = 没有名为 { $kind } 的故障类型。
error-no-such-remedy = 没有名为 { $kind } 的操作类型。
error-plan-changed = 将发生的事与所显示的不同。请重新查看后再批准。
error-scope-not-typed = 此操作有风险：请输入 { $scope } 以执行。
error-update-empty = 没有可通报的内容：请先写一句话。
error-no-more-hints = 没有更多提示，或教练已关闭。
error-no-such-advice = 没有待回应的建议 { $index }。
error-drill-refused = 系统拒绝：{ $reason ->
    [no_such_target] { refused-no-such-target }
    [amount] { refused-amount }
    [already_drained] { refused-now-already-drained }
    [already_away] { refused-now-already-away }
    [already_off] { refused-now-already-off }
    [already_running] { refused-now-already-running }
    [is_primary] { refused-now-is-primary }
    [keeps_data] { refused-now-keeps-data }
    [last_instance] { refused-now-last-instance }
    [never_authenticated] { refused-now-never-authenticated }
    [never_encrypted] { refused-now-never-encrypted }
    [never_resolved] { refused-now-never-resolved }
    [no_caller] { refused-now-no-caller }
    [no_consumer] { refused-now-no-consumer }
    [no_free_place] { refused-now-no-free-place }
    [no_host_with_memory] { refused-now-no-host-with-memory }
    [no_instance_in_zone] { refused-now-no-instance-in-zone }
    [no_previous_version] { refused-now-no-previous-version }
    [no_primary] { refused-now-no-primary }
    [no_replica] { refused-now-no-replica }
    [no_sign_in] { refused-now-no-sign-in }
    [not_away] { refused-now-not-away }
    [not_drained] { refused-now-not-drained }
    [not_running] { refused-now-not-running }
    [not_stopped] { refused-now-not-stopped }
    [nothing_to_drain] { refused-now-nothing-to-drain }
    [unknown_parameter] { refused-now-unknown-parameter }
    [unknown_way] { refused-now-unknown-way }
   *[other] { $reason }
 }
error-rewind-outside = 演练进行到开始后 { $to }。只能回到此前的时刻。
error-drill-history-missed = 较早的历史尚未能载入。载入之后才能回退。
error-drill-history-loading = 较早的历史仍在载入。稍后即可回退。
error-injection-waits = 已有一个注入在等待。请停止它，或等待其开始。
error-injection-most = 一次演练最多注入 { $n } 个故障。
error-no-such-role = 没有名为 { $role } 的角色。
error-actions-line = 无法理解操作文件第 { $line } 行：{ $detail }
error-actions-step = 操作文件第 { $line } 行无法执行：{ $problem ->
    [advice] 那时没有待回应的建议 { $name }。
    [alert] 没有规则会产生名为 { $name } 的告警。
    [amount] { $remedy } 的 { $what } 应为 { $range }，而 { $name } 不是。
    [entity] 此演练中没有名为 { $name } 的对象。请写组件、实例、主机、区域，或一条调用（caller -> callee）。
    [fault] 没有名为 { $name } 的故障类型。
    [hint] 没有更多提示，或教练已关闭。
    [metric] { $subject } 没有名为 { $name } 的指标。最接近的是 { $nearest }。
    [no_amount] { $remedy } 需要“amount”：{ $what }，{ $range }。
    [nothing] 判断须指明一个对象，或“none”。
    [odds] 把握应在 0 到 1 之间，{ $name } 不在其中。
    [quiet] 那时没有触发中的告警 { $name }，无可确认。
    [remedy] 没有名为 { $name } 的操作类型。
    [target] 没有可对其执行 { $remedy } 的 { $name }。
    [subject] 此演练中没有名为 { $name } 的对象。打开界面时请写组件、实例、主机、区域或一条调用（caller -> callee），在检查界面也可写检查名，在告警界面也可写告警名，或者留空。
    [untaken] { $remedy } 不接受“amount”。请去掉 { $name }。
    [update] 没有可通报的内容。请写一句话。
   *[other] { $problem }
 }
error-drill-moment = { $text } 不是开始后的时刻。请写 +4m、+90s 或 +1h10m。
error-sim-out-taken = { $path } 已存在，且不属于导出的世界。请另选文件夹；没有覆盖任何内容。
error-sim-span = 此世界含历史最长 { $hours } 小时，至少一分钟。
error-sim-start = 起点须为 1970 年后的整分钟，例如 2026-11-22T02:00:00Z；{ $start } 不是。
error-span-unreadable = { $text } 不是时长。请写 90m、3h 或 1d。

## 终端
terminal-tier = 第 { $n } 级：{ $about }
terminal-drill-unplayed = 有 { $n } 个操作没有执行：演练在此之前已结束。
terminal-drill-file = 演练保存于 { $path }
terminal-hint-cost = 提示扣 { $n } 分。
journal-title = 向世界询问并执行的操作：
journal-asked = 试运行
journal-had-done = 执行
journal-proposed = （风险 { $risk }，涉及 { $n } 项）
journal-begun = （已开始，{ $time } 生效）
journal-amount = 缺少数值，或超出范围。
terminal-drill-columns = 各列：编号、演练、最佳得分、最近三次、最近十二次的走势、标题。
terminal-time = { $phase }：你 { $you }，参考 { $reference }
terminal-sim-exported = { $series } 条序列的 { $samples } 个样本和 { $lines } 行日志已写入 { $path }
job-drill = 演练

## 目标衡量什么
measure-success = 用户请求成功
measure-fast = 足够快的请求
measure-fresh = 未过期的读取
measure-following = 跟得上的副本
measure-keeping-up = 队列跟得上
measure-reporting = 正常上报的主机
measure-unattacked = 未受攻击
measure-room = 磁盘有余量的主机
measure-lean = 内存在限度内的实例
