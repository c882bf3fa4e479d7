//! Accounts, roles, scopes and sessions.
//!
//! The cookie carries a random token; the database knows only its SHA-256. Every form of a session
//! carries the session's own csrf token.

mod accounts;
mod kept;
mod manage;
mod pages;
mod rules;
mod second_factor;
mod store;
mod types;
mod vault;

use std::collections::HashMap;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use accounts::keep_sessions;
pub use accounts::{
    HandOver, Passwords, act_as, create_province_accounts, demo_or_empty, hand_over_sheet,
    reset_code, reset_password,
};
pub(crate) use kept::{keep as keep_form, keep_upload, unhex};
pub use pages::routes;
pub use second_factor::{code as totp_code, secret_of as totp_secret_of, step as totp_step};
pub use types::{Account, Actor, Kind, Role, Scope, Seat};
pub use vault::look_for_key;

use crate::database::Conn;
use crate::web::{App, Error, admit};

/// Name of the session cookie.
pub const COOKIE: &str = "ansinh_phien";

/// Hex SHA-256 of a text.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Two small hex digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The value of one cookie of a request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// The officer of the request's session, if there is a live one.
///
/// # Errors
/// The engine's.
pub async fn actor_of(app: &App, headers: &HeaderMap) -> Result<Option<Actor>, Error> {
    let Some(token) = cookie(headers, COOKIE) else { return Ok(None) };
    let digest = sha256_hex(token.as_bytes());
    let conn = app.db.read();
    let Some(session) = store::session(conn, &digest).await? else { return Ok(None) };
    let now = app.clock.now();
    let idle = app.config.idle_minutes;
    // A session whose code is still to come opens nothing.
    let revoked = session.revoked_at.is_some() || session.code_due;
    if !rules::session_alive(session.last_seen_at, session.expires_at, revoked, now, idle) {
        return Ok(None);
    }
    let Some(account) = store::account(conn, session.account_id).await? else { return Ok(None) };
    if account.disabled_at.is_some() {
        return Ok(None);
    }
    // One write a minute is enough to keep a session awake.
    if now - session.last_seen_at > chrono::Duration::minutes(1) {
        app.db
            .run_tx::<_, Error, _, _>("identity.touch", |tx| {
                let digest = digest.clone();
                async move {
                    store::touch_session(&tx, &digest, now).await?;
                    Ok((tx, ()))
                }
            })
            .await?;
    }
    let mut actor = Actor::of(&account, session.csrf, digest);
    if let Some(actor) = &mut actor {
        actor.must_enrol = app.config.second_factor
            && actor.level() == Role::Province
            && account.totp_confirmed_at.is_none();
    }
    Ok(actor)
}

/// Name on the screen and role of accounts, for telling who did what. Unknown ids are left out.
///
/// # Errors
/// The engine's.
pub async fn account_names<C: Conn>(
    conn: &C,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (String, Role)>, Error> {
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = store::names(conn, &wanted).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, name, role)| Some((id, (name, Role::from_code(&role)?))))
        .collect())
}

/// Every account inside the scope, also those out of use.
///
/// # Errors
/// The engine's.
pub async fn seats<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<Seat>, Error> {
    Ok(store::people::seats(conn, scope).await?)
}

/// The unit's account of each of some accounts; a unit's account is its own. Who prepares a list
/// may not approve it, and for that a unit with all its officers is one.
///
/// # Errors
/// The engine's.
pub async fn unit_accounts<C: Conn>(conn: &C, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>, Error> {
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store::unit_accounts(conn, &wanted).await?.into_iter().collect())
}

impl FromRequestParts<App> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        // What was posted cannot be fetched afterwards: then the day's duties are the way back.
        let here = parts.uri.path_and_query().filter(|_| parts.method == axum::http::Method::GET);
        let wanted = here.map_or("/viec", |at| at.as_str());
        let Some(actor) = actor_of(app, &parts.headers).await? else {
            return Err(Error::SignInFirst { back: wanted.to_owned() });
        };
        if actor.must_change_password && !parts.uri.path().starts_with("/doi-mat-khau") {
            return Err(Error::ChangePasswordFirst);
        }
        let door = ["/tai-khoan/ma-xac-thuc", "/doi-mat-khau", "/dang-xuat"];
        if actor.must_enrol && !door.contains(&parts.uri.path()) {
            return Err(Error::EnrolFirst);
        }
        let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        admit(&actor, &parts.method, route)?;
        Ok(actor)
    }
}

impl Actor {
    /// Refuses when the account has none of `roles`.
    ///
    /// # Errors
    /// [`Error::Refused`], naming who may.
    pub fn require(&self, roles: &[Role], deed: &str) -> Result<(), Error> {
        if roles.contains(&self.role) {
            return Ok(());
        }
        let who: Vec<&str> = roles.iter().map(|role| role.label()).collect();
        Err(Error::refused(
            format!("Tài khoản này không {deed} được"),
            format!("Việc này do tài khoản cấp {} làm.", who.join(" hoặc ")),
        ))
    }
}
