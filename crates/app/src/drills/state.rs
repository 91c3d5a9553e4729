//! The running drill as its panel shows it: nothing of what is true, only what was seen, said and done.

use std::sync::Arc;

use wardroom_sim::{Decision, DecisionKind, Due, World};

use crate::context::{App, lock};
use crate::drills::catalogue::{self, in_language};
use crate::drills::moves::{self, Seen};
use crate::drills::rows::{
    ActionCard, AdviceRow, CoachRow, DrillPhase, DrillState, HypothesisRow, ObjectiveRow, TeamRow,
};
use crate::drills::running::{Drill, Inner};
use crate::drills::texts;
use crate::error::AppError;
use crate::settings::Language;
use crate::wire::Millis;

/// Returns the drill of the open workspace; `None` when it is none.
///
/// # Errors
///
/// `no_workspace`; `scenario_unreadable`.
pub fn state(app: &App, language: Language) -> Result<Option<DrillState>, AppError> {
    let open = app.open()?;
    if open.is_drill() { of(&open.require_drill()?, language).map(Some) } else { Ok(None) }
}

fn of(drill: &Arc<Drill>, language: Language) -> Result<DrillState, AppError> {
    let brief = drill.setup.scenario.brief();
    let inner = lock(&drill.inner).clone();
    let entities = drill.setup.scenario.names();
    let (seen, met_since, waits) = {
        let world = lock(&drill.world);
        (Seen::of(&world), world.objectives_met(), waits(&world))
    };
    let due = drill.due_now();
    let declared = inner.decisions.iter().find(|d| matches!(d.what, DecisionKind::Declared));
    let updated = inner.decisions.iter().rev().find(|d| matches!(d.what, DecisionKind::Update { .. }));
    Ok(DrillState {
        id: drill.setup.id.clone(),
        number: brief.number,
        of: in_list(&drill.setup.id)?,
        title: in_language(&brief.title, language),
        difficulty: brief.difficulty,
        briefing: in_language(&brief.briefing, language),
        goal: in_language(&brief.goal, language),
        seed: seed_of(drill),
        trainee: drill.setup.trainee.clone(),
        attempt: inner.attempt,
        branched_at: inner.branched_at.map(Millis::from),
        phase: inner.phase,
        clock: drill.clock(),
        history_whole: inner.history_whole,
        history_missed: inner.older_missed.clone(),
        moves: moves::list(&drill.setup, &inner.decisions, &seen, false),
        coach: coach(drill, &inner, language),
        team: team(drill, &due, &inner, language),
        actions: actions(drill, &inner, &seen, &waits),
        advice: advice(drill, &due, &inner, language),
        objectives: objectives(drill, &seen),
        met_since: met_since.map(Millis::from),
        declared: declared.map(|d| d.at.into()),
        update_due: due.update.filter(|_| inner.phase == DrillPhase::Running).map(Millis::from),
        updated: updated.map(|d| d.at.into()),
        hypothesis: inner.decisions.iter().rev().find_map(belief),
        entities,
        faults: texts::hypotheses(),
        halted: inner.halted.clone(),
        remarks: drill.setup.remarks(),
    })
}

/// Returns how many drills stand in the list beside one; 0 where it is not there itself.
fn in_list(id: &str) -> Result<u32, AppError> {
    let all = catalogue::all()?;
    let is_there = all.iter().any(|found| found.id == id);
    Ok(if is_there { u32::try_from(all.len()).unwrap_or(u32::MAX) } else { 0 })
}

/// Returns the seed as it travels; larger ones than the window can give are not made by it.
pub(crate) fn seed_of(drill: &Drill) -> u32 {
    u32::try_from(drill.setup.seed).unwrap_or(u32::MAX)
}

/// Returns the hypothesis of a decision.
pub(crate) fn belief(decision: &Decision) -> Option<HypothesisRow> {
    let DecisionKind::Hypothesis { entity, fault, odds } = &decision.what else { return None };
    Some(HypothesisRow {
        at: decision.at.into(),
        entity: entity.clone(),
        fault: fault.clone(),
        name: texts::believed(entity, fault),
        odds: *odds,
    })
}

fn coach(drill: &Drill, inner: &Inner, language: Language) -> CoachRow {
    let hints = &drill.setup.scenario.brief().hints;
    let shown = inner.decisions.iter().filter_map(|d| {
        let DecisionKind::Hint { index } = d.what else { return None };
        hints.get(index as usize).map(|hint| in_language(hint, language))
    });
    CoachRow {
        on: drill.setup.coach,
        shown: shown.collect(),
        hints: u32::try_from(hints.len()).unwrap_or(u32::MAX),
        cost: wardroom_sim::HINT_POINTS,
    }
}

fn team(drill: &Drill, due: &Due, inner: &Inner, language: Language) -> Vec<TeamRow> {
    let says = &drill.setup.scenario.brief().says;
    let said = due.said.iter().filter_map(|i| says.get(*i));
    let mut rows: Vec<TeamRow> = said
        .filter(|say| drill.setup.coach || say.role != "coach")
        .map(|say| TeamRow {
            at: drill.setup.start.plus_millis(say.after_s * 1000).into(),
            role: texts::role(&say.role),
            text: in_language(&say.text, language),
            whispered: false,
        })
        .collect();
    for decision in &inner.decisions {
        if let DecisionKind::Whispered { role, text } = &decision.what {
            rows.push(TeamRow {
                at: decision.at.into(),
                role: texts::role(role),
                text: text.clone(),
                whispered: true,
            });
        }
    }
    rows.sort_by_key(|row| row.at);
    rows
}

