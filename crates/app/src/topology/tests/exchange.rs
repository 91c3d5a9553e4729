//! The topology as files: what comes in from tables, and what is written for other programs.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn every_text_format_has_everything() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;

    for (format, entity_mark, edge_mark) in [
        (TopologyFormat::Json, "\"tier\": ", "\"how\": "),
        (TopologyFormat::Dot, "[kind=", " -> "),
        (TopologyFormat::Graphml, "<node id=", "<edge source="),
        (TopologyFormat::Cypher, "SET e.kind", "MERGE (a)"),
    ] {
        let text = export_text(&app, format, None).await.unwrap();

        assert_eq!(text.matches(entity_mark).count(), 5, "{text}");
        assert_eq!(text.matches(edge_mark).count(), 4, "{text}");
    }
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_edges_joins_what_other_sources_know() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let file = home.path().join("edges.csv");
    std::fs::write(&file, "from,to,how\nreports,orders,calls\nreports,,calls\n").unwrap();
    let path = file.display().to_string();

    let shown = preview(&app, &path).await.unwrap();
    let imported = import(&app, &path, None).await.unwrap();

    assert_eq!((shown.dependencies, shown.bad), (1, 1));
    assert_eq!((imported.fresh, imported.bad), (1, 1));
    let joined = view(&app, None).await.unwrap();
    let edge = joined.dependencies.iter().find(|d| d.from == "reports" && d.to == "orders").unwrap();
    assert_eq!(edge.sources, ["edges.csv"]);
    assert_eq!(joined.entities.len(), 5);
    assert!(loose_ends(&app, imported.source).await.unwrap().is_empty());
    let rows = crate::connections::list(&app).await.unwrap();
    let row = rows.iter().find(|row| row.health.id == imported.source).unwrap();
    assert!(row.health.answered.is_some(), "when it was read is known");
    assert!(!row.can_follow, "a file is read once");
    assert!(rows.iter().any(|row| row.kind == connections::CMDB && row.can_follow), "a CMDB is read again");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edges_between_things_that_nothing_tells_of_are_loose_ends_of_their_file() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let file = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let edges = file("edges.csv", "from,to,how\nlift,motor,calls\n");
    let others = file("others.csv", "from,to,how\nramp,gate,calls\n");

    let imported = import(&app, &edges, None).await.unwrap();
    import(&app, &others, None).await.unwrap();
    let loose = loose_ends(&app, imported.source).await.unwrap();
    import(&app, &file("things.csv", "name,kind\nlift,service\nmotor,service\n"), None).await.unwrap();
    let joined = loose_ends(&app, imported.source).await.unwrap();

    let told: Vec<(&str, &str)> = loose.iter().map(|edge| (edge.from.as_str(), edge.to.as_str())).collect();
    assert_eq!(told, [("lift", "motor")]);
    assert!(joined.is_empty(), "{joined:?}");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_sources_with_one_name_each_has_its_own_loose_ends() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let (first, second) = (source(&open, "edges").await, source(&open, "edges").await);
    let at = Timestamp::from_millis(BEGIN);
    for (source, to) in [(first, "motor"), (second, "gate")] {
        let dependencies = vec![Dependency::new("lift", to, "calls")];
        let told = Topology { entities: Vec::new(), dependencies };
        open.workspace.put_inventory(source, &told, at, at).await.unwrap();
    }
    open.topology.changed();
    let ends = async |source: SourceId| {
        let loose = loose_ends(&app, crate::context::source_number(source)).await.unwrap();
        loose.into_iter().map(|edge| edge.to).collect::<Vec<_>>()
    };

    assert_eq!((ends(first).await, ends(second).await), (vec!["motor".to_owned()], vec!["gate".to_owned()]));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loose_end_is_told_by_names_where_its_source_writes_keys() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, "cmdb").await;
    let at = Timestamp::from_millis(BEGIN);
    let lift = Entity { key: "5".to_owned(), ..Entity::new(EntityKind::Service, "lift") };
    let told = Topology { entities: vec![lift], dependencies: vec![Dependency::new("5", "4", "calls")] };
    open.workspace.put_inventory(source, &told, at, at).await.unwrap();
    open.topology.changed();

    let loose = loose_ends(&app, crate::context::source_number(source)).await.unwrap();

    assert_eq!((loose[0].from_name.as_str(), loose[0].to_name.as_str()), ("lift", "4"));
    assert_eq!(loose[0].from, "5", "decisions go by what the source writes");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_nothing_but_its_header_is_refused_with_that() {
    let home = tempfile::tempdir().unwrap();
    let (app, _open) = workspace(home.path()).await;
    let file = home.path().join("edges.csv");
    std::fs::write(&file, "from,to\n").unwrap();

    let refused = import(&app, &file.display().to_string(), None).await.unwrap_err();

    assert_eq!(refused.code, "inventory_file");
    assert_eq!(refused.fields["detail"], "There is nothing to read in it: no entity and no dependency.");

    let chinese = crate::words::Words::with(crate::settings::Language::ZhCn, jiff::tz::TimeZone::UTC);
    let told = import_in(&app, &file.display().to_string(), None, &chinese).await.unwrap_err();
    let wanted = chinese.phrase(&crate::phrase::Phrase::new("inventory-file-no-rows"));
    assert_eq!(told.fields["detail"], wanted);
    assert_ne!(told.fields["detail"], refused.fields["detail"]);
    let nowhere = import(&app, "/nowhere/edges.csv", None).await.unwrap_err();
    assert_eq!(nowhere, crate::AppError::new("not_found").with("path", "/nowhere/edges.csv"));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_same_name_is_the_next_state_of_its_source() {
    let home = tempfile::tempdir().unwrap();
    let (app, _open) = workspace(home.path()).await;
    let file = home.path().join("hosts.csv");
    let path = file.display().to_string();
    std::fs::write(&file, "name,kind,team\nh-1,host,platform\nh-2,host,platform\nh-3,host,platform\n")
        .unwrap();
    let first = import(&app, &path, None).await.unwrap();
    std::fs::write(&file, "name,kind,team\nh-1,host,shop\nh-2,host,platform\n").unwrap();

    let second = import(&app, &path, None).await.unwrap();

    assert_eq!((first.source, first.fresh), (second.source, 3));
    assert_eq!((second.fresh, second.changed, second.same, second.gone), (0, 1, 1, 1));
    assert_eq!(names(&view(&app, None).await.unwrap()), ["h-1", "h-2"]);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_which_nothing_can_be_read_is_refused_with_its_line() {
    let home = tempfile::tempdir().unwrap();
    let (app, _open) = workspace(home.path()).await;
    let file = home.path().join("notes.csv");
    std::fs::write(&file, "a,b\n1,2\n").unwrap();

    let refused = import(&app, &file.display().to_string(), None).await.unwrap_err();

    assert_eq!(refused.code, "inventory_file");
    assert!(refused.fields["detail"].contains("Line 1"), "{refused}");
    assert!(!view(&app, None).await.unwrap().known);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_entities_and_edges_are_told_from_files_of_samples() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    let file = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let edges = file("edges.csv", "from,to,how\nweb,orders,calls\n");
    let samples = file("load.csv", "time,name,value\n2026-11-17T02:00:00Z,load,1\n");
    let notes = file("notes.csv", "a,b\nx,y\n");
    let nowhere = home.path().join("nowhere.csv").display().to_string();

    let told = recognized(vec![edges.clone(), samples.clone(), notes.clone(), nowhere]).await.unwrap();
    let refusal = async |path: &str| crate::import::preview(&app, path, None).await.unwrap().refusal;

    assert_eq!(told, [edges.as_str()]);
    // Whoever brings it as samples is told where it belongs.
    assert_eq!(refusal(&edges).await.unwrap().code, "file_inventory");
    assert_eq!(refusal(&samples).await, None);
    assert_ne!(refusal(&notes).await.unwrap().code, "file_inventory");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_log_records_are_told_from_files_of_samples_and_inventories() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    let file = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let record = r#"{"time":"2026-11-17T02:00:00Z","level":"error","msg":"moved","from":"web1","to":"web2"}"#;
    let list = file("list.json", &format!("[{record},\n{record}]"));
    let lines = file("lines.jsonl", &format!("{record}\n{record}\n"));
    let notes = file("notes.json", "[\n{\"a\":1}\n]\n");

    let told = recognized(vec![list.clone(), lines.clone()]).await.unwrap();
    let refusal = async |path: &str| crate::import::preview(&app, path, None).await.unwrap().refusal;

    assert_eq!(told, Vec::<String>::new());
    for path in [&list, &lines] {
        assert_eq!(refusal(path).await.unwrap().code, "file_logs", "{path}");
    }
    // What is no log is not called one.
    assert_eq!(refusal(&notes).await.unwrap().code, "file_foreign");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_is_written_as_a_picture_with_its_words() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;

    let svg = export_text(&app, TopologyFormat::Svg, None).await.unwrap();
    let png = home.path().join("map.png");
    let request = TopologyExport {
        path: png.display().to_string(),
        format: TopologyFormat::Png,
        as_of: None,
        map: None,
    };
    export(&app, &request).await.unwrap();

    assert!(svg.starts_with("<svg") && svg.contains("orders-db"), "{svg}");
    assert!(std::fs::read(&png).unwrap().starts_with(b"\x89PNG"));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_of_the_map_on_the_screen() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let shown = MapRequest {
        focus: Some("web".to_owned()),
        direction: MapDirection::Up,
        level: MapLevel::Host,
        ..super::request()
    };
    let path = home.path().join("map.svg");
    let request = TopologyExport {
        path: path.display().to_string(),
        format: TopologyFormat::Svg,
        as_of: None,
        map: Some(shown.clone()),
    };

    export(&app, &request).await.unwrap();

    let drawn = map(&app, &shown).await.unwrap();
    let picture = std::fs::read_to_string(&path).unwrap();
    let names: Vec<&str> = drawn.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.iter().all(|name| picture.contains(name)), "{picture}");
    // What is not around the focus is a dot in a box.
    assert!(!picture.contains("reports"), "{picture}");
    workspaces::close(&app).await;
}
