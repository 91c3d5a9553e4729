//! Beginnings in order, by place and kind, and what follows what within five windows.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Event;

/// The windows in milliseconds: from what follows at once to what takes an hour to build up.
pub(super) const WINDOWS: [i64; 5] = [5_000, 30_000, 120_000, 600_000, 3_600_000];

/// A number for each window.
type PerWindow = [f64; WINDOWS.len()];

/// What is seen on one place: kinds in ascending order, each with its times in ascending order.
#[derive(Clone, Debug, Default)]
struct Stream {
    kinds: Vec<(u32, Vec<i64>)>,
    /// Every beginning with the position of its kind, in the order of time.
    all: Vec<(i64, usize)>,
    /// For every kind, the share of time from which its next beginning is not farther than each window.
    covered: Vec<PerWindow>,
}

/// All beginnings.
#[derive(Clone, Debug)]
pub(super) struct Starts {
    /// For every place in ascending order of its number: its kinds with their times.
    places: Vec<BTreeMap<u32, Vec<i64>>>,
    /// The position of a place by its number.
    position: BTreeMap<u32, usize>,
    /// For every kind, the positions of the places where it is seen.
    seen: Vec<Vec<usize>>,
    counts: Vec<f64>,
    /// How long the record is, in milliseconds.
    span: f64,
}

impl Starts {
    pub(super) fn new(events: &[Event], types: usize) -> Self {
        let mut by_place: BTreeMap<u32, BTreeMap<u32, Vec<i64>>> = BTreeMap::new();
        let mut counts = vec![0.0; types];
        let (mut first, mut last) = (i64::MAX, i64::MIN);
        for event in events.iter().filter(|e| (e.what as usize) < types) {
            let at = event.start.as_millis();
            by_place.entry(event.place).or_default().entry(event.what).or_default().push(at);
            counts[event.what as usize] += 1.0;
            (first, last) = (first.min(at), last.max(at));
        }
        let mut seen = vec![Vec::new(); types];
        let mut position = BTreeMap::new();
        let mut places = Vec::with_capacity(by_place.len());
        for (number, mut kinds) in by_place {
            for (&kind, times) in &mut kinds {
                times.sort_unstable();
                seen[kind as usize].push(places.len());
            }
            position.insert(number, places.len());
            places.push(kinds);
        }
        let span = last.saturating_sub(first).max(0) as f64 + 1000.0;
        Self { places, position, seen, counts, span }
    }

    pub(super) fn kinds(&self) -> u32 {
        u32::try_from(self.counts.len()).unwrap_or(u32::MAX)
    }

    /// Returns how often a kind began.
    pub(super) fn count_of(&self, kind: u32) -> f64 {
        self.counts[kind as usize]
    }

    /// Returns on how many places a kind was seen.
    pub(super) fn places_of(&self, kind: u32) -> f64 {
        self.seen[kind as usize].len() as f64
    }

    /// Returns, for every place, the positions of itself and of those next to it.
    fn around(&self, pairs: &[(u32, u32)]) -> Vec<BTreeSet<usize>> {
        let mut around: Vec<BTreeSet<usize>> = (0..self.places.len()).map(|p| BTreeSet::from([p])).collect();
        for (a, b) in pairs {
            if let (Some(&a), Some(&b)) = (self.position.get(a), self.position.get(b)) {
                around[a].insert(b);
                around[b].insert(a);
            }
        }
        around
    }
}

impl Stream {
    /// Merges what is seen on some places.
    fn of(starts: &Starts, around: &BTreeSet<usize>) -> Self {
        let mut merged: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        for &place in around {
            for (&kind, times) in &starts.places[place] {
                merged.entry(kind).or_default().extend(times);
            }
        }
        let mut stream = Self::default();
        for (kind, mut times) in merged {
            times.sort_unstable();
            stream.all.extend(times.iter().map(|&t| (t, stream.kinds.len())));
            stream.covered.push(WINDOWS.map(|w| covered(&times, w, starts.span)));
            stream.kinds.push((kind, times));
        }
        stream.all.sort_unstable();
        stream
    }

    /// Hands the delay to the next beginning of every kind within the last window to `take`, by the kind's position.
    fn next(&self, at: i64, met: &mut Met, mut take: impl FnMut(usize, i64)) {
        let until = at.saturating_add(WINDOWS[WINDOWS.len() - 1]);
        let from = self.all.partition_point(|&(t, _)| t < at);
        let to = self.all.partition_point(|&(t, _)| t <= until);
        // Many beginnings of few kinds are asked by kind, few beginnings one by one.
        if to - from > self.kinds.len() * 8 {
            for (k, (_, times)) in self.kinds.iter().enumerate() {
                if let Some(&next) = times.get(times.partition_point(|&t| t < at)).filter(|&&t| t <= until) {
                    take(k, next.saturating_sub(at));
                }
            }
            return;
        }
        met.begin(self.kinds.len());
        for &(t, k) in &self.all[from..to] {
            if met.first_time(k) {
                take(k, t.saturating_sub(at));
            }
        }
    }

    fn position(&self, kind: u32) -> Option<usize> {
        self.kinds.binary_search_by_key(&kind, |(k, _)| *k).ok()
    }

    fn times(&self, kind: u32) -> &[i64] {
        self.position(kind).map_or(&[], |i| &self.kinds[i].1)
    }
}

