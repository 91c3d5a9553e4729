//! Ends the process on a host that is none of the services' own.

use super::{About, PLAIN, remove_source, said};
use crate::order::RemedyKind;
use crate::target::Target;

/// The work of the job is lost; what it has used up of the disk stays used up.
pub(super) static ABOUT: About = About {
    kind: RemedyKind::StopJob,
    target: Target::Host,
    delay_s: 15,
    risk: 2,
    effect: "ends_the_job",
    side_effects: &["loses_the_work_of_the_job"],
    finish: |plan, state, remedy, _place| {
        let n = remove_source(plan, state, &remedy.remedy);
        Some(said(if n > 0 { "stopped" } else { "no_job_found" }, &[("n_jobs", n.to_string())]))
    },
    ..PLAIN
};
