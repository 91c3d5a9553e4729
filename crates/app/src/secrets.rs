//! Secrets by workspace and connection: the system's keychain, or the program's memory where there is none.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wardroom_connectors::secret::{Secret, SecretBinding};

use crate::error::AppError;
use crate::workspaces::KeychainState;

/// How long a keychain may take: a locked one asks the person and blocks until answered.
const KEYCHAIN_LIMIT: Duration = Duration::from_secs(20);

/// Where secrets are kept. All calls block; the application calls them from a blocking thread with a limit.
pub trait Secrets: Send + Sync + std::fmt::Debug {
    /// Says where.
    fn state(&self) -> KeychainState;
    /// Reads the stored text; `None` when nothing is stored.
    ///
    /// # Errors
    ///
    /// A few words of the keychain, never a secret.
    fn get(&self, workspace: &str, connection: &str) -> Result<Option<String>, String>;
    /// Stores a text.
    ///
    /// # Errors
    ///
    /// A few words of the keychain, never a secret.
    fn set(&self, workspace: &str, connection: &str, text: &str) -> Result<(), String>;
    /// Forgets a text; nothing stored is fine.
    ///
    /// # Errors
    ///
    /// A few words of the keychain.
    fn delete(&self, workspace: &str, connection: &str) -> Result<(), String>;
}

/// Secrets in memory until the program ends.
#[derive(Default)]
pub struct MemorySecrets(Mutex<BTreeMap<(String, String), String>>);

impl std::fmt::Debug for MemorySecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemorySecrets")
    }
}

impl Secrets for MemorySecrets {
    fn state(&self) -> KeychainState {
        KeychainState::Memory
    }

    fn get(&self, workspace: &str, connection: &str) -> Result<Option<String>, String> {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(map.get(&(workspace.to_owned(), connection.to_owned())).cloned())
    }

    fn set(&self, workspace: &str, connection: &str, text: &str) -> Result<(), String> {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.insert((workspace.to_owned(), connection.to_owned()), text.to_owned());
        Ok(())
    }

    fn delete(&self, workspace: &str, connection: &str) -> Result<(), String> {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.remove(&(workspace.to_owned(), connection.to_owned()));
        Ok(())
    }
}

/// Secrets in the system's keychain (Secret Service, macOS Keychain, Windows Credential Manager).
#[derive(Clone, Copy, Debug)]
pub struct SystemSecrets;

impl SystemSecrets {
    fn entry(workspace: &str, connection: &str) -> Result<keyring::Entry, String> {
        keyring::Entry::new(&format!("wardroom/{workspace}"), connection).map_err(|e| e.to_string())
    }
}

impl Secrets for SystemSecrets {
    fn state(&self) -> KeychainState {
        KeychainState::System
    }

    fn get(&self, workspace: &str, connection: &str) -> Result<Option<String>, String> {
        match Self::entry(workspace, connection)?.get_password() {
            Ok(text) => Ok(Some(text)),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(e) => Err(e.to_string()),
        }
    }

    fn set(&self, workspace: &str, connection: &str, text: &str) -> Result<(), String> {
        Self::entry(workspace, connection)?.set_password(text).map_err(|e| e.to_string())
    }

    fn delete(&self, workspace: &str, connection: &str) -> Result<(), String> {
        match Self::entry(workspace, connection)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(e) => Err(e.to_string()),
        }
    }
}

/// Chooses the keychain when one answers within two seconds, otherwise memory.
pub async fn choose() -> std::sync::Arc<dyn Secrets> {
    // Only whether a store answers is asked: reading an entry of a locked keychain would put a question on the screen.
    let answers = tokio::task::spawn_blocking(|| keyring::Entry::store_status().is_ok());
    match tokio::time::timeout(Duration::from_secs(2), answers).await {
        Ok(Ok(true)) => std::sync::Arc::new(SystemSecrets),
        _ => std::sync::Arc::new(MemorySecrets::default()),
    }
}

