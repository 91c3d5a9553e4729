//! Scripted players: the score has to rank them as a teacher would.

use std::fmt::Write as _;
use std::path::Path;

use wardroom_core::{AlertState, TimeRange, Timestamp};

use super::names::{same_move, same_thing};
use super::runs::reference_orders;
use super::{Decision, DecisionKind, Ending, NO_FAULT, ending, knowable, repeat};
use crate::random::Noise;
use crate::score::{Facts, MoveEffect, Verdict, fork, judge};
use crate::{Brief, OrderKind, Outcome, Remedy, Scenario, Screen, World};

/// Seeds over all scenarios together. 200 take some three minutes; `cargo xtask players` runs them, and they were ranked
/// as they should be when the rules and the scenarios were last changed.
const SEEDS: u64 = 57;

/// Returns the number of seeds.
fn seeds() -> u64 {
    std::env::var("WARDROOM_PLAYER_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(SEEDS)
}

/// Share of the seeds in which the players have to be ranked as they should be.
const RANKED: f64 = 0.95;

/// Longest run that is played, if the reference needs no longer.
const LONGEST_S: i64 = 2400;

/// A Wednesday, 2026-11-18T13:00:00Z.
const START: Timestamp = Timestamp::from_millis(1_795_006_800_000);

/// How somebody plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Player {
    /// Near the reference, with small delays.
    Expert,
    /// Slower, with a wrong idea, a harmless wrong action and late updates.
    Novice,
    /// Does what is offered at random times.
    Random,
    /// Does the riskiest that is offered at once.
    Reckless,
    /// Opens every piece of evidence.
    Collector,
    /// Acknowledges every alert.
    Acknowledger,
    /// Does nothing.
    Idle,
}

const PLAYERS: [Player; 7] = [
    Player::Expert,
    Player::Novice,
    Player::Random,
    Player::Reckless,
    Player::Collector,
    Player::Acknowledger,
    Player::Idle,
];

/// One step of a script.
#[derive(Clone, Debug)]
enum Step {
    /// What does not change the world.
    Say(DecisionKind),
    /// An action.
    Act(Remedy),
    /// Acknowledges all that fires.
    Acknowledge,
}

/// What is the same for all players of one scenario and seed.
struct Table {
    /// Stands at the beginning of the run.
    base: World,
    reference: Outcome,
    nobody_world: World,
    nobody: Outcome,
    knowable: Vec<Option<Timestamp>>,
    ends: Timestamp,
    noise: Noise,
}

impl Table {
    fn new(scenario: &Scenario, seed: u64) -> Self {
        let base = World::new(scenario, seed, START);
        let brief = scenario.brief();
        let last_s = brief.reference.steps.iter().map(|s| s.at_s + 900).max().unwrap_or(0);
        let span_s = brief.span_s.min(LONGEST_S.max(last_s).max(brief.reference.localise_s + 900));
        let ends = START.plus_millis(span_s * 1000);
        let mut reference = base.clone().without_telemetry();
        repeat(&mut reference, &reference_orders(scenario, START, &[]), ends);
        let mut nobody_world = base.clone();
        nobody_world.advance(ends);
        let (nobody, knowable) = (nobody_world.outcome(), knowable(&nobody_world));
        let noise = Noise::new(seed, "player");
        Self { base, reference: reference.outcome(), nobody_world, nobody, knowable, ends, noise }
    }

    fn brief(&self) -> &Brief {
        self.base.scenario().brief()
    }

    /// Whole seconds between two bounds, by a number of its own.
    fn between(&self, draw: i64, from_s: i64, to_s: i64) -> i64 {
        let span = u64::try_from(to_s - from_s).expect("bounds in their order") + 1;
        from_s + i64::try_from(self.noise.bits(draw) % span).expect("less than the span")
    }

    fn script(&self, player: Player) -> Vec<(i64, Step)> {
        match player {
            Player::Expert => self.expert(),
            Player::Novice => self.novice(),
            Player::Random => self.random(),
            Player::Reckless => self.reckless(),
            Player::Collector => self.collector(),
            Player::Acknowledger => self.acknowledger(),
            Player::Idle => Vec::new(),
        }
    }

    /// Opens the useful things, one every few seconds from a time on.
    fn opened(&self, from_s: i64, every_s: i64) -> Vec<(i64, Step)> {
        let useful = self.brief().useful.iter().zip(0_i64..);
        let open = |u: &crate::Useful| DecisionKind::Opened {
            screen: u.screen,
            subject: u.subject.clone(),
            detail: u.detail.clone(),
        };
        useful.map(|(u, i)| (from_s + i * every_s, Step::Say(open(u)))).collect()
    }

