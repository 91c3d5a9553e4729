//! Tests of the verdicts as a whole.

use super::*;

fn judge(text: &str) -> FaultVerdict {
    FaultModel::shipped().classify(&FaultInput { text, level: None, service: "", host: "", dataset: "" })
}

#[test]
fn probabilities_sum_to_one_and_the_best_is_named() {
    for text in ["", "disk failure", "all is well", "\0", "connection refused by peer", "日本語 エラー"]
    {
        let verdict = judge(text);
        let sum: f64 = verdict.classes.iter().map(|(_, p)| p).sum();

        assert!((sum - 1.0).abs() < 1e-9, "{text}");
        assert!(verdict.classes.contains(&(verdict.best, verdict.confidence)), "{text}");
        assert_ne!(verdict.best_fault, FaultClass::None, "{text}");
    }
}

#[test]
fn plain_lines_of_each_class_are_recognised() {
    for (text, class) in [
        ("Uncorrectable ECC error on DIMM 3", FaultClass::Hardware),
        ("power supply 2 failed, fan 1 below minimum speed", FaultClass::Hardware),
        ("java.lang.NullPointerException at Shop.pay", FaultClass::Application),
        ("cannot open file /srv/x/y: No such file or directory", FaultClass::Application),
        ("connection to 10.0.0.7:5432 refused", FaultClass::Network),
        ("eth3: link is down", FaultClass::Network),
        ("authentication failure for user eve from 192.0.2.7", FaultClass::Security),
        ("port scan detected from 192.0.2.7", FaultClass::Security),
        ("server started in 17 s", FaultClass::None),
        ("GET /index.html 200", FaultClass::None),
    ] {
        assert_eq!(judge(text).class, class, "{text}");
    }
}

#[test]
fn words_of_trouble_in_lines_of_success_do_not_mislead() {
    for text in [
        "backup finished with 0 errors",
        "no errors found",
        "connection to db-1 re-established after timeout",
        "link eth0 is up again",
        "error handler registered",
        "exiting on signal 15",
    ] {
        assert_eq!(judge(text).class, FaultClass::None, "{text}");
    }
}

#[test]
fn a_verdict_says_what_it_stands_on() {
    let verdict = judge("request to billing failed: connection refused");

    assert!(verdict.evidence.iter().any(|e| e.kind == EvidenceKind::Rule("refused".to_owned())));
    assert!(verdict.evidence.iter().all(|e| e.class == verdict.best && e.weight > 0.0));
    assert!(verdict.evidence.is_sorted_by(|a, b| a.weight >= b.weight));
}

#[test]
fn a_level_moves_the_verdict_and_is_named() {
    let line = |level| FaultInput { text: "probe 7: value 3", level, service: "", host: "", dataset: "" };
    let model = FaultModel::shipped();
    let (quiet, loud) = (model.classify(&line(None)), model.classify(&line(Some(LogLevel::Error))));

    assert!(loud.classes[0].1 < quiet.classes[0].1);
}

#[test]
fn a_line_without_a_fault_has_nobody_who_suffers() {
    let verdict = judge("mailer: queue empty");

    assert_eq!((verdict.class, verdict.affected_service), (FaultClass::None, None));
}

#[test]
fn the_same_line_gets_the_same_verdict() {
    let text = "replica db-3 lost: no heartbeat for 30 s";

    assert_eq!(judge(text), judge(text));
}

#[test]
fn who_suffers_is_named_wherever_a_fault_is_likely_enough() {
    for (text, best, suffers) in [
        ("connection refused by db-7:5432", FaultClass::Network, Some("db-7:5432")),
        ("program interrupt", FaultClass::None, Some("writer")),
        ("mailer startup succeeded", FaultClass::None, None),
    ] {
        let line = FaultInput { text, level: None, service: "writer", host: "", dataset: "" };

        let verdict = FaultModel::shipped().classify(&line);

        assert_eq!(
            (verdict.best, verdict.affected_service.as_deref()),
            (best, suffers),
            "{text}: {verdict:?}"
        );
    }
}
