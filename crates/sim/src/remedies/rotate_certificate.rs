//! Installs a certificate that is valid.

use super::{About, PLAIN, said};
use crate::order::RemedyKind;
use crate::target::Target;

/// The validity of what is installed, as automatic issuers give it: 90 days.
const VALID_MS: i64 = 90 * 86_400_000;

/// It is read without a restart.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::RotateCertificate,
    target: Target::Certified,
    delay_s: 90,
    risk: 1,
    effect: "installs_a_certificate",
    finish: |plan, state, _remedy, place| {
        let until = state.at.plus_millis(VALID_MS);
        state.components[place.component(plan)?].certificate_until = Some(until);
        Some(said("certificate_installed", &[("until", until.to_string())]))
    },
    ..PLAIN
};
