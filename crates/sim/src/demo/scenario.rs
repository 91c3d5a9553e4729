//! A world as a text: its TOML form, and what makes a text one that can be simulated.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::plan::Technology;

/// A checked description of a world.
///
/// Every number has its unit in its key, every name that is referred to exists, and the dependencies have no cycle.
/// `assets/scenarios/demo.toml` is the worked example.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub(crate) form: Form,
    /// Positions of services, those they depend on first.
    pub(crate) order: Vec<usize>,
}

/// A text that is not a scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, {key}: {problem}")]
pub struct ScenarioError {
    /// The line, counted from 1.
    pub line: usize,
    /// The key that cannot be used; empty when the text breaks off before a key.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Scenario {
    /// Reads a scenario from its TOML text.
    ///
    /// # Errors
    ///
    /// [`ScenarioError`] with line and key for what is not TOML, an unknown or missing key, a value out of its range, a
    /// name that does not exist or exists twice, and for services that depend on each other in a circle.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let form: Form = toml::from_str(text).map_err(|error| located(text, &error))?;
        let names = unique_names(text, &form)?;
        check_references(text, &form, &names)?;
        let order = dependency_order(text, &form, &names)?;
        Ok(Self { form, order })
    }

    /// Returns the name of the world.
    pub fn name(&self) -> &str {
        &self.form.name
    }
}

/// The whole text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    pub(crate) name: String,
    #[serde(deserialize_with = "hour_of_day")]
    pub(crate) local_hour_at_end: f64,
    #[serde(deserialize_with = "ratio")]
    pub(crate) night_ratio: f64,
    #[serde(deserialize_with = "ratio")]
    pub(crate) weekend_ratio: f64,
    #[serde(deserialize_with = "small_ratio")]
    pub(crate) load_noise_ratio: f64,
    #[serde(deserialize_with = "small_ratio")]
    pub(crate) missed_scrape_ratio: f64,
    #[serde(deserialize_with = "few")]
    pub(crate) nodes: u32,
    pub(crate) database: DatabaseForm,
    pub(crate) pool: PoolForm,
    pub(crate) service: Vec<ServiceForm>,
    #[serde(default)]
    pub(crate) deploy: Vec<DeployForm>,
    #[serde(default)]
    pub(crate) restart: Vec<RestartForm>,
    pub(crate) fault: FaultForm,
    pub(crate) trend: TrendForm,
    #[serde(default)]
    pub(crate) owner: Vec<OwnerForm>,
    pub(crate) inventory: Option<InventoryForm>,
}

/// A team and what it answers for, as the inventory has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnerForm {
    pub(crate) team: String,
    pub(crate) domain: String,
    pub(crate) tier: u8,
    pub(crate) of: Vec<String>,
}

/// Where the inventory is wrong.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InventoryForm {
    /// Dependencies that exist and that nobody entered: who, on whom.
    pub(crate) never_entered: Vec<(String, String)>,
    /// Dependencies that nobody removed: who, on whom.
    pub(crate) never_removed: Vec<(String, String)>,
    /// How long ago the dependencies that nobody removed were last touched.
    #[serde(deserialize_with = "days_before")]
    pub(crate) removed_before_end_days: i64,
}

/// The one database, on the storage that fails.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatabaseForm {
    pub(crate) name: Spanned<String>,
    pub(crate) version: String,
    #[serde(deserialize_with = "positive")]
    pub(crate) commit_ms: f64,
    #[serde(deserialize_with = "few")]
    pub(crate) max_connections: u32,
    pub(crate) schemas: Vec<String>,
}

/// The pool of connections in front of the database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PoolForm {
    pub(crate) name: Spanned<String>,
    pub(crate) version: String,
    #[serde(deserialize_with = "few")]
    pub(crate) server_connections: u32,
    #[serde(deserialize_with = "few")]
    pub(crate) client_limit: u32,
    #[serde(deserialize_with = "lag")]
    pub(crate) database_lag_s: i64,
}

