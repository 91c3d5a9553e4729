//! Samples: exact, versioned, merged.

use wardroom_core::Samples;
use wardroom_core::series::STALE_BITS;
use wardroom_store::{BatchEnd, BatchKind, CheckProblem, Flaw, SeriesFilter, StoreError, Workspace};

use crate::{add_series, add_source, at, bits, in_memory, on_disk, range, samples, sync};

#[tokio::test]
async fn value_bits_survive_staleness_markers_included() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    let odd = [f64::from_bits(STALE_BITS), f64::NAN, -0.0, f64::INFINITY, 5e-324, 0.1];
    let pairs: Vec<(i64, f64)> = (0..).zip(odd).map(|(i, v)| (i * 1000 + 3, v)).collect();

    sync(&workspace, source, series, 10, &pairs[..3]).await;
    workspace.append_tail(source, at(11), &[(series, samples(&pairs[3..]))]).await.unwrap();

    let read = workspace.read(series, None, None).await.unwrap();
    assert_eq!(bits(&read), bits(&samples(&pairs)));
}

#[tokio::test]
async fn a_correction_stands_beside_the_old_value() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];

    sync(&workspace, source, series, 100, &[(1, 1.0), (2, 2.0), (3, 3.0)]).await;
    let second = sync(&workspace, source, series, 200, &[(2, 20.0), (3, 3.0), (4, 4.0)]).await;
    workspace.append_tail(source, at(300), &[(series, samples(&[(4, 40.0)]))]).await.unwrap();

    let known = async |moment| workspace.read(series, None, moment).await.unwrap();
    assert_eq!(known(Some(at(99))).await, Samples::default());
    assert_eq!(known(Some(at(100))).await, samples(&[(1, 1.0), (2, 2.0), (3, 3.0)]));
    assert_eq!(known(Some(at(200))).await, samples(&[(1, 1.0), (2, 20.0), (3, 3.0), (4, 4.0)]));
    assert_eq!(known(None).await, samples(&[(1, 1.0), (2, 20.0), (3, 3.0), (4, 40.0)]));
    // The unchanged sample of the second batch was not stored again.
    assert_eq!(second.samples, 2);
}

#[tokio::test]
async fn what_is_there_already_is_not_stored_again() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    let pairs: Vec<(i64, f64)> = (0..5000).map(|i| (i64::from(i) * 15, f64::from(i))).collect();

    let first = sync(&workspace, source, series, 1, &pairs).await;
    let again = sync(&workspace, source, series, 2, &pairs).await;
    let tick = workspace.append_tail(source, at(3), &[(series, samples(&pairs[4990..]))]).await.unwrap();

    assert_eq!((first.samples, again.samples, tick.samples), (5000, 0, 0));
    assert_eq!(workspace.stats().await.unwrap().samples, 5000);
    assert_eq!(workspace.read(series, None, None).await.unwrap().len(), 5000);
}

#[tokio::test]
async fn unsorted_input_is_sorted_and_a_range_is_half_open() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];

    sync(&workspace, source, series, 1, &[(30, 3.0), (10, 1.0), (20, 2.0), (10, 1.5)]).await;

    let read = workspace.read(series, Some(range(10, 30)), None).await.unwrap();
    assert_eq!(read, samples(&[(10, 1.5), (20, 2.0)]));
}

#[tokio::test]
async fn many_series_come_back_in_the_order_asked_for() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let ids = add_series(&workspace, source, 600).await;
    let mut batch = workspace.begin_batch(source, BatchKind::Sync, at(1), String::new()).await.unwrap();
    let all = (0_i64..).zip(&ids).map(|(i, id)| (*id, samples(&[(i, 1.0)])));
    batch.append(all.collect()).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();

    let mut asked = vec![ids[599], ids[0], ids[300], ids[0]];
    let few = workspace.read_many(&asked, None, None).await.unwrap();
    asked = ids.iter().rev().copied().collect();
    let reversed = workspace.read_many(&asked, None, None).await.unwrap();

    let first_times: Vec<i64> = few.iter().map(|s| s.times()[0]).collect();
    assert_eq!(first_times, [599, 0, 300, 0]);
    let first_times: Vec<i64> = reversed.iter().map(|s| s.times()[0]).collect();
    assert_eq!(first_times, (0..600).rev().collect::<Vec<i64>>());
}

