//! What a monitor sees, and that it sees nobody's data.

use std::net::SocketAddr;

use ansinh::config::Config;
use ansinh::database::Sql;
use ansinh::web::{App, Parts, router};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::on_both;
use crate::payments::fixture::*;
use crate::support::TestApp;

async fn ask(
    router: &Router,
    path: &str,
    from: &str,
    more: &[(&str, &str)],
) -> (StatusCode, String) {
    let mut request = Request::builder().uri(path);
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    let address: SocketAddr = format!("{from}:4000").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(address));
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

async fn numbers_are_for_the_machine_itself_or_with_the_token_and_name_nobody(t: TestApp) {
    let ids = approved(&t, SON_KIM, "NCC", &[someone("Hồ Thanh Bình", "042064000123")]).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    clerk.get(&format!("/chi-tra/{}", ids[0])).await.page();
    let (status, text) = ask(&t.router, "/metrics", "127.0.0.1", &[]).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    for line in [
        "ansinh_payments_recorded 1",
        "ansinh_jobs_waiting 0",
        "ansinh_build_info{version=",
        "ansinh_request_seconds_count{route=\"/chi-tra/{id}\",class=\"ok\"}",
        "ansinh_transactions_total{name=\"identity.sign_in\"}",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let unsealed = t.number("SELECT COUNT(*) FROM audit_entries WHERE seq IS NULL").await;
    assert!(text.contains(&format!("ansinh_audit_unsealed {unsealed}\n")), "{text}");
    for secret in ["Bình", "042064000123", &ids[0].to_string()] {
        assert!(!text.contains(secret), "{secret}");
    }
    for (from, more) in [
        ("203.0.113.9", &[][..]),
        ("127.0.0.1", &[("x-forwarded-for", "203.0.113.9")]),
        ("203.0.113.9", &[("authorization", "Bearer ")]),
    ] {
        assert_eq!(ask(&t.router, "/metrics", from, more).await.0, StatusCode::NOT_FOUND);
    }
    let config = Config { metrics_token: "bi-mat".to_owned(), ..Config::default() };
    let (db, areas) = (t.app.db.clone(), t.app.areas.clone());
    let (clock, catalogue) = (t.app.clock.clone(), t.app.catalogue.clone());
    let other = router(App::new(Parts { db, areas, config, clock, catalogue }));
    for (given, status) in [
        ("Bearer bi-mat", StatusCode::OK),
        ("Bearer bi-ma", StatusCode::NOT_FOUND),
        ("Basic bi-mat", StatusCode::NOT_FOUND),
    ] {
        let more = [("authorization", given)];
        assert_eq!(ask(&other, "/metrics", "203.0.113.9", &more).await.0, status, "{given}");
    }
}
on_both!(numbers_are_for_the_machine_itself_or_with_the_token_and_name_nobody);

async fn ready_means_database_schema_workers_and_disk(t: TestApp) {
    let mut visitor = t.visitor();
    assert_eq!(visitor.get("/healthz").await.page(), "ok\n");
    let page = visitor.get("/readyz").await.page();
    assert_eq!(page.matches("ok ").count(), 5, "{page}");
    let now = t.app.clock.now();
    let sql =
        "INSERT INTO jobs (id, kind, payload, queued_at, run_after) VALUES ($1, 'x', '', $2, $2)";
    let id = ansinh::clock::new_id(now).unwrap();
    t.app.db.read().change(sql, vec![id.into(), now.into()]).await.unwrap();
    visitor.get("/readyz").await.page();
    t.pass(chrono::Duration::minutes(3));
    let answer = visitor.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("NOT worker takes its jobs"), "{}", answer.body);
}
on_both!(ready_means_database_schema_workers_and_disk);
