//! Licences: everything that is compiled or bundled may be, and the notices name what we chose ourselves.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::repository::{built, metadata, text};

/// Licences that may be in the tree without a further look.
const ALLOWED: [&str; 12] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "BSL-1.0",
    "0BSD",
    "CC0-1.0",
];

/// Crates under the MPL-2.0, whose copyleft ends at their own files. They are used as published, unchanged; each is
/// named in THIRD-PARTY.md with where its source is.
const FILE_COPYLEFT: [&str; 5] = ["cssparser", "cssparser-macros", "dtoa-short", "option-ext", "selectors"];

/// Packages of the interface under other licences: fonts that are bundled with their licence, and tools that build or
/// test the interface and reach nobody.
const NPM_FONTS: &str = "OFL-1.1";
const NPM_TOOLS: &str = "MPL-2.0";

/// Reports whether a licence expression can be satisfied: `OR` and `/` choose, `AND` binds, brackets group.
fn is_allowed(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let text = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut at = 0;
    let result = any_of(&words, &mut at, allowed);
    result && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut result = all_of(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        let next = all_of(words, at, allowed);
        result = result || next;
    }
    result
}

fn all_of(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut result = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        let next = one(words, at, allowed);
        result = result && next;
    }
    result
}

fn one(words: &[&str], at: &mut usize, allowed: &dyn Fn(&str) -> bool) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let result = any_of(words, at, allowed);
        let is_closed = words.get(*at) == Some(&")");
        *at += 1;
        return result && is_closed;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return allowed(&format!("{word} WITH {exception}"));
    }
    allowed(word)
}

fn is_on_the_list(licence: &str) -> bool {
    ALLOWED.contains(&licence)
}

#[test]
fn licence_expressions_are_understood() {
    for good in [
        "MIT OR GPL-3.0-only",
        "Apache-2.0/MIT",
        "(MIT OR GPL-3.0-only) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
        "Unlicense OR MIT",
    ] {
        assert!(is_allowed(good, &is_on_the_list), "{good}");
    }
    for bad in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "", "(MIT", "MIT WITH Something", "MIT MIT"] {
        assert!(!is_allowed(bad, &is_on_the_list), "{bad}");
    }
}

#[test]
fn every_crate_that_is_compiled_has_a_licence_from_the_list() {
    let wrong: Vec<String> = built()
        .into_iter()
        .filter(|p| !is_allowed(&p.licence, &is_on_the_list))
        .filter(|p| !(p.licence == "MPL-2.0" && FILE_COPYLEFT.contains(&p.name.as_str())))
        .map(|p| format!("{} {}: {}", p.name, p.version, p.licence))
        .collect();

    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Names and licences of the packages that our manifests name themselves.
fn direct_crates() -> BTreeSet<String> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("cargo metadata lists packages");
    let mut names = BTreeSet::new();
    for package in packages {
        for dependency in package["dependencies"].as_array().expect("dependencies are listed") {
            // A dependency with a path is one of ours.
            if dependency.get("path").is_none_or(Value::is_null) {
                names.insert(dependency["name"].as_str().expect("a dependency has a name").to_owned());
            }
        }
    }
    names
}

/// Reports whether the notices have a row that begins with this name and holds this licence.
fn is_noticed(notices: &str, name: &str, licence: &str) -> bool {
    let start = format!("| {name} |");
    notices.lines().any(|line| line.starts_with(&start) && line.contains(licence))
}

#[test]
fn the_notices_name_every_crate_that_we_chose_with_its_licence() {
    let notices = text("THIRD-PARTY.md");
    let built = built();
    let mut lacking = Vec::new();
    for name in direct_crates() {
        let licences: BTreeSet<&str> =
            built.iter().filter(|p| p.name == name).map(|p| p.licence.as_str()).collect();
        // What is not compiled into anything here (a test's tool, another system's) is named without a comparison.
        let is_lacking = if licences.is_empty() {
            !is_noticed(&notices, &name, "")
        } else {
            !licences.iter().any(|licence| is_noticed(&notices, &name, licence))
        };
        if is_lacking {
            lacking.push(format!("{name}: {licences:?}"));
        }
    }

    assert!(lacking.is_empty(), "{lacking:#?}");
}

#[test]
fn the_notices_name_every_crate_with_a_copyleft_of_its_own_files() {
    let notices = text("THIRD-PARTY.md");

    for name in FILE_COPYLEFT {
        assert!(is_noticed(&notices, name, "MPL-2.0"), "{name}");
    }
}

fn npm_packages() -> Vec<(String, Value)> {
    let lock: Value = serde_json::from_str(&text("ui/package-lock.json")).expect("the lock file is JSON");
    let packages = lock["packages"].as_object().expect("the lock file lists packages");
    packages.iter().filter(|(path, _)| !path.is_empty()).map(|(p, v)| (p.clone(), v.clone())).collect()
}

#[test]
fn every_package_of_the_interface_has_a_licence_from_the_list() {
    let mut wrong = Vec::new();
    for (path, package) in npm_packages() {
        let licence = package["license"].as_str().unwrap_or_default();
        let is_tool = package["dev"].as_bool().unwrap_or(false) && licence == NPM_TOOLS;
        let is_font = path.contains("@fontsource") && licence == NPM_FONTS;
        if !is_tool && !is_font && !is_allowed(licence, &is_on_the_list) {
            wrong.push(format!("{path}: {licence}"));
        }
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_notices_name_every_package_that_the_interface_chose_with_its_licence() {
    let notices = text("THIRD-PARTY.md");
    let manifest: Value = serde_json::from_str(&text("ui/package.json")).expect("package.json is JSON");
    let locked = npm_packages();
    let mut lacking = Vec::new();
    for section in ["dependencies", "devDependencies"] {
        for name in manifest[section].as_object().expect("the section is there").keys() {
            let path = format!("node_modules/{name}");
            let package = locked.iter().find(|(p, _)| *p == path).expect("what is named is locked");
            let licence = package.1["license"].as_str().unwrap_or_default();
            if !is_noticed(&notices, name, licence) {
                lacking.push(format!("{name}: {licence}"));
            }
        }
    }

    assert!(lacking.is_empty(), "{lacking:#?}");
}

#[test]
fn the_licence_stands_in_full() {
    let licence = text("LICENSE");

    assert!(licence.contains("Apache License") && licence.contains("Version 2.0, January 2004"));
    assert!(licence.contains("END OF TERMS AND CONDITIONS"));
}
