//! A form that comes after its session has ended by itself is kept for half an hour, so that the
//! officer signs in and sends it again instead of typing it again.
//!
//! It is sealed (RFC 8439) with a key that only her browser's cookie holds, belongs to the account
//! of the ended session, and comes back only to that account. Ids of acts are fields of the form
//! and stay as they were, so nothing is done twice. Passwords are never kept.

use axum::http::{HeaderMap, HeaderValue, Method};
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};
use chrono::Duration;

use super::store::{self, second_factor as kept};
use super::types::Actor;
use super::{COOKIE, cookie, hex, sha256_hex};
use crate::clock::random_bytes;
use crate::web::{Access, App, Error, Fields, access, encode};

/// Cookie with the key of a kept form.
const KEY_COOKIE: &str = "ansinh_giu";
/// How long a form is kept.
const KEPT_MINUTES: i64 = 30;
/// Largest form that is kept.
const BYTES_MAX: usize = 1024 * 1024;

/// A form that came back.
#[derive(Debug)]
pub(super) struct Kept {
    /// Where it was going.
    pub path: String,
    /// Its fields without the old session's token.
    pub fields: Vec<(String, String)>,
    /// Files that it carried, which are not kept.
    pub files: Vec<KeptFile>,
}

/// A file to be chosen again.
#[derive(Debug)]
pub(super) struct KeptFile {
    /// Name of its field.
    pub field: String,
    /// What the form calls the field.
    pub label: String,
    /// What the file was called; empty when none was chosen.
    pub name: String,
}

/// Begins the name of a field that stands for a file: `@tep|Tệp danh sách`.
const FILE_MARK: char = '@';

/// Keeps that a form of a session that has ended carried a file: field, the field's words, and the
/// file's name. As [`keep`].
///
/// # Errors
/// The engine's.
pub(crate) async fn keep_upload(
    app: &App,
    headers: &HeaderMap,
    route: &str,
    token: &str,
    (field, label, name): (&str, &str, &str),
) -> Result<Option<HeaderValue>, Error> {
    let key = encode(&format!("{FILE_MARK}{field}|{label}"));
    let body = format!("csrf={}&{key}={}", encode(token.trim()), encode(name));
    keep(app, headers, route, route, body.as_bytes()).await
}

/// Keeps a form of a session that has ended by idleness or age. Returns the cookie to set; `None`
/// when it is nothing to keep: no session of ours, ended on purpose, a forged token, passwords.
///
/// # Errors
/// The engine's.
pub(crate) async fn keep(
    app: &App,
    headers: &HeaderMap,
    route: &str,
    path: &str,
    body: &[u8],
) -> Result<Option<HeaderValue>, Error> {
    let own = matches!(access(&Method::POST, route), None | Some(Access::Own | Access::Public));
    let Some(token) = cookie(headers, COOKIE).filter(|_| !own && body.len() <= BYTES_MAX) else {
        return Ok(None);
    };
    let conn = app.db.read();
    let Some(session) = store::session(conn, &sha256_hex(token.as_bytes())).await? else {
        return Ok(None);
    };
    // The token of the ended session proves that the form was ours and hers.
    let forged = sha256_hex(Fields::parse(body).get("csrf").as_bytes())
        != sha256_hex(session.csrf.as_bytes());
    if session.revoked_at.is_some() || session.code_due || forged {
        return Ok(None);
    }
    let key = random_bytes::<32>()?;
    let plain = [path.as_bytes(), b"\n", body].concat();
    let cipher = ChaCha20Poly1305::new(&key.into());
    // A key seals one form only, so the nonce may be constant.
    let Ok(sealed) = cipher.encrypt(&Nonce::default(), plain.as_slice()) else { return Ok(None) };
    let (now, id) = (app.clock.now(), sha256_hex(&key));
    let (id, sealed) = (id.as_str(), &sealed);
    app.db
        .run_tx::<_, Error, _, _>("identity.keep_form", |tx| async move {
            let old = now - Duration::minutes(KEPT_MINUTES);
            kept::keep_form(&tx, id, session.account_id, sealed.clone(), now, old).await?;
            Ok((tx, ()))
        })
        .await?;
    let secure = if app.config.https { "; Secure" } else { "" };
    let text = format!(
        "{KEY_COOKIE}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
        hex(&key),
        KEPT_MINUTES * 60
    );
    Ok(HeaderValue::from_str(&text).ok())
}

/// The form whose key this browser holds, if it was this account's.
///
/// # Errors
/// The engine's.
pub(super) async fn kept_of(
    app: &App,
    actor: &Actor,
    headers: &HeaderMap,
) -> Result<Option<Kept>, Error> {
    let Some(key) = cookie(headers, KEY_COOKIE).and_then(unhex) else { return Ok(None) };
    let old = app.clock.now() - Duration::minutes(KEPT_MINUTES);
    let conn = app.db.read();
    let found = kept::kept_form(conn, &sha256_hex(&key), actor.account_id, old).await?;
    let Some(sealed) = found else { return Ok(None) };
    let cipher = ChaCha20Poly1305::new(&key.into());
    let Ok(plain) = cipher.decrypt(&Nonce::default(), sealed.as_slice()) else { return Ok(None) };
    let Some(end) = plain.iter().position(|byte| *byte == b'\n') else { return Ok(None) };
    let path = String::from_utf8_lossy(&plain[..end]).into_owned();
    let fields = Fields::parse(&plain[end + 1..]);
    let (mut plain, mut files) = (Vec::new(), Vec::new());
    for (name, value) in fields.pairs().iter().filter(|(name, _)| name != "csrf") {
        let file = name.strip_prefix(FILE_MARK).and_then(|rest| rest.split_once('|'));
        match file {
            Some((field, label)) => files.push(KeptFile {
                field: field.to_owned(),
                label: label.to_owned(),
                name: value.clone(),
            }),
            None => plain.push((name.clone(), value.clone())),
        }
    }
    Ok(Some(Kept { path, fields: plain, files }))
}

/// The bytes of 64 hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0u8; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}
