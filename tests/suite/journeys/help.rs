//! Help and refusals of the terminal are in the language that the person at this machine has chosen.

use std::path::Path;

use serde_json::Value;
use wardroom_app::settings::{self, Language, Settings};

use super::start;
use super::terminal::Terminal;

#[tokio::test(flavor = "multi_thread")]
async fn help_and_refusals_follow_the_language_of_the_settings() {
    let Some(terminal) = Terminal::empty("help_and_refusals_follow_the_language_of_the_settings") else {
        return;
    };
    let (_, before, _) = terminal.run_as_chosen(&["--help"]);
    assert!(before.contains("Usage: wardroom [OPTIONS] <COMMAND>"), "{before}");
    let home = terminal.path("home");
    assert!(!Path::new(&home).exists(), "help makes no file");
    let app = start(Path::new(&home)).await;
    settings::set(&app, Settings { language: Language::ZhCn, ..Settings::default() }).await.unwrap();

    let (code, help, _) = terminal.run_as_chosen(&["connect", "--help"]);
    let (refused, _, said) = terminal.run_as_chosen(&["connect", "--nonsense"]);
    let (_, _, object) = terminal.run_as_chosen(&["--json", "connect", "--nonsense"]);
    let (_, english, _) = terminal.run(&["connect", "--help"]);

    assert_eq!((code, refused), (0, 2));
    assert!(
        help.contains("用法：wardroom connect [选项] --workspace <WORKSPACE> --url <URL> [KIND]"),
        "{help}"
    );
    assert!(said.starts_with("错误：不认识参数“--nonsense”\n"), "{said}");
    let object: Value = serde_json::from_str(&object).unwrap();
    assert_eq!((&object["code"], &object["message"]), (&Value::from("usage"), &object["fields"]["detail"]));
    assert_eq!(object["message"].as_str().map(str::trim_end), Some(said.trim_end()));
    assert!(english.contains("Usage: wardroom connect [OPTIONS]"), "{english}");
}
