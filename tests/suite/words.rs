//! The words on screen: both languages say the same things, every message is used, and none is built in the interface.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use fluent_bundle::FluentResource;
use regex::Regex;

use crate::repository::{files, text};

/// Attributes whose text a person reads or hears.
const SPOKEN_ATTRIBUTES: &str = r#"\b(?:title|aria-label|placeholder|alt)="([^"{]*[A-Za-z]{2,}[^"{]*)""#;

/// Words that are the same in every language: names.
const SAME_WORDS: [&str; 6] = ["Wardroom", "PromQL", "Prometheus", "OpenMetrics", "Esc", "Ctrl"];

/// Texts that are the same in every language: examples of what a person types, licences, endings.
const SAME_TEXTS: [&str; 9] = [
    "now-6h",
    ".wardroom",
    "https://",
    "X-Scope-OrgID: …",
    "shop:errors:ratio",
    "sum by (job) (rate(http_requests_total[5m]))",
    "Apache-2.0",
    "IBM Plex",
    "OFL 1.1",
];

/// The catalogue that has no English one beside it: the texts of the terminal's help, which are doc comments in English. The
/// tests of `crates/cli/src/help.rs` keep it complete and without a text that is left over.
const HELP: &str = "assets/locales/zh-CN/help.ftl";

/// Compiles each pattern once: thousands of messages are asked with the same few.
fn pattern(text: &'static str) -> &'static Regex {
    static COMPILED: Mutex<BTreeMap<&str, &Regex>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().expect("no test ends within it");
    compiled
        .entry(text)
        .or_insert_with(|| Box::leak(Box::new(Regex::new(text).expect("the pattern is correct"))))
}

/// Reads a catalogue: key and text of each message.
fn messages(path: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let begins = pattern(r"^([a-zA-Z][\w-]*)\s*=");
    let mut current: Option<String> = None;
    for line in text(path).lines() {
        if let Some(captures) = begins.captures(line) {
            let key = captures[1].to_owned();
            let before = found.insert(key.clone(), line.to_owned());
            assert!(before.is_none(), "{path} has {key} twice");
            current = Some(key);
        } else if line.starts_with([' ', '\t', '}', '.']) {
            if let Some(message) = current.as_ref().and_then(|key| found.get_mut(key)) {
                message.push('\n');
                message.push_str(line);
            }
        } else {
            current = None;
        }
    }
    found
}

/// The values that a message shows. One that only chooses a plural form is left out: languages differ there.
fn shown_values(message: &str) -> BTreeSet<String> {
    let placed = pattern(r"\{\s*\$([A-Za-z][\w-]*)\s*\}");
    placed.captures_iter(message).map(|c| c[1].to_owned()).collect()
}

/// All values that a message mentions.
fn mentioned_values(message: &str) -> BTreeSet<String> {
    let mentioned = pattern(r"\$([A-Za-z][\w-]*)");
    mentioned.captures_iter(message).map(|c| c[1].to_owned()).collect()
}

fn catalogues() -> Vec<(String, String)> {
    let english = files("assets/locales/en", &[".ftl"]);
    english.into_iter().map(|path| (path.clone(), path.replace("/en/", "/zh-CN/"))).collect()
}

fn all_keys() -> BTreeSet<String> {
    catalogues().iter().flat_map(|(english, _)| messages(english).into_keys()).collect()
}

#[test]
fn every_catalogue_can_be_parsed() {
    for path in files("assets/locales", &[".ftl"]) {
        let parsed = FluentResource::try_new(text(&path));

        assert!(parsed.is_ok(), "{path}: {:?}", parsed.err().map(|(_, errors)| errors));
    }
}

#[test]
fn both_languages_have_the_same_files_and_messages() {
    let english = files("assets/locales/en", &[".ftl"]);
    let all = files("assets/locales/zh-CN", &[".ftl"]);
    assert!(all.iter().any(|path| path == HELP));
    let chinese: Vec<String> =
        all.iter().filter(|path| *path != HELP).map(|p| p.replace("/zh-CN/", "/en/")).collect();
    assert_eq!(english, chinese);
    for (english, chinese) in catalogues() {
        let here: BTreeSet<String> = messages(&english).into_keys().collect();
        let there: BTreeSet<String> = messages(&chinese).into_keys().collect();

        let only_here: Vec<&String> = here.difference(&there).collect();
        let only_there: Vec<&String> = there.difference(&here).collect();

        assert!(only_here.is_empty() && only_there.is_empty(), "{english}: {only_here:?} / {only_there:?}");
    }
}

#[test]
fn a_key_stands_in_one_file_only() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for path in catalogues().into_iter().map(|(english, _)| english).chain([HELP.to_owned()]) {
        for key in messages(&path).into_keys() {
            let before = seen.insert(key.clone(), path.clone());
            assert!(before.is_none(), "{key} stands in {path} and {before:?}");
        }
    }
}

