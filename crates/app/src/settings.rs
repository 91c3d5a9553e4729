//! Settings of the person at this machine; they act at once.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_store::AppDb;

use crate::context::{App, Start};
use crate::error::AppError;
use crate::events::AppEvent;

/// The settings. They stay on this machine and are not part of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The language of window, terminal and report.
    pub language: Language,
    /// Dark, light, or what the system says.
    pub theme: ThemeChoice,
    /// Text size in percent: 90, 100, 125 or 150.
    pub text_size: u16,
    /// The zone in which times are shown.
    pub zone: ZoneChoice,
    /// Seconds between two requests while following.
    pub follow_s: u16,
}

/// A language of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Language {
    /// What the system says.
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
}

/// A choice of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ThemeChoice {
    /// What the system says; dark when it says nothing.
    System,
    /// Ink.
    Dark,
    /// Paper.
    Light,
}

/// A choice of zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ZoneChoice {
    /// UTC.
    Utc,
    /// The machine's.
    Local,
}

impl Default for Settings {
    /// What a person meets first: everything as the system says, UTC, 15 s.
    fn default() -> Self {
        Self {
            language: Language::System,
            theme: ThemeChoice::System,
            text_size: 100,
            zone: ZoneChoice::Utc,
            follow_s: 15,
        }
    }
}

const KEY: &str = "settings";

/// Reads the stored settings; unreadable ones count as none.
pub(crate) async fn load(db: &AppDb) -> Settings {
    let text = db.setting(KEY).await.ok().flatten();
    text.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default()
}

/// Returns the language that was chosen on this machine, without starting the application and without making a file:
/// what the system says where none is stored.
pub async fn chosen_language(start: &Start) -> Language {
    let Some(dir) = &start.data_dir else { return Language::System };
    let Ok(Some(db)) = AppDb::open_if_there(dir).await else { return Language::System };
    let settings = load(&db).await;
    db.close().await;
    settings.language
}

/// Changes the settings; they act at once.
///
/// # Errors
///
/// `setting_out_of_range` for a text size or interval outside what is offered; store failures.
pub async fn set(app: &App, settings: Settings) -> Result<Settings, AppError> {
    if ![90, 100, 125, 150].contains(&settings.text_size) {
        return Err(AppError::new("setting_out_of_range")
            .with("setting", "text_size")
            .with("allowed", "90, 100, 125, 150"));
    }
    if !(5..=3600).contains(&settings.follow_s) {
        return Err(AppError::new("setting_out_of_range")
            .with("setting", "follow")
            .with("allowed", "5–3600 s"));
    }
    let text = serde_json::to_string(&settings).map_err(|e| AppError::internal(&e))?;
    app.app_db().set_setting(KEY, &text).await?;
    app.replace_settings(settings);
    app.bus().tell(AppEvent::SettingsChanged);
    Ok(settings)
}

/// Returns the language that applies: the chosen one, or what the environment says (English unless Chinese).
pub fn effective_language(choice: Language) -> Language {
    match choice {
        Language::System => {
            let said = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|k| std::env::var(k).ok().filter(|v| !v.is_empty()));
            if said.is_some_and(|v| v.to_lowercase().starts_with("zh")) {
                Language::ZhCn
            } else {
                Language::En
            }
        }
        Language::En | Language::ZhCn => choice,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_chosen_language_is_read_without_making_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("data");
        let start = || Start { data_dir: Some(dir.clone()), clock: None, memory_secrets: true };

        assert_eq!(chosen_language(&start()).await, Language::System);
        assert!(!dir.exists());
        let app = App::start(start()).await.unwrap();
        set(&app, Settings { language: Language::ZhCn, ..Settings::default() }).await.unwrap();
        assert_eq!(chosen_language(&start()).await, Language::ZhCn);
    }
}
