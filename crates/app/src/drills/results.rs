//! Results of drills on this machine: the list, trends, what to do next, and the table for a spreadsheet.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use wardroom_sim::Brief;
use wardroom_store::DrillSummary;

use crate::context::{App, Open};
use crate::drills::catalogue::{self, Found, in_language};
use crate::drills::rows::{DrillBrief, DrillList, DrillPart, DrillRow, DrillTier, NextRow};
use crate::drills::running::Drill;
use crate::drills::{kept, texts};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::series::write_file;
use crate::settings::Language;
use crate::wire::Millis;

/// Tries in the small line.
const TREND: usize = 12;
/// The parts in the order of the work.
const PARTS: [DrillPart; 5] =
    [DrillPart::Detect, DrillPart::Localise, DrillPart::Mitigate, DrillPart::Safety, DrillPart::Communicate];

/// The try before another one.
#[derive(Clone, Debug)]
pub(crate) struct Before {
    pub(crate) points: u32,
    pub(crate) parts: Vec<(DrillPart, u32)>,
}

/// Lists the drills with a trainee's results; an empty name takes everyone's on this machine.
///
/// # Errors
///
/// `scenario_unreadable`; store failures of the application's own database.
pub async fn list(app: &App, language: Language, trainee: &str) -> Result<DrillList, AppError> {
    let all = catalogue::all()?;
    let everyone = app.app_db().drill_summaries(None, None).await?;
    let mut trainees: Vec<String> =
        everyone.iter().map(|s| s.trainee.clone()).filter(|t| !t.is_empty()).collect();
    trainees.sort();
    trainees.dedup();
    let tries: Vec<&DrillSummary> = of_trainee(&everyone, trainee);
    let rows: Vec<(u8, DrillRow)> =
        all.iter().map(|f| (f.scenario.brief().tier, row(f.scenario.brief(), &tries, language))).collect();
    let passed = rows.iter().filter(|(_, r)| r.passed).count();
    let next = choose(all, &rows, &tries, None);
    let headline = Phrase::new("drill-list-passed").count("n", passed).count("of", rows.len());
    Ok(DrillList {
        trainee: trainee.to_owned(),
        trainees,
        headline: if tries.is_empty() {
            Phrase::new("drill-list-none").count("of", rows.len())
        } else {
            headline
        },
        lead: next.as_ref().map(|(found, why)| lead(found, why, language)),
        next: next.map(|(found, _)| found.id.clone()),
        passed: number(passed),
        count: number(rows.len()),
        pass: all.first().map_or(70, |f| f.scenario.brief().pass_points),
        tries: number(tries.len()),
        tiers: tiers(rows),
    })
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn of_trainee<'a>(all: &'a [DrillSummary], trainee: &str) -> Vec<&'a DrillSummary> {
    all.iter().filter(|s| trainee.is_empty() || s.trainee == trainee).collect()
}

fn row(brief: &Brief, tries: &[&DrillSummary], language: Language) -> DrillRow {
    let points: Vec<u32> = tries.iter().filter(|s| s.scenario == brief.id).map(|s| s.points).collect();
    let passed = tries.iter().any(|s| s.scenario == brief.id && s.passed);
    let tail = |n: usize| points[points.len().saturating_sub(n)..].to_vec();
    DrillRow {
        id: brief.id.clone(),
        number: brief.number,
        difficulty: brief.difficulty,
        title: in_language(&brief.title, language),
        trains: in_language(&brief.trains, language),
        minutes: brief.minutes,
        best: points.iter().max().copied(),
        passed,
        tries: number(points.len()),
        last: tail(3),
        trend: tail(TREND),
    }
}

fn tiers(rows: Vec<(u8, DrillRow)>) -> Vec<DrillTier> {
    let mut by_tier: BTreeMap<u8, Vec<DrillRow>> = BTreeMap::new();
    for (tier, row) in rows {
        by_tier.entry(tier).or_default().push(row);
    }
    let tiers = by_tier.into_iter().map(|(tier, drills)| DrillTier {
        tier,
        about: Phrase::new(format!("drill-tier-{tier}")),
        passed: number(drills.iter().filter(|d| d.passed).count()),
        drills,
    });
    tiers.collect()
}

/// Why a drill is next.
#[derive(Clone, Debug)]
enum Why {
    /// It is the first that was not passed.
    First,
    /// It was tried and is nearly there.
    Again,
    /// It trains the part that cost most on the last drill.
    Part(DrillPart, String),
}

