//! `/xac-minh`: what the log says, and how anyone checks it.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use disclosure::Hash;
use sea_orm::DbErr;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::{keys, store};
use crate::database::Conn;
use crate::portal::for_a_minute;
use crate::web::{Error, Page, Visitor, html, proof_script};

/// A day of the table.
struct DayLine {
    day: String,
    lines: String,
    size: String,
    root: String,
}

struct Log {
    day: String,
    size: String,
    root: String,
    key: String,
    witnesses: Vec<(String, bool)>,
    days: Vec<DayLine>,
}

#[derive(Template)]
#[template(path = "transparency/templates/proof.html")]
struct ProofPage {
    page: Page,
    script: &'static str,
    closes: String,
    address: String,
    log: Option<Log>,
}

/// Days in the table.
const DAYS: u64 = 30;

/// `GET /xac-minh`
pub(super) async fn proof(visitor: Visitor) -> Result<Response, Error> {
    let app = &visitor.app;
    let (conn, province) = (app.db.read(), app.config.province.as_str());
    let heads = store::heads(conn, province, DAYS + 1).await?;
    let log = match heads.first() {
        None => None,
        Some(last) => {
            let signed = store::witnessed(conn, province, last.size, &last.root).await?;
            let witness = |name: &str| signed.iter().any(|one| one.witness == name);
            Some(Log {
                day: vi_date(last.day),
                size: Dong(last.size).to_string(),
                root: groups(&last.root),
                key: keys::signer(&app.config, Some(last))?.verifier().to_string(),
                witnesses: keys::witnesses(&app.config)
                    .iter()
                    .map(|key| (key.name().to_owned(), witness(key.name())))
                    .collect(),
                days: lines(&heads),
            })
        }
    };
    let closes = app.duties.closing_minute(app.clock.today());
    let address = match app.config.public_url.trim_end_matches('/') {
        "" => "http://ĐỊA-CHỈ-TRANG-NÀY".to_owned(),
        known => known.to_owned(),
    };
    let title = match &log {
        Some(log) => format!("{} khoản trong sổ chi công khai, ai cũng kiểm được", log.size),
        None => "Sổ chi công khai bắt đầu từ ngày chi đầu tiên".to_owned(),
    };
    let view = ProofPage {
        page: visitor.page(title, "xac-minh"),
        script: proof_script(),
        closes: format!("{} giờ {:02}", closes / 60, closes % 60),
        address: format!("{address}/so-chi"),
        log,
    };
    Ok(for_a_minute(html(&view)?))
}

/// The root of the log when the book of a day closed, in eight groups as the daily report prints it;
/// empty when that day has not been published.
///
/// # Errors
/// The engine's.
pub async fn printed_root<C: Conn>(
    conn: &C,
    province: &str,
    day: NaiveDate,
) -> Result<String, DbErr> {
    let head = store::head_of(conn, province, day).await?;
    Ok(head.map_or_else(String::new, |head| groups(&head.root)))
}

fn groups(root: &str) -> String {
    Hash::from_hex(root.as_bytes()).map_or_else(String::new, |hash| hash.groups())
}

fn lines(heads: &[store::Head]) -> Vec<DayLine> {
    let before = heads.iter().skip(1).map(|head| head.size).chain(std::iter::once(0));
    let line = |(head, before): (&store::Head, i64)| DayLine {
        day: vi_date(head.day),
        lines: Dong(head.size - before).to_string(),
        size: Dong(head.size).to_string(),
        root: groups(&head.root),
    };
    heads.iter().zip(before).take(DAYS as usize).map(line).collect()
}