    /// States what the reference knows.
    fn truth(&self, odds: f64, with_fault: bool) -> Step {
        let reference = &self.brief().reference;
        let nothing = self.brief().cause.is_none();
        let entity = self.brief().cause.as_ref().map_or_else(|| NO_FAULT.to_owned(), |c| c.entity.clone());
        let fault = if nothing || !with_fault { String::new() } else { reference.fault.clone() };
        Step::Say(DecisionKind::Hypothesis { entity, fault, odds })
    }

    fn expert(&self) -> Vec<(i64, Step)> {
        let reference = &self.brief().reference;
        let detect_s = reference.detect_s + self.between(1, 10, 40);
        let localise_s = reference.localise_s.max(detect_s + 20) + self.between(2, 10, 40);
        let mut script = vec![
            (detect_s, Step::Acknowledge),
            (detect_s + 5, Step::Say(DecisionKind::Declared)),
            (detect_s + 60, update("We see the trouble and look for its cause.")),
            (localise_s, self.truth(0.85, true)),
        ];
        script.extend(self.opened(detect_s + 6, 2));
        for (i, step) in (3_i64..).zip(&reference.steps) {
            let at_s = step.at_s.max(localise_s) + self.between(i, 10, 30);
            script.push((at_s - 5, Step::Say(DecisionKind::DryRun { remedy: step.remedy.clone() })));
            script.push((at_s, Step::Act(step.remedy.clone())));
        }
        for (index, advice) in (0_u32..).zip(&self.brief().advice) {
            let what = DecisionKind::Advice { index, followed: !advice.wrong };
            script.push((advice.after_s + 20, Step::Say(what)));
        }
        script
    }

    fn novice(&self) -> Vec<(i64, Step)> {
        let brief = self.brief();
        let detect_s = brief.reference.detect_s + self.between(1, 90, 180);
        let localise_s = brief.reference.localise_s.max(detect_s) + self.between(2, 180, 360);
        let is_cause = |name: &str| brief.cause.as_ref().is_some_and(|c| same_thing(&c.entity, name));
        let mut others = brief.remedies.iter().map(|o| o.remedy.target.clone());
        let elsewhere = others.find(|t| !is_cause(t)).unwrap_or_else(|| "network".to_owned());
        let wrong = DecisionKind::Hypothesis { entity: elsewhere, fault: String::new(), odds: 0.6 };
        let mut script = vec![
            (detect_s, Step::Acknowledge),
            (detect_s + 10, Step::Say(DecisionKind::Declared)),
            (localise_s - 100, Step::Say(wrong)),
            (localise_s, self.truth(0.6, false)),
            (detect_s + 420, update("Something is slow. We are working on it.")),
        ];
        script.extend(self.opened(localise_s - 130, 15));
        let in_reference = |r: &Remedy| brief.reference.steps.iter().any(|s| same_move(&s.remedy, r));
        let harmless = brief.remedies.iter().find(|o| o.risk == 1 && !in_reference(&o.remedy));
        script.extend(harmless.map(|o| (localise_s - 60, Step::Act(o.remedy.clone()))));
        for (i, step) in (3_i64..).zip(&brief.reference.steps) {
            let at_s = step.at_s.max(localise_s) + self.between(i, 60, 180);
            script.push((at_s - 5, Step::Say(DecisionKind::DryRun { remedy: step.remedy.clone() })));
            script.push((at_s, Step::Act(step.remedy.clone())));
        }
        script
    }

    fn random(&self) -> Vec<(i64, Step)> {
        let offers = &self.brief().remedies;
        let span_s = (self.ends.as_millis() - START.as_millis()) / 1000;
        let last = i64::try_from(offers.len()).expect("a few offers") - 1;
        let n = self.between(10, 3, 5);
        let draw = |i: i64| {
            let which = usize::try_from(self.between(20 + i, 0, last.max(0))).expect("not negative");
            offers.get(which).map(|o| (self.between(30 + i, 1, span_s - 1), Step::Act(o.remedy.clone())))
        };
        (0..n).filter_map(draw).collect()
    }

    fn reckless(&self) -> Vec<(i64, Step)> {
        let brief = self.brief();
        let at_s = brief.reference.detect_s.max(1) + self.between(1, 0, 20);
        let mut offers: Vec<_> = brief.remedies.iter().collect();
        offers.sort_by_key(|o| std::cmp::Reverse(o.risk));
        (0_i64..).zip(offers).take(3).map(|(i, o)| (at_s + i * 10, Step::Act(o.remedy.clone()))).collect()
    }

    fn collector(&self) -> Vec<(i64, Step)> {
        let screens =
            [Screen::Now, Screen::Alerts, Screen::Metrics, Screen::Logs, Screen::Catalog, Screen::Changes];
        let everything =
            |screen| DecisionKind::Opened { screen, subject: String::new(), detail: String::new() };
        let mut script: Vec<(i64, Step)> =
            screens.iter().zip(1_i64..).map(|(s, i)| (i, Step::Say(everything(*s)))).collect();
        for round in 0..4 {
            script.extend(self.opened(10 + round * 300, 5));
        }
        script
    }

