//! Joins selectors that differ in their metric's name only: following asks for all of them every few seconds.

use crate::prometheus::plan::names_one_metric;

/// Names in one request; with the longest names in use that is a form of some ten kilobytes.
const MOST_NAMES: usize = 100;

/// A selector by its parts: the one metric that it names, and what stands in its braces.
fn parts(selector: &str) -> Option<(&str, &str)> {
    let selector = selector.trim();
    // A comment would swallow what is written behind it.
    if !names_one_metric(selector) || selector.contains(['#', '\n']) {
        return None;
    }
    match selector.split_once('{') {
        None => Some((selector, "")),
        Some((name, rest)) => Some((name.trim(), rest.strip_suffix('}')?.trim())),
    }
}

/// Returns the selectors as few: those with the same matchers are one over all their names, as long as what they bring
/// together stays within a budget. `brings` says of each, in the same order, how much it brings.
///
/// Every selector is in exactly one of the returned groups, each with the places of those that it stands for.
pub(super) fn join(selectors: &[&str], brings: &[u64], budget: u64) -> Vec<(String, Vec<usize>)> {
    struct Group<'a> {
        inner: Option<&'a str>,
        names: Vec<&'a str>,
        places: Vec<usize>,
        brings: u64,
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (place, (selector, &n)) in selectors.iter().zip(brings).enumerate() {
        let Some((name, inner)) = parts(selector) else {
            groups.push(Group { inner: None, names: vec![selector], places: vec![place], brings: n });
            continue;
        };
        let has_room = |group: &&mut Group<'_>| {
            group.inner == Some(inner)
                && group.names.len() < MOST_NAMES
                && group.brings.saturating_add(n) <= budget
        };
        if let Some(group) = groups.iter_mut().find(has_room) {
            group.names.push(name);
            group.places.push(place);
            group.brings = group.brings.saturating_add(n);
        } else {
            groups.push(Group { inner: Some(inner), names: vec![name], places: vec![place], brings: n });
        }
    }
    let text = |group: &Group<'_>| match (group.inner, group.places.as_slice()) {
        (Some(""), [_, _, ..]) => format!(r#"{{__name__=~"{}"}}"#, group.names.join("|")),
        (Some(inner), [_, _, ..]) => format!(r#"{{__name__=~"{}",{inner}}}"#, group.names.join("|")),
        (_, places) => places.first().map_or_else(String::new, |&place| selectors[place].to_owned()),
    };
    groups.iter().map(|group| (text(group), group.places.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_with_the_same_matchers_become_one() {
        let selectors =
            ["up", r#"hits{job="a"}"#, " node_load1 ", r#"{job="a"}"#, r#"misses { job="a" }"#, "up # why"];

        let joined = join(&selectors, &[1; 6], 1_000);

        let texts: Vec<&str> = joined.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                r#"{__name__=~"up|node_load1"}"#,
                r#"{__name__=~"hits|misses",job="a"}"#,
                r#"{job="a"}"#,
                "up # why"
            ]
        );
        let mut places: Vec<usize> = joined.into_iter().flat_map(|(_, places)| places).collect();
        places.sort_unstable();
        assert_eq!(places, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_is_joined_stays_within_the_budget_and_a_lone_selector_stays_as_it_is() {
        let joined = join(&["a", "b", "c", "d"], &[40, 70, 50, 500], 100);

        let texts: Vec<&str> = joined.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, [r#"{__name__=~"a|c"}"#, "b", "d"]);
    }

    #[test]
    fn more_names_than_fit_are_several_requests() {
        let names: Vec<String> = (0..250).map(|i| format!("metric_{i}")).collect();
        let selectors: Vec<&str> = names.iter().map(String::as_str).collect();

        let joined = join(&selectors, &vec![0; 250], 1);

        assert_eq!(joined.iter().map(|(_, places)| places.len()).collect::<Vec<_>>(), [100, 100, 50]);
    }
}
