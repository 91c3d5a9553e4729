# 终端帮助的框架，以及命令行无法识别时的提示。命令与选项的说明在 help.ftl 中。

arguments-usage = 用法：
arguments-place-options = [选项]
arguments-place-command = 命令
arguments-commands = 命令：
arguments-arguments = 参数：
arguments-options = 选项：
arguments-values = 可选值：
arguments-example = 示例：
arguments-examples = 示例：
arguments-default = [默认：{ $value }]
arguments-value-list = [可选值：{ $values }]
arguments-value-explained = { $value }：

refused = 错误：{ $what }
refused-unknown-argument = 不认识参数“{ $argument }”
refused-missing = 缺少以下必需参数：
refused-no-value = “{ $argument }”需要一个值，但没有给出
refused-value = “{ $argument }”的值“{ $value }”无效
refused-value-because = “{ $argument }”的值“{ $value }”无效：{ $why }
refused-value-too-many = “{ $argument }”不再接受值，多出了“{ $value }”
refused-unknown-command = 不认识子命令“{ $command }”
refused-twice = 参数“{ $argument }”不能重复使用
refused-with = 参数“{ $argument }”不能与“{ $other }”同时使用
refused-with-any = 参数“{ $argument }”不能与以下参数同时使用：
refused-encoding = 有参数不是有效的 UTF-8
refused-otherwise = { $detail }
refused-because-empty = 没有数字
refused-because-digit = 不是整数
refused-because-large = 数字太大
refused-because-small = 数字太小
refused-because-range = { $value } 不在 { $range } 之内
refused-tip = 提示：{ $tip }
refused-tip-argument = 有相近的参数“{ $name }”
refused-tip-value = 有相近的值“{ $name }”
refused-tip-command = 有相近的子命令：{ $names }
refused-tip-commands = 有几个相近的子命令：{ $names }
refused-tip-as-value = 要把“{ $given }”作为值，请写“{ $written }”
refused-tip-there = 有“{ $name }”
refused-tip-dashes = 有子命令“{ $name }”；要使用它，请去掉前面的“--”
refused-help = 更多信息请用“--help”查看。

not-started = 程序无法启动线程：{ $detail }
