//! What happens to raw samples before they are judged or drawn: a fixed step, gaps, rates.

pub mod counter;
pub mod gaps;
mod resample;

pub use resample::resample;
