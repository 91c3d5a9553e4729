//! The lists of the catalog: pages, places, marks and the few names that typed letters may mean.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_page_by_page_and_tells_where_an_entity_stands() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let part = |offset: u32| EntitiesRequest { offset, limit: 2, ..EntitiesRequest::default() };
    let ask = async |request: EntitiesRequest| entities(&app, &request).await.unwrap();

    let first = ask(part(0)).await;
    let second = ask(EntitiesRequest { locate: Some("ORDERS-DB".to_owned()), ..part(2) }).await;
    let narrowed = EntitiesRequest { text: "team:platform kind:host".to_owned(), ..part(0) };
    let narrowed = ask(EntitiesRequest { locate: Some("web".to_owned()), ..narrowed }).await;
    let elsewhere = ask(EntitiesRequest { source: Some(99), ..part(0) }).await;

    assert_eq!(row_names(&first), ["db-m1.prod.example.net", "orders"]);
    assert_eq!(row_names(&second), ["orders-db", "reports"]);
    assert_eq!((first.total, first.of, first.edges, first.kinds), (5, 5, 4, 3));
    assert_eq!((first.rows[0].needs, first.rows[0].needed), (0, 1));
    assert_eq!((first.place, second.place, narrowed.place), (None, Some(2), None));
    assert_eq!((row_names(&narrowed), narrowed.total), (vec!["db-m1.prod.example.net"], 1));
    assert_eq!((elsewhere.known, elsewhere.of, elsewhere.edges), (true, 0, 0));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_never_older_than_the_last_write() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = filled(&open).await;
    let part = |offset: u32| EntitiesRequest { offset, limit: 2, ..EntitiesRequest::default() };
    let ask = async |request: EntitiesRequest| entities(&app, &request).await.unwrap();
    let before = ask(part(0)).await;
    assert_eq!((before.rows[0].firing, before.firing, before.filters.len()), (0, 0, 0));

    // Without samples the list looks at the first hour of all.
    fires(&open, source, &[("service", "web")], MINUTE).await;
    open.workspace.save_filter("mine", "team:shop-orders").await.unwrap();
    let fired = ask(part(0)).await;
    let mut more = shop();
    more.entities.push(entity(EntityKind::Service, "a-new-one", "shop-front"));
    let at = Timestamp::from_millis(BEGIN + MINUTE);
    open.workspace.put_inventory(source, &more, at, at).await.unwrap();
    // The model is made anew a moment after the write: what is listed in between is not kept for longer.
    let _between = ask(part(0)).await;
    open.topology.changed();
    let grown = ask(part(0)).await;
    let earlier = ask(EntitiesRequest { as_of: Some(Millis(BEGIN)), ..part(0) }).await;

    assert_eq!((row_names(&fired)[0], fired.firing, fired.filters.len()), ("web", 1, 1));
    assert_eq!((row_names(&grown), grown.total), (vec!["web", "a-new-one"], 6));
    assert_eq!((earlier.total, earlier.as_of), (5, Some(Millis(BEGIN))));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_search_has_one_name_however_that_is_written() {
    let home = tempfile::tempdir().unwrap();
    let (app, _open) = workspace(home.path()).await;
    let of = |name: &str, text: &str| SavedFilter { name: name.to_owned(), text: text.to_owned() };
    save_filter(&app, &of("caf\u{e9}  db\u{200b}", "tier:1"), false).await.unwrap();

    let refused = save_filter(&app, &of("CAFE\u{301} ＤＢ", "tier:2"), false).await.unwrap_err();
    // Who keeps the same search under the same name has it already.
    save_filter(&app, &of("Cafe\u{301} db", "tier:1"), false).await.unwrap();

    let name = "caf\u{e9} db";
    assert_eq!((refused.code.as_str(), refused.fields["name"].as_str()), ("filter_exists", name));
    assert_eq!(view(&app, None).await.unwrap().filters, [of(name, "tier:1")]);
    save_filter(&app, &of("Caf\u{e9} DB", "tier:2"), true).await.unwrap();
    assert_eq!(view(&app, None).await.unwrap().filters, [of("Caf\u{e9} DB", "tier:2")]);
    let nothing = save_filter(&app, &of("\u{200b}", "tier:2"), false).await.unwrap_err();
    assert_eq!(nothing.code, "name_missing");
    workspaces::close(&app).await;
}

fn row_names(view: &EntitiesView) -> Vec<&str> {
    view.rows.iter().map(|row| row.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_letters_find_names_and_another_name_is_as_good_as_the_own() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;
    let found = async |text: &str| {
        let hits = entity_names(&app, text, None).await.unwrap();
        hits.into_iter().map(|hit| (hit.name, hit.exact)).collect::<Vec<_>>()
    };
    let hit = |name: &str, exact: bool| (name.to_owned(), exact);

    assert_eq!(found(" ORDERS ").await, [hit("orders", true), hit("orders-db", false)]);
    assert_eq!(found("db").await, [hit("db-m1.prod.example.net", false), hit("orders-db", false)]);
    assert_eq!(found("10.0.3.7").await, [hit("db-m1.prod.example.net", true)]);
    assert!(found("nothing like it").await.is_empty() && found("  ").await.is_empty());
    workspaces::close(&app).await;
}

/// The whole inventory.
pub(super) struct Whole {
    pub(super) known: bool,
    /// By kind and name.
    pub(super) entities: Vec<EntityItem>,
    pub(super) dependencies: Vec<DependencyItem>,
    pub(super) filters: Vec<SavedFilter>,
}

/// Reads both lists page by page to their ends.
pub(super) async fn view(app: &App, as_of: Option<Millis>) -> Result<Whole, crate::AppError> {
    let mut request = EntitiesRequest { as_of, limit: 500, ..EntitiesRequest::default() };
    let mut page = entities(app, &request).await?;
    let mut all = std::mem::take(&mut page.rows);
    while all.len() < page.total as usize {
        request.offset = u32::try_from(all.len()).unwrap();
        all.extend(entities(app, &request).await?.rows);
    }
    all.sort_by(|a, b| (&a.kind, &a.name).cmp(&(&b.kind, &b.name)));
    let mut asked = DependenciesRequest { as_of, limit: 500, ..DependenciesRequest::default() };
    let mut edges = dependencies(app, &asked).await?;
    while edges.rows.len() < edges.total as usize {
        asked.offset = u32::try_from(edges.rows.len()).unwrap();
        edges.rows.extend(dependencies(app, &asked).await?.rows);
    }
    Ok(Whole { known: page.known, entities: all, dependencies: edges.rows, filters: page.filters })
}

pub(super) fn names(view: &Whole) -> Vec<&str> {
    view.entities.iter().map(|entity| entity.name.as_str()).collect()
}
