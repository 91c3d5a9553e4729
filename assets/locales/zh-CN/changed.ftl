# 窗口内的变化与检测器的账单：核心以数据形式给出的句子，窗口和终端共用。

## 有何变化
changed-lead = 该窗口内 { $of } 条序列中有 { $n } 条发生变化，最明显的是 { $entity } 的 { $what }。
changed-lead-little = 变化很小：{ $of } 条序列中有 { $n } 条略显突出，首先是 { $entity } 的 { $what }。
changed-lead-nothing = 没有明显变化：已判断的 { $n } 条序列都处于平时的水平。
changed-lead-no-series = 没有匹配的序列。
changed-lead-not-judged = { $n } 条序列在该窗口内都无法判断：请选择数据范围内、之前有历史的窗口。
changed-rose = { $what } 升到 { $seen }，窗口之前为 { $usual }{ $since }
changed-fell = { $what } 降到 { $seen }，窗口之前为 { $usual }{ $since }
changed-near = { $what } 为 { $seen }，窗口之前为 { $usual }{ $since }
changed-spike = { $what } 突增到 { $seen } 后恢复，窗口之前为 { $usual }{ $since }
changed-dip = { $what } 突降到 { $seen } 后恢复，窗口之前为 { $usual }{ $since }
changed-trend-up = { $what } 持续上升：{ $seen }，窗口之前为 { $usual }{ $since }
changed-trend-down = { $what } 持续下降：{ $seen }，窗口之前为 { $usual }{ $since }
changed-swings = { $what } 逐步波动 { $seen }，窗口之前为 { $usual }{ $since }
changed-flat = { $what } 静止不动；窗口之前逐步变化 { $usual }{ $since }
changed-missing = { $what } 在 { $usual } 步中只有 { $seen } 步有样本{ $since }
changed-above-peers = { $what } 为 { $seen }；若与同类一同变化，应为 { $usual }{ $since }
changed-below-peers = { $what } 仅为 { $seen }；若与同类一同变化，应为 { $usual }{ $since }
changed-begins = { $entity } 的 { $what } 于 { $time } 在该窗口内开始出现，窗口内的最后一个值为 { $seen }
changed-before = ，变化早于窗口开始
changed-within = {""}
job-changed = 有何变化

## 账单
bill-lead = 每周 { $pages } 次呼叫；没有标记为真实的窗口。
bill-lead-found = 每周 { $pages } 次呼叫；{ $marked } 个标记为真实的窗口中找到 { $found } 个，中位延迟 { $delay }。
bill-lead-none-found = 每周 { $pages } 次呼叫；{ $marked } 个标记为真实的窗口一个也没有找到。
bill-proof = { $method } · { $series } 条序列，{ $history } 历史 · { $time } 评分，评分时已知全部历史
bill-short = 历史只有 { $history }：每周次数由此推算。
error-bill-not-scored = 尚未评分。请先对序列评分，终端中使用 `wardroom detect`。
error-bill-no-series = { $choice ->
    [entity] 没有属于“{ $entity }”且有样本的序列。请选择其他实体。
    [both] 没有属于“{ $entity }”、匹配“{ $filter }”且有样本的序列。请选择其他实体或其他过滤条件。
    [filter] 没有匹配“{ $filter }”且有样本的序列。
   *[none] 没有带样本的序列。请先同步或导入。
}
error-bill-sensitivity = 灵敏度是 1 到 { $most } 的整数。

## 终端
terminal-changed-begun = 有 { $n } 条序列在该窗口内才开始，尚无平时水平，因此不参与排序：
terminal-changed-proof = { $of } 条序列中有 { $n } 条与自身历史及同类作了比较，用时 { $took }。
terminal-bill-head = 灵敏度、最低分数、每周呼叫、找到的真实窗口、中位延迟（分钟）：