#[tokio::test]
async fn an_import_is_not_seen_before_it_is_finished() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "file").await;
    let series = add_series(&workspace, source, 1).await[0];
    let mut batch = workspace.begin_batch(source, BatchKind::Import, at(1), String::new()).await.unwrap();

    batch.append(vec![(series, samples(&[(1, 1.0), (2, 2.0)]))]).await.unwrap();
    batch.append(vec![(series, samples(&[(2, 2.0), (3, 3.0)]))]).await.unwrap();

    assert!(workspace.read(series, None, None).await.unwrap().is_empty());
    assert_eq!(workspace.stats().await.unwrap().samples, 0);
    let summary = batch.finish(BatchEnd::Complete).await.unwrap();
    assert_eq!(summary.samples, 3);
    assert_eq!(workspace.read(series, None, None).await.unwrap(), samples(&[(1, 1.0), (2, 2.0), (3, 3.0)]));
}

#[tokio::test]
async fn a_discarded_batch_leaves_nothing() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    let mut batch = workspace.begin_batch(source, BatchKind::Sync, at(1), String::new()).await.unwrap();
    batch.append(vec![(series, samples(&[(1, 1.0)]))]).await.unwrap();

    batch.discard().await.unwrap();

    assert!(workspace.read(series, None, None).await.unwrap().is_empty());
    assert_eq!(workspace.stats().await.unwrap().batches, 0);
}

#[tokio::test]
async fn the_tail_is_sealed_on_close_and_reads_the_same() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    let ids = add_series(&workspace, source, 3).await;
    for tick in 0..50 {
        let new: Vec<_> = ids.iter().map(|id| (*id, samples(&[(tick * 15_000, 1.5)]))).collect();
        workspace.append_tail(source, at(tick * 15_000 + 1), &new).await.unwrap();
    }
    let before = workspace.read_many(&ids, None, None).await.unwrap();
    let early = workspace.read(ids[1], None, Some(at(30_001))).await.unwrap();
    assert_eq!(workspace.stats().await.unwrap().tail_samples, 150);
    workspace.close().await.unwrap();

    let workspace = Workspace::open(&path, at(0)).await.unwrap();

    assert_eq!(workspace.stats().await.unwrap().tail_samples, 0);
    assert_eq!(workspace.read_many(&ids, None, None).await.unwrap(), before);
    assert_eq!(workspace.read(ids[1], None, Some(at(30_001))).await.unwrap(), early);
    assert_eq!(early.len(), 3);
}

#[tokio::test]
async fn first_and_last_times_count_the_tail() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let ids = add_series(&workspace, source, 2).await;
    sync(&workspace, source, ids[0], 1, &[(10, 1.0), (20, 2.0)]).await;
    workspace.append_tail(source, at(2), &[(ids[0], samples(&[(30, 3.0)]))]).await.unwrap();

    let rows =
        workspace.series(&SeriesFilter { source: Some(source), ..SeriesFilter::default() }).await.unwrap();
    let last = workspace.last_times(source).await.unwrap();

    assert_eq!((rows[0].first, rows[0].last, rows[0].samples), (Some(at(10)), Some(at(30)), 3));
    assert_eq!((rows[1].first, rows[1].last, rows[1].samples), (None, None, 0));
    assert_eq!(last.into_iter().collect::<Vec<_>>(), [(rows[0].key.clone(), at(30))]);
}

