//! One submission: what was written, what was done, and what the officer can do now.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::submit::record_words;
use super::{Group, with_status};
use crate::clock::{moment, new_id};
use crate::feedback::acts::{self, Order};
use crate::feedback::rules::{self, Deed};
use crate::feedback::store::{cases, published};
use crate::feedback::types::{Case, Kind, State};
use crate::feedback::words::{TEXT_MAX, masked_phone, read_text, without_numbers};
use crate::identity::{Role, account_names};
use crate::relief::contested_row;
use crate::web::{
    App, Choice, Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with,
};

struct StepRow {
    when: String,
    who: String,
    what: &'static str,
    words: String,
}

/// What is published of it.
struct Live {
    question: String,
    answer: String,
    audience: &'static str,
}

#[derive(Template)]
#[template(path = "feedback/templates/one.html")]
struct CasePage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    heading: String,
    mark: &'static str,
    status: String,
    due: String,
    clock: &'static str,
    place: String,
    desk: String,
    received: String,
    body: String,
    sender: String,
    phone: String,
    /// Something is hidden that an officer may ask to see.
    hidden: bool,
    record: String,
    record_href: String,
    steps: Vec<StepRow>,
    live: Option<Live>,
    act: String,
    version: i32,
    typed: HashMap<&'static str, String>,
    may_accept: bool,
    may_answer: bool,
    to_be_confirmed: bool,
    may_confirm: bool,
    may_ask: bool,
    may_pass: bool,
    may_close: bool,
    may_word: bool,
    may_publish: bool,
    may_unpublish: bool,
    targets: Vec<Group>,
}

impl CasePage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    /// The part of the page with this field stands open.
    fn wrong(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field == field)
    }
}

/// Each act of the address: its field of words, and what is said when that is empty.
const ACTS: [(&str, &str, &str); 8] = [
    ("thu-ly", "", ""),
    ("tra-loi", "tra_loi", "Viết trả lời cho người gửi."),
    ("xac-nhan", "", ""),
    ("tra-lai", "ly_do_tra_lai", "Ghi điều xã cần xem lại."),
    ("hoi-them", "hoi_them", "Viết điều cần người gửi bổ sung."),
    ("chuyen", "ly_do_chuyen", "Ghi lý do chuyển; người gửi đọc được."),
    ("dong", "ly_do_dong", "Ghi lý do kết thúc; người gửi đọc được."),
    ("them", "loi", "Viết điều muốn nói thêm."),
];

/// `GET /y-kien/{id}`
pub(super) async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let case = case(&desk, &id).await?;
    html(&page(&desk, &case, &Fields::default(), vec![], false).await?)
}

/// The submission of an address, inside the scope.
pub(super) async fn case(desk: &Desk, id: &str) -> Result<Case, Error> {
    let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
    cases::case(desk.app.db.read(), &desk.actor.scope, id).await?.ok_or(Error::NotFound)
}

/// `POST /y-kien/{id}/xem-du`: name, telephone and numbers in full, on record.
pub(super) async fn reveal(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let id = Uuid::parse_str(&id).map_err(|_| Error::NotFound)?;
    let case = acts::reveal(&form.desk.app, &form.desk.actor, id).await?;
    html(&page(&form.desk, &case, &Fields::default(), vec![], true).await?)
}

/// `POST /y-kien/{id}/{viec}`
pub(super) async fn act(
    Path((id, viec)): Path<(String, String)>,
    form: SignedForm,
) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    let case = case(desk, &id).await?;
    let found = ACTS.iter().find(|(name, ..)| *name == viec).ok_or(Error::NotFound)?;
    let (_, field, missing) = *found;
    let act = fields.act_id()?;
    let mut errors = Vec::new();
    let mut words = String::new();
    if !field.is_empty() {
        match read_text(fields.get(field), 2, missing) {
            Ok(text) => words = text,
            Err(text) => errors.push(FieldError::new(field, text)),
        }
    }
    let deed = match viec.as_str() {
        "thu-ly" => Deed::Accept,
        "tra-loi" => Deed::Answer,
        "xac-nhan" => Deed::Confirm,
        "tra-lai" => Deed::Return,
        "hoi-them" => Deed::Ask,
        "dong" => Deed::Close,
        "them" if errors.is_empty() => {
            acts::add_word(&desk.app, &desk.actor, (case.id, act), &words).await?;
            return Ok(redirect_with(&format!("/y-kien/{}", case.id), "xong", "Đã gửi thêm."));
        }
        "them" => return shown_again(desk, &case, fields, errors).await,
        _ => match target(desk, &case, fields.get("don_vi")) {
            Some((district, commune)) => Deed::Pass(district, commune),
            None => {
                errors.push(FieldError::new("don_vi", "Chọn đơn vị nhận việc."));
                return shown_again(desk, &case, fields, errors).await;
            }
        },
    };
    if !errors.is_empty() {
        return shown_again(desk, &case, fields, errors).await;
    }
    let version = fields.get("phien_ban").parse().unwrap_or(-1);
    let order = Order { act, case: case.id, version, deed, words };
    match acts::take(&desk.app, &desk.actor, &order).await {
        Err(Error::Refused { what, remedy }) if !field.is_empty() => {
            let errors = vec![FieldError::new(field, format!("{what}. {remedy}"))];
            shown_again(desk, &case, fields, errors).await
        }
        Err(error) => Err(error),
        Ok(()) => Ok(done(&case, &order.deed)),
    }
}

