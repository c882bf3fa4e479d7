//! `/quyet-dinh`: decisions; picking lists, checking, recording, revoking.

mod checking;
pub(super) mod sources;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use self::checking::check;
use self::sources::{Field, Part};
use super::list::Opened;
use super::{count, dong, id_of, with_status};
use crate::clock::local;
use crate::identity;
use crate::relief::budgets;
use crate::relief::decide::{self, Paper, Plan, Seen};
use crate::relief::matching::compare_before;
use crate::relief::payments::split;
use crate::relief::steps;
use crate::relief::store::decisions as store;
use crate::relief::way::{self, Act};
use crate::web::{
    App, Desk, Error, FieldError, Fields, Page, Pager, SignedForm, html, page_size, redirect_with,
};

/// Rows that stay out are shown up to this many; the lists show the rest.
const BLOCKED_SHOWN: usize = 200;
/// Lists one decision may cover at once.
const LISTS_MAX: usize = 3_000;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/quyet-dinh", get(decisions_page).post(record))
        .route("/quyet-dinh/moi", get(new_page))
        .route("/quyet-dinh/xem", post(review))
        .route("/quyet-dinh/{id}", get(decision_page))
        .route("/quyet-dinh/{id}/huy", post(revoke))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    sau: String,
    #[serde(rename = "so-dong")]
    so_dong: Option<String>,
}

struct Line {
    id: String,
    number: String,
    on: String,
    signer: String,
    people: String,
    amount: String,
    paid: String,
    revoked: bool,
}

#[derive(Template)]
#[template(path = "relief/templates/decisions.html")]
struct DecisionsPage {
    page: Page,
    lines: Vec<Line>,
    waiting: usize,
    pager: Pager,
}

async fn decisions_page(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let after = if asked.sau.is_empty() { None } else { Some(id_of(&asked.sau)?) };
    let size = page_size(asked.so_dong.as_deref());
    let mut rows = store::page(conn, scope, after, size + 1).await?;
    let more = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| format!("/quyet-dinh?sau={}", row.id));
    let waiting = openable(&desk).await?.len();
    let lines = rows
        .iter()
        .map(|row| Line {
            id: row.id.to_string(),
            number: row.number.clone(),
            on: vi_date(row.decided_on),
            signer: row.signer_name.clone(),
            people: count(row.person_count),
            amount: dong(row.amount_dong),
            paid: dong(row.paid_dong),
            revoked: row.revoked_at.is_some(),
        })
        .collect();
    html(&DecisionsPage {
        page: desk.page("Quyết định phê duyệt", "quyet-dinh"),
        lines,
        waiting,
        pager: Pager { next, first: after.map(|_| "/quyet-dinh".to_owned()) },
    })
}

/// Lists of the scope that this officer may decide now.
async fn openable(desk: &Desk) -> Result<Vec<Opened>, Error> {
    let ids = store::waiting(desk.app.db.read(), &desk.actor.scope).await?;
    let who = steps::who(&desk.actor);
    let mut found = Vec::new();
    for opened in super::list::open_many(desk, &ids).await? {
        if way::check(Act::Approve, &opened.standing, who, desk.app.clock.today()).is_ok() {
            found.push(opened);
        }
    }
    Ok(found)
}

struct Choice {
    id: String,
    name: String,
    people: String,
    amount: String,
    due: String,
    late: bool,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "relief/templates/decision_new.html")]
struct NewPage {
    page: Page,
    errors: Vec<FieldError>,
    choices: Vec<Choice>,
    number: String,
    on: String,
    signer_name: String,
    signer_title: String,
    sources: Vec<Field>,
}

async fn new_page(desk: Desk) -> Result<Response, Error> {
    html(&form_page(&desk, vec![], &Fields::default()).await?)
}

async fn form_page(desk: &Desk, errors: Vec<FieldError>, typed: &Fields) -> Result<NewPage, Error> {
    let opened = openable(desk).await?;
    if opened.is_empty() && errors.is_empty() {
        return Err(Error::refused(
            "Chưa có danh sách nào chờ tài khoản này quyết định",
            "Danh sách xuất hiện ở đây sau khi thẩm định xong. Nơi quyết định là UBND tỉnh, hoặc \
             nơi được tỉnh ủy quyền.",
        ));
    }
    let sources = sources::fields(sources::offered(&desk.app, &opened), typed);
    let today = desk.app.clock.today();
    let chosen: Vec<&str> = typed.all("danh_sach").collect();
    let all = chosen.is_empty() && errors.is_empty();
    let choices = opened
        .iter()
        .map(|opened| {
            let id = opened.list.id.to_string();
            Choice {
                name: opened.name.clone(),
                people: count(opened.list.people),
                amount: dong(opened.list.due_dong),
                due: opened.list.step_due_on.map_or_else(String::new, vi_date),
                late: opened.list.step_due_on.is_some_and(|due| due < today),
                chosen: all || chosen.contains(&id.as_str()),
                id,
            }
        })
        .collect();
    Ok(NewPage {
        page: desk.page("Ghi quyết định phê duyệt", "quyet-dinh"),
        errors,
        choices,
        number: typed.get("so").to_owned(),
        on: typed.get("ngay").to_owned(),
        signer_name: typed.get("nguoi_ky").to_owned(),
        signer_title: typed.get("chuc_vu").to_owned(),
        sources,
    })
}

