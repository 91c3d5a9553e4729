//! `bindings`: writes the TypeScript of the commands anew. The test that finds drift does the writing.

use anyhow::Result;

use crate::setup::{Purpose, prepare};
use crate::terminal::{Outcome, Steps};
use crate::{places, process::Run};

/// Writes `ui/src/lib/ipc/bindings.ts`.
pub(crate) fn write() -> Result<()> {
    let mut steps = Steps::new(2);
    steps.step("look for what the machine needs", || prepare(Purpose::Build))?;
    steps.step("write ui/src/lib/ipc/bindings.ts", || {
        Run::cargo()
            .args(["test", "--locked", "-p", "wardroom-desktop", "bindings"])
            .env("WARDROOM_WRITE_BINDINGS", "1")
            .within(&places::root())
            .go()?;
        Ok(Outcome::Done)
    })
}
