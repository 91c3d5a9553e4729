//! Help in the language of the terminal: the texts of commands and options, and the frame around them.
//!
//! The English texts are the doc comments in `arguments`. Those of another language stand in its catalogue, under keys that
//! follow from the command line: `help-logs-search` for a command, `help-logs-search--regex` for its option, and
//! `help--workspace` for an option that says the same wherever it occurs. A value has its name behind another `--`.

use std::fmt::Write as _;

use clap::builder::{PossibleValue, StyledStr};
use clap::{Arg, Command, CommandFactory};
use wardroom_app::phrase::Phrase;
use wardroom_app::words::Words;

use crate::arguments::Arguments;

/// The key of the program, with which all keys begin.
const ROOT: &str = "help";
/// The command that clap adds: it prints help of others.
const HELP: &str = "help";

/// Returns the command line with its help in words of a language.
pub(crate) fn command(words: &Words) -> Command {
    let mut command = Arguments::command();
    // What clap adds by itself has to be there, to be said in other words.
    command.build();
    said(command, ROOT, words)
}

/// Says a command and all below it.
fn said(command: Command, key: &str, words: &Words) -> Command {
    let command = command
        .mut_subcommands(|sub| {
            let below = key_below(key, sub.get_name());
            said(sub, &below, words)
        })
        .mut_args(|arg| argument(arg, key, words));
    let command = match words.find(&own_key(&command, key)) {
        Some(text) => with_text(command, text),
        None => command,
    };
    let mut command = with_examples(command, words);
    let template = template(&mut command, words);
    command.help_template(template)
}

/// Returns the key of a command below another. What stands below `help` are the commands beside it.
fn key_below(key: &str, name: &str) -> String {
    if name == HELP { key.to_owned() } else { format!("{key}-{name}") }
}

/// Returns the key of a command's own text: `help` says the same everywhere.
fn own_key(command: &Command, key: &str) -> String {
    if command.get_name() == HELP { format!("{ROOT}-{HELP}") } else { key.to_owned() }
}

/// Returns the keys of an argument's text: its own, and the one that it shares with others of its name.
fn argument_keys(arg: &Arg, key: &str) -> [String; 2] {
    let name = arg.get_long().map_or_else(|| arg.get_id().as_str().replace('_', "-"), str::to_owned);
    [key, ROOT].map(|key| format!("{key}--{name}"))
}

fn find(keys: &[String; 2], words: &Words) -> Option<String> {
    keys.iter().find_map(|key| words.find(key))
}

/// Gives a command its text: the first paragraph, without its full stop, stands for it where it is short.
fn with_text(command: Command, text: String) -> Command {
    let first = text.split("\n\n").next().unwrap_or_default().trim_end_matches('。').to_owned();
    let is_long = command.get_long_about().is_some();
    let command = command.about(first);
    if is_long { command.long_about(text) } else { command }
}

fn argument(arg: Arg, key: &str, words: &Words) -> Arg {
    let keys = argument_keys(&arg, key);
    let text = find(&keys, words);
    let text = text.map(StyledStr::from);
    let short = text.clone().or_else(|| arg.get_help().cloned()).unwrap_or_default();
    let long = text.or_else(|| arg.get_long_help().cloned()).unwrap_or_else(|| short.clone());
    let values: Vec<PossibleValue> =
        arg.get_possible_values().into_iter().filter(|value| !value.is_hide_set()).collect();
    let (default, list) = (default_of(&arg, words), list_of(&values, words));
    let explained = values.iter().any(|value| value.get_help().is_some());
    let mut brief = short;
    for part in [&default, &list].into_iter().flatten() {
        write(&mut brief, &format!(" {part}"));
    }
    let mut whole = long;
    if explained {
        explain(&mut whole, &values, &keys, words);
    }
    let parts: Vec<String> = [default, list.filter(|_| !explained)].into_iter().flatten().collect();
    if !parts.is_empty() {
        write(&mut whole, &format!("\n\n{}", parts.join("\n")));
    }
    arg.help(brief).long_help(whole).hide_default_value(true).hide_possible_values(true)
}

/// Adds a text to another.
fn write(to: &mut StyledStr, text: &str) {
    // Writing to a text cannot fail.
    let _ = to.write_str(text);
}

/// Returns the words for what holds when an option is not given; `None` where nothing does.
fn default_of(arg: &Arg, words: &Words) -> Option<String> {
    let values = arg.get_default_values();
    if !arg.get_action().takes_values() || values.is_empty() {
        return None;
    }
    let quoted = |text: &str| {
        let is_plain = !text.is_empty() && !text.contains(char::is_whitespace);
        if is_plain { text.to_owned() } else { format!("{text:?}") }
    };
    let values: Vec<String> = values.iter().map(|value| quoted(&value.to_string_lossy())).collect();
    Some(words.phrase(&Phrase::new("arguments-default").text("value", values.join(" "))))
}

