//! What officers do with submissions: each act once by its form's id, each on the version that was
//! seen, each on record in its own transaction.

use serde_json::json;
use uuid::Uuid;

use super::rules::{self, Change, Deed};
use super::store::{cases, published, terms};
use super::types::{Case, Kind, State, Step, Term};
use crate::audit::{self, About, Act};
use crate::clock::new_id;
use crate::database::{Tx, violates};
use crate::identity::{Actor, Role, sha256_hex};
use crate::web::{App, Error};

/// An officer's deed as the form carried it.
#[derive(Debug, Clone)]
pub struct Order {
    /// Made when the form was made.
    pub act: Uuid,
    /// Which submission.
    pub case: Uuid,
    /// As it was seen.
    pub version: i32,
    /// What.
    pub deed: Deed,
    /// In words, tidied.
    pub words: String,
}

/// Does it. The same order again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] with what to do.
pub async fn take(app: &App, actor: &Actor, order: &Order) -> Result<(), Error> {
    app.db
        .run_tx::<_, Error, _, _>("feedback.take", |tx| async move {
            try_take(&tx, app, actor, order).await?;
            Ok((tx, ()))
        })
        .await
}

async fn try_take(tx: &Tx, app: &App, actor: &Actor, order: &Order) -> Result<(), Error> {
    let (province, now) = (actor.scope.province(), app.clock.now());
    let case = cases::case(tx, &actor.scope, order.case).await?.ok_or(Error::NotFound)?;
    if let Some(known) = cases::step_known(tx, province, order.act).await? {
        let same = known.is(case.id, order.deed.code(), &order.words);
        return if same { Ok(()) } else { Err(moved()) };
    }
    if case.version != order.version {
        return Err(moved());
    }
    let steps = cases::steps(tx, province, case.id).await?;
    let day = (app.clock.today(), app.areas.calendar());
    let change = rules::after(actor, &case, &order.deed, answered_by(&steps), day)
        .map_err(|(what, remedy)| Error::refused(what, remedy))?;
    let step = cases::NewStep {
        id: order.act,
        kind: order.deed.code(),
        words: &order.words,
        by: Some((actor.account_id, &actor.scope)),
        now,
    };
    if !cases::advance(tx, province, &case, &change, &step).await? {
        return Err(moved());
    }
    let detail = json!({
        "kind": case.kind, "state": change.state.code(), "due_on": change.due_on,
        "desk_district": change.desk.0, "desk_commune": change.desk.1,
    });
    let action = format!("feedback.{}", order.deed.code());
    note(tx, actor, app, &case, &action, detail).await
}

/// The unit that answered last.
fn answered_by(steps: &[Step]) -> Option<(String, String)> {
    let last = steps.iter().rfind(|step| step.kind == "answer")?;
    Some((last.by_district.clone(), last.by_commune.clone()))
}

fn moved() -> Error {
    Error::refused(
        "Phiếu này vừa có người khác xử lý hoặc người gửi vừa viết thêm",
        "Mở lại phiếu, đọc bước mới nhất rồi làm tiếp. Chưa có gì được ghi.",
    )
}

async fn note(
    tx: &Tx,
    actor: &Actor,
    app: &App,
    case: &Case,
    action: &str,
    detail: serde_json::Value,
) -> Result<(), Error> {
    let act = Act { action, subject_kind: "feedback", subject_id: case.id.to_string(), detail };
    let about: Vec<About> = case
        .entry_id
        .map(|entry| About { commune_code: case.commune_code.clone(), entry })
        .into_iter()
        .collect();
    audit::record_about(tx, actor, app.clock.now(), act, &about).await?;
    Ok(())
}

/// Puts on record that an officer saw the sender's name, telephone and numbers in full.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; the engine's.
pub async fn reveal(app: &App, actor: &Actor, id: Uuid) -> Result<Case, Error> {
    app.db
        .run_tx::<_, Error, _, _>("feedback.reveal", |tx| async move {
            let case = cases::case(&tx, &actor.scope, id).await?.ok_or(Error::NotFound)?;
            note(&tx, actor, app, &case, "feedback.view", json!({ "kind": case.kind })).await?;
            Ok((tx, case))
        })
        .await
}

/// A text for everybody, or for all officers.
#[derive(Debug, Clone)]
pub struct Publication {
    /// Made when the form was made.
    pub act: Uuid,
    /// Of which submission.
    pub case: Uuid,
    /// Citizens may read it.
    pub public: bool,
    /// The question, written anew.
    pub question: String,
    /// The answer, written anew.
    pub answer: String,
}

