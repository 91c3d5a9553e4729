//! Scales: ticks at round times and values, and the one formatter of numbers with units.

pub mod time;
pub mod value;

pub use time::{Tick, time_ticks};
pub use value::{Foot, ValueAxis, ValueTick, format_value, long_time_ms, low_end};
