//! The scenarios that come with the program, and those that a person has written into a file.

use std::cell::RefCell;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::OnceLock;

use wardroom_sim::{Scenario, ScenarioError, Text};

use crate::error::AppError;
use crate::settings::{Language, effective_language};

/// The scenarios, each with the stem of its file.
const SCENARIOS: [(&str, &str); 19] = [
    ("attack_in_noise", include_str!("../../../../assets/scenarios/attack_in_noise.toml")),
    ("campaign", include_str!("../../../../assets/scenarios/campaign.toml")),
    ("certificate_at_midnight", include_str!("../../../../assets/scenarios/certificate_at_midnight.toml")),
    ("cold_cache", include_str!("../../../../assets/scenarios/cold_cache.toml")),
    ("consumer_stuck", include_str!("../../../../assets/scenarios/consumer_stuck.toml")),
    ("disk_full_sunday", include_str!("../../../../assets/scenarios/disk_full_sunday.toml")),
    ("innocent_deploy", include_str!("../../../../assets/scenarios/innocent_deploy.toml")),
    ("leaking_deploy", include_str!("../../../../assets/scenarios/leaking_deploy.toml")),
    ("lock_pile_up", include_str!("../../../../assets/scenarios/lock_pile_up.toml")),
    ("loud_monitor", include_str!("../../../../assets/scenarios/loud_monitor.toml")),
    ("pool_too_small", include_str!("../../../../assets/scenarios/pool_too_small.toml")),
    ("registry_drift", include_str!("../../../../assets/scenarios/registry_drift.toml")),
    ("replica_lag", include_str!("../../../../assets/scenarios/replica_lag.toml")),
    ("retry_storm", include_str!("../../../../assets/scenarios/retry_storm.toml")),
    ("silent_primary", include_str!("../../../../assets/scenarios/silent_primary.toml")),
    ("slow_names", include_str!("../../../../assets/scenarios/slow_names.toml")),
    ("telemetry_lost", include_str!("../../../../assets/scenarios/telemetry_lost.toml")),
    ("two_faults", include_str!("../../../../assets/scenarios/two_faults.toml")),
    ("zone_cut_off", include_str!("../../../../assets/scenarios/zone_cut_off.toml")),
];

/// The topologies that scenarios name.
const TOPOLOGIES: [(&str, &str); 2] = [
    ("fleet", include_str!("../../../../assets/scenarios/topologies/fleet.toml")),
    ("harbour", include_str!("../../../../assets/scenarios/topologies/harbour.toml")),
];

/// A scenario with everything that makes its world.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) id: String,
    pub(crate) text: String,
    /// The text of the topology that it names; empty when it holds its own.
    pub(crate) topology: String,
    pub(crate) scenario: Scenario,
}

/// Returns the scenarios that come with the program, in the order of their numbers.
///
/// # Errors
///
/// `scenario_unreadable`, which a test excludes.
pub(crate) fn all() -> Result<&'static [Found], AppError> {
    static ALL: OnceLock<Result<Vec<Found>, AppError>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let found = SCENARIOS.iter().map(|(_, text)| read(text, &embedded));
        let mut found = found.collect::<Result<Vec<Found>, AppError>>()?;
        found.sort_by_key(|f| f.scenario.brief().number);
        Ok(found)
    });
    all.as_deref().map_err(Clone::clone)
}

/// Returns a scenario that comes with the program.
///
/// # Errors
///
/// `no_such_drill`.
pub(crate) fn find(id: &str) -> Result<&'static Found, AppError> {
    all()?.iter().find(|f| f.id == id).ok_or_else(|| AppError::new("no_such_drill").with("id", id))
}