struct PlanLine {
    id: String,
    name: String,
    version: i32,
    people: String,
    amount: String,
    out: usize,
}

struct OutLine {
    entry: String,
    name: String,
    list: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "relief/templates/decision_review.html")]
struct ReviewPage {
    page: Page,
    number: String,
    on: String,
    on_typed: String,
    signer_name: String,
    signer_title: String,
    plans: Vec<PlanLine>,
    people: i64,
    people_text: String,
    amount: i64,
    amount_text: String,
    words: String,
    out: Vec<OutLine>,
    out_more: usize,
    sources: Vec<Part>,
    /// Budgets that this decision would overdraw, in words.
    short: Vec<String>,
}

async fn review(form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let (paper, opened) = match check(&desk, &fields).await? {
        Ok(good) => good,
        Err(errors) => {
            let page = form_page(&desk, errors, &fields).await?;
            return Ok(with_status(html(&page)?, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let ids: Vec<Uuid> = opened.iter().map(|opened| opened.list.id).collect();
    compare_before(&desk.app, &ids).await?;
    let plans = decide::plan(desk.app.db.read(), &desk.app, &desk.actor, &ids).await?;
    let short = short(&desk, &paper, &plans).await?;
    html(&ReviewPage { short, ..review_page(&desk, &fields, &paper, &opened, &plans) })
}

fn review_page(
    desk: &Desk,
    fields: &Fields,
    paper: &Paper,
    opened: &[Opened],
    plans: &[Plan],
) -> ReviewPage {
    let name_of = |id: Uuid| {
        let list = opened.iter().find(|opened| opened.list.id == id);
        list.map_or_else(String::new, |opened| opened.name.clone())
    };
    let people: i64 = plans.iter().map(|plan| plan.people).sum();
    let amount: i64 = plans.iter().map(|plan| plan.amount_dong).sum();
    let out: Vec<OutLine> = plans
        .iter()
        .flat_map(|plan| plan.blocked.iter().map(move |blocked| (plan.list.id, blocked)))
        .map(|(list, blocked)| OutLine {
            entry: blocked.entry.to_string(),
            name: blocked.name.clone(),
            list: name_of(list),
            reason: blocked.reason.clone(),
        })
        .collect();
    let out_more = out.len().saturating_sub(BLOCKED_SHOWN);
    ReviewPage {
        page: desk.page("Kiểm tra quyết định trước khi ghi", "quyet-dinh"),
        number: paper.number.clone(),
        on: vi_date(paper.decided_on),
        on_typed: fields.get("ngay").to_owned(),
        signer_name: paper.signer_name.clone(),
        signer_title: paper.signer_title.clone(),
        plans: plans
            .iter()
            .map(|plan| PlanLine {
                id: plan.list.id.to_string(),
                name: name_of(plan.list.id),
                version: plan.list.version,
                people: count(plan.people),
                amount: dong(plan.amount_dong),
                out: plan.blocked.len(),
            })
            .collect(),
        people,
        people_text: count(people),
        amount,
        amount_text: dong(amount),
        words: Dong(amount).in_words(),
        out: out.into_iter().take(BLOCKED_SHOWN).collect(),
        out_more,
        short: vec![],
        sources: sources::parts(
            amount,
            paper.sources.iter().map(|s| (&*s.code, &*s.name, s.percent)),
        ),
    }
}

/// What the budgets lack for this decision. It is told, not forbidden: a province advances what the
/// central budget refunds by what was really spent.
async fn short(desk: &Desk, paper: &Paper, plans: &[Plan]) -> Result<Vec<String>, Error> {
    let province = desk.actor.scope.province().to_owned();
    let scope = identity::Scope::Province { province };
    let known = budgets::budgets(&desk.app.db, &desk.app.catalogue, &scope).await?;
    let amount: i64 = plans.iter().map(|plan| plan.amount_dong).sum();
    let percents: Vec<i32> = paper.sources.iter().map(|source| source.percent).collect();
    let needed = split(amount, &percents);
    let parts: Vec<(&str, &str, i64)> = paper
        .sources
        .iter()
        .zip(needed)
        .map(|(source, dong)| (source.code.as_str(), source.name.as_str(), dong))
        .collect();
    let codes: Vec<&str> = plans.iter().map(|plan| plan.list.programme_code.as_str()).collect();
    let words = |short: budgets::Short| {
        format!(
            "{} còn {} chưa gắn với quyết định nào, quyết định này cần {}: thiếu {}.",
            short.name,
            Dong(short.free.max(0)).with_unit(),
            Dong(short.needed).with_unit(),
            Dong(short.needed - short.free).with_unit()
        )
    };
    Ok(budgets::shortage(&known.lines, &codes, &parts).into_iter().map(words).collect())
}

async fn record(form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let (paper, opened) = match check(&desk, &fields).await? {
        Ok(good) => good,
        Err(errors) => {
            let page = form_page(&desk, errors, &fields).await?;
            return Ok(with_status(html(&page)?, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let lists = opened
        .iter()
        .map(|opened| {
            let version = fields.get(&format!("phien_ban_{}", opened.list.id));
            (opened.list.id, version.parse().unwrap_or(-1))
        })
        .collect();
    let number = |name: &str| fields.get(name).parse::<i64>().unwrap_or(-1);
    let seen = Seen { lists, people: number("so_nguoi"), amount_dong: number("so_tien") };
    let id = decide::record(&desk.app, &desk.actor, &paper, &seen).await?;
    let told = format!(
        "Đã ghi Quyết định {}: {} người, {} đồng.",
        paper.number,
        count(seen.people),
        dong(seen.amount_dong)
    );
    Ok(redirect_with(&format!("/quyet-dinh/{id}"), "xong", &told))
}

struct ListLine {
    id: String,
    name: String,
    people: String,
    amount: String,
}

#[derive(Template)]
#[template(path = "relief/templates/decision.html")]
struct DecisionPage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    number: String,
    on: String,
    signer: String,
    people: String,
    amount: String,
    words: String,
    paid: String,
    recorded: String,
    revoked: String,
    sources: Vec<Part>,
    lists: Vec<ListLine>,
    may_revoke: bool,
    reason: String,
}

async fn decision_page(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    html(&decision_view(&desk, id_of(&id)?, vec![], String::new()).await?)
}

async fn decision_view(
    desk: &Desk,
    id: Uuid,
    errors: Vec<FieldError>,
    reason: String,
) -> Result<DecisionPage, Error> {
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let row = store::one(conn, scope, id).await?.ok_or(Error::NotFound)?;
    let ids = store::lists_of(conn, scope, id).await?;
    let opened = super::list::open_many(desk, &ids).await?;
    let shares = store::sources_of(conn, &[id]).await?;
    let names = identity::account_names(conn, &[row.recorded_by]).await?;
    let by = names.get(&row.recorded_by).map_or_else(String::new, |(name, _)| name.clone());
    let (day, time) = local(row.recorded_at);
    Ok(DecisionPage {
        page: desk.page(format!("Quyết định {}", row.number), "quyet-dinh"),
        errors,
        id: id.to_string(),
        on: vi_date(row.decided_on),
        signer: format!("{}, {}", row.signer_name, row.signer_title),
        people: count(row.person_count),
        amount: dong(row.amount_dong),
        words: Dong(row.amount_dong).in_words(),
        paid: dong(row.paid_dong),
        recorded: format!("{by}, {} {}", time.format("%H giờ %M"), vi_date(day)),
        revoked: row.revoked_at.map_or_else(String::new, |at| {
            format!("Đã hủy ngày {}: {}", vi_date(local(at).0), row.revoked_reason)
        }),
        sources: sources::parts(
            row.amount_dong,
            shares.iter().map(|s| (&*s.code, &*s.name, s.percent)),
        ),
        lists: opened
            .iter()
            .map(|opened| ListLine {
                id: opened.list.id.to_string(),
                name: opened.name.clone(),
                people: count(opened.list.people),
                amount: dong(opened.list.due_dong),
            })
            .collect(),
        may_revoke: row.revoked_at.is_none() && row.recorded_by == desk.actor.account_id
            || row.revoked_at.is_none() && desk.actor.role == identity::Role::Province,
        number: row.number,
        reason,
    })
}

async fn revoke(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let id = id_of(&id)?;
    let reason = vietnam::text::clean(fields.get("ly_do"));
    let mut errors = Vec::new();
    if reason.chars().count() < 5 {
        errors.push(FieldError::new("ly_do", "Ghi lý do hủy quyết định (ít nhất 5 chữ cái)."));
    }
    let view = decision_view(&desk, id, errors, reason.clone()).await?;
    if !view.may_revoke {
        return Err(Error::refused(
            "Tài khoản này không hủy quyết định được",
            "Nơi đã ghi quyết định, hoặc UBND tỉnh, mới hủy được; và chỉ khi chưa hủy, chưa chi.",
        ));
    }
    if !view.errors.is_empty() {
        return Ok(with_status(html(&view)?, StatusCode::UNPROCESSABLE_ENTITY));
    }
    decide::revoke(&desk.app, &desk.actor, id, &reason).await?;
    let told =
        format!("Đã hủy Quyết định {}. Các danh sách trở lại bước chờ quyết định.", view.number);
    Ok(redirect_with(&format!("/quyet-dinh/{id}"), "xong", &told))
}
