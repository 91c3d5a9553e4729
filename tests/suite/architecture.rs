//! The shape of the repository: who may depend on whom, what one crate owns alone, and forbidden forms.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::repository::{built, files, metadata, text};

/// Our crates and the ones of ours that each may depend on: the complete list of ARCHITECTURE.md, §2.
const EDGES: [(&str, &[&str]); 12] = [
    ("wardroom-core", &[]),
    ("wardroom-analysis", &["wardroom-core"]),
    ("wardroom-sim", &["wardroom-core"]),
    ("wardroom-charts", &["wardroom-core"]),
    ("wardroom-connectors", &["wardroom-core", "wardroom-sim"]),
    ("wardroom-actions", &["wardroom-core", "wardroom-sim"]),
    ("wardroom-store", &["wardroom-core"]),
    (
        "wardroom-app",
        &[
            "wardroom-core",
            "wardroom-analysis",
            "wardroom-sim",
            "wardroom-charts",
            "wardroom-connectors",
            "wardroom-actions",
            "wardroom-store",
        ],
    ),
    ("wardroom-cli", &["wardroom-app", "wardroom-charts", "wardroom-core"]),
    ("wardroom-desktop", &["wardroom-app"]),
    (
        "wardroom-tests",
        &[
            "wardroom-core",
            "wardroom-analysis",
            "wardroom-sim",
            "wardroom-charts",
            "wardroom-connectors",
            "wardroom-actions",
            "wardroom-store",
            "wardroom-app",
        ],
    ),
    ("xtask", &[]),
];

/// Dependencies that one crate owns alone. A name that ends in `*` stands for all that begin so.
const RESERVED: [(&str, &str); 9] = [
    ("sqlx*", "wardroom-store"),
    ("reqwest", "wardroom-connectors"),
    ("rustls", "wardroom-connectors"),
    ("parquet", "wardroom-connectors"),
    ("plotters*", "wardroom-charts"),
    ("tauri*", "wardroom-desktop"),
    ("keyring*", "wardroom-app"),
    ("clap*", "wardroom-cli"),
    ("pco", "wardroom-store"),
];

/// Packages that must not be compiled at all: a second HTTP client, the cloud stack behind it, C cryptography.
const NEVER_BUILT: [&str; 6] =
    ["object_store", "openssl", "openssl-sys", "native-tls", "aws-lc-rs", "rusqlite"];

/// The only places where `unsafe` code is expected, each with its reason beside it in the file.
const UNSAFE_EXPECTED: [&str; 1] = ["src-tauri/src/main.rs"];

fn packages() -> Vec<Value> {
    let metadata = metadata();
    metadata["packages"].as_array().expect("cargo metadata lists packages").clone()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().expect("a package has a name")
}

fn dependencies(package: &Value) -> BTreeSet<String> {
    let listed = package["dependencies"].as_array().expect("a package lists its dependencies");
    listed.iter().map(|d| name(d).to_owned()).collect()
}

fn is_meant(pattern: &str, dependency: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => dependency.starts_with(start),
        None => pattern == dependency,
    }
}

#[test]
fn every_crate_of_ours_has_its_row_in_the_list_of_edges() {
    let found: BTreeSet<String> = packages().iter().map(|p| name(p).to_owned()).collect();
    let listed: BTreeSet<String> = EDGES.iter().map(|(n, _)| (*n).to_owned()).collect();

    assert_eq!(found, listed);
}

#[test]
fn dependencies_point_down_as_the_list_of_edges_says() {
    let ours: BTreeSet<&str> = EDGES.iter().map(|(n, _)| *n).collect();
    for package in packages() {
        let (_, allowed) = EDGES.iter().find(|(n, _)| *n == name(&package)).expect("the crate is listed");

        let wrong: Vec<String> = dependencies(&package)
            .into_iter()
            .filter(|d| ours.contains(d.as_str()) && !allowed.contains(&d.as_str()))
            .collect();

        assert!(wrong.is_empty(), "{} may not depend on {wrong:?}", name(&package));
    }
}

#[test]
fn reserved_dependencies_have_one_owner() {
    for package in packages() {
        for dependency in dependencies(&package) {
            for (pattern, owner) in RESERVED {
                let fine = !is_meant(pattern, &dependency) || name(&package) == owner;
                assert!(fine, "{dependency} belongs to {owner} alone, but {} depends on it", name(&package));
            }
        }
    }
}

#[test]
fn nothing_is_compiled_that_would_open_a_second_door() {
    let built = built();

    let forbidden: Vec<&str> =
        built.iter().map(|p| p.name.as_str()).filter(|n| NEVER_BUILT.contains(n)).collect();
    let clients: Vec<&str> =
        built.iter().filter(|p| p.name == "reqwest").map(|p| p.version.as_str()).collect();

    assert!(forbidden.is_empty(), "{forbidden:?}");
    assert_eq!(clients.len(), 1, "one HTTP client: {clients:?}");
}

#[test]
fn modules_are_named_files() {
    let files = files("", &["mod.rs"]);

    assert!(files.iter().all(|f| !f.ends_with("/mod.rs")), "{files:?}");
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    let mut found = Vec::new();
    for path in files("", &[".rs"]) {
        for (i, line) in text(&path).lines().enumerate() {
            let code = line.trim_start();
            // Put together here, so that this file does not find itself.
            if code.starts_with(concat!("#[", "allow(")) || code.starts_with(concat!("#![", "allow(")) {
                found.push(format!("{path}:{}", i + 1));
            }
        }
    }

    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn unsafe_code_stands_only_where_it_is_listed() {
    let mut found = Vec::new();
    for path in files("", &[".rs"]) {
        let is_used = text(&path).lines().any(|line| {
            let code = line.split("//").next().unwrap_or_default();
            let words = concat!("unsafe", " {");
            code.contains(words)
                || code.contains(concat!("unsafe", " fn"))
                || code.contains(concat!("unsafe", " impl"))
        });
        if is_used {
            found.push(path);
        }
    }

    assert_eq!(found, UNSAFE_EXPECTED);
}

#[test]
fn every_manifest_takes_the_lints_of_the_workspace() {
    for path in files("", &["Cargo.toml"]) {
        let text = text(&path);
        let is_package = text.contains("[package]");
        assert!(!is_package || text.contains("[lints]\nworkspace = true"), "{path}");
    }
}

#[test]
fn every_file_of_code_opens_with_what_it_is_for() {
    let mut found = Vec::new();
    for path in files("crates", &[".rs"]).into_iter().chain(files("tests/suite", &[".rs"])) {
        if !text(&path).starts_with("//! ") {
            found.push(path);
        }
    }

    assert!(found.is_empty(), "{found:?}");
}