/// One service that answers requests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceForm {
    pub(crate) name: Spanned<String>,
    pub(crate) version: String,
    #[serde(deserialize_with = "few")]
    pub(crate) instances: u32,
    #[serde(deserialize_with = "positive")]
    pub(crate) peak_rps: f64,
    #[serde(deserialize_with = "phase")]
    pub(crate) phase_h: f64,
    #[serde(deserialize_with = "positive")]
    pub(crate) own_ms: f64,
    #[serde(deserialize_with = "positive")]
    pub(crate) timeout_ms: f64,
    #[serde(deserialize_with = "factor")]
    pub(crate) p99_factor: f64,
    #[serde(deserialize_with = "small_ratio")]
    pub(crate) error_ratio: f64,
    #[serde(deserialize_with = "positive")]
    pub(crate) cpu_ms: f64,
    #[serde(deserialize_with = "positive")]
    pub(crate) memory_mib: f64,
    #[serde(deserialize_with = "positive")]
    pub(crate) response_kib: f64,
    pub(crate) routes: Vec<String>,
    /// What it is made with; decides the words of its log lines. Workspaces of old hold a text without it.
    #[serde(default = "usual_technology", deserialize_with = "technology")]
    pub(crate) technology: Technology,
    pub(crate) transactions: Option<TransactionForm>,
    #[serde(default)]
    pub(crate) calls: Vec<CallForm>,
}

/// What a service asks of the database, through the pool.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransactionForm {
    #[serde(deserialize_with = "per_request")]
    pub(crate) per_request: f64,
    #[serde(deserialize_with = "lag")]
    pub(crate) lag_s: i64,
}

/// What a service asks of another one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallForm {
    pub(crate) to: Spanned<String>,
    #[serde(deserialize_with = "per_request")]
    pub(crate) per_request: f64,
    /// The share of failed calls that make the request fail; the others have a fallback.
    #[serde(deserialize_with = "ratio")]
    pub(crate) fatal_ratio: f64,
    #[serde(deserialize_with = "lag")]
    pub(crate) lag_s: i64,
}

/// Another version of a service begins to run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeployForm {
    pub(crate) service: Spanned<String>,
    pub(crate) version: String,
    #[serde(deserialize_with = "minutes_before")]
    pub(crate) before_end_min: i64,
}

/// One instance stops and starts again.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestartForm {
    pub(crate) service: Spanned<String>,
    /// Counted from 0.
    pub(crate) instance: u32,
    #[serde(deserialize_with = "minutes_before")]
    pub(crate) before_end_min: i64,
}

/// The one thing that goes wrong.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultForm {
    pub(crate) kind: FaultKind,
    #[serde(deserialize_with = "seconds_before")]
    pub(crate) before_end_s: i64,
    #[serde(deserialize_with = "positive")]
    pub(crate) extra_commit_ms: f64,
}

/// Kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// The storage below the database answers late.
    SlowStorage,
}

/// The one thing that slowly goes wrong on its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrendForm {
    pub(crate) kind: TrendKind,
    pub(crate) service: Spanned<String>,
    #[serde(deserialize_with = "minutes_before")]
    pub(crate) before_end_min: i64,
    #[serde(deserialize_with = "positive")]
    pub(crate) rise_s_per_min: f64,
    #[serde(deserialize_with = "positive")]
    pub(crate) limit_s: f64,
}

/// Kinds of slow trends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TrendKind {
    /// The search index takes up changes more slowly than they come.
    IndexLag,
}

/// Reads a number and refuses what lies outside `least..=most` (in words: `range`).
fn number_within<'de, D: Deserializer<'de>>(
    deserializer: D,
    least: f64,
    most: f64,
    range: &str,
) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(D::Error::custom(format!("{value} is not {range}")))
    }
}

/// Reads a whole number and refuses what lies outside `least..=most` (in words: `range`).
fn whole_within<'de, D: Deserializer<'de>>(
    deserializer: D,
    least: i64,
    most: i64,
    range: &str,
) -> Result<i64, D::Error> {
    let value = i64::deserialize(deserializer)?;
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(D::Error::custom(format!("{value} is not {range}")))
    }
}

fn ratio<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    number_within(deserializer, 0.0, 1.0, "a share from 0 to 1")
}

fn small_ratio<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    number_within(deserializer, 0.0, 0.05, "a share from 0 to 0.05")
}

fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    number_within(deserializer, 0.001, 1_000_000.0, "a number from 0.001 to 1000000")
}

fn factor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    number_within(deserializer, 1.0, 20.0, "a factor from 1 to 20")
}

fn per_request<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    number_within(deserializer, 0.0, 50.0, "a number of calls from 0 to 50")
}

fn hour_of_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    number_within(deserializer, 0.0, 24.0, "an hour from 0 to 24")
}

const fn usual_technology() -> Technology {
    Technology::Go
}

