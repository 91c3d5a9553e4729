//! Sentences for terminal and report, from the same Fluent catalogues that the window reads.

use std::fmt::Write as _;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::tz::TimeZone;
use wardroom_core::Timestamp;

use crate::error::AppError;
use crate::phrase::{Phrase, PhraseValue};
use crate::settings::{Language, Settings, ZoneChoice, effective_language};

const EN: [&str; 13] = [
    include_str!("../../../assets/locales/en/arguments.ftl"),
    include_str!("../../../assets/locales/en/changed.ftl"),
    include_str!("../../../assets/locales/en/compare.ftl"),
    include_str!("../../../assets/locales/en/core.ftl"),
    include_str!("../../../assets/locales/en/drill.ftl"),
    include_str!("../../../assets/locales/en/feedback.ftl"),
    include_str!("../../../assets/locales/en/logs.ftl"),
    include_str!("../../../assets/locales/en/metric-words.ftl"),
    include_str!("../../../assets/locales/en/query.ftl"),
    include_str!("../../../assets/locales/en/report.ftl"),
    include_str!("../../../assets/locales/en/terminal.ftl"),
    include_str!("../../../assets/locales/en/topology.ftl"),
    include_str!("../../../assets/locales/en/window-debrief.ftl"),
];
const ZH: [&str; 14] = [
    include_str!("../../../assets/locales/zh-CN/arguments.ftl"),
    include_str!("../../../assets/locales/zh-CN/changed.ftl"),
    include_str!("../../../assets/locales/zh-CN/compare.ftl"),
    include_str!("../../../assets/locales/zh-CN/core.ftl"),
    include_str!("../../../assets/locales/zh-CN/drill.ftl"),
    include_str!("../../../assets/locales/zh-CN/feedback.ftl"),
    // In English it is the doc comments of the command line.
    include_str!("../../../assets/locales/zh-CN/help.ftl"),
    include_str!("../../../assets/locales/zh-CN/logs.ftl"),
    include_str!("../../../assets/locales/zh-CN/metric-words.ftl"),
    include_str!("../../../assets/locales/zh-CN/query.ftl"),
    include_str!("../../../assets/locales/zh-CN/report.ftl"),
    include_str!("../../../assets/locales/zh-CN/terminal.ftl"),
    include_str!("../../../assets/locales/zh-CN/topology.ftl"),
    include_str!("../../../assets/locales/zh-CN/window-debrief.ftl"),
];

/// The words of one language, with the zone in which times are written.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
    language: Language,
    zone: TimeZone,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("language", &self.language)
            .field("zone", &self.zone)
            .finish_non_exhaustive()
    }
}

impl Words {
    /// Loads the catalogue for the settings' language and zone.
    pub fn new(settings: Settings) -> Self {
        let zone = match settings.zone {
            ZoneChoice::Utc => TimeZone::UTC,
            ZoneChoice::Local => TimeZone::system(),
        };
        Self::with(effective_language(settings.language), zone)
    }

