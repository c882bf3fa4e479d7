//! Acts on articles: each judged and written under the article's lock, with its step and its audit
//! entry.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use sea_orm::DbErr;
use serde_json::json;
use uuid::Uuid;

use super::rules::{self, Deed, Review, Seat, Standing};
use super::store::{board, work};
use super::text::{free_slug, search_text, slug};
use super::types::{BoardRole, Kind, State, Why};
use crate::audit::{self, Act};
use crate::clock::new_id;
use crate::database::{Tx, violates};
use crate::identity::Actor;
use crate::web::{App, Error};
use work::{Document, Edition};

/// How often an address is looked for again because somebody took it at the same instant.
const TRIES_MAX: usize = 4;
/// An hour to publish lies at most so far ahead.
const AHEAD_DAYS_MAX: i64 = 400;

/// An article with the edition that is worked on: the newest that was not given up.
#[derive(Debug, Clone)]
pub(super) struct Article {
    pub document: Document,
    pub newest: Edition,
    /// Number of the newest edition, also of one given up.
    pub last_number: i32,
    pub seat: Seat,
    pub standing: Standing,
}

/// An article as it stands for this officer.
///
/// # Errors
/// [`Error::NotFound`] outside her province.
pub(super) async fn article<C: crate::database::Conn>(
    conn: &C,
    app: &App,
    actor: &Actor,
    id: Uuid,
) -> Result<Article, Error> {
    let document = work::document(conn, &actor.scope, id).await?.ok_or(Error::NotFound)?;
    let editions = work::editions(conn, &actor.scope, id).await?;
    let last_number = editions.first().map_or(0, |last| last.number);
    let kept = editions.iter().find(|one| one.state != State::Discarded.code());
    let newest = kept.or(editions.first()).ok_or(Error::NotFound)?.clone();
    let writers = work::writers(conn, &actor.scope, &newest).await?;
    let today = app.clock.today();
    let role = board::role_on(conn, &actor.scope, actor.account_id, today).await?;
    let me = actor.account_id;
    let seat = Seat {
        role,
        author: newest.author_id == me,
        wrote: newest.written_by == me || writers.contains(&me),
        reviewer: newest.reviewer_id == Some(me),
    };
    let now = app.clock.now();
    let is_public = |one: &Edition| one.publish_at.is_some_and(|at| at <= now);
    let standing = Standing {
        kind: Kind::from_code(&document.kind).unwrap_or(Kind::News),
        state: State::from_code(&newest.state).unwrap_or(State::Discarded),
        scheduled: newest.publish_at.is_some_and(|at| at > now),
        public: editions.iter().any(is_public),
        withdrawn: document.withdrawn_at.is_some(),
        review: match (newest.reviewer_id, newest.reviewed_at) {
            (None, _) => Review::None,
            (Some(_), None) => Review::Waiting,
            (Some(_), Some(_)) => Review::Confirmed,
        },
        sourced: !newest.source_number.is_empty(),
    };
    Ok(Article { document, newest, last_number, seat, standing })
}

/// What an officer wants done.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub document: Uuid,
    /// The article's version as it was seen.
    pub version: i32,
    pub deed: Deed,
    /// Text and fields, for [`Deed::Write`]; only what editors type is taken over.
    pub text: Option<Edition>,
    /// Why, in words; what was changed in files.
    pub note: String,
    /// When it is public, for [`Deed::Publish`]; `None`: now.
    pub publish_at: Option<DateTime<Utc>>,
    /// Why it is taken down, and where its text is now.
    pub why: Option<(Why, Option<Uuid>)>,
}

impl Order {
    /// A deed without more.
    pub fn plain(document: Uuid, version: i32, deed: Deed, note: &str) -> Self {
        let (text, publish_at, why) = (None, None, None);
        Self { document, version, deed, text, note: note.to_owned(), publish_at, why }
    }
}

/// Does it.
///
/// # Errors
/// [`Error::NotFound`] outside her province; [`Error::Refused`] with what to do.
pub(super) async fn act(app: &App, actor: &Actor, order: &Order) -> Result<(), Error> {
    for _ in 0..TRIES_MAX {
        let done = app
            .db
            .run_tx::<_, Error, _, _>("news.act", |tx| async move {
                try_act(&tx, app, actor, order).await?;
                Ok((tx, ()))
            })
            .await;
        match done {
            Err(Error::Database(error)) if violates(&error, work::SLUG) => {}
            outcome => return outcome,
        }
    }
    Err(Error::internal("news.act", "no free address was found"))
}

