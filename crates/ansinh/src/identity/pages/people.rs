//! `/tai-khoan/…`: officers, supervisors and the units below, for the holder of a unit's account.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::vi_date;

use crate::clock::{local, new_id};
use crate::identity::manage::{self, Issued, Made, Typed};
use crate::identity::store;
use crate::identity::store::people::{self, PersonRow};
use crate::identity::types::{Account, Kind, Role};
use crate::web::{
    App, Desk, Error, FieldError, Fields, Page, Pager, SignedForm, html, page_size, redirect_with,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/tai-khoan/can-bo", get(officers_page).post(add_officer))
        .route("/tai-khoan/can-bo/cach-dung", post(set_use))
        .route("/tai-khoan/giam-sat", get(supervisors_page).post(add_supervisor))
        .route("/tai-khoan/cap-duoi", get(units_page))
        .route("/tai-khoan/nguoi/{id}", get(person_page))
        .route("/tai-khoan/nguoi/{id}/cap-lai", post(reset))
        .route("/tai-khoan/nguoi/{id}/ngung", post(disable))
        .route("/tai-khoan/nguoi/{id}/mo-lai", post(enable))
}

struct Line {
    id: String,
    name: String,
    unit: String,
    username: String,
    mark: &'static str,
    state: &'static str,
    seen: String,
}

impl Line {
    fn of(row: &PersonRow) -> Self {
        let (mark, state) = if row.disabled_at.is_some() {
            ("mien", "đã ngừng")
        } else if row.must_change_password {
            ("cho", "chờ đăng nhập lần đầu")
        } else {
            ("xong", "đang dùng")
        };
        let person = row.person_name.is_empty();
        Self {
            id: row.id.to_string(),
            name: if person { row.display_name.clone() } else { row.person_name.clone() },
            unit: row.display_name.clone(),
            username: row.username.clone(),
            mark,
            state,
            seen: row.seen_at.map_or_else(|| "chưa".to_owned(), moment),
        }
    }
}

/// "08 giờ 05, 19/6/2020".
pub(super) fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    let (day, time) = local(at);
    format!("{}, {}", time.format("%H giờ %M"), vi_date(day))
}

fn typed(fields: &Fields) -> Typed {
    Typed {
        name: vietnam::text::clean(fields.get("ho_ten")),
        username: fields.get("ten_dang_nhap").to_lowercase(),
        organisation: vietnam::text::clean(fields.get("to_chuc")),
        issue: issue_of(fields),
    }
}

/// The form's id; a form without one gets an id that no other form has.
fn issue_of(fields: &Fields) -> Uuid {
    fields.get("ma_viec").parse().unwrap_or(Uuid::nil())
}

fn needs_issue(issue: Uuid) -> Result<(), Error> {
    if issue.is_nil() { Err(Error::StaleForm) } else { Ok(()) }
}

fn wrong(view: &impl Template) -> Result<Response, Error> {
    let mut response = html(view)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

#[derive(Template)]
#[template(path = "identity/templates/officers.html")]
struct OfficersPage {
    page: Page,
    errors: Vec<FieldError>,
    lines: Vec<Line>,
    typed: Typed,
    manages_only: bool,
    may_leave: bool,
}

async fn officers_view(
    desk: &Desk,
    errors: Vec<FieldError>,
    typed: Typed,
) -> Result<OfficersPage, Error> {
    let rows = people::officers(desk.app.db.read(), desk.actor.account_id).await?;
    Ok(OfficersPage {
        page: desk.page("Cán bộ của đơn vị", "tai-khoan"),
        errors,
        may_leave: rows.iter().any(|row| row.disabled_at.is_none()),
        lines: rows.iter().map(Line::of).collect(),
        typed,
        manages_only: desk.actor.role == Role::Supervisor,
    })
}

async fn officers_page(desk: Desk) -> Result<Response, Error> {
    let issue = new_id(desk.app.clock.now())?;
    html(&officers_view(&desk, vec![], Typed { issue, ..Typed::default() }).await?)
}

async fn add_officer(form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let typed = typed(&fields);
    needs_issue(typed.issue)?;
    let unit = own_unit(&desk).await?;
    match manage::make(&desk.app, &desk.actor, &unit, Kind::Officer, &typed).await? {
        Made::Done(issued) => slip(&desk, &issued, "/tai-khoan/can-bo"),
        Made::Wrong(errors) => wrong(&officers_view(&desk, errors, typed).await?),
    }
}

async fn own_unit(desk: &Desk) -> Result<Account, Error> {
    store::account(desk.app.db.read(), desk.actor.account_id).await?.ok_or(Error::NotFound)
}

async fn set_use(form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let only = match fields.get("cach") {
        "quan-ly" => true,
        "lam-viec" => false,
        _ => return Err(Error::StaleForm),
    };
    manage::manage_only(&desk.app, &desk.actor, only).await?;
    let told = if only {
        "Từ nay tài khoản chung chỉ quản lý cán bộ; mọi việc do từng cán bộ làm bằng tên của mình."
    } else {
        "Tài khoản chung làm việc lại như trước."
    };
    Ok(redirect_with("/tai-khoan/can-bo", "xong", told))
}

struct Place {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "identity/templates/supervisors.html")]
struct SupervisorsPage {
    page: Page,
    errors: Vec<FieldError>,
    lines: Vec<Line>,
    typed: Typed,
    places: Vec<Place>,
    pager: Pager,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    sau: String,
    huyen: String,
    #[serde(rename = "so-dong")]
    so_dong: Option<String>,
}

