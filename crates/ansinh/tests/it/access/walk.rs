//! The walk: each route, each guest.

use ansinh::web::{Access, access};
use axum::http::{Method, StatusCode};

use super::ground::{Guest, MARKS, Place, filled, guests, plant};
use super::routes::served;
use crate::on_both;
use crate::support::{Answer, TestApp};

/// A path where no row answers for anybody: the link does not exist.
const NO_ROW: [&str; 1] = ["/canh-bao/lien-ket/{dong}/{id}/go"];

/// What a wrong answer to a GET is, if it is one.
fn judge_get(guest: &Guest, rule: Access, path: &str, answer: &Answer) -> Option<String> {
    let status = answer.status;
    if status.is_server_error() {
        return Some("server error".to_owned());
    }
    let to_sign_in = status == StatusCode::SEE_OTHER && answer.location.starts_with("/dang-nhap?");
    let fault = match rule {
        Access::Public if to_sign_in => Some("a public page asks for an account"),
        Access::Public => None,
        _ if guest.place == Place::Nowhere => {
            (!to_sign_in).then_some("nobody passes without signing in")
        }
        _ if to_sign_in => Some("a session was not known"),
        Access::Act if guest.reads_only => refused(status),
        Access::Manage if guest.reads_only => refused(status),
        _ if path.contains('{') && !guest.place.reaches() => outside(path, status),
        Access::Watch | Access::Own => inside(status),
        _ => (status == StatusCode::NOT_FOUND).then_some("her own row is not found"),
    };
    if let Some(fault) = fault {
        return Some(fault.to_owned());
    }
    leak(guest, rule, &answer.body)
}

fn refused(status: StatusCode) -> Option<&'static str> {
    (status != StatusCode::UNPROCESSABLE_ENTITY).then_some("who only reads was not refused")
}

fn inside(status: StatusCode) -> Option<&'static str> {
    let fine = status == StatusCode::OK || status == StatusCode::SEE_OTHER;
    (!fine).then_some("she may read it and does not")
}

/// Another area's row is not found; a role that never comes here may be refused before.
fn outside(path: &str, status: StatusCode) -> Option<&'static str> {
    let named = path.ends_with("{name}");
    let fine = status == StatusCode::NOT_FOUND || status == StatusCode::UNPROCESSABLE_ENTITY;
    (!fine && !named).then_some("a row of another area answered")
}

fn leak(guest: &Guest, rule: Access, body: &str) -> Option<String> {
    if rule == Access::Public {
        return None;
    }
    let found = MARKS.iter().zip(guest.place.hidden()).find(|((_, m), h)| *h && body.contains(m));
    found.map(|((_, mark), _)| format!("names of another area stand there: {mark}"))
}

