//! `/tai-khoan/phien`: where one is signed in, and ending it there; and the form that was on its
//! way when a session ended.

use askama::Template;
use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use super::own_act;
use super::people::moment;
use crate::audit;
use crate::identity::kept::{self, Kept};
use crate::identity::store;
use crate::web::{App, Desk, Error, Page, SignedForm, html, redirect, redirect_with};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/tai-khoan/phien", get(sessions_page).post(end_sessions))
        .route("/tiep-tuc", get(go_on))
}

struct Line {
    id: String,
    device: String,
    since: String,
    seen: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "identity/templates/sessions.html")]
struct SessionsPage {
    page: Page,
    lines: Vec<Line>,
    idle: u32,
}

async fn sessions_page(desk: Desk) -> Result<Response, Error> {
    let (app, actor) = (&desk.app, &desk.actor);
    let now = app.clock.now();
    let awake = now - chrono::Duration::minutes(i64::from(app.config.idle_minutes));
    let rows = store::open_sessions(app.db.read(), actor.account_id, now, awake).await?;
    let lines = rows.into_iter().map(|row| Line {
        here: row.token_sha256 == actor.session,
        id: row.token_sha256,
        device: if row.device.is_empty() {
            "Không rõ thiết bị".to_owned()
        } else {
            row.device
        },
        since: moment(row.created_at),
        seen: moment(row.last_seen_at),
    });
    html(&SessionsPage {
        page: desk.page("Các phiên đăng nhập", "tai-khoan"),
        lines: lines.collect(),
        idle: app.config.idle_minutes,
    })
}

async fn end_sessions(form: SignedForm) -> Result<Response, Error> {
    let Desk { app, actor, .. } = &form.desk;
    let now = app.clock.now();
    let one = form.fields.get("phien");
    let ended = app
        .db
        .run_tx::<_, Error, _, _>("identity.end_sessions", |tx| async move {
            let ended = if one == "khac" {
                store::revoke_sessions(&tx, actor.account_id, &actor.session, now).await?
            } else {
                store::revoke_own(&tx, actor.account_id, one, now).await?
            };
            if ended > 0 {
                audit::record(&tx, actor, now, own_act("session.end", actor)).await?;
            }
            Ok((tx, ended))
        })
        .await?;
    if one == actor.session && ended > 0 {
        return Ok(redirect("/"));
    }
    let (kind, told) = match ended {
        0 => ("canh", "Phiên ấy đã kết thúc từ trước.".to_owned()),
        count => ("xong", format!("Đã kết thúc {count} phiên đăng nhập.")),
    };
    Ok(redirect_with("/tai-khoan/phien", kind, &told))
}

#[derive(Template)]
#[template(path = "identity/templates/go_on.html")]
struct GoOnPage {
    page: Page,
    kept: Option<Kept>,
}

/// `GET /tiep-tuc`: the form that was kept over the end of her session, ready to be sent again.
async fn go_on(desk: Desk, headers: HeaderMap) -> Result<Response, Error> {
    let kept = kept::kept_of(&desk.app, &desk.actor, &headers).await?;
    let title = match &kept {
        Some(kept) if kept.files.is_empty() => "Gửi tiếp những gì vừa nhập",
        Some(_) => "Chọn lại tệp rồi gửi tiếp",
        None => "Không có gì chờ gửi tiếp",
    };
    html(&GoOnPage { page: desk.page(title, ""), kept })
}
