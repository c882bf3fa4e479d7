//! What helps the portal spread: for search engines, for phones that share a link, for the wall of a
//! commune's house of culture.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::{place, policy, two_tiers, units_day};
use crate::areas::in_sentence;
use crate::portal::show;
use crate::web::{App, Error, Page, Visitor, html, public_base, qr};

/// `GET /robots.txt`: lists of names stay out of search engines; each such page says so, too.
pub async fn robots(State(app): State<App>, headers: HeaderMap) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /cong-khai/\nDisallow: /tra-cuu/\nDisallow: /dang-nhap\n\
         Disallow: /so-chi/\nDisallow: /nhung/\nSitemap: {}/sitemap.xml\n",
        public_base(&app, &headers)
    );
    show::for_a_minute(text.into_response())
}

/// `GET /sitemap.xml` (sitemaps.org): pages without names of people.
pub async fn sitemap(State(app): State<App>, headers: HeaderMap) -> Response {
    let base = public_base(&app, &headers);
    let fixed = [
        "/",
        "/chinh-sach",
        "/cong-khai",
        "/tra-cuu",
        "/tien-do",
        "/tim",
        "/ban-do",
        "/noi-chua-co-song",
        "/tin-tuc",
        "/kiem-chung",
        "/hoi-dap",
        "/du-lieu-mo",
        "/xac-minh",
        "/nhung",
        "/en",
    ];
    let mut paths: Vec<String> = fixed.map(str::to_owned).to_vec();
    paths.extend(policy::addresses(&app));
    let line =
        |path: &String| format!("<url><loc>{}</loc></url>\n", escaped(&format!("{base}{path}")));
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{}</urlset>\n",
        paths.iter().map(line).collect::<String>()
    );
    let kind = [(header::CONTENT_TYPE, "application/xml; charset=utf-8")];
    show::for_a_minute((kind, text).into_response())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[derive(Template)]
#[template(path = "portal/templates/poster.html")]
struct Poster {
    page: Page,
    commune: String,
    inside: String,
    district: String,
    slug: String,
    address: String,
    path: String,
    width: usize,
}

/// `GET /cong-khai/{xa}/to-dan`: a sheet of paper for the wall.
pub async fn poster(
    visitor: Visitor,
    Path(xa): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let place = place(&visitor.app, &xa).ok_or(Error::NotFound)?;
    let address = format!("{}/cong-khai/{}", public_base(&visitor.app, &headers), place.slug());
    let (path, width) =
        qr(&address).ok_or_else(|| Error::internal("portal.poster", "the address is too long"))?;
    let view = Poster {
        page: visitor.page(format!("{}: tờ dán", place.commune.full_name), "cong-khai"),
        slug: place.slug(),
        inside: in_sentence(&place.commune.full_name),
        commune: place.commune.full_name,
        district: place.district_name,
        address,
        path,
        width,
    };
    Ok(show::for_a_minute(html(&view)?))
}

#[derive(Template)]
#[template(path = "portal/templates/english.html")]
struct English {
    page: Page,
    province: String,
    communes: usize,
}

/// `GET /en`: who is responsible and how to reach them, in English (Nghị định 42/2022/NĐ-CP Điều 4
/// khoản 1 điểm e and Điều 7).
pub async fn english(visitor: Visitor) -> Result<Response, Error> {
    let app = &visitor.app;
    let tiers = if two_tiers(app) { 2 } else { 3 };
    let communes = app.areas.communes(&app.config.province, units_day(app, tiers)).len();
    let province = vietnam::text::title_case(&vietnam::text::fold(&app.config.province_name));
    let view =
        English { page: visitor.page("Emergency relief: who we are", "en"), province, communes };
    Ok(show::for_a_minute(html(&view)?))
}
