//! One look: the colours of the window and those of the pictures are the same.

use std::collections::BTreeMap;

use wardroom_charts::theme::{Theme, tokens};

use crate::repository::text;

/// Reads the colours (`--name: #rrggbb;`) of the block that follows a selector.
fn colours(css: &str, selector: &str) -> BTreeMap<String, String> {
    let at = css.find(selector).unwrap_or_else(|| panic!("the style sheet has {selector}"));
    let block = css[at..].split_once('{').expect("a block opens").1;
    let block = block.split_once('}').expect("a block closes").0;
    let mut found = BTreeMap::new();
    for line in block.lines() {
        let Some((name, rest)) = line.trim().strip_prefix("--").and_then(|l| l.split_once(':')) else {
            continue;
        };
        let value = rest.split(';').next().unwrap_or_default().trim();
        if value.starts_with('#') {
            found.insert(name.trim().to_owned(), value.to_lowercase());
        }
    }
    found
}

#[test]
fn the_window_and_the_pictures_have_the_same_colours() {
    let css = text("ui/src/tokens.css");
    for (theme, selector) in
        [(Theme::Dark, "[data-theme=\"dark\"]"), (Theme::Light, "[data-theme=\"light\"]")]
    {
        let window = colours(&css, selector);

        let pictures: BTreeMap<String, String> =
            tokens(theme).iter().map(|(n, v)| ((*n).to_owned(), v.to_lowercase())).collect();

        assert_eq!(window, pictures, "{theme:?}");
    }
}

#[test]
fn the_window_takes_its_colours_from_the_tokens() {
    assert!(text("ui/src/app.css").contains("@import './tokens.css'"));
}
