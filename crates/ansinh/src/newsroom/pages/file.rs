//! Pictures and attachments: sent to readers, taken from editors.

use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::{article, id_of, version_of};
use crate::identity::actor_of;
use crate::newsroom::files::{self, Sent};
use crate::newsroom::store::files as kept;
use crate::newsroom::{acts, concerns};
use crate::web::{App, Desk, Error, FieldError, SignedForm, check_csrf, redirect_with};

/// `GET /tin-tuc/tep/{id}`: for anybody when a public article shows it; for the board before.
pub(super) async fn send(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let id = id_of(&id)?;
    let now = app.clock.now();
    let found = kept::content(app.db.read(), &app.config.province, now, id).await?;
    let mut found = found.ok_or(Error::NotFound)?;
    if !found.public {
        let actor = actor_of(&app, &headers).await?.ok_or(Error::NotFound)?;
        if actor.scope.province() != app.config.province || !concerns(&app, &actor).await? {
            return Err(Error::NotFound);
        }
    }
    let cache = if found.public { "public, max-age=300" } else { "private, no-store" };
    let shown = found.kind == "picture";
    let place = if shown { "inline" } else { "attachment" };
    let named = format!("{place}; filename=\"{}\"", found.name);
    let content = std::mem::take(&mut found.content);
    let head = [
        (header::CONTENT_TYPE, found.media_type),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::CONTENT_DISPOSITION, named),
    ];
    Ok((head, content).into_response())
}

/// `POST /bien-tap/{id}/tep`.
pub(super) async fn upload(
    desk: Desk,
    Path(id): Path<String>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    let id = id_of(&id)?;
    let Ok(body) = body else {
        return Err(Error::refused(
            "Máy chủ không nhận được tệp từ biểu mẫu này",
            "Mở lại trang của bài, chọn tệp rồi bấm “Thêm vào bài”.",
        ));
    };
    let sent = match read(&desk, id, body).await? {
        Ok(sent) => sent,
        Err(error) => return article::with_errors(&desk, id, vec![error]).await,
    };
    let word = if sent.picture { "Đã thêm ảnh." } else { "Đã thêm tệp." };
    match files::take(&desk.app, &desk.actor, sent).await {
        Ok(Ok(())) => Ok(redirect_with(&format!("/bien-tap/{id}#tep-kem"), "xong", word)),
        Ok(Err(error)) => article::with_errors(&desk, id, vec![error]).await,
        Err(Error::Refused { what, remedy }) => {
            let error = FieldError::new("tep", format!("{what}. {remedy}"));
            article::with_errors(&desk, id, vec![error]).await
        }
        Err(error) => Err(error),
    }
}

/// What the form brought. The csrf token comes first and the file last, so that nothing large is read
/// for a stranger.
async fn read(
    desk: &Desk,
    document: Uuid,
    mut body: Multipart,
) -> Result<Result<Sent, FieldError>, Error> {
    const TEXT_MAX: usize = 300;
    let mut sent = Sent {
        document,
        version: -1,
        picture: true,
        name: String::new(),
        alt: String::new(),
        bytes: Vec::new(),
    };
    let mut trusted = false;
    while let Ok(Some(field)) = body.next_field().await {
        let name = field.name().unwrap_or("").to_owned();
        if name == "csrf" {
            check_csrf(&desk.actor, &text(field).await?)?;
            trusted = true;
            // Who is not on the board sends nothing further.
            acts::serving(desk.app.db.read(), &desk.app, &desk.actor).await?;
            continue;
        }
        if !trusted {
            return Err(Error::StaleForm);
        }
        match name.as_str() {
            "phien_ban" => sent.version = text(field).await?.parse().unwrap_or(-1),
            "la" => sent.picture = text(field).await? != "tep",
            "mo_ta" => sent.alt = vietnam::text::clean(&text(field).await?),
            "tep" => {
                sent.name = field.file_name().unwrap_or("").to_owned();
                let broken = "Tải lên bị ngắt giữa chừng, chưa có gì được ghi. Chọn lại tệp.";
                match field.bytes().await {
                    Ok(bytes) => sent.bytes = bytes.to_vec(),
                    Err(_) => return Ok(Err(FieldError::new("tep", broken))),
                }
            }
            _ => {}
        }
    }
    if !trusted {
        return Err(Error::StaleForm);
    }
    if sent.alt.chars().count() > TEXT_MAX {
        let text = format!("Mô tả dài quá {TEXT_MAX} ký tự. Hãy rút gọn.");
        return Ok(Err(FieldError::new("mo_ta", text)));
    }
    Ok(Ok(sent))
}

async fn text(field: Field<'_>) -> Result<String, Error> {
    let text = field.text().await.map_err(|_| Error::StaleForm)?;
    Ok(text.trim().replace('\0', "\u{FFFD}"))
}

/// `POST /bien-tap/{id}/tep/{tep}/bo`.
pub(super) async fn drop(
    Path((id, file)): Path<(String, String)>,
    form: SignedForm,
) -> Result<Response, Error> {
    let (id, file) = (id_of(&id)?, id_of(&file)?);
    let desk = &form.desk;
    let version = version_of(&form.fields);
    files::drop(&desk.app, &desk.actor, (id, version), file).await?;
    Ok(redirect_with(&format!("/bien-tap/{id}#tep-kem"), "xong", "Đã bỏ tệp khỏi bản đang soạn."))
}
