//! Blocks the address from which a host or a component is attacked.

use super::{About, PLAIN, remove_source, said};
use crate::order::RemedyKind;
use crate::target::Target;

/// It helps where somebody attacks from one address, and does nothing elsewhere.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::BlockSource,
    target: Target::Attacked,
    delay_s: 30,
    risk: 1,
    effect: "blocks_the_address",
    finish: |plan, state, remedy, _place| {
        let n = remove_source(plan, state, &remedy.remedy);
        Some(said(if n > 0 { "blocked" } else { "no_source_found" }, &[("n_sources", n.to_string())]))
    },
    ..PLAIN
};
