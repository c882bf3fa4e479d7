//! `/cong-khai/nguon-tin.xml`: which lists are new, for readers and other portals that ask by themselves.

use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use vietnam::date::vi_date;

use super::{place, shown_since, slug, units_day};
use crate::relief::{ListNews, list_news};
use crate::web::feed::{self, Entry, Feed};
use crate::web::{App, Error, Visitor, public_base};

/// Lists in the feed.
const ENTRIES: u64 = 60;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::portal) struct Asked {
    xa: String,
}

/// `GET /cong-khai/nguon-tin.xml?xa=`
pub(in crate::portal) async fn atom(
    visitor: Visitor,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let only = match asked.xa.as_str() {
        "" => None,
        xa => Some(place(app, xa).ok_or(Error::NotFound)?),
    };
    let commune = only.as_ref().map(|place| (place.key.commune.as_str(), place.key.tiers));
    let (conn, province) = (app.db.read(), &app.config.province);
    let found = list_news(conn, province, commune, shown_since(app), ENTRIES).await?;
    let origin = public_base(app, &headers);
    let all: Vec<Entry> = found.iter().map(|list| entry(app, &origin, list)).collect();
    let whose = only.as_ref().map_or_else(
        || format!("tỉnh {}", app.config.province_name),
        |place| crate::areas::in_sentence(&place.commune.full_name),
    );
    let (address, page) = match &only {
        None => ("/cong-khai/nguon-tin.xml".to_owned(), "/cong-khai".to_owned()),
        Some(place) => (
            format!("/cong-khai/nguon-tin.xml?xa={}", place.slug()),
            format!("/cong-khai/{}", place.slug()),
        ),
    };
    let about = Feed {
        origin: &origin,
        name: &format!("{province}:danh-sach{}", asked.xa),
        address: &address,
        page: &page,
        title: &format!("Danh sách hỗ trợ của {whose}"),
        agency: &format!("UBND tỉnh {}", app.config.province_name),
    };
    Ok(feed::answer(about, &all))
}

fn entry(app: &App, origin: &str, list: &ListNews) -> Entry {
    let commune = app.areas.commune_name(&list.commune_code, units_day(app, list.tiers));
    let group = app.catalogue.group_name(&list.programme_code, &list.group_code);
    let list_name = format!("danh sách {group}, đợt {}", list.round);
    let (kind, title, summary, day) = match (&list.number, list.decided_on) {
        (Some(number), Some(on)) => (
            "Phê duyệt",
            format!("{commune}: {list_name} được phê duyệt"),
            format!("Quyết định {number} ngày {}.", vi_date(on)),
            on,
        ),
        _ => {
            let on = list.posted_on.unwrap_or_default();
            let until = list.posting_ends_on.map_or_else(String::new, |end| {
                format!(" Niêm yết đến hết ngày {}; sai, sót thì báo UBND xã.", vi_date(end))
            });
            let summary = format!("Niêm yết từ ngày {}.{until}", vi_date(on));
            ("Niêm yết", format!("{commune}: niêm yết {list_name}"), summary, on)
        }
    };
    Entry {
        id: list.id,
        title,
        summary,
        url: format!("{origin}/cong-khai/{}", slug(&list.commune_code, list.tiers)),
        kind,
        published: midnight(day),
        updated: midnight(day),
    }
}

/// When a day begins in Asia/Ho_Chi_Minh.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - Duration::hours(7)
}
