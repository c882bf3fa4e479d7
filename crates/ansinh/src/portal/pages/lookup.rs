//! Looking up one's own result by two facts. Both travel in a POST body only: nothing that was
//! typed reaches an address, a log or the audit record.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use sea_orm::DatabaseConnection;
use serde_json::json;
use uuid::Uuid;
use vietnam::date::{PartialDate, vi_date};

use super::slug;
use crate::audit::{self, Act};
use crate::clock::local;
use crate::database::Tx;
use crate::feedback;
use crate::portal::memory::Memory;
use crate::portal::rules::{TypedNumber, client, network, read_birth};
use crate::portal::{result, show};
use crate::relief::{OwnQuestion, OwnResult, own_results};
use crate::web::{App, Error, FieldError, Fields, Page, Visitor, html, redirect};

#[derive(Template)]
#[template(path = "portal/templates/lookup.html")]
struct Form {
    page: Page,
    errors: Vec<FieldError>,
    number: String,
    birth: String,
    /// Heads the page after a look-up that found nothing; the same words for every reason.
    not_found: bool,
}

impl Form {
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }
}

#[derive(Template)]
#[template(path = "portal/templates/lookup_stop.html")]
struct Stop {
    page: Page,
    what: &'static str,
    remedy: String,
}

#[derive(Template)]
#[template(path = "portal/templates/lookup_result.html")]
struct Found {
    page: Page,
    heading: String,
    results: Vec<result::View>,
    at: String,
}

/// The client's network, as far as the server sees it.
pub struct Network(String);

impl Network {
    /// Under which it is counted.
    pub fn key(&self) -> &str {
        &self.0
    }
}

impl FromRequestParts<App> for Network {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let told = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let client = peer.map(|peer| client(peer, told, &app.config.trusted_proxies));
        Ok(Self(network(client)))
    }
}

/// So long those who ask are waited for, to be answered together.
const GATHER: Duration = Duration::from_millis(30);
/// They are not answered sooner than so long afterwards, so that the time does not tell of a number that
/// is on a list with another birth date.
const ANSWER_TIME: Duration = Duration::from_millis(10);
/// Failed look-ups a day for numbers that look alike on the public lists: one person's.
const FAILURES_A_FORM: u32 = 10;
/// Failed look-ups in ten minutes for numbers with one beginning, in networks' budgets.
const NETWORKS_A_PREFIX: u32 = 5;

/// `GET /tra-cuu`
pub async fn form(visitor: Visitor) -> Result<Response, Error> {
    let view = Form {
        page: visitor.page("Tra cứu khoản hỗ trợ của tôi", "tra-cuu"),
        errors: vec![],
        number: String::new(),
        birth: String::new(),
        not_found: false,
    };
    Ok(show::for_a_minute(html(&view)?))
}

/// `GET /tra-cuu/ket-qua`: a result cannot be reloaded from its address, which says nothing.
pub async fn back_to_form() -> Response {
    redirect("/tra-cuu")
}

/// `POST /tra-cuu/ket-qua`
pub async fn answer(
    visitor: Visitor,
    network: Network,
    Extension(memory): Extension<Arc<Memory>>,
    body: Bytes,
) -> Result<Response, Error> {
    let fields = Fields::parse(&body);
    let number = TypedNumber::read(fields.get("so_giay_to"));
    let birth = read_birth(fields.get("ngay_sinh"));
    match (number, birth) {
        (Ok(number), Ok(birth)) => search(&visitor, &memory, &network.0, &number, birth).await,
        (number, birth) => {
            let mut errors = Vec::new();
            errors.extend(number.err().map(|text| FieldError::new("so_giay_to", text)));
            errors.extend(birth.err().map(|text| FieldError::new("ngay_sinh", text)));
            let short = |name: &str| fields.exact(name).chars().take(60).collect();
            let view = Form {
                page: visitor.page("Tra cứu khoản hỗ trợ của tôi", "tra-cuu"),
                errors,
                number: short("so_giay_to"),
                birth: short("ngay_sinh"),
                not_found: false,
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&view)?).into_response())
        }
    }
}

async fn search(
    visitor: &Visitor,
    memory: &Memory,
    network: &str,
    number: &TypedNumber,
    birth: PartialDate,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let now = app.clock.now();
    let per_network = app.config.lookups_per_network;
    if !memory.networks.take(network, per_network, now) {
        return stopped(visitor, memory, false).await;
    }
    let form = number.form();
    let per_prefix = per_network.saturating_mul(NETWORKS_A_PREFIX);
    if !memory.prefixes.take(number.prefix(), per_prefix, now) {
        return stopped(visitor, memory, false).await;
    }
    if !memory.forms.take(&form, FAILURES_A_FORM, now) {
        return stopped(visitor, memory, true).await;
    }
    let results = look(app, number, birth).await?;
    if results.is_empty() {
        return not_found(visitor, memory).await;
    }
    memory.prefixes.give_back(number.prefix());
    memory.forms.give_back(&form);
    note_found(app, &results).await?;
    found(visitor, results)
}

/// One page for "nobody has this number" and for "the second fact does not fit": the same bytes
/// for everybody, so nothing that was typed is in it.
async fn not_found(visitor: &Visitor, memory: &Memory) -> Result<Response, Error> {
    note_failure(visitor, memory, false).await?;
    let view = Form {
        page: visitor.page("Chưa tìm thấy khoản hỗ trợ", "tra-cuu"),
        errors: vec![],
        number: String::new(),
        birth: String::new(),
        not_found: true,
    };
    html(&view)
}

