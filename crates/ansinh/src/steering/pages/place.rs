//! `/phu-song/noi/{id}`: one place without internet and what is done about it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use vietnam::money::Dong;

use super::cover::commune;
use super::one::{StepRow, step_rows};
use super::{at_field, id_of, read_line, read_text, wanted_day};
use crate::clock::new_id;
use crate::steering::places::{self, PlaceOrder};
use crate::steering::rules::{self, PlaceDeed};
use crate::steering::store::places::place;
use crate::steering::types::{Place, lack_label};
use crate::web::{
    Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with, unprocessable,
};

#[derive(Template)]
#[template(path = "steering/templates/place.html")]
struct PlacePage {
    page: Page,
    errors: Vec<FieldError>,
    fields: Fields,
    id: String,
    hamlet: String,
    commune: String,
    mark: &'static str,
    status: String,
    size: String,
    lack: &'static str,
    has_now: String,
    proposal: String,
    steps: Vec<StepRow>,
    act: String,
    version: i32,
    may_confirm: bool,
    may_send: bool,
    may_done: bool,
    may_no: bool,
}

impl PlacePage {
    fn typed(&self, name: &str) -> &str {
        self.fields.get(name)
    }
}

async fn find(desk: &Desk, id: &str) -> Result<Place, Error> {
    let found = place(desk.app.db.read(), &desk.actor.scope, id_of(id)?).await?;
    found.ok_or(Error::NotFound)
}

/// `GET /phu-song/noi/{id}`
pub(super) async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let place = find(&desk, &id).await?;
    html(&page(&desk, &place, Fields::default(), vec![]).await?)
}

async fn page(
    desk: &Desk,
    place: &Place,
    fields: Fields,
    errors: Vec<FieldError>,
) -> Result<PlacePage, Error> {
    let (app, actor) = (&desk.app, &desk.actor);
    let today = app.clock.today();
    let (mark, status) = rules::place_status(place, today);
    let may = |deed: &PlaceDeed| rules::may_place(actor, place, deed);
    let size = match place.households {
        0 => format!("{} người", Dong(place.people.into())),
        households => {
            format!("{} hộ, {} người", Dong(households.into()), Dong(place.people.into()))
        }
    };
    Ok(PlacePage {
        page: desk.page(&place.hamlet, "chi-dao"),
        errors,
        fields,
        id: place.id.to_string(),
        hamlet: place.hamlet.clone(),
        commune: commune(app, place),
        mark,
        status,
        size,
        lack: lack_label(&place.lack),
        has_now: place.has_now.clone(),
        proposal: place.proposal.clone(),
        steps: step_rows(app, actor.scope.province(), place.id, "/phu-song/noi").await?,
        act: new_id(app.clock.now())?.to_string(),
        version: place.steps,
        may_confirm: may(&PlaceDeed::Confirm),
        may_send: may(&PlaceDeed::Send(String::new(), today)),
        may_done: may(&PlaceDeed::Done),
        may_no: may(&PlaceDeed::No),
    })
}

/// `POST /phu-song/noi/{id}/{viec}`
pub(super) async fn act(
    Path((id, viec)): Path<(String, String)>,
    form: SignedForm,
) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    let place = find(desk, &id).await?;
    let mut errors = Vec::new();
    let mut words = String::new();
    let (deed, field, done) = match viec.as_str() {
        "bo" => (PlaceDeed::Drop, "", "Đã bỏ khỏi danh sách."),
        "xac-nhan" => (PlaceDeed::Confirm, "", "Đã xác nhận."),
        "gui" => {
            let missing = (2, "Ghi tên nhà mạng.");
            let operator = read_line(fields, "nha_mang", missing, &mut errors);
            let due = wanted_day(fields, "han", &mut errors).unwrap_or_default();
            (PlaceDeed::Send(operator, due), "han", "Đã ghi gửi nhà mạng.")
        }
        "co-song" => {
            words = read_text(fields, "cach", (3, "Ghi đã làm gì, ai đã thử."), &mut errors);
            (PlaceDeed::Done, "cach", "Đã ghi có sóng.")
        }
        "chua-duoc" => {
            words = read_text(fields, "tra_loi", (3, "Ghi nhà mạng trả lời gì."), &mut errors);
            (PlaceDeed::No, "tra_loi", "Đã ghi trả lời của nhà mạng.")
        }
        _ => return Err(Error::NotFound),
    };
    if !errors.is_empty() {
        return unprocessable(&page(desk, &place, fields.clone(), errors).await?);
    }
    let act = fields.act_id()?;
    let version = fields.get("phien_ban").parse().unwrap_or(-1);
    let dropped = deed == PlaceDeed::Drop;
    let order = PlaceOrder { act, place: place.id, version, deed, words };
    match places::act(&desk.app, &desk.actor, &order).await {
        Err(Error::Refused { what, remedy }) if !field.is_empty() => {
            let now = find(desk, &id).await?;
            let errors = vec![at_field(field, &what, &remedy)];
            unprocessable(&page(desk, &now, fields.clone(), errors).await?)
        }
        Err(error) => Err(error),
        Ok(()) if dropped => {
            Ok(redirect_with(&format!("/chi-dao/viec/{}#ds-noi", place.duty_id), "xong", done))
        }
        Ok(()) => Ok(redirect_with(&format!("/phu-song/noi/{}", place.id), "xong", done)),
    }
}
