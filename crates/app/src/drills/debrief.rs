//! The debrief: points with their reasons, two lanes, the curves of three runs, and what to do next.

use std::sync::Arc;

use wardroom_core::TimeRange;
use wardroom_sim::{Curves, FailedTotals, Lane, Objective, PhaseTimes, Scenario, Scorecard, Useful};

use crate::context::{App, Open, lock};
use crate::drills::catalogue::in_language;
use crate::drills::decide::open_drill;
use crate::drills::ending::{self, Ended};
use crate::drills::moves::{self, Seen};
use crate::drills::rows::{
    AdviceVerdict, AttemptRow, BeliefRow, CurveRow, DebriefView, EvidenceRow, FailedRow, HypothesisRow,
    LaneMark, LaneRow, MoveKind, PartRow, PhaseRow, PhaseTimesRow, ReasonRow, TimesRow,
};
use crate::drills::running::{Drill, Setup};
use crate::drills::state::seed_of;
use crate::drills::{kept, results, texts};
use crate::error::AppError;
use crate::phrase::{Phrase, PhraseValue};
use crate::settings::Language;
use crate::wire::Millis;

/// Returns the debrief of an attempt that has ended; `None` takes the last one that has.
///
/// Cost: the moves are weighed by forks of the world; an earlier attempt is computed anew.
///
/// # Errors
///
/// `no_drill`; `drill_not_over`; store failures.
pub async fn debrief(app: &App, language: Language, attempt: Option<u32>) -> Result<DebriefView, AppError> {
    let (open, drill) = open_drill(app)?;
    let ended = ending::ended(app, attempt).await?;
    let attempts = attempts(&open).await?;
    let before = results::before(app, &open, &drill, ended.number).await?;
    let next = results::next(app, language, &drill.setup.trainee, Some(&drill.setup.id)).await?;
    let brief = drill.setup.scenario.brief();
    let card = &ended.debrief.card;
    let range = TimeRange::new(drill.setup.start, drill.ends()).map_err(|e| AppError::internal(&e))?;
    let seen = Seen::of(&lock(&drill.world));
    let moves = moves::list(&drill.setup, &ended.decisions, &seen, true);
    let evidence = evidence(&drill, &ended, language);
    Ok(DebriefView {
        id: drill.setup.id.clone(),
        number: brief.number,
        title: in_language(&brief.title, language),
        seed: seed_of(&drill),
        trainee: drill.setup.trainee.clone(),
        attempt: ended.number,
        attempts,
        points: card.points,
        before: before.as_ref().map(|b| b.points),
        pass: brief.pass_points,
        passed: card.passed,
        headline: headline(&drill.setup.scenario, card),
        lead: lead(card),
        truth: truth(&ended),
        onset: brief.cause.as_ref().map(|_| ended.debrief.zero.into()),
        parts: parts(&drill.setup, card, before.as_ref()),
        weakest: texts::part(card.weakest),
        range: range.into(),
        reference: lane(&drill.setup, &ended.debrief.reference),
        you: lane(&drill.setup, &ended.debrief.you),
        gap: gap(card),
        times: TimesRow { you: times(card.times.you), reference: times(card.times.reference) },
        curves: curves(&drill, &ended),
        failed: failed(card),
        never_opened: evidence.iter().filter(|e| e.opened.is_none()).cloned().collect(),
        first_useful: card.first_useful.and_then(|(_, i)| evidence.get(i).cloned()),
        knowable: evidence,
        beliefs: beliefs(card),
        advice: advice(&drill, card, language),
        advice_mode: drill.setup.advice,
        hint_cost: card.hint_cost,
        instructor: moves.into_iter().filter(|m| m.kind == MoveKind::Instructor).collect(),
        again_from: ended.debrief.again_from.map(Millis::from),
        next,
        remarks: drill.setup.remarks(),
    })
}

