//! Templates of log lines: their counts, which stands for which, and what people decided of them.

use std::collections::BTreeMap;

use wardroom_core::{FaultClass, LogLevel, TemplateId};
use wardroom_store::{
    BatchKind, CheckProblem, Flaw, LogFilter, LogIntake, StoreError, TemplateMinute, TemplateRow, Workspace,
};

use crate::records::record;
use crate::{add_source, at, in_memory, meddle, on_disk, range};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// A template with every column filled.
pub(crate) fn row(id: u64) -> TemplateRow {
    TemplateRow {
        id: TemplateId(id),
        text: format!("job <*> of kind {id} failed"),
        parts: "[\"job \",{\"kind\":\"number\"}]".to_owned(),
        name: None,
        first_seen: Some(at(10)),
        last_seen: Some(at(20)),
        lines: 3,
        level: None,
        class: FaultClass::Application,
        best_class: FaultClass::Network,
        confidence: 0.75,
        error_code: Some("E42".to_owned()),
        affected_service: None,
        custom_class: None,
        by_hand: false,
        services: vec!["web".to_owned()],
        hosts: (0..20).map(|i| format!("host-{i:02}")).collect(),
    }
}

fn minute(template: u64, start: i64, level: Option<LogLevel>, lines: u64) -> TemplateMinute {
    TemplateMinute { template: TemplateId(template), minute_start: at(start), level, lines }
}

/// Lines of each template and bin of a period.
async fn counts(workspace: &Workspace, start: i64, end: i64, bin_ms: i64) -> Vec<(u64, Vec<(i64, u64)>)> {
    let counts =
        workspace.template_counts(range(start, end), &[], &[], bin_ms).await.expect("the store answers");
    let plain = counts.into_iter().map(|(id, counts)| {
        let bins = counts.bins.iter().map(|(start, lines)| (start.as_millis(), *lines)).collect();
        (id.0, bins)
    });
    plain.collect()
}

#[tokio::test]
async fn a_template_comes_back_as_it_was_stored_and_is_replaced_as_a_whole() {
    let workspace = in_memory().await;
    let large = TemplateRow { level: Some(LogLevel::Error), ..row(u64::MAX) };
    workspace.put_templates(&[large.clone(), row(1)]).await.unwrap();

    let named = TemplateRow { name: Some("failed job".to_owned()), by_hand: true, ..row(1) };
    workspace.put_templates(std::slice::from_ref(&named)).await.unwrap();

    assert_eq!(workspace.templates().await.unwrap(), [named, large.clone()]);
    workspace.delete_templates(&[TemplateId(1)]).await.unwrap();
    assert_eq!(workspace.templates().await.unwrap(), [large]);
}

#[tokio::test]
async fn counts_add_up_by_minute_bin_level_and_source() {
    let workspace = in_memory().await;
    let (first, second) = (add_source(&workspace, "a").await, add_source(&workspace, "b").await);
    let info = Some(LogLevel::Info);
    let some = [
        minute(1, 0, info, 2),
        minute(1, MINUTE + 59_999, info, 3),
        minute(1, HOUR - 1, None, 4),
        minute(1, HOUR, info, 5),
        minute(2, -1, info, 6),
    ];
    workspace.add_template_counts(first, &some).await.unwrap();
    workspace.add_template_counts(first, &[minute(1, MINUTE, None, 10)]).await.unwrap();
    workspace.add_template_counts(second, &[minute(1, 30_000, info, 100)]).await.unwrap();

    let by_minute = counts(&workspace, -MINUTE, 2 * HOUR, MINUTE).await;
    let hour = [(0, 102), (MINUTE, 13), (HOUR - MINUTE, 4), (HOUR, 5)];
    assert_eq!(by_minute, [(1, hour.to_vec()), (2, vec![(-MINUTE, 6)])]);
    // Bins are whole minutes and begin with the minute in which the period begins.
    let by_bin = counts(&workspace, 30_000, HOUR, MINUTE + 1).await;
    assert_eq!(by_bin, [(1, vec![(0, 115), (58 * MINUTE, 4)])]);
    let own = workspace.template_counts(range(0, HOUR), &[first], &[], HOUR).await.unwrap();
    assert_eq!(own[0].1.levels, BTreeMap::from([(None, 14), (info, 5)]));
    assert_eq!(own[0].1.lines(), 19);
    let at_info = workspace.template_counts(range(0, HOUR), &[], &[LogLevel::Info], HOUR).await.unwrap();
    assert_eq!(at_info[0].1.levels, BTreeMap::from([(info, 105)]));
    assert_eq!(at_info[0].1.bins, [(at(0), 105)]);
    assert_eq!(
        workspace.template_lines().await.unwrap(),
        [(first, TemplateId(1), 24), (first, TemplateId(2), 6), (second, TemplateId(1), 100)]
    );
}

