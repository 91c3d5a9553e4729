//! Figures of the inventory and the map: a large sync, identity resolution, layout, reach.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use wardroom_analysis::topology::identity::{IdentityDecisions, resolve};
use wardroom_analysis::topology::layout::{Kept, LayoutEdge, LayoutNode, LayoutOptions, layered, relayout};
use wardroom_analysis::topology::reach::{Graph, Needs};
use wardroom_app::connections::{self, ConnectionDraft, ConnectionKind, SignIn, empty_draft};
use wardroom_app::context::Start;
use wardroom_app::jobs::JobKind;
use wardroom_app::topology::InventoryDraft;
use wardroom_app::{App, sync, workspaces};
use wardroom_core::Timestamp;
use wardroom_store::Workspace;
use wardroom_tests::cmdb_server::{CmdbServer, Size};
use wardroom_tests::inventory::{generated, pair_score};

use crate::inputs::{Numbers, START_MS};
use crate::table::{Limits, Row};
use crate::{Bench, child, median_of_five};

/// The word by which the bench program is told to be the process that syncs.
pub(crate) const SYNC: &str = "sync-inventory";

/// The workspace of the large sync.
const FILE: &str = "large.wardroom";

/// The mapping of the large sync: the preset, without the cap that spares a real server.
const MAPPING: &str = include_str!("../../../../assets/cmdb/servicenow.toml");
const CAP: &str = "requests_per_minute = 240";

/// What the large CMDB has.
const LARGE: Size = Size { items: 100_000, relations: 300_000 };

/// Measures inventory and map.
pub(crate) fn inventory(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = large_sync(bench)?;
    rows.extend(identity());
    rows.extend(layout()?);
    rows.extend(reach()?);
    Ok(rows)
}

/// Measures the first sync of a large CMDB in a process of its own, so that its memory can be told.
fn large_sync(bench: &Bench) -> Result<Vec<Row>> {
    let server = CmdbServer::start(LARGE)?;
    let home = bench.folder.join("inventory-home");
    if home.exists() {
        std::fs::remove_dir_all(&home)?;
    }
    std::fs::create_dir_all(&home)?;
    let folder = home.to_str().context("the folder of the bench has a name in Unicode")?;
    let done = child::run(&std::env::current_exe()?, &[SYNC, server.url().as_str(), folder], &home, &[0])?;
    let seconds: f64 = done.stdout.trim().parse()?;
    let file = home.join(FILE);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let came = runtime.block_on(async {
        let workspace = Workspace::open(&file, Timestamp::from_millis(START_MS)).await?;
        let entities = workspace.inventory_records(None).await?.len();
        let dependencies = workspace.dependency_records(None).await?.len();
        workspace.close().await?;
        anyhow::Ok((entities as u64, dependencies as u64))
    })?;
    anyhow::ensure!(came == (LARGE.items, LARGE.relations), "{came:?} entities and dependencies came");
    let bytes = std::fs::metadata(&file)?.len() as f64 / 1e6;
    let note = format!(
        "{} requests of 500 items, {bytes:.0} MB in the workspace, ServiceNow's Table API",
        server.requests()
    );
    std::fs::remove_dir_all(&home)?;
    Ok(vec![
        Row::new("sync of 100,000 CIs and 300,000 relations", seconds, "s", Limits::AtMost(60.0, 20.0))
            .note(note),
        Row::new("memory of that sync", done.peak_bytes / 1e6, "MB", Limits::AtMost(200.0, 100.0))
            .note("largest resident memory of the whole process, the program without its window"),
    ])
}

/// Syncs a CMDB into a fresh workspace; prints the seconds. The process of [`large_sync`].
pub(crate) fn sync_once(url: &str, folder: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let start = Start { data_dir: Some(folder.join("app")), memory_secrets: true, ..Start::default() };
        let app = App::start(start).await?;
        workspaces::create(&app, &folder.join(FILE)).await?;
        anyhow::ensure!(MAPPING.contains(CAP), "the preset has another cap");
        let mapping = MAPPING.replace(CAP, "requests_per_minute = 0");
        let draft = ConnectionDraft {
            kind: ConnectionKind::Cmdb,
            name: "large".to_owned(),
            url: url.to_owned(),
            sign_in: SignIn::Basic { user: "reader".to_owned() },
            secret: Some("reader".to_owned()),
            proxy: Some("none".to_owned()),
            requests_per_minute: 0,
            inventory: Some(InventoryDraft { preset: "servicenow".to_owned(), mapping }),
            ..empty_draft()
        };
        let id = connections::save(&app, &draft).await?;
        let open = app.open()?;
        let job = app.jobs().begin(app.bus(), JobKind::Sync, "bench", None);
        let begun = Instant::now();
        sync::run_by_number(&app, &open, id, None, &job).await?;
        crate::table::say(&begun.elapsed().as_secs_f64().to_string());
        workspaces::close(&app).await;
        Ok(())
    })
}

