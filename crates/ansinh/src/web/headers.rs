//! Headers that hold for every answer, and the check that a POST comes from our own pages.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::page::NOTICE_COOKIE;
use super::{App, Error};
use crate::identity::cookie;

/// Nothing from a third-party host, no inline script or style, no framing by others.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The same for parts that other portals may frame: they hold nobody's data and change nothing.
const POLICY_FRAMED: &str = "default-src 'self'; script-src 'none'; style-src 'self'; img-src 'self' data:; \
                             object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors *";

/// Adds the security headers, forbids storing officers' pages, and clears a shown notice.
pub async fn security_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let had_notice = cookie(request.headers(), NOTICE_COOKIE).is_some();
    let is_get = request.method() == Method::GET;
    let framed = request.uri().path().starts_with("/nhung/");
    let mut response = next.run(request).await;
    let is_page = response.status() != axum::http::StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    let policy = if framed { POLICY_FRAMED } else { POLICY };
    set(headers, header::CONTENT_SECURITY_POLICY, policy);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "same-origin");
    if !framed {
        set(headers, header::X_FRAME_OPTIONS, "DENY");
    }
    set(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if app.config.https {
        set(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        set(headers, header::CACHE_CONTROL, "no-store");
    }
    if had_notice && is_get && is_page && !headers.contains_key(header::SET_COOKIE) {
        let gone = format!("{NOTICE_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        if let Ok(value) = HeaderValue::from_str(&gone) {
            headers.append(header::SET_COOKIE, value);
        }
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

/// Refuses a POST that a page of another site sent (OWASP ASVS 5.0 §3.5.1): browsers say where a
/// form came from in `Sec-Fetch-Site`, older ones in `Origin`.
pub async fn same_origin_posts(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && !from_here(request.headers()) {
        return Error::StaleForm.into_response();
    }
    // No address of ours holds a NUL, and PostgreSQL refuses text with one.
    if request.uri().path_and_query().is_some_and(|at| at.as_str().contains("%00")) {
        return Error::NotFound.into_response();
    }
    next.run(request).await
}

fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split("://").nth(1) == Some(host),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// Where the public finds this installation: as configured, else as this visitor found it.
pub(crate) fn public_base(app: &App, headers: &HeaderMap) -> String {
    let known = app.config.public_url.trim_end_matches('/');
    if !known.is_empty() {
        return known.to_owned();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    // What a visitor says of himself is copied only as far as a host can look.
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    let scheme = if app.config.https { "https" } else { "http" };
    if host.is_empty() || host.len() > 255 || !host.chars().all(plain) {
        return String::new();
    }
    format!("{scheme}://{host}")
}
