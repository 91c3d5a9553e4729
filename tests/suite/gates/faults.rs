//! Fault classes on labelled log lines of systems of which the model has seen none.

use std::collections::BTreeMap;

use wardroom_tests::accuracy::tables::columns;
use wardroom_tests::accuracy::{Question, faults};

use super::{print, public_set};

const FAULTS: [&str; 4] =
    ["hardware_failure", "application_error", "network_interruption", "security_attack"];

/// Hits, false ones and missed ones of a class.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    hit: f64,
    wrong: f64,
    missed: f64,
}

#[test]
fn fault_classes_of_unseen_systems_are_recognised() {
    let Some(data) = public_set("faults", "logs_faults") else { return };
    let out = tempfile::tempdir().unwrap();
    let question = Question { data: data.clone(), out: out.path().to_owned(), threads: 1 };
    faults::answer(&question).unwrap();
    let mut answers = BTreeMap::new();
    columns(&out.path().join("faults.pred.csv"), ["uid", "label", "label4"], |[uid, label, label4]| {
        answers.insert(uid.to_owned(), (label.to_owned(), label4.to_owned()));
        Ok(())
    })
    .unwrap();

    let mut classes: BTreeMap<String, Counts> = BTreeMap::new();
    let (mut n, mut strict, mut lenient, mut n_faults, mut right_faults) = (0.0, 0.0, 0.0, 0.0, 0.0);
    columns(&data.join("labels.csv"), ["uid", "label", "alt"], |[uid, label, alternatives]| {
        let (given, given_fault) = &answers[uid];
        n += 1.0;
        if given == label {
            strict += 1.0;
            lenient += 1.0;
            classes.entry(label.to_owned()).or_default().hit += 1.0;
        } else {
            lenient += f64::from(u8::from(alternatives.split('|').any(|a| a == given)));
            classes.entry(label.to_owned()).or_default().missed += 1.0;
            classes.entry(given.clone()).or_default().wrong += 1.0;
        }
        if FAULTS.contains(&label) {
            n_faults += 1.0;
            right_faults += f64::from(u8::from(given_fault == label));
        }
        Ok(())
    })
    .unwrap();
    let f1s: Vec<f64> = classes
        .values()
        .filter(|c| c.hit + c.missed > 0.0)
        .map(|c| 2.0 * c.hit / (2.0 * c.hit + c.wrong + c.missed))
        .collect();
    let macro_f1 = f1s.iter().sum::<f64>() / f1s.len() as f64;
    print(&format!(
        "faults: macro-F1 {macro_f1:.3}, strict {:.3}, lenient {:.3}, four classes {:.3}; {classes:?}",
        strict / n,
        lenient / n,
        right_faults / n_faults
    ));

    assert!(macro_f1 >= 0.80, "macro-F1 {macro_f1}");
    assert!(strict / n >= 0.92 && lenient / n >= 0.95, "strict {}, lenient {}", strict / n, lenient / n);
    assert!(right_faults / n_faults >= 0.86, "four classes {}", right_faults / n_faults);
}
