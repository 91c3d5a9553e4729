//! The words for what the simulator tells as data: faults, remedies, refusals, roles, reasons.

use serde::Serialize;
use wardroom_actions::Consequence;
use wardroom_core::Unit;
use wardroom_sim::{
    FaultInfo, FaultKind, Measure, PartKind, Reason, Refused, Remedy, RemedyKind, ScorePart, Screen, Tone,
    Value,
};

use crate::drills::rows::{DrillPart, DrillScreen, FaultChoice, FaultParameter, MarkTone, RemedyRow};
use crate::error::AppError;
use crate::phrase::{Phrase, PhraseValue};

/// The stable word of a hypothesis that nothing is broken.
pub(crate) const NO_FAULT: &str = wardroom_sim::NO_FAULT;

/// Returns the stable word of a kind: its serialised form.
pub(crate) fn word_of<T: Serialize>(kind: &T) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn dashed(word: &str) -> String {
    word.replace('_', "-")
}

/// Returns the name of a fault by its stable word; "no fault" for `none` and nothing.
pub(crate) fn fault_name(word: &str) -> Phrase {
    let word = if word.is_empty() { NO_FAULT } else { word };
    Phrase::new(fault_key(word))
}

/// Returns what somebody believes of a place: the name of a fault, or that no kind was named.
pub(crate) fn believed(entity: &str, fault: &str) -> Phrase {
    if fault.is_empty() && entity != NO_FAULT { Phrase::new("fault-unnamed") } else { fault_name(fault) }
}

pub(crate) fn fault_key(word: &str) -> String {
    format!("fault-{}", dashed(word))
}

fn fault_choice(word: &str, info: Option<&FaultInfo>) -> FaultChoice {
    let parameters = info.map(|info| info.parameters).unwrap_or_default().iter();
    FaultChoice {
        kind: word.to_owned(),
        name: fault_name(word),
        effect: Phrase::new(format!("fault-effect-{}", dashed(word))),
        target: info.map(|info| info.target.to_owned()).unwrap_or_default(),
        parameters: parameters
            .map(|p| FaultParameter { name: p.name.to_owned(), least: p.least, most: p.most, usual: p.usual })
            .collect(),
        ways: info.map(|info| info.ways.iter().map(|w| (*w).to_owned()).collect()).unwrap_or_default(),
    }
}

/// Returns what an objective measures, in words.
pub(crate) fn measure(measure: Measure) -> Phrase {
    Phrase::new(format!("measure-{}", dashed(measure.as_str())))
}

/// Returns the faults that a hypothesis can name, "no fault" last.
pub(crate) fn hypotheses() -> Vec<FaultChoice> {
    let mut all = injectable();
    all.push(fault_choice(NO_FAULT, None));
    all
}

/// Returns the faults that can be injected.
pub(crate) fn injectable() -> Vec<FaultChoice> {
    wardroom_sim::fault_catalogue().iter().map(|info| fault_choice(info.word, Some(info))).collect()
}

/// Reads the stable word of a kind of fault.
///
/// # Errors
///
/// `no_such_fault`.
pub(crate) fn fault_of(word: &str) -> Result<FaultKind, AppError> {
    FaultKind::parse(word).ok_or_else(|| AppError::new("no_such_fault").with("kind", word))
}

/// Returns what is done, in words ("Restart orders-2").
pub(crate) fn remedy(remedy: &Remedy) -> Phrase {
    with_target(Phrase::new(format!("remedy-{}", dashed(&word_of(&remedy.kind)))), remedy)
}

/// Returns what a remedy is meant to do, in words.
pub(crate) fn remedy_effect(remedy: &Remedy) -> Phrase {
    with_target(Phrase::new(format!("remedy-effect-{}", dashed(&word_of(&remedy.kind)))), remedy)
}

/// Returns the key of the short name of a remedy ("restart").
fn remedy_name_key(remedy: &Remedy) -> String {
    format!("remedy-name-{}", dashed(&word_of(&remedy.kind)))
}

fn with_target(phrase: Phrase, remedy: &Remedy) -> Phrase {
    let amount = remedy.amount.map(|n| {
        if remedy.kind == RemedyKind::Throttle {
            PhraseValue::measured(n, Unit::Ratio)
        } else if remedy.kind == RemedyKind::ChangeTimeout {
            PhraseValue::measured(n / 1000.0, Unit::Seconds)
        } else {
            PhraseValue::measured(n, Unit::Count)
        }
    });
    let amount = amount.unwrap_or_else(|| PhraseValue::Text(String::new()));
    phrase.text("target", remedy.target.clone()).with("amount", amount)
}