#[test]
fn both_languages_show_the_same_values() {
    let mut wrong = Vec::new();
    for (english, chinese) in catalogues() {
        let theirs = messages(&chinese);
        for (key, message) in messages(&english) {
            let Some(other) = theirs.get(&key) else { continue };
            // A plural form may say "one source" and not show the number, so a mention is enough on the other side.
            let lost = shown_values(&message).difference(&mentioned_values(other)).count();
            let invented = shown_values(other).difference(&mentioned_values(&message)).count();
            if lost + invented > 0 {
                wrong.push(format!("{key} in {chinese}"));
            }
        }
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The numbers for which a message has a form of its own: `[0]`.
fn own_numbers(message: &str) -> BTreeSet<String> {
    pattern(r"(?m)^\s*\*?\[(\d+)\]").captures_iter(message).map(|c| c[1].to_owned()).collect()
}

#[test]
fn a_form_of_its_own_is_chosen_by_a_number_that_was_made_a_text_as_well() {
    let mut seen = BTreeSet::new();
    for path in files("assets/locales", &[".ftl"]) {
        for (key, message) in messages(&path) {
            let own = own_numbers(&message);

            // The words of both languages know these two as numbers, however they come; another one would be missed.
            let is_known = own.iter().all(|number| ["0", "1"].contains(&number.as_str()));
            assert!(is_known, "{key} in {path}: {own:?}");
            seen.extend(own);
        }
    }

    assert!(seen.contains("0"), "the pattern still finds such forms");
}

/// Everything that can name a message, without tests, generated files and doubles.
fn sources() -> Vec<(String, String)> {
    let rust = files("crates", &[".rs"]).into_iter().chain(files("src-tauri", &[".rs"]));
    let window = files("ui/src", &[".ts", ".svelte"]);
    let is_product = |path: &String| {
        !path.contains("/tests/") && !path.ends_with("bindings.ts") && !path.ends_with("fake.ts")
    };
    rust.chain(window).filter(is_product).map(|path| (path.clone(), product_part(&text(&path)))).collect()
}

/// Cuts the tests off the end of a file of Rust.
fn product_part(text: &str) -> String {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
}

fn found_in(sources: &[(String, String)], patterns: &[&'static str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for pattern_text in patterns {
        let pattern = pattern(pattern_text);
        for (_, text) in sources {
            found.extend(pattern.captures_iter(text).map(|c| c[1].to_owned()));
        }
    }
    found
}

/// The beginnings of keys that are completed at run time, as the code builds them: `` `unit-${…}` ``, `format!("job-{…`.
fn families(sources: &[(String, String)]) -> BTreeSet<String> {
    found_in(
        sources,
        &[r"`([a-z][a-z0-9]*(?:-[a-z0-9]+)*-)\$\{", r#"format!\(\s*"([a-z][a-z0-9]*(?:-[a-z0-9]+)*-)\{"#],
    )
}

#[test]
fn every_message_is_used() {
    let sources = sources();
    let families = families(&sources);
    let literals = found_in(
        &sources,
        &[
            r#""([a-z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*)""#,
            r"'([a-z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*)'",
            r"`([a-z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*)`",
        ],
    );
    // Templates of the report name their messages in other files than Rust's.
    let templates: String = files("assets", &[".html", ".j2", ".jinja"])
        .iter()
        .chain(&files("crates", &[".html", ".j2", ".jinja"]))
        .map(|path| text(path))
        .collect();

    let unused: Vec<String> = all_keys()
        .into_iter()
        .filter(|key| !literals.contains(key))
        .filter(|key| !families.iter().any(|family| key.starts_with(family.as_str())))
        .filter(|key| !templates.contains(key.as_str()))
        .collect();

    assert!(unused.is_empty(), "{unused:#?}");
}

#[test]
fn every_message_that_is_asked_for_is_there() {
    let keys = all_keys();
    let asked = found_in(
        &sources(),
        &[
            r#"\bt\(\s*['"`]([a-z][a-zA-Z0-9-]*)['"`]"#,
            r#"Phrase::new\(\s*"([a-z0-9-]+)"\s*\)"#,
            r#"\.word\(\s*"([a-z0-9-]+)"\s*\)"#,
        ],
    );

    let missing: Vec<&String> = asked.difference(&keys).collect();

    assert!(asked.len() > 100, "the patterns still find what is asked for");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_the_programs_say_themselves_stands_in_a_catalogue_that_they_read() {
    let embedded = [(String::new(), text("crates/app/src/words.rs"))];
    let read = found_in(&embedded, &[r"assets/locales/(en/[\w-]+\.ftl)"]);
    let known: BTreeSet<String> =
        read.iter().flat_map(|path| messages(&format!("assets/locales/{path}")).into_keys()).collect();
    let rust: Vec<(String, String)> = sources()
        .into_iter()
        .filter(|(path, _)| Path::new(path).extension().is_some_and(|end| end == "rs"))
        .collect();
    // A sentence that the application makes may be said by the window alone, whose catalogues are more.
    let shells: Vec<(String, String)> =
        rust.iter().filter(|(path, _)| !path.starts_with("crates/app")).cloned().collect();
    let mut said = found_in(&rust, &[r#"\.word\(\s*"([a-z0-9-]+)"\s*\)"#]);
    said.extend(found_in(&shells, &[r#"Phrase::new\(\s*"([a-z0-9-]+)"\s*\)"#]));

    let missing: Vec<&String> = said.difference(&known).collect();

    assert!(read.len() > 5 && said.len() > 20, "the patterns still find what is read and said");
    assert!(missing.is_empty(), "these would be shown as keys: {missing:#?}");
}

#[test]
fn every_failure_has_its_sentence() {
    let keys = all_keys();
    let app: Vec<(String, String)> = sources()
        .into_iter()
        .filter(|(path, _)| path.starts_with("crates/app") || path.starts_with("crates/cli"))
        .collect();
    let codes =
        found_in(&app, &[r#"(?:AppError|Self)::new\(\s*"([a-z_]+)"\s*\)"#, r#"with_path\(\s*"([a-z_]+)""#]);

    let missing: Vec<String> = codes
        .iter()
        .map(|code| format!("error-{}", code.replace('_', "-")))
        .filter(|key| !keys.contains(key))
        .collect();

    assert!(codes.len() > 40, "the patterns still find the codes");
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Takes everything between balanced braces out of a template.
fn without_expressions(template: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_u32;
    for c in template.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Returns the texts that a component writes itself instead of taking them from the catalogue.
fn own_texts(component: &str) -> Vec<String> {
    let mut template = component.to_owned();
    for part in [r"(?s)<!--.*?-->", r"(?s)<script.*?</script>", r"(?s)<style.*?</style>"] {
        template = pattern(part).replace_all(&template, " ").into_owned();
    }
    let template = without_expressions(&template);
    let mut found: Vec<String> =
        pattern(SPOKEN_ATTRIBUTES).captures_iter(&template).map(|c| c[1].to_owned()).collect();
    // Code and keys are the same in every language.
    let mut plain = template;
    for part in [r"(?s)<code\b.*?</code>", r"(?s)<kbd\b.*?</kbd>"] {
        plain = pattern(part).replace_all(&plain, " ").into_owned();
    }
    let plain = pattern(r#"<[^<>"]*(?:"[^"]*"[^<>"]*)*>"#).replace_all(&plain, "\n").into_owned();
    let letters = pattern(r"[A-Za-z]{2,}");
    let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    found.extend(plain.lines().filter(|line| letters.is_match(line)).map(squeezed));
    found.retain(|text| !SAME_TEXTS.contains(&text.as_str()));
    found.retain(|text| !letters.find_iter(text).all(|word| SAME_WORDS.contains(&word.as_str())));
    found
}

#[test]
fn texts_that_a_component_writes_itself_are_found() {
    let component = "<!-- A comment. -->\n<script lang=\"ts\">const a = 'x';</script>\n\
        <p class=\"lead\" title=\"Read me\">{t('a')} of {#if n > 1}{n}{/if} <kbd>Esc</kbd> PromQL</p>\n\
        <Button label={t('b')} onclick={() => { go('x'); }}>Save</Button>";

    assert_eq!(own_texts(component), ["Read me", "of PromQL", "Save"]);
}

#[test]
fn components_take_their_words_from_the_catalogue() {
    let mut found = Vec::new();
    for path in files("ui/src", &[".svelte"]) {
        found.extend(own_texts(&text(&path)).into_iter().map(|own| format!("{path}: {own}")));
    }

    assert!(found.is_empty(), "{found:#?}");
}