async fn stopped(visitor: &Visitor, memory: &Memory, a_day: bool) -> Result<Response, Error> {
    note_failure(visitor, memory, true).await?;
    let phone = match visitor.app.config.help_phone.as_str() {
        "" => String::new(),
        phone => format!(" hoặc gọi {phone}"),
    };
    let (what, remedy) = if a_day {
        (
            "Số này đã được thử nhiều lần mà chưa khớp",
            format!(
                "Để giữ kín thông tin của người có số này, hôm nay chưa tra tiếp được. Ông/bà thử \
                 lại ngày mai, mang giấy tờ đến UBND xã{phone} để được xem ngay."
            ),
        )
    } else {
        (
            "Có quá nhiều lượt tra cứu từ mạng này",
            format!(
                "Xin chờ mười phút rồi thử lại. Cần ngay thì mang giấy tờ đến UBND xã{phone}; danh \
                 sách của xã vẫn xem được ở mục Danh sách công khai."
            ),
        )
    };
    let view = Stop { page: visitor.page("Tạm dừng tra cứu", "tra-cuu"), what, remedy };
    Ok((StatusCode::TOO_MANY_REQUESTS, html(&view)?).into_response())
}

/// Writes counts without anything typed, at most once a minute.
async fn note_failure(visitor: &Visitor, memory: &Memory, turned_away: bool) -> Result<(), Error> {
    let app = &visitor.app;
    let now = app.clock.now();
    let Some(tally) = memory.count(turned_away, now) else { return Ok(()) };
    let detail = json!({ "not_found": tally.not_found, "turned_away": tally.turned_away });
    let province = &*app.config.province;
    let act = || Act {
        action: "lookup.failed",
        subject_kind: "entry",
        subject_id: String::new(),
        detail: detail.clone(),
    };
    app.db
        .run_tx("portal.lookup_failed", |tx| async move {
            audit::record_unsigned(&tx, None, province, now, act()).await?;
            Ok((tx, ()))
        })
        .await
}

/// What was asked, by one.
struct Asked {
    app: App,
    question: OwnQuestion,
}

/// Those who ask at one moment are answered by one statement: most of its price is paid once.
async fn look(
    app: &App,
    number: &TypedNumber,
    birth: PartialDate,
) -> Result<Vec<OwnResult>, Error> {
    let question = OwnQuestion { id_key: number.key().to_owned(), birth };
    let asked = Asked { app: app.clone(), question };
    app.db.read_gathered("portal.look_up", GATHER, asked, look_all).await
}

async fn look_all(
    conn: DatabaseConnection,
    group: Vec<Arc<Asked>>,
) -> Result<Vec<Vec<OwnResult>>, Error> {
    let not_sooner = tokio::time::sleep(ANSWER_TIME);
    let Some(Asked { app, .. }) = group.first().map(Arc::as_ref) else { return Ok(Vec::new()) };
    let questions: Vec<&OwnQuestion> = group.iter().map(|asked| &asked.question).collect();
    let results = own_results(&conn, &app.config.province, &questions).await?;
    not_sooner.await;
    Ok(results)
}

/// The rows shown to one who looked herself up.
struct Shown {
    app: App,
    rows: Vec<Uuid>,
}

/// Those who are found together share a transaction and its flush. The record is on the disk before
/// the answer goes out; who was not found does not wait for it.
async fn note_found(app: &App, results: &[OwnResult]) -> Result<(), Error> {
    let rows: Vec<Uuid> = results.iter().map(|result| result.entry_id).collect();
    let (weight, shown) = (rows.len(), Shown { app: app.clone(), rows });
    app.db.run_grouped("portal.look_up", weight, shown, write_shown).await
}

async fn write_shown(tx: Tx, group: Vec<Arc<Shown>>) -> Result<(Tx, Vec<()>), Error> {
    if let Some(Shown { app, .. }) = group.first().map(Arc::as_ref) {
        let rows: Vec<Uuid> = group.iter().flat_map(|shown| shown.rows.iter().copied()).collect();
        audit::seen_by_public(&tx, &app.config.province, app.clock.now(), &rows).await?;
    }
    let answers = vec![(); group.len()];
    Ok((tx, answers))
}

fn found(visitor: &Visitor, results: Vec<OwnResult>) -> Result<Response, Error> {
    let app = &visitor.app;
    let views: Vec<result::View> = results
        .iter()
        .map(|own| {
            let commune = app.areas.commune_name(&own.commune_code, own.unit_date);
            let district = app.areas.district_name(&own.district_code, own.unit_date);
            let group = app.catalogue.group_name(&own.programme_code, &own.group_code);
            let period = app.catalogue.period(&own.programme_code, &own.group_code);
            let href = format!("/cong-khai/{}", slug(&own.commune_code, own.tiers));
            let place = result::Place { commune, district, group, period, href };
            let contest = feedback::seal_record(own.entry_id, app.clock.now())?;
            Ok(result::View { contest, ..result::view(own, place) })
        })
        .collect::<Result<_, Error>>()?;
    let heading = match views.as_slice() {
        [one] => one.heading.clone(),
        many => format!("Ông/bà có tên trong {} danh sách", many.len()),
    };
    let (day, time) = local(app.clock.now());
    let view = Found {
        page: visitor.page("Kết quả tra cứu", "tra-cuu"),
        heading,
        results: views,
        at: format!("{} ngày {}", time.format("%-H giờ %M"), vi_date(day)),
    };
    html(&view)
}
