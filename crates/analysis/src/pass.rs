//! Passes over long columns, which look at the flag of their job so often that it ends within 100 ms.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::atomic::{self, AtomicBool};

use crate::anomaly::Refusal;
use crate::spread;

/// Positions between two looks at the flag: ten milliseconds of the dearest pass, at less than 100 ns a position.
pub(crate) const POSITIONS: usize = 1 << 17;
/// The golden ratio's fraction in units of 2⁻⁶⁴: its multiples fall evenly and in step with no season.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// Values that tell where in a long column a rank lies …
const SAMPLE: usize = 4_096;
/// … and how many of them it may lie off: four standard errors of the middle (half the root of the sample).
const MARGIN: usize = 128;

/// Ends the work once it is cancelled.
pub(crate) fn go_on(cancel: &AtomicBool) -> Result<(), Refusal> {
    #[cfg(test)]
    tests::count_look(cancel);
    if cancel.load(atomic::Ordering::Relaxed) { Err(Refusal::Cancelled) } else { Ok(()) }
}

/// Works on the positions `0..n` in their order, some at a time, with a look at the flag before each.
pub(crate) fn over(n: usize, cancel: &AtomicBool, work: impl FnMut(Range<usize>)) -> Result<(), Refusal> {
    over_dear(n, 1, cancel, work)
}

/// Works on the positions `0..n` as [`over`] does, where each costs as much as `cost` usual ones.
fn over_dear(
    n: usize,
    cost: usize,
    cancel: &AtomicBool,
    mut work: impl FnMut(Range<usize>),
) -> Result<(), Refusal> {
    let some = (POSITIONS / cost.max(1)).max(1);
    go_on(cancel)?;
    for first in (0..n).step_by(some) {
        work(first..n.min(first.saturating_add(some)));
        go_on(cancel)?;
    }
    Ok(())
}

/// Makes one value of each position `0..n`.
pub(crate) fn collect<T>(n: usize, cancel: &AtomicBool, of: impl Fn(usize) -> T) -> Result<Vec<T>, Refusal> {
    let mut all = Vec::with_capacity(n);
    over(n, cancel, |range| all.extend(range.map(&of)))?;
    Ok(all)
}

/// Makes one value of each position `0..n`, each of which costs as much as `cost` usual ones.
pub(crate) fn collect_dear<T>(
    n: usize,
    cost: usize,
    cancel: &AtomicBool,
    of: impl Fn(usize) -> T,
) -> Result<Vec<T>, Refusal> {
    let mut all = Vec::with_capacity(n);
    over_dear(n, cost, cancel, |range| all.extend(range.map(&of)))?;
    Ok(all)
}

/// Makes one value of those positions `0..n` that have one.
pub(crate) fn collect_some<T>(
    n: usize,
    cancel: &AtomicBool,
    of: impl Fn(usize) -> Option<T>,
) -> Result<Vec<T>, Refusal> {
    let mut all = Vec::new();
    over(n, cancel, |range| all.extend(range.filter_map(&of)))?;
    Ok(all)
}

/// Returns `most` positions of `0..n` spread evenly, in no order; all in their order where there are no more.
pub(crate) fn sample(n: usize, most: usize) -> impl Iterator<Item = usize> {
    let spread_out = move |k: u64| {
        let fraction = u128::from(k.wrapping_mul(GOLDEN));
        usize::try_from((fraction * n as u128) >> 64).unwrap_or(0)
    };
    (0..n.min(most)).zip(1_u64..).map(move |(i, k)| if n <= most { i } else { spread_out(k) })
}

/// Returns the values below which so many per mille of the values lie, as [`spread::quantile`] does.
pub(crate) fn quantiles<const N: usize>(
    values: &[f64],
    permilles: [usize; N],
    cancel: &AtomicBool,
) -> Result<[f64; N], Refusal> {
    let mut found = [0.0; N];
    if values.len() <= POSITIONS {
        let mut own = values.to_vec();
        for (found, permille) in found.iter_mut().zip(permilles) {
            *found = spread::quantile(&mut own, permille);
        }
        return Ok(found);
    }
    for (found, permille) in found.iter_mut().zip(permilles) {
        let own = collect(values.len(), cancel, |i| values[i])?;
        let rank = (values.len() - 1) * permille.min(1000) / 1000;
        *found = ranked(own, rank, f64::total_cmp, cancel)?.unwrap_or(0.0);
    }
    Ok(found)
}

