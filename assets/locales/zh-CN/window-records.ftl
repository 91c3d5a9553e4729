## 告警、日志行与实体的简单列表。

alertlist-title = 告警
alertlist-label = 告警
alertlist-details = 告警详情
alertlist-states = 显示哪些告警
alertlist-state-all = 全部
alertlist-state-firing = 触发中 { $count }
alertlist-state-open = 未确认 { $count }
alertlist-state-pending = 待触发 { $count }
alertlist-state-ended = 已恢复 { $count }
alertlist-filter = 筛选告警
alertlist-filter-hint = 名称、标签或文字
alertlist-critical = { $count ->
    [0] 没有严重告警。
   *[other] 其中 { $count } 条为严重。
}
alertlist-unseen = { $count ->
    [0] 均已确认。
   *[other] { $count } 条尚未确认。
}
alertlist-critical-one = { $count ->
    [0] 并非严重告警。
   *[other] 属严重告警。
}
alertlist-unseen-one = { $count ->
    [0] 已确认。
   *[other] 尚未确认。
}
alertlist-shared = 全部 { $count } 条共有：{ $labels }
alertlist-col-severity = 级别
alertlist-col-name = 告警，第 { $first } 至 { $last } 行，共 { $total } 行
alertlist-col-alert = 告警
alertlist-col-where = 位置与差异
alertlist-col-since = 起始，{ $zone }
alertlist-col-lasted = 持续
alertlist-col-team = 团队
alertlist-col-state = 状态
alertlist-col-seen = 确认者
alertlist-severity-critical = 严重
alertlist-severity-warning = 警告
alertlist-severity-info = 提示
alertlist-is-firing = 触发中
alertlist-is-pending = 待触发
alertlist-is-ended = 已恢复
alertlist-nowhere = 未指明实体
alertlist-nobody = 无人
alertlist-say-firing = 自 { $since } 起触发，已 { $span }。
alertlist-say-pending = 自 { $since } 起满足条件，时长尚不足以触发。
alertlist-say-ended = { $since } 开始，{ $span }后恢复。
alertlist-value = 数值
alertlist-source = 数据源
alertlist-rule = 规则查询
alertlist-history = 经过
alertlist-began = 条件开始满足
alertlist-learnt = 我们得知，晚 { $span }
alertlist-acknowledged = 已确认，{ $role }
alertlist-ended = 已恢复
alertlist-others = 同一规则的另外 { $count } 条告警
alertlist-labels = 标签
alertlist-annotations = 注解
alertlist-look = 查看这条告警
alertlist-acknowledge = 确认告警
alertlist-acknowledge-title = 确认 { $name }
alertlist-acknowledge-about = 其他人会看到已有人处理。条件结束前告警会继续触发。
alertlist-acknowledge-about-entity = 其他人会看到 { $entity } 已有人处理。条件结束前告警会继续触发。
alertlist-role = 以何种角色
alertlist-role-on-call = 值班
alertlist-role-duty-manager = 值班经理
alertlist-role-database = 数据库
alertlist-role-developer = 开发
alertlist-role-network = 网络
alertlist-role-security = 安全
alertlist-role-support = 客服
alertlist-acknowledge-as = 以“{ $role }”确认
alertlist-acknowledge-done = { $name } 已确认。
alertlist-leave = 暂不确认
alertlist-to-metric = 查看指标
alertlist-to-logs = 查看日志
alertlist-to-entity = 查看实体
alertlist-empty = 这里没有数据源提供告警。
alertlist-empty-help = 告警来自带有告警规则的 Prometheus：连接之后，触发的告警会显示在这里。
alertlist-none = 这段时间内没有活动的告警。
alertlist-none-filtered = 没有匹配的告警。
alertlist-none-help = 换一种状态、换些文字或选更长的时间范围，也许能看到。
alertlist-clear = 显示全部告警
alertlist-longer = 显示四倍长的时间范围
alertlist-failed-works = 指标与数据源仍可使用。

