# 人们对发现的判断：窗口与终端相同。

## 现况
lead-expected = { $n } 个发现在预期之内。
lead-held-back = { $n } 个较弱的发现未列出：在 { $series } 条序列中，仅凭偶然一天就会出现这么多。

## 判断
feedback-real = 确实异常。
feedback-once = 仅此一次在预期之内。
feedback-weekly = 每{ $day } { $time }（{ $zone }）在预期之内。
feedback-always = 这条序列无论出现什么都在预期之内。
feedback-maintenance = { $entity } 从 { $from } 到 { $to } 维护。
feedback-maintenance-everything = 从 { $from } 到 { $to } 整体维护。
feedback-window-real = 从 { $from } 到 { $to } 确实异常，无论其中发现了什么。
feedback-window-series = { $entity } 的 { $metric }
feedback-window-entity = { $entity } 的全部序列
feedback-stage-too-few = 尚未从标记中学习：确实异常 { $real } 个，预期之内 { $expected } 个。两类各需 { $least } 个，且分布在 { $series } 条序列上。
feedback-stage-not-better = 已从 { $labels } 个标记学习，但未采用：在保留的标记上排序正确的配对为 { $staged } %，仅用评分为 { $plain } %。
feedback-stage-better = 已从 { $labels } 个标记学习并采用：在保留的标记上排序正确的配对为 { $staged } %，仅用评分为 { $plain } %。
weekday-monday = 星期一
weekday-tuesday = 星期二
weekday-wednesday = 星期三
weekday-thursday = 星期四
weekday-friday = 星期五
weekday-saturday = 星期六
weekday-sunday = 星期日

## 失败
error-no-such-finding = 没有发现 { $id }，或它已被撤回。请查看当前的发现。
error-no-such-feedback = 没有编号为 { $id } 的反馈，或它已被收回。
error-feedback-window = 该发现始于 { $start }，不在从 { $from } 到 { $to } 的维护时段内。请选择包含它的时段。
error-window-outside-data = 从 { $from } 到 { $to } 没有任何测量值：数据从 { $first } 到 { $last }。请选择其中的窗口。
error-feedback-window-series = 有 { $n } 条序列匹配“{ $filter }”。窗口只能标记在一条序列上：请添加标签，或指定对象。
error-feedback-window-entity = 没有序列属于 { $entity }。请使用发现和序列中显示的名称。

## 终端
terminal-feedback-none = 还没有对任何发现作出判断。
terminal-feedback-marked = 已保存为编号 { $id }：{ $phrase }
terminal-feedback-undone = 编号 { $id } 已收回。
terminal-feedback-was-undone = 已收回
terminal-feedback-window-only = --from 和 --to 只用于 --as maintenance 与 --window；--everything 只用于 --as maintenance。
terminal-feedback-window-real = 窗口只能标记为确实异常。其中的发现若在预期之内，请单独标记。