/// Returns a scenario by its name, or by the path of a file (`….toml`) with its topology in the folder `topologies`
/// beside it or among those that come with the program.
///
/// # Errors
///
/// `no_such_drill`; `file_unreadable`, also of a topology; `scenario_unreadable` with file, line and key.
pub(crate) fn find_or_read(name: &str) -> Result<Found, AppError> {
    let path = Path::new(name);
    if path.extension().is_none_or(|ending| ending != "toml") {
        // Commands are spelt with hyphens, names of drills are not.
        let spelt = |missing: AppError| find(&name.replace('-', "_")).map_err(|_| missing);
        return find(name).or_else(spelt).cloned();
    }
    let text = std::fs::read_to_string(path)
        .map_err(|e| AppError::new("file_unreadable").with("path", name).with("detail", e))?;
    let folder = path.parent().unwrap_or(Path::new("")).join("topologies");
    // A topology's name is a plain word of the scenario; anything else must not lead out of the folder.
    let is_plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let unreadable = RefCell::new(None);
    let beside = |name: &str| {
        let file = folder.join(format!("{name}.toml"));
        if !is_plain(name) {
            return None;
        }
        let stored = std::fs::read_to_string(&file).inspect_err(|error| {
            if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) {
                let refused = AppError::new("file_unreadable").with("path", file.display());
                *unreadable.borrow_mut() = Some(refused.with("detail", error));
            }
        });
        stored.ok()
    };
    let found = read(&text, &|name| beside(name).or_else(|| embedded(name)));
    // A topology that is there and cannot be read is not replaced by another one of the same name.
    unreadable.into_inner().map_or(found, Err)
}

/// Refuses a person's text that is called like a drill that comes with the program and is not it: results are kept by
/// that name.
///
/// # Errors
///
/// `scenario_unreadable` with the line of the name.
pub(crate) fn with_own_name(found: Found) -> Result<Found, AppError> {
    let Ok(shipped) = find(&found.id) else { return Ok(found) };
    if shipped.text == found.text && shipped.topology == found.topology {
        return Ok(found);
    }
    let names_it = |line: &str| line.split('=').next().is_some_and(|key| key.trim() == "id");
    let line = found.text.lines().position(names_it).map_or(1, |at| at + 1);
    let problem = format!("{:?} comes with the program, and results are kept by this name", found.id);
    Err(unreadable(&ScenarioError { line, key: "id".to_owned(), problem }))
}

fn embedded(name: &str) -> Option<String> {
    TOPOLOGIES.iter().find(|(stem, _)| *stem == name).map(|(_, text)| (*text).to_owned())
}

fn read(text: &str, topology: &dyn Fn(&str) -> Option<String>) -> Result<Found, AppError> {
    let used = RefCell::new(String::new());
    let scenario = parse(text, &|name| {
        let text = topology(name)?;
        used.borrow_mut().clone_from(&text);
        Some(text)
    })?;
    let id = scenario.brief().id.clone();
    Ok(Found { id, text: text.to_owned(), topology: used.into_inner(), scenario })
}

/// Reads the text of a scenario.
///
/// # Errors
///
/// `scenario_unreadable` with what is wrong, where.
pub(crate) fn parse(text: &str, topology: &dyn Fn(&str) -> Option<String>) -> Result<Scenario, AppError> {
    Scenario::parse(text, topology).map_err(|error| unreadable(&error))
}

fn unreadable(error: &ScenarioError) -> AppError {
    let key = if error.key.is_empty() { "none" } else { error.key.as_str() };
    let refused = AppError::new("scenario_unreadable").with("problem", error);
    refused.with("line", error.line).with("key", key).with("detail", &error.problem)
}

/// Reads the text of a scenario that a drill's file keeps, with what would be refused in it if it were new.
///
/// # Errors
///
/// `scenario_unreadable` with what no world can be made of, where.
pub(crate) fn parse_stored(
    text: &str,
    topology: &dyn Fn(&str) -> Option<String>,
) -> Result<(Scenario, Vec<ScenarioError>), AppError> {
    Scenario::parse_stored(text, topology).map_err(|error| unreadable(&error))
}