    fn acknowledger(&self) -> Vec<(i64, Step)> {
        let run = TimeRange::new(START, self.ends).expect("a run has a length");
        let events = self.nobody_world.alert_events(run);
        let seconds = |at: Timestamp| (at.as_millis() - START.as_millis()) / 1000;
        events
            .iter()
            .filter(|e| e.state == AlertState::Firing)
            .map(|e| {
                let alert = e.alert.labels.to_string();
                (seconds(e.at) + 20, Step::Say(DecisionKind::Acknowledged { alert }))
            })
            .collect()
    }

    /// Plays one and returns the points.
    fn points(&self, player: Player) -> u32 {
        let mut script = self.script(player);
        script.sort_by_key(|(at_s, _)| *at_s);
        // Who only speaks changes nothing, and nothing has to be moved on for it.
        let only_speaks = script.iter().all(|(_, step)| matches!(step, Step::Say(_)));
        // Alerts count for those alone who say something or acknowledge: whoever only acts needs no telemetry.
        let only_acts = script.iter().all(|(_, step)| matches!(step, Step::Act(_)));
        let world = match (only_speaks, only_acts) {
            (true, _) => self.nobody_world.clone(),
            (false, true) => self.base.clone().without_telemetry(),
            (false, false) => self.base.clone(),
        };
        let mut run = Run { world, decisions: Vec::new(), moves: Vec::new() };
        for (at_s, step) in script {
            let at = START.plus_millis(at_s.max(0) * 1000);
            if at >= self.ends {
                break;
            }
            run.take(at, step, self.ends);
        }
        if matches!(player, Player::Expert | Player::Novice) {
            run.close(self.ends, player == Player::Expert);
        }
        // Of what comes after the end only what users feel counts.
        if run.decisions.last().is_some_and(|last| matches!(last.what, DecisionKind::Resolved)) {
            run.world = run.world.without_telemetry();
        }
        if run.world.at() < self.ends {
            run.world.advance(self.ends);
        }
        let you = run.world.outcome();
        let dear = (run.moves, self.knowable.clone());
        let facts = Facts::with(&run.world, &you, &run.decisions, (&self.reference, &self.nobody), dear);
        judge(&facts, &run.decisions).points
    }
}

/// A run that is being played.
struct Run {
    world: World,
    decisions: Vec<Decision>,
    moves: Vec<MoveEffect>,
}

fn update(text: &str) -> Step {
    Step::Say(DecisionKind::Update { text: text.to_owned() })
}

impl Run {
    fn take(&mut self, at: Timestamp, step: Step, ends: Timestamp) {
        // Words need no world, so it is moved on only for what looks at it or changes it.
        match step {
            Step::Say(what) => self.decisions.push(Decision { at, what }),
            Step::Acknowledge => {
                self.go(at);
                let firing = self.world.alerts().into_iter().filter(|a| a.state == AlertState::Firing);
                let what = firing.map(|a| DecisionKind::Acknowledged { alert: a.labels.to_string() });
                self.decisions.extend(what.map(|what| Decision { at, what }));
            }
            Step::Act(remedy) => self.act(at, remedy, ends),
        }
    }

    fn go(&mut self, at: Timestamp) {
        if at > self.world.at() {
            self.world.advance(at);
        }
    }

    fn act(&mut self, at: Timestamp, remedy: Remedy, ends: Timestamp) {
        self.go(at);
        let brief = self.world.scenario().brief().clone();
        let mut made = MoveEffect::of_card(&brief, &self.decisions, at, &remedy);
        let before = self.world.clone();
        let refused = match self.world.order(OrderKind::Remedy(remedy.clone())) {
            Ok(place) => {
                let counted = fork(&before, self.world.orders(), place, (made.window_s, ends));
                made = made.counted(counted);
                None
            }
            Err(refused) => {
                made.effect = Verdict::Refused;
                Some(refused.to_string())
            }
        };
        self.moves.push(made);
        self.decisions.push(Decision { at, what: DecisionKind::Acted { remedy, refused } });
    }

    /// Goes on until the objectives hold, with updates; then declares it resolved.
    fn close(&mut self, ends: Timestamp, tells: bool) {
        let brief = self.world.scenario().brief().clone();
        let last = self.decisions.iter().map(|d| d.at).max().unwrap_or(START);
        let mut at = last.plus_millis(240_000);
        let mut told = last;
        while at < ends {
            self.go(at);
            if tells && at.as_millis() - told.as_millis() >= 480_000 {
                let text = format!("Still at work at {at}.");
                self.decisions.push(Decision { at, what: DecisionKind::Update { text } });
                told = at;
            }
            let resolved = Decision { at, what: DecisionKind::Resolved };
            let outcome = self.world.outcome();
            let stands = ending(&brief, START, at, &outcome, std::slice::from_ref(&resolved));
            if matches!(stands, Ending::Resolved { too_early: None, .. }) {
                if tells {
                    let text = "It is over: users are served again.".to_owned();
                    self.decisions.push(Decision { at, what: DecisionKind::Update { text } });
                }
                self.decisions.push(resolved);
                return;
            }
            at = at.plus_millis(60_000);
        }
    }
}

