//! What a layout shows around a page, and the two ways to come to one: an officer's desk and a
//! visitor from the public.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Timelike, Utc};

use super::form::{Fields, encode};
use super::{App, Error, error, policy};
use crate::clock::local;
use crate::identity::{Actor, Kind, Role, cookie};

/// Cookie that carries one sentence over a redirect.
pub(super) const NOTICE_COOKIE: &str = "ansinh_bao";

/// An entry of the menu.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Compared with [`Page::current`].
    pub key: &'static str,
    /// Words on the screen.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
}

/// A sentence shown once after an act.
#[derive(Debug, Clone)]
pub struct Notice {
    /// `xong` or `canh`.
    pub kind: String,
    /// The sentence.
    pub text: String,
}

/// What is wrong with a field: shown at the field and in the summary that links to it.
#[derive(Debug, Clone)]
pub struct FieldError {
    /// The field's name and id.
    pub field: String,
    /// Where – what – what to do.
    pub message: String,
}

impl FieldError {
    /// An error at a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The first words of a text for a table, on one line.
pub fn excerpt(text: &str) -> String {
    const LENGTH: usize = 110;
    let line = vietnam::text::clean(text);
    if line.chars().count() <= LENGTH {
        return line;
    }
    let cut: String = line.chars().take(LENGTH).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut))
}

/// A choice of a select, of radios or of tick boxes.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// Words on the screen.
    pub label: String,
    /// A line under radios; may be empty.
    pub hint: &'static str,
    /// Picked already.
    pub chosen: bool,
}

impl Choice {
    /// A choice, picked when its value is `chosen`.
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: &str) -> Self {
        let value = value.into();
        Self { chosen: value == chosen, value, label: label.into(), hint: "" }
    }
}

/// What the layouts show around a page.
#[derive(Debug, Clone)]
pub struct Page {
    /// `<title>` and usually the heading.
    pub title: String,
    /// Key of the menu entry that is open.
    pub current: String,
    /// "An sinh Hà Tĩnh".
    pub product: String,
    /// "Huyện Hương Sơn · Xã Sơn Kim 1".
    pub unit_line: String,
    /// Whose account.
    pub user_line: String,
    /// Time, day, and what is left until the book closes.
    pub clock_line: String,
    /// Token for forms; empty on public pages.
    pub csrf: String,
    /// The menu.
    pub nav: Vec<NavItem>,
    /// Address of the stylesheet.
    pub css: String,
    /// Address of the script.
    pub js: String,
    /// A sentence shown once.
    pub notice: Option<Notice>,
    /// The data are made up.
    pub demo: bool,
    /// Telephone for help; may be empty.
    pub help_phone: String,
    /// "19/6/2020": a sheet of paper says of which day it is.
    pub day: String,
    /// Whole address of the picture for social networks; empty until the installation knows its own
    /// address (`public_url`).
    pub share_image: String,
}

const OFFICER_NAV: [NavItem; 13] = [
    NavItem { key: "viec", label: "Việc hôm nay", href: "/viec" },
    NavItem { key: "don-doc", label: "Đôn đốc", href: "/don-doc" },
    NavItem { key: "nhap-lieu", label: "Nhập liệu", href: "/nhap-lieu" },
    NavItem { key: "danh-sach", label: "Danh sách", href: "/danh-sach" },
    NavItem { key: "chi-tra", label: "Chi trả", href: "/chi-tra" },
    NavItem { key: "canh-bao", label: "Cảnh báo trùng", href: "/canh-bao" },
    NavItem { key: "quyet-dinh", label: "Quyết định", href: "/quyet-dinh" },
    NavItem { key: "bao-cao", label: "Báo cáo", href: "/bao-cao" },
    NavItem { key: "y-kien", label: "Ý kiến", href: "/y-kien" },
    NavItem { key: "chi-dao", label: "Chỉ đạo", href: "/chi-dao" },
    NavItem { key: "nhat-ky", label: "Nhật ký", href: "/nhat-ky" },
    NavItem { key: "bien-tap", label: "Biên tập", href: "/bien-tap" },
    NavItem { key: "cong-khai", label: "Trang công khai", href: "/" },
];

const PUBLIC_NAV: [NavItem; 8] = [
    NavItem { key: "trang-chu", label: "Trang chủ", href: "/" },
    NavItem { key: "chinh-sach", label: "Chính sách", href: "/chinh-sach" },
    NavItem { key: "cong-khai", label: "Danh sách công khai", href: "/cong-khai" },
    NavItem { key: "tra-cuu", label: "Tra cứu của tôi", href: "/tra-cuu" },
    NavItem { key: "hoi-dap", label: "Hỏi đáp", href: "/hoi-dap" },
    NavItem { key: "tin-tuc", label: "Tin tức", href: "/tin-tuc" },
    NavItem { key: "ban-do", label: "Bản đồ", href: "/ban-do" },
    NavItem { key: "xac-minh", label: "Xác minh sổ chi", href: "/xac-minh" },
];

impl Page {
    /// The surroundings of a public page.
    pub fn public(app: &App, title: &str, current: &str) -> Self {
        let (css, js) = error::asset_addresses();
        Self {
            title: title.to_owned(),
            current: current.to_owned(),
            product: format!("An sinh {}", app.config.province_name),
            unit_line: format!("UBND tỉnh {}", app.config.province_name),
            user_line: String::new(),
            clock_line: clock_line(app.clock.now(), app.duties.closing_minute(app.clock.today())),
            csrf: String::new(),
            nav: PUBLIC_NAV.to_vec(),
            css,
            js,
            notice: None,
            demo: app.config.demo,
            help_phone: app.config.help_phone.clone(),
            day: vietnam::date::vi_date(app.clock.today()),
            share_image: match app.config.public_url.trim_end_matches('/') {
                "" => String::new(),
                base => format!("{base}{}", super::assets::SHARE_CARD),
            },
        }
    }