/// Units a holder may place a supervisor with: most a province has (13 districts, 216 communes).
const PLACES_MAX: u64 = 2_000;

async fn supervisors_view(
    desk: &Desk,
    asked: &Asked,
    errors: Vec<FieldError>,
    typed: Typed,
    place: &str,
) -> Result<SupervisorsPage, Error> {
    let conn = desk.app.db.read();
    let size = page_size(asked.so_dong.as_deref());
    let mut rows = people::supervisors(conn, &desk.actor, &asked.sau, size + 1).await?;
    let pager = pager(&mut rows, size, &asked.sau, "/tai-khoan/giam-sat?");
    let own = Place {
        value: desk.actor.account_id.to_string(),
        label: desk.actor.display_name.clone(),
        chosen: place.is_empty() || place == desk.actor.account_id.to_string(),
    };
    let below = people::units_below(conn, &desk.actor, "", "", PLACES_MAX).await?;
    let places = std::iter::once(own).chain(below.iter().map(|row| Place {
        value: row.id.to_string(),
        label: unit_words(desk, row),
        chosen: place == row.id.to_string(),
    }));
    Ok(SupervisorsPage {
        page: desk.page("Tài khoản giám sát", "tai-khoan"),
        errors,
        lines: rows.iter().map(Line::of).collect(),
        typed,
        places: places.collect(),
        pager,
    })
}

/// "Xã Sơn Kim 1, Huyện Hương Sơn": communes of one name stand in several districts.
fn unit_words(desk: &Desk, row: &PersonRow) -> String {
    if row.commune_code.is_empty() || desk.actor.level() != Role::Province {
        return row.display_name.clone();
    }
    let programmes = desk.app.catalogue.programmes();
    let day = programmes.first().map_or(desk.app.clock.today(), |programme| programme.units_on);
    match desk.app.areas.district_name(&row.district_code, day) {
        district if district.is_empty() => row.display_name.clone(),
        district => format!("{}, {district}", row.display_name),
    }
}

/// Cuts the row too many and says where the next page begins.
fn pager(rows: &mut Vec<PersonRow>, size: u64, after: &str, address: &str) -> Pager {
    let more = rows.len() as u64 > size;
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    Pager {
        next: rows.last().filter(|_| more).map(|row| format!("{address}sau={}", row.username)),
        first: (!after.is_empty()).then(|| address.trim_end_matches(['?', '&']).to_owned()),
    }
}

async fn supervisors_page(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let issue = new_id(desk.app.clock.now())?;
    let typed = Typed { issue, ..Typed::default() };
    html(&supervisors_view(&desk, &asked, vec![], typed, "").await?)
}

async fn add_supervisor(form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let typed = typed(&fields);
    needs_issue(typed.issue)?;
    let place = fields.get("don_vi");
    let id: Uuid = place.parse().map_err(|_| Error::NotFound)?;
    let unit = if id == desk.actor.account_id {
        own_unit(&desk).await?
    } else {
        let found = people::managed(desk.app.db.read(), &desk.actor, id).await?;
        found.filter(|account| account.kind == Kind::Unit.code()).ok_or(Error::NotFound)?
    };
    match manage::make(&desk.app, &desk.actor, &unit, Kind::Supervisor, &typed).await? {
        Made::Done(issued) => slip(&desk, &issued, "/tai-khoan/giam-sat"),
        Made::Wrong(errors) => {
            let view = supervisors_view(&desk, &Asked::default(), errors, typed, place).await?;
            wrong(&view)
        }
    }
}

#[derive(Template)]
#[template(path = "identity/templates/units.html")]
struct UnitsPage {
    page: Page,
    lines: Vec<Line>,
    districts: Vec<Place>,
    pager: Pager,
}

