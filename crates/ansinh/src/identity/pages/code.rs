//! `/dang-nhap/ma`: the second half of signing in, and `/tai-khoan/ma-xac-thuc`: setting it up.

use askama::Template;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use uuid::Uuid;

use super::{Back, local_path, open_session, own_act};
use crate::audit::{self, Act};
use crate::clock::{local, random_bytes};
use crate::database::Tx;
use crate::identity::rules::{self, SignIn};
use crate::identity::second_factor::{self as codes, SECRET_BYTES};
use crate::identity::store::{self, second_factor as factor};
use crate::identity::types::{Account, Actor};
use crate::identity::{COOKIE, cookie, sha256_hex, vault};
use crate::web::{
    App, Desk, Error, FieldError, Fields, Page, SignedForm, Visitor, html, qr, redirect,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/dang-nhap/ma", get(code_page).post(give_code))
        .route("/tai-khoan/ma-xac-thuc", get(enrol_page).post(enrol))
}

/// A session whose password was right and whose code is still to come.
pub(super) struct Half {
    pub account: Account,
    pub digest: String,
    csrf: String,
}

pub(super) async fn half(app: &App, headers: &HeaderMap) -> Result<Option<Half>, Error> {
    let Some(token) = cookie(headers, COOKIE) else { return Ok(None) };
    let digest = sha256_hex(token.as_bytes());
    let conn = app.db.read();
    let Some(session) = store::session(conn, &digest).await? else { return Ok(None) };
    let (now, idle) = (app.clock.now(), app.config.idle_minutes);
    let revoked = session.revoked_at.is_some();
    let alive = rules::session_alive(session.last_seen_at, session.expires_at, revoked, now, idle);
    if !session.code_due || !alive {
        return Ok(None);
    }
    let account = store::account(conn, session.account_id).await?;
    let account = account.filter(|account| account.disabled_at.is_none());
    Ok(account.map(|account| Half { account, digest, csrf: session.csrf }))
}

#[derive(Template)]
#[template(path = "identity/templates/code.html")]
struct CodePage {
    page: Page,
    errors: Vec<FieldError>,
    back: String,
}

