//! Random worlds: directed graphs of three to ten components with random numbers, faults and orders.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::faults;
use crate::order::{FaultSpec, Onset, OrderKind, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::proof::judge::Draw;
use crate::proof::scene::{Scene, after};
use crate::remedies;
use crate::target::Target;
use crate::world::World;

/// From what a random world follows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipe {
    pub(super) seed: u64,
    /// Components, 3 to 10.
    pub(super) n_components: usize,
    pub(super) n_faults: usize,
    pub(super) n_orders: usize,
}

/// Seconds within which faults begin and orders are given.
const BUSY_S: usize = 480;

/// From what the random worlds of all properties follow.
const SEED: u64 = 20_261_118;

/// Returns how a property is tried on so many worlds.
pub(super) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        // A smaller world that fails as well is worth a few tries, not minutes.
        max_shrink_iters: 24,
        failure_persistence: None,
        // The same worlds in every run: whoever changes the engine sees what they changed.
        rng_seed: RngSeed::Fixed(SEED),
        ..ProptestConfig::default()
    }
}

/// Returns random recipes with faults and orders.
pub(super) fn recipes() -> impl Strategy<Value = Recipe> {
    (any::<u64>(), 3_usize..=10, 0_usize..=3, 0_usize..=4).prop_map(
        |(seed, n_components, n_faults, n_orders)| Recipe { seed, n_components, n_faults, n_orders },
    )
}

/// Moves a world from a second of the run to another and gives it the orders that fall into the time.
pub(super) fn follow(world: &mut World, orders: &[(i64, OrderKind)], from_s: i64, to_s: i64) {
    for (at_s, what) in orders.iter().filter(|(at_s, _)| (from_s..to_s).contains(at_s)) {
        world.advance(after(*at_s));
        // What is refused changes nothing; that is part of the property.
        let _ = world.order(what.clone());
    }
    world.advance(after(to_s));
}

impl Recipe {
    /// Returns the scene, with its faults, and what is ordered at which second, in the order of time.
    pub(super) fn cook(self) -> (Scene, Vec<(i64, OrderKind)>) {
        let mut draw = Draw::new(self.seed);
        let mut scene = self.quiet(&mut draw);
        let scenario = scene.parse();
        let plan = scenario.plan();
        let names = names(plan);
        scene.faults = (0..self.n_faults).filter_map(|_| fault(plan, &names, &mut draw)).collect();
        let mut orders: Vec<(i64, OrderKind)> =
            (0..self.n_orders).map(|_| (second(&mut draw), remedy(plan, &names, &mut draw))).collect();
        orders.sort_by_key(|(at, _)| *at);
        (scene, orders)
    }

    /// Returns the scene without faults.
    fn quiet(self, draw: &mut Draw) -> Scene {
        let parts = Parts::choose(self.n_components, draw);
        let world = parts.text(draw);
        let reload = share(draw, &[0.0, 0.3]);
        Scene {
            world,
            entry: parts.entry.clone(),
            span_min: 15,
            history_h: 6,
            local_hour: pick(draw, 24) as f64,
            load: format!("reload_ratio = {reload:?}\nnoise_ratio = {:?}\n", share(draw, &[0.0, 0.02, 0.05])),
            faults: Vec::new(),
            more: String::new(),
        }
    }
}

/// The components of a random world by kind.
#[derive(Debug)]
struct Parts {
    entry: String,
    balanced: bool,
    services: Vec<String>,
    cached: bool,
    queued: bool,
    databases: Vec<String>,
}

impl Parts {
    fn choose(n: usize, draw: &mut Draw) -> Self {
        let mut parts = Self {
            entry: "front".to_owned(),
            balanced: false,
            services: vec!["front".to_owned()],
            cached: false,
            queued: false,
            databases: vec!["store".to_owned()],
        };
        while parts.len() < n {
            match pick(draw, 8) {
                0 if !parts.balanced => {
                    parts.balanced = true;
                    "edge".clone_into(&mut parts.entry);
                }
                1 | 2 if !parts.cached => parts.cached = true,
                3 | 4 if !parts.queued && parts.len() + 2 <= n => parts.queued = true,
                5 if parts.databases.len() < 2 => parts.databases.push("ledger".to_owned()),
                _ => parts.services.push(format!("svc-{}", parts.services.len())),
            }
        }
        parts
    }

