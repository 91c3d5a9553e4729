//! The map as a picture: the same drawing as in the window, with its words.

use wardroom_charts::theme::Theme;
use wardroom_charts::topology::{
    MapArrow, MapBox, MapBundleLine, MapDots, MapHeading, MapState, TopologyDrawing,
};
use wardroom_charts::{Caption, Dash};

use crate::context::App;
use crate::error::AppError;
use crate::fonts::{fonts, in_pixels};
use crate::phrase::Phrase;
use crate::topology::map::map;
use crate::topology::rows::{
    EdgeOriginKind, EdgeStateKind, MapBundle, MapDirection, MapEdge, MapLevel, MapPhase, MapRequest, MapView,
    NodeState,
};
use crate::wire::Millis;
use crate::words::Words;

/// The place for which the map is drawn.
const WIDTH: u32 = 2400;
const HEIGHT: u32 = 1600;
/// Free height between nodes and counted boxes, and above the nodes for headings.
const GAP: f64 = 48.0;
const HEADING: f64 = 20.0;

/// Draws the map as SVG on paper.
pub(super) async fn svg(app: &App, shown: &MapRequest) -> Result<String, AppError> {
    let (drawing, caption) = drawing(app, shown).await?;
    Ok(drawing.draw(drawing.size(), &fonts()?).svg(Theme::Light, &caption))
}

/// Draws the map as PNG on paper, at twice its size.
pub(super) async fn png(app: &App, shown: &MapRequest) -> Result<Vec<u8>, AppError> {
    let (drawing, _) = drawing(app, shown).await?;
    in_pixels(|fonts| drawing.draw(drawing.size(), fonts).png(Theme::Light, fonts))
}

/// Returns the map of all services, for where no map is on a screen.
pub(super) fn whole(as_of: Option<Millis>) -> MapRequest {
    MapRequest {
        range: None,
        as_of,
        level: MapLevel::Service,
        only_failing: false,
        focus: None,
        hops: 1,
        direction: MapDirection::Both,
        width: WIDTH,
        height: HEIGHT,
    }
}

async fn drawing(app: &App, shown: &MapRequest) -> Result<(TopologyDrawing, Caption), AppError> {
    let view = map(app, shown).await?;
    let words = app.words();
    let title = app.open()?.workspace.name().to_owned();
    let lead = words.phrase(&view.lead);
    let caption = Caption { title: title.clone(), description: lead.clone() };
    Ok((put_together(&view, title, lead, &words), caption))
}

fn put_together(view: &MapView, title: String, lead: String, words: &Words) -> TopologyDrawing {
    // Counted boxes stand below the nodes, where there are any.
    let below = if view.nodes.is_empty() { 0.0 } else { view.height + GAP };
    let lowered = |points: &[(f64, f64)]| points.iter().map(|(x, y)| (*x, y + below)).collect::<Vec<_>>();
    let boxes = view.nodes.iter().map(|node| MapBox {
        label: node.label.clone(),
        fact: node.fact.as_ref().map(|fact| words.phrase(fact)).unwrap_or_default(),
        at: (node.x, node.y),
        width: node.width,
        height: node.height,
        state: state(node.state),
        ringed: node.first || node.subject,
    });
    let groups = view.groups.iter().map(|group| MapDots {
        label: group.label.clone(),
        count: group.count.to_string(),
        at: (group.x, group.y + below),
        width: group.width,
        height: group.height,
        dots: group.dots.iter().map(|dot| ((dot.x, dot.y + below), state(dot.state))).collect(),
    });
    let counts = view.counts;
    TopologyDrawing {
        title,
        lead,
        boxes: boxes.collect(),
        arrows: view.edges.iter().map(|edge| arrow(edge, words)).collect(),
        headings: headings(view, words),
        groups: groups.collect(),
        bundles: view
            .bundles
            .iter()
            .map(|bundle| MapBundleLine {
                points: tie(view, bundle, below).unwrap_or_else(|| lowered(&bundle.points)),
                share: bundle.share,
            })
            .collect(),
        foot: words.phrase(
            &Phrase::new("map-foot")
                .count("drawn", counts.drawn as usize)
                .count("bundled", counts.bundled as usize)
                .count("folded", counts.folded as usize)
                .count("dropped", counts.dropped as usize),
        ),
    }
}

/// Returns the line of a bundle between a node and a box, from what is depended on to who depends; `None` between boxes.
fn tie(view: &MapView, bundle: &MapBundle, below: f64) -> Option<Vec<(f64, f64)>> {
    if !bundle.from_node && !bundle.to_node {
        return None;
    }
    let end = |name: &str, is_node: bool| {
        if is_node {
            let node = view.nodes.iter().find(|node| node.name == name)?;
            Some((node.x, node.y + node.height / 2.0))
        } else {
            let group = view.groups.iter().find(|group| group.id == name)?;
            Some((group.x + group.width / 2.0, group.y + below))
        }
    };
    Some(vec![end(&bundle.to, bundle.to_node)?, end(&bundle.from, bundle.from_node)?])
}

fn arrow(edge: &MapEdge, words: &Words) -> MapArrow {
    let is_only_said = edge.origin == EdgeOriginKind::Declared || edge.state != EdgeStateKind::Sound;
    let lag = edge.lag.filter(|lag| lag.0 > 0);
    MapArrow {
        points: edge.points.clone(),
        label: lag.map(|lag| words.lag(lag.0)).unwrap_or_default(),
        share: edge.weight,
        dash: if is_only_said { Dash::Short } else { Dash::Solid },
        strong: edge.on_path,
    }
}

fn headings(view: &MapView, words: &Words) -> Vec<MapHeading> {
    let named = view.layers.iter().filter_map(|layer| {
        let key = match layer.phase? {
            MapPhase::First => "topology-phase-first",
            MapPhase::Failing => "topology-phase-failing",
            MapPhase::Impact => "topology-phase-impact",
        };
        Some(MapHeading { label: words.word(key), at: (layer.x, -HEADING) })
    });
    let mut list: Vec<MapHeading> = Vec::new();
    for heading in named {
        // Neighbours of one phase have one heading.
        if list.last().is_none_or(|last| last.label != heading.label) {
            list.push(heading);
        }
    }
    list
}

fn state(state: NodeState) -> MapState {
    match state {
        NodeState::Unknown => MapState::Unknown,
        NodeState::Usual => MapState::Usual,
        NodeState::Stopped => MapState::Stopped,
        NodeState::Unusual => MapState::Unusual,
        NodeState::Warning => MapState::Warning,
        NodeState::Silent => MapState::Silent,
        NodeState::Critical => MapState::Critical,
    }
}
