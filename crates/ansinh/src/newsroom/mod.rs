//! News and corrections: an editorial board by terms, articles in editions, rebuttals of false news with
//! ClaimReview, pictures and attachments, and what the public reads of them.
//!
//! Nothing runs at the hour of a scheduled article: an edition is public when it is approved and its
//! hour has come, and every page asks with the clock's instant.

mod acts;
mod appoint;
mod claim;
mod files;
mod pages;
mod rules;
mod store;
mod text;
mod types;

pub use pages::routes;
pub(crate) use text::{attachment, safe_name};

use chrono::{DateTime, Utc};

use crate::clock::local;
use crate::identity::Actor;
use crate::web::{App, Error};
use store::public::{Asked, Item};
use types::Kind;

/// Articles of each kind that the portal's first page names.
const FRONT_ITEMS: u64 = 3;

/// An article on the portal's first page.
#[derive(Debug, Clone)]
pub struct FrontItem {
    /// Address of its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// "15/5/2020".
    pub day: String,
    /// Shape and words of a rebuttal's label; empty for news.
    pub label: (&'static str, &'static str),
}

/// What the portal's first page says of news.
#[derive(Debug, Clone, Default)]
pub struct FrontPage {
    /// The newest rebuttals.
    pub rebuttals: Vec<FrontItem>,
    /// The newest of everything else.
    pub news: Vec<FrontItem>,
}

/// The newest rebuttals and news, for the portal's first page.
///
/// # Errors
/// The engine's.
pub async fn front_page(app: &App) -> Result<FrontPage, Error> {
    let (conn, province, now) = (app.db.read(), &app.config.province, app.clock.now());
    let ask = async |kinds: &[&str]| {
        let asked = Asked { kinds, limit: FRONT_ITEMS, ..Asked::default() };
        let found = store::public::list(conn, province, now, &asked).await?;
        Ok::<_, Error>(found.iter().map(front_item).collect())
    };
    let rebuttals = ask(&[Kind::Rebuttal.code()]).await?;
    let news = ask(&[Kind::News.code(), Kind::Guide.code(), Kind::Notice.code()]).await?;
    Ok(FrontPage { rebuttals, news })
}

/// Articles that are public now and hold every word of a question typed with or without marks, the newest
/// first; nothing for no words.
///
/// # Errors
/// The engine's.
pub async fn search(app: &App, query: &str, limit: u64) -> Result<Vec<FrontItem>, Error> {
    let words = text::asked_words(query);
    if words.is_empty() {
        return Ok(vec![]);
    }
    let asked = Asked { words: &words, limit, ..Asked::default() };
    let (conn, province, now) = (app.db.read(), &app.config.province, app.clock.now());
    let found = store::public::list(conn, province, now, &asked).await?;
    Ok(found.iter().map(front_item).collect())
}

fn front_item(item: &Item) -> FrontItem {
    let label = types::Label::from_code(&item.label);
    FrontItem {
        href: href(&item.kind, &item.slug),
        title: item.title.clone(),
        day: day(item.first_at),
        label: label.map_or(("", ""), |label| (label.mark(), label.label())),
    }
}

/// Whether the menu leads this officer to the newsroom: she is on the board today, keeps it, or is
/// asked to review something.
///
/// # Errors
/// The engine's.
pub(crate) async fn concerns(app: &App, actor: &Actor) -> Result<bool, Error> {
    if appoint::keeps(actor) {
        return Ok(true);
    }
    let (conn, me) = (app.db.read(), actor.account_id);
    let role = store::board::role_on(conn, &actor.scope, me, app.clock.today()).await?;
    Ok(role.is_some() || store::work::asked_to_review(conn, &actor.scope, me).await?)
}

/// Address of an article's page.
fn href(kind: &str, slug: &str) -> String {
    let room = if kind == Kind::Rebuttal.code() { "kiem-chung" } else { "tin-tuc" };
    format!("/{room}/{slug}")
}

/// "15/5/2020".
fn day(at: DateTime<Utc>) -> String {
    vietnam::date::vi_date(local(at).0)
}