async fn units_page(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    if desk.actor.level() == Role::Commune {
        return Err(Error::refused(
            "Xã không có đơn vị cấp dưới",
            "Tài khoản của cán bộ trong xã ở mục Cán bộ của đơn vị.",
        ));
    }
    let conn = desk.app.db.read();
    let size = page_size(asked.so_dong.as_deref());
    let mut rows =
        people::units_below(conn, &desk.actor, &asked.huyen, &asked.sau, size + 1).await?;
    let address = if asked.huyen.is_empty() {
        "/tai-khoan/cap-duoi?".to_owned()
    } else {
        format!("/tai-khoan/cap-duoi?huyen={}&", crate::web::encode(&asked.huyen))
    };
    let pager = pager(&mut rows, size, &asked.sau, &address);
    let programmes = desk.app.catalogue.programmes();
    let day = programmes.first().map_or(desk.app.clock.today(), |programme| programme.units_on);
    let districts = match desk.actor.level() {
        Role::Province => desk.app.areas.districts(desk.actor.scope.province(), day),
        _ => Vec::new(),
    };
    let lines = rows.iter().map(|row| Line { unit: unit_words(&desk, row), ..Line::of(row) });
    html(&UnitsPage {
        page: desk.page("Tài khoản của đơn vị cấp dưới", "tai-khoan"),
        lines: lines.collect(),
        districts: districts
            .iter()
            .map(|unit| Place {
                value: unit.code.clone(),
                label: unit.full_name.clone(),
                chosen: unit.code == asked.huyen,
            })
            .collect(),
        pager,
    })
}

#[derive(Template)]
#[template(path = "identity/templates/person.html")]
struct PersonPage {
    page: Page,
    id: String,
    called: String,
    username: String,
    kind: &'static str,
    disabled: String,
    /// A unit's own account: only its password can be given anew.
    unit: bool,
    issue: String,
    back: &'static str,
}

async fn managed(desk: &Desk, id: &str) -> Result<Account, Error> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    people::managed(desk.app.db.read(), &desk.actor, id).await?.ok_or(Error::NotFound)
}

fn back_of(desk: &Desk, account: &Account) -> &'static str {
    match Kind::from_code(&account.kind) {
        Some(Kind::Supervisor) => "/tai-khoan/giam-sat",
        Some(Kind::Officer) if account.unit_account_id == Some(desk.actor.account_id) => {
            "/tai-khoan/can-bo"
        }
        _ => "/tai-khoan/cap-duoi",
    }
}

async fn person_page(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let account = managed(&desk, &id).await?;
    html(&PersonPage {
        page: desk.page(format!("Tài khoản {}", account.username), "tai-khoan"),
        id: account.id.to_string(),
        called: account.called(),
        kind: match Kind::from_code(&account.kind) {
            Some(Kind::Officer) => "Cán bộ",
            Some(Kind::Supervisor) => "Giám sát, chỉ xem",
            _ => "Tài khoản chung của đơn vị",
        },
        disabled: account.disabled_at.map_or_else(String::new, moment),
        unit: account.kind == Kind::Unit.code(),
        issue: new_id(desk.app.clock.now())?.to_string(),
        back: back_of(&desk, &account),
        username: account.username,
    })
}

async fn reset(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let account = managed(&desk, &id).await?;
    let issue = issue_of(&fields);
    needs_issue(issue)?;
    let back = back_of(&desk, &account);
    let issued = manage::reset(&desk.app, &desk.actor, account, issue).await?;
    slip(&desk, &issued, back)
}

async fn disable(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    in_use(&form.desk, &id, false).await
}

async fn enable(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    in_use(&form.desk, &id, true).await
}

async fn in_use(desk: &Desk, id: &str, wanted: bool) -> Result<Response, Error> {
    let account = managed(desk, id).await?;
    manage::set_in_use(&desk.app, &desk.actor, &account, wanted).await?;
    let told = if wanted {
        format!("Tài khoản {} dùng lại được.", account.username)
    } else {
        format!("Đã ngừng tài khoản {}; các phiên đang mở đã kết thúc.", account.username)
    };
    Ok(redirect_with(back_of(desk, &account), "xong", &told))
}

#[derive(Template)]
#[template(path = "identity/templates/slip.html")]
struct SlipPage {
    page: Page,
    called: String,
    username: String,
    password: String,
    made: String,
    made_by: String,
    back: &'static str,
}

/// The slip with a one-time password: this answer is the only place where it ever stands.
fn slip(desk: &Desk, issued: &Issued, back: &'static str) -> Result<Response, Error> {
    html(&SlipPage {
        page: desk.page("Phiếu giao mật khẩu dùng một lần", "tai-khoan"),
        called: issued.account.called(),
        username: issued.account.username.clone(),
        password: issued.password.clone(),
        made: moment(desk.app.clock.now()),
        made_by: desk.actor.called(),
        back,
    })
}