async fn code_page(
    visitor: Visitor,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Error> {
    let Some(half) = half(&visitor.app, &headers).await? else {
        return Ok(redirect("/dang-nhap"));
    };
    html(&view(&visitor.app, &half, vec![], back.tiep))
}

fn view(app: &App, half: &Half, errors: Vec<FieldError>, back: String) -> CodePage {
    let mut page = Page::public(app, "Nhập mã xác thực", "dang-nhap");
    page.csrf.clone_from(&half.csrf);
    CodePage { page, errors, back }
}

/// What a typed code leads to.
enum Outcome {
    Taken,
    Wrong,
    /// Wrong, or not to be judged: the key of the secrets is missing.
    NoKey,
    Locked(chrono::DateTime<chrono::Utc>),
}

async fn give_code(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let fields = Fields::parse(&body);
    let Some(half) = half(&app, &headers).await? else { return Ok(redirect("/dang-nhap")) };
    if sha256_hex(fields.get("csrf").as_bytes()) != sha256_hex(half.csrf.as_bytes()) {
        return Err(Error::StaleForm);
    }
    let (account, typed) = (&half.account, fields.get("ma"));
    let (now, shared) = (app.clock.now(), &app);
    let outcome = app
        .db
        .run_tx::<_, Error, _, _>("identity.give_code", |tx| {
            let digest = half.digest.as_str();
            async move {
                let outcome = judge(&tx, shared, account.id, typed).await?;
                let action = match outcome {
                    Outcome::Taken => "session.code",
                    Outcome::Wrong | Outcome::NoKey => "session.wrong_code",
                    Outcome::Locked(_) => "session.locked",
                };
                if !matches!(outcome, Outcome::Wrong | Outcome::NoKey) {
                    // Taken: a new token takes its place (ASVS 7.2.4). Locked: begin again.
                    store::revoke_session(&tx, digest, now).await?;
                }
                let act = Act {
                    action,
                    subject_kind: "account",
                    subject_id: account.username.clone(),
                    detail: serde_json::Value::Null,
                };
                let province = &account.province_code;
                audit::record_unsigned(&tx, Some(account.id), province, now, act).await?;
                Ok((tx, outcome))
            }
        })
        .await?;
    let back = fields.get("tiep");
    let message = match outcome {
        Outcome::Taken => {
            let cookie = open_session(&app, account, &headers, false).await?;
            let mut response = redirect(local_path(back));
            response.headers_mut().append(header::SET_COOKIE, cookie);
            return Ok(response);
        }
        Outcome::Wrong => "Mã không đúng hoặc đã dùng. Chờ mã mới trên điện thoại rồi gõ 6 chữ \
                           số, hoặc dùng một mã dự phòng."
            .to_owned(),
        Outcome::NoKey => {
            "Máy chủ đang thiếu tệp khóa nên chưa kiểm tra được mã trên điện thoại. Gõ \
                           một mã dự phòng, hoặc gọi người vận hành máy chủ."
                .to_owned()
        }
        Outcome::Locked(until) => format!(
            "Tài khoản tạm khóa vì sai nhiều lần. Đăng nhập lại từ đầu sau {}.",
            local(until).1.format("%-H giờ %M")
        ),
    };
    let mut response =
        html(&view(&app, &half, vec![FieldError::new("ma", message)], back.to_owned()))?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Takes a code or a recovery code, or counts the attempt with the wrong passwords.
async fn judge(tx: &Tx, app: &App, account: Uuid, typed: &str) -> Result<Outcome, Error> {
    let now = app.clock.now();
    loop {
        let fresh = store::account(tx, account).await?.ok_or(Error::NotFound)?;
        let locked = fresh.locked_until.filter(|until| *until > now);
        let taken = match locked {
            Some(_) => Some(false),
            None => take(tx, app, account, typed).await?,
        };
        let right = taken == Some(true);
        let (after, minutes) = (app.config.lock_after, app.config.lock_minutes);
        let (outcome, attempts, until) = match rules::sign_in(&fresh, right, now, after, minutes) {
            SignIn::Accepted => (Outcome::Taken, 0, None),
            SignIn::Wrong { attempts } if taken.is_none() => (Outcome::NoKey, attempts, None),
            SignIn::Wrong { attempts } => (Outcome::Wrong, attempts, None),
            SignIn::Locked { until } => {
                (Outcome::Locked(until), fresh.failed_attempts, Some(until))
            }
        };
        if right || store::note_attempt(tx, &fresh, attempts, until).await? {
            if right {
                store::clear_attempts(tx, account).await?;
            }
            return Ok(outcome);
        }
    }
}

/// Whether the code is right, and uses it up; `None` when no code of a telephone can be judged.
async fn take(tx: &Tx, app: &App, account: Uuid, typed: &str) -> Result<Option<bool>, Error> {
    let Some(row) = factor::secret(tx, account).await? else { return Ok(Some(false)) };
    let stored = row.totp_secret.unwrap_or_default();
    let now = app.clock.now();
    let opened = vault::open(&app.config, account, &stored).ok();
    if let Some(secret) = &opened
        && let Some(step) = codes::accepted(secret, typed, now, row.totp_last_step)
    {
        if vault::is_bare(&stored)
            && let Ok(sealed) = vault::seal(tx, &app.config, account, secret).await
        {
            factor::seal_secret(tx, account, &stored, sealed).await?;
        }
        return Ok(Some(factor::take_step(tx, account, step).await?));
    }
    let hash = codes::recovery_hash(account, typed);
    let recovered = factor::take_recovery(tx, account, &hash, now).await?;
    // Without the key a recovery code still opens.
    Ok(if recovered { Some(true) } else { opened.map(|_| false) })
}

#[derive(Template)]
#[template(path = "identity/templates/enrol.html")]
struct EnrolPage {
    page: Page,
    errors: Vec<FieldError>,
    /// Set up since then; then nothing else is shown.
    since: String,
    left: i64,
    secret: String,
    /// The secret in groups of four.
    spaced: String,
    path: String,
    width: usize,
    compulsory: bool,
}

async fn enrol_page(desk: Desk) -> Result<Response, Error> {
    html(&enrol_view(&desk, random_bytes::<SECRET_BYTES>()?, vec![]).await?)
}

async fn enrol_view(
    desk: &Desk,
    secret: [u8; SECRET_BYTES],
    errors: Vec<FieldError>,
) -> Result<EnrolPage, Error> {
    let actor = &desk.actor;
    let conn = desk.app.db.read();
    let account = store::account(conn, actor.account_id).await?.ok_or(Error::NotFound)?;
    let text = codes::base32(&secret);
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|four| four.iter().collect()).collect();
    let picture = qr(&codes::address(&secret, &actor.username));
    let (path, width) = picture.unwrap_or_default();
    Ok(EnrolPage {
        page: desk.page("Mã xác thực trên điện thoại", "tai-khoan"),
        errors,
        since: account.totp_confirmed_at.map_or_else(String::new, super::people::moment),
        left: factor::recovery_left(conn, actor.account_id).await?,
        secret: text,
        spaced: groups.join(" "),
        path,
        width,
        compulsory: actor.must_enrol,
    })
}

#[derive(Template)]
#[template(path = "identity/templates/recovery.html")]
struct RecoveryPage {
    page: Page,
    username: String,
    made: String,
    codes: Vec<String>,
}

async fn enrol(form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let (app, actor) = (&desk.app, &desk.actor);
    let secret = codes::secret_of(fields.get("bi_mat")).ok_or(Error::StaleForm)?;
    let now = app.clock.now();
    let Some(step) = codes::accepted(&secret, fields.get("ma"), now, 0) else {
        let message = "Mã không khớp. Kiểm tra giờ của điện thoại, chờ mã mới rồi gõ 6 chữ số.";
        let errors = vec![FieldError::new("ma", message)];
        let mut response = html(&enrol_view(&desk, secret, errors).await?)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let mut recovery = Vec::new();
    for _ in 0..codes::RECOVERY_CODES {
        recovery.push(codes::recovery_code(&random_bytes::<10>()?));
    }
    set_up(app, actor, &secret, step, &recovery).await?;
    html(&RecoveryPage {
        page: desk.page("Mã dự phòng", "tai-khoan"),
        username: actor.username.clone(),
        made: super::people::moment(now),
        codes: recovery,
    })
}

async fn set_up(
    app: &App,
    actor: &Actor,
    secret: &[u8],
    step: i64,
    recovery: &[String],
) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("identity.enrol", |tx| async move {
            let hash = |code: &String| codes::recovery_hash(actor.account_id, code);
            let hashes = recovery.iter().map(hash).collect();
            let sealed = vault::seal(&tx, &app.config, actor.account_id, secret).await?;
            if !factor::enrol(&tx, actor.account_id, &sealed, step, hashes, now).await? {
                return Err(Error::refused(
                    "Tài khoản này đã có mã xác thực trên điện thoại",
                    "Mất điện thoại và hết mã dự phòng thì gọi người vận hành máy chủ để đặt lại.",
                ));
            }
            // Whoever is signed in elsewhere with the password alone is out.
            store::revoke_sessions(&tx, actor.account_id, &actor.session, now).await?;
            audit::record(&tx, actor, now, own_act("account.code_on", actor)).await?;
            Ok((tx, ()))
        })
        .await
}
