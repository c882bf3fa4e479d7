//! Approved entitlements as a table to keep.

use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::NaiveDate;
use sheets::{Column, ColumnKind};
use uuid::Uuid;

use super::pages::{Asked, id_text, sees_ids, unit_day};
use super::store::{ClaimFilter, claims_page};
use super::types::Claim;
use crate::audit::About;
use crate::database::Tx;
use crate::identity::Role;
use crate::web::export::{Format, Note, Part, READ_ROWS, Sheet, Source, Value, column, export};
use crate::web::{Desk, Error, redirect};

/// Rows of a filter in the order of the lists. Whole identity numbers for the commune alone.
pub(in crate::relief) struct ClaimRows {
    desk: Desk,
    filter: ClaimFilter,
    /// The units of this day are meant.
    day: NaiveDate,
    after: Option<Uuid>,
    number: i64,
}

impl ClaimRows {
    pub(in crate::relief) fn new(desk: &Desk, filter: ClaimFilter, day: NaiveDate) -> Self {
        Self { desk: desk.clone(), filter, day, after: None, number: 0 }
    }

    fn row(&mut self, claim: &Claim) -> Vec<Value> {
        self.number += 1;
        let app = &self.desk.app;
        let whole = sees_ids(&self.desk.actor);
        vec![
            Value::Whole(self.number),
            Value::text(&claim.full_name),
            Value::whole(claim.birth_year),
            Value::Text(id_text(claim.id_number.as_deref(), whole)),
            Value::text(&claim.hamlet),
            Value::Text(app.areas.commune_name(&claim.commune_code, self.day)),
            Value::Text(app.areas.district_name(&claim.district_code, self.day)),
            Value::Text(app.catalogue.group_name(&claim.programme_code, &claim.group_code)),
            Value::text(&claim.decision_number),
            Value::Day(claim.decided_on),
            Value::Whole(claim.people.into()),
            Value::Whole(claim.months.into()),
            Value::Whole(claim.monthly_dong),
            Value::Whole(claim.amount_dong),
            Value::Whole(claim.paid_dong),
            Value::text(claim.status().label()),
            Value::text(app.catalogue.reasons().label(&claim.reason_code)),
            Value::day(claim.last_day),
        ]
    }
}

impl Source for ClaimRows {
    async fn next(&mut self, snapshot: &Tx) -> Result<Part, Error> {
        let scope = &self.desk.actor.scope;
        let found = claims_page(snapshot, scope, &self.filter, self.after, READ_ROWS).await?;
        self.after = found.last().map(|claim| claim.id);
        let whole = sees_ids(&self.desk.actor);
        let seen = found
            .iter()
            .filter(|claim| whole && claim.id_number.is_some())
            .map(|claim| About { commune_code: claim.commune_code.clone(), entry: claim.entry_id })
            .collect();
        Ok(Part {
            last: (found.len() as u64) < READ_ROWS,
            seen,
            rows: found.iter().map(|claim| self.row(claim)).collect(),
        })
    }
}

/// Columns of [`ClaimRows`].
pub(in crate::relief) fn claim_columns() -> Vec<Column> {
    use ColumnKind::{Date, Money, Number, Text};
    vec![
        column("STT", 7.0, Number),
        column("Họ và tên", 26.0, Text),
        column("Năm sinh", 9.0, Number),
        column("Số giấy tờ", 15.0, Text),
        column("Thôn, khối", 18.0, Text),
        column("Xã, phường", 22.0, Text),
        column("Huyện", 22.0, Text),
        column("Nhóm", 28.0, Text),
        column("Quyết định", 18.0, Text),
        column("Ngày quyết định", 12.0, Date),
        column("Số khẩu", 8.0, Number),
        column("Số tháng, ngày, lần", 8.0, Number),
        column("Mức (đồng)", 14.0, Money),
        column("Số tiền (đồng)", 14.0, Money),
        column("Đã chi (đồng)", 14.0, Money),
        column("Tình trạng", 16.0, Text),
        column("Lý do", 30.0, Text),
        column("Ngày ghi gần nhất", 12.0, Date),
    ]
}

/// `GET /chi-tra/tep/{name}`: the list to pay from, `chi-tra.csv` or `chi-tra.xlsx`.
pub(super) async fn file(
    desk: Desk,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let format = Format::of(&name, "chi-tra")?;
    let filter = asked.filter(&desk);
    if desk.actor.role != Role::Commune && filter.place.commune.is_empty() {
        // Above the commune one reads, as on the page: a commune must be named.
        return Ok(redirect("/bao-cao"));
    }
    let day = unit_day(&desk.app, desk.actor.tiers);
    let known = desk.app.areas.unit(3, &filter.place.commune, day).ok_or(Error::NotFound)?;
    let sheet = Sheet {
        file: format!("chi-tra-{}-{}", known.code, desk.app.clock.today()),
        tab: "Chi trả",
        columns: claim_columns(),
    };
    let note = Note { table: "chi-tra", filter: asked.filter_text() };
    export(&desk, sheet, format, note, ClaimRows::new(&desk, filter, day)).await
}
