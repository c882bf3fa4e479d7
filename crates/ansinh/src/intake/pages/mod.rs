//! Pages of intake: upload and list here, the preview and its forms beside.

mod corrections;
mod deeds;
mod downloads;
mod preview;
mod sheet;
mod view;

use askama::Template;
use axum::Router;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use uuid::Uuid;

use super::receiving::{programmes, receive};
use super::refusals::FILE_BYTES_MAX;
use super::store;
use super::types::{FileRow, FileState};
use super::words;
use crate::identity::keep_upload;
use crate::relief::Programme;
use crate::web::{
    App, Desk, Error, FieldError, Page, check_csrf, html, page_size, redirect, redirect_with,
};

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/nhap-lieu", get(list).post(upload))
        .route("/nhap-lieu/{id}", get(preview::show).post(corrections::save))
        .route("/nhap-lieu/{id}/to", post(corrections::settings))
        .route("/nhap-lieu/{id}/ghi", get(deeds::confirm).post(deeds::commit))
        .route("/nhap-lieu/{id}/ket-qua", get(deeds::result))
        .route("/nhap-lieu/{id}/bo", get(deeds::confirm_discard).post(deeds::discard))
        .route("/nhap-lieu/{id}/doc-lai", post(deeds::read_again))
        .route("/nhap-lieu/{id}/goc", get(downloads::original))
        .route("/nhap-lieu/{id}/dong-loi.xlsx", get(downloads::problem_rows))
        .route("/nhap-lieu/{id}/doi-chieu.csv", get(downloads::comparison))
}

/// One line of the list of files.
struct FileLine {
    href: String,
    name: String,
    unit: String,
    uploaded: String,
    size: String,
    state_class: &'static str,
    state: String,
}

/// A programme whose lists may be brought today.
struct Choice {
    code: String,
    name: String,
    /// "chỉ đối chiếu, Cơ quan bảo hiểm xã hội chi trả", or empty.
    told: String,
}

#[derive(Template)]
#[template(path = "intake/templates/list.html")]
struct ListPage {
    page: Page,
    errors: Vec<FieldError>,
    programmes: Vec<Choice>,
    running: Vec<RunningLine>,
    files: Vec<FileLine>,
    older: Option<String>,
    newest: bool,
    shows_units: bool,
}

struct RunningLine {
    label: String,
    href: String,
    told: String,
    percent: Option<i64>,
}

#[derive(Deserialize, Default)]
struct ListQuery {
    #[serde(default)]
    truoc: String,
    #[serde(default, rename = "so-dong")]
    so_dong: String,
}

async fn list(desk: Desk, Query(query): Query<ListQuery>) -> Result<Response, Error> {
    html(&list_page(&desk, &query, vec![]).await?)
}

async fn list_page(
    desk: &Desk,
    query: &ListQuery,
    errors: Vec<FieldError>,
) -> Result<ListPage, Error> {
    let app = &desk.app;
    let before = Uuid::parse_str(&query.truoc).ok();
    let size = page_size(Some(&query.so_dong));
    let mut found = store::files(app.db.read(), &desk.actor.scope, before, size + 1).await?;
    let more = u64::try_from(found.len()).unwrap_or(0) > size;
    found.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let older = match found.last() {
        Some(last) if more => Some(format!("/nhap-lieu?truoc={}", last.id)),
        _ => None,
    };
    let mut files = Vec::with_capacity(found.len());
    for file in &found {
        files.push(file_line(app, file).await?);
    }
    let running = super::running(app, &desk.actor.scope).await?;
    Ok(ListPage {
        page: desk.page("Nhập danh sách từ tệp Excel", "nhap-lieu"),
        errors,
        programmes: programmes(app, &desk.actor).into_iter().map(choice).collect(),
        running: running.iter().map(running_line).collect(),
        files,
        older,
        newest: before.is_none(),
        shows_units: desk.actor.scope.commune().is_empty(),
    })
}

fn choice(programme: &Programme) -> Choice {
    let told = match programme.payer.as_str() {
        "" => String::new(),
        payer => format!(" (chỉ đối chiếu, {payer} chi trả)"),
    };
    Choice { code: programme.code.clone(), name: programme.name.clone(), told }
}