/// Publishes an edited question and answer.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] with what to do.
pub async fn publish(app: &App, actor: &Actor, new: &Publication) -> Result<(), Error> {
    actor.require(&[Role::District, Role::Province], "đăng hỏi đáp chung")?;
    let done = app
        .db
        .run_tx::<_, Error, _, _>("feedback.publish", |tx| async move {
            try_publish(&tx, app, actor, new).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, published::LIVE_ONCE) => {
            Err(Error::refused(
                "Phiếu này đã được đăng",
                "Muốn sửa, gỡ bản đang đăng rồi đăng bản mới.",
            ))
        }
        done => done,
    }
}

async fn try_publish(tx: &Tx, app: &App, actor: &Actor, new: &Publication) -> Result<(), Error> {
    let (province, now) = (actor.scope.province(), app.clock.now());
    let case = cases::case(tx, &actor.scope, new.case).await?.ok_or(Error::NotFound)?;
    cases::hold(tx, province, case.id).await?;
    if cases::step_known(tx, province, new.act).await?.is_some() {
        return Ok(());
    }
    if !matches!(case.state(), State::Answered | State::Closed) {
        return Err(Error::refused(
            "Phiếu chưa có trả lời nên chưa đăng được",
            "Trả lời người gửi trước, rồi đăng bản soạn lại.",
        ));
    }
    let audience = if new.public { "public" } else { "officers" };
    let row = published::New {
        id: new_id(now)?,
        case: case.id,
        audience,
        question: &new.question,
        answer: &new.answer,
        by: actor.account_id,
        now,
    };
    published::add(tx, province, &row).await?;
    let by = Some((actor.account_id, &actor.scope));
    let step = cases::NewStep { id: new.act, kind: "publish", words: "", by, now };
    cases::add_step(tx, province, case.id, &step).await?;
    note(tx, actor, app, &case, "feedback.publish", json!({ "audience": audience })).await
}

/// Takes a publication back.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] when nothing is published.
pub async fn unpublish(app: &App, actor: &Actor, case: Uuid, act: Uuid) -> Result<(), Error> {
    actor.require(&[Role::District, Role::Province], "gỡ hỏi đáp đã đăng")?;
    app.db
        .run_tx::<_, Error, _, _>("feedback.unpublish", |tx| async move {
            let (province, now) = (actor.scope.province(), app.clock.now());
            let case = cases::case(&tx, &actor.scope, case).await?.ok_or(Error::NotFound)?;
            cases::hold(&tx, province, case.id).await?;
            if let Some(known) = cases::step_known(&tx, province, act).await? {
                return if known.is(case.id, "unpublish", "") {
                    Ok((tx, ()))
                } else {
                    Err(moved())
                };
            }
            if !published::withdraw(&tx, province, case.id, actor.account_id, now).await? {
                return Err(Error::refused(
                    "Phiếu này không có bản nào đang đăng",
                    "Tải lại trang.",
                ));
            }
            let by = Some((actor.account_id, &actor.scope));
            let step = cases::NewStep { id: act, kind: "unpublish", words: "", by, now };
            cases::add_step(&tx, province, case.id, &step).await?;
            note(&tx, actor, app, &case, "feedback.unpublish", json!({})).await?;
            Ok((tx, ()))
        })
        .await
}

/// An officer asks the level above. Returns the submission's id.
///
/// # Errors
/// [`Error::Refused`] for the province, which has none above it; the engine's.
pub async fn ask_above(app: &App, actor: &Actor, act: Uuid, body: &str) -> Result<Uuid, Error> {
    actor.require(&[Role::Commune, Role::District], "hỏi cấp trên")?;
    let form = sha256_hex(format!("help {act}").as_bytes());
    let form = form.as_str();
    let done = app
        .db
        .run_tx::<_, Error, _, _>("feedback.ask_above", |tx| async move {
            let province = actor.scope.province();
            if let Some(known) = cases::by_form(&tx, province, form).await? {
                return Ok((tx, known.id));
            }
            let case = help_case(&tx, app, actor, body).await?;
            let new =
                cases::NewCase { case: &case, code_sha256: None, form_sha256: form.to_owned() };
            cases::add(&tx, province, new).await?;
            note(&tx, actor, app, &case, "feedback.submit", json!({ "kind": case.kind })).await?;
            Ok((tx, case.id))
        })
        .await;
    match done {
        // The same form came twice at one instant, and the other was first.
        Err(Error::Database(error)) if violates(&error, cases::FORM_ONCE) => {
            let known = cases::by_form(app.db.read(), actor.scope.province(), form).await?;
            known.map(|case| case.id).ok_or(Error::NotFound)
        }
        done => done,
    }
}