fn list_of(values: &[PossibleValue], words: &Words) -> Option<String> {
    let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    let list = || words.phrase(&Phrase::new("arguments-value-list").text("values", names.join(", ")));
    (!names.is_empty()).then(list)
}

/// Adds a line for each value: its name, and what it means.
fn explain(to: &mut StyledStr, values: &[PossibleValue], keys: &[String; 2], words: &Words) {
    let widest = values.iter().map(|value| value.get_name().len()).max().unwrap_or(0);
    write(to, &format!("\n\n{}", words.word("arguments-values")));
    for value in values {
        let name = value.get_name();
        let own = find(&keys.clone().map(|key| format!("{key}--{name}")), words).map(StyledStr::from);
        let Some(text) = own.or_else(|| value.get_help().cloned()) else {
            write(to, &format!("\n- {name}"));
            continue;
        };
        let said = words.phrase(&Phrase::new("arguments-value-explained").text("value", name));
        let gap = " ".repeat(widest - name.len());
        write(to, &format!("\n- {said}{gap}{}", text.ansi()));
    }
}

/// Says the heading of a command's examples; the examples are the same in every language.
fn with_examples(command: Command, words: &Words) -> Command {
    let headed = |text: &StyledStr| {
        let text = text.to_string();
        let headings = [("Examples:", "arguments-examples"), ("Example:", "arguments-example")];
        let said = |(heading, key): &(&str, &str)| {
            text.strip_prefix(heading).map(|rest| format!("{}{rest}", words.word(key)))
        };
        headings.iter().find_map(said).unwrap_or(text)
    };
    let (after, long) = (command.get_after_help().map(headed), command.get_after_long_help().map(headed));
    let command = match after {
        Some(text) => command.after_help(text),
        None => command,
    };
    match long {
        Some(text) => command.after_long_help(text),
        None => command,
    }
}

/// Returns the frame of a command's help.
fn template(command: &mut Command, words: &Words) -> StyledStr {
    let header = *command.get_styles().get_header();
    let mut out = StyledStr::new();
    write(&mut out, "{before-help}{about-with-newline}\n");
    let usage = command.render_usage().ansi().to_string();
    // Styles have no space in them, so the first one follows clap's heading.
    let places = usage.split_once(' ').map(|(_, places)| in_places(places, words)).unwrap_or_default();
    let heading = words.word("arguments-usage");
    let (bare, style) = (heading.trim_end(), *command.get_styles().get_usage());
    write(&mut out, &format!("{style}{bare}{style:#}{}{places}", &" ".repeat(heading.len() - bare.len())));
    let mut between = "\n\n";
    for (is_there, key, tag) in [
        (command.get_subcommands().any(|sub| !sub.is_hide_set()), "arguments-commands", "{subcommands}"),
        (command.get_positionals().any(|arg| !arg.is_hide_set()), "arguments-arguments", "{positionals}"),
        (
            command.get_arguments().any(|arg| !arg.is_positional() && !arg.is_hide_set()),
            "arguments-options",
            "{options}",
        ),
    ] {
        if is_there {
            write(&mut out, &format!("{between}{header}{}{header:#}\n{tag}", words.word(key)));
            between = "\n\n";
        }
    }
    write(&mut out, "{after-help}");
    out
}

/// Says the places of a usage line that are no names.
pub(crate) fn in_places(usage: &str, words: &Words) -> String {
    let command = words.word("arguments-place-command");
    usage
        .replace("[OPTIONS]", &words.word("arguments-place-options"))
        .replace("<COMMAND>", &format!("<{command}>"))
        .replace("[COMMAND]", &format!("[{command}]"))
}

