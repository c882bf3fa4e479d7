//! `/canh-bao`: certain duplicates, and the desk where one pair is decided.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::list::open;
use super::{count, dong, id_of, with_status};
use crate::clock::local;
use crate::identity::Role;
use crate::relief::decide::judge_pair;
use crate::relief::rules::{Refusal, Resolution, masked};
use crate::relief::store::duplicates::{self as store, Side, WarningRow};
use crate::relief::types::birth_text;
use crate::relief::way::{self, State};
use crate::relief::{judge, steps};
use crate::web::{
    App, Desk, Error, FieldError, Page, Pager, SignedForm, html, page_size, redirect_with,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/canh-bao", get(warnings_page))
        .route("/canh-bao/{id}", get(warning_page).post(decide))
}

/// The evidence in words.
pub(super) fn evidence_text(code: &str) -> &'static str {
    match code {
        "same_id" => "Trùng số giấy tờ",
        "lost_zero" => "Trùng số giấy tờ, một bên mất số 0 đầu",
        "linked_ids" => "Hai số giấy tờ của một người (CMND cũ và CCCD)",
        _ => "Nghi trùng",
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) loc: String,
    sau: String,
    #[serde(rename = "so-dong")]
    so_dong: Option<String>,
}

struct Line {
    id: String,
    evidence: &'static str,
    first: String,
    second: String,
    since: String,
    outcome: &'static str,
}

#[derive(Template)]
#[template(path = "relief/templates/warnings.html")]
struct WarningsPage {
    page: Page,
    open: String,
    closed: bool,
    lines: Vec<Line>,
    pager: Pager,
}

async fn warnings_page(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let closed = asked.loc == "da-xu-ly";
    let after = if asked.sau.is_empty() { None } else { Some(id_of(&asked.sau)?) };
    let size = page_size(asked.so_dong.as_deref());
    let mut rows = store::page(conn, scope, !closed, after, size + 1).await?;
    let more = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let ids: Vec<Uuid> = rows.iter().flat_map(|w| [w.first_entry_id, w.second_entry_id]).collect();
    let sides = store::sides(conn, scope.province(), &ids).await?;
    let sides: HashMap<Uuid, &Side> = sides.iter().map(|side| (side.id, side)).collect();
    let short = |id: Uuid| {
        sides.get(&id).map_or_else(String::new, |side| {
            let commune = commune(&desk, side);
            let group = desk.app.catalogue.group_name(&side.programme_code, &side.group_code);
            format!("{} ({group}, {commune})", side.full_name)
        })
    };
    let filter = if closed { "loc=da-xu-ly&" } else { "" };
    let next = rows.last().filter(|_| more).map(|w| format!("/canh-bao?{filter}sau={}", w.id));
    let lines = rows
        .iter()
        .map(|w| Line {
            id: w.id.to_string(),
            evidence: evidence_text(&w.evidence),
            first: short(w.first_entry_id),
            second: short(w.second_entry_id),
            since: vi_date(local(w.raised_at).0),
            outcome: outcome(&w.state),
        })
        .collect();
    html(&WarningsPage {
        page: desk.page("Cảnh báo trùng", "canh-bao"),
        open: count(store::open_count(conn, scope).await?),
        closed,
        lines,
        pager: Pager { next, first: after.map(|_| format!("/canh-bao?{filter}")) },
    })
}

pub(super) fn outcome(state: &str) -> &'static str {
    match state {
        "kept_first" | "kept_second" => "Đã giữ một dòng",
        "different" => "Không phải một người",
        _ => "Chờ xử lý",
    }
}

pub(super) fn commune(desk: &Desk, side: &Side) -> String {
    let programmes = desk.app.catalogue.programme(&side.programme_code);
    let day = programmes.map_or(desk.app.clock.today(), |programme| programme.units_on);
    desk.app.areas.commune_name(&side.commune_code, day)
}

/// One column of the comparison.
struct Column {
    name: String,
    birth: String,
    sex: &'static str,
    number: String,
    place: String,
    group: String,
    state: &'static str,
    source: String,
    amount: String,
    paid: String,
    mine: bool,
    keep_allowed: bool,
}