    fn len(&self) -> usize {
        let single = usize::from(self.balanced) + usize::from(self.cached) + 2 * usize::from(self.queued);
        self.services.len() + self.databases.len() + single
    }

    /// Writes the table `world`.
    fn text(&self, draw: &mut Draw) -> String {
        let mut tables = vec!["[world]\nmissed_scrape_ratio = 0.001\n\n".to_owned()];
        for (zone, hosts) in [("east", "\"h1\", \"h2\""), ("west", "\"h3\", \"h4\"")] {
            let cores = [4.0, 8.0, 16.0][pick(draw, 3)];
            tables.push(format!(
                "[[world.host]]\nnames = [{hosts}]\nzone = \"{zone}\"\nmemory_gib = 96\ncores = {cores:?}\n\n"
            ));
        }
        if self.balanced {
            let table = "[[world.balancer]]\nnames = [\"edge\"]\ntechnology = \"haproxy\"\ninstances = 1\n\
                         team = \"team-net\"\ntier = 1\nbehind = \"front\"\nhealth_check_s = 10\n\n";
            tables.push(table.to_owned());
        }
        for at in 0..self.services.len() {
            tables.push(self.service(at, draw));
        }
        if self.cached {
            tables.push(format!(
                "[[world.cache]]\nnames = [\"memo\"]\ntechnology = \"redis\"\ninstances = 1\nteam = \"team-data\"\ntier = 2\n\
                 hit_ratio = {:?}\nworking_set = {:?}\n\n",
                share(draw, &[0.5, 0.9, 0.98]),
                share(draw, &[200.0, 5_000.0])
            ));
        }
        if self.queued {
            tables.push(format!(
                "[[world.broker]]\nnames = [\"bus\"]\ntechnology = \"kafka\"\ninstances = 1\nteam = \"team-data\"\ntier = 2\n\n\
                 [[world.worker]]\nnames = [\"taker\"]\ntechnology = \"python\"\ninstances = {}\nteam = \"team-data\"\ntier = 3\n\
                 own_ms = {:?}\ncalls = [{{ to = \"bus\" }}, {{ to = \"store\", kind = \"write\" }}]\n\n",
                1 + pick(draw, 3),
                5.0 + 60.0 * draw.uniform()
            ));
        }
        for name in &self.databases {
            tables.push(format!(
                "[[world.database]]\nnames = [\"{name}\"]\ntechnology = \"{}\"\ninstances = {}\nteam = \"team-data\"\ntier = 1\n\
                 workers = {}\nown_ms = {:?}\nmax_connections = {}\n\n",
                ["postgres", "mysql"][pick(draw, 2)],
                1 + pick(draw, 3),
                8 << pick(draw, 3),
                1.0 + 6.0 * draw.uniform(),
                60 + pick(draw, 200)
            ));
        }
        let peak = 2.0 + 60.0 * draw.uniform();
        tables.push(format!("[[world.entry]]\ncomponent = \"{}\"\npeak_rps = {peak:?}\n\n", self.entry));
        tables.concat()
    }

    /// Writes one service with what it asks. The last one always writes to every database, so that none stands alone.
    fn service(&self, at: usize, draw: &mut Draw) -> String {
        let last = at + 1 == self.services.len();
        let mut calls: Vec<String> = Vec::new();
        for (to, name) in self.services.iter().enumerate().skip(at + 1) {
            // The next one is always asked, so that requests reach all of them.
            if to == at + 1 || pick(draw, 4) == 0 {
                calls.push(format!("{{ to = \"{name}\", {} }}", call(draw)));
            }
        }
        if last && self.cached {
            calls.push("{ to = \"memo\" }".to_owned());
            calls.push(format!("{{ to = \"store\", kind = \"read\", behind = \"memo\", {} }}", call(draw)));
        } else if pick(draw, 2) == 0 {
            calls.push(format!("{{ to = \"store\", kind = \"read\", pool = {} }}", 2 + pick(draw, 20)));
        }
        for name in self.databases.iter().filter(|_| last) {
            calls.push(format!("{{ to = \"{name}\", kind = \"write\", per_request = 0.3, {} }}", call(draw)));
        }
        if last && self.queued {
            calls.push("{ to = \"bus\" }".to_owned());
        }
        format!(
            "[[world.service]]\nnames = [\"{}\"]\ntechnology = \"{}\"\ninstances = {}\nteam = \"team-web\"\ntier = 2\nworkers = {}\n\
             own_ms = {:?}\nvariation = {:?}\nbacklog = {}\nerror_ratio = {:?}\ncalls = [{}]\n\n",
            self.services[at],
            ["go", "java", "node", "python"][pick(draw, 4)],
            1 + pick(draw, 3),
            1 << pick(draw, 7),
            1.0 + 40.0 * draw.uniform(),
            share(draw, &[0.25, 1.0, 2.0]),
            [0, 8, 64, 256][pick(draw, 4)],
            share(draw, &[0.0, 0.001, 0.02]),
            calls.join(", ")
        )
    }
}