/// Measures which records of three sources are taken for one thing, against the truth of the generator.
fn identity() -> Vec<Row> {
    let (records, truth) = generated(71, 20_000);
    let begun = Instant::now();
    let resolution = resolve(&records, &IdentityDecisions::default());
    let took = begun.elapsed().as_secs_f64();
    let score = pair_score(&resolution.groups, &truth);
    let note = format!(
        "{} records of 20,000 things from three sources: {} pairs joined wrongly, {} missed, {} proposed",
        records.len(),
        score.wrong,
        score.missed,
        resolution.proposals.len()
    );
    vec![
        Row::new("identity resolution: precision", score.precision, "", Limits::AtLeast(0.99, 0.999))
            .note(note),
        Row::new("identity resolution: recall", score.recall, "", Limits::AtLeast(0.95, 0.98)),
        Row::new("identity resolution: time", took, "s", Limits::AtMost(5.0, 1.0)),
    ]
}

/// Returns a graph as inventories have it: a few things that many depend on, mostly from one layer to a later one.
fn dependencies(nodes: usize, edges: usize) -> Vec<(usize, usize)> {
    let mut numbers = Numbers::new(17);
    let mut made = Vec::with_capacity(edges);
    while made.len() < edges {
        let from = numbers.below(nodes);
        // One in fifty leads back, so that there are cycles.
        let back = numbers.below(50) == 0;
        let to = if back { numbers.below(nodes) } else { from + 1 + numbers.below((nodes - from) / 2 + 1) };
        if to < nodes && to != from {
            made.push((from, to));
        }
    }
    made
}

/// Measures the layered layout of 2,000 nodes with 10,000 edges, and of the same after one edge was added.
fn layout() -> Result<Vec<Row>> {
    let nodes: Vec<LayoutNode> =
        (0..2_000).map(|_| LayoutNode { width: 120.0, height: 28.0, rank: None, before: None }).collect();
    let edge = |&(from, to): &(usize, usize)| LayoutEdge { from, to, weight: 1.0 };
    let mut edges: Vec<LayoutEdge> = dependencies(nodes.len(), 10_000).iter().map(edge).collect();
    let options = LayoutOptions { layer_gap: 80.0, node_gap: 12.0, align_ranks: false };
    let mut crossings = 0;
    let first = median_of_five(|| {
        crossings = layered(&nodes, &edges, &options, &|| false).context("nobody stops it")?.crossings;
        Ok(())
    })?;
    let before = layered(&nodes, &edges, &options, &|| false).context("nobody stops it")?;
    let names: Vec<usize> = (0..nodes.len()).collect();
    let edges_before = edges.clone();
    edges.push(LayoutEdge { from: 3, to: 1_500, weight: 1.0 });
    let again = median_of_five(|| {
        let kept = Kept::new(&names, &edges_before, &names, &edges);
        relayout(&before, &kept, &nodes, &edges, &options, &|| false).context("nobody stops it")?;
        Ok(())
    })?;
    Ok(vec![
        Row::new(
            "layered layout of 2,000 nodes and 10,000 edges",
            first.as_secs_f64(),
            "s",
            Limits::AtMost(0.8, 0.25),
        )
        .note(format!("median of 5, {crossings} crossings")),
        Row::new(
            "the same after one edge more",
            again.as_secs_f64() * 1e3,
            "ms",
            Limits::AtMost(800.0, 50.0),
        )
        .note("median of 5; positions are kept where they can be"),
    ])
}

/// Measures the questions of the map on 10,000 nodes with 50,000 edges.
fn reach() -> Result<Vec<Row>> {
    const NODES: usize = 10_000;
    let edges = dependencies(NODES, 50_000);
    let graph = Graph::new(NODES, &edges);
    let (mut affected, mut ways, mut points) = (0, 0, 0);
    let build = median_of_five(|| {
        std::hint::black_box(Graph::new(NODES, &edges));
        Ok(())
    })?;
    let impact = median_of_five(|| {
        affected = graph.impact(NODES - 1, None).len();
        Ok(())
    })?;
    let paths = median_of_five(|| {
        ways = graph.paths(0, NODES - 1, 10).len();
        Ok(())
    })?;
    let single = median_of_five(|| {
        points = graph.single_points(Needs::Ground).len();
        Ok(())
    })?;
    // As clicks ask: each store is needed for itself.
    let stores: Vec<usize> = (0..200).map(|store| NODES - 1 - store * 7).collect();
    let mut each_points = 0;
    let each = median_of_five(|| {
        each_points = graph.single_points(Needs::Each(&stores)).iter().filter(|p| p.cut_off > 0).count();
        Ok(())
    })?;
    let mut alone = 0;
    let opened = median_of_five(|| {
        alone = graph.cut_off_by(NODES - 1, Needs::Each(&stores)).len()
            + graph.only_ways_of(0, Needs::Each(&stores)).len();
        Ok(())
    })?;
    let row = |what, time: std::time::Duration, note: String| {
        Row::new(what, time.as_secs_f64() * 1e3, "ms", Limits::AtMost(200.0, 20.0)).note(note)
    };
    let of = format!(
        "10,000 nodes, 50,000 edges, median of 5; preparing the graph takes {:.1} ms",
        build.as_secs_f64() * 1e3
    );
    Ok(vec![
        row("who is affected by one node", impact, format!("{affected} nodes; {of}")),
        row("paths between two nodes", paths, format!("{ways} shortest; {of}")),
        row("single points of failure", single, format!("{points} of them; {of}")),
        row(
            "single points of failure where each of 200 stores counts",
            each,
            format!("{each_points} of them; {of}"),
        ),
        row(
            "who loses a store with one node, and what one node's only ways are",
            opened,
            format!("{alone} nodes, 200 stores; {of}"),
        ),
    ])
}
