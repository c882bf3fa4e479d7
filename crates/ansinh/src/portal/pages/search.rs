//! `/tim`: one box for policies, places, news, corrections and answers, typed with or without diacritics.
//! Names of people are not searched here: they stand in the list of a commune.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use vietnam::text::{compare_vi, fold};

use super::policy::offers_today;
use super::{slug, two_tiers, units_day};
use crate::portal::show;
use crate::web::{App, Error, Page, Visitor, encode, excerpt, html, redirect};
use crate::{feedback, newsroom};

/// Most hits of one kind.
const HITS_MAX: usize = 20;
/// Words that count.
const WORDS_MAX: usize = 8;
/// As many digits in a row are somebody's number.
const NUMBER_DIGITS: usize = 9;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::portal) struct Asked {
    q: String,
    so: String,
}

/// Something found.
struct Hit {
    href: String,
    title: String,
    more: String,
}

/// Hits of one kind.
struct Shelf {
    title: &'static str,
    hits: Vec<Hit>,
}

#[derive(Template)]
#[template(path = "portal/templates/search.html")]
struct SearchPage {
    page: Page,
    heading: String,
    query: String,
    asked: bool,
    number: bool,
    shelves: Vec<Shelf>,
}

/// `GET /tim?q=`
pub(in crate::portal) async fn show(
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    // Somebody's number does not stay in the address bar, and nothing is looked for by it.
    if asked.q.chars().filter(char::is_ascii_digit).count() >= NUMBER_DIGITS {
        return Ok(redirect("/tim?so=1").into_response());
    }
    let app = &visitor.app;
    let query: String = asked.q.chars().take(100).collect();
    let words: Vec<String> =
        fold(&query).split_whitespace().take(WORDS_MAX).map(str::to_owned).collect();
    let mut shelves = Vec::new();
    if !words.is_empty() {
        shelves.push(Shelf { title: "Trang của cổng này", hits: pages(&words) });
        shelves.push(Shelf { title: "Chính sách", hits: policies(app, &words) });
        shelves.push(Shelf { title: "Xã, phường, thị trấn", hits: communes(app, &words) });
        shelves.push(Shelf { title: "Tin tức, kiểm chứng", hits: news(app, &query).await? });
        shelves.push(Shelf { title: "Hỏi đáp", hits: answers(app, &words).await? });
    }
    shelves.retain(|shelf| !shelf.hits.is_empty());
    let hits: usize = shelves.iter().map(|shelf| shelf.hits.len()).sum();
    let view = SearchPage {
        page: visitor.page("Tìm trên cổng", "tim"),
        heading: match (words.is_empty(), hits) {
            (true, _) => "Tìm trên cổng".to_owned(),
            (false, 0) => format!("Không thấy gì về “{query}”"),
            (false, hits) => format!("{hits} kết quả cho “{query}”"),
        },
        asked: !words.is_empty(),
        number: asked.so == "1",
        query,
        shelves,
    };
    Ok(show::for_a_minute(html(&view)?))
}

fn fits(text: &str, words: &[String]) -> bool {
    let key = fold(text);
    words.iter().all(|word| key.contains(word.as_str()))
}

