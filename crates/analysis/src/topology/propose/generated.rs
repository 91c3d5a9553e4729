//! Networks with a known answer: cascades of alarms over a device graph, in the manner of a topological Hawkes process.

use wardroom_core::Timestamp;

use super::Event;

/// What a network is like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipe {
    pub(super) seed: u64,
    pub(super) types: u32,
    pub(super) devices: u32,
    /// Causes that a kind has on average.
    pub(super) causes: f64,
    /// Whether every second device shows a kind, and whether alarms repeat themselves.
    pub(super) hard: bool,
}

/// A generated network.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) events: Vec<Event>,
    pub(super) neighbours: Vec<(u32, u32)>,
    pub(super) truth: Vec<(u32, u32)>,
}

/// A stream of numbers (`SplitMix64`: Steele, Lea and Flood, OOPSLA 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: u32) -> u32 {
        u32::try_from(self.next() % u64::from(n.max(1))).unwrap_or(0)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Draws a small count with a mean.
    fn poisson(&mut self, mean: f64) -> u32 {
        let (mut n, mut left) = (0, self.exponential(1.0));
        while left < mean {
            n += 1;
            left += self.exponential(1.0);
        }
        n
    }
}

struct Link {
    effect: u32,
    strength: f64,
    delay_s: f64,
    /// Share of effects that show on a neighbour.
    away: f64,
}

const SPAN_S: f64 = 3_000_000.0;

/// Generates a network.
pub(super) fn network(recipe: Recipe) -> Network {
    let mut dice = Dice(recipe.seed);
    let neighbours = graph(&mut dice, recipe.devices);
    let links = causes(&mut dice, recipe);
    let truth =
        (0..recipe.types).flat_map(|c| links[c as usize].iter().map(move |link| (c, link.effect))).collect();
    let mut next: Vec<Vec<u32>> = vec![Vec::new(); recipe.devices as usize];
    for &(a, b) in &neighbours {
        next[a as usize].push(b);
        next[b as usize].push(a);
    }
    let mut events = roots(&mut dice, recipe);
    let mut from = 0;
    while from < events.len() && events.len() < 60_000 {
        let (what, place, at) = events[from];
        from += 1;
        if recipe.hard && dice.unit() < 0.3 {
            events.push((what, place, at + dice.exponential(60.0)));
        }
        for link in &links[what as usize] {
            for _ in 0..dice.poisson(link.strength) {
                let beside = &next[place as usize];
                let away = !beside.is_empty() && dice.unit() < link.away;
                let there = if away { beside[dice.below(count(beside)) as usize] } else { place };
                events.push((link.effect, there, at + dice.exponential(link.delay_s)));
            }
        }
    }
    Network { events: events.into_iter().map(event).collect(), neighbours, truth }
}

fn count(list: &[u32]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// Whole seconds, as alarm systems keep them.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a time of a generated network is some millions of seconds"
)]
fn event((what, place, at): (u32, u32, f64)) -> Event {
    Event { what, place, start: Timestamp::from_millis(at.floor() as i64 * 1000), end: None }
}

/// A random tree with a few more edges.
fn graph(dice: &mut Dice, devices: u32) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = (1..devices).map(|i| (i - 1 - dice.below(i.min(8)), i)).collect();
    for _ in 0..devices / 8 {
        let (a, b) = (dice.below(devices), dice.below(devices));
        if a != b {
            pairs.push((a, b));
        }
    }
    pairs
}

/// A random order of kinds; every earlier one may cause a later one.
fn causes(dice: &mut Dice, recipe: Recipe) -> Vec<Vec<Link>> {
    let mut rank: Vec<u32> = (0..recipe.types).collect();
    for i in (1..recipe.types).rev() {
        rank.swap(i as usize, dice.below(i + 1) as usize);
    }
    let chance = 2.0 * recipe.causes / f64::from(recipe.types - 1);
    let mut links: Vec<Vec<Link>> = (0..recipe.types).map(|_| Vec::new()).collect();
    for (i, &cause) in rank.iter().enumerate() {
        for &effect in &rank[i + 1..] {
            if dice.unit() < chance {
                let strength = if recipe.hard { dice.between(0.03, 0.3) } else { dice.between(0.05, 0.4) };
                let delay_s = dice.between(2.0_f64.ln(), 240.0_f64.ln()).exp();
                links[cause as usize].push(Link { effect, strength, delay_s, away: dice.between(0.0, 0.8) });
            }
        }
    }
    links
}

/// What begins without a cause.
fn roots(dice: &mut Dice, recipe: Recipe) -> Vec<(u32, u32, f64)> {
    let mut events = Vec::new();
    for what in 0..recipe.types {
        let mean = dice.between(1.0_f64.ln(), 15.0_f64.ln()).exp();
        for place in 0..recipe.devices {
            if recipe.hard && dice.unit() < 0.5 {
                continue;
            }
            let here = if recipe.hard { dice.exponential(mean) } else { mean };
            let n = dice.poisson(here);
            events.extend((0..n).map(|_| (what, place, dice.between(0.0, SPAN_S))));
        }
    }
    events
}
