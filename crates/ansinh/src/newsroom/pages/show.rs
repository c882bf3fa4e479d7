//! An article as the public reads it; officers see the same before it is public.

use std::collections::HashMap;

use askama::Template;

use crate::clock::moment;
use crate::newsroom::store::files;
use crate::newsroom::store::public::{self, Past};
use crate::newsroom::store::work::{Document, Edition};
use crate::newsroom::types::{Field, Kind, Label, Why};
use crate::newsroom::{claim, href};
use crate::web::{App, Error, Page};

pub(super) struct Figure {
    pub src: String,
    pub alt: String,
    pub width: i32,
    pub height: i32,
}

pub(super) struct Attached {
    pub href: String,
    pub called: String,
    pub told: String,
}

/// What a rebuttal tells beside its text.
pub(super) struct Rebuttal {
    pub mark: &'static str,
    pub label: &'static str,
    pub field: &'static str,
    pub claim: String,
    pub channel: String,
    pub seen_on: String,
    pub seen_url: String,
    pub source: String,
    pub source_url: String,
    pub reviewed: String,
    pub review_note: String,
}

pub(super) struct Earlier {
    pub number: i32,
    pub when: String,
    pub note: String,
}

/// Why an article was taken down.
pub(super) struct Down {
    pub why: &'static str,
    pub note: String,
    pub when: String,
    /// Address and title of the article that holds its text now.
    pub into: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "newsroom/templates/article.html")]
pub(super) struct ArticlePage {
    pub page: Page,
    pub kind: &'static str,
    pub back: (&'static str, &'static str),
    pub title: String,
    pub summary: String,
    pub html: String,
    pub shown: bool,
    pub published: String,
    pub updated: String,
    pub rebuttal: Option<Rebuttal>,
    pub figures: Vec<Figure>,
    pub attached: Vec<Attached>,
    pub earlier: Vec<Earlier>,
    pub down: Option<Down>,
    pub url: String,
    pub image: String,
    pub json_ld: String,
    /// Address of the officers' page when this is a preview; else empty.
    pub preview: String,
}

/// Puts an article's page together. `origin`: where the portal stands, for the addresses that others
/// keep; `preview`: the officers' page it is a preview for.
pub(super) async fn view(
    app: &App,
    page: Page,
    (document, edition): (&Document, &Edition),
    origin: &str,
    preview: String,
) -> Result<ArticlePage, Error> {
    let (conn, province, now) = (app.db.read(), &app.config.province, app.clock.now());
    let kept = files::of_edition(conn, province, edition.id).await?;
    let past = public::past(conn, province, now, document.id).await?;
    let kind = Kind::from_code(&document.kind).unwrap_or(Kind::News);
    let down = down(app, document).await?;
    // What was put up by mistake, or stands elsewhere now, is not shown again.
    let shown = document.withdrawn_why.as_deref().is_none_or(|why| why == Why::Ended.code());
    let agency = format!("UBND tỉnh {}", app.config.province_name);
    let url = format!("{origin}{}", href(&document.kind, document.slug.as_deref().unwrap_or("")));
    let review = claim::review(edition, &past, &url, &agency);
    let review = review.filter(|_| document.withdrawn_at.is_none() && preview.is_empty());
    let (html, figures) = body(edition, &kept);
    let image = kept.iter().find(|file| file.kind == "picture" && shown);
    let image = image.map_or_else(String::new, |file| format!("{origin}/tin-tuc/tep/{}", file.id));
    let (published, updated) = times(edition, &past);
    Ok(ArticlePage {
        page,
        kind: kind.label(),
        back: if kind == Kind::Rebuttal {
            ("/kiem-chung", "Tin giả và sự thật")
        } else {
            ("/tin-tuc", "Tin tức, thông báo")
        },
        title: edition.title.clone(),
        summary: edition.summary.clone(),
        html,
        shown,
        published,
        updated,
        rebuttal: (kind == Kind::Rebuttal).then(|| rebuttal(edition)),
        figures,
        attached: kept.iter().filter(|file| file.kind == "attachment").map(attached).collect(),
        earlier: earlier(&past),
        down,
        url,
        image,
        json_ld: review.map_or_else(String::new, |review| claim::embedded(&review)),
        preview,
    })
}

