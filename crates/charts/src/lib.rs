//! Drawings: domain values to SVG and PNG.
//!
//! The window draws its charts itself; these pictures are for reports, exports and the terminal, and the decimation and
//! the number formatter are shared by all. Everything here is pure: the same values give the same bytes.
//!
//! A chart ([`mod@line`], [`timeline`], [`heatmap`], [`sparkline`], [`topology`]) puts shapes on a [`surface::Scene`]
//! in logical pixels; the scene is written as SVG, or as PNG at twice its size through plotters' pixel backend, from the
//! same shapes.
//! SVG is written here and not by plotters, because plotters' SVG has whole-pixel coordinates, no dashes and no words
//! for screen readers.
//!
//! What is deliberately *not* here: verdicts (a chart shows a grade, it does not reach one), words (the caller
//! translates), time zones (the caller hands in the offset), files and fonts (the caller hands in bytes).
//!
//! Start reading at [`decimate`], then [`mod@line`].

pub mod decimate;
pub mod heatmap;
pub mod line;
pub mod scale;
pub mod sparkline;
pub mod surface;
pub mod theme;
pub mod timeline;
pub mod topology;

pub use decimate::{Decimated, lttb, min_max};
pub use heatmap::{HeatLegend, HeatRow, Heatmap};
pub use line::{Band, Line, LineChart, Mark, NoData, Span, Threshold, fit_axis};
pub use scale::{Foot, Tick, ValueAxis, ValueTick, format_value, time_ticks};
pub use sparkline::Sparkline;
pub use surface::{Caption, ChartError, Dash, Face, FontFiles, Fonts, Scene, Size};
pub use theme::{Theme, Token, tokens};
pub use timeline::{BarFill, OnsetChart, OnsetRow};
pub use topology::{MapArrow, MapBox, MapBundleLine, MapDots, MapHeading, MapState, TopologyDrawing};
