//! `/bien-tap/{id}`: one article for those who make it: text, files, what may be done, what was done.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveTime, Utc};
use uuid::Uuid;
use vietnam::date::vi_date;

use super::{id_of, read_day, show, typed, version_of};
use crate::clock::{day_begins, moment};
use crate::identity::seats;
use crate::newsroom::acts::{self, Article, Order};
use crate::newsroom::href;
use crate::newsroom::rules::{self, Deed, NOTE_MAX};
use crate::newsroom::store::files;
use crate::newsroom::store::public;
use crate::newsroom::store::work::{self, Edition, Step};
use crate::newsroom::types::{BoardRole, Field, Kind, Label, State, Why};
use crate::web::{Choice, Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with};

struct FileRow {
    id: String,
    picture: bool,
    called: String,
    told: String,
    /// The line that puts a picture into the text.
    line: String,
}

struct StepRow {
    what: &'static str,
    number: i32,
    who: String,
    at: String,
    note: String,
}

/// What a template asks of the deeds: may she?
struct May {
    write: bool,
    recall: bool,
    send_back: bool,
    publish: bool,
    confirm: bool,
    unschedule: bool,
    replace: bool,
    discard: bool,
    withdraw: bool,
    restore: bool,
    /// Why she who publishes may not publish this; empty when she may or never does.
    not_publish: String,
}

#[derive(Template)]
#[template(path = "newsroom/templates/work.html")]
struct WorkPage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    version: i32,
    kind: &'static str,
    rebuttal: bool,
    number: i32,
    mark: &'static str,
    status: String,
    returned: String,
    public: String,
    may: May,
    text: Edition,
    reviewer: String,
    reviewed: String,
    seen_on: String,
    source_on: String,
    labels: Vec<Choice>,
    fields: Vec<Choice>,
    whys: Vec<Choice>,
    /// The text as it will be read, when it is not being written.
    html: String,
    files: Vec<FileRow>,
    steps: Vec<StepRow>,
    typed: Fields,
}

impl WorkPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name)
    }

    /// Something is wrong with the form under the closed heading.
    fn withdrawing(&self) -> bool {
        self.errors
            .iter()
            .any(|e| ["vi_sao", "gop_vao", "ly_do_go", "ly_do_bo"].contains(&e.field.as_str()))
    }
}

/// The article for who may see it before it is public: members, and who is asked to review it.
async fn seen(desk: &Desk, id: Uuid) -> Result<Article, Error> {
    let article = acts::article(desk.app.db.read(), &desk.app, &desk.actor, id).await?;
    if article.seat.role.is_none() && !article.seat.reviewer {
        acts::serving(desk.app.db.read(), &desk.app, &desk.actor).await?;
    }
    Ok(article)
}

/// `GET /bien-tap/{id}`.
pub(super) async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let article = seen(&desk, id_of(&id)?).await?;
    let text = article.newest.clone();
    page(&desk, article, text, &Fields::default(), vec![]).await
}

/// The page again with what is wrong at a field.
pub(super) async fn with_errors(
    desk: &Desk,
    id: Uuid,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let article = seen(desk, id).await?;
    let text = article.newest.clone();
    page(desk, article, text, &Fields::default(), errors).await
}