loglist-title = 日志
loglist-counting = 正在统计日志行。
loglist-label = 日志行，最新在前
loglist-details = 日志行及其字段
loglist-level = 级别
loglist-level-fatal = 致命
loglist-level-error = 错误
loglist-level-warn = 警告
loglist-level-info = 信息
loglist-level-debug = 调试
loglist-level-trace = 跟踪
loglist-service = 服务
loglist-host = 主机
loglist-follow = 跟随新行
loglist-stop = 停止跟随
loglist-histogram = 每 { $bin }的行数：最多 { $most } 行，在 { $time }。
loglist-col-at = 时间，{ $zone }
loglist-col-who = 写入者
loglist-col-line = 内容
loglist-col-text = 内容，第 { $first } 至 { $last } 行，共 { $total } 行
loglist-unknown = 未知
loglist-written = 写于 { $time } { $zone }，以写入者的时钟为准。
loglist-around = 前后的行
loglist-only-service = 只看 { $name }
loglist-only-host = 只看主机 { $name }
loglist-to-metrics = 查看指标
loglist-fields = 字段
loglist-copy = 复制到别处
loglist-next-error = 下一个错误
loglist-clear = 显示全部行
loglist-longer = 显示四倍长的时间范围
loglist-empty = 这里没有日志行。
loglist-none = 这段时间内没有写入任何行。
loglist-none-filtered = 没有匹配的行。
loglist-none-help = 减少筛选条件或选更长的时间范围，也许能看到。
loglist-failed-works = 指标与告警仍可使用。

catalog-tab-entities = 实体
catalog-to-sources = 显示数据源
catalog-to-entities = 显示实体
entities-lead = 这里已知 { $kinds } 类共 { $shown } 个实体。
entities-rest = { $firing ->
    [0] 均无触发中的告警；记录了 { $edges } 条依赖。
   *[other] 其中 { $firing } 个有触发中的告警；记录了 { $edges } 条依赖。
}
entities-label = 实体
entities-details = 实体详情
entities-filter = 筛选实体
entities-filter-hint = 词语，或 team:data tier:1
entities-col-name = 实体，第 { $first } 至 { $last } 行，共 { $total } 行
entities-col-entity = 实体
entities-col-kind = 类别
entities-col-tier = 等级
entities-col-team = 团队
entities-col-contact = 联系方式
entities-col-needs = 依赖
entities-col-needed = 被依赖
entities-col-firing = 触发中
entities-not-recorded = 未记录
entities-firing = { $count ->
    [0] 没有触发中的告警。
   *[other] 有 { $count } 条告警在触发。
}
entities-select = 在所有界面选中
entities-selected = 已在所有界面选中
entities-to-alerts = 查看告警
entities-to-metrics = 查看指标
entities-to-logs = 查看日志
entities-needs = { $count ->
    [0] 未记录它依赖什么
   *[other] 它依赖 { $count } 个
}
entities-needed = { $count ->
    [0] 未记录有谁依赖它
   *[other] 有 { $count } 个依赖它
}
entities-tags = 标签
entities-empty = 这里没有资产信息。
entities-empty-help = 实体、所属团队及依赖关系来自提供资产信息的数据源。模拟器会带来一份。
entities-none = 没有与“{ $filter }”匹配的实体。
entities-none-help = 每个词都须出现在实体的已知信息中。也可按字段名只查一个字段，如 team:data：name、kind、tier、team、department、person、contact、domain、system、environment、site、status、note、source、tag、link。
entities-clear = 显示全部实体
entities-failed-works = 数据源仍可使用。

catalog-tab-checks = 拨测
catalog-to-checks = 显示拨测
checks-label = 拨测，失败的在前
checks-details = 拨测详情
checks-col-state = 状态
checks-col-name = 拨测
checks-col-component = 对象
checks-col-last = 最近，{ $zone }
checks-col-took = 用时
checks-col-failed = 失败
checks-col-since = 失败起始
checks-passes = 通过
checks-fails = 失败
checks-of = { $tries } 次中 { $failed } 次
checks-kind-login = 登录
checks-kind-procedure = 存储过程
checks-kind-page = 页面
checks-say-passes = { $kind }；{ $time } 通过，用时 { $span }。
checks-say-fails = { $kind }；自 { $time } 起失败。
checks-to-metrics = { $name } 的指标
checks-to-entity = 查看实体
checks-look = 查看这项拨测
checks-none = 这段时间内没有拨测。
checks-none-help = 拨测来自提供拨测的数据源；模拟器会定期拨测。
checks-lead = { $failing ->
    [0] 全部 { $count } 项拨测均通过。
   *[other] { $count } 项拨测中有 { $failing } 项失败。
}
checks-steps = { $count ->
    [0] 没有记录步骤
   *[other] 最近一次的 { $count } 个步骤
}
