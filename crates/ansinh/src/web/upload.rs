//! A form with a file, as browsers send it (RFC 7578).

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, FromRequestParts, Request};

use super::form::{Fields, check_csrf};
use super::{App, Desk, Error};

/// Longest text of a field: bytes.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Most fields of a form.
const FIELDS_MAX: usize = 400;

/// A form of this session with at most one file. Its token must come before the file, so that nothing
/// large is read for a stranger.
#[derive(Debug)]
pub struct SentForm {
    /// The officer and the application.
    pub desk: Desk,
    /// What was typed.
    pub fields: Fields,
    /// Name of the file as the sender's machine has it; empty when none was chosen.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl FromRequest<App> for SentForm {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let desk = Desk::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let mut body = Multipart::from_request(request, app).await.map_err(|_| broken())?;
        let mut form =
            Self { desk, fields: Fields::default(), file_name: String::new(), bytes: vec![] };
        let (mut pairs, mut trusted) = (Vec::new(), false);
        while let Some(field) = body.next_field().await.map_err(|_| broken())? {
            let name = field.name().unwrap_or("").to_owned();
            if let Some(file_name) = field.file_name().map(str::to_owned) {
                if !trusted {
                    return Err(Error::StaleForm);
                }
                form.bytes = field.bytes().await.map_err(|_| broken())?.to_vec();
                form.file_name = file_name;
                continue;
            }
            let value = text(field).await?;
            if name == "csrf" {
                check_csrf(&form.desk.actor, &value)?;
                trusted = true;
            }
            pairs.push((name, value));
            if pairs.len() > FIELDS_MAX {
                return Err(broken());
            }
        }
        if !trusted {
            return Err(Error::StaleForm);
        }
        form.fields = Fields::from_pairs(pairs);
        Ok(form)
    }
}

async fn text(mut field: Field<'_>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.map_err(|_| broken())? {
        bytes.extend_from_slice(&part);
        if bytes.len() > TEXT_BYTES_MAX {
            return Err(broken());
        }
    }
    // PostgreSQL refuses text with a NUL.
    Ok(String::from_utf8_lossy(&bytes).replace('\0', "\u{FFFD}"))
}

fn broken() -> Error {
    Error::refused(
        "Biểu mẫu hoặc tệp gửi lên quá lớn, hoặc bị ngắt giữa chừng",
        "Kiểm tra kết nối mạng, giảm dung lượng tệp rồi gửi lại. Chưa có gì được ghi.",
    )
}
