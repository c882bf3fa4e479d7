//! `/chi-dao/viec/{id}`: one task of one unit, what was done, and what the officer can do now.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::list::issuer;
use super::{ACCEPT, id_of, sent_file, unit_of};
use crate::clock::{moment, new_id};
use crate::identity::account_names;
use crate::steering::rules::{self, Deed};
use crate::steering::store::{duties, files, places, steps};
use crate::steering::types::{Duty, LACKS, PaperKind, Place, lack_label};
use crate::web::{App, Choice, Desk, Error, FieldError, Fields, Page, html};

pub(super) struct StepRow {
    pub what: &'static str,
    pub words: String,
    pub who: String,
    pub when: String,
    /// Address and name of its file.
    pub file: Option<(String, String)>,
}

/// A place in the list of a review.
struct PlaceRow {
    id: String,
    hamlet: String,
    households: i32,
    people: i32,
    lack: &'static str,
    mark: &'static str,
    status: String,
    version: i32,
    droppable: bool,
}

/// What the officer can do.
#[derive(Default)]
struct Open {
    take: bool,
    report: bool,
    ask: bool,
    answer: bool,
    confirm: bool,
    place: bool,
}

#[derive(Template)]
#[template(path = "steering/templates/one.html")]
struct DutyPage {
    page: Page,
    errors: Vec<FieldError>,
    fields: Fields,
    id: String,
    paper_id: String,
    paper: String,
    issuer: String,
    what: String,
    unit: String,
    due: String,
    wanted: String,
    mark: &'static str,
    status: String,
    proof: bool,
    plan: bool,
    money: String,
    coverage: bool,
    places: Vec<PlaceRow>,
    lacks: Vec<Choice>,
    steps: Vec<StepRow>,
    open: Open,
    act: String,
    version: i32,
    accept: &'static str,
}

impl DutyPage {
    fn typed(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// The part of the page with this field stands open.
    fn wrong(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field == field)
    }

    fn ticked(&self, name: &str) -> bool {
        self.fields.has(name)
    }
}

/// The task of an address, inside the scope.
pub(super) async fn find(desk: &Desk, id: &str) -> Result<Duty, Error> {
    let found = duties::duty(desk.app.db.read(), &desk.actor.scope, id_of(id)?).await?;
    found.ok_or(Error::NotFound)
}

/// `GET /chi-dao/viec/{id}`
pub(super) async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let duty = find(&desk, &id).await?;
    html(&page(&desk, &duty, Fields::default(), vec![]).await?)
}

/// The page, after a refused form with what was typed.
pub(super) async fn page(
    desk: &Desk,
    duty: &Duty,
    fields: Fields,
    errors: Vec<FieldError>,
) -> Result<impl Template, Error> {
    let (app, actor, conn) = (&desk.app, &desk.actor, desk.app.db.read());
    let today = app.clock.today();
    let (mark, status) = rules::status(duty, today);
    let coverage = duty.kind() == PaperKind::Coverage;
    let listed = match coverage {
        true => places::of_duty(conn, &actor.scope, duty.id).await?,
        false => vec![],
    };
    let may = |deed: &Deed| rules::may(actor, duty, deed);
    let open = Open {
        take: may(&Deed::Take),
        report: may(&Deed::Report { spent: 0 }),
        ask: may(&Deed::Ask(today)),
        answer: may(&Deed::Grant),
        confirm: may(&Deed::Accept),
        place: coverage && may(&Deed::Report { spent: 0 }),
    };
    let row = |place: &Place| place_row(desk, place, open.place);
    // A form that came back keeps its id: what was sent before is known by it.
    let act = match fields.act_id() {
        Ok(known) => known,
        Err(_) => new_id(app.clock.now())?,
    };
    let lack = fields.get("thieu").to_owned();
    Ok(DutyPage {
        page: desk.page(&duty.what, "chi-dao"),
        errors,
        id: duty.id.to_string(),
        paper_id: duty.paper_id.to_string(),
        paper: duty.number.clone(),
        issuer: issuer(app, &duty.issuer),
        what: duty.what.clone(),
        unit: unit_of(app, duty),
        due: vi_date(duty.due_on),
        wanted: duty.wanted_on.map_or_else(String::new, vi_date),
        mark,
        status,
        proof: duty.proof,
        plan: duty.kind() == PaperKind::Plan && duty.planned_dong > 0,
        money: money(duty),
        coverage,
        places: listed.iter().map(row).collect(),
        lacks: LACKS.into_iter().map(|(code, label)| Choice::new(code, label, &lack)).collect(),
        steps: step_rows(app, actor.scope.province(), duty.id, "/chi-dao/viec").await?,
        open,
        act: act.to_string(),
        version: duty.steps,
        accept: ACCEPT,
        fields,
    })
}

fn money(duty: &Duty) -> String {
    if duty.planned_dong == 0 {
        return String::new();
    }
    let (planned, spent) = (Dong(duty.planned_dong), Dong(duty.spent_dong));
    let left = Dong(duty.planned_dong - duty.spent_dong).with_unit();
    format!("{} từ {}; đã chi {}, còn {left}", planned.with_unit(), duty.source, spent.with_unit())
}

fn place_row(desk: &Desk, place: &Place, open: bool) -> PlaceRow {
    let (mark, status) = rules::place_status(place, desk.app.clock.today());
    PlaceRow {
        id: place.id.to_string(),
        hamlet: place.hamlet.clone(),
        households: place.households,
        people: place.people,
        lack: lack_label(&place.lack),
        mark,
        status,
        version: place.steps,
        droppable: open && rules::may_place(&desk.actor, place, &rules::PlaceDeed::Drop),
    }
}

/// What was done about a task or a place, the oldest first.
pub(super) async fn step_rows(
    app: &App,
    province: &str,
    subject: Uuid,
    room: &str,
) -> Result<Vec<StepRow>, Error> {
    let conn = app.db.read();
    let found = steps::steps(conn, province, subject).await?;
    let kept = files::of(conn, province, subject).await?;
    let who: Vec<Uuid> = found.iter().map(|step| step.by_account).collect();
    let names = account_names(conn, &who).await?;
    let row = |step: crate::steering::types::Step| StepRow {
        what: rules::step_label(&step.kind),
        who: names.get(&step.by_account).map_or_else(String::new, |(name, _)| name.clone()),
        when: moment(step.done_at),
        file: kept
            .iter()
            .find(|file| file.step_id == Some(step.id))
            .map(|file| (format!("{room}/{subject}/tep/{}", file.id), file.name.clone())),
        words: step.words,
    };
    Ok(found.into_iter().map(row).collect())
}

/// `GET /chi-dao/viec/{id}/tep/{tep}`
pub(super) async fn file(
    desk: Desk,
    Path((id, tep)): Path<(String, String)>,
) -> Result<Response, Error> {
    let duty = find(&desk, &id).await?;
    let province = desk.actor.scope.province();
    let found = files::content(desk.app.db.read(), province, duty.id, id_of(&tep)?).await?;
    Ok(sent_file(found.ok_or(Error::NotFound)?))
}
