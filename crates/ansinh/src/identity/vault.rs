//! Second-factor secrets at rest. They stand in the database sealed (RFC 8439) with a key that stands
//! in a file beside it, so that a copy of the database, or a backup, makes no codes.
//!
//! `key_file` of the configuration, or `ansinh.key` in the data folder: 64 hexadecimal digits, mode
//! 0600, made when the first secret is sealed. A key is never replaced while secrets are sealed with
//! it: who has lost it resets the codes, and their owners set them up again.

use std::path::PathBuf;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};
use uuid::Uuid;

use super::second_factor::SECRET_BYTES;
use super::store::second_factor as store;
use crate::clock::random_bytes;
use crate::config::Config;
use crate::database::Conn;
use crate::keyfile;
use crate::web::Error;

/// First byte of what is sealed this way.
const SEALED: u8 = 1;
const NONCE_BYTES: usize = 12;

/// Where the key stands.
fn key_path(config: &Config) -> PathBuf {
    config.key_file.clone().unwrap_or_else(|| config.data.join("ansinh.key"))
}

/// True for a secret as it was stored before secrets were sealed.
pub(super) fn is_bare(stored: &[u8]) -> bool {
    stored.len() == SECRET_BYTES
}

/// Seals an account's secret. Makes the key when there is none and nothing is sealed yet.
///
/// # Errors
/// A refusal for the officer when the key is missing or cannot be written; the engine's.
pub(super) async fn seal<C: Conn>(
    conn: &C,
    config: &Config,
    account: Uuid,
    secret: &[u8],
) -> Result<Vec<u8>, Error> {
    let path = key_path(config);
    let key = match keyfile::read(&path) {
        Some(key) => key,
        None if path.exists() || store::any_sealed(conn).await? => return Err(no_key()),
        None => keyfile::make(&path).map_err(|error| {
            tracing::error!(path = %path.display(), kind = %error.kind(), "no key could be written");
            no_key()
        })?,
    };
    let nonce = random_bytes::<NONCE_BYTES>()?;
    let cipher = ChaCha20Poly1305::new(&key.into());
    let payload = Payload { msg: secret, aad: account.as_bytes() };
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_| Error::internal("identity.vault", "a secret could not be sealed"))?;
    Ok([&[SEALED][..], &nonce, &sealed].concat())
}

/// The secret of an account as it stands in the database.
///
/// # Errors
/// A refusal when the key is missing, or is not the one it was sealed with.
pub(super) fn open(config: &Config, account: Uuid, stored: &[u8]) -> Result<Vec<u8>, Error> {
    if is_bare(stored) {
        return Ok(stored.to_vec());
    }
    let parts = match stored.split_first() {
        Some((&SEALED, rest)) => rest.split_first_chunk::<NONCE_BYTES>(),
        _ => None,
    };
    let (nonce, sealed) = parts.ok_or_else(no_key)?;
    let key = keyfile::read(&key_path(config)).ok_or_else(no_key)?;
    let cipher = ChaCha20Poly1305::new(&key.into());
    let payload = Payload { msg: sealed, aad: account.as_bytes() };
    cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| no_key())
}

/// Says in the log at start when secrets are sealed and their key is not there.
///
/// # Errors
/// The engine's.
pub async fn look_for_key<C: Conn>(conn: &C, config: &Config) -> Result<(), Error> {
    let path = key_path(config);
    if keyfile::read(&path).is_none() && store::any_sealed(conn).await? {
        tracing::error!(path = %path.display(), "the key of the second-factor secrets is missing");
    }
    Ok(())
}

fn no_key() -> Error {
    Error::refused(
        "Máy chủ không mở được mã xác thực: thiếu tệp khóa, hoặc tệp khóa không đúng",
        "Dùng một mã dự phòng, hoặc gọi người vận hành máy chủ: đặt lại tệp khóa (ansinh.key) từ nơi \
         cất riêng; mất hẳn thì gỡ mã xác thực của tài khoản để cài lại.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_that_was_not_sealed_here_is_refused_without_harm() {
        let config = Config::default();
        for stored in [&[][..], &[1], &[2; 49], &[1; 12], &[1; 49], &[0; 19]] {
            assert!(open(&config, Uuid::nil(), stored).is_err(), "{stored:?}");
        }
        assert_eq!(open(&config, Uuid::nil(), &[7; SECRET_BYTES]).unwrap(), [7; SECRET_BYTES]);
    }
}
