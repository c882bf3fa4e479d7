//! Forms: fields by name, and the check that a form was made for this session.

use axum::body::Bytes;
use axum::extract::{FromRequest, MatchedPath, Request};
use chrono::NaiveDate;
use uuid::Uuid;

use super::{App, Desk, Error};
use crate::identity::{Actor, keep_form};

/// The fields of a posted form, in order; a name may occur many times (tick boxes).
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded` (WHATWG URL §5). Never fails: what cannot be
    /// decoded becomes U+FFFD and meets the field's own check.
    pub fn parse(body: &[u8]) -> Self {
        let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let mut halves = pair.splitn(2, |byte| *byte == b'=');
                    let name = decode(halves.next().unwrap_or_default());
                    (name, decode(halves.next().unwrap_or_default()))
                })
                .collect(),
        )
    }

    /// Fields given as pairs.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The first value of a field, trimmed; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// The first value of a field exactly as typed.
    pub fn exact(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// True when the field was sent, even empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// The id that the form was made with (field `ma`): pressed twice is done once.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is missing.
    pub fn act_id(&self) -> Result<Uuid, Error> {
        Uuid::parse_str(self.get("ma")).map_err(|_| {
            Error::refused("Biểu mẫu gửi lên thiếu mã lượt ghi", "Tải lại trang rồi thử lại.")
        })
    }

    /// Every pair in order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

fn decode(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok());
        match (bytes[at], hex.and_then(|h| u8::from_str_radix(h, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
                continue;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    // PostgreSQL keeps no NUL in text; the field's own check meets U+FFFD instead.
    String::from_utf8_lossy(&out).replace('\0', "\u{FFFD}")
}

/// A day as browsers send it (`2020-06-19`) or as people type it (`19/6/2020`).
pub fn read_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let (year, month, day) = if text.contains('/') || text.contains('.') {
        let mut parts = text.split(['/', '.']).map(str::trim);
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        (year, month, day)
    } else {
        let mut parts = text.splitn(3, '-');
        (parts.next()?, parts.next()?, parts.next()?)
    };
    let year: i32 = year.parse().ok().filter(|year| (2000..2100).contains(year))?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// Percent-encodes a text for use inside a query string.
pub fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A form posted by a signed-in officer, whose csrf token has been checked.
#[derive(Debug)]
pub struct SignedForm {
    /// The officer and the application.
    pub desk: Desk,
    /// What was typed.
    pub fields: Fields,
}

impl FromRequest<App> for SignedForm {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let desk =
            <Desk as axum::extract::FromRequestParts<App>>::from_request_parts(&mut parts, app)
                .await;
        let headers = parts.headers.clone();
        let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let (route, path) = (route.to_owned(), parts.uri.to_string());
        let request = Request::from_parts(parts, body);
        let desk = match desk {
            Ok(desk) => desk,
            // What was typed is not lost with the session.
            Err(Error::SignInFirst { back }) => {
                let body = Bytes::from_request(request, app).await.unwrap_or_default();
                let kept = keep_form(app, &headers, &route, &path, &body).await?;
                return Err(match kept {
                    Some(cookie) => Error::SignInToGoOn { cookie },
                    None => Error::SignInFirst { back },
                });
            }
            Err(error) => return Err(error),
        };
        let body = Bytes::from_request(request, app).await.map_err(|_| {
            Error::refused(
                "Biểu mẫu gửi lên quá lớn hoặc bị ngắt giữa chừng",
                "Kiểm tra kết nối mạng rồi gửi lại. Chưa có gì được ghi.",
            )
        })?;
        let fields = Fields::parse(&body);
        check_csrf(&desk.actor, fields.get("csrf"))?;
        Ok(Self { desk, fields })
    }
}

/// Refuses a form that was not made for this session.
///
/// # Errors
/// [`Error::StaleForm`].
pub fn check_csrf(actor: &Actor, token: &str) -> Result<(), Error> {
    // Both are random 256-bit values of this session; comparing hashes hides how far they agree.
    let same = crate::identity::sha256_hex(token.as_bytes())
        == crate::identity::sha256_hex(actor.csrf.as_bytes());
    if same { Ok(()) } else { Err(Error::StaleForm) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_may_occur_many_times_and_utf8_survives() {
        let fields = Fields::parse("chon=a&chon=b&ten=Nguy%E1%BB%85n+V%C4%83n&le=%zz%".as_bytes());
        assert_eq!(fields.all("chon").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(fields.get("ten"), "Nguyễn Văn");
        assert_eq!(fields.get("le"), "%zz%");
        assert_eq!(fields.get("khong"), "");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(text in "\\PC*") {
            prop_assert_eq!(decode(encode(&text).as_bytes()), text);
        }

        #[test]
        fn any_bytes_parse(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Fields::parse(&body);
        }
    }

    #[test]
    fn days_are_read_in_both_ways() {
        let day = NaiveDate::from_ymd_opt(2020, 6, 9);
        assert_eq!((read_day("9/6/2020"), read_day("2020-06-09")), (day, day));
        for wrong in ["", "31/2/2020", "9/6", "9/6/20", "1/1/99999", "2020-6", "mai", "9/6/2020/1"]
        {
            assert_eq!(read_day(wrong), None, "{wrong}");
        }
    }
}