/// Returns what stands in a text as an English sentence does: three words in a row outside of backquotes.
#[cfg(test)]
pub(crate) fn english_in(text: &str) -> Vec<String> {
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic());
    let outside = text.split('`').step_by(2).flat_map(str::lines);
    let mut found = Vec::new();
    for line in outside {
        let words: Vec<&str> = line.split_whitespace().collect();
        let rows = words.windows(3).filter(|row| row.iter().all(is_word));
        found.extend(rows.map(|row| row.join(" ")));
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use jiff::tz::TimeZone;
    use wardroom_app::settings::Language;

    use super::*;

    const CHINESE: &str = include_str!("../../../assets/locales/zh-CN/help.ftl");

    fn words(language: Language) -> Words {
        Words::with(language, TimeZone::UTC)
    }

    /// All commands, each with the key of its place.
    fn commands<'a>(command: &'a Command, key: &str) -> Vec<(String, &'a Command)> {
        let mut found = vec![(key.to_owned(), command)];
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != HELP) {
            found.extend(commands(sub, &key_below(key, sub.get_name())));
        }
        found
    }

    fn built() -> Command {
        let mut command = Arguments::command();
        command.build();
        command
    }

    /// The help of every command, long and short, by place; without blanks at the ends of lines.
    fn printed(command: &Command) -> BTreeMap<String, [String; 2]> {
        let plain =
            |text: StyledStr| text.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        let both = |command: &Command| {
            let mut command = command.clone();
            [plain(command.render_long_help()), plain(command.render_help())]
        };
        commands(command, ROOT).into_iter().map(|(key, command)| (key, both(command))).collect()
    }

    /// Takes the examples off the end of a help: they are the same in every language.
    fn without_examples<'a>(text: &'a str, heading: &str) -> &'a str {
        text.split(&format!("\n{heading}\n")).next().unwrap_or(text)
    }

    #[test]
    fn in_english_help_is_what_clap_writes_from_the_doc_comments() {
        let said = printed(&command(&words(Language::En)));

        let by_clap = printed(&built());

        assert!(by_clap.len() > 30, "{}", by_clap.len());
        assert_eq!(said.keys().collect::<Vec<_>>(), by_clap.keys().collect::<Vec<_>>());
        for (key, by_clap) in by_clap {
            assert_eq!(said.get(&key), Some(&by_clap), "{key}");
        }
    }

    #[test]
    fn in_chinese_nothing_of_the_help_is_english_but_names() {
        let said = printed(&command(&words(Language::ZhCn)));

        for (key, [long, short]) in &said {
            for text in [long, short] {
                let text = without_examples(text, "示例：");
                assert!(text.contains("用法：wardroom"), "{key}: {text}");
                assert_eq!(english_in(text), Vec::<String>::new(), "{key}: {text}");
            }
        }
        let [long, short] = &said["help-demo"];
        assert!(long.starts_with("生成演示"), "{long}");
        assert!(short.contains("--seed <SEED>") && short.contains("[默认：7]"), "{short}");
        assert!(long.contains("可选值：") && long.contains("- low：   任何发现"), "{long}");
    }

    /// Every key that the command line asks for, with the English text that it stands for.
    fn asked() -> Vec<(Vec<String>, String)> {
        let command = built();
        let text = |text: Option<&StyledStr>| text.map(ToString::to_string).unwrap_or_default();
        let mut asked = Vec::new();
        for (key, command) in commands(&command, ROOT) {
            asked.push((vec![own_key(command, &key)], text(command.get_about())));
            for arg in command.get_arguments() {
                let keys = argument_keys(arg, &key);
                for value in arg.get_possible_values().iter().filter(|value| value.get_help().is_some()) {
                    let keys = keys.iter().map(|key| format!("{key}--{}", value.get_name())).collect();
                    asked.push((keys, text(value.get_help())));
                }
                asked.push((keys.to_vec(), text(arg.get_help())));
            }
            let help = command.get_subcommands().find(|sub| sub.get_name() == HELP);
            asked.extend(help.map(|help| (vec![own_key(help, &key)], text(help.get_about()))));
        }
        asked
    }

    #[test]
    fn every_command_option_and_value_has_its_text_in_chinese_and_no_text_is_left_over() {
        let words = words(Language::ZhCn);
        let mut says: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut missing = Vec::new();
        for (keys, english) in asked() {
            match keys.iter().find(|key| words.find(key).is_some()) {
                Some(key) => {
                    says.entry(key.clone()).or_default().insert(english);
                }
                None => missing.push((keys, english)),
            }
        }
        let left: Vec<&str> = CHINESE
            .lines()
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key)
            .filter(|key| key.starts_with(ROOT) && !says.contains_key(*key))
            .collect();
        let several: Vec<_> =
            says.iter().filter(|(key, texts)| texts.len() > 1 && *key != "help--help").collect();

        assert!(missing.is_empty(), "{missing:#?}");
        assert!(left.is_empty(), "{left:?}");
        assert!(several.is_empty(), "one text in Chinese, several in English: {several:#?}");
    }

    #[test]
    fn a_text_has_more_paragraphs_in_chinese_where_it_has_more_in_english() {
        let words = words(Language::ZhCn);
        let command = built();
        for (key, command) in commands(&command, ROOT) {
            let text = words.find(&own_key(command, &key)).unwrap_or_default();
            let long = command.get_long_about().map(ToString::to_string);

            let paragraphs = long.map_or(1, |long| long.split("\n\n").count());

            assert_eq!(text.split("\n\n").count(), paragraphs, "{key}");
        }
    }

    #[test]
    fn what_stands_below_the_help_are_headed_examples() {
        let command = built();
        for (key, command) in commands(&command, ROOT) {
            for text in [command.get_after_help(), command.get_after_long_help()].into_iter().flatten() {
                let text = text.to_string();
                let (heading, examples) = text.split_once('\n').unwrap_or_default();
                assert!(["Examples:", "Example:"].contains(&heading), "{key}: {text}");
                let is_example = |line: &str| line.is_empty() || line.starts_with([' ', '{', '#']);
                assert!(examples.lines().all(is_example), "{key}: {text}");
            }
        }
    }
}
