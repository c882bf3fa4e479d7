//! `/danh-sach/{id}`: one list, its rows and its way.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::{count, dong, id_of};
use crate::clock::local;
use crate::identity::{self, Role};
use crate::relief::store::entries::{self, EntryFilter, Sums};
use crate::relief::store::lists;
use crate::relief::types::{EntryRow, ListSummary, StepRow};
use crate::relief::way::{self, Standing, State, Taken};
use crate::web::{App, Desk, Error, Page, Pager, encode, html, page_size};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/danh-sach/{id}", get(list_page))
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) q: String,
    pub(super) loc: String,
    sau: String,
    #[serde(rename = "so-dong")]
    so_dong: Option<String>,
}

/// A list of the scope and what the state machine must know of it.
pub(in crate::relief) struct Opened {
    pub list: ListSummary,
    pub standing: Standing,
    pub steps: Vec<StepRow>,
    /// "Xã Sơn Kim 1 – Hộ nghèo, đợt 1".
    pub name: String,
    pub commune: String,
    pub group: String,
}

/// The state of a list that somebody else pays, in words.
pub(super) const COMPARED: &str = "Chỉ đối chiếu";

/// Opens a list of the officer's scope.
pub(in crate::relief) async fn open(desk: &Desk, id: Uuid) -> Result<Opened, Error> {
    open_many(desk, &[id]).await?.pop().ok_or(Error::NotFound)
}

/// Opens those of these lists that lie in the officer's scope.
pub(super) async fn open_many(desk: &Desk, ids: &[Uuid]) -> Result<Vec<Opened>, Error> {
    let conn = desk.app.db.read();
    let found = lists::many(conn, &desk.actor.scope, ids).await?;
    let preparers: Vec<Uuid> = found.iter().map(|list| list.prepared_by).collect();
    let names = identity::account_names(conn, &preparers).await?;
    let units = identity::unit_accounts(conn, &preparers).await?;
    let mut steps = lists::steps_of(conn, ids).await?;
    let mut opened = Vec::with_capacity(found.len());
    for list in found {
        let steps = steps.remove(&list.id).unwrap_or_default();
        let preparer = names.get(&list.prepared_by).map_or(Role::Commune, |(_, role)| *role);
        let unit = units.get(&list.prepared_by).copied().unwrap_or(list.prepared_by);
        let standing = standing(&desk.app, &list, (unit, preparer), &steps);
        let commune = desk.app.areas.commune_name(&list.commune_code, list.unit_date);
        let group = desk.app.catalogue.group_name(&list.programme_code, &list.group_code);
        let era = other_era(list.tiers, desk.actor.tiers);
        let name = format!("{commune} – {group}, đợt {}{era}", list.round);
        opened.push(Opened { list, standing, steps, name, commune, group });
    }
    Ok(opened)
}

/// What is still to be done is shown wherever it is; work of the other era's units says so, for codes
/// and names were used again.
fn other_era(list: i16, officer: i16) -> &'static str {
    match (list, officer) {
        (3, 2) => " (đơn vị trước 01/7/2025)",
        (2, 3) => " (đơn vị từ 01/7/2025)",
        _ => "",
    }
}

/// What the state machine must know.
fn standing(
    app: &App,
    list: &ListSummary,
    prepared_by: (Uuid, Role),
    steps: &[StepRow],
) -> Standing {
    let programme = app.catalogue.programme(&list.programme_code);
    let group = programme.and_then(|p| p.group(&list.group_code));
    Standing {
        state: list.standing(),
        version: list.version,
        prepared_by,
        has_district: !list.district_code.is_empty(),
        district_decides: group.is_some_and(|g| g.district_decides()),
        posting_days: group.map_or(0, |g| g.posting_days()),
        posting_ends_on: list.posting_ends_on,
        listed: list.listed,
        payer: programme.filter(|p| p.read_only).map(|p| p.payer.clone()),
        steps: steps
            .iter()
            .map(|step| Taken {
                action: step.action.clone(),
                from: step.from_state.clone(),
                by: step.acted_by,
                due_on: step.due_on,
                list_version: step.list_version,
            })
            .collect(),
    }
}

struct StepLine {
    what: String,
    who: String,
    when: String,
    due: String,
    late: bool,
    reason: String,
}

struct Button {
    slug: &'static str,
    label: String,
}

struct FilterLink {
    label: &'static str,
    href: String,
    rows: String,
    chosen: bool,
}

struct Line {
    id: String,
    name: String,
    birth: String,
    sex: &'static str,
    masked: String,
    hamlet: String,
    amount: String,
    people: i32,
    member: bool,
    mark: &'static str,
    status: String,
}