/// Chooses what to do next: the drill that was tried last and is not passed, otherwise the first that is not passed; after
/// a try it is named with the part that cost most. `but` is left out.
fn choose<'a>(
    all: &'a [Found],
    rows: &[(u8, DrillRow)],
    tries: &[&DrillSummary],
    but: Option<&str>,
) -> Option<(&'a Found, Why)> {
    let is_open = |found: &&Found| {
        let row = rows.iter().find(|(_, r)| r.id == found.id);
        row.is_some_and(|(_, r)| !r.passed) && but != Some(found.id.as_str())
    };
    let Some(last) = tries.last() else { return all.iter().find(is_open).map(|f| (f, Why::First)) };
    if !last.passed && but.is_none() {
        let same = all.iter().find(|f| f.id == last.scenario).filter(|f| is_open(f));
        if let Some(found) = same {
            return Some((found, Why::Again));
        }
    }
    let found = all.iter().find(is_open)?;
    let why = weakest(last).map_or(Why::First, |part| Why::Part(part, last.scenario.clone()));
    Some((found, why))
}

/// Returns the part of a try that got the smallest share of its points; of equal ones the earlier. `None` where all were
/// given.
fn weakest(summary: &DrillSummary) -> Option<DrillPart> {
    let share = |part: DrillPart| {
        let stored = summary.parts.iter().find(|p| p.part == texts::part_word(part))?;
        Some((stored.points * 100 / stored.of.max(1), part))
    };
    PARTS
        .iter()
        .filter_map(|part| share(*part))
        .filter(|(percent, _)| *percent < 100)
        .min_by_key(|(percent, part)| (*percent, *part))
        .map(|(_, part)| part)
}

fn lead(found: &Found, why: &Why, language: Language) -> Phrase {
    let brief = found.scenario.brief();
    let phrase = match why {
        Why::First => Phrase::new("drill-next-first"),
        Why::Again => Phrase::new("drill-next-again"),
        Why::Part(part, after) => {
            let title = catalogue::find(after).map(|f| in_language(&f.scenario.brief().title, language));
            Phrase::new("drill-next-part")
                .word("part", texts::part_key(*part))
                .text("after", title.unwrap_or_else(|_| after.clone()))
        }
    };
    let trains = in_language(&brief.trains, language);
    let phrase = phrase.count("number", brief.number as usize).text("trains", trains);
    phrase.text("title", in_language(&brief.title, language))
}

/// Returns what a trainee may do next, leaving one drill out; `None` when all others are passed.
///
/// # Errors
///
/// Store failures of the application's own database.
pub(crate) async fn next(
    app: &App,
    language: Language,
    trainee: &str,
    but: Option<&str>,
) -> Result<Option<NextRow>, AppError> {
    let all = catalogue::all()?;
    let everyone = app.app_db().drill_summaries(None, None).await?;
    let tries = of_trainee(&everyone, trainee);
    let rows: Vec<(u8, DrillRow)> =
        all.iter().map(|f| (f.scenario.brief().tier, row(f.scenario.brief(), &tries, language))).collect();
    Ok(choose(all, &rows, &tries, but).map(|(found, why)| NextRow {
        id: found.id.clone(),
        number: found.scenario.brief().number,
        title: in_language(&found.scenario.brief().title, language),
        minutes: found.scenario.brief().minutes,
        why: lead(found, &why, language),
    }))
}

/// Returns the try before an attempt: the attempt before in the same file, or the last try of the same drill.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn before(
    app: &App,
    open: &Open,
    drill: &Drill,
    attempt: u32,
) -> Result<Option<Before>, AppError> {
    let here = open.workspace.drill_results().await?;
    if let Some(result) = here.iter().rev().find(|r| r.attempt < attempt) {
        let judged: kept::Judged = kept::read(&open.workspace, &result.result)?;
        let parts = judged.parts.into_iter().map(|(part, points, _)| (part, points)).collect();
        return Ok(Some(Before { points: result.points, parts }));
    }
    let tries = app.app_db().drill_summaries(Some(&drill.setup.id), Some(&drill.setup.trainee)).await?;
    let first_here = here.first().map(|r| r.at);
    let earlier = tries
        .iter()
        .rev()
        .find(|s| s.workspace != open.workspace.path() && first_here.is_none_or(|first| s.at < first));
    Ok(earlier.map(|s| Before {
        points: s.points,
        parts: PARTS
            .iter()
            .filter_map(|part| {
                let stored = s.parts.iter().find(|p| p.part == texts::part_word(*part))?;
                Some((*part, stored.points))
            })
            .collect(),
    }))
}