async fn shown_again(
    desk: &Desk,
    case: &Case,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let view = page(desk, case, fields, errors, false).await?;
    with_status(&view, StatusCode::UNPROCESSABLE_ENTITY)
}

fn done(case: &Case, deed: &Deed) -> Response {
    let text = match deed {
        Deed::Accept => "Đã ghi nhận giải quyết; người gửi xem được bằng mã.",
        Deed::Answer if case.kind() == Kind::Complaint => "Đã ghi trả lời.",
        Deed::Answer => "Đã gửi trả lời; người gửi xem được bằng mã.",
        Deed::Confirm => "Đã xác nhận; người gửi xem được trả lời bằng mã.",
        Deed::Return => "Đã trả lại để xem xét lại.",
        Deed::Ask => "Đã đề nghị bổ sung; thời hạn tạm dừng đến khi người gửi viết thêm.",
        Deed::Pass(..) => "Đã chuyển.",
        Deed::Close => "Đã kết thúc.",
    };
    redirect_with(&format!("/y-kien/{}", case.id), "xong", text)
}

/// "439:18196", "439:", ":" among those offered.
fn target(desk: &Desk, case: &Case, chosen: &str) -> Option<(String, String)> {
    let offered = targets(desk, case, chosen);
    offered.iter().flat_map(|group| &group.choices).find(|choice| choice.chosen)?;
    let (district, commune) = chosen.split_once(':')?;
    Some((district.to_owned(), commune.to_owned()))
}

/// Units to which the officer may pass the submission.
fn targets(desk: &Desk, case: &Case, chosen: &str) -> Vec<Group> {
    let (app, actor) = (&desk.app, &desk.actor);
    let choice = |district: &str, commune: &str| {
        let value = format!("{district}:{commune}");
        Choice {
            chosen: value == chosen,
            value,
            label: format!("UBND {}", app.unit_name((district, commune), case.tiers)),
            hint: "",
        }
    };
    let (up, _) = rules::above(case.desk());
    if actor.level() == Role::Commune {
        return vec![Group { label: "Cấp trên".to_owned(), choices: vec![choice(&up, "")] }];
    }
    let day = app.catalogue.units_day(case.tiers, app.clock.today());
    let areas = &app.areas;
    let mut groups =
        vec![Group { label: "Cấp tỉnh".to_owned(), choices: vec![choice("", "")] }];
    let mut districts = areas.districts(actor.scope.province(), day);
    if districts.is_empty() {
        let communes = areas.communes_of(actor.scope.province(), day);
        let choices = communes.iter().map(|unit| choice("", &unit.code)).collect();
        groups.push(Group { label: "Xã, phường".to_owned(), choices });
    }
    if actor.level() == Role::District {
        districts.retain(|unit| unit.code == actor.scope.district());
    }
    groups.extend(districts.into_iter().map(|unit| {
        let communes = areas.communes_of(&unit.code, day);
        let choices = std::iter::once(choice(&unit.code, ""))
            .chain(communes.iter().map(|commune| choice(&unit.code, &commune.code)));
        Group { choices: choices.collect(), label: unit.full_name.clone() }
    }));
    for group in &mut groups {
        group
            .choices
            .retain(|one| one.value != format!("{}:{}", case.desk_district, case.desk_commune));
    }
    groups
}