#[derive(Template)]
#[template(path = "relief/templates/warning.html")]
struct WarningPage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    evidence: &'static str,
    since: String,
    open: bool,
    outcome: &'static str,
    reason: String,
    a: Column,
    b: Column,
    rule: String,
    keeps: &'static str,
    legal: String,
    case: bool,
    typed: String,
    chosen: String,
}

/// The pair of a warning, first and second.
pub(super) struct Pair {
    pub warning: WarningRow,
    pub first: Side,
    pub second: Side,
}

async fn pair(desk: &Desk, id: Uuid) -> Result<Pair, Error> {
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let warning = store::one(conn, scope, id).await?.ok_or(Error::NotFound)?;
    let ids = [warning.first_entry_id, warning.second_entry_id];
    let mut sides = store::sides(conn, scope.province(), &ids).await?;
    let mut take = |id: Uuid| {
        let at = sides.iter().position(|side| side.id == id)?;
        Some(sides.swap_remove(at))
    };
    let (first, second) = (take(ids[0]), take(ids[1]));
    match (first, second) {
        (Some(first), Some(second)) => Ok(Pair { warning, first, second }),
        _ => Err(Error::internal("relief.desk", "a warning without its rows")),
    }
}

/// Whether this officer may take this side out: whoever has its list in hand, as with every other
/// change of a row.
async fn may_leave(desk: &Desk, side: &Side) -> Result<Result<(), Refusal>, Error> {
    let scope = &desk.actor.scope;
    if desk.actor.role == Role::Supervisor
        || !scope.contains(&side.province_code, &side.district_code, &side.commune_code)
    {
        return Ok(Err(Refusal {
            text: "Dòng phải rút không thuộc quyền của tài khoản này".to_owned(),
            legal: format!(
                "{}, hoặc cấp trên đang giữ danh sách đó, mới rút được dòng này.",
                commune(desk, side)
            ),
        }));
    }
    let opened = open(desk, side.list_id).await?;
    let may = way::may_change_rows(&opened.standing, steps::who(&desk.actor));
    Ok(may.map_err(|why| Refusal {
        text: format!(
            "Danh sách có dòng phải rút đang ở bước “{}” nên tài khoản này không rút được dòng đó",
            opened.standing.state.label()
        ),
        legal: why.legal,
    }))
}

async fn view(
    desk: &Desk,
    pair: &Pair,
    errors: Vec<FieldError>,
    chosen: &str,
    typed: &str,
) -> Result<WarningPage, Error> {
    let Pair { warning, first, second } = pair;
    let (resolution, rule, legal) = judge_pair(&desk.app, first, second);
    let keeps = match resolution {
        Some(Resolution::Keep(0)) => "A",
        Some(Resolution::Keep(_)) => "B",
        _ => "",
    };
    let is_open = warning.state == "open";
    let may_leave_first = may_leave(desk, first).await?.is_ok() && first.paid_dong == 0;
    let may_leave_second = may_leave(desk, second).await?.is_ok() && second.paid_dong == 0;
    let (keep_a, keep_b) = (is_open && may_leave_second, is_open && may_leave_first);
    Ok(WarningPage {
        page: desk.page("Một cảnh báo trùng", "canh-bao"),
        errors,
        id: warning.id.to_string(),
        evidence: evidence_text(&warning.evidence),
        since: vi_date(local(warning.raised_at).0),
        open: is_open,
        outcome: outcome(&warning.state),
        reason: warning.reason.clone(),
        a: column(desk, first, keep_a),
        b: column(desk, second, keep_b),
        rule,
        keeps,
        legal,
        case: matches!(resolution, Some(Resolution::Case { .. })),
        typed: typed.to_owned(),
        chosen: if chosen.is_empty() { keeps.to_owned() } else { chosen.to_owned() },
    })
}