pub(crate) fn remedy_row(remedy: &Remedy) -> RemedyRow {
    RemedyRow { kind: word_of(&remedy.kind), target: remedy.target.clone(), amount: remedy.amount }
}

/// Reads a remedy as it travels.
///
/// # Errors
///
/// `no_such_remedy`.
pub(crate) fn remedy_of(row: &RemedyRow) -> Result<Remedy, AppError> {
    let kind = serde_json::from_value(serde_json::Value::String(row.kind.clone()))
        .map_err(|_| AppError::new("no_such_remedy").with("kind", &row.kind))?;
    Ok(Remedy { kind, target: row.target.clone(), amount: row.amount })
}

/// Returns why an order is refused, in words.
pub(crate) fn refused(why: &Refused) -> Phrase {
    match why {
        Refused::NoSuchTarget { target, .. } => {
            Phrase::new("refused-no-such-target").text("target", target.clone())
        }
        Refused::Amount { what, given, range } => Phrase::new("refused-amount")
            .text("what", *what)
            .text("given", given.clone())
            .text("range", range.clone()),
        Refused::Condition { reason } => Phrase::new(format!("refused-now-{}", dashed(reason))),
    }
}

/// Returns the same as a failure: its reason is a stable word.
pub(crate) fn refusal(why: &Refused) -> AppError {
    let because = |reason: &str| AppError::new("drill_refused").with("reason", reason);
    match why {
        Refused::NoSuchTarget { target, .. } => because("no_such_target").with("target", target),
        Refused::Amount { what, given, range } => {
            because("amount").with("what", what).with("given", given).with("range", range)
        }
        Refused::Condition { reason } => because(reason),
    }
}

/// Returns what an action would bring about, in words.
pub(crate) fn consequence(consequence: &Consequence) -> Phrase {
    let phrase = Phrase::new(format!("consequence-{}", dashed(&consequence.code)));
    consequence.values.iter().fold(phrase, |phrase, (name, value)| phrase.with(name, shown(name, value)))
}

/// Returns the word of a condition.
pub(crate) fn condition(word: &str) -> Phrase {
    Phrase::new(format!("condition-{}", dashed(word)))
}

