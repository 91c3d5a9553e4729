//! Templates on labelled log sets: grouping (GA, FGA) and texts (PA, FTA), one configuration for all systems.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use regex::Regex;
use wardroom_tests::accuracy::tables::{columns, sets};
use wardroom_tests::accuracy::{Question, templates};

use super::{print, public_set};

/// The measures of one set.
#[derive(Clone, Copy, Debug, Default)]
struct Measures {
    grouping: f64,
    f_grouping: f64,
    parsing: f64,
    f_template: f64,
}

/// Lines by number, with their group and text.
type Groups = BTreeMap<String, (String, String)>;

fn groups(path: &Path, names: [&str; 3]) -> Result<Groups> {
    let blanks = Regex::new(r"\s+")?;
    let run = Regex::new(r"<\*>(?:\s*[.:,;/\\|_#@=+-]?\s*<\*>)+")?;
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut groups = Groups::new();
    columns(path, names, |[line, group, text]| {
        let text = texts.entry(text.to_owned()).or_insert_with(|| {
            let mut text = blanks.replace_all(text.trim(), " ").into_owned();
            // Variables side by side count as one, on both sides.
            loop {
                let shorter = run.replace_all(&text, "<*>").into_owned();
                if shorter == text {
                    break text;
                }
                text = shorter;
            }
        });
        groups.insert(line.to_owned(), (group.to_owned(), text.clone()));
        Ok(())
    })?;
    Ok(groups)
}

fn lines_by_group(groups: &Groups) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut lines: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (line, (group, _)) in groups {
        lines.entry(group).or_default().insert(line);
    }
    lines
}

/// Compares an answer with the truth, after Khan et al., ICSE 2022.
fn measure(truth: &Groups, answer: &Groups) -> Measures {
    let (wanted, given) = (lines_by_group(truth), lines_by_group(answer));
    let exact: Vec<&BTreeSet<&str>> = given
        .values()
        .filter(|lines| lines.first().is_some_and(|line| wanted[truth[*line].0.as_str()] == **lines))
        .collect();
    let right_text = |line: &str| answer.get(line).is_some_and(|a| a.1 == truth[line].1);
    let named = exact.iter().filter(|lines| lines.first().is_some_and(|line| right_text(line))).count();
    let harmonic = |n: usize| 2.0 * n as f64 / (given.len() + wanted.len()) as f64;
    Measures {
        grouping: exact.iter().map(|lines| lines.len()).sum::<usize>() as f64 / truth.len() as f64,
        f_grouping: harmonic(exact.len()),
        parsing: truth.keys().filter(|line| right_text(line)).count() as f64 / truth.len() as f64,
        f_template: harmonic(named),
    }
}

#[test]
fn templates_of_labelled_logs_are_found_with_one_configuration() {
    let Some(data) = public_set("templates", "logs_templates") else { return };
    let out = tempfile::tempdir().unwrap();
    let question = Question { data: data.clone(), out: out.path().to_owned(), threads: 2 };
    templates::answer(&question).unwrap();

    let sets = sets(&data).unwrap();
    let mut mean = Measures::default();
    for (name, path) in &sets {
        let packed = path.extension().is_some_and(|e| e == "gz");
        let truth = data.join(format!("{name}.truth.csv{}", if packed { ".gz" } else { "" }));
        let truth = groups(&truth, ["line_id", "event_id", "template"]).unwrap();
        let answer = out.path().join(format!("{name}.pred.csv.gz"));
        let m = measure(&truth, &groups(&answer, ["line_id", "group_id", "template"]).unwrap());
        print(&format!(
            "{name}: GA {:.3}, FGA {:.3}, PA {:.3}, FTA {:.3}",
            m.grouping, m.f_grouping, m.parsing, m.f_template
        ));
        let n = sets.len() as f64;
        mean.grouping += m.grouping / n;
        mean.f_grouping += m.f_grouping / n;
        mean.parsing += m.parsing / n;
        mean.f_template += m.f_template / n;
    }
    print(&format!("mean: {mean:.3?}"));

    assert!(mean.grouping >= 0.88 && mean.f_grouping >= 0.86, "groups: {mean:?}");
    assert!(mean.parsing >= 0.60 && mean.f_template >= 0.58, "texts: {mean:?}");
}
