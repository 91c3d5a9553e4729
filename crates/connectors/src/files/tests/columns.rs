//! Columns that are no single text, number or time: what is made of them, and what is said where nothing is.

use super::*;

#[test]
fn objects_in_json_are_taken_apart_and_lists_become_one_value() {
    let folder = folder();
    let line = |minute: u32, more: &str| {
        format!(
            "{{\"time\":\"2026-11-10T00:0{minute}:00Z\",\"http\":{{\"request\":{{\"method\":\"GET\",\"ms\":{minute}}}}},\
             \"zones\":[\"a\",\"b\"],\"jobs\":[{{\"id\":1}},{{\"id\":2}}]{more}}}\n"
        )
    };
    let deep = "{\"k\":".repeat(12) + "1" + &"}".repeat(12);
    let text = line(0, "") + &line(1, &format!(",\"deep\":{deep}")) + &line(2, ",\"http.request.ms\":7");
    let path = written(folder.path(), "nested.jsonl", text.as_bytes());

    let (preview, imported, known) = previewed_and_imported(&path);

    let understood: Vec<(&str, Understood)> =
        preview.columns.iter().map(|column| (column.name.as_str(), column.understood)).collect();
    let of = |name: &str| understood.iter().find(|(known, _)| *known == name).map(|(_, as_what)| *as_what);
    assert_eq!(of("zones"), Some(Understood::Joined));
    assert_eq!(of("jobs"), Some(Understood::Counted));
    assert_eq!(of("deep.k.k.k.k.k.k.k"), Some(Understood::Whole { deepest: 8 }));
    assert_eq!(preview.columns_cut_at, None);
    assert_eq!(imported.bad_row_count, 0);
    let labels = [("http.request.method", "GET"), ("zones", "a|b")];
    let values = |metric: &str| -> Vec<f64> {
        let of_metric = known.iter().filter(|(key, _)| {
            key.metric == metric && labels.iter().all(|(name, value)| key.labels.get(name) == Some(*value))
        });
        of_metric
            .flat_map(|(_, (_, _, samples))| samples.iter().map(|(_, bits)| f64::from_bits(*bits)))
            .collect()
    };
    assert_eq!(values("http.request.ms").iter().sum::<f64>().to_bits(), 3.0_f64.to_bits());
    assert_eq!(values("jobs").len(), 3);
    assert!(values("jobs").iter().all(|n| n.to_bits() == 2.0_f64.to_bits()));
}

#[test]
fn a_document_of_ten_thousand_keys_does_not_become_as_many_columns() {
    let folder = folder();
    let keys = (0..10_000).map(|i| format!(",\"k{i}\":{{\"n\":{i}}}")).collect::<Vec<_>>().concat();
    let text = format!("{{\"a_time\":\"2026-11-10T00:00:00Z\"{keys}}}\n");
    let path = written(folder.path(), "wide.jsonl", text.as_bytes());

    let preview = preview(&path, None).unwrap();

    assert_eq!((preview.columns.len(), preview.columns_cut_at), (1000, Some(1000)));
}

#[test]
fn a_chinese_spreadsheet_is_read_in_its_encoding() {
    let folder = folder();
    let text = "时间,host,值\n2026-11-10T00:00:00Z,支付-数据库,1\n2026-11-10T00:01:00Z,支付-数据库,2\n";
    let path = written(folder.path(), "chinese.csv", &encoding_rs::GB18030.encode(text).0);

    let (preview, imported, known) = previewed_and_imported(&path);

    assert_eq!((preview.encoding.as_str(), imported.samples), ("GB18030", 2));
    let hosts: Vec<Option<&str>> = known.keys().map(|key| key.labels.get("host")).collect();
    assert_eq!(hosts, [Some("支付-数据库")]);
}