/// As much of a row as the decision needs: outside the scope only the birth year and no hamlet.
fn column(desk: &Desk, side: &Side, keep_allowed: bool) -> Column {
    let scope = &desk.actor.scope;
    let mine = scope.contains(&side.province_code, &side.district_code, &side.commune_code);
    let birth = if mine {
        birth_text(side.birth_year, side.birth_month, side.birth_day)
    } else {
        birth_text(side.birth_year, None, None)
    };
    let commune = commune(desk, side);
    let number = side.id_number.as_deref().map_or_else(|| "chưa có".to_owned(), masked);
    let source = match side.source_line {
        Some(line) if mine => format!("Tờ “{}”, dòng {line}", side.source_sheet),
        _ => String::new(),
    };
    Column {
        name: side.full_name.clone(),
        birth,
        sex: match side.sex.as_deref() {
            Some("M") => "Nam",
            Some("F") => "Nữ",
            _ => "",
        },
        number,
        place: if mine && !side.hamlet.is_empty() {
            format!("{}, {commune}", side.hamlet)
        } else {
            commune
        },
        group: desk.app.catalogue.group_name(&side.programme_code, &side.group_code),
        state: match (side.state.as_str(), State::of(&side.list_state)) {
            ("excluded", _) => "Đã loại",
            ("declined", _) => "Từ chối nhận",
            (_, Some(state)) => state.label(),
            _ => "",
        },
        source,
        amount: dong(side.due_dong),
        paid: if side.paid_dong > 0 {
            format!("{} đồng", dong(side.paid_dong))
        } else {
            String::new()
        },
        mine,
        keep_allowed,
    }
}

async fn warning_page(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let pair = pair(&desk, id_of(&id)?).await?;
    html(&view(&desk, &pair, vec![], "", "").await?)
}

async fn decide(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let pair = pair(&desk, id_of(&id)?).await?;
    let typed = vietnam::text::clean(fields.get("can_cu"));
    let chosen = fields.get("giu").to_owned();
    let page = view(&desk, &pair, vec![], &chosen, &typed).await?;
    if !page.open {
        return Err(Error::refused(
            "Cảnh báo này đã được xử lý",
            "Muốn làm lại: mở dòng đã loại và đưa lại vào danh sách.",
        ));
    }
    let mut errors = Vec::new();
    let (keep, leave) = match chosen.as_str() {
        "A" => (&pair.first, &pair.second),
        "B" => (&pair.second, &pair.first),
        _ => {
            errors.push(FieldError::new("giu-a", "Chọn giữ dòng A hay dòng B."));
            (&pair.first, &pair.second)
        }
    };
    let against = !page.keeps.is_empty() && page.keeps != chosen && errors.is_empty();
    if against && typed.chars().count() < 5 {
        let told = "Ghi căn cứ: quy tắc giữ dòng kia, vì sao lần này khác?";
        errors.push(FieldError::new("can_cu", told));
    }
    if !errors.is_empty() {
        let page = view(&desk, &pair, errors, &chosen, &typed).await?;
        return Ok(with_status(html(&page)?, StatusCode::UNPROCESSABLE_ENTITY));
    }
    if leave.paid_dong > 0 {
        return Err(Error::refused(
            "Dòng phải rút đã chi tiền nên máy không tự đổi",
            "Đây là hồ sơ chênh lệch: giữ dòng đã chi, hoặc hủy, thu hồi khoản đã chi trước \
             (nơi ra quyết định làm việc này).",
        ));
    }
    may_leave(&desk, leave).await??;
    let kept_group = desk.app.catalogue.group_name(&keep.programme_code, &keep.group_code);
    let why = format!(
        "Trùng chắc chắn: đã giữ ở nhóm {kept_group}, {}{}",
        commune(&desk, keep),
        if typed.is_empty() { String::new() } else { format!(". Căn cứ: {typed}") }
    );
    let first_kept = chosen == "A";
    judge::keep(&desk.app, &desk.actor, &pair.warning, first_kept, leave, &why).await?;
    Ok(redirect_with("/canh-bao", "xong", &format!("Đã giữ dòng {chosen}, loại dòng kia.")))
}