async fn every_page_for_everybody(t: TestApp) {
    let mut ground = plant(&t).await;
    let mut guests = guests(&t, &mut ground).await;
    let (mut faults, mut seen) = (Vec::new(), 0);
    for (method, path) in served() {
        let Some(rule) = access(&method, &path) else { continue };
        let Some(address) = filled(&ground, &path) else {
            faults.push(format!("{method} {path}: not walked; say in access/ground.rs what it is"));
            continue;
        };
        if method != Method::GET {
            continue;
        }
        for guest in &mut guests {
            let answer = guest.client.get(&address).await;
            seen += usize::from(rule != Access::Public && answer.body.contains(MARKS[0].1));
            if let Some(fault) = judge_get(guest, rule, &path, &answer) {
                let (name, status) = (&guest.name, answer.status);
                faults.push(format!("GET {path} as {name}: {status}: {fault}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(seen > 60, "the marks do stand on the pages of those who may see them: {seen}");
}
on_both!(every_page_for_everybody);

/// Changes on record; looks and sessions are not changes.
async fn changes(t: &TestApp) -> i64 {
    t.number(
        "SELECT COUNT(*) FROM audit_entries WHERE action NOT LIKE 'session.%'
           AND action NOT LIKE '%.view' AND action NOT LIKE '%.export'",
    )
    .await
}

/// Posts to every route as everybody: without a token, with another session's, and — where nothing
/// may come of it — with the right one and hostile fields.
async fn every_form_for_everybody(t: TestApp) {
    let mut ground = plant(&t).await;
    let mut guests = guests(&t, &mut ground).await;
    let stranger = {
        let mut other = t.sign_in("h449").await;
        other.get("/tai-khoan").await.page();
        other.csrf
    };
    for guest in &mut guests {
        if guest.place != Place::Nowhere {
            guest.client.get("/tai-khoan").await.page();
        }
    }
    let mut faults = Vec::new();
    let before = changes(&t).await;
    let routes: Vec<_> = served().into_iter().filter(|(m, _)| *m == Method::POST).collect();
    for (method, path) in &routes {
        let (Some(rule), Some(address)) = (access(method, path), filled(&ground, path)) else {
            continue;
        };
        if rule == Access::Public {
            continue;
        }
        for guest in &mut guests {
            let own = std::mem::take(&mut guest.client.csrf);
            for token in ["", stranger.as_str()] {
                guest.client.csrf = token.to_owned();
                let answer = post(guest, path, &address).await;
                let fault = judge_forged(guest, &answer);
                faults.extend(fault.map(|f| told(guest, path, &answer, f)));
            }
            guest.client.csrf = own;
            let closed = guest.reads_only && !matches!(rule, Access::Own | Access::Watch);
            let elsewhere = path.contains('{') && !guest.place.reaches();
            let nobody = guest.place == Place::Nowhere;
            if rule != Access::Own && (closed || nobody || elsewhere) {
                let answer = post(guest, path, &address).await;
                let fault = judge_closed(guest, rule, closed, path, &answer);
                faults.extend(fault.map(|f| told(guest, path, &answer, f)));
            }
        }
    }
    assert_eq!(changes(&t).await, before, "something was changed");
    // Last, for now rows may change: her own forms with hostile fields are never our fault.
    for (method, path) in &routes {
        let (Some(rule), Some(address)) = (access(method, path), filled(&ground, path)) else {
            continue;
        };
        for guest in guests.iter_mut().filter(|guest| guest.place.reaches()) {
            if rule != Access::Own {
                let answer = post(guest, path, &address).await;
                let fault = answer.status.is_server_error().then_some("server error");
                faults.extend(fault.map(|f| told(guest, path, &answer, f)));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
on_both!(every_form_for_everybody);

fn told(guest: &Guest, path: &str, answer: &Answer, fault: &str) -> String {
    format!("POST {path} as {}: {}: {fault}", guest.name, answer.status)
}

/// The upload is the one form of many parts.
async fn post(guest: &mut Guest, path: &str, address: &str) -> Answer {
    if path == "/nhap-lieu" {
        return guest.client.upload(address, &[], "tep", "x.xlsx", b"\0not a workbook").await;
    }
    let long = "9".repeat(3_000);
    let fields = [
        ("phien_ban", "-1"),
        ("ly_do", "a\0b'\"<script>"),
        ("ma_viec", "x"),
        ("so_tien", "-999999999999999999999"),
        ("ngay", "99/99/9999"),
        ("ho_ten", long.as_str()),
        ("chon", "%00"),
    ];
    guest.client.post(address, &fields).await
}

fn judge_forged(guest: &Guest, answer: &Answer) -> Option<&'static str> {
    let status = answer.status;
    let to_sign_in = status == StatusCode::SEE_OTHER && answer.location.starts_with("/dang-nhap");
    let fine = match guest.place {
        Place::Nowhere => to_sign_in,
        _ => matches!(
            status,
            StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::NOT_FOUND
        ),
    };
    (!fine).then_some("a form without this session's token was taken")
}

fn judge_closed(
    guest: &Guest,
    rule: Access,
    closed: bool,
    path: &str,
    answer: &Answer,
) -> Option<&'static str> {
    let status = answer.status;
    let to_sign_in = status == StatusCode::SEE_OTHER && answer.location.starts_with("/dang-nhap");
    if guest.place == Place::Nowhere {
        return (!to_sign_in).then_some("nobody acts without signing in");
    }
    if closed {
        return refused(status);
    }
    if status.is_server_error() {
        return Some("server error");
    }
    if path.contains('{') && !NO_ROW.contains(&path) && rule != Access::Public {
        return outside(path, status);
    }
    None
}