/// Takes the lock of an article whose edition may be written on; for acts that change files.
///
/// # Errors
/// As [`act`].
pub(super) async fn locked(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    order: &Order,
) -> Result<(Article, State), Error> {
    let article = article(tx, app, actor, order.document).await?;
    let next = rules::judge(article.seat, article.standing, order.deed)
        .map_err(|(what, remedy)| Error::refused(what, remedy))?;
    if !work::lock(tx, &actor.scope, order.document, order.version).await? {
        return Err(stale());
    }
    Ok((article, next))
}

fn stale() -> Error {
    Error::refused(
        "Có người vừa làm gì đó với bài này sau khi anh/chị mở trang",
        "Xem bài ở một trang mới, rồi làm lại; chữ anh/chị vừa gõ vẫn còn ở trang này.",
    )
}

async fn try_act(tx: &Tx, app: &App, actor: &Actor, order: &Order) -> Result<(), Error> {
    let (article, next) = locked(tx, app, actor, order).await?;
    let (now, scope, newest) = (app.clock.now(), &actor.scope, &article.newest);
    let mut number = newest.number;
    if order.deed == Deed::Submit && !missing(article.standing.kind, newest).is_empty() {
        return Err(Error::refused(
            "Bài còn thiếu nội dung nên chưa trình được",
            "Mở bài, điền các mục còn thiếu rồi bấm “Lưu và trình duyệt”.",
        ));
    }
    match order.deed {
        Deed::Write => write(tx, actor, now, newest, order).await?,
        Deed::Submit | Deed::Recall | Deed::Return | Deed::Object | Deed::Discard => {
            work::set_state(tx, scope, newest.id, (next, false)).await?;
        }
        Deed::Confirm => work::confirm(tx, scope, now, newest.id, &order.note).await?,
        Deed::Publish => publish(tx, actor, now, &article, order).await?,
        Deed::Unschedule => {
            work::set_state(tx, scope, newest.id, (next, true)).await?;
            work::count_first(tx, scope, order.document).await?;
        }
        Deed::Replace => number = replace(tx, actor, now, &article).await?,
        Deed::Withdraw => {
            let (why, into) = order.why.unwrap_or((Why::Ended, None));
            if let Some(into) = into {
                work::document(tx, scope, into).await?.ok_or(Error::NotFound)?;
            }
            let down = Some((why.code(), order.note.as_str(), into));
            work::set_withdrawn(tx, actor, now, order.document, down).await?;
        }
        Deed::Restore => work::set_withdrawn(tx, actor, now, order.document, None).await?,
    }
    note(tx, actor, now, &Noted { order, number, role: article.seat.role }).await
}

/// What is kept of an act.
pub(super) struct Noted<'a> {
    pub order: &'a Order,
    pub number: i32,
    pub role: Option<BoardRole>,
}

/// Fields that must be filled before an edition is laid before the head of the board, with words.
pub(super) fn missing(kind: Kind, edition: &Edition) -> Vec<(&'static str, &'static str)> {
    let mut found = vec![
        (edition.title.is_empty(), "tieu_de", "Ghi tiêu đề."),
        (edition.summary.is_empty(), "tom_tat", "Ghi tóm tắt: một hai câu nói điều chính."),
        (edition.body.is_empty(), "noi_dung", "Ghi nội dung bài."),
        (
            edition.number > 1 && edition.change_note.is_empty(),
            "thay_doi",
            "Ghi bản này sửa gì so với bản đã đăng.",
        ),
    ];
    if kind == Kind::Rebuttal {
        found.extend([
            (edition.label.is_empty(), "nhan", "Chọn kết luận: tin giả, sai sự thật hay xác thực."),
            (edition.field.is_empty(), "linh_vuc", "Chọn lĩnh vực."),
            (edition.claim.is_empty(), "tin_lan", "Ghi điều đang lan truyền."),
            (edition.seen_channel.is_empty(), "kenh", "Ghi thấy ở đâu: trang, nhóm, tài khoản."),
            (edition.seen_on.is_none(), "ngay_thay", "Ghi ngày thấy lần đầu."),
            (
                edition.source_number.is_empty() && edition.reviewer_id.is_none(),
                "can_cu",
                "Ghi văn bản làm căn cứ, hoặc mời cơ quan chuyên môn thẩm định ở dưới.",
            ),
        ]);
    }
    found.into_iter().filter(|(lacks, ..)| *lacks).map(|(_, field, text)| (field, text)).collect()
}