async fn attempts(open: &Arc<Open>) -> Result<Vec<AttemptRow>, AppError> {
    let ws = &open.workspace;
    let last = ws.drill().await?.map_or(0, |d| d.attempt);
    let judged = ws.drill_results().await?;
    let mut rows = Vec::new();
    for number in 1..=last {
        let points = judged.iter().find(|r| r.attempt == number).map(|r| r.points);
        let branched_at = kept::branched_at(ws, number).await?.map(Millis::from);
        rows.push(AttemptRow { number, branched_at, points });
    }
    Ok(rows)
}

/// Makes the one sentence: found or not, safely or not, how far behind the reference.
fn headline(scenario: &Scenario, card: &Scorecard) -> Phrase {
    let found = card.times.you.localise.is_some();
    let restored = card.times.you.mitigate.is_some();
    if scenario.brief().cause.is_none() {
        let key = if found { "debrief-no-fault-seen" } else { "debrief-no-fault-missed" };
        return Phrase::new(key);
    }
    let key = match (found, restored, gap(card).is_some_and(|g| g.0 > 0)) {
        (true, true, true) => "debrief-fixed-behind",
        (true, true, false) => "debrief-fixed",
        (true, false, _) => texts::unrestored(&card.parts).map_or("debrief-found", |felt| {
            if felt { "debrief-found-not-served" } else { "debrief-found-unfelt" }
        }),
        (false, true, _) => "debrief-restored",
        (false, false, _) => "debrief-neither",
    };
    let phrase = Phrase::new(key);
    match gap(card).filter(|g| key == "debrief-fixed-behind" && g.0 > 0) {
        Some(gap) => phrase.span("gap", gap.0),
        None => phrase,
    }
}

/// Makes the sentences under it: what the moves cost, and the part that cost most where one cost anything.
fn lead(card: &Scorecard) -> Vec<Phrase> {
    let mut lead = Vec::new();
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let worse = card.moves.iter().filter(|m| m.effect == wardroom_sim::Verdict::Worse && !m.in_reference);
    let (n, cost) = worse.fold((0_usize, 0_u64), |(n, cost), m| {
        (n + 1, cost + m.failed_with.saturating_sub(m.failed_without))
    });
    if n > 0 {
        lead.push(Phrase::new("debrief-worse").count("n", n).count("cost", count(cost)));
    }
    let compared = |key: &str, totals: FailedTotals| {
        Phrase::new(key)
            .count("you", count(totals.you))
            .count("reference", count(totals.reference))
            .count("nobody", count(totals.nobody))
    };
    lead.push(compared("debrief-failed", card.failed));
    if card.stale != FailedTotals::default() {
        lead.push(compared("debrief-stale", card.stale));
    }
    if card.parts.iter().any(|part| part.points < part.of) {
        lead.push(Phrase::new("debrief-weakest").word("part", texts::part_key(texts::part(card.weakest))));
    }
    lead
}

fn truth(ended: &Ended) -> Vec<Phrase> {
    if ended.debrief.truth.is_empty() {
        return vec![Phrase::new("debrief-truth-none")];
    }
    let causes = ended.debrief.truth.iter();
    causes
        .map(|(entity, fault)| {
            Phrase::new("debrief-truth")
                .text("entity", entity.clone())
                .word("fault", texts::fault_key(fault))
                .time("time", ended.debrief.zero)
        })
        .collect()
}

/// Returns how much later than in the reference users were served again.
fn gap(card: &Scorecard) -> Option<Millis> {
    let (you, reference) = (card.times.you.mitigate?, card.times.reference.mitigate?);
    Some(Millis((you - reference) * 1000))
}

fn parts(setup: &Setup, card: &Scorecard, before: Option<&results::Before>) -> Vec<PartRow> {
    let rows = card.parts.iter().map(|part| {
        let kind = texts::part(part.kind);
        PartRow {
            part: kind,
            points: part.points,
            of: part.of,
            before: before.and_then(|b| b.parts.iter().find(|(p, _)| *p == kind).map(|(_, n)| *n)),
            reasons: part
                .reasons
                .iter()
                .map(|reason| ReasonRow {
                    text: counted(setup, texts::reason(reason)),
                    points: reason.points,
                })
                .collect(),
        }
    });
    rows.collect()
}

