//! The proof that the world is right: against theory, its own books, its faults and the shapes of real telemetry.

mod books;
mod bounded;
mod clock;
mod cures;
mod faults;
mod fleet;
mod flows;
mod judge;
mod network;
mod onsets;
mod passing;
mod quiet;
mod random_world;
mod scene;
mod shapes;
mod shipped;
mod theory;
