//! The log's name and the key that signs it.
//!
//! `log_key_file` of the configuration, or `ansinh-log.key` in the data folder. The log's name is the
//! public host at the first publication, and stays: it is part of the key's id and of every slip.

use disclosure::checkpoint::Policy;
use disclosure::key::{Role, SignerKey, VerifierKey};

use super::store::{self, Head};
use crate::config::Config;
use crate::database::Conn;
use crate::keyfile;
use crate::web::Error;

/// The log's name.
///
/// # Errors
/// The engine's.
pub(super) async fn origin<C: Conn>(conn: &C, config: &Config) -> Result<String, Error> {
    let head = store::last_head(conn, &config.province).await?;
    Ok(origin_after(config, head.as_ref()))
}

/// The name in the head that was signed last, or what the configuration makes of it.
pub(super) fn origin_after(config: &Config, head: Option<&Head>) -> String {
    if let Some(name) = head.and_then(|head| head.note.lines().next()) {
        return name.to_owned();
    }
    let host = config.public_url.split("://").last().unwrap_or_default();
    let host = host.split('/').next().unwrap_or_default();
    // What a signature line cannot hold does not get into it.
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
    if host.is_empty() || !host.chars().all(plain) {
        format!("ansinh-{}/so-chi", config.province)
    } else {
        format!("{host}/so-chi")
    }
}

/// The key that signs; made when nothing has been signed yet.
///
/// # Errors
/// The key is missing although heads were signed, or is not the one they were signed with.
pub(super) fn signer(config: &Config, last: Option<&Head>) -> Result<SignerKey, Error> {
    let failed = |why: String| Error::internal("transparency.key", why);
    let path = config.log_key_file.clone().unwrap_or_else(|| config.data.join("ansinh-log.key"));
    let seed = match keyfile::read(&path) {
        Some(seed) => seed,
        None if last.is_some() || path.exists() => {
            return Err(failed(format!("the log's key is missing: {}", path.display())));
        }
        None => keyfile::make(&path)
            .map_err(|error| failed(format!("no key could be written: {}", error.kind())))?,
    };
    let key = SignerKey::from_seed(&origin_after(config, last), Role::Log, &seed)
        .map_err(|error| failed(error.to_string()))?;
    if let Some(head) = last {
        let policy = Policy::new(key.verifier().clone(), vec![], 0)
            .map_err(|error| failed(error.to_string()))?;
        policy
            .open(head.note.as_bytes())
            .map_err(|error| failed(format!("the key is not the one of the last head: {error}")))?;
    }
    Ok(key)
}

/// The public keys of the configured witnesses; a line that is none is left out with a word in the log.
pub(super) fn witnesses(config: &Config) -> Vec<VerifierKey> {
    let read = |text: &String| match VerifierKey::parse(text) {
        Ok(key) if key.role() == Role::Witness => Some(key),
        Ok(key) => {
            tracing::error!(name = key.name(), "the key of a witness is a log's key");
            None
        }
        Err(error) => {
            tracing::error!(error = %error, "the key of a witness cannot be read");
            None
        }
    };
    config.witnesses.iter().filter_map(read).collect()
}