/// Counts the suggestion of a sentence among those that were shown.
fn counted(setup: &Setup, phrase: Phrase) -> Phrase {
    let Some(PhraseValue::Count(place)) = phrase.values.get("advice") else { return phrase };
    let index = (*place as usize).saturating_sub(1);
    phrase.count("advice", setup.advice_number(index))
}

fn lane(setup: &Setup, lane: &Lane) -> LaneRow {
    LaneRow {
        phases: lane
            .phases
            .iter()
            .map(|p| PhaseRow {
                part: texts::part(p.kind),
                start: p.from.into(),
                end: p.to.into(),
                done: p.done,
            })
            .collect(),
        marks: lane
            .marks
            .iter()
            .map(|m| LaneMark {
                at: m.at.into(),
                text: counted(setup, texts::mark(m.code, &m.values)),
                tone: texts::tone(m.tone),
            })
            .collect(),
    }
}

fn times(times: PhaseTimes) -> PhaseTimesRow {
    let length = |s: Option<i64>| s.map(|s| Millis(s * 1000));
    PhaseTimesRow {
        detect: length(times.detect),
        acknowledge: length(times.acknowledge),
        localise: length(times.localise),
        mitigate: length(times.mitigate),
    }
}

fn curves(drill: &Drill, ended: &Ended) -> Vec<CurveRow> {
    let objectives = drill.setup.scenario.brief().objectives.iter().zip(&ended.debrief.objectives);
    objectives.map(|(objective, curves)| curve(drill, objective, curves)).collect()
}

/// Makes the row of three curves.
pub(crate) fn curve(drill: &Drill, objective: &Objective, curves: &Curves) -> CurveRow {
    CurveRow {
        component: objective.component.clone(),
        measure: texts::measure(objective.measure),
        wanted: objective.success_ratio,
        start: drill.setup.start.into(),
        step: Millis(curves.step_s * 1000),
        you: curves.you.clone(),
        reference: curves.reference.clone(),
        nobody: curves.nobody.clone(),
    }
}

fn failed(card: &Scorecard) -> FailedRow {
    FailedRow {
        you: card.failed.you as f64,
        reference: card.failed.reference as f64,
        nobody: card.failed.nobody as f64,
    }
}

fn evidence(drill: &Drill, ended: &Ended, language: Language) -> Vec<EvidenceRow> {
    let useful = drill.setup.scenario.brief().useful.iter().zip(&ended.debrief.useful);
    useful
        .enumerate()
        .map(|(i, (useful, times))| EvidenceRow {
            knowable: times.knowable.map(Millis::from),
            opened: times.opened.map(Millis::from),
            ..evidence_row(i, useful, language)
        })
        .collect()
}

/// Makes a row of evidence without its times.
pub(crate) fn evidence_row(index: usize, useful: &Useful, language: Language) -> EvidenceRow {
    EvidenceRow {
        order: u32::try_from(index + 1).unwrap_or(u32::MAX),
        screen: texts::screen(useful.screen),
        subject: useful.subject.clone(),
        detail: useful.detail.clone(),
        what: in_language(&useful.what, language),
        decides: useful.decides,
        knowable: None,
        opened: None,
    }
}

fn beliefs(card: &Scorecard) -> Vec<BeliefRow> {
    let rows = card.beliefs.iter().map(|belief| BeliefRow {
        belief: HypothesisRow {
            at: belief.at.into(),
            entity: belief.entity.clone(),
            fault: belief.fault.clone(),
            name: texts::believed(&belief.entity, &belief.fault),
            odds: belief.odds,
        },
        right: belief.right,
    });
    rows.collect()
}

fn advice(drill: &Drill, card: &Scorecard, language: Language) -> Vec<AdviceVerdict> {
    let all = &drill.setup.scenario.brief().advice;
    let shown = card.advice.iter().filter(|result| drill.shows_advice(result.index));
    shown
        .filter_map(|result| {
            let advice = all.get(result.index)?;
            Some(AdviceVerdict {
                text: in_language(&advice.text, language),
                wrong: result.wrong,
                followed: result.followed,
                why: in_language(&advice.why, language),
                points: result.points,
            })
        })
        .collect()
}
