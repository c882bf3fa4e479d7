//! Parts of the portal inside other portals (document 004: shown on the province's own site): small
//! pages that others may frame, and links where no frame is wanted. They hold no name of a person.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{place, policy, two_tiers};
use crate::clock::local;
use crate::portal::memory::{Memory, Totals};
use crate::portal::show;
use crate::relief::GroupProgress;
use crate::web::{Error, Page, Visitor, html, public_base};

#[derive(Template)]
#[template(path = "portal/templates/frame_lookup.html")]
struct Lookup {
    page: Page,
}

#[derive(Template)]
#[template(path = "portal/templates/frame_progress.html")]
struct Progress {
    page: Page,
    place: String,
    href: String,
    figures: Figures,
}

/// How far a place is.
struct Figures {
    finding: String,
    approved: (String, String),
    paid: (String, String),
    at: String,
}

fn figures(totals: &Totals, wanted: impl Fn(&GroupProgress) -> bool) -> Figures {
    let lines = totals.progress.approved.iter().filter(|line| wanted(line));
    let (people, dong, paid, paid_dong) = lines.fold((0, 0, 0, 0), |sum, line| {
        (sum.0 + line.people, sum.1 + line.dong, sum.2 + line.paid_people, sum.3 + line.paid_dong)
    });
    let (day, time) = local(totals.at);
    Figures {
        finding: match people {
            0 => "chưa có ai được duyệt".to_owned(),
            _ => format!("đã chi cho {} số người được duyệt", show::percent(paid, people)),
        },
        approved: (show::number(people), show::money(dong)),
        paid: (show::number(paid), show::money(paid_dong)),
        at: format!("{} ngày {}", time.format("%-H giờ %M"), vietnam::date::vi_date(day)),
    }
}

/// Communes of the two tiers have no district.
fn of_era(line: &GroupProgress, tiers: i16) -> bool {
    line.district_code.is_empty() == (tiers == 2)
}

#[derive(Template)]
#[template(path = "portal/templates/frame_policy.html")]
struct Policy {
    page: Page,
    offer: policy::Offer,
}

/// `GET /nhung/tra-cuu`
pub async fn lookup(visitor: Visitor) -> Result<Response, Error> {
    let page = visitor.page("Tra cứu khoản hỗ trợ của tôi", "nhung");
    Ok(show::for_a_minute(html(&Lookup { page })?))
}

/// `GET /nhung/tien-do`: the province.
pub async fn province(
    visitor: Visitor,
    Extension(memory): Extension<Arc<Memory>>,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let totals = memory.totals(app).await?;
    let view = Progress {
        page: visitor.page("Tiến độ hỗ trợ của tỉnh", "nhung"),
        place: format!("Tỉnh {}", app.config.province_name),
        href: "/".to_owned(),
        figures: figures(&totals, |line| of_era(line, if two_tiers(app) { 2 } else { 3 })),
    };
    Ok(show::for_a_minute(html(&view)?))
}

/// `GET /nhung/tien-do/{xa}`: one commune.
pub async fn commune(
    visitor: Visitor,
    Path(xa): Path<String>,
    Extension(memory): Extension<Arc<Memory>>,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let place = place(app, &xa).ok_or(Error::NotFound)?;
    let totals = memory.totals(app).await?;
    let view = Progress {
        page: visitor.page(format!("{}: tiến độ hỗ trợ", place.commune.full_name), "nhung"),
        href: format!("/cong-khai/{}", place.slug()),
        figures: figures(&totals, |line| {
            of_era(line, place.key.tiers) && line.commune_code == place.key.commune
        }),
        place: place.commune.full_name,
    };
    Ok(show::for_a_minute(html(&view)?))
}

/// `GET /nhung/chinh-sach/{ma}`: what a group receives.
pub async fn policy(visitor: Visitor, Path(ma): Path<String>) -> Result<Response, Error> {
    let offer = policy::offer_of(&visitor.app, &ma).ok_or(Error::NotFound)?;
    let page = visitor.page(&offer.name, "nhung");
    Ok(show::for_a_minute(html(&Policy { page, offer })?))
}

/// A part to take.
struct Part {
    id: &'static str,
    name: &'static str,
    about: &'static str,
    /// Its page.
    path: String,
    /// Height of the frame that shows all of it on a telephone, in pixels.
    height: u32,
    /// Where the link leads that needs no frame.
    link: String,
}

#[derive(Template)]
#[template(path = "portal/templates/frames.html")]
struct Snippets {
    page: Page,
    parts: Vec<Part>,
    base: String,
}

/// `GET /nhung`: what the webmaster of another portal takes.
pub async fn snippets(visitor: Visitor, headers: HeaderMap) -> Result<Response, Error> {
    let app = &visitor.app;
    let tiers = if two_tiers(app) { 2 } else { 3 };
    let day = app.catalogue.units_day(tiers, app.clock.today());
    let communes = app.areas.communes(&app.config.province, day);
    let first = communes.first().map_or_else(String::new, |unit| super::slug(&unit.code, tiers));
    let policy = policy::addresses(app).into_iter().next().unwrap_or_default();
    let part = |id, name, about, path: String, height, link: String| Part {
        id,
        name,
        about,
        path,
        height,
        link,
    };
    let view = Snippets {
        page: visitor.page("Đưa một phần của trang này sang cổng khác", "nhung"),
        parts: vec![
            part(
                "tra-cuu",
                "Ô tra cứu",
                "Người dân gõ số giấy tờ và ngày sinh; kết quả mở ở trang này, không ở cổng đặt ô.",
                "/nhung/tra-cuu".to_owned(),
                380,
                "/tra-cuu".to_owned(),
            ),
            part(
                "tien-do",
                "Tiến độ của tỉnh",
                "Số người, số tiền được duyệt và đã chi, tự cập nhật.",
                "/nhung/tien-do".to_owned(),
                250,
                "/".to_owned(),
            ),
            part(
                "tien-do-xa",
                "Tiến độ của một xã",
                "Thay mã xã trong địa chỉ bằng mã của xã mình.",
                format!("/nhung/tien-do/{first}"),
                250,
                format!("/cong-khai/{first}"),
            ),
            part(
                "ban-do",
                "Bản đồ tiến độ",
                "Thêm ?huyen=mã huyện vào địa chỉ để có bản đồ các xã của một huyện.",
                "/nhung/ban-do".to_owned(),
                640,
                "/ban-do".to_owned(),
            ),
            part(
                "chinh-sach",
                "Thẻ chính sách",
                "Một nhóm đối tượng được gì; thay mã nhóm trong địa chỉ.",
                format!("/nhung{policy}"),
                260,
                policy,
            ),
        ],
        base: public_base(app, &headers),
    };
    Ok(show::for_a_minute(html(&view)?))
}