/// Appends step and audit entry.
pub(super) async fn note(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    noted: &Noted<'_>,
) -> Result<(), Error> {
    let order = noted.order;
    let step = work::NewStep {
        id: new_id(now)?,
        document: order.document,
        number: noted.number,
        step: order.deed.code(),
        role: noted.role,
        note: &order.note,
    };
    work::add_step(tx, actor, now, &step).await?;
    let action = format!("news.{}", order.deed.code());
    let why = order.why.map(|(why, _)| why.code());
    let act = Act {
        action: &action,
        subject_kind: "news",
        subject_id: order.document.to_string(),
        detail: json!({
            "edition": noted.number, "role": noted.role.map(BoardRole::code), "note": order.note,
            "publish_at": order.publish_at, "why": why,
        }),
    };
    audit::record(tx, actor, now, act).await?;
    Ok(())
}

async fn write(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    newest: &Edition,
    order: &Order,
) -> Result<(), DbErr> {
    let mut new = order.text.clone().unwrap_or_else(|| newest.clone());
    new.id = newest.id;
    let words = prose::words(&new.body);
    let search = search_text(&[&new.title, &new.summary, &new.claim, &new.seen_channel, &words]);
    work::write(tx, actor, now, &new, &search).await
}

async fn publish(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    article: &Article,
    order: &Order,
) -> Result<(), Error> {
    let at = order.publish_at.unwrap_or(now);
    if at < now || at > now + Duration::days(AHEAD_DAYS_MAX) {
        return Err(Error::refused(
            "Giờ hẹn đăng phải ở sau lúc này và trong vòng một năm",
            "Sửa ngày giờ, hoặc chọn đăng ngay.",
        ));
    }
    let (scope, id) = (&actor.scope, article.document.id);
    if article.document.slug.is_none() {
        let title = &article.newest.title;
        let taken = work::slugs(tx, scope, &slug(title)).await?;
        work::set_slug(tx, scope, id, &free_slug(title, &taken)).await?;
    }
    work::approve(tx, actor, now, article.newest.id, at).await?;
    work::count_first(tx, scope, id).await?;
    Ok(())
}

/// Begins the next edition with everything of the public one.
async fn replace(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    article: &Article,
) -> Result<i32, Error> {
    let number = article.last_number + 1;
    let (id, from) = (new_id(now)?, &article.newest);
    work::add_edition(tx, actor, now, (id, article.document.id, number), &from.title).await?;
    let mut new = from.clone();
    (new.id, new.change_note) = (id, String::new());
    let words = prose::words(&new.body);
    let search = search_text(&[&new.title, &new.summary, &new.claim, &new.seen_channel, &words]);
    work::write(tx, actor, now, &new, &search).await?;
    work::copy_files(tx, from.id, id).await?;
    Ok(number)
}

/// Begins an article. The form's own id makes it one, however often it is sent.
///
/// # Errors
/// [`Error::Refused`] for who is not on the board today.
pub(super) async fn begin(
    app: &App,
    actor: &Actor,
    (id, kind): (Uuid, Kind),
    title: &str,
) -> Result<(), Error> {
    let done = app
        .db
        .run_tx::<_, Error, _, _>("news.begin", |tx| async move {
            try_begin(&tx, app, actor, (id, kind), title).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, work::DOCUMENT_ID) => Ok(()),
        outcome => outcome,
    }
}

async fn try_begin(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    (id, kind): (Uuid, Kind),
    title: &str,
) -> Result<(), Error> {
    let now = app.clock.now();
    let role = serving(tx, app, actor).await?;
    work::add_document(tx, actor, now, id, kind).await?;
    work::add_edition(tx, actor, now, (new_id(now)?, id, 1), title).await?;
    let order = Order::plain(id, 1, Deed::Write, "Bắt đầu bài");
    note(tx, actor, now, &Noted { order: &order, number: 1, role: Some(role) }).await
}

/// As what she serves today.
///
/// # Errors
/// [`Error::Refused`] when she does not.
pub(super) async fn serving<C: crate::database::Conn>(
    conn: &C,
    app: &App,
    actor: &Actor,
) -> Result<BoardRole, Error> {
    let role = board::role_on(conn, &actor.scope, actor.account_id, app.clock.today()).await?;
    role.ok_or_else(|| {
        Error::refused(
            "Anh/chị không ở trong Ban Biên tập hôm nay",
            "UBND tỉnh lập Ban Biên tập và ghi nhiệm kỳ. Hỏi người giữ tài khoản tỉnh.",
        )
    })
}

/// Names of accounts on the screen.
pub(super) async fn names(
    app: &App,
    ids: impl Iterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, String>, Error> {
    let ids: Vec<Uuid> = ids.collect();
    let found = crate::identity::account_names(app.db.read(), &ids).await?;
    Ok(found.into_iter().map(|(id, (name, _))| (id, name)).collect())
}