/// Returns the share of all time from which the next of `times` is at most `window` away.
fn covered(times: &[i64], window: i64, span: f64) -> f64 {
    let gaps = times.windows(2).map(|w| w[1].saturating_sub(w[0]).min(window));
    let sum: f64 = gaps.chain(times.first().map(|_| window)).map(|gap| gap as f64).sum();
    (sum / span).min(1.0)
}

/// How one kind follows another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    pub(super) effect: u32,
    /// By how many beginnings of the cause more than by chance the effect followed, for each window.
    pub(super) excess: PerWindow,
    /// The largest of these in standard deviations.
    pub(super) deviations: f64,
}

/// What follows what on the same places, or on these and the neighbouring ones.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    streams: Vec<Stream>,
    /// For every cause its effects, in ascending order.
    rows: Vec<Vec<Fact>>,
}

impl Reading {
    /// Reads what follows on the same place and on those that `pairs` connect with it.
    pub(super) fn of(starts: &Starts, pairs: &[(u32, u32)]) -> Self {
        let around = starts.around(pairs);
        let streams: Vec<Stream> = around.par_iter().map(|a| Stream::of(starts, a)).collect();
        let rows = (0..starts.kinds())
            .into_par_iter()
            .map_init(Scratch::default, |scratch, cause| row(starts, &streams, scratch, cause))
            .collect();
        Self { streams, rows }
    }

    pub(super) fn row(&self, cause: u32) -> &[Fact] {
        &self.rows[cause as usize]
    }

    pub(super) fn fact(&self, cause: u32, effect: u32) -> Option<&Fact> {
        let row = self.row(cause);
        row.binary_search_by_key(&effect, |f| f.effect).ok().map(|i| &row[i])
    }

    /// Returns how many beginnings of the cause were followed by the effect, and the median delay.
    pub(super) fn support_and_lag(&self, starts: &Starts, cause: u32, effect: u32) -> (u32, i64) {
        let longest = WINDOWS[WINDOWS.len() - 1];
        let mut delays = Vec::new();
        for &place in &starts.seen[cause as usize] {
            let effects = self.streams[place].times(effect);
            for &at in &starts.places[place][&cause] {
                let next = effects.get(effects.partition_point(|&t| t < at));
                delays.extend(next.map(|t| t.saturating_sub(at)).filter(|&d| d <= longest));
            }
        }
        let middle = delays.len() / 2;
        let lag = if delays.is_empty() { 0 } else { *delays.select_nth_unstable(middle).1 };
        (u32::try_from(delays.len()).unwrap_or(u32::MAX), lag)
    }
}

/// Which kinds were met in one window; begins anew without being emptied.
#[derive(Debug, Default)]
struct Met {
    turn: u64,
    last: Vec<u64>,
}

impl Met {
    fn begin(&mut self, kinds: usize) {
        self.turn += 1;
        if self.last.len() < kinds {
            self.last.resize(kinds, 0);
        }
    }

    fn first_time(&mut self, kind: usize) -> bool {
        std::mem::replace(&mut self.last[kind], self.turn) != self.turn
    }
}

/// Memory that rows share, one after the other.
#[derive(Debug, Default)]
struct Scratch {
    met: Met,
    /// For every kind, how often it was next within each window alone; zero again after a row.
    counted: Vec<PerWindow>,
    touched: Vec<u32>,
}

/// Counts what follows one cause, and takes off what chance would give.
fn row(starts: &Starts, streams: &[Stream], scratch: &mut Scratch, cause: u32) -> Vec<Fact> {
    let Scratch { met, counted, touched } = scratch;
    counted.resize(starts.counts.len(), [0.0; WINDOWS.len()]);
    for &place in &starts.seen[cause as usize] {
        let stream = &streams[place];
        for &at in &starts.places[place][&cause] {
            stream.next(at, met, |k, delay| {
                let effect = stream.kinds[k].0;
                let sums = &mut counted[effect as usize];
                if sums.iter().sum::<f64>() <= 0.0 {
                    touched.push(effect);
                }
                // Of two that begin at the same moment either may have been the first.
                sums[WINDOWS.partition_point(|&w| w < delay)] += if delay == 0 { 0.5 } else { 1.0 };
            });
        }
    }
    touched.sort_unstable();
    let facts = touched
        .drain(..)
        .map(|effect| (effect, std::mem::take(&mut counted[effect as usize])))
        .filter(|(effect, _)| *effect != cause)
        .map(|(effect, sums)| fact(effect, sums, chance(starts, streams, cause, effect)));
    facts.collect()
}

/// Returns after how many beginnings of the cause the effect would follow by chance, for each window.
fn chance(starts: &Starts, streams: &[Stream], cause: u32, effect: u32) -> PerWindow {
    let mut sums = [0.0; WINDOWS.len()];
    for &place in &starts.seen[cause as usize] {
        let Some(k) = streams[place].position(effect) else { continue };
        let n = starts.places[place][&cause].len() as f64;
        for (sum, share) in sums.iter_mut().zip(streams[place].covered[k]) {
            *sum += n * share;
        }
    }
    sums
}

/// Compares what was counted in each window alone with what chance gives within it.
fn fact(effect: u32, counted: PerWindow, chance: PerWindow) -> Fact {
    let (mut excess, mut deviations, mut within) = ([0.0; WINDOWS.len()], 0.0_f64, 0.0);
    for w in 0..WINDOWS.len() {
        within += counted[w];
        let more = within - chance[w];
        excess[w] = more.max(0.0);
        deviations = deviations.max(more / (chance[w] + 1.0).sqrt());
    }
    Fact { effect, excess, deviations }
}