fn running_line(running: &super::Running) -> RunningLine {
    let (done, total) = (running.done, running.total);
    RunningLine {
        label: running.label.clone(),
        href: running.href.clone(),
        told: words::progress(done, total, running.seconds_left),
        percent: (total > 0).then(|| (done.saturating_mul(100) / total).clamp(0, 100)),
    }
}

async fn file_line(app: &App, file: &FileRow) -> Result<FileLine, Error> {
    let (state_class, state) = match file.stage() {
        FileState::Queued => ("cho", "chờ đọc".to_owned()),
        FileState::Reading if store::has_failed(app.db.read(), file.id).await? => {
            ("canh", "đọc không thành, mở để thử lại".to_owned())
        }
        FileState::Reading => ("cho", "đang đọc".to_owned()),
        FileState::Committing => ("cho", "đang ghi".to_owned()),
        FileState::Refused => ("ko", "không nhận được".to_owned()),
        FileState::Discarded => ("mien", "đã bỏ".to_owned()),
        FileState::Ready | FileState::Committed => {
            let counts = store::counts(app.db.read(), file.id).await?;
            let waiting = counts.writable + counts.waiting();
            if counts.committed == 0 {
                ("nua", format!("chưa ghi, {} dòng chờ", words::count(counts.rows)))
            } else if waiting > 0 {
                let (done, left) = (words::count(counts.committed), words::count(waiting));
                ("nua", format!("đã ghi {done} dòng, còn {left} dòng chờ"))
            } else {
                ("xong", format!("đã ghi đủ {} dòng", words::count(counts.committed)))
            }
        }
    };
    Ok(FileLine {
        href: format!("/nhap-lieu/{}", file.id),
        name: file.file_name.clone(),
        unit: unit_name(app, file),
        uploaded: words::moment(file.uploaded_at),
        size: words::size(file.size_bytes),
        state_class,
        state,
    })
}

fn unit_name(app: &App, file: &FileRow) -> String {
    if !file.commune_code.is_empty() {
        app.areas.commune_name(&file.commune_code, file.unit_date)
    } else if !file.district_code.is_empty() {
        app.areas.district_name(&file.district_code, file.unit_date)
    } else {
        format!("Tỉnh {}", app.config.province_name)
    }
}

async fn upload(
    State(app): State<App>,
    desk: Result<Desk, Error>,
    headers: HeaderMap,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    let desk = match (desk, body) {
        (Err(Error::SignInFirst { .. }), body) => {
            return Err(session_ended(&app, &headers, body.ok()).await?);
        }
        (desk, body) => desk.map(|desk| (desk, body)),
    };
    let (desk, body) = desk?;
    let Ok(body) = body else {
        return Err(Error::refused(
            "Máy chủ không nhận được tệp từ biểu mẫu này",
            "Mở lại trang Nhập liệu, chọn tệp rồi bấm “Tải lên và xem trước”.",
        ));
    };
    let taken = match uploaded_file(&desk, body).await? {
        Ok(Uploaded { programme, name, bytes }) => {
            receive(&app, &desk.actor, &programme, &name, bytes).await
        }
        Err(message) => return upload_refused(&desk, message).await,
    };
    match taken {
        Ok(received) if received.already => {
            let when = words::moment(received.uploaded_at);
            let told = format!("Tệp này đã được tải lên lúc {when}, không ghi thêm gì.");
            Ok(redirect_with(&format!("/nhap-lieu/{}", received.file_id), "canh", &told))
        }
        Ok(received) => Ok(redirect(&format!("/nhap-lieu/{}", received.file_id))),
        Err(Error::Refused { what, remedy }) => {
            upload_refused(&desk, format!("{what}. {remedy}")).await
        }
        Err(error) => Err(error),
    }
}

/// What the field of the file is called on the form.
const FILE_LABEL: &str = "Tệp danh sách";