    /// Loads the catalogue of a language for a zone.
    ///
    /// # Panics
    ///
    /// When a catalogue that is compiled in cannot be parsed; a test reads them all.
    pub fn with(language: Language, zone: TimeZone) -> Self {
        let (texts, tag): (&[&str], _) = match language {
            Language::ZhCn => (&ZH, "zh-CN"),
            Language::System | Language::En => (&EN, "en"),
        };
        let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().expect("both tags are valid")]);
        // Isolation marks would stand in files and terminals as visible characters.
        bundle.set_use_isolating(false);
        for text in texts {
            let resource = FluentResource::try_new((*text).to_owned()).expect("the catalogues are tested");
            bundle.add_resource_overriding(resource);
        }
        Self { bundle, language, zone }
    }

    /// Returns the language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Returns the zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Returns a message without values; the key itself where the catalogue has none.
    pub fn word(&self, key: &str) -> String {
        self.format(key, &FluentArgs::new())
    }

    /// Returns a message without values; `None` where the catalogue has none.
    pub fn find(&self, key: &str) -> Option<String> {
        self.bundle.has_message(key).then(|| self.word(key))
    }

    /// Returns a sentence with its values.
    pub fn phrase(&self, phrase: &Phrase) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in &phrase.values {
            args.set(name.clone(), self.value(value));
        }
        self.format(&phrase.key, &args)
    }

    /// Returns the sentence for a failure. A common reason is said in the language, not in the system's words.
    pub fn error(&self, error: &AppError) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in &error.fields {
            args.set(name.clone(), worded(value.clone()));
        }
        let cause = error.fields.get("cause").map(|cause| format!("cause-{cause}"));
        if let Some(key) = cause.filter(|key| self.bundle.has_message(key)) {
            let reason = self.format(&key, &args);
            args.set("detail", FluentValue::from(reason));
            if error.fields.contains_key("cause_line") {
                args.set("detail", FluentValue::from(self.format("cause-placed", &args)));
            }
        }
        let key = format!("error-{}", error.code.replace('_', "-"));
        if self.bundle.has_message(&key) {
            self.format(&key, &args)
        } else {
            args.set("detail", FluentValue::from(error.to_string()));
            self.format("error-internal", &args)
        }
    }

    /// Writes a point in time as `HH:MM:SS`, or `HH:MM` when it lies in the first second of a minute.
    pub fn clock(&self, at: Timestamp) -> String {
        self.strftime(at, if at.as_millis().rem_euclid(60_000) < 1000 { "%H:%M" } else { "%H:%M:%S" })
    }

    /// Writes a point in time with its date.
    pub fn date(&self, at: Timestamp) -> String {
        match self.language {
            Language::ZhCn => self.strftime(at, "%Y-%m-%d %H:%M"),
            Language::System | Language::En => self.strftime(at, "%a %-d %b %Y %H:%M"),
        }
    }

    /// Writes a point in time so that lines of a stream stand in columns: date, time and milliseconds.
    pub fn clock_with_date(&self, at: Timestamp) -> String {
        self.strftime(at, "%Y-%m-%d %H:%M:%S%.3f")
    }

    /// Returns the zone's name for printing beside a block of times.
    pub fn zone_name(&self) -> String {
        let offset = || self.zone.to_fixed_offset().map_or_else(|_| "UTC".to_owned(), |at| at.to_string());
        self.zone.iana_name().map_or_else(offset, str::to_owned)
    }

    /// Writes a length of time: `1 h 50 min`, `4 min 30 s`, `0.6 s`.
    pub fn span(&self, millis: i64) -> String {
        let mut out = String::new();
        for (n, key) in span_parts(millis) {
            if !out.is_empty() {
                out.push(' ');
            }
            let mut args = FluentArgs::new();
            args.set("n", FluentValue::from(n));
            // Writing to a string cannot fail.
            let _ = write!(out, "{}", self.format(key, &args));
        }
        out
    }

    /// Writes how much later something began: `+135 s`, `+14 min`. Below ten minutes it is in seconds, so that steps
    /// compare, as the window writes it.
    pub fn lag(&self, millis: i64) -> String {
        if !(1000..600_000).contains(&millis) {
            return format!("+{}", self.span(millis));
        }
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(((millis + 500) / 1000).to_string()));
        format!("+{}", self.format("span-seconds", &args))
    }

    fn strftime(&self, at: Timestamp, format: &str) -> String {
        jiff::Timestamp::from_millisecond(at.as_millis())
            .map_or_else(|_| at.to_string(), |t| t.to_zoned(self.zone.clone()).strftime(format).to_string())
    }

    fn value(&self, value: &PhraseValue) -> FluentValue<'static> {
        match value {
            PhraseValue::Count(n) => FluentValue::from(f64::from(*n)),
            PhraseValue::Text(_)
            | PhraseValue::Time(_)
            | PhraseValue::Date(_)
            | PhraseValue::Span(_)
            | PhraseValue::Word(_)
            | PhraseValue::List(_) => worded(self.said(value)),
        }
    }

    /// Writes a value as it stands in a sentence.
    pub fn said(&self, value: &PhraseValue) -> String {
        match value {
            PhraseValue::Text(text) => text.clone(),
            PhraseValue::Count(n) => n.to_string(),
            PhraseValue::Time(at) => self.clock((*at).into()),
            PhraseValue::Date(at) => self.date((*at).into()),
            PhraseValue::Span(millis) if millis.0 < 0 => format!("-{}", self.span(millis.0)),
            PhraseValue::Span(millis) => self.span(millis.0),
            PhraseValue::Word(key) => self.word(key),
            PhraseValue::List(parts) => parts.iter().fold(String::new(), |name, part| {
                let said = self.said(part);
                // Han characters stand without spaces among themselves.
                let is_han = |letter: char| letter >= '\u{2E80}';
                let is_apart = !(name.is_empty() || name.ends_with(is_han) && said.starts_with(is_han));
                name + if is_apart { " " } else { "" } + &said
            }),
        }
    }

    fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_owned();
        };
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned()
    }
}