#[tokio::test]
async fn a_template_that_stands_for_another_takes_its_counts_and_records_until_it_is_restored() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let records: Vec<_> = (0..5000).map(|i| record(i, LogLevel::Info, "line")).collect();
    let templates: Vec<_> = (0..5000_u64).map(|i| Some(TemplateId(i % 4))).collect();
    workspace.append_logs(source, BatchKind::Sync, &records, &templates, at(1)).await.unwrap();
    let few = [record(6000, LogLevel::Info, "row")];
    workspace.append_logs(source, BatchKind::Sync, &few, &[Some(TemplateId(3))], at(1)).await.unwrap();
    workspace.add_template_counts(source, &[minute(1, 0, None, 1), minute(3, 0, None, 30)]).await.unwrap();
    workspace
        .put_template_examples(TemplateId(3), &[(source, record(1, LogLevel::Warn, "x"))])
        .await
        .unwrap();
    let found = async |template: u64| {
        let filter = LogFilter { templates: vec![TemplateId(template)], ..LogFilter::default() };
        workspace.log_counts(&filter).await.unwrap().values().sum::<u64>()
    };

    workspace.replace_template(TemplateId(3), TemplateId(2)).await.unwrap();
    workspace.replace_template(TemplateId(2), TemplateId(1)).await.unwrap();
    let circle = workspace.replace_template(TemplateId(1), TemplateId(3)).await;

    assert!(circle.is_err());
    assert_eq!((found(1).await, found(3).await, found(0).await), (3751, 3751, 1250));
    assert_eq!(counts(&workspace, 0, HOUR, HOUR).await, [(1, vec![(0, 31)])]);
    let newest = workspace.logs(&LogFilter::default(), None, 1).await.unwrap();
    assert_eq!(newest[0].template, Some(TemplateId(1)));
    assert_eq!(workspace.template_examples(TemplateId(1)).await.unwrap().len(), 1);
    let replaced = workspace.replaced_templates().await.unwrap();
    let one = TemplateId(1);
    assert_eq!(replaced, BTreeMap::from([(TemplateId(2), one), (TemplateId(3), one)]));
    workspace.restore_template(TemplateId(2)).await.unwrap();
    assert_eq!((found(1).await, found(2).await), (1250, 2501));
}

#[tokio::test]
async fn at_most_five_examples_are_kept_in_their_order() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let lines: Vec<_> = (0..7).map(|i| (source, record(i, LogLevel::Warn, &format!("line {i}")))).collect();

    workspace.put_template_examples(TemplateId(9), &lines[1..3]).await.unwrap();
    workspace.put_template_examples(TemplateId(9), &lines).await.unwrap();

    assert_eq!(workspace.template_examples(TemplateId(9)).await.unwrap(), lines[..5]);
}

#[tokio::test]
async fn decisions_are_kept_also_when_they_are_undone() {
    let workspace = in_memory().await;
    let first = workspace.add_log_decision("merge", "{\"a\":1}", at(10)).await.unwrap();
    let second = workspace.add_log_decision("rename", "{}", at(20)).await.unwrap();

    let undone = workspace.undo_log_decision(first, at(30)).await.unwrap();
    let again = workspace.undo_log_decision(first, at(40)).await.unwrap();

    assert!(undone && !again);
    let decisions = workspace.log_decisions().await.unwrap();
    let seen: Vec<_> = decisions.iter().map(|d| (d.id, d.kind.as_str(), d.undone_at)).collect();
    assert_eq!(seen, [(first, "merge", Some(at(30))), (second, "rename", None)]);
    assert_eq!(decisions[0].payload, "{\"a\":1}");
}