fn technology<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Technology, D::Error> {
    let word = String::deserialize(deserializer)?;
    Technology::named(&word).ok_or_else(|| D::Error::custom(format!("{word:?} is not a known technology")))
}

fn phase<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    number_within(deserializer, -12.0, 12.0, "a shift from -12 to 12 hours")
}

fn few<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = whole_within(deserializer, 1, 1_000, "a number from 1 to 1000")?;
    u32::try_from(value).map_err(D::Error::custom)
}

fn lag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let value = whole_within(deserializer, 0, 600, "a lag from 0 to 600 seconds")?;
    // The world moves in steps of 15 s, so that a lag in between could not be seen.
    if value % 15 == 0 {
        Ok(value)
    } else {
        Err(D::Error::custom(format!("{value} is not a multiple of 15 seconds")))
    }
}

fn seconds_before<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    whole_within(deserializer, 60, 18_000, "between 60 and 18000 seconds before the end")
}

fn days_before<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    whole_within(deserializer, 1, 3_650, "between 1 and 3650 days before the end")
}

fn minutes_before<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    whole_within(deserializer, 5, 11_400, "between 5 and 11400 minutes before the end")
}

/// Makes an error at a byte position of the text.
fn error_at(text: &str, span: &Range<usize>, problem: String) -> ScenarioError {
    let start = (0..=span.start.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let before = &text[..start];
    ScenarioError { line: before.matches('\n').count() + 1, key: key_at(before, &text[start..]), problem }
}

/// Returns the key whose value begins between `before` and `behind`, or the key that begins there.
fn key_at(before: &str, behind: &str) -> String {
    let is_key = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let left = before.trim_end();
    if let Some(left) = left.strip_suffix('=') {
        let left = left.trim_end();
        let name = left.trim_end_matches(is_key);
        left[name.len()..].to_owned()
    } else {
        behind.trim_start_matches(['[', ' ']).chars().take_while(|&c| is_key(c)).collect()
    }
}

/// Gives an error of the TOML reader its line and key.
fn located(text: &str, error: &toml::de::Error) -> ScenarioError {
    let message = error.message();
    let mut found = error_at(text, &error.span().unwrap_or(0..0), message.to_owned());
    // A key that is not there has no place; the message names it between backticks.
    if let Some(name) = message.strip_prefix("missing field `") {
        name.trim_end_matches('`').clone_into(&mut found.key);
    }
    found
}

/// Returns the position of every service, after checking that no name is used twice.
fn unique_names(text: &str, form: &Form) -> Result<BTreeMap<String, usize>, ScenarioError> {
    let mut names = BTreeMap::new();
    for (idx, service) in form.service.iter().enumerate() {
        let name = &service.name;
        if name.get_ref().is_empty() || names.insert(name.get_ref().clone(), idx).is_some() {
            return Err(error_at(
                text,
                &name.span(),
                format!("the name {:?} is empty or taken", name.get_ref()),
            ));
        }
        if service.routes.is_empty() {
            return Err(error_at(text, &name.span(), format!("{} has no routes", name.get_ref())));
        }
    }
    for name in [&form.database.name, &form.pool.name] {
        if name.get_ref().is_empty() || names.contains_key(name.get_ref()) {
            return Err(error_at(
                text,
                &name.span(),
                format!("the name {:?} is empty or taken", name.get_ref()),
            ));
        }
    }
    if form.database.name.get_ref() == form.pool.name.get_ref() {
        return Err(error_at(text, &form.pool.name.span(), "the pool is named like the database".to_owned()));
    }
    Ok(names)
}

/// Checks that whatever is referred to exists.
fn check_references(text: &str, form: &Form, names: &BTreeMap<String, usize>) -> Result<(), ScenarioError> {
    let calls = form.service.iter().flat_map(|s| s.calls.iter().map(|c| &c.to));
    let deploys = form.deploy.iter().map(|d| &d.service);
    let restarts = form.restart.iter().map(|r| &r.service);
    for name in calls.chain(deploys).chain(restarts).chain([&form.trend.service]) {
        if !names.contains_key(name.get_ref()) {
            return Err(error_at(text, &name.span(), format!("there is no service {:?}", name.get_ref())));
        }
    }
    for restart in &form.restart {
        let service = names.get(restart.service.get_ref()).map(|&idx| &form.service[idx]);
        if service.is_some_and(|s| restart.instance >= s.instances) {
            let problem = format!("{} has no instance {}", restart.service.get_ref(), restart.instance);
            return Err(error_at(text, &restart.service.span(), problem));
        }
    }
    Ok(())
}

/// Orders the services so that each comes after those it depends on.
fn dependency_order(
    text: &str,
    form: &Form,
    names: &BTreeMap<String, usize>,
) -> Result<Vec<usize>, ScenarioError> {
    let mut order: Vec<usize> = Vec::with_capacity(form.service.len());
    while order.len() < form.service.len() {
        let waiting: Vec<usize> = (0..form.service.len()).filter(|idx| !order.contains(idx)).collect();
        let is_ready = |idx: &usize| {
            let calls = &form.service[*idx].calls;
            calls.iter().all(|c| names.get(c.to.get_ref()).is_some_and(|to| order.contains(to)))
        };
        let Some(next) = waiting.iter().copied().find(is_ready) else {
            let name = &form.service[waiting[0]].name;
            let problem = format!("{} depends on itself, in a circle", name.get_ref());
            return Err(error_at(text, &name.span(), problem));
        };
        order.push(next);
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = include_str!("../../../../assets/scenarios/demo.toml");

    /// Returns the demo with the first `from` replaced, and the line where it stood.
    fn broken(from: &str, to: &str) -> (String, usize) {
        let at = DEMO.find(from).expect("the demo holds the text");
        (DEMO.replacen(from, to, 1), DEMO[..at].matches('\n').count() + 1)
    }

    #[test]
    fn the_demo_is_a_scenario_of_twelve_services() {
        let scenario = Scenario::parse(DEMO).unwrap();

        assert_eq!(scenario.name(), "harbour-demo");
        assert_eq!(scenario.form.service.len() + 2, 12);
    }

    #[test]
    fn a_value_out_of_range_is_named_with_line_and_key() {
        let (text, line) = broken("weekend_ratio = 0.85", "weekend_ratio = 85.0");

        let error = Scenario::parse(&text).unwrap_err();

        assert_eq!((error.line, error.key.as_str()), (line, "weekend_ratio"));
        assert!(error.problem.contains("85"), "{error}");
    }

    #[test]
    fn a_value_within_an_inline_table_is_named_with_line_and_key() {
        let (text, line) = broken("lag_s = 30 }", "lag_s = 31 }");

        let error = Scenario::parse(&text).unwrap_err();

        assert_eq!((error.line, error.key.as_str()), (line, "lag_s"));
        assert!(error.problem.contains("multiple of 15"), "{error}");
    }

    #[test]
    fn a_text_of_old_without_technologies_is_still_a_scenario() {
        let old: String = DEMO.split_inclusive('\n').filter(|line| !line.starts_with("technology")).collect();

        let scenario = Scenario::parse(&old).unwrap();

        assert!(scenario.form.service.iter().all(|s| s.technology == Technology::Go));
    }

    #[test]
    fn an_unknown_technology_is_named_with_its_line() {
        let (text, line) = broken("technology = \"java\"", "technology = \"jawa\"");

        let error = Scenario::parse(&text).unwrap_err();

        assert_eq!((error.line, error.key.as_str()), (line, "technology"));
        assert!(error.problem.contains("jawa"), "{error}");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let (text, line) = broken("night_ratio", "night_rate");

        let error = Scenario::parse(&text).unwrap_err();

        assert_eq!((error.line, error.key.as_str()), (line, "night_rate"));
    }

    #[test]
    fn a_missing_key_is_named() {
        let (text, _) = broken("extra_commit_ms = 88.0", "");

        assert_eq!(Scenario::parse(&text).unwrap_err().key, "extra_commit_ms");
    }

    #[test]
    fn a_name_that_does_not_exist_is_refused() {
        let (text, line) = broken("to = \"orders\"", "to = \"order\"");

        let error = Scenario::parse(&text).unwrap_err();

        assert_eq!((error.line, error.key.as_str()), (line, "to"));
    }

    #[test]
    fn services_that_depend_on_each_other_in_a_circle_are_refused() {
        let text = DEMO.replacen("to = \"catalog\"", "to = \"web\"", 1);

        assert!(Scenario::parse(&text).unwrap_err().problem.contains("circle"));
    }

    #[test]
    fn a_text_that_breaks_off_anywhere_never_panics() {
        for end in (0..DEMO.len()).filter(|&i| DEMO.is_char_boundary(i)).step_by(7) {
            let _ = Scenario::parse(&DEMO[..end]);
        }
    }
}