/// Returns the value of rank `rank`, the smallest being 0; `None` beyond the last.
///
/// A sample tells between which two values it lies; what lies outside of them is only counted. Cost: linear.
pub(crate) fn ranked<T: Copy>(
    mut values: Vec<T>,
    mut rank: usize,
    order: impl Fn(&T, &T) -> Ordering,
    cancel: &AtomicBool,
) -> Result<Option<T>, Refusal> {
    while values.len() > POSITIONS {
        let mut some: Vec<T> = sample(values.len(), SAMPLE).map(|i| values[i]).collect();
        some.sort_unstable_by(&order);
        let place = rank.min(values.len()) * (SAMPLE - 1) / values.len();
        let (low, high) = (some[place.saturating_sub(MARGIN)], some[(place + MARGIN).min(SAMPLE - 1)]);
        let (mut below, mut low_ones, mut between) = (0, 0, Vec::new());
        over(values.len(), cancel, |range| {
            for value in &values[range] {
                match (order(value, &low), order(value, &high)) {
                    (Ordering::Less, _) => below += 1,
                    (Ordering::Equal, _) => low_ones += 1,
                    (Ordering::Greater, Ordering::Greater) => {}
                    (Ordering::Greater, Ordering::Less | Ordering::Equal) => between.push(*value),
                }
            }
        })?;
        if (below..below + low_ones).contains(&rank) {
            return Ok(Some(low));
        }
        // A sample that misleads, or values of which most are equal to the upper one: they are sorted out at once.
        let first = below + low_ones;
        if !(first..first + between.len()).contains(&rank) || between.len() > values.len() / 2 {
            break;
        }
        rank -= first;
        values = between;
    }
    if rank >= values.len() {
        return Ok(None);
    }
    let (_, value, _) = values.select_nth_unstable_by(rank, order);
    Ok(Some(*value))
}

/// Returns the positions of keys in the order of the keys; equal keys keep their order.
///
/// Parts are sorted and then merged, with looks at the flag between. Cost: n log n, linear for keys that are sorted.
pub(crate) fn sorted(keys: &[i64], cancel: &AtomicBool) -> Result<Vec<usize>, Refusal> {
    let mut order = collect(keys.len(), cancel, |i| i)?;
    if keys.is_sorted() {
        return Ok(order);
    }
    for part in order.chunks_mut(POSITIONS) {
        part.sort_by_key(|&i| keys[i]);
        go_on(cancel)?;
    }
    let mut width = POSITIONS;
    while width < order.len() {
        let mut merged = Vec::with_capacity(order.len());
        for pair in order.chunks(2 * width) {
            let (first, second) = pair.split_at(width.min(pair.len()));
            merge(first, second, keys, &mut merged, cancel)?;
        }
        order = merged;
        width *= 2;
    }
    Ok(order)
}

