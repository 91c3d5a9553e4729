//! The map drawn again and again: what stays where it was, and that every edge is somewhere.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_drawn_by_hand_moves_no_other_node() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let ask = MapRequest { level: MapLevel::Host, ..request() };
    let before = map(&app, &ask).await.unwrap();
    let drawn = TopologyDecision::DrawEdge {
        from: "web".to_owned(),
        to: "orders-db".to_owned(),
        how: "reads".to_owned(),
    };
    decide(&app, &drawn).await.unwrap();

    let after = map(&app, &ask).await.unwrap();

    assert_eq!((before.edges.len(), after.edges.len()), (4, 5));
    for node in &before.nodes {
        let now = after.nodes.iter().find(|other| other.name == node.name).unwrap();
        let moved = ((now.x - node.x).abs(), (now.y - node.y).abs());
        let half = (node.width / 2.0, node.height / 2.0);
        assert!(moved.0 <= half.0 && moved.1 <= half.1, "{} moved by {moved:?}", node.name);
    }
    workspaces::close(&app).await;
}
