//! Answers that anyone may keep for a while, kept by the server itself: made and packed once, then
//! handed out from memory until something is written or their time is over.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Response as HttpResponse, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};
use futures_util::StreamExt as _;

use super::App;
use super::page::NOTICE_COOKIE;
use crate::identity::cookie;

/// An answer is handed out for so long, as its `max-age` allows every proxy; a write of this server
/// ends it at once.
const KEPT: Duration = Duration::seconds(60);
/// Larger answers pass by.
const BYTES_MAX: usize = 256 * 1024;
/// Of all answers together. Who asks for thousands of addresses empties the shelf and fills no memory.
const SHELF_BYTES_MAX: usize = 24 * 1024 * 1024;
/// Longer addresses are nobody's bookmark.
const ADDRESS_MAX: usize = 300;

/// The answers; one for a running server.
#[derive(Default)]
pub struct Shelf(RwLock<Rows>);

#[derive(Default)]
struct Rows {
    answers: HashMap<String, Arc<Answer>>,
    bytes: usize,
}

struct Answer {
    headers: HeaderMap,
    body: Bytes,
    made: DateTime<Utc>,
    /// [`crate::database::Database::writes_so_far`] before it was made.
    writes: u64,
}

impl Answer {
    fn holds(&self, writes: u64, now: DateTime<Utc>) -> bool {
        let age = now - self.made;
        self.writes == writes && age >= Duration::zero() && age < KEPT
    }

    fn response(&self) -> Response {
        let mut response = HttpResponse::new(Body::from(self.body.clone()));
        *response.headers_mut() = self.headers.clone();
        response
    }
}

impl Shelf {
    fn get(&self, key: &str) -> Option<Arc<Answer>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).answers.get(key).cloned()
    }

    fn put(&self, key: String, answer: Answer) {
        let mut rows = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if rows.bytes + answer.body.len() > SHELF_BYTES_MAX {
            *rows = Rows::default();
        }
        // What stood there is counted until the shelf is emptied: exact enough, and never too little.
        rows.bytes += key.len() + answer.body.len();
        rows.answers.insert(key, Arc::new(answer));
    }
}

/// Hands out what is kept, and keeps what may be. A layer around packing: what it keeps is complete.
pub async fn kept(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(key) = key(&app, &request) else { return next.run(request).await };
    let (writes, now) = (app.db.writes_so_far(), app.clock.now());
    if let Some(answer) = app.shelf().get(&key).filter(|answer| answer.holds(writes, now)) {
        return answer.response();
    }
    let response = next.run(request).await;
    if !may_be_kept(&response) {
        return response;
    }
    let (head, body) = response.into_parts();
    let body = match gather(body).await {
        Ok(body) => body,
        Err(passing_by) => return HttpResponse::from_parts(head, passing_by),
    };
    let answer = Answer { headers: head.headers, body, made: now, writes };
    let response = answer.response();
    app.shelf().put(key, answer);
    response
}

/// What an answer depends on beside what is written and the clock; nothing: it is made for the asker.
fn key(app: &App, request: &Request) -> Option<String> {
    let headers = request.headers();
    let own =
        [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::RANGE, header::AUTHORIZATION];
    if request.method() != Method::GET
        || own.iter().any(|name| headers.contains_key(name))
        || cookie(headers, NOTICE_COOKIE).is_some()
    {
        return None;
    }
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let packed = text(header::ACCEPT_ENCODING).unwrap_or_default();
    // Pages that name their own address take it from the visitor unless it is configured.
    let host = if app.config.public_url.is_empty() { text(header::HOST) } else { None };
    let (host, address) = (host.unwrap_or_default(), request.uri().path_and_query()?.as_str());
    if host.len() + packed.len() + address.len() > ADDRESS_MAX {
        return None;
    }
    let mut key = String::with_capacity(host.len() + packed.len() + address.len() + 2);
    for part in [address, "\n", packed, "\n", host] {
        key.push_str(part);
    }
    Some(key)
}

fn may_be_kept(response: &Response) -> bool {
    let headers = response.headers();
    let public = |value: &header::HeaderValue| value.as_bytes().starts_with(b"public");
    response.status() == StatusCode::OK
        && headers.get(header::CACHE_CONTROL).is_some_and(public)
        && !headers.contains_key(header::SET_COOKIE)
        && headers.get(header::VARY).is_none_or(|vary| vary.as_bytes() == b"accept-encoding")
}

/// The whole body; when it is too long or breaks off, a body that goes on where reading stopped.
async fn gather(body: Body) -> Result<Bytes, Body> {
    let mut rest = body.into_data_stream();
    let mut parts: Vec<Result<Bytes, axum::Error>> = Vec::new();
    let mut length = 0;
    while let Some(part) = rest.next().await {
        length += part.as_ref().map_or(BYTES_MAX + 1, Bytes::len);
        parts.push(part);
        if length > BYTES_MAX {
            return Err(Body::from_stream(futures_util::stream::iter(parts).chain(rest)));
        }
    }
    let mut whole = Vec::with_capacity(length);
    for part in parts.into_iter().flatten() {
        whole.extend_from_slice(&part);
    }
    Ok(Bytes::from(whole))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    fn body(parts: Vec<Result<Vec<u8>, std::io::Error>>) -> Body {
        Body::from_stream(futures_util::stream::iter(parts))
    }

    #[tokio::test]
    async fn a_long_answer_passes_by_whole() {
        let parts: Vec<Vec<u8>> = (0..9).map(|n| vec![n; 60_000]).collect();
        let passing = gather(body(parts.iter().cloned().map(Ok).collect())).await.unwrap_err();
        let read = axum::body::to_bytes(passing, usize::MAX).await.unwrap();
        assert_eq!(read, parts.concat());
    }

    #[tokio::test]
    async fn an_answer_that_breaks_off_is_not_kept_and_still_breaks_off() {
        let parts = vec![Ok(b"begun".to_vec()), Err(std::io::Error::other("gone"))];
        let passing = gather(body(parts)).await.unwrap_err();
        assert!(axum::body::to_bytes(passing, usize::MAX).await.is_err());
    }

    #[tokio::test]
    async fn what_was_in_parts_is_whole() {
        let whole = gather(body(vec![Ok(b"a".to_vec()), Ok(vec![]), Ok(b"bc".to_vec())])).await;
        assert_eq!(whole.unwrap(), "abc");
    }

    #[test]
    fn the_shelf_never_outgrows_its_size() {
        let shelf = Shelf::default();
        for n in 0..300 {
            let body = Bytes::from(vec![0; BYTES_MAX]);
            let answer =
                Answer { headers: HeaderMap::new(), body, made: Utc.timestamp_nanos(0), writes: 0 };
            shelf.put(n.to_string(), answer);
        }
        let rows = shelf.0.read().unwrap();
        assert!(rows.answers.len() * BYTES_MAX <= SHELF_BYTES_MAX && rows.answers.len() > 1);
    }
}
