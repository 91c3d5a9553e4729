//! What happens to raw samples before they are judged or drawn: a fixed step, gaps, rates.

pub mod counter;
pub mod gaps;
mod resample;
mod rows;

pub use resample::resample;
pub use rows::RowGrid;