#[derive(Template)]
#[template(path = "relief/templates/list.html")]
struct ListPage {
    page: Page,
    id: String,
    name: String,
    state: &'static str,
    mark: &'static str,
    compared: bool,
    due: String,
    late: bool,
    returned: String,
    posting: String,
    people: String,
    amount: String,
    words: String,
    main: Option<Button>,
    others: Vec<Button>,
    waiting: String,
    filters: Vec<FilterLink>,
    filter_slug: String,
    query: String,
    lines: Vec<Line>,
    shown: Sums,
    steps: Vec<StepLine>,
    pager: Pager,
    xlsx: String,
    csv: String,
}

impl ListPage {
    fn shown_people(&self) -> String {
        count(self.shown.people)
    }

    fn shown_amount(&self) -> String {
        dong(self.shown.due_dong)
    }
}

async fn list_page(
    desk: Desk,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let id = id_of(&id)?;
    let opened = open(&desk, id).await?;
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let filter = EntryFilter::of(&asked.loc);
    let words = search_words(&asked.q);
    let after = if asked.sau.is_empty() { None } else { Some(id_of(&asked.sau)?) };
    let size = page_size(asked.so_dong.as_deref());
    let mut rows = entries::page(conn, scope, id, filter, &words, after, size + 1).await?;
    let more = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|r| address(id, &asked, &asked.loc, Some(r.id)));
    let pager = Pager { next, first: after.map(|_| address(id, &asked, &asked.loc, None)) };
    let mut filters = Vec::new();
    let mut shown = Sums::default();
    for (each, slug, label) in EntryFilter::ALL {
        let sums = entries::sums(conn, scope, id, each).await?;
        if each == filter {
            shown = sums;
        }
        filters.push(FilterLink {
            label,
            href: address(id, &asked, slug, None),
            rows: count(sums.rows),
            chosen: each == filter,
        });
    }
    let steps = step_lines(&desk, &opened).await?;
    html(&view(&desk, opened, &asked, rows, filters, shown, steps, pager))
}

/// Folded words of a search. Identity numbers never stand in an address, so they are not searched
/// for here.
pub(super) fn search_words(typed: &str) -> Vec<String> {
    vietnam::text::fold(typed)
        .split_whitespace()
        .filter(|word| word.bytes().filter(u8::is_ascii_digit).count() < 6)
        .take(8)
        .map(str::to_owned)
        .collect()
}

/// The same rows as a file.
fn file(id: Uuid, asked: &Asked, ending: &str) -> String {
    let page = address(id, &Asked { so_dong: None, ..asked.clone() }, &asked.loc, None);
    let query = page.split_once('?').map_or("", |(_, query)| query);
    format!("/danh-sach/{id}/tep/dong.{ending}?{query}").trim_end_matches('?').to_owned()
}

fn address(id: Uuid, asked: &Asked, filter: &str, after: Option<Uuid>) -> String {
    let pairs = [
        ("q", asked.q.clone()),
        ("loc", filter.to_owned()),
        ("so-dong", asked.so_dong.clone().unwrap_or_default()),
        ("sau", after.map_or_else(String::new, |id| id.to_string())),
    ];
    let pairs: Vec<String> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encode(&value)))
        .collect();
    format!("/danh-sach/{id}?{}", pairs.join("&"))
}

#[expect(clippy::too_many_arguments, reason = "the parts of one page, read once each")]
fn view(
    desk: &Desk,
    opened: Opened,
    asked: &Asked,
    rows: Vec<EntryRow>,
    filters: Vec<FilterLink>,
    shown: Sums,
    steps: Vec<StepLine>,
    pager: Pager,
) -> ListPage {
    let today = desk.app.clock.today();
    let who = crate::relief::steps::who(&desk.actor);
    let higher = if opened.standing.has_district { "huyện" } else { "tỉnh" };
    let acts = way::open_acts(&opened.standing, who, today);
    let mut buttons: Vec<Button> =
        acts.iter().map(|act| Button { slug: act.slug(), label: act.label(higher) }).collect();
    let leads = acts
        .first()
        .is_some_and(|act| matches!(act, way::Act::Post | way::Act::Submit | way::Act::Appraise));
    let main = if leads { Some(buttons.remove(0)) } else { None };
    let Opened { list, standing, name, .. } = opened;
    let state = standing.state;
    let open = state != State::Approved;
    let compared = standing.payer.is_some();
    ListPage {
        page: desk.page(format!("Danh sách {name}"), "danh-sach"),
        id: list.id.to_string(),
        name,
        state: if compared { COMPARED } else { state.label() },
        mark: if compared { "mien" } else { state.mark() },
        compared,
        due: list.step_due_on.filter(|_| open).map_or_else(String::new, vi_date),
        late: open && list.step_due_on.is_some_and(|due| due < today),
        returned: if state == State::Draft { list.returned_reason } else { String::new() },
        posting: posting(list.posted_on, list.posting_ends_on),
        people: count(list.people),
        amount: dong(list.due_dong),
        words: vietnam::money::Dong(list.due_dong).in_words(),
        main,
        others: buttons,
        waiting: waiting(&standing, higher),
        filters,
        filter_slug: asked.loc.clone(),
        query: asked.q.clone(),
        lines: rows.iter().map(line).collect(),
        shown,
        steps,
        pager,
        xlsx: file(list.id, asked, "xlsx"),
        csv: file(list.id, asked, "csv"),
    }
}

