//! Understands what the simulator says of a scenario that makes no world, so that it can be said in every language.

/// The names of the values that stand where a sentence has a star.
const NAMES: [&str; 3] = ["cause_a", "cause_b", "cause_c"];

/// What the simulator says, with a star for each value; the first that fits counts. The message of the catalogue is
/// `cause-` and the word beside it.
const SAID: [(&str, &str); 76] = [
    ("* comes with the program, and results are kept by this name", "world-shipped-name"),
    ("a text is empty in one of the languages", "world-text-empty"),
    ("users cannot come in at *", "world-no-entry"),
    ("nobody comes in anywhere", "world-no-users"),
    ("there is no component or host *", "world-no-component-or-host"),
    ("there is no component *", "world-no-component"),
    ("there is no host of the role *", "world-no-role-host"),
    ("there is no host *", "world-no-host"),
    ("there is no host", "world-no-hosts"),
    ("there is no topology *", "world-no-topology"),
    ("there is no metric * of *; the nearest is *", "world-no-metric-near"),
    ("there is no metric * of *", "world-no-metric"),
    ("there is no name", "world-no-name"),
    ("there is no such parameter; there are *", "world-no-parameter"),
    ("there is nothing called *", "world-nothing-called"),
    ("there is no * *", "world-no-target"),
    ("there are no *", "world-none-of"),
    ("* GiB are used of * GiB", "world-disk-full"),
    ("* cannot be made with *", "world-made-with"),
    ("* is a * and has no *", "world-kind-no-key"),
    ("* has no instance *", "world-no-instance"),
    ("a * has no *", "world-no-key"),
    ("the limit of * MiB is below the * MiB it needs", "world-memory-limit"),
    ("the shares add up to * and not to 1", "world-shares"),
    ("* is not a kind of check", "world-kind-of-check"),
    ("* is not a database and has no procedures", "world-no-procedures"),
    ("the name * is taken", "world-name-taken"),
    ("* is missing", "world-key-missing"),
    ("this edge exists, so that its record is not stale", "world-edge-exists"),
    ("* is not a kind of inventory error", "world-kind-of-error"),
    ("the worker * takes messages from no broker", "world-worker-broker"),
    ("* is asked twice in the same way", "world-asked-twice"),
    ("nobody waits for the worker *", "world-nobody-waits"),
    ("say whether * is read or written: kind", "world-read-or-written"),
    ("* cannot be asked by *", "world-cannot-ask"),
    ("no lookup in * stands before this call", "world-no-lookup"),
    ("a balancer has to say what stands behind it", "world-balancer"),
    ("* is not a service", "world-no-service"),
    ("* does not ask *", "world-does-not-ask"),
    ("a world has at most * instances, spare ones included", "world-most-instances"),
    ("a world has at most * *", "world-most"),
    ("* is not a name of up to 40 small letters, digits and hyphens", "world-bad-name"),
    ("* is part of a circle of calls, or asks one", "world-circle"),
    ("its instance * would be called like a component or host", "world-instance-name"),
    ("no host has * MiB of memory left for *", "world-no-memory"),
    ("* is no measure; measures: *", "world-no-measure"),
    ("* does not take this limit", "world-limit"),
    ("* is not measured at *", "world-not-measured"),
    ("* is no number of a component", "world-number-of-component"),
    ("* is no number of a call", "world-number-of-call"),
    ("* is no number of a host", "world-number-of-host"),
    ("* is not made of small letters, digits and _", "world-bad-id"),
    ("* s is beyond the end of the run, * s", "world-beyond-end"),
    ("say one of deploy, configure, maintenance and restart", "world-one-change"),
    ("only maintenance lasts for a time", "world-only-maintenance"),
    ("this kind of fault takes no parameters", "world-no-parameters"),
    ("a fault either grows or comes and goes", "world-grows-or-flaps"),
    ("this kind of fault has no ways", "world-no-ways"),
    ("* is not a way of this fault; ways: *", "world-no-way"),
    ("no piece of evidence decides", "world-nothing-decides"),
    ("no rule raises an alert called *; the nearest is *", "world-no-rule-near"),
    ("no rule raises an alert called *", "world-no-rule"),
    ("this remedy is offered twice", "world-remedy-twice"),
    ("it takes no amount", "world-no-amount"),
    ("say how much: *", "world-how-much"),
    ("* is not a whole number", "world-whole"),
    ("this remedy is not among those that are offered", "world-remedy-not-offered"),
    ("* is not a role; roles: *", "world-no-role"),
    ("no fault of this kind is planned at *", "world-no-fault-planned"),
    ("* is not what is wrong here", "world-not-wrong"),
    ("nothing is localised before it is noticed", "world-noticed-first"),
    ("* is not a known technology", "world-no-technology"),
    ("say either topology or world", "world-topology-or-world"),
    ("* is not between * and *", "world-range"),
    ("* is *, and has to be *", "world-has-to-be"),
    ("* needs *", "world-needs"),
];

/// Returns the word for what is wrong with a scenario, and its values by name; `None` where somebody else speaks.
pub(super) fn of(code: &str, words: &str) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    if code != "scenario_unreadable" {
        return None;
    }
    let (cause, values) =
        SAID.iter().find_map(|(sentence, cause)| Some((*cause, values(sentence, words)?)))?;
    let named = NAMES.iter().zip(values).map(|(name, value)| (*name, value.to_owned()));
    Some((cause, named.collect()))
}

/// Returns what stands in the place of each star; `None` for another sentence.
fn values<'a>(sentence: &str, words: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = sentence.split('*');
    let mut rest = words.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        let (value, left) = if is_last { (rest.strip_suffix(part)?, "") } else { rest.split_once(part)? };
        values.push(value);
        rest = left;
    }
    rest.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::error::AppError;
    use crate::settings::Language;
    use crate::words::Words;

    fn said(language: Language, problem: &str) -> String {
        let error = AppError::new("scenario_unreadable").with("line", 3).with("key", "none");
        Words::with(language, TimeZone::UTC).error(&error.with("detail", problem))
    }

    #[test]
    fn what_is_wrong_with_a_scenario_is_the_same_in_english_and_has_no_english_in_chinese() {
        for (sentence, cause) in SAID {
            // What fits two sentences is one of them, said in the same words.
            let problem = sentence.replace('*', "\"x\"");

            let (english, chinese) = (said(Language::En, &problem), said(Language::ZhCn, &problem));

            assert_eq!(english, format!("The scenario cannot be read: line 3: {problem}"), "{cause}");
            let is_english = |text: &str| text.len() > 1 && text.chars().all(|c| c.is_ascii_lowercase());
            let words: Vec<&str> = chinese.split_whitespace().collect();
            assert!(
                !words.windows(2).any(|two| two.iter().all(|word| is_english(word))),
                "{cause}: {chinese}"
            );
            let (own, _) = of("scenario_unreadable", &problem).unwrap();
            assert_eq!(
                chinese.matches("\"x\"").count(),
                sentence.matches('*').count(),
                "{cause} {own}: {chinese}"
            );
        }
    }

    #[test]
    fn a_sentence_that_nobody_knows_stays_as_it_is() {
        assert_eq!(of("scenario_unreadable", "something else is wrong"), None);
        assert_eq!(of("io", "there is no host"), None);
        assert!(said(Language::ZhCn, "something else is wrong").ends_with("something else is wrong"));
    }
}