/// What is stored: the secret and the only place it may be sent to.
#[derive(Serialize, Deserialize)]
struct Bound {
    origin: String,
    secret: String,
}

/// Stores a secret for one origin: scheme, host and port.
///
/// # Errors
///
/// `keychain` with its words, `keychain_locked`, or `keychain_waiting` when it did not answer in 20 s.
pub async fn store(
    secrets: &std::sync::Arc<dyn Secrets>,
    workspace: &str,
    connection: &str,
    binding: &SecretBinding,
    secret: &str,
) -> Result<(), AppError> {
    let bound = Bound { origin: origin(binding), secret: secret.to_owned() };
    let text =
        serde_json::to_string(&bound).map_err(|_| AppError::new("keychain").with("detail", "encoding"))?;
    let (secrets, workspace, connection) = (secrets.clone(), workspace.to_owned(), connection.to_owned());
    blocking(move || secrets.set(&workspace, &connection, &text)).await
}

/// Reads the secret for an origin. A secret that was stored for another origin is never handed out.
///
/// # Errors
///
/// `secret_bound_elsewhere` when it belongs to another origin; `keychain`, `keychain_locked`, `keychain_waiting` as
/// for [`store`].
pub async fn load(
    secrets: &std::sync::Arc<dyn Secrets>,
    workspace: &str,
    connection: &str,
    binding: &SecretBinding,
) -> Result<Option<Secret>, AppError> {
    let wanted = origin(binding);
    let (secrets, ws, conn) = (secrets.clone(), workspace.to_owned(), connection.to_owned());
    let Some(text) = blocking(move || secrets.get(&ws, &conn)).await? else { return Ok(None) };
    let bound: Bound = serde_json::from_str(&text)
        .map_err(|_| AppError::new("keychain").with("detail", "unreadable entry"))?;
    if bound.origin != wanted {
        return Err(AppError::new("secret_bound_elsewhere")
            .with("origin", bound.origin)
            .with("wanted", wanted));
    }
    Ok(Some(Secret::new(bound.secret, binding.clone())))
}

fn origin(binding: &SecretBinding) -> String {
    format!("{}://{}:{}", binding.scheme, binding.host, binding.port)
}

/// Forgets a secret.
///
/// # Errors
///
/// As for [`store`].
pub async fn forget(
    secrets: &std::sync::Arc<dyn Secrets>,
    workspace: &str,
    connection: &str,
) -> Result<(), AppError> {
    let (secrets, workspace, connection) = (secrets.clone(), workspace.to_owned(), connection.to_owned());
    blocking(move || secrets.delete(&workspace, &connection)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, AppError> {
    match tokio::time::timeout(KEYCHAIN_LIMIT, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(Ok(value))) => Ok(value),
        // Nobody could be asked, or somebody said no: either way it stays locked.
        Ok(Ok(Err(words))) if words.contains("prompt dismissed") => Err(AppError::new("keychain_locked")),
        Ok(Ok(Err(words))) => Err(AppError::new("keychain").with("detail", words)),
        Ok(Err(panic)) => Err(AppError::internal(&panic)),
        Err(_) => Err(AppError::new("keychain_waiting")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test]
    async fn a_secret_is_only_handed_out_for_its_own_origin() {
        let secrets: Arc<dyn Secrets> = Arc::new(MemorySecrets::default());
        let here = SecretBinding::of_url("https://a.example.net/prom").unwrap();
        let there = SecretBinding::of_url("http://a.example.net:443/").unwrap();
        store(&secrets, "w", "c", &here, "planted").await.unwrap();

        let same = load(&secrets, "w", "c", &here).await.unwrap();
        let other = load(&secrets, "w", "c", &there).await;

        assert!(same.is_some());
        assert_eq!(other.unwrap_err().code, "secret_bound_elsewhere");
        forget(&secrets, "w", "c").await.unwrap();
        assert!(load(&secrets, "w", "c", &here).await.unwrap().is_none());
    }
}