/// Returns the numbers of a random call.
fn call(draw: &mut Draw) -> String {
    let breaker = if pick(draw, 3) == 0 { ", breaker = { failure_ratio = 0.5, open_s = 20 }" } else { "" };
    format!(
        "timeout_ms = {:?}, retries = {}, retry_budget = {:?}{breaker}",
        50.0 + 2_000.0 * draw.uniform(),
        pick(draw, 4),
        share(draw, &[0.1, 0.3, 2.0])
    )
}

/// Returns all names that an order can be about.
fn names(plan: &Plan) -> Vec<String> {
    let mut names: Vec<String> = plan.components.iter().map(|c| c.name.clone()).collect();
    names.extend(plan.instances.iter().map(|i| i.name.clone()));
    names.extend(plan.hosts.iter().map(|h| h.name.clone()));
    names.extend(["east".to_owned(), "west".to_owned()]);
    let name = |c: usize| &plan.components[c].name;
    names.extend(plan.edges.iter().map(|e| format!("{} -> {}", name(e.from), name(e.to))));
    names.extend(plan.components.iter().map(|c| format!("{} -> west", c.name)));
    names
}

/// Draws a name that is such a target; `None` when there is none in this world.
fn target(target: Target, plan: &Plan, names: &[String], draw: &mut Draw) -> Option<String> {
    let fitting: Vec<&String> = names.iter().filter(|n| target.find(plan, n).is_ok()).collect();
    (!fitting.is_empty()).then(|| fitting[pick(draw, fitting.len())].clone())
}

fn fault(plan: &Plan, names: &[String], draw: &mut Draw) -> Option<FaultSpec> {
    let kind = faults::ALL[pick(draw, faults::ALL.len())];
    let about = faults::about(kind);
    let target = target(about.target, plan, names, draw)?;
    let way = if about.ways.is_empty() { "" } else { about.ways[pick(draw, about.ways.len())] };
    let spec = FaultSpec {
        kind,
        target,
        at_s: second(draw),
        onset: Onset::Sudden,
        for_s: (pick(draw, 3) == 0).then_some(120),
        values: std::collections::BTreeMap::new(),
        way: way.to_owned(),
    };
    faults::check(plan, &spec).is_ok().then_some(spec)
}

fn remedy(plan: &Plan, names: &[String], draw: &mut Draw) -> OrderKind {
    let kind: RemedyKind = remedies::ALL[pick(draw, remedies::ALL.len())];
    // An alert takes any name; a target that does not exist has to be refused, not to break anything.
    let target =
        target(remedies::about(kind).target, plan, names, draw).unwrap_or_else(|| "nothing".to_owned());
    let amount = (pick(draw, 2) == 0).then(|| share(draw, &[0.0, 0.3, 1.0, 4.0, 30.0, 500.0]));
    OrderKind::Remedy(Remedy { kind, target, amount })
}

fn second(draw: &mut Draw) -> i64 {
    i64::try_from(30 + pick(draw, BUSY_S)).unwrap_or(30)
}

fn share(draw: &mut Draw, values: &[f64]) -> f64 {
    values[pick(draw, values.len())]
}

/// Draws a position below `n`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the product is from 0 to n")]
fn pick(draw: &mut Draw, n: usize) -> usize {
    ((draw.uniform() * n as f64) as usize).min(n - 1)
}