async fn help_case(tx: &Tx, app: &App, actor: &Actor, body: &str) -> Result<Case, Error> {
    let place = (actor.scope.district(), actor.scope.commune());
    let place = (place.0.to_owned(), place.1.to_owned());
    let desk = rules::above((&place.0, &place.1));
    let mut case = new_case(tx, app, Kind::Help, (place, actor.tiers), desk).await?;
    case.body = body.to_owned();
    case.sender_account = Some(actor.account_id);
    Ok(case)
}

/// A submission as it begins, with the deadline of its kind.
pub(super) async fn new_case(
    tx: &Tx,
    app: &App,
    kind: Kind,
    (place, tiers): ((String, String), i16),
    desk: (String, String),
) -> Result<Case, Error> {
    let (now, today) = (app.clock.now(), app.clock.today());
    let known = terms::in_force(tx, today).await?;
    let term = known
        .iter()
        .find(|term| term.code == kind.code())
        .ok_or_else(|| Error::internal("feedback.new_case", "a kind without days in force"))?;
    Ok(Case {
        id: new_id(now)?,
        district_code: place.0,
        commune_code: place.1,
        tiers,
        desk_district: desk.0,
        desk_commune: desk.1,
        kind: kind.code().to_owned(),
        state: State::Open.code().to_owned(),
        body: String::new(),
        sender_name: String::new(),
        contact: String::new(),
        sender_account: None,
        entry_id: None,
        entitlement_id: None,
        received_at: now,
        accepted_at: None,
        asked_on: None,
        due_on: rules::first_due(term, today, app.areas.calendar()),
        accept_days: term.accept_days,
        answer_days: term.answer_days,
        answer_working: term.answer_working,
        keep_months: term.keep_months,
        version: 1,
    })
}

/// Sets the days of a kind for what comes from tomorrow on.
///
/// # Errors
/// [`Error::Refused`] below the province; the engine's.
pub async fn set_term(app: &App, actor: &Actor, term: &Term) -> Result<(), Error> {
    actor.require(&[Role::Province], "đặt thời hạn giải quyết")?;
    if actor.scope.province() != app.config.province {
        return Err(Error::refused(
            "Thời hạn này của tỉnh khác",
            "Tỉnh vận hành phần mềm đặt thời hạn.",
        ));
    }
    let Some(tomorrow) = app.clock.today().succ_opt() else { return Ok(()) };
    app.db
        .run_tx::<_, Error, _, _>("feedback.set_term", |tx| async move {
            terms::set(&tx, term, tomorrow).await?;
            let act = Act {
                action: "feedback.terms",
                subject_kind: "feedback_kind",
                subject_id: term.code.clone(),
                detail: json!({
                    "from": tomorrow, "accept_days": term.accept_days,
                    "answer_days": term.answer_days, "keep_months": term.keep_months,
                }),
            };
            audit::record(&tx, actor, app.clock.now(), act).await?;
            Ok((tx, ()))
        })
        .await
}

/// The asker of a help case adds a word.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] with what to do.
pub async fn add_word(
    app: &App,
    actor: &Actor,
    order: (Uuid, Uuid),
    words: &str,
) -> Result<(), Error> {
    let (case, act) = order;
    app.db
        .run_tx::<_, Error, _, _>("feedback.add_word", |tx| async move {
            let (province, now) = (actor.scope.province(), app.clock.now());
            let case = cases::case(&tx, &actor.scope, case).await?.ok_or(Error::NotFound)?;
            let own = (actor.scope.district(), actor.scope.commune()) == case.place();
            if case.sender_account.is_none() || !own {
                return Err(Error::refused(
                    "Chỉ đơn vị đã hỏi viết thêm vào phiếu này",
                    "Việc của người dân thì trả lời hoặc đề nghị bổ sung.",
                ));
            }
            if let Some(known) = cases::step_known(&tx, province, act).await? {
                return if known.is(case.id, "word", words) { Ok((tx, ())) } else { Err(moved()) };
            }
            let change: Change = rules::after_word(&case, app.clock.today(), app.areas.calendar())
                .ok_or_else(|| Error::refused("Phiếu đã kết thúc", "Hỏi bằng phiếu mới."))?;
            let by = Some((actor.account_id, &actor.scope));
            let step = cases::NewStep { id: act, kind: "word", words, by, now };
            if !cases::advance(&tx, province, &case, &change, &step).await? {
                return Err(moved());
            }
            note(&tx, actor, app, &case, "feedback.word", json!({ "kind": case.kind })).await?;
            Ok((tx, ()))
        })
        .await
}
