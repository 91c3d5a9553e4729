//! What changed and what the detector costs, as the terminal tells it.

use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use super::program;

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_tells_what_changed_in_the_demo_and_what_the_detector_costs() {
    let Some(program) = program("the_terminal_tells_what_changed_in_the_demo") else { return };
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("demo.wardroom").display().to_string();
    let run = async |arguments: &[&str]| {
        let output = Command::new(&program)
            .args(arguments)
            .args(["--workspace", &file, "--json"])
            .env("WARDROOM_HOME", home.path().join("cli"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(Stdio::null())
            .output()
            .await
            .expect("the program starts");
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), serde_json::from_str::<Value>(&out).unwrap_or(Value::Null), error)
    };

    let (code, made, error) = run(&["demo", "--at", "2026-11-17T15:02:00Z"]).await;
    assert_eq!(code, Some(0), "{error}");
    let cause = made["result"]["truth"]["cause"].as_str().expect("the demo tells its truth").to_owned();
    let (code, changed, error) = run(&["changed", "--from", "now-15m", "--to", "now", "--limit", "12"]).await;
    assert_eq!(code, Some(0), "{error}");
    let (code, bill, error) =
        run(&["bill", "--sensitivity", "20", "--keep", "--real", "now-12m to now"]).await;
    assert_eq!(code, Some(0), "{error}");
    let (_, again, _) = run(&["bill"]).await;
    let (together_code, together, error) = run(&["detect", "--together", &cause]).await;
    assert_eq!(together_code, Some(0), "{error}");
    let (nobody_code, _, nobody) = run(&["detect", "--together", "nobody"]).await;
    let (code, _, refused) = run(&["bill", "--sensitivity", "21"]).await;

    assert_eq!(changed["command"], "changed");
    assert_eq!(changed["result"]["entities"][0]["entity"], cause.as_str(), "{changed}");
    let sentence = changed["result"]["sentence"].as_str().unwrap_or_default();
    assert!(sentence.contains(&cause), "{sentence}");
    let result = &bill["result"];
    assert_eq!(result["curve"].as_array().map(Vec::len), Some(20));
    assert_eq!((&result["marked"], &result["chosen"]["found"]), (&Value::from(1), &Value::from(1)), "{bill}");
    assert!(result["chosen"]["pages_per_week"].as_f64().is_some_and(|pages| pages > 0.0), "{bill}");
    assert_eq!(again["result"]["sensitivity"], 20, "{again}");
    let together = &together["result"];
    let length = |column: &str| together[column].as_array().map(Vec::len);
    assert!(together["scored"].as_u64().is_some_and(|scored| scored >= 2), "{together}");
    assert!(length("scores").is_some_and(|rows| rows > 1_000) && length("scores") == length("times_ms"));
    assert_eq!(together["alarm_count"].as_u64(), length("alarms").map(|n| n as u64));
    assert_eq!(nobody_code, Some(4), "{nobody}");
    assert!(nobody.contains("group_score_no_series"), "{nobody}");
    assert_eq!(code, Some(2), "{refused}");
    assert!(refused.contains("bill_sensitivity"), "{refused}");
}