fn posting(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => {
            format!("Niêm yết từ {} đến hết {}", vi_date(from), vi_date(to))
        }
        _ => String::new(),
    }
}

/// Who has to act, for those who have not.
fn waiting(list: &Standing, higher: &str) -> String {
    if let Some(payer) = &list.payer {
        return format!(
            "Chỉ đối chiếu: {payer} chi trả, không niêm yết và không quyết định ở đây."
        );
    }
    match list.state {
        State::Draft => "Chờ UBND xã niêm yết.".to_owned(),
        State::Posted => match list.posting_ends_on {
            Some(end) => format!("Niêm yết đến hết {}; sau đó xã gửi {higher}.", vi_date(end)),
            None => format!("Chờ xã gửi {higher}."),
        },
        State::Submitted => format!("Chờ {higher} thẩm định."),
        State::Appraised if list.district_decides => "Chờ huyện ghi quyết định.".to_owned(),
        State::Appraised => "Chờ tỉnh ghi quyết định.".to_owned(),
        State::Approved => "Danh sách đã có quyết định phê duyệt.".to_owned(),
    }
}

fn line(row: &EntryRow) -> Line {
    let (mark, status) = status(row);
    Line {
        id: row.id.to_string(),
        name: row.full_name.clone(),
        birth: row.birth(),
        sex: sex_text(row.sex.as_deref()),
        masked: row.masked_id(),
        hamlet: row.hamlet.clone(),
        amount: dong(row.due_dong),
        people: row.people,
        member: row.household_of.is_some(),
        mark,
        status,
    }
}

/// A sex in words.
pub(super) fn sex_text(code: Option<&str>) -> &'static str {
    match code {
        Some("M") => "Nam",
        Some("F") => "Nữ",
        _ => "",
    }
}

/// How a row stands, as a mark and words.
pub(super) fn status(row: &EntryRow) -> (&'static str, String) {
    match row.state.as_str() {
        "excluded" => return ("ko", format!("Đã loại: {}", row.excluded_reason)),
        "declined" => return ("mien", "Từ chối nhận".to_owned()),
        _ => {}
    }
    if row.duplicates > 0 {
        return ("canh", "Trùng chắc chắn, chờ xử lý".to_owned());
    }
    match row.problem.as_str() {
        "" if row.id_number.is_none() => {
            ("cho", "Chưa có giấy tờ: duyệt được, chưa chi".to_owned())
        }
        "" => ("that", "Đủ điều kiện".to_owned()),
        code => ("canh", problem_text(code).to_owned()),
    }
}

/// A problem's code in words.
pub(in crate::relief) fn problem_text(code: &str) -> &'static str {
    match code {
        "facts" => "Ngày tháng không đúng điều kiện",
        "remark" => "Ghi chú cần xem lại",
        "declined" => "Chờ ghi nhận việc từ chối",
        "months" => "Số tháng (ngày, lần, trẻ em) thiếu hoặc ngoài mức",
        "household" => "Số khẩu khác số dòng của hộ",
        "amount" => "Số tiền khác mức quy định",
        "paper" => "Chờ xác nhận nơi thường trú",
        _ => "Cần xem lại",
    }
}

async fn step_lines(desk: &Desk, opened: &Opened) -> Result<Vec<StepLine>, Error> {
    let accounts: Vec<Uuid> = opened.steps.iter().map(|step| step.acted_by).collect();
    let names = identity::account_names(desk.app.db.read(), &accounts).await?;
    let line = |step: &StepRow| {
        let (day, time) = local(step.acted_at);
        StepLine {
            what: step_text(&step.action).to_owned(),
            who: names.get(&step.acted_by).map_or_else(String::new, |(name, _)| name.clone()),
            when: format!("{} {}", time.format("%H giờ %M"), vi_date(day)),
            due: step.due_on.map_or_else(String::new, vi_date),
            late: step.action != "create" && step.due_on.is_some_and(|due| day > due),
            reason: step.reason.clone(),
        }
    };
    Ok(opened.steps.iter().map(line).collect())
}

fn step_text(action: &str) -> &'static str {
    match action {
        "create" => "Lập danh sách",
        "post" => "Niêm yết",
        "submit" => "Kết thúc niêm yết và gửi",
        "appraise" => "Thẩm định",
        "return" => "Trả lại",
        "approve" => "Phê duyệt bằng quyết định",
        "undo_post" => "Hoàn tác niêm yết",
        "undo_submit" => "Hoàn tác gửi",
        "undo_appraise" => "Hoàn tác thẩm định",
        "undo_return" => "Hoàn tác trả lại",
        "undo_approve" => "Hủy quyết định",
        _ => "Bước khác",
    }
}
