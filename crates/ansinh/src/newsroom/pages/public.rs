//! What anyone reads: lists, articles, rebuttals, the feed.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::show;
use crate::newsroom::store::public::{self, Asked, Item};
use crate::newsroom::text::asked_words;
use crate::newsroom::types::{Kind, Label};
use crate::newsroom::{day, href};
use crate::portal::for_a_minute;
use crate::web::feed::{self, Entry, Feed};
use crate::web::{Error, Page, Pager, Visitor, encode, html, public_base, redirect};

/// Articles on a page of the list: read on a telephone.
const ITEMS: u64 = 20;
/// Articles in the feed.
const FEED_ITEMS: u64 = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    tim: String,
    loai: String,
    sau: String,
}

struct Row {
    href: String,
    title: String,
    summary: String,
    kind: &'static str,
    day: String,
    mark: &'static str,
    label: &'static str,
}

struct Pick {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "newsroom/templates/list.html")]
struct ListPage {
    page: Page,
    action: &'static str,
    lead: &'static str,
    rebuttals: bool,
    pick_label: &'static str,
    picks: Vec<Pick>,
    rows: Vec<Row>,
    tim: String,
    asked: bool,
    pager: Pager,
}

/// `GET /tin-tuc`.
pub(super) async fn news(
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let all = [Kind::News, Kind::Guide, Kind::Notice];
    let chosen = Kind::from_code(&wanted.loai).filter(|kind| all.contains(kind));
    let kinds: Vec<&str> = match chosen {
        Some(kind) => vec![kind.code()],
        None => all.map(Kind::code).to_vec(),
    };
    let mut picks = vec![Pick { value: "", label: "Mọi loại bài", chosen: chosen.is_none() }];
    picks.extend(all.map(|kind| Pick {
        value: kind.code(),
        label: kind.label(),
        chosen: chosen == Some(kind),
    }));
    let view = ListPage {
        page: visitor.page("Tin tức, thông báo, hướng dẫn", "tin-tuc"),
        action: "/tin-tuc",
        lead: "Tin chính thức của tỉnh. Mỗi bài do một người viết và một người khác duyệt.",
        rebuttals: false,
        pick_label: "Loại bài",
        picks,
        rows: vec![],
        tim: wanted.tim.clone(),
        asked: !wanted.tim.is_empty() || chosen.is_some(),
        pager: Pager::default(),
    };
    let asked = Asked { kinds: &kinds, ..Asked::default() };
    filled(&visitor, view, &wanted, asked, chosen.map_or("", Kind::code)).await
}

/// `GET /kiem-chung`.
pub(super) async fn rebuttals(
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let chosen = Label::from_code(&wanted.loai);
    let mut picks = vec![Pick { value: "", label: "Mọi kết luận", chosen: chosen.is_none() }];
    picks.extend(Label::ALL.iter().map(|label| Pick {
        value: label.code(),
        label: label.label(),
        chosen: chosen == Some(*label),
    }));
    let view = ListPage {
        page: visitor.page("Tin giả và sự thật", "tin-tuc"),
        action: "/kiem-chung",
        lead: "Tin đang lan truyền đã được kiểm tra: điều gì sai, sự thật thế nào, căn cứ ở đâu.",
        rebuttals: true,
        pick_label: "Kết luận",
        picks,
        rows: vec![],
        tim: wanted.tim.clone(),
        asked: !wanted.tim.is_empty() || chosen.is_some(),
        pager: Pager::default(),
    };
    let label = chosen.map_or("", Label::code);
    let asked = Asked { kinds: &[Kind::Rebuttal.code()], label, ..Asked::default() };
    filled(&visitor, view, &wanted, asked, label).await
}

async fn filled(
    visitor: &Visitor,
    mut view: ListPage,
    wanted: &Wanted,
    asked: Asked<'_>,
    chosen: &str,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let words = asked_words(&wanted.tim);
    let after = Uuid::parse_str(&wanted.sau).ok();
    let asked = Asked { words: &words, after, limit: ITEMS + 1, ..asked };
    let (province, now) = (&app.config.province, app.clock.now());
    let mut found = public::list(app.db.read(), province, now, &asked).await?;
    let more = found.len() as u64 > ITEMS;
    found.truncate(usize::try_from(ITEMS).unwrap_or(usize::MAX));
    let address = format!("{}?tim={}&loai={chosen}", view.action, encode(&wanted.tim));
    view.pager = Pager {
        next: found.last().filter(|_| more).map(|last| format!("{address}&sau={}", last.id)),
        first: after.map(|_| address),
    };
    view.rows = found.iter().map(row).collect();
    Ok(for_a_minute(html(&view)?))
}

fn row(item: &Item) -> Row {
    let label = Label::from_code(&item.label);
    Row {
        href: href(&item.kind, &item.slug),
        title: item.title.clone(),
        summary: item.summary.clone(),
        kind: Kind::from_code(&item.kind).map_or("", Kind::label),
        day: day(item.first_at),
        mark: label.map_or("", Label::mark),
        label: label.map_or("", Label::label),
    }
}

/// `GET /tin-tuc/{slug}`.
pub(super) async fn article(
    visitor: Visitor,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    one(&visitor, &headers, &slug, "/tin-tuc/").await
}

/// `GET /kiem-chung/{slug}`.
pub(super) async fn rebuttal(
    visitor: Visitor,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    one(&visitor, &headers, &slug, "/kiem-chung/").await
}

async fn one(
    visitor: &Visitor,
    headers: &HeaderMap,
    slug: &str,
    room: &str,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let (province, now) = (&app.config.province, app.clock.now());
    let found = public::by_slug(app.db.read(), province, now, slug).await?;
    let (document, edition) = found.ok_or(Error::NotFound)?;
    let own = href(&document.kind, slug);
    if !own.starts_with(room) {
        return Ok(redirect(&own));
    }
    let page = visitor.page(&edition.title, "tin-tuc");
    let origin = public_base(app, headers);
    let view = show::view(app, page, (&document, &edition), &origin, String::new()).await?;
    Ok(for_a_minute(html(&view)?))
}

/// `GET /tin-tuc/nguon-tin.xml`.
pub(super) async fn atom(visitor: Visitor, headers: HeaderMap) -> Result<Response, Error> {
    let app = &visitor.app;
    let asked = Asked { limit: FEED_ITEMS, ..Asked::default() };
    let (province, now) = (&app.config.province, app.clock.now());
    let found = public::list(app.db.read(), province, now, &asked).await?;
    let origin = public_base(app, &headers);
    let entry = |item: &Item| Entry {
        id: item.id,
        title: item.title.clone(),
        summary: item.summary.clone(),
        url: format!("{origin}{}", href(&item.kind, &item.slug)),
        kind: Kind::from_code(&item.kind).map_or("", Kind::label),
        published: item.first_at,
        updated: item.publish_at,
    };
    let all: Vec<Entry> = found.iter().map(entry).collect();
    let about = Feed {
        origin: &origin,
        name: &format!("{province}:tin-tuc"),
        address: "/tin-tuc/nguon-tin.xml",
        page: "/tin-tuc",
        title: &format!("An sinh {}: tin tức và kiểm chứng", app.config.province_name),
        agency: &format!("UBND tỉnh {}", app.config.province_name),
    };
    Ok(feed::answer(about, &all))
}
