//! What the operator and his monitor ask: `/healthz` (the process lives), `/readyz` (it can work),
//! `/metrics` (numbers for Prometheus). None of them shows anybody's data.

mod metrics;
mod store;

use std::net::SocketAddr;
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub use metrics::transaction;

use crate::database::{SCHEMA_VERSION, schema_version};
use crate::web::{App, Error};
use crate::{audit, relief};

/// Free space below which the server calls itself not ready: bytes, and part of the disk.
const FREE_BYTES_MIN: u64 = 200 << 20;
const FREE_PERCENT_MIN: u64 = 3;

/// So long may a job or an audit entry wait before something is wrong with the workers.
const WORKER_SILENT_MAX: chrono::Duration = chrono::Duration::seconds(120);
const UNSEALED_MAX: i64 = 100_000;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(numbers))
}

/// Counts a request by the pattern of its route.
#[expect(clippy::disallowed_methods, reason = "a duration is measured, nothing is dated")]
pub async fn count(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let begun = Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    metrics::request(route, response.status().as_u16(), begun.elapsed());
    response
}

/// 200 when the server can do its work, else 503; one line a question.
async fn ready(State(app): State<App>) -> Response {
    let schema = schema_version(app.db.read()).await;
    let late = store::overdue(&app.db, app.clock.now() - WORKER_SILENT_MAX).await;
    let unsealed = audit::unsealed(app.db.read()).await;
    let answers = [
        ("database answers", schema.is_ok()),
        ("schema is the program's", schema.is_ok_and(|found| found == SCHEMA_VERSION)),
        ("worker takes its jobs", late.is_ok_and(|late| late == 0)),
        ("audit is being sealed", unsealed.is_ok_and(|count| count < UNSEALED_MAX)),
        ("disk has room", has_room(&app)),
    ];
    let status = if answers.iter().all(|(_, well)| *well) {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let line =
        |(what, well): &(&str, bool)| format!("{} {what}\n", if *well { "ok" } else { "NOT" });
    let text: String = answers.iter().map(line).collect();
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// True when the disk of the data folder has room, or its state cannot be asked (PostgreSQL alone).
fn has_room(app: &App) -> bool {
    let Ok(disk) = rustix::fs::statvfs(&app.config.data) else { return true };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let all = disk.f_blocks.saturating_mul(disk.f_frsize);
    free >= FREE_BYTES_MIN && free.saturating_mul(100) >= all.saturating_mul(FREE_PERCENT_MIN)
}

/// Only for the machine itself, or with the token of the settings; for others it does not exist.
async fn numbers(
    State(app): State<App>,
    connected: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    // Behind a proxy on the same machine every caller looks local: its headers tell.
    let proxied = ["x-forwarded-for", "forwarded", "x-real-ip"];
    let local = connected.is_some_and(|at| at.0.0.ip().is_loopback())
        && !proxied.iter().any(|name| headers.contains_key(*name));
    let token = app.config.metrics_token.as_str();
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|text| text.strip_prefix("Bearer "));
    let trusted = !token.is_empty() && given.is_some_and(|given| same(given, token));
    if !local && !trusted {
        return Err(Error::NotFound);
    }
    let (waiting, failed) = store::jobs(&app.db).await?;
    let gauges = metrics::Gauges {
        values: vec![
            (
                "ansinh_payments_recorded",
                "Entries of the ledger",
                relief::ledger_size(app.db.read()).await?,
            ),
            ("ansinh_jobs_waiting", "Jobs that wait or run", waiting),
            ("ansinh_jobs_failed", "Jobs given up", failed),
            (
                "ansinh_audit_unsealed",
                "Audit entries not in the chain yet",
                audit::unsealed(app.db.read()).await?,
            ),
            (
                "ansinh_audit_sealed",
                "Audit entries in the chain",
                audit::last(app.db.read()).await?.seq,
            ),
            ("ansinh_database_bytes", "Size of the database", store::size(&app.db).await?),
            ("ansinh_memory_bytes", "Resident memory of the process", resident()),
        ],
    };
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, metrics::render(&gauges)).into_response())
}

/// Compared by digest, so that the time tells nothing about the token.
fn same(given: &str, token: &str) -> bool {
    use sha2::{Digest, Sha256};
    Sha256::digest(given) == Sha256::digest(token)
}

/// Resident memory in bytes (proc(5), `VmRSS`); 0 where there is no /proc.
fn resident() -> i64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<i64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
