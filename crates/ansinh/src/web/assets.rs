//! Stylesheet, script and icon, compiled in and addressed by the hash of their content, so that a
//! browser may keep them for ever.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Error;
use crate::identity::sha256_hex;

const STYLE: &[u8] = include_bytes!("assets/ansinh.css");
const SCRIPT: &[u8] = include_bytes!("assets/ansinh.js");
const PROOF: &[u8] = include_bytes!("assets/xac-minh.js");
/// 1200 × 630 pixels, drawn from `web/share.html`.
const CARD: &[u8] = include_bytes!("assets/chia-se.png");
const ICON: &[u8] = include_bytes!("assets/favicon.svg");

/// Address of the script that proves a payment's line in the browser; only `/xac-minh` loads it.
pub fn proof_script() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("/tai-san/xac-minh.{}.js", &sha256_hex(PROOF)[..12]))
}

/// Address of the picture that social networks show beside a link (Open Graph). A new picture takes a new
/// number: browsers keep it for ever.
pub const SHARE_CARD: &str = "/tai-san/chia-se-1.png";

/// Addresses of the stylesheet and the script.
pub fn addresses() -> &'static (String, String) {
    static ADDRESSES: OnceLock<(String, String)> = OnceLock::new();
    ADDRESSES.get_or_init(|| {
        let hash = |bytes: &[u8]| sha256_hex(bytes)[..12].to_owned();
        (
            format!("/tai-san/ansinh.{}.css", hash(STYLE)),
            format!("/tai-san/ansinh.{}.js", hash(SCRIPT)),
        )
    })
}

/// Serves `/tai-san/{file}`.
pub async fn asset(Path(file): Path<String>) -> Result<Response, Error> {
    let (style, script) = addresses();
    let wanted = format!("/tai-san/{file}");
    let (kind, bytes) = match &wanted {
        at if at == style => ("text/css; charset=utf-8", STYLE),
        at if at == script => ("text/javascript; charset=utf-8", SCRIPT),
        at if at == proof_script() => ("text/javascript; charset=utf-8", PROOF),
        at if at == SHARE_CARD => ("image/png", CARD),
        at if at == "/tai-san/favicon.svg" => ("image/svg+xml", ICON),
        _ => return Err(Error::NotFound),
    };
    let forever = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, forever)], bytes).into_response())
}