/// Pages with a fixed address: their title, and words by which people ask for them.
const PAGES: [(&str, &str, &str); 12] = [
    ("/tra-cuu", "Tra cứu khoản hỗ trợ của tôi", "kết quả, tôi được bao nhiêu, bao giờ có tiền"),
    ("/cong-khai", "Danh sách công khai của xã", "tên tôi, danh sách người được hỗ trợ"),
    ("/chinh-sach", "Ai được hỗ trợ, bao nhiêu", "điều kiện, mức hỗ trợ, giấy tờ"),
    ("/tien-do", "Tiến độ hỗ trợ", "đã chi bao nhiêu tiền, nguồn kinh phí, biểu đồ"),
    ("/ban-do", "Bản đồ chi trả", "huyện, xã nào đã chi"),
    ("/hoi-dap", "Hỏi đáp, phản ánh, khiếu nại", "gửi câu hỏi, tố cáo sai sót, mã tra cứu"),
    ("/tin-tuc", "Tin tức, thông báo, hướng dẫn", "tin mới"),
    ("/kiem-chung", "Tin giả và sự thật", "tin đồn, đính chính"),
    ("/noi-chua-co-song", "Nơi chưa có sóng, chưa có Internet", "sóng điện thoại, mạng, phủ sóng"),
    ("/xac-minh", "Xác minh sổ chi", "phiếu chi, mã vuông, kiểm tra khoản đã nhận"),
    ("/du-lieu-mo", "Dữ liệu mở", "tải số liệu, CSV, JSON, API"),
    ("/nhung", "Đưa vào cổng khác", "nhúng, iframe, cổng thông tin"),
];

fn pages(words: &[String]) -> Vec<Hit> {
    let hit = |(href, title, about): &(&str, &str, &str)| {
        fits(&format!("{title} {about}"), words).then(|| Hit {
            href: (*href).to_owned(),
            title: (*title).to_owned(),
            more: String::new(),
        })
    };
    PAGES.iter().filter_map(hit).collect()
}

fn policies(app: &App, words: &[String]) -> Vec<Hit> {
    offers_today(app)
        .into_iter()
        .filter(|offer| fits(&format!("{} {}", offer.name, offer.condition), words))
        .map(|offer| Hit { href: offer.href, title: offer.name, more: offer.rate })
        .take(HITS_MAX)
        .collect()
}

fn communes(app: &App, words: &[String]) -> Vec<Hit> {
    let tiers = if two_tiers(app) { 2 } else { 3 };
    let day = units_day(app, tiers);
    let mut found = app.areas.communes(&app.config.province, day);
    found.retain(|commune| fits(&commune.full_name, words));
    found.sort_by(|a, b| compare_vi(&a.full_name, &b.full_name));
    found
        .into_iter()
        .take(HITS_MAX)
        .map(|commune| Hit {
            href: format!("/cong-khai/{}", slug(&commune.code, tiers)),
            more: app.areas.district_name(&commune.parent_code, day),
            title: commune.full_name,
        })
        .collect()
}

async fn news(app: &App, query: &str) -> Result<Vec<Hit>, Error> {
    let found = newsroom::search(app, query, HITS_MAX as u64).await?;
    let hit = |item: newsroom::FrontItem| {
        let more = match item.label.1 {
            "" => item.day,
            label => format!("{label}, {}", item.day),
        };
        Hit { href: item.href, title: item.title, more }
    };
    Ok(found.into_iter().map(hit).collect())
}

async fn answers(app: &App, words: &[String]) -> Result<Vec<Hit>, Error> {
    let (conn, province) = (app.db.read(), &app.config.province);
    let found = feedback::published_answers(conn, province, words, HITS_MAX as u64).await?;
    // The list of answers shows one by its own words.
    let own = |question: &str| question.chars().take(60).collect::<String>();
    let hit = |(question, answer): (String, String)| Hit {
        href: format!("/hoi-dap?q={}", encode(&whole_words(&own(&question)))),
        title: question,
        more: excerpt(&answer),
    };
    Ok(found.into_iter().map(hit).collect())
}

/// A cut text without its last, perhaps broken word.
fn whole_words(cut: &str) -> String {
    match cut.rsplit_once(' ') {
        Some((whole, _)) if cut.chars().count() >= 60 => whole.to_owned(),
        _ => cut.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        fold(text).split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_word_is_found_with_and_without_marks_and_in_any_order() {
        for typed in ["tra cứu", "tra cuu", "CỨU TRA", "bao giờ có tiền"] {
            let hits = pages(&words(typed));
            assert!(hits.iter().any(|hit| hit.href == "/tra-cuu"), "{typed}");
        }
        assert!(pages(&words("không có gì như thế")).is_empty());
    }
}