/// Appends the positions of two sorted parts in the order of their keys; of equal keys those of the first come first.
fn merge(
    mut first: &[usize],
    mut second: &[usize],
    keys: &[i64],
    merged: &mut Vec<usize>,
    cancel: &AtomicBool,
) -> Result<(), Refusal> {
    over(first.len() + second.len(), cancel, |range| {
        for _ in range {
            let next = match (first.split_first(), second.split_first()) {
                (Some((a, rest)), Some((b, _))) if keys[*a] <= keys[*b] => {
                    first = rest;
                    a
                }
                (_, Some((b, rest))) => {
                    second = rest;
                    b
                }
                (Some((a, rest)), None) => {
                    first = rest;
                    a
                }
                (None, None) => return,
            };
            merged.push(*next);
        }
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::Cell;

    use super::*;

    /// A flag, the looks at it so far, and the one that finds it set.
    #[derive(Clone, Copy)]
    struct Watched {
        flag: *const AtomicBool,
        looks: usize,
        last: usize,
    }

    thread_local! {
        static WATCHED: Cell<Option<Watched>> = const { Cell::new(None) };
    }

    /// Sets the flag when the look that [`cancelled_at`] named has come.
    pub(super) fn count_look(cancel: &AtomicBool) {
        let Some(mut watched) = WATCHED.get().filter(|watched| std::ptr::eq(watched.flag, cancel)) else {
            return;
        };
        watched.looks += 1;
        if watched.looks >= watched.last {
            cancel.store(true, atomic::Ordering::Relaxed);
        }
        WATCHED.set(Some(watched));
    }

    /// Does work of this thread that is cancelled at its `last` look; returns what came of it and the looks.
    pub(crate) fn cancelled_at<T>(last: usize, work: impl FnOnce(&AtomicBool) -> T) -> (T, usize) {
        let cancel = AtomicBool::new(false);
        WATCHED.set(Some(Watched { flag: &raw const cancel, looks: 0, last }));
        let answer = work(&cancel);
        (answer, WATCHED.take().map_or(0, |watched| watched.looks))
    }

    #[test]
    fn ranks_of_long_columns_are_those_of_a_sort() {
        let go = AtomicBool::new(false);
        let n = 3 * POSITIONS + 7;
        let wave = |i: usize| ((i * i + 7 * i) % 100_003) as f64 - (i % 1_440) as f64;
        let steps = |i: usize| (i % 3) as f64;
        let rising = |i: usize| i as f64;
        let rare = |i: usize| f64::from(u8::from(i.is_multiple_of(1_000)));
        for (name, values) in [
            ("wave", (0..n).map(wave).collect::<Vec<f64>>()),
            ("steps", (0..n).map(steps).collect()),
            ("rising", (0..n).map(rising).collect()),
            ("rare", (0..n).map(rare).collect()),
            ("constant", vec![4.0; n]),
        ] {
            for permille in [0, 1, 50, 500, 750, 950, 999, 1000] {
                let [found] = quantiles(&values, [permille], &go).expect("not cancelled");
                let sorted = spread::quantile(&mut values.clone(), permille);
                assert_eq!(found.to_bits(), sorted.to_bits(), "{name} {permille}");
            }
        }
        assert_eq!(ranked(vec![1.0; n], n, f64::total_cmp, &go), Ok(None));
    }

    #[test]
    fn keys_in_any_order_are_sorted_as_a_stable_sort_does_and_the_sort_can_be_cancelled() {
        let n = 3 * POSITIONS + 7;
        let key = |i: usize| i64::try_from(i).expect("positions are small");
        let wave = |i: usize| key((i * i + 7 * i) % 1_003);
        let falling = |i: usize| -key(i);
        let steps = |i: usize| key(i / 7 % 3);
        for (name, keys) in [
            ("wave", (0..n).map(wave).collect::<Vec<i64>>()),
            ("falling", (0..n).map(falling).collect()),
            ("steps", (0..n).map(steps).collect()),
            ("short", (0..5).map(wave).collect()),
            ("none", Vec::new()),
        ] {
            let mut by_std: Vec<usize> = (0..keys.len()).collect();
            by_std.sort_by_key(|&i| keys[i]);

            let (order, looks) = cancelled_at(usize::MAX, |cancel| sorted(&keys, cancel));

            assert_eq!(order, Ok(by_std), "{name}");
            assert_eq!(cancelled_at(looks, |cancel| sorted(&keys, cancel)), (Err(Refusal::Cancelled), looks));
        }
    }

    #[test]
    fn dear_positions_have_as_many_more_looks() {
        let ((), looks) = cancelled_at(usize::MAX, |cancel| {
            let squares = collect_dear(POSITIONS, 16, cancel, |i| i * i).expect("not cancelled");
            assert_eq!((squares.len(), squares[3]), (POSITIONS, 9));
        });

        assert_eq!(looks, 17);
    }

    #[test]
    fn work_that_is_cancelled_in_the_middle_ends_there() {
        let cancel = AtomicBool::new(false);
        let mut worked = 0;

        let end = over(10 * POSITIONS, &cancel, |range| {
            worked = range.end;
            cancel.store(range.end >= 3 * POSITIONS, atomic::Ordering::Relaxed);
        });

        assert_eq!((end, worked), (Err(Refusal::Cancelled), 3 * POSITIONS));
    }

    #[test]
    fn every_position_is_worked_on_once_and_in_order() {
        let go = AtomicBool::new(false);
        for n in [0, 1, POSITIONS, POSITIONS + 1] {
            assert_eq!(collect(n, &go, |i| i).expect("not cancelled"), (0..n).collect::<Vec<usize>>());
        }
        let even = collect_some(6, &go, |i| i.is_multiple_of(2).then_some(i));
        assert_eq!(even, Ok(vec![0, 2, 4]));
    }
}