#[tokio::test]
async fn compaction_keeps_every_version_and_merges_small_chunks() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    for round in 0..20_i64 {
        let pairs: Vec<(i64, f64)> =
            (0..10).map(|i| (round * 8 + i, 100.0 * round as f64 + i as f64)).collect();
        sync(&workspace, source, series, round, &pairs).await;
    }
    let moments = [None, Some(at(0)), Some(at(7)), Some(at(19))];
    let mut before = Vec::new();
    for moment in moments {
        before.push(workspace.read(series, None, moment).await.unwrap());
    }

    let report = workspace.compact(at(1000)).await.unwrap();
    let again = workspace.compact(at(1000)).await.unwrap();

    assert_eq!((report.chunks_merged, report.samples_dropped), (20, 0));
    assert_eq!(again.chunks_merged, 0);
    assert_eq!(workspace.stats().await.unwrap().chunks, 1);
    for (moment, before) in moments.into_iter().zip(before) {
        assert_eq!(workspace.read(series, None, moment).await.unwrap(), before, "as of {moment:?}");
    }
}

#[tokio::test]
async fn retention_drops_to_the_millisecond_and_size_drops_the_oldest() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    let pairs: Vec<(i64, f64)> = (0..100).map(|i| (i64::from(i) * 1000, f64::from(i))).collect();
    sync(&workspace, source, series, 1, &pairs).await;
    let mut row = workspace.source(source).await.unwrap().unwrap();
    row.retention_ms = Some(50_000);
    workspace.update_source(&row).await.unwrap();

    let report = workspace.compact(at(100_000)).await.unwrap();

    assert_eq!(report.samples_dropped, 50);
    assert_eq!(workspace.read(series, None, None).await.unwrap(), samples(&pairs[50..]));
    row.max_bytes = Some(1);
    workspace.update_source(&row).await.unwrap();
    assert_eq!(workspace.compact(at(100_000)).await.unwrap().samples_dropped, 50);
    assert!(workspace.read(series, None, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn limits_drop_whole_chunks_without_writing_the_file_anew() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    let pairs: Vec<(i64, f64)> = (0..100).map(|i| (i64::from(i) * 1000, f64::from(i))).collect();
    sync(&workspace, source, series, 1, &pairs[..40]).await;
    sync(&workspace, source, series, 2, &pairs[40..]).await;
    assert_eq!(workspace.apply_limits(source, at(100_000)).await.unwrap(), 0);
    let mut row = workspace.source(source).await.unwrap().unwrap();
    row.retention_ms = Some(50_000);
    workspace.update_source(&row).await.unwrap();

    let dropped = workspace.apply_limits(source, at(100_000)).await.unwrap();

    // The chunk that reaches over the limit stays until the file is compacted.
    assert_eq!(dropped, 40);
    assert_eq!(workspace.read(series, None, None).await.unwrap(), samples(&pairs[40..]));
}

#[tokio::test]
async fn a_flipped_bit_is_an_error_and_not_a_wrong_number() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    let series = add_series(&workspace, source, 1).await[0];
    let pairs: Vec<(i64, f64)> = (0..1000).map(|i| (i64::from(i) * 1000, f64::from(i).sqrt())).collect();
    sync(&workspace, source, series, 1, &pairs).await;
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
    crate::meddle(
        &path,
        "UPDATE chunks SET val = CAST(substr(val, 1, 100) || x'5a5a' || substr(val, 103) AS BLOB)",
    )
    .await;

    let report = Workspace::check(&path).await.unwrap();
    let workspace = Workspace::open(&path, at(0)).await.unwrap();
    let read = workspace.read(series, None, None).await;

    assert!(
        matches!(&report.problems[..], [CheckProblem::Chunk { series: of, flaw: Flaw::Checksum, .. }] if *of == series),
        "{:?}",
        report.problems
    );
    assert_eq!((report.chunks, report.samples), (1, 0));
    assert!(matches!(read, Err(StoreError::Damaged { path: named, .. }) if named == workspace.path()));
}

#[tokio::test]
async fn labels_that_are_no_text_are_damage_and_no_failure_of_the_program() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    add_series(&workspace, source, 1).await;
    workspace.close().await.unwrap();
    crate::meddle(&path, "UPDATE series SET labels = CAST(x'7b22ff223a2278227d' AS TEXT)").await;

    let workspace = Workspace::open(&path, at(0)).await.unwrap();
    let listed = workspace.series(&SeriesFilter::default()).await;

    assert!(matches!(listed, Err(StoreError::Damaged { path: named, .. }) if named == workspace.path()));
}