/// Reads the shipped scenarios, by their file names; the demo's is of another form.
fn scenarios() -> Vec<(String, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/scenarios");
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    let topology = |name: &str| read(&folder.join("topologies").join(format!("{name}.toml")));
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of the scenarios")
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "toml") && !p.ends_with("demo.toml"))
        .collect();
    paths.sort();
    let parse = |path: &Path| {
        let text = read(path).expect("a scenario that can be read");
        // A short history is enough here; where a planned change lies before it, the whole is taken.
        let lines = text.lines().map(|l| if l.starts_with("history_h") { "history_h = 6" } else { l });
        let short = lines.collect::<Vec<_>>().join("\n");
        Scenario::parse(&short, &topology).or_else(|_| Scenario::parse(&text, &topology))
    };
    paths
        .iter()
        .map(|path| {
            let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            let scenario = parse(path).unwrap_or_else(|e| panic!("{name}: {e}"));
            (name, scenario)
        })
        .collect()
}

/// Reports whether the players of one seed are ranked as they should be.
fn ranked(points: [u32; 7]) -> bool {
    let [expert, novice, random, reckless, collector, acknowledger, idle] = points;
    let over_all = [random, reckless, collector, acknowledger, idle].iter().all(|p| novice > *p);
    expert > novice && over_all && collector <= idle && acknowledger <= idle
}

/// Plays all seeds of one worker.
fn play(scenarios: &[(String, Scenario)], worker: u64, workers: u64) -> Vec<(u64, [u32; 7])> {
    let mine = (0..seeds()).filter(|seed| seed % workers == worker);
    mine.map(|seed| {
        let which = usize::try_from(seed).expect("a small number") % scenarios.len();
        let table = Table::new(&scenarios[which].1, 1000 + seed);
        (seed, PLAYERS.map(|player| table.points(player)))
    })
    .collect()
}

/// Returns the table of means, a row for each scenario.
fn means(scenarios: &[(String, Scenario)], results: &[(u64, [u32; 7])]) -> String {
    let mut text = format!("{:<28}", "mean points");
    for player in PLAYERS {
        let _ = write!(text, "{:>14}", format!("{player:?}"));
    }
    let rows = scenarios.iter().map(|(name, _)| name.as_str()).chain(std::iter::once("all"));
    for (which, name) in rows.enumerate() {
        let of_row = |seed: u64| {
            which == scenarios.len() || usize::try_from(seed).is_ok_and(|s| s % scenarios.len() == which)
        };
        let rows: Vec<[u32; 7]> = results.iter().filter(|(seed, _)| of_row(*seed)).map(|r| r.1).collect();
        let _ = write!(text, "\n{name:<28}");
        for i in 0..PLAYERS.len() {
            let sum: u32 = rows.iter().map(|row| row[i]).sum();
            let _ = write!(text, "{:>14.1}", f64::from(sum) / rows.len().max(1) as f64);
        }
    }
    text
}

#[test]
fn players_are_ranked_as_they_should_be_in_nearly_all_seeds() {
    let scenarios = scenarios();
    assert!(!scenarios.is_empty(), "no scenario is shipped");
    let workers = 2;

    let mut results: Vec<(u64, [u32; 7])> = std::thread::scope(|scope| {
        let shared = &scenarios;
        let hands: Vec<_> = (0..workers).map(|w| scope.spawn(move || play(shared, w, workers))).collect();
        hands.into_iter().flat_map(|h| h.join().expect("no player panics")).collect()
    });
    results.sort_unstable();

    println!("{}", means(&scenarios, &results));
    let wrong: Vec<String> = results
        .iter()
        .filter(|(_, points)| !ranked(*points))
        .map(|(seed, points)| {
            let which = usize::try_from(*seed).expect("a small number") % scenarios.len();
            format!("{} seed {}: {points:?}", scenarios[which].0, 1000 + seed)
        })
        .collect();
    let share = 1.0 - wrong.len() as f64 / seeds() as f64;
    println!("\n{:.1} % of {} seeds are ranked as they should be", 100.0 * share, seeds());
    assert!(share >= RANKED, "only {share} are ranked as {PLAYERS:?}:\n{}", wrong.join("\n"));
    let tricks = results.iter().all(|(_, p)| p[4] <= p[6] && p[5] <= p[6]);
    assert!(tricks, "opening or acknowledging everything gains something");
}