/// Returns a scenario's text in a language.
pub(crate) fn in_language(text: &Text, language: Language) -> String {
    match effective_language(language) {
        Language::ZhCn => text.zh_cn.clone(),
        Language::System | Language::En => text.en.clone(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::words::Words;

    #[test]
    fn every_scenario_can_be_read_and_has_a_number_of_its_own() {
        let all = all().unwrap();

        let numbers: Vec<u32> = all.iter().map(|f| f.scenario.brief().number).collect();
        let wanted: Vec<u32> = (1..=u32::try_from(all.len()).unwrap()).collect();
        assert_eq!(numbers, wanted);
        assert!(all.len() >= 14, "{} scenarios", all.len());
        for (stem, _) in SCENARIOS {
            assert!(all.iter().any(|f| f.id == stem), "{stem}");
        }
    }

    #[test]
    fn a_name_that_is_not_known_is_refused() {
        assert_eq!(find_or_read("no-such").unwrap_err().fields["id"], "no-such");
        assert_eq!(find_or_read("no_such").unwrap_err().code, "no_such_drill");
        assert_eq!(find_or_read("replica-lag").unwrap().id, "replica_lag");
        assert_eq!(find_or_read("/no/such/file.toml").unwrap_err().code, "file_unreadable");
    }

    #[test]
    fn what_is_wrong_with_a_scenario_is_told_in_the_language() {
        let told = |language, from: &str, to: &str| {
            let text = find("replica_lag").unwrap().text.replacen(from, to, 1);
            let error = parse(&text, &embedded).unwrap_err();
            (crate::words::Words::with(language, jiff::tz::TimeZone::UTC).error(&error), error)
        };

        let (said, _) = told(Language::En, "minutes = 8", "minutes = \"8\"");
        assert!(said.starts_with("The scenario cannot be read: line "), "{said}");
        let (said, error) = told(Language::ZhCn, "minutes = 8", "minuten = 8");
        assert!(said.contains("没有字段“minuten”，可用："), "{said}");
        assert!(error.fields["problem"].contains("unknown field `minuten`"), "{error:?}");
    }

    #[test]
    fn a_topology_beside_a_scenario_is_not_replaced_when_it_cannot_be_read() {
        let home = tempfile::tempdir().unwrap();
        let (scenario, folder) = (home.path().join("mine.toml"), home.path().join("topologies"));
        std::fs::write(&scenario, &find("replica_lag").unwrap().text).unwrap();
        let name = scenario.display().to_string();
        let without = find_or_read(&name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("harbour.toml"), b"\xff\xfe").unwrap();

        let error = find_or_read(&name).unwrap_err();

        assert!(without.is_ok());
        assert_eq!(error.code, "file_unreadable");
        assert!(error.fields["path"].ends_with("harbour.toml"), "{error:?}");
    }

    #[test]
    fn what_is_wrong_with_a_scenario_is_said_in_the_language() {
        let text = find("replica_lag").unwrap().text.clone();
        let said = |from: &str, to: &str| {
            let broken = text.replace(from, to);
            assert_ne!(broken, text);
            let error = parse(&broken, &embedded).unwrap_err();
            Words::with(Language::ZhCn, TimeZone::UTC).error(&error)
        };

        let target = said("target = \"mysql-ledger-2\"\nat_s", "target = \"mysql-ledger-9\"\nat_s");
        let measure = said("measure = \"fresh\"", "measure = \"freshness\"");

        assert!(target.contains("：没有 ") && target.ends_with(" \"mysql-ledger-9\""), "{target}");
        assert!(measure.contains("\"freshness\" 不是度量；可用：success, fast, "), "{measure}");
    }

    #[test]
    fn another_drill_is_not_called_like_one_that_comes_with_the_program() {
        let shipped = find("replica_lag").unwrap();
        let text = shipped.text.replace("minutes = 8", "minutes = 9");
        let own = Found { text, ..shipped.clone() };

        let error = with_own_name(own.clone()).unwrap_err();

        let line = shipped.text.lines().position(|line| line.starts_with("id = ")).unwrap() + 1;
        assert_eq!(error.code, "scenario_unreadable");
        assert!(error.fields["problem"].starts_with(&format!("line {line}, id: ")), "{error:?}");
        assert!(with_own_name(shipped.clone()).is_ok());
        assert!(with_own_name(Found { id: "mine".to_owned(), ..own }).is_ok());
    }
}
