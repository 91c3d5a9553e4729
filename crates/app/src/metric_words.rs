//! What a metric is called among people: its name taken apart and told in the words of the catalogue.

mod lexicon;
mod name;
#[cfg(test)]
mod tests;

use wardroom_core::SeriesKey;

use crate::phrase::PhraseValue;
use lexicon::Said;
use name::Name;

/// Labels that tell series of one metric and one entity apart, by what they say; of each row the first that is there.
const TELLING: [&[&str]; 7] = [
    &["mountpoint", "device", "interface", "volume"],
    &["topic", "queue"],
    &["consumergroup", "consumer_group", "group"],
    &["datname", "database", "db"],
    &["mode", "state", "area", "pool"],
    &["handler", "route"],
    &["method", "operation", "command"],
];
/// Of these at most so many are told; the others stand with the name of the metric.
const MOST_TOLD: usize = 2;
/// A longer value of a label would be all that is read of a sentence.
const LONGEST_TOLD: usize = 40;

/// Returns what a series measures, in words that enter a sentence.
///
/// `pg_commit_seconds` of `pg-main` is "commit", `http_requests_total` of `web` is "HTTP requests", the rule
/// `service:http_errors:ratio1m` is "HTTP error ratio (1m)". Words that nothing is known of stay as they are written.
pub fn what_of(key: &SeriesKey, entity: &str) -> PhraseValue {
    let name = Name::of(&key.metric);
    let mut said: Vec<PhraseValue> = name.first.map(word).into_iter().collect();
    said.extend(measured(&name.words, entity));
    if name.words.is_empty() {
        said.push(text(&key.metric));
    }
    said.extend(name.quantile.map(text));
    said.extend(key.labels.get("code").or_else(|| key.labels.get("status")).map(text));
    if let Some(quantile) = key.labels.get("quantile").and_then(|share| share.parse::<f64>().ok()) {
        said.push(PhraseValue::Text(format!("p{}", (quantile * 100.0).round())));
    }
    if let (true, Some(limit)) = (name.is_bucket, key.labels.get("le")) {
        said.push(PhraseValue::Text(format!("≤ {limit}")));
    }
    let mut details = details(key, entity);
    details.extend(name.window);
    if !details.is_empty() {
        said.push(PhraseValue::Text(format!("({})", details.join(", "))));
    }
    match <[PhraseValue; 1]>::try_from(said) {
        Ok([only]) => only,
        Err(said) => PhraseValue::List(said),
    }
}

/// Puts the words of a name into those of the catalogue, the longest meaning first. The entity's own first word is left out
/// at the beginning, and so is that of an exporter that is no other system.
fn measured(words: &[&str], entity: &str) -> Vec<PhraseValue> {
    let own = entity.split(['-', '.', '_']).next().unwrap_or_default();
    let mut said = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let found = lexicon::longest(&words[at..]);
        let length = found.map_or(1, |(length, _)| length);
        let is_left_out = match found {
            Some((_, Said::Nothing)) => true,
            Some((1, _)) | None => words[at].eq_ignore_ascii_case(own),
            Some(_) => false,
        };
        if at > 0 || words.len() == length || !is_left_out {
            said.push(match found {
                Some((_, Said::Word(name))) => word(name),
                Some((_, Said::Name(name))) => text(name),
                Some((_, Said::Nothing)) | None => PhraseValue::Text(words[at..at + length].join(" ")),
            });
        }
        at += length;
    }
    said
}

/// Returns the values of the labels that tell a series apart from others of its entity.
fn details<'a>(key: &'a SeriesKey, entity: &str) -> Vec<&'a str> {
    let told = TELLING.iter().filter_map(|labels| labels.iter().find_map(|label| key.labels.get(label)));
    let is_short = |value: &&str| !value.is_empty() && value.chars().count() <= LONGEST_TOLD;
    told.filter(|value| *value != entity).filter(is_short).take(MOST_TOLD).collect()
}

fn word(name: &str) -> PhraseValue {
    PhraseValue::Word(format!("metric-{name}"))
}

fn text(said: &str) -> PhraseValue {
    PhraseValue::Text(said.to_owned())
}