/// "8 giờ ngày 15/5/2020" of the first edition, and of this one when it is a later one.
fn times(edition: &Edition, past: &[Past]) -> (String, String) {
    let at = edition.publish_at.map_or_else(String::new, moment);
    match past.last() {
        Some(first) if first.number < edition.number => (moment(first.publish_at), at),
        _ => (at, String::new()),
    }
}

/// The text with the pictures it names, and the pictures that it does not name.
pub(super) fn body(edition: &Edition, kept: &[files::File]) -> (String, Vec<Figure>) {
    let pictures = kept.iter().filter(|file| file.kind == "picture");
    let side = |points: i32| u32::try_from(points).unwrap_or(0);
    let known: HashMap<String, prose::Shown> = pictures
        .clone()
        .map(|file| {
            let (alt, width, height) = (file.alt.clone(), side(file.width), side(file.height));
            (format!("/tin-tuc/tep/{}", file.id), prose::Shown { alt, width, height })
        })
        .collect();
    let html = prose::render(&edition.body, &known);
    let figures = pictures
        .map(|file| Figure {
            src: format!("/tin-tuc/tep/{}", file.id),
            alt: file.alt.clone(),
            width: file.width,
            height: file.height,
        })
        .filter(|figure| !html.contains(&format!("src=\"{}\"", figure.src)))
        .collect();
    (html, figures)
}

fn attached(file: &files::File) -> Attached {
    let ending = file.name.rsplit('.').next().unwrap_or("").to_uppercase();
    let kilobytes = (file.size_bytes + 1023) / 1024;
    Attached {
        href: format!("/tin-tuc/tep/{}", file.id),
        called: file.alt.clone(),
        told: format!("{ending}, {} KB", vietnam::money::Dong(kilobytes)),
    }
}

fn earlier(past: &[Past]) -> Vec<Earlier> {
    if past.len() < 2 {
        return Vec::new();
    }
    let one = |past: &Past| Earlier {
        number: past.number,
        when: moment(past.publish_at),
        note: if past.change_note.is_empty() {
            "Bản đầu.".to_owned()
        } else {
            past.change_note.clone()
        },
    };
    past.iter().map(one).collect()
}

async fn down(app: &App, document: &Document) -> Result<Option<Down>, Error> {
    let Some(at) = document.withdrawn_at else { return Ok(None) };
    let (province, now) = (&app.config.province, app.clock.now());
    let into = match document.merged_into {
        Some(other) => public::named(app.db.read(), province, now, other).await?,
        None => None,
    };
    let why = document.withdrawn_why.as_deref().and_then(Why::from_code);
    Ok(Some(Down {
        why: why.map_or("", Why::label),
        note: document.withdrawn_note.clone(),
        when: moment(at),
        into: into.map(|item| (href(&item.kind, &item.slug), item.title)),
    }))
}

fn rebuttal(edition: &Edition) -> Rebuttal {
    let label = Label::from_code(&edition.label);
    let source = match (edition.source_number.as_str(), edition.source_on) {
        ("", _) => String::new(),
        (number, None) => number.to_owned(),
        (number, Some(on)) => format!("{number} ngày {}", vietnam::date::vi_date(on)),
    };
    Rebuttal {
        mark: label.map_or("", Label::mark),
        label: label.map_or("", Label::label),
        field: Field::from_code(&edition.field).map_or("", Field::label),
        claim: edition.claim.clone(),
        channel: edition.seen_channel.clone(),
        seen_on: edition.seen_on.map_or_else(String::new, vietnam::date::vi_date),
        seen_url: edition.seen_url.clone(),
        source,
        source_url: edition.source_url.clone(),
        reviewed: match edition.reviewed_at {
            Some(at) => format!("{} xác nhận lúc {}", edition.review_agency, moment(at)),
            None => String::new(),
        },
        review_note: edition.review_note.clone(),
    }
}