/// Returns a text as it enters a sentence. One that says 1 chooses the singular and one that says 0 the form of none, as a
/// number does; every other takes the form of many, however it was rounded or grouped.
fn worded(text: String) -> FluentValue<'static> {
    match text.as_str() {
        "0" => FluentValue::from(0.0_f64),
        "1" => FluentValue::from(1.0_f64),
        _ => FluentValue::from(text),
    }
}

/// Splits a length into at most two parts, each with the key of its unit: rounded to the smaller one, as in the window.
fn span_parts(millis: i64) -> Vec<(String, &'static str)> {
    let ms = millis.unsigned_abs();
    let rounded = |unit: u64| ms.saturating_add(unit / 2) / unit;
    let two = |below: u64, in_one: u64, key, key_below| {
        let n = rounded(below);
        let mut parts = vec![((n / in_one).to_string(), key)];
        if !n.is_multiple_of(in_one) {
            parts.push(((n % in_one).to_string(), key_below));
        }
        parts
    };
    if ms >= 86_400_000 {
        two(3_600_000, 24, "span-days", "span-hours")
    } else if ms >= 3_600_000 {
        two(60_000, 60, "span-hours", "span-minutes")
    } else if ms >= 60_000 {
        two(1000, 60, "span-minutes", "span-seconds")
    } else if ms >= 10_000 || ms.is_multiple_of(1000) {
        vec![(rounded(1000).to_string(), "span-seconds")]
    } else {
        vec![(format!("{:.1}", ms as f64 / 1000.0), "span-seconds")]
    }
}

#[cfg(test)]
mod tests {
    use wardroom_core::Unit;

    use super::*;

    #[test]
    fn lengths_have_at_most_two_parts() {
        let words = Words::with(Language::En, TimeZone::UTC);

        assert_eq!(words.span(6_600_000), "1 h 50 min");
        assert_eq!(words.span(270_000), "4 min 30 s");
        assert_eq!(words.span(600), "0.6 s");
        assert_eq!(words.span(15_000), "15 s");
        assert_eq!(words.span(8 * 86_400_000), "8 d");
    }

    #[test]
    fn a_lag_below_ten_minutes_is_in_seconds() {
        let words = Words::with(Language::En, TimeZone::UTC);

        assert_eq!(
            [600, 15_000, 135_000, 840_000].map(|lag| words.lag(lag)),
            ["+0.6 s", "+15 s", "+135 s", "+14 min"]
        );
    }

    #[test]
    fn lengths_are_rounded_to_the_smaller_part() {
        let words = Words::with(Language::En, TimeZone::UTC);

        assert_eq!(words.span(8 * 86_400_000 - 30_000), "8 d");
        assert_eq!(words.span(86_400_000 + 5_400_000), "1 d 2 h");
        assert_eq!(words.span(318_595), "5 min 19 s");
        assert_eq!(words.span(3_599_900), "60 min");
        assert_eq!(words.span(15_644), "16 s");
    }

    #[test]
    fn a_measured_time_of_a_minute_is_said_in_the_language() {
        let values = [61.2, -90.0, 0.092].map(|value| PhraseValue::measured(value, Unit::Seconds));
        let said = |language| {
            let words = Words::with(language, TimeZone::UTC);
            values.each_ref().map(|value| words.said(value))
        };

        assert_eq!(said(Language::En), ["1 min 1 s", "-1 min 30 s", "92 ms"]);
        assert_eq!(said(Language::ZhCn), ["1 分 1 秒", "-1 分 30 秒", "92 ms"]);
    }