/// Returns the value of a condition: `2/3` for instances, otherwise the first value with its unit.
pub(crate) fn condition_detail(values: &[(&'static str, String)]) -> Option<PhraseValue> {
    let value = |name: &str| values.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
    match (value("answering"), value("instances")) {
        (Some(answering), Some(instances)) => Some(PhraseValue::Text(format!("{answering}/{instances}"))),
        _ => values.first().map(|(name, value)| shown(name, value)),
    }
}

/// Returns a value whose name says its unit.
fn shown(name: &str, value: &str) -> PhraseValue {
    let Ok(number) = value.parse::<f64>() else { return PhraseValue::Text(value.to_owned()) };
    let format = PhraseValue::measured;
    if name.ends_with("_ratio") {
        format(number, Unit::Ratio)
    } else if name.ends_with("_ms") {
        format(number / 1000.0, Unit::Seconds)
    } else if name.ends_with("_s") {
        format(number, Unit::Seconds)
    } else if name == "gib" {
        format(number * 1_073_741_824.0, Unit::Bytes)
    } else {
        format(number, Unit::Count)
    }
}

/// Returns the name of a role.
pub(crate) fn role(role: &str) -> Phrase {
    Phrase::new(role_key(role))
}

pub(crate) fn role_key(role: &str) -> String {
    format!("role-{}", dashed(role))
}

/// Reports of a run in which users were never served again whether they felt it at all; `None` where that was no measure.
pub(crate) fn unrestored(parts: &[ScorePart]) -> Option<bool> {
    let mut reasons = parts.iter().flat_map(|part| &part.reasons);
    let time = reasons.find(|reason| reason.code == "mitigate-time")?;
    Some(time.values.contains(&("at", Value::Text("never".to_owned()))))
}

/// Returns a reason for points, in words.
pub(crate) fn reason(reason: &Reason) -> Phrase {
    let at = reason.values.iter().find_map(|(name, value)| match value {
        Value::Text(word) if *name == "at" => Some(word.as_str()),
        Value::Text(_) | Value::Seconds(_) | Value::Count(_) | Value::Ratio(_) => None,
    });
    let nothing = ("entity", Value::Text(NO_FAULT.to_owned()));
    // What never began or never ended has no time to be told, and where nothing is broken there is no place.
    let code = match (reason.code, at, reason.values.contains(&nothing)) {
        ("mitigate-time", Some("never"), _) => "mitigate-not-served",
        ("mitigate-time", Some("unfelt"), _) => "mitigate-unfelt",
        ("localise-named", _, true) => "localise-no-fault",
        ("localise-not-named", _, true) => "localise-no-fault-unsaid",
        ("localise-kind", _, true) => "localise-no-fault-kind",
        (code, ..) => code,
    };
    reason.values.iter().fold(Phrase::new(format!("score-{code}")), |p, (n, v)| valued(p, n, v))
}

/// Returns a mark of a lane, in words.
pub(crate) fn mark(code: &str, values: &[(&'static str, Value)]) -> Phrase {
    if code == "first-useful" {
        return first_useful(values);
    }
    let phrase = values.iter().fold(Phrase::new(format!("mark-{code}")), |p, (n, v)| valued(p, n, v));
    let admitted = values.iter().find_map(|(name, value)| match value {
        Value::Ratio(share) if *name == "admitted" => Some(*share),
        Value::Ratio(_) | Value::Seconds(_) | Value::Count(_) | Value::Text(_) => None,
    });
    match admitted {
        Some(share) => phrase.with("kind", limit(share)),
        None => phrase,
    }
}

/// Names a limit with the share that it lets in ("throttle 10 %"), so that its steps are told apart.
fn limit(share: f64) -> PhraseValue {
    let name = PhraseValue::Word("remedy-name-throttle".to_owned());
    PhraseValue::List(vec![name, PhraseValue::measured(share, Unit::Ratio)])
}

/// Returns the short name of a remedy, of a limit with its share.
pub(crate) fn remedy_name(remedy: &Remedy) -> PhraseValue {
    match remedy.amount {
        Some(share) if remedy.kind == RemedyKind::Throttle => limit(share),
        Some(_) | None => PhraseValue::Word(remedy_name_key(remedy)),
    }
}

/// Names the first useful evidence by its subject and what was looked at of it, of which either may be empty.
fn first_useful(values: &[(&'static str, Value)]) -> Phrase {
    let words = values.iter().filter_map(|(_, value)| match value {
        Value::Text(word) => Some(word.as_str()).filter(|word| !word.is_empty()),
        Value::Seconds(_) | Value::Count(_) | Value::Ratio(_) => None,
    });
    let what = words.collect::<Vec<&str>>().join(" ");
    if what.is_empty() {
        return Phrase::new("mark-first-useful-any");
    }
    Phrase::new("mark-first-useful").text("what", what)
}

/// Adds a value that the simulator tells.
fn valued(phrase: Phrase, name: &str, value: &Value) -> Phrase {
    match (name, value) {
        (_, Value::Seconds(s)) => phrase.span(name, s * 1000),
        (_, Value::Count(n)) => phrase.with(name, PhraseValue::Count(u32::try_from(*n).unwrap_or(u32::MAX))),
        ("odds", Value::Ratio(odds)) => phrase.text(name, format!("{odds:.2}")),
        (_, Value::Ratio(share)) => phrase.number(name, *share, Unit::Ratio),
        (_, Value::Text(text)) if text == "never" => phrase.word(name, "drill-never"),
        (_, Value::Text(text)) if text == "unfelt" => phrase.word(name, "drill-unfelt"),
        ("entity", Value::Text(text)) if text.is_empty() || text == NO_FAULT => {
            phrase.word(name, fault_key(NO_FAULT))
        }
        ("fault", Value::Text(word)) if word.is_empty() => phrase.word(name, fault_key(NO_FAULT)),
        ("fault", Value::Text(word)) => phrase.word(name, fault_key(word)),
        ("kind", Value::Text(word)) => phrase.word(name, format!("remedy-name-{}", dashed(word))),
        ("role", Value::Text(word)) => phrase.word(name, role_key(word)),
        ("alert", Value::Text(labels)) => phrase.text(name, alert_name(labels)),
        (_, Value::Text(text)) => phrase.text(name, text.clone()),
    }
}

/// Returns the name of an alert of which the labels were printed, and of what it is: many of a name fire at once.
pub(crate) fn alert_name(labels: &str) -> String {
    let Some(name) = label(labels, "alertname") else { return labels.to_owned() };
    // The port of an instance tells nobody anything.
    let instance = label(labels, "instance").and_then(|instance| instance.split(':').next());
    match instance.or_else(|| label(labels, "service")) {
        Some(of) => format!("{name}, {of}"),
        None => name.to_owned(),
    }
}

/// Returns the value of one of the labels that were printed.
fn label<'a>(labels: &'a str, name: &str) -> Option<&'a str> {
    let named = |before: char| labels.split_once(&format!("{before}{name}=\""));
    let (_, rest) = named('{').or_else(|| named(','))?;
    rest.split_once('"').map(|(value, _)| value)
}

pub(crate) fn part(kind: PartKind) -> DrillPart {
    match kind {
        PartKind::Detect => DrillPart::Detect,
        PartKind::Localise => DrillPart::Localise,
        PartKind::Mitigate => DrillPart::Mitigate,
        PartKind::Safety => DrillPart::Safety,
        PartKind::Communicate => DrillPart::Communicate,
    }
}

/// Returns the stable word of a part.
pub(crate) fn part_word(part: DrillPart) -> &'static str {
    match part {
        DrillPart::Detect => "detect",
        DrillPart::Localise => "localise",
        DrillPart::Mitigate => "mitigate",
        DrillPart::Safety => "safety",
        DrillPart::Communicate => "communicate",
    }
}

/// Returns the key of the name of a part.
pub(crate) fn part_key(part: DrillPart) -> String {
    format!("drill-part-{}", part_word(part))
}

pub(crate) fn tone(tone: Tone) -> MarkTone {
    match tone {
        Tone::Good => MarkTone::Good,
        Tone::Bad => MarkTone::Bad,
        Tone::Plain => MarkTone::Plain,
    }
}

pub(crate) fn screen(screen: Screen) -> DrillScreen {
    match screen {
        Screen::Now => DrillScreen::Now,
        Screen::Alerts => DrillScreen::Alerts,
        Screen::Metrics => DrillScreen::Metrics,
        Screen::Logs => DrillScreen::Logs,
        Screen::Catalog => DrillScreen::Catalog,
        Screen::Changes => DrillScreen::Changes,
        Screen::Checks => DrillScreen::Checks,
    }
}

pub(crate) fn screen_of(row: DrillScreen) -> Screen {
    match row {
        DrillScreen::Now => Screen::Now,
        DrillScreen::Alerts => Screen::Alerts,
        DrillScreen::Metrics => Screen::Metrics,
        DrillScreen::Logs => Screen::Logs,
        DrillScreen::Catalog => Screen::Catalog,
        DrillScreen::Changes => Screen::Changes,
        DrillScreen::Checks => Screen::Checks,
    }
}

/// Returns the key of the name of a screen.
pub(crate) fn screen_key(screen: DrillScreen) -> String {
    let word = match screen {
        DrillScreen::Now => "now",
        DrillScreen::Alerts => "alerts",
        DrillScreen::Metrics => "metrics",
        DrillScreen::Logs => "logs",
        DrillScreen::Catalog => "catalog",
        DrillScreen::Changes => "changes",
        DrillScreen::Checks => "checks",
    };
    format!("drill-screen-{word}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

    #[test]
    fn every_fault_has_its_words_in_both_languages() {
        for language in [Language::En, Language::ZhCn] {
            let words = Words::with(language, jiff::tz::TimeZone::UTC);
            for choice in hypotheses() {
                assert_ne!(words.phrase(&choice.name), choice.name.key);
                assert_ne!(words.phrase(&choice.effect), choice.effect.key);
            }
        }
    }

    #[test]
    fn a_fault_is_read_by_its_word() {
        assert_eq!(fault_of("replication_lag"), Ok(FaultKind::ReplicationLag));
        assert_eq!(fault_of("gremlins").unwrap_err().code, "no_such_fault");
    }

    #[test]
    fn an_alert_is_called_by_its_name_and_its_thing_among_the_moves_and_in_the_lanes() {
        let labels = r#"{alertname="TooSlow",service="web"}"#;

        assert_eq!(alert_name(labels), "TooSlow, web");
        assert_eq!(alert_name("TooSlow"), "TooSlow");
        let of_one = r#"{alertname="Lag",cluster="a",instance="db-2:9104",service="db"}"#;
        assert_eq!(alert_name(of_one), "Lag, db-2");
        assert_eq!(
            mark("acknowledged", &[("alert", Value::Text(labels.to_owned()))]),
            Phrase::new("mark-acknowledged").text("alert", "TooSlow, web")
        );
    }

    #[test]
    fn the_first_useful_evidence_is_named_by_what_there_is_of_it() {
        let named = |subject: &str, detail: &str| {
            let text = |word: &str| Value::Text(word.to_owned());
            let values = [("subject", text(subject)), ("detail", text(detail))];
            Words::with(Language::En, jiff::tz::TimeZone::UTC).phrase(&mark("first-useful", &values))
        };

        assert_eq!(named("db-1", "up"), "first useful evidence: db-1 up");
        assert_eq!(named("search-page", ""), "first useful evidence: search-page");
        assert_eq!(named("", ""), "first useful evidence");
    }

    #[test]
    fn a_limit_is_named_with_the_share_that_it_lets_in() {
        let words = Words::with(Language::En, jiff::tz::TimeZone::UTC);
        let text = |word: &str| Value::Text(word.to_owned());
        let values = [("kind", text("throttle")), ("target", text("web")), ("admitted", Value::Ratio(0.1))];

        assert_eq!(words.phrase(&mark("moved", &values)), "throttle 10 %: web");
        assert_eq!(words.phrase(&mark("moved", &values[..2])), "throttle: web");
    }

    #[test]
    fn what_a_move_cost_names_the_move() {
        let values = vec![
            ("at", Value::Seconds(60)),
            ("kind", Value::Text("restart".to_owned())),
            ("target", Value::Text("payments".to_owned())),
        ];
        let phrase = reason(&Reason { code: "safety-needless", values, points: -1 });
        let said = Words::with(Language::En, jiff::tz::TimeZone::UTC).phrase(&phrase);

        assert!(said.ends_with("this had no effect: restart, payments."), "{said}");
    }

    #[test]
    fn a_goal_that_was_never_met_again_or_never_missed_has_sentences_of_its_own() {
        let said = |at: Value| {
            let values = vec![("at", at), ("reference", Value::Seconds(120))];
            let phrase = reason(&Reason { code: "mitigate-time", values, points: 0 });
            Words::with(Language::En, jiff::tz::TimeZone::UTC).phrase(&phrase)
        };

        assert!(said(Value::Seconds(60)).starts_with("The goal was met again after 1"));
        assert!(said(Value::Text("never".to_owned())).starts_with("The goal was not met again; reference 2"));
        assert!(said(Value::Text("unfelt".to_owned())).starts_with("The goal was never missed; reference 2"));
    }

    #[test]
    fn who_was_never_served_again_is_told_apart_from_who_felt_nothing() {
        let felt = |at: Option<&str>| {
            let values = at.map(|word| ("at", Value::Text(word.to_owned()))).into_iter().collect();
            let code = if at.is_some() { "mitigate-time" } else { "mitigate-moves" };
            let reasons = vec![Reason { code, values, points: 0 }];
            unrestored(&[ScorePart { kind: PartKind::Mitigate, points: 0, of: 20, reasons }])
        };

        assert_eq!([felt(Some("never")), felt(Some("unfelt")), felt(None)], [Some(true), Some(false), None]);
    }

    #[test]
    fn where_nothing_is_broken_no_place_is_said_to_be_named() {
        let words = Words::with(Language::En, jiff::tz::TimeZone::UTC);
        let nothing = |entity: &str| ("entity", Value::Text(entity.to_owned()));
        let said = |code| {
            let values =
                vec![nothing(NO_FAULT), ("at", Value::Seconds(60)), ("reference", Value::Seconds(120))];
            words.phrase(&reason(&Reason { code, values, points: 0 }))
        };

        assert!(said("localise-named").starts_with("Said that nothing is broken after 1"));
        assert!(said("localise-not-named").starts_with("It was not said that nothing is broken;"));
        assert_eq!(said("localise-kind"), "There was no kind of fault to name.");
        assert_eq!(words.phrase(&mark("named", &[nothing("")])), "names no fault");
        assert_eq!(words.phrase(&believed(NO_FAULT, "")), "no fault");
        assert_eq!(words.phrase(&believed("db-1", "")), "kind not named");
    }

    #[test]
    fn a_remedy_goes_to_the_window_and_back() {
        let done = Remedy { kind: RemedyKind::RaisePool, target: "a -> b".to_owned(), amount: Some(40.0) };

        assert_eq!(remedy_of(&remedy_row(&done)), Ok(done));
    }
}