/// The upload of a session that has ended: its file is not kept, but which one it was is, so that
/// the officer is told to choose it again.
async fn session_ended(
    app: &App,
    headers: &HeaderMap,
    body: Option<Multipart>,
) -> Result<Error, Error> {
    const TOKEN_BYTES_MAX: usize = 200;
    let to_sign_in = Error::SignInFirst { back: "/nhap-lieu".to_owned() };
    let Some(mut body) = body else { return Ok(to_sign_in) };
    let Ok(Some(mut field)) = body.next_field().await else { return Ok(to_sign_in) };
    let mut token = Vec::new();
    while let Ok(Some(chunk)) = field.chunk().await {
        token.extend_from_slice(&chunk);
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(to_sign_in);
        }
    }
    drop(field);
    let Ok(Some(mut file)) = body.next_field().await else { return Ok(to_sign_in) };
    let name: String = file.file_name().unwrap_or("").chars().take(200).collect();
    let token = String::from_utf8_lossy(&token).into_owned();
    let kept = keep_upload(app, headers, "/nhap-lieu", &token, ("tep", FILE_LABEL, &name)).await?;
    let Some(cookie) = kept else { return Ok(to_sign_in) };
    // A browser that is cut off while it sends shows no answer.
    while let Ok(Some(_)) = file.chunk().await {}
    Ok(Error::SignInToGoOn { cookie })
}

async fn upload_refused(desk: &Desk, message: String) -> Result<Response, Error> {
    let errors = vec![FieldError::new("tep", message)];
    let mut response = html(&list_page(desk, &ListQuery::default(), errors).await?)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// What the form brought.
struct Uploaded {
    /// Code of the chosen programme; empty when there was nothing to choose.
    programme: String,
    /// Name of the file.
    name: String,
    bytes: Vec<u8>,
}

/// The file of the form. The csrf token must come before it, so that nothing large is read for a
/// stranger. The inner error is a sentence for the field.
async fn uploaded_file(
    desk: &Desk,
    mut body: Multipart,
) -> Result<Result<Uploaded, String>, Error> {
    const BROKEN: &str = "Việc tải lên bị ngắt giữa chừng, chưa có gì được ghi. Kiểm tra mạng rồi chọn \
                          lại tệp.";
    const LARGE: &str = "Tệp lớn quá 20 MB. Tách tệp thành nhiều tệp nhỏ (mỗi thôn hoặc mỗi nhóm một \
                         tệp) rồi tải lên lại.";
    let mut trusted = false;
    let mut programme = String::new();
    loop {
        let field = match body.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) if trusted => {
                return Ok(Err(
                    "Chưa chọn tệp. Bấm vào ô chọn tệp rồi chọn danh sách cần nhập.".into()
                ));
            }
            Ok(None) => return Err(Error::StaleForm),
            Err(_) => return if trusted { Ok(Err(BROKEN.into())) } else { Err(Error::StaleForm) },
        };
        let (name, file_name) =
            (field.name().unwrap_or("").to_owned(), field.file_name().map(str::to_owned));
        if name == "csrf" {
            let token = field.text().await.map_err(|_| Error::StaleForm)?;
            check_csrf(&desk.actor, token.trim())?;
            trusted = true;
        } else if !trusted {
            return Err(Error::StaleForm);
        } else if name == "chuong_trinh" {
            programme = field.text().await.map_err(|_| Error::StaleForm)?.trim().to_owned();
        } else if name == "tep" {
            let file_name = file_name.unwrap_or_default();
            return Ok(match field.bytes().await {
                Ok(bytes) if bytes.len() > FILE_BYTES_MAX => Err(LARGE.into()),
                Ok(bytes) if bytes.is_empty() && file_name.is_empty() => {
                    Err("Chưa chọn tệp. Bấm vào ô chọn tệp rồi chọn danh sách cần nhập.".into())
                }
                Ok(bytes) => Ok(Uploaded { programme, name: file_name, bytes: bytes.to_vec() }),
                Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(LARGE.into()),
                Err(_) => Err(BROKEN.into()),
            });
        }
    }
}

/// A file of the address inside the actor's scope.
async fn file_of(desk: &Desk, id: &str) -> Result<FileRow, Error> {
    let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
    store::file(desk.app.db.read(), &desk.actor.scope, id).await?.ok_or(Error::NotFound)
}

/// Asks the browser to load the page again, also without script.
fn refreshing(mut response: Response, seconds: &'static str) -> Response {
    response.headers_mut().insert("refresh", HeaderValue::from_static(seconds));
    response
}
