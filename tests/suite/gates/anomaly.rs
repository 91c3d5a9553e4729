//! Anomalies on public series: how well scores rank rows, and what the alarms at the default threshold are worth.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde::Deserialize;
use wardroom_tests::accuracy::tables::columns;
use wardroom_tests::accuracy::{Question, anomaly};

use super::{print, public_set};

/// The least of each set: average precision of the scores, composite F1 of the alarms.
///
/// A little below what the detector reaches, so that a change which costs quality is seen where it is made.
const FLOORS: [(&str, f64, f64); 6] = [
    ("nab", 0.38, 0.59),
    ("kpi", 0.63, 0.76),
    ("mscloud", 0.66, 0.66),
    ("asd", 0.49, 0.57),
    ("js", 0.57, 0.86),
    ("smd", 0.50, 0.45),
];

/// A series of the manifest, as a scorer reads it.
#[derive(Debug, Deserialize)]
struct Entry {
    series: String,
    n: usize,
    score_from: usize,
    label_file: String,
}

/// The measures of one series with at least one event.
#[derive(Clone, Copy, Debug)]
struct Measures {
    average_precision: f64,
    composite_f1: f64,
}

#[test]
fn unusual_rows_of_public_series_are_ranked_and_alarmed() {
    let Some(data) = public_set("anomalies", "ts-anomaly") else { return };
    let out = tempfile::tempdir().unwrap();
    let question = Question { data: data.clone(), out: out.path().to_owned(), threads: 2 };
    anomaly::answer(&question).unwrap();
    let answers = answers(&out.path().join("anomaly.csv.gz")).unwrap();
    let manifest = std::fs::read_to_string(data.join("manifest.json")).unwrap();
    let entries: Vec<Entry> = serde_json::from_str(&manifest).unwrap();

    let mut sets: BTreeMap<String, Vec<Measures>> = BTreeMap::new();
    for entry in &entries {
        let (scores, flags) = &answers[&entry.series];
        assert_eq!(scores.len(), entry.n, "{}", entry.series);
        let events = events(&data.join(&entry.label_file), entry.score_from).unwrap();
        if !events.is_empty() {
            let set = entry.series.split('/').next().unwrap_or_default().to_owned();
            let (scores, flags) = (&scores[entry.score_from..], &flags[entry.score_from..]);
            sets.entry(set).or_default().push(measure(&events, scores, flags));
        }
    }

    for (set, least_precision, least_f1) in FLOORS {
        let of_set = &sets[set];
        let mean = |of: fn(&Measures) -> f64| of_set.iter().map(of).sum::<f64>() / of_set.len() as f64;
        let (precision, f1) = (mean(|m| m.average_precision), mean(|m| m.composite_f1));
        print(&format!(
            "anomalies, {set}: average precision {precision:.3}, composite F1 {f1:.3}, {} series",
            of_set.len()
        ));
        assert!(precision >= least_precision, "{set}: average precision {precision}");
        assert!(f1 >= least_f1, "{set}: composite F1 {f1}");
    }
}

#[test]
fn measures_are_those_of_the_definitions_by_hand() {
    let flags = [false, true, true, false, false, false, true, false];
    let scores = [0.1, 0.9, 0.8, 0.2, 0.2, 0.1, 0.7, 0.3];

    let measures = measure(&[(1, 1), (4, 5)], &scores, &flags);

    // One of three flagged rows is labelled, one of two events is touched: 2 · 1/3 · 1/2 / (1/3 + 1/2).
    assert!((measures.composite_f1 - 0.4).abs() < 1e-12, "{measures:?}");
    // The labelled rows are the first of one, the second among six and the third among eight rows; ties count as one.
    assert!((measures.average_precision - (1.0 + 2.0 / 6.0 + 3.0 / 8.0) / 3.0).abs() < 1e-12, "{measures:?}");
}

/// Reads scores and flags of every series in the order of their rows.
fn answers(path: &Path) -> Result<BTreeMap<String, (Vec<f64>, Vec<bool>)>> {
    let mut answers: BTreeMap<String, (Vec<f64>, Vec<bool>)> = BTreeMap::new();
    columns(path, ["series", "score", "is_anomaly"], |[series, score, flag]| {
        if !answers.contains_key(series) {
            answers.insert(series.to_owned(), (Vec::new(), Vec::new()));
        }
        if let Some((scores, flags)) = answers.get_mut(series) {
            scores.push(score.parse()?);
            flags.push(flag == "1");
        }
        Ok(())
    })?;
    Ok(answers)
}

/// Reads the labelled stretches of a series from the first row on that is scored: first and last row of each.
fn events(path: &Path, from: usize) -> Result<Vec<(usize, usize)>> {
    let mut events = Vec::new();
    columns(path, ["start_index", "end_index"], |[start, end]| {
        let (start, end): (usize, usize) = (start.parse()?, end.parse()?);
        if end >= from {
            events.push((start.max(from) - from, end - from));
        }
        Ok(())
    })?;
    Ok(events)
}

/// Measures scores and flags of one series: average precision point by point, and the composite F1 of Garg et al. (2021),
/// the harmonic mean of precision by points and recall by events.
fn measure(events: &[(usize, usize)], scores: &[f64], flags: &[bool]) -> Measures {
    let mut labelled = vec![false; scores.len()];
    for &(first, last) in events {
        labelled[first..=last].fill(true);
    }
    let both = |a: &[bool]| a.iter().zip(&labelled).filter(|(a, b)| **a && **b).count() as f64;
    let flagged = flags.iter().filter(|flag| **flag).count();
    let precision = if flagged == 0 { 0.0 } else { both(flags) / flagged as f64 };
    let touched = events.iter().filter(|(first, last)| flags[*first..=*last].contains(&true)).count();
    let recall = touched as f64 / events.len() as f64;
    let composite_f1 =
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    Measures { average_precision: average_precision(&labelled, scores), composite_f1 }
}

/// Returns the mean precision over the labelled rows; rows of one score share a threshold.
fn average_precision(labelled: &[bool], scores: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let all = labelled.iter().filter(|label| **label).count() as f64;
    let (mut seen, mut hit, mut sum) = (0.0, 0.0, 0.0);
    for tied in order.chunk_by(|&a, &b| scores[a].total_cmp(&scores[b]).is_eq()) {
        let of_tied = tied.iter().filter(|row| labelled[**row]).count() as f64;
        seen += tied.len() as f64;
        hit += of_tied;
        sum += of_tied * hit / seen;
    }
    if all > 0.0 { sum / all } else { 0.0 }
}
