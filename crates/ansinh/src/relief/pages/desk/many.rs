//! `/canh-bao/loat`: many pairs on one page, one choice each, sent together. Every pair is decided
//! in a transaction of its own, so that one refusal keeps back no other.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::super::{dong, id_of};
use super::decide::{Choice, carry_out, grounds_missing, kept_by_rule};
use super::pair::{Pair, load};
use super::view::reasons;
use super::{commune, evidence_text};
use crate::identity::Role;
use crate::relief::decide::judge_pair;
use crate::relief::rules::masked;
use crate::relief::store::duplicates::{self as store, Shelf, Side, WarningRow};
use crate::relief::types::birth_text;
use crate::web::{Desk, Error, FieldError, Page, SignedForm, html, page_size, redirect_with};

/// Pairs of one form: more than any page shows.
const PAIRS_MAX: usize = 500;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    sau: String,
    #[serde(rename = "so-dong")]
    so_dong: Option<String>,
}

struct Item {
    id: String,
    name: String,
    evidence: &'static str,
    a: String,
    b: String,
    why: String,
    keeps: &'static str,
    by_number: bool,
    chosen: String,
}

#[derive(Template)]
#[template(path = "relief/templates/warnings_many.html")]
struct ManyPage {
    page: Page,
    errors: Vec<FieldError>,
    items: Vec<Item>,
    grounds: String,
    next: Option<String>,
}

pub(super) async fn page(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    if desk.actor.role == Role::Supervisor {
        return Err(Error::NotFound);
    }
    let after = if asked.sau.is_empty() { None } else { Some(id_of(&asked.sau)?) };
    let size = page_size(asked.so_dong.as_deref());
    let today = desk.app.clock.today();
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let mut rows = store::page(conn, scope, Shelf::Own, today, after, size + 1).await?;
    let more = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|w| format!("/canh-bao/loat?sau={}", w.id));
    show(&desk, &rows, &HashMap::new(), vec![], "", next).await
}

async fn show(
    desk: &Desk,
    rows: &[WarningRow],
    chosen: &HashMap<Uuid, String>,
    errors: Vec<FieldError>,
    grounds: &str,
    next: Option<String>,
) -> Result<Response, Error> {
    let sides = super::sides(desk, rows).await?;
    let items = rows.iter().filter_map(|w| {
        let (a, b) = (sides.get(&w.first_entry_id)?, sides.get(&w.second_entry_id)?);
        Some(item(desk, w, a, b, chosen.get(&w.id).map_or("", String::as_str)))
    });
    html(&ManyPage {
        page: desk.page("Kết luận nhiều cảnh báo", "canh-bao"),
        errors,
        items: items.collect(),
        grounds: grounds.to_owned(),
        next,
    })
}

fn item(desk: &Desk, w: &WarningRow, a: &Side, b: &Side, chosen: &str) -> Item {
    let side = |side: &Side| {
        let group = desk.app.catalogue.group_name(&side.programme_code, &side.group_code);
        let birth = birth_text(side.birth_year, side.birth_month, side.birth_day);
        let number = side.id_number.as_deref().map_or_else(|| "chưa có số".to_owned(), masked);
        format!(
            "{}, sinh {birth}, {number}, {} {}; {group}, {} đồng",
            side.full_name,
            side.hamlet,
            commune(desk, side),
            dong(side.due_dong)
        )
    };
    let why: Vec<String> = reasons(&w.reasons).into_iter().map(|reason| reason.words).collect();
    Item {
        id: w.id.to_string(),
        name: a.full_name.clone(),
        evidence: evidence_text(&w.evidence, &w.kind),
        a: side(a),
        b: side(b),
        why: why.join("; "),
        keeps: kept_by_rule(judge_pair(&desk.app, a, b).0),
        by_number: w.evidence != "matched",
        chosen: chosen.to_owned(),
    }
}

pub(super) async fn decide(form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let grounds = vietnam::text::clean(fields.get("can_cu"));
    let mut errors = Vec::new();
    let (mut done, mut kept, mut chosen) = (0_u32, Vec::new(), HashMap::new());
    let mut ids: Vec<Uuid> = Vec::new();
    for text in fields.all("cap").take(PAIRS_MAX) {
        let id = id_of(text)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    for id in ids {
        let text = fields.get(&format!("giu-{id}")).to_owned();
        let Some(choice) = Choice::of(&text) else { continue };
        let pair = load(&desk, id).await?;
        if !pair.is_at_desk(&desk) {
            return Err(Error::NotFound);
        }
        match decide_one(&desk, &pair, choice, &grounds).await? {
            None => done += 1,
            Some(message) => {
                let told = format!("{}: {message}", pair.first.full_name);
                errors.push(FieldError::new(format!("giu-{id}"), told));
                chosen.insert(id, text);
                kept.push(pair.warning);
            }
        }
    }
    if !errors.is_empty() {
        if done > 0 {
            errors.insert(
                0,
                FieldError::new("can_cu", format!("Đã ghi {done} cặp; các cặp sau chưa ghi.")),
            );
        }
        let page = show(&desk, &kept, &chosen, errors, &grounds, None).await?;
        return Ok(super::super::with_status(page, axum::http::StatusCode::UNPROCESSABLE_ENTITY));
    }
    let told = if done == 0 {
        "Chưa chọn kết luận cho cặp nào, chưa ghi gì.".to_owned()
    } else {
        format!("Đã ghi kết luận của {done} cặp.")
    };
    Ok(redirect_with("/canh-bao/loat", if done == 0 { "canh" } else { "xong" }, &told))
}

/// Decides one pair; what is to be told when a rule says no.
async fn decide_one(
    desk: &Desk,
    pair: &Pair,
    choice: Choice,
    grounds: &str,
) -> Result<Option<String>, Error> {
    if pair.warning.state != "open" {
        return Ok(Some("Cảnh báo này vừa được nơi khác xử lý.".to_owned()));
    }
    if let Some(told) = grounds_missing(desk, pair, choice, grounds) {
        return Ok(Some(told.to_owned()));
    }
    match carry_out(desk, pair, choice, grounds).await {
        Ok(_) => Ok(None),
        Err(Error::Refused { what, remedy }) => Ok(Some(format!("{what}. {remedy}"))),
        Err(error) => Err(error),
    }
}