/// Returns after how many seconds each action that is offered would work, in the order of the offers: what its dry run
/// says, and as a rule where the world refuses it at the moment.
fn waits(world: &World) -> Vec<i64> {
    let catalogue = wardroom_sim::remedy_catalogue();
    let usual = |kind| catalogue.iter().find(|info| info.kind == kind).map_or(0, |info| info.delay_s);
    let offers = world.scenario().brief().remedies.iter();
    offers
        .map(|offer| {
            let said = world.dry_run(&offer.remedy);
            said.map_or_else(|_| usual(offer.remedy.kind), |said| said.delay_s)
        })
        .collect()
}

fn actions(drill: &Drill, inner: &Inner, seen: &Seen, waits: &[i64]) -> Vec<ActionCard> {
    let carried_out: Vec<(&Decision, &wardroom_sim::Remedy)> = inner
        .decisions
        .iter()
        .filter_map(|d| {
            let DecisionKind::Acted { remedy, refused: None } = &d.what else { return None };
            Some((d, remedy))
        })
        .collect();
    let catalogue = wardroom_sim::remedy_catalogue();
    let known = |kind| catalogue.iter().find(|info| info.kind == kind).map_or(1, |info| info.risk);
    let offers = drill.setup.scenario.brief().remedies.iter().zip(waits);
    offers
        .map(|(offer, wait_s)| {
            let last = carried_out.iter().rposition(|(_, remedy)| **remedy == offer.remedy);
            let works_at = last.and_then(|i| seen.works_at.get(i));
            ActionCard {
                remedy: texts::remedy_row(&offer.remedy),
                title: texts::remedy(&offer.remedy),
                effect: texts::remedy_effect(&offer.remedy),
                // The dry run says the kind's own risk; a scenario may find it riskier, never safer.
                risk: offer.risk.max(known(offer.remedy.kind)),
                minutes: *wait_s as f64 / 60.0,
                done: last.map(|i| carried_out[i].0.at.into()),
                running: works_at.is_some_and(|at| *at > seen.now),
            }
        })
        .collect()
}

fn advice(drill: &Drill, due: &Due, inner: &Inner, language: Language) -> Vec<AdviceRow> {
    let answers = |index: usize| {
        inner.decisions.iter().find_map(|d| {
            let DecisionKind::Advice { index: place, followed } = d.what else { return None };
            (place as usize == index).then_some(followed)
        })
    };
    let all = drill.setup.scenario.brief().advice.iter().enumerate();
    all.filter(|(i, _)| drill.shows_advice(*i) && (due.advice.contains(i) || answers(*i).is_some()))
        .map(|(i, advice)| AdviceRow {
            index: u32::try_from(i).unwrap_or(u32::MAX),
            at: drill.setup.start.plus_millis(advice.after_s * 1000).into(),
            text: in_language(&advice.text, language),
            remedy: texts::remedy_row(&advice.remedy),
            action: texts::remedy(&advice.remedy),
            followed: answers(i),
        })
        .collect()
}

fn objectives(drill: &Drill, seen: &Seen) -> Vec<ObjectiveRow> {
    let all = drill.setup.scenario.brief().objectives.iter().zip(&seen.outcome.objectives);
    all.map(|(objective, ratios)| ObjectiveRow {
        component: objective.component.clone(),
        measure: texts::measure(objective.measure),
        wanted: objective.success_ratio,
        hold: Millis(objective.for_s * 1000),
        now: last_minute(ratios),
        start: seen.start.into(),
        step: Millis(seen.outcome.step_s * 1000),
        line: ratios.iter().map(|r| Some(*r)).collect(),
    })
    .collect()
}

fn last_minute(ratios: &[f64]) -> Option<f64> {
    let minute = &ratios[ratios.len().saturating_sub(4)..];
    (!minute.is_empty()).then(|| minute.iter().sum::<f64>() / minute.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drills::decide;
    use crate::drills::tests::{app, by_hand};
    use crate::workspaces;

    #[test]
    fn a_drill_that_somebody_wrote_is_one_of_no_list() {
        assert_eq!(in_list("busy_host"), Ok(0));
        assert!(in_list("replica_lag").is_ok_and(|of| of >= 14));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_card_says_when_it_works_as_its_dry_run_does() {
        let home = tempfile::tempdir().unwrap();
        let app = app(home.path()).await;
        by_hand(&app, home.path()).await;
        let shown = state(&app, Language::En).unwrap().unwrap();

        let mut n_compared = 0;
        for card in &shown.actions {
            let dry = decide::dry_run(&app, &card.remedy).await.unwrap();
            let Some(works_at) = dry.works_at else { continue };
            let wait_ms = (works_at.0 - shown.clock.at.0) as f64;
            assert!((card.minutes * 60_000.0 - wait_ms).abs() < 1.0, "{card:?}: {wait_ms} ms");
            n_compared += 1;
        }

        assert!(n_compared >= 4, "{n_compared} of {}", shown.actions.len());
        workspaces::close(&app).await;
    }
}
