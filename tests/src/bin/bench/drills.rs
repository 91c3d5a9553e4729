//! Figures of the simulator: how fast a large world runs, how soon a drill is there, what it keeps in memory.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use wardroom_app::App;
use wardroom_app::context::Start;
use wardroom_app::drills;
use wardroom_app::drills::rows::{AdviceMode, DrillOptions};
use wardroom_core::{TimeRange, Timestamp};
use wardroom_sim::{Scenario, World};
use wardroom_tests::measure::resident_mib;

use crate::inputs::START_MS;
use crate::table::{Limits, Row};
use crate::{Bench, median};

/// Fifty services of three instances on thirty hosts, on a working afternoon with nothing wrong.
const FLEET: &str = include_str!("fleet.toml");
const TOPOLOGY: &str = include_str!("../../../../assets/scenarios/topologies/fleet.toml");
/// Simulated seconds that are timed.
const SPAN_S: i64 = 1800;

/// Measures the simulator.
pub(crate) fn drills(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = speed()?;
    rows.extend(export(bench)?);
    rows.extend(start(bench)?);
    Ok(rows)
}

/// Measures simulated seconds a second of the fleet on one core, with everything that monitoring keeps of it.
fn speed() -> Result<Vec<Row>> {
    let scenario = Scenario::parse(FLEET, &|name| (name == "fleet").then(|| TOPOLOGY.to_owned()))?;
    let start = Timestamp::from_millis(START_MS);
    let mut world = World::new(&scenario, 71, start);
    let begun = Instant::now();
    world.advance(start.plus_millis(SPAN_S * 1000));
    let took = begun.elapsed().as_secs_f64();
    let last = TimeRange::new(world.at().plus_millis(-15_000), world.at())?;
    let sampled = (0..world.series().len()).filter(|idx| !world.read(*idx, last).is_empty()).count();
    let minute = TimeRange::new(world.at().plus_millis(-60_000), world.at())?;
    let lines = world.logs(minute).len() / 60;
    let note =
        format!("one core, {sampled} series every 15 s, {lines} log lines a second, {SPAN_S} s simulated");
    let row = Row::new(
        "fleet of 50 services: simulated seconds a second",
        SPAN_S as f64 / took,
        "x",
        Limits::AtLeast(600.0, 5000.0),
    );
    Ok(vec![row.note(note)])
}

/// Measures `sim export` of a day of the fleet, compressed.
fn export(bench: &Bench) -> Result<Vec<Row>> {
    let scenario = bench.folder.join("fleet-day.toml");
    let out = bench.folder.join("fleet-day");
    // A scenario file has its topology in it or beside it.
    std::fs::create_dir_all(bench.folder.join("topologies"))?;
    std::fs::write(bench.folder.join("topologies/fleet.toml"), TOPOLOGY)?;
    std::fs::write(&scenario, FLEET)?;
    let begun = Instant::now();
    let done = Command::new(&bench.cli)
        .args(["sim", "export", "--seed", "71", "--span", "24h", "--json", "--scenario"])
        .arg(&scenario)
        .arg("--out")
        .arg(&out)
        .output()?;
    let took = begun.elapsed().as_secs_f64();
    anyhow::ensure!(done.status.success(), "sim export: {}", String::from_utf8_lossy(&done.stderr));
    let note =
        format!("{:.0} MB in the folder; the quiet history at 60 s, the run at 15 s", megabytes(&out)?);
    Ok(vec![Row::new("export of a day of the fleet", took, "s", Limits::AtMost(240.0, 40.0)).note(note)])
}

fn megabytes(folder: &Path) -> Result<f64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes as f64 / 1e6)
}

/// Measures how long a drill takes to start, and what it keeps in memory after ten simulated minutes.
fn start(bench: &Bench) -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let home = bench.folder.join("drills-home");
    runtime.block_on(async {
        let app =
            App::start(Start { data_dir: Some(home.clone()), memory_secrets: true, ..Start::default() })
                .await?;
        let options = || DrillOptions { advice: AdviceMode::Normal, speed: 1, coach: true };
        let idle = resident_mib()?;
        drills::start(&app, "replica_lag", 0, "", options()).await?;
        // The older part of the history arrives behind the open screen.
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
        let at = app.now().plus_millis(600_000);
        drills::advance_to(&app, at).await?;
        let kept = resident_mib()? - idle;
        let mut times = Vec::new();
        for seed in 1..=5 {
            // Putting the drill before away is not part of beginning one.
            wardroom_app::workspaces::close(&app).await;
            let begun = Instant::now();
            drills::start(&app, "replica_lag", seed, "", options()).await?;
            times.push(begun.elapsed().as_secs_f64());
        }
        wardroom_app::workspaces::close(&app).await;
        let seconds = median(times).context("five measurements have a median")?;
        Ok(vec![
            Row::new("drill start until its screen can be drawn", seconds, "s", Limits::AtMost(1.5, 0.5))
                .note(
                    "median of 5 of replica_lag, in process: the file, the last hour of history, the first rows",
                ),
            Row::new("memory of a running drill beyond idle", kept, "MB", Limits::AtMost(300.0, 100.0))
                .note("resident, the program without its window, after ten simulated minutes"),
        ])
    })
}