    /// The surroundings of an officer's page.
    pub fn officer(app: &App, actor: &Actor, title: &str, current: &str) -> Self {
        let mut page = Self::public(app, title, current);
        page.nav = OFFICER_NAV.to_vec();
        // A commune chases nobody; it finds its own history from Việc hôm nay, its journal under its
        // account.
        let above = ["don-doc", "nhat-ky"];
        page.nav.retain(|item| !above.contains(&item.key) || actor.role != Role::Commune);
        // Who only reads owes nothing today: Đôn đốc is where she begins.
        page.nav.retain(|item| item.key != "viec" || actor.role != Role::Supervisor);
        page.nav.retain(|item| policy::in_menu(actor, item.href));
        page.unit_line = unit_line(app, actor);
        page.user_line = format!("{} ({})", actor.called(), actor.username);
        page.csrf.clone_from(&actor.csrf);
        page
    }
}

fn unit_line(app: &App, actor: &Actor) -> String {
    let today = app.clock.today();
    let district = app.areas.district_name(actor.scope.district(), today);
    if actor.kind == Kind::Supervisor {
        return actor.display_name.clone();
    }
    match actor.level() {
        Role::Province | Role::Supervisor => format!("Tỉnh {}", app.config.province_name),
        Role::District if district.is_empty() => actor.display_name.clone(),
        Role::District => district,
        Role::Commune if district.is_empty() => actor.display_name.clone(),
        Role::Commune => format!("{district} · {}", actor.display_name),
    }
}

/// "15 giờ 24, thứ Sáu 19/6/2020 · còn 2 giờ 06 phút đến giờ khóa sổ".
fn clock_line(now: DateTime<Utc>, closes: u32) -> String {
    let (day, time) = local(now);
    let minutes = time.hour() * 60 + time.minute();
    let left = if minutes < closes {
        let left = closes - minutes;
        format!("còn {} giờ {:02} phút đến giờ khóa sổ", left / 60, left % 60)
    } else {
        "đã khóa sổ hôm nay".to_owned()
    };
    format!(
        "{} giờ {:02}, {} {} · {left}",
        time.hour(),
        time.minute(),
        vietnam::date::vi_weekday(day),
        vietnam::date::vi_date(day)
    )
}

/// A signed-in officer, the application, and the notice she came with.
#[derive(Clone)]
pub struct Desk {
    /// The application.
    pub app: App,
    /// Who asks.
    pub actor: Actor,
    notice: Option<Notice>,
    /// The menu leads her to the newsroom.
    edits: bool,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Desk({})", self.actor.username)
    }
}

impl Desk {
    /// The desk of an officer without a request.
    pub(crate) fn of(app: &App, actor: &Actor) -> Self {
        Self { app: app.clone(), actor: actor.clone(), notice: None, edits: false }
    }

    /// The surroundings of a page with this title under this menu entry.
    pub fn page(&self, title: impl AsRef<str>, current: &str) -> Page {
        let mut page = Page::officer(&self.app, &self.actor, title.as_ref(), current);
        page.notice.clone_from(&self.notice);
        page.nav.retain(|item| item.key != "bien-tap" || self.edits);
        page
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let actor = Actor::from_request_parts(parts, app).await?;
        let edits = crate::newsroom::concerns(app, &actor).await?;
        Ok(Self { app: app.clone(), actor, notice: notice(&parts.headers), edits })
    }
}

/// Somebody from the public.
#[derive(Clone)]
pub struct Visitor {
    /// The application.
    pub app: App,
}

impl Visitor {
    /// The surroundings of a public page.
    pub fn page(&self, title: impl AsRef<str>, current: &str) -> Page {
        Page::public(&self.app, title.as_ref(), current)
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Error> {
        Ok(Self { app: app.clone() })
    }
}

fn notice(headers: &HeaderMap) -> Option<Notice> {
    let fields = Fields::parse(cookie(headers, NOTICE_COOKIE)?.as_bytes());
    let (kind, text) = fields.pairs().first()?.clone();
    Some(Notice { kind, text })
}

/// Renders a page.
///
/// # Errors
/// [`Error::Internal`] when the template fails.
pub fn html(template: &impl Template) -> Result<Response, Error> {
    let body = template.render().map_err(|error| Error::internal("template", error))?;
    Ok(Html(body).into_response())
}

/// The page of a form again, with what was wrong (422).
///
/// # Errors
/// As [`html`].
pub fn unprocessable(template: &impl Template) -> Result<Response, Error> {
    let mut response = html(template)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Answers "see other" after a form (RFC 9110 §15.4.4), so that reloading repeats nothing.
pub fn redirect(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(place) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, "/viec")]).into_response(),
    }
}

/// A redirect that shows one sentence on the next page. `kind` is `xong` or `canh`.
pub fn redirect_with(to: &str, kind: &str, text: &str) -> Response {
    let mut response = redirect(to);
    let value = format!(
        "{NOTICE_COOKIE}={kind}={}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax",
        encode(text)
    );
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_line_is_local_and_counts_down_to_half_past_five() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        assert_eq!(
            clock_line(at("2020-06-19T15:24:00+07:00"), 1050),
            "15 giờ 24, thứ Sáu 19/6/2020 · còn 2 giờ 06 phút đến giờ khóa sổ"
        );
        assert!(clock_line(at("2020-06-19T17:30:00+07:00"), 1050).ends_with("đã khóa sổ hôm nay"));
    }
}