async fn page(
    desk: &Desk,
    article: Article,
    text: Edition,
    typed: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let (app, scope) = (&desk.app, &desk.actor.scope);
    let conn = app.db.read();
    let (id, newest) = (article.document.id, &article.newest);
    let steps = work::steps(conn, scope, id).await?;
    let kept = files::of_edition(conn, scope.province(), newest.id).await?;
    let names = acts::names(app, steps.iter().map(|step| step.by_account)).await?;
    let failed = !errors.is_empty();
    let (mark, status) = status(&article);
    let kind = article.standing.kind;
    let reviewer = reviewer(desk, &text, typed).await?;
    let slug = article.document.slug.as_deref().filter(|_| article.standing.public);
    let view = WorkPage {
        page: desk.page(title_of(newest), "bien-tap"),
        errors,
        id: id.to_string(),
        version: article.document.version,
        kind: kind.label(),
        rebuttal: kind == Kind::Rebuttal,
        number: newest.number,
        mark,
        status,
        returned: returned(&steps, newest),
        public: slug.map_or_else(String::new, |slug| href(&article.document.kind, slug)),
        may: may(&article),
        reviewer,
        reviewed: newest.reviewed_at.map_or_else(String::new, |at| {
            format!("{} xác nhận lúc {}", newest.review_agency, moment(at))
        }),
        seen_on: day_or_typed(typed, "ngay_thay", text.seen_on),
        source_on: day_or_typed(typed, "can_cu_ngay", text.source_on),
        labels: choices(Label::ALL, &text.label, |one| (one.code(), one.label())),
        fields: choices(Field::ALL, &text.field, |one| (one.code(), one.label())),
        whys: choices(Why::ALL, typed.get("vi_sao"), |one| (one.code(), one.label())),
        html: show::body(newest, &kept).0,
        files: kept.iter().map(file_row).collect(),
        steps: steps
            .iter()
            .map(|step| step_row(step, names.get(&step.by_account).map_or("", String::as_str)))
            .collect(),
        text,
        typed: typed.clone(),
    };
    let mut response = html(&view)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn title_of(edition: &Edition) -> &str {
    if edition.title.is_empty() { "(chưa có tiêu đề)" } else { &edition.title }
}

fn choices<T: Copy>(
    all: &[T],
    chosen: &str,
    named: impl Fn(T) -> (&'static str, &'static str),
) -> Vec<Choice> {
    let empty = Choice::new("", "Chọn…", chosen);
    let one = |one: &T| {
        let (value, label) = named(*one);
        Choice::new(value, label, chosen)
    };
    std::iter::once(empty).chain(all.iter().map(one)).collect()
}

fn day_or_typed(typed: &Fields, name: &str, day: Option<chrono::NaiveDate>) -> String {
    if typed.has(name) { typed.get(name).to_owned() } else { day.map_or_else(String::new, vi_date) }
}

/// Name to sign in with of who is asked to review.
async fn reviewer(desk: &Desk, text: &Edition, typed: &Fields) -> Result<String, Error> {
    if typed.has("nguoi_tham_dinh") {
        return Ok(typed.get("nguoi_tham_dinh").to_owned());
    }
    let Some(id) = text.reviewer_id else { return Ok(String::new()) };
    let province = desk.actor.scope.province().to_owned();
    let known = seats(desk.app.db.read(), &crate::identity::Scope::Province { province }).await?;
    Ok(known.into_iter().find(|seat| seat.id == id).map_or_else(String::new, |s| s.username))
}

fn may(article: &Article) -> May {
    let can = |deed| rules::judge(article.seat, article.standing, deed).is_ok();
    let publishes = article.seat.role.is_some_and(BoardRole::publishes);
    let waits = article.standing.state == State::Submitted;
    let refused = rules::judge(article.seat, article.standing, Deed::Publish).err();
    May {
        write: can(Deed::Write),
        recall: can(Deed::Recall),
        send_back: can(Deed::Return),
        publish: can(Deed::Publish),
        confirm: can(Deed::Confirm),
        unschedule: can(Deed::Unschedule),
        replace: can(Deed::Replace),
        discard: can(Deed::Discard),
        withdraw: can(Deed::Withdraw),
        restore: can(Deed::Restore),
        not_publish: refused
            .filter(|_| publishes && waits)
            .map_or_else(String::new, |(what, remedy)| format!("{what}. {remedy}")),
    }
}

/// Where the article stands: shape and words.
fn status(article: &Article) -> (&'static str, String) {
    let (now, newest) = (article.standing, &article.newest);
    let at = newest.publish_at.map_or_else(String::new, moment);
    match now.state {
        _ if now.withdrawn => ("ko", "Đã gỡ".to_owned()),
        State::Approved if now.scheduled => ("cho", format!("Hẹn đăng lúc {at}")),
        State::Approved => ("xong", format!("Đang đăng từ {at}")),
        State::Submitted if now.review == rules::Review::Waiting => {
            ("cho", format!("Chờ {} thẩm định", newest.review_agency))
        }
        State::Submitted => ("nua", "Chờ trưởng ban duyệt".to_owned()),
        State::Returned => ("canh", State::Returned.label().to_owned()),
        state => ("mien", state.label().to_owned()),
    }
}

/// Why the edition came back.
fn returned(steps: &[Step], newest: &Edition) -> String {
    if newest.state != State::Returned.code() {
        return String::new();
    }
    let back = [Deed::Return.code(), Deed::Object.code()];
    let last = steps.iter().find(|s| s.number == newest.number && back.contains(&s.step.as_str()));
    last.map_or_else(String::new, |step| step.note.clone())
}

fn file_row(file: &files::File) -> FileRow {
    let picture = file.kind == "picture";
    let size = vietnam::money::Dong((file.size_bytes + 1023) / 1024);
    FileRow {
        id: file.id.to_string(),
        picture,
        called: file.alt.clone(),
        told: if picture {
            format!("ảnh {} × {}, {size} KB", file.width, file.height)
        } else {
            format!("{}, {size} KB", file.name)
        },
        line: format!("![{}](/tin-tuc/tep/{})", file.alt.replace(['[', ']'], " "), file.id),
    }
}

fn step_row(step: &Step, who: &str) -> StepRow {
    let deed = Deed::ALL.into_iter().find(|deed| deed.code() == step.step);
    let role = BoardRole::from_code(&step.by_role).map_or("người thẩm định", BoardRole::label);
    StepRow {
        what: deed.map_or("", Deed::done),
        number: step.number,
        who: format!("{who} ({})", role.to_lowercase()),
        at: moment(step.at),
        note: step.note.clone(),
    }
}

/// `POST /bien-tap/{id}`: saves, and then submits or shows when asked to.
pub(super) async fn save(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    let id = id_of(&id)?;
    let mut article = seen(desk, id).await?;
    let kind = article.standing.kind;
    let version = version_of(fields);
    // A form that comes back keeps what it was made from: what others wrote since is not overwritten.
    article.document.version = version;
    let (text, mut errors) = typed::read(desk, kind, &article.newest, fields).await?;
    let submits = fields.get("viec") == "trinh";
    if submits {
        for (field, told) in acts::missing(kind, &text) {
            if !errors.iter().any(|error| error.field == field) {
                errors.push(FieldError::new(field, told));
            }
        }
    }
    if !errors.is_empty() {
        return page(desk, article, text, fields, errors).await;
    }
    let mut order = Order::plain(id, version, Deed::Write, "");
    order.text = Some(text.clone());
    let mut done = acts::act(&desk.app, &desk.actor, &order).await;
    if done.is_ok() && submits {
        article.document.version = version + 1;
        let order = Order::plain(id, version + 1, Deed::Submit, "");
        done = acts::act(&desk.app, &desk.actor, &order).await;
    }
    if let Err(Error::Refused { what, remedy }) = done {
        let errors = vec![FieldError::new("noi_dung", format!("{what}. {remedy}"))];
        return page(desk, article, text, fields, errors).await;
    }
    done?;
    Ok(match fields.get("viec") {
        "xem" => redirect_with(&format!("/bien-tap/{id}/xem"), "xong", "Đã lưu."),
        "trinh" => redirect_with("/bien-tap", "xong", "Đã trình bài để duyệt."),
        _ => redirect_with(&format!("/bien-tap/{id}"), "xong", "Đã lưu bản đang soạn."),
    })
}

/// `GET /bien-tap/{id}/xem`: the article as the public would read it.
pub(super) async fn preview(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let article = seen(&desk, id_of(&id)?).await?;
    let page = Page::public(&desk.app, title_of(&article.newest), "tin-tuc");
    let back = format!("/bien-tap/{}", article.document.id);
    let both = (&article.document, &article.newest);
    html(&show::view(&desk.app, page, both, "", back).await?)
}

/// `POST /bien-tap/{id}/lam/{viec}`: everything but writing.
pub(super) async fn deed(
    Path((id, slug)): Path<(String, String)>,
    form: SignedForm,
) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    let deed = Deed::from_slug(&slug).filter(|deed| *deed != Deed::Write).ok_or(Error::NotFound)?;
    let article = seen(desk, id_of(&id)?).await?;
    let mut errors = Vec::new();
    let reason = fields.get("ly_do");
    let at = format!("ly_do_{slug}");
    if deed.needs_reason() && reason.is_empty() {
        errors.push(FieldError::new(at.as_str(), "Ghi lý do; lý do được lưu cùng bài."));
    } else if reason.chars().count() > NOTE_MAX {
        errors
            .push(FieldError::new(at.as_str(), format!("Dài quá {NOTE_MAX} ký tự. Hãy rút gọn.")));
    }
    let mut order = Order::plain(article.document.id, version_of(fields), deed, reason);
    if deed == Deed::Publish {
        order.publish_at = read_hour(fields, &mut errors);
    }
    if deed == Deed::Withdraw {
        order.why = read_why(desk, &article, fields, &mut errors).await?;
    }
    let text = article.newest.clone();
    if !errors.is_empty() {
        return page(desk, article, text, fields, errors).await;
    }
    match acts::act(&desk.app, &desk.actor, &order).await {
        Err(Error::Refused { what, remedy }) => {
            let field = if deed == Deed::Publish { "ngay_dang" } else { at.as_str() };
            let errors = vec![FieldError::new(field, format!("{what}. {remedy}"))];
            page(desk, article, text, fields, errors).await
        }
        outcome => {
            outcome?;
            let told = format!("Đã ghi: {}.", deed.done().to_lowercase());
            Ok(redirect_with(&format!("/bien-tap/{id}"), "xong", &told))
        }
    }
}