#[tokio::test]
async fn what_was_masked_adds_up_and_the_miner_comes_back() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    let dictionary: Vec<u8> = (0..100_000_u32).flat_map(|i| (i % 700).to_le_bytes()).collect();
    assert_eq!(workspace.log_miner().await.unwrap(), None);

    workspace.add_log_masked(source, &[("token", 2), ("card", 1)]).await.unwrap();
    workspace.add_log_masked(source, &[("token", 3)]).await.unwrap();
    workspace.set_log_miner(b"before").await.unwrap();
    workspace.set_log_miner(&dictionary).await.unwrap();

    let masked = workspace.log_masked().await.unwrap();
    assert_eq!(masked, [(source, "card".to_owned(), 1), (source, "token".to_owned(), 5)]);
    assert!(workspace.log_miner().await.unwrap() == Some(dictionary));
    workspace.close().await.unwrap();
    meddle(&path, "UPDATE log_miner SET bytes = x'00'").await;
    let workspace = Workspace::open(&path, at(0)).await.unwrap();
    assert!(workspace.log_miner().await.is_err());
}

#[tokio::test]
async fn damaged_counts_are_named() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    workspace.add_template_counts(source, &[minute(1, 0, None, 1)]).await.unwrap();
    workspace.close().await.unwrap();
    meddle(&path, "UPDATE log_template_hours SET bytes = x'0000'").await;

    let report = Workspace::check(&path).await.unwrap();

    let hour = at(0);
    assert_eq!(report.problems, [CheckProblem::TemplateCounts { source, hour, flaw: Flaw::Checksum }]);
}

#[tokio::test]
async fn lines_come_with_all_that_they_bring_or_not_at_all() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let records = [
        record(60_000, LogLevel::Warn, "disk sda is slow"),
        record(61_000, LogLevel::Warn, "disk sdb is slow"),
    ];
    let templates = [Some(TemplateId(1)); 2];
    let ends = BTreeMap::from([(TemplateId(3), TemplateId(1))]);
    let whole = LogIntake {
        records: &records,
        templates: &templates,
        rows: &[row(1)],
        examples: &[(TemplateId(1), records[0].clone())],
        counts: &[minute(1, 60_000, Some(LogLevel::Warn), 2)],
        masked: &[("token", 1)],
        miner: Some(b"dictionary"),
        stand_for: Some(&ends),
        settings: &[("logs-read:1", "up to here")],
        config: Some("{}"),
        ..LogIntake::new(source, BatchKind::Sync, at(70_000))
    };
    let chain = BTreeMap::from([(TemplateId(1), TemplateId(2)), (TemplateId(2), TemplateId(4))]);
    let refused = [
        LogIntake { stand_for: Some(&chain), ..whole.clone() },
        LogIntake { settings: &[("store.log_number", "7")], ..whole.clone() },
        LogIntake { templates: &templates[..1], ..whole.clone() },
    ];
    for intake in &refused {
        assert!(matches!(workspace.take_logs(intake).await, Err(StoreError::Internal { .. })));
    }
    assert_eq!(workspace.logs(&LogFilter::default(), None, 10).await.unwrap().len(), 0);
    assert_eq!(workspace.meta("logs-read:1").await.unwrap(), None);

    workspace.take_logs(&whole).await.unwrap();

    let stored = workspace.logs(&LogFilter::default(), None, 10).await.unwrap();
    assert_eq!(stored.iter().map(|line| line.template).collect::<Vec<_>>(), templates);
    assert_eq!(workspace.templates().await.unwrap(), [row(1)]);
    assert_eq!(workspace.template_examples(TemplateId(1)).await.unwrap(), [(source, records[0].clone())]);
    assert_eq!(workspace.template_lines().await.unwrap(), [(source, TemplateId(1), 2)]);
    assert_eq!(workspace.log_masked().await.unwrap(), [(source, "token".to_owned(), 1)]);
    assert_eq!(workspace.log_miner().await.unwrap().as_deref(), Some(&b"dictionary"[..]));
    assert_eq!(workspace.replaced_templates().await.unwrap(), ends);
    assert_eq!(workspace.meta("logs-read:1").await.unwrap().as_deref(), Some("up to here"));

    let none = BTreeMap::new();
    let only = LogIntake { stand_for: Some(&none), ..LogIntake::new(source, BatchKind::Sync, at(71_000)) };
    workspace.take_logs(&only).await.unwrap();
    assert_eq!(workspace.replaced_templates().await.unwrap(), none);
    assert_eq!(workspace.logs(&LogFilter::default(), None, 10).await.unwrap().len(), 2);
}
