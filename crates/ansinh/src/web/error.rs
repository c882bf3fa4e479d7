//! Errors, and how they become pages with a way out and a reference number.
//!
//! A room's own refusal becomes [`Error::Refused`] with two sentences: what cannot be done, and
//! what to do about it. [`Error::Internal`] keeps its cause for the log; the page shows only the
//! reference number under which the operator finds it.

use std::any::Any;
use std::cell::RefCell;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{App, Page, assets};
use crate::database::MaybeRetry;

/// Everything a handler may answer instead of a page.
#[derive(Debug)]
pub enum Error {
    /// No such page, or a row outside the actor's scope: the two look the same from outside.
    NotFound,
    /// Nobody is signed in.
    SignInFirst {
        /// Where to go afterwards.
        back: String,
    },
    /// Her session ended under a form, which is kept until she signs in again.
    SignInToGoOn {
        /// With the form's key.
        cookie: HeaderValue,
    },
    /// Codes on the telephone have not been set up yet.
    EnrolFirst,
    /// The one-time password has not been changed yet.
    ChangePasswordFirst,
    /// A rule says no.
    Refused {
        /// What cannot be done, and why.
        what: String,
        /// What to do, and who can.
        remedy: String,
    },
    /// The form is stale or was made elsewhere.
    StaleForm,
    /// Too many requests; try again later.
    TooMany,
    /// Our fault.
    Internal {
        /// Where it happened; for the log.
        place: &'static str,
        /// What happened; for the log.
        cause: String,
    },
    /// The database said no for a reason no rule expected.
    Database(sea_orm::DbErr),
}

impl Error {
    /// A rule's refusal in two sentences.
    pub fn refused(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), remedy: remedy.into() }
    }

    /// Our own fault, with its cause for the log.
    pub fn internal(place: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::Internal { place, cause: cause.to_string() }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused { what, remedy } => write!(f, "{what}. {remedy}"),
            Self::Internal { place, cause } => write!(f, "{place}: {cause}"),
            Self::Database(error) => write!(f, "{error}"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<getrandom::Error> for Error {
    fn from(error: getrandom::Error) -> Self {
        Self::internal("random numbers", error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal("stored JSON", error)
    }
}

impl MaybeRetry for Error {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_transient())
    }
}

/// What the middleware needs to write the page; travels as a response extension.
#[derive(Debug, Clone)]
struct Told {
    title: String,
    remedy: String,
    reference: String,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, title, remedy) = match &self {
            Self::SignInFirst { back } => {
                let to = format!("/dang-nhap?tiep={}", super::form::encode(back));
                return super::redirect(&to);
            }
            Self::SignInToGoOn { cookie } => {
                let mut response = super::redirect("/dang-nhap?tiep=/tiep-tuc");
                response.headers_mut().append(header::SET_COOKIE, cookie.clone());
                return response;
            }
            Self::EnrolFirst => return super::redirect("/tai-khoan/ma-xac-thuc"),
            Self::ChangePasswordFirst => return super::redirect("/doi-mat-khau"),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "Không tìm thấy trang này",
                "Địa chỉ có thể đã gõ sai, hoặc trang thuộc đơn vị khác. Hãy về trang đầu và đi lại từ đó.",
            ),
            Self::StaleForm => (
                StatusCode::FORBIDDEN,
                "Trang này mở đã lâu nên chưa ghi được",
                "Bấm nút quay lại của trình duyệt, tải lại trang rồi làm lại. Chưa có gì được ghi.",
            ),
            Self::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "Có quá nhiều lượt tra cứu từ mạng này",
                "Xin chờ mười phút rồi thử lại. Cũng có thể hỏi trực tiếp tại UBND xã.",
            ),
            Self::Refused { what, remedy } => {
                (StatusCode::UNPROCESSABLE_ENTITY, what.as_str(), remedy.as_str())
            }
            Self::Internal { .. } | Self::Database(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Máy chủ gặp lỗi, việc vừa rồi chưa được ghi",
                "Hãy thử lại. Nếu vẫn vậy, gọi người hỗ trợ và đọc mã lỗi dưới đây.",
            ),
        };
        let reference = reference();
        if status.is_server_error() {
            tracing::error!(reference, error = %self.for_log(), "request failed");
        }
        let told = Told { title: title.to_owned(), remedy: remedy.to_owned(), reference };
        let mut response = status.into_response();
        response.extensions_mut().insert(told);
        response
    }
}

impl Error {
    /// The cause without the values that the engine may quote from rows (names, numbers).
    pub(super) fn for_log(&self) -> String {
        let text = self.to_string();
        text.split("Key (").next().unwrap_or("").chars().take(500).collect()
    }
}

/// Eight characters without look-alikes, to be read over the telephone.
fn reference() -> String {
    const ALPHABET: &[u8; 30] = b"ABCDEFGHJKMNPQRSTUVWXYZ2345678";
    let bytes = crate::clock::random_bytes::<8>().unwrap_or_default();
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect()
}

thread_local! {
    /// Where the last panic of this thread happened. The answer is made on the same thread.
    static PANICKED_AT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// From now on a panic leaves its place in the log and nothing else: its text may quote what somebody
/// typed (a cut outside a name's letters, a value that was not expected).
pub fn panics_tell_only_their_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place =
            panic.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        tracing::error!(place, "panic");
        PANICKED_AT.set(place);
    }));
}

/// A panic is our fault; its place goes to the log, its text nowhere.
pub(super) fn panic_response(_text: Box<dyn Any + Send + 'static>) -> Response {
    Error::internal("panic", PANICKED_AT.take()).into_response()
}

#[derive(Template)]
#[template(path = "web/templates/error.html")]
struct ErrorPage {
    page: Page,
    what: String,
    remedy: String,
    reference: String,
}

/// Turns a response that carries [`Told`] into a page; plain refusals of the framework too.
pub(super) async fn error_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    // A monitor reads lines, not a page.
    let for_monitor = request.uri().path() == "/readyz";
    let mut response = next.run(request).await;
    if for_monitor {
        return response;
    }
    let told = response.extensions_mut().remove::<Told>().or_else(|| framework(&response));
    let Some(told) = told else { return response };
    let status = response.status();
    let page = Page::public(&app, &told.title, "");
    let view = ErrorPage { page, what: told.title, remedy: told.remedy, reference: told.reference };
    let body = view.render().unwrap_or_else(|_| format!("{} {}", view.what, view.reference));
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}

/// Refusals that axum itself makes before a handler runs (body too large, unreadable query).
fn framework(response: &Response) -> Option<Told> {
    let status = response.status();
    let html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if html || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let (title, remedy) = if status == StatusCode::PAYLOAD_TOO_LARGE {
        (
            "Tệp gửi lên lớn quá 20 MB",
            "Tách tệp thành nhiều tệp nhỏ (mỗi thôn hoặc mỗi nhóm một tệp) rồi gửi lại.",
        )
    } else {
        ("Máy chủ không hiểu yêu cầu này", "Hãy về trang đầu và đi lại từ đó. Chưa có gì được ghi.")
    };
    Some(Told { title: title.to_owned(), remedy: remedy.to_owned(), reference: reference() })
}

/// Stylesheet and script of pages made without a layout.
pub(super) fn asset_addresses() -> (String, String) {
    assets::addresses().clone()
}