/// The hour of a scheduled article; nothing typed means now.
fn read_hour(fields: &Fields, errors: &mut Vec<FieldError>) -> Option<DateTime<Utc>> {
    let (day, hour) = (fields.get("ngay_dang"), fields.get("gio_dang"));
    if fields.get("khi") != "hen" {
        // Who typed an hour does not mean now.
        if !day.is_empty() || !hour.is_empty() {
            let text = "Đã ghi ngày giờ nhưng chọn đăng ngay. Chọn hẹn giờ, hoặc xóa ngày giờ.";
            errors.push(FieldError::new("ngay_dang", text));
        }
        return None;
    }
    let Some(day) = read_day(day) else {
        errors.push(FieldError::new("ngay_dang", "Ghi ngày đăng, ví dụ 19/6/2020."));
        return None;
    };
    let plain = hour.replace("giờ", ":").replace(['h', 'g', '.'], ":").replace(' ', "");
    let plain = if plain.ends_with(':') { format!("{plain}00") } else { plain };
    let Ok(time) = NaiveTime::parse_from_str(&plain, "%H:%M") else {
        errors.push(FieldError::new("gio_dang", "Ghi giờ đăng từ 0:00 đến 23:59, ví dụ 17:30."));
        return None;
    };
    Some(day_begins(day) + (time - NaiveTime::MIN))
}

/// Why an article is taken down, and the article that holds its text now.
async fn read_why(
    desk: &Desk,
    article: &Article,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Option<(Why, Option<Uuid>)>, Error> {
    let Some(why) = Why::from_code(fields.get("vi_sao")) else {
        errors.push(FieldError::new("vi_sao", "Chọn vì sao gỡ."));
        return Ok(None);
    };
    if why != Why::Merged {
        return Ok(Some((why, None)));
    }
    // Pasted from the address bar, or the last part of it typed.
    let typed = fields.get("gop_vao");
    let slug = typed.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let (app, now) = (&desk.app, desk.app.clock.now());
    let found = public::by_slug(app.db.read(), desk.actor.scope.province(), now, slug).await?;
    match found {
        Some((other, _)) if other.id != article.document.id && other.withdrawn_at.is_none() => {
            Ok(Some((why, Some(other.id))))
        }
        _ => {
            let text =
                "Không thấy bài nào đang đăng ở địa chỉ này. Mở bài đó rồi chép địa chỉ vào đây.";
            errors.push(FieldError::new("gop_vao", text));
            Ok(None)
        }
    }
}