    #[test]
    fn a_text_that_says_one_chooses_the_singular_and_any_other_does_not() {
        let words = Words::with(Language::En, TimeZone::UTC);
        let exported = |samples: &str, series: &str| {
            let phrase = Phrase::new("terminal-exported").text("samples", samples).text("series", series);
            words.phrase(&phrase.text("path", "a.csv"))
        };
        let columns = |got: u64| {
            AppError::new("file_other_columns").with("path", "a").with("got", got).with("expected", 3)
        };

        assert_eq!(exported("1", "1"), "One sample of 1 series written to a.csv");
        assert_eq!(exported("1,204", "0"), "1,204 samples of 0 series written to a.csv");
        assert_eq!(words.error(&columns(1)), "a has one column, but the choices are for 3.");
        assert_eq!(words.error(&columns(11)), "a has 11 columns, but the choices are for 3.");
    }

    #[test]
    fn a_text_that_says_none_chooses_the_form_of_none() {
        let words = Words::with(Language::En, TimeZone::UTC);
        let passed = || Phrase::new("drill-list-passed").count("of", 14);

        assert_eq!(words.phrase(&passed().text("n", "0")), "None of 14 drills passed.");
        assert_eq!(words.phrase(&passed().count("n", 0)), "None of 14 drills passed.");
        assert_eq!(words.phrase(&passed().text("n", "10")), "10 of 14 drills passed.");
    }

    #[test]
    fn an_unknown_failure_still_gets_a_sentence() {
        let words = Words::with(Language::En, TimeZone::UTC);

        let text = words.error(&AppError::new("no_such_code"));

        assert!(text.contains("no_such_code"), "{text}");
    }

    #[test]
    fn times_are_written_in_the_chosen_zone() {
        let zone = TimeZone::get("Asia/Kathmandu").unwrap();
        let words = Words::with(Language::En, zone);

        // 2026-11-17T14:53:00Z plus 5 h 45 min; checked with `TZ=Asia/Kathmandu date -d @1794927180`.
        assert_eq!(words.clock(Timestamp::from_millis(1_794_927_180_000)), "20:38");
        assert_eq!(words.zone_name(), "Asia/Kathmandu");
        let fixed = TimeZone::fixed(jiff::tz::Offset::from_seconds(20_700).unwrap());
        assert_eq!(Words::with(Language::En, fixed).zone_name(), "+05:45");
    }

    #[test]
    fn what_was_expected_is_said_in_both_languages() {
        let error = |code: &str, part: &str, word: &str| {
            AppError::new(code).with("text", "x").with("column", 1).with(part, word)
        };
        let skipped = error("time_expression", "expected", "time_skipped");
        let label = error("selector", "expected", "label");
        let quote = error("log_query", "problem", "unclosed_quote");
        let target = AppError::new("drill_refused").with("reason", "no_such_target").with("target", "pg-9");
        let said = |language| {
            let words = Words::with(language, TimeZone::UTC);
            [&skipped, &label, &quote, &target].map(|error| words.error(error))
        };

        let (english, chinese) = (said(Language::En), said(Language::ZhCn));

        assert!(
            english[0].contains("column 1: this local time does not exist in that night. Try"),
            "{english:?}"
        );
        assert_eq!(english[1], "“x” cannot be read at column 1: the name of a label is expected.");
        assert_eq!(english[2], "“x” cannot be read at column 1: a quote is not closed.");
        assert_eq!(
            english[3],
            "The world refuses it: There is nothing called pg-9 that this can be done to."
        );
        assert_eq!(chinese[1], "“x”在第 1 列无法识别：应为标签名。");
        assert_eq!(chinese[2], "“x”在第 1 列无法识别：引号没有闭合。");
        assert_eq!(chinese[3], "系统拒绝：没有可执行此操作的 pg-9。");
    }
}