/// Describes a drill before it is started.
///
/// # Errors
///
/// `no_such_drill`; store failures of the application's own database.
pub async fn brief(app: &App, language: Language, id: &str) -> Result<DrillBrief, AppError> {
    let found = catalogue::find(id)?;
    let brief = found.scenario.brief();
    let tries = app.app_db().drill_summaries(Some(id), None).await?;
    let used: Vec<u64> = tries.iter().map(|s| s.seed).collect();
    let refs: Vec<&DrillSummary> = tries.iter().collect();
    Ok(DrillBrief {
        drill: row(brief, &refs, language),
        tier: brief.tier,
        briefing: in_language(&brief.briefing, language),
        goal: in_language(&brief.goal, language),
        services: brief.n_services,
        hosts: brief.n_hosts,
        history: Millis(brief.history_s * 1000),
        remedies: number(brief.remedies.len()),
        hints: number(brief.hints.len()),
        pass: brief.pass_points,
        seed: fresh_seed(app, id, &used),
    })
}

/// Returns a seed of four digits that was not tried yet.
fn fresh_seed(app: &App, id: &str, used: &[u64]) -> u32 {
    let text = format!("{id} {} {}", used.len(), app.wall().as_millis());
    let hash = blake3::hash(text.as_bytes());
    let first = u32::from_le_bytes(hash.as_bytes()[..4].try_into().unwrap_or([7; 4])) % 9000;
    let seeds = (0..9000).map(|step| 1000 + (first + step) % 9000);
    let mut fresh = seeds.filter(|seed| !used.contains(&u64::from(*seed)));
    fresh.next().unwrap_or(1000 + first)
}

/// Writes a trainee's results (everyone's for an empty name) as CSV and returns how many there are.
///
/// Columns: trainee, drill, seed, attempt, ended (RFC 3339), points, passed, advice, and the points of the five parts.
///
/// # Errors
///
/// `over_workspace`; `io` when the file cannot be written; store failures of the application's own database.
pub async fn write_csv(app: &App, trainee: &str, path: &Path) -> Result<u32, AppError> {
    let everyone = app.app_db().drill_summaries(None, None).await?;
    let tries = of_trainee(&everyone, trainee);
    let mut text = String::from("trainee,drill,seed,attempt,ended,points,passed,advice");
    for part in PARTS {
        // Writing to a string cannot fail.
        let _ = write!(text, ",{}", texts::part_word(part));
    }
    text.push('\n');
    for summary in &tries {
        text.push_str(&csv_line(summary));
    }
    let open = app.open_or_none();
    write_file(open.as_deref(), path, text.as_bytes())?;
    Ok(number(tries.len()))
}

fn csv_line(summary: &DrillSummary) -> String {
    let mut line = format!(
        "{},{},{},{},{},{},{},{}",
        quoted(&summary.trainee),
        quoted(&summary.scenario),
        summary.seed,
        summary.attempt,
        summary.at,
        summary.points,
        summary.passed,
        quoted(&summary.advice)
    );
    for part in PARTS {
        let points = summary.parts.iter().find(|p| p.part == texts::part_word(part)).map(|p| p.points);
        let _ = write!(line, ",{}", points.map(|p| p.to_string()).unwrap_or_default());
    }
    line.push('\n');
    line
}

/// Quotes a field. A leading sign that a spreadsheet would take for a formula gets an apostrophe before it.
fn quoted(field: &str) -> String {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let field = if is_formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use wardroom_core::Timestamp;
    use wardroom_store::DrillPart as StoredPart;

    fn summary(trainee: &str, parts: &[(&str, u32)]) -> DrillSummary {
        DrillSummary {
            workspace: PathBuf::from("/a"),
            attempt: 1,
            scenario: "replica_lag".to_owned(),
            seed: 7,
            trainee: trainee.to_owned(),
            points: 66,
            passed: false,
            parts: parts
                .iter()
                .map(|(part, points)| StoredPart { part: (*part).to_owned(), points: *points, of: 20 })
                .collect(),
            advice: "normal".to_owned(),
            at: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn a_name_cannot_become_a_formula_or_break_the_table() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(quoted("night shift"), "night shift");
    }

    #[test]
    fn a_line_has_the_points_of_the_parts_in_their_order() {
        let line = csv_line(&summary("night", &[("safety", 11), ("detect", 17)]));

        assert_eq!(line, "night,replica_lag,7,1,1970-01-01T00:00:00Z,66,false,normal,17,,,11,\n");
    }

    #[test]
    fn the_weakest_part_is_the_one_with_the_smallest_share() {
        let parts = [("detect", 17), ("localise", 9), ("mitigate", 13), ("safety", 9), ("communicate", 12)];

        assert_eq!(weakest(&summary("night", &parts)), Some(DrillPart::Localise));
        assert_eq!(weakest(&summary("night", &[("detect", 20), ("localise", 20)])), None);
    }
}
