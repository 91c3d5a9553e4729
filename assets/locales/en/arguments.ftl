# The frame of the terminal's help, and what is said of a command line that is not understood. The texts of commands and
# options are the doc comments of crates/cli/src/arguments.rs.

arguments-usage = Usage:{" "}
arguments-place-options = [OPTIONS]
arguments-place-command = COMMAND
arguments-commands = Commands:
arguments-arguments = Arguments:
arguments-options = Options:
arguments-values = Possible values:
arguments-example = Example:
arguments-examples = Examples:
arguments-default = [default: { $value }]
arguments-value-list = [possible values: { $values }]
arguments-value-explained = { $value }:{" "}

refused = error: { $what }
refused-unknown-argument = unexpected argument '{ $argument }' found
refused-missing = the following required arguments were not provided:
refused-no-value = a value is required for '{ $argument }' but none was supplied
refused-value = invalid value '{ $value }' for '{ $argument }'
refused-value-because = invalid value '{ $value }' for '{ $argument }': { $why }
refused-value-too-many = unexpected value '{ $value }' for '{ $argument }' found; no more were expected
refused-unknown-command = unrecognized subcommand '{ $command }'
refused-twice = the argument '{ $argument }' cannot be used multiple times
refused-with = the argument '{ $argument }' cannot be used with '{ $other }'
refused-with-any = the argument '{ $argument }' cannot be used with:
refused-encoding = invalid UTF-8 was detected in one or more arguments
refused-otherwise = { $detail }
refused-because-empty = cannot parse integer from empty string
refused-because-digit = invalid digit found in string
refused-because-large = number too large to fit in target type
refused-because-small = number too small to fit in target type
refused-because-range = { $value } is not in { $range }
refused-tip = tip: { $tip }
refused-tip-argument = a similar argument exists: '{ $name }'
refused-tip-value = a similar value exists: '{ $name }'
refused-tip-command = a similar subcommand exists: { $names }
refused-tip-commands = some similar subcommands exist: { $names }
refused-tip-as-value = to pass '{ $given }' as a value, use '{ $written }'
refused-tip-there = '{ $name }' exists
refused-tip-dashes = subcommand '{ $name }' exists; to use it, remove the '--' before it
refused-help = For more information, try '--help'.

not-started = The program could not start its threads: { $detail }
