//! Signing in and out, and changing a password.

mod account;
mod code;
mod people;
mod sessions;

use askama::Template;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

use super::rules::{self, SignIn};
use super::types::{Account, Actor};
use super::{COOKIE, actor_of, hex, sha256_hex, store};
use crate::audit::{self, Act};
use crate::clock::{local, random_bytes};
use crate::database::Tx;
use crate::web::{
    App, Desk, Error, FieldError, Fields, Page, SignedForm, Visitor, encode, html, redirect,
    redirect_with,
};

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/dang-nhap", get(sign_in_page).post(sign_in))
        .route("/dang-xuat", post(sign_out))
        .route("/doi-mat-khau", get(change_password_page).post(change_password))
        .merge(account::routes())
        .merge(code::routes())
        .merge(sessions::routes())
        .merge(people::routes())
}

#[derive(Template)]
#[template(path = "web/templates/login.html")]
struct SignInPage {
    page: Page,
    errors: Vec<FieldError>,
    username: String,
    back: String,
    /// A form waits for her to go on with.
    kept: bool,
}

#[derive(Template)]
#[template(path = "web/templates/change_password.html")]
struct ChangePasswordPage {
    page: Page,
    errors: Vec<FieldError>,
    first_time: bool,
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    tiep: String,
}

async fn sign_in_page(
    visitor: Visitor,
    headers: axum::http::HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Error> {
    if actor_of(&visitor.app, &headers).await?.is_some() {
        return Ok(redirect(local_path(&back.tiep)));
    }
    let page = visitor.page("Đăng nhập", "dang-nhap");
    let kept = back.tiep == "/tiep-tuc";
    html(&SignInPage { page, errors: vec![], username: String::new(), back: back.tiep, kept })
}

async fn sign_in(
    State(app): State<App>,
    headers: axum::http::HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let fields = Fields::parse(&body);
    let username = fields.get("ten_dang_nhap").to_lowercase();
    let password = fields.exact("mat_khau").to_owned();
    let account = store::account_by_name(app.db.read(), &username).await?;
    match judge(&app, account.as_ref(), password).await? {
        (SignIn::Accepted, Some(account)) => {
            let back = local_path(fields.get("tiep"));
            let code_due = account.totp_confirmed_at.is_some();
            let cookie = open_session(&app, &account, &headers, code_due).await?;
            let mut response = if code_due {
                redirect(&format!("/dang-nhap/ma?tiep={}", encode(back)))
            } else {
                redirect(back)
            };
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        (outcome, _) => sign_in_refused(&app, &fields, outcome),
    }
}

/// Checks the password and writes what follows for the account. An unknown name costs the same
/// time as a wrong password and gets the same answer.
async fn judge(
    app: &App,
    account: Option<&Account>,
    password: String,
) -> Result<(SignIn, Option<Account>), Error> {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
                          AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = account.map_or_else(|| NOBODY.to_owned(), |a| a.password_hash.clone());
    // Each check takes 19 MiB: strangers may not take the machine's memory.
    static CHECKS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(8);
    let _turn = CHECKS.acquire().await.map_err(|e| Error::internal("password check", e))?;
    let matches = tokio::task::spawn_blocking(move || rules::password_matches(&password, &hash))
        .await
        .map_err(|error| Error::internal("password check", error))?;
    let Some(account) = account else { return Ok((SignIn::Wrong { attempts: 1 }, None)) };
    let now = app.clock.now();
    let outcome = app
        .db
        .run_tx::<_, Error, _, _>("identity.sign_in", |tx| async move {
            let outcome = count_attempt(&tx, app, account.id, matches).await?;
            let action = match outcome {
                SignIn::Accepted => "session.open",
                SignIn::Wrong { .. } => "session.wrong_password",
                SignIn::Locked { .. } => "session.locked",
            };
            let act = Act {
                action,
                subject_kind: "account",
                subject_id: account.username.clone(),
                detail: serde_json::Value::Null,
            };
            audit::record_unsigned(&tx, Some(account.id), &account.province_code, now, act).await?;
            Ok((tx, outcome))
        })
        .await?;
    Ok((outcome, Some(account.clone())))
}

/// Judges against the account as it stands now and writes the count, again when another attempt
/// was faster: guesses sent at the same instant all count.
async fn count_attempt(
    tx: &Tx,
    app: &App,
    account: uuid::Uuid,
    matches: bool,
) -> Result<SignIn, Error> {
    let (after, minutes) = (app.config.lock_after, app.config.lock_minutes);
    loop {
        let fresh = store::account(tx, account).await?.ok_or(Error::NotFound)?;
        let outcome = rules::sign_in(&fresh, matches, app.clock.now(), after, minutes);
        let (attempts, until) = match outcome {
            // Where a code is still to come, the password alone wipes nothing out: codes would
            // otherwise be guessed four at a time for ever.
            SignIn::Accepted if fresh.totp_confirmed_at.is_some() => (fresh.failed_attempts, None),
            SignIn::Accepted => (0, None),
            SignIn::Wrong { attempts } => (attempts, None),
            SignIn::Locked { until } => (fresh.failed_attempts, Some(until)),
        };
        if store::note_attempt(tx, &fresh, attempts, until).await? {
            return Ok(outcome);
        }
    }
}

async fn open_session(
    app: &App,
    account: &Account,
    headers: &axum::http::HeaderMap,
    code_due: bool,
) -> Result<HeaderValue, Error> {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let device = rules::device(agent.unwrap_or(""));
    let token = hex(&random_bytes::<32>()?);
    let csrf = hex(&random_bytes::<32>()?);
    let digest = sha256_hex(token.as_bytes());
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("identity.open_session", |tx| {
            let new = store::NewSession {
                token_sha256: &digest,
                account: account.id,
                csrf: &csrf,
                device: &device,
                code_due,
            };
            async move {
                store::open_session(&tx, &new, now).await?;
                Ok((tx, ()))
            }
        })
        .await?;
    let secure = if app.config.https { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}"))
        .map_err(|error| Error::internal("session cookie", error))
}

fn sign_in_refused(app: &App, fields: &Fields, outcome: SignIn) -> Result<Response, Error> {
    let message = match outcome {
        SignIn::Locked { until } => {
            let (_, time) = local(until);
            format!(
                "Tài khoản đang khóa vì sai mật khẩu nhiều lần. Mở lại lúc {}. \
                 Nếu quên mật khẩu, gọi tài khoản cấp trên để được cấp lại.",
                time.format("%-H giờ %M")
            )
        }
        _ => "Tên tài khoản hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt."
            .to_owned(),
    };
    let page = Page::public(app, "Đăng nhập", "dang-nhap");
    let view = SignInPage {
        page,
        errors: vec![FieldError::new("mat_khau", message)],
        username: fields.get("ten_dang_nhap").to_owned(),
        back: fields.get("tiep").to_owned(),
        kept: fields.get("tiep") == "/tiep-tuc",
    };
    let mut response = html(&view)?;
    *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Where to go after signing in: a path of our own, never another site's address.
fn local_path(asked: &str) -> &str {
    let ours = asked.starts_with('/')
        && !asked.starts_with("//")
        && !asked.contains('\\')
        && !asked.contains(char::is_control);
    if ours && !asked.starts_with("/dang-") { asked } else { "/viec" }
}

async fn sign_out(form: SignedForm) -> Result<Response, Error> {
    let Desk { app, actor, .. } = &form.desk;
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("identity.sign_out", |tx| async move {
            store::revoke_session(&tx, &actor.session, now).await?;
            audit::record(&tx, actor, now, own_act("session.close", actor)).await?;
            Ok((tx, ()))
        })
        .await?;
    let mut response = redirect("/");
    let gone = HeaderValue::from_static("ansinh_phien=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    response.headers_mut().append(header::SET_COOKIE, gone);
    Ok(response)
}

fn own_act<'a>(action: &'a str, actor: &Actor) -> Act<'a> {
    Act {
        action,
        subject_kind: "account",
        subject_id: actor.username.clone(),
        detail: serde_json::Value::Null,
    }
}

async fn change_password_page(desk: Desk) -> Result<Response, Error> {
    let first_time = desk.actor.must_change_password;
    let page = desk.page("Đổi mật khẩu", "doi-mat-khau");
    html(&ChangePasswordPage { page, errors: vec![], first_time })
}

async fn change_password(form: SignedForm) -> Result<Response, Error> {
    let Desk { app, actor, .. } = &form.desk;
    let account = store::account(app.db.read(), actor.account_id).await?.ok_or(Error::NotFound)?;
    let fields = &form.fields;
    let (old, new) = (fields.exact("mat_khau_cu"), fields.exact("mat_khau_moi"));
    let mut errors = Vec::new();
    if !rules::password_matches(old, &account.password_hash) {
        errors.push(FieldError::new("mat_khau_cu", "Mật khẩu đang dùng không đúng."));
    }
    let repeated = fields.exact("nhap_lai");
    if let Some(objection) = rules::password_objection(new, repeated, &account.username) {
        errors.push(FieldError::new("mat_khau_moi", objection));
    }
    if errors.is_empty() && new == old {
        let same = "Mật khẩu mới phải khác mật khẩu đang dùng.";
        errors.push(FieldError::new("mat_khau_moi", same));
    }
    if !errors.is_empty() {
        let page = form.desk.page("Đổi mật khẩu", "doi-mat-khau");
        let first_time = actor.must_change_password;
        let mut response = html(&ChangePasswordPage { page, errors, first_time })?;
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let hash = rules::hash_password(new, &random_bytes::<16>()?)
        .map_err(|error| Error::internal("hashing a password", error))?;
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("identity.change_password", |tx| {
            let hash = &hash;
            async move {
                store::set_password(&tx, actor.account_id, hash, false).await?;
                store::revoke_sessions(&tx, actor.account_id, &actor.session, now).await?;
                audit::record(&tx, actor, now, own_act("account.password", actor)).await?;
                Ok((tx, ()))
            }
        })
        .await?;
    Ok(redirect_with("/viec", "xong", "Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."))
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        assert_eq!(local_path("/chi-tra?thon=1"), "/chi-tra?thon=1");
        for bad in ["//evil.vn", "https://evil.vn", "/\\evil.vn", "/\t/evil.vn", "", "/dang-xuat"] {
            assert_eq!(local_path(bad), "/viec", "{bad}");
        }
    }
}
