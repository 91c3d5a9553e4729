//! Classes that people define by giving a few lines a name.

use std::collections::BTreeMap;

use super::terms::{self, Term};
use super::words;

/// A class made of examples.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomClass {
    /// Its name.
    pub name: String,
    /// How many examples it stands on.
    pub examples: usize,
    /// The weights of its terms, by their number; the squares sum to 1.
    weights: BTreeMap<u32, f64>,
}

/// Words that speak for a class.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomTerm {
    /// The words of the line.
    pub text: String,
    /// What they add to the likeness.
    pub weight: f64,
}

/// What a line was found to be.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomVerdict {
    /// The name of the likeliest class; `None` when no class is alike enough.
    pub class: Option<String>,
    /// How alike the line is to the nearest class, 0 to 1.
    pub likeness: f64,
    /// The words that speak for the nearest class, strongest first.
    pub terms: Vec<CustomTerm>,
}

/// Classes that people defined by naming a few lines: each is the middle of its examples, and a line belongs to the
/// nearest one that is near enough.
///
/// Source: Rocchio's nearest centroid with TF-IDF weights (Manning, Raghavan and Schütze, *Introduction to Information
/// Retrieval*, 2008, §14.2).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomClasses {
    classes: Vec<CustomClass>,
    /// In how many examples each term occurs.
    counts: BTreeMap<u32, usize>,
    examples: usize,
}

/// A line less alike than this to every class belongs to none.
const LEAST_LIKENESS: f64 = 0.3;

/// A class has to be by this much nearer than the next one.
const LEAST_LEAD: f64 = 0.02;

/// How many terms a verdict lists.
const MOST_TERMS: usize = 5;

impl CustomClasses {
    /// Makes classes of examples, each a line and the name of its class. The order of the examples does not matter.
    pub fn new(examples: &[(&str, &str)]) -> Self {
        let mut by_class: BTreeMap<&str, Vec<Vec<u32>>> = BTreeMap::new();
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for (text, class) in examples {
            let numbers: Vec<u32> = terms_of(text).iter().map(|t| t.number).collect();
            for number in &numbers {
                *counts.entry(*number).or_default() += 1;
            }
            by_class.entry(class).or_default().push(numbers);
        }
        let mut made = Self { classes: Vec::new(), counts, examples: examples.len() };
        for (name, lines) in by_class {
            let mut weights: BTreeMap<u32, f64> = BTreeMap::new();
            for numbers in &lines {
                for (number, weight) in made.unit(numbers) {
                    *weights.entry(number).or_default() += weight;
                }
            }
            scale_to_one(&mut weights);
            made.classes.push(CustomClass { name: name.to_owned(), examples: lines.len(), weights });
        }
        made
    }

    /// Returns the classes, by name.
    pub fn classes(&self) -> &[CustomClass] {
        &self.classes
    }

    /// Says to which class a line belongs.
    pub fn classify(&self, line: &str) -> CustomVerdict {
        let mut words = Vec::new();
        words::read(line, &mut words);
        let mut found = Vec::new();
        terms::collect(&words, 0, &mut found);
        let numbers: Vec<u32> = found.iter().map(|t| t.number).collect();
        let unit = self.unit(&numbers);
        let mut ranked: Vec<(f64, &CustomClass)> =
            self.classes.iter().map(|c| (likeness(c, &unit), c)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
        let Some((nearest, class)) = ranked.first() else {
            return CustomVerdict { class: None, likeness: 0.0, terms: Vec::new() };
        };
        let lead = nearest - ranked.get(1).map_or(0.0, |(next, _)| *next);
        let is_one = *nearest >= LEAST_LIKENESS && lead >= LEAST_LEAD;
        let text_of = |t: &Term| super::between(line, &words, t.first, t.last);
        let mut terms: Vec<CustomTerm> = found
            .iter()
            .filter_map(|t| {
                let weight = unit.get(&t.number)? * class.weights.get(&t.number)?;
                Some(CustomTerm { text: text_of(t), weight })
            })
            .collect();
        terms.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.text.cmp(&b.text)));
        terms.truncate(MOST_TERMS);
        CustomVerdict { class: is_one.then(|| class.name.clone()), likeness: nearest.clamp(0.0, 1.0), terms }
    }

    /// Weighs the terms of a line, rare ones more, so that their squares sum to 1.
    fn unit(&self, numbers: &[u32]) -> BTreeMap<u32, f64> {
        let all = self.examples as f64 + 1.0;
        let weight = |number: &u32| {
            let with = self.counts.get(number).copied().unwrap_or(0) as f64;
            (all / (with + 0.5)).ln().max(0.1)
        };
        let mut unit: BTreeMap<u32, f64> = numbers.iter().map(|n| (*n, weight(n))).collect();
        scale_to_one(&mut unit);
        unit
    }
}

fn likeness(class: &CustomClass, line: &BTreeMap<u32, f64>) -> f64 {
    line.iter().filter_map(|(number, weight)| Some(class.weights.get(number)? * weight)).sum()
}

fn scale_to_one(weights: &mut BTreeMap<u32, f64>) {
    let length = weights.values().map(|w| w * w).sum::<f64>().sqrt();
    if length > 0.0 {
        for weight in weights.values_mut() {
            *weight /= length;
        }
    }
}

fn terms_of(text: &str) -> Vec<Term> {
    let (mut words, mut found) = (Vec::new(), Vec::new());
    words::read(text, &mut words);
    terms::collect(&words, 0, &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn licences_and_backups() -> CustomClasses {
        CustomClasses::new(&[
            ("licence for module x expires in 14 days", "licence"),
            ("licence server did not grant a seat", "licence"),
            ("nightly backup of volume 3 finished", "backup"),
            ("backup of volume 9 started", "backup"),
        ])
    }

    #[test]
    fn a_line_like_the_examples_gets_their_class_with_its_reasons() {
        let verdict = licences_and_backups().classify("backup of volume 12 finished with warnings");

        assert_eq!(verdict.class.as_deref(), Some("backup"));
        assert!(verdict.terms.iter().any(|t| t.text.contains("backup")));
    }

    #[test]
    fn a_line_unlike_all_examples_is_refused() {
        let verdict = licences_and_backups().classify("fan 3 spins at 4000 rpm");

        assert_eq!(verdict.class, None);
    }

    #[test]
    fn without_examples_there_are_no_classes() {
        assert_eq!(CustomClasses::new(&[]).classify("x").class, None);
    }

    #[test]
    fn the_order_of_examples_does_not_matter() {
        let mut examples = vec![("a b c", "x"), ("d e f", "y"), ("a g h", "x")];
        let one = CustomClasses::new(&examples);
        examples.reverse();
        let other = CustomClasses::new(&examples);

        for line in ["a b", "d f", "z"] {
            assert_eq!(one.classify(line).class, other.classify(line).class);
        }
    }
}
