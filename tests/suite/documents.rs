//! What points somewhere leads there: links of the documents, and commands of the shell.

use regex::Regex;

use crate::repository::{files, root, text};

#[test]
fn every_command_of_the_shell_is_reached_by_the_window() {
    let wrapper = Regex::new(r"(?m)^\t(\w+): \([^\n]*=> call\('").expect("the pattern is correct");
    let window: String = files("ui/src", &[".ts", ".svelte"])
        .iter()
        .filter(|path| !path.ends_with("lib/ipc/bindings.ts"))
        .map(|path| text(path))
        .collect();
    let bindings = text("ui/src/lib/ipc/bindings.ts");
    let commands: Vec<&str> =
        wrapper.captures_iter(&bindings).map(|found| found.extract::<1>().1[0]).collect();
    assert!(commands.len() > 80, "the commands are found: {}", commands.len());

    let called =
        |name: &str| Regex::new(&format!(r"\b{name}\b")).expect("a name is a pattern").is_match(&window);
    let unreached: Vec<&&str> = commands.iter().filter(|name| !called(name)).collect();

    assert!(unreached.is_empty(), "no part of the window calls {unreached:?}");
}

#[test]
fn links_of_the_documents_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)#\s]+)").expect("the pattern is correct");
    let mut dead = Vec::new();
    for path in files("", &[".md"]) {
        let full = root().join(&path);
        let folder = full.parent().expect("a file lies in a folder");
        for found in link.captures_iter(&text(&path)) {
            let target = &found[1];
            if !target.contains("://") && !folder.join(target).exists() {
                dead.push(format!("{path}: {target}"));
            }
        }
    }

    assert!(dead.is_empty(), "{dead:#?}");
}

#[test]
fn every_connector_and_screen_has_its_page() {
    for page in [
        "connectors/prometheus",
        "connectors/elasticsearch",
        "connectors/cmdb",
        "connectors/files",
        "connectors/simulator",
    ] {
        assert!(root().join(format!("docs/{page}.md")).is_file(), "{page}");
    }
    for screen in ["welcome", "now", "metrics", "alerts", "logs", "map", "simulator", "catalog", "settings"] {
        assert!(root().join(format!("docs/screens/{screen}.md")).is_file(), "{screen}");
    }
}
