//! Neighbouring steps that have something in common.

/// Returns first and last step of each stretch of steps that are `outside`; stretches with at most `merge` other
/// steps between them are one.
pub(super) fn merged(n: usize, merge: usize, outside: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for idx in (0..n).filter(|&idx| outside(idx)) {
        let close = spans.last().is_some_and(|&(_, last)| idx - last <= merge + 1);
        if close && let Some(span) = spans.last_mut() {
            span.1 = idx;
        } else {
            spans.push((idx, idx));
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_stretches_are_one() {
        let outside = [1, 2, 5, 9];

        assert_eq!(merged(10, 2, |idx| outside.contains(&idx)), [(1, 5), (9, 9)]);
        assert_eq!(merged(10, 3, |idx| outside.contains(&idx)), [(1, 9)]);
        assert!(merged(0, 3, |_| true).is_empty());
    }
}
