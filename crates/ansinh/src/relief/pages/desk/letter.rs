//! The letter that asks a person to bring papers.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use vietnam::date::vi_date;

use super::super::id_of;
use super::commune;
use super::pair::{is_mine, load};
use crate::relief::types::birth_text;
use crate::web::{Desk, Error, Page, html};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    dong: String,
}

#[derive(Template)]
#[template(path = "relief/templates/warning_letter.html")]
struct Letter {
    page: Page,
    id: String,
    commune: String,
    name: String,
    birth: String,
    hamlet: String,
    group: String,
    until: String,
    today: String,
}

/// `/canh-bao/{id}/giay-moi?dong=A`: for a row of the officer's own scope. It names no other row:
/// the person learns that papers are needed, not whom the machine took her for.
pub(super) async fn page(
    desk: Desk,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let pair = load(&desk, id_of(&id)?).await?;
    let side = if asked.dong == "B" { &pair.second } else { &pair.first };
    if !is_mine(&desk, side) {
        return Err(Error::NotFound);
    }
    let until = pair.warning.papers_due_on.filter(|_| pair.warning.state == "open");
    let Some(until) = until else {
        return Err(Error::refused(
            "Cảnh báo này chưa có yêu cầu giấy tờ",
            "Chọn “Chưa đủ căn cứ, cần giấy tờ” ở trang cảnh báo trước, rồi in giấy mời.",
        ));
    };
    html(&Letter {
        page: desk.page("Giấy đề nghị bổ sung giấy tờ", "canh-bao"),
        id,
        commune: commune(&desk, side),
        name: side.full_name.clone(),
        birth: birth_text(side.birth_year, side.birth_month, side.birth_day),
        hamlet: side.hamlet.clone(),
        group: desk.app.catalogue.group_name(&side.programme_code, &side.group_code),
        until: vi_date(until),
        today: vi_date(desk.app.clock.today()),
    })
}
