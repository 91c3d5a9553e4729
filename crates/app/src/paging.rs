//! Pages of a list: which of its rows one answer to the window holds.

/// Returns the rows of a page, of which there are at least one and at most `most`, however many are asked for; none
/// behind the end of the list.
pub(crate) fn shown<Row>(rows: &[Row], offset: u32, limit: u32, most: u32) -> &[Row] {
    let first = rows.len().min(offset as usize);
    let last = rows.len().min(first.saturating_add(limit.clamp(1, most) as usize));
    &rows[first..last]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_to_what_an_answer_may_hold_and_to_the_list() {
        let rows = [0, 1, 2, 3, 4];

        assert_eq!(shown(&rows, 0, 100, 3), [0, 1, 2]);
        assert_eq!(shown(&rows, 3, 100, 3), [3, 4]);
        assert_eq!(shown(&rows, 1, 0, 3), [1]);
        assert_eq!(shown(&rows, u32::MAX, u32::MAX, u32::MAX), [0; 0]);
    }
}
