//! The documents: what they point to is there.

use regex::Regex;

use crate::repository::{files, root, text};

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
