//! `/chi-dao/{id}/giao`: a task is given to units.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use vietnam::text::{clean, compare_vi};

use super::paper::{find, href};
use super::{at_field, read_dong, read_line, read_text, wanted_day};
use crate::areas::{UnitRow, tiers_on};
use crate::clock::new_id;
use crate::identity::Role;
use crate::steering::acts::{self, Target, Task};
use crate::steering::rules;
use crate::steering::types::{PaperKind, PaperRow};
use crate::web::{
    Choice, Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with, unprocessable,
};

/// Units of a district, or the districts themselves.
struct Group {
    label: String,
    units: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "steering/templates/give.html")]
struct GivePage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    paper: String,
    act: String,
    what: String,
    due: String,
    proof: bool,
    plan: bool,
    planned: String,
    source: String,
    /// "Tất cả 216 xã", or empty.
    all_communes: String,
    communes: bool,
    all_districts: String,
    districts: bool,
    groups: Vec<Group>,
    picked: bool,
    may_department: bool,
    departments: String,
}

fn group(label: &str, mut rows: Vec<UnitRow>, fields: &Fields) -> Group {
    rows.sort_by(|a, b| compare_vi(&a.full_name, &b.full_name));
    let choice = |row: UnitRow| Choice {
        chosen: fields.all("don_vi").any(|code| code == row.code),
        ..Choice::new(row.code, row.full_name, "")
    };
    Group { label: label.to_owned(), units: rows.into_iter().map(choice).collect() }
}

fn page(
    desk: &Desk,
    row: &PaperRow,
    act: String,
    (fields, errors): (&Fields, Vec<FieldError>),
) -> GivePage {
    let (areas, today) = (&desk.app.areas, desk.app.clock.today());
    let day = desk.app.catalogue.units_day(tiers_on(today), today);
    let (province, own) = (desk.actor.scope.province(), desk.actor.scope.district());
    let kind = PaperKind::from_code(&row.kind);
    let mut districts = areas.districts(province, day);
    districts.retain(|district| own.is_empty() || district.code == own);
    let mut groups: Vec<Group> = Vec::new();
    let mut all_districts = String::new();
    if own.is_empty() && !districts.is_empty() && kind != PaperKind::Coverage {
        all_districts = format!("Tất cả {} huyện", districts.len());
        groups.push(group("Các huyện", districts.clone(), fields));
    }
    if districts.is_empty() {
        groups.push(group("Các xã, phường", areas.communes_of(province, day), fields));
    }
    let of = |district: &UnitRow| {
        group(&district.full_name, areas.communes_of(&district.code, day), fields)
    };
    groups.extend(districts.iter().map(of));
    let communes = match own {
        "" => areas.communes(province, day).len(),
        own => areas.communes_of(own, day).len(),
    };
    let typed = |name: &str| fields.get(name).to_owned();
    GivePage {
        page: desk.page("Giao nhiệm vụ", "chi-dao"),
        errors,
        id: row.id.to_string(),
        paper: format!("{}: {}", row.number, row.title),
        act,
        what: typed("viec"),
        due: typed("han"),
        proof: fields.has("minh_chung"),
        plan: kind == PaperKind::Plan,
        planned: typed("kinh_phi"),
        source: typed("nguon"),
        all_communes: format!("Tất cả {communes} xã, phường, thị trấn"),
        communes: fields.has("tat_ca_xa"),
        all_districts,
        districts: fields.has("tat_ca_huyen"),
        picked: groups.iter().any(|group| group.units.iter().any(|unit| unit.chosen)),
        groups,
        may_department: desk.actor.role == Role::Province && kind != PaperKind::Coverage,
        departments: typed("so_nganh"),
    }
}

/// The paper, when the officer's unit issued it and it is in force.
async fn own_paper(desk: &Desk, id: &str) -> Result<PaperRow, Error> {
    desk.actor.require(&[Role::District, Role::Province], "giao nhiệm vụ")?;
    let row = find(desk, id).await?;
    if !rules::is_issuer(&desk.actor, &row.district_code) || !row.withdrawn_why.is_empty() {
        return Err(Error::refused(
            "Văn bản này do cấp khác ban hành hoặc đã thôi thực hiện",
            "Ghi văn bản của đơn vị mình rồi giao nhiệm vụ theo văn bản đó.",
        ));
    }
    Ok(row)
}

/// `GET /chi-dao/{id}/giao`
pub(super) async fn form(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let row = own_paper(&desk, &id).await?;
    let act = new_id(desk.app.clock.now())?.to_string();
    html(&page(&desk, &row, act, (&Fields::default(), vec![])))
}

/// `POST /chi-dao/{id}/giao`
pub(super) async fn send(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    let row = own_paper(desk, &id).await?;
    let act = fields.act_id()?;
    let mut errors = Vec::new();
    let what = read_text(fields, "viec", (5, "Ghi việc phải làm."), &mut errors);
    let due_on = wanted_day(fields, "han", &mut errors);
    let plan = PaperKind::from_code(&row.kind) == PaperKind::Plan;
    let planned_dong = if plan { read_dong(fields, "kinh_phi", &mut errors) } else { 0 };
    let needed = if planned_dong > 0 { 2 } else { 0 };
    let source = read_line(fields, "nguon", (needed, "Ghi nguồn của kinh phí này."), &mut errors);
    let again = |errors| unprocessable(&page(desk, &row, act.to_string(), (fields, errors)));
    let (Some(due_on), true) = (due_on, errors.is_empty()) else { return again(errors) };
    let proof = fields.has("minh_chung");
    let target = target(fields);
    let task = Task { act, paper: row.id, what, due_on, proof, planned_dong, source, target };
    match acts::give(&desk.app, &desk.actor, &task).await {
        Ok(units) => {
            Ok(redirect_with(&href(row.id), "xong", &format!("Đã giao cho {units} đơn vị.")))
        }
        Err(Error::Refused { what, remedy }) => {
            // A day or the units: the only two that the acts refuse.
            let field = if what.starts_with("Hạn") { "han" } else { "don_vi" };
            again(vec![at_field(field, &what, &remedy)])
        }
        Err(error) => Err(error),
    }
}

fn target(fields: &Fields) -> Target {
    let mut units: Vec<String> = fields.all("don_vi").map(str::to_owned).collect();
    units.sort();
    units.dedup();
    let mut departments: Vec<String> =
        fields.get("so_nganh").lines().map(clean).filter(|name| !name.is_empty()).collect();
    departments.sort();
    Target {
        communes: fields.has("tat_ca_xa"),
        districts: fields.has("tat_ca_huyen"),
        units,
        departments,
    }
}