async fn page(
    desk: &Desk,
    case: &Case,
    fields: &Fields,
    errors: Vec<FieldError>,
    full: bool,
) -> Result<CasePage, Error> {
    let (app, actor) = (&desk.app, &desk.actor);
    let (mark, status) = rules::status(case, app.clock.today());
    let shown = |text: &str| if full { text.to_owned() } else { without_numbers(text) };
    let may = |deed: Deed| rules::may(actor, case, &deed);
    let may_pass = may(Deed::Pass(String::new(), String::new()));
    let live = live(desk, case).await?;
    let office = matches!(actor.role, Role::District | Role::Province);
    let record = record(desk, case).await?;
    let mut typed = HashMap::new();
    for (_, field, _) in ACTS {
        typed.insert(field, fields.get(field).chars().take(TEXT_MAX).collect());
    }
    let asks = case.sender_account.is_some()
        && (actor.scope.district(), actor.scope.commune()) == case.place();
    let commune_answers = actor.level() == Role::Commune && case.kind() == Kind::Complaint;
    let told = steps(desk, case, full).await?;
    Ok(CasePage {
        page: desk.page(format!("{}: {}", case.kind().label(), status.to_lowercase()), "y-kien"),
        errors,
        id: case.id.to_string(),
        heading: heading(app, case),
        mark,
        due: if case.state().waits() { due(app, case) } else { String::new() },
        clock: if case.state() == State::Asked {
            "Thời hạn tạm dừng từ ngày đề nghị bổ sung; người gửi viết thêm thì tính tiếp."
        } else {
            ""
        },
        place: app.unit_name(case.place(), case.tiers),
        desk: format!("UBND {}", app.unit_name(case.desk(), case.tiers)),
        received: moment(case.received_at),
        body: shown(&case.body),
        sender: sender(desk, case).await?,
        phone: if full { case.contact.clone() } else { masked_phone(&case.contact) },
        hidden: !full
            && (!case.contact.is_empty()
                || without_numbers(&case.body) != case.body
                || told.iter().any(|step| step.words.contains('…'))),
        record: record.0,
        record_href: record.1,
        steps: told,
        act: new_id(app.clock.now())?.to_string(),
        version: case.version,
        typed,
        may_accept: may(Deed::Accept) && case.kind() != Kind::Question && case.kind() != Kind::Help,
        may_answer: may(Deed::Answer),
        to_be_confirmed: commune_answers,
        may_confirm: may(Deed::Confirm),
        may_ask: may(Deed::Ask),
        may_pass,
        may_close: may(Deed::Close),
        may_word: asks && actor.role != Role::Supervisor && !matches!(case.state(), State::Closed),
        may_publish: office
            && live.is_none()
            && matches!(case.state(), State::Answered | State::Closed),
        may_unpublish: office && live.is_some(),
        live,
        targets: if may_pass { targets(desk, case, fields.get("don_vi")) } else { vec![] },
        status,
    })
}

fn heading(app: &App, case: &Case) -> String {
    let unit = app.unit_name(case.place(), case.tiers);
    match case.kind() {
        Kind::Help => format!("{}: {unit} hỏi", case.kind().label()),
        kind => format!("{}, {unit}", kind.label()),
    }
}

/// What is owed by when.
fn due(app: &App, case: &Case) -> String {
    let today = app.clock.today();
    let left = app.areas.calendar().working_days_between(today, case.due_on);
    let what = match case.state() {
        State::Confirming => "Xác nhận trả lời của xã",
        _ if case.kind() == Kind::Complaint && case.accepted_at.is_none() => "Nhận giải quyết",
        _ => "Trả lời",
    };
    let left = if case.due_on < today {
        format!("đã quá {} ngày làm việc", (-left).max(1))
    } else {
        format!("còn {left} ngày làm việc")
    };
    format!("{what} chậm nhất hết ngày {} ({left}).", vi_date(case.due_on))
}

/// Who wrote it: a citizen as she wants to be called, or an officer.
async fn sender(desk: &Desk, case: &Case) -> Result<String, Error> {
    let Some(account) = case.sender_account else { return Ok(case.sender_name.clone()) };
    let names = account_names(desk.app.db.read(), &[account]).await?;
    Ok(names.get(&account).map_or_else(String::new, |(name, _)| name.clone()))
}

/// The contested payment in words and where it is; both empty when there is none.
async fn record(desk: &Desk, case: &Case) -> Result<(String, String), Error> {
    let Some(entry) = case.entry_id else { return Ok(Default::default()) };
    let (app, scope) = (&desk.app, &desk.actor.scope);
    let row = contested_row(app.db.read(), scope.province(), entry).await?;
    // Who only answers for another unit is not shown its rows.
    let inside = scope.contains(scope.province(), &case.district_code, &case.commune_code);
    let Some(row) = row.filter(|_| inside) else {
        return Ok(("Khoản hỗ trợ của địa bàn khác".to_owned(), String::new()));
    };
    let href = match row.entitlement_id {
        Some(id) => format!("/chi-tra/{id}"),
        None => format!("/danh-sach/dong/{}", row.entry_id),
    };
    Ok((format!("{}: {}", row.full_name, record_words(app, &row)), href))
}

async fn steps(desk: &Desk, case: &Case, full: bool) -> Result<Vec<StepRow>, Error> {
    let conn = desk.app.db.read();
    let found = cases::steps(conn, desk.actor.scope.province(), case.id).await?;
    let who: Vec<Uuid> = found.iter().filter_map(|step| step.by_account).collect();
    let names = account_names(conn, &who).await?;
    let row = |step: crate::feedback::types::Step| StepRow {
        when: moment(step.done_at),
        who: match step.by_account {
            None => "Người gửi".to_owned(),
            Some(id) => names.get(&id).map_or_else(String::new, |(name, _)| name.clone()),
        },
        what: step.label(),
        words: if full { step.words } else { without_numbers(&step.words) },
    };
    Ok(found.into_iter().map(row).collect())
}

async fn live(desk: &Desk, case: &Case) -> Result<Option<Live>, Error> {
    let province = desk.actor.scope.province();
    let live = published::live(desk.app.db.read(), province, case.id).await?;
    Ok(live.map(|live| Live {
        question: live.question,
        answer: live.answer,
        audience: if live.audience == "public" { "cho mọi người" } else { "cho cán bộ" },
    }))
}
